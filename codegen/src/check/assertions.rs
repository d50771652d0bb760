//! JWTs that clients sign: that something sends them, and how they are signed.

use oauth_atlas_description::{AssertionAudience, Proof, Template};

use crate::decode::{Entry, Place, Reader, Spanned};
use crate::language::words::alternatives;
use crate::spec::{Assertion, Client, ClientAuthentication, Extension, Lifetime, Spec};

/// What the client writes itself.
const CLAIMS: [&str; 7] = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"];

/// What a header can be required to have.
const HEADER: [&str; 3] = ["kid", "x5t#S256", "x5c"];

/// The methods that send a JWT.
const JWT_METHODS: &str = "`private_key_jwt` or `client_secret_jwt`";

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for assertion in spec.assertions() {
        of_any(spec, assertion, reader);
    }
    let grants = spec.grants.iter().flat_map(|grants| &grants.extensions.0);
    for grant in grants {
        of_grant(spec, grant, reader);
    }
    if let Some(object) = spec.request_object.given() {
        of_login(spec, object, reader);
    }
    let Some(clients) = &spec.clients else { return };
    if let Some(client) = clients.public.given() {
        for (key, given) in [
            ("assertion", &client.assertion),
            ("signed_secret", &client.signed_secret),
        ] {
            if let Some(given) = given.given() {
                reader.mistake_with_help(
                    Place::KeyOf(given.at),
                    format!("a public client has no key for an `{key}`"),
                    "a client that can keep one is a `confidential` one",
                );
            }
        }
    }
    if let Some(client) = clients.confidential.given() {
        of_methods(spec, client, reader);
    }
}

/// A grant whose assertion the client signs.
fn of_grant(spec: &Spec, grant: &Entry<Extension>, reader: &mut Reader) {
    let Some(assertion) = grant.value.assertion.given() else {
        return;
    };
    let mut parameters = grant.value.parameters.0.iter();
    let is_sent = parameters.any(|one| one.key == "assertion" && one.value.is_argument());
    if !is_sent {
        reader.mistake_with_help(
            Place::KeyOf(assertion.at),
            "nothing sends this assertion",
            "add `assertion` to the grant's `parameters`: the client makes it, or the caller gives it",
        );
    }
    of_key_pairs(assertion, "the client signs with its key", "RS256", reader);
    if spec
        .clients
        .as_ref()
        .is_some_and(|clients| clients.confidential.is_absent())
    {
        reader.mistake_with_help(
            Place::KeyOf(assertion.at),
            "a public client has no key to sign with",
            "add `confidential:` to `clients`, or leave the assertion to the caller",
        );
    }
}

/// The JWT of a login: there are logins, and clients with a key.
fn of_login(spec: &Spec, object: &Assertion, reader: &mut Reader) {
    let place = Place::KeyOf(object.at);
    let grants = spec.grants.as_ref();
    if grants.is_some_and(|grants| grants.authorization_code.is_absent()) {
        let title = "there is no login whose parameters could be signed";
        reader.mistake_with_help(place, title, "leave `request_object` out");
    }
    let clients = spec.clients.as_ref();
    if clients.is_some_and(|clients| clients.confidential.is_absent()) {
        let help = "add `confidential:` to `clients`, or leave `request_object` out";
        reader.mistake_with_help(place, "a public client has no key to sign with", help);
    }
    if object.audience.is_absent() && spec.issuer.is_absent() {
        reader.mistake_with_help(
            place,
            "the request is for the issuer, and nothing says which one that is",
            "add `issuer: https://…`, or the `audience` that the provider's page names",
        );
    }
    of_key_pairs(object, "the client signs with its key", "PS256", reader);
}

