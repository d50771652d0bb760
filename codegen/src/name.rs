//! Rust names from the provider's names.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Words that cannot name a module, a function or an argument.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// The name of an enum's variant, or nothing where no letter or digit is left.
pub(crate) fn variant(wire: &str) -> Option<String> {
    if let Some(name) = plain_variant(wire) {
        return Some(name);
    }
    let name = wire.to_upper_camel_case();
    let name = match name.chars().next()? {
        first if first.is_numeric() => format!("N{name}"),
        _ if name == "Self" => "Oneself".to_owned(),
        _ => name,
    };
    in_rust(name)
}

/// The name of a scope's variant, without the prefix that the spec leaves out of all.
pub(crate) fn scope_variant(wire: &str, prefix: Option<&str>) -> Option<String> {
    let rest = prefix.and_then(|prefix| wire.strip_prefix(prefix));
    variant(rest.filter(|rest| !rest.is_empty()).unwrap_or(wire))
}

/// The name of a type.
pub(crate) fn type_name(wire: &str) -> Option<String> {
    variant(wire)
}

/// The name of a method or an argument.
pub(crate) fn method(wire: &str) -> Option<String> {
    let name = wire.to_snake_case();
    let name = match name.chars().next()? {
        first if first.is_numeric() => format!("n{name}"),
        _ if is_keyword(&name) => format!("{name}_"),
        _ => name,
    };
    in_rust(name)
}

/// As heck has it, which looks at each character many times over: in ASCII without capitals, a word
/// ends where letters and digits do. Nothing where that is no name as it stands.
fn plain_variant(wire: &str) -> Option<String> {
    let bytes = wire.as_bytes();
    let mut name = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9') {
            at += 1;
        }
        if start < at {
            name.push(char::from(bytes[start].to_ascii_uppercase()));
            name += &wire[start + 1..at];
        } else if matches!(bytes[at], b'A'..=b'Z' | 128..) {
            return None;
        } else {
            at += 1;
        }
    }
    // No other keyword begins with a capital.
    let is_name = name.starts_with(|first: char| first.is_ascii_uppercase()) && name != "Self";
    is_name.then_some(name)
}

/// Not every letter and digit of Unicode can stand in a name: `½` cannot.
fn in_rust(name: String) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(is_plain)
        && !is_keyword(&name)
    {
        return Some(name);
    }
    syn::parse_str::<syn::Ident>(&name).is_ok().then_some(name)
}

pub(crate) fn is_keyword(word: &str) -> bool {
    const LONGEST: usize = "abstract".len();
    word.len() <= LONGEST && KEYWORDS.contains(&word)
}

/// Whether a word can name a module or a `{variable}`.
pub(crate) fn is_identifier(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !is_keyword(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_capitals_is_named_as_heck_names_it() {
        let parts = [
            "a", "bc", "1", "2d", "", "_", "__", ":", ".", "-", "/", " ", "\u{7f}",
        ];
        for first in parts {
            for second in parts {
                for third in parts {
                    for fourth in parts {
                        let wire = [first, second, third, fourth].concat();
                        let named = wire.to_upper_camel_case();
                        let is_name = named.starts_with(|first: char| first.is_ascii_alphabetic());
                        let expected = is_name.then_some(named);
                        assert_eq!(plain_variant(&wire), expected, "{wire}");
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_valid_and_readable() {
        for (wire, expected) in [
            (
                "account.fast-api-key:funds-query",
                "AccountFastApiKeyFundsQuery",
            ),
            ("read", "Read"),
            ("2fa", "N2fa"),
            ("self", "Oneself"),
            ("https://www.example.com/auth/x", "HttpsWwwExampleComAuthX"),
            ("ü", "Ü"),
        ] {
            assert_eq!(variant(wire).as_deref(), Some(expected));
        }
        let prefix = Some("https://www.example.com/auth/");
        for (wire, expected) in [
            ("https://www.example.com/auth/drive.file", "DriveFile"),
            ("https://www.example.com/auth/", "HttpsWwwExampleComAuth"),
            ("openid", "Openid"),
        ] {
            assert_eq!(scope_variant(wire, prefix).as_deref(), Some(expected));
        }
        assert_eq!(variant("::"), None);
        assert_eq!(variant("½"), None);
        assert_eq!(method("preferTheme").as_deref(), Some("prefer_theme"));
        assert_eq!(method("type").as_deref(), Some("type_"));
    }
}
