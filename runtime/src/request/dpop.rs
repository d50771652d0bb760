//! Proofs of possession (DPoP, RFC 9449): a key, and what it signs.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;
use http::{HeaderName, Method};
use serde_core::{Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

use crate::client::handle::Core;
use crate::error::Error;
use crate::http::message::{HttpRequest, HttpResponse};
use crate::request::pkce::random_text;
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::json::object::Object;
use crate::text::jwt;
use crate::text::secret::{Secret, SecretBytes};

/// The header that carries a proof.
static HEADER: HeaderName = HeaderName::from_static("dpop");

/// The length of a coordinate or a private key of P-256, in bytes.
const COORDINATE: usize = 32;

/// The key that tokens are bound to (RFC 9449 §2): ES256, made for one login.
///
/// It stays with the tokens and is stored with them. `Debug` shows its thumbprint alone.
#[derive(Clone)]
pub(crate) struct DpopKey(Arc<Pair>);

struct Pair {
    key: EcdsaKeyPair,
    /// The coordinates of the public key, in base64url.
    x: String,
    y: String,
}

impl DpopKey {
    /// A new key, or `None` if the operating system provides no randomness.
    pub(crate) fn generate() -> Option<Self> {
        Self::of(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?)
    }

    fn of(key: EcdsaKeyPair) -> Option<Self> {
        // 4, x, y: SEC 1 §2.3.3.
        let point = key.public_key().as_ref();
        let (x, y) = point.get(1..)?.split_at_checked(COORDINATE)?;
        let (x, y) = (base64url(x), base64url(y));
        Some(Self(Arc::new(Pair { key, x, y })))
    }

    /// The key of a JWK as [`DpopKey::jwk`] writes it, or `None` if it is no such key.
    pub(crate) fn from_jwk(jwk: &str) -> Option<Self> {
        let jwk = Json::parse(jwk.as_bytes()).ok()?;
        let text = |name| jwk.get(name).and_then(Json::as_str);
        if text("kty") != Some("EC") || text("crv") != Some("P-256") {
            return None;
        }
        let part = |name| {
            let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text(name)?).ok()?);
            (bytes.len() == COORDINATE).then_some(bytes)
        };
        let (x, y, d) = (part("x")?, part("y")?, part("d")?);
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
        Self::of(EcdsaKeyPair::from_private_key_and_public_key(signing, &d, &point).ok()?)
    }

    /// The key as a private JWK (RFC 7517 §4, RFC 7518 §6.2.2), to be stored.
    fn jwk(&self) -> Option<Secret> {
        let private: EcPrivateKeyBin<'_> = self.0.key.private_key().as_be_bytes().ok()?;
        let private = Zeroizing::new(base64url(private.as_ref()));
        let Pair { x, y, .. } = &*self.0;
        let jwk = [
            r#"{"kty":"EC","crv":"P-256","x":""#,
            x,
            r#"","y":""#,
            y,
            r#"","d":""#,
            &private,
            r#""}"#,
        ];
        Some(Secret::from(jwk.concat()))
    }

    /// The thumbprint of the public key (RFC 7638 §3), by which the authorization request names it
    /// (RFC 9449 §10).
    pub(crate) fn thumbprint(&self) -> String {
        let (x, y) = (self.0.x.as_str(), self.0.y.as_str());
        thumbprint(&[("crv", "P-256"), ("kty", "EC"), ("x", x), ("y", y)])
    }

    /// A proof for one request (RFC 9449 §4.2), or `None` if the operating system provides no
    /// randomness. With a token, it is a request to an API (§7).
    pub(crate) fn proof(
        &self,
        method: &Method,
        url: &Url,
        access_token: Option<&Secret>,
        nonce: Option<&str>,
    ) -> Option<Secret> {
        let id = random_text().ok()?;
        let claims = Claims {
            id: id.expose(),
            method,
            url,
            issued_at: unix_seconds(SystemTime::now()),
            token_hash: access_token.map(token_hash),
            nonce,
        };
        let message = jwt::message(self.header(), claims.json());
        let signature = self.0.key.sign(&SystemRandom::new(), message.as_bytes());
        Some(jwt::signed(&message, signature.ok()?.as_ref()))
    }

    /// The header of each proof.
    fn header(&self) -> String {
        let Pair { x, y, .. } = &*self.0;
        format!(
            r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}}}"#
        )
    }
}

/// Adds a proof to a request (RFC 9449 §5, §7.1).
pub(crate) fn prove(
    core: &Core,
    key: &DpopKey,
    request: &mut HttpRequest,
    access_token: Option<&Secret>,
) -> Result<(), Error> {
    let nonce = core.nonces().of(request.url(), access_token.is_some());
    let (method, url) = (request.method(), request.url());
    let proof = key.proof(method, url, access_token, nonce.as_deref());
    let proof = proof.ok_or_else(|| no_randomness(core))?;
    let value = SecretBytes::header_of(&[proof.expose()]);
    let value = value.map_err(|_| no_randomness(core))?;
    request.headers_mut().insert(&HEADER, value);
    Ok(())
}

pub(crate) fn no_randomness(core: &Core) -> Error {
    let message = "the operating system provides no randomness";
    Error::configuration(core.provider(), message)
}

/// Whether a refusal is for lack of a nonce (RFC 9449 §8, §9).
pub(crate) fn asks_for_nonce(response: &HttpResponse) -> bool {
    const CODE: &str = "use_dpop_nonce";
    let mut challenges = response.challenges().into_iter();
    let in_challenge = challenges.any(|challenge| challenge.error() == Some(CODE));
    let in_body = || {
        let body = response.json().ok()?;
        Some(body.get("error")?.as_str()? == CODE)
    };
    in_challenge || in_body() == Some(true)
}

