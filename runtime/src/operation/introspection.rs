//! Introspection requests (RFC 7662).

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
use crate::response::introspection::IntrospectionResponse;
use crate::response::refusal::Refusal;
use crate::text::json::Json;
use crate::text::secret::Secret;

/// An introspection request: await it, or call [`Introspection::send_blocking`].
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct Introspection {
    core: Core,
    token: Secret,
    parameters: Vec<(String, Secret)>,
    /// What came with the tokens, by the captures' names.
    captured: Vec<(String, Json)>,
}

impl Introspection {
    pub(crate) fn new(core: Core, token: Secret) -> Self {
        Self {
            core,
            token,
            parameters: Vec::new(),
            captured: Vec::new(),
        }
    }

    /// Adds another parameter to the request, such as `token_type_hint` (RFC 7662 §2.1).
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
    /// If the provider has no introspection endpoint, a setting is missing or invalid, the endpoint
    /// is not https, or [`Introspection::param`] names a parameter that the library sends.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let mut parameters = Parameters::new();
        parameters.push("token", self.token.expose());
        let variables = captures::token_variables(self.core.provider(), &self.captured)?;
        let draft = Draft {
            variables: &variables,
            about: Some(&self.token),
            extra: &self.parameters,
            ..Draft::new(
                Destination::Endpoint(EndpointKind::Introspection),
                parameters,
            )
        };
        draft.build(&self.core, signing)
    }

    /// Reads the response to [`Introspection::to_http_request`].
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response is not one of RFC 7662
    /// §2.2. An inactive token is not an error.
    pub fn read_http_response(
        &self,
        response: HttpResponse,
    ) -> Result<IntrospectionResponse, Error> {
        let secrets = [&self.token].into_iter().chain(self.core.secrets());
        let secrets: Vec<_> = secrets.map(Secret::expose).collect();
        let refusal = Refusal::at(self.core.provider(), EndpointKind::Introspection, &secrets);
        if !response.is_success() {
            return Err(refusal.of_response(&response));
        }
        match refusal.of_success(&response) {
            Some(error) => Err(error),
            None => IntrospectionResponse::read(&refusal, &response),
        }
    }
}

impl Sending for Introspection {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::Introspection
    }

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
    }
}

operation!(Introspection => IntrospectionResponse);

impl fmt::Debug for Introspection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Introspection")
            .field("client", &self.core)
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}
