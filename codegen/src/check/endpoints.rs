//! The endpoints that the client calls itself: what would show a secret, and headers that are
//! written by others.

use oauth_atlas_description::owned::Authentication;
use oauth_atlas_description::{Proof, Template};

use crate::check::facts::companion;
use crate::decode::{Entry, Place, Reader, Table};
use crate::spec::{Encoding, Endpoint, Header, HttpMethod, Spec};

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
    let of_user: Vec<_> = userinfo
        .into_iter()
        .chain(spec.user_requests())
        .map(|one| one.at)
        .collect();
    for endpoint in spec.called_endpoints() {
        let is_userinfo = of_user.contains(&endpoint.at);
        if !is_userinfo {
            in_query(endpoint, reader);
        }
        headers(&endpoint.headers, reader);
        let is_registration = spec.endpoints.as_ref().is_some_and(|all| {
            let registration = all.registration.given();
            registration.is_some_and(|one| one.at == endpoint.at)
        });
        if !is_userinfo {
            content_type(endpoint, is_registration, reader);
        }
        for header in &endpoint.headers.0 {
            of_client(spec, endpoint, is_userinfo, header, reader);
        }
    }
    user_agent(spec, reader);
    let Some(api) = spec.api.given() else { return };
    headers(&api.headers, reader);
    if let Some(query) = api.query.given()
        && let Some(parameter) = api.parameters.get(&query.value)
    {
        reader.mistake_with_help(
            parameter.key_place(),
            format!("`{}` carries the access token", parameter.key),
            "leave it out here",
        );
    }
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

/// A fixed type of the content that is not the one that the client writes.
fn content_type(endpoint: &Endpoint, is_registration: bool, reader: &mut Reader) {
    let Some(header) = endpoint.headers.get("content-type") else {
        return;
    };
    let text = &header.value.value.value;
    if text.contains('{') {
        return;
    }
    let said = text.split(';').next().unwrap_or_default().trim();
    let fits = |encoding: Encoding| match encoding {
        Encoding::Form => said.eq_ignore_ascii_case("application/x-www-form-urlencoded"),
        Encoding::Json => {
            said.eq_ignore_ascii_case("application/json")
                || said.to_ascii_lowercase().ends_with("+json")
        }
        Encoding::Query => false,
    };
    let (other, place) = match endpoint.encoding.given() {
        Some(many) => match many.0.iter().find(|one| !fits(one.value)) {
            Some(other) => (other.value, Some(other.place())),
            None => return,
        },
        None if is_registration => (Encoding::Json, None),
        None => (Encoding::Form, None),
    };
    if fits(other) {
        return;
    }
    let (body, help) = match other {
        Encoding::Form => (
            "the body is a form",
            "write `encoding: json`, or leave the header out",
        ),
        Encoding::Json => (
            "the body is JSON",
            "write `encoding: form`, or leave the header out",
        ),
        Encoding::Query => ("there is no body", "leave the header out"),
    };
    let mut places = vec![(header.value.value.place(), "says something else")];
    places.extend(place.map(|place| (place, body)));
    reader.explain(
        format!("{body}, and this header says `{said}`"),
        &places,
        Some(help.to_owned()),
    );
}

/// What a program says of itself is the program's to say, and one line of text.
fn user_agent(spec: &Spec, reader: &mut Reader) {
    let Some(asked) = spec.user_agent.given() else {
        return;
    };
    let is_visible = |c: char| c == ' ' || c.is_ascii_graphic();
    if let Some(example) = asked.example.given()
        && (example.value.trim().is_empty() || !example.value.chars().all(is_visible))
    {
        reader.mistake_with_help(
            example.place(),
            "no header has this value",
            "write ASCII characters in one line: `acme-calendar/1.0 (it@acme.example)`",
        );
    }
    let called = spec.called_endpoints();
    let api = spec.api.given().map(|api| &api.headers);
    let tables = called.into_iter().map(|one| &one.headers).chain(api);
    for header in tables.filter_map(|table| table.get("user-agent")) {
        reader.explain(
            "the program says what it is, so the header is not fixed",
            &[
                (header.key_place(), "a fixed value"),
                (Place::KeyOf(asked.at), "what the program has to say"),
            ],
            Some("keep one of the two".to_owned()),
        );
    }
}

/// A fixed header where the client authentication, or the access token, writes it.
fn of_client(
    spec: &Spec,
    endpoint: &Endpoint,
    is_userinfo: bool,
    header: &Entry<Header>,
    reader: &mut Reader,
) {
    let title = "the client writes this header by itself";
    if is_userinfo && header.key == "authorization" {
        let help = "it carries the access token: leave it out; `api` says how a token is sent";
        reader.mistake_with_help(header.key_place(), title, help);
        return;
    }
    if is_userinfo && endpoint.auth.is_absent() {
        return;
    }
    let methods = spec.authentications(endpoint);
    let is_authorization = header.key == "authorization";
    if methods.iter().any(|method| method.header == header.key) {
        let help = match is_authorization {
            true => {
                "it carries the client authentication: leave it out, or say what stands in it by \
                 `auth: { scheme: …, user: … }`"
            }
            false => {
                "it carries the client authentication: leave it out, or write `auth: \
                 client_secret_post` or `auth: none`"
            }
        };
        reader.mistake_with_help(header.key_place(), title, help);
    } else if is_authorization && methods.iter().any(proves_in_body) {
        reader.mistake_with_help(
            header.key_place(),
            "`authorization` says who the client is, and so does its method",
            "write both as one: `auth: { method: client_secret_post, scheme: Basic, user: … }`; where \
             the header is all, `auth: { scheme: Basic, user: … }`",
        );
    }
}

/// Whether it shows more than the client's name, and no header has it.
fn proves_in_body(method: &Authentication) -> bool {
    method.header.is_empty() && (method.proof != Proof::Sent || method.has(Template::CLIENT_SECRET))
}
