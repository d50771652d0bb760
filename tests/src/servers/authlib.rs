//! [Authlib](https://docs.authlib.org/) on Flask, whose Basic is decoded half as a form, and
//! whose device endpoint tells who asks too often.

use std::time::Duration;

use oauth_atlas::provider::ClientAuth;
use oauth_atlas::{DeviceAnswer, EndpointKind, ErrorCode, TokenSet};

use crate::browser::{Browser, Decision, End};
use crate::pending::with_another_verifier;
use crate::process::Server;
use crate::providers::authlib::{Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, redirect_uri, secret};

static SERVER: Server = Server::new("authlib");

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
        .authorize([Scope::Profile, Scope::Read])
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
    assert_eq!(tokens.scope(), Some("profile read"));
    assert!(tokens.refresh_token().is_some() && tokens.expires_at().is_some());
    let user = client.userinfo(&tokens).await.unwrap();
    assert_eq!(
        user.json().unwrap().get("sub").and_then(|sub| sub.as_str()),
        Some("alice")
    );
}

#[tokio::test]
async fn a_public_client_logs_in_and_out() {
    let Some(client) = public("public") else {
        return;
    };
    let tokens = log_in(&client).await;
    let fresh = client.refresh(&tokens).await.unwrap();
    assert_ne!(fresh.access_token(), tokens.access_token());
    client
        .revoke_refresh_token(fresh.refresh_token().unwrap().clone())
        .await
        .unwrap();
    refused_token(client.refresh(&fresh).await, ErrorCode::InvalidGrant, 400);
}

#[tokio::test]
async fn a_secret_may_stand_in_the_body() {
    let Some(client) = confidential("post") else {
        return;
    };
    let client = client.client_auth(ClientAuth::Post);
    let tokens = log_in(&client).await;
    let tokens = client.refresh(&tokens).await.unwrap();
    let access = tokens.access_token();
    assert!(client.introspect(access.clone()).await.unwrap().active());
    client.revoke_access_token(access.clone()).await.unwrap();
    assert!(!client.introspect(access.clone()).await.unwrap().active());

    let made = Client::confidential(SERVER.origin().unwrap(), id("post"), "wrong");
    let wrong = made.unwrap().client_auth(ClientAuth::Post);
    refused_token(wrong.refresh(&tokens).await, ErrorCode::InvalidClient, 401);
}

