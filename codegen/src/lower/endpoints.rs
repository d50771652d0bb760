//! Environments, variables and endpoints.

use oauth_atlas_description::{Encoding, owned};

use crate::decode::{Entry, Many};
use crate::lower::answers::token_response;
use crate::lower::{cited, flag, many, or, pairs, text, texts, values};
use crate::model::{self, VariableKind};
use crate::name;
use crate::spec::{self, HttpMethod, Spec};

pub(super) fn environment(entry: &Entry<spec::Environment>) -> Option<model::Environment> {
    let hosts = entry.value.hosts.0.iter();
    Some(model::Environment {
        value: owned::Environment {
            name: entry.key.clone(),
            hosts: hosts
                .map(|host| (host.key.clone(), host.value.value.text.clone()))
                .collect(),
        },
        variant: name::variant(&entry.key)?,
        description: text(&entry.value.description),
        metadata: entry
            .value
            .metadata
            .given()
            .map(|name| name.value.0.clone()),
        sources: cited(&entry.value.source),
    })
}

pub(super) fn variable(spec: &Spec, entry: &Entry<spec::Variable>) -> Option<model::Variable> {
    let values = texts(&entry.value.values);
    let kind = match (values.first(), entry.value.kind.given()) {
        (Some(_), _) => VariableKind::OneOf,
        (None, kind) => kind?.value,
    };
    let suffixes = texts(&entry.value.suffixes);
    let below = |host: &str| match suffixes.first() {
        Some(suffix) => format!("acme.{}", suffix.trim_start_matches('.')),
        None => host.to_owned(),
    };
    let example = match (entry.value.example.given(), kind) {
        (Some(example), _) => example.value.clone(),
        (None, VariableKind::OneOf) => values.first().cloned().unwrap_or_default(),
        (None, VariableKind::BaseUrl) => format!("https://{}", below("api.example.com")),
        (None, VariableKind::Host) => below("auth.example.com"),
        (None, VariableKind::Label | VariableKind::Segment) => "acme".to_owned(),
        (None, VariableKind::Text | VariableKind::Secret) => entry.key.replace('_', "-"),
    };
    let default = entry.value.default.given();
    let authorization = spec.authorization();
    let in_authorization =
        authorization.is_some_and(|one| spec.has_variable(&one.url.value, &entry.key));
    let fills = spec.captures.0.iter().any(|capture| {
        capture
            .value
            .variable
            .given()
            .is_some_and(|variable| variable.value == entry.key)
    });
    Some(model::Variable {
        description: entry.value.description.0.clone(),
        method: name::method(&entry.key)?,
        example,
        choice: match entry.value.values.given() {
            Some(values) => Some(choice(&entry.key, values)?),
            None => None,
        },
        value: owned::Variable {
            name: entry.key.clone(),
            kind,
            values,
            suffixes,
            normalize: many(&entry.value.normalize, []),
            optional: entry.value.is_optional(),
            default: default.map(|default| default.value.clone()),
        },
        captured: fills && !in_authorization,
        in_url: spec.is_in_url(&entry.key),
        by_login: spec.is_chosen_by_login(entry),
        signed_alone: spec.is_signed_alone(&entry.key),
        sources: cited(&entry.value.source),
    })
}

/// The variables that captures fill whose names are sent without an entry in `variables`.
pub(super) fn captured_variables(spec: &Spec) -> impl Iterator<Item = model::Variable> {
    let captures = spec.captures.0.iter();
    captures.filter_map(|entry| {
        let capture = &entry.value;
        if !fills_own_name(spec, entry) {
            return None;
        }
        let is_secret = flag(&capture.secret);
        Some(model::Variable {
            description: capture.description.0.clone(),
            method: name::method(&entry.key)?,
            example: entry.key.replace('_', "-"),
            choice: None,
            value: owned::Variable {
                name: entry.key.clone(),
                kind: match is_secret {
                    true => VariableKind::Secret,
                    false => VariableKind::Text,
                },
                optional: !flag(&capture.required),
                ..owned::Variable::default()
            },
            captured: true,
            in_url: false,
            by_login: false,
            signed_alone: false,
            sources: cited(&capture.source),
        })
    })
}

