//! How a client proves who it is (RFC 6749 §2.3): the header of each method.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue};
use oauth_atlas_description::Template;
use zeroize::Zeroizing;

use crate::client::template::sent::{Filled, Filler};
use crate::error::Error;
use crate::provider::Authentication;
use crate::text::form::write_form_encoded;
use crate::text::secret::SecretBytes;

/// The headers by which a client says who it is, each made once. No client has more methods than
/// these.
#[derive(Default)]
pub(crate) struct AuthHeaders([OnceLock<Box<Made>>; 3]);

/// A header, and by which method it was made.
type Made = (&'static Authentication, (HeaderName, HeaderValue));

impl AuthHeaders {
    /// The header that the method sends, if it sends one.
    ///
    /// # Errors
    ///
    /// When a value that it needs is missing, or cannot stand in a header.
    pub(crate) fn get(
        &self,
        method: &'static Authentication,
        filler: &Filler<'_>,
    ) -> Result<Option<(HeaderName, HeaderValue)>, Error> {
        if method.header.is_empty() {
            return Ok(None);
        }
        // What was signed for this request is no other request's.
        if filler.is_proving() {
            return header(method, filler).map(Some);
        }
        let mut made = self.0.iter().filter_map(OnceLock::get);
        if let Some(found) = made.find(|made| std::ptr::eq(made.0, method)) {
            return Ok(Some(found.1.clone()));
        }
        // What is of one request alone is another header each time.
        let is_of_request = |name: &str| matches!(name, Template::ACCESS_TOKEN | Template::UUID);
        let mut names = Template::of(method.user).names();
        if names.any(is_of_request) {
            return header(method, filler).map(Some);
        }
        for slot in &self.0 {
            match slot.get() {
                Some(made) if made.0 == method => return Ok(Some(made.1.clone())),
                Some(_) => {}
                None => {
                    let made = header(method, filler)?;
                    // Another thread may have made one by another method meanwhile.
                    let _ = slot.set(Box::new((method, made.clone())));
                    return Ok(Some(made));
                }
            }
        }
        header(method, filler).map(Some)
    }
}

/// Makes the header of a method.
fn header(
    method: &'static Authentication,
    filler: &Filler<'_>,
) -> Result<(HeaderName, HeaderValue), Error> {
    let name = filler.header_name(method.header)?;
    let failed = |message: &'static str| filler.error(message);
    let Some(user) = filler.fill(method.user)? else {
        return Err(failed(match method.has(Template::ACCESS_TOKEN) {
            true => "there is no access token that the request is about",
            false => "there is no client secret to say who the client is with",
        }));
    };
    let value = match method.password {
        None => alone(method.scheme, user.as_str()),
        Some(password) => {
            let password = filler.fill(password)?;
            // A public client's secret is empty.
            let password = password.as_ref().map_or("", Filled::as_str);
            pair(method, user.as_str(), password)
        }
    };
    Ok((name, value.map_err(failed)?))
}

/// User and password, joined and in base64.
fn pair(method: &Authentication, user: &str, password: &str) -> Result<HeaderValue, &'static str> {
    // Enough for the encoded pair, so that no copy of the secret stays in freed memory.
    let mut pair = Zeroizing::new(String::with_capacity(longest_pair(user, password)));
    if method.form_encoded {
        // RFC 6749 §2.3.1.
        write_form_encoded(&mut pair, user);
        pair.push(':');
        write_form_encoded(&mut pair, password);
        return in_base64(method.scheme, &pair);
    }
    // Nobody can tell where a user with a colon ends (RFC 7617 §2).
    if user.contains(':') {
        return Err(
            "the client id has a colon, which this provider's Basic authentication cannot carry",
        );
    }
    pair.push_str(user);
    pair.push(':');
    pair.push_str(password);
    in_base64(method.scheme, &pair)
}

fn longest_pair(user: &str, password: &str) -> usize {
    (user.len() + password.len()) * 3 + 1
}

fn in_base64(scheme: &str, pair: &str) -> Result<HeaderValue, &'static str> {
    let too_long = "the client id or secret is too long for a header";
    let length = base64::encoded_len(pair.len(), true).ok_or(too_long)?;
    let start = match scheme {
        "" => 0,
        scheme => scheme.len() + 1,
    };
    let mut text = SecretBytes(vec![b' '; start + length]);
    let (before, encoded) = text.split_at_mut(start);
    before[..scheme.len()].copy_from_slice(scheme.as_bytes());
    // Encoded into its place: a growing text is encoded on the stack, piece by piece.
    let written = STANDARD.encode_slice(pair, encoded);
    written.map_err(|_| too_long)?;
    let mut header = text.into_header().map_err(|_| too_long)?;
    header.set_sensitive(true);
    Ok(header)
}

