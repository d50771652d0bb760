//! A login between its start and its callback.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use serde_core::de::Error as _;
use serde_core::ser::SerializeMap as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::client::handle::Core;
use crate::error::{CallbackProblem, Details, Error, ErrorKind};
use crate::kept::binding::{Binding, Start, StoredBinding};
#[cfg(feature = "jose")]
use crate::kept::token_set;
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::request::pkce::{is_code_verifier, is_state};
use crate::text::clock::unix_seconds;
use crate::text::json::Json;
use crate::text::secret::Secret;
use crate::text::stored;

/// How long a login may take, in seconds: an hour. No RFC says; users fetch a second factor or a
/// colleague, and a state that is never forgotten is a state that can be stolen later.
pub(crate) const LONGEST_LOGIN: u64 = 3600;

/// How far the clocks of two machines may be apart, in seconds, one of which starts a login and the
/// other finishes it.
const CLOCK_SKEW: u64 = 60;

/// A started login. Keep it in the user's session until the callback.
///
/// It belongs to one user: its `state` distinguishes this user's callback from a forged one. It
/// serializes to a map and holds secrets (the PKCE verifier), so a cookie that carries it must be
/// encrypted and authenticated. It is valid for an hour and for one callback. `Debug` shows no
/// secret.
///
/// # Several tabs
///
/// A user who starts a login in two tabs has two pending logins. Keep both, by `state`:
///
/// ```
/// use std::collections::HashMap;
///
/// use oauth_atlas_runtime::{Callback, Login, Pending};
///
/// /// What the user's session holds.
/// type Logins = HashMap<String, Pending>;
///
/// fn started(session: &mut Logins, login: Login) -> String {
///     session.retain(|_, pending| !pending.is_expired());
///     session.insert(login.pending.state().to_owned(), login.pending);
///     login.url
/// }
///
/// fn answered(session: &mut Logins, callback: &Callback) -> Option<Pending> {
///     session.remove(callback.state()?)
/// }
/// ```
///
/// Keep the map in the session. In a map shared by all users, one user's callback would find
/// another's login, which is the forgery that `state` prevents (RFC 6749 §10.12). The time that the
/// lookup takes reveals nothing new to the session's own user, and
/// [`Core::finish`](crate::Core::finish) compares the states again in constant time.
///
/// # Mix-up
///
/// In a mix-up attack (RFC 9700 §4.4), a user starts a login at a server that an attacker controls
/// and returns from another one, whose code the client then sends to the attacker. It affects every
/// program that logs users in at more than one server: at several providers, or at several
/// self-hosted servers of one provider. Three measures prevent it:
///
/// - A login is bound to the client that started it: provider, environment, client id, redirect
///   URI, origin, replaced endpoints, and the variables of the URLs that the login needs.
///   [`Core::finish`](crate::Core::finish) refuses another client's before it sends anything.
/// - If the provider's spec has an issuer, a callback with another `iss` is rejected. If the
///   provider always sends `iss`, a callback without it is rejected too (RFC 9207 §2.4).
/// - If a provider sends no `iss`, only the redirect URI distinguishes the servers (RFC 9700
///   §4.4.2.2). This is the program's responsibility.
///
/// A program that uses several servers therefore
///
/// - registers a different redirect URI at each, such as `/callback/acme`,
/// - finishes a login only with a `Pending` that was started with the redirect URI at which the
///   callback arrived, and
/// - finds the client by what it stored in the user's session beside the `Pending`, never by a
///   parameter of the callback.
#[derive(Clone, PartialEq)]
pub struct Pending {
    /// Known to the library, unless the login was stored.
    pub(crate) provider: Cow<'static, str>,
    pub(crate) state: Secret,
    pub(crate) code_verifier: Option<Secret>,
    /// What the ID token must repeat (OpenID Connect Core §3.1.2.1).
    pub(crate) nonce: Option<Secret>,
    /// How long ago the user may have logged in, in seconds (OpenID Connect Core §3.1.2.1).
    pub(crate) max_age: Option<u64>,
    /// What the tokens are for, which the exchange of the code repeats (RFC 8707 §2.2).
    pub(crate) resource: Option<String>,
    /// What the tokens will be bound to (RFC 9449 §10).
    #[cfg(feature = "jose")]
    pub(crate) dpop_key: Option<DpopKey>,
    pub(crate) redirect_uri: Option<String>,
    /// Joined by one space each.
    pub(crate) scope: Option<String>,
    /// Seconds since 1970.
    pub(crate) created_at: u64,
    pub(crate) binding: Binding,
}

