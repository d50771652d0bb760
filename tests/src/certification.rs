//! The modules of the OpenID Foundation's tests for relying parties, by their names, each as a login
//! of this library: github.com/openid-certification/conformance-suite, commit 12f2a4da of
//! 2026-08-20, read on 2026-11-30. A module's test has its name with `_` for `-`.
//!
//! They are no certification: that takes the suite itself, and an application.

mod discovery;
mod id_token;
mod login;
mod logout;

use oauth_atlas::fake::{Fake, FakeServer, Lie};
use oauth_atlas::provider::{Provider, from_json};
use oauth_atlas::{Core, Error, ErrorKind, IdTokenProblem, Login, TokenSet};
use serde_json::json;

const REDIRECT_URI: &str = "https://app.example/callback";

/// Why a module has no test.
const AUTHORIZATION_ENDPOINT_TOKENS: &str =
    "is of the implicit and the hybrid flow, which this library has not (RFC 9700 §2.1.2)";
const REGISTRATION: &str = "clients are registered by hand";
const REQUEST_OBJECT: &str = "requests are pushed (RFC 9126), and not passed by reference";
const WEBFINGER: &str = "a user does not name an issuer by an e-mail address";
const FRAME: &str = "is of pages of the application that the provider shows in a frame";

/// Every module of the plans `oidcc-client-*`, and why it has no test if it has none.
const MODULES: &[(&str, Option<&str>)] = &[
    ("oidcc-client-test", None),
    ("oidcc-client-test-nonce-invalid", None),
    ("oidcc-client-test-client-secret-basic", None),
    ("oidcc-client-test-scope-userinfo-claims", None),
    ("oidcc-client-test-kid-absent-single-jwks", None),
    ("oidcc-client-test-kid-absent-multiple-jwks", None),
    ("oidcc-client-test-missing-iat", None),
    ("oidcc-client-test-missing-aud", None),
    ("oidcc-client-test-invalid-aud", None),
    ("oidcc-client-test-idtoken-sig-none", None),
    ("oidcc-client-test-idtoken-sig-rs256", None),
    ("oidcc-client-test-missing-sub", None),
    ("oidcc-client-test-invalid-sig-rs256", None),
    ("oidcc-client-test-invalid-sig-hs256", None),
    ("oidcc-client-test-invalid-sig-es256", None),
    ("oidcc-client-test-invalid-iss", None),
    ("oidcc-client-test-userinfo-invalid-sub", None),
    ("oidcc-client-test-userinfo-bearer-header", None),
    (
        "oidcc-client-test-userinfo-bearer-body",
        Some("the token is in the header, which is the alternative to this (RFC 6750 §2)"),
    ),
    (
        "oidcc-client-test-nonce-unless-code-flow",
        Some(AUTHORIZATION_ENDPOINT_TOKENS),
    ),
    (
        "oidcc-client-test-missing-chash",
        Some(AUTHORIZATION_ENDPOINT_TOKENS),
    ),
    ("oidcc-client-test-invalid-chash", None),
    ("oidcc-client-test-invalid-athash", None),
    (
        "oidcc-client-test-missing-athash",
        Some(AUTHORIZATION_ENDPOINT_TOKENS),
    ),
    ("oidcc-client-test-form-post-error", None),
    (
        "oidcc-client-test-aggregated-claims",
        Some("the claims of others are in the whole answer, unread"),
    ),
    (
        "oidcc-client-test-distributed-claims",
        Some("the claims of others are in the whole answer, unread"),
    ),
    ("oidcc-client-test-mtls-endpoint-aliases", None),
    ("oidcc-client-test-discovery-openid-config", None),
    ("oidcc-client-test-discovery-jwks-uri-keys", None),
    ("oidcc-client-test-discovery-issuer-mismatch", None),
    (
        "oidcc-client-test-signing-key-rotation-just-before-signing",
        None,
    ),
    ("oidcc-client-test-signing-key-rotation", None),
    (
        "oidcc-client-test-discovery-webfinger-acct",
        Some(WEBFINGER),
    ),
    ("oidcc-client-test-discovery-webfinger-url", Some(WEBFINGER)),
    ("oidcc-client-test-dynamic-registration", Some(REGISTRATION)),
    (
        "oidcc-client-test-request-uri-signed-rs256",
        Some(REQUEST_OBJECT),
    ),
    (
        "oidcc-client-test-request-uri-signed-none",
        Some(REQUEST_OBJECT),
    ),
    ("oidcc-client-test-userinfo-signed", None),
    ("oidcc-client-test-refresh-token", None),
    ("oidcc-client-test-refresh-token-invalid-issuer", None),
    ("oidcc-client-test-refresh-token-invalid-sub", None),
    (
        "oidcc-client-test-3rd-party-init-login",
        Some("the application has the page at which such a login begins"),
    ),
    ("oidcc-client-test-session-management", Some(FRAME)),
    ("oidcc-client-test-rp-init-logout", None),
    (
        "oidcc-client-test-rp-init-logout-other-state",
        Some("the application compares the state"),
    ),
    ("oidcc-client-test-rp-init-logout-no-state", None),
    (
        "oidcc-client-test-rp-frontchannel-rpinitlogout",
        Some(FRAME),
    ),
    (
        "oidcc-client-test-rp-frontchannel-opinitlogout",
        Some(FRAME),
    ),
    ("oidcc-client-test-rp-backchannel-rpinitlogout", None),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        None,
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        None,
    ),
];

