//! What the YAML parser complains of, in words that say what to write instead.

mod complaint;

use crate::yaml::locate::offset;
use crate::yaml::unreadable::Unreadable;
use complaint::Complaint;

/// A complaint of the parser about `text`.
pub(crate) fn explain(text: &str, error: &serde_yaml::Error) -> Unreadable {
    let place = error.location();
    let at = place
        .as_ref()
        .map_or(0, |place| offset(text, place.line(), place.column()));
    let message = error.to_string();
    let complaint = Complaint::new(text, &message, at);
    complaint
        .explain()
        .unwrap_or_else(|| complaint.in_the_words_of_the_parser())
}

/// Bytes that are no UTF-8, which [`Source::read`](crate::Source::read) leaves as U+FFFD.
pub(crate) fn foreign_bytes(text: &str) -> Option<Unreadable> {
    let at = text.find(char::REPLACEMENT_CHARACTER)?;
    Some(Unreadable::at(
        at..at + char::REPLACEMENT_CHARACTER.len_utf8(),
        "the file is not UTF-8",
        "save it as UTF-8",
    ))
}

/// Brackets inside each other in such number that the parser, which goes through all that are open
/// for each key, would need minutes. Far below it the parser itself refuses them.
pub(crate) fn too_deep(text: &str) -> Option<Unreadable> {
    const DEEPEST: usize = 1_000;
    // Nearly every spec, told much faster.
    if text.matches('[').count() + text.matches('{').count() <= DEEPEST {
        return None;
    }
    let mut open = 0_usize;
    let mut quote = None;
    let mut previous = b' ';
    // What counts here is ASCII, which is no part of any other character.
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match (quote, byte) {
            (Some(end), _) if byte == end => quote = None,
            (Some(_), _) => {}
            // In the middle of a word it is an apostrophe.
            (None, b'"' | b'\'') if b" \n{[,:".contains(&previous) => quote = Some(byte),
            (None, b'{' | b'[') => open += 1,
            (None, b'}' | b']') => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST {
            return Some(Unreadable::nested(at..at + 1));
        }
        previous = byte;
        at += 1;
    }
    None
}

/// Overwrites with spaces the lines around `at` from one key of the outermost mapping to the next,
/// so that all else keeps its place. Whether there was anything.
pub(crate) fn blank_section(text: &mut String, at: usize) -> bool {
    let begins = |line: &str| !line.starts_with([' ', '\t', '#', '\n', '\r', '-', '}', ']']);
    let (mut start, mut end) = (0, text.len());
    let mut place = 0;
    for line in text.split_inclusive('\n') {
        if begins(line) && place <= at {
            start = place;
        } else if begins(line) && place > at {
            end = place;
            break;
        }
        place += line.len();
    }
    let blank: String = text[start..end]
        .chars()
        .map(|character| match character {
            '\n' | '\r' => character.to_string(),
            // Places are bytes, so each one stays.
            other => " ".repeat(other.len_utf8()),
        })
        .collect();
    let changed = blank != text[start..end];
    text.replace_range(start..end, &blank);
    changed
}
