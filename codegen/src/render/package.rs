//! The files of a package around the providers' modules.

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

/// The row of a provider on the page of the library, and that on the README.
pub(crate) fn rows(provider: &Provider) -> [String; 2] {
    let on_docs_rs = format!(
        "https://docs.rs/oauth-atlas/latest/oauth_atlas/{}/",
        provider.id
    );
    [
        row(provider, &format!("mod@{}", provider.id)),
        row(provider, &on_docs_rs),
    ]
}

fn row(provider: &Provider, link_to: &str) -> String {
    let grants: Vec<_> = provider.grants().map(|grant| grant.word()).collect();
    format!(
        "\n| {} | {} | {} |",
        cell(&link(&provider.name, link_to)),
        to_cell(&provider.summary),
        to_cell(&grants.join(", "))
    )
}

/// The page about the package with these rows, as rustdoc reads it.
pub(crate) fn page<'p>(rows: impl Iterator<Item = &'p str>) -> String {
    let mut table = "| provider | | grants |\n| --- | --- | --- |".to_owned();
    table.extend(rows);
    include_str!("package/page.md.in").replace("{providers}", &table)
}

/// `README.md`: the page as Markdown that no rustdoc reads, so without links to items and without
/// what rustdoc hides.
pub(crate) fn readme(page: &str) -> String {
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
pub(crate) fn library(page: &str, ids: &[&str]) -> TokenStream {
    let modules = ids.iter().map(|id| {
        let module = ident(id);
        quote! {
            #[rustfmt::skip]
            pub mod #module;
        }
    });
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
    let all = ids.iter().map(|id| ident(id));
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
pub(crate) fn index(ids: &[&str]) -> TokenStream {
    let modules = ids.iter().map(|id| {
        let module = ident(id);
        let path = format!("{id}.rs");
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
