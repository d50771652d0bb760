//! The ways in which a client says who it is, and the grants without a browser.

use std::time::Duration;

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{EndpointKind, IntrospectionResponse, Method, TokenSet};
use serde_json::Value;

use crate::expectations::Reading;
use crate::outcome::Outcome;
use crate::registration::{id, password, user_name};
use crate::server::Server;

pub async fn a_public_client_logs_in_and_out(server: &Server) {
    let client = server.public("public");
    let tokens = server.log_in(&*client).await;
    let fresh = client.refresh(&tokens).await.expect("fresh tokens");
    assert_ne!(fresh.refresh_token(), tokens.refresh_token());
    let Some(revocation) = &server.expected.revocation else {
        return;
    };
    let refresh = fresh.refresh_token().expect("a refresh token");
    let result = client.revoke_refresh_token(refresh.clone()).await;
    revocation.public.check(EndpointKind::Revocation, result);
    let after = match revocation.public.is_accepted() {
        true => &revocation.refresh,
        false => &Outcome::Accepted,
    };
    after.check_token(client.refresh(&fresh).await);
}

pub async fn a_secret_may_stand_in_the_body(server: &Server) {
    let client = server.confidential("post").client_auth(ClientAuth::Post);
    let tokens = server.log_in(&*client).await;
    let tokens = client.refresh(&tokens).await.expect("fresh tokens");
    let access = tokens.access_token();
    if server.expected.introspection.is_some() {
        let response = client.introspect(access.clone()).await;
        assert!(response.expect("an answer").active());
    }
    if let Some(revocation) = &server.expected.revocation {
        let result = client.revoke_access_token(access.clone()).await;
        result.expect("the token is revoked");
        if server.expected.introspection.is_some() {
            let response = client.introspect(access.clone()).await;
            assert_eq!(response.expect("an answer").active(), !revocation.works);
        }
    }
    let wrong = server
        .with_secret("post", "wrong")
        .client_auth(ClientAuth::Post);
    let expected = &server.expected.wrong_secret.post;
    expected.check_token(wrong.refresh(&tokens).await);
}

/// RFC 6749 §2.3.1 has id and secret encoded as forms are, and many servers take them raw.
pub async fn basic_is_read_in_its_way(server: &Server) {
    let scopes = &server.expected.client_credentials.scopes;
    let basic = &server.expected.basic;
    for (name, Reading { encoded, raw }) in [("odd", &basic.odd), ("spaced", &basic.spaced)] {
        for (method, expected) in [(ClientAuth::Basic, encoded), (ClientAuth::BasicRaw, raw)] {
            let client = server.confidential(name).client_auth(method);
            expected.check_token(client.client_credentials(scopes).await);
        }
    }
}

pub async fn a_client_gets_tokens_for_itself(server: &Server) {
    let expected = &server.expected.client_credentials;
    let client = server.confidential("machine");
    let tokens = client.client_credentials(&expected.scopes).await;
    let tokens = tokens.expect("the server says yes");
    assert_eq!(tokens.scope(), expected.granted.as_deref());
    assert_eq!(tokens.refresh_token().is_some(), expected.refresh_token);
    if let Some(introspection) = &server.expected.introspection {
        let response = client.introspect(tokens.access_token().clone()).await;
        let response = response.expect("an answer");
        assert!(response.active());
        for member in &introspection.says {
            agrees(member, &response, &tokens, "machine");
        }
    }
    if !expected.user.is_empty() {
        let source = client.client_credentials(&expected.scopes).token_source();
        let url = server.userinfo();
        let user = source.call_api(Method::GET, &url).await.expect("an answer");
        let user: Value = serde_json::from_str(user.text().expect("a text")).expect("JSON");
        for (name, value) in &expected.user {
            assert_eq!(&user[name], value, "{name}");
        }
    }
}

/// Checks a member of an introspection response whose value the client knows.
fn agrees(member: &str, response: &IntrospectionResponse, tokens: &TokenSet, client: &str) {
    match member {
        "client_id" => assert_eq!(response.client_id(), Some(id(client))),
        "scope" => assert_eq!(response.scope(), tokens.scope()),
        "aud" => assert_eq!(response.audience(), [id(client)]),
        "exp" => {
            let theirs = response.expires_at().expect("an `exp`");
            let ours = tokens.expires_at().expect("an `expires_in`");
            let apart = match theirs.duration_since(ours) {
                Ok(apart) => apart,
                Err(error) => error.duration(),
            };
            // Of two clocks that show whole seconds, on one machine.
            assert!(apart <= Duration::from_secs(2), "{apart:?}");
        }
        "sub" | "username" => {}
        other => panic!("nothing here knows the value of `{other}`"),
    }
}

pub async fn a_password_is_a_grant_of_its_own(server: &Server) {
    let expected = server.expected.password.as_ref().expect("it has the grant");
    let client = server.confidential("trusted");
    let mut request = client.extension("password", &[user_name(), password()]);
    if let Some(scope) = &expected.scope {
        request = request.scope(scope);
    }
    let tokens = request.await.expect("the server says yes");
    assert_eq!(tokens.refresh_token().is_some(), expected.refresh_token);
    if let Some(introspection) = &server.expected.introspection {
        let response = client.introspect(tokens.access_token().clone()).await;
        let response = response.expect("an answer");
        assert!(response.active());
        let says = |member: &str| introspection.says.iter().any(|one| one == member);
        if says("sub") {
            assert_eq!(response.subject(), Some(user_name()));
        }
        if says("username") {
            assert_eq!(response.username(), Some(user_name()));
        }
    }
    let result = client.extension("password", &[user_name(), "wrong"]).await;
    expected.wrong.check_token(result);
}
