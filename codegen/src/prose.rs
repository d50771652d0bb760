//! The prose of specs, and the one place that escapes it for Markdown.
//!
//! Prose is plain text in which backticks enclose code, as in CommonMark §6.1, and addresses of pages
//! are links; nothing else in it is markup. Values that are spelt as the provider spells them enter
//! prose through [`code`], whatever they hold.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::text::{concat, is_all};

/// A piece of prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'t> {
    /// Words.
    Text(&'t str),
    /// Code, without its backticks.
    Code(&'t str),
    /// The address of a page, which begins with `https://` or `http://`.
    Address(&'t str),
}

/// A value as code in prose: enclosed by backticks, more of them than it has in a row.
#[must_use]
pub fn code(value: &str) -> String {
    if is_plain_code(value) {
        return concat(&["`", value, "`"]);
    }
    let mut shown = String::with_capacity(value.len());
    for character in value.chars() {
        match character.is_control() {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    let longest = runs(&shown).map(|(_, length)| length).max();
    let fence = "`".repeat(longest.unwrap_or(0) + 1);
    if shown.is_empty() {
        return "` `".to_owned();
    }
    let is_spaced = shown.starts_with(' ') && shown.ends_with(' ') && shown.trim() != "";
    let padding = match is_spaced || shown.starts_with('`') || shown.ends_with('`') {
        true => " ",
        false => "",
    };
    format!("{fence}{padding}{shown}{padding}{fence}")
}

/// Whether a value is of visible ASCII without backticks, as nearly every one is.
fn is_plain_code(value: &str) -> bool {
    !value.is_empty() && is_all!(value, b'!'..=b'_' | b'a'..=b'~')
}

/// What encloses a block of code in Markdown: three backticks, or more than the code has in a row.
#[must_use]
pub fn fence(code: &str) -> String {
    let longest = runs(code).map(|(_, length)| length).max();
    "`".repeat((longest.unwrap_or(0) + 1).max(3))
}

/// The pieces of a text, in order.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let runs: Vec<_> = runs(text).collect();
    let mut by_length: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (start, length) in &runs {
        by_length.entry(*length).or_default().push(*start);
    }
    let mut parts = Vec::new();
    let mut done = 0;
    for (start, length) in runs {
        // Inside of code that is closed already.
        if start < done {
            continue;
        }
        let same = &by_length[&length];
        let after = same.partition_point(|other| *other <= start);
        // Backticks without a second run of their length are backticks.
        if let Some(end) = same.get(after) {
            words(&text[done..start], &mut parts);
            parts.push(Part::Code(unpadded(&text[start + length..*end])));
            done = end + length;
        }
    }
    words(&text[done..], &mut parts);
    parts
}

/// Backticks in a row: where they begin, and how many they are.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let found = start + text[start..].find('`')?;
        let rest = &text[found..];
        let length = rest.len() - rest.trim_start_matches('`').len();
        start = found + length;
        Some((found, length))
    })
}

/// Code without the space at each end that keeps its backticks from those around it.
fn unpadded(code: &str) -> &str {
    let inner = code
        .strip_prefix(' ')
        .and_then(|code| code.strip_suffix(' '));
    match inner {
        Some(inner) if inner.trim() != "" => inner,
        _ => code,
    }
}

/// Adds the words of a text without code, and the addresses among them.
fn words<'t>(text: &'t str, parts: &mut Vec<Part<'t>>) {
    // Most texts have no address.
    if !text.is_empty() && !text.contains(':') {
        return parts.push(Part::Text(text));
    }
    let mut add = |part: Part<'t>| {
        if !matches!(part, Part::Text("")) {
            parts.push(part);
        }
    };
    let mut done = 0;
    let mut start = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        if let Some(address) = address(word) {
            add(Part::Text(&text[done..start + address.start]));
            add(Part::Address(&word[address.clone()]));
            done = start + address.end;
        }
        start += word.len();
    }
    add(Part::Text(&text[done..]));
}

