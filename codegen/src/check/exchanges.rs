//! Grants of the standards that exchange a token or an assertion for another token: what their
//! requests have, and how they name the types of tokens.

use oauth_atlas_description::urn::{
    JWT_BEARER, SAML_BEARER, TOKEN_EXCHANGE, TOKEN_TYPE, TOKEN_TYPES, is_token_type,
};

use crate::decode::{Entry, Reader};
use crate::spec::{Extension, GrantParameter, Spec};

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
    let (names, section): (&[&str], _) = match given.value.as_str() {
        TOKEN_EXCHANGE => (&["subject_token", "subject_token_type"], "RFC 8693 §2.1"),
        SAML_BEARER => (&["assertion"], "RFC 7522 §2.1"),
        JWT_BEARER => (&["assertion"], "RFC 7523 §2.1"),
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
    let is_optional = |one: &Entry<GrantParameter>| {
        let optional = one.value.optional.given();
        optional.is_some_and(|optional| optional.value) && one.value.value.is_absent()
    };
    let (token, of_type) = ("actor_token", "actor_token_type");
    if let (Some(token), Some(of_type)) = (parameters.get(token), parameters.get(of_type))
        && is_optional(token) != is_optional(of_type)
    {
        reader.explain(
            "`actor_token` and `actor_token_type` are sent together or not at all (RFC 8693 §2.1)",
            &[(of_type.key_place(), "this"), (token.key_place(), "that")],
            Some("make both `optional: true`, or neither".to_owned()),
        );
    }
    for (name, other) in [(token, of_type), (of_type, token)] {
        if let Some(alone) = parameters.get(name)
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
    if let Some(word) = value.value.strip_prefix(TOKEN_TYPE) {
        if !is_token_type(word) {
            reader.unknown(value.place(), "token type", word, &TOKEN_TYPES);
        }
        return;
    }
    if !value.value.contains([':', '{']) {
        let example = match TOKEN_TYPES.contains(&value.value.as_str()) {
            true => value.value.as_str(),
            false => "access_token",
        };
        reader.mistake_with_help(
            value.place(),
            "a token type is a URI (RFC 8693 §3)",
            format!("the standard's begin with `{TOKEN_TYPE}`, as in `{TOKEN_TYPE}{example}`"),
        );
    }
}
