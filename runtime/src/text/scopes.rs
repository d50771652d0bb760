//! Scopes as text. Inside the runtime they are joined by one space (RFC 6749 §3.3), whatever a
//! provider writes.

use std::borrow::Cow;

/// Adds the scopes in `text`, which are separated by `separator` or by white space.
pub(crate) fn add(joined: &mut String, text: &str, separator: &str) {
    let separator = match separator.trim().is_empty() {
        true => " ",
        false => separator,
    };
    if separator == " " && is_joined(text) {
        return add_one(joined, text);
    }
    let scopes = text.split(separator).flat_map(str::split_whitespace);
    scopes.for_each(|scope| add_one(joined, scope));
}

/// The scopes in `text`, joined by one space each, as [`add`] reads them.
pub(crate) fn joined(text: String, separator: &str) -> String {
    if separator == " " && is_joined(&text) {
        return text;
    }
    let mut joined = String::new();
    add(&mut joined, &text, separator);
    joined
}

/// Adds one scope.
pub(crate) fn add_one(joined: &mut String, scope: &str) {
    if !joined.is_empty() {
        joined.push(' ');
    }
    joined.push_str(scope);
}

/// Whether the scopes in `text` are ASCII and joined by one space each, as nearly every server writes
/// them.
fn is_joined(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ([first, behind @ ..], [before @ .., last]) = (bytes, bytes) else {
        return false;
    };
    if !first.is_ascii_graphic() || !last.is_ascii_graphic() {
        return false;
    }
    match (before.last_chunk::<16>(), behind.last_chunk::<16>()) {
        (Some(one), Some(next)) => {
            let (blocks, _) = before.as_chunks::<16>();
            let (followers, _) = behind.as_chunks::<16>();
            let mut blocks = blocks.iter().zip(followers);
            blocks.all(|(one, next)| are_joined(one, next)) && are_joined(one, next)
        }
        _ => are_joined(before, behind),
    }
}

/// Whether these bytes are printable and no space has a space behind it. Without an early exit the
/// compiler looks at a whole block at once.
#[inline]
fn are_joined(bytes: &[u8], followers: &[u8]) -> bool {
    let is_right = |all, (one, next): (&u8, &u8)| {
        all & (0x20..=0x7e).contains(one) & ((*one != b' ') | (*next != b' '))
    };
    bytes.iter().zip(followers).fold(true, is_right)
}

/// Adds those scopes that are not there yet.
pub(crate) fn add_missing(joined: &mut String, scopes: &[&str]) {
    for scope in scopes {
        if !contains(joined, scope) {
            add_one(joined, scope);
        }
    }
}

/// Puts those of the required scopes in front that are not there.
pub(crate) fn require(joined: &mut String, required: &[&str]) {
    let missing = required.iter().copied();
    let missing = missing.filter(|scope| !contains(joined, scope));
    let mut all = String::new();
    missing.for_each(|scope| add_one(&mut all, scope));
    if !all.is_empty() {
        add(&mut all, joined, " ");
        *joined = all;
    }
}

/// Whether a scope is among those that are joined.
pub(crate) fn contains(joined: &str, scope: &str) -> bool {
    joined.split_whitespace().any(|other| other == scope)
}

/// Joined scopes with the separator of a provider.
pub(crate) fn with_separator<'a>(joined: &'a str, separator: &str) -> Cow<'a, str> {
    match separator {
        " " => Cow::Borrowed(joined),
        separator => Cow::Owned(joined.replace(' ', separator)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, separator: &str) -> String {
        let mut joined = String::new();
        add(&mut joined, text, separator);
        joined
    }

    #[test]
    fn commas_and_spaces_part_where_the_provider_writes_commas() {
        assert_eq!(read("read,write", ","), "read write");
        assert_eq!(
            read(" read, write,,admin user ", ","),
            "read write admin user"
        );
        assert_eq!(read("read+write", "+"), "read write");
    }

    #[test]
    fn a_comma_is_part_of_a_scope_elsewhere() {
        assert_eq!(read("read,write  admin\n", " "), "read,write admin");
        assert_eq!(read("", " "), "");
    }

    #[test]
    fn scopes_are_joined_by_one_space_however_they_come() {
        for text in ["read", "read write", "https://a.example/b.read c:d,e"] {
            assert!(is_joined(text), "{text}");
            assert_eq!(read(text, " "), text);
        }
        let white_space = [" ", "  ", "\t", "\n", "\r\n", "\u{a0}", "\u{2003}", "\u{b}"];
        for space in white_space {
            let text = format!("{space}read{space}{space}write{space}");
            assert!(!is_joined(&text), "{space:?}");
            assert_eq!(read(&text, " "), "read write", "{space:?}");
        }
        for text in ["", " ", "  ", "a\u{7f}b", "ä b", "a ", " a", "a  b"] {
            assert!(!is_joined(text), "{text:?}");
        }
        // In every place around the ends of blocks.
        for length in 4..50 {
            for place in 1..length - 2 {
                for (wrong, is_right) in [("b ", true), ("  ", false), ("b\n", false)] {
                    let mut text = "a".repeat(length);
                    text.replace_range(place..place + 2, wrong);
                    assert_eq!(is_joined(&text), is_right, "{text:?}");
                }
            }
        }
        assert_eq!(read("ä b", " "), "ä b");
    }

    #[test]
    fn required_scopes_come_first_and_once() {
        let required = |asked: &str| {
            let mut joined = asked.to_owned();
            require(&mut joined, &["openid", "basic"]);
            joined
        };
        assert_eq!(required(""), "openid basic");
        assert_eq!(required("read write"), "openid basic read write");
        assert_eq!(required("read basic"), "openid read basic");
        assert_eq!(required("basic openid"), "basic openid");
        assert_eq!(required("openid2"), "openid basic openid2");
    }

    #[test]
    fn missing_scopes_come_last_and_once() {
        let mut joined = "read".to_owned();
        add_missing(&mut joined, &["offline", "read", "offline"]);
        assert_eq!(joined, "read offline");
        add_missing(&mut joined, &[]);
        assert_eq!(joined, "read offline");
    }

    #[test]
    fn a03_a10_the_separator_of_the_request() {
        assert_eq!(with_separator("read write", " "), "read write");
        assert_eq!(with_separator("read write", ","), "read,write");
    }
}
