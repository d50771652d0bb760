//! Errors that say what is wrong and how to fix it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::http::message::TransportError;
pub use crate::provider::EndpointKind;
use crate::provider::Provider;
use crate::text::secret::Secret;
use code::ErrorCode;
use id_token::IdTokenProblem;
use verdict::Verdict;

pub(crate) mod code;
pub(crate) mod id_token;
pub(crate) mod verdict;

/// An error: what went wrong, at which provider and endpoint, and what to do about it.
///
/// `Display` is one line with everything a log needs: provider, endpoint, error code, HTTP status,
/// the server's description, the hint of the provider's spec for this code, and the documentation.
/// `Debug` adds the sources, so a `main` that returns the error explains it. Neither shows a token
/// or a secret: text from the server is escaped and cut at 200 characters, and secrets of the
/// request are redacted in it, plain or encoded. Altered or partial copies of a secret are not
/// recognized.
///
/// [`Error::verdict`] tells your program what to do.
///
/// An error is cheap to clone.
#[derive(Clone)]
pub struct Error(Arc<Details>);

impl Error {
    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the provider, such as `Acme`. Empty in an error of
    /// [`Settings`](crate::Settings), which belong to no provider.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.0.provider.name
    }

    /// The endpoint, if a request was made.
    #[must_use]
    pub fn endpoint(&self) -> Option<EndpointKind> {
        self.0.endpoint
    }

    /// The HTTP status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The error code of the response (RFC 6749 §4.1.2.1, §5.2). If the provider's spec maps its
    /// code, or its status without a code, to a standard code, this is the standard code.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode<'_>> {
        let standard = self.0.standard_code;
        standard.or(self.code_text()).map(ErrorCode::from)
    }

    /// The code as the provider sent it, escaped and cut at 200 characters.
    #[must_use]
    pub fn code_text(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The provider's `error_description`, escaped and cut at 200 characters.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The provider's `error_uri`, a page about this error, escaped and cut at 200 characters.
    #[must_use]
    pub fn error_uri(&self) -> Option<&str> {
        self.0.uri.as_deref()
    }

    /// The beginning of the body of an error response without code and description: one escaped
    /// line of at most 200 characters, without HTML tags. Secrets of the request are redacted, and
    /// so is anything that looks like a token.
    #[must_use]
    pub fn body_excerpt(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// The hint of the provider's spec for this code, or for the standard code that it maps to.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        let of_code = |code: &str| {
            let mut errors = self.0.provider.errors.iter();
            errors.find(|error| error.code == code)
        };
        self.code_text()
            .and_then(of_code)
            .or_else(|| of_code(self.0.standard_code?))
            .map(|error| error.hint)
    }

    /// The URL of the provider's documentation.
    #[must_use]
    pub fn documentation(&self) -> &'static str {
        self.0.provider.documentation
    }

    /// How long the provider asks to wait, counted from the response (RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The refresh token of an unusable response, for example one whose `token_type` is not Bearer.
    ///
    /// Store it in place of the one that you sent: if the provider rotates refresh tokens (RFC 6749
    /// §6), that one is spent and the login would be lost. A [`TokenSource`](crate::TokenSource)
    /// has done so in [`TokenSource::current`].
    ///
    /// [`TokenSource::current`]: crate::TokenSource::current
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.0.rescued.refresh_token.as_ref()
    }

    /// The access token of an unusable response.
    ///
    /// The error says why it is not in a [`TokenSet`](crate::TokenSet): its type is not Bearer, or
    /// a value that decides where the token may be sent is missing or invalid. Without a refresh
    /// token, it is all that remains of the login.
    #[must_use]
    pub fn access_token(&self) -> Option<&Secret> {
        self.0.rescued.access_token.as_ref()
    }

    /// The cause of an error of kind [`ErrorKind::Transport`].
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        self.0.transport.as_ref()
    }

    pub(crate) fn configuration(
        provider: &'static Provider,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Details::new(provider, ErrorKind::Configuration)
            .message(message)
            .into()
    }

    /// A configuration without tokens: only a login brings some.
    pub(crate) fn login_required(
        provider: &'static Provider,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Details::new(provider, ErrorKind::Configuration)
            .message(message)
            .needs_login()
            .into()
    }

    #[cfg(feature = "store")]
    pub(crate) fn store(
        provider: &'static Provider,
        verdict: Verdict,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut details = Details::new(provider, ErrorKind::Store).message(message);
        details.store_verdict = Some(verdict);
        details.into()
    }

    /// A signer of the program's own failed, whose text says why.
    #[cfg(feature = "jose")]
    pub(crate) fn signer(
        provider: &'static Provider,
        error: &(dyn std::error::Error + Send + Sync + 'static),
    ) -> Self {
        Details::new(provider, ErrorKind::Signer)
            .message(crate::text::printable::printable(&error.to_string(), &[]))
            .into()
    }

    pub(crate) fn callback(provider: &'static Provider, problem: CallbackProblem) -> Self {
        Details::new(provider, ErrorKind::Callback(problem)).into()
    }

    /// A problem with one parameter of a callback.
    pub(crate) fn callback_parameter(
        provider: &'static Provider,
        problem: CallbackProblem,
        name: &str,
    ) -> Self {
        Details::new(provider, ErrorKind::Callback(problem))
            .message(format!("`{name}`"))
            .into()
    }

    pub(crate) fn response(
        provider: &'static Provider,
        endpoint: EndpointKind,
        status: u16,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Details::new(provider, ErrorKind::Response)
            .endpoint(endpoint)
            .status(status)
            .message(message)
            .into()
    }

    pub(crate) fn id_token(
        provider: &'static Provider,
        endpoint: EndpointKind,
        problem: IdTokenProblem,
    ) -> Self {
        Details::new(provider, ErrorKind::IdToken(problem))
            .endpoint(endpoint)
            .into()
    }

    /// Keeps the tokens of the answer that the error is about.
    pub(crate) fn rescuing(
        mut self,
        access_token: Option<Secret>,
        refresh_token: Option<Secret>,
    ) -> Self {
        // An error that was just made is nobody else's yet.
        if let Some(details) = Arc::get_mut(&mut self.0) {
            details.rescued = Rescued {
                access_token,
                refresh_token,
            };
        }
        self
    }

    pub(crate) fn of_transport(
        provider: &'static Provider,
        endpoint: EndpointKind,
        transport: TransportError,
    ) -> Self {
        let mut details = Details::new(provider, ErrorKind::Transport).endpoint(endpoint);
        details.transport = Some(transport);
        details.into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        formatter.write_str(match details.provider.name {
            "" => "settings",
            name => name,
        })?;
        if let Some(endpoint) = details.endpoint {
            write!(formatter, " {endpoint}")?;
        }
        match details.kind {
            ErrorKind::Configuration => {}
            ErrorKind::Callback(problem) => write!(formatter, " callback: {problem}")?,
            ErrorKind::Refused => formatter.write_str(" refused the request")?,
            ErrorKind::RateLimited => formatter.write_str(": rate limited")?,
            ErrorKind::Server => formatter.write_str(" failed")?,
            ErrorKind::Response => formatter.write_str(" returned an unusable response")?,
            ErrorKind::IdToken(problem) => {
                write!(formatter, ": the ID token was rejected: {problem}")?;
            }
            ErrorKind::Transport => formatter.write_str(": request failed")?,
            ErrorKind::Store => formatter.write_str(": the token store")?,
            ErrorKind::Signer => formatter.write_str(": the signer failed")?,
        }
        if let Some(code) = details.code.as_deref().or(details.standard_code) {
            write!(formatter, ": {code}")?;
        }
        if let Some(status) = details.status {
            write!(formatter, " (HTTP {status})")?;
        }
        if let Some(transport) = &details.transport {
            write!(formatter, ": {transport}")?;
        }
        if let Some(message) = &details.message {
            write!(formatter, ": {message}")?;
        }
        if let Some(description) = &details.description {
            write!(formatter, ": \"{description}\"")?;
        }
        if let Some(body) = &details.body {
            write!(formatter, ": the body begins with \"{body}\"")?;
        }
        if let Some(retry_after) = details.retry_after {
            write!(formatter, " – retry in {} s", retry_after.as_secs())?;
        }
        if let Some(hint) = self.hint() {
            write!(formatter, " – hint: {hint}")?;
        }
        if let Some(uri) = &details.uri {
            write!(formatter, " – about this error: {uri}")?;
        }
        match details.provider.documentation {
            "" => Ok(()),
            documentation => write!(formatter, " – see {documentation}"),
        }
    }
}

