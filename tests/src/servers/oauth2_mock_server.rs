//! [oauth2-mock-server](https://github.com/axa-group/oauth2-mock-server), which proves nothing by
//! what it accepts, and answers what no honest server does.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::provider::ClientAuth;
use oauth_atlas::{CallbackProblem, EndpointKind, Error, ErrorCode, ErrorKind, TokenSet};
use serde_json::Value;

use crate::browser::{Browser, Decision};
use crate::metadata;
use crate::pending::with_another_verifier;
use crate::process::Server;
use crate::providers::oauth2_mock_server::{Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, password, redirect_uri, secret, user_name};

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

/// Who an ID token is for, which the mock reads from the authentication of the client.
fn audience(tokens: &TokenSet) -> Option<String> {
    let token = tokens.id_token()?.expose().split('.').nth(1)?;
    let claims = URL_SAFE_NO_PAD.decode(token).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    claims["aud"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn its_metadata_agrees_with_the_spec() {
    let Some(origin) = SERVER.origin() else {
        return;
    };
    let path = "/.well-known/openid-configuration";
    let unannounced = ["refresh_token", "client_secret_basic", "client_secret_post"];
    metadata::agrees("oauth2_mock_server", origin, path, &unannounced).await;
}

#[tokio::test]
async fn each_client_says_who_it_is() {
    let Some(client) = client() else { return };
    let tokens = log_in_with(&client, "{}").await.unwrap();
    assert_eq!(audience(&tokens).as_deref(), Some("web"));
    let post = client.client_auth(ClientAuth::Post);
    let tokens = post.refresh(&tokens).await.unwrap();
    assert_eq!(audience(&tokens).as_deref(), Some("web"));

    let made = Client::public(SERVER.origin().unwrap(), id("public"));
    let public = made.unwrap().redirect_uri(redirect_uri());
    let tokens = log_in_with(&public, "{}").await.unwrap();
    assert_eq!(audience(&tokens).as_deref(), Some("public"));
}

#[tokio::test]
async fn a_password_is_a_grant_of_its_own() {
    let Some(client) = client() else { return };
    let tokens = client.password(user_name(), password()).await.unwrap();
    assert!(tokens.refresh_token().is_some());
}

#[tokio::test]
async fn a_stolen_code_lacks_its_verifier() {
    let Some(client) = client() else { return };
    let login = client.authorize([Scope::Openid]).start().unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let pending = with_another_verifier(&login.pending);
    // RFC 7636 §4.6 has another code for that.
    let error = refused_token(
        client.finish(pending, callback).await,
        ErrorCode::InvalidRequest,
        400,
    );
    assert_eq!(
        error.description(),
        Some("code_verifier provided does not match code_challenge")
    );
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
