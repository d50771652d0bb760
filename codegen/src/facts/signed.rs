//! What a client signs.

use oauth_atlas_description::{AssertionAudience, owned};

use crate::facts::Facts;
use crate::model::{Client, ClientKind};
use crate::prose::code;

/// The JWTs of a client type.
pub(super) fn add(facts: &mut Facts, kind: ClientKind, client: &Client) {
    for (key, signed) in &client.signed {
        let name = match *key {
            "signed_secret" => "signed secret",
            _ => "assertion",
        };
        let path = format!("clients.{}.{key}", kind.word());
        facts.add(name, &path, claims(&signed.value), None, &signed.sources);
    }
}

/// What a JWT says, and how it is signed.
fn claims(signed: &owned::Assertion) -> String {
    let audience = match AssertionAudience::from_word(&signed.audience) {
        Some(AssertionAudience::TokenEndpoint) => "the URL of the token endpoint".to_owned(),
        Some(AssertionAudience::Issuer) => "the issuer".to_owned(),
        Some(AssertionAudience::Host) => "the host of the token endpoint".to_owned(),
        None => code(&signed.audience),
    };
    let subject = match signed.subject.as_str() {
        "" => String::new(),
        subject => format!(" about {}", code(subject)),
    };
    let issuer = code(&signed.issuer);
    let mut parts = vec![format!("a JWT of {issuer}{subject} for {audience}")];
    let words: Vec<_> = signed
        .algorithms
        .iter()
        .map(|one| code(one.word()))
        .collect();
    if !words.is_empty() {
        parts.push(format!("signed with {}", words.join(" or ")));
    }
    if !signed.requires.is_empty() {
        let names: Vec<_> = signed.requires.iter().map(|name| code(name)).collect();
        parts.push(format!("with {} in its header", names.join(" and ")));
    }
    if let Some(seconds) = signed.lifetime {
        parts.push(format!("valid for {seconds} seconds at most"));
    }
    parts.join(", ")
}
