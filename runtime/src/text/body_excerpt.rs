//! The beginning of a body that says nothing the protocol knows, for whoever has to find out why a
//! request was refused.

use zeroize::Zeroizing;

use crate::text::json::Json;
use crate::text::printable::printable;

/// What stands where a token may have stood.
const REDACTED: &str = "[redacted]";

/// Words of this length that hold a digit, and words of twice this length, may be tokens that no
/// request sent. Words of a language are shorter.
const SHORTEST_TOKEN: usize = 20;

/// How many members of a body are looked at for tokens. No error response has that many.
const MOST_TOKENS: usize = 16;

/// The beginning of a body in one line, without the tags of a page and without `secrets`, or `None`
/// where there is nothing to show.
///
/// Beside what the request sent, words that look like tokens are redacted, and so are the members
/// whose names say that they hold some. What a body says in other words cannot be known.
pub(crate) fn excerpt(body: &[u8], members: &[(String, Json)], secrets: &[&str]) -> Option<String> {
    let mut secrets = secrets.to_vec();
    let sent = secrets.len();
    add_tokens(members, &mut secrets);
    if secrets.len() > sent + MOST_TOKENS {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    let text = match text.trim_start().starts_with('<') {
        true => without_tags(&text),
        false => Zeroizing::new(text.into_owned()),
    };
    let line = Zeroizing::new(printable(&in_one_line(&text), &secrets));
    let shown = match line.strip_suffix('…') {
        // The half of a token does not look like one.
        Some(cut) => {
            let end = cut
                .rfind(|character| !is_of_token(character))
                .unwrap_or_default();
            without_tokens(&cut[..end]) + "…"
        }
        None => without_tokens(&line),
    };
    Some(shown).filter(|shown| !shown.is_empty())
}

/// The text with one space in the place of white space of any length.
fn in_one_line(text: &str) -> Zeroizing<String> {
    // What grows leaves a copy behind.
    let mut line = Zeroizing::new(String::with_capacity(text.len() + 1));
    for word in text.split_whitespace() {
        line.push_str(word);
        line.push(' ');
    }
    line
}

/// The texts of members whose names say that they hold a token or a secret, and one more than
/// [`MOST_TOKENS`] at most.
fn add_tokens<'a>(members: &'a [(String, Json)], found: &mut Vec<&'a str>) {
    let most = found.len().saturating_add(MOST_TOKENS + 1);
    let mut unread: Vec<(&str, &Json)> = Vec::new();
    let entries =
        |members: &'a [(String, Json)]| members.iter().map(|(name, value)| (&**name, value));
    unread.extend(entries(members));
    while let Some((name, value)) = unread.pop() {
        match value {
            Json::String(text) if is_secret(name) && found.len() < most => {
                found.push(text.expose())
            }
            Json::Array(items) => unread.extend(items.iter().map(|item| (name, item))),
            Json::Object(members) => unread.extend(entries(members)),
            _ => {}
        }
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "password"]
        .iter()
        .any(|word| name.contains(word))
}

/// The text between the tags of a page, without scripts and style sheets.
fn without_tags(page: &str) -> Zeroizing<String> {
    // No tag is shorter than the space in its place, and what grows leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(page.len()));
    let mut rest = page;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let hidden = ["script", "style"].into_iter().find(|name| {
            let start = tag.get(..name.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        let tag = match hidden {
            Some(name) => after_end(tag, name),
            None => tag,
        };
        rest = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

/// What follows the `</` of the end of an element.
fn after_end<'a>(mut rest: &'a str, name: &str) -> &'a str {
    while let Some((_, tag)) = rest.split_once("</") {
        rest = tag;
        let end = tag.get(..name.len());
        if end.is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return tag;
        }
    }
    ""
}

/// A line without the words that may be tokens.
fn without_tokens(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.find(|character| !is_of_token(character));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        shown.push_str(if may_be_token(word) { REDACTED } else { word });
        let separator = after.chars().next().map_or(0, char::len_utf8);
        shown.push_str(&after[..separator]);
        rest = &after[separator..];
    }
    shown
}

fn may_be_token(word: &str) -> bool {
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    word.len() >= 2 * SHORTEST_TOKEN || word.len() >= SHORTEST_TOKEN && has_digit
}

/// The characters of RFC 6750 §2.1, and `%`, with which others are encoded.
fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~+/=%".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> Option<String> {
        let members = match Json::parse(body.as_bytes()) {
            Ok(Json::Object(members)) => members,
            _ => Vec::new(),
        };
        excerpt(body.as_bytes(), &members, &["canary-sent"])
    }

    #[test]
    fn a_page_is_its_text() {
        let page = "\n<!DOCTYPE html><html><head><style>a{color:red}</style><TITLE>401\nUnauthorized</TITLE>\
             <script>if (1 </2) {}</script></head><body><h1>Invalid  refresh token</h1></body>";
        assert_eq!(
            shown(page).as_deref(),
            Some("401 Unauthorized Invalid refresh token")
        );
        assert_eq!(shown("<p>an end <"), Some("an end".to_owned()));
        assert_eq!(shown("<script>no end"), None);
        assert_eq!(shown("<styles without an end"), None);
        assert_eq!(shown("a < b").as_deref(), Some("a < b"));
    }

    #[test]
    fn nothing_is_shown_of_nothing() {
        for body in ["", " \n", "<html></html>"] {
            assert_eq!(shown(body), None, "{body}");
        }
    }

    #[test]
    fn what_may_be_a_token_is_redacted() {
        for (body, expected) in [
            ("canary-sent is unknown", "[redacted] is unknown"),
            ("<b>canary</b>-sent", "canary -sent"),
            ("trace 3f2504e04f8911d39a0c", "trace [redacted]"),
            ("AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMn!", "[redacted]!"),
            (
                "com.example.oauth.InvalidTokenException",
                "com.example.oauth.InvalidTokenException",
            ),
            (
                r#"{"access_token":"canary","nested":[{"clientSecret":"other canary"}],"code":"E100100"}"#,
                r#"{"access_token":"[redacted]","nested":[{"clientSecret":"[redacted]"}],"code":"E100100"}"#,
            ),
        ] {
            assert_eq!(shown(body).as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn the_half_of_a_token_is_not_shown() {
        let body = format!("{} canary9canary9canary9", "word ".repeat(38).trim_end());
        let shown = shown(&body).unwrap();
        assert!(!shown.contains("canary"), "{shown}");
        assert!(
            shown.starts_with("word word") && shown.ends_with('…'),
            "{shown}"
        );
        assert_eq!(
            super::excerpt("a".repeat(300).as_bytes(), &[], &[]).unwrap(),
            "…"
        );
    }

    #[test]
    fn a_body_of_nothing_but_tokens_is_not_shown() {
        let many = |count| {
            let items = vec![r#""canary""#; count].join(",");
            shown(&format!(r#"{{"tokens":[{items}]}}"#))
        };
        assert!(many(16).is_some_and(|shown| !shown.contains("canary")));
        assert_eq!(many(17), None);
        assert_eq!(many(100_000), None);
    }
}
