//! What a request has to have: the token that it is about, and the secret of a client that proves
//! who it is.

use oauth_atlas_description::{GrantKind, Proof, Template};

use crate::decode::{Place, Reader};
use crate::spec::{Endpoint, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let Some(endpoints) = &spec.endpoints else {
        return;
    };
    for (endpoint, does) in [
        (&endpoints.revocation, "revoked"),
        (&endpoints.introspection, "introspected"),
    ] {
        if let Some(endpoint) = endpoint.given() {
            about_nothing(endpoint, does, reader);
        }
    }
    without_secret(spec, reader);
    of_public_clients(spec, reader);
}

/// An endpoint that gives tokens to clients with a secret alone, where others need tokens as well.
fn of_public_clients(spec: &Spec, reader: &mut Reader) {
    let public = spec.clients.as_ref().and_then(|all| all.public.given());
    let (Some(endpoints), Some(public)) = (&spec.endpoints, public) else {
        return;
    };
    for endpoint in [&endpoints.token, &endpoints.refresh] {
        let Some(endpoint) = endpoint.given() else {
            continue;
        };
        let Some(auth) = endpoint.auth.given() else {
            continue;
        };
        let record = auth.value.record();
        let is_pair = record.password.is_some() && record.has(Template::CLIENT_ID);
        let in_header = [&record.user].into_iter().chain(&record.password);
        let mut in_header = in_header.filter(|_| !record.header.is_empty());
        let is_secret = in_header.any(|text| Template::of(text).has(Template::CLIENT_SECRET));
        if is_secret && !is_pair {
            reader.explain(
                "a public client has no secret to send here",
                &[
                    (auth.place(), "needs a secret"),
                    (Place::KeyOf(public.at), "has none"),
                ],
                Some("write under `clients` how each client says who it is".to_owned()),
            );
        }
    }
}

/// A revocation or an introspection that names no token.
fn about_nothing(endpoint: &Endpoint, does: &str, reader: &mut Reader) {
    let omitted = endpoint.omit.given().into_iter().flat_map(|many| &many.0);
    let mut omitted = omitted.filter(|name| name.value == "token");
    let Some(omitted) = omitted.next() else {
        return;
    };
    let by_token = endpoint
        .auth
        .given()
        .is_some_and(|auth| auth.value.record().has(Template::ACCESS_TOKEN));
    if !by_token {
        reader.mistake_with_help(
            omitted.place(),
            format!("nothing says which token is {does}"),
            "keep `token`, under another name by `rename`; where the token itself authorizes the \
             request, write `auth: access_token`",
        );
    }
}

/// Grants whose requests prove who the client is, at an endpoint that is sent no proof.
fn without_secret(spec: &Spec, reader: &mut Reader) {
    let (Some(endpoints), Some(grants)) = (&spec.endpoints, &spec.grants) else {
        return;
    };
    let token = endpoints.token.given();
    let own = grants.client_credentials.given();
    if let Some(grant) = own
        && let Some(endpoint) = grant.endpoint.given().or(token)
        && let Some(auth) = endpoint.auth.given()
        && !sends_secret(spec, endpoint, Some(GrantKind::ClientCredentials))
    {
        reader.explain(
            "the client credentials grant proves who the client is (RFC 6749 §4.4)",
            &[
                (auth.place(), "sends no secret"),
                (Place::KeyOf(grant.at), "this grant"),
            ],
            Some("leave `auth` out, or write how the secret is sent".to_owned()),
        );
    }
    let code = grants.authorization_code.given();
    let code = code.map(|grant| (GrantKind::AuthorizationCode, &grant.requires, token));
    let refresh = endpoints.refresh.given().or(token);
    let renewal = grants.refresh_token.given();
    let renewal = renewal.map(|grant| (GrantKind::RefreshToken, &grant.requires, refresh));
    for (kind, requires, endpoint) in code.into_iter().chain(renewal) {
        let Some(endpoint) = endpoint else { continue };
        let mut requires = requires.0.iter();
        if let Some(auth) = endpoint.auth.given()
            && let Some(required) = requires.find(|name| name.value == "client_secret")
            && !sends_secret(spec, endpoint, Some(kind))
        {
            reader.explain(
                "the secret is required, and not sent",
                &[
                    (required.place(), "required here"),
                    (auth.place(), "sends no secret"),
                ],
                Some("leave `auth` out, or write how the secret is sent".to_owned()),
            );
        }
    }
}

/// Whether a request to an endpoint with an `auth` of its own has the secret.
fn sends_secret(spec: &Spec, endpoint: &Endpoint, grant: Option<GrantKind>) -> bool {
    let auth = endpoint.auth.given();
    let is_method = auth.is_none_or(|auth| {
        let mut texts = auth.value.texts();
        let record = auth.value.record();
        record.has(Template::CLIENT_SECRET)
            || record.proof != Proof::Sent
            || texts.any(|text| {
                Template::of(&text.value)
                    .names()
                    .any(|name| spec.variables.knows(name))
            })
    });
    let fixed = endpoint.parameters.0.iter().chain(&endpoint.headers.0);
    let mut fixed = fixed.map(|one| one.value.value.value.as_str());
    let grants = spec.grants.iter().flat_map(|grants| grants.parameters());
    let mut own = grants
        .filter(|(kind, _)| Some(*kind) == grant)
        .flat_map(|(_, table)| &table.0)
        .filter_map(|one| one.value.value.given());
    is_method
        || fixed.any(|text| Template::of(text).has(Template::CLIENT_SECRET))
        || own.any(|text| Template::of(&text.value).has(Template::CLIENT_SECRET))
}
