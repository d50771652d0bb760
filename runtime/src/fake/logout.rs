//! Logouts: the end session endpoint (OpenID Connect RP-Initiated Logout), and logout tokens (OpenID
//! Connect Back-Channel Logout).

#[cfg(feature = "jose")]
use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(feature = "jose")]
use base64::Engine as _;
#[cfg(feature = "jose")]
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
#[cfg(feature = "jose")]
use serde_json::{Value, json};

use crate::fake::answer::Answer;
use crate::fake::provider::Provider;
use crate::fake::request::Request;
#[cfg(feature = "jose")]
use crate::fake::signing;
#[cfg(feature = "jose")]
use crate::fake::store::USER;
#[cfg(feature = "jose")]
use crate::provider::SigningAlgorithm;

/// In which way a logout token is wrong.
#[cfg(feature = "jose")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogoutLie {
    /// `iss` is another issuer.
    Issuer,
    /// `aud` is another client.
    Audience,
    /// `exp` has passed.
    Expired,
    /// `events` is missing.
    MissingEvent,
    /// `events` has another event.
    Event,
    /// It has a `nonce`, as an ID token.
    Nonce,
    /// Neither `sub` nor `sid` is there.
    Nobody,
    /// `jti` is missing.
    MissingId,
    /// The algorithm is `none`, and there is no signature.
    Unsigned,
    /// The signature is that of another message.
    Signature,
    /// The key is named and published nowhere.
    Key,
}

impl Provider {
    /// A logout token of the user, for the confidential client where there is one.
    #[cfg(feature = "jose")]
    pub(super) fn logout_token(&mut self, lie: Option<LogoutLie>) -> String {
        let is = |one| lie == Some(one);
        let rules = self.description.id_token.as_ref();
        let algorithm = rules.and_then(|rules| rules.algorithms.first().copied());
        let algorithm = algorithm.unwrap_or(SigningAlgorithm::Rs256);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        let issuer = self.token_issuer.as_ref().or(self.issuer.as_ref());
        let issuer = issuer.unwrap_or(&self.origin);
        let client = match self.description.confidential {
            Some(_) => &self.registered.confidential_id,
            None => &self.registered.public_id,
        };
        let mut claims = json!({
            "iss": if is(LogoutLie::Issuer) { "https://other.example" } else { issuer },
            "aud": if is(LogoutLie::Audience) { "another client" } else { client },
            "iat": now,
            "exp": if is(LogoutLie::Expired) { now - 3600 } else { now + 120 },
            "jti": format!("logout-{now}"),
            "sub": USER,
            "sid": "fake-session",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        let mut without = |names: &[&str]| {
            for name in names {
                claims[*name] = Value::Null;
            }
        };
        match lie {
            Some(LogoutLie::MissingEvent) => without(&["events"]),
            Some(LogoutLie::Event) => {
                claims["events"] = json!({ "https://other.example/event": {} });
            }
            Some(LogoutLie::Nobody) => without(&["sub", "sid"]),
            Some(LogoutLie::MissingId) => without(&["jti"]),
            Some(LogoutLie::Nonce) => claims["nonce"] = json!("a nonce"),
            _ => {}
        }
        let mut header = json!({
            "typ": "logout+jwt",
            "alg": algorithm.word(),
            "kid": signing::key_id(algorithm, self.key_generation),
        });
        match lie {
            Some(LogoutLie::Unsigned) => header["alg"] = json!("none"),
            Some(LogoutLie::Key) => header["kid"] = json!("nobody-s"),
            _ => {}
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signed = match lie {
            Some(LogoutLie::Signature) => "another message",
            _ => &message,
        };
        let secret = &self.registered.secret;
        let signature = signing::sign(signed.as_bytes(), algorithm, self.key_generation, secret);
        let signature = signature.unwrap_or_default();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The answer to a browser that logs out: back to the program, if it says where to.
    pub(super) fn logged_out(&self, request: &Request) -> Option<Answer> {
        self.logout
            .as_ref()
            .filter(|route| route.is(&request.path))?;
        let sent = |name: &str| {
            let found = request.query.iter().find(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str())
        };
        let Some(target) = sent("post_logout_redirect_uri") else {
            return Some(Answer::html(200, "you are logged out"));
        };
        let mut target = target.to_owned();
        if let Some(state) = sent("state") {
            let state = form_urlencoded::byte_serialize(state.as_bytes()).collect::<String>();
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str("state=");
            target.push_str(&state);
        }
        Some(Answer::html(302, "you are logged out").header("location", target))
    }
}
