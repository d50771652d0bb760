//! The keys of the values that are kept with the tokens.

use crate::layout::Items;
use crate::layout::known::item;
use crate::model::{Capture, Provider};
use crate::prose::to_markdown;

pub(super) fn captures(provider: &Provider, items: &mut Items) {
    for capture in &provider.captures {
        key(capture, items);
    }
}

fn key(capture: &Capture, items: &mut Items) {
    let about = format!(
        "{}\n\nA key for [`TokenSet::get`](oauth_atlas::TokenSet::get).",
        to_markdown(&capture.description)
    );
    let value = match capture.secret {
        true => "oauth_atlas::Secret",
        false => "std::borrow::Cow<'t, str>",
    };
    let code = item! {
        [type_name: Name = &capture.type_name, name: Quoted = &capture.name, value: Rust = value]
        #[derive(Clone, Copy, Debug)]
        pub struct #type_name;

        impl oauth_atlas::TokenKey for #type_name {
            const NAME: &'static str = #name;

            type Value<'t> = #value;
        }
    };
    items.add(&about, &code);
}