#[test]
fn every_module_has_a_test_or_a_reason() {
    let tests = [
        include_str!("certification/discovery.rs"),
        include_str!("certification/id_token.rs"),
        include_str!("certification/login.rs"),
        include_str!("certification/logout.rs"),
    ];
    let tests = tests.concat().replace("\r\n", "\n");
    let functions = tests.matches("#[tokio::test]").count();
    for (module, reason) in MODULES {
        let function = format!(
            "#[tokio::test]\nasync fn {}() {{\n",
            module.replace('-', "_")
        );
        assert_eq!(
            tests.matches(&function).count(),
            usize::from(reason.is_none()),
            "{module}"
        );
    }
    let tested = MODULES.iter().filter(|(_, reason)| reason.is_none());
    assert_eq!(functions, tested.count(), "a test is of no module");
}

/// A provider whose ID tokens have this algorithm, at an issuer of each caller's own.
fn provider(algorithm: &str) -> &'static Provider {
    let description = json!({
        "format": 1, "id": "openid", "name": "OpenID", "issuer": "{issuer}",
        "variables": [{ "name": "issuer", "kind": "base_url" }],
        "authorization": { "url": "{issuer}/authorize" },
        "token": { "url": "{issuer}/token" },
        "userinfo": { "url": "{issuer}/userinfo", "method": "GET" },
        "end_session": "{issuer}/logout",
        "confidential": { "auth": ["client_secret_basic"] },
        "grants": [{ "kind": "authorization_code" }, { "kind": "refresh_token" }],
        "scopes": { "values": [{ "name": "openid" }, { "name": "profile" }, { "name": "email" }] },
        "user": { "claims": [
            { "name": "sub", "path": "sub" },
            { "name": "name", "path": "name" },
            { "name": "email", "path": "email" },
            { "name": "email_verified", "path": "email_verified" },
        ] },
        "id_token": {
            "jwks_uri": "{issuer}/keys", "algorithms": [algorithm], "nonce": "repeated",
        },
    });
    from_json(&description.to_string()).expect("a description")
}

async fn started(provider: &'static Provider) -> (FakeServer, Core) {
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = client(provider, &fake);
    (fake, client)
}

fn client(provider: &'static Provider, fake: &FakeServer) -> Core {
    Core::confidential(provider, fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .base_url("issuer", fake.origin())
        .expect("a URL")
}

fn begin(client: &Core) -> Login {
    let login = client.authorize(["openid", "profile", "email"]);
    login.start().expect("a login")
}

async fn log_in(fake: &FakeServer, client: &Core) -> Result<TokenSet, Error> {
    let login = begin(client);
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

/// Why a login ends at a provider that lies.
async fn lied_to(lie: Lie) -> IdTokenProblem {
    let (fake, client) = started(provider("RS256")).await;
    fake.lie(Some(lie));
    problem(&log_in(&fake, &client).await.expect_err("an error"))
}

fn problem(error: &Error) -> IdTokenProblem {
    match error.kind() {
        ErrorKind::IdToken(problem) => problem,
        other => panic!("{other:?}: {error}"),
    }
}
