//! Clients that sign to say who they are (RFC 7523 §2.2).

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{Callback, SigningAlgorithm, SigningKey};

use crate::browser::{Browser, Decision, End};
use crate::registration::mac_secret;
use crate::server::Server;

/// RFC 7515, appendix A.3; its public half is registered.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"rfc7515-a3",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

pub async fn a_key_signs_each_request(server: &Server) {
    let key = SigningKey::from_jwk(KEY).expect("a key");
    let client = server.signing("key", key);
    let tokens = server.log_in(&*client).await;
    let tokens = client.refresh(&tokens).await.expect("fresh tokens");
    let access = tokens.access_token();
    if server.expected.introspection.is_some() {
        let response = client.introspect(access.clone()).await;
        assert!(response.expect("an answer").active());
    }
    if server.expected.revocation.is_some() {
        let revoked = client.revoke_access_token(access.clone()).await;
        revoked.expect("the token is revoked");
    }
}

pub async fn an_assertion_is_good_for_one_request(server: &Server) {
    let expected = server.expected.signing.as_ref().expect("clients that sign");
    let scopes = &server.expected.client_credentials.scopes;
    let key = SigningKey::from_jwk(KEY).expect("a key");
    let request = server.signing("key", key).client_credentials(scopes);
    let request = request.to_http_request().expect("a request");
    let mut pairs = form_urlencoded::parse(request.body());
    let assertion = pairs.find(|(name, _)| name == "client_assertion");
    let assertion = assertion.expect("an assertion").1.into_owned();
    // The caller's own assertion is a text in place of the key.
    let client = server
        .signing("key", assertion)
        .client_auth(ClientAuth::PrivateKeyJwt);
    let first = client.client_credentials(scopes).await;
    first.expect("the server says yes");
    let again = client.client_credentials(scopes).await;
    expected.again.check_token(again);
    let other = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let other = server.signing("key", other.with_key_id("rfc7515-a3"));
    let refused = other.client_credentials(scopes).await;
    expected.other_key.check_token(refused);
}

pub async fn a_secret_signs_each_request(server: &Server) {
    let expected = server.expected.signing.as_ref().expect("clients that sign");
    let by_mac = |secret: &str| {
        let client = server.signing("mac", secret);
        client.client_auth(ClientAuth::ClientSecretJwt)
    };
    let client = by_mac(mac_secret());
    let tokens = server.log_in(&*client).await;
    client.refresh(&tokens).await.expect("fresh tokens");
    let wrong = expected.wrong_secret.as_ref().expect("an outcome");
    let other = by_mac("another secret of more than 32 octets for HS256");
    wrong.check_token(other.refresh(&tokens).await);
}

/// RFC 9101.
pub async fn a_login_may_be_signed(server: &Server) {
    let key = SigningKey::from_jwk(KEY).expect("a key");
    let client = server.signing("key", key);
    for is_pushed in [false, true] {
        let signed = client.sign(&server.ask());
        let login = match is_pushed {
            false => signed.await,
            true => signed.push().await,
        };
        let login = login.expect("a login");
        let callback = Browser::new(Decision::Allow).callback(&login).await;
        let callback = Callback::from(callback);
        let tokens = client.finish(login.pending, callback).await;
        tokens.unwrap_or_else(|error| panic!("pushed: {is_pushed}: {error}"));
    }
    let other = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    let other = server.signing("key", other.with_key_id("rfc7515-a3"));
    let login = other.sign(&server.ask()).await.expect("a login");
    match Browser::new(Decision::Allow).visit(&login.url).await {
        End::Page { status, .. } => assert_eq!(status, 400),
        End::Callback { url, .. } => assert!(url.contains("invalid_request_object"), "{url}"),
    }
}
