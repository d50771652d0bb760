//! [oauth2-mock-server](https://github.com/axa-group/oauth2-mock-server), which proves nothing by
//! what it accepts, and answers what no honest server does.

use std::time::Duration;

use oauth_atlas::runtime::{CallbackProblem, EndpointKind, Error, ErrorCode, ErrorKind, TokenSet};

use crate::browser::{Browser, Decision};
use crate::process::Server;
use crate::providers::oauth2_mock_server::{Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, redirect_uri, secret};

static SERVER: Server = Server::new("oauth2_mock_server");

fn client() -> Option<Client> {
    let made = Client::confidential(SERVER.origin()?, id("web"), secret("web"));
    Some(
        made.expect("loopback is allowed")
            .redirect_uri(redirect_uri()),
    )
}

/// A login whose callback the mock changes by `changes`, a JSON object.
async fn log_in_with(client: &Client, changes: &str) -> Result<TokenSet, Error> {
    let login = client
        .authorize([Scope::Openid])
        .param("callback", changes)
        .start()?;
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    client.finish(login.pending, callback).await
}

#[tokio::test]
async fn a_login_gives_tokens_that_are_refreshed_and_revoked() {
    let Some(client) = client() else { return };
    let tokens = log_in_with(&client, "{}").await.unwrap();
    // It says so whatever was asked for, and the client believes the server.
    assert_eq!(tokens.scope(), Some("dummy"));
    assert!(tokens.id_token().is_some());
    let fresh = client.refresh(&tokens).await.unwrap();
    assert!(client.userinfo(&fresh).await.unwrap().is_success());
    assert!(
        client
            .introspect(fresh.access_token().clone())
            .await
            .unwrap()
            .active()
    );
    client
        .revoke_access_token(fresh.access_token().clone())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_callback_that_is_not_the_answer_is_not_used() {
    let Some(client) = client() else { return };
    for (changes, problem) in [
        (r#"{"state":"another"}"#, CallbackProblem::WrongState),
        (r#"{"state":null}"#, CallbackProblem::MissingState),
        (r#"{"code":null}"#, CallbackProblem::MissingCode),
    ] {
        let error = log_in_with(&client, changes).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Callback(problem),
            "{changes}: {error:?}"
        );
    }
    let result = log_in_with(&client, r#"{"error":"temporarily_unavailable"}"#).await;
    let error = result.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::TemporarilyUnavailable));
    assert!(error.is_retryable());
    let result = log_in_with(&client, r#"{"code":null,"error":"access_denied"}"#).await;
    refused(
        result,
        EndpointKind::Authorization,
        ErrorCode::AccessDenied,
        0,
    );
}

#[tokio::test]
async fn an_answer_that_says_less_or_otherwise_is_understood() {
    let Some(client) = client() else { return };
    let answer = |changes: &str| client.client_credentials([]).param("answer", changes);
    let tokens = answer(r#"{"expires_in":"60","token_type":null,"scope":null}"#)
        .await
        .unwrap();
    let left = tokens.expires_in().unwrap();
    assert!(
        left <= Duration::from_secs(60) && left > Duration::from_secs(30),
        "{left:?}"
    );
    assert_eq!((tokens.token_type(), tokens.scope()), (None, None));
    let tokens = answer(r#"{"expires_in":null,"merchant":7}"#).await.unwrap();
    assert_eq!(tokens.expires_at(), None);
    assert_eq!(
        tokens
            .extra("merchant")
            .and_then(|merchant| merchant.as_u64()),
        Some(7)
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_used_is_an_error() {
    let Some(client) = client() else { return };
    let answer = |changes: &str| client.client_credentials([]).param("answer", changes);
    for changes in [
        r#"{"access_token":null}"#,
        r#"{"token_type":"mac"}"#,
        r#"{"expires_in":"soon"}"#,
    ] {
        let error = answer(changes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{changes}: {error:?}");
    }
    let error = answer(r#"{"status":503}"#).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Server, Some(503))
    );
    assert!(error.is_retryable());
    let error = answer(r#"{"status":429}"#).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    let result = answer(r#"{"status":400,"error":"invalid_grant","access_token":null}"#).await;
    refused_token(result, ErrorCode::InvalidGrant, 400);
}
