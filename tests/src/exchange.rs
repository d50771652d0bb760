//! Exchanges of tokens (RFC 8693) and SAML assertions (RFC 7522): what is sent, what a provider
//! refuses, and what is made of the answer.

use oauth_atlas::fake::FakeServer;
use oauth_atlas::{ErrorCode, ErrorKind, Method, TokenRequest, TokenSet, TokenType};

use crate::fixtures::token_exchange::{Client, Scope};

const REDIRECT_URI: &str = "https://app.example/callback";

async fn faked() -> (FakeServer, Client) {
    let fake = crate::fixtures::fakes::token_exchange();
    let fake = fake.start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

async fn logged_in(fake: &FakeServer, client: &Client) -> TokenSet {
    let login = client.authorize([Scope::Read]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    client
        .finish(login.pending, callback)
        .await
        .expect("tokens")
}

/// The code and the reason of a refusal.
async fn refused(request: TokenRequest, code: ErrorCode<'_>, reason: &str) {
    let error = request.await.expect_err("a refusal");
    assert_eq!(error.code(), Some(code), "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

#[tokio::test]
async fn a_token_is_exchanged_for_one_of_another_type() {
    let (fake, client) = faked().await;
    let tokens = logged_in(&fake, &client).await;
    let subject = tokens.access_token();
    let exchange = |requested| client.exchange(subject, TokenType::ACCESS_TOKEN, requested);

    let exchanged = exchange(TokenType::ACCESS_TOKEN).await.expect("tokens");
    assert_eq!(exchanged.issued_token_type(), Some(TokenType::ACCESS_TOKEN));
    let call = client.call_api(Method::GET, "/me", &exchanged);
    call.to_http_request().expect("an access token");

    // What is no access token is kept as such, and sent to no API.
    let exchanged = exchange(TokenType::ID_TOKEN).await.expect("tokens");
    assert_eq!(exchanged.issued_token_type(), Some(TokenType::ID_TOKEN));
    assert_eq!(exchanged.token_type(), Some("N_A"));
    let stored = serde_json::to_string(&exchanged).expect("JSON");
    let loaded: TokenSet = serde_json::from_str(&stored).expect("the same");
    assert_eq!(loaded.issued_token_type(), Some(TokenType::ID_TOKEN));
    let call = client.call_api(Method::GET, "/me", &loaded);
    let error = call.to_http_request().expect_err("no access token");
    assert!(error.to_string().contains("no access token"), "{error}");
    let headers = client.api_headers(&loaded);
    assert!(headers.is_err(), "{headers:?}");
}

#[tokio::test]
async fn a_dead_token_and_one_of_another_type_are_refused() {
    let (fake, client) = faked().await;
    let tokens = logged_in(&fake, &client).await;
    let subject = tokens.access_token().clone();
    let of_type = |of: TokenType| client.exchange(&subject, of, TokenType::ACCESS_TOKEN);

    let other = of_type(TokenType::REFRESH_TOKEN);
    refused(
        other,
        ErrorCode::InvalidRequest,
        "`subject_token` is not of the type",
    )
    .await;
    let unknown = of_type("urn:ietf:params:oauth:token-type:acces_token".into());
    refused(
        unknown,
        ErrorCode::InvalidRequest,
        "`subject_token_type` is no token type",
    )
    .await;
    // One of the standard's, as a provider spells it.
    let spelled = client.exchange(
        "foreign",
        "urn:ietf:params:oauth:token-type:JWT",
        TokenType::JWT,
    );
    spelled.await.expect("tokens");
    // Types and tokens of others are the provider's business.
    let foreign = client.exchange("foreign", "urn:acme:session", TokenType::JWT);
    foreign.await.expect("tokens");

    client.revoke_access_token(&subject).await.expect("an end");
    let dead = of_type(TokenType::ACCESS_TOKEN);
    refused(
        dead,
        ErrorCode::InvalidRequest,
        "`subject_token` has expired or was revoked",
    )
    .await;
}

#[tokio::test]
async fn an_actor_comes_with_its_type() {
    let (fake, client) = faked().await;
    let tokens = logged_in(&fake, &client).await;
    let subject = tokens.access_token();
    let exchange = || client.exchange(subject, TokenType::ACCESS_TOKEN, TokenType::ACCESS_TOKEN);

    let acting = exchange().actor_token("of the actor", TokenType::JWT);
    let request = acting.to_http_request().expect("a request");
    let body = String::from_utf8(request.body().to_vec()).expect("a form");
    let sent = "&actor_token=of+the+actor\
                &actor_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt";
    assert!(body.contains(sent), "{body}");
    acting.await.expect("tokens");

    let alone = exchange().param("actor_token", "of the actor");
    refused(
        alone,
        ErrorCode::InvalidRequest,
        "`actor_token_type` is missing",
    )
    .await;

    // A grant that has no actor does not pretend to.
    let other = client
        .saml("assertion")
        .actor_token("actor", TokenType::JWT);
    let error = other.await.expect_err("no such parameter");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error
            .to_string()
            .contains("the grant \"saml\" takes no actor"),
        "{error}"
    );
}

#[tokio::test]
async fn an_assertion_is_encoded_once() {
    let (_fake, client) = faked().await;
    let xml = "<saml:Assertion>ü</saml:Assertion>";
    let body = |request: TokenRequest| {
        let request = request.to_http_request().expect("a request");
        String::from_utf8(request.body().to_vec()).expect("a form")
    };
    let encoded = "PHNhbWw6QXNzZXJ0aW9uPsO8PC9zYW1sOkFzc2VydGlvbj4";
    assert_eq!(body(client.saml(xml)), body(client.saml(encoded)));
    assert!(body(client.saml(xml)).contains(encoded));
    let tokens = client.saml(xml).await.expect("tokens");
    assert_eq!(tokens.issued_token_type(), None);
    let raw = client.saml("PHNhbWw6+/");
    refused(raw, ErrorCode::InvalidGrant, "not encoded in base64url").await;
}
