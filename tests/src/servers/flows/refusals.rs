//! What a server says no to.

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::runtime::{Callback, EndpointKind, TokenSet};

use crate::browser::{Browser, Decision, End};
use crate::outcome::{Outcome, Refusal};
use crate::pending::with_another_verifier;
use crate::registration::secret_of;
use crate::server::Server;
use crate::subject::{Ask, Subject};

pub async fn a_user_says_no(server: &Server) {
    let denial = &server.expected.denial;
    let client = match secret_of(&denial.client) {
        Some(secret) => server.with_secret(&denial.client, secret),
        None => server.public(&denial.client),
    };
    let login = client
        .authorize(&server.ask_with(denial.parameters.clone()))
        .expect("a login begins");
    let callback = Browser::new(Decision::Deny).callback(&login).await;
    let result = client.finish(login.pending, Callback::from(callback)).await;
    Refusal::in_callback("access_denied").check(EndpointKind::Authorization, result);
}

pub async fn an_unknown_redirect_uri_leads_nowhere(server: &Server) {
    let unknown = "https://evil.example/callback";
    let client = server.confidential("web").redirect_uri(unknown);
    let login = client.authorize(&server.ask()).expect("a login begins");
    let end = Browser::new(Decision::Allow).visit(&login.url).await;
    match (&server.expected.unknown_redirect_uri, end) {
        (Outcome::Accepted, End::Callback { url, .. }) => assert!(url.starts_with(unknown)),
        (Outcome::Refused(refusal), End::Page { status, text }) => {
            assert_eq!(Some(status), refusal.status(), "{text}");
            // Some write it as prose: `Redirect URI`.
            let plain = |text: &str| text.to_lowercase().replace('_', " ");
            let said = plain(refusal.description().unwrap_or_default());
            assert!(plain(&text).contains(&said), "{text}");
        }
        (expected, end) => panic!("{expected:?} was expected, and not {end:?}"),
    }
}

pub async fn a_code_is_good_for_one_exchange(server: &Server) {
    let expected = &server.expected.code;
    let client = server.confidential("web");
    let (login, callback) = server.callback(&*client).await;
    let again = login.pending.clone();
    let tokens = client
        .finish(login.pending, Callback::from(&callback))
        .await;
    let tokens = tokens.expect("the login succeeds");
    let result = client.finish(again, Callback::from(callback)).await;
    expected.again.check_token(result);
    // RFC 6749 §4.1.2 would have all revoked that the code gave.
    let user = client.userinfo(&tokens).await.expect("an answer");
    expected.then.check_api(&user);
}

pub async fn a_stolen_code_lacks_its_verifier(server: &Server) {
    let expected = &server.expected.code.other_verifier;
    for client in [server.public("public"), server.confidential("web")] {
        let (login, callback) = server.callback(&*client).await;
        let pending = with_another_verifier(&login.pending);
        let result = client.finish(pending, Callback::from(callback)).await;
        expected.check_token(result);
    }
}

pub async fn a_wrong_secret_is_refused(server: &Server) {
    let expected = &server.expected.wrong_secret;
    let scopes = &server.expected.client_credentials.scopes;
    let client = server.with_secret("machine", "wrong");
    let result = client.client_credentials(scopes).await;
    if let Err(error) = &result {
        assert_eq!(error.error_uri(), expected.error_uri.as_deref());
    }
    expected.basic.check_token(result);
    if let Some(introspection) = &server.expected.introspection {
        let result = client.introspect("token".into()).await;
        let endpoint = EndpointKind::Introspection;
        introspection.wrong_secret.check(endpoint, result);
    }
    if let Some(revocation) = &server.expected.revocation {
        let result = client.revoke_access_token("token".into()).await;
        let endpoint = EndpointKind::Revocation;
        revocation.wrong_secret.check(endpoint, result);
    }
    let client = client.client_auth(ClientAuth::Post);
    let result = client.client_credentials(scopes).await;
    expected.post.check_token(result);
}

/// Its secret is right.
pub async fn a_method_that_the_client_is_not_registered_for(server: &Server) {
    let client = server.confidential("machine").client_auth(ClientAuth::Post);
    let scopes = &server.expected.client_credentials.scopes;
    let result = client.client_credentials(scopes).await;
    server.expected.other_method.check_token(result);
}

pub async fn a_grant_that_it_lacks_is_refused(server: &Server) {
    let client = server.confidential("web");
    let result = client.extension("magic", &[]).await;
    server.expected.grants.unknown.check_token(result);
}

pub async fn a_grant_that_the_client_may_not_use(server: &Server) {
    let client = server.confidential("web");
    let result = client.client_credentials(&[]).await;
    server.expected.grants.not_allowed.check_token(result);
}

pub async fn an_unknown_scope_is_refused(server: &Server) {
    let expected = &server.expected.unknown_scope;
    let client = server.confidential("machine");
    let scopes = [expected.scope.clone()];
    match client.client_credentials(&scopes).await {
        Ok(tokens) if expected.client_credentials.is_accepted() => {
            is_left_out(server, &*client, &tokens, &expected.scope).await;
        }
        result => expected.client_credentials.check_token(result),
    }
    let client = server.confidential("web");
    let ask = Ask {
        scopes: scopes.into(),
        ..server.ask()
    };
    let login = client.authorize(&ask).expect("a login begins");
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    let result = client.finish(login.pending, Callback::from(callback)).await;
    expected.login.check(EndpointKind::Authorization, result);
}

/// The answer has no `scope`, which means all that was asked for (RFC 6749 §5.1), wrongly here.
async fn is_left_out(server: &Server, client: &dyn Subject, tokens: &TokenSet, scope: &str) {
    let Some(introspection) = &server.expected.introspection else {
        return;
    };
    if introspection.says.iter().any(|member| member == "scope") {
        assert_eq!(tokens.scope(), Some(scope));
        let response = client.introspect(tokens.access_token().clone()).await;
        assert_eq!(response.expect("an answer").scope(), None);
    }
}