/// One text as it is. RFC 6750 §2.1 allows fewer characters than providers use: all are fine here
/// but those that could end the header, or be lost around it.
fn alone(scheme: &str, text: &str) -> Result<HeaderValue, &'static str> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a token or secret is empty or has a character that may not stand in a header");
    }
    let separator = if scheme.is_empty() { "" } else { " " };
    SecretBytes::header_of(&[scheme, separator, text])
        .map_err(|_| "a token or secret is too long for a header")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Core;
    use crate::fixtures::acme;
    use crate::provider::{ClientAuth, Endpoint, Provider};

    static BARE: Provider = Provider {
        environments: &[],
        token: Some(Endpoint {
            url: "https://acme.example/token",
            ..Endpoint::STANDARD
        }),
        introspection: Some(Endpoint {
            url: "https://acme.example/introspect",
            ..Endpoint::STANDARD
        }),
        ..acme()
    };

    /// The header and the body of a request by this method.
    fn sent(id: &str, secret: Option<&str>, method: ClientAuth) -> (Option<String>, String) {
        let core = match secret {
            Some(secret) => Core::confidential(&BARE, id, secret),
            None => Core::public(&BARE, id),
        };
        let core = core.client_auth(method);
        let sent = || {
            let request = core.introspect("about").to_http_request().unwrap();
            let header = request.headers().get("authorization").cloned();
            (header, String::from_utf8(request.body().to_vec()).unwrap())
        };
        let (header, body) = sent();
        assert_eq!((header.clone(), body.clone()), sent());
        assert!(header.as_ref().is_none_or(HeaderValue::is_sensitive));
        let body = body.strip_prefix("token=about").unwrap();
        let body = body.strip_prefix('&').unwrap_or(body).to_owned();
        (
            header.map(|header| header.to_str().unwrap().to_owned()),
            body,
        )
    }

    fn basic(id: &str, secret: &str) -> String {
        let (header, body) = sent(id, Some(secret), ClientAuth::Basic);
        assert_eq!(body, "");
        header.unwrap()
    }

    /// A buffer that grows leaves a copy of the secret behind.
    #[test]
    fn the_longest_pair_fits_its_first_allocation() {
        assert_eq!(longest_pair("&", "/;"), "%26:%2F%3B".len());
    }

    #[test]
    fn c01_the_example_of_the_rfc() {
        assert_eq!(
            basic("s6BhdRkqt3", "gX1fBat3bV"),
            "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"
        );
    }

    #[test]
    fn c02_c03_c07_both_halves_are_form_encoded() {
        assert_eq!(
            basic("aaa/;&", "bbb/;&"),
            "Basic YWFhJTJGJTNCJTI2OmJiYiUyRiUzQiUyNg=="
        );
        assert_eq!(
            basic("CLIENT_ID??", "CLIENT_SECRET??"),
            "Basic Q0xJRU5UX0lEJTNGJTNGOkNMSUVOVF9TRUNSRVQlM0YlM0Y="
        );
        assert_eq!(
            basic("odd-client+1/x", "p@ss:w%rd/+&= x~"),
            "Basic b2RkLWNsaWVudCUyQjElMkZ4OnAlNDBzcyUzQXclMjVyZCUyRiUyQiUyNiUzRCt4fg=="
        );
    }

    #[test]
    fn c05_the_secret_is_utf_8() {
        let header = basic("id", " %&+£€");
        let pair = STANDARD
            .decode(header.strip_prefix("Basic ").unwrap())
            .unwrap();
        assert_eq!(pair, b"id:+%25%26%2B%C2%A3%E2%82%AC");
    }

    #[test]
    fn c06_raw_is_as_it_is() {
        let (header, body) = sent(
            "odd-client+1/x",
            Some("p@ss:w%rd/+&= x~"),
            ClientAuth::BasicRaw,
        );
        assert_eq!(
            header.unwrap(),
            "Basic b2RkLWNsaWVudCsxL3g6cEBzczp3JXJkLysmPSB4fg=="
        );
        assert_eq!(body, "");
    }

    #[test]
    fn a_raw_id_has_no_colon() {
        let request = |method| {
            let core = Core::public(&BARE, "a:b").client_auth(method);
            core.introspect("about").to_http_request()
        };
        assert!(request(ClientAuth::BasicRaw).is_err());
        assert!(request(ClientAuth::Basic).is_ok());
    }

    #[test]
    fn c09_c10_credentials_go_one_way() {
        assert_eq!(
            sent("aaa/;&", Some("s"), ClientAuth::Post),
            (None, "client_id=aaa%2F%3B%26&client_secret=s".to_owned())
        );
        assert_eq!(
            sent("id", None, ClientAuth::Post),
            (None, "client_id=id".to_owned())
        );
        assert_eq!(
            sent("id", Some("s"), ClientAuth::None),
            (None, "client_id=id".to_owned())
        );
    }

    #[test]
    fn a_public_client_with_basic_has_an_empty_secret() {
        assert_eq!(sent("id", None, ClientAuth::Basic).0.unwrap(), "Basic aWQ6");
        assert_eq!(
            sent("id", None, ClientAuth::BasicRaw).0.unwrap(),
            "Basic aWQ6"
        );
    }

    #[test]
    fn the_other_ways_to_say_who_the_client_is() {
        assert_eq!(
            sent("id", Some("s"), ClientAuth::BasicWithId),
            (Some("Basic aWQ6cw==".to_owned()), "client_id=id".to_owned())
        );
        assert_eq!(
            sent("id", Some("s"), ClientAuth::BearerSecret),
            (Some("Bearer s".to_owned()), String::new())
        );
        assert_eq!(
            sent("id", Some("s"), ClientAuth::AccessToken),
            (Some("Bearer about".to_owned()), String::new())
        );
        assert_eq!(
            sent("id", Some("s"), ClientAuth::Nothing),
            (None, String::new())
        );
    }

    #[test]
    fn what_cannot_be_a_bearer_token_is_told_and_not_shown() {
        let refused = |secret: Option<&str>, method| {
            let core = match secret {
                Some(secret) => Core::confidential(&BARE, "id", secret),
                None => Core::public(&BARE, "id"),
            };
            let core = core.client_auth(method);
            let request = core.client_credentials([""; 0]).to_http_request();
            request.unwrap_err().to_string()
        };
        assert!(refused(None, ClientAuth::BearerSecret).contains("no client secret"));
        assert!(refused(Some("s"), ClientAuth::AccessToken).contains("no access token"));
        for secret in ["", "canary\r\nx: y", "canary ä", "canary b"] {
            let error = refused(Some(secret), ClientAuth::BearerSecret);
            assert!(
                error.contains("character") && !error.contains("canary"),
                "{error}"
            );
        }
    }
}
