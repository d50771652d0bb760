//! How a token set is stored.

use std::borrow::Cow;

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kept::token_set::TokenSet;
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::text::json::Json;
use crate::text::secret::Secret;
use crate::text::stored;

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
        #[cfg(feature = "jose")]
        let optional = optional + usize::from(self.dpop_key.is_some());
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
        #[cfg(feature = "jose")]
        if let Some(key) = &self.dpop_key {
            map.serialize_entry("dpop_key", key)?;
        }
        if !self.extras.is_empty() {
            map.serialize_entry("extra", &Extras(&self.extras))?;
        }
        map.end()
    }
}

/// A key that tokens are bound to. Without it they are of no use, so one that cannot be read is an
/// error.
#[cfg(feature = "jose")]
pub(crate) fn dpop_key<E: serde_core::de::Error>(
    name: &str,
    value: Json,
) -> Result<Option<DpopKey>, E> {
    let Some(jwk) = stored::secret(name, value)? else {
        return Ok(None);
    };
    match DpopKey::from_jwk(jwk.expose()) {
        Some(key) => Ok(Some(key)),
        None => Err(E::custom(format!("`{name}` is no key"))),
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
                "token_type" => tokens.token_type = stored::text(&name, value)?.map(Cow::Owned),
                "refresh_token" => tokens.refresh_token = stored::secret(&name, value)?,
                "id_token" => tokens.id_token = stored::secret(&name, value)?,
                "received_at" => tokens.received_at = stored::seconds(&name, value)?,
                "expires_at" => tokens.expires_at = stored::seconds(&name, value)?,
                "refresh_expires_at" => tokens.refresh_expires_at = stored::seconds(&name, value)?,
                "scope" => tokens.scope = stored::text(&name, value)?,
                #[cfg(feature = "jose")]
                "dpop_key" => tokens.dpop_key = dpop_key(&name, value)?,
                "extra" => tokens.extras = stored::members(&name, value)?,
                _ => {}
            }
        }
        tokens.access_token =
            access_token.ok_or_else(|| D::Error::missing_field("access_token"))?;
        Ok(tokens)
    }
}
