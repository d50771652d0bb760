//! Text of a server, made fit for one line of a terminal or a log.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use zeroize::Zeroizing;

use crate::json::write_string;
use crate::parameters::write_form_encoded;

/// The longest text of a server that an error repeats, in characters.
const LONGEST: usize = 200;

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Shorter values occur in ordinary words, and no real secret is that short.
const SHORTEST_SECRET: usize = 6;

/// `text` without `secrets`, on one line, and cut where it is long.
///
/// A server may echo the code or the refresh token that it refuses, or all that it was sent, and it
/// may send what RFC 6749 §5.2 does not allow: line breaks that forge log entries, escape sequences,
/// reversed writing.
pub(crate) fn printable(text: &str, secrets: &[&str]) -> String {
    let redacted = redacted(text, secrets);
    let text = redacted.trim();

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

/// `text` without `secrets`, and without what they are when they are sent.
fn redacted(text: &str, secrets: &[&str]) -> Zeroizing<String> {
    let long = secrets
        .iter()
        .filter(|secret| secret.len() >= SHORTEST_SECRET);
    let mut spellings: Vec<_> = long.flat_map(|secret| spellings(secret)).collect();
    // A secret that begins like another one must not leave the other's end.
    spellings.sort_unstable_by_key(|spelling| Reverse(spelling.len()));
    let mut text = Zeroizing::new(text.to_owned());
    for spelling in &spellings {
        if text.contains(&**spelling) {
            text = Zeroizing::new(text.replace(&**spelling, REDACTED));
        }
    }
    // Basic credentials (RFC 7617 §2), and whatever else holds a secret where nobody sees it.
    while let Some(encoded) = encoded(&text, &spellings).map(str::to_owned) {
        text = Zeroizing::new(text.replace(&encoded, REDACTED));
    }
    text
}

/// A secret as it is, and as a form, a URL and JSON have it.
fn spellings(secret: &str) -> [Zeroizing<String>; 4] {
    // No encoding makes more than six characters of one byte, and nothing is moved then.
    let mut form = Zeroizing::new(String::with_capacity(secret.len() * 3));
    write_form_encoded(&mut form, secret);
    let url = Zeroizing::new(form.replace('+', "%20"));
    let mut json = Zeroizing::new(Vec::with_capacity(secret.len() * 6 + 2));
    write_string(&mut json, secret);
    let json = json.strip_prefix(b"\"").unwrap_or(&json);
    let json = String::from_utf8_lossy(json.strip_suffix(b"\"").unwrap_or(json)).into_owned();
    [
        Zeroizing::new(secret.to_owned()),
        form,
        url,
        Zeroizing::new(json),
    ]
}

/// A word of `text` that is base64 of something with one of these in it.
fn encoded<'a>(text: &'a str, secrets: &[Zeroizing<String>]) -> Option<&'a str> {
    let is_end =
        |character: char| !(character.is_ascii_alphanumeric() || "+/-_".contains(character));
    let holds_secret = |word: &&str| {
        // One character more than groups of four says nothing, and is what a cut leaves behind.
        let whole = &word[..word.len() - usize::from(word.len() % 4 == 1)];
        [STANDARD, URL_SAFE].iter().any(|alphabet| {
            let decoder =
                GeneralPurpose::new(alphabet, NO_PAD.with_decode_allow_trailing_bits(true));
            let decoded = Zeroizing::new(decoder.decode(whole).unwrap_or_default());
            let decoded = Zeroizing::new(String::from_utf8_lossy(&decoded).into_owned());
            secrets.iter().any(|secret| decoded.contains(&**secret))
        })
    };
    text.split(is_end).find(holds_secret)
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

    #[test]
    fn secrets_are_found_in_what_is_made_of_them() {
        let secret = "s3cr3t/+=&é \"";
        for (text, shown) in [
            ("a=s3cr3t%2F%2B%3D%26%C3%A9+%22&b=c", "a=[redacted]&b=c"),
            ("?a=s3cr3t%2F%2B%3D%26%C3%A9%20%22&b=c", "?a=[redacted]&b=c"),
            (r#"{"a":"s3cr3t/+=&é \""}"#, r#"{"a":"[redacted]"}"#),
            // `id:s3cr3t%2F…`, as RFC 6749 §2.3.1 has it, and cut after it.
            (
                "Basic aWQ6czNjcjN0JTJGJTJCJTNEJTI2JUMzJUE5KyUyMg== is wrong",
                "Basic [redacted]== is wrong",
            ),
            // `id:s3cr3t/…`, with both alphabets.
            ("(aWQ6czNjcjN0Lys9JsOpICI=)", "([redacted]=)"),
            ("Pj8-czNjcjN0Lys9JsOpICI", "[redacted]"),
            (
                "Basic authentication has failed",
                "Basic authentication has failed",
            ),
        ] {
            assert_eq!(printable(text, &[secret]), shown, "{text}");
        }
        assert_eq!(
            printable("secret-12", &["secret-1", "secret-12"]),
            "[redacted]"
        );
        assert_eq!(printable("a, b", &["", "a"]), "a, b");
    }
}
