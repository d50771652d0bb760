//! Characters that a reader of a spec does not see: those that turn the direction of the text around
//! them (a spec would read otherwise than it is), invisible ones, and control characters (a terminal
//! would obey them). None of them is in a right spec, not even in a comment.

use std::borrow::Cow;

/// Why a reader does not see a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
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

    pub(crate) fn title(self, character: char) -> String {
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
pub(crate) fn found(text: &str) -> impl Iterator<Item = (usize, char, Kind)> {
    let (mut at, mut before) = (0, None);
    std::iter::from_fn(move || {
        loop {
            // Nearly all of a spec, of which nothing else need be asked.
            let plain = plain_bytes(&text.as_bytes()[at..]);
            if plain > 0 {
                at += plain;
                before = Some(char::from(text.as_bytes()[at - 1]));
            }
            let (here, character) = (at, text[at..].chars().next()?);
            at += character.len_utf8();
            let after = || text[at..].chars().next();
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
            if let Some(kind) = Kind::of(character).filter(|_| !joins) {
                return Some((here, character, kind));
            }
        }
    })
}

/// How many bytes from the start are visible characters of ASCII, spaces and ends of lines.
fn plain_bytes(bytes: &[u8]) -> usize {
    let mut length = 0;
    // All of every spec comes this way, and code that is not optimised takes as long for a word as for
    // two or three bytes.
    for word in bytes.chunks(16) {
        if word.try_into().is_ok_and(is_plain_word) {
            length += word.len();
            continue;
        }
        for byte in word {
            match byte {
                b' '..=b'~' | b'\n' | b'\t' => length += 1,
                _ => return length,
            }
        }
    }
    length
}

/// Whether all bytes are between the space and the tilde, or end lines.
fn is_plain_word(word: [u8; 16]) -> bool {
    const fn all(byte: u8) -> u128 {
        u128::from_le_bytes([byte; 16])
    }
    const HIGHEST_BITS: u128 = all(0x80);
    const LINE_FEEDS: u128 = all(b'\n');
    const DELETES: u128 = all(0x7f);
    const TO_SPACE: u128 = all(0x80 - b' ');
    const TO_ONE: u128 = all(0x80 - 1);
    let word = u128::from_le_bytes(word);
    if word & HIGHEST_BITS != 0 {
        return false;
    }
    // All are below 0x80, so that no byte of a sum reaches into the next one, and its highest bit is
    // what the name says.
    let is_from_space = word + TO_SPACE;
    let is_no_line_feed = (word ^ LINE_FEEDS) + TO_ONE;
    let is_no_delete = (word ^ DELETES) + TO_ONE;
    (is_from_space | !is_no_line_feed) & is_no_delete & HIGHEST_BITS == HIGHEST_BITS
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

pub(crate) fn without_hidden(text: &str) -> Cow<'_, str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte, in every place around the ends of words.
    #[test]
    fn what_is_plain_ends_before_the_first_other_byte() {
        for length in 0..40 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![b'a'; length];
                    bytes[place] = byte;
                    let is_plain = matches!(byte, b' '..=b'~' | b'\n' | b'\t');
                    let expected = if is_plain { length } else { place };
                    assert_eq!(plain_bytes(&bytes), expected, "{byte} at {place}");
                }
            }
        }
    }
}
