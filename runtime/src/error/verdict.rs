//! What to do about an error.

use std::time::Duration;

use crate::error::code::ErrorCode;
use crate::error::id_token::IdTokenProblem;
use crate::error::{CallbackProblem, EndpointKind, Error, ErrorKind};
use crate::http::message::{TransportError, TransportErrorKind};

/// What to do about an [`Error`], from [`Error::verdict`].
///
/// ```
/// use oauth_atlas_runtime::{Error, Verdict};
///
/// fn page(error: &Error) -> &'static str {
///     match error.verdict() {
///         Verdict::Retry { .. } => "The provider is busy. Please try again soon.",
///         Verdict::LogIn => "Please log in again.",
///         Verdict::Denied => "You did not grant access.",
///         _ => "This is our mistake. We have been notified.",
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Try again later: the provider is overloaded or down, or the network failed.
    ///
    /// The same operation may succeed later without any change. Do not repeat requests blindly: a
    /// code and many refresh tokens can be used only once, and a request whose response was lost
    /// may have used them.
    Retry {
        /// How long the provider asks to wait, counted from the response (RFC 9110 §10.2.3).
        after: Option<Duration>,
    },
    /// Offer the user a new login: the code or refresh token is spent, expired or revoked, the
    /// login took too long, the callback belongs to another login, or the provider requires user
    /// interaction.
    LogIn,
    /// Accept the answer: the user, or the provider on the user's behalf, denied access.
    ///
    /// Let the user start again, but do not redirect automatically: a provider that denies without
    /// showing a page would send the browser back at once, in a loop.
    Denied,
    /// Fix the configuration: a setting of the program, or its registration with the provider, is
    /// missing or wrong. The message and [`Error::hint`] say which.
    FixConfiguration,
    /// Report the error: the provider deviates from its description, somebody tampered with a
    /// callback, or the error code is unknown.
    Report,
}

impl Error {
    /// What to do about this error.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let retry = Verdict::Retry {
            after: self.retry_after(),
        };
        match self.kind() {
            // What a server says of the grant holds whatever its status.
            _ if self.code() == Some(ErrorCode::InvalidGrant) => Verdict::LogIn,
            ErrorKind::Configuration if self.0.needs_login => Verdict::LogIn,
            ErrorKind::Configuration => Verdict::FixConfiguration,
            ErrorKind::Callback(problem) => of_callback(problem),
            ErrorKind::Refused => self.of_refusal(retry),
            // What the server does not support now (RFC 9110 §15.6.2) it will not tomorrow.
            ErrorKind::Server if self.status() == Some(501) => Verdict::Report,
            ErrorKind::RateLimited | ErrorKind::Server => retry,
            ErrorKind::Store => self.0.store_verdict.unwrap_or(Verdict::Report),
            ErrorKind::Response | ErrorKind::Signer => Verdict::Report,
            ErrorKind::IdToken(IdTokenProblem::WrongNonce | IdTokenProblem::Expired) => {
                Verdict::LogIn
            }
            ErrorKind::IdToken(_) => Verdict::Report,
            ErrorKind::Transport => match self.transport().map(TransportError::kind) {
                Some(TransportErrorKind::TooLarge) => Verdict::Report,
                // The program's own HTTP client does that.
                Some(TransportErrorKind::Redirected) => Verdict::FixConfiguration,
                Some(
                    TransportErrorKind::Connect
                    | TransportErrorKind::Timeout
                    | TransportErrorKind::Body
                    | TransportErrorKind::Other,
                )
                | None => retry,
            },
        }
    }

    fn of_refusal(&self, retry: Verdict) -> Verdict {
        match self.code() {
            Some(
                ErrorCode::ServerError
                | ErrorCode::TemporarilyUnavailable
                | ErrorCode::AuthorizationPending
                | ErrorCode::SlowDown
                | ErrorCode::UseDpopNonce,
            ) => retry,
            // Once that is put right, a refresh token may be good again.
            Some(
                ErrorCode::InvalidClient
                | ErrorCode::UnauthorizedClient
                | ErrorCode::UnsupportedGrantType
                | ErrorCode::InvalidScope
                | ErrorCode::InvalidTarget
                | ErrorCode::InvalidRedirectUri
                | ErrorCode::InvalidClientMetadata
                | ErrorCode::InvalidSoftwareStatement
                | ErrorCode::UnapprovedSoftwareStatement
                | ErrorCode::InvalidDpopProof,
            ) => Verdict::FixConfiguration,
            Some(ErrorCode::InvalidGrant | ErrorCode::InvalidToken | ErrorCode::ExpiredToken) => {
                Verdict::LogIn
            }
            _ if self.0.refuses_refresh => Verdict::LogIn,
            Some(ErrorCode::AccessDenied) => Verdict::Denied,
            Some(
                ErrorCode::InvalidRequest
                | ErrorCode::UnsupportedResponseType
                | ErrorCode::UnsupportedTokenType
                | ErrorCode::InsufficientScope,
            ) => Verdict::FixConfiguration,
            // OpenID Connect Core §3.1.2.6.
            Some(ErrorCode::Other(
                "login_required"
                | "interaction_required"
                | "account_selection_required"
                | "consent_required",
            )) => Verdict::LogIn,
            // Where the access token authenticates, and not the client (RFC 9110 §15.5.2).
            Some(ErrorCode::Other(_)) | None if self.refuses_access_token() => Verdict::LogIn,
            // The status of a client that is not known (RFC 6749 §5.2).
            None if self.status() == Some(401) => Verdict::FixConfiguration,
            Some(ErrorCode::Other(_)) | None => Verdict::Report,
        }
    }

    fn refuses_access_token(&self) -> bool {
        self.0.endpoint == Some(EndpointKind::UserInfo) && self.status() == Some(401)
    }

    /// Whether the same operation may succeed later without any change ([`Verdict::Retry`]).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.verdict(), Verdict::Retry { .. })
    }

    /// Whether only a new login helps ([`Verdict::LogIn`]).
    #[must_use]
    pub fn needs_login(&self) -> bool {
        self.verdict() == Verdict::LogIn
    }

    /// Whether the user, or the provider on the user's behalf, denied access ([`Verdict::Denied`]):
    /// `access_denied` of RFC 6749 §4.1.2.1 and RFC 8628 §3.5.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.verdict() == Verdict::Denied
    }

    /// Whether the provider has refused the refresh token for good. Sending it again is pointless,
    /// and a [`TokenSource`](crate::TokenSource) does not.
    ///
    /// Many servers do not send `invalid_grant` for a dead refresh token, but an empty 400, a page
    /// with 401, or `invalid_request`. So every refused refresh is final, with any status from 400
    /// to 499 other than 408, 425 and 429, unless its code is temporary. The verdict is then
    /// [`Verdict::LogIn`], unless the code blames the client's configuration (`invalid_client`,
    /// `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`).
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.0.refuses_refresh && !self.is_retryable()
    }
}

