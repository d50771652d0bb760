//! How a client proves who it is (RFC 6749 §2.3).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::http::parameters::Parameters;
use crate::provider::{ClientAuth, Provider};
use crate::text::form::write_form_encoded;
use crate::text::secret::{Secret, SecretBytes};

/// The client's id and, if it is confidential, its secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: Option<Secret>,
}

/// The `Authorization` headers of a client, each made once.
#[derive(Default)]
pub(crate) struct BasicHeaders {
    encoded: OnceLock<HeaderValue>,
    raw: OnceLock<HeaderValue>,
    bearer: OnceLock<HeaderValue>,
}

impl Credentials {
    /// Adds what the method sends as parameters, and returns what it sends as `Authorization`.
    /// Never are there two secrets (RFC 6749 §2.3). `about` is the access token that the request is
    /// about, if it is about one.
    pub(crate) fn apply<'a>(
        &'a self,
        method: ClientAuth,
        about: Option<&Secret>,
        provider: &'static Provider,
        headers: &BasicHeaders,
        parameters: &mut Parameters<'a>,
    ) -> Result<Option<HeaderValue>, Error> {
        let failed = |message| Error::configuration(provider, message);
        let (cache, make): (_, fn(&Self) -> _) = match method {
            ClientAuth::Basic => (&headers.encoded, Self::basic),
            ClientAuth::BasicRaw => (&headers.raw, Self::basic_raw),
            ClientAuth::BasicWithId => {
                parameters.push("client_id", &self.id);
                (&headers.encoded, Self::basic)
            }
            ClientAuth::BearerSecret => (&headers.bearer, Self::bearer_secret),
            ClientAuth::AccessToken => {
                let token = about.ok_or("there is no access token that the request is about");
                return token.and_then(bearer_header).map(Some).map_err(failed);
            }
            ClientAuth::Post => {
                parameters.push("client_id", &self.id);
                if let Some(secret) = &self.secret {
                    parameters.push("client_secret", secret.expose());
                }
                return Ok(None);
            }
            ClientAuth::None => {
                parameters.push("client_id", &self.id);
                return Ok(None);
            }
            ClientAuth::Nothing => return Ok(None),
        };
        if let Some(header) = cache.get() {
            return Ok(Some(header.clone()));
        }
        let header = make(self).map_err(failed)?;
        Ok(Some(cache.get_or_init(|| header).clone()))
    }

    /// Id and secret form-encoded, then joined (RFC 6749 §2.3.1). A public client's secret is
    /// empty.
    fn basic(&self) -> Result<HeaderValue, &'static str> {
        let mut pair = Zeroizing::new(String::with_capacity(self.longest_pair()));
        write_form_encoded(&mut pair, &self.id);
        pair.push(':');
        write_form_encoded(&mut pair, self.secret_text());
        basic_header(&pair)
    }

    /// Id and secret as they are. Nobody can tell where an id with a colon ends (RFC 7617 §2).
    fn basic_raw(&self) -> Result<HeaderValue, &'static str> {
        if self.id.contains(':') {
            return Err(
                "the client id has a colon, which this provider's Basic authentication cannot carry",
            );
        }
        let mut pair = Zeroizing::new(String::with_capacity(self.longest_pair()));
        pair.push_str(&self.id);
        pair.push(':');
        pair.push_str(self.secret_text());
        basic_header(&pair)
    }

    fn bearer_secret(&self) -> Result<HeaderValue, &'static str> {
        let secret = self.secret.as_ref();
        bearer_header(secret.ok_or("there is no client secret to send as a bearer token")?)
    }

    fn secret_text(&self) -> &str {
        self.secret.as_ref().map_or("", Secret::expose)
    }

    /// Enough for the encoded pair, so that no copy of the secret stays in freed memory.
    fn longest_pair(&self) -> usize {
        (self.id.len() + self.secret_text().len()) * 3 + 1
    }
}

fn basic_header(pair: &str) -> Result<HeaderValue, &'static str> {
    const SCHEME: &[u8] = b"Basic ";
    let too_long = "the client id or secret is too long for a header";
    let length = base64::encoded_len(pair.len(), true).ok_or(too_long)?;
    let mut text = SecretBytes(vec![0; SCHEME.len() + length]);
    let (scheme, encoded) = text.split_at_mut(SCHEME.len());
    scheme.copy_from_slice(SCHEME);
    // Encoded into its place: a growing text is encoded on the stack, piece by piece.
    let written = STANDARD.encode_slice(pair, encoded);
    written.map_err(|_| too_long)?;
    let mut header = text.into_header().map_err(|_| too_long)?;
    header.set_sensitive(true);
    Ok(header)
}

/// A bearer token as `Authorization` (RFC 6750 §2.1), which allows fewer characters than providers
/// use: all are fine here but those that could end the header, or be lost around it.
pub(crate) fn bearer_header(token: &Secret) -> Result<HeaderValue, &'static str> {
    let text = token.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(
            "a token or secret is empty or has a character that is not allowed in a header",
        );
    }
    SecretBytes::header_of(["Bearer ", text])
        .map_err(|_| "a token or secret is too long for a header")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::ACME;
    use crate::provider::Encoding;

    fn sent(id: &str, secret: Option<&str>, method: ClientAuth) -> (Option<String>, String) {
        let credentials = Credentials {
            id: id.to_owned(),
            secret: secret.map(Secret::from),
        };
        let about = Secret::from("about");
        let headers = BasicHeaders::default();
        let mut parameters = Parameters::new();
        let header = credentials
            .apply(method, Some(&about), &ACME, &headers, &mut parameters)
            .unwrap();
        let again = credentials
            .apply(
                method,
                Some(&about),
                &ACME,
                &headers,
                &mut Parameters::new(),
            )
            .unwrap();
        assert_eq!(header, again);
        assert!(header.as_ref().is_none_or(HeaderValue::is_sensitive));
        let header = header.map(|header| header.to_str().unwrap().to_owned());
        (
            header,
            String::from_utf8(parameters.encode(Encoding::Form)).unwrap(),
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
        let credentials = Credentials {
            id: "&".to_owned(),
            secret: Some("/;".into()),
        };
        assert_eq!(credentials.longest_pair(), "%26:%2F%3B".len());
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
        let credentials = Credentials {
            id: "a:b".to_owned(),
            secret: None,
        };
        assert!(credentials.basic_raw().is_err());
        assert!(credentials.basic().is_ok());
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
            let credentials = Credentials {
                id: "id".to_owned(),
                secret: secret.map(Secret::from),
            };
            credentials
                .apply(
                    method,
                    None,
                    &ACME,
                    &BasicHeaders::default(),
                    &mut Parameters::new(),
                )
                .unwrap_err()
                .to_string()
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
