//! What the fake tells of its user, in the provider's own shape.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::fake::answer::put;
use crate::fake::description::{Claim, ClaimName, ClaimsFrom, Description, Template, UserRules};
use crate::fake::store::USER;
use crate::provider::SigningAlgorithm;

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
                let value = match claim.means_yes.first() {
                    Some(word) => json!(word),
                    None => value(claim.name),
                };
                place(&mut user, &claim.path, value);
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

/// A way in which an ID token can be wrong, and which a client must notice (OpenID Connect Core
/// §3.1.3.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lie {
    /// `iss` is another issuer.
    Issuer,
    /// `aud` is another client.
    Audience,
    /// `aud` has this client and another one, for which `azp` says it was issued.
    AuthorizedParty,
    /// `exp` has passed.
    Expired,
    /// `iat` is in the future.
    IssuedInFuture,
    /// `nonce` is that of another login.
    Nonce,
    /// `nonce` is missing.
    MissingNonce,
    /// `auth_time` is a day ago, where the login asked for it by `max_age`.
    OldLogin,
    /// `auth_time` is missing, where the login asked for it by `max_age`.
    MissingLoginTime,
    /// `at_hash` is that of another access token.
    AccessTokenHash,
    /// `sub` is missing.
    MissingSubject,
    /// `sub` is another user.
    Subject,
    /// `aud` is missing.
    MissingAudience,
    /// `iat` is missing.
    MissingIssueTime,
    /// `c_hash` is that of another code.
    CodeHash,
    /// The header names no key. A client may refuse that, or try the published ones.
    NamelessKey,
    /// The algorithm is `none`, and there is no signature.
    Unsigned,
    /// The algorithm is HMAC, with a published key as the secret.
    Confusion,
    /// The signature is that of another message.
    Signature,
    /// The key is named and published nowhere.
    Key,
}

/// What an ID token is made of.
pub(super) struct IdToken<'a> {
    /// The issuer, in which names may still stand for claims.
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) secret: &'a str,
    pub(super) access_token: &'a str,
    pub(super) nonce: Option<&'a str>,
    /// Whether it says when the user logged in.
    pub(super) tells_time: bool,
    pub(super) lie: Option<Lie>,
    pub(super) key_generation: usize,
}

