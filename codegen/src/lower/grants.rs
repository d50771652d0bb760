//! Grants, logins and callbacks.

use std::collections::BTreeMap;

use oauth_atlas_description::{GrantKind, owned};

use crate::decode::{Entry, Maybe, Spanned, Table};
use crate::lower::answers::token_response;
use crate::lower::assertions::assertion;
use crate::lower::endpoints::{endpoint, fills_own_name};
use crate::lower::{cited, flag, names, or, pairs, text, texts};
use crate::model;
use crate::name;
use crate::spec;

/// A grant of the standard, as far as its key says no more.
fn grant(
    kind: GrantKind,
    requires: &crate::decode::List<String>,
    grant_type: &Maybe<Spanned<String>>,
) -> owned::Grant {
    owned::Grant {
        kind,
        grant_type: grant_type.given().map(|given| own_type(&given.value)),
        requires: names(requires),
        ..owned::Grant::default()
    }
}

/// The value of `grant_type`; nothing where it is not sent.
fn own_type(given: &str) -> String {
    match given {
        "none" => String::new(),
        other => other.to_owned(),
    }
}

/// The parameters of a grant: those that are always sent, and those that the caller may add.
fn add_parameters(to: &mut owned::Grant, given: &Table<spec::GrantParameter>) {
    for one in &given.0 {
        match one.value.value.given() {
            Some(value) => to.parameters.push((one.key.clone(), value.value.clone())),
            None if one.value.is_option() => to.options.push(one.key.clone()),
            None => to.arguments.push(one.key.clone()),
        }
    }
}

/// What documents the parameters that the caller may add to each grant's request, by its key.
pub(super) fn options(grants: &spec::Grants) -> BTreeMap<String, Vec<model::GrantOption>> {
    let standard = grants.parameters().into_iter();
    let standard = standard.filter(|(kind, _)| *kind != GrantKind::Extension);
    let standard = standard.map(|(kind, table)| (format!("grants.{}", kind.word()), table));
    let extensions = grants.extensions.0.iter();
    let extensions = extensions.map(|one| {
        let key = format!("grants.extensions.{}", one.key);
        (key, &one.value.parameters)
    });
    let mut all = BTreeMap::new();
    for (key, table) in standard.chain(extensions) {
        let options = table.0.iter().filter(|one| one.value.is_option());
        let options: Vec<_> = options.map(option).collect();
        if !options.is_empty() {
            all.insert(key, options);
        }
    }
    all
}

fn option(one: &Entry<spec::GrantParameter>) -> model::GrantOption {
    model::GrantOption {
        name: one.key.clone(),
        description: text(&one.value.description),
        sources: cited(&one.value.source),
    }
}

/// What documents the parameters that the caller gives.
fn arguments<'g>(
    given: impl Iterator<Item = &'g Entry<spec::GrantParameter>>,
) -> Option<Vec<model::Argument>> {
    let argument = |one: &Entry<spec::GrantParameter>| {
        Some(model::Argument {
            name: one.key.clone(),
            argument: name::method(&one.key)?,
            description: text(&one.value.description),
            sources: cited(&one.value.source),
        })
    };
    given.map(argument).collect()
}

/// How a grant is answered that is answered in its own way.
fn answers(given: &Maybe<spec::TokenResponse>) -> Option<owned::TokenResponse> {
    let given = given.given()?;
    Some(token_response(Some(given)).value)
}

/// A grant of which little more is said than that it is there.
pub(super) fn plain_grant(
    kind: GrantKind,
    given: &spec::ClientCredentials,
) -> model::ClientCredentials {
    let mut value = grant(kind, &given.requires, &given.grant_type);
    value.rename = pairs(&given.rename);
    add_parameters(&mut value, &given.parameters);
    value.endpoint = given.endpoint.given().map(|own| endpoint(own).value);
    value.token_response = answers(&given.token_response);
    // The scope was asked for when the device began, so RFC 8628 §3.4 does not send it again.
    value.repeats_scope =
        kind == GrantKind::DeviceCode && value.requires.iter().any(|name| name == "scope");
    model::ClientCredentials {
        value,
        description: text(&given.description),
        sources: cited(&given.source),
    }
}