fn of_callback(problem: CallbackProblem) -> Verdict {
    match problem {
        // The program asks another client than the one that it started with.
        CallbackProblem::OtherProvider => Verdict::FixConfiguration,
        CallbackProblem::OtherClient
        | CallbackProblem::Altered
        | CallbackProblem::Expired
        | CallbackProblem::MissingState
        | CallbackProblem::WrongState
        | CallbackProblem::MissingCode => Verdict::LogIn,
        CallbackProblem::RepeatedParameter
        | CallbackProblem::UnexpectedResponse
        | CallbackProblem::MissingIssuer
        | CallbackProblem::WrongIssuer
        | CallbackProblem::WrongSignature
        | CallbackProblem::MissingCapture
        | CallbackProblem::ForbiddenHost => Verdict::Report,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Details;
    use crate::fixtures::ACME;

    const RETRY: Verdict = Verdict::Retry { after: None };

    fn refused(code: Option<&str>, status: u16, refuses_refresh: bool) -> Error {
        let mut details = Details::new(&ACME, ErrorKind::Refused).status(status);
        details.code = code.map(str::to_owned);
        details.refuses_refresh = refuses_refresh;
        details.into()
    }

    #[test]
    fn each_code_has_one_verdict_and_a_refresh_may_have_another() {
        use Verdict::{Denied, FixConfiguration, LogIn, Report};

        for (code, otherwise, of_refresh) in [
            ("invalid_request", FixConfiguration, LogIn),
            ("invalid_client", FixConfiguration, FixConfiguration),
            ("invalid_grant", LogIn, LogIn),
            ("unauthorized_client", FixConfiguration, FixConfiguration),
            ("unsupported_grant_type", FixConfiguration, FixConfiguration),
            ("invalid_scope", FixConfiguration, FixConfiguration),
            ("access_denied", Denied, LogIn),
            ("unsupported_response_type", FixConfiguration, LogIn),
            ("server_error", RETRY, RETRY),
            ("temporarily_unavailable", RETRY, RETRY),
            ("unsupported_token_type", FixConfiguration, LogIn),
            ("invalid_token", LogIn, LogIn),
            ("insufficient_scope", FixConfiguration, LogIn),
            ("authorization_pending", RETRY, RETRY),
            ("slow_down", RETRY, RETRY),
            ("expired_token", LogIn, LogIn),
            ("login_required", LogIn, LogIn),
            ("interaction_required", LogIn, LogIn),
            ("account_selection_required", LogIn, LogIn),
            ("consent_required", LogIn, LogIn),
            ("out_of_anvils", Report, LogIn),
        ] {
            let error = refused(Some(code), 400, false);
            assert_eq!(error.verdict(), otherwise, "{code}");
            assert!(!error.is_final(), "{code}");
            let error = refused(Some(code), 400, true);
            assert_eq!(error.verdict(), of_refresh, "{code}");
            assert_eq!(error.is_final(), of_refresh != RETRY, "{code}");
        }
        for (status, expected) in [(401, FixConfiguration), (403, Report), (200, Report)] {
            let error = refused(None, status, false);
            assert_eq!(error.verdict(), expected, "{status}");
            assert_eq!(refused(None, status, true).verdict(), LogIn, "{status}");
        }
        for (code, status, expected) in [
            (None, 401, LogIn),
            (Some("out_of_anvils"), 401, LogIn),
            (Some("insufficient_scope"), 401, FixConfiguration),
            (None, 403, Report),
        ] {
            let mut details = Details::new(&ACME, ErrorKind::Refused).status(status);
            details.code = code.map(str::to_owned);
            let error: Error = details.endpoint(EndpointKind::UserInfo).into();
            assert_eq!(error.verdict(), expected, "UserInfo: {code:?}, {status}");
        }
    }

    #[test]
    fn the_predicates_follow_the_verdict() {
        let predicates =
            |error: Error| (error.is_retryable(), error.needs_login(), error.is_denied());
        let of = |code| predicates(refused(Some(code), 400, false));
        assert_eq!(of("server_error"), (true, false, false));
        assert_eq!(of("invalid_grant"), (false, true, false));
        assert_eq!(of("access_denied"), (false, false, true));
        assert_eq!(of("invalid_client"), (false, false, false));
    }

    #[test]
    fn a_status_for_waiting_tells_how_long_and_the_grant_is_dead_all_the_same() {
        let error = |kind, status, code: Option<&str>| -> Error {
            let mut details = Details::new(&ACME, kind).status(status);
            details.code = code.map(str::to_owned);
            details.retry_after = Some(Duration::from_secs(30));
            details.into()
        };
        let retry = Verdict::Retry {
            after: Some(Duration::from_secs(30)),
        };
        for (kind, status) in [(ErrorKind::RateLimited, 429), (ErrorKind::Server, 503)] {
            assert_eq!(error(kind, status, None).verdict(), retry);
            assert_eq!(error(kind, status, Some("access_denied")).verdict(), retry);
            let dead = error(kind, status, Some("invalid_grant"));
            assert_eq!(dead.verdict(), Verdict::LogIn);
        }
        let unsupported = error(ErrorKind::Server, 501, None);
        assert_eq!(unsupported.verdict(), Verdict::Report);
    }

    /// What a program's user reads when its `main` returns the error.
    #[test]
    fn debug_tells_people_what_to_do_and_why() {
        let mut details = Details::new(&ACME, ErrorKind::Refused)
            .endpoint(EndpointKind::Token)
            .status(400);
        details.code = Some("invalid_grant".to_owned());
        let error = Error::from(details);
        assert_eq!(format!("{error:?}"), error.to_string());
        let told = format!("{error:?}");
        assert!(
            told.contains(" – hint: ") && told.contains(ACME.documentation),
            "{told}"
        );
        let fields = format!("{error:#?}");
        assert!(fields.contains("verdict: LogIn"), "{fields}");

        let transport = TransportError::new(TransportErrorKind::Connect).with_source("no route");
        let error = Error::of_transport(&ACME, EndpointKind::Token, transport);
        assert_eq!(
            format!("{error:?}"),
            format!("{error} – caused by: no route")
        );
    }

    #[test]
    fn what_no_server_refused_has_a_verdict_as_well() {
        let of_transport = |kind| {
            let error = TransportError::new(kind);
            Error::of_transport(&ACME, EndpointKind::Token, error).verdict()
        };
        for kind in [
            TransportErrorKind::Connect,
            TransportErrorKind::Timeout,
            TransportErrorKind::Body,
            TransportErrorKind::Other,
        ] {
            assert_eq!(of_transport(kind), RETRY, "{kind:?}");
        }
        let (too_large, redirected) =
            (TransportErrorKind::TooLarge, TransportErrorKind::Redirected);
        assert_eq!(of_transport(too_large), Verdict::Report);
        assert_eq!(of_transport(redirected), Verdict::FixConfiguration);

        let callback = |problem| Error::callback(&ACME, problem).verdict();
        assert_eq!(callback(CallbackProblem::Expired), Verdict::LogIn);
        assert_eq!(callback(CallbackProblem::WrongIssuer), Verdict::Report);
        let other = callback(CallbackProblem::OtherProvider);
        assert_eq!(other, Verdict::FixConfiguration);

        let configuration = Error::configuration(&ACME, "no redirect URI is set");
        assert_eq!(configuration.verdict(), Verdict::FixConfiguration);
        let response = Error::response(&ACME, EndpointKind::Token, 200, "no JSON");
        assert_eq!(response.verdict(), Verdict::Report);
        let no_refresh_token = Details::new(&ACME, ErrorKind::Configuration).needs_login();
        assert_eq!(Error::from(no_refresh_token).verdict(), Verdict::LogIn);
    }
}
