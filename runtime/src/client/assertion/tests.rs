use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::Core;
use crate::SigningKey;
use crate::fixtures::acme;
use crate::provider::{Endpoint, Provider, Variable, VariableKind};

static BANK: Provider = Provider {
    environments: &[],
    issuer: Some("https://bank.example"),
    token: Some(Endpoint {
        url: "https://bank.example/oauth/token?v=1",
        ..Endpoint::STANDARD
    }),
    variables: &[
        Variable {
            name: "team",
            kind: VariableKind::Text,
            ..Variable::STANDARD
        },
        Variable {
            name: "user",
            kind: VariableKind::Text,
            optional: true,
            ..Variable::STANDARD
        },
    ],
    ..acme()
};

static STANDARD_RULES: Assertion = Assertion::STANDARD;

static OWN: Assertion = Assertion {
    issuer: "{team}",
    subject: "{user}",
    audience: "{team} at bank",
    lifetime: Some(30),
    algorithms: &[SigningAlgorithm::Es256],
    requires: &["kid"],
    not_before: true,
    claims: &[("kind", "a \"{team}\""), ("scope", "{scope}")],
    ..Assertion::STANDARD
};

static BY_SECRET: Assertion = Assertion {
    algorithms: &[SigningAlgorithm::Rs256, SigningAlgorithm::Hs512],
    audience: "host",
    ..Assertion::STANDARD
};

fn draft(rules: &'static Assertion) -> Draft {
    Draft {
        rules,
        endpoint: BANK.token.as_ref().map(|endpoint| endpoint.url),
        issuer: BANK.issuer.map(Cow::Borrowed),
        is_secret: false,
        login: None,
        now: 1_800_000_000,
    }
}

fn read(jwt: &str) -> (Value, Value) {
    let mut parts = jwt.split('.').map(|part| {
        let json = URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice::<Value>(&json).unwrap_or_default()
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

fn core() -> Core {
    Core::confidential(&BANK, "client", "secret").variable("team", "T1")
}

fn p256() -> SigningKey {
    SigningKey::generate(SigningAlgorithm::Es256).unwrap()
}

/// RFC 7523 §3, OpenID Connect Core §9.
#[test]
fn the_standard_claims() {
    let (core, key) = (core(), p256());
    let message = draft(&STANDARD_RULES)
        .message(&key, &core.filler(&[]))
        .unwrap();
    let (header, mut claims) = read(&message);
    assert_eq!(header, json!({ "alg": "ES256", "typ": "JWT" }));
    let id = claims["jti"].take();
    assert_eq!(id.as_str().unwrap().len(), 36);
    assert_eq!(
        claims,
        json!({
            "iss": "client", "sub": "client", "aud": "https://bank.example/oauth/token?v=1",
            "iat": 1_800_000_000, "exp": 1_800_000_060, "jti": null,
        })
    );
    let again = draft(&STANDARD_RULES)
        .message(&key, &core.filler(&[]))
        .unwrap();
    assert_ne!(read(&again).1["jti"], id);
}

#[test]
fn the_claims_of_a_spec() {
    let core = core();
    let key = p256().with_key_id("k1");
    let filler = core.filler(&[]).asking("read write");
    let (header, mut claims) = read(&draft(&OWN).message(&key, &filler).unwrap());
    assert_eq!(header, json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" }));
    claims["jti"].take();
    assert_eq!(
        claims,
        json!({
            "iss": "T1", "aud": "T1 at bank", "iat": 1_800_000_000, "nbf": 1_800_000_000,
            "exp": 1_800_000_030, "jti": null, "kind": "a \"T1\"", "scope": "read write",
        })
    );
    let with_user = core.variable("user", "U1");
    let filler = with_user.filler(&[]).asking("");
    let (_, claims) = read(&draft(&OWN).message(&key, &filler).unwrap());
    assert_eq!(
        (&claims["sub"], &claims["scope"]),
        (&json!("U1"), &Value::Null)
    );
}

#[test]
fn a_secret_lives_an_hour_and_has_no_id() {
    let (core, key) = (core(), p256());
    let draft = Draft {
        is_secret: true,
        ..draft(&STANDARD_RULES)
    };
    let (_, claims) = read(&draft.message(&key, &core.filler(&[])).unwrap());
    assert_eq!(claims["exp"], json!(1_800_003_600));
    assert_eq!(claims["jti"], Value::Null);
}

#[test]
fn a_certificate_is_in_the_header() {
    let certificate = include_str!("../signing_key/fixtures/certificate.pem");
    let key = p256().with_certificate_chain(certificate).unwrap();
    let key = key.with_certificate(certificate).unwrap();
    let core = core();
    let message = draft(&STANDARD_RULES)
        .message(&key, &core.filler(&[]))
        .unwrap();
    let (header, _) = read(&message);
    assert_eq!(header["x5t#S256"].as_str().unwrap().len(), 43);
    assert!(STANDARD.decode(header["x5c"][0].as_str().unwrap()).is_ok());
}

#[test]
fn what_the_provider_does_not_take_is_told() {
    let core = core();
    let filler = core.filler(&[]);
    let error = |key: &SigningKey| draft(&OWN).message(key, &filler).unwrap_err().to_string();
    assert!(error(&p256()).contains("knows a key by `kid`"));
    let rsa = SigningKey::from_jwk(include_str!("../signing_key/fixtures/rfc7515-a2.json"));
    assert!(error(&rsa.unwrap()).contains("signs with RS256, and this provider takes ES256"));
    let key = p256().with_key_id("k");
    let without = Core::confidential(&BANK, "client", "secret");
    let missing = draft(&OWN).message(&key, &without.filler(&[])).unwrap_err();
    assert!(missing.to_string().contains("team is not set"), "{missing}");
}

#[test]
fn the_secret_makes_a_mac() {
    let core = core();
    let secret = Secret::from("secret");
    let jwt = draft(&BY_SECRET)
        .with_mac(&secret, &core.filler(&[]))
        .unwrap();
    let (header, claims) = read(jwt.expose());
    assert_eq!(header, json!({ "alg": "HS512", "typ": "JWT" }));
    assert_eq!(claims["aud"], json!("bank.example"));
    let (message, signature) = jwt.expose().rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA512, b"secret");
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    hmac::verify(&key, message.as_bytes(), &signature).unwrap();
    let standard = draft(&STANDARD_RULES)
        .with_mac(&secret, &core.filler(&[]))
        .unwrap();
    assert_eq!(read(standard.expose()).0["alg"], json!("HS256"));
}
