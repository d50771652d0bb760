//! How a program becomes a client.

use oauth_atlas_description::Template;

use crate::check::deviations::{names, renamed_and_omitted};
use crate::decode::Reader;
use crate::spec::{ClientAuth, Endpoint, Spec};

/// What a client is registered with (RFC 7591 §2, OpenID Connect Registration §2).
const METADATA: [&str; 17] = [
    "redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "logo_uri",
    "scope",
    "contacts",
    "tos_uri",
    "policy_uri",
    "jwks_uri",
    "jwks",
    "software_id",
    "software_version",
    "software_statement",
    "application_type",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let endpoints = spec.endpoints.as_ref();
    if let Some(endpoint) = endpoints.and_then(|all| all.registration.given()) {
        while_it_runs(endpoint, reader);
        method(endpoint, spec, reader);
    }
    let public = spec.clients.as_ref().and_then(|all| all.public.given());
    if let Some(certificate) = public.and_then(|client| client.certificate.given()) {
        reader.mistake_with_help(
            certificate.place(),
            "a public client has no certificate of its own",
            "write it under `clients.confidential`, or leave it out",
        );
    }
    redirect_uris(spec, reader);
}

/// A registration is a POST of JSON, by a program that is no client yet.
fn while_it_runs(endpoint: &Endpoint, reader: &mut Reader) {
    let leave_out = "leave it out";
    if let Some(method) = endpoint.method.given() {
        let title = "a program registers by POST (RFC 7591 §3.1)";
        reader.mistake_with_help(method.place(), title, leave_out);
    }
    if let Some(encoding) = endpoint.encoding.given().and_then(|many| many.0.first()) {
        let title = "client metadata is JSON (RFC 7591 §3.1)";
        reader.mistake_with_help(encoding.place(), title, leave_out);
    }
    if let Some(scope) = endpoint.scope.given().and_then(|many| many.0.first()) {
        let title = "a program has no scopes before it is a client";
        reader.mistake_with_help(scope.place(), title, leave_out);
    }
    if let Some(auth) = endpoint.auth.given()
        && auth.value.named().0 != ClientAuth::AccessToken
    {
        reader.mistake_with_help(
            auth.place(),
            "a program that registers cannot say which client it is",
            "write `auth: access_token` where it needs an initial access token, and leave it out \
             otherwise",
        );
    }
    let sent = endpoint.parameters.0.iter().chain(&endpoint.headers.0);
    let sent = sent.map(|entry| (&entry.value.value.value, entry.value.value.place()));
    let url = (&endpoint.url.value.text, endpoint.url.place());
    for (text, place) in [url].into_iter().chain(sent) {
        let text = Template::of(text);
        if text.has(Template::CLIENT_ID) || text.has(Template::CLIENT_SECRET) {
            reader.mistake_with_help(
                place,
                "a program has no id and no secret before it is registered",
                "leave them out here",
            );
        }
    }
    names(&endpoint.rename, &METADATA, reader);
    renamed_and_omitted(&endpoint.rename, &endpoint.omit, reader);
    for name in endpoint.omit.given().iter().flat_map(|many| &many.0) {
        if !METADATA.contains(&name.value.as_str()) {
            reader.unknown(name.place(), "client metadata", &name.value, &METADATA);
        }
    }
}

/// The method that every program is registered with has to be one of a client type.
fn method(endpoint: &Endpoint, spec: &Spec, reader: &mut Reader) {
    let fixed = endpoint.parameters.get("token_endpoint_auth_method");
    let (Some(fixed), Some(clients)) = (fixed, &spec.clients) else {
        return;
    };
    let methods = [clients.confidential_methods(), clients.public_methods()];
    let mut methods = methods.iter().flatten();
    let value = &fixed.value.value;
    if !methods.any(|(method, _)| method.registered_as() == Some(&value.value)) {
        reader.mistake_with_help(
            value.place(),
            format!("no client type has the method `{}`", value.value),
            "write it under `auth` of a client type, or add the client type that has it",
        );
    }
}

fn redirect_uris(spec: &Spec, reader: &mut Reader) {
    let registration = spec.registration.given();
    let Some(uris) = registration.and_then(|one| one.redirect_uris.given()) else {
        return;
    };
    let accepted = uris.accepts.given().map_or(&[][..], |many| &many.0);
    for refused in uris.refuses.given().iter().flat_map(|many| &many.0) {
        if let Some(accepted) = accepted.iter().find(|one| one.value == refused.value) {
            let form = refused.value.word();
            reader.explain(
                format!("`{form}` is accepted and refused"),
                &[
                    (refused.place(), "refused here"),
                    (accepted.place(), "accepted here"),
                ],
                Some(
                    "keep what the provider's page says, and the rest in `description`".to_owned(),
                ),
            );
        }
    }
    if let Some(maximum) = uris.maximum.given()
        && maximum.value.0 == 0
    {
        reader.mistake_with_help(
            maximum.place(),
            "a client without a redirect URI could not log anyone in",
            "write how many a client may have, or leave it out",
        );
    }
}
