//! What a login is bound to: the client that started it and the server that it was started at.

use std::borrow::Cow;
use std::fmt;

use oauth_atlas_description::Template;
use serde_core::de::Error;
use serde_core::ser::SerializeMap;
use serde_core::{Serialize, Serializer};
use url::Url;

use crate::client::handle::Core;
use crate::error::EndpointKind;
use crate::provider::{GrantKind, Provider};
use crate::text::json::Json;
use crate::text::printable::printable;
use crate::text::secret::Secret;
use crate::text::stored;

/// What has to be the same where a login is started and where it is finished: all that decides who
/// the client is, and which server the code, its verifier and the client's secret are sent to.
///
/// Each value is stored as it is, so that an error can tell what differs. None is a secret.
#[derive(Clone, PartialEq)]
pub(crate) struct Binding {
    /// By what errors call them.
    settings: Vec<Setting>,
    /// Of the URLs that the login needs, by their names.
    variables: Vec<Setting>,
}

/// A name, which the library knows unless it was stored, and a value.
type Setting = (Cow<'static, str>, String);

/// The first endpoint of a login.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Authorization,
    Device,
}

impl Start {
    fn endpoint(self) -> EndpointKind {
        match self {
            Self::Authorization => EndpointKind::Authorization,
            Self::Device => EndpointKind::DeviceAuthorization,
        }
    }

    /// The grant that ends the login.
    fn grant(self) -> GrantKind {
        match self {
            Self::Authorization => GrantKind::AuthorizationCode,
            Self::Device => GrantKind::DeviceCode,
        }
    }
}

impl Binding {
    /// What a login of this client is bound to. `chosen` are the variables that this login alone
    /// sets.
    pub(crate) fn of(core: &Core, start: Start, chosen: &[(&'static str, Secret)]) -> Self {
        let settings = settings(core, start);
        let variables = variables(core, start).map(|(name, value)| {
            let chosen = chosen.iter().rev().find(|(other, _)| *other == name);
            let is_of_server = is_of_server(core.provider(), start, name);
            match chosen.filter(|_| is_of_server) {
                Some((_, chosen)) => (name, Some(chosen.expose())),
                None => (name, value),
            }
        });
        Self {
            settings: present(settings),
            variables: present(variables),
        }
    }

    /// How the client that wants to finish the login differs from the one that started it, if it
    /// does.
    pub(crate) fn difference(&self, core: &Core, start: Start) -> Option<String> {
        differing(&self.settings, settings(core, start))
            .or_else(|| differing(&self.variables, variables(core, start)))
    }
}

/// What a client was told that decides who it is and where it sends its requests.
fn settings(core: &Core, start: Start) -> impl Iterator<Item = (&'static str, Option<&str>)> {
    let configuration = core.configuration();
    let environments = configuration.provider.environments;
    let default = environments.first().map(|environment| environment.name);
    let given = |endpoint| configuration.given_url(endpoint).map(Url::as_str);
    let redirect_uri = configuration.redirect_uri.as_deref();
    [
        ("client id", Some(core.client_id())),
        (
            "redirect URI",
            redirect_uri.filter(|_| start == Start::Authorization),
        ),
        ("environment", configuration.environment.or(default)),
        (
            "origin",
            configuration.settings.origin_url().map(Url::as_str),
        ),
        ("first endpoint", given(start.endpoint())),
        ("token endpoint", given(EndpointKind::Token)),
    ]
    .into_iter()
}

/// The client's values of the variables in the URLs that the login needs.
fn variables(core: &Core, start: Start) -> impl Iterator<Item = (&'static str, Option<&str>)> {
    let configuration = core.configuration();
    let provider = configuration.provider;
    let first = provider.endpoint_url(start.endpoint());
    let needed = move |name: &str| {
        is_of_server(provider, start, name)
            || first.is_some_and(|url| is_needed(provider, name, url))
    };
    let variables = provider.variables.iter();
    variables
        .filter(move |variable| needed(variable.name))
        .map(|variable| {
            let mut set = configuration.variables.iter().rev();
            let set = set.find(|(name, _)| *name == variable.name);
            let value = set.map(|(_, value)| value.expose());
            (variable.name, value.or(variable.default))
        })
}

/// Whether a variable decides which server it is that gets the code. One that occurs in the first
/// endpoint alone may be a choice of the login, such as a language.
fn is_of_server(provider: &'static Provider, start: Start, name: &str) -> bool {
    let grant = provider.grant(start.grant());
    let own = grant.and_then(|grant| grant.endpoint);
    let token = own.or(provider.token.as_ref()).map(|endpoint| endpoint.url);
    let urls = [token, provider.issuer];
    let mut urls = urls.into_iter().flatten();
    urls.any(|url| is_needed(provider, name, url))
}

/// Whether a URL template has this variable, or a host that has it in some environment.
fn is_needed(provider: &'static Provider, name: &str, url: &str) -> bool {
    let hosts = provider.environments.iter().flat_map(|one| one.hosts);
    let mut inside = hosts.filter(|(host, _)| occurs(host, url));
    occurs(name, url) || inside.any(|(_, host)| occurs(name, host))
}

/// Whether a URL template has this variable.
fn occurs(name: &str, template: &str) -> bool {
    Template::of(template).has(name)
}

fn present<'a>(values: impl Iterator<Item = (&'static str, Option<&'a str>)>) -> Vec<Setting> {
    let mut present = Vec::with_capacity(values.size_hint().1.unwrap_or_default().min(4));
    let values = values.filter_map(|(name, value)| Some((name.into(), value?.to_owned())));
    present.extend(values);
    present
}

fn differing<'a>(
    stored: &[Setting],
    mut ours: impl Iterator<Item = (&'static str, Option<&'a str>)>,
) -> Option<String> {
    let theirs = |name: &str| {
        let mut stored = stored.iter();
        let found = stored.find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    };
    let (name, ours) = ours.find(|(name, ours)| theirs(name) != *ours)?;
    Some(match (theirs(name), ours) {
        (Some(theirs), Some(ours)) => format!(
            "it was started with {name} \"{}\", and this client has \"{}\"",
            shown(theirs),
            shown(ours)
        ),
        (Some(theirs), None) => format!(
            "it was started with {name} \"{}\", and this client has none",
            shown(theirs)
        ),
        (None, ours) => format!(
            "it was started without {name}, and this client has \"{}\"",
            shown(ours.unwrap_or_default())
        ),
    })
}

