//! The methods of a grant of the provider's own.

use proc_macro2::TokenStream;
use quote::quote;

use oauth_atlas_description::Template;

use crate::model::{Argument, Extension, owned};
use crate::prose::to_markdown;
use crate::render::client::optional;
use crate::render::{doc, ident};

/// A grant of the provider's own.
pub(super) fn extension(extension: &Extension, options: &[Argument]) -> TokenStream {
    let mut text = to_markdown(&extension.description);
    for argument in &extension.arguments {
        if let Some(description) = &argument.description {
            text += &format!("\n\n`{}`: {}", argument.argument, to_markdown(description));
        }
    }
    text += &optional(options);
    let about = doc(&text);
    let (method, name) = (ident(&extension.method), &extension.name);
    let arguments: Vec<_> = extension
        .arguments
        .iter()
        .map(|one| ident(&one.argument))
        .collect();
    let wires = &extension.value.arguments;
    let by_key = extension.value.assertion.as_ref();
    let by_key = by_key.map(|assertion| with_key(extension, assertion));
    quote! {
        #about
        #[inline]
        pub fn #method(&self, #(#arguments: impl Into<oauth_atlas::Secret>),*) -> oauth_atlas::TokenRequest {
            self.0.extension(#name, [#((#wires, #arguments.into())),*])
        }

        #by_key
    }
}

/// The same grant with an assertion that the client makes.
fn with_key(extension: &Extension, assertion: &owned::Assertion) -> TokenStream {
    let mut text = to_markdown(&extension.description);
    text += "\n\nThe client signs for it: make it with a `SigningKey`, or another `Signer`, of the \
             feature `jose`.";
    let mut claims = assertion.claims.iter();
    if claims.any(|(_, text)| Template::of(text).has(Template::SCOPE)) {
        text += " What it signs names the scopes of `.scope(…)`.";
    }
    let others = || {
        let wires = extension.value.arguments.iter();
        let both = wires.zip(&extension.arguments);
        both.filter(|(wire, _)| *wire != "assertion")
    };
    for (_, argument) in others() {
        if let Some(description) = &argument.description {
            text += &format!("\n\n`{}`: {}", argument.argument, to_markdown(description));
        }
    }
    let about = doc(&text);
    let method = ident(&format!("{}_with_key", extension.method));
    let name = &extension.name;
    let wires: Vec<_> = others().map(|(wire, _)| wire).collect();
    let arguments: Vec<_> = others().map(|(_, one)| ident(&one.argument)).collect();
    quote! {
        #about
        #[inline]
        pub fn #method(&self, #(#arguments: impl Into<oauth_atlas::Secret>),*) -> oauth_atlas::TokenRequest {
            self.0.extension(#name, [#((#wires, #arguments.into())),*])
        }
    }
}
