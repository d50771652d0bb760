//! Text of a server, made fit for one line of a terminal or a log.

use std::cmp::Reverse;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use zeroize::Zeroizing;

use crate::text::form::write_form_encoded;
use crate::text::json::write_string;
use crate::text::secret::SecretBytes;

/// The longest text of a server that an error repeats, in characters.
const LONGEST: usize = 200;

/// What each JWT begins with: the first bytes of an object in JSON.
const JWT: &str = "eyJ";

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Shorter values occur in ordinary words, and no real secret is that short.
const SHORTEST_SECRET: usize = 6;

/// `text` without `secrets`, on one line, and cut where it is long.
///
/// A server may echo the code or the refresh token that it refuses, or all that it was sent, and it
/// may send what RFC 6749 §5.2 does not allow: line breaks that forge log entries, escape sequences,
/// reversed writing.
///
/// Of a long text no more is read than can be shown, in one pass: whoever has a callback's URL opened
/// says how long its texts are.
pub(crate) fn printable(text: &str, secrets: &[&str]) -> String {
    let redacted = Spellings::of(secrets).redacted_start(text.trim());
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

/// What secrets are when they are sent: as they are, and as a form, a URL and JSON have them. The
/// longest comes first, as a secret that begins like another one must not leave the other's end.
struct Spellings(Vec<Zeroizing<String>>);

impl Spellings {
    fn of(secrets: &[&str]) -> Self {
        let long = secrets
            .iter()
            .filter(|secret| secret.len() >= SHORTEST_SECRET);
        let mut spellings: Vec<_> = long.flat_map(|secret| spellings(secret)).collect();
        spellings.sort_unstable_by(|left, right| {
            (Reverse(left.len()), left.as_str()).cmp(&(Reverse(right.len()), right.as_str()))
        });
        spellings.dedup();
        Self(spellings)
    }

    /// The start of `text` without the secrets: as much as is shown, and one character that says that
    /// there is more.
    fn redacted_start(&self, text: &str) -> Zeroizing<String> {
        let mut start = Zeroizing::new(String::with_capacity(4 * (LONGEST + 1) + REDACTED.len()));
        let mut length = 0;
        let mut rest = text;
        let mut is_in_word = false;
        // How much is left behind a text with too few parts for a JWT: it has no more parts further on.
        let mut behind_no_jwt = usize::MAX;
        while let Some(next) = rest.chars().next()
            && length <= LONGEST
        {
            let begins_word = is_word(next) && !is_in_word;
            let mut found = None;
            // Something encoded may stand before it, as in `client_assertion%3DeyJ`.
            if rest.len() <= behind_no_jwt && rest.starts_with(JWT) {
                let (end, is_jwt) = jwt_at(rest);
                behind_no_jwt = rest.len() - end;
                found = is_jwt.then_some(end);
            }
            let encoded = begins_word.then(|| self.encoded_at(rest)).flatten();
            if let Some(secret) = found.or(encoded).or_else(|| self.plain_at(rest)) {
                start.push_str(REDACTED);
                length += REDACTED.len();
                rest = &rest[secret..];
                is_in_word = false;
            } else {
                start.push(next);
                length += 1;
                rest = &rest[next.len_utf8()..];
                is_in_word = is_word(next);
            }
        }
        start
    }

    /// How many bytes a secret has with which the text begins.
    fn plain_at(&self, text: &str) -> Option<usize> {
        let mut spellings = self.0.iter();
        let found = spellings.find(|spelling| text.starts_with(spelling.as_str()));
        found.map(|spelling| spelling.len())
    }

    /// How many bytes the word has with which the text begins, if it is base64 of something with a
    /// secret in it: Basic credentials (RFC 7617 §2), and whatever else holds a secret where nobody
    /// sees it.
    fn encoded_at(&self, text: &str) -> Option<usize> {
        let longest = self.0.first()?.len();
        // A secret that begins behind what is shown is not shown. Four characters are three bytes.
        let most = LONGEST + 1 + (longest + 3) * 4 / 3;
        let ours = |byte: u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        };
        let word = text
            .bytes()
            .take(most)
            .take_while(|byte| is_word((*byte).into()));
        let word = SecretBytes(word.map(ours).collect());
        // What stands before the credentials may look like a part of them.
        let holds_secret = (0..4).any(|before| {
            let word = word.get(before..).unwrap_or_default();
            // One character more than groups of four says nothing, and is what a cut leaves behind.
            let whole = &word[..word.len() - usize::from(word.len() % 4 == 1)];
            let decoder =
                GeneralPurpose::new(&STANDARD, NO_PAD.with_decode_allow_trailing_bits(true));
            let decoded = SecretBytes(decoder.decode(whole).unwrap_or_default());
            let decoded = Zeroizing::new(decoded.into_text());
            self.0
                .iter()
                .any(|secret| decoded.contains(secret.as_str()))
        });
        holds_secret.then(|| {
            let end = text.find(|character| !is_word(character));
            end.unwrap_or(text.len())
        })
    }
}

