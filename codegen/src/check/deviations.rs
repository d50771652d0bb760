//! Renamed, left out, added and captured values.

use std::collections::BTreeMap;

use oauth_atlas_description::SECRET_MEMBERS;

use crate::decode::{Many, Maybe, Place, Reader, Table};
use crate::spec::{Capture, CaptureFrom, Endpoint, Spec};

/// The standard parameters of the requests and of the callback that can be renamed or left out.
const PARAMETERS: [&str; 21] = [
    "access_token",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "device_code",
    "error",
    "error_description",
    "grant_type",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "user_code",
    "nonce",
    "response_mode",
];

/// The standard members of a token response.
const MEMBERS: [&str; 6] = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "id_token",
    "scope",
];

/// The least characters of `state` that hold 128 random bits (RFC 6749 §10.10).
const SHORTEST_STATE: usize = 22;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for endpoint in spec.called_endpoints() {
        called(endpoint, reader);
    }
    if let Some(endpoint) = spec
        .endpoints
        .as_ref()
        .and_then(|e| e.authorization.given())
    {
        names(&endpoint.rename, &PARAMETERS, reader);
        omitted(&endpoint.omit, reader);
        renamed_and_omitted(&endpoint.rename, &endpoint.omit, reader);
    }
    state(spec, reader);
    if let Some(offline) = spec.offline.given()
        && offline.parameters.is_empty()
        && offline.scopes.is_absent()
    {
        reader.mistake_with_help(
            Place::KeyOf(offline.at),
            "`offline` says nothing",
            "write the `scopes` or the `parameters` that bring a refresh token, or leave the key out",
        );
    }
    if let Some(callback) = spec.callback.given() {
        names(
            &callback.rename,
            &["code", "error", "error_description"],
            reader,
        );
    }
    for response in spec.token_responses() {
        names(&response.rename, &MEMBERS, reader);
    }
    if let Some(length) = spec
        .state
        .given()
        .and_then(|state| state.max_length.given())
        && length.value.0 < SHORTEST_STATE
    {
        reader.mistake_with_help(
            length.place(),
            "so short a state could be guessed",
            format!("{SHORTEST_STATE} characters hold 128 random bits (RFC 6749 §10.10)"),
        );
    }
    if let Some(api) = spec.api.given()
        && let (Some(query), Some(header)) = (api.query.given(), api.header.given())
    {
        reader.explain(
            "the token goes into a header or into the query, not both",
            &[(query.place(), "the query"), (header.place(), "a header")],
            None,
        );
    }
    for capture in &spec.captures.0 {
        captured(spec, &capture.value, reader);
    }
}

/// A callback without state cannot be told from somebody else's (RFC 6749 §10.12).
fn state(spec: &Spec, reader: &mut Reader) {
    let endpoint = spec
        .endpoints
        .as_ref()
        .and_then(|e| e.authorization.given());
    let omitted = endpoint.and_then(|endpoint| endpoint.omit.given());
    let echoed = spec.state.given().and_then(|state| state.echoed.given());
    let carrier = if echoed.is_some_and(|echoed| !echoed.value) {
        "redirect_uri"
    } else {
        "state"
    };
    for name in omitted
        .iter()
        .flat_map(|many| &many.0)
        .filter(|name| name.value == carrier)
    {
        reader.mistake_with_help(
            name.place(),
            "nothing would carry the state",
            "where the provider does not send it back, write `state: { echoed: false }`, and it \
             travels in the redirect URI",
        );
    }
}

fn called(endpoint: &Endpoint, reader: &mut Reader) {
    names(&endpoint.rename, &PARAMETERS, reader);
    omitted(&endpoint.omit, reader);
    renamed_and_omitted(&endpoint.rename, &endpoint.omit, reader);
    for header in &endpoint.headers.0 {
        super::facts::companion(header, reader);
    }
}

