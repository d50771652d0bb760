//! The error codes that OAuth endpoints answer with.

/// An error code of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1 or
/// RFC 8628 §3.5.
///
/// A provider may send codes of its own: they are [`ErrorCode::Other`], and
/// [`Error::code_text`](crate::Error::code_text) has their text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `invalid_request`: a parameter is missing, repeated or malformed.
    InvalidRequest,
    /// `invalid_client`: the client's id, secret or authentication method is wrong.
    InvalidClient,
    /// `invalid_grant`: the code or the refresh token is wrong, spent, expired or revoked.
    InvalidGrant,
    /// `unauthorized_client`: this client may not do this.
    UnauthorizedClient,
    /// `unsupported_grant_type`: the provider does not have this grant.
    UnsupportedGrantType,
    /// `invalid_scope`: a scope is unknown, malformed or beyond what was granted.
    InvalidScope,
    /// `access_denied`: the user or the provider said no.
    AccessDenied,
    /// `unsupported_response_type`: the provider does not give codes this way.
    UnsupportedResponseType,
    /// `server_error`: the provider failed, and could only say so in a redirect.
    ServerError,
    /// `temporarily_unavailable`: the provider is overloaded or under maintenance.
    TemporarilyUnavailable,
    /// `unsupported_token_type`: tokens of this type cannot be revoked.
    UnsupportedTokenType,
    /// `invalid_token`: the access token is wrong, expired or revoked.
    InvalidToken,
    /// `insufficient_scope`: the access token does not reach this far.
    InsufficientScope,
    /// `authorization_pending`: the user has not decided about the device yet.
    AuthorizationPending,
    /// `slow_down`: the same, and the device asks too often.
    SlowDown,
    /// `expired_token`: the user has not decided about the device in time.
    ExpiredToken,
    /// A code that none of these RFCs defines.
    Other,
}

impl ErrorCode {
    /// The code that `text` stands for.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text {
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "invalid_scope" => Self::InvalidScope,
            "access_denied" => Self::AccessDenied,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            "unsupported_token_type" => Self::UnsupportedTokenType,
            "invalid_token" => Self::InvalidToken,
            "insufficient_scope" => Self::InsufficientScope,
            "authorization_pending" => Self::AuthorizationPending,
            "slow_down" => Self::SlowDown,
            "expired_token" => Self::ExpiredToken,
            _ => Self::Other,
        }
    }
}
