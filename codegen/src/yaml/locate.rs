//! Where a node stands in its file. The YAML parser keeps positions to itself until an error, so
//! walk to the node and fail there: a fraction of a millisecond, for one node.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_yaml::Location;

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

/// The bytes of `text` that the node at the end of `steps` begins with.
fn locate(text: &str, steps: &[Step]) -> Range<usize> {
    match mark(text, steps) {
        Some((mark, _)) => at(text, &mark),
        None => first_line(text),
    }
}

/// The place of what has none.
pub(crate) fn first_line(text: &str) -> Range<usize> {
    0..text.lines().next().map_or(0, str::len)
}

/// Where the keys at the ends of these ways begin, in a text without mistakes. They are found in one walk:
/// the parser reads all that it is given before it hands over anything, which takes most of the time.
pub(crate) fn keys(text: &str, ways: &[Vec<Step>]) -> Vec<usize> {
    let found: Vec<_> = ways.iter().map(|_| Cell::new(None)).collect();
    let ways_to: Vec<Way<'_>> = ways.iter().map(Vec::as_slice).zip(&found).collect();
    let document = serde_yaml::Deserializer::from_str(up_to_last(text, ways));
    // What comes behind a mistake, as where the text is cut, is not found.
    let _ = WalkToKeys(ways_to).deserialize(document);
    let mut order: Vec<_> = (0..ways.len()).collect();
    order.sort_by_key(|index| found[*index].get());
    let (mut starts, mut cursor) = (vec![0; ways.len()], Cursor::default());
    for index in order {
        starts[index] = match found[index].get() {
            Some((line, column)) => cursor.go(text, line, column),
            None => locate(text, &ways[index]).start,
        };
    }
    starts
}

/// The text up to the last of the root's entries that these ways go into, at least. Wherever a text is
/// cut, what is found before that place stands where it does.
fn up_to_last<'t>(text: &'t str, ways: &[Vec<Step>]) -> &'t str {
    let entries = ways.iter().map(|steps| match steps.first() {
        Some(Step::Key(index) | Step::Value(index)) => Some(*index),
        _ => None,
    });
    let Some(last) = entries
        .reduce(|one, other| Some(one?.max(other?)))
        .flatten()
    else {
        return text;
    };
    let mut ends = text.match_indices('\n').filter(|(end, _)| {
        let next = text.as_bytes().get(end + 1);
        next.is_some_and(u8::is_ascii_alphabetic)
    });
    ends.nth(last + 1).map_or(text, |(end, _)| &text[..=end])
}

/// The line and column that an error tells, of which only the message is the same for all deserializers.
/// It does not tell the start of the file.
pub(crate) fn told(error: &impl fmt::Display) -> (usize, usize) {
    let message = error.to_string();
    let place = message.rsplit_once(" at line ");
    let place = place.and_then(|(_, place)| place.split_once(" column "));
    let place = place.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
    place.unwrap_or((1, 1))
}

fn at(text: &str, mark: &Location) -> Range<usize> {
    scalar(text, offset(text, mark.line(), mark.column()))
}

/// Where the walk ended, and whether that is the node.
fn mark(text: &str, steps: &[Step]) -> Option<(Location, bool)> {
    let is_found = Cell::new(false);
    let document = serde_yaml::Deserializer::from_str(text);
    let walk = Walk {
        steps,
        is_found: &is_found,
    };
    let error = walk.deserialize(document).err()?;
    Some((error.location()?, is_found.get()))
}

/// The byte at a line and column of the YAML parser.
pub(crate) fn offset(text: &str, line: usize, column: usize) -> usize {
    Cursor::default().go(text, line, column)
}

/// Goes from one place of the YAML parser to the next. Its lines and columns start from 1, columns in
/// characters. Its own index counts some line ends as one character and some as their bytes.
#[derive(Debug)]
pub(crate) struct Cursor {
    line: usize,
    column: usize,
    /// The first byte of the line.
    start: usize,
    at: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            line: 1,
            column: 1,
            start: 0,
            at: 0,
        }
    }
}

