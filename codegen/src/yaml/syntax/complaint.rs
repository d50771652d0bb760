//! A complaint of the YAML parser, and what a person would have to write instead.

use std::ops::Range;

use crate::yaml::diagnostic::Label;
use crate::yaml::locate::{offset, scalar};
use crate::yaml::unreadable::{KEY, MERGE_KEY, TAG, TOO_MANY_NODES, Unreadable};

/// YAML 1.2 §7.4.2.
const LONGEST_KEY: usize = 1024;

const QUOTE: &str = "put the text in quotes";

/// The message of the parser, taken apart: `problem at line 3 column 1, context at line 2 column 5`.
pub(super) struct Complaint<'t> {
    text: &'t str,
    problem: &'t str,
    at: usize,
    context: &'t str,
    /// Where what the parser was reading began.
    began: usize,
}

impl<'t> Complaint<'t> {
    pub(super) fn new(text: &'t str, message: &'t str, at: usize) -> Self {
        let (problem, context) = message.split_once(", while ").unwrap_or((message, ""));
        let (context, began) = match split_place(context) {
            (context, Some((line, column))) => (context, offset(text, line, column)),
            (context, None) => (context, at),
        };
        Self {
            text,
            problem: split_place(problem).0,
            at,
            context,
            began,
        }
    }

    /// What to write instead, where it is known.
    pub(super) fn explain(&self) -> Option<Unreadable> {
        let Self {
            text,
            problem,
            at,
            began,
            ..
        } = *self;
        let here = self.character(at);
        if here == Some('\t') && !problem.starts_with("found unexpected") {
            return Some(self.tab());
        }
        let explained = match problem {
            "mapping values are not allowed in this context" => self.colon()?,
            "did not find expected key" => self.no_key(),
            "did not find expected '-' indicator" => Unreadable::at(
                scalar(text, at),
                "this line is no item of the list that it stands in",
                "begin each item of a list with `- `, or each line of a mapping with its key",
            )
            .and(began..began + 1, "the list begins here"),
            "could not find expected ':'" => self.no_colon(),
            "found character that cannot start any token" => {
                let character = here?;
                let character = match character {
                    '`' => "a backtick".to_owned(),
                    character => format!("`{character}`"),
                };
                Unreadable::at(
                    scalar(text, at),
                    format!("a text without quotes cannot begin with {character}"),
                    self.quoted(self.value(at)),
                )
            }
            "did not find expected alphabetic or numeric character" => {
                let sign = self.character(began)?;
                Unreadable::at(
                    began..began + sign.len_utf8(),
                    format!("a text without quotes cannot begin with `{sign}`"),
                    QUOTE,
                )
            }
            "unknown anchor" => Unreadable::at(
                scalar(text, at),
                format!(
                    "`{}` is an alias, and nothing has this name",
                    &text[scalar(text, at)]
                ),
                "a text that begins with `*` belongs in quotes",
            ),
            "found unknown escape character" => {
                let end = text[at..]
                    .chars()
                    .take(2)
                    .map(char::len_utf8)
                    .sum::<usize>()
                    + at;
                Unreadable::at(
                    at..end,
                    format!("`{}` means nothing inside double quotes", &text[at..end]),
                    "write `\\\\` for a backslash, or put the text in single quotes",
                )
            }
            "found unexpected end of stream" | "found unexpected document indicator"
                if self.context.contains("quoted scalar") =>
            {
                Unreadable::at(
                    began..began + 1,
                    "this quote is never closed",
                    "close it where the text ends",
                )
            }
            "control characters are not allowed" => {
                let (at, character) = text.char_indices().find(|(_, c)| !is_printable(*c))?;
                Unreadable::at(
                    at..at + character.len_utf8(),
                    format!(
                        "the character U+{:04X} cannot stand in YAML",
                        u32::from(character)
                    ),
                    "leave it out",
                )
            }
            "recursion limit exceeded" => {
                Unreadable::nested(at..at + here.map_or(0, char::len_utf8))
            }
            "repetition limit exceeded" => self.too_many(),
            "deserializing from YAML containing more than one document is not supported" => {
                Unreadable::at(
                    second_document(text),
                    "a second document begins here",
                    "write each spec into a file of its own",
                )
            }
            _ if problem.starts_with("did not find expected ',' or") => self.unclosed(),
            _ if problem.ends_with(TAG) => Unreadable::at(
                scalar(text, at),
                "`!` begins a tag, and a spec has none",
                match self.value(at) {
                    key if key.contains(": ") => QUOTE.to_owned(),
                    value => self.quoted(value),
                },
            ),
            _ if problem.ends_with(KEY) => {
                let kind = if here == Some('{') { "mapping" } else { "list" };
                Unreadable::at(
                    scalar(text, at),
                    format!("a {kind} cannot be a key"),
                    "a text that begins with `{` or `[` belongs in quotes",
                )
            }
            _ if problem.ends_with(MERGE_KEY) => Unreadable::at(
                at..at + 2,
                "a spec has no merge keys",
                "write the keys out; an alias as a value is fine",
            ),
            _ if problem.ends_with(TOO_MANY_NODES) => self.too_many(),
            _ => return None,
        };
        Some(explained)
    }

