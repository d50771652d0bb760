//! Grants of the standards that exchange a token or an assertion for another token: what their
//! requests have, and how they name the types of tokens.

use crate::decode::{Entry, Reader};
use crate::spec::{Extension, GrantParameter, Spec};

/// RFC 8693 §2.1.
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Grants with an assertion (RFC 7522 §2.1, RFC 7523 §2.1).
const ASSERTIONS: [(&str, &str); 2] = [
    (
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "RFC 7522 §2.1",
    ),
    (
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "RFC 7523 §2.1",
    ),
];

/// What the standard's types of tokens begin with (RFC 8693 §3).
const STANDARD_TYPE: &str = "urn:ietf:params:oauth:token-type:";

/// The types that are registered under that name.
const STANDARD_TYPES: [&str; 8] = [
    "access_token",
    "refresh_token",
    "id_token",
    "saml1",
    "saml2",
    "jwt",
    "id-jag",
    "txn_token",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let grants = spec.grants.iter().flat_map(|grants| &grants.extensions.0);
    for grant in grants {
        missing(grant, reader);
        pairs(grant, reader);
        let typed = [
            "subject_token_type",
            "actor_token_type",
            "requested_token_type",
        ];
        for name in typed {
            if let Some(parameter) = grant.value.parameters.get(name) {
                token_type(&parameter.value, reader);
            }
        }
    }
}

/// What the standard's request cannot do without.
fn missing(grant: &Entry<Extension>, reader: &mut Reader) {
    let given = &grant.value.grant_type;
    let assertions = ASSERTIONS.iter().find(|(own, _)| *own == given.value);
    let (names, section): (&[&str], _) = match (given.value.as_str(), assertions) {
        (TOKEN_EXCHANGE, _) => (&["subject_token", "subject_token_type"], "RFC 8693 §2.1"),
        (_, Some((_, section))) => (&["assertion"], *section),
        _ => return,
    };
    for name in names {
        // What the client signs and nothing sends is told where it is signed.
        let is_signed = *name == "assertion" && !grant.value.assertion.is_absent();
        if !is_signed && !grant.value.parameters.knows(name) {
            reader.mistake_with_help(
                given.place(),
                format!("this grant type needs `{name}` ({section})"),
                format!("add `{name}` to the grant's `parameters`"),
            );
        }
    }
}

/// A token of whoever acts comes with its type, and that never alone (RFC 8693 §2.1).
fn pairs(grant: &Entry<Extension>, reader: &mut Reader) {
    let parameters = &grant.value.parameters;
    let find = |name: &str| parameters.0.iter().find(|one| one.key == name);
    let is_optional = |one: &Entry<GrantParameter>| {
        let optional = one.value.optional.given();
        optional.is_some_and(|optional| optional.value) && one.value.value.is_absent()
    };
    if let (Some(token), Some(of_type)) = (find("actor_token"), find("actor_token_type"))
        && is_optional(token) != is_optional(of_type)
    {
        reader.explain(
            "`actor_token` and `actor_token_type` are sent together or not at all (RFC 8693 §2.1)",
            &[(of_type.key_place(), "this"), (token.key_place(), "that")],
            Some("make both `optional: true`, or neither".to_owned()),
        );
    }
    for (name, other) in [
        ("actor_token", "actor_token_type"),
        ("actor_token_type", "actor_token"),
    ] {
        if let Some(alone) = find(name)
            && !parameters.knows(other)
        {
            reader.mistake_with_help(
                alone.key_place(),
                format!("`{name}` goes with `{other}` (RFC 8693 §2.1)"),
                format!("add `{other}` beside it"),
            );
        }
    }
}

/// A type that is always sent is a URI, and one of the standard's is spelled as the standard does.
fn token_type(parameter: &GrantParameter, reader: &mut Reader) {
    let Some(value) = parameter.value.given() else {
        return;
    };
    if let Some(word) = value.value.strip_prefix(STANDARD_TYPE) {
        // Some providers write `JWT`.
        let mut known = STANDARD_TYPES.iter();
        if !known.any(|known| known.eq_ignore_ascii_case(word)) {
            reader.unknown(value.place(), "token type", word, &STANDARD_TYPES);
        }
        return;
    }
    if !value.value.contains([':', '{']) {
        let example = match STANDARD_TYPES.contains(&value.value.as_str()) {
            true => value.value.as_str(),
            false => "access_token",
        };
        reader.mistake_with_help(
            value.place(),
            "a token type is a URI (RFC 8693 §3)",
            format!(
                "the standard's begin with `{STANDARD_TYPE}`, as in `{STANDARD_TYPE}{example}`"
            ),
        );
    }
}
