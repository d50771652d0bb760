//! What a host name is, for those who check a value before it becomes one.

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
