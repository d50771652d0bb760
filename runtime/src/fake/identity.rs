//! What the fake tells of its user, in the provider's own shape.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::fake::answer::put;
use crate::fake::description::{Claim, ClaimName, ClaimsFrom, Description, Template, UserRules};
use crate::fake::store::USER;

/// Where a part of the user is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told<'n> {
    By(ClaimsFrom),
    InAnswerTo(&'n str),
}

impl<'d> Told<'d> {
    fn of(rules: &UserRules, claim: &'d Claim) -> Self {
        match &claim.request {
            Some(name) => Self::InAnswerTo(name),
            None => Self::By(claim.from.unwrap_or(rules.from)),
        }
    }
}

/// The members of an answer that tell of the user there; `None` where nothing is known of them.
pub(super) fn claims(description: &Description, told: Told<'_>) -> Option<Value> {
    let rules = description.user.as_ref()?;
    let mut user = json!({});
    let here = rules.claims.iter();
    let here: Vec<_> = here
        .filter(|claim| Told::of(rules, claim) == told)
        .collect();
    for claim in here.iter().filter(|claim| claim.value.is_none()) {
        match &claim.template {
            Some(template) => {
                for name in Template::of(template).names() {
                    if user.get(name).is_none() {
                        place(&mut user, name, json!(format!("fake-{name}")));
                    }
                }
            }
            None => {
                for (name, value) in &claim.conditions {
                    let path = beside(&claim.path, name);
                    place(&mut user, &path, condition(value));
                }
                place(&mut user, &claim.path, value(claim.name));
            }
        }
    }
    if told == Told::By(rules.from) {
        user = rules.root.iter().rev().fold(user, |inner, name| {
            Value::Object(Map::from_iter([(name.clone(), inner)]))
        });
    }
    Some(user)
}

/// The path of another member of the array's element that a path leads into.
fn beside(path: &str, name: &str) -> String {
    match path.rfind("[]") {
        Some(at) => format!("{}[].{name}", &path[..at]),
        None => name.to_owned(),
    }
}

fn condition(value: &str) -> Value {
    match value {
        "true" => json!(true),
        "false" => json!(false),
        text => json!(text),
    }
}

/// Puts a value at a path that may begin with the elements of the answer itself.
fn place(user: &mut Value, path: &str, value: Value) {
    match path.strip_prefix("[]") {
        None => put(user, path, value),
        Some(rest) => {
            if !user.is_array() {
                *user = json!([{}]);
            }
            match rest.strip_prefix('.') {
                Some(rest) => put(&mut user[0], rest, value),
                None => user[0] = value,
            }
        }
    }
}

fn value(name: ClaimName) -> Value {
    match name {
        ClaimName::Sub => json!(USER),
        ClaimName::Name => json!("Fake User"),
        ClaimName::GivenName => json!("Fake"),
        ClaimName::FamilyName => json!("User"),
        ClaimName::PreferredUsername => json!("fake.user"),
        ClaimName::Email => json!("fake.user@example.com"),
        ClaimName::EmailVerified => json!(true),
        ClaimName::Picture => json!("https://fake.example/fake-user.png"),
        ClaimName::Locale => json!("en-US"),
        ClaimName::Profile => json!("https://fake.example/fake-user"),
        ClaimName::Zoneinfo => json!("Europe/Paris"),
    }
}

/// The issuer of ID tokens: names that are neither variables nor hosts are claims.
pub(super) fn issuer_claims(issuer: &str) -> Vec<(String, String)> {
    let names = Template::of(issuer).names();
    names
        .map(|name| (name.to_owned(), format!("fake-{name}")))
        .collect()
}

/// What an ID token is made of.
pub(super) struct IdToken<'a> {
    /// The issuer, in which names may still stand for claims.
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: Option<&'a str>,
}

/// An ID token. Its signature is none: it is for what reads claims, not for what verifies them.
pub(super) fn id_token(description: &Description, token: &IdToken<'_>) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let mut issuer = token.issuer.to_owned();
    let of_user = claims(description, Told::By(ClaimsFrom::IdToken));
    let mut claims = of_user.unwrap_or_else(|| json!({}));
    for (name, value) in issuer_claims(&issuer) {
        issuer = issuer.replace(&format!("{{{name}}}"), &value);
        put(&mut claims, &name, json!(value));
    }
    let standard = [
        ("iss", json!(issuer)),
        ("sub", json!(USER)),
        ("aud", json!(token.client_id)),
        ("iat", json!(now.as_secs())),
        ("exp", json!(now.as_secs() + 3600)),
    ];
    for (name, value) in standard {
        put(&mut claims, name, value);
    }
    if let Some(nonce) = token.nonce {
        put(&mut claims, "nonce", json!(nonce));
    }
    let rules = description.id_token.as_ref();
    let algorithm = rules.and_then(|rules| rules.algorithms.first());
    let header = json!({ "alg": algorithm.map_or("RS256", |one| one.word()), "typ": "JWT" });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = URL_SAFE_NO_PAD.encode("a signature of the fake, which proves nothing");
    format!("{}.{}.{signature}", part(header), part(claims))
}
