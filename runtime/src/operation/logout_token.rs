//! Logout tokens (OpenID Connect Back-Channel Logout 1.0).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::client::handle::Core;
use crate::error::id_token::IdTokenProblem;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::operation::StepsFuture;
use crate::operation::id_token::IdTokenVerification;
use crate::response::expiry::seconds;
use crate::text::json::Json;
use crate::text::secret::Secret;

/// A verification of a logout token, by which a provider tells a program that a user has logged out
/// (OpenID Connect Back-Channel Logout §2.6): await it, or call
/// [`LogoutTokenVerification::send_blocking`].
///
/// The provider posts it as the parameter `logout_token` to a URL that is registered there. Answer
/// 200 when the sessions of [`LogoutToken`] are ended, and 400 to one that is not verified (§2.8).
///
/// Keys are requested as by [`IdTokenVerification`]. Anyone can post a token to that URL: while no keys
/// are known and the provider is down, the error of one request is that of all tokens for a minute.
#[must_use = "nothing is verified until it is awaited"]
pub struct LogoutTokenVerification(IdTokenVerification);

impl LogoutTokenVerification {
    pub(crate) fn new(core: Core, token: Secret) -> Self {
        Self(IdTokenVerification::of_logout(core, token))
    }

    /// The request for the provider's keys, or `None` if they are known.
    ///
    /// # Errors
    ///
    /// If it is no logout token for this client, has expired, or has another algorithm; and if the
    /// URL of the keys is unknown or a variable in it is not set.
    pub fn next_http_request(&self) -> Result<Option<HttpRequest>, Error> {
        self.0.next_http_request()
    }

    /// Reads the keys.
    ///
    /// # Errors
    ///
    /// Those of [`IdTokenVerification::read_http_response`].
    pub fn read_http_response(&mut self, response: HttpResponse) -> Result<(), Error> {
        self.0.read_http_response(response)
    }

    /// What the token says, once the keys are known.
    ///
    /// # Errors
    ///
    /// If the signature is not one of the provider's ([`ErrorKind::IdToken`](crate::ErrorKind)).
    pub fn finish(self) -> Result<LogoutToken, Error> {
        let provider = self.0.core().provider();
        let claims = self.0.finish()?;
        LogoutToken::of(&claims).ok_or_else(|| {
            Error::id_token(provider, EndpointKind::Jwks, IdTokenProblem::NoLogoutToken)
        })
    }

    /// Verifies on this thread, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of the three steps, when no keys are known and none could be had, and when there is no
    /// blocking HTTP client.
    pub fn send_blocking(self) -> Result<LogoutToken, Error> {
        let provider = self.0.core().provider();
        let claims = self.0.send_blocking()?;
        LogoutToken::of(&claims).ok_or_else(|| {
            Error::id_token(provider, EndpointKind::Jwks, IdTokenProblem::NoLogoutToken)
        })
    }
}

impl IntoFuture for LogoutTokenVerification {
    type Output = Result<LogoutToken, Error>;
    type IntoFuture = StepsFuture<LogoutToken>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let provider = self.0.core().provider();
            let claims = self.0.await?;
            LogoutToken::of(&claims).ok_or_else(|| {
                Error::id_token(provider, EndpointKind::Jwks, IdTokenProblem::NoLogoutToken)
            })
        })
    }
}

impl fmt::Debug for LogoutTokenVerification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LogoutTokenVerification")
            .field("client", self.0.core())
            .finish_non_exhaustive()
    }
}

/// Who has logged out (OpenID Connect Back-Channel Logout §2.4). It names a user, a session, or both:
/// without a session, all of the user's are meant.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutToken {
    /// The user, as [`User::id`](crate::User::id) has it where that is the claim `sub`.
    pub subject: Option<String>,
    /// The session: the claim `sid` of its ID token.
    pub session_id: Option<String>,
    /// The token's own id. One that was seen before is a replay: keep it until [`LogoutToken::expires_at`].
    pub id: String,
    /// When the token expires.
    pub expires_at: SystemTime,
}

impl fmt::Debug for LogoutToken {
    /// Shows nothing of the user.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LogoutToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl LogoutToken {
    fn of(claims: &Json) -> Option<Self> {
        let text = |name| claims.get(name).and_then(Json::as_str).map(str::to_owned);
        let expires_at = seconds(claims.get("exp")?).ok().flatten()?;
        Some(Self {
            subject: text("sub"),
            session_id: text("sid"),
            id: text("jti")?,
            expires_at: UNIX_EPOCH.checked_add(Duration::from_secs(expires_at))?,
        })
    }
}
