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
pub(crate) mod fake;
mod package;
mod scopes;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::Provider;

pub(crate) use example::visible as example;
pub(crate) use package::{index, library, licences, manifest, readme};

/// Whom the output is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The path of the crate `oauth-atlas` in the generated code.
    pub(crate) library: String,
    /// The crate that the examples of the documentation use; none where the generator cannot know
    /// it, and then they are not compiled.
    pub(crate) example_crate: Option<String>,
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

/// The module of one provider.
pub(crate) fn module(provider: &Provider, options: &Options) -> TokenStream {
    let documentation = docs::module(provider, options);
    let import = import(options);
    let client = client::client(provider);
    let authorize = authorize::authorize(provider);
    let scopes = scopes::scopes(provider);
    let choices = choices::choices(provider);
    let captures = captures::captures(provider);
    let description = description::description(provider);
    // Another package's features are not for the generator to name: it includes `fakes.rs`.
    let fake = options.package.then(|| fake::function(provider));
    quote! {
        #documentation

        #import
        use oauth_atlas::runtime::provider;

        #client
        #authorize
        #scopes
        #choices
        #captures
        #fake
        #description
    }
}

/// `oauth-atlas` under the one name that generated code has for it, whatever the name outside.
pub(crate) fn import(options: &Options) -> TokenStream {
    match options.library.as_str() {
        "::oauth_atlas" => quote!(
            use ::oauth_atlas;
        ),
        _ => {
            let library = library_path(options);
            quote!(use #library as oauth_atlas;)
        }
    }
}

/// The path of `oauth-atlas` as tokens.
pub(crate) fn library_path(options: &Options) -> TokenStream {
    let library = options.library.parse();
    library.unwrap_or_else(|_| quote!(::oauth_atlas))
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// `#[doc]` attributes, one a line of `text`.
fn doc(text: &str) -> TokenStream {
    lines(text).map(|line| quote!(#[doc = #line])).collect()
}

/// The widest line of documentation, without the comment signs.
const WIDTH: usize = 92;

/// Documentation in lines of at most [`WIDTH`] characters, each with the space that follows the
/// comment sign. Code keeps its lines.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let mut wrapped = Vec::new();
    let mut code = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        if code || fence {
            wrapped.push(line.to_owned());
        } else {
            wrap(line, &mut wrapped);
        }
        code ^= fence;
    }
    wrapped.into_iter().map(|line| {
        if line.is_empty() {
            line
        } else {
            format!(" {line}")
        }
    })
}

/// Breaks a line of Markdown between words, never before one that would begin a list, a heading or
/// a quotation.
fn wrap(line: &str, wrapped: &mut Vec<String>) {
    let indentation = if line.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    for word in line.split(' ') {
        let starts_block = word.starts_with(['#', '>', '+', '-', '=', '|'])
            || word.ends_with('.') && word[..word.len() - 1].chars().all(|c| c.is_ascii_digit());
        let fits = current.chars().count() + 1 + word.chars().count() <= WIDTH;
        let code = current.matches('`').count() % 2 == 1;
        if current.is_empty() || fits || starts_block || code {
            if !current.is_empty() {
                current.push(' ');
            }
            current += word;
        } else {
            wrapped.push(std::mem::replace(
                &mut current,
                format!("{indentation}{word}"),
            ));
        }
    }
    wrapped.push(current);
}
