//! A single poll for the user's decision (RFC 8628 §3.4).

use std::fmt;
use std::time::Duration;

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::code::ErrorCode;
use crate::error::verdict::Verdict;
use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::kept::binding::Start;
use crate::kept::token_set::TokenSet;
use crate::operation::device::DeviceLogin;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::operation::token::TokenRequest;
use crate::provider::Provider;

/// By how many seconds `slow_down` makes the interval longer (RFC 8628 §3.5).
const SLOW_DOWN: u64 = 5;

/// The longest interval in seconds that failures lead to. No RFC says; the user is waiting.
const LONGEST_BACK_OFF: u64 = 60;

/// The result of a poll.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and a box would be in every program's pattern"
)]
pub enum DeviceAnswer {
    /// The user has not decided yet.
    Pending {
        /// How long to wait before the next poll: [`DeviceLogin::interval`].
        wait: Duration,
    },
    /// The user agreed.
    Tokens(TokenSet),
}

/// A single request for the tokens of a device login (RFC 8628 §3.4): await it, or call
/// [`DevicePoll::send_blocking`].
///
/// After an error for which [`Error::is_retryable`] holds, poll again after
/// [`DeviceLogin::interval`]. Any other error ends the login.
#[must_use = "a request is sent when it is awaited"]
pub struct DevicePoll<'login> {
    core: Core,
    request: TokenRequest,
    login: &'login mut DeviceLogin,
}

impl<'login> DevicePoll<'login> {
    pub(crate) fn new(core: Core, login: &'login mut DeviceLogin) -> Self {
        let scope = login.scope.as_deref();
        Self {
            request: TokenRequest::device_code(core.clone(), &login.device_code, scope),
            core,
            login,
        }
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the login belongs to another provider or client, or has expired, a setting is missing or
    /// invalid, or the endpoint is not https.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    /// Whether the client is configured for it, before anything is waited for.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let signing = Signing::default();
        match self.signed(&signing) {
            #[cfg(feature = "jose")]
            Err(_) if signing.is_waiting() => Ok(()),
            built => built.map(drop),
        }
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let provider = self.core.provider();
        if self.login.provider != provider.id {
            let message = "the device login belongs to another provider";
            return Err(Error::configuration(provider, message));
        }
        if let Some(difference) = self.login.binding.difference(&self.core, Start::Device) {
            let message = format!("the device login belongs to another client: {difference}");
            return Err(Error::configuration(provider, message));
        }
        if self.login.is_expired() {
            return Err(expired(provider));
        }
        self.request.request(signing)
    }

    /// Reads the response to [`DevicePoll::to_http_request`]. The code in `error` decides, whatever the
    /// status (RFC 8628 §3.5). `slow_down` makes [`DeviceLogin::interval`] longer by 5 seconds.
    ///
    /// # Errors
    ///
    /// If the user denied access ([`ErrorCode::AccessDenied`]), the codes have expired
    /// ([`ErrorCode::ExpiredToken`]), the provider refused the request or failed, or the response
    /// holds no tokens. A temporary failure makes [`DeviceLogin::interval`] longer.
    pub fn read_http_response(&mut self, response: HttpResponse) -> Result<DeviceAnswer, Error> {
        let login = &mut *self.login;
        match self.request.read_http_response(response) {
            Ok(tokens) => Ok(DeviceAnswer::Tokens(tokens)),
            Err(error) => match error.code() {
                Some(ErrorCode::AuthorizationPending) => Ok(pending(login)),
                Some(ErrorCode::SlowDown) => {
                    login.interval = login.interval.saturating_add(SLOW_DOWN);
                    Ok(pending(login))
                }
                _ => {
                    failed(login, &error);
                    Err(error)
                }
            },
        }
    }
}

fn pending(login: &DeviceLogin) -> DeviceAnswer {
    DeviceAnswer::Pending {
        wait: login.interval(),
    }
}

/// Doubles the interval after a failure that may pass, which RFC 8628 §3.5 asks for after
/// connections that timed out, or makes it as long as the provider asks for.
fn failed(login: &mut DeviceLogin, error: &Error) {
    if let Verdict::Retry { after } = error.verdict() {
        let doubled = login.interval.saturating_mul(2).min(LONGEST_BACK_OFF);
        let asked_for = after.map_or(0, |wait| wait.as_secs());
        login.interval = login.interval.max(doubled).max(asked_for);
    }
}

/// The error of a login whose codes have expired, which nobody had to be asked for.
pub(crate) fn expired(provider: &'static Provider) -> Error {
    let mut details = Details::new(provider, ErrorKind::Refused)
        .endpoint(EndpointKind::Token)
        .message("the user did not decide before the codes expired");
    details.code = Some("expired_token".to_owned());
    details.into()
}

impl Sending for DevicePoll<'_> {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::Token
    }

    #[cfg(feature = "jose")]
    fn asks_again(&self, response: &HttpResponse) -> bool {
        self.request.asks_again(response)
    }

    fn not_sent(&mut self, error: &Error) {
        failed(self.login, error);
    }

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
    }
}

operation!(DevicePoll<'login> => DeviceAnswer);

impl fmt::Debug for DevicePoll<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DevicePoll")
            .field("client", &self.core)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}
