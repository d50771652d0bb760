//! Tokens, as they are used and as they are stored.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kept::token_key::{TokenKey, TokenValue};
use crate::kept::warning::Warning;
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::member_path;
use crate::text::scopes;
use crate::text::secret::Secret;
use crate::text::stored;

/// An access token and what came with it (RFC 6749 §5.1).
///
/// This is also the form in which tokens are stored: it serializes to a map, in which times are
/// whole seconds since 1970, so that a token that was stored yesterday knows that it has expired.
/// What it serializes to holds the tokens in clear, so encrypt it or keep it where secrets are
/// kept. `Debug` shows no token.
#[derive(Clone)]
pub struct TokenSet {
    pub(crate) access_token: Secret,
    pub(crate) token_type: Option<String>,
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
    /// Of the response that the tokens came with. They are not stored.
    pub(crate) warnings: Vec<Warning>,
}

impl TokenSet {
    /// A set of an access token and nothing else, for tokens that come from somewhere else than
    /// this library.
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

    /// Adds or replaces a value that is kept with the tokens, such as an account's id that the
    /// callback told.
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

    /// Sets the granted scopes, separated by white space.
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Self {
        let mut joined = String::new();
        scopes::add(&mut joined, scope.split_whitespace());
        self.scope = Some(joined);
        self
    }

    /// The access token.
    #[must_use]
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// The type of the access token as the provider wrote it: some spelling of `Bearer`, or nothing.
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.token_type.as_deref()
    }

    /// The refresh token, where there is one.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// The ID token as it came. Nothing about it has been checked.
    #[must_use]
    pub fn id_token(&self) -> Option<&Secret> {
        self.id_token.as_ref()
    }

    /// When the access token expires, in whole seconds, or `None` where the provider did not say or
    /// said that it has zero seconds to live, which servers say of tokens that do not expire.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at?))
    }

    /// How long the access token is still valid: zero once it has expired, `None` where the provider
    /// did not say.
    #[must_use]
    pub fn expires_in(&self) -> Option<Duration> {
        Some(
            self.expires_at()?
                .duration_since(SystemTime::now())
                .unwrap_or_default(),
        )
    }

    /// Whether the access token has expired. Where the provider did not say when it expires, it has
    /// not.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.is_expired_at(SystemTime::now(), Duration::ZERO)
    }

    /// Whether the access token expires before `margin` has passed.
    #[must_use]
    pub fn expires_within(&self, margin: Duration) -> bool {
        self.is_expired_at(SystemTime::now(), margin)
    }

    /// Whether the access token, seen at `now`, has less than `margin` to live.
    #[must_use]
    pub fn is_expired_at(&self, now: SystemTime, margin: Duration) -> bool {
        self.expires_at().is_some_and(|expires_at| {
            now.checked_add(margin)
                .is_none_or(|in_a_moment| in_a_moment > expires_at)
        })
    }

    /// When the refresh token expires, in whole seconds, or `None` where the provider did not say.
    /// A new login is needed then.
    #[must_use]
    pub fn refresh_expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.refresh_expires_at?))
    }

    /// How long the access token lived when it came, where that is known.
    pub(crate) fn lifetime(&self) -> Option<Duration> {
        let seconds = self.expires_at?.saturating_sub(self.received_at?);
        Some(Duration::from_secs(seconds))
    }

    /// The granted scopes, joined by one space each whatever the provider writes. Where the provider
    /// does not say what it granted, these are the scopes that were asked for (RFC 6749 §5.1).
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

    /// Whether this scope was granted.
    #[inline]
    pub fn has_scope(&self, scope: impl AsRef<str>) -> bool {
        let scope = scope.as_ref();
        self.scopes().any(|granted| granted == scope)
    }

    /// The granted scopes that a generated `Scope` knows. The others are in [`TokenSet::scopes`].
    pub fn granted<S: FromStr>(&self) -> impl Iterator<Item = S> {
        self.scopes().filter_map(|scope| scope.parse().ok())
    }

    /// A member of the response that RFC 6749 does not define, or a parameter of the callback that
    /// the provider's spec keeps, as [`TokenSet::captured`] does.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&Json> {
        let mut extras = self.extras.iter().rev();
        extras
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// A value that is kept with the tokens, by its name in the provider's spec, such as an
    /// instance's URL or an account's id. Numbers and booleans are given as text. `None` where there
    /// is none, or where it is no text, number or boolean. A value that is a secret is
    /// [`TokenSet::captured_secret`] of.
    #[must_use]
    pub fn captured(&self, name: &str) -> Option<Cow<'_, str>> {
        member_path::text(self.extra(name)?)
    }

    /// A value that is kept with the tokens, by its key in the provider's module:
    /// `tokens.get(acme::TeamId)`. `None` where there is none.
    #[must_use]
    pub fn get<K: TokenKey>(&self, _key: K) -> Option<K::Value<'_>> {
        TokenValue::of(self.extra(K::NAME)?)
    }

    /// A value that is kept with the tokens and must not be shown, such as a second token or the URL
    /// of a webhook, by its name in the provider's spec, where [`TokenSet::captured`] has one.
    #[must_use]
    pub fn captured_secret(&self, name: &str) -> Option<Secret> {
        TokenValue::of(self.extra(name)?)
    }

    /// What the response had in an optional member that could not be read: the member counts as
    /// absent, so `expires_in: "soon"` is an unknown expiry, and a `scope` of another form leaves
    /// the scopes that were asked for. Log it, as it is a mistake of the server or of the provider's
    /// spec. It is not stored with the tokens.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// All members of the response that RFC 6749 does not define, in the provider's order, then
    /// what the provider's spec keeps under names of its own.
    pub fn extras(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.extras
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }
}

