//! The error codes of OAuth endpoints.

use std::fmt;

/// Declares the codes, each once with its text.
macro_rules! codes {
    ($($text:literal $variant:ident: $meaning:literal,)*) => {
        /// An error code of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8628
        /// §3.5, RFC 7591 §3.2.2 or RFC 9449 §5 and §8, or a code of the provider's own.
        ///
        /// ```
        /// use oauth_atlas_runtime::{Error, ErrorCode};
        ///
        /// fn explain(error: &Error) -> String {
        ///     match error.code() {
        ///         Some(ErrorCode::InvalidScope) => "this application may not ask for that".to_owned(),
        ///         Some(ErrorCode::Other("team_not_found")) => "there is no such team".to_owned(),
        ///         Some(code) => format!("the provider says {code}"),
        ///         None => error.to_string(),
        ///     }
        /// }
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode<'text> {
            $(#[doc = concat!("`", $text, "`: ", $meaning)] $variant,)*
            /// A code that none of these RFCs defines, escaped and cut at 200 characters.
            Other(&'text str),
        }

        impl<'text> ErrorCode<'text> {
            /// The code as the RFC or the provider writes it.
            #[must_use]
            pub fn as_str(self) -> &'text str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl<'text> From<&'text str> for ErrorCode<'text> {
            fn from(text: &'text str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }
    };
}

codes! {
    "invalid_request" InvalidRequest: "a parameter is missing, repeated or malformed.",
    "invalid_client" InvalidClient: "the client's id, secret or authentication method is wrong.",
    "invalid_grant" InvalidGrant: "the code or the refresh token is wrong, spent, expired or revoked.",
    "unauthorized_client" UnauthorizedClient: "this client is not allowed to do this.",
    "unsupported_grant_type" UnsupportedGrantType: "the provider does not support this grant.",
    "invalid_scope" InvalidScope: "a scope is unknown, malformed or beyond what was granted.",
    "access_denied" AccessDenied: "the user or the provider denied the request.",
    "unsupported_response_type" UnsupportedResponseType: "the provider does not support this way of requesting a code.",
    "server_error" ServerError: "the provider failed.",
    "temporarily_unavailable" TemporarilyUnavailable: "the provider is overloaded or under maintenance.",
    "unsupported_token_type" UnsupportedTokenType: "tokens of this type cannot be revoked.",
    "invalid_token" InvalidToken: "the access token is wrong, expired or revoked.",
    "insufficient_scope" InsufficientScope: "the access token lacks a scope that the request needs.",
    "authorization_pending" AuthorizationPending: "the user has not approved the device yet.",
    "slow_down" SlowDown: "the same, and the device polls too often.",
    "expired_token" ExpiredToken: "the device code expired before the user decided.",
    "invalid_target" InvalidTarget: "the resource or the audience is unknown, malformed or not allowed.",
    "invalid_redirect_uri" InvalidRedirectUri: "a redirect URI cannot be registered.",
    "invalid_client_metadata" InvalidClientMetadata: "other client metadata cannot be registered.",
    "invalid_software_statement" InvalidSoftwareStatement: "the software statement is wrong.",
    "unapproved_software_statement" UnapprovedSoftwareStatement: "the provider does not accept the software statement's issuer.",
    "use_dpop_nonce" UseDpopNonce: "the proof of possession lacks the nonce that the response brings.",
    "invalid_dpop_proof" InvalidDpopProof: "the proof of possession is wrong.",
}

impl fmt::Display for ErrorCode<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_text_in_both_directions() {
        for text in ["invalid_grant", "slow_down", "team_not_found", ""] {
            assert_eq!(ErrorCode::from(text).as_str(), text);
            assert_eq!(ErrorCode::from(text).to_string(), text);
        }
        assert_eq!(ErrorCode::from("expired_token"), ErrorCode::ExpiredToken);
        assert_eq!(ErrorCode::from("x"), ErrorCode::Other("x"));
    }
}
