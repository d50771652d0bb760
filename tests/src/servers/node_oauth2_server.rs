//! [@node-oauth/oauth2-server](https://github.com/node-oauth/node-oauth2-server): plain OAuth 2.0,
//! whose Basic takes id and secret as they are.

use oauth_atlas::provider::ClientAuth;
use oauth_atlas::{EndpointKind, ErrorCode, Method, TokenSet};

use crate::browser::{Browser, Decision};
use crate::pending::with_another_verifier;
use crate::process::Server;
use crate::providers::node_oauth2_server::{Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, redirect_uri, secret};

static SERVER: Server = Server::new("node_oauth2_server");

fn confidential(client: &str) -> Option<Client> {
    let made = Client::confidential(SERVER.origin()?, id(client), secret(client));
    Some(
        made.expect("loopback is allowed")
            .redirect_uri(redirect_uri()),
    )
}

fn public(client: &str) -> Option<Client> {
    let made = Client::public(SERVER.origin()?, id(client));
    Some(
        made.expect("loopback is allowed")
            .redirect_uri(redirect_uri()),
    )
}

async fn log_in(client: &Client) -> TokenSet {
    let login = client
        .authorize([Scope::Read, Scope::Write])
        .start()
        .unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    client
        .finish(login.pending, callback)
        .await
        .expect("the login succeeds")
}

#[tokio::test]
async fn a_login_gives_tokens_for_the_user() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    assert_eq!(tokens.scope(), Some("read write"));
    assert!(tokens.refresh_token().is_some() && tokens.expires_at().is_some());
    let user = client.userinfo(&tokens).await.unwrap();
    assert_eq!(user.text(), Some(r#"{"user":"alice"}"#));
}

#[tokio::test]
async fn a_public_client_logs_in() {
    let Some(client) = public("public") else {
        return;
    };
    let tokens = log_in(&client).await;
    let fresh = client.refresh(&tokens).await.unwrap();
    assert_ne!(fresh.access_token(), tokens.access_token());
}

#[tokio::test]
async fn a_secret_may_stand_in_the_body() {
    let Some(client) = confidential("post") else {
        return;
    };
    let client = client.client_auth(ClientAuth::Post);
    let tokens = log_in(&client).await;
    client.refresh(&tokens).await.unwrap();
}

#[tokio::test]
async fn basic_is_raw() {
    for client in ["odd", "spaced"] {
        let Some(client) = confidential(client) else {
            return;
        };
        client.client_credentials([Scope::Read]).await.unwrap();
        let encoded = client.client_auth(ClientAuth::Basic);
        refused_token(
            encoded.client_credentials([]).await,
            ErrorCode::InvalidClient,
            401,
        );
    }
}

#[tokio::test]
async fn a_client_gets_tokens_for_itself() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let tokens = client.client_credentials([]).await.unwrap();
    assert_eq!(tokens.scope(), Some("read"));
    assert!(tokens.refresh_token().is_none());
    let source = client.client_credentials([Scope::Write]).source();
    let user = source.call(Method::GET, &format!("{}/me", SERVER.origin().unwrap()));
    assert_eq!(user.await.unwrap().text(), Some(r#"{"user":"machine"}"#));
}

#[tokio::test]
async fn a_refresh_token_is_good_for_one_refresh() {
    let Some(client) = confidential("web") else {
        return;
    };
    let first = log_in(&client).await;
    let second = client.refresh(&first).await.unwrap();
    assert_ne!(second.refresh_token(), first.refresh_token());
    refused_token(client.refresh(&first).await, ErrorCode::InvalidGrant, 400);
    // This server leaves the family alone.
    client.refresh(&second).await.unwrap();
}

#[tokio::test]
async fn a_user_says_no() {
    let Some(client) = confidential("web") else {
        return;
    };
    let login = client
        .authorize([Scope::Read])
        .param("allowed", "false")
        .start()
        .unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let result = client.finish(login.pending, callback).await;
    refused(
        result,
        EndpointKind::Authorization,
        ErrorCode::AccessDenied,
        0,
    );
}

#[tokio::test]
async fn a_code_is_good_for_one_exchange() {
    let Some(client) = confidential("web") else {
        return;
    };
    let login = client.authorize([Scope::Read]).start().unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let pending = login.pending;
    client
        .finish(pending.clone(), callback.as_str())
        .await
        .unwrap();
    refused_token(
        client.finish(pending, callback).await,
        ErrorCode::InvalidGrant,
        400,
    );
}

#[tokio::test]
async fn a_stolen_code_lacks_its_verifier() {
    let Some(client) = public("public") else {
        return;
    };
    let login = client.authorize([Scope::Read]).start().unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let pending = with_another_verifier(&login.pending);
    refused_token(
        client.finish(pending, callback).await,
        ErrorCode::InvalidGrant,
        400,
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let Some(origin) = SERVER.origin() else {
        return;
    };
    let client = Client::confidential(origin, id("machine"), "wrong").unwrap();
    refused_token(
        client.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
    let client = client.client_auth(ClientAuth::Post);
    refused_token(
        client.client_credentials([]).await,
        ErrorCode::InvalidClient,
        400,
    );
}

#[tokio::test]
async fn a_grant_that_it_lacks_is_refused() {
    let Some(client) = confidential("web") else {
        return;
    };
    refused_token(client.magic().await, ErrorCode::UnsupportedGrantType, 400);
    // It has this one, and not for this client.
    let result = client.client_credentials([]).await;
    refused_token(result, ErrorCode::UnauthorizedClient, 400);
}

#[tokio::test]
async fn an_unknown_scope_is_refused() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let result = client.client_credentials([]).scope("unheard-of").await;
    refused_token(result, ErrorCode::InvalidScope, 400);
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    let Some(client) = confidential("web") else {
        return;
    };
    let answer = client.userinfo(&TokenSet::new("none")).await.unwrap();
    assert!(answer.is_unauthorized());
    assert!(
        answer
            .challenges()
            .iter()
            .any(|challenge| challenge.is_bearer())
    );
}