impl PartialEq for TokenSet {
    /// Whether both are stored as the same. [`TokenSet::warnings`] are not stored and do not count.
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
            warnings: _,
        } = self;
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

impl Serialize for TokenSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let present = [
            self.token_type.is_some(),
            self.refresh_token.is_some(),
            self.id_token.is_some(),
            self.received_at.is_some(),
            self.expires_at.is_some(),
            self.refresh_expires_at.is_some(),
            self.scope.is_some(),
            !self.extras.is_empty(),
        ];
        let optional = present.into_iter().filter(|present| *present).count();
        let mut map = serializer.serialize_map(Some(1 + optional))?;
        map.serialize_entry("access_token", self.access_token.expose())?;
        if let Some(token_type) = &self.token_type {
            map.serialize_entry("token_type", token_type)?;
        }
        if let Some(refresh_token) = &self.refresh_token {
            map.serialize_entry("refresh_token", refresh_token.expose())?;
        }
        if let Some(id_token) = &self.id_token {
            map.serialize_entry("id_token", id_token.expose())?;
        }
        if let Some(received_at) = &self.received_at {
            map.serialize_entry("received_at", received_at)?;
        }
        if let Some(expires_at) = &self.expires_at {
            map.serialize_entry("expires_at", expires_at)?;
        }
        if let Some(refresh_expires_at) = &self.refresh_expires_at {
            map.serialize_entry("refresh_expires_at", refresh_expires_at)?;
        }
        if let Some(scope) = &self.scope {
            map.serialize_entry("scope", scope)?;
        }
        if !self.extras.is_empty() {
            map.serialize_entry("extra", &Extras(&self.extras))?;
        }
        map.end()
    }
}

struct Extras<'a>(&'a [(String, Json)]);

