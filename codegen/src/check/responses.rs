//! How endpoints answer that give no tokens: what can be said of each.

use crate::check::deviations::names;
use crate::decode::{Place, Reader};
use crate::language::words::alternatives;
use crate::spec::{Presence, Spec, TokenResponse};

/// The members of an introspection response (RFC 7662 §2.2).
const INTROSPECTION: [&str; 12] = [
    "active",
    "scope",
    "client_id",
    "username",
    "token_type",
    "exp",
    "iat",
    "nbf",
    "sub",
    "aud",
    "iss",
    "jti",
];

/// The members of the response to a pushed request (RFC 9126 §2.2).
const PUSHED: [&str; 2] = ["request_uri", "expires_in"];

/// The members of a client information response (RFC 7591 §3.2.1, RFC 7592 §3) beside the client's
/// metadata.
const REGISTRATION: [&str; 6] = [
    "client_id",
    "client_secret",
    "client_id_issued_at",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
];

/// The members of a device authorization response (RFC 8628 §3.2).
const DEVICE: [&str; 6] = [
    "device_code",
    "user_code",
    "verification_uri",
    "verification_uri_complete",
    "expires_in",
    "interval",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let others = spec.endpoints_without_tokens();
    for endpoint in spec.called_endpoints() {
        let Some(response) = endpoint.response.given() else {
            continue;
        };
        let place = Place::KeyOf(response.at);
        let found = others.iter().find(|(_, other)| other.at == endpoint.at);
        match found.map(|(name, _)| *name) {
            None => reader.mistake_with_help(
                place,
                "this endpoint answers with tokens",
                "write `token_response`, at the top or of a grant",
            ),
            Some("userinfo") => reader.mistake_with_help(
                place,
                "the answer of this endpoint is handed over as it comes",
                "leave `response` out",
            ),
            Some("introspection") => {
                of_its_kind(response, &["root", "rename", "error"], reader);
                names(&response.rename, &INTROSPECTION, reader);
            }
            Some("registration") => {
                of_its_kind(response, &["root", "rename", "error"], reader);
                names(&response.rename, &REGISTRATION, reader);
            }
            Some("pushed_authorization_request") => {
                of_its_kind(response, &["root", "rename", "error"], reader);
                names(&response.rename, &PUSHED, reader);
            }
            Some("device_authorization") => {
                let keys = ["root", "rename", "expiry", "error", "fields"];
                of_its_kind(response, &keys, reader);
                names(&response.rename, &DEVICE, reader);
                never(response, reader);
            }
            Some(_) => of_its_kind(response, &["error"], reader),
        }
    }
}

/// What means something in a token response alone.
fn of_its_kind(response: &TokenResponse, keys: &[&str], reader: &mut Reader) {
    let first = |table: &[Place]| table.first().copied();
    let renamed: Vec<_> = response
        .rename
        .0
        .iter()
        .map(|one| one.key_place())
        .collect();
    let fields: Vec<_> = response
        .fields
        .0
        .iter()
        .map(|one| one.key_place())
        .collect();
    let said = [
        ("format", response.format.given().map(|one| one.place())),
        (
            "scope_array",
            response.scope_array.given().map(|one| one.place()),
        ),
        (
            "any_token_type",
            response.any_token_type.given().map(|one| one.place()),
        ),
        ("root", response.root.given().map(|one| one.place())),
        ("rename", first(&renamed)),
        ("expiry", response.expiry.given().map(|one| one.place())),
        (
            "refresh_expiry",
            response
                .refresh_expiry
                .given()
                .map(|one| one.member.place()),
        ),
        ("fields", first(&fields)),
    ];
    for (key, place) in said {
        if let (Some(place), false) = (place, keys.contains(&key)) {
            reader.mistake_with_help(
                place,
                format!("`{key}` says nothing of this endpoint's answer"),
                format!("leave it out; here stand {}", alternatives(keys)),
            );
        }
    }
}

/// A login on a device can do without its end, as polls tell of it, and without nothing else.
fn never(response: &TokenResponse, reader: &mut Reader) {
    for field in &response.fields.0 {
        if !DEVICE.contains(&field.key.as_str()) {
            reader.unknown(field.key_place(), "standard name", &field.key, &DEVICE);
        } else if field.value == Presence::Never
            && ["device_code", "user_code", "verification_uri"].contains(&field.key.as_str())
        {
            reader.mistake_with_help(
                Place::At(field.at),
                format!("no user can log in without `{}` (RFC 8628 §3.2)", field.key),
                format!(
                    "where it has another name, write `rename: {{ {}: … }}`",
                    field.key
                ),
            );
        }
    }
}
