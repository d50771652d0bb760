//! What the YAML parser complains of, in words that say what to write instead.

mod complaint;

use std::ops::Range;

use crate::diagnostic::Label;
use crate::locate::offset;
use complaint::Complaint;

/// Why a text is no tree.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) title: String,
    /// The place to mend first; none where the text is wrong as a whole.
    pub(crate) labels: Vec<Label>,
    pub(crate) help: Option<String>,
    /// A byte of the part of the text that is wrong.
    pub(crate) within: usize,
}

impl Unreadable {
    /// The text is wrong as a whole.
    pub(crate) fn whole(title: impl Into<String>, help: &str) -> Self {
        Self {
            title: title.into(),
            labels: Vec::new(),
            help: Some(help.to_owned()),
            within: 0,
        }
    }

    fn at(span: Range<usize>, title: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            within: span.start,
            title: title.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: Some(help.into()),
        }
    }

    fn nested(span: Range<usize>) -> Self {
        Self::at(
            span,
            "lists and mappings stand inside each other more than 128 deep",
            "a spec needs no more than ten",
        )
    }

    /// Shows another place, where it is one.
    fn and(mut self, span: Range<usize>, text: &str) -> Self {
        if self.labels.iter().any(|label| label.span == span) {
            return self;
        }
        self.labels.push(Label {
            span,
            text: text.to_owned(),
        });
        self
    }

    fn say(mut self, text: &str) -> Self {
        if let Some(first) = self.labels.first_mut() {
            text.clone_into(&mut first.text);
        }
        self
    }
}

/// What our own visitors complain of, as the parser carries it.
pub(crate) const TAG: &str = "a tag";
pub(crate) const KEY: &str = "a key";
pub(crate) const MERGE_KEY: &str = "a merge key";
pub(crate) const TOO_MANY_NODES: &str = "too many values";

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
    let mut open = 0_usize;
    let mut quote = None;
    let mut previous = ' ';
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (Some(end), _) if character == end => quote = None,
            (Some(_), _) => {}
            // In the middle of a word it is an apostrophe.
            (None, '"' | '\'') if " \n{[,:".contains(previous) => quote = Some(character),
            (None, '{' | '[') => open += 1,
            (None, '}' | ']') => open = open.saturating_sub(1),
            _ => {}
        }
        if open > DEEPEST {
            return Some(Unreadable::nested(at..at + 1));
        }
        previous = character;
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
