//! Grants, and the endpoints, clients and parameters that they need.

use crate::decode::{List, Maybe, Place, Reader, alternatives};
use crate::name;
use crate::spec::{AuthorizationCode, Grants, Parameter, Pkce, Spec};
use crate::tree::NodeId;

use super::urls::distinct;

const CLIENT: [&str; 2] = ["client_id", "client_secret"];

/// The standard parameters of the authorization request, which a spec cannot redefine.
const AUTHORIZATION: [&str; 8] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
];

/// Types and methods of a generated module, which a parameter or variable cannot be named after.
const TYPES: [&str; 5] = ["Authorize", "Client", "Environment", "Scope", "Provider"];
const METHODS: [&str; 4] = ["param", "redirect_uri", "scope", "start"];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let Some(grants) = &spec.grants else { return };
    let first = [&grants.client_credentials, &grants.device_code];
    if grants.authorization_code.is_absent()
        && first.iter().all(|grant| grant.is_absent())
        && grants.extensions.keys().next().is_none()
    {
        reader.mistake_with_help(
            Place::KeyOf(grants.at),
            "no grant gives the first token",
            "add `authorization_code:` or `client_credentials:`",
        );
    }
    endpoints(spec, grants, reader);
    if let Some(grant) = grants.client_credentials.given()
        && let Some(clients) = &spec.clients
        && clients.confidential.is_absent()
    {
        reader.explain(
            "the client credentials grant is for confidential clients (RFC 6749 §4.4)",
            &[
                (Place::KeyOf(grant.at), "this grant"),
                (Place::KeyOf(clients.at), "no `confidential` client here"),
            ],
            None,
        );
    }
    if let Some(grant) = grants.authorization_code.given() {
        authorization_code(spec, grant, reader);
    }
    if let Some(grant) = grants.refresh_token.given() {
        requires(
            &grant.requires,
            &["grant_type", "refresh_token", "scope"],
            reader,
        );
    }
    if let Some(grant) = grants.client_credentials.given() {
        requires(&grant.requires, &["grant_type", "scope"], reader);
    }
    parameters(spec, reader);
}

fn endpoints(spec: &Spec, grants: &Grants, reader: &mut Reader) {
    let Some(endpoints) = &spec.endpoints else {
        return;
    };
    let token = endpoints.token.is_absent();
    let needs = [
        (
            at(&grants.authorization_code, |g| g.at),
            "authorization",
            endpoints.authorization.is_absent(),
        ),
        (at(&grants.authorization_code, |g| g.at), "token", token),
        (at(&grants.refresh_token, |g| g.at), "token", token),
        (at(&grants.client_credentials, |g| g.at), "token", token),
        (at(&grants.device_code, |g| g.at), "token", token),
        (
            at(&grants.device_code, |g| g.at),
            "device_authorization",
            endpoints.device_authorization.is_absent(),
        ),
    ];
    for (grant, endpoint, absent) in needs {
        if let (Some(grant), true) = (grant, absent) {
            reader.explain(
                format!("this grant needs the {endpoint} endpoint"),
                &[
                    (Place::KeyOf(grant), "the grant"),
                    (
                        Place::KeyOf(endpoints.at),
                        &format!("`{endpoint}` is missing here"),
                    ),
                ],
                Some(format!("add `{endpoint}: https://…` to `endpoints`")),
            );
        }
    }
    let used = [
        (
            at(&endpoints.authorization, |e| e.at),
            "authorization_code",
            grants.authorization_code.is_absent(),
        ),
        (
            at(&endpoints.refresh, |e| e.at),
            "refresh_token",
            grants.refresh_token.is_absent(),
        ),
    ];
    for (endpoint, grant, absent) in used {
        if let (Some(endpoint), true) = (endpoint, absent) {
            reader.explain(
                "no grant uses this endpoint",
                &[
                    (Place::KeyOf(endpoint), "this endpoint"),
                    (
                        Place::KeyOf(grants.at),
                        &format!("`{grant}` is missing here"),
                    ),
                ],
                None,
            );
        }
    }
}

