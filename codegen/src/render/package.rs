//! The files of a package around the providers' modules.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Provider;
use crate::prose::{cell, link, to_cell};
use crate::render::ident;

/// The licence texts that the published package carries.
pub(crate) fn licences() -> [(&'static str, &'static str); 2] {
    [
        ("LICENSE-APACHE", include_str!("package/LICENSE-APACHE")),
        ("LICENSE-MIT", include_str!("package/LICENSE-MIT")),
    ]
}

/// `Cargo.toml`.
pub(crate) fn manifest() -> String {
    include_str!("package/Cargo.toml.in").to_owned()
}

/// `README.md`.
pub(crate) fn readme(providers: &[Provider]) -> String {
    let mut text = include_str!("package/README.md.in").to_owned();
    text += "\n| provider | module | |\n| --- | --- | --- |\n";
    for provider in providers {
        let _ = writeln!(
            text,
            "| {} | `oauth_atlas::{}` | {} |",
            cell(&link(&provider.name, &provider.documentation)),
            provider.id,
            to_cell(&provider.summary)
        );
    }
    text
}

/// `lib.rs`.
pub(crate) fn library(providers: &[Provider]) -> TokenStream {
    let modules = providers.iter().map(|provider| {
        let module = ident(&provider.id);
        quote! {
            #[rustfmt::skip]
            pub mod #module;
        }
    });
    let testing = include_str!("package/testing.md.in");
    let line = |line: &str| match line {
        "" => String::new(),
        line => format!(" {line}"),
    };
    let testing = std::iter::once("").chain(testing.lines()).map(line);
    let testing: TokenStream = testing.map(|line| quote!(#![doc = #line])).collect();
    let all = providers.iter().map(|provider| ident(&provider.id));
    quote! {
        #![doc = include_str!("../README.md")]
        #testing
        #![deny(missing_docs)]

        #[doc(inline)]
        pub use oauth_atlas_runtime::*;

        /// What generated modules call, under a name that no provider has.
        #[doc(hidden)]
        pub use oauth_atlas_runtime as runtime;

        /// Every provider, by its id: for programs that are told at run time which one they need. With
        /// [`Core`] they get the same client, whose scopes are texts.
        pub static PROVIDERS: &[&Provider] = &[#(&#all::PROVIDER),*];

        /// Includes the providers that `oauth_atlas_codegen::Builder` generated in this package's
        /// `build.rs`, each a module:
        ///
        /// ```text
        /// pub mod providers {
        ///     oauth_atlas::include_providers!();
        /// }
        /// ```
        #[macro_export]
        macro_rules! include_providers {
            () => {
                include!(concat!(env!("OUT_DIR"), "/providers/index.rs"));
            };
        }

        /// Includes the fakes of the providers that `oauth_atlas_codegen::Builder` generated, each a
        /// function, in this package's tests:
        ///
        /// ```text
        /// mod fakes {
        ///     oauth_atlas::include_fakes!();
        /// }
        /// ```
        #[cfg(feature = "fake")]
        #[macro_export]
        macro_rules! include_fakes {
            () => {
                include!(concat!(env!("OUT_DIR"), "/providers/fakes.rs"));
            };
        }

        #(#modules)*
    }
}

/// `index.rs`, to be included in another package's module.
pub(crate) fn index(providers: &[Provider]) -> TokenStream {
    let modules = providers.iter().map(|provider| {
        let module = ident(&provider.id);
        let path = format!("{}.rs", provider.id);
        quote! {
            #[path = #path]
            #[rustfmt::skip]
            #[allow(
                dead_code,
                unreachable_pub,
                reason = "a client has every method, used or not, and is public wherever this is included"
            )]
            pub mod #module;
        }
    });
    quote!(#(#modules)*)
}