/// A value as a message may show it. A query may hold a state or a key.
fn shown(value: &str) -> String {
    let (value, _) = value.split_once('?').unwrap_or((value, ""));
    printable(value, &[])
}

impl fmt::Debug for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.settings.iter().chain(&self.variables);
        let all = all.map(|(name, value)| (name, shown(value)));
        formatter.debug_map().entries(all).finish()
    }
}

/// The names of the two members of a stored login that hold its binding.
pub(crate) const MEMBERS: [&str; 2] = ["client", "variables"];

impl Binding {
    /// Writes both members.
    pub(crate) fn serialize<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (name, texts) in MEMBERS.into_iter().zip([&self.settings, &self.variables]) {
            map.serialize_entry(name, &Texts(texts))?;
        }
        Ok(())
    }
}

struct Texts<'a>(&'a [Setting]);

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A binding that is being read.
#[derive(Default)]
pub(crate) struct StoredBinding([Option<Vec<Setting>>; 2]);

impl StoredBinding {
    /// Reads a member of a stored login, if it is one of the binding's.
    pub(crate) fn read<E: Error>(&mut self, name: &str, value: Json) -> Result<(), E> {
        if let Some(index) = MEMBERS.iter().position(|member| *member == name) {
            let texts = stored::texts(name, value)?.into_iter();
            self.0[index] = Some(texts.map(|(name, text)| (name.into(), text)).collect());
        }
        Ok(())
    }

    pub(crate) fn finish<E: Error>(self) -> Result<Binding, E> {
        let [settings, variables] = self.0;
        Ok(Binding {
            settings: settings.ok_or_else(|| E::missing_field(MEMBERS[0]))?,
            variables: variables.ok_or_else(|| E::missing_field(MEMBERS[1]))?,
        })
    }
}

#[cfg(test)]
mod tests;
