//! Logins whose parameters the client has signed (RFC 9101): clients and their fakes, over sockets.

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{Assertion, Provider};
use oauth_atlas::{Authorize, Core, ErrorCode, ErrorKind, Login, SigningAlgorithm, SigningKey};

use crate::fixtures::signed_logins;

const REDIRECT_URI: &str = "https://app.example/callback";

fn key() -> SigningKey {
    let key = SigningKey::generate(SigningAlgorithm::Es256).expect("a key");
    key.with_key_id("test")
}

async fn started(provider: &'static Provider) -> (FakeServer, Core) {
    let key = key();
    let fake = Fake::new(provider).client_jwk(key.public_jwk());
    let fake = fake.start().await.expect("a port");
    let client = Core::confidential(provider, fake.client_id(), key);
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

fn asked(client: &Core) -> Authorize {
    let login = client.authorize(["deeds"]).option("max_age", "60");
    login.option("claims", r#"{"id_token":{"acr":null}}"#)
}

fn names(login: &Login) -> Vec<String> {
    let url = url::Url::parse(&login.url).expect("a URL");
    url.query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect()
}

#[tokio::test]
async fn a_login_is_signed_by_value_and_when_it_is_pushed() {
    let (fake, client) = started(&signed_logins::PROVIDER).await;
    let login = asked(&client).sign().await.expect("a login");
    assert_eq!(names(&login), ["client_id", "request"]);
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await;
    assert_eq!(tokens.expect("tokens").scope(), Some("deeds"));

    let login = asked(&client).sign().push().await.expect("a login");
    assert_eq!(names(&login), ["client_id", "request_uri"]);
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await;
    assert_eq!(tokens.expect("tokens").scope(), Some("deeds"));
}

#[tokio::test]
async fn what_stands_beside_a_signed_login_counts_for_nothing() {
    let (fake, client) = started(&signed_logins::PROVIDER).await;
    let login = asked(&client).sign().await.expect("a login");
    let more = "&redirect_uri=https%3A%2F%2Fevil.example%2F&state=other&scope=everything";
    let callback = fake.approve(&(login.url + more)).expect("a callback");
    assert!(callback.starts_with(REDIRECT_URI), "{callback}");
    let tokens = client.finish(login.pending, callback).await;
    tokens.expect("the state of the login");
}

#[tokio::test]
async fn a_signed_login_that_is_wrong_is_refused() {
    let (fake, client) = started(&signed_logins::PROVIDER).await;
    let provider = &signed_logins::PROVIDER;
    let stranger = Core::confidential(provider, fake.client_id(), key());
    let stranger = stranger
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = asked(&stranger).sign().await.expect("a login");
    let error = fake.approve(&login.url).expect_err("another key");
    assert!(error.to_string().contains("signature"), "{error}");
    let error = asked(&stranger).sign().push().await.expect_err("no client");
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient), "{error}");

    let login = asked(&client).sign().await.expect("a login");
    fake.approve(&login.url).expect("a callback");
    let error = fake.approve(&login.url).expect_err("a replay");
    assert!(error.to_string().contains("used before"), "{error}");

    let login = asked(&client).sign().await.expect("a login");
    let other = login.url.replace("client_id=client", "client_id=public");
    let error = fake.approve(&other).expect_err("another client");
    assert!(error.to_string().contains("client"), "{error}");
    // Neither header nor claims may be changed, nor may the signature be left out.
    let (unsigned, _) = login.url.rsplit_once('.').expect("a signature");
    let error = fake.approve(&format!("{unsigned}.")).expect_err("unsigned");
    assert!(
        error.to_string().contains("invalid_request_object"),
        "{error}"
    );

    static ELSEWHERE: Provider = Provider {
        request_object: Some(&Assertion {
            audience: "https://elsewhere.example",
            subject: "",
            ..Assertion::STANDARD
        }),
        ..signed_logins::PROVIDER
    };
    let key = key();
    let fake = Fake::new(provider).client_jwk(key.public_jwk());
    let fake = fake.start().await.expect("a port");
    let client = Core::confidential(&ELSEWHERE, fake.client_id(), key);
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = asked(&client).sign().await.expect("a login");
    let error = fake.approve(&login.url).expect_err("another audience");
    assert!(error.to_string().contains("aud"), "{error}");
}

#[test]
fn what_cannot_be_signed_is_told_at_once() {
    let provider = &signed_logins::PROVIDER;
    let client = Core::confidential(provider, "id", "secret").redirect_uri(REDIRECT_URI);
    let error = asked(&client).sign().start_blocking().expect_err("no key");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("SigningKey"), "{error}");
    let other = SigningKey::generate(SigningAlgorithm::EdDsa).expect("a key");
    let client = Core::confidential(provider, "id", other).redirect_uri(REDIRECT_URI);
    let error = asked(&client).sign().start_blocking().expect_err("EdDSA");
    assert!(error.to_string().contains("ES256"), "{error}");
}
