//! JWTs that a client has signed (RFC 7523 §3), as a provider checks them. The client signs with
//! another library than this verifies with.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use crate::fake::description::{Assertion, AssertionAudience, SigningAlgorithm};
use crate::fake::filled::Known;
use crate::fake::jwt::Jwt;
use crate::fake::route::without_optional;
use crate::fake::store::Kept;

/// How far the clocks may be apart, in seconds.
const SKEW: u64 = 30;

/// What a JWT is verified with.
pub(super) enum Key<'a> {
    /// The public key of the client (RFC 7517).
    Registered(&'a Value),
    Secret(&'a str),
}

/// What is expected of a JWT.
pub(super) struct Expected<'a> {
    pub(super) rules: &'a Assertion,
    pub(super) known: Known<'a>,
    pub(super) key: Key<'a>,
    /// The URLs of the token endpoint, with names.
    pub(super) endpoints: Vec<&'a str>,
    /// Whether it serves for many requests.
    pub(super) is_secret: bool,
    /// Those that were used.
    pub(super) used: &'a RefCell<Kept<String, ()>>,
}

impl Expected<'_> {
    /// Checks a JWT, and takes it as used.
    pub(super) fn check(&self, jwt: &str) -> Result<Value, String> {
        let jwt = Jwt::of(jwt)?;
        let algorithm = self.algorithm(&jwt.header)?;
        self.check_header(&jwt.header)?;
        let key = self.decoding_key(algorithm)?;
        if !jwt.is_signed(of_word(algorithm), &key) {
            return Err("the signature of the JWT is not the registered key's".to_owned());
        }
        self.check_claims(&jwt.claims)?;
        Ok(jwt.claims)
    }

    fn algorithm(&self, header: &Value) -> Result<SigningAlgorithm, String> {
        let word = header["alg"].as_str().unwrap_or_default();
        let known = SigningAlgorithm::from_word(word);
        let accepted = &self.rules.algorithms;
        let fitting = known.filter(|known| accepted.is_empty() || accepted.contains(known));
        let by_secret = matches!(self.key, Key::Secret(_));
        match fitting {
            // Whoever knows a public key could make an HMAC with it.
            Some(known) if known.is_of_secret() == by_secret => Ok(known),
            _ => Err("the `alg` of the JWT is not accepted here".to_owned()),
        }
    }

    fn check_header(&self, header: &Value) -> Result<(), String> {
        let mut required = self.rules.requires.iter();
        if let Some(missing) = required.find(|name| header[name.as_str()].is_null()) {
            return Err(format!("`{missing}` is missing in the header of the JWT"));
        }
        let Key::Registered(registered) = self.key else {
            return Ok(());
        };
        match (header["kid"].as_str(), registered["kid"].as_str()) {
            (Some(told), Some(known)) if told != known => {
                Err("the `kid` of the JWT is no registered key".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// The registered key, if it is one of the algorithm's kind.
    fn decoding_key(&self, algorithm: SigningAlgorithm) -> Result<DecodingKey, String> {
        let wrong = || "the `alg` of the JWT is not the registered key's".to_owned();
        let registered = match self.key {
            Key::Secret(secret) => {
                return DecodingKey::from_secret(secret.as_bytes()).map_err(|_| wrong());
            }
            Key::Registered(registered) => registered,
        };
        let member = |name: &str| registered[name].as_str().unwrap_or_default();
        let key = match (algorithm.word().get(..2), member("kty"), member("crv")) {
            (Some("RS" | "PS"), "RSA", _) => {
                DecodingKey::from_rsa_components(member("n"), member("e"))
            }
            (Some("ES"), "EC", curve) => match (algorithm, curve) {
                (SigningAlgorithm::Es256, "P-256") | (SigningAlgorithm::Es384, "P-384") => {
                    DecodingKey::from_ec_components(member("x"), member("y"))
                }
                _ => return Err(wrong()),
            },
            (Some("Ed"), "OKP", "Ed25519") => DecodingKey::from_ed_components(member("x")),
            _ => return Err(wrong()),
        };
        key.map_err(|_| wrong())
    }

    fn check_claims(&self, claims: &Value) -> Result<(), String> {
        let text = |name: &str| claims[name].as_str();
        let wrong = |name: &str| Err(format!("`{name}` of the JWT is missing or wrong"));
        if !self.known.is(&self.rules.issuer, text("iss")) {
            return wrong("iss");
        }
        if !self.rules.subject.is_empty() && !self.known.is(&self.rules.subject, text("sub")) {
            return wrong("sub");
        }
        let audiences = match &claims["aud"] {
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect::<Vec<_>>(),
        };
        if !audiences.iter().any(|audience| self.is_audience(audience)) {
            return wrong("aud");
        }
        for (name, template) in &self.rules.claims {
            if !self.known.is(template, text(name)) {
                return wrong(name);
            }
        }
        self.check_times(claims)?;
        if self.is_secret {
            return Ok(());
        }
        let Some(id) = text("jti").filter(|id| !id.is_empty()) else {
            return wrong("jti");
        };
        let mut used = self.used.borrow_mut();
        if used.get(id).is_some() {
            return Err("the JWT was used before: its `jti` is known".to_owned());
        }
        used.insert(id.to_owned(), ());
        Ok(())
    }

    fn check_times(&self, claims: &Value) -> Result<(), String> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_secs());
        let time = |name: &str| claims[name].as_u64();
        let Some(expires_at) = time("exp") else {
            return Err("`exp` of the JWT is missing".to_owned());
        };
        if expires_at <= now {
            return Err("the JWT has expired".to_owned());
        }
        let issued_at = time("iat").unwrap_or(now);
        let not_before = time("nbf");
        if issued_at.max(not_before.unwrap_or(0)) > now + SKEW {
            return Err("the JWT is not valid yet".to_owned());
        }
        if self.rules.not_before && not_before.is_none() {
            return Err("`nbf` of the JWT is missing".to_owned());
        }
        let lifetime = expires_at.saturating_sub(issued_at);
        match self.rules.lifetime {
            Some(longest) if lifetime > longest => Err("the JWT lives too long".to_owned()),
            _ => Ok(()),
        }
    }

    fn is_audience(&self, audience: &str) -> bool {
        let mut endpoints = self
            .endpoints
            .iter()
            .flat_map(|url| without_optional(url, self.known.description));
        match AssertionAudience::from_word(&self.rules.audience) {
            Some(AssertionAudience::TokenEndpoint) => {
                endpoints.any(|url| self.known.is(&url, Some(audience)))
            }
            Some(AssertionAudience::Issuer) => {
                let issuer = self.known.description.issuer.as_deref();
                issuer.is_some_and(|issuer| self.known.is(issuer, Some(audience)))
            }
            Some(AssertionAudience::Host) => endpoints.any(|url| {
                let path = url.find("://").map_or(0, |start| start + 3);
                let path = url[path..].find('/').map_or("", |at| &url[path + at..]);
                self.known
                    .is(&url, Some(&format!("https://{audience}{path}")))
            }),
            None => self.known.is(&self.rules.audience, Some(audience)),
        }
    }
}

fn of_word(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Rs384 => Algorithm::RS384,
        SigningAlgorithm::Rs512 => Algorithm::RS512,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Ps384 => Algorithm::PS384,
        SigningAlgorithm::Ps512 => Algorithm::PS512,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Es384 => Algorithm::ES384,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        SigningAlgorithm::Hs256 => Algorithm::HS256,
        SigningAlgorithm::Hs384 => Algorithm::HS384,
        SigningAlgorithm::Hs512 => Algorithm::HS512,
    }
}
