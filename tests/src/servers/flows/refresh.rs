//! Refreshes, and what renews tokens by itself.

use std::time::SystemTime;

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{EndpointKind, Method, TokenSet};

use crate::outcome::Outcome;
use crate::server::Server;

pub async fn a_refresh_gives_another_refresh_token(server: &Server) {
    let client = server.confidential("web");
    let first = server.log_in(&*client).await;
    let second = client.refresh(&first).await.expect("fresh tokens");
    assert_ne!(second.refresh_token(), first.refresh_token());
    let third = client.refresh(&second).await.expect("fresh tokens");
    assert_ne!(third.refresh_token(), second.refresh_token());
    let user = client.userinfo(&third).await.expect("an answer");
    assert!(user.is_success());
}

pub async fn a_refresh_token_is_good_for_one_refresh(server: &Server) {
    let expected = &server.expected.refresh;
    let client = server.confidential("web");
    let first = server.log_in(&*client).await;
    let second = client.refresh(&first).await.expect("fresh tokens");
    expected.again.check_token(client.refresh(&first).await);
    let user = client.userinfo(&second).await.expect("an answer");
    expected.access_token.check_api(&user);
    // Either the family goes on or all of it has ended.
    expected
        .successor
        .check_token(client.refresh(&second).await);
}

/// What a server says to a refresh token that is not this client's to use.
pub async fn a_dead_refresh_token_is_refused(server: &Server) {
    let expected = &server.expected.refresh;
    let client = server.confidential("web");
    let unknown = TokenSet::new("access").with_refresh_token("nobody's");
    dead(&expected.unknown, client.refresh(&unknown).await);

    let post = server.confidential("post").client_auth(ClientAuth::Post);
    let theirs = server.log_in(&*post).await;
    dead(&expected.of_another, client.refresh(&theirs).await);
}

/// Only a login helps, however the server puts it.
#[track_caller]
fn dead(expected: &Outcome, result: Result<TokenSet, oauth_atlas::runtime::Error>) {
    if let Outcome::Refused(refusal) = expected {
        let error = refusal.check(EndpointKind::Token, result);
        assert!(error.needs_login(), "{error:?}");
    } else {
        expected.check_token(result);
    }
}

pub async fn many_tasks_renew_once(server: &Server) {
    let client = server.confidential("web");
    let tokens = server.log_in(&*client).await;
    let source = client.token_source(tokens.clone().with_expires_at(SystemTime::UNIX_EPOCH));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { source.tokens().await })
        })
        .collect();
    let current = source.tokens().await.expect("fresh tokens");
    assert_ne!(current.refresh_token(), tokens.refresh_token());
    for task in tasks {
        let renewed = task.await.expect("no task panics").expect("fresh tokens");
        // Had two of them been refreshed, one would have the tokens of the other.
        assert_eq!(renewed.access_token(), current.access_token());
        assert_eq!(renewed.refresh_token(), current.refresh_token());
    }
    client.refresh(&current).await.expect("fresh tokens");
}

pub async fn a_call_that_is_refused_is_made_again_with_a_fresh_token(server: &Server) {
    let client = server.confidential("web");
    let tokens = server.log_in(&*client).await;
    let refresh = tokens.refresh_token().expect("a refresh token");
    let stale = TokenSet::new("stale").with_refresh_token(refresh.clone());
    let source = client.token_source(stale);
    let url = server.userinfo();
    let user = source.call_api(Method::GET, &url).await.expect("an answer");
    assert!(user.is_success());

    let Some(revocation) = server.expected.revocation.as_ref() else {
        return;
    };
    let access = source.current().expect("tokens").access_token().clone();
    let result = client.revoke_access_token(access).await;
    result.expect("the token is revoked");
    let result = source.call_api(Method::GET, &url).await;
    // Where it took its refresh token along (RFC 7009 §2.1), only a login helps.
    match revocation.takes_refresh_token {
        true => revocation.refresh.check_token(result),
        false => assert!(result.expect("an answer").is_success()),
    }
}