    fn too_many(&self) -> Unreadable {
        Unreadable::whole(
            "the spec has more values than any could need",
            "aliases (`*name`) repeat what they stand for: write values where they belong",
        )
    }

    /// For complaints so rare that they have no words of ours.
    pub(super) fn in_the_words_of_the_parser(&self) -> Unreadable {
        let context = match self.context {
            "" => String::new(),
            context => format!(", while {context}"),
        };
        Unreadable {
            title: format!("this is not YAML: {}{context}", self.problem),
            labels: vec![Label {
                span: scalar(self.text, self.at),
                text: String::new(),
            }],
            help: None,
            within: self.at,
        }
    }

    fn tab(&self) -> Unreadable {
        let rest = &self.text[self.at..];
        let length = rest.len() - rest.trim_start_matches('\t').len();
        Unreadable::at(
            self.at..self.at + length,
            "a tab cannot indent a line of YAML",
            "indent with spaces, two a level",
        )
    }

    /// `key: a value: with a colon`, or a key deeper than a line that has a value.
    fn colon(&self) -> Option<Unreadable> {
        let line = self.line_start(self.at);
        let before = &self.text[line..self.at];
        if let Some(end) = before.find(": ") {
            let value = line + end + 2;
            let value = value + (self.text[value..].len() - self.text[value..].trim_start().len());
            return Some(Unreadable::at(
                self.at..self.at + 1,
                "a value without quotes cannot hold a colon and a space",
                self.quoted(self.rest_of_line(value.min(self.at))),
            ));
        }
        let key = line + (before.len() - before.trim_start().len());
        let depth = before.len() - before.trim_start().len();
        if self.text[key..self.at].chars().count() > LONGEST_KEY {
            return Some(Unreadable::at(
                key..self.at,
                format!("a key of YAML has at most {LONGEST_KEY} characters"),
                "write a shorter one",
            ));
        }
        let wrong = Unreadable::at(
            key..self.at.max(key + 1),
            "this key stands deeper than the line above, which has a value already",
            "begin both in the same column, or move the value of the line above to a key of its own",
        );
        let above = self.text[..line].trim_end_matches(['\n', '\r', ' ']);
        let above = self.line_start(above.len());
        let above_depth =
            self.rest_of_line(above).len() - self.rest_of_line(above).trim_start().len();
        if line == 0 || above_depth >= depth || self.rest_of_line(above).ends_with(':') {
            return None;
        }
        let item = self.rest_of_line(above).trim_start();
        if let Some(entry) = item.strip_prefix('-') {
            let dash = above + above_depth;
            return Some(Unreadable::at(
                dash..dash + 1,
                "a dash before an item needs a space",
                format!("write `- {entry}`"),
            ));
        }
        Some(wrong.and(scalar(self.text, above + above_depth), "has a value"))
    }

    /// More text behind a value that has ended, or a line that is in no column of those above.
    fn no_key(&self) -> Unreadable {
        let line = self.line_start(self.at);
        let before = self.text[line..self.at].trim_end();
        let end = line + before.len();
        let quote = before
            .chars()
            .next_back()
            .filter(|last| matches!(last, '"' | '\''));
        if let Some(open) = quote.and_then(|quote| self.opened_above(line, before, quote)) {
            return Unreadable::at(
                open..open + 1,
                "this quote is never closed",
                "close it where the text ends",
            )
            .and(end - 1..end, "so this one closes it");
        }
        match before.chars().next_back() {
            Some(quote @ ('"' | '\'')) => Unreadable::at(
                self.at..self.end_of_line(self.at).max(self.at),
                "the text has ended, and more follows",
                match quote {
                    '"' => "put quotes around all of it, and write `\\\"` for a quote inside",
                    _ => "write `''` for an apostrophe inside single quotes, or use double quotes",
                },
            )
            .and(end - 1..end, "this quote ends it"),
            Some(bracket @ ('}' | ']')) => {
                let (open, kind) = match bracket {
                    '}' => ('{', "mapping"),
                    _ => ('[', "list"),
                };
                let value = before.find(open).unwrap_or(0);
                Unreadable::at(
                    self.at..self.end_of_line(self.at).max(self.at),
                    format!("a text without quotes cannot begin with `{open}`"),
                    self.quoted(self.rest_of_line(line + value)),
                )
                .say("more follows")
                .and(line + value..end, &format!("a {kind} to YAML"))
            }
            _ => match self.character(self.at) {
                Some(bracket @ ('}' | ']')) => Unreadable::at(
                    self.at..self.at + 1,
                    format!("this `{bracket}` closes nothing"),
                    "leave it out, or open it before",
                ),
                _ => Unreadable::at(
                    scalar(self.text, self.at),
                    "this line begins in a column of its own",
                    "the keys of one mapping begin in the same column",
                )
                .and(scalar(self.text, self.began), "the mapping begins here"),
            },
        }
    }

