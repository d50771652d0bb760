//! Renamed, left out, added and captured values.

use std::collections::BTreeMap;

use oauth_atlas_description::SECRET_MEMBERS;

use crate::decode::{Many, Maybe, Place, Reader, Spanned, Table};
use crate::spec::{Capture, CaptureFrom, Endpoint, Spec, Template, VariableKind};

/// The standard parameters of the requests and of the callback that can be renamed or left out.
pub(super) const PARAMETERS: [&str; 21] = [
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

/// The parameters of a callback that can have another name.
const CALLBACK: [&str; 4] = ["code", "state", "error", "error_description"];

/// The least characters of `state` that hold 128 random bits (RFC 6749 §10.10).
const SHORTEST_STATE: usize = 22;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let endpoints = spec.endpoints.as_ref();
    let registration = endpoints.and_then(|all| all.registration.given());
    let registration = registration.map(|endpoint| endpoint.at);
    for endpoint in spec.called_endpoints() {
        // It has names of its own.
        if Some(endpoint.at) != registration {
            called(endpoint, reader);
        }
    }
    if let Some(endpoint) = spec.authorization() {
        names(&endpoint.rename, &PARAMETERS, reader);
        omitted(&endpoint.omit, reader);
        renamed_and_omitted(&endpoint.rename, &endpoint.omit, reader);
    }
    state(spec, reader);
    offline(spec, reader);
    if let Some(callback) = spec.callback.given() {
        names(&callback.rename, &CALLBACK, reader);
        let read = values(&callback.rename);
        one_name_each(read, "parameters would be read from", reader);
        names_of_callback(&callback.rename, reader);
    }
    for response in spec.token_responses() {
        names(&response.rename, &MEMBERS, reader);
        let read = response.rename.0.iter().flat_map(|entry| &entry.value.0);
        let read = read.map(|path| (path.place(), path.value.as_str()));
        one_name_each(read, "members would be read from", reader);
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

/// What brings a refresh token has to reach the provider, and a refresh token has to be of use.
fn offline(spec: &Spec, reader: &mut Reader) {
    let Some(offline) = spec.offline.given() else {
        return;
    };
    if offline.parameters.is_empty() && offline.scopes.is_absent() {
        reader.mistake_with_help(
            Place::KeyOf(offline.at),
            "`offline` says nothing",
            "write the `scopes` or the `parameters` that bring a refresh token, or leave the key out",
        );
    }
    if let Some(scopes) = offline.scopes.given()
        && let Some(omitted) = spec.left_out_of_authorization("scope")
    {
        reader.explain(
            "no login asks for these scopes, so they bring no refresh token",
            &[
                (scopes.0[0].place(), "asked for in `scope`"),
                (omitted.place(), "which is not sent"),
            ],
            Some("keep one of the two, or write what does bring one as `parameters`".to_owned()),
        );
    }
    let Some(grants) = &spec.grants else { return };
    for (absent, grant, why) in [
        (
            grants.authorization_code.is_absent(),
            "authorization_code",
            "no login of a user asks for a refresh token",
        ),
        (
            grants.refresh_token.is_absent(),
            "refresh_token",
            "no grant uses the refresh token that this brings",
        ),
    ] {
        if absent {
            reader.explain(
                why,
                &[
                    (Place::KeyOf(offline.at), "brings a refresh token"),
                    (
                        Place::KeyOf(grants.at),
                        &format!("`{grant}` is missing here"),
                    ),
                ],
                Some(format!(
                    "add `{grant}:` to `grants`, or leave `offline` out"
                )),
            );
        }
    }
}

/// A callback without state cannot be told from somebody else's (RFC 6749 §10.12).
fn state(spec: &Spec, reader: &mut Reader) {
    let endpoint = spec.authorization();
    let echoed = spec.state.given().and_then(|state| state.echoed.given());
    let callback = spec.callback.given();
    let read = callback.and_then(|callback| callback.rename.get("state"));
    let renamed = endpoint.and_then(|endpoint| endpoint.rename.get("state"));
    match (renamed, echoed.filter(|echoed| !echoed.value)) {
        (Some(_), None) if read.is_some() => {}
        (Some(renamed), None) => reader.mistake_with_help(
            renamed.key_place(),
            "the state would not be found in the callback, which is searched for `state`",
            "write the name under which it comes back as well, `callback: { rename: { state: … } }`; \
             where the provider sends none back, write `state: { echoed: false }`, and it travels in \
             the redirect URI",
        ),
        (Some(renamed), Some(echoed)) => reader.explain(
            "`state` has another name, and is not sent",
            &[
                (renamed.key_place(), "renamed"),
                (echoed.place(), "it travels in the redirect URI"),
            ],
            Some("leave it out of `rename`".to_owned()),
        ),
        (None, Some(echoed)) => {
            if let Some(read) = read {
                reader.explain(
                    "`state` has another name in the callback, and does not come back",
                    &[
                        (read.key_place(), "renamed"),
                        (echoed.place(), "it travels in the redirect URI"),
                    ],
                    Some("keep one of the two".to_owned()),
                );
            }
        }
        (None, None) => {}
    }
    if let Some(echoed) = echoed.filter(|echoed| !echoed.value) {
        posted(spec, echoed.place(), reader);
    }
    let carrier = if echoed.is_some_and(|echoed| !echoed.value) {
        "redirect_uri"
    } else {
        "state"
    };
    if let Some(name) = spec.left_out_of_authorization(carrier) {
        reader.mistake_with_help(
            name.place(),
            "nothing would carry the state",
            "where the provider does not send it back, write `state: { echoed: false }`, and it \
             travels in the redirect URI",
        );
    }
}

/// A callback that the browser posts has nothing of the redirect URI's query.
fn posted(spec: &Spec, echoed: Place, reader: &mut Reader) {
    let mut parameters = spec.authorization_parameters();
    let Some(mode) = parameters.find(|one| one.key == "response_mode") else {
        return;
    };
    let values = mode.value.values.given().into_iter();
    let values = values.flat_map(|many| &many.0);
    let mut values = mode.value.value.given().into_iter().chain(values);
    if let Some(posted) = values.find(|value| value.value == "form_post") {
        reader.explain(
            "a callback that is posted would not have the state",
            &[
                (posted.place(), "the parameters are a form"),
                (echoed, "the state travels in the redirect URI's query"),
            ],
            Some("leave one of the two out".to_owned()),
        );
    }
}

fn called(endpoint: &Endpoint, reader: &mut Reader) {
    names(&endpoint.rename, &PARAMETERS, reader);
    omitted(&endpoint.omit, reader);
    renamed_and_omitted(&endpoint.rename, &endpoint.omit, reader);
}

pub(super) fn renamed_and_omitted(
    rename: &Table<String>,
    omit: &Maybe<Many<String>>,
    reader: &mut Reader,
) {
    for name in omit.given().iter().flat_map(|many| &many.0) {
        if let Some(renamed) = rename.get(&name.value) {
            reader.explain(
                format!("`{}` is renamed and left out", name.value),
                &[(name.place(), "left out"), (renamed.key_place(), "renamed")],
                Some("keep one of the two".to_owned()),
            );
        }
    }
    one_name_each(values(rename), "parameters would be sent as", reader);
}

/// What each entry says, with its place.
fn values(table: &Table<String>) -> impl Iterator<Item = (Place, &str)> {
    let entries = table.0.iter();
    entries.map(|entry| (Place::At(entry.at), entry.value.as_str()))
}

/// Two standard names that stand for one here.
fn one_name_each<'s>(read: impl Iterator<Item = (Place, &'s str)>, two: &str, reader: &mut Reader) {
    let mut known: BTreeMap<&str, Place> = BTreeMap::new();
    for (place, name) in read {
        match known.get(name) {
            Some(first) => reader.explain(
                format!("two {two} `{name}`"),
                &[(place, "this one"), (*first, "and this one")],
                None,
            ),
            None => {
                known.insert(name, place);
            }
        }
    }
}

