//! URLs that a program hands in, and which of them a request may go to.

use oauth_atlas_description::is_below_suffix;
use url::{Position, Url};

use crate::error::Error;
use crate::http::reach::is_loopback;
use crate::provider::Provider;

/// Reads the URL of an endpoint. A fragment has no meaning there (RFC 6749 §3.1, §3.2), and what
/// stands before an `@` is more often a trick than a user.
///
/// No error repeats the URL, which may hold a password.
pub(crate) fn endpoint_url(provider: &'static Provider, url: &str) -> Result<Url, Error> {
    let Ok(url) = Url::parse(url) else {
        return Err(Error::configuration(
            provider,
            "an endpoint is not an absolute URL",
        ));
    };
    if url.fragment().is_some() {
        return Err(Error::configuration(
            provider,
            "an endpoint's URL has a fragment (RFC 6749 §3.1)",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::configuration(
            provider,
            "an endpoint's URL has a user or a password",
        ));
    }
    if !is_safe(&url) {
        return Err(Error::configuration(
            provider,
            "an endpoint's URL is neither https nor on this machine, so secrets would travel in clear",
        ));
    }
    Ok(url)
}

/// Checks that `url` goes to `host`, which may have a port.
///
/// # Errors
///
/// When whoever reads the URL finds another host in it, or a user before it.
pub(crate) fn check_host(provider: &'static Provider, url: &str, host: &str) -> Result<(), Error> {
    let is_same = Url::parse(url).is_ok_and(|url| {
        // A user before the host is a part of `host` and not of this.
        url[Position::BeforeHost..Position::AfterPort].eq_ignore_ascii_case(host)
    });
    // A value is short enough by itself, and may be a part of a label that is not.
    let name = host.split(':').next().unwrap_or_default();
    let is_short = name.len() <= 253 && name.split('.').all(|label| label.len() <= 63);
    if is_same && is_short {
        Ok(())
    } else {
        Err(Error::configuration(
            provider,
            "the value of a variable is not allowed in a URL's host",
        ))
    }
}

/// Reads what endpoint paths are appended to: a URL without a query, and in the end without a slash,
/// whose host is below one of the suffixes if there are any.
pub(crate) fn base_url(
    provider: &'static Provider,
    url: &str,
    suffixes: &[&str],
) -> Result<String, Error> {
    let url = endpoint_url(provider, url)?;
    let host = url.host_str().unwrap_or_default();
    if !suffixes.is_empty() && !suffixes.iter().any(|suffix| is_below_suffix(host, suffix)) {
        let message = format!(
            "the host of a base URL does not end with {}",
            suffixes.join(" or ")
        );
        return Err(Error::configuration(provider, message));
    }
    if url.query().is_some() {
        return Err(Error::configuration(provider, "a base URL has a query"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Reads an origin: scheme, host and port, and nothing else.
pub(crate) fn origin(provider: &'static Provider, url: &str) -> Result<Url, Error> {
    let url = endpoint_url(provider, url)?;
    if url.path() != "/" || url.query().is_some() {
        return Err(Error::configuration(
            provider,
            "an origin is scheme, host and port, without a path",
        ));
    }
    Ok(url)
}

/// `url` at another origin, path and query kept.
pub(crate) fn move_to(
    provider: &'static Provider,
    mut url: Url,
    origin: &Url,
) -> Result<Url, Error> {
    let moved = url.set_scheme(origin.scheme()).is_ok()
        && url.set_host(origin.host_str()).is_ok()
        && url.set_port(origin.port()).is_ok();
    if moved {
        Ok(url)
    } else {
        Err(Error::configuration(
            provider,
            "a URL cannot be moved to the origin",
        ))
    }
}

/// Whether nobody can listen: https, or http that does not leave this machine (RFC 8252 §7.3).
fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::ACME;

    #[test]
    fn o03_o04_http_stays_on_this_machine() {
        for url in [
            "https://acme.example/token",
            "http://127.0.0.1:8080/token",
            "http://127.9.9.9/token",
            "http://[::1]:8080/token",
            "http://LOCALHOST/token",
            "http://[::ffff:127.0.0.1]/token",
        ] {
            assert!(endpoint_url(&ACME, url).is_ok(), "{url}");
        }
        for url in [
            "http://acme.example/token",
            "http://127.0.0.1.acme.example/token",
            "http://localhost.acme.example/token",
            "http://[::2]/token",
            "http://127.0.0.1:1@acme.example/token",
            "ftp://127.0.0.1/token",
            "file:///token",
            "data:text/plain,token",
            "/token",
            "",
        ] {
            assert!(endpoint_url(&ACME, url).is_err(), "{url}");
        }
    }

    #[test]
    fn a14_fragments_and_users_are_refused_and_not_repeated() {
        for url in [
            "https://acme.example/token#x",
            "https://canary@acme.example",
            "https://u:canary@acme.example",
        ] {
            let error = endpoint_url(&ACME, url).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn a_base_url_keeps_its_path_and_loses_its_slash() {
        assert_eq!(
            base_url(&ACME, "https://acme.example", &[]).unwrap(),
            "https://acme.example"
        );
        assert_eq!(
            base_url(&ACME, "https://ACME.example:443/a/b/", &[]).unwrap(),
            "https://acme.example/a/b"
        );
        assert!(base_url(&ACME, "https://acme.example?a=b", &[]).is_err());
        assert!(base_url(&ACME, "https://acme.example?", &[]).is_err());
    }

    #[test]
    fn the_host_of_a_base_url_is_below_a_suffix() {
        let read = |url| base_url(&ACME, url, &[".acme.example"]);
        assert_eq!(
            read("https://eu.ACME.example/fhir/").unwrap(),
            "https://eu.acme.example/fhir"
        );
        for url in [
            "https://acme.example",
            "https://evil.example/.acme.example",
            "https://evilacme.example",
            "http://127.0.0.1:8080",
        ] {
            assert!(read(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_host_is_the_one_that_was_meant() {
        for (url, host) in [
            ("https://acme.example/token", "acme.example"),
            ("https://acme.example:444/token", "acme.example:444"),
            ("https://acme.example", "ACME.example"),
        ] {
            assert!(check_host(&ACME, url, host).is_ok(), "{url}");
        }
        for (url, host) in [
            (
                "https://evil.example#.acme.example/",
                "evil.example#.acme.example",
            ),
            (
                "https://evil.example/.acme.example/",
                "evil.example/.acme.example",
            ),
            (
                "https://evil.example?.acme.example/",
                "evil.example?.acme.example",
            ),
            (
                "https://evil.example\\.acme.example/",
                "evil.example\\.acme.example",
            ),
            ("https://a@evil.example/", "a@evil.example"),
            ("https://evil\u{ff0e}example/", "evil\u{ff0e}example"),
            ("https://acme.example\t/", "acme.example\t"),
            ("https://1/", "1"),
            ("https://0x7f.1/", "0x7f.1"),
            ("https://%61cme.example/", "%61cme.example"),
            ("https:///", ""),
            ("no URL", "no URL"),
        ] {
            assert!(check_host(&ACME, url, host).is_err(), "{url}");
        }
    }

    #[test]
    fn an_origin_replaces_scheme_host_and_port() {
        let origin = origin(&ACME, "http://127.0.0.1:8080").unwrap();
        let url = Url::parse("https://acme.example:444/token/?a=b").unwrap();
        assert_eq!(
            move_to(&ACME, url, &origin).unwrap().as_str(),
            "http://127.0.0.1:8080/token/?a=b"
        );
        assert!(super::origin(&ACME, "https://acme.example/path").is_err());
    }

    #[test]
    fn an_origin_without_a_port_takes_the_port_away() {
        let origin = origin(&ACME, "https://proxy.example").unwrap();
        let url = Url::parse("http://127.0.0.1:8080/token").unwrap();
        assert_eq!(
            move_to(&ACME, url, &origin).unwrap().as_str(),
            "https://proxy.example/token"
        );
    }
}