impl fmt::Debug for Error {
    /// `Display` and the sources, so that a program whose `main` returns the error tells its user
    /// what to do. `{:#?}` shows the fields.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = &*self.0;
        if !formatter.alternate() {
            fmt::Display::fmt(self, formatter)?;
            let mut source = std::error::Error::source(self);
            while let Some(cause) = source {
                write!(formatter, " – caused by: {cause}")?;
                source = cause.source();
            }
            return Ok(());
        }
        formatter
            .debug_struct("Error")
            .field("provider", &details.provider.id)
            .field("endpoint", &details.endpoint)
            .field("kind", &details.kind)
            .field("verdict", &self.verdict())
            .field("status", &details.status)
            .field("code", &details.code)
            .field("description", &details.description)
            .field("body", &details.body)
            .field("message", &details.message)
            .field("transport", &details.transport)
            .finish()
    }
}

impl std::error::Error for Error {
    /// The source of a transport error. The transport error's own text is in `Display` already.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(self.0.transport.as_ref()?)
    }
}

/// Stands for the provider in an error of what serves any.
pub(crate) static NO_PROVIDER: Provider = Provider::STANDARD;

/// What an [`Error`] knows. Texts of a server are made
/// [`printable`](crate::text::printable::printable) before they come here.
pub(crate) struct Details {
    provider: &'static Provider,
    kind: ErrorKind,
    endpoint: Option<EndpointKind>,
    status: Option<u16>,
    /// The provider's code.
    pub(crate) code: Option<String>,
    /// The standard's code that the provider's means.
    pub(crate) standard_code: Option<&'static str>,
    pub(crate) description: Option<String>,
    pub(crate) uri: Option<String>,
    message: Option<Cow<'static, str>>,
    /// The beginning of a body that is not understood.
    pub(crate) body: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether this is a refusal of a refresh token.
    pub(crate) refuses_refresh: bool,
    needs_login: bool,
    /// Of an error of kind [`ErrorKind::Store`].
    store_verdict: Option<Verdict>,
    transport: Option<TransportError>,
    rescued: Rescued,
}

