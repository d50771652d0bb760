//! From tokens to text. What a token stream cannot hold is added here: the header, documentation and
//! the blank lines between items.

mod documentation;
pub(crate) mod known;
pub(crate) mod literal;

use proc_macro2::TokenStream;
use syn::File;

use crate::files::MARK;
use crate::text::concat;

pub(crate) use documentation::write_documentation;

/// The text of a Rust file that was generated from `origin`.
pub(crate) fn file(tokens: TokenStream, origin: &str) -> String {
    with_header(&items(tokens), origin)
}

/// The text of a file of these items.
pub(crate) fn with_header(items: &str, origin: &str) -> String {
    concat(&["// ", &header(origin), "\n\n", items])
}

/// The text of items.
///
/// # Panics
///
/// Where the renderer made tokens that are no Rust: a mistake in this crate, never in a spec.
pub(crate) fn items(tokens: TokenStream) -> String {
    // Without a copy for the message: it would be as much work as all of the rendering.
    let file: File = match syn::parse2(tokens) {
        Ok(file) => file,
        Err(error) => panic!("rendered tokens are no Rust file: {error}"),
    };
    spaced(&prettyplease::unparse(&file))
}

/// The first line of every generated file, without what makes it a comment.
pub(crate) fn header(origin: &str) -> String {
    format!("{MARK} from {origin}. Do not edit.")
}

/// Items of a file or members of a block: each with its documentation, and a blank line between two.
#[derive(Debug)]
pub(crate) struct Items {
    text: String,
    /// What a line of documentation begins with.
    sign: &'static str,
}

impl Items {
    pub(crate) fn in_file() -> Self {
        Self {
            text: String::new(),
            sign: "///",
        }
    }

    /// Members of a block in a file.
    pub(crate) fn in_block() -> Self {
        Self {
            text: String::new(),
            sign: "    ///",
        }
    }

    /// Adds one: its documentation as Markdown, and its code.
    pub(crate) fn add(&mut self, documentation: &str, code: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        write_documentation(documentation, self.sign, &mut self.text);
        self.text += code;
    }

    /// Adds a block of such members, which begins with `start`.
    pub(crate) fn add_block(&mut self, start: &str, members: &Self) {
        let open = if members.is_empty() { " {" } else { " {\n" };
        self.add("", &concat(&[start, open, &members.text, "}\n"]));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}
/// Blank lines between items, which prettyplease does not write: before a line that follows the
/// end of an item of the same depth, except between two `use` lines.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = "";
    for line in text.lines() {
        if ends_item(previous)
            && indentation(line) == indentation(previous)
            && indentation(line) <= 4
            && !line.trim_start().starts_with(['}', ')', ']', '.'])
            && !(line.starts_with("use ") && previous.starts_with("use "))
            || previous.trim_start().starts_with("//!") && !line.trim_start().starts_with("//!")
            || ends_variant(previous) && line.trim_start().starts_with("///")
        {
            spaced.push('\n');
        }
        spaced += line;
        spaced.push('\n');
        previous = line;
    }
    spaced
}

fn ends_item(line: &str) -> bool {
    line.ends_with(['}', ';']) && !line.trim_start().starts_with("//")
}

fn ends_variant(line: &str) -> bool {
    line.ends_with(',') && indentation(line) == 4 && !line.trim_start().starts_with("//")
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// How a generated file names its spec: the folder and the file, wherever the folder is.
pub(crate) fn origin(path: &str) -> &str {
    let is_separator = |c| c == '/' || c == '\\';
    let mut parts = path.rmatch_indices(is_separator);
    match parts.nth(1) {
        Some((end_of_parent, _)) => &path[end_of_parent + 1..],
        None => path,
    }
}
