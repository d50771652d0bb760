//! Where a node stands in its file. The YAML parser keeps positions to itself until an error, so
//! walk to the node and fail there: a fraction of a millisecond, and only where there is a mistake.

use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One step from a node to a node inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The key of the mapping's entry with this index.
    Key(usize),
    /// The value of the mapping's entry with this index.
    Value(usize),
    /// The list's item with this index.
    Item(usize),
}

/// The bytes of `text` that the node at the end of `steps` begins with: a whole scalar or key, or
/// the first line of anything longer.
pub(crate) fn locate(text: &str, steps: &[Step]) -> Range<usize> {
    let document = serde_yaml::Deserializer::from_str(text);
    let found = Walk(steps)
        .deserialize(document)
        .err()
        .and_then(|error| error.location());
    match found {
        Some(mark) => scalar(text, offset(text, mark.line(), mark.column())),
        None => 0..text.lines().next().map_or(0, str::len),
    }
}

/// The byte at a line and column of the YAML parser: both from 1, the column in characters. Its own
/// index counts some line ends as one character and some as their bytes.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        // More ends a line of YAML than a line feed.
        let rest = &text[start..];
        match rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
            Some(end) if rest[end..].starts_with("\r\n") => start += end + 2,
            Some(end) => start += end + rest[end..].chars().next().map_or(0, char::len_utf8),
            None => break,
        }
    }
    let characters = text[start..].chars().take(column.saturating_sub(1));
    start + characters.map(char::len_utf8).sum::<usize>()
}

/// The scalar that begins at `start`, found by its end: a quote, a separator or a comment.
pub(crate) fn scalar(text: &str, start: usize) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let length = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => quoted(line, quote),
        Some('[' | '{') => 1,
        _ => plain(line),
    };
    start..start + length
}

/// The length of a text in quotes, up to the end of the line at most.
fn quoted(line: &str, quote: char) -> usize {
    let mut characters = line.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => drop(characters.next()),
            _ if character != quote => {}
            // An apostrophe inside single quotes.
            '\'' if characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                characters.next();
            }
            _ => return at + 1,
        }
    }
    line.len()
}

fn plain(line: &str) -> usize {
    let ends = [": ", " #", ", "]
        .iter()
        .filter_map(|end| line.find(end))
        .chain(closing_bracket(line))
        .min();
    let text = match ends {
        Some(end) => &line[..end],
        None => line,
    };
    let text = text.trim_end();
    text.strip_suffix([':', ',']).unwrap_or(text).len()
}

/// The first bracket that closes what a text did not open: a `{variable}` is a part of it.
fn closing_bracket(line: &str) -> Option<usize> {
    let mut open = 0_usize;
    line.find(|character| match character {
        '{' | '[' => {
            open += 1;
            false
        }
        '}' | ']' if open > 0 => {
            open -= 1;
            false
        }
        _ => matches!(character, '}' | ']'),
    })
}

struct Walk<'s>(&'s [Step]);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.is_empty() {
            deserializer.deserialize_any(Here)
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("the rest of the path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            match self.0 {
                [Step::Key(wanted)] if *wanted == index => {
                    entries.next_key_seed(Walk(&[]))?;
                    return Ok(());
                }
                _ if entries.next_key::<IgnoredAny>()?.is_none() => return Ok(()),
                [Step::Value(wanted), rest @ ..] if *wanted == index => {
                    entries.next_value_seed(Walk(rest))?;
                }
                _ => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
            index += 1;
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let [Step::Item(wanted), rest @ ..] = self.0 else {
            return Err(de::Error::custom("a list where the path has a key"));
        };
        for _ in 0..*wanted {
            items.next_element::<IgnoredAny>()?;
        }
        items.next_element_seed(Walk(rest))?;
        Ok(())
    }
}

/// Fails on any node, whose position the error then carries.
struct Here;

impl<'de> Visitor<'de> for Here {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("nothing")
    }
}