#[tokio::test]
async fn basic_is_percent_decoded_and_a_plus_stays_one() {
    let Some(odd) = confidential("odd") else {
        return;
    };
    odd.client_credentials([Scope::Read]).await.unwrap();
    let raw = odd.client_auth(ClientAuth::BasicRaw);
    refused_token(
        raw.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
    // A form has a plus where a space was.
    let Some(spaced) = confidential("spaced") else {
        return;
    };
    refused_token(
        spaced.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
    let raw = spaced.client_auth(ClientAuth::BasicRaw);
    raw.client_credentials([]).await.unwrap();
}

#[tokio::test]
async fn a_client_gets_tokens_for_itself() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let tokens = client.client_credentials([Scope::Write]).await.unwrap();
    assert_eq!(tokens.scope(), Some("write"));
    assert!(tokens.refresh_token().is_none());
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert!(response.active());
    assert_eq!(
        (response.client_id(), response.scope()),
        (Some("machine"), Some("write"))
    );
    assert_eq!(response.expires_at(), tokens.expires_at());
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
async fn a_revoked_token_is_inactive() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    let access = tokens.access_token();
    assert!(client.introspect(access.clone()).await.unwrap().active());
    client.revoke_access_token(access.clone()).await.unwrap();
    assert!(!client.introspect(access.clone()).await.unwrap().active());
    let answer = client.userinfo(&tokens).await.unwrap();
    assert!(answer.is_unauthorized());
    assert_eq!(answer.challenges()[0].error(), Some("invalid_token"));

    let tokens = log_in(&client).await;
    client
        .revoke_refresh_token(tokens.refresh_token().unwrap().clone())
        .await
        .unwrap();
    refused_token(client.refresh(&tokens).await, ErrorCode::InvalidGrant, 400);
    client.revoke_refresh_token("nobody's").await.unwrap();
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_slowed_down() {
    let Some(client) = public("television") else {
        return;
    };
    let mut login = client.authorize_device([Scope::Profile]).await.unwrap();
    assert_eq!(login.interval(), Duration::from_secs(1));
    let wait = Duration::from_secs(1);
    assert_eq!(
        client.poll_device(&mut login).await.unwrap(),
        DeviceAnswer::Pending { wait }
    );
    let wait = Duration::from_secs(6);
    assert_eq!(
        client.poll_device(&mut login).await.unwrap(),
        DeviceAnswer::Pending { wait }
    );

    let browser = Browser::new(Decision::Allow);
    let end = browser
        .enter_code(login.verification_uri(), login.user_code())
        .await;
    assert!(matches!(end, End::Page { status: 200, .. }), "{end:?}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let DeviceAnswer::Tokens(tokens) = client.poll_device(&mut login).await.unwrap() else {
        panic!("the user has agreed")
    };
    assert!(client.userinfo(&tokens).await.unwrap().is_success());
}

#[tokio::test]
async fn a_device_waits_for_its_user() {
    let Some(client) = public("television") else {
        return;
    };
    let login = client.authorize_device([Scope::Profile]).await.unwrap();
    let (page, code) = (
        login.verification_uri().to_owned(),
        login.user_code().to_owned(),
    );
    let user = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        Browser::new(Decision::Allow).enter_code(&page, &code).await
    };
    let (tokens, _) = tokio::join!(client.finish_device(login), user);
    assert!(
        client
            .userinfo(&tokens.unwrap())
            .await
            .unwrap()
            .is_success()
    );
}

#[tokio::test]
async fn a_device_is_told_that_its_user_said_no() {
    let Some(client) = public("television") else {
        return;
    };
    let mut login = client.authorize_device([Scope::Profile]).await.unwrap();
    let browser = Browser::new(Decision::Deny);
    browser
        .enter_code(login.verification_uri(), login.user_code())
        .await;
    refused_token(
        client.poll_device(&mut login).await,
        ErrorCode::AccessDenied,
        400,
    );
}

#[tokio::test]
async fn a_user_says_no() {
    let Some(client) = confidential("web") else {
        return;
    };
    let login = client
        .authorize([Scope::Read])
        .param("login_hint", "deny")
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
async fn an_unknown_redirect_uri_leads_nowhere() {
    let Some(client) = confidential("web") else {
        return;
    };
    let client = client.redirect_uri("https://evil.example/callback");
    let login = client.authorize([Scope::Read]).start().unwrap();
    let end = Browser::new(Decision::Allow).visit(&login.url).await;
    let End::Page { status: 400, text } = end else {
        panic!("{end:?}")
    };
    assert!(
        text.contains("redirect_uri") || text.contains("Redirect URI"),
        "{text}"
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
async fn a_wrong_secret_is_refused_with_a_page_about_it() {
    let Some(origin) = SERVER.origin() else {
        return;
    };
    let client = Client::confidential(origin, id("machine"), "wrong").unwrap();
    let error = refused_token(
        client.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
    assert_eq!(
        error.error_uri(),
        Some("https://as.example/errors/invalid_client")
    );
    let result = client.introspect("token").await;
    refused(
        result,
        EndpointKind::Introspection,
        ErrorCode::InvalidClient,
        401,
    );
    let result = client.revoke_access_token("token").await;
    refused(
        result,
        EndpointKind::Revocation,
        ErrorCode::InvalidClient,
        401,
    );
}

#[tokio::test]
async fn a_method_that_the_client_is_not_registered_for_is_refused() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let client = client.client_auth(ClientAuth::Post);
    refused_token(
        client.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
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
