//! Values that stand for those of a user: sent through the runtime as they are, and shown as the
//! shell's variables.

use std::fmt::Write;

/// What opens and ends a placeholder in a request. The brackets tell a value that was encoded from
/// one that was not, and the rest is encoded nowhere.
const OPEN: &str = "<atlas.";
const CLOSE: &str = ">";
const OPEN_ENCODED: &str = "%3Catlas.";
const CLOSE_ENCODED: &str = "%3E";

pub const CLIENT_ID: &str = "<atlas.CLIENT_ID>";
pub const CLIENT_SECRET: &str = "<atlas.CLIENT_SECRET>";
pub const REDIRECT_URI: &str = "<atlas.REDIRECT_URI>";
pub const STATE: &str = "<atlas.STATE>";
pub const CODE: &str = "<atlas.CODE>";
pub const CODE_CHALLENGE: &str = "<atlas.CODE_CHALLENGE>";
/// What the ID token repeats.
pub const NONCE: &str = "<atlas.NONCE>";
pub const REQUEST_URI: &str = "<atlas.REQUEST_URI>";
pub const CODE_VERIFIER: &str = "<atlas.CODE_VERIFIER>";
pub const DEVICE_CODE: &str = "<atlas.DEVICE_CODE>";
pub const ACCESS_TOKEN: &str = "<atlas.ACCESS_TOKEN>";
pub const REFRESH_TOKEN: &str = "<atlas.REFRESH_TOKEN>";
pub const SCOPE: &str = "<atlas.SCOPE>";
pub const UUID: &str = "<atlas.UUID>";
/// The access token's hash under the client's secret, where both are placeholders.
const ACCESS_TOKEN_HMAC: &str = "72e889d6ae80b505d5bb0c19cd3c878d6752c68117b40841a20c429487bdd324";
pub const API_PATH: &str = "<atlas.API_PATH>";

/// The placeholder of a value that has this name at the provider.
pub fn named(name: &str) -> String {
    format!("{OPEN}{}{CLOSE}", variable(name))
}

/// The shell's variable for it.
pub fn variable(name: &str) -> String {
    let letters = name.chars().map(|character| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_ascii_uppercase(),
        _ => '_',
    });
    let name: String = letters.collect();
    // `$1ST` is `$1` and `ST` to a shell.
    let prefix = if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        ""
    } else {
        "THE_"
    };
    format!("{prefix}{name}")
}

/// A part of a text with placeholders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Text that is sent as it stands.
    Literal(&'t str),
    /// The name of a value of the user's.
    Variable {
        name: &'t str,
        /// Whether the value is encoded in this place.
        is_encoded: bool,
    },
}

/// The text's parts, in their order.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((start, name, is_encoded, end)) = first(rest) else {
            pieces.push(Piece::Literal(rest));
            break;
        };
        if start > 0 {
            pieces.push(Piece::Literal(&rest[..start]));
        }
        pieces.push(Piece::Variable { name, is_encoded });
        rest = &rest[end..];
    }
    pieces
}

/// The first placeholder: where it starts, its name, whether it was encoded, and where it ends.
fn first(text: &str) -> Option<(usize, &str, bool, usize)> {
    let found = |open: &str, close: &str, is_encoded| {
        let start = text.find(open)?;
        let name_start = start + open.len();
        let name_end = name_start + text[name_start..].find(close)?;
        let name = &text[name_start..name_end];
        Some((start, name, is_encoded, name_end + close.len()))
    };
    let plain = found(OPEN, CLOSE, false);
    let encoded = found(OPEN_ENCODED, CLOSE_ENCODED, true);
    let hash = text.find(ACCESS_TOKEN_HMAC);
    let hash = hash.map(|start| {
        let end = start + ACCESS_TOKEN_HMAC.len();
        (start, "ACCESS_TOKEN_HMAC", false, end)
    });
    let all = plain.into_iter().chain(encoded).chain(hash);
    all.min_by_key(|found| found.0)
}

/// Whether a text has a placeholder.
pub fn is_in(text: &str) -> bool {
    first(text).is_some()
}

/// The text for people: each placeholder is `$NAME`, whether it is encoded or not.
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Literal(literal) => shown.push_str(literal),
            Piece::Variable { name, .. } => {
                let _ = write!(shown, "${name}");
            }
        }
    }
    shown
}

/// The text for people, where it matters what is encoded.
pub fn shown_with_encoding(text: &str) -> String {
    let mut shown = String::new();
    for piece in pieces(text) {
        let _ = match piece {
            Piece::Literal(literal) => write!(shown, "{literal}"),
            Piece::Variable {
                name,
                is_encoded: false,
            } => write!(shown, "${name}"),
            Piece::Variable {
                name,
                is_encoded: true,
            } => write!(shown, "form_encoded(${name})"),
        };
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_in_every_encoding() {
        let variable = |name, is_encoded| Piece::Variable { name, is_encoded };
        assert_eq!(
            pieces("a=%3Catlas.CODE%3E&b=<atlas.STATE>!"),
            [
                Piece::Literal("a="),
                variable("CODE", true),
                Piece::Literal("&b="),
                variable("STATE", false),
                Piece::Literal("!"),
            ]
        );
        assert_eq!(
            pieces(&format!("v1={ACCESS_TOKEN_HMAC}")),
            [Piece::Literal("v1="), variable("ACCESS_TOKEN_HMAC", false)]
        );
        assert_eq!(pieces("<atlas.open"), [Piece::Literal("<atlas.open")]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_name_is_one_that_a_shell_knows() {
        assert_eq!(named("realm-id"), "<atlas.REALM_ID>");
        assert_eq!(named("2fa"), "<atlas.THE_2FA>");
        assert_eq!(shown(&named("é")), "$THE__");
    }
}