fn of_any(spec: &Spec, assertion: &Assertion, reader: &mut Reader) {
    for name in assertion.requires.given().iter().flat_map(|many| &many.0) {
        if !HEADER.contains(&name.value.as_str()) {
            reader.mistake_with_help(
                name.place(),
                format!("`{}` names no key", name.value),
                format!("a header names its key by {}", alternatives(&HEADER)),
            );
        }
    }
    for claim in &assertion.claims.0 {
        if CLAIMS.contains(&claim.key.as_str()) {
            reader.mistake_with_help(
                claim.key_place(),
                format!("`{}` has a key of its own", claim.key),
                "write `issuer`, `subject`, `audience`, `lifetime` or `not_before`; `iat` and `jti` \
                 are in every assertion",
            );
        }
    }
    if let Some(audience) = assertion.audience.given()
        && AssertionAudience::from_word(&audience.value) == Some(AssertionAudience::Issuer)
        && spec.issuer.is_absent()
    {
        reader.mistake_with_help(
            audience.place(),
            "the assertion is for the issuer, and nothing says which one that is",
            "add `issuer: https://…`, as the provider's metadata has it (RFC 8414 §2)",
        );
    }
    if let Some(lifetime) = assertion.lifetime.given()
        && !matches!(lifetime.value, Lifetime::For(_))
    {
        reader.mistake_with_help(
            lifetime.place(),
            "an assertion expires (RFC 7523 §3)",
            "write the longest time that is accepted, or leave it out where nobody says it",
        );
    }
}

/// Whether what is signed is sent, and with an algorithm of the method's.
fn of_methods(spec: &Spec, client: &Client, reader: &mut Reader) {
    let of_client = client.auth.given().into_iter().flat_map(|many| &many.0);
    let endpoints = spec.called_endpoints();
    let of_endpoints = endpoints
        .iter()
        .filter_map(|endpoint| endpoint.auth.given());
    let methods: Vec<_> = of_client.chain(of_endpoints).collect();
    let by = |proof: Proof| {
        let mut methods = methods.iter();
        methods.find(|method| method.value.record().proof == proof)
    };
    if let Some(assertion) = client.assertion.given() {
        if by(Proof::Signature).or(by(Proof::Mac)).is_none() {
            reader.mistake_with_help(
                Place::KeyOf(assertion.at),
                "nothing sends this assertion",
                format!("add {JWT_METHODS} to `auth`, or leave the assertion out"),
            );
        }
        let ways = [
            (Proof::Signature, false, "signs with a key pair"),
            (Proof::Mac, true, "signs with the secret"),
        ];
        for (proof, is_of_secret, does) in ways {
            if let Some(method) = by(proof) {
                algorithms(assertion, method, is_of_secret, does, reader);
            }
        }
    }
    if let Some(signed) = client.signed_secret.given() {
        let sends = |method: &&&Spanned<ClientAuthentication>| {
            method.value.record().has(Template::CLIENT_SECRET)
        };
        // The standard method sends it.
        if !methods.is_empty() && !methods.iter().any(|method| sends(&method)) {
            reader.mistake_with_help(
                Place::KeyOf(signed.at),
                "nothing sends this secret",
                "add `client_secret_post` or another method with a secret to `auth`",
            );
        }
        of_key_pairs(signed, "this is the secret", "ES256", reader);
    }
}

/// Algorithms that no key pair has, where nothing else signs.
fn of_key_pairs(assertion: &Assertion, why: &str, example: &str, reader: &mut Reader) {
    for one in assertion.algorithms.given().iter().flat_map(|many| &many.0) {
        if one.value.is_of_secret() {
            reader.mistake_with_help(
                one.place(),
                format!("`{}` is keyed with a secret, and {why}", one.value.word()),
                format!("write an algorithm of a key pair, such as `{example}`"),
            );
        }
    }
}

/// A method none of whose algorithms is accepted.
fn algorithms(
    assertion: &Assertion,
    method: &Spanned<ClientAuthentication>,
    is_of_secret: bool,
    does: &str,
    reader: &mut Reader,
) {
    let Some(listed) = assertion.algorithms.given() else {
        return;
    };
    let mut fitting = listed.0.iter();
    let Some(first) = listed.0.first() else {
        return;
    };
    if fitting.any(|one| one.value.is_of_secret() == is_of_secret) {
        return;
    }
    let example = if is_of_secret { "HS256" } else { "RS256" };
    reader.explain(
        "the method and the algorithms contradict each other",
        &[
            (method.place(), does),
            (first.place(), "and none of these does"),
        ],
        Some(format!(
            "add the algorithm that is accepted, such as `{example}`"
        )),
    );
}
