//! Revocation requests (RFC 7009).

use std::fmt;

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::token_set::TokenSet;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::request::draft::{Destination, Draft};
use crate::response::captures;
use crate::response::refusal::Refusal;
use crate::text::json::Json;
use crate::text::secret::Secret;

/// A request to revoke a token: await it, or call [`Revocation::send_blocking`].
///
/// A token that the provider does not know counts as revoked (RFC 7009 §2.2). After an error,
/// assume that the token is still valid.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct Revocation {
    core: Core,
    token: Secret,
    hint: &'static str,
    parameters: Vec<(String, Secret)>,
    /// What came with the tokens, by the captures' names.
    captured: Vec<(String, Json)>,
}

impl Revocation {
    pub(crate) fn new(core: Core, token: Secret, hint: &'static str) -> Self {
        Self {
            core,
            token,
            hint,
            parameters: Vec::new(),
            captured: Vec::new(),
        }
    }

    /// Adds another parameter to the request.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Fills in what was captured with these tokens, such as the host that their response named. A
    /// host that is not the provider's is refused before the request.
    pub fn with_captured(mut self, tokens: &TokenSet) -> Self {
        self.captured = captures::of_tokens(self.core.provider(), tokens);
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the provider has no revocation endpoint, a setting is missing or invalid, the endpoint is
    /// not https, or [`Revocation::param`] names a parameter that the library sends.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let mut parameters = Parameters::new();
        parameters.push("token", self.token.expose());
        parameters.push("token_type_hint", self.hint);
        let variables = captures::token_variables(self.core.provider(), &self.captured)?;
        let draft = Draft {
            variables: &variables,
            about: Some(&self.token),
            extra: &self.parameters,
            ..Draft::new(Destination::Endpoint(EndpointKind::Revocation), parameters)
        };
        draft.build(&self.core, signing)
    }

    /// Reads the response to [`Revocation::to_http_request`]. The body of a success is ignored (RFC
    /// 7009 §2.2), unless this provider reports errors with a success status. An error that means
    /// that the token was revoked before is a success.
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<(), Error> {
        let secrets = [&self.token].into_iter().chain(self.core.secrets());
        let secrets: Vec<_> = secrets.map(Secret::expose).collect();
        let refusal = Refusal::at(self.core.provider(), EndpointKind::Revocation, &secrets);
        let error = match response.is_success() {
            true => refusal.of_success(&response),
            false => Some(refusal.of_response(&response)),
        };
        match error {
            Some(error) if !refusal.is_done(&response) => Err(error),
            _ => Ok(()),
        }
    }
}

impl Sending for Revocation {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::Revocation
    }

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
    }
}

operation!(Revocation => ());

impl fmt::Debug for Revocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Revocation")
            .field("client", &self.core)
            .field("token", &self.token)
            .field("hint", &self.hint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::error::ErrorKind;
    use crate::fixtures::{ACME, acme};
    use crate::provider::{ErrorRule, Provider, TokenResponse};

    /// A provider that tells errors with a success status.
    static TELLING: Provider = Provider {
        id: "telling",
        token_response: TokenResponse {
            error: Some(&ErrorRule {
                member: "ok",
                success: &["true"],
                code: "error",
                ..ErrorRule::STANDARD
            }),
            ..acme().token_response
        },
        ..acme()
    };

    fn read(provider: &'static Provider, status: u16, body: &str) -> Result<(), Error> {
        let revocation = Core::public(provider, "id").revoke_access_token("canary-token");
        revocation.read_http_response(HttpResponse::new(status, HeaderMap::new(), body))
    }

    #[test]
    fn h03_h04_the_body_of_a_success_means_nothing() {
        for body in ["", "{}", r#"{"ok":false,"error":"x"}"#, "\u{0}"] {
            assert!(read(&ACME, 200, body).is_ok());
        }
    }

    #[test]
    fn an_error_with_a_success_status_is_one_where_the_spec_says_so() {
        for body in ["", "{}", r#"{"ok":true,"revoked":true}"#] {
            assert!(read(&TELLING, 200, body).is_ok(), "{body}");
        }
        let body = r#"{"ok":false,"error":"token_revoked","error_description":"canary-token"}"#;
        let error = read(&TELLING, 200, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.code_text(), Some("token_revoked"));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
