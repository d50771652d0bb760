//! Where metadata is, and whose it may be.

use oauth_atlas_runtime::{Url, is_loopback};

/// What stands between an issuer and its document, of OpenID Connect and of OAuth.
const WELL_KNOWN: &str = "/.well-known/";
const NAMES: [&str; 2] = ["openid-configuration", "oauth-authorization-server"];

/// Where the metadata of an issuer may be, the likeliest first: behind its path (OpenID Connect
/// Discovery §4.1) or before it (RFC 8414 §3.1), and the two that are found by mistake.
pub fn candidates(issuer: &str) -> Vec<String> {
    let (origin, path) = split(issuer);
    let [openid, oauth] = NAMES;
    let mut addresses = vec![
        format!("{origin}{path}{WELL_KNOWN}{openid}"),
        format!("{origin}{WELL_KNOWN}{oauth}{path}"),
        format!("{origin}{WELL_KNOWN}{openid}{path}"),
        format!("{origin}{path}{WELL_KNOWN}{oauth}"),
    ];
    if path.is_empty() {
        addresses.truncate(2);
    }
    addresses
}

/// The issuers whose metadata may be at an address; none where its name is no standard one.
pub fn issuers(address: &str) -> Vec<String> {
    let (origin, path) = split(address);
    let Some((before, name)) = path.split_once(WELL_KNOWN) else {
        return Vec::new();
    };
    let Some(after) = NAMES.iter().find_map(|known| name.strip_prefix(known)) else {
        return Vec::new();
    };
    match (before, after) {
        (before, "") => vec![format!("{origin}{before}")],
        ("", after) if after.starts_with('/') => vec![format!("{origin}{after}")],
        _ => Vec::new(),
    }
}

/// Whether an address is that of a document, and not an issuer.
pub fn names_document(address: &str) -> bool {
    address.contains(WELL_KNOWN)
}

/// RFC 8414 §3.3, but for a slash at the end, which does not change where the document is.
pub fn accepts(expected: &[String], issuer: &str) -> bool {
    let bare = |issuer: &str| issuer.strip_suffix('/').unwrap_or(issuer).to_owned();
    expected.iter().any(|one| bare(one) == bare(issuer))
}

/// How an address is asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Way {
    /// The address as it was read, so that nobody reads another host in it.
    pub url: String,
    /// The one protocol.
    pub scheme: &'static str,
    /// Whether it is on this machine, where no proxy may come between.
    pub is_loopback: bool,
}

/// How an address is asked: over https, and over http on this machine. `None` where it may not be.
/// What stands before an `@` is more often a trick than a user.
pub fn way(address: &str) -> Option<Way> {
    let url = Url::parse(address).ok()?;
    let is_loopback = is_loopback(&url);
    let scheme = match url.scheme() {
        "https" => "https",
        "http" if is_loopback => "http",
        _ => return None,
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    (!has_user).then(|| Way {
        url: url.into(),
        scheme,
        is_loopback,
    })
}

/// The scheme and the host, and the path without a slash at its end.
fn split(address: &str) -> (&str, &str) {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let authority = address.find("://").map_or(0, |colon| colon + 3);
    let path = address[authority..]
        .find('/')
        .map_or(address.len(), |slash| authority + slash);
    (&address[..path], address[path..].trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_is_behind_the_path_and_before_it() {
        assert_eq!(
            candidates("https://a.example/tenant/"),
            [
                "https://a.example/tenant/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server/tenant",
                "https://a.example/.well-known/openid-configuration/tenant",
                "https://a.example/tenant/.well-known/oauth-authorization-server",
            ]
        );
        assert_eq!(
            candidates("https://a.example"),
            [
                "https://a.example/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server",
            ]
        );
    }

    #[test]
    fn each_candidate_leads_back_to_its_issuer() {
        for issuer in ["https://a.example", "https://a.example:8443/x/y"] {
            for address in candidates(issuer) {
                assert_eq!(issuers(&address), [issuer], "{address}");
            }
        }
        for address in [
            "https://a.example/metadata.json",
            "https://a.example/.well-known/openid-sandbox-configuration",
            "https://a.example/.well-known/openid-configuration2",
            "https://a.example/x/.well-known/openid-configuration/y",
        ] {
            assert_eq!(issuers(address), [""; 0], "{address}");
        }
    }

    #[test]
    fn only_a_slash_at_the_end_may_differ() {
        let expected = ["https://a.example/x".to_owned()];
        assert!(accepts(&expected, "https://a.example/x/"));
        assert!(!accepts(&expected, "https://a.example/X"));
        assert!(!accepts(&expected, "https://a.example/x//"));
        assert!(!accepts(&expected, "https://a.example"));
    }

    #[test]
    fn http_is_for_this_machine() {
        for (address, scheme, is_loopback) in [
            ("http://127.0.0.1:8080/x", "http", true),
            ("http://127.1.2.3:8080/x", "http", true),
            ("http://[::1]:8080/", "http", true),
            ("http://localhost/", "http", true),
            ("https://localhost:8443/", "https", true),
            ("https://127.0.0.1/", "https", true),
            ("https://acme.example/x", "https", false),
        ] {
            let url = address.to_owned();
            let expected = Way {
                url,
                scheme,
                is_loopback,
            };
            assert_eq!(way(address), Some(expected), "{address}");
        }
        for address in [
            "http://localhost.acme.example/",
            "http://acme.example/127.0.0.1",
            "http://127.0.0.1@acme.example/",
            "http://127.0.0.1:1@acme.example/",
            "http://localhost:80@acme.example/",
            "http://localhost:80%40@acme.example/",
            "http://[::1]@acme.example/",
            "http://[::1]:1@acme.example/",
            "http://acme.example\\@localhost/",
            "https://user@acme.example/",
            "ftp://localhost/",
            "file:///etc/passwd",
            "localhost",
        ] {
            assert_eq!(way(address), None, "{address}");
        }
    }
}
