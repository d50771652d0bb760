//! A login is finished by the client that started it or by none (RFC 9700 §4.4): whoever is asked
//! for tokens in the place of its server gets neither the code nor the verifier.

use oauth_atlas::{CallbackProblem, Error, ErrorKind, Login, Pending, Settings, TokenSet};
use oauth_atlas::{gitea, kraken};
use serde_json::{Value, json};
use url::Url;

use crate::server::{Answer, Server};

const CLIENT_ID: &str = "client";
const CLIENT_SECRET: &str = "canary-client-secret";
const REDIRECT_URI: &str = "https://client.example/callback";

/// A server that gives tokens to everybody.
fn granting() -> Server {
    Server::start([Answer::json(200, r#"{"access_token":"a"}"#)])
}

/// A client of a product that its customers host themselves.
fn client(server: &Server, id: &str, redirect_uri: &str) -> gitea::Client {
    gitea::Client::confidential(&server.origin, id, CLIENT_SECRET)
        .expect("a loopback URL")
        .redirect_uri(redirect_uri)
}

fn usual(server: &Server) -> gitea::Client {
    client(server, CLIENT_ID, REDIRECT_URI)
}

fn callback(login: &Login) -> String {
    let url = Url::parse(&login.url).expect("a URL");
    let state = url.query_pairs().find(|(name, _)| name == "state");
    let (_, state) = state.expect("a state");
    format!("{REDIRECT_URI}?code=canary-code&state={state}")
}

/// Why a login was not finished, once it is sure that no text of it shows a secret.
fn refused(result: Result<TokenSet, Error>) -> (CallbackProblem, String) {
    let error = result.expect_err("a login of another client");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    match error.kind() {
        ErrorKind::Callback(problem) => (problem, error.to_string()),
        other => panic!("{other:?}: {error}"),
    }
}

#[tokio::test]
async fn a_code_goes_to_no_other_server() {
    let (begun, other) = (granting(), granting());
    let login = usual(&begun).authorize([]).start().expect("a login");
    let callback = callback(&login);
    let result = usual(&other).finish(login.pending.clone(), &callback).await;
    let (problem, text) = refused(result);
    assert_eq!(problem, CallbackProblem::OtherClient);
    assert!(
        text.contains(&begun.origin) && text.contains(&other.origin),
        "{text}"
    );
    assert_eq!(other.received().len() + begun.received().len(), 0);

    let tokens = usual(&begun).finish(login.pending, &callback).await;
    tokens.expect("tokens");
    assert_eq!(
        begun.only().form_value("code").as_deref(),
        Some("canary-code")
    );
}

#[tokio::test]
async fn a_code_goes_to_no_other_client_and_no_other_redirect_uri() {
    let server = granting();
    let login = usual(&server).authorize([]).start().expect("a login");
    let callback = callback(&login);
    for (other, named) in [
        (client(&server, "other", REDIRECT_URI), "client id"),
        (
            client(&server, CLIENT_ID, "https://client.example/other"),
            "redirect URI",
        ),
    ] {
        let result = other.finish(login.pending.clone(), &callback).await;
        let (problem, text) = refused(result);
        assert_eq!(problem, CallbackProblem::OtherClient);
        assert!(text.contains(named), "{text}");
    }
    assert_eq!(server.received().len(), 0);
}

/// A redirect URI that one login alone has is no other client's.
#[tokio::test]
async fn a_login_may_have_a_redirect_uri_of_its_own() {
    let server = granting();
    let login = usual(&server)
        .authorize([])
        .redirect_uri("https://client.example/other")
        .start()
        .expect("a login");
    let callback = callback(&login);
    let tokens = usual(&server).finish(login.pending, &callback).await;
    tokens.expect("tokens");
    let sent = server.only().form_value("redirect_uri");
    assert_eq!(sent.as_deref(), Some("https://client.example/other"));
}

#[tokio::test]
async fn a_login_of_one_environment_is_none_of_another() {
    let server = granting();
    let client = |environment| {
        kraken::Client::confidential(CLIENT_ID, CLIENT_SECRET)
            .redirect_uri(REDIRECT_URI)
            .environment(environment)
            .with_settings(
                Settings::new()
                    .replace_origin(&server.origin)
                    .expect("a loopback origin"),
            )
    };
    let login = client(kraken::Environment::Uat).authorize([]).start();
    let login = login.expect("a login");
    let callback = callback(&login);
    let production = client(kraken::Environment::Production);
    let (problem, text) = refused(production.finish(login.pending, &callback).await);
    assert_eq!(problem, CallbackProblem::OtherClient);
    assert!(
        text.contains("environment \"uat\"") && text.contains("\"production\""),
        "{text}"
    );
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn an_altered_login_is_refused_before_any_request() {
    let server = granting();
    let login = usual(&server).authorize([]).start().expect("a login");
    let callback = callback(&login);
    let stored = serde_json::to_value(&login.pending).expect("JSON");
    for (member, value) in [
        ("code_verifier", json!("canary-short")),
        ("code_verifier", json!(format!("canary&{}", "a".repeat(43)))),
        ("code_verifier", json!("canary".repeat(22))),
        ("state", json!("canary-short")),
        ("state", json!(format!("canary {}", "a".repeat(22)))),
        ("created_at", json!(u64::MAX)),
    ] {
        let mut altered = stored.clone();
        altered[member] = value;
        let pending: Pending = serde_json::from_value(altered).expect("a stored login");
        let (problem, text) = refused(usual(&server).finish(pending, &callback).await);
        assert_eq!(problem, CallbackProblem::Altered, "{member}");
        assert!(text.contains(member), "{text}");
    }
    // As it was stored before there were bindings.
    let mut older = stored;
    let members = older.as_object_mut().expect("a map");
    assert!(
        members
            .remove("client")
            .is_some_and(|value: Value| value.is_object())
    );
    assert!(serde_json::from_value::<Pending>(older).is_err());
    assert_eq!(server.received().len(), 0);
}
