//! Grants, logins and callbacks.

use crate::decode::{Entry, List, Maybe, Spanned, Table};
use crate::lower::endpoints::endpoint;
use crate::lower::{cited, flag, pairs, text, texts, value, values};
use crate::model;
use crate::name;
use crate::spec::{self, Challenge, Pkce, PkceClients};

pub(super) fn client_credentials(grant: &spec::ClientCredentials) -> model::ClientCredentials {
    model::ClientCredentials {
        requires: names(&grant.requires),
        description: text(&grant.description),
        sources: cited(&grant.source),
    }
}

/// The parameters that a request must have.
pub(super) fn names(names: &List<String>) -> Vec<String> {
    names.0.iter().map(|name| name.value.clone()).collect()
}

pub(super) fn extension(entry: &Entry<spec::Extension>) -> Option<model::Extension> {
    let given = entry
        .value
        .parameters
        .0
        .iter()
        .filter(|one| one.value.value.is_absent());
    let argument = |one: &Entry<spec::ExtensionParameter>| {
        Some(model::Argument {
            name: one.key.clone(),
            argument: name::method(&one.key)?,
            description: text(&one.value.description),
        })
    };
    Some(model::Extension {
        name: entry.key.clone(),
        method: name::method(&entry.key)?,
        description: entry.value.description.0.clone(),
        arguments: given.map(argument).collect::<Option<_>>()?,
        endpoint: entry.value.endpoint.given().map(endpoint),
        sources: cited(&entry.value.source),
    })
}

/// The rules of the grants that deviate, and of every extension.
pub(super) fn grant_rules(grants: &spec::Grants) -> Vec<model::GrantRules> {
    let mut rules = Vec::new();
    let mut add = |name: &str,
                   standard: &str,
                   grant_type: &Maybe<Spanned<String>>,
                   parameters: &Table<spec::Header>,
                   repeats_scope: bool| {
        let grant_type = match grant_type.given().map(|given| given.value.as_str()) {
            Some("none") => "",
            Some(other) => other,
            None => standard,
        };
        let parameters = values(parameters);
        if grant_type != standard || !parameters.is_empty() || repeats_scope {
            rules.push(model::GrantRules {
                name: name.to_owned(),
                grant_type: grant_type.to_owned(),
                parameters,
                endpoint: None,
                repeats_scope,
            });
        }
    };
    if let Some(grant) = grants.authorization_code.given() {
        let name = "authorization_code";
        add(name, name, &grant.grant_type, &grant.parameters, false);
    }
    if let Some(grant) = grants.refresh_token.given() {
        let name = "refresh_token";
        let repeats_scope = flag(&grant.repeats_scope);
        add(
            name,
            name,
            &grant.grant_type,
            &Table::default(),
            repeats_scope,
        );
    }
    if let Some(grant) = grants.device_code.given() {
        // The scope was asked for when the device began, so RFC 8628 §3.4 does not send it again.
        let repeats_scope = grant.requires.0.iter().any(|name| name.value == "scope");
        let standard = "urn:ietf:params:oauth:grant-type:device_code";
        let (none, nothing) = (Maybe::Absent, Table::default());
        add("device_code", standard, &none, &nothing, repeats_scope);
    }
    rules.extend(grants.extensions.0.iter().map(|entry| {
        let fixed = entry.value.parameters.0.iter().filter_map(|one| {
            let value = one.value.value.given()?;
            Some((one.key.clone(), value.value.clone()))
        });
        model::GrantRules {
            name: entry.key.clone(),
            grant_type: match entry.value.grant_type.value.as_str() {
                "none" => String::new(),
                other => other.to_owned(),
            },
            parameters: fixed.collect(),
            endpoint: entry.value.endpoint.given().map(endpoint),
            repeats_scope: false,
        }
    }));
    rules
}

pub(super) fn state(state: Option<&spec::State>) -> model::State {
    let max_length = state.and_then(|state| state.max_length.given());
    model::State {
        max_length: max_length.map(|length| length.value.0),
        echoed: state.is_none_or(|state| value(&state.echoed, true)),
        sources: state.map(|state| cited(&state.source)).unwrap_or_default(),
    }
}

pub(super) fn callback(callback: Option<&spec::Callback>) -> model::Callback {
    model::Callback {
        rename: callback
            .map(|callback| pairs(&callback.rename))
            .unwrap_or_default(),
        errors: callback
            .map(|callback| pairs(&callback.errors))
            .unwrap_or_default(),
        signature: callback
            .and_then(|callback| callback.signature.given())
            .map(|one| one.value),
        sources: callback
            .map(|callback| cited(&callback.source))
            .unwrap_or_default(),
    }
}

pub(super) fn capture(entry: &Entry<spec::Capture>) -> Option<model::Capture> {
    let capture = &entry.value;
    Some(model::Capture {
        name: entry.key.clone(),
        method: name::method(&entry.key)?,
        from: capture.from.value,
        path: capture.name.value.clone(),
        required: flag(&capture.required),
        secret: flag(&capture.secret),
        relay: capture.relay.given().map(|relay| relay.value.clone()),
        variable: capture
            .variable
            .given()
            .map(|variable| variable.value.clone()),
        allowed_hosts: texts(&capture.allowed_hosts),
        description: capture.description.0.clone(),
        sources: cited(&capture.source),
    })
}

pub(super) fn authorization_code(grant: &spec::AuthorizationCode) -> model::AuthorizationCode {
    model::AuthorizationCode {
        pkce: value(&grant.pkce, Pkce::Unknown),
        challenge: value(&grant.challenge, Challenge::S256),
        pkce_clients: value(&grant.pkce_clients, PkceClients::All),
        redirect_uri_required: grant
            .requires
            .0
            .iter()
            .chain(&grant.authorization_requires.0)
            .any(|parameter| parameter.value == "redirect_uri"),
        requires: names(&grant.requires),
        authorization_requires: names(&grant.authorization_requires),
        description: text(&grant.description),
        sources: cited(&grant.source),
    }
}