/// Where in a word an address is: up to the first character that no address has, and without the
/// punctuation of the sentence around it.
fn address(word: &str) -> Option<std::ops::Range<usize>> {
    let start = word.find("https://").or_else(|| word.find("http://"))?;
    let is_strange = |c: char| c.is_whitespace() || c.is_control() || "<>\"\\^`|".contains(c);
    let end = word[start..].find(is_strange);
    let address = &word[start..end.map_or(word.len(), |end| start + end)];
    let address = address.trim_end_matches(['.', ',', ';', ':', ')', '\'']);
    let host = address.split_once("://")?.1;
    host.starts_with(|c: char| c.is_alphanumeric())
        .then_some(start..start + address.len())
}

/// Prose as Markdown: in a paragraph, a heading or an item of a list.
#[must_use]
pub fn to_markdown(text: &str) -> String {
    markdown(text, Place::Block)
}

/// Prose as the label of a Markdown link, in which no other link can be.
#[must_use]
pub fn to_label(text: &str) -> String {
    markdown(text, Place::Label)
}

/// Prose in a cell of a Markdown table.
#[must_use]
pub fn to_cell(text: &str) -> String {
    cell(&markdown(text, Place::Cell))
}

/// Where in Markdown prose is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Block,
    Label,
    Cell,
}

fn markdown(text: &str, place: Place) -> String {
    match is_markdown_as_it_stands(text) {
        true => text.to_owned(),
        false => markdown_of_any(text, place),
    }
}

fn markdown_of_any(text: &str, place: Place) -> String {
    let mut markdown = String::new();
    for part in parts(text) {
        match part {
            // Enough backticks to enclose it could be taken for a block, and in a cell a bar behind a
            // backslash cannot be escaped.
            Part::Code(value) if value.contains("``") || value.contains("\\|") => {
                escape(value, place, &mut markdown);
            }
            Part::Code(value) => {
                // Two runs of backticks that touch would be one.
                if markdown.ends_with('`') {
                    markdown.push(' ');
                }
                markdown += &code(value);
            }
            Part::Address(address) if place != Place::Label => {
                let _ = write!(markdown, "<{address}>");
            }
            Part::Text(text) | Part::Address(text) => escape(text, place, &mut markdown),
        }
    }
    markdown
}

/// Whether a text begins with a letter, and nothing in it could be markup or a part of an address: what
/// most texts are, told in one look at each byte.
fn is_markdown_as_it_stands(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && is_all!(
            text,
            b'a'..=b'z' | b' ' | b'A'..=b'Z' | b'0'..=b'9' | b'\''..=b')' | b','..=b'/' | b';' | b'"'
        )
}

/// A Markdown link to a page, whose address a spec has checked.
#[must_use]
pub fn link(text: &str, address: &str) -> String {
    let label = to_label(text);
    match address.contains(['(', ')']) {
        true => format!("[{label}](<{address}>)"),
        false => format!("[{label}]({address})"),
    }
}

/// Markdown in a cell of a table.
#[must_use]
pub fn cell(markdown: &str) -> String {
    markdown.replace('|', "\\|")
}

/// Adds words, so that Markdown takes each character for itself.
fn escape(text: &str, place: Place, markdown: &mut String) {
    let mut rest = text;
    loop {
        let plain = plain_bytes(rest.as_bytes());
        markdown.push_str(&rest[..plain]);
        rest = &rest[plain..];
        let Some(character) = rest.chars().next() else {
            return;
        };
        rest = &rest[character.len_utf8()..];
        let is_first = markdown.is_empty() && place != Place::Cell;
        let is_markup = match character {
            '<' | '>' | '[' | ']' | '*' | '~' | '`' | '\\' => true,
            // Within a word it is a letter.
            '_' => {
                let is_letter = |c: char| c.is_alphanumeric() || c == '_';
                !(markdown.ends_with(is_letter) && rest.starts_with(is_letter))
            }
            '&' => is_entity(rest),
            // What begins a heading, a list, a table, a rule or a footnote.
            '#' | '+' | '-' | '=' | '|' | ':' | '^' => is_first,
            '.' | ')' => place == Place::Block && is_number(markdown),
            _ => false,
        };
        if is_markup {
            markdown.push('\\');
        }
        markdown.push(match character.is_control() {
            true => ' ',
            false => character,
        });
    }
}

