//! What has to survive between the start of a login and its callback.

use std::fmt;
use std::time::SystemTime;

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::unix_seconds;
use crate::json::Json;
use crate::secret::Secret;
use crate::stored;

/// How long a login may take, in seconds: an hour. No RFC says; users fetch a second factor or a
/// colleague, and a state that is never forgotten is a state that can be stolen later.
const LONGEST_LOGIN: u64 = 3600;

/// A login that was started: keep it in the user's session until the callback.
///
/// It belongs to this one user, as its `state` is what tells this user's callback from a forged
/// one. It serializes to a map and holds secrets (the PKCE verifier), so a cookie that carries it
/// must be encrypted. It is good for an hour and for one callback. `Debug` shows no secret.
#[derive(Clone, PartialEq)]
pub struct Pending {
    pub(crate) provider: String,
    pub(crate) state: Secret,
    pub(crate) code_verifier: Option<Secret>,
    pub(crate) redirect_uri: Option<String>,
    /// Joined by one space each.
    pub(crate) scope: Option<String>,
    /// Seconds since 1970.
    pub(crate) created_at: u64,
}

impl Pending {
    /// The module name of the provider that the login was started at, such as `acme`: for a
    /// callback that several providers share.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The redirect URI without its query, in which the state travels at some providers.
    fn shown_redirect_uri(&self) -> Option<&str> {
        let uri = self.redirect_uri.as_deref()?;
        Some(uri.split_once('?').map_or(uri, |(uri, _)| uri))
    }

    pub(crate) fn is_expired_at(&self, now: SystemTime) -> bool {
        unix_seconds(now) > self.created_at.saturating_add(LONGEST_LOGIN)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pending")
            .field("provider", &self.provider)
            .field("state", &self.state)
            .field("code_verifier", &self.code_verifier)
            .field("redirect_uri", &self.shown_redirect_uri())
            .field("scope", &self.scope)
            .field("created_at", &self.created_at)
            .finish()
    }
}

impl Serialize for Pending {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("state", self.state.expose())?;
        map.serialize_entry(
            "code_verifier",
            &self.code_verifier.as_ref().map(Secret::expose),
        )?;
        map.serialize_entry("redirect_uri", &self.redirect_uri)?;
        map.serialize_entry("scope", &self.scope)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Pending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut provider, mut state, mut created_at) = (None, None, None);
        let (mut code_verifier, mut redirect_uri, mut scope) = (None, None, None);
        for (name, value) in stored::members("pending login", Json::deserialize(deserializer)?)? {
            match name.as_str() {
                "provider" => provider = stored::text(&name, value)?,
                "state" => state = stored::secret(&name, value)?,
                "code_verifier" => code_verifier = stored::secret(&name, value)?,
                "redirect_uri" => redirect_uri = stored::text(&name, value)?,
                "scope" => scope = stored::text(&name, value)?,
                "created_at" => created_at = stored::seconds(&name, value)?,
                _ => {}
            }
        }
        let missing = D::Error::missing_field;
        Ok(Pending {
            provider: provider.ok_or_else(|| missing("provider"))?,
            state: state.ok_or_else(|| missing("state"))?,
            code_verifier,
            redirect_uri,
            scope,
            created_at: created_at.ok_or_else(|| missing("created_at"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn pending() -> Pending {
        Pending {
            provider: "acme".to_owned(),
            state: "canary-state".into(),
            code_verifier: Some("canary-verifier".into()),
            redirect_uri: Some("https://app.example/cb".to_owned()),
            scope: Some("read write".to_owned()),
            created_at: 1_700_000_000,
        }
    }

    #[test]
    fn it_survives_storage() {
        let json = serde_json::to_string(&pending()).unwrap();
        let stored = serde_json::from_str::<Pending>(&json).unwrap();
        assert_eq!(stored, pending());
        assert_eq!(stored.provider(), "acme");
    }

    #[test]
    fn a_broken_one_is_not_repeated() {
        for broken in [
            r#""canary""#,
            r#"{"provider":"acme","state":["canary"],"created_at":1}"#,
            r#"{"provider":"acme","state":"canary","created_at":"canary"}"#,
            r#"{"provider":"acme","state":"canary"}"#,
        ] {
            let error = serde_json::from_str::<Pending>(broken)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn o01_debug_shows_neither_state_nor_verifier() {
        let pending = Pending {
            redirect_uri: Some("https://app.example/cb?state=canary-state".to_owned()),
            ..pending()
        };
        let debug = format!("{pending:?}");
        assert!(!debug.contains("canary"), "{debug}");
        assert!(debug.contains("https://app.example/cb"), "{debug}");
    }

    #[test]
    fn it_is_good_for_an_hour() {
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
        assert!(!pending().is_expired_at(at(3600)));
        assert!(pending().is_expired_at(at(3601)));
    }
}