fn at<T>(grant: &Maybe<T>, place: impl Fn(&T) -> NodeId) -> Option<NodeId> {
    grant.given().map(place)
}

fn authorization_code(spec: &Spec, grant: &AuthorizationCode, reader: &mut Reader) {
    requires(
        &grant.requires,
        &[
            "grant_type",
            "code",
            "redirect_uri",
            "code_verifier",
            "scope",
        ],
        reader,
    );
    let extra: Vec<_> = spec
        .authorization_parameters()
        .map(|entry| entry.key.as_str())
        .collect();
    for name in &grant.authorization_requires.0 {
        let known: Vec<_> = AUTHORIZATION.iter().chain(&extra).copied().collect();
        if !known.contains(&name.value.as_str()) {
            reader.unknown(name.place(), "parameter", &name.value, &known);
        }
    }
    let Some(pkce) = grant.pkce.given() else {
        return;
    };
    let verifier = grant
        .requires
        .0
        .iter()
        .find(|name| name.value == "code_verifier");
    if let Some(verifier) = verifier
        && pkce.value != Pkce::Required
    {
        reader.explain(
            "a verifier is required, and PKCE is not",
            &[
                (verifier.place(), "required here"),
                (pkce.place(), "not here"),
            ],
            Some("write `pkce: required`".to_owned()),
        );
    }
}

fn requires(names: &List<String>, known: &[&str], reader: &mut Reader) {
    let known: Vec<_> = known.iter().chain(&CLIENT).copied().collect();
    for name in &names.0 {
        if !known.contains(&name.value.as_str()) {
            reader.mistake_with_help(
                name.place(),
                format!("this grant has no parameter `{}`", name.value),
                format!("it has {}", alternatives(&known)),
            );
        }
    }
}

fn parameters(spec: &Spec, reader: &mut Reader) {
    let mut named = Vec::new();
    let endpoint = spec
        .endpoints
        .as_ref()
        .and_then(|e| e.authorization.given());
    let omitted = endpoint.and_then(|endpoint| endpoint.omit.given());
    let omitted: Vec<_> = omitted
        .iter()
        .flat_map(|many| &many.0)
        .map(|name| name.value.as_str())
        .collect();
    for entry in spec.authorization_parameters() {
        let Parameter { values, value, .. } = &entry.value;
        let replaced = entry.key == "response_mode" || omitted.contains(&entry.key.as_str());
        if AUTHORIZATION.contains(&entry.key.as_str()) && !replaced {
            reader.mistake_with_help(
                entry.key_place(),
                format!("`{}` is a standard parameter", entry.key),
                "the client sends it by itself",
            );
        }
        match (values.given(), value.given()) {
            (Some(values), Some(value)) => reader.explain(
                "a parameter has `values` to choose from or a fixed `value`, not both",
                &[(value.place(), ""), (values.0[0].place(), "")],
                None,
            ),
            (Some(values), None) => {
                distinct(
                    values.0.iter().map(|v| (v.value.as_str(), v.at)),
                    "value",
                    reader,
                );
                named.push((entry.key.as_str(), entry.at));
            }
            (None, None)
                if values.is_absent() && value.is_absent() && entry.value.r#type.is_absent() =>
            {
                reader.mistake_with_help(
                    entry.key_place(),
                    format!("what may `{}` be?", entry.key),
                    "give its `values`, its `type`, or the `value` that is always sent",
                );
            }
            _ => {}
        }
    }
    let variables = spec
        .variables
        .0
        .iter()
        .filter(|entry| !entry.value.values.is_absent());
    named.extend(variables.map(|entry| (entry.key.as_str(), entry.at)));
    for (wire, at) in &named {
        let taken = name::type_name(wire).is_some_and(|name| TYPES.contains(&name.as_str()))
            || name::method(wire).is_some_and(|name| METHODS.contains(&name.as_str()));
        if taken {
            reader.mistake(
                Place::KeyOf(*at),
                format!("`{wire}` is taken in every generated module"),
            );
        }
    }
    distinct(named.into_iter(), "name", reader);
}
