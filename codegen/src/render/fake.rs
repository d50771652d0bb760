//! The functions that make fakes.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::{doc, ident};

/// The function that a published module has for tests.
pub(super) fn function(provider: &Provider) -> TokenStream {
    let about = about(provider);
    quote! {
        #about
        #[cfg(feature = "fake")]
        pub fn fake() -> runtime::fake::Fake {
            runtime::fake::Fake::new(&PROVIDER)
        }
    }
}

/// `fakes.rs`, to be included in another package's tests. The descriptions are in it, as tests do
/// not see the modules that the package keeps to itself.
pub(crate) fn index(providers: &[Provider], runtime: &TokenStream) -> TokenStream {
    let functions = providers.iter().map(|provider| {
        let about = about(provider);
        let name = ident(&provider.id);
        let description = super::description::literal(&provider.description().to_node());
        quote! {
            #about
            pub fn #name() -> #runtime::fake::Fake {
                use #runtime::provider;

                static PROVIDER: provider::Provider = #description;
                #runtime::fake::Fake::new(&PROVIDER)
            }
        }
    });
    quote!(#(#functions)*)
}

fn about(provider: &Provider) -> TokenStream {
    doc(&format!(
        "A fake of {} on this machine, for tests.",
        to_markdown(&provider.name)
    ))
}
