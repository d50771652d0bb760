//! Environments, variables and endpoints.

use crate::decode::{Entry, Many};
use crate::lower::{cited, flag, many, pairs, text, texts, value, values};
use crate::model::{self, VariableKind};
use crate::name;
use crate::spec::{self, Encoding, HttpMethod, Spec, VariableForm};

pub(super) fn environment(entry: &Entry<spec::Environment>) -> Option<model::Environment> {
    Some(model::Environment {
        name: entry.key.clone(),
        variant: name::variant(&entry.key)?,
        description: text(&entry.value.description),
        hosts: entry
            .value
            .hosts
            .0
            .iter()
            .map(|host| (host.key.clone(), host.value.0.clone()))
            .collect(),
        metadata: entry
            .value
            .metadata
            .given()
            .map(|name| name.value.0.clone()),
        sources: cited(&entry.value.source),
    })
}

pub(super) fn variable(spec: &Spec, entry: &Entry<spec::Variable>) -> Option<model::Variable> {
    let example = entry
        .value
        .example
        .given()
        .map(|example| example.value.clone());
    let example = |otherwise: &str| example.clone().unwrap_or_else(|| otherwise.to_owned());
    let kind = match (
        entry.value.values.given(),
        entry.value.kind.given().map(|kind| kind.value),
    ) {
        (Some(values), _) => VariableKind::OneOf(choice(&entry.key, values)?),
        (None, Some(VariableForm::BaseUrl)) => VariableKind::BaseUrl {
            example: example("https://api.example.com"),
        },
        (None, Some(VariableForm::Host)) => VariableKind::Host {
            suffixes: texts(&entry.value.suffixes),
            example: example("auth.example.com"),
        },
        (None, Some(VariableForm::Label)) => VariableKind::Label {
            example: example("acme"),
        },
        (None, Some(VariableForm::Segment)) => VariableKind::Segment {
            example: example("acme"),
        },
        (None, None) => return None,
    };
    let authorization = spec
        .endpoints
        .as_ref()?
        .authorization
        .given()
        .map(|e| e.url.at);
    let in_authorization = spec.templates().iter().any(|template| {
        Some(template.at) == authorization
            && template.value.variables().any(|name| name == entry.key)
    });
    let fills = spec.captures.0.iter().any(|capture| {
        capture
            .value
            .variable
            .given()
            .is_some_and(|variable| variable.value == entry.key)
    });
    Some(model::Variable {
        name: entry.key.clone(),
        description: entry.value.description.0.clone(),
        method: name::method(&entry.key)?,
        kind,
        optional: entry.value.is_optional(),
        default: entry
            .value
            .default
            .given()
            .map(|default| default.value.clone()),
        captured: fills && !in_authorization,
        by_login: spec.is_chosen_by_login(entry),
        sources: cited(&entry.value.source),
    })
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
) -> Option<model::Authorization> {
    let mut fixed = Vec::new();
    let mut options = Vec::new();
    for entry in &endpoint.parameters.0 {
        if let Some(value) = entry.value.value.given() {
            fixed.push((entry.key.clone(), value.value.clone()));
            continue;
        }
        let kind = match entry.value.values.given() {
            Some(values) => model::OptionKind::OneOf(choice(&entry.key, values)?),
            None => model::OptionKind::Any(value(&entry.value.r#type, spec::ParameterType::Text)),
        };
        options.push(model::AuthorizeOption {
            name: entry.key.clone(),
            method: name::method(&entry.key)?,
            description: entry.value.description.0.clone(),
            kind,
            required: flag(&entry.value.required),
            sources: cited(&entry.value.source),
        });
    }
    Some(model::Authorization {
        url: endpoint.url.value.text.clone(),
        fixed,
        options,
        rename: pairs(&endpoint.rename),
        omit: texts(&endpoint.omit),
        fragment: endpoint.fragment.given().map(|text| text.value.clone()),
        sources: cited(&endpoint.source),
    })
}

pub(super) fn endpoint(endpoint: &spec::Endpoint) -> model::Endpoint {
    model::Endpoint {
        url: endpoint.url.value.text.clone(),
        method: value(&endpoint.method, HttpMethod::Post),
        encodings: many(&endpoint.encoding, Encoding::Form),
        auth: endpoint.auth.given().map(|auth| auth.value),
        omit: texts(&endpoint.omit),
        rename: pairs(&endpoint.rename),
        parameters: values(&endpoint.parameters),
        headers: values(&endpoint.headers),
        scope: endpoint.scope.given().map(|scope| scope.value.clone()),
        tokens: endpoint.tokens.given().map_or_else(Vec::new, |kinds| {
            kinds.0.iter().map(|kind| kind.value).collect()
        }),
        description: text(&endpoint.description),
        sources: cited(&endpoint.source),
    }
}

/// The access token says who is asked for, sent as on any call of the API; so `GET` is the standard.
pub(super) fn userinfo(given: &spec::Endpoint) -> model::Endpoint {
    model::Endpoint {
        method: value(&given.method, HttpMethod::Get),
        ..endpoint(given)
    }
}
