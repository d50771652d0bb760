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

/// The page about the package, as rustdoc reads it.
fn page(providers: &[Provider], link_to: impl Fn(&Provider) -> String) -> String {
    let mut table = "| provider | | grants |\n| --- | --- | --- |".to_owned();
    for provider in providers {
        let grants: Vec<_> = provider.grants().map(|grant| grant.word()).collect();
        let _ = write!(
            table,
            "\n| {} | {} | {} |",
            cell(&link(&provider.name, &link_to(provider))),
            to_cell(&provider.summary),
            to_cell(&grants.join(", "))
        );
    }
    include_str!("package/page.md.in").replace("{providers}", &table)
}

/// `README.md`: the page as Markdown that no rustdoc reads, so without links to items and without
/// what rustdoc hides.
pub(crate) fn readme(providers: &[Provider]) -> String {
    let page = page(providers, |provider| {
        format!(
            "https://docs.rs/oauth-atlas/latest/oauth_atlas/{}/",
            provider.id
        )
    });
    let mut text = include_str!("package/install.md.in").to_owned() + "\n";
    let mut is_code = false;
    for line in page.lines() {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        match (is_fence, is_code) {
            (true, true) => text += "```rust",
            (false, true) if line == "#" || line.starts_with("# ") => continue,
            (false, false) => text += &line.replace("[`Error`]", "`Error`"),
            _ => text += line,
        }
        text.push('\n');
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
    let page = page(providers, |provider| format!("mod@{}", provider.id));
    let line = |line: &str| match line {
        "" => String::new(),
        line => format!(" {line}"),
    };
    // A row of a table is one line, however long.
    let page: TokenStream = page
        .lines()
        .map(line)
        .map(|line| quote!(#![doc = #line]))
        .collect();
    let all = providers.iter().map(|provider| ident(&provider.id));
    quote! {
        #page
        #![deny(missing_docs)]

        #[doc(inline)]
        pub use oauth_atlas_runtime::*;

        /// Called by generated modules, under a name that no provider has.
        #[doc(hidden)]
        pub use oauth_atlas_runtime as runtime;

        /// Every provider, sorted by id, for programs that select one at run time. [`Core`] makes
        /// an untyped client of it, whose scopes are text.
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
