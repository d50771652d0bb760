//! [Canaille](https://canaille.readthedocs.io/), a whole identity server with its own login and
//! consent, which wants a nonce.

use std::sync::atomic::{AtomicUsize, Ordering};

use oauth_atlas::provider::ClientAuth;
use oauth_atlas::{EndpointKind, ErrorCode, TokenSet};

use crate::browser::{Browser, Decision, End};
use crate::metadata;
use crate::pending::with_another_verifier;
use crate::process::Server;
use crate::providers::canaille::{Authorize, Client, Scope};
use crate::refusal::{refused, refused_token};
use crate::registration::{id, password, redirect_uri, secret, user_name};

static SERVER: Server = Server::new("canaille");

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

fn authorize(client: &Client) -> Authorize {
    // It refuses one that it has seen and whose code is not spent.
    static NONCES: AtomicUsize = AtomicUsize::new(0);
    let nonce = NONCES.fetch_add(1, Ordering::Relaxed);
    client
        .authorize([Scope::Openid, Scope::Email])
        .nonce(format!("nonce {nonce}"))
}

async fn log_in(client: &Client) -> TokenSet {
    let login = authorize(client).start().unwrap();
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
    metadata::agrees(
        "canaille",
        origin,
        "/.well-known/oauth-authorization-server",
        &[],
    )
    .await;
}

#[tokio::test]
async fn a_login_gives_tokens_for_the_user() {
    let Some(client) = confidential("web") else {
        return;
    };
    let tokens = log_in(&client).await;
    assert!(tokens.scopes().eq(["openid", "email"]) || tokens.scopes().eq(["email", "openid"]));
    assert!(tokens.refresh_token().is_some() && tokens.id_token().is_some());
    let user = client.userinfo(&tokens).await.unwrap();
    let user = user.json().unwrap();
    assert_eq!(user.get("sub").and_then(|sub| sub.as_str()), Some("alice"));
    assert_eq!(
        user.get("email").and_then(|email| email.as_str()),
        Some("alice@example.com")
    );
}

#[tokio::test]
async fn a_public_client_logs_in_and_cannot_log_out() {
    let Some(client) = public("public") else {
        return;
    };
    let tokens = log_in(&client).await;
    let fresh = client.refresh(&tokens).await.unwrap();
    assert_ne!(fresh.access_token(), tokens.access_token());
    // RFC 7009 §2.1 has public clients revoke their tokens, and this server lets none.
    let refresh = fresh.refresh_token().unwrap();
    refused(
        client.revoke_refresh_token(refresh.clone()).await,
        EndpointKind::Revocation,
        ErrorCode::InvalidClient,
        401,
    );
    client.refresh(&fresh).await.unwrap();
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
    odd.client_credentials([Scope::Profile]).await.unwrap();
    let raw = odd.client_auth(ClientAuth::BasicRaw);
    refused_token(
        raw.client_credentials([]).await,
        ErrorCode::InvalidClient,
        401,
    );
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
    let tokens = client.client_credentials([Scope::Profile]).await.unwrap();
    assert_eq!(tokens.scope(), Some("profile"));
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert!(response.active());
    assert_eq!(
        (response.client_id(), response.scope()),
        (Some("machine"), Some("profile"))
    );
    assert_eq!(response.audience(), ["machine"]);
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
    assert!(client.userinfo(&tokens).await.unwrap().is_unauthorized());
    refused_token(client.refresh(&tokens).await, ErrorCode::InvalidGrant, 400);
    client.revoke_refresh_token("nobody's").await.unwrap();
}

#[tokio::test]
async fn a_user_says_no() {
    // Who has agreed once is not asked again, so nobody agrees to this client.
    let Some(client) = public("refused") else {
        return;
    };
    let login = authorize(&client).start().unwrap();
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
    let login = authorize(&client).start().unwrap();
    let end = Browser::new(Decision::Allow).visit(&login.url).await;
    assert!(matches!(end, End::Page { status: 400, .. }), "{end:?}");
}

#[tokio::test]
async fn a_code_is_good_for_one_exchange() {
    let Some(client) = confidential("web") else {
        return;
    };
    let login = authorize(&client).start().unwrap();
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
    let login = authorize(&client).start().unwrap();
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
async fn a_password_is_a_grant_of_its_own() {
    let Some(client) = confidential("trusted") else {
        return;
    };
    let tokens = client
        .password(user_name(), password())
        .scope("profile")
        .await
        .unwrap();
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert_eq!(response.subject(), Some("alice"));
    // RFC 6749 §5.2 has another code for that.
    let result = client.password(user_name(), "wrong").await;
    refused_token(result, ErrorCode::InvalidRequest, 400);
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
async fn a_scope_that_it_leaves_out_is_not_in_the_token() {
    let Some(client) = confidential("machine") else {
        return;
    };
    let tokens = client
        .client_credentials([])
        .scope("unheard-of")
        .await
        .unwrap();
    // The answer has no `scope`, which means all that was asked for (RFC 6749 §5.1), wrongly here.
    assert_eq!(tokens.scope(), Some("unheard-of"));
    let response = client
        .introspect(tokens.access_token().clone())
        .await
        .unwrap();
    assert_eq!(response.scope(), None);
}
