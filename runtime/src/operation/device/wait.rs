//! Polling until the user has decided (RFC 8628 §3.5).

use std::fmt;
use std::ops::ControlFlow;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::handle::Core;
use crate::error::Error;
use crate::kept::token_set::TokenSet;
#[cfg(feature = "reqwest")]
use crate::operation::StepsFuture;
use crate::operation::device::poll::expired;
use crate::operation::device::{DeviceAnswer, DeviceLogin, DevicePoll};

/// Waits for the end of a device login: await it, or call [`DeviceWait::send_blocking`].
///
/// It polls as often as the provider allows, first after [`DeviceLogin::interval`], until the user
/// has decided or the codes have expired. Temporary failures do not end it: after a timeout, a lost
/// connection or a server error, it polls less often (RFC 8628 §3.5).
///
/// Awaiting it requires the feature `reqwest` and a tokio runtime with a timer, whatever HTTP
/// client is used. Otherwise, call [`Core::poll_device`] in a loop of your own. After its future is
/// dropped, nothing more is sent.
#[derive(Clone)]
#[must_use = "nothing is sent until it is awaited"]
pub struct DeviceWait {
    core: Core,
    login: DeviceLogin,
}

impl DeviceWait {
    pub(crate) fn new(core: Core, login: DeviceLogin) -> Self {
        Self { core, login }
    }

    /// Waits on this thread, for programs without an async runtime. It uses the client of
    /// [`blocking_http_client`](crate::Settings::blocking_http_client), or the default one of the
    /// feature `blocking`.
    ///
    /// # Errors
    ///
    /// If the user denied access ([`ErrorCode::AccessDenied`](crate::ErrorCode::AccessDenied)), the
    /// codes have expired ([`ErrorCode::ExpiredToken`](crate::ErrorCode::ExpiredToken)), the
    /// provider refused the request, the response holds no tokens, or there is no blocking HTTP
    /// client; and those of [`DevicePoll::to_http_request`].
    pub fn send_blocking(mut self) -> Result<TokenSet, Error> {
        self.poll().check()?;
        let start = Instant::now();
        let lifetime = self.login.remaining();
        loop {
            thread::sleep(self.pause(lifetime, start.elapsed())?);
            self.check_time(lifetime, start.elapsed())?;
            if let ControlFlow::Break(outcome) = outcome(self.poll().send_blocking()) {
                return outcome;
            }
        }
    }

    #[cfg(feature = "reqwest")]
    async fn wait(mut self) -> Result<TokenSet, Error> {
        if tokio::runtime::Handle::try_current().is_err() {
            let message =
                "waiting requires a tokio runtime; without one, call `poll_device` in a loop";
            return Err(Error::configuration(self.core.provider(), message));
        }
        // What is wrong with the client is told at once.
        self.poll().check()?;
        let start = tokio::time::Instant::now();
        let lifetime = self.login.remaining();
        loop {
            tokio::time::sleep(self.pause(lifetime, start.elapsed())?).await;
            self.check_time(lifetime, start.elapsed())?;
            if let ControlFlow::Break(outcome) = outcome(self.poll().await) {
                return outcome;
            }
        }
    }

    fn poll(&mut self) -> DevicePoll<'_> {
        DevicePoll::new(self.core.clone(), &mut self.login)
    }

    /// How long to sleep: until the next question, or until the codes expire if that is sooner.
    fn pause(&self, lifetime: Duration, elapsed: Duration) -> Result<Duration, Error> {
        self.check_time(lifetime, elapsed)?;
        Ok(self.login.interval().min(lifetime.saturating_sub(elapsed)))
    }

    /// Measured by a clock that nobody sets, as the login's own time may jump meanwhile.
    fn check_time(&self, lifetime: Duration, elapsed: Duration) -> Result<(), Error> {
        if elapsed < lifetime {
            Ok(())
        } else {
            Err(expired(self.core.provider()))
        }
    }
}

/// What an answer means for the loop. Errors that may pass are passed over: the login's interval is
/// longer after them.
fn outcome(answer: Result<DeviceAnswer, Error>) -> ControlFlow<Result<TokenSet, Error>> {
    match answer {
        Ok(DeviceAnswer::Tokens(tokens)) => ControlFlow::Break(Ok(tokens)),
        Ok(DeviceAnswer::Pending { .. }) => ControlFlow::Continue(()),
        Err(error) if error.is_retryable() => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(Err(error)),
    }
}

#[cfg(feature = "reqwest")]
impl IntoFuture for DeviceWait {
    type Output = Result<TokenSet, Error>;
    type IntoFuture = StepsFuture<TokenSet>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl fmt::Debug for DeviceWait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeviceWait")
            .field("client", &self.core)
            .field("login", &self.login)
            .finish()
    }
}
