//! How a client proves who it is (RFC 6749 §2.3).

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::parameters::{Parameters, write_form_encoded};
use crate::provider::{ClientAuth, Provider};
use crate::secret::Secret;

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
}

impl Credentials {
    /// Adds what the method sends in the body, and returns what it sends as `Authorization`:
    /// never both (RFC 6749 §2.3).
    pub(crate) fn apply<'a>(
        &'a self,
        method: ClientAuth,
        provider: &'static Provider,
        headers: &BasicHeaders,
        parameters: &mut Parameters<'a>,
    ) -> Result<Option<HeaderValue>, Error> {
        let (cache, make): (_, fn(&Self) -> _) = match method {
            ClientAuth::Basic => (&headers.encoded, Self::basic),
            ClientAuth::BasicRaw => (&headers.raw, Self::basic_raw),
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
        };
        if let Some(header) = cache.get() {
            return Ok(Some(header.clone()));
        }
        let header = make(self).map_err(|message| Error::configuration(provider, message))?;
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

    fn secret_text(&self) -> &str {
        self.secret.as_ref().map_or("", Secret::expose)
    }

    /// Enough for the encoded pair, so that no copy of the secret stays in freed memory.
    fn longest_pair(&self) -> usize {
        (self.id.len() + self.secret_text().len()) * 3 + 1
    }
}

fn basic_header(pair: &str) -> Result<HeaderValue, &'static str> {
    let mut text = String::from("Basic ");
    STANDARD.encode_string(pair, &mut text);
    let mut header = HeaderValue::try_from(text)
        .map_err(|_| "the client id or secret is too long for a header")?;
    header.set_sensitive(true);
    Ok(header)
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
        let headers = BasicHeaders::default();
        let mut parameters = Parameters::new();
        let header = credentials
            .apply(method, &ACME, &headers, &mut parameters)
            .unwrap();
        let again = credentials
            .apply(method, &ACME, &headers, &mut Parameters::new())
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
}
