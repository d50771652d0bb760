//! Tokens and the values kept with them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::kept::token_key::{TokenKey, TokenValue};
use crate::kept::warning::Warning;
use crate::provider::Template;
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::request::token_type::TokenType;
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::member_path;
use crate::text::scopes;
use crate::text::secret::Secret;

pub(crate) mod stored;

/// An access token and what came with it (RFC 6749 §5.1).
///
/// It serializes to a map for storage. Times are whole seconds since 1970, so a loaded token still
/// knows when it expires. The serialized form holds the tokens in clear: encrypt it, or store it
/// like other secrets. `Debug` shows no token.
#[derive(Clone)]
pub struct TokenSet {
    pub(crate) access_token: Secret,
    pub(crate) token_type: Option<Cow<'static, str>>,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) id_token: Option<Secret>,
    /// Seconds since 1970.
    pub(crate) received_at: Option<u64>,
    /// Seconds since 1970.
    pub(crate) expires_at: Option<u64>,
    /// Seconds since 1970.
    pub(crate) refresh_expires_at: Option<u64>,
    /// Joined by one space each, whatever the provider wrote.
    pub(crate) scope: Option<String>,
    pub(crate) extras: Vec<(String, Json)>,
    /// What they are bound to (RFC 9449).
    #[cfg(feature = "jose")]
    pub(crate) dpop_key: Option<DpopKey>,
    /// Of the response that the tokens came with. They are not stored.
    pub(crate) warnings: Vec<Warning>,
}

impl TokenSet {
    /// A set with only an access token, for tokens from outside this library.
    #[inline]
    pub fn new(access_token: impl Into<Secret>) -> Self {
        Self::of(access_token.into())
    }

    fn of(access_token: Secret) -> Self {
        Self {
            access_token,
            token_type: None,
            refresh_token: None,
            id_token: None,
            received_at: None,
            expires_at: None,
            refresh_expires_at: None,
            scope: None,
            extras: Vec::new(),
            #[cfg(feature = "jose")]
            dpop_key: None,
            warnings: Vec::new(),
        }
    }

