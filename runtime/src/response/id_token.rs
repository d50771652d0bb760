//! What an ID token must say (OpenID Connect Core §3.1.3.7), but for its signature.
//!
//! A token that came from the token endpoint by TLS needs no check of its signature (§3.1.3.7,
//! item 6).

use std::time::SystemTime;

#[cfg(feature = "jose")]
use aws_lc_rs::digest::{SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;
use oauth_atlas_description::Template;

use crate::client::handle::Core;
use crate::error::id_token::IdTokenProblem;
use crate::provider::{IdTokenRules, SigningAlgorithm};
use crate::response::expiry::seconds;
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::jwt::Jwt;
use crate::text::member_path;
use crate::text::secret::{Secret, constant_time_eq};

/// How far the provider's clock and ours may be apart, in seconds.
const CLOCK_SKEW: u64 = 60;

/// The event of a logout token (OpenID Connect Back-Channel Logout §2.4).
#[cfg(feature = "jose")]
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What is known of an ID token beforehand.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) core: &'a Core,
    pub(crate) rules: &'static IdTokenRules,
    /// What the authorization request sent.
    pub(crate) nonce: Option<&'a Secret>,
    /// How long ago the user may have logged in, in seconds, if the authorization request said so.
    pub(crate) max_age: Option<u64>,
    /// The code that the token was exchanged for.
    pub(crate) code: Option<&'a Secret>,
    /// The access token that came with it.
    pub(crate) access_token: &'a Secret,
    /// The user of the ID token of before, if there was one.
    pub(crate) subject: Option<&'a str>,
}

impl Expected<'_> {
    /// Checks a token that came at `now`.
    pub(crate) fn check(&self, token: &str, now: SystemTime) -> Result<Jwt, IdTokenProblem> {
        let jwt = Jwt::of(token).ok_or(IdTokenProblem::Malformed)?;
        let algorithm = self.algorithm(&jwt)?;
        let claims = &jwt.claims;
        if !self.is_issuer(claims) {
            return Err(IdTokenProblem::WrongIssuer);
        }
        if !is_for(claims, self.core.client_id()) {
            return Err(IdTokenProblem::WrongAudience);
        }
        match (text(claims, "sub"), self.subject) {
            (None, _) => return Err(IdTokenProblem::Malformed),
            (Some(told), Some(before)) if told != before => {
                return Err(IdTokenProblem::WrongSubject);
            }
            (Some(_), _) => {}
        }
        self.check_times(claims, unix_seconds(now))?;
        if let Some(nonce) = self.nonce {
            let told = text(claims, "nonce").unwrap_or_default();
            if !constant_time_eq(told.as_bytes(), nonce.expose().as_bytes()) {
                return Err(IdTokenProblem::WrongNonce);
            }
        }
        if let Some(max_age) = self.max_age {
            // `auth_time` is required then (§2).
            let logged_in_at = claims
                .get("auth_time")
                .and_then(|at| seconds(at).ok().flatten());
            let latest = logged_in_at.map(|at| at.saturating_add(max_age));
            if latest.is_none_or(|latest| latest.saturating_add(CLOCK_SKEW) < unix_seconds(now)) {
                return Err(IdTokenProblem::LoggedInTooEarly);
            }
        }
        let is_other = |claim, of: Option<&Secret>| match (text(claims, claim), of) {
            (Some(told), Some(of)) => half_hash(algorithm, of).is_some_and(|hash| hash != told),
            _ => false,
        };
        if is_other("at_hash", Some(self.access_token)) {
            return Err(IdTokenProblem::WrongAccessToken);
        }
        if is_other("c_hash", self.code) {
            return Err(IdTokenProblem::WrongCode);
        }
        Ok(jwt)
    }

    /// Checks a logout token that came at `now` (OpenID Connect Back-Channel Logout §2.6).
    #[cfg(feature = "jose")]
    pub(crate) fn check_logout(&self, token: &str, now: SystemTime) -> Result<Jwt, IdTokenProblem> {
        let jwt = Jwt::of(token).ok_or(IdTokenProblem::Malformed)?;
        self.algorithm(&jwt)?;
        let claims = &jwt.claims;
        if !self.is_issuer(claims) {
            return Err(IdTokenProblem::WrongIssuer);
        }
        if !is_for(claims, self.core.client_id()) {
            return Err(IdTokenProblem::WrongAudience);
        }
        self.check_times(claims, unix_seconds(now))?;
        let named = text(&jwt.header, "typ").unwrap_or("JWT");
        let is_type = ["JWT", "logout+jwt"]
            .iter()
            .any(|one| one.eq_ignore_ascii_case(named));
        let event = claims
            .get("events")
            .and_then(|events| events.get(LOGOUT_EVENT));
        let is_logout = event.is_some_and(|event| event.as_object().is_some());
        let is_about = text(claims, "sub").or(text(claims, "sid")).is_some();
        // An ID token must not pass for one.
        let has_nonce = claims.get("nonce").is_some();
        match is_type && is_logout && is_about && text(claims, "jti").is_some() && !has_nonce {
            true => Ok(jwt),
            false => Err(IdTokenProblem::NoLogoutToken),
        }
    }

    /// The algorithm that the token names, which must be one of the provider's.
    pub(crate) fn algorithm(&self, jwt: &Jwt) -> Result<SigningAlgorithm, IdTokenProblem> {
        let told = self.core.configuration().metadata();
        let known = match self.rules.algorithms {
            [] => told.map_or(&[][..], |told| &told.algorithms),
            of_spec => of_spec,
        };
        let named = text(&jwt.header, "alg").ok_or(IdTokenProblem::Malformed)?;
        SigningAlgorithm::from_word(named)
            .filter(|named| known.is_empty() || known.contains(named))
            .ok_or(IdTokenProblem::WrongAlgorithm)
    }

    fn is_issuer(&self, claims: &Json) -> bool {
        let Some(told) = text(claims, "iss") else {
            return false;
        };
        match self.rules.issuers {
            [] => matches!(self.core.issuer(), Ok(Some(issuer)) if issuer == told),
            issuers => issuers.iter().any(|issuer| {
                self.issuer(issuer, claims)
                    .is_some_and(|issuer| issuer == told)
            }),
        }
    }

    /// An issuer with the client's variables and, for names that are none, with the token's own
    /// claims: a tenant's issuer names the tenant, and so does a claim of its tokens.
    fn issuer(&self, template: &str, claims: &Json) -> Option<String> {
        let configuration = self.core.configuration();
        let mut text = String::new();
        let mut rest = template;
        while let Some(start) = Template::of(rest).start() {
            text.push_str(start.before);
            match claims.get(start.name).and_then(member_path::text) {
                Some(claim) if !configuration.has_name(start.name) => {
                    let is_plain =
                        |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
                    if !claim.bytes().all(is_plain) {
                        return None;
                    }
                    text.push_str(&claim);
                }
                _ => {
                    text.push('{');
                    text.push_str(start.name);
                    text.push('}');
                }
            }
            rest = start.rest;
        }
        text.push_str(rest);
        match Template::of(&text).is_plain() {
            true => Some(text),
            false => configuration.expanded(&text).ok(),
        }
    }

    fn check_times(&self, claims: &Json, now: u64) -> Result<(), IdTokenProblem> {
        let time = |name| {
            let value = claims.get(name)?;
            seconds(value).ok().flatten()
        };
        let expires_at = time("exp").ok_or(IdTokenProblem::Malformed)?;
        if expires_at.saturating_add(CLOCK_SKEW) <= now {
            return Err(IdTokenProblem::Expired);
        }
        let issued_at = time("iat").ok_or(IdTokenProblem::Malformed)?;
        let not_before = time("nbf").unwrap_or(issued_at);
        if issued_at.max(not_before) > now.saturating_add(CLOCK_SKEW) {
            return Err(IdTokenProblem::IssuedInFuture);
        }
        Ok(())
    }
}