/// How many bytes the text has that begins like a JWT, and whether it is one. A server may repeat the
/// one that a client has signed to say who it is, which no other request has.
fn jwt_at(text: &str) -> (usize, bool) {
    let end = text.find(|character| !is_word(character) && character != '.');
    let end = end.unwrap_or(text.len());
    let parts = text[..end].split('.').filter(|part| !part.is_empty());
    (end, parts.count() >= 3)
}

/// Whether a character is one of base64, of one alphabet or the other.
fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '-' | '_')
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
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;

    use super::{Spellings, printable};

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
    fn a_jwt_that_a_server_repeats_is_redacted() {
        let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln";
        assert_eq!(
            printable(&format!("`{jwt}` has expired"), &[]),
            "`[redacted]` has expired"
        );
        for (text, shown) in [
            (format!("a%3D{jwt}%26b"), "a%3D[redacted]%26b"),
            (format!("JWT_{jwt}"), "JWT_[redacted]"),
            (format!("eyJ eyJ.a {jwt}"), "eyJ eyJ.a [redacted]"),
            (format!("eyJ%2E{jwt}"), "eyJ%2E[redacted]"),
        ] {
            assert_eq!(printable(&text, &[]), shown);
        }
        for harmless in ["eyJ", "eyJ.", "eyJa.b", "key eyJ... is unknown", "a.b.c"] {
            assert_eq!(printable(harmless, &[]), harmless);
        }
        let long = "eyJ.".repeat(1 << 18);
        assert_eq!(printable(&long, &[]), "[redacted]");
        let long = "eyJ".repeat(1 << 18);
        assert_eq!(printable(&long, &[]), format!("{}ey…", &long[..198]));
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
            ("Pj8-czNjcjN0Lys9JsOpICI+", "[redacted]"),
            // Behind what looks like a part of it.
            ("/aWQ6czNjcjN0Lys9JsOpICI=", "[redacted]="),
            ("ab/aWQ6czNjcjN0Lys9JsOpICI=", "[redacted]="),
            ("x+/aWQ6czNjcjN0Lys9JsOpICI= x", "[redacted]= x"),
            (
                "xs3cr3t%2F%2B%3D%26%C3%A9+%22aWQ6czNjcjN0Lys9JsOpICI",
                "x[redacted][redacted]",
            ),
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

    #[test]
    fn what_is_cut_is_no_secret() {
        let secret = "s3cr3t".repeat(1000);
        let encoded = STANDARD_NO_PAD.encode(&secret);
        for echoed in [secret.as_str(), &encoded, &encoded.replace('+', "-")] {
            for before in [0, 1, 150, 189, 190, 191, 199, 200] {
                let text = format!(
                    "{}{echoed} and {echoed}",
                    " x".repeat(before / 2) + &"y ".repeat(before % 2)
                );
                let shown = printable(&text, &[&secret]);
                assert!(
                    !shown.contains("s3cr") && !shown.contains(&encoded[..4]),
                    "{shown}"
                );
                assert!(shown.chars().count() <= 201, "{shown}");
            }
        }
        // Ten times as much as is shown, as each echo is shown short.
        let text = format!("{secret} ").repeat(18);
        assert_eq!(
            printable(&text, &[&secret]),
            "[redacted] ".repeat(18).trim()
        );
        // A part that is no secret.
        let text = format!("{} {}", &secret[..100], &secret[..50]);
        assert_eq!(printable(&text, &[&secret]), text);
    }

    #[test]
    fn no_more_is_read_than_can_be_shown() {
        let start = Spellings::of(&[]).redacted_start(&"a".repeat(1000));
        assert_eq!(start.len(), 201);
    }

    #[test]
    fn a_secret_behind_what_is_shown_hides_nothing() {
        let secret = "secret-of-12-and-more";
        // The word has it from its 240th character on.
        let long = STANDARD_NO_PAD.encode("x".repeat(180) + secret);
        assert_eq!(printable(&long, &[secret]), format!("{}…", &long[..200]));
    }

    #[test]
    fn a_secret_is_found_where_its_first_byte_alone_is_shown() {
        let secret = "secret-of-12";
        let long = STANDARD_NO_PAD.encode("x".repeat(149) + secret);
        assert_eq!(printable(&long, &[secret]), "[redacted]");
        // One character more than groups of four.
        let cut = STANDARD_NO_PAD.encode(secret) + "A";
        assert_eq!(printable(&cut, &[secret]), "[redacted]");
    }
}
