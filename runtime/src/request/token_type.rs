//! The types of tokens that are exchanged.

use std::borrow::Cow;
use std::fmt;

use crate::text::secret::Secret;

/// The type of a token that is exchanged for another (RFC 8693 §3).
///
/// Providers have types of their own, so any text is one:
///
/// ```
/// use oauth_atlas_runtime::TokenType;
///
/// let own = TokenType::new("urn:acme:token-type:session");
/// assert_ne!(own, TokenType::JWT);
/// assert_eq!(TokenType::from("urn:ietf:params:oauth:token-type:jwt"), TokenType::JWT);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenType(Cow<'static, str>);

impl TokenType {
    /// An access token that the provider issued.
    pub const ACCESS_TOKEN: Self = Self::standard("urn:ietf:params:oauth:token-type:access_token");
    /// A refresh token that the provider issued.
    pub const REFRESH_TOKEN: Self =
        Self::standard("urn:ietf:params:oauth:token-type:refresh_token");
    /// An ID token (OpenID Connect Core §2).
    pub const ID_TOKEN: Self = Self::standard("urn:ietf:params:oauth:token-type:id_token");
    /// A SAML 1.1 assertion, encoded in base64url.
    pub const SAML1: Self = Self::standard("urn:ietf:params:oauth:token-type:saml1");
    /// A SAML 2.0 assertion, encoded in base64url.
    pub const SAML2: Self = Self::standard("urn:ietf:params:oauth:token-type:saml2");
    /// A JWT (RFC 7519).
    pub const JWT: Self = Self::standard("urn:ietf:params:oauth:token-type:jwt");

    const fn standard(uri: &'static str) -> Self {
        Self(Cow::Borrowed(uri))
    }

    /// A type by its URI.
    pub fn new(uri: impl Into<String>) -> Self {
        Self(Cow::Owned(uri.into()))
    }

    /// The URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for TokenType {
    fn from(uri: &str) -> Self {
        Self::new(uri)
    }
}

impl From<String> for TokenType {
    fn from(uri: String) -> Self {
        Self::new(uri)
    }
}

impl From<TokenType> for Secret {
    fn from(of: TokenType) -> Self {
        Self::new(of.0)
    }
}

impl AsRef<str> for TokenType {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for TokenType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("TokenType").field(&self.0).finish()
    }
}
