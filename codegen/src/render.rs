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

use proc_macro2::{Ident, Span, TokenStream};

use crate::layout::Items;
use crate::layout::known::item;
use crate::model::Provider;
use crate::prose::to_markdown;
use crate::text::Text;

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

/// The module of one provider: its documentation and its items.
pub(crate) fn module(provider: &Provider, options: &Options) -> String {
    let mut items = Items::default();
    items.add([], &imports(options));
    client::client(provider, &mut items);
    authorize::authorize(provider, &mut items);
    scopes::scopes(provider, &mut items);
    choices::choices(provider, &mut items);
    captures::captures(provider, &mut items);
    // Another package's features are not for the generator to name: it includes `fakes.rs`.
    if options.package {
        fake::function(provider, &mut items);
    }
    description::description(provider, &mut items);
    let documentation = docs::module(provider, options);
    [&*documentation, "\n", &items.into_text()].concat()
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
        false => [
            head.trim_end().trim_end_matches('}'),
            "\n",
            variants.text(),
            "}\n",
        ]
        .concat(),
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
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

/// Breaks a line of Markdown between words, never inside of code, and never before a word that would
/// begin a block.
fn wrap(line: &str, wrapped: &mut Vec<String>) {
    if line.len() <= WIDTH && !line.starts_with(' ') {
        return wrapped.push(line.to_owned());
    }
    let indentation = if line.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    let mut width = 0;
    let mut start = 0;
    let mut end_of_code = 0;
    for word in line.split(' ') {
        let is_in_code = start < end_of_code;
        if !is_in_code {
            end_of_code = start + unbroken(&line[start..]);
        }
        start += word.len() + 1;
        let length = match word.is_ascii() {
            true => word.len(),
            false => word.chars().count(),
        };
        let fits = width + 1 + length <= WIDTH;
        if current.is_empty() || fits || is_in_code || begins_block(word) {
            if !current.is_empty() {
                current.push(' ');
                width += 1;
            }
            current += word;
            width += length;
        } else {
            width = indentation.len() + length;
            wrapped.push(std::mem::replace(
                &mut current,
                format!("{indentation}{word}"),
            ));
        }
    }
    wrapped.push(current);
}

/// Whether a line that starts with this word is no part of the paragraph before it.
fn begins_block(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_digit());
    word.starts_with(['#', '>', '+', '-', '=', '|', '*', '_', '~', ':'])
        || word.starts_with('<') && !word.starts_with("<http")
        || word.starts_with("```")
        || number.len() < word.len() && matches!(number, "." | ")")
}

/// The length of the first word of a line of Markdown, in which code counts as one word.
fn unbroken(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while at < bytes.len() && !matches!(bytes[at], b' ' | b'\\' | b'`') {
            at += 1;
        }
        if at == bytes.len() {
            return at;
        }
        let tail = &text[at..];
        match tail.as_bytes()[0] {
            b' ' => return at,
            b'\\' => at += 1 + tail[1..].chars().next().map_or(0, char::len_utf8),
            _ => {
                let inner = tail.trim_start_matches('`');
                let fence = &tail[..tail.len() - inner.len()];
                at += fence.len();
                at += end_of_code(inner, fence).unwrap_or(0);
            }
        }
    }
}

/// Where code ends that so many backticks have opened; nothing where no such many close it.
fn end_of_code(text: &str, fence: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].find('`')?;
        let length = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += length;
        if length == fence.len() {
            return Some(at);
        }
    }
}

/// A paragraph of its own.
fn described(description: Option<&str>) -> String {
    let text = description.map(to_markdown);
    text.map_or_else(String::new, |text| format!("\n\n{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(line: &str) -> Vec<String> {
        let mut wrapped = Vec::new();
        wrap(line, &mut wrapped);
        wrapped
    }

    #[test]
    fn code_and_blocks_do_not_begin_a_line() {
        let start = "word ".repeat(18);
        for word in [
            "`<script> <b>`",
            "``a ` <script>``",
            "- a",
            "12. a",
            "12) a",
            "<b>",
            "**a",
            "~~~ a",
            "```a",
            ": a",
        ] {
            let lines = wrapped(&format!("{start}{word} end"));
            let begins = |line: &String| line.starts_with(['<', '-', '1', '*', '~', ':']);
            assert!(!lines.iter().any(begins), "{lines:?}");
        }
        let lines = wrapped(&format!("{start}\\` <https://a.example/> end"));
        assert_eq!(lines[1], "<https://a.example/> end", "{lines:?}");
    }
}
