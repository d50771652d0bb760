//! Characters that a reader of a spec does not see: those that turn the direction of the text around
//! them (a spec would read otherwise than it is), invisible ones, and control characters (a terminal
//! would obey them). None of them is in a right spec, not even in a comment.

use std::borrow::Cow;
use std::ops::Range;

use crate::decode::{Place, Reader};
use crate::diagnostic::{Label, Report};
use crate::source::Source;
use crate::tree::{Hidden, Tree};

/// After so many the file is something else than a spec.
const MAX_MISTAKES: usize = 20;

/// Why a reader does not see a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Control,
    Direction,
    Invisible,
}

/// Those of the basic plane that are never a part of a visible one, as a regular expression has them
/// between brackets.
pub(crate) const PATTERN: &str = concat!(
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f",
    r"\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb",
);

impl Kind {
    fn of(character: char) -> Option<Self> {
        Some(match character {
            '\n' | '\t' => return None,
            // What Rust takes for a control character is the category Cc of Unicode.
            control if control.is_control() => Self::Control,
            '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => Self::Direction,
            // The other default ignorable code points of Unicode, and what ends lines where no
            // editor shows it.
            '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' => Self::Invisible,
            _ => return None,
        })
    }

    fn title(self, character: char) -> String {
        let number = u32::from(character);
        match self {
            Self::Control => format!("U+{number:04X} is a control character"),
            Self::Direction => {
                format!("U+{number:04X} changes the direction of the text around it")
            }
            Self::Invisible => format!("U+{number:04X} is invisible"),
        }
    }
}

/// Whether no reader sees a character, unless it is a part of a visible one.
pub(crate) fn is_hidden(character: char) -> bool {
    Kind::of(character).is_some()
}

/// The hidden characters of a text with their places, but for those that are a part of a visible one.
fn found(text: &str) -> impl Iterator<Item = (usize, char, Kind)> {
    let mut before = None;
    text.char_indices().filter_map(move |(at, character)| {
        let kind = Kind::of(character);
        let after = || text[at + character.len_utf8()..].chars().next();
        let joins = match character {
            // Emoji are joined of others, and letters of some scripts have two forms.
            '\u{200c}' | '\u{200d}' => {
                before.is_some_and(is_joined) && after().is_some_and(is_joined)
            }
            // The form of a symbol: in colours or not.
            '\u{fe0e}' | '\u{fe0f}' => before.is_some_and(is_symbol),
            _ => false,
        };
        before = Some(character);
        kind.filter(|_| !joins).map(|kind| (at, character, kind))
    })
}

fn is_symbol(character: char) -> bool {
    character >= '\u{a9}' && !character.is_alphanumeric() && Kind::of(character).is_none()
}

fn is_joined(character: char) -> bool {
    let is_form = matches!(character, '\u{fe0e}' | '\u{fe0f}');
    // Below are the scripts whose letters do not join.
    let is_letter = character >= '\u{600}' && character.is_alphabetic();
    is_form || is_letter || is_symbol(character)
}

/// Reports the hidden characters that stand in the file itself, comments included, except where
/// `complained` says that the parser did. Most control characters are no YAML, of which it always does.
pub(crate) fn report(
    index: usize,
    source: &Source,
    report: &mut Report,
    complained: impl Fn(&Range<usize>) -> bool,
) {
    let text = &source.text;
    let found = found(text).filter(|(at, character, kind)| match character {
        // They end lines of YAML, comments too, where editors show none.
        '\u{85}' => true,
        '\r' => !text[at + 1..].starts_with('\n'),
        _ => *kind != Kind::Control,
    });
    let mut found = found
        .map(|(at, character, kind)| (at..at + character.len_utf8(), character, kind))
        .filter(|(span, ..)| !complained(span));
    for (span, character, kind) in found.by_ref().take(MAX_MISTAKES) {
        let text = String::new();
        let label = Label { span, text };
        let help = "leave it out".to_owned();
        report.add(index, kind.title(character), vec![label], Some(help));
    }
    let more = found.count();
    if more > 0 {
        let title = format!("and {more} more characters that nobody sees");
        let help = "leave them out".to_owned();
        report.add(index, title, Vec::new(), Some(help));
    }
}

/// Takes the hidden characters out of the tree, so that nothing later sees or shows them.
pub(crate) fn take_out(tree: &mut Tree) -> Vec<Hidden> {
    tree.clean(|text, is_key| {
        // A name is on one line.
        let is_hidden = |c: char| is_key && matches!(c, '\n' | '\t');
        match without_hidden(text) {
            clean if clean.contains(is_hidden) => Some(clean.replace(is_hidden, " ")),
            Cow::Owned(clean) => Some(clean),
            Cow::Borrowed(_) => None,
        }
    })
}

/// Reports those of them that are written as escapes.
pub(crate) fn report_escaped(hidden: &[Hidden], reader: &mut Reader) {
    for one in hidden {
        let place = match one.is_key {
            true => Place::KeyOf(one.node),
            false => Place::At(one.node),
        };
        // What stands in the file itself was reported.
        let text = reader.written(place);
        let mut breaks = one.text.chars().filter(|c| matches!(c, '\n' | '\t'));
        let breaks = breaks.find(|_| one.is_key).map(|c| (c, Kind::Control));
        let mut found = found(&one.text).map(|(_, character, kind)| (character, kind));
        let escaped = found.find(|(character, _)| !text.contains(*character));
        if let Some((character, kind)) = escaped.or(breaks) {
            reader.mistake_with_help(place, kind.title(character), "leave out its escape");
        }
    }
}

fn without_hidden(text: &str) -> Cow<'_, str> {
    let mut clean = String::new();
    let mut done = 0;
    for (at, character, _) in found(text) {
        clean += &text[done..at];
        done = at + character.len_utf8();
    }
    match done {
        0 => Cow::Borrowed(text),
        _ => Cow::Owned(clean + &text[done..]),
    }
}

/// A text for people, in which each hidden character is its escape in Rust.
pub fn visible(text: String) -> String {
    let mut shown = String::new();
    let mut done = 0;
    for (at, character, _) in found(&text) {
        shown += &text[done..at];
        shown.extend(character.escape_unicode());
        done = at + character.len_utf8();
    }
    match done {
        0 => text,
        _ => shown + &text[done..],
    }
}
