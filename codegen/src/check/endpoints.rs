//! The endpoints that the client calls itself: what would show a secret, and headers that are
//! written by others.

use crate::check::facts::companion;
use crate::decode::{Entry, Reader, Table};
use crate::spec::{Client, ClientAuth, Encoding, Endpoint, Header, HttpMethod, Spec};

/// Headers that follow from the request itself (RFC 9110 §7.2, §7.6.1, §8.6).
const OF_HTTP: [&str; 6] = [
    "connection",
    "content-length",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let userinfo = spec.endpoints.as_ref().and_then(|e| e.userinfo.given());
    let userinfo = userinfo.map(|endpoint| endpoint.at);
    for endpoint in spec.called_endpoints() {
        let is_userinfo = userinfo == Some(endpoint.at);
        if !is_userinfo {
            in_query(endpoint, reader);
        }
        headers(&endpoint.headers, reader);
        if let Some(header) = endpoint.headers.get("authorization") {
            authorization(spec, endpoint, is_userinfo, header, reader);
        }
    }
    let about_tokens = spec.endpoints.iter();
    let about_tokens = about_tokens.flat_map(|all| [&all.revocation, &all.introspection]);
    for endpoint in about_tokens.filter_map(|endpoint| endpoint.given()) {
        about_nothing(endpoint, reader);
    }
    let Some(api) = spec.api.given() else { return };
    headers(&api.headers, reader);
    let of_token = match (api.header.given(), api.query.is_absent()) {
        (Some(header), _) => Some(header.value.as_str()),
        (None, true) => Some("authorization"),
        (None, false) => None,
    };
    if let Some(header) = of_token.and_then(|name| api.headers.get(name)) {
        reader.mistake_with_help(
            header.key_place(),
            format!("`{}` carries the access token", header.key),
            "leave it out here; what stands before the token is `api.prefix`",
        );
    }
}

/// A request about a token has to have it.
fn about_nothing(endpoint: &Endpoint, reader: &mut Reader) {
    let omitted = endpoint.omit.given();
    let mut omitted = omitted.iter().flat_map(|many| &many.0);
    if let Some(omitted) = omitted.find(|name| name.value == "token")
        && endpoint.auth.is_absent()
    {
        reader.mistake_with_help(
            omitted.place(),
            "nothing says which token this is about",
            "keep the parameter, or write `auth: access_token`, which sends it in the header",
        );
    }
}

/// A request with GET has no body, so its secrets are in the URL: a spec says so in words.
fn in_query(endpoint: &Endpoint, reader: &mut Reader) {
    let Some(method) = endpoint.method.given() else {
        return;
    };
    if method.value != HttpMethod::Get {
        return;
    }
    let (title, help) = (
        "GET puts secrets into the URL, which is kept in logs and histories",
        "where the provider takes nothing but GET, say so by `encoding: query`",
    );
    match endpoint.encoding.given() {
        None if endpoint.encoding.is_absent() => {
            reader.mistake_with_help(method.place(), title, help);
        }
        None => {}
        Some(encodings) => {
            if let Some(body) = encodings.0.iter().find(|one| one.value != Encoding::Query) {
                reader.explain(
                    "a request with GET has no body",
                    &[
                        (body.place(), "an encoding of the body"),
                        (method.place(), "no body"),
                    ],
                    Some("write `encoding: query`, or leave `method` out".to_owned()),
                );
            }
        }
    }
}

fn headers(headers: &Table<Header>, reader: &mut Reader) {
    for header in &headers.0 {
        companion(header, reader);
        if OF_HTTP.contains(&header.key.as_str()) {
            reader.mistake_with_help(
                header.key_place(),
                format!("`{}` is not for a spec to set", header.key),
                "the HTTP client writes it: leave it out",
            );
        }
    }
}

/// A fixed header where the client authentication, or the access token, writes it.
fn authorization(
    spec: &Spec,
    endpoint: &Endpoint,
    is_userinfo: bool,
    header: &Entry<Header>,
    reader: &mut Reader,
) {
    let title = "the client writes this header by itself";
    if is_userinfo {
        let help = "it carries the access token: leave it out; `api` says how a token is sent";
        reader.mistake_with_help(header.key_place(), title, help);
        return;
    }
    let in_header = |method: ClientAuth| !matches!(method, ClientAuth::Post | ClientAuth::None);
    let own = endpoint.auth.given();
    let Some(clients) = &spec.clients else { return };
    let of = |client: &Client, standard: ClientAuth| match (own, client.auth.given()) {
        (Some(own), _) => in_header(own.value),
        (None, Some(methods)) => methods.0.iter().any(|method| in_header(method.value)),
        (None, None) => in_header(standard),
    };
    let confidential = clients.confidential.given();
    let public = clients.public.given();
    if confidential.is_some_and(|client| of(client, ClientAuth::Basic))
        || public.is_some_and(|client| of(client, ClientAuth::None))
    {
        reader.mistake_with_help(
            header.key_place(),
            title,
            "it carries the client authentication: leave it out, or write `auth: \
             client_secret_post` or `auth: none`",
        );
    }
}