/// A name of the callback that means something else there.
fn names_of_callback(rename: &Table<String>, reader: &mut Reader) {
    let mut taken: Vec<&str> = CALLBACK
        .into_iter()
        .filter(|name| !rename.knows(name))
        .collect();
    taken.push("iss");
    for entry in &rename.0 {
        if taken.contains(&entry.value.as_str()) && entry.value != entry.key {
            reader.mistake_with_help(
                Place::At(entry.at),
                format!(
                    "`{}` is the name of another parameter of the callback",
                    entry.value
                ),
                format!("write the name under which `{}` comes", entry.key),
            );
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

pub(super) fn names<Path>(rename: &Table<Path>, known: &[&str], reader: &mut Reader) {
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
    let filled = capture.variable.given();
    let is_secret = |variable: &&Spanned<String>| {
        let filled = spec.variables.get(&variable.value);
        let kind = filled.and_then(|entry| entry.value.kind.given());
        kind.is_some_and(|kind| kind.value == VariableKind::Secret)
    };
    if let (Some(secret), Some(variable)) = (secret, filled.filter(|one| !is_secret(one))) {
        reader.explain(
            "a URL is shown, and a secret is not",
            &[
                (variable.place(), "goes into URLs"),
                (secret.place(), "is a secret"),
            ],
            Some(
                "leave out `variable` or `secret`, or write `kind: secret` at a variable that is in \
                 no URL"
                    .to_owned(),
            ),
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
    if capture.from.value == CaptureFrom::Callback {
        read_anyway(spec, capture, reader);
    }
    if let Some(variable) = capture.variable.given() {
        fills(spec, capture, variable, reader);
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

/// What the client reads of a callback by itself comes once, and is kept by nothing else.
fn read_anyway(spec: &Spec, capture: &Capture, reader: &mut Reader) {
    let rename = spec.callback.given().map(|callback| &callback.rename);
    let read = CALLBACK.into_iter().chain(["state", "iss"]);
    let named = read.map(|name| {
        let renamed = rename.and_then(|rename| rename.get(name));
        renamed.map_or(name, |entry| entry.value.as_str())
    });
    let name = &capture.name.value;
    for known in named {
        if known == name {
            reader.mistake_with_help(
                capture.name.place(),
                format!("the client reads `{name}` of the callback by itself"),
                "leave the capture out, or write the parameter that comes beside it",
            );
        }
    }
}

/// A host that an answer names gets what is sent to it, so it has to be one of a list; any other
/// variable stands in a host or a path that the URL's own text fixes.
fn fills(spec: &Spec, capture: &Capture, variable: &Spanned<String>, reader: &mut Reader) {
    let Some(entry) = spec.variables.get(&variable.value) else {
        if !spec.variables.knows(&variable.value) {
            let known: Vec<_> = spec.variables.keys().collect();
            reader.unknown(variable.place(), "variable", &variable.value, &known);
        }
        return;
    };
    let kind = entry.value.kind.given().map(|kind| kind.value);
    let names_host = matches!(kind, Some(VariableKind::BaseUrl | VariableKind::Host));
    let is_bounded = !capture.allowed_hosts.is_absent() || !entry.value.suffixes.is_absent();
    if names_host && !is_bounded {
        reader.mistake_with_help(
            variable.place(),
            "a host from an answer could be anybody's",
            "list the provider's own under `allowed_hosts`: `acme.com` or `*.acme.com`",
        );
    }
    if kind == Some(VariableKind::Label) {
        let templates = spec.templates();
        let url = templates
            .iter()
            .find(|one| is_below_everybodys(&one.value, &entry.key));
        if let Some(url) = url {
            reader.explain(
                "a label from an answer could make the host anybody's",
                &[
                    (variable.place(), "comes from an answer"),
                    (url.place_of(&entry.key), "anybody can have a domain here"),
                ],
                Some("write the provider's own domain behind it, as `{name}.acme.com`".to_owned()),
            );
        }
    }
    let is_other = kind.is_some() || entry.value.values.given().is_some();
    if is_other
        && !names_host
        && let Some(hosts) = capture.allowed_hosts.given()
    {
        let what = match kind {
            Some(kind) => format!("of `kind: {}`", kind.word()),
            None => "with `values`".to_owned(),
        };
        reader.explain(
            format!(
                "`{}` is no whole host, so each value of it would be refused",
                variable.value
            ),
            &[
                (hosts.0[0].place(), "compared with a host"),
                (entry.key_place(), &format!("a variable {what}")),
            ],
            Some(
                "leave `allowed_hosts` out: what is around the variable in the URL keeps the host"
                    .to_owned(),
            ),
        );
    }
}

/// Whether what follows a variable in a host is no more than a top-level domain.
fn is_below_everybodys(url: &Template, name: &str) -> bool {
    let host = url.text.strip_prefix("https://").unwrap_or_default();
    let host = host.split(['/', '?', ':']).next().unwrap_or_default();
    let variable = format!("{{{name}}}");
    let after = host.split_once(&variable).map(|(_, after)| after);
    after.is_some_and(|after| after.matches('.').count() < 2)
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
