//! Grants, and the endpoints, clients and parameters that they need.

use oauth_atlas_description::GrantKind;

use crate::check::{deviations, requests};
use crate::decode::{Entry, List, Maybe, Place, Reader, Table};
use crate::language::words::alternatives;
use crate::spec::{
    AuthorizationCode, ClientCredentials, GrantParameter, Grants, Parameter, Pkce, RefreshToken,
    Spec, TokenKind,
};
use crate::yaml::tree::NodeId;

/// An extension grant whose request is one of the standard's: no server could tell them apart.
fn indistinct(grants: &Grants, reader: &mut Reader) {
    let standard: [(GrantKind, bool, &[&str]); 4] = [
        (
            GrantKind::AuthorizationCode,
            grants.authorization_code.is_absent(),
            &CODE,
        ),
        (
            GrantKind::RefreshToken,
            grants.refresh_token.is_absent(),
            &REFRESH,
        ),
        (
            GrantKind::ClientCredentials,
            grants.client_credentials.is_absent(),
            &CLIENT_CREDENTIALS,
        ),
        (
            GrantKind::DeviceCode,
            grants.device_code.is_absent(),
            &DEVICE,
        ),
    ];
    for extension in &grants.extensions.0 {
        let given = &extension.value;
        let own = given.grant_type.value.as_str();
        let same = standard.iter().find(|(kind, is_absent, parameters)| {
            let mut names = given.parameters.keys();
            !is_absent
                && given.endpoint.is_absent()
                && kind.standard_grant_type() == Some(own)
                && names.all(|name| parameters.contains(&name))
        });
        if let Some((kind, ..)) = same {
            let title = format!(
                "`{}` sends what the grant `{}` sends",
                extension.key,
                kind.word()
            );
            let help = "leave it out, or give it the endpoint or the parameter that makes it another grant";
            reader.mistake_with_help(extension.key_place(), title, help);
        }
    }
}

const CLIENT: [&str; 2] = ["client_id", "client_secret"];

/// The standard parameters of token requests, beside those of the client.
const CODE: [&str; 5] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "scope",
];
const REFRESH: [&str; 3] = ["grant_type", "refresh_token", "scope"];
const CLIENT_CREDENTIALS: [&str; 2] = ["grant_type", "scope"];
const DEVICE: [&str; 3] = ["grant_type", "device_code", "scope"];

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

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let Some(grants) = &spec.grants else { return };
    let first = [&grants.client_credentials, &grants.device_code];
    if grants.authorization_code.is_absent()
        && first.iter().all(|grant| grant.is_absent())
        && grants.extensions.is_empty()
    {
        reader.mistake_with_help(
            Place::KeyOf(grants.at),
            "no grant gives the first token",
            "add `authorization_code:` or `client_credentials:`",
        );
    }
    endpoints(spec, grants, reader);
    indistinct(grants, reader);
    revoked(spec, grants, reader);
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
        unrepeated(spec, grant, reader);
    }
    unnamed(grants, reader);
    let refresh = grants.refresh_token.given();
    let refresh = refresh.map(|grant| (&grant.requires, None, &REFRESH[..]));
    let client = grants.client_credentials.given();
    let client = client.map(|grant| {
        (
            &grant.requires,
            Some(&grant.rename),
            &CLIENT_CREDENTIALS[..],
        )
    });
    let device = grants.device_code.given();
    let device = device.map(|grant| (&grant.requires, Some(&grant.rename), &DEVICE[..]));
    for (required, rename, known) in [refresh, client, device].into_iter().flatten() {
        of_request(required, rename, known, reader);
    }
    for (kind, table) in grants.parameters() {
        for parameter in &table.0 {
            given_or_left_out(kind, parameter, reader);
        }
    }
    parameters(spec, reader);
}

