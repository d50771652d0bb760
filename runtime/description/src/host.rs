//! What a host name is, for those who check a value before it becomes one, and what is done to a
//! value before that.

use std::borrow::Cow;

use crate::words::{Normalization, VariableKind};

/// The longest label and the longest name, without the dot at the end (RFC 1035 §2.3.4).
const LONGEST_LABEL: usize = 63;
const LONGEST_HOST: usize = 253;

/// Whether the text is one label of a host name (RFC 1123 §2.1): 1 to 63 letters, digits and
/// hyphens, and no hyphen at its ends.
#[must_use]
pub fn is_host_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LONGEST_LABEL).contains(&text.len())
        && text.bytes().all(is_allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether the text is a host name: no address, no port.
///
/// Only ASCII is taken, so a name in another script has to come in punycode (RFC 5891 §4.4): what
/// looks like a suffix is one.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    // A last label that starts with a digit may be read as a part of an IPv4 address, as `0x7f` is
    // (WHATWG URL, "ends in a number"). No top-level domain does.
    let (_, last) = text.rsplit_once('.').unwrap_or_default();
    text.len() <= LONGEST_HOST
        && text.split('.').all(is_host_label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// Whether a host name is below the domain in `suffix`, whose dot in front may be left out.
#[must_use]
pub fn is_below_suffix(host: &str, suffix: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let domain = suffix.trim_start_matches('.').to_ascii_lowercase();
    host.strip_suffix(domain.as_str())
        .is_some_and(|below| below.ends_with('.'))
}

/// A value of a variable as it is checked and sent: a label without the suffix that it may end with,
/// and what `rules` say.
#[must_use]
pub fn normalized<'v>(
    value: &'v str,
    kind: VariableKind,
    rules: &[Normalization],
    suffixes: &[&str],
) -> Cow<'v, str> {
    let has = |rule| rules.contains(&rule);
    let host = value.strip_prefix("https://");
    let mut value = match host.filter(|_| has(Normalization::Url)) {
        Some(rest) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        None => value,
    };
    if kind == VariableKind::Label {
        let shorter = suffixes.iter().find(|one| is_below_suffix(value, one));
        let length = shorter.map_or(0, |suffix| suffix.len());
        value = value
            .get(..value.len().saturating_sub(length))
            .unwrap_or_default();
    }
    let mut value = Cow::Borrowed(value);
    if has(Normalization::Lowercase) {
        value = value.to_ascii_lowercase().into();
    }
    if has(Normalization::Hyphens) {
        value = value.replace('_', "-").into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_is_left_of_what_a_user_pastes() {
        let all = [
            Normalization::Lowercase,
            Normalization::Hyphens,
            Normalization::Url,
        ];
        let label = |value| normalized(value, VariableKind::Label, &all, &[".desk.example"]);
        for value in [
            "acme-eu",
            "ACME_EU",
            "acme_eu.desk.example",
            "Acme-EU.Desk.Example",
            "https://acme-eu.desk.example/agent?tab=1#top",
        ] {
            assert_eq!(label(value), "acme-eu", "{value}");
        }
        // What is not understood stays, and is refused as no label.
        for value in [
            "http://acme.desk.example",
            "https://a@acme.desk.example",
            "desk.example",
        ] {
            assert!(!is_host_label(&label(value)), "{value}");
        }
        let host = |value| normalized(value, VariableKind::Host, &all, &[".desk.example"]);
        assert_eq!(host("https://Acme.desk.example/"), "acme.desk.example");
    }

    #[test]
    fn a_value_stays_as_it_is_without_a_rule() {
        for value in ["A_b", "https://a.example"] {
            let same = normalized(value, VariableKind::Label, &[], &[]);
            assert!(matches!(same, Cow::Borrowed(one) if one == value));
        }
    }
}