impl Cursor {
    /// The byte at a line and column. What lies before the last one is not read again.
    pub(crate) fn go(&mut self, text: &str, line: usize, column: usize) -> usize {
        if line < self.line {
            *self = Self::default();
        }
        while self.line < line
            && let Some(start) = next_line(text, self.at)
        {
            (self.line, self.column, self.start, self.at) = (self.line + 1, 1, start, start);
        }
        if column < self.column {
            (self.column, self.at) = (1, self.start);
        }
        let characters = text[self.at..].chars().take(column - self.column);
        self.at += characters.map(char::len_utf8).sum::<usize>();
        self.column = column;
        self.at
    }
}

/// Where the line after the one at this byte begins.
fn next_line(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        // More ends a line of YAML than a line feed: U+0085, U+2028 and U+2029 as well.
        let end = match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\n' | b'\r' => 1,
            0xc2 if bytes.get(at + 1) == Some(&0x85) => 2,
            0xe2 if matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])) => 3,
            _ => 0,
        };
        if end > 0 {
            return Some(at + end);
        }
        at += 1;
    }
    None
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

/// The length of a text without quotes. Nothing behind its end is read: a line may hold many.
fn plain(line: &str) -> usize {
    let mut open = 0_usize;
    let mut characters = line.chars().peekable();
    let mut end = 0;
    while let Some(character) = characters.next() {
        let next = characters.peek();
        match (character, next) {
            (':' | ',', Some(' ')) | (' ', Some('#')) => break,
            // The first bracket that closes what the text did not open: a `{variable}` is a part of it.
            ('}' | ']', _) if open == 0 => break,
            ('}' | ']', _) => open -= 1,
            ('{' | '[', _) => open += 1,
            _ => {}
        }
        end += character.len_utf8();
    }
    let text = line[..end].trim_end();
    text.strip_suffix([':', ',']).unwrap_or(text).len()
}

#[derive(Clone, Copy)]
struct Walk<'s> {
    steps: &'s [Step],
    is_found: &'s Cell<bool>,
}

impl Walk<'_> {
    fn to<'t>(&'t self, steps: &'t [Step]) -> Walk<'t> {
        Walk {
            steps,
            is_found: self.is_found,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() {
            deserializer.deserialize_any(Here(self.is_found))
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
            match self.steps {
                [Step::Key(wanted)] if *wanted == index => {
                    entries.next_key_seed(self.to(&[]))?;
                    return Ok(());
                }
                _ if entries.next_key::<IgnoredAny>()?.is_none() => return Ok(()),
                [Step::Value(wanted), rest @ ..] if *wanted == index => {
                    entries.next_value_seed(self.to(rest))?;
                }
                _ => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
            index += 1;
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let [Step::Item(wanted), rest @ ..] = self.steps else {
            return Err(de::Error::custom("a list where the path has a key"));
        };
        for _ in 0..*wanted {
            items.next_element::<IgnoredAny>()?;
        }
        items.next_element_seed(self.to(rest))?;
        Ok(())
    }
}

/// Fails on any node, whose position the error then carries.
struct Here<'f>(&'f Cell<bool>);

impl<'de> Visitor<'de> for Here<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        self.0.set(true);
        formatter.write_str("nothing")
    }
}

/// Steps to a key, and where its line and column are kept.
type Way<'s> = (&'s [Step], &'s Cell<Option<(usize, usize)>>);

/// Refuses each of the keys once, which the parser survives.
struct WalkToKeys<'s>(Vec<Way<'s>>);

impl<'s> WalkToKeys<'s> {
    /// The ways that go on behind this step.
    fn behind(&self, step: Step) -> Self {
        let ways = self.0.iter().filter_map(|(steps, found)| match steps {
            [first, rest @ ..] if *first == step && !rest.is_empty() => Some((rest, *found)),
            _ => None,
        });
        Self(ways.collect())
    }

    fn end_at(&self, step: Step) -> impl Iterator<Item = &'s Cell<Option<(usize, usize)>>> {
        let ends = self.0.iter().filter(move |(steps, _)| *steps == [step]);
        ends.map(|(_, found)| *found)
    }
}

