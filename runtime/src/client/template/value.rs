//! What the value of a URL variable may be.
//!
//! Each check returns the value as it stands in the URL, or the reason why it cannot.

use std::borrow::Cow;

use oauth_atlas_description::{is_below_suffix, is_host_label, is_host_name};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::text::url_path::climbs;

/// What is encoded in a value: everything but the unreserved characters (RFC 3986 §2.3). More than
/// a path segment needs (§3.3), so that a value is one in a query, too.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn one_of<'v>(value: &'v str, allowed: &[&str]) -> Result<&'v str, Cow<'static, str>> {
    if allowed.contains(&value) {
        Ok(value)
    } else {
        Err(format!("allowed are {}", allowed.join(", ")).into())
    }
}

pub(super) fn encoded(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, RESERVED).into()
}

/// A path segment. `.` and `..` cannot be encoded: they mean the same with `%2E` (RFC 3986
/// §6.2.2.2). Nor can they behind a slash, as a server may decode a path before it takes it apart.
pub(super) fn segment(value: &str) -> Result<Cow<'_, str>, Cow<'static, str>> {
    match value {
        "" => Err("it is empty".into()),
        "." => Err("it stands for another path".into()),
        value if climbs(value) => Err("it stands for another path".into()),
        value => Ok(encoded(value)),
    }
}

/// One label of a host name (RFC 1123 §2.1).
pub(super) fn label(value: &str) -> Result<&str, Cow<'static, str>> {
    if is_host_label(value) {
        Ok(value)
    } else {
        Err(
            "it is not one label of a host name, which has 1 to 63 letters, digits and hyphens \
             and no hyphen at its ends"
                .into(),
        )
    }
}

/// A host name in lower case: no address, no port, and below one of the suffixes if there are any.
///
/// Only ASCII is taken, so a name in another script has to come in punycode (RFC 5891 §4.4): what
/// looks like a suffix is one.
pub(super) fn host_name(value: &str, suffixes: &[&str]) -> Result<String, Cow<'static, str>> {
    if !is_host_name(value) {
        return Err(
            "it is not a host name, such as www.example.com, without scheme, port and path".into(),
        );
    }
    let name = value.to_ascii_lowercase();
    if suffixes.is_empty() || suffixes.iter().any(|suffix| is_below_suffix(&name, suffix)) {
        Ok(name)
    } else {
        Err(format!("it does not end with {}", suffixes.join(" or ")).into())
    }
}
