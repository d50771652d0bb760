//! Texts with rules: addresses, dates, durations, prose.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use oauth_atlas_description::Answer;

use crate::decode::{Decode, Place, Reader};
use crate::language::guide::Guide;
use crate::language::shape::{Form, Scalar, Shape};
use crate::text::is_all;
use crate::yaml::hidden::{PATTERN, is_hidden};
use crate::yaml::tree::{Node, NodeId};

// What would be right, as the decoder and the schema say it.

const ABSOLUTE_URL: &str = "write an absolute URL: `https://host/path`";
const TEMPLATE_URL: &str =
    "write `https://host/path`, or begin with the `{name}` of a host or of a base URL";
const A_DAY: &str = "write the year, the month and the day: `2026-11-22`";
const A_LIFETIME: &str = "write `36000s`, `15m`, `24h` or `30d`, or `never` or `unknown`";

// The forms of texts as regular expressions, for the schema. They keep to what ECMA-262 and Rust's
// regular expressions agree on; what white space is, they do not.

/// White space beyond ASCII.
const BLANK: &str = r"\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// What a label of a URL's host is made of, the braces of a variable included.
const IN_LABEL: &str = "A-Za-z0-9{}_-";

/// A number from 1 to 65535.
const PORT: &str =
    "0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

/// What [`Text`] takes, as far as it can be told.
fn text() -> String {
    let blank = format!(r"[ \n{BLANK}]*");
    let not_empty = format!("(?!{blank}~?{blank}$)");
    let no_code_block = r"(?![\s\S]*```)(?![^!-~]*[!-~][\s\S]*\n {4}[\s\S]*[!-~])";
    format!(r"^{not_empty}{no_code_block}[^\u0000-\u0009\u000b-\u001f\u007f-\u009f{PATTERN}]*$")
}

/// What a URL has nowhere.
fn not_in_url() -> String {
    format!(r#"\u0000-\u0020\u007f-\u009f{BLANK}{PATTERN}<>"\\^`|"#)
}

/// What [`HttpsUrl`] takes.
fn https_url() -> String {
    let never = not_in_url();
    format!(r"^https://[{IN_LABEL}]+(\.[{IN_LABEL}]+)*(:{PORT})?([/?#][^{never}]*)?$")
}

/// What [`Template`] takes: after the last `{` comes a `}`.
fn template() -> String {
    let no_open_brace = r"(?![\s\S]*\{[^}]*$)";
    let host = format!(r"(https://[{IN_LABEL}]+|\{{[^}}]*\}}[{IN_LABEL}]*)(\.[{IN_LABEL}]+)*");
    let never = not_in_url();
    format!("^{no_open_brace}{host}(:{PORT})?([/?][^#{never}]*)?$")
}

/// What [`Date`] takes, and 29 February in any year.
const DATE: &str = concat!(
    "^[0-9]{4}-",
    "((01|03|05|07|08|10|12)-(0[1-9]|[12][0-9]|3[01])",
    "|(04|06|09|11)-(0[1-9]|[12][0-9]|30)",
    "|02-(0[1-9]|[12][0-9]))$",
);

/// What [`Lifetime`] takes.
const LIFETIME: &str = "^(never|unknown|0*[1-9][0-9]*[smhd])$";

/// Prose for the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl Decode for Text {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
        if is_plain_line(&text) {
            return Some(Self(text));
        }
        let trimmed = text.trim();
        let mistake = if trimmed.is_empty() || trimmed == "~" {
            "expected a sentence, found nothing"
        } else if text.contains("```") {
            "a code block does not belong in a description"
        } else if trimmed
            .lines()
            .any(|line| line.starts_with("    ") || line.starts_with('\t'))
        {
            "a line that is indented by four spaces becomes a code block in the documentation"
        } else if text
            .chars()
            .any(|character| character.is_control() && character != '\n')
        {
            "a control character does not belong in a description"
        } else {
            let line = trimmed.split_whitespace().collect::<Vec<_>>().join(" ");
            return Some(Self(line));
        };
        reader.mistake(Place::At(node), mistake);
        None
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Text",
            sample: "A sentence.",
            unit: None,
            about: "a sentence",
            form: Form::Pattern {
                pattern: text(),
                rule: "a sentence is not empty, and has no code block, no line that is indented by four spaces \
                       and no control character",
                examples: &[],
            },
        })
    }
}

