//! The parts of a JSON Web Token (RFC 7519 §3), of which nothing is verified here; and those that the client makes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::text::json::Json;
#[cfg(feature = "jose")]
use crate::text::secret::Secret;
use crate::text::secret::SecretBytes;

/// A signed token, taken apart (RFC 7515 §3.1).
pub(crate) struct Jwt {
    pub(crate) header: Json,
    pub(crate) claims: Json,
}

impl Jwt {
    /// Takes a text apart, or `None` if it is no signed token: three parts in base64url, the first
    /// two of which are JSON objects. What has to be understood beyond that is not (`crit`, RFC 7515
    /// §4.1.11): with `b64`, for one, something else is signed (RFC 7797 §3).
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (header, rest) = text.split_once('.')?;
        let (claims, signature) = rest.split_once('.')?;
        if signature.contains('.') {
            return None;
        }
        let header = object(header)?;
        if header.get("crit").is_some() {
            return None;
        }
        Some(Self {
            header,
            claims: object(claims)?,
        })
    }
}

fn object(part: &str) -> Option<Json> {
    let bytes = SecretBytes(URL_SAFE_NO_PAD.decode(part).ok()?);
    let json = Json::parse(bytes.as_slice()).ok()?;
    json.as_object().is_some().then_some(json)
}

/// What is signed (RFC 7515 §5.1).
#[cfg(feature = "jose")]
pub(crate) fn message(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    let mut message = URL_SAFE_NO_PAD.encode(header);
    message.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut message);
    message
}

/// The message with its signature (RFC 7515 §7.1).
#[cfg(feature = "jose")]
pub(crate) fn signed(message: &str, signature: &[u8]) -> Secret {
    Secret::from(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn a_token_is_taken_apart() {
        let text = format!(
            "{}.{}.sig",
            part(r#"{"alg":"RS256"}"#),
            part(r#"{"sub":"1"}"#)
        );
        let jwt = Jwt::of(&text).unwrap();
        assert_eq!(jwt.header.get("alg").unwrap().as_str(), Some("RS256"));
        assert_eq!(jwt.claims.get("sub").unwrap().as_str(), Some("1"));
    }

    #[test]
    fn what_is_no_token_is_none() {
        let (header, claims) = (part(r#"{"alg":"none"}"#), part(r#"{"sub":"1"}"#));
        for text in [
            String::new(),
            "..".to_owned(),
            "opaque".to_owned(),
            format!("{header}.{claims}"),
            format!("{header}.{claims}.a.b.c"),
            format!("{header}.{}.sig", part("[1]")),
            format!("{header}.{}.sig", part("{")),
            format!("{}=.{claims}.sig", part(r#"{"a":1}"#)),
            format!("{header}.{claims}!.sig"),
            format!(
                "{}.{claims}.sig",
                part(r#"{"alg":"RS256","b64":false,"crit":["b64"]}"#)
            ),
            format!("{}.{claims}.sig", part(r#"{"alg":"RS256","crit":null}"#)),
        ] {
            assert!(Jwt::of(&text).is_none(), "{text}");
        }
    }
}
