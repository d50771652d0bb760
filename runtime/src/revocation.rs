//! Revocation requests (RFC 7009).

use std::fmt;

use crate::core::Core;
use crate::error::{EndpointKind, Error};
use crate::http::{HttpRequest, HttpResponse};
use crate::parameters::Parameters;
use crate::refusal::Refusal;
use crate::request::post;
use crate::secret::Secret;
use crate::token::OperationFuture;

/// A request to revoke a token: await it, or call [`Revocation::send_blocking`].
///
/// A token that the provider does not know counts as revoked (RFC 7009 §2.2). After an error the
/// token has to be taken for valid still.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct Revocation {
    core: Core,
    token: Secret,
    hint: &'static str,
    parameters: Vec<(String, String)>,
}

impl Revocation {
    pub(crate) fn new(core: Core, token: Secret, hint: &'static str) -> Self {
        Self {
            core,
            token,
            hint,
            parameters: Vec::new(),
        }
    }

    /// Adds any other parameter to the body.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// When the provider has no revocation endpoint, when something is not set or set to what is
    /// not allowed, when the endpoint is not https, and when [`Revocation::param`] names a
    /// parameter that the library sends.
    pub fn build(&self) -> Result<HttpRequest, Error> {
        let mut parameters = Parameters::new();
        parameters.push("token", self.token.expose());
        parameters.push("token_type_hint", self.hint);
        post(
            &self.core,
            EndpointKind::Revocation,
            parameters,
            &self.parameters,
        )
    }

    /// Reads the response to [`Revocation::build`]. A success has no body that means anything
    /// (RFC 7009 §2.2).
    ///
    /// # Errors
    ///
    /// When the provider refused the request or failed.
    pub fn read(&self, response: HttpResponse) -> Result<(), Error> {
        if response.is_success() {
            return Ok(());
        }
        let client_secret = self.core.client_secret().map_or("", Secret::expose);
        let refusal = Refusal {
            provider: self.core.provider(),
            endpoint: EndpointKind::Revocation,
            secrets: &[self.token.expose(), client_secret],
        };
        Err(refusal.of_response(&response))
    }

    /// Sends the request and waits, for programs without an async runtime: with the client given to
    /// [`Core::blocking_http_client`], or else the default one of the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`Revocation::build`] and [`Revocation::read`], when no whole response came back,
    /// and when there is no blocking HTTP client.
    pub fn send_blocking(self) -> Result<(), Error> {
        let request = self.build()?;
        let response = self.core.send_blocking(EndpointKind::Revocation, request)?;
        self.read(response)
    }
}

impl IntoFuture for Revocation {
    type Output = Result<(), Error>;
    type IntoFuture = OperationFuture<()>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.build()?;
            let response = self.core.send(EndpointKind::Revocation, request).await?;
            self.read(response)
        })
    }
}

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