    /// The quote that opened a text which ends in another line, where that end was meant to open one.
    fn opened_above(&self, line: usize, before: &str, quote: char) -> Option<usize> {
        let is_odd = |line: &str| line.matches(quote).count() % 2 == 1;
        if !is_odd(before) {
            return None;
        }
        let mut end = line;
        for above in self.text[..line].split_inclusive('\n').rev() {
            let start = end - above.len();
            if is_odd(above) {
                return above.rfind(quote).map(|at| start + at);
            }
            end = start;
        }
        None
    }

    /// The quote that is open where the line of `at` ends, and the one in a later line that closes it.
    fn read_on_into(&self, at: usize) -> Option<(usize, usize)> {
        const QUOTE: char = '"';
        let line = self.rest_of_line(at);
        if line.matches(QUOTE).count().is_multiple_of(2) {
            return None;
        }
        let end = at + line.len();
        let closing = self.text[end..].find(QUOTE)?;
        Some((at + line.rfind(QUOTE)?, end + closing))
    }

    fn no_colon(&self) -> Unreadable {
        let line = self.rest_of_line(self.began);
        let span = self.began..self.began + line.len().max(1).min(self.text.len() - self.began);
        match line.split_once(':') {
            Some((key, value)) if !value.is_empty() && !value.starts_with(' ') => {
                let colon = self.began + key.len();
                Unreadable::at(
                    colon..colon + 1,
                    "a colon behind a key needs a space",
                    format!("write `{key}: {value}`"),
                )
            }
            _ => Unreadable::at(span, "this line has no colon", "write `key: value`"),
        }
    }

    fn unclosed(&self) -> Unreadable {
        let open = self.character(self.began).unwrap_or('{');
        let close = if open == '[' { ']' } else { '}' };
        let opener = self.began..(self.began + 1).min(self.text.len());
        if self.line_start(self.began) != self.line_start(self.at) {
            if let Some((quote, closing)) = self.read_on_into(self.began) {
                return Unreadable::at(
                    quote..quote + 1,
                    "this quote is never closed",
                    "close it where the text ends",
                )
                .and(closing..closing + 1, "so this one closes it");
            }
            let read_on = scalar(self.text, self.at);
            return Unreadable::at(
                opener,
                format!("this `{open}` is never closed"),
                format!("close it with `{close}`"),
            )
            .and(read_on, "still inside of it");
        }
        let found = match self.character(self.at) {
            None | Some('\n' | '\r') => "the end of the line".to_owned(),
            Some(character) => format!("`{character}`"),
        };
        Unreadable::at(
            self.at..self.at + self.character(self.at).map_or(0, char::len_utf8),
            format!("expected `,` or `{close}`, found {found}"),
            "put a comma between entries, and quotes around a text that holds `: `, `, `, brackets \
             or quotes",
        )
        .and(opener, &format!("this `{open}` is open"))
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn end_of_line(&self, at: usize) -> usize {
        at + self.rest_of_line(at).len()
    }

    /// The line from `at` on, without a comment.
    fn rest_of_line(&self, at: usize) -> &'t str {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let line = line.find(" #").map_or(line, |comment| &line[..comment]);
        line.trim_end()
    }

    /// The value that begins at `at`: in a line of its own up to its end, inside brackets up to the
    /// next comma or bracket.
    fn value(&self, at: usize) -> &'t str {
        let before = &self.text[self.line_start(at)..at];
        let count = |brackets: [char; 2]| before.matches(brackets).count();
        if count(['{', '[']) > count(['}', ']']) {
            &self.text[scalar(self.text, at)]
        } else {
            self.rest_of_line(at)
        }
    }

    /// The value as it would be right.
    fn quoted(&self, value: &str) -> String {
        let value = value.trim();
        if value.is_empty() || value.chars().count() > 60 {
            QUOTE.to_owned()
        } else if value.contains('`') {
            format!("{QUOTE}: \"{value}\"")
        } else if !value.contains(['"', '\\']) {
            format!("{QUOTE}: `\"{value}\"`")
        } else {
            format!("{QUOTE}: `'{}'`", value.replace('\'', "''"))
        }
    }
}

/// A part of a message, and the line and column at its end.
fn split_place(part: &str) -> (&str, Option<(usize, usize)>) {
    if let Some((before, place)) = part.rsplit_once(" at line ")
        && let Some((line, column)) = place.split_once(" column ")
        && let (Ok(line), Ok(column)) = (line.parse(), column.parse())
    {
        return (before, Some((line, column)));
    }
    match part.rsplit_once(" at position ") {
        Some((before, place)) if place.parse::<usize>().is_ok() => (before, None),
        _ => (part, None),
    }
}

/// YAML 1.2 §5.1.
fn is_printable(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}'
            | '\u{10000}'..
    )
}

/// The line that begins another document.
fn second_document(text: &str) -> Range<usize> {
    let mut start = 0;
    let mut content = false;
    for line in text.split_inclusive('\n') {
        let marker = line.get(..3).unwrap_or_default();
        if content && matches!(marker, "---" | "...") {
            return start..start + 3;
        }
        content |= !line.trim().is_empty() && !line.starts_with(['#', '%']);
        start += line.len();
    }
    0..0
}