impl Serialize for Extras<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for TokenSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut access_token = None;
        let mut tokens = TokenSet::of(Secret::new(""));
        for (name, value) in stored::members("token set", Json::deserialize(deserializer)?)? {
            match name.as_str() {
                "access_token" => access_token = stored::secret(&name, value)?,
                "token_type" => tokens.token_type = stored::text(&name, value)?,
                "refresh_token" => tokens.refresh_token = stored::secret(&name, value)?,
                "id_token" => tokens.id_token = stored::secret(&name, value)?,
                "received_at" => tokens.received_at = stored::seconds(&name, value)?,
                "expires_at" => tokens.expires_at = stored::seconds(&name, value)?,
                "refresh_expires_at" => tokens.refresh_expires_at = stored::seconds(&name, value)?,
                "scope" => tokens.scope = stored::text(&name, value)?,
                "extra" => tokens.extras = stored::members(&name, value)?,
                _ => {}
            }
        }
        tokens.access_token =
            access_token.ok_or_else(|| D::Error::missing_field("access_token"))?;
        Ok(tokens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> TokenSet {
        let mut tokens = TokenSet::new("canary-access")
            .with_refresh_token("canary-refresh")
            .with_expires_at(UNIX_EPOCH + Duration::from_secs(1_700_003_600))
            .with_scope("read  write");
        tokens.token_type = Some("Bearer".to_owned());
        tokens.id_token = Some("canary-id".into());
        tokens.received_at = Some(1_700_000_000);
        tokens.refresh_expires_at = Some(1_702_592_000);
        tokens.extras = vec![
            ("created_at".to_owned(), Json::from(1_700_000_000_u64)),
            ("secret".to_owned(), Json::from("canary-extra")),
        ];
        tokens
    }

    #[test]
    fn d39_expiry_with_a_margin() {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let margin = Duration::from_secs(10);
        let expires = |millis: u64| {
            let at = now + Duration::from_secs(12);
            let tokens = TokenSet::new("a").with_expires_at(at);
            tokens.is_expired_at(at - Duration::from_millis(millis), margin)
        };
        assert!(!expires(12_000));
        assert!(!expires(10_000));
        assert!(expires(9_999));
        let past = TokenSet::new("a").with_expires_at(now - Duration::from_secs(3600));
        assert!(past.is_expired_at(now, margin) && past.is_expired_at(now, Duration::ZERO));
        assert_eq!(past.expires_in(), Some(Duration::ZERO));
    }

    #[test]
    fn d04_unknown_expiry_is_never_over() {
        let tokens = TokenSet::new("a");
        assert!(!tokens.is_expired() && !tokens.expires_within(Duration::MAX));
        assert_eq!(tokens.expires_in(), None);
    }

    #[test]
    fn expiry_beyond_all_clocks_does_not_panic() {
        let mut tokens = TokenSet::new("a");
        tokens.expires_at = Some(u64::MAX);
        assert!(!tokens.is_expired());
        assert!(stored().is_expired_at(SystemTime::now(), Duration::MAX));
    }

    #[test]
    fn d40_a_stored_set_is_the_same_set() {
        let json = serde_json::to_string(&stored()).unwrap();
        assert_eq!(
            json,
            r#"{"access_token":"canary-access","token_type":"Bearer","refresh_token":"canary-refresh","id_token":"canary-id","received_at":1700000000,"expires_at":1700003600,"refresh_expires_at":1702592000,"scope":"read write","extra":{"created_at":1700000000,"secret":"canary-extra"}}"#
        );
        assert_eq!(serde_json::from_str::<TokenSet>(&json).unwrap(), stored());
        assert_eq!(
            serde_json::from_str::<TokenSet>(r#"{"new":[1],"access_token":"a","scope":null}"#)
                .unwrap(),
            TokenSet::new("a")
        );
        assert_eq!(
            serde_json::from_value::<TokenSet>(serde_json::to_value(stored()).unwrap()).unwrap(),
            stored()
        );
    }

    #[test]
    fn refresh_tokens_expire_too() {
        let at = UNIX_EPOCH + Duration::from_secs(1_702_592_000);
        assert_eq!(stored().refresh_expires_at(), Some(at));
        assert_eq!(TokenSet::new("a").refresh_expires_at(), None);
        let tokens = TokenSet::new("a").with_refresh_expires_at(at + Duration::from_millis(999));
        assert_eq!(tokens.refresh_expires_at(), Some(at));
    }

    #[test]
    fn kept_values_are_texts() {
        let tokens = TokenSet::new("a")
            .with_extra("realm", "replaced")
            .with_extra("realm", 9130_u64)
            .with_extra("member", true)
            .with_extra("team", Json::Array(Vec::new()))
            .with_extra("empty", "");
        assert_eq!(tokens.captured("realm").as_deref(), Some("9130"));
        assert_eq!(tokens.captured("member").as_deref(), Some("true"));
        for nothing in ["team", "empty", "nobody"] {
            assert_eq!(tokens.captured(nothing), None);
            assert_eq!(tokens.captured_secret(nothing), None);
        }
        for (name, text) in [("realm", "9130"), ("member", "true")] {
            assert_eq!(tokens.captured_secret(name), Some(Secret::new(text)));
        }
        assert_eq!(tokens.extras().count(), 4);
    }

    #[test]
    fn a_broken_stored_set_is_not_repeated() {
        for broken in [
            r#""canary""#,
            r#"["canary"]"#,
            r#"{"access_token":["canary"]}"#,
            r#"{"access_token":"a","expires_at":"canary"}"#,
            r#"{"access_token":"a","refresh_expires_at":"canary"}"#,
            r#"{"access_token":"a","extra":"canary"}"#,
            r#"{"scope":"canary"}"#,
            r#"{"access_token":"canary""#,
        ] {
            let error = serde_json::from_str::<TokenSet>(broken).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    #[test]
    fn o01_debug_shows_no_token() {
        let debug = format!("{:?} {:#?}", stored(), stored());
        assert!(!debug.contains("canary"), "{debug}");
    }

    #[test]
    fn scopes_are_asked_by_name() {
        let tokens = TokenSet::new("a").with_scope(" 1 two 3");
        assert!(tokens.has_scope("two") && !tokens.has_scope("tw"));
        assert_eq!(tokens.granted::<u32>().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(tokens.scopes().collect::<Vec<_>>(), ["1", "two", "3"]);
        assert_eq!(tokens.scope(), Some("1 two 3"));
    }
}