pub(super) fn refresh_token(given: &spec::RefreshToken) -> model::RefreshToken {
    let standard = owned::Provider::default();
    let mut lowered = model::RefreshToken {
        value: owned::Grant {
            repeats_scope: flag(&given.repeats_scope),
            repeats_redirect_uri: flag(&given.repeats_redirect_uri),
            token_response: answers(&given.token_response),
            ..grant(GrantKind::RefreshToken, &given.requires, &given.grant_type)
        },
        rotation: standard.rotation,
        ends_access_token: standard.ends_access_token,
        description: text(&given.description),
        sources: cited(&given.source),
    };
    add_parameters(&mut lowered.value, &given.parameters);
    or(&given.rotation, &mut lowered.rotation);
    or(&given.ends_access_token, &mut lowered.ends_access_token);
    lowered
}

pub(super) fn extension(entry: &Entry<spec::Extension>) -> Option<model::Extension> {
    let parameters = entry.value.parameters.0.iter();
    let own = entry.value.endpoint.given().map(endpoint);
    let mut value = owned::Grant {
        kind: GrantKind::Extension,
        name: entry.key.clone(),
        grant_type: Some(own_type(&entry.value.grant_type.value)),
        endpoint: own.map(|endpoint| endpoint.value),
        token_response: answers(&entry.value.token_response),
        assertion: entry.value.assertion.given().map(assertion),
        ..owned::Grant::default()
    };
    add_parameters(&mut value, &entry.value.parameters);
    Some(model::Extension {
        value,
        method: name::method(&entry.key)?,
        description: entry.value.description.0.clone(),
        arguments: arguments(parameters.filter(|one| one.value.is_argument()))?,
        sources: cited(&entry.value.source),
    })
}

pub(super) fn state(state: Option<&spec::State>) -> model::State {
    let mut value = owned::StateRules::default();
    if let Some(state) = state {
        value.max_length = state.max_length.given().map(|length| length.value.0 as u64);
        or(&state.echoed, &mut value.echoed);
    }
    model::State {
        value,
        description: None,
        sources: state.map(|state| cited(&state.source)).unwrap_or_default(),
    }
}

pub(super) fn callback(callback: Option<&spec::Callback>) -> model::Callback {
    let mut value = owned::CallbackRules::default();
    let Some(callback) = callback else {
        return model::Callback {
            value,
            description: None,
            sources: Vec::new(),
        };
    };
    for entry in &callback.rename.0 {
        let place = match entry.key.as_str() {
            "code" => &mut value.code,
            "state" => &mut value.state,
            "error" => &mut value.error,
            "error_description" => &mut value.error_description,
            // No other parameter can be renamed, which was checked.
            _ => continue,
        };
        place.clone_from(&entry.value);
    }
    or(&callback.code, &mut value.code_presence);
    value.signature = callback.signature.given().map(|one| one.value);
    model::Callback {
        value,
        description: None,
        sources: cited(&callback.source),
    }
}

pub(super) fn capture(spec: &spec::Spec, entry: &Entry<spec::Capture>) -> Option<model::Capture> {
    let capture = &entry.value;
    let variable = capture.variable.given();
    let variable = variable.map(|variable| variable.value.clone());
    let own = fills_own_name(spec, entry).then(|| entry.key.clone());
    Some(model::Capture {
        value: owned::Capture {
            name: entry.key.clone(),
            from: capture.from.value,
            path: capture.name.value.clone(),
            required: flag(&capture.required),
            secret: flag(&capture.secret),
            relay: capture.relay.given().map(|relay| relay.value.clone()),
            variable: variable.or(own),
            allowed_hosts: texts(&capture.allowed_hosts),
        },
        type_name: name::type_name(&entry.key)?,
        description: capture.description.0.clone(),
        sources: cited(&capture.source),
    })
}

pub(super) fn authorization_code(given: &spec::AuthorizationCode) -> model::AuthorizationCode {
    let mut pkce = owned::PkceRules::default();
    or(&given.pkce, &mut pkce.status);
    or(&given.challenge, &mut pkce.challenge);
    or(&given.pkce_clients, &mut pkce.clients);
    let mut value = grant(
        GrantKind::AuthorizationCode,
        &given.requires,
        &given.grant_type,
    );
    add_parameters(&mut value, &given.parameters);
    value.repeats_scope = flag(&given.repeats_scope);
    model::AuthorizationCode {
        value,
        pkce,
        description: text(&given.description),
        sources: cited(&given.source),
    }
}
