//! Which keys of the language say that a provider leaves the plain path.
//!
//! A key is a quirk unless it is listed as plain, so that a new key is found without being added
//! here. For some keys it depends on what they say: a separator that is a space is none.

use std::collections::{BTreeMap, BTreeSet};

use oauth_atlas_codegen::guide::{Guide, Use};
use oauth_atlas_codegen::model::{Provider, owned};

/// Records that say what is known, where it is known from, or that open a key counted by itself.
const PLAIN_RECORDS: &[&str] = &[
    "Bundle",
    "Clients",
    "Conflict",
    "Environment",
    "ErrorCode",
    "ErrorRule",
    "Example",
    "ExampleRequest",
    "ExampleResponse",
    "Extension",
    "GrantParameter",
    "Header",
    "Lifetimes",
    "Note",
    "Parameter",
    "Partial",
    "RefreshExpiry",
    "Remark",
    "ScopeGroup",
    "Source",
    "Variable",
    "Version",
];

const PLAIN_KEYS: &[&str] = &[
    "Api.url",
    "AuthorizationCode.authorization_requires",
    "AuthorizationCode.pkce",
    "AuthorizationCode.requires",
    "AuthorizationEndpoint.url",
    "Capture.from",
    "Capture.name",
    "Capture.required",
    "Client.auth",
    "ClientCredentials.requires",
    "Endpoint.scope",
    "Endpoint.url",
    "Endpoints.authorization",
    "Endpoints.revocation",
    "Endpoints.token",
    "Endpoints.userinfo",
    "Grants.authorization_code",
    "Grants.client_credentials",
    "Grants.refresh_token",
    "RefreshToken.requires",
    "RefreshToken.rotation",
    "Scope.category",
    "Scope.rust_name",
    "Scopes.imported",
    "Scopes.partial",
    "Scopes.separator",
    "Scopes.values",
    "Spec.api",
    "Spec.callback",
    "Spec.clients",
    "Spec.conflicts",
    "Spec.documentation",
    "Spec.endpoints",
    "Spec.errors",
    "Spec.examples",
    "Spec.grants",
    "Spec.issuer",
    "Spec.lifetimes",
    "Spec.limits",
    "Spec.name",
    "Spec.notes",
    "Spec.offline",
    "Spec.scopes",
    "Spec.sources",
    "Spec.state",
    "Spec.summary",
    "Spec.token_response",
    "TokenLifetime.value",
    "TokenResponse.fields",
];

/// Keys that every record may have.
const REMARKS: &[&str] = &["description", "source"];

/// A key of the language that a provider deviates by.
#[derive(Debug)]
pub struct Quirk {
    /// The record and the key: `Endpoint.rename`.
    pub name: String,
    pub record: &'static str,
    pub key: &'static str,
    /// What the key says.
    pub about: &'static str,
    /// The modules of the providers that use it.
    users: BTreeSet<String>,
}

#[derive(Debug)]
pub struct Quirks(Vec<Quirk>);

impl Quirks {
    pub fn of(providers: &[&Provider], guide: &Guide, uses: &[Use]) -> Self {
        let by_id: BTreeMap<_, _> = providers
            .iter()
            .map(|provider| (provider.id.as_str(), *provider))
            .collect();
        let keys = guide
            .records
            .iter()
            .flat_map(|record| record.keys.iter().map(|key| (record.name, key)));
        let quirks = keys
            .map(|(record, key)| {
                let name = format!("{record}.{}", key.name);
                let users = uses
                    .iter()
                    .filter(|used| used.record == record && used.key == key.name)
                    .filter_map(|used| by_id.get(used.provider.as_str()))
                    .filter(|provider| deviates(&name, provider))
                    .map(|provider| provider.id.clone());
                Quirk {
                    users: users.collect(),
                    about: key.about.trim(),
                    key: key.name,
                    record,
                    name,
                }
            })
            .filter(|quirk| !is_plain(quirk) && !quirk.users.is_empty());
        Self(quirks.collect())
    }

    /// In the order of the language.
    pub fn all(&self) -> &[Quirk] {
        &self.0
    }

    pub fn of_provider<'a>(&'a self, provider: &'a Provider) -> impl Iterator<Item = &'a Quirk> {
        let quirks = self.0.iter();
        quirks.filter(|quirk| quirk.users.contains(&provider.id))
    }
}

impl Quirk {
    /// How many providers use it.
    pub fn count(&self) -> usize {
        self.users.len()
    }
}

fn is_plain(quirk: &Quirk) -> bool {
    PLAIN_RECORDS.contains(&quirk.record)
        || PLAIN_KEYS.contains(&quirk.name.as_str())
        || REMARKS.contains(&quirk.key)
}

/// Whether what a provider's spec says under a key differs from what RFC 6749 says anyway.
fn deviates(name: &str, provider: &Provider) -> bool {
    let standard = owned::Provider::default();
    let grant = provider.authorization_code.as_ref();
    let (scopes, response) = (&provider.scopes, &provider.token_response);
    match name {
        "Api.header" => provider.api.header != standard.api.header,
        "Api.prefix" => provider.api.prefix != standard.api.prefix,
        "AuthorizationCode.challenge" => {
            grant.is_some_and(|grant| grant.pkce.challenge != standard.pkce.challenge)
        }
        "Endpoint.encoding" => {
            let standard = owned::Endpoint::default();
            provider.called_endpoints().any(|(_, endpoint)| {
                endpoint.method == standard.method && endpoint.encodings != standard.encodings
            })
        }
        "Separators.both" | "Separators.request" => {
            scopes.request_separators != standard.scopes.request_separators
        }
        "Separators.response" => scopes.response_separator != standard.scopes.response_separator,
        "TokenResponse.format" => response.format != standard.token_response.format,
        "State.echoed" => provider.state.echoed != standard.state.echoed,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plain_name_is_a_name_of_the_language() {
        let guide = Guide::new();
        for name in PLAIN_RECORDS {
            assert!(
                guide.records.iter().any(|record| record.name == *name),
                "there is no record {name}"
            );
        }
        for name in PLAIN_KEYS {
            let known = guide.records.iter().any(|record| {
                let mut keys = record.keys.iter();
                keys.any(|key| format!("{}.{}", record.name, key.name) == *name)
            });
            assert!(known, "there is no key {name}");
        }
    }
}