/// What a proof says.
struct Claims<'a> {
    id: &'a str,
    method: &'a Method,
    url: &'a Url,
    issued_at: u64,
    token_hash: Option<String>,
    nonce: Option<&'a str>,
}

impl Claims<'_> {
    fn json(&self) -> Vec<u8> {
        // Without query and fragment (RFC 9449 §4.2).
        let url = self.url.as_str();
        let url = url.split(['?', '#']).next().unwrap_or_default();
        let mut json = Object::new();
        json.text("jti", self.id);
        json.text("htm", self.method.as_str());
        json.text("htu", url);
        json.some("ath", self.token_hash.as_deref());
        json.some("nonce", self.nonce);
        json.number("iat", self.issued_at);
        json.end()
    }
}

/// The claim `ath` (RFC 9449 §4.2).
fn token_hash(token: &Secret) -> String {
    base64url(Hash::hash(token.expose().as_bytes()))
}

/// The hash of the members that a key of its type has to have, in the order of their names
/// (RFC 7638 §3). No value needs an escape.
fn thumbprint(members: &[(&str, &str)]) -> String {
    let members: Vec<_> = members
        .iter()
        .map(|(name, value)| format!(r#""{name}":"{value}""#))
        .collect();
    let jwk = format!("{{{}}}", members.join(","));
    base64url(Hash::hash(jwk.as_bytes()))
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl PartialEq for DpopKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.0.x, &self.0.y) == (&other.0.x, &other.0.y)
    }
}

impl Serialize for DpopKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.jwk() {
            Some(jwk) => serializer.serialize_str(jwk.expose()),
            None => Err(serde_core::ser::Error::custom("the key cannot be exported")),
        }
    }
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thumbprint = self.thumbprint();
        formatter.debug_tuple("DpopKey").field(&thumbprint).finish()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    /// The public key of the examples of RFC 9449.
    const X: &str = "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs";
    const Y: &str = "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA";

    fn part(proof: &Secret, index: usize) -> Json {
        let part = proof.expose().split('.').nth(index).unwrap();
        Json::parse(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    fn claim(proof: &Secret, name: &str) -> Option<String> {
        let claims = part(proof, 1);
        claims.get(name)?.as_str().map(str::to_owned)
    }

    #[test]
    fn k01_the_thumbprint_of_the_rfc() {
        // RFC 9449 §6.1.
        assert_eq!(
            thumbprint(&[("crv", "P-256"), ("kty", "EC"), ("x", X), ("y", Y)]),
            "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
        );
    }

    #[test]
    fn l05_the_thumbprint_of_an_rsa_key() {
        // RFC 7638 §3.1.
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc",
            "_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR",
            "0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTW",
            "hAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        );
        assert_eq!(
            thumbprint(&[("e", "AQAB"), ("kty", "RSA"), ("n", n)]),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn the_token_hash_of_the_rfc() {
        // RFC 9449 §7.1.
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        assert_eq!(
            token_hash(&Secret::from(token)),
            "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
        );
    }

    #[test]
    fn a_proof_has_the_form_of_the_rfc() {
        let key = DpopKey::generate().unwrap();
        let url = Url::parse("https://server.example.com/token?a=b").unwrap();
        let proof = key.proof(&Method::POST, &url, None, None).unwrap();
        let header = part(&proof, 0);
        let text = |name| header.get(name).and_then(Json::as_str);
        assert_eq!(
            (text("typ"), text("alg")),
            (Some("dpop+jwt"), Some("ES256"))
        );
        let jwk = header.get("jwk").unwrap();
        let names = jwk
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, _)| name.as_str());
        // A private key would be in `d` (§4.2).
        assert_eq!(names.collect::<Vec<_>>(), ["kty", "crv", "x", "y"]);
        assert_eq!(claim(&proof, "htm").as_deref(), Some("POST"));
        assert_eq!(
            claim(&proof, "htu").as_deref(),
            Some("https://server.example.com/token")
        );
        assert_eq!((claim(&proof, "ath"), claim(&proof, "nonce")), (None, None));
        assert!(part(&proof, 1).get("iat").is_some());

        let token = Secret::from("token");
        let other = key
            .proof(&Method::GET, &url, Some(&token), Some("n\""))
            .unwrap();
        assert_ne!(claim(&proof, "jti"), claim(&other, "jti"));
        assert_eq!(claim(&other, "ath"), Some(token_hash(&token)));
        assert_eq!(claim(&other, "nonce").as_deref(), Some("n\""));
        let (message, signature) = other.expose().rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.0.key.public_key());
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        public.verify(message.as_bytes(), &signature).unwrap();
    }

    #[test]
    fn a_key_survives_storage_and_shows_no_secret() {
        let key = DpopKey::generate().unwrap();
        let jwk = key.jwk().unwrap();
        let stored = DpopKey::from_jwk(jwk.expose()).unwrap();
        assert_eq!(stored, key);
        assert_eq!(stored.thumbprint(), key.thumbprint());
        let private = Json::parse(jwk.expose().as_bytes()).unwrap();
        let private = private.get("d").and_then(Json::as_str).unwrap();
        assert!(!format!("{key:?}").contains(private));
        for broken in [
            String::new(),
            "{}".to_owned(),
            jwk.expose().replace("P-256", "P-384"),
            jwk.expose().replace(private, "AA"),
            jwk.expose().replace(&key.0.x, &key.0.y),
        ] {
            assert!(DpopKey::from_jwk(&broken).is_none());
        }
    }
}
