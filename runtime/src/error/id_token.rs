//! Why an ID token was rejected.

use std::fmt;

/// Why an ID token was rejected (OpenID Connect Core §3.1.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdTokenProblem {
    /// It is no signed token with claims (RFC 7519), or a claim that it must have is missing.
    Malformed,
    /// `iss` is not this provider's issuer.
    WrongIssuer,
    /// `aud` does not name this client, or `azp` names another one.
    WrongAudience,
    /// It has expired.
    Expired,
    /// `iat` is in the future.
    IssuedInFuture,
    /// `nonce` is not that of this login, so the token was issued for another.
    WrongNonce,
    /// `auth_time` is missing, or longer ago than the `max_age` of the authorization request allows.
    LoggedInTooEarly,
    /// `at_hash` is not that of the access token.
    WrongAccessToken,
    /// `c_hash` is not that of the code.
    WrongCode,
    /// `sub` is another user than before (§12.2).
    WrongSubject,
    /// It is no logout token (OpenID Connect Back-Channel Logout §2.4): the event, its id, or whom it
    /// is about is missing, or it has a `nonce`.
    NoLogoutToken,
    /// The algorithm of the signature is `none`, or not one that the provider uses.
    WrongAlgorithm,
    /// None of the provider's keys is the one that the token names.
    UnknownKey,
    /// The signature is wrong.
    WrongSignature,
}

impl fmt::Display for IdTokenProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Malformed => "it is malformed or lacks a claim",
            Self::WrongIssuer => "`iss` is not this provider's issuer",
            Self::WrongAudience => "it was issued to another client",
            Self::Expired => "it has expired",
            Self::IssuedInFuture => "`iat` is in the future",
            Self::WrongNonce => "`nonce` is not that of this login",
            Self::LoggedInTooEarly => "`auth_time` is missing or earlier than `max_age` allows",
            Self::WrongAccessToken => "`at_hash` is not that of the access token",
            Self::WrongCode => "`c_hash` is not that of the code",
            Self::WrongSubject => "`sub` is another user",
            Self::NoLogoutToken => "it is no logout token",
            Self::WrongAlgorithm => "its algorithm is not one that this provider uses",
            Self::UnknownKey => "it names a key that the provider does not publish",
            Self::WrongSignature => "its signature is wrong",
        })
    }
}