fn endpoints(spec: &Spec, grants: &Grants, reader: &mut Reader) {
    let Some(endpoints) = &spec.endpoints else {
        return;
    };
    let token = endpoints.token.is_absent();
    let has_own = |grant: &Maybe<ClientCredentials>| {
        grant
            .given()
            .is_some_and(|grant| !grant.endpoint.is_absent())
    };
    let needs = [
        (
            at(&grants.authorization_code, |g| g.at),
            "authorization",
            endpoints.authorization.is_absent(),
        ),
        (at(&grants.authorization_code, |g| g.at), "token", token),
        (at(&grants.refresh_token, |g| g.at), "token", token),
        (
            at(&grants.client_credentials, |g| g.at),
            "token",
            token && !has_own(&grants.client_credentials),
        ),
        (
            at(&grants.device_code, |g| g.at),
            "token",
            token && !has_own(&grants.device_code),
        ),
        (
            at(&grants.device_code, |g| g.at),
            "device_authorization",
            endpoints.device_authorization.is_absent(),
        ),
    ];
    let extensions = grants.extensions.0.iter();
    let extensions = extensions.map(|one| {
        let has_own = !one.value.endpoint.is_absent();
        (Some(one.at), "token", token && !has_own)
    });
    for (grant, endpoint, absent) in needs.into_iter().chain(extensions) {
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
            at(&endpoints.pushed_authorization_request, |e| e.at),
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

/// Kinds of tokens are said of the endpoint that revokes them, and of tokens that there are.
fn revoked(spec: &Spec, grants: &Grants, reader: &mut Reader) {
    let revocation = spec.endpoints.as_ref().and_then(|e| e.revocation.given());
    let revocation = revocation.map(|endpoint| endpoint.at);
    for endpoint in spec.called_endpoints() {
        let Some(kinds) = endpoint.tokens.given() else {
            continue;
        };
        if Some(endpoint.at) != revocation {
            reader.mistake_with_help(
                kinds.0[0].place(),
                "kinds of tokens do not belong here",
                "`tokens` is for `endpoints.revocation`",
            );
            continue;
        }
        let refresh = kinds
            .0
            .iter()
            .find(|kind| kind.value == TokenKind::RefreshToken);
        if let (Some(kind), true) = (refresh, grants.refresh_token.is_absent()) {
            reader.explain(
                "no grant gives the refresh tokens that this endpoint takes",
                &[
                    (kind.place(), "this kind"),
                    (Place::KeyOf(grants.at), "`refresh_token` is missing here"),
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
    of_request(&grant.requires, None, &CODE, reader);
    let extra: Vec<_> = spec
        .authorization_parameters()
        .map(|entry| entry.key.as_str())
        .collect();
    for name in &grant.authorization_requires.0 {
        let known: Vec<_> = AUTHORIZATION.iter().chain(&extra).copied().collect();
        if !known.contains(&name.value.as_str()) {
            reader.unknown(name.place(), "parameter", &name.value, &known);
        }
        let mut parameters = spec.authorization_parameters();
        if let Some(optional) = parameters.find(|entry| entry.key == name.value)
            && optional.value.value.is_absent()
            && !optional
                .value
                .required
                .given()
                .is_some_and(|given| given.value)
        {
            reader.explain(
                format!("nothing makes a login send `{}`", name.value),
                &[
                    (name.place(), "required here"),
                    (Place::KeyOf(optional.at), "and not here"),
                ],
                Some("write `required: true` there".to_owned()),
            );
        }
    }
    never_sent(spec, grant, reader);
    let Some(pkce) = grant.pkce.given() else {
        return;
    };
    if let (Pkce::Unsupported, Some(challenge)) = (pkce.value, grant.challenge.given()) {
        reader.explain(
            "PKCE is unsupported, and has a challenge",
            &[
                (challenge.place(), "never sent"),
                (pkce.place(), "as it is unsupported"),
            ],
            Some("leave `challenge` out, or say what is true of PKCE".to_owned()),
        );
    }
    if let (Pkce::Unsupported, Some(clients)) = (pkce.value, grant.pkce_clients.given()) {
        reader.explain(
            "PKCE is unsupported, and some clients send it",
            &[
                (clients.place(), "never sent"),
                (pkce.place(), "as it is unsupported"),
            ],
            Some("leave `pkce_clients` out, or say what is true of PKCE".to_owned()),
        );
    }
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

/// What a login has to have and does not send.
fn never_sent(spec: &Spec, grant: &AuthorizationCode, reader: &mut Reader) {
    let state = spec.state.given();
    let echoed = state.and_then(|state| state.echoed.given());
    let echoed = echoed.filter(|echoed| !echoed.value);
    let pkce = grant.pkce.given();
    let pkce = pkce.filter(|pkce| pkce.value == Pkce::Unsupported);
    for name in &grant.authorization_requires.0 {
        let (place, why) = match name.value.as_str() {
            "state" => (
                echoed.map(|echoed| echoed.place()),
                "it travels in the redirect URI",
            ),
            "code_challenge" | "code_challenge_method" => {
                (pkce.map(|pkce| pkce.place()), "no challenge is sent")
            }
            _ => continue,
        };
        if let Some(place) = place {
            reader.explain(
                format!("a login does not send `{}`", name.value),
                &[(name.place(), "required here"), (place, why)],
                Some("keep the one that the documents show".to_owned()),
            );
        }
    }
    let scope = grant.requires.0.iter().find(|name| name.value == "scope");
    let token = spec.endpoints.as_ref().and_then(|all| all.token.given());
    let is_fixed = grant.parameters.knows("scope")
        || token.is_some_and(|token| token.parameters.knows("scope"))
        || grant
            .repeats_scope
            .given()
            .is_some_and(|repeats| repeats.value);
    if let Some(scope) = scope.filter(|_| !is_fixed) {
        reader.mistake_with_help(
            scope.place(),
            "the exchange of a code sends no scope (RFC 6749 §4.1.3)",
            "write `repeats_scope: true` if it repeats that of the login; a login that needs one is said by \
             `authorization_requires`",
        );
    }
}

/// A request that has to name its grant, and does not.
fn unnamed(grants: &Grants, reader: &mut Reader) {
    let code = grants.authorization_code.given();
    let refresh = grants.refresh_token.given();
    let own = [&grants.client_credentials, &grants.device_code];
    let own = own.into_iter().filter_map(|grant| grant.given());
    let all = code
        .map(|one| (&one.grant_type, &one.requires))
        .into_iter()
        .chain(refresh.map(|one| (&one.grant_type, &one.requires)))
        .chain(own.map(|one| (&one.grant_type, &one.requires)));
    for (grant_type, requires) in all {
        let given = grant_type.given().filter(|given| given.value == "none");
        let required = requires.0.iter().find(|name| name.value == "grant_type");
        if let (Some(given), Some(required)) = (given, required) {
            reader.explain(
                "`grant_type` is required, and not sent",
                &[
                    (required.place(), "required here"),
                    (given.place(), "not sent"),
                ],
                Some("keep the one that the documents show".to_owned()),
            );
        }
    }
}

/// A refresh that has to have scopes repeats them, and what it repeats is sent.
fn unrepeated(spec: &Spec, grant: &RefreshToken, reader: &mut Reader) {
    let endpoints = spec.endpoints.as_ref();
    let endpoint = endpoints.and_then(|all| all.refresh.given().or(all.token.given()));
    let omitted = endpoint.and_then(|endpoint| endpoint.omit.given());
    for (name, repeats) in [
        ("scope", &grant.repeats_scope),
        ("redirect_uri", &grant.repeats_redirect_uri),
    ] {
        let mut omitted = omitted.into_iter().flat_map(|many| &many.0);
        if let Some(repeats) = repeats.given().filter(|repeats| repeats.value)
            && let Some(omitted) = omitted.find(|one| one.value == name)
        {
            reader.explain(
                format!("`{name}` is sent again, and left out"),
                &[
                    (repeats.place(), "sent again"),
                    (omitted.place(), "left out"),
                ],
                Some(
                    "keep one of the two, or describe the refresh by `endpoints.refresh`"
                        .to_owned(),
                ),
            );
        }
    }
    let repeats = grant.repeats_scope.given();
    let scope = grant.requires.0.iter().find(|name| name.value == "scope");
    if let Some(scope) = scope
        && !repeats.is_some_and(|repeats| repeats.value)
    {
        reader.mistake_with_help(
            scope.place(),
            "a refresh sends no scope unless it repeats those that were granted",
            "write `repeats_scope: true`",
        );
    }
}

/// A parameter of a grant is always sent, or the caller may leave it out, or, of the provider's own
/// grants, has to give it.
fn given_or_left_out(kind: GrantKind, parameter: &Entry<GrantParameter>, reader: &mut Reader) {
    let GrantParameter {
        value, optional, ..
    } = &parameter.value;
    if let (Some(value), Some(optional)) = (value.given(), optional.given())
        && optional.value
    {
        reader.explain(
            format!("`{}` is always sent, and may be left out", parameter.key),
            &[
                (value.place(), "always this"),
                (optional.place(), "or nothing"),
            ],
            Some("keep one of the two".to_owned()),
        );
    }
    let is_known = !value.is_absent() || !optional.is_absent() && optional.given().is_none();
    if kind != GrantKind::Extension && !is_known && parameter.value.is_argument() {
        reader.mistake_with_help(
            parameter.key_place(),
            format!("nothing gives `{}` a value", parameter.key),
            "write the `value` that is always sent, with `{name}` for a variable of `kind: text`, or \
             `optional: true` where the caller may add it",
        );
    }
}

/// The names of a grant's token request: those that it must have, and those that are others here.
fn of_request(
    required: &List<String>,
    rename: Option<&Table<String>>,
    known: &[&str],
    reader: &mut Reader,
) {
    let known: Vec<_> = known.iter().chain(&CLIENT).copied().collect();
    requires(required, &known, reader);
    if let Some(rename) = rename {
        deviations::names(rename, &known, reader);
    }
}

fn requires(names: &List<String>, known: &[&str], reader: &mut Reader) {
    for name in &names.0 {
        if !known.contains(&name.value.as_str()) {
            reader.mistake_with_help(
                name.place(),
                format!("this grant has no parameter `{}`", name.value),
                format!("it has {}", alternatives(known)),
            );
        }
    }
}

/// Whether a parameter is one that the client sends by itself.
pub(super) fn is_standard(spec: &Spec, parameter: &Entry<Parameter>) -> bool {
    AUTHORIZATION.contains(&parameter.key.as_str())
        && parameter.key != "response_mode"
        && spec.left_out_of_authorization(&parameter.key).is_none()
}

fn parameters(spec: &Spec, reader: &mut Reader) {
    for entry in spec.authorization_parameters() {
        let Parameter { values, value, .. } = &entry.value;
        if is_standard(spec, entry) {
            reader.mistake_with_help(
                entry.key_place(),
                format!("`{}` is a standard parameter", entry.key),
                requests::leave_out(&entry.key),
            );
        }
        match (values.given(), value.given()) {
            (Some(values), Some(value)) => reader.explain(
                "a parameter has `values` to choose from or a fixed `value`, not both",
                &[
                    (value.place(), "always this"),
                    (values.0[0].place(), "one of these"),
                ],
                None,
            ),
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
}
