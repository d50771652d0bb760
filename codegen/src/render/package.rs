//! The files of a package around the providers' modules.

use proc_macro2::TokenStream;
use quote::quote;

use crate::layout::literal::Literal;
use crate::layout::{self, Items};
use crate::model::Provider;
use crate::prose::{cell, link, to_cell};
use crate::render::ident;
use crate::text::concat;

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

/// The items of `lib.rs`. The page and the lists of modules are as long as there are providers, so
/// they are made as text.
pub(crate) fn library(page: &str, ids: &[&str]) -> String {
    let mut library = String::with_capacity(page.len() + page.len() / 2);
    // A row of a table is one line, however long.
    for line in page.lines() {
        library += if line.is_empty() { "//!" } else { "//! " };
        library += line;
        library.push('\n');
    }
    library += "\n#![deny(missing_docs)]\n";
    library += &layout::items(runtime());
    let all = ids
        .iter()
        .map(|id| Literal::Word(concat(&["&", id, "::PROVIDER"])));
    let all = Literal::List(all.collect());
    let about = "Every provider, sorted by id, for programs that select one at run time. [`Core`] makes\n\
                 an untyped client of it, whose scopes are text.";
    let mut items = Items::in_file();
    items.add(
        about,
        &all.laid_out("pub static PROVIDERS: &[&Provider] = ", ";\n"),
    );
    items.add("", &layout::items(macros()));
    for id in ids {
        items.add("", &concat(&["#[rustfmt::skip]\npub mod ", id, ";\n"]));
    }
    library + "\n" + items.text()
}

fn runtime() -> TokenStream {
    quote! {
        #[doc(inline)]
        pub use oauth_atlas_runtime::*;

        /// Called by generated modules, under a name that no provider has.
        #[doc(hidden)]
        pub use oauth_atlas_runtime as runtime;
    }
}

fn macros() -> TokenStream {
    quote! {
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