/// Whether a text is one line of words of visible ASCII with a space between two, and without code
/// that could be a block: what nearly every description is, told in one look at each byte.
fn is_plain_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut before = b' ';
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if !matches!(byte, b' '..=b'_' | b'a'..=b'}') || byte == b' ' && before == b' ' {
            return false;
        }
        before = byte;
        at += 1;
    }
    before != b' '
}

/// An absolute `https` URL without user or variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpsUrl(pub(crate) String);

impl Decode for HttpsUrl {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
        match complaint(&text, false) {
            None => Some(Self(text)),
            Some(Complaint { part, title, help }) => {
                reader.mistake_with_help(Place::Part(node, part.start, part.end), title, help);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "HttpsUrl",
            sample: "https://acme.example/oauth",
            unit: None,
            about: "an `https` URL",
            form: Form::Pattern {
                pattern: https_url(),
                rule: ABSOLUTE_URL,
                examples: &[],
            },
        })
    }
}

/// What is wrong with a part of a URL, and what would be right.
pub(crate) struct Complaint {
    part: Range<usize>,
    pub(crate) title: String,
    pub(crate) help: &'static str,
}

/// Whether an address is of letters, digits and few signs, and the host of labels between single dots:
/// what nearly every one is, told in one look at each byte.
fn is_plain_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else {
        return false;
    };
    let bytes = rest.as_bytes();
    let mut before = b'.';
    let mut at = 0;
    while at < bytes.len() && bytes[at] != b'/' {
        match bytes[at] {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {}
            b'.' if before != b'.' => {}
            _ => return false,
        }
        before = bytes[at];
        at += 1;
    }
    before != b'.'
        && is_all!(
            rest[at..],
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-'..=b'/' | b'_' | b'?' | b'=' | b'&' | b'%'
        )
}

pub(crate) fn complaint(url: &str, variables: bool) -> Option<Complaint> {
    match is_plain_url(url) {
        true => None,
        false => complaint_of_any(url, variables),
    }
}

fn complaint_of_any(url: &str, variables: bool) -> Option<Complaint> {
    let complain = |part: Range<usize>, title: String, help: &'static str| {
        Some(Complaint { part, title, help })
    };
    if let Some(rest) = url.strip_prefix("http://") {
        let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        let (_, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let host = host.split(':').next().unwrap_or_default();
        return complain(
            0.."http://".len(),
            format!("`{host}` would be called over http"),
            "OAuth needs https (RFC 6749 §3.1): write `https://…`",
        );
    }
    if let Some(part) = other_variable(url).filter(|_| variables) {
        let title = format!("`{}` is not how a variable is written", &url[part.clone()]);
        let help = "write `{name}`, with an entry of that name in `variables`";
        return complain(part, title, help);
    }
    let Some(rest) = url.strip_prefix("https://") else {
        let help = if variables {
            TEMPLATE_URL
        } else {
            ABSOLUTE_URL
        };
        return complain(0..url.len(), format!("`{url}` is not an https URL"), help);
    };
    let start = "https://".len();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(user) = authority.rfind('@') {
        return complain(
            start..start + user + 1,
            "a user name does not belong in a URL".to_owned(),
            "write the host alone after `https://`",
        );
    }
    if authority.is_empty() {
        return complain(
            0..url.len(),
            "a URL without a host".to_owned(),
            "write `https://host/path`",
        );
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-{}_".contains(c))
    };
    if !host.split('.').all(label) {
        return complain(
            start..start + authority.len(),
            format!("`{authority}` is not a host"),
            "a host has letters, digits, `-` and single dots",
        );
    }
    let digits = port.chars().all(|c| c.is_ascii_digit());
    if !digits || !port.parse::<u16>().is_ok_and(|port| port > 0) {
        return complain(
            start + host.len() + 1..start + authority.len(),
            format!("`{port}` is not a port"),
            "leave it out, or write a number from 1 to 65535",
        );
    }
    // A page's address may point into the page.
    if let (true, Some(fragment)) = (variables, url.find('#')) {
        return complain(
            fragment..url.len(),
            "an endpoint's URL has no fragment (RFC 6749 §3.1)".to_owned(),
            "leave out what follows the `#`",
        );
    }
    let strange =
        |c: char| c.is_whitespace() || c.is_control() || is_hidden(c) || "<>\"\\^`|".contains(c);
    let (at, character) = url.char_indices().find(|(_, c)| strange(*c))?;
    complain(
        at..at + character.len_utf8(),
        format!("a URL cannot hold {}", shown(character)),
        "write it percent-encoded",
    )
}

