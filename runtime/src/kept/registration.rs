//! What a provider has registered a client with.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::provider::ClientAuth;
use crate::text::json::Json;
use crate::text::member_path;
use crate::text::secret::Secret;
use crate::text::stored;

/// A client that the provider has registered for this program (RFC 7591 §3.2.1).
///
/// It serializes to a map and holds secrets, as a [`TokenSet`](crate::TokenSet) does. Keep it with
/// the program's other secrets and register only once: a client made
/// [`with_registration`](crate::Core::with_registration) is the same one after a restart. `Debug`
/// shows no secret.
#[derive(Clone, PartialEq)]
pub struct Registration {
    /// Known to the library, unless the registration was stored.
    pub(crate) provider: Cow<'static, str>,
    /// The URL of the endpoint that it comes from.
    pub(crate) endpoint: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) access_token: Option<Secret>,
    /// All other members of the response.
    pub(crate) members: Vec<(String, Json)>,
}

impl Registration {
    /// The module name of the provider, such as `acme`.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The client secret, or `None` for a public client or one with a key.
    #[must_use]
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// When the client secret expires, or `None` if it does not.
    #[must_use]
    pub fn client_secret_expires_at(&self) -> Option<SystemTime> {
        let seconds = self.get("client_secret_expires_at")?.as_u64()?;
        // RFC 7591 §3.2.1: 0 means never.
        let seconds = Some(seconds).filter(|seconds| *seconds > 0)?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// Whether the client secret has expired, so that the program has to register again.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        let expiry = self.client_secret_expires_at();
        expiry.is_some_and(|expiry| expiry <= SystemTime::now())
    }

    /// The client authentication method at the token endpoint, as the provider registered it.
    /// `None` if the provider does not tell it, or by a name that this library does not know.
    #[must_use]
    pub fn client_auth(&self) -> Option<ClientAuth> {
        let word = self.text("token_endpoint_auth_method")?;
        let mut standard = ClientAuth::ALL.iter();
        standard
            .find(|method| method.registered_as() == Some(method.word()) && method.word() == word)
            .copied()
    }

    /// Whether the provider lets the program read, change and delete the registration (RFC 7592).
    #[must_use]
    pub fn is_manageable(&self) -> bool {
        self.access_token.is_some() && self.management_url().is_some()
    }

    /// The token that reads, changes and deletes the registration (RFC 7592 §3). No request to
    /// another endpoint has it.
    #[must_use]
    pub fn registration_access_token(&self) -> Option<&Secret> {
        self.access_token.as_ref()
    }

    /// Another member of the response, such as `redirect_uris`: the provider may have registered
    /// other metadata than it was asked for (RFC 7591 §3.2.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        member_path::find_name(&self.members, name)
    }

    pub(crate) fn management_url(&self) -> Option<&str> {
        self.text("registration_client_uri")
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.members.iter().map(|(name, _)| name);
        formatter
            .debug_struct("Registration")
            .field("provider", &self.provider)
            .field("endpoint", &self.endpoint)
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("registration_access_token", &self.access_token)
            .field("members", &names.collect::<Vec<_>>())
            .finish()
    }
}

impl Serialize for Registration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("provider", &*self.provider)?;
        map.serialize_entry("endpoint", &self.endpoint)?;
        map.serialize_entry("client_id", &self.client_id)?;
        let secret = self.client_secret.as_ref().map(Secret::expose);
        map.serialize_entry("client_secret", &secret)?;
        let token = self.access_token.as_ref().map(Secret::expose);
        map.serialize_entry("registration_access_token", &token)?;
        map.serialize_entry("members", &Members(&self.members))?;
        map.end()
    }
}

struct Members<'a>(&'a [(String, Json)]);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Registration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut provider, mut endpoint, mut client_id) = (None, None, None);
        let (mut client_secret, mut access_token) = (None, None);
        let mut members = Vec::new();
        for (name, value) in stored::members("registration", Json::deserialize(deserializer)?)? {
            match name.as_str() {
                "provider" => provider = stored::text(&name, value)?,
                "endpoint" => endpoint = stored::text(&name, value)?,
                "client_id" => client_id = stored::text(&name, value)?,
                "client_secret" => client_secret = stored::secret(&name, value)?,
                "registration_access_token" => access_token = stored::secret(&name, value)?,
                "members" => members = stored::members(&name, value)?,
                _ => {}
            }
        }
        let missing = D::Error::missing_field;
        Ok(Self {
            provider: Cow::Owned(provider.ok_or_else(|| missing("provider"))?),
            endpoint: endpoint.ok_or_else(|| missing("endpoint"))?,
            client_id: client_id.ok_or_else(|| missing("client_id"))?,
            client_secret,
            access_token,
            members,
        })
    }
}
