//! Grants, logins and callbacks.

use oauth_atlas_description::{GrantKind, owned};

use crate::decode::{Entry, Maybe, Spanned};
use crate::lower::answers::token_response;
use crate::lower::endpoints::{endpoint, fills_own_name};
use crate::lower::{cited, flag, names, or, pairs, text, texts, values};
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
            ..grant(GrantKind::RefreshToken, &given.requires, &given.grant_type)
        },
        rotation: standard.rotation,
        ends_access_token: standard.ends_access_token,
        description: text(&given.description),
        sources: cited(&given.source),
    };
    or(&given.rotation, &mut lowered.rotation);
    or(&given.ends_access_token, &mut lowered.ends_access_token);
    lowered
}

pub(super) fn extension(entry: &Entry<spec::Extension>) -> Option<model::Extension> {
    let parameters = &entry.value.parameters.0;
    let given = parameters.iter().filter(|one| one.value.value.is_absent());
    let fixed = parameters.iter().filter_map(|one| {
        let value = one.value.value.given()?;
        Some((one.key.clone(), value.value.clone()))
    });
    let argument = |one: &Entry<spec::ExtensionParameter>| {
        Some(model::Argument {
            argument: name::method(&one.key)?,
            description: text(&one.value.description),
        })
    };
    let own = entry.value.endpoint.given().map(endpoint);
    Some(model::Extension {
        value: owned::Grant {
            kind: GrantKind::Extension,
            name: entry.key.clone(),
            grant_type: Some(own_type(&entry.value.grant_type.value)),
            parameters: fixed.collect(),
            arguments: given.clone().map(|one| one.key.clone()).collect(),
            endpoint: own.map(|endpoint| endpoint.value),
            token_response: answers(&entry.value.token_response),
            ..owned::Grant::default()
        },
        method: name::method(&entry.key)?,
        description: entry.value.description.0.clone(),
        arguments: given.map(argument).collect::<Option<_>>()?,
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
    model::AuthorizationCode {
        value: owned::Grant {
            parameters: values(&given.parameters),
            ..grant(
                GrantKind::AuthorizationCode,
                &given.requires,
                &given.grant_type,
            )
        },
        pkce,
        description: text(&given.description),
        sources: cited(&given.source),
    }
}