/// Tokens of an answer that cannot be used. Neither `Debug` nor `Display` of the error mentions them.
#[derive(Default)]
struct Rescued {
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
}

impl Details {
    pub(crate) fn new(provider: &'static Provider, kind: ErrorKind) -> Self {
        Self {
            provider,
            kind,
            endpoint: None,
            status: None,
            code: None,
            standard_code: None,
            description: None,
            uri: None,
            message: None,
            body: None,
            retry_after: None,
            refuses_refresh: false,
            needs_login: false,
            store_verdict: None,
            transport: None,
            rescued: Rescued::default(),
        }
    }

    pub(crate) fn endpoint(mut self, endpoint: EndpointKind) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    pub(crate) fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = Some(message.into());
        self
    }

    fn needs_login(mut self) -> Self {
        self.needs_login = true;
        self
    }
}

impl From<Details> for Error {
    fn from(details: Details) -> Self {
        Self(Arc::new(details))
    }
}

/// The kinds of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is missing or invalid, or the operation does not exist at this provider. No
    /// request was sent.
    Configuration,
    /// The callback does not belong to this login, or is invalid. No request was sent.
    Callback(CallbackProblem),
    /// The provider refused the request, in the callback or in a response: with an error code, with
    /// a bare 401 or 403, or, for a refresh, with any status from 400 to 499 other than 408, 425
    /// and 429.
    Refused,
    /// Too many requests (HTTP 429).
    RateLimited,
    /// The provider failed (HTTP 500 to 599) or asks to retry (408, 425).
    Server,
    /// The response violates the protocol and was not used.
    Response,
    /// The ID token was rejected (OpenID Connect Core §3.1.3.7).
    IdToken(IdTokenProblem),
    /// The request failed: no complete response was received.
    Transport,
    /// The token store failed, or other processes held the account's lease for too long.
    Store,
    /// A [`Signer`](crate::ClientCredential) of the program's own failed. No request was sent.
    Signer,
}

/// Why a callback was rejected before any request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackProblem {
    /// The pending login belongs to another provider.
    OtherProvider,
    /// The pending login belongs to a client with another id, environment, redirect URI, origin or
    /// endpoint, or with other variables in the URLs of a login ([mix-up](crate::Pending#mix-up)).
    OtherClient,
    /// The pending login was altered where it was stored.
    Altered,
    /// More than an hour has passed since the login was started.
    Expired,
    /// A parameter occurs more than once (RFC 6749 §3.1).
    RepeatedParameter,
    /// The callback has a form that was not requested, such as a signed `response` (JARM).
    UnexpectedResponse,
    /// `state` is missing (RFC 6749 §10.12).
    MissingState,
    /// `state` does not match this login (RFC 6749 §10.12).
    WrongState,
    /// `iss` is missing, although this provider always sends it (RFC 9207 §2.4).
    MissingIssuer,
    /// `iss` is another issuer (RFC 9207 §2.4).
    WrongIssuer,
    /// Both `code` and `error` are missing.
    MissingCode,
    /// The provider's signature is missing or wrong.
    WrongSignature,
    /// A value that is kept with the tokens, and that this provider always sends, is missing.
    MissingCapture,
    /// A value names a host that does not belong to this provider.
    ForbiddenHost,
}

impl fmt::Display for CallbackProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OtherProvider => "the pending login belongs to another provider",
            Self::OtherClient => "the pending login belongs to another client",
            Self::Altered => "the pending login was altered where it was stored",
            Self::Expired => "the login was started more than an hour ago; start it again",
            Self::RepeatedParameter => "a parameter occurs more than once",
            Self::UnexpectedResponse => "`response` (JARM) was not asked for",
            Self::MissingState => "`state` is missing",
            Self::WrongState => "`state` does not match this login",
            Self::MissingIssuer => "`iss` is missing",
            Self::WrongIssuer => "`iss` is not this provider's issuer",
            Self::MissingCode => "both `code` and `error` are missing",
            Self::WrongSignature => "the signature is missing or wrong",
            Self::MissingCapture => "a parameter is missing",
            Self::ForbiddenHost => "a parameter names a host that does not belong to the provider",
        })
    }
}