/// Where a URL has a variable in the way of others: `${name}`, `{{name}}`, `<name>`, `:name`.
fn other_variable(url: &str) -> Option<Range<usize>> {
    let name = |text: &str| {
        let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        text.find(|c| !is_inner(c)).unwrap_or(text.len())
    };
    for (opening, closing) in [("${", "}"), ("{{", "}}"), ("<", ">"), ("/:", "")] {
        for (at, _) in url.match_indices(opening) {
            let start = at + opening.len();
            let length = name(&url[start..]);
            let rest = &url[start + length..];
            if length > 0 && rest.starts_with(closing) {
                let end = start + length + closing.len();
                let at = at + usize::from(opening == "/:");
                return Some(at..end);
            }
        }
    }
    None
}

fn shown(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '`' => "a backtick".to_owned(),
        c if c.is_whitespace() || c.is_control() || is_hidden(c) => {
            format!("the character U+{:04X}", u32::from(c))
        }
        c => format!("`{c}`"),
    }
}

/// A URL with `{variables}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) text: String,
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Literal(String),
    Variable(String),
}

impl Template {
    /// Reads a URL, or says what is wrong with it.
    pub(crate) fn parse(text: String) -> Result<Self, Complaint> {
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open..].find('}') else {
                let start = text.len() - rest.len() + open;
                return Err(Complaint {
                    part: start..text.len(),
                    title: "`{` without `}`".to_owned(),
                    help: "write a variable as `{name}`",
                });
            };
            if open > 0 {
                pieces.push(Piece::Literal(rest[..open].to_owned()));
            }
            pieces.push(Piece::Variable(rest[open + 1..open + length].to_owned()));
            rest = &rest[open + length + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        // What opens the URL is checked where hosts and base URLs are known.
        let opening = match pieces.first() {
            Some(Piece::Variable(name)) => name.len() + "{}".len(),
            _ => 0,
        };
        let host = if opening > 0 { "https://host" } else { "" };
        let checked = format!("{host}{}", &text[opening..]);
        if let Some(Complaint { part, title, help }) = complaint(&checked, true) {
            let place = |at: usize| (at + opening).saturating_sub(host.len());
            let part = place(part.start)..place(part.end);
            return Err(Complaint { part, title, help });
        }
        Ok(Self { text, pieces })
    }

    /// The names between braces, in order.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }
}

impl Decode for Template {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match Self::parse(String::decode(node, reader)?) {
            Ok(template) => Some(template),
            Err(Complaint { part, title, help }) => {
                reader.mistake_with_help(Place::Part(node, part.start, part.end), title, help);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Template",
            sample: "https://acme.example/oauth",
            unit: None,
            about: "an `https` URL, in which `{name}` stands for a variable or a host",
            form: Form::Pattern {
                pattern: template(),
                rule: TEMPLATE_URL,
                examples: &[],
            },
        })
    }
}

/// A day, as `2026-11-22`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(pub(crate) String);

impl Decode for Date {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
        let parts: Vec<_> = text.split('-').collect();
        let number = |index: usize, digits: usize| {
            let part: &&str = parts.get(index)?;
            if part.len() == digits {
                whole_number::<u16>(part)
            } else {
                None
            }
        };
        let days = match (number(0, 4), number(1, 2)) {
            (Some(year), Some(2)) if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            (Some(_), Some(2)) => 28,
            (Some(_), Some(4 | 6 | 9 | 11)) => 30,
            (Some(_), Some(1..=12)) => 31,
            _ => 0,
        };
        match number(2, 2) {
            Some(day) if parts.len() == 3 && (1..=days).contains(&day) => Some(Self(text)),
            _ => {
                reader.mistake_with_help(Place::At(node), format!("`{text}` is not a day"), A_DAY);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Date",
            sample: "2026-11-22",
            unit: None,
            about: "a day, as `2026-11-22`",
            form: Form::Pattern {
                pattern: DATE.to_owned(),
                rule: A_DAY,
                examples: &[],
            },
        })
    }
}