/// How many bytes from the start are letters, digits and spaces, which are never markup.
fn plain_bytes(bytes: &[u8]) -> usize {
    let mut length = 0;
    while length < bytes.len()
        && matches!(bytes[length], b'a'..=b'z' | b' ' | b'A'..=b'Z' | b'0'..=b'9' | b',')
    {
        length += 1;
    }
    length
}

/// Whether what is written so far would be the number of a list's item.
fn is_number(markdown: &str) -> bool {
    !markdown.is_empty() && markdown.chars().all(|c| c.is_ascii_digit())
}

/// Whether a text continues the name or the number of a character of HTML.
fn is_entity(after_ampersand: &str) -> bool {
    let name = after_ampersand.trim_start_matches('#');
    let length = name.find(|c: char| !c.is_ascii_alphanumeric());
    length.is_some_and(|length| length > 0 && name[length..].starts_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_addresses_are_found() {
        assert_eq!(
            parts("Send `a`, ``b ` c`` or `` ` `` (https://a.example/b?c=d.html), not `."),
            [
                Part::Text("Send "),
                Part::Code("a"),
                Part::Text(", "),
                Part::Code("b ` c"),
                Part::Text(" or "),
                Part::Code("`"),
                Part::Text(" ("),
                Part::Address("https://a.example/b?c=d.html"),
                Part::Text("), not `."),
            ]
        );
        assert_eq!(parts(""), []);
    }

    #[test]
    fn every_value_comes_back_from_prose() {
        for value in [
            "a", "`", "``", "a`b", "`a", "a``", " a ", "  ", "<b>", "a\\", "```", "` ``` ``",
        ] {
            let prose = format!("Send {} now.", code(value));
            assert_eq!(parts(&prose)[1], Part::Code(value), "{prose}");
        }
        assert_eq!(code("a\nb\u{1b}"), "`a\\nb\\u{1b}`");
        assert_eq!(code(""), "` `");
    }

    #[test]
    fn what_is_taken_as_it_stands_is_left_as_it_is() {
        let pieces = [
            "a",
            "B",
            "1",
            " ",
            "  ",
            ".",
            ",",
            "-",
            "/",
            "(",
            ")",
            "'",
            "\"",
            ";",
            ":",
            "*",
            "_",
            "#",
            "`",
            "<",
            "&",
            "!",
            "\n",
            "ä",
            "https://a.example",
            "",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let text = ["a", first, second, third].concat();
                    for place in [Place::Block, Place::Label, Place::Cell] {
                        let stands = markdown_of_any(&text, place) == text;
                        assert!(stands || !is_markdown_as_it_stands(&text), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn prose_is_prose_in_markdown() {
        for (text, expected) in [
            ("Read `<all>` of client_id.", "Read `<all>` of client_id."),
            ("<script>", "\\<script\\>"),
            ("`<b>``", "\\`\\<b\\>\\`\\`"),
            ("`a``b`", "a\\`\\`b"),
            ("https://a.example/><b>", "<https://a.example/>\\>\\<b\\>"),
            ("https://<b>", "https://\\<b\\>"),
            ("[a](javascript:b)", "\\[a\\](javascript:b)"),
            ("_a_ and *b*, ~c~", "\\_a\\_ and \\*b\\*, \\~c\\~"),
            ("AT&T, &lt; and &#60;", "AT&T, \\&lt; and \\&#60;"),
            ("# a", "\\# a"),
            ("- a - b", "\\- a - b"),
            ("12. a 3. b", "12\\. a 3. b"),
            ("a\\", "a\\\\"),
            ("a\n# b\tc\u{1b}", "a # b c "),
        ] {
            assert_eq!(to_markdown(text), expected, "{text}");
        }
    }

    #[test]
    fn links_and_cells_end_where_they_should() {
        assert_eq!(
            link("a](b) https://c.example", "https://d.example/e)"),
            "[a\\](b) https://c.example](<https://d.example/e)>)"
        );
        assert_eq!(to_cell("a | `b|c`"), "a \\| `b\\|c`");
        assert_eq!(to_cell("a\\| `b\\|`"), "a\\\\\\| b\\\\\\|");
    }

    #[test]
    fn a_long_text_takes_a_time_like_its_length() {
        let text: String = (1..700).map(|length| "`".repeat(length) + " ").collect();
        assert_eq!(parts(&text), [Part::Text(&text)]);
    }
}
