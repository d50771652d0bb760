//! Hosts that a value from outside may name.

use std::borrow::Cow;

use url::{Host, Url};

/// Whether the value names one of these hosts, by an https URL or bare, or there are none to
/// compare with. `*.example.com` stands for any host below `example.com` and not for itself.
pub(super) fn is_allowed(value: &str, allowed: &[&str]) -> bool {
    if allowed.is_empty() {
        return true;
    }
    let Some(host) = host(value) else {
        return false;
    };
    allowed
        .iter()
        .any(|allowed| match allowed.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == *allowed,
        })
}

/// The value as an https URL.
pub(super) fn as_url(value: Cow<'_, str>) -> Cow<'_, str> {
    if value.contains("://") {
        value
    } else {
        format!("https://{value}").into()
    }
}

/// The host that the value names, or the value where it names none, so that it is told of.
pub(super) fn as_host(value: Cow<'_, str>) -> Cow<'_, str> {
    match host(&value) {
        Some(host) => host.into(),
        None => value,
    }
}

/// The host of an https URL without a user and a port, or of a text that is nothing but a host, in
/// lower case.
fn host(value: &str) -> Option<String> {
    // The URL parser passes over white space, and another reader might not.
    let is_readable = match value.contains("://") {
        true => value.bytes().all(|byte| byte.is_ascii_graphic()),
        false => value.bytes().all(is_part_of_a_host),
    };
    if !is_readable {
        return None;
    }
    let url = Url::parse(&as_url(value.into())).ok()?;
    let is_plain = url.scheme() == "https"
        && url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none();
    match url.host()? {
        Host::Domain(host) if is_plain => Some(host.to_owned()),
        _ => None,
    }
}

fn is_part_of_a_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["acme.example", "*.my.acme.example"];

    #[test]
    fn hosts_and_urls_of_the_provider_are_allowed() {
        for value in [
            "acme.example",
            "ACME.example",
            "https://acme.example",
            "https://Acme.Example/path",
            "https://acme.example:443/",
            "eu1.my.acme.example",
            "a.b.my.acme.example",
            "https://eu1.my.acme.example",
        ] {
            assert!(is_allowed(value, ALLOWED), "{value}");
        }
        assert!(is_allowed("anything", &[]));
    }

    #[test]
    fn what_only_looks_like_them_is_not() {
        for value in [
            "",
            "evil.example",
            "my.acme.example",
            ".my.acme.example",
            "evilacme.example",
            "evil.example/acme.example",
            "evil.example#.my.acme.example",
            "evil.example?.my.acme.example",
            "evil.example\\.my.acme.example",
            "acme.example.",
            "acme.example:8080",
            "acme.example.evil.example",
            "acme.example@evil.example",
            "https://acme.example@evil.example",
            "https://evil.example\\@acme.example",
            "https://evil.example/.my.acme.example",
            "https://user@acme.example",
            "https://acme.example:8443",
            "http://acme.example",
            "ftp://acme.example",
            "javascript://acme.example",
            "//acme.example",
            "https://",
            "https:acme.example",
            "acme.example\n",
            "https://acme.exam\nple",
            " https://acme.example",
            "acme.example%00.evil.example",
            "аcme.example",
            "127.0.0.1",
        ] {
            assert!(!is_allowed(value, ALLOWED), "{value}");
        }
    }

    #[test]
    fn a_value_is_a_url_or_a_host_as_it_is_needed() {
        assert_eq!(as_url("acme.example".into()), "https://acme.example");
        assert_eq!(
            as_url("https://acme.example".into()),
            "https://acme.example"
        );
        assert_eq!(as_host("https://acme.example/x".into()), "acme.example");
        assert_eq!(as_host("Acme.example".into()), "acme.example");
        assert_eq!(as_host("a b".into()), "a b");
    }
}
