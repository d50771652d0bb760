//! JWTs that a client signs (RFC 7523 §3).

use std::borrow::Cow;

use aws_lc_rs::hmac;
use oauth_atlas_description::{AssertionAudience, Template};

use crate::client::signer::Signer;
use crate::client::template::sent::{Filled, Filler};
use crate::error::Error;
use crate::provider::{Assertion, SigningAlgorithm};
use crate::text::json::Json;
use crate::text::json::object::Object;
use crate::text::jwt;
use crate::text::secret::Secret;
use crate::text::uuid::random_uuid;

/// The seconds that a JWT lives which is used once. Few, as whoever reads it could use it first.
const ONCE: u64 = 60;

/// The seconds that a JWT lives which is the secret of many requests.
const OFTEN: u64 = 3600;

/// A JWT that is to be made.
pub(crate) struct Draft {
    pub(crate) rules: &'static Assertion,
    /// The URL template of the endpoint that takes it.
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) issuer: Option<Cow<'static, str>>,
    /// Whether it is one JWT for many requests, without a `jti`.
    pub(crate) is_secret: bool,
    /// In seconds since 1970.
    pub(crate) now: u64,
    /// The parameters of a login, if it is the JWT of one (RFC 9101 §4).
    pub(crate) login: Option<Vec<(String, Json)>>,
}

/// What names the key in the header.
#[derive(Default)]
struct Header<'a> {
    key_id: Option<&'a str>,
    thumbprint: Option<&'a str>,
    chain: &'a [String],
}

impl Draft {
    /// When it expires.
    pub(crate) fn expires_at(&self) -> u64 {
        let usual = match self.is_secret {
            true => OFTEN,
            false => ONCE,
        };
        let longest = self.rules.lifetime.unwrap_or(usual);
        self.now.saturating_add(usual.min(longest))
    }

    /// What is signed (RFC 7515 §5.1): the header and the claims, for this signer.
    ///
    /// # Errors
    ///
    /// If the provider does not take its algorithm or wants to know more of the key, if a variable is
    /// not set, and if the operating system has no randomness to give.
    pub(crate) fn message(
        &self,
        signer: &dyn Signer,
        filler: &Filler<'_>,
    ) -> Result<String, Error> {
        let algorithm = signer.algorithm();
        let accepted = self.rules.algorithms;
        if algorithm.is_of_secret() {
            return Err(filler.error("a signer with an HMAC has no key of its own"));
        }
        if !accepted.is_empty() && !accepted.contains(&algorithm) {
            let words = accepted.iter().filter(|one| !one.is_of_secret());
            let words: Vec<_> = words.map(|one| one.word()).collect();
            return Err(filler.error(format!(
                "the key signs with {}, and this provider takes {}",
                algorithm.word(),
                words.join(", ")
            )));
        }
        let header = Header {
            key_id: signer.key_id(),
            thumbprint: signer.certificate_thumbprint(),
            chain: signer.certificate_chain(),
        };
        let missing = self.rules.requires.iter().find(|name| match **name {
            "kid" => header.key_id.is_none(),
            "x5t#S256" => header.thumbprint.is_none(),
            "x5c" => header.chain.is_empty(),
            _ => false,
        });
        if let Some(missing) = missing {
            return Err(filler.error(format!(
                "this provider knows a key by `{missing}`, which the key does not have"
            )));
        }
        self.unsigned(algorithm, &header, filler)
    }

    /// The JWT with an HMAC of the client's secret (OpenID Connect Core §9).
    ///
    /// # Errors
    ///
    /// Those of [`Draft::message`].
    pub(crate) fn with_mac(&self, secret: &Secret, filler: &Filler<'_>) -> Result<Secret, Error> {
        let mut accepted = self.rules.algorithms.iter();
        let algorithm = accepted.find(|one| one.is_of_secret()).copied();
        let algorithm = algorithm.unwrap_or(SigningAlgorithm::Hs256);
        let hash = match algorithm {
            SigningAlgorithm::Hs384 => hmac::HMAC_SHA384,
            SigningAlgorithm::Hs512 => hmac::HMAC_SHA512,
            _ => hmac::HMAC_SHA256,
        };
        let message = self.unsigned(algorithm, &Header::default(), filler)?;
        let key = hmac::Key::new(hash, secret.expose().as_bytes());
        let signature = hmac::sign(&key, message.as_bytes());
        Ok(jwt::signed(&message, signature.as_ref()))
    }

    fn unsigned(
        &self,
        algorithm: SigningAlgorithm,
        header: &Header<'_>,
        filler: &Filler<'_>,
    ) -> Result<String, Error> {
        let mut json = Object::new();
        json.text("alg", algorithm.word());
        // RFC 9101 §10.8: so that it is taken for nothing else.
        json.text(
            "typ",
            match self.login {
                Some(_) => "oauth-authz-req+jwt",
                None => "JWT",
            },
        );
        json.some("kid", header.key_id);
        json.some("x5t#S256", header.thumbprint);
        if !header.chain.is_empty() {
            json.texts("x5c", header.chain);
        }
        Ok(jwt::message(json.end(), self.claims(filler)?))
    }

    fn claims(&self, filler: &Filler<'_>) -> Result<Vec<u8>, Error> {
        let rules = self.rules;
        let mut json = Object::new();
        let filled = |text| filler.fill(text);
        json.some("iss", filled(rules.issuer)?.as_ref().map(Filled::as_str));
        if !rules.subject.is_empty() {
            json.some("sub", filled(rules.subject)?.as_ref().map(Filled::as_str));
        }
        json.text("aud", &self.audience(filler)?);
        json.number("iat", self.now);
        if rules.not_before {
            json.number("nbf", self.now);
        }
        json.number("exp", self.expires_at());
        if !self.is_secret {
            let id = random_uuid();
            let id = id.map_err(|_| filler.error("the operating system has no randomness"))?;
            json.text("jti", &id);
        }
        for (name, value) in self.login.iter().flatten() {
            json.value(name, value);
        }
        for (name, text) in rules.claims {
            json.some(name, filled(text)?.as_ref().map(Filled::as_str));
        }
        Ok(json.end())
    }

    fn audience(&self, filler: &Filler<'_>) -> Result<String, Error> {
        let endpoint = || {
            let url = self.endpoint.ok_or_else(|| {
                filler.error("there is no token endpoint that the assertion could be for")
            })?;
            // Which origin requests are sent to instead is nothing that the provider knows.
            filler.expanded(url)
        };
        match AssertionAudience::from_word(self.rules.audience) {
            Some(AssertionAudience::TokenEndpoint) => endpoint(),
            Some(AssertionAudience::Issuer) => {
                let issuer = self.issuer.as_deref().map(str::to_owned);
                issuer.ok_or_else(|| filler.error("the provider has no issuer"))
            }
            Some(AssertionAudience::Host) => {
                let url = endpoint()?;
                let host = url.split_once("://").map_or(&*url, |(_, rest)| rest);
                Ok(host.split(['/', '?']).next().unwrap_or_default().to_owned())
            }
            None => {
                let filled = filler.fill(self.rules.audience)?;
                let filled = filled.ok_or_else(|| filler.error("the assertion is for nobody"))?;
                Ok(filled.as_str().to_owned())
            }
        }
    }
}

/// Whether a claim of the assertion says which scopes are asked for.
pub(crate) fn names_scopes(rules: &Assertion) -> bool {
    let mut claims = rules.claims.iter();
    claims.any(|(_, text)| Template::of(text).has(Template::SCOPE))
}

#[cfg(test)]
mod tests;
