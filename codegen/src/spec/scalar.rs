//! Texts with rules: addresses, dates, durations, prose.

use std::fmt;

use crate::decode::{Decode, Place, Reader};
use crate::guide::Guide;
use crate::tree::{Node, NodeId};

/// Prose for the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl Decode for Text {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
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

    fn describe(_: &mut Guide) -> String {
        "a sentence".to_owned()
    }
}

/// An absolute `https` URL without user or variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HttpsUrl(pub(crate) String);

impl Decode for HttpsUrl {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        let text = String::decode(node, reader)?;
        match complaint(&text, false) {
            None => Some(Self(text)),
            Some((title, help)) => {
                reader.mistake_with_help(Place::At(node), title, help);
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> String {
        "an `https` URL".to_owned()
    }
}

/// What is wrong with a URL, and what would be right.
pub(crate) fn complaint(url: &str, variables: bool) -> Option<(String, &'static str)> {
    if let Some(rest) = url.strip_prefix("http://") {
        let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
        return Some((
            format!("`{host}` would be called over http"),
            "OAuth needs https (RFC 6749 §3.1): write `https://…`",
        ));
    }
    let Some(rest) = url.strip_prefix("https://") else {
        let help = if variables {
            "write `https://host/path`, or begin with the `{name}` of a host or of a base URL"
        } else {
            "write an absolute URL: `https://host/path`"
        };
        return Some((format!("`{url}` is not an https URL"), help));
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some((
            "a user name does not belong in a URL".to_owned(),
            "write the host alone after `https://`",
        ));
    }
    let host_is_fine = authority.split(':').next().is_some_and(|host| {
        !host.is_empty()
            && host
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-.{}_".contains(c))
    });
    if !host_is_fine {
        return Some((
            format!("`{authority}` is not a host"),
            "write `https://host/path`",
        ));
    }
    // A page's address may point into the page.
    if variables && url.contains('#') {
        return Some((
            "an endpoint's URL has no fragment (RFC 6749 §3.1)".to_owned(),
            "leave out what follows the `#`",
        ));
    }
    if url
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>\"\\^`|".contains(c))
    {
        return Some((
            "a URL has no white space and none of <>\"\\^`|".to_owned(),
            "write them percent-encoded",
        ));
    }
    None
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
        let text = String::decode(node, reader)?;
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find('{') {
            let Some(length) = rest[open..].find('}') else {
                reader.mistake_with_help(
                    Place::At(node),
                    "`{` without `}`",
                    "write a variable as `{name}`",
                );
                return None;
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
        let checked = match pieces.first() {
            // What opens the URL is checked where hosts and base URLs are known.
            Some(Piece::Variable(name)) => text.replacen(&format!("{{{name}}}"), "https://host", 1),
            _ => text.clone(),
        };
        if let Some((title, help)) = complaint(&checked, true) {
            reader.mistake_with_help(Place::At(node), title, help);
            return None;
        }
        Some(Self { text, pieces })
    }

    fn describe(_: &mut Guide) -> String {
        "an `https` URL, in which `{name}` stands for a variable or a host".to_owned()
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
                part.parse::<u16>().ok()
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
                reader.mistake_with_help(
                    Place::At(node),
                    format!("`{text}` is not a day"),
                    "write the year, the month and the day: `2026-11-22`",
                );
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> String {
        "a day, as `2026-11-22`".to_owned()
    }
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
        let unit = match self.unit {
            'm' => "minute",
            'h' => "hour",
            'd' => "day",
            _ => "second",
        };
        let plural = if self.amount == 1 { "" } else { "s" };
        write!(formatter, "{} {unit}{plural}", self.amount)
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
            .and_then(|amount| amount.parse().ok());
        match (amount, unit) {
            (Some(amount @ 1..), Some(unit)) => Some(Self::For(Duration { amount, unit })),
            _ => {
                reader.mistake_with_help(
                    Place::At(node),
                    format!("`{text}` is not a lifetime"),
                    "write `36000s`, `15m`, `24h` or `30d`, or `never` or `unknown`",
                );
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> String {
        "`36000s`, `15m`, `24h`, `30d`, `never` or `unknown`".to_owned()
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

    fn describe(_: &mut Guide) -> String {
        "the name of a source".to_owned()
    }
}

/// An answer that documents may leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Nothing is said.
    Unknown,
}

impl Decode for Answer {
    fn decode(node: NodeId, reader: &mut Reader) -> Option<Self> {
        match reader.tree.node(node) {
            Node::Bool(true) => Some(Self::Yes),
            Node::Bool(false) => Some(Self::No),
            Node::Text(text) if text == "unknown" => Some(Self::Unknown),
            _ => {
                reader.mistake(Place::At(node), "expected true, false or `unknown`");
                None
            }
        }
    }

    fn describe(_: &mut Guide) -> String {
        "`true`, `false` or `unknown`".to_owned()
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
            reader.unexpected(node, "a number of characters");
        }
        length.map(Self)
    }

    fn describe(_: &mut Guide) -> String {
        "a number".to_owned()
    }
}