impl Pending {
    /// The module name of the provider, such as `acme`, for a callback that several providers
    /// share.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The `state` that the callback must return: the key for programs that keep several logins
    /// ([several tabs](Pending#several-tabs)). Do not log it: whoever knows it can forge this
    /// user's callback.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// Whether the login was started more than an hour ago and can be discarded.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.is_expired_at(SystemTime::now())
    }

    /// The redirect URI without its query, in which the state travels at some providers.
    fn shown_redirect_uri(&self) -> Option<&str> {
        let uri = self.redirect_uri.as_deref()?;
        Some(uri.split_once('?').map_or(uri, |(uri, _)| uri))
    }

    /// Checks that this client started the login, within the last hour, and that it is as it was
    /// then.
    pub(crate) fn check(&self, core: &Core, now: SystemTime) -> Result<(), Error> {
        match self.problem(core, now) {
            None => Ok(()),
            Some((problem, message)) => {
                let details = Details::new(core.provider(), ErrorKind::Callback(problem));
                Err(match message {
                    Some(message) => details.message(message).into(),
                    None => details.into(),
                })
            }
        }
    }

    fn problem(
        &self,
        core: &Core,
        now: SystemTime,
    ) -> Option<(CallbackProblem, Option<Cow<'static, str>>)> {
        if self.provider != core.provider().id {
            return Some((CallbackProblem::OtherProvider, None));
        }
        if let Some(message) = self.altered(now) {
            return Some((CallbackProblem::Altered, Some(message.into())));
        }
        if self.is_expired_at(now) {
            return Some((CallbackProblem::Expired, None));
        }
        let difference = self.binding.difference(core, Start::Authorization)?;
        Some((CallbackProblem::OtherClient, Some(difference.into())))
    }

    /// What this library would not have stored.
    fn altered(&self, now: SystemTime) -> Option<&'static str> {
        let verifier = self.code_verifier.as_ref();
        if !is_state(self.state.expose()) {
            return Some("`state` is not one that this library makes");
        }
        if verifier.is_some_and(|verifier| !is_code_verifier(verifier.expose())) {
            return Some("`code_verifier` is none (RFC 7636 §4.1)");
        }
        if self
            .nonce
            .as_ref()
            .is_some_and(|nonce| !is_state(nonce.expose()))
        {
            return Some("`nonce` is not one that this library makes");
        }
        if self.created_at > unix_seconds(now).saturating_add(CLOCK_SKEW) {
            return Some("`created_at` is in the future");
        }
        None
    }

    fn is_expired_at(&self, now: SystemTime) -> bool {
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
            .field("nonce", &self.nonce)
            .field("redirect_uri", &self.shown_redirect_uri())
            .field("scope", &self.scope)
            .field("created_at", &self.created_at)
            .field("bound_to", &self.binding)
            .finish()
    }
}

impl Serialize for Pending {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let optional = [
            self.nonce.is_some(),
            self.max_age.is_some(),
            self.resource.is_some(),
        ];
        let length = 8 + optional.into_iter().filter(|is_there| *is_there).count();
        #[cfg(feature = "jose")]
        let length = length + usize::from(self.dpop_key.is_some());
        let mut map = serializer.serialize_map(Some(length))?;
        map.serialize_entry("provider", &*self.provider)?;
        map.serialize_entry("state", self.state.expose())?;
        map.serialize_entry(
            "code_verifier",
            &self.code_verifier.as_ref().map(Secret::expose),
        )?;
        if let Some(nonce) = &self.nonce {
            map.serialize_entry("nonce", nonce.expose())?;
        }
        if let Some(max_age) = &self.max_age {
            map.serialize_entry("max_age", max_age)?;
        }
        if let Some(resource) = &self.resource {
            map.serialize_entry("resource", resource)?;
        }
        #[cfg(feature = "jose")]
        if let Some(key) = &self.dpop_key {
            map.serialize_entry("dpop_key", key)?;
        }
        map.serialize_entry("redirect_uri", &self.redirect_uri)?;
        map.serialize_entry("scope", &self.scope)?;
        map.serialize_entry("created_at", &self.created_at)?;
        self.binding.serialize(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Pending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (mut provider, mut state, mut created_at) = (None, None, None);
        let (mut code_verifier, mut redirect_uri, mut scope) = (None, None, None);
        let (mut nonce, mut max_age, mut resource) = (None, None, None);
        #[cfg(feature = "jose")]
        let mut dpop_key = None;
        let mut binding = StoredBinding::default();
        for (name, value) in stored::members("pending login", Json::deserialize(deserializer)?)? {
            match name.as_str() {
                "provider" => provider = stored::text(&name, value)?,
                "state" => state = stored::secret(&name, value)?,
                "code_verifier" => code_verifier = stored::secret(&name, value)?,
                "nonce" => nonce = stored::secret(&name, value)?,
                "max_age" => max_age = stored::seconds(&name, value)?,
                "resource" => resource = stored::text(&name, value)?,
                #[cfg(feature = "jose")]
                "dpop_key" => dpop_key = token_set::stored::dpop_key(&name, value)?,
                "redirect_uri" => redirect_uri = stored::text(&name, value)?,
                "scope" => scope = stored::text(&name, value)?,
                "created_at" => created_at = stored::seconds(&name, value)?,
                _ => binding.read(&name, value)?,
            }
        }
        let missing = D::Error::missing_field;
        Ok(Pending {
            provider: Cow::Owned(provider.ok_or_else(|| missing("provider"))?),
            state: state.ok_or_else(|| missing("state"))?,
            code_verifier,
            nonce,
            max_age,
            resource,
            #[cfg(feature = "jose")]
            dpop_key,
            redirect_uri,
            scope,
            created_at: created_at.ok_or_else(|| missing("created_at"))?,
            binding: binding.finish()?,
        })
    }
}

#[cfg(test)]
mod tests;
