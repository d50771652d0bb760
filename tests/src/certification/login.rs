//! Logins, refreshes, and what is told of the user.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::fake::Lie;
use oauth_atlas::{ErrorCode, ErrorKind};

use super::{begin, log_in, provider, started};

#[tokio::test]
async fn oidcc_client_test() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let user = client.user(&tokens).await.expect("a user");
    assert_eq!(user.id(), "fake-user");
}

/// The provider takes this method alone.
#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    let (fake, client) = started(provider("RS256")).await;
    let login = begin(&client);
    let callback = fake.approve(&login.url).expect("a callback");
    let exchange = client.finish(login.pending, callback);
    let request = exchange.to_http_request().expect("a request");
    let basic = request.headers()["authorization"].to_str().expect("a text");
    assert!(basic.starts_with("Basic "));
    assert!(!String::from_utf8_lossy(request.body()).contains("client_secret"));
    exchange.await.expect("tokens");
}

#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let user = client.user(&tokens).await.expect("a user");
    assert_eq!(user.name(), Some("Fake User"));
    assert_eq!(user.verified_email(), Some("fake.user@example.com"));
}

#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    fake.set_userinfo(r#"{"sub":"another user"}"#);
    let error = client.user(&tokens).await.expect_err("another user");
    assert!(error.to_string().contains("§5.3.2"), "{error}");
}

#[tokio::test]
async fn oidcc_client_test_userinfo_bearer_header() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let request = client.userinfo(&tokens).to_http_request();
    let request = request.expect("a request");
    let bearer = format!("Bearer {}", tokens.access_token().expose());
    assert_eq!(request.headers()["authorization"], bearer);
    assert!(request.url().query().is_none() && request.body().is_empty());
    let answer = client.userinfo(&tokens).await.expect("an answer");
    assert!(answer.is_success());
}

/// The answer comes by TLS from the endpoint itself, so nothing hangs on its signature.
#[tokio::test]
async fn oidcc_client_test_userinfo_signed() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let signed = |claims: &str| {
        let parts = [r#"{"alg":"RS256"}"#, claims, "a signature"];
        parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
    };
    fake.set_userinfo(signed(r#"{"sub":"fake-user","name":"Ada"}"#));
    let user = client.user(&tokens).await.expect("a user");
    assert_eq!(user.name(), Some("Ada"));
    fake.set_userinfo(signed(r#"{"sub":"another user"}"#));
    client.user(&tokens).await.expect_err("another user");
}

/// OAuth 2.0 Form Post Response Mode: the callback is the body of a request.
#[tokio::test]
async fn oidcc_client_test_form_post_error() {
    let (fake, client) = started(provider("RS256")).await;
    let login = client.authorize(["openid"]);
    let login = login.param("response_mode", "form_post").start();
    let login = login.expect("a login");
    let form = fake.deny(&login.url).expect("a callback");
    assert!(!form.contains('?'), "{form}");
    let error = client.finish(login.pending, form).await;
    let error = error.expect_err("the user says no");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
}

#[tokio::test]
async fn oidcc_client_test_refresh_token() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let tokens = client.refresh(&tokens).await.expect("tokens");
    assert!(tokens.id_token().is_some() && tokens.warnings().is_empty());
    client.user(&tokens).await.expect("a user");
}

/// The tokens may be the only ones left, so they are kept, without the ID token.
async fn refreshed_with(lie: Lie) {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    fake.lie(Some(lie));
    let tokens = client.refresh(&tokens).await.expect("tokens");
    assert!(tokens.id_token().is_none());
    assert_eq!(tokens.warnings()[0].member(), "id_token");
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_issuer() {
    refreshed_with(Lie::Issuer).await;
}

#[tokio::test]
async fn oidcc_client_test_refresh_token_invalid_sub() {
    refreshed_with(Lie::Subject).await;
}
