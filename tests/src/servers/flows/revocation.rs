//! Tokens that are none, or none any more.

use oauth_atlas::runtime::TokenSet;

use crate::outcome::Outcome;
use crate::server::Server;

pub async fn a_revoked_token_is_inactive(server: &Server) {
    let expected = server.expected.revocation.as_ref().expect("it revokes");
    let client = server.confidential("web");
    let tokens = server.log_in(&*client).await;
    let access = tokens.access_token();
    let is_active = async || {
        let response = client.introspect(access.clone()).await;
        response.expect("an answer").active()
    };
    let introspects = server.expected.introspection.is_some();
    assert!(!introspects || is_active().await);
    let result = client.revoke_access_token(access.clone()).await;
    result.expect("the token is revoked");
    assert!(!introspects || is_active().await != expected.works);
    let answer = client.userinfo(&tokens).await.expect("an answer");
    server.expected.bad_token.check_api(&answer);
    let after = match expected.takes_refresh_token {
        true => &expected.refresh,
        false => &Outcome::Accepted,
    };
    after.check_token(client.refresh(&tokens).await);

    let tokens = server.log_in(&*client).await;
    let refresh = tokens.refresh_token().expect("a refresh token");
    let result = client.revoke_refresh_token(refresh.clone()).await;
    result.expect("the token is revoked");
    expected.refresh.check_token(client.refresh(&tokens).await);
    // A token that nobody knows counts as revoked (RFC 7009 §2.2).
    let result = client.revoke_refresh_token("nobody's".into()).await;
    result.expect("there is nothing to revoke");
}

pub async fn a_token_that_is_none_is_refused(server: &Server) {
    let client = server.confidential("web");
    let answer = client.userinfo(&TokenSet::new("none")).await;
    let answer = answer.expect("an answer");
    server.expected.bad_token.check_api(&answer);
}
