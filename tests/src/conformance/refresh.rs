//! Area F: renewal of tokens (RFC 6749 §6).

use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use oauth_atlas::{ErrorCode, ErrorKind, Method, TokenSet};

use super::{ITEMS, case, failure, standard_client};
use crate::server::{Answer, Received, Server};

pub const REFRESH_TOKEN: &str = "canary-refresh-token";

const RENEWED: &str =
    r#"{"access_token":"new","token_type":"bearer","expires_in":3600,"refresh_token":"next"}"#;

/// Tokens that have to be renewed.
pub fn expired() -> TokenSet {
    let tokens = TokenSet::new("old")
        .with_refresh_token(REFRESH_TOKEN)
        .with_scope("read");
    tokens.with_expires_at(UNIX_EPOCH)
}

/// Tokens that are good as far as anybody knows.
fn valid() -> TokenSet {
    TokenSet::new("old").with_refresh_token(REFRESH_TOKEN)
}

/// Renews tokens once; the same refresh token again ends the whole login, as RFC 9700 §4.14.2
/// advises servers.
fn rotating() -> Server {
    Server::with(|index, _| match index {
        0 => {
            // Long enough for every caller to be waiting.
            thread::sleep(Duration::from_millis(100));
            Answer::json(200, RENEWED)
        }
        _ => Answer::json(400, r#"{"error":"invalid_grant"}"#),
    })
}

/// An API that wants the new token, at the same origin as the token endpoint.
fn api(accepts: &'static str) -> Server {
    Server::with(move |_, request: &Received| match request.target() {
        "/token" => Answer::json(200, RENEWED),
        _ if request.header("authorization") == Some(accepts) => Answer::json(201, "[]"),
        _ => case("N04").answer(),
    })
}

fn targets(server: &Server) -> Vec<String> {
    server
        .received()
        .iter()
        .map(|sent| sent.target().to_owned())
        .collect()
}

#[test]
fn f01_old_refresh_token_is_kept() {
    let server = case("F01").server();
    let tokens = standard_client(&server)
        .refresh(&expired())
        .send_blocking()
        .unwrap();
    let members = case("F01").members();
    assert_eq!(tokens.access_token().expose(), members["access_token"]);
    assert_eq!(tokens.scope().unwrap(), members["scope"]);
    assert_eq!(tokens.refresh_token().unwrap().expose(), REFRESH_TOKEN);
    assert_eq!(tokens.expires_at(), None);
}

#[tokio::test]
async fn f02_new_refresh_token_takes_its_place() {
    let server = case("F02").server();
    let tokens = standard_client(&server).refresh(&expired()).await.unwrap();
    let members = case("F02").members();
    assert_eq!(tokens.access_token().expose(), members["access_token"]);
    assert_eq!(
        tokens.refresh_token().unwrap().expose(),
        members["refresh_token"]
    );
    assert_eq!(tokens.scope(), Some("read"));
}

#[tokio::test]
async fn f03_without_refresh_token_nothing_is_sent() {
    let server = Server::start([Answer::json(200, RENEWED)]);
    let tokens = TokenSet::new("canary-access-token").with_expires_at(UNIX_EPOCH);
    let client = standard_client(&server);
    let results = [
        client.refresh(&tokens).await,
        client
            .token_source(tokens)
            .tokens()
            .await
            .map(|tokens| (*tokens).clone()),
    ];
    for result in results {
        let error = failure(result, &["canary-access-token"]);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("refresh token"), "{error}");
        assert!(error.needs_login());
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn f04_one_renewal_for_many_tasks() {
    let server = rotating();
    let source = standard_client(&server).token_source(expired());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.tokens().await })
        })
        .collect();
    for task in tasks {
        let tokens = task.await.unwrap().unwrap();
        assert_eq!(tokens.access_token().expose(), "new");
        assert_eq!(tokens.refresh_token().unwrap().expose(), "next");
    }
    assert_eq!(
        server.only().form_value("refresh_token").as_deref(),
        Some(REFRESH_TOKEN)
    );
}

#[test]
fn f04_one_renewal_for_many_threads() {
    let server = rotating();
    let source = standard_client(&server).token_source(expired());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| source.tokens_blocking()))
            .collect();
        for thread in threads {
            let tokens = thread.join().unwrap().unwrap();
            assert_eq!(tokens.access_token().expose(), "new");
        }
    });
    server.only();
}

#[tokio::test]
async fn f05_spent_refresh_token_is_not_tried_again() {
    let server = Server::start([Answer::json(400, r#"{"error":"invalid_grant"}"#)]);
    let source = standard_client(&server).token_source(expired());
    for _ in 0..3 {
        let error = failure(source.tokens().await, &[REFRESH_TOKEN]);
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
        assert!(error.needs_login() && !error.is_retryable());
    }
    server.only();
    assert_eq!(*source.current().unwrap(), expired());

    source.replace(TokenSet::new("after login"));
    assert_eq!(
        source.tokens().await.unwrap().access_token().expose(),
        "after login"
    );
}

/// The last refresh token is the only one that is sent, whatever the server would still take.
#[tokio::test]
async fn f06_old_refresh_token_is_given_up() {
    let server = Server::start([Answer::json(200, RENEWED)]);
    let client = standard_client(&server);
    let renewed = client.refresh(&expired()).await.unwrap();
    client.refresh(&renewed).await.unwrap();
    let sent = server.received();
    let sent: Vec<_> = sent
        .iter()
        .map(|sent| sent.form_value("refresh_token"))
        .collect();
    assert_eq!(sent, [Some(REFRESH_TOKEN.into()), Some("next".into())]);
}

#[tokio::test]
async fn f08_one_renewal_and_one_retry() {
    let server = api("Bearer new");
    let source = standard_client(&server).token_source(valid());
    let response = source
        .call_api(Method::POST, ITEMS)
        .json_body(r#"{"a":1}"#)
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(targets(&server), ["/items", "/token", "/items"]);
    let sent = server.received();
    assert_eq!(sent[0].body, r#"{"a":1}"#);
    assert_eq!(sent[2].body, sent[0].body);
    assert_eq!(sent[0].header("authorization"), Some("Bearer old"));
}

#[test]
fn f08_second_refusal_is_the_result() {
    let server = api("Bearer of somebody else");
    let source = standard_client(&server).token_source(valid());
    let response = source.call_api(Method::GET, ITEMS).send_blocking().unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(targets(&server), ["/items", "/token", "/items"]);
}

#[tokio::test]
async fn f08_without_refresh_token_there_is_no_retry() {
    let server = api("Bearer new");
    let source = standard_client(&server).token_source(TokenSet::new("old"));
    let response = source.call_api(Method::GET, ITEMS).await.unwrap();
    assert_eq!(response.challenges()[0].error(), Some("invalid_token"));
    assert_eq!(targets(&server), ["/items"]);
}
