//! Text of a server, made fit for one line of a terminal or a log.

/// The longest text of a server that an error repeats, in characters.
const LONGEST: usize = 200;

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Shorter values occur in ordinary words, and no real secret is that short.
const SHORTEST_SECRET: usize = 6;

/// `text` without `secrets`, on one line, and cut where it is long.
///
/// A server may echo the code or the refresh token that it refuses, and it may send what RFC 6749
/// §5.2 does not allow: line breaks that forge log entries, escape sequences, reversed writing.
pub(crate) fn printable(text: &str, secrets: &[&str]) -> String {
    let mut redacted = None::<String>;
    for secret in secrets {
        let text = redacted.as_deref().unwrap_or(text);
        if secret.len() >= SHORTEST_SECRET && text.contains(secret) {
            redacted = Some(text.replace(secret, REDACTED));
        }
    }
    let text = redacted.as_deref().unwrap_or(text).trim();

    let mut line = String::with_capacity(text.len().min(LONGEST));
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            line.push('…');
            break;
        }
        if is_harmless(character) {
            line.push(character);
        } else {
            line.extend(character.escape_default());
        }
    }
    line
}

/// Whether a character neither breaks a line nor changes how its neighbours are shown.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn control_characters_are_escaped_and_letters_are_not() {
        assert_eq!(printable(" abgelaufen ä\n", &[]), "abgelaufen ä");
        assert_eq!(printable("a\nb\u{7}ä", &[]), "a\\nb\\u{7}ä");
        assert_eq!(
            printable("a\u{202e}b\u{1b}[2J", &[]),
            "a\\u{202e}b\\u{1b}[2J"
        );
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "ä".repeat(201);
        assert_eq!(printable(&long, &[]), format!("{}…", "ä".repeat(200)));
        assert_eq!(printable(&"ä".repeat(200), &[]), "ä".repeat(200));
    }

    #[test]
    fn secrets_that_a_server_echoes_are_redacted() {
        assert_eq!(
            printable("token tGzv3JOkF0 is unknown", &["tGzv3JOkF0", "is"]),
            "token [redacted] is unknown"
        );
    }
}
