//! A login on a device, while the user decides.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kept::binding::{Binding, StoredBinding};
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::secret::Secret;
use crate::text::stored;

/// The end of the year 9999, in seconds since 1970: later than any code lasts, and a time on every
/// platform.
pub(super) const LAST_SECOND: u64 = 253_402_300_799;

/// A started login on a device without a browser (RFC 8628 §3.2). Show the user
/// [`DeviceLogin::user_code`] and [`DeviceLogin::verification_uri`].
///
/// It is bound to the client that started it. A client of another provider, or with another id,
/// environment, origin, endpoint or other URL variables, cannot finish it: the operation returns an
/// error and sends nothing.
///
/// It serializes to a map, for programs that do not keep running meanwhile. It holds a secret (the
/// device code), which `Debug` does not show.
#[derive(Clone, PartialEq)]
pub struct DeviceLogin {
    pub(crate) provider: String,
    pub(crate) device_code: Secret,
    pub(crate) user_code: String,
    pub(crate) verification_uri: String,
    pub(crate) verification_uri_complete: Option<String>,
    /// What was asked for, joined by one space each.
    pub(crate) scope: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires_at: u64,
    /// Seconds between two requests, as asked for so far.
    pub(crate) interval: u64,
    pub(crate) binding: Binding,
}

impl DeviceLogin {
    /// The module name of the provider, such as `acme`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The code that the user enters.
    #[must_use]
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// The URL of the page on which the user enters it. It is short enough to type.
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        &self.verification_uri
    }

    /// The same URL with the code in it, for a QR code, if the provider has one. Show the code next
    /// to it: the user compares it with the code on the page (RFC 8628 §3.3.1).
    #[must_use]
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_deref()
    }

    /// When the codes expire, in whole seconds. Where the provider never tells, it is the end of the
    /// year 9999, and the answer to a poll tells of it.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.expires_at.min(LAST_SECOND))
    }

    /// Whether the codes have expired.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.expires_at() <= SystemTime::now()
    }

    /// How long to wait before the next poll. It grows when the provider asks to slow down or the
    /// network fails, and does not shrink again (RFC 8628 §3.5).
    #[must_use]
    pub fn interval(&self) -> Duration {
        Duration::from_secs(self.interval)
    }

    /// How long the codes are good for still, in whole seconds, as they were counted.
    pub(crate) fn remaining(&self) -> Duration {
        let last = self.expires_at.min(LAST_SECOND);
        Duration::from_secs(last.saturating_sub(unix_seconds(SystemTime::now())))
    }
}

impl fmt::Debug for DeviceLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeviceLogin")
            .field("provider", &self.provider)
            .field("device_code", &self.device_code)
            .field("user_code", &self.user_code)
            .field("verification_uri", &self.verification_uri)
            .field("verification_uri_complete", &self.verification_uri_complete)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .field("interval", &self.interval)
            .field("bound_to", &self.binding)
            .finish()
    }
}

impl Serialize for DeviceLogin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(10))?;
        map.serialize_entry("provider", &self.provider)?;
        map.serialize_entry("device_code", self.device_code.expose())?;
        map.serialize_entry("user_code", &self.user_code)?;
        map.serialize_entry("verification_uri", &self.verification_uri)?;
        map.serialize_entry("verification_uri_complete", &self.verification_uri_complete)?;
        map.serialize_entry("scope", &self.scope)?;
        map.serialize_entry("expires_at", &self.expires_at)?;
        map.serialize_entry("interval", &self.interval)?;
        self.binding.serialize(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for DeviceLogin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut provider, mut device_code, mut user_code) = (None, None, None);
        let (mut verification_uri, mut verification_uri_complete) = (None, None);
        let (mut scope, mut expires_at, mut interval) = (None, None, None);
        let mut binding = StoredBinding::default();
        for (name, value) in stored::members("device login", Json::deserialize(deserializer)?)? {
            match name.as_str() {
                "provider" => provider = stored::text(&name, value)?,
                "device_code" => device_code = stored::secret(&name, value)?,
                "user_code" => user_code = stored::text(&name, value)?,
                "verification_uri" => verification_uri = stored::text(&name, value)?,
                "verification_uri_complete" => {
                    verification_uri_complete = stored::text(&name, value)?;
                }
                "scope" => scope = stored::text(&name, value)?,
                "expires_at" => expires_at = stored::seconds(&name, value)?,
                "interval" => interval = stored::seconds(&name, value)?,
                _ => binding.read(&name, value)?,
            }
        }
        let missing = D::Error::missing_field;
        Ok(DeviceLogin {
            provider: provider.ok_or_else(|| missing("provider"))?,
            device_code: device_code.ok_or_else(|| missing("device_code"))?,
            user_code: user_code.ok_or_else(|| missing("user_code"))?,
            verification_uri: verification_uri.ok_or_else(|| missing("verification_uri"))?,
            verification_uri_complete,
            scope,
            expires_at: expires_at.ok_or_else(|| missing("expires_at"))?,
            interval: interval.ok_or_else(|| missing("interval"))?,
            binding: binding.finish()?,
        })
    }
}