impl<'de> DeserializeSeed<'de> for WalkToKeys<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.0.is_empty() {
            true => deserializer.deserialize_ignored_any(IgnoredAny).map(drop),
            false => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for WalkToKeys<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list or a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        for index in 0.. {
            let mut ends = self.end_at(Step::Key(index)).peekable();
            if ends.peek().is_some() {
                let is_found = Cell::new(false);
                let refused = entries.next_key_seed(Walk {
                    steps: &[],
                    is_found: &is_found,
                });
                match refused {
                    Ok(None) => break,
                    Ok(Some(())) => {}
                    // A mistake of the text, which is no place of the key.
                    Err(error) if !is_found.get() => return Err(error),
                    Err(error) => {
                        let place = told(&error);
                        ends.for_each(|found| found.set(Some(place)));
                    }
                }
            } else if entries.next_key::<IgnoredAny>()?.is_none() {
                break;
            }
            entries.next_value_seed(self.behind(Step::Value(index)))?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let item = items.next_element_seed(self.behind(Step::Item(index)))?;
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a comment\nname: Acme\nsummary: >\n  several\n  lines\n\nsources:\n  docs: { title: \"a: b\",\nurl: x }\ngrants:\n  one:\n    - a\n    - b\nlast: z\n";

    /// The keys and values of the text, each with the way to it.
    fn nodes() -> Vec<Vec<Step>> {
        use Step::{Item, Key, Value};
        let mut nodes: Vec<Vec<Step>> = (0..5)
            .flat_map(|index| [vec![Key(index)], vec![Value(index)]])
            .collect();
        for below in [
            vec![Value(2), Key(0)],
            vec![Value(2), Value(0), Key(1)],
            vec![Value(2), Value(0), Value(1)],
            vec![Value(3), Key(0)],
            vec![Value(3), Value(0), Item(1)],
        ] {
            nodes.push(below);
        }
        nodes
    }

    #[test]
    fn keys_are_found_together_as_each_is_alone() {
        let nodes = nodes();
        let alone: Vec<_> = nodes.iter().map(|way| locate(TEXT, way).start).collect();
        assert_eq!(keys(TEXT, &nodes), alone);
        for (way, place) in nodes.iter().zip(&alone) {
            assert_eq!(keys(TEXT, std::slice::from_ref(way)), [*place], "{way:?}");
        }
        let back: Vec<_> = nodes.iter().rev().cloned().collect();
        assert!(keys(TEXT, &back).iter().eq(alone.iter().rev()));
        assert!(keys(TEXT, &[]).is_empty());
        let places = alone;
        assert_eq!(&TEXT[places[6]..places[6] + 6], "grants");
        assert_eq!(&TEXT[places[14]..=places[14]], "b");
    }

    #[test]
    fn each_line_begins_where_the_parser_says() {
        let text = "a\nbä\r\nc\rd\u{85}e\u{2028}f\u{2029}gâ\n\nh";
        let starts: Vec<_> = (1..=12)
            .map(|line| &text[offset(text, line, 1)..])
            .collect();
        let firsts: Vec<_> = starts.iter().map(|rest| rest.chars().next()).collect();
        let expected = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '\n', 'h', 'h', 'h', 'h'];
        assert_eq!(firsts, expected.map(Some));
        assert_eq!(&text[offset(text, 2, 2)..][..2], "ä");
        let mut cursor = Cursor::default();
        for (line, column) in [
            (2, 2),
            (2, 3),
            (2, 1),
            (7, 2),
            (12, 1),
            (12, 2),
            (9, 1),
            (3, 1),
            (1, 9),
        ] {
            let at = cursor.go(text, line, column);
            assert_eq!(at, offset(text, line, column), "{line}:{column}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_the_same_way() {
        for steps in [&[Step::Value(9)][..], &[Step::Value(0), Step::Key(0)], &[]] {
            let alone = locate(TEXT, steps).start;
            assert_eq!(keys(TEXT, &[steps.to_vec()]), [alone], "{steps:?}");
        }
    }
}
