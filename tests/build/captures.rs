//! Every value that a provider's spec keeps with the tokens, as its typed client gives it.

use std::fmt::Write;

use crate::Module;

pub(crate) fn captures(modules: &[Module]) -> String {
    let mut text = String::from("static CAPTURES: &[Kept] = &[\n");
    for Module { path, provider } in modules {
        let id = &provider.id;
        for capture in &provider.captures {
            let exposed = match capture.secret {
                true => "value.expose().to_owned()",
                false => "value.into_owned()",
            };
            let _ = writeln!(
                text,
                "{{ #[allow(unused_imports)] use {path}::{id}::*; \
                 Kept {{ provider: \"{id}\", name: {name:?}, path: {place:?}, is_secret: {secret}, \
                 shown: |tokens| format!(\"{{0:?}} {{0:#?}}\", tokens.get({key})), \
                 exposed: |tokens| tokens.get({key}).map(|value| {exposed}) }} }},",
                name = capture.name,
                place = capture.path,
                secret = capture.secret,
                key = capture.type_name,
            );
        }
    }
    text + "];\n"
}
