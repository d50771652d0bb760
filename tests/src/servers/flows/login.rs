//! Logins that succeed.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{Callback, EndpointKind, ErrorKind, TokenSet};
use serde_json::Value;

use crate::browser::{Browser, Decision};
use crate::registration::id;
use crate::server::Server;
use crate::subject::Subject;

pub async fn a_login_gives_tokens_for_the_user(server: &Server) {
    let client = server.confidential("web");
    let tokens = server.log_in(&*client).await;
    let expected = &server.expected.login;
    let granted = tokens.scope().expect("scopes are granted");
    assert!(
        expected.granted.iter().any(|one| one == granted),
        "{granted}"
    );
    assert!(!tokens.is_expired() && tokens.expires_at().is_some());
    assert!(tokens.refresh_token().is_some());
    assert_eq!(tokens.id_token().is_some(), expected.id_token);
    let user = client.userinfo(&tokens).await.expect("an answer");
    let user: Value = serde_json::from_str(user.text().expect("a text")).expect("JSON");
    for (name, value) in &expected.user {
        assert_eq!(&user[name], value, "{name}");
    }
}

/// RFC 9126.
pub async fn a_login_may_be_pushed(server: &Server) {
    for (name, client) in [
        ("web", server.confidential("web")),
        ("public", server.public("public")),
    ] {
        let login = client.push(&server.ask()).await;
        let login = login.unwrap_or_else(|error| panic!("{name}: {error}"));
        let query = login.url.split_once('?').expect("a query").1;
        let names: Vec<_> = query
            .split('&')
            .filter_map(|one| one.split_once('='))
            .collect();
        let names: Vec<_> = names.into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["client_id", "request_uri"], "{name}");
        assert!(
            login
                .url_expires_at
                .is_some_and(|at| at > SystemTime::now())
        );
        let callback = Browser::new(Decision::Allow).callback(&login).await;
        let callback = Callback::from(callback);
        let tokens = client.finish(login.pending, callback).await;
        let tokens = tokens.unwrap_or_else(|error| panic!("{name}: {error}"));
        let user = client.userinfo(&tokens).await.expect("an answer");
        assert!(user.is_success(), "{name}");
    }
    let other = server
        .confidential("web")
        .redirect_uri("https://other.example/callback");
    let error = other
        .push(&server.ask())
        .await
        .expect_err("no such address");
    assert_eq!(
        error.endpoint(),
        Some(EndpointKind::PushedAuthorizationRequest)
    );
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Refused, Some(400))
    );
}

/// RFC 9449, with a nonce in each proof.
pub async fn tokens_may_be_bound_to_a_key(server: &Server) {
    for (name, client) in [
        ("web", server.confidential("web")),
        ("public", server.public("public")),
    ] {
        let client = client.with_dpop();
        let tokens = server.log_in(&*client).await;
        assert_eq!(tokens.token_type(), Some("DPoP"), "{name}");
        let user = client.userinfo(&tokens).await.expect("an answer");
        assert_eq!(user.status(), 200, "{name}");
        let stored = serde_json::to_string(&tokens).expect("JSON");
        let stored: TokenSet = serde_json::from_str(&stored).expect("tokens");
        let fresh = client.refresh(&stored).await.expect("fresh tokens");
        let user = client.userinfo(&fresh).await.expect("an answer");
        assert_eq!(user.status(), 200, "{name}, refreshed");

        // Who has stolen the token has not stolen the key,
        let stolen = TokenSet::new(fresh.access_token().clone());
        let user = client.userinfo(&stolen).await.expect("an answer");
        assert_eq!(user.status(), 401, "{name}, stolen");
        // and a public client's refresh token is bound as well.
        let other = server.log_in(&*client).await;
        let key = |tokens: &TokenSet| {
            let stored = serde_json::to_value(tokens).expect("JSON");
            stored["dpop_key"].clone()
        };
        let mut stolen = serde_json::to_value(&fresh).expect("JSON");
        stolen["dpop_key"] = key(&other);
        let stolen: TokenSet = serde_json::from_value(stolen).expect("tokens");
        let user = client.userinfo(&stolen).await.expect("an answer");
        assert_eq!(user.status(), 401, "{name}, with another key");
        let refreshed = client.refresh(&stolen).await;
        assert_eq!(
            refreshed.is_err(),
            name == "public",
            "{name}: {refreshed:?}"
        );
    }
}

/// Whichever way the client says who it is.
pub async fn an_id_token_is_for_the_client(server: &Server) {
    let check = async |name: &str, client: Box<dyn Subject>| {
        let tokens = server.log_in(&*client).await;
        assert!(is_for(&tokens, id(name)), "{name}");
        if server.expected.refresh.id_token {
            let tokens = client.refresh(&tokens).await.expect("fresh tokens");
            assert!(is_for(&tokens, id(name)), "{name}, refreshed");
        }
    };
    check("web", server.confidential("web")).await;
    let post = server.confidential("post").client_auth(ClientAuth::Post);
    check("post", post).await;
    check("public", server.public("public")).await;
}

/// Whether the audience of the ID token is this client, or one of several.
fn is_for(tokens: &TokenSet, client: &str) -> bool {
    let token = tokens.id_token().expect("an ID token").expose();
    let claims = token.split('.').nth(1).expect("a JWT");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("claims are JSON");
    match &claims["aud"] {
        Value::Array(audience) => audience.iter().any(|one| one == client),
        audience => audience == client,
    }
}

/// OAuth 2.0 Form Post Response Mode.
pub async fn a_callback_may_be_a_form(server: &Server) {
    let client = server.confidential("web");
    let mode = ("response_mode".to_owned(), "form_post".to_owned());
    let login = client
        .authorize(&server.ask_with([mode]))
        .expect("a login begins");
    let form = Browser::new(Decision::Allow).form(&login).await;
    let tokens = client.finish(login.pending, Callback::from(form)).await;
    let tokens = tokens.expect("the login succeeds");
    let user = client.userinfo(&tokens).await.expect("an answer");
    assert!(user.is_success());
}
