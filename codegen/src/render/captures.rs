//! The keys of the values that are kept with the tokens.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Capture, Provider};
use crate::prose::to_markdown;
use crate::render::{doc, ident};

pub(super) fn captures(provider: &Provider) -> TokenStream {
    provider.captures.iter().map(key).collect()
}

fn key(capture: &Capture) -> TokenStream {
    let about = doc(&format!(
        "{}\n\nA key for [`TokenSet::get`](oauth_atlas::TokenSet::get).",
        to_markdown(&capture.description)
    ));
    let type_name = ident(&capture.type_name);
    let name = &capture.name;
    let value = match capture.secret {
        true => quote!(oauth_atlas::Secret),
        false => quote!(std::borrow::Cow<'t, str>),
    };
    quote! {
        #about
        #[derive(Clone, Copy, Debug)]
        pub struct #type_name;

        impl oauth_atlas::TokenKey for #type_name {
            const NAME: &'static str = #name;

            type Value<'t> = #value;
        }
    }
}
