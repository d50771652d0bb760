//! The functions that make fakes.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::{Options, doc, ident};

/// The function that a published module has for tests.
pub(super) fn function(provider: &Provider) -> TokenStream {
    let about = about(provider);
    quote! {
        #about
        #[cfg(feature = "fake")]
        pub fn fake() -> oauth_atlas::fake::Fake {
            oauth_atlas::fake::Fake::new(&PROVIDER)
        }
    }
}

/// A function of `fakes.rs`, which is included in another package's tests. The description is in it,
/// as tests do not see the modules that the package keeps to itself.
pub(crate) fn included(provider: &Provider, options: &Options) -> TokenStream {
    // It is included beside what its user imports, so it imports nothing.
    let library = super::library_path(options);
    let about = about(provider);
    let name = ident(&provider.id);
    let description = super::description::literal(&provider.description().to_node());
    quote! {
        #about
        pub fn #name() -> #library::fake::Fake {
            use #library::runtime::provider;

            static PROVIDER: provider::Provider = #description;
            #library::fake::Fake::new(&PROVIDER)
        }
    }
}

fn about(provider: &Provider) -> TokenStream {
    doc(&format!(
        "A fake of {} on this machine, for tests.",
        to_markdown(&provider.name)
    ))
}