    /// Adds or replaces the refresh token.
    #[inline]
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: impl Into<Secret>) -> Self {
        self.refresh_token = Some(refresh_token.into());
        self
    }

    /// Sets when the access token expires. Fractions of a second are dropped.
    #[must_use]
    pub fn with_expires_at(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(unix_seconds(expires_at));
        self
    }

    /// Sets when the refresh token expires. Fractions of a second are dropped.
    #[must_use]
    pub fn with_refresh_expires_at(mut self, expires_at: SystemTime) -> Self {
        self.refresh_expires_at = Some(unix_seconds(expires_at));
        self
    }

    /// Adds or replaces a value that is kept with the tokens, such as an account's id from the
    /// callback.
    #[inline]
    #[must_use]
    pub fn with_extra(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.set_extra(name, value.into());
        self
    }

    /// Adds an extra, or replaces all of this name, so that storage has no name twice.
    pub(crate) fn set_extra(&mut self, name: impl Into<String>, value: Json) {
        let name = name.into();
        self.extras.retain(|(other, _)| *other != name);
        self.extras.push((name, value));
    }

    /// Sets the granted scopes, given as one text separated by white space.
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Self {
        let mut joined = String::new();
        scopes::add(&mut joined, scope, " ");
        self.scope = Some(joined);
        self
    }

    /// The access token.
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// The type of the access token as the provider spells it, usually `Bearer` or `bearer`.
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.token_type.as_deref()
    }

    /// The refresh token, if there is one.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// The ID token as received. If the provider's spec describes its ID tokens, the claims of this
    /// one were checked when it came; [`Core::user`](crate::Core::user) reads them. Its signature was
    /// not: the feature `jose` has `Core::verify_id_token` for that.
    #[must_use]
    pub fn id_token(&self) -> Option<&Secret> {
        self.id_token.as_ref()
    }

    /// When the access token expires, in whole seconds. `None` if the provider did not say, or sent
    /// a lifetime of zero, as servers do for tokens that do not expire.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at?))
    }

    /// The remaining lifetime of the access token: zero once it has expired, `None` if unknown.
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        Some(
            self.expires_at()?
                .duration_since(SystemTime::now())
                .unwrap_or_default(),
        )
    }

    /// Whether the access token has expired. `false` if its expiry is unknown.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.is_expired_at(SystemTime::now(), Duration::ZERO)
    }

    /// Whether the access token expires before `margin` has passed.
    #[must_use]
    pub fn expires_within(&self, margin: Duration) -> bool {
        self.is_expired_at(SystemTime::now(), margin)
    }

    /// Whether the access token, at `now`, expires within `margin`.
    #[must_use]
    pub fn is_expired_at(&self, now: SystemTime, margin: Duration) -> bool {
        self.expires_at().is_some_and(|expires_at| {
            now.checked_add(margin)
                .is_none_or(|in_a_moment| in_a_moment > expires_at)
        })
    }

    /// When the refresh token expires and a new login is needed, in whole seconds. `None` if the
    /// provider did not say.
    #[must_use]
    pub fn refresh_expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.refresh_expires_at?))
    }

    /// How long the access token lived when it came, where that is known.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        let seconds = self.expires_at?.saturating_sub(self.received_at?);
        Some(Duration::from_secs(seconds))
    }

    /// The granted scopes, separated by single spaces, whatever separator the provider uses. If the
    /// response has no scopes, these are the requested ones (RFC 6749 §5.1).
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The granted scopes, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope
            .as_deref()
            .unwrap_or_default()
            .split_ascii_whitespace()
    }

    /// Whether this scope was granted. For a scope with a value in it, such as
    /// `api://{client_id}/read`, any value counts.
    #[inline]
    pub fn has_scope(&self, scope: impl AsRef<str>) -> bool {
        let scope = Template::of(scope.as_ref());
        self.scopes().any(|granted| scope.fits(granted))
    }

    /// The granted scopes as a generated `Scope`. Those that it lacks are only in
    /// [`TokenSet::scopes`].
    pub fn granted<S: FromStr>(&self) -> impl Iterator<Item = S> {
        self.scopes().filter_map(|scope| scope.parse().ok())
    }

    /// A member of the response that RFC 6749 does not define, or a value that the provider's spec
    /// keeps with the tokens.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&Json> {
        let mut extras = self.extras.iter().rev();
        extras
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// What was issued in exchange for another token (RFC 8693 §2.2.1). Unless it is an access
    /// token, [`TokenSet::token_type`] is `N_A`, and no API takes it.
    #[must_use]
    pub fn issued_token_type(&self) -> Option<TokenType> {
        let uri = self.extra("issued_token_type")?.as_str()?;
        Some(TokenType::new(uri))
    }

    /// What was granted beyond scopes, as the provider tells it (RFC 9396 §7): an array of objects,
    /// each with a `type`.
    #[must_use]
    pub fn authorization_details(&self) -> Option<&Json> {
        self.extra("authorization_details")
    }

    /// A value that is kept with the tokens, by its name in the provider's spec, such as an
    /// instance's URL or an account's id. Numbers and booleans are returned as text. `None` if it
    /// is missing or is not a text, number or boolean. For secrets, use
    /// [`TokenSet::captured_secret`].
    #[must_use]
    pub fn captured(&self, name: &str) -> Option<Cow<'_, str>> {
        member_path::text(self.extra(name)?)
    }

    /// A value that is kept with the tokens, by its key in the provider's module:
    /// `tokens.get(acme::TeamId)`. `None` if it is missing.
    #[must_use]
    pub fn get<K: TokenKey>(&self, _key: K) -> Option<K::Value<'_>> {
        TokenValue::of(self.extra(K::NAME)?)
    }

    /// Like [`TokenSet::captured`], for a value that must not be shown, such as a second token or a
    /// webhook URL.
    #[must_use]
    pub fn captured_secret(&self, name: &str) -> Option<Secret> {
        TokenValue::of(self.extra(name)?)
    }

    /// Optional members of the response that were invalid and count as absent: `expires_in: "soon"`
    /// is an unknown expiry, and after a malformed `scope` the requested scopes apply. Log them:
    /// they are mistakes of the server or of the provider's spec. They are not stored with the
    /// tokens.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// All members of the response that RFC 6749 does not define, in the provider's order, then the
    /// values that the provider's spec keeps.
    pub fn extras(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.extras
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}

impl PartialEq for TokenSet {
    /// Compares what is stored. [`TokenSet::warnings`] are ignored.
    fn eq(&self, other: &Self) -> bool {
        let Self {
            access_token,
            token_type,
            refresh_token,
            id_token,
            received_at,
            expires_at,
            refresh_expires_at,
            scope,
            extras,
            #[cfg(feature = "jose")]
            dpop_key,
            warnings: _,
        } = self;
        #[cfg(feature = "jose")]
        if *dpop_key != other.dpop_key {
            return false;
        }
        *access_token == other.access_token
            && *token_type == other.token_type
            && *refresh_token == other.refresh_token
            && *id_token == other.id_token
            && *received_at == other.received_at
            && *expires_at == other.expires_at
            && *refresh_expires_at == other.refresh_expires_at
            && *scope == other.scope
            && *extras == other.extras
    }
}

impl fmt::Debug for TokenSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenSet")
            .field("access_token", &self.access_token)
            .field("token_type", &self.token_type)
            .field("refresh_token", &self.refresh_token)
            .field("id_token", &self.id_token)
            .field("expires_at", &self.expires_at)
            .field("refresh_expires_at", &self.refresh_expires_at)
            .field("scope", &self.scope)
            .field("extras", &self.extras)
            .field("warnings", &self.warnings)
            .finish()
    }
}

#[cfg(test)]
mod tests;