/// Digits alone: `parse` would take a `+` before them.
fn whole_number<N: FromStr>(text: &str) -> Option<N> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A span of time, in the unit of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    /// How many.
    pub amount: u64,
    /// `s`, `m`, `h` or `d`.
    pub unit: char,
}

impl Duration {
    /// In seconds.
    #[must_use]
    pub fn seconds(self) -> u64 {
        let unit = match self.unit {
            'm' => 60,
            'h' => 60 * 60,
            'd' => 24 * 60 * 60,
            _ => 1,
        };
        self.amount.saturating_mul(unit)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        // Seconds are how servers count; people count in the largest unit that leaves no rest.
        let seconds = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
            .into_iter()
            .find(|(length, _)| self.amount > 0 && self.amount.is_multiple_of(*length));
        let (length, unit) = match self.unit {
            'm' => (1, "minute"),
            'h' => (1, "hour"),
            'd' => (1, "day"),
            _ => seconds.unwrap_or((1, "second")),
        };
        let amount = self.amount / length;
        let plural = if amount == 1 { "" } else { "s" };
        write!(formatter, "{amount} {unit}{plural}")
    }
}

/// How long a token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// This long.
    For(Duration),
    /// For ever.
    Never,
    /// Nothing is said.
    Unknown,
}

impl Decode for Lifetime {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
        match text.as_str() {
            "never" => return Some(Self::Never),
            "unknown" => return Some(Self::Unknown),
            _ => {}
        }
        let unit = text.chars().last().filter(|unit| "smhd".contains(*unit));
        let amount = text
            .get(..text.len().saturating_sub(1))
            .and_then(whole_number);
        match (amount, unit) {
            (Some(amount @ 1..), Some(unit)) => Some(Self::For(Duration { amount, unit })),
            _ => {
                reader.mistake_with_help(
                    Place::At(node),
                    format!("`{text}` is not a lifetime"),
                    A_LIFETIME,
                );
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Lifetime",
            sample: "24h",
            unit: Some("s"),
            about: "`36000s`, `15m`, `24h`, `30d`, `never` or `unknown`",
            form: Form::Pattern {
                pattern: LIFETIME.to_owned(),
                rule: A_LIFETIME,
                examples: &["36000s", "15m", "24h", "30d", "never", "unknown"],
            },
        })
    }
}

/// The name of an entry of `sources`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceName(pub(crate) String);

impl Decode for SourceName {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let name = String::decode(node, reader)?;
        reader.cited.push((name.clone(), node));
        Some(Self(name))
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "SourceName",
            sample: "docs",
            unit: None,
            about: "the name of a source",
            form: Form::Text,
        })
    }
}

impl Decode for Answer {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match reader.tree.node(node) {
            Node::Bool(true) => Some(Self::Yes),
            Node::Bool(false) => Some(Self::No),
            Node::Text(text) if text == "unknown" => Some(Self::Unknown),
            _ => {
                reader.mismatch(node);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Answer",
            sample: "true",
            unit: None,
            about: "`true`, `false` or `unknown`",
            form: Form::BooleanOr("unknown"),
        })
    }
}

/// A number of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length(pub(crate) usize);

impl Decode for Length {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let length = match reader.tree.node(node) {
            Node::Number(number) => number.parse().ok(),
            _ => None,
        };
        if length.is_none() {
            reader.mismatch(node);
        }
        length.map(Self)
    }

    fn describe(_: &mut Guide) -> Shape {
        Shape::Scalar(Scalar {
            name: "Length",
            sample: "40",
            unit: None,
            about: "a number",
            form: Form::Integer {
                minimum: 0,
                maximum: None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_plain_urls_there_is_no_complaint() {
        let pieces = [
            "a", "B2", "-", "_", ".", "/", "//", ":", ":8", "?", "=", "&", "%", "#", "@", "{a}",
            "<a>", " ", "ä", "\\", "",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for fourth in pieces {
                        let url = ["https://", first, second, third, fourth].concat();
                        for variables in [false, true] {
                            let complaint = complaint_of_any(&url, variables);
                            assert!(complaint.is_none() || !is_plain_url(&url), "{url}");
                        }
                    }
                }
            }
        }
        assert!(is_plain_url(
            "https://api.acme.example/oauth2/v2.0/token?a=b"
        ));
    }
}
