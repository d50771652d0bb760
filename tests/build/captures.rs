//! Every value that a provider's spec keeps with the tokens, as its typed client gives it.

use std::fmt::Write;

use crate::Module;
use crate::calls::constructor;

pub(crate) fn captures(modules: &[Module]) -> String {
    let mut text = String::from("static CAPTURES: &[Kept] = &[\n");
    for Module { path, provider } in modules {
        let id = &provider.id;
        let Some((kind, _)) = provider.clients().next() else {
            continue;
        };
        let client = constructor(provider, kind);
        for capture in &provider.captures {
            let exposed = match capture.secret {
                true => "value.expose().to_owned()",
                false => "value.into_owned()",
            };
            let _ = writeln!(
                text,
                "{{ #[allow(unused_imports)] use {path}::{id}::*; \
                 Kept {{ provider: \"{id}\", name: {name:?}, path: {place:?}, is_secret: {secret}, \
                 shown: |tokens| format!(\"{{0:?}} {{0:#?}}\", {client}.{method}(tokens)), \
                 exposed: |tokens| {client}.{method}(tokens).map(|value| {exposed}) }} }},",
                name = capture.name,
                place = capture.path,
                secret = capture.secret,
                method = capture.method,
            );
        }
    }
    text + "];\n"
}
