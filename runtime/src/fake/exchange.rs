//! Exchanges of tokens (RFC 8693) and of SAML assertions (RFC 7522), as a provider checks them.

use oauth_atlas_description::urn::{SAML_BEARER, TOKEN_TYPE, is_token_type};

use crate::fake::description::{Grant, grant_type};
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::Parameters;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";

/// Standard types of what no API takes as an access token.
const NO_ACCESS_TOKENS: [&str; 4] = ["id_token", "saml1", "saml2", "id-jag"];

/// Whether what is issued is none.
pub(super) fn is_no_access_token(token_type: &str) -> bool {
    let word = token_type.strip_prefix(TOKEN_TYPE);
    word.is_some_and(|word| NO_ACCESS_TOKENS.contains(&word))
}

impl Provider {
    /// Checks what is exchanged, and tells the type of what is issued for it.
    pub(super) fn exchanged(
        &self,
        grant: &Grant,
        parameters: &Parameters<'_>,
    ) -> Result<Option<String>, Refusal> {
        if grant_type(grant) == SAML_BEARER {
            check_assertion(parameters.own("assertion").unwrap_or_default())?;
        }
        if !grant.arguments.iter().any(|name| name == "subject_token") {
            return Ok(None);
        }
        self.check_token(parameters, "subject_token", "subject_token_type")?;
        self.check_token(parameters, "actor_token", "actor_token_type")?;
        let requested = parameters.own("requested_token_type");
        if let Some(requested) = requested {
            check_type("requested_token_type", requested)?;
        }
        Ok(Some(requested.unwrap_or(ACCESS_TOKEN).to_owned()))
    }

    /// A token and its type come together, and one of the fake's own is live. Tokens of others are
    /// taken.
    fn check_token(
        &self,
        parameters: &Parameters<'_>,
        name: &str,
        name_of_type: &str,
    ) -> Result<(), Refusal> {
        let (token, token_type) = match (parameters.own(name), parameters.own(name_of_type)) {
            (None, None) => return Ok(()),
            (Some(token), Some(token_type)) => (token, token_type),
            (None, Some(_)) => return Err(Refusal::request(format!("`{name}` is missing"))),
            (Some(_), None) => {
                return Err(Refusal::request(format!("`{name_of_type}` is missing")));
            }
        };
        check_type(name_of_type, token_type)?;
        let (access, refresh) = (self.store.access.get(token), self.store.refresh.get(token));
        let is_other = match token_type {
            ACCESS_TOKEN => access.is_none() && refresh.is_some(),
            REFRESH_TOKEN => refresh.is_none() && access.is_some(),
            _ => false,
        };
        if is_other {
            let reason = format!("`{name}` is not of the type that `{name_of_type}` says");
            return Err(Refusal::request(reason));
        }
        match access.or(refresh) {
            // RFC 8693 §2.2.2.
            Some(own) if !own.is_live() => Err(Refusal::request(format!(
                "`{name}` has expired or was revoked"
            ))),
            _ => Ok(()),
        }
    }
}

/// Some providers have types of their own, and nobody has others under the standard's name.
fn check_type(name: &str, token_type: &str) -> Result<(), Refusal> {
    match token_type.strip_prefix(TOKEN_TYPE) {
        Some(word) if !is_token_type(word) => {
            Err(Refusal::request(format!("`{name}` is no token type")))
        }
        _ => Ok(()),
    }
}

/// It is encoded for URLs, whatever else it is.
fn check_assertion(assertion: &str) -> Result<(), Refusal> {
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=');
    match assertion.bytes().all(is_encoded) {
        true => Ok(()),
        false => {
            let reason = "the assertion is not encoded in base64url (RFC 7522 §2.1)";
            Err(Refusal::grant(reason).about("assertion"))
        }
    }
}
