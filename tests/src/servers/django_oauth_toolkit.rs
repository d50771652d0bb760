//! [Django OAuth Toolkit](https://django-oauth-toolkit.readthedocs.io/): final slashes, an issuer
//! with a path, one grant for each client, and a page that asks for consent.

use std::time::SystemTime;

use oauth_atlas::provider::ClientAuth;
use oauth_atlas::{DeviceAnswer, EndpointKind, ErrorCode, ErrorKind, Method, TokenSet};

use crate::browser::{Browser, Decision, End};
use crate::metadata;
use crate::pending::with_another_verifier;
use crate::process::Server;
use crate::providers::django_oauth_toolkit::{Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, password, redirect_uri, secret, user_name};

static SERVER: Server = Server::new("django_oauth_toolkit");

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
        .authorize([Scope::Openid, Scope::Read])
        .start()
        .unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    client
        .finish(login.pending, callback)
        .await
        .expect("the login succeeds")
}

#[tokio::test]
async fn its_metadata_agrees_with_the_spec() {
    let Some(origin) = SERVER.origin() else {
        return;
    };
    let path = "/.well-known/oauth-authorization-server/o";
    let unannounced = ["device_authorization_endpoint", "userinfo_endpoint", "none"];
    metadata::agrees("django_oauth_toolkit", origin, path, &unannounced).await;
}

#[tokio::test]
async fn a_login_gives_tokens_for_the_user() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    assert_eq!(tokens.scope(), Some("openid read"));
    assert!(tokens.refresh_token().is_some() && tokens.id_token().is_some());
    let user = client.userinfo(&tokens).await.unwrap();
    assert_eq!(
        user.json().unwrap().get("sub").and_then(|sub| sub.as_str()),
        Some("1")
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
async fn basic_is_form_encoded_first() {
    for client in ["odd", "spaced"] {
        let Some(client) = confidential(client) else {
            return;
        };
        client.client_credentials([Scope::Read]).await.unwrap();
    }
    let Some(raw) = confidential("odd").map(|odd| odd.client_auth(ClientAuth::BasicRaw)) else {
        return;
    };
    refused_token(
        raw.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
}

#[tokio::test]
async fn a_client_gets_tokens_for_itself() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let tokens = client.client_credentials([]).await.unwrap();
    // The default scope, which was not asked for.
    assert_eq!(tokens.scope(), Some("read"));
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert!(response.active());
    assert_eq!(
        (response.client_id(), response.scope()),
        (Some("machine"), Some("read"))
    );
}

#[tokio::test]
async fn refresh_reuse_kills_the_family() {
    let Some(client) = confidential("web") else {
        return;
    };
    let first = log_in(&client).await;
    let second = client.refresh(&first).await.unwrap();
    assert_ne!(second.refresh_token(), first.refresh_token());
    refused_token(client.refresh(&first).await, ErrorCode::InvalidGrant, 400);
    refused_token(client.refresh(&second).await, ErrorCode::InvalidGrant, 400);
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
    assert!(client.userinfo(&tokens).await.unwrap().is_unauthorized());

    let tokens = log_in(&client).await;
    client
        .revoke_refresh_token(tokens.refresh_token().unwrap().clone())
        .await
        .unwrap();
    refused_token(client.refresh(&tokens).await, ErrorCode::InvalidGrant, 400);
    client.revoke_refresh_token("nobody's").await.unwrap();
}

#[tokio::test]
async fn many_tasks_renew_once() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    let source = client.token_source(tokens.clone().with_expires_at(SystemTime::UNIX_EPOCH));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.tokens().await })
        })
        .collect();
    for task in tasks {
        let renewed = task.await.unwrap().unwrap();
        assert_ne!(renewed.refresh_token(), tokens.refresh_token());
    }
    // Had two of them been refreshed with the same token, all would be over now.
    let current = source.current().unwrap();
    client.refresh(&current).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_refused_is_made_again_with_a_fresh_token() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    let stale = TokenSet::new("stale").with_refresh_token(tokens.refresh_token().unwrap().clone());
    let source = client.token_source(stale);
    let url = format!("{}/o/userinfo/", SERVER.origin().unwrap());
    assert!(source.call(Method::GET, &url).await.unwrap().is_success());

    // An access token takes its refresh token along (RFC 7009 §2.1), so that only a login helps.
    let access = source.current().unwrap().access_token().clone();
    client.revoke_access_token(access).await.unwrap();
    let result = source.call(Method::GET, &url).await;
    refused_token(result, ErrorCode::InvalidGrant, 400);
}

#[tokio::test]
async fn a_device_waits_for_its_user() {
    let Some(client) = public("television") else {
        return;
    };
    let mut login = client.authorize_device([Scope::Openid]).await.unwrap();
    let answer = client.poll_device(&mut login).await.unwrap();
    assert!(matches!(answer, DeviceAnswer::Pending { .. }), "{answer:?}");
    let browser = Browser::new(Decision::Allow);
    let end = browser
        .enter_code(login.verification_uri(), login.user_code())
        .await;
    assert!(matches!(end, End::Page { status: 200, .. }), "{end:?}");
    let DeviceAnswer::Tokens(tokens) = client.poll_device(&mut login).await.unwrap() else {
        panic!("the user has agreed")
    };
    assert!(client.userinfo(&tokens).await.unwrap().is_success());
}

#[tokio::test]
async fn a_device_is_told_that_its_user_said_no() {
    let Some(client) = public("television") else {
        return;
    };
    let mut login = client.authorize_device([Scope::Openid]).await.unwrap();
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
    let login = client.authorize([Scope::Read]).start().unwrap();
    let callback = Browser::new(Decision::Deny).callback(&login).await;
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
    assert!(matches!(end, End::Page { status: 400, .. }), "{end:?}");
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
    let result = client.revoke_access_token("token").await;
    refused(
        result,
        EndpointKind::Revocation,
        ErrorCode::InvalidClient,
        401,
    );
    // Here it answers a page without a code.
    let error = client.introspect("token").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(403))
    );
    assert_eq!(error.code(), None);
}

#[tokio::test]
async fn a_password_is_a_grant_of_its_own() {
    let Some(client) = confidential("trusted") else {
        return;
    };
    let tokens = client
        .password(user_name(), password())
        .scope("read")
        .await
        .unwrap();
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert_eq!(response.username(), Some("alice"));
    let result = client.password(user_name(), "wrong").await;
    refused_token(result, ErrorCode::InvalidGrant, 400);
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
    let Some(client) = confidential("web") else {
        return;
    };
    let login = client.authorize([]).scope("unheard-of").start().unwrap();
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let result = client.finish(login.pending, callback).await;
    refused(
        result,
        EndpointKind::Authorization,
        ErrorCode::InvalidScope,
        0,
    );
}
