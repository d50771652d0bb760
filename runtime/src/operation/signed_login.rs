//! Logins whose parameters the client has signed (RFC 9101).

use std::fmt;

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::Error;
#[cfg(feature = "jose")]
use crate::http::block_on::block_on;
use crate::operation::StepsFuture;
use crate::operation::login::Login;
use crate::operation::pushed::{Pushed, PushedAuthorizationRequest};
use crate::request::login_url::{Query, STANDARD};
use crate::request::request_object::request_object;

/// A login whose parameters the client signs with its key, as a JWT (JAR, RFC 9101): await it for
/// the URL to send the browser to, or [`push`](SignedAuthorization::push) it. Nobody can change the
/// parameters on the way, and the provider knows who asks.
///
/// Nothing is sent unless it is pushed. The JWT is valid for a minute, or less if the provider says
/// so. Signatures need the feature `jose`.
#[derive(Clone)]
#[must_use = "a login begins when it is awaited"]
pub struct SignedAuthorization {
    core: Core,
    login: Result<Pushed, Error>,
}

impl SignedAuthorization {
    pub(crate) fn new(core: Core, login: Result<Pushed, Error>) -> Self {
        Self { core, login }
    }

    /// Starts the login, in programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`Authorize::start`](crate::Authorize::start); if the provider takes no signed
    /// logins, if the client has no key or one of another algorithm, and if the signer fails.
    pub fn start_blocking(self) -> Result<Login, Error> {
        #[cfg(feature = "jose")]
        return block_on(self.signed());
        #[cfg(not(feature = "jose"))]
        self.login(&Signing)
    }

    /// Sends the signed parameters to the provider, before the browser (RFC 9126 §3).
    pub fn push(self) -> PushedAuthorizationRequest {
        let login = self.login.map(|login| Pushed {
            is_signed: true,
            ..login
        });
        PushedAuthorizationRequest::new(self.core, login)
    }

    #[cfg(feature = "jose")]
    async fn signed(self) -> Result<Login, Error> {
        let mut signing = Signing::default();
        loop {
            let built = self.login(&signing);
            if !signing.is_waiting() {
                return built;
            }
            signing.finish(self.core.provider()).await?;
        }
    }

    fn login(&self, signing: &Signing) -> Result<Login, Error> {
        let login = self.login.as_ref().map_err(Clone::clone)?;
        let provider = self.core.provider();
        if provider.require_pushed_authorization_requests {
            let message = "this provider takes pushed logins only (RFC 9126 §5): call `push`";
            return Err(Error::configuration(provider, message));
        }
        let request = request_object(&self.core, &login.parameters, signing)?;
        let mut query = Query::new(provider.authorization.as_ref().unwrap_or(STANDARD));
        query.add_standard("client_id", self.core.client_id());
        query.add("request", request.expose());
        Ok(Login {
            url: query.onto(&login.endpoint),
            url_expires_at: None,
            pending: login.pending.clone(),
        })
    }
}

impl IntoFuture for SignedAuthorization {
    type Output = Result<Login, Error>;
    type IntoFuture = StepsFuture<Login>;

    fn into_future(self) -> Self::IntoFuture {
        #[cfg(feature = "jose")]
        return Box::pin(self.signed());
        #[cfg(not(feature = "jose"))]
        Box::pin(std::future::ready(self.login(&Signing)))
    }
}

impl fmt::Debug for SignedAuthorization {
    /// Shows only the names of the parameters: a value may be personal or a token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.login.iter().flat_map(|login| &login.parameters);
        let names: Vec<_> = parameters.map(|(name, _)| name).collect();
        formatter
            .debug_struct("SignedAuthorization")
            .field("client", &self.core)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