fn renamed_and_omitted(rename: &Table<String>, omit: &Maybe<Many<String>>, reader: &mut Reader) {
    for name in omit.given().iter().flat_map(|many| &many.0) {
        if let Some(renamed) = rename.get(&name.value) {
            reader.explain(
                format!("`{}` is renamed and left out", name.value),
                &[(name.place(), "left out"), (renamed.key_place(), "renamed")],
                Some("keep one of the two".to_owned()),
            );
        }
    }
    let mut sent: BTreeMap<&str, Place> = BTreeMap::new();
    for entry in &rename.0 {
        match sent.get(entry.value.as_str()) {
            Some(first) => reader.explain(
                format!("two parameters would be sent as `{}`", entry.value),
                &[(Place::At(entry.at), "this one"), (*first, "and this one")],
                None,
            ),
            None => {
                sent.insert(&entry.value, Place::At(entry.at));
            }
        }
    }
}

fn omitted(omit: &Maybe<Many<String>>, reader: &mut Reader) {
    for name in omit.given().iter().flat_map(|many| &many.0) {
        if !PARAMETERS.contains(&name.value.as_str()) {
            reader.unknown(name.place(), "standard parameter", &name.value, &PARAMETERS);
        }
    }
}

pub(super) fn names(rename: &Table<String>, known: &[&str], reader: &mut Reader) {
    for entry in &rename.0 {
        if !known.contains(&entry.key.as_str()) {
            reader.unknown(entry.key_place(), "standard name", &entry.key, known);
        }
    }
}

fn captured(spec: &Spec, capture: &Capture, reader: &mut Reader) {
    let secret = capture.secret.given().filter(|secret| secret.value);
    let member = capture.name.value.rsplit('.').next().unwrap_or_default();
    if secret.is_none() && SECRET_MEMBERS.contains(&member) {
        reader.mistake_with_help(
            capture.name.place(),
            format!("`{member}` would be shown in logs"),
            "write `secret: true`",
        );
    }
    if let (Some(secret), Some(variable)) = (secret, capture.variable.given()) {
        reader.explain(
            "a URL is shown, and a secret is not",
            &[
                (variable.place(), "goes into URLs"),
                (secret.place(), "is a secret"),
            ],
            Some("leave out `variable` or `secret`".to_owned()),
        );
    }
    if let Some(relay) = capture.relay.given()
        && capture.from.value != CaptureFrom::Callback
    {
        reader.explain(
            "only what the callback brings can go into the token request",
            &[
                (relay.place(), "goes into the token request"),
                (capture.from.place(), "comes with its answer"),
            ],
            Some("leave `relay` out, or write `from: callback`".to_owned()),
        );
    }
    if let Some(variable) = capture.variable.given() {
        if !spec.variables.knows(&variable.value) {
            reader.unknown(
                variable.place(),
                "variable",
                &variable.value,
                &spec.variables.keys().collect::<Vec<_>>(),
            );
        }
        if capture.allowed_hosts.is_absent() {
            reader.mistake_with_help(
                variable.place(),
                "a host from an answer could be anybody's",
                "list the provider's own under `allowed_hosts`: `acme.com` or `*.acme.com`",
            );
        }
    }
    for host in capture
        .allowed_hosts
        .given()
        .iter()
        .flat_map(|many| &many.0)
    {
        let domain = host.value.strip_prefix("*.").unwrap_or(&host.value);
        if let Some((title, help)) = anybodys(&host.value, domain) {
            reader.mistake_with_help(
                host.place(),
                title,
                format!("write {help}, as `api.acme.com` or `*.acme.com`"),
            );
        }
    }
}

/// Why a domain does not keep others out, and what to write instead.
pub(super) fn anybodys(written: &str, domain: &str) -> Option<(String, &'static str)> {
    let label = |label: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(inner) && !label.starts_with('-')
    };
    let labels = domain.split('.').count();
    if domain == "*" || labels < 2 && domain.split('.').all(label) {
        return Some((
            format!("`{written}` would let in hosts of others"),
            "a domain that is the provider's alone",
        ));
    }
    if !domain.is_empty()
        && domain
            .chars()
            .all(|c| c.is_ascii_digit() || ".:[]".contains(c))
    {
        return Some((
            format!("`{written}` is an address, which may be another's tomorrow"),
            "the name of the provider's host",
        ));
    }
    (!domain.split('.').all(label)).then(|| {
        (
            format!("`{written}` is not a host name"),
            "the host alone, without scheme, port and path",
        )
    })
}