/// An ID token. Without the feature `jose` its signature proves nothing.
pub(super) fn id_token(description: &Description, token: &IdToken<'_>) -> String {
    let is = |lie| token.lie == Some(lie);
    let rules = description.id_token.as_ref();
    let algorithms = rules.map_or(&[][..], |rules| &rules.algorithms);
    let algorithm = algorithms.first().copied();
    let algorithm = algorithm.unwrap_or(SigningAlgorithm::Rs256);
    let claims = id_token_claims(description, token, algorithm);
    let mut header = json!({ "alg": algorithm.word(), "typ": "JWT" });
    if let Some(id) = key_id(algorithm, token.key_generation) {
        header["kid"] = json!(id);
    }
    if is(Lie::Key) {
        header["kid"] = json!("nobody-s");
    }
    if let Some(members) = header.as_object_mut().filter(|_| is(Lie::NamelessKey)) {
        members.remove("kid");
    }
    if is(Lie::Unsigned) {
        header = json!({ "alg": "none" });
    }
    if is(Lie::Confusion) {
        header["alg"] = json!("HS256");
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(&claims));
    let signed = match token.lie {
        Some(Lie::Unsigned) => Some(Vec::new()),
        Some(Lie::Confusion) => {
            let keys = published(description, token.key_generation);
            let public = keys["keys"][0].to_string();
            signature(&message, SigningAlgorithm::Hs256, token, &public)
        }
        Some(Lie::Signature) => signature("another message", algorithm, token, token.secret),
        _ => signature(&message, algorithm, token, token.secret),
    };
    let signature = signed.unwrap_or_else(|| b"a signature that proves nothing".to_vec());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn id_token_claims(
    description: &Description,
    token: &IdToken<'_>,
    algorithm: SigningAlgorithm,
) -> Value {
    let is = |lie| token.lie == Some(lie);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs();
    let mut issuer = token.issuer.to_owned();
    let of_user = claims(description, Told::By(ClaimsFrom::IdToken));
    let mut claims = of_user.unwrap_or_else(|| json!({}));
    let id = utf8_percent_encode(token.client_id, NON_ALPHANUMERIC).to_string();
    let id = id
        .replace("%2D", "-")
        .replace("%2E", ".")
        .replace("%5F", "_")
        .replace("%7E", "~");
    issuer = issuer.replace("{client_id}", &id);
    for (name, value) in issuer_claims(&issuer) {
        issuer = issuer.replace(&format!("{{{name}}}"), &value);
        put(&mut claims, &name, json!(value));
    }
    if is(Lie::Issuer) {
        issuer.push_str("-of-somebody-else");
    }
    let audience = match token.lie {
        Some(Lie::Audience) => json!("another client"),
        Some(Lie::AuthorizedParty) => json!([token.client_id, "another client"]),
        _ => json!(token.client_id),
    };
    let (issued_at, expires_at) = match token.lie {
        Some(Lie::Expired) => (now - 7200, now - 3600),
        Some(Lie::IssuedInFuture) => (now + 3600, now + 7200),
        _ => (now, now + 3600),
    };
    let standard = [
        ("iss", json!(issuer)),
        ("sub", json!(USER)),
        ("aud", audience),
        ("iat", json!(issued_at)),
        ("exp", json!(expires_at)),
    ];
    for (name, value) in standard {
        put(&mut claims, name, value);
    }
    if is(Lie::AuthorizedParty) {
        put(&mut claims, "azp", json!("another client"));
    }
    let nonce = match token.lie {
        Some(Lie::Nonce) => Some("the-nonce-of-another-login"),
        Some(Lie::MissingNonce) => None,
        _ => token.nonce,
    };
    if let Some(nonce) = nonce {
        put(&mut claims, "nonce", json!(nonce));
    }
    if token.tells_time && !is(Lie::MissingLoginTime) {
        let at = if is(Lie::OldLogin) { now - 86_400 } else { now };
        put(&mut claims, "auth_time", json!(at));
    }
    let of = match token.lie {
        Some(Lie::AccessTokenHash) => "another access token",
        _ => token.access_token,
    };
    if let Some(hash) = half_hash(algorithm, of) {
        put(&mut claims, "at_hash", json!(hash));
    }
    if is(Lie::CodeHash)
        && let Some(hash) = half_hash(algorithm, "another code")
    {
        put(&mut claims, "c_hash", json!(hash));
    }
    if is(Lie::Subject) {
        put(&mut claims, "sub", json!("another user"));
    }
    let missing = match token.lie {
        Some(Lie::MissingSubject) => Some("sub"),
        Some(Lie::MissingAudience) => Some("aud"),
        Some(Lie::MissingIssueTime) => Some("iat"),
        _ => None,
    };
    if let (Some(members), Some(name)) = (claims.as_object_mut(), missing) {
        members.remove(name);
    }
    claims
}

/// The value of `at_hash` (OpenID Connect Core §3.1.3.6).
fn half_hash(algorithm: SigningAlgorithm, of: &str) -> Option<String> {
    let half = |hash: &[u8]| URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]);
    let word = algorithm.word();
    if word.ends_with("256") {
        return Some(half(&hmac_sha256::Hash::hash(of.as_bytes())));
    }
    #[cfg(feature = "jose")]
    {
        use aws_lc_rs::digest::{SHA384, SHA512, digest};
        let kind = if word.ends_with("384") {
            &SHA384
        } else {
            &SHA512
        };
        Some(half(digest(kind, of.as_bytes()).as_ref()))
    }
    #[cfg(not(feature = "jose"))]
    None
}

#[cfg(feature = "jose")]
fn key_id(algorithm: SigningAlgorithm, generation: usize) -> Option<String> {
    Some(crate::fake::signing::key_id(algorithm, generation))
}

#[cfg(not(feature = "jose"))]
fn key_id(_: SigningAlgorithm, _: usize) -> Option<String> {
    None
}

#[cfg(feature = "jose")]
fn signature(
    message: &str,
    algorithm: SigningAlgorithm,
    token: &IdToken<'_>,
    secret: &str,
) -> Option<Vec<u8>> {
    let generation = token.key_generation;
    crate::fake::signing::sign(message.as_bytes(), algorithm, generation, secret)
}

#[cfg(not(feature = "jose"))]
fn signature(_: &str, _: SigningAlgorithm, _: &IdToken<'_>, _: &str) -> Option<Vec<u8>> {
    None
}

/// The keys that the fake publishes.
#[cfg(feature = "jose")]
pub(super) fn published(description: &Description, generation: usize) -> Value {
    let rules = description.id_token.as_ref();
    let algorithms = rules.map_or(&[][..], |rules| &rules.algorithms);
    crate::fake::signing::published(algorithms, generation)
}

/// None: there is nothing to verify with.
#[cfg(not(feature = "jose"))]
pub(super) fn published(_: &Description, _: usize) -> Value {
    json!({ "keys": [] })
}
