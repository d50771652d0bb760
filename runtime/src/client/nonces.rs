//! The nonces that servers ask proofs of possession to have (RFC 9449 §8, §9).

use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use url::Url;

/// The header that brings one.
const HEADER: &str = "dpop-nonce";

/// The longest that is kept, in bytes: it is sent back in a header.
const LONGEST: usize = 512;

/// How many servers are remembered. A provider has two: its own, and its API.
const MOST: usize = 8;

/// The latest nonce of each server, by its origin: one server's means nothing to another. The OAuth
/// endpoints and the API of one origin may be two servers.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<Vec<(Server, String)>>);

/// An origin, and whether it is the API there.
type Server = (String, bool);

fn server(url: &Url, is_api: bool) -> Server {
    (url.origin().ascii_serialization(), is_api)
}

/// The nonce that a response brings, if it brings one that can be sent back.
pub(crate) fn brought_by(headers: &HeaderMap) -> Option<&str> {
    let nonce = headers.get(HEADER)?.to_str().ok()?;
    // RFC 9449 §8.1.
    let is_allowed = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let is_nonce = !nonce.is_empty() && nonce.len() <= LONGEST && nonce.bytes().all(is_allowed);
    is_nonce.then_some(nonce)
}

impl Nonces {
    /// The nonce that the server of this URL wants.
    pub(crate) fn of(&self, url: &Url, is_api: bool) -> Option<String> {
        let server = server(url, is_api);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(other, _)| *other == server);
        found.map(|(_, nonce)| nonce.clone())
    }

    /// Keeps a nonce of the server of this URL, and tells whether it is another than before.
    pub(crate) fn keep(&self, url: &Url, is_api: bool, nonce: &str) -> bool {
        let server = server(url, is_api);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.iter().position(|(other, _)| *other == server);
        let is_new = before.is_none_or(|index| known[index].1 != nonce);
        if let Some(index) = before {
            known.remove(index);
        }
        if known.len() == MOST {
            known.remove(0);
        }
        known.push((server, nonce.to_owned()));
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(host: &str) -> Url {
        Url::parse(&format!("https://{host}/path")).unwrap()
    }

    #[test]
    fn each_server_has_its_own() {
        let nonces = Nonces::default();
        assert_eq!(nonces.of(&url("a.example"), false), None);
        assert!(nonces.keep(&url("a.example"), false, "one"));
        assert!(!nonces.keep(&url("a.example"), false, "one"));
        assert!(nonces.keep(&url("a.example"), false, "two"));
        assert!(nonces.keep(&url("b.example"), false, "one"));
        assert_eq!(nonces.of(&url("a.example"), true), None);
        assert!(nonces.keep(&url("a.example"), true, "three"));
        assert_eq!(nonces.of(&url("a.example"), false).as_deref(), Some("two"));
    }

    #[test]
    fn what_is_no_nonce_is_not_taken() {
        let mut headers = HeaderMap::new();
        assert_eq!(brought_by(&headers), None);
        let longest = "n".repeat(LONGEST);
        for nonce in ["n", "!#[]~", &longest] {
            headers.insert(HEADER, nonce.parse().unwrap());
            assert_eq!(brought_by(&headers), Some(nonce));
        }
        let too_long = "n".repeat(LONGEST + 1);
        for wrong in ["", "a b", "a\"b", "a\\b", "ä", &too_long] {
            headers.insert(HEADER, wrong.parse().unwrap());
            assert_eq!(brought_by(&headers), None, "{wrong}");
        }
    }

    #[test]
    fn many_servers_do_not_grow_it() {
        let nonces = Nonces::default();
        for index in 0..MOST + 3 {
            nonces.keep(&url(&format!("h{index}.example")), false, "n");
        }
        assert_eq!(nonces.of(&url("h2.example"), false), None);
        assert!(nonces.of(&url("h3.example"), false).is_some());
    }
}