/// Whether a token was issued to this client. Among several audiences, `azp` says which of them
/// asked.
fn is_for(claims: &Json, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Json::Array(audiences)) => {
            let mut names = audiences.iter().filter_map(Json::as_str);
            let is_named = names.any(|name| name == client_id);
            let is_alone = audiences.len() == 1;
            is_named && (is_alone || text(claims, "azp").is_none_or(|azp| azp == client_id))
        }
        Some(audience) => member_path::text(audience).is_some_and(|audience| audience == client_id),
        None => false,
    }
}

fn text<'j>(object: &'j Json, name: &str) -> Option<&'j str> {
    let text = object.get(name)?.as_str()?;
    Some(text).filter(|text| !text.is_empty())
}

/// The left half of a hash (OpenID Connect Core §3.1.3.6). `None` if the algorithm's hash is not
/// SHA-256 and the feature `jose` is off: a token that PKCE and TLS protect does not warrant another
/// hash function.
fn half_hash(algorithm: SigningAlgorithm, of: &Secret) -> Option<String> {
    let text = of.expose().as_bytes();
    let half = |hash: &[u8]| URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    match algorithm {
        SigningAlgorithm::Rs256
        | SigningAlgorithm::Ps256
        | SigningAlgorithm::Es256
        | SigningAlgorithm::Hs256 => Some(half(&Hash::hash(text))),
        #[cfg(feature = "jose")]
        SigningAlgorithm::Rs384
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Es384
        | SigningAlgorithm::Hs384 => Some(half(digest(&SHA384, text).as_ref())),
        // Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
        #[cfg(feature = "jose")]
        SigningAlgorithm::Rs512
        | SigningAlgorithm::Ps512
        | SigningAlgorithm::EdDsa
        | SigningAlgorithm::Hs512 => Some(half(digest(&SHA512, text).as_ref())),
        #[cfg(not(feature = "jose"))]
        SigningAlgorithm::Rs384
        | SigningAlgorithm::Rs512
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512
        | SigningAlgorithm::Es384
        | SigningAlgorithm::EdDsa
        | SigningAlgorithm::Hs384
        | SigningAlgorithm::Hs512 => None,
    }
}

#[cfg(test)]
mod tests;
