//! Where a node stands in its file. The YAML parser keeps positions to itself until an error, so
//! walk to the node and fail there: a fraction of a millisecond, and only where there is a mistake.

use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::tree::Step;

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

/// The byte at a line and column, both from 1 and the column in characters.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text.get(start..).unwrap_or_default();
    let within: usize = rest
        .chars()
        .take(column.saturating_sub(1))
        .take_while(|character| *character != '\n')
        .map(char::len_utf8)
        .sum();
    start + within
}

/// The scalar that begins at `start`, found by its end: a quote, a separator or a comment.
pub(crate) fn scalar(text: &str, start: usize) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let length = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => line[1..].find(quote).map_or(line.len(), |end| end + 2),
        Some('[' | '{') => 1,
        _ => plain(line),
    };
    start..start + length
}

fn plain(line: &str) -> usize {
    let ends = [": ", " #", ", ", "]", "}"]
        .iter()
        .filter_map(|end| line.find(end))
        .min();
    let text = match ends {
        Some(end) => &line[..end],
        None => line,
    };
    let text = text.trim_end();
    text.strip_suffix([':', ',']).unwrap_or(text).len()
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
