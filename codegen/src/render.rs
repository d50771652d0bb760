//! From the model to tokens, one submodule a part of the generated module. Nothing is decided
//! here that the model could have decided.

mod authorize;
mod captures;
mod choices;
mod client;
mod constructors;
mod description;
mod docs;
mod example;
mod extension;
pub(crate) mod fake;
mod package;
mod scopes;
mod settings;

use oauth_atlas_description::Node;
use proc_macro2::{Ident, Span, TokenStream};

use crate::layout::Items;
use crate::layout::known::item;
use crate::model::Provider;
use crate::prose::to_markdown;
use crate::text::{Text, concat};

pub(crate) use example::visible as example;
pub(crate) use package::{index, library, licences, manifest, page, readme, rows};

/// Whom the output is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The path of the crate `oauth-atlas` in the generated code.
    pub(crate) library: String,
    /// The crate that the examples of the documentation use; none where the generator cannot know
    /// it, and then they are not compiled.
    pub(crate) example_crate: Option<String>,
    /// The repository that readers find the specs in, if not in their own.
    pub(crate) repository: Option<String>,
    /// Whether a whole package is written, or modules to include in another.
    pub(crate) package: bool,
}

impl Options {
    /// The package `oauth-atlas`, with its manifest.
    #[must_use]
    pub fn published() -> Self {
        Self {
            library: "crate".to_owned(),
            example_crate: Some("oauth_atlas".to_owned()),
            repository: Some(env!("CARGO_PKG_REPOSITORY").to_owned()),
            package: true,
        }
    }

    /// Modules for another package that depends on `oauth-atlas`: an `index.rs` to `include!`,
    /// and a file a provider beside it. Its tests may `include!` the `fakes.rs` beside them, which
    /// has a fake of each provider and needs the feature `fake` of `oauth-atlas`.
    #[must_use]
    pub fn private() -> Self {
        Self {
            library: "::oauth_atlas".to_owned(),
            example_crate: None,
            repository: None,
            package: false,
        }
    }

    /// The same with another path to `oauth-atlas`, such as `::atlas`.
    #[must_use]
    pub fn library(mut self, path: impl Into<String>) -> Self {
        self.library = path.into();
        self
    }
}

/// The module of one provider, with its description: its documentation and its items.
pub(crate) fn module(provider: &Provider, described: &Node, options: &Options) -> String {
    let mut items = Items::in_file();
    items.add("", &imports(options));
    client::client(provider, &mut items);
    authorize::authorize(provider, &mut items);
    scopes::scopes(provider, &mut items);
    choices::choices(provider, &mut items);
    captures::captures(provider, &mut items);
    // Another package's features are not for the generator to name: it includes `fakes.rs`.
    if options.package {
        fake::function(provider, &mut items);
    }
    description::description(&provider.name, described, &mut items);
    let documentation = docs::module(provider, options);
    concat(&[&documentation, "\n", &items.into_text()])
}

/// `oauth-atlas` under the one name that generated code has for it, whatever the name outside.
fn imports(options: &Options) -> Text {
    match options.library.as_str() {
        "::oauth_atlas" => item! {
            []
            use ::oauth_atlas;
            use oauth_atlas::runtime::provider;
        },
        _ => item! {
            [library: Rust = &library_path(options)]
            use #library as oauth_atlas;
            use oauth_atlas::runtime::provider;
        },
    }
}

/// The path of `oauth-atlas` as Rust.
pub(crate) fn library_path(options: &Options) -> String {
    let library: Result<TokenStream, _> = options.library.parse();
    library.map_or_else(|_| "::oauth_atlas".to_owned(), |path| path.to_string())
}

/// An enum of these variants, which begins as the one without any does.
fn enumeration(head: &str, variants: &Items) -> String {
    match variants.is_empty() {
        true => head.to_owned(),
        false => concat(&[
            head.trim_end().trim_end_matches('}'),
            "\n",
            variants.text(),
            "}\n",
        ]),
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A paragraph of its own.
fn described(description: Option<&str>) -> String {
    let text = description.map(to_markdown);
    text.map_or_else(String::new, |text| format!("\n\n{text}"))
}