/// Whether a text that is sent has the name of the capture itself.
pub(super) fn fills_own_name(spec: &Spec, entry: &Entry<spec::Capture>) -> bool {
    entry.value.variable.is_absent()
        && !spec.variables.knows(&entry.key)
        && spec.is_sent(&entry.key)
}

fn choice(wire: &str, values: &Many<String>) -> Option<model::Choice> {
    let value = |wire: &String| {
        Some(model::Value {
            wire: wire.clone(),
            variant: name::variant(wire)?,
        })
    };
    Some(model::Choice {
        type_name: name::type_name(wire)?,
        values: values
            .0
            .iter()
            .map(|spanned| value(&spanned.value))
            .collect::<Option<_>>()?,
    })
}

pub(super) fn authorization(
    endpoint: &spec::AuthorizationEndpoint,
    grants: &spec::Grants,
) -> Option<model::Authorization> {
    let mut parameters = Vec::new();
    let mut options = Vec::new();
    for entry in &endpoint.parameters.0 {
        match entry.value.value.given() {
            Some(value) => parameters.push((entry.key.clone(), value.value.clone())),
            None => options.push(option(entry)?),
        }
    }
    let requires = grants.authorization_code.given();
    Some(model::Authorization {
        value: owned::AuthorizationEndpoint {
            url: endpoint.url.value.text.clone(),
            parameters,
            options: Vec::new(),
            requires: requires
                .map(|grant| super::names(&grant.authorization_requires))
                .unwrap_or_default(),
            rename: pairs(&endpoint.rename),
            omit: texts(&endpoint.omit),
            fragment: endpoint.fragment.given().map(|text| text.value.clone()),
        },
        options,
        sources: cited(&endpoint.source),
    })
}

fn option(entry: &Entry<spec::Parameter>) -> Option<model::AuthorizeOption> {
    let mut value = owned::AuthorizationOption {
        name: entry.key.clone(),
        values: texts(&entry.value.values),
        required: flag(&entry.value.required),
        ..owned::AuthorizationOption::default()
    };
    or(&entry.value.r#type, &mut value.r#type);
    Some(model::AuthorizeOption {
        value,
        method: name::method(&entry.key)?,
        description: entry.value.description.0.clone(),
        choice: match entry.value.values.given() {
            Some(values) => Some(choice(&entry.key, values)?),
            None => None,
        },
        sources: cited(&entry.value.source),
    })
}

pub(super) fn endpoint(endpoint: &spec::Endpoint) -> model::Endpoint {
    let standard = owned::Endpoint::default();
    endpoint_as(endpoint, standard)
}

fn endpoint_as(endpoint: &spec::Endpoint, standard: owned::Endpoint) -> model::Endpoint {
    let auth = endpoint.auth.given().map(|auth| auth.value.named());
    let (auth, own_auth) = match auth {
        Some((name, own)) => (Some(name), own),
        None => (None, None),
    };
    let mut value = owned::Endpoint {
        url: endpoint.url.value.text.clone(),
        encodings: many(&endpoint.encoding, standard.encodings),
        auth,
        own_auth,
        omit: texts(&endpoint.omit),
        rename: pairs(&endpoint.rename),
        parameters: values(&endpoint.parameters),
        headers: values(&endpoint.headers),
        scopes: texts(&endpoint.scope),
        tokens: many(&endpoint.tokens, standard.tokens),
        response: endpoint
            .response
            .given()
            .map(|given| token_response(Some(given)).value),
        method: standard.method,
    };
    or(&endpoint.method, &mut value.method);
    model::Endpoint {
        value,
        description: text(&endpoint.description),
        sources: cited(&endpoint.source),
    }
}

/// Client metadata is a JSON object.
pub(super) fn registration(given: &spec::Endpoint) -> model::Endpoint {
    let standard = owned::Endpoint {
        encodings: vec![Encoding::Json],
        ..owned::Endpoint::default()
    };
    endpoint_as(given, standard)
}

/// The access token says who is asked for, sent as on any call of the API; so `GET` is the standard.
pub(super) fn userinfo(given: &spec::Endpoint) -> model::Endpoint {
    let standard = owned::Endpoint {
        method: HttpMethod::Get,
        ..owned::Endpoint::default()
    };
    endpoint_as(given, standard)
}
