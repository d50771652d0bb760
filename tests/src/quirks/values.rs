//! Values of the caller's, of the client's and of the tokens', in parameters and headers.

use oauth_atlas::{Core, Error, ErrorKind, Method, Settings, TokenSet};

use crate::fixtures::{fakes, filled_values, hashed_access_token};
use crate::server::{Answer, Received, Server};

const TOKENS: &str = r#"{"access_token":"canary-access","token_type":"bearer",
    "member":{"id":"m1","key":"canary-member-key"}}"#;

fn client(server: &Server) -> Core {
    let settings = Settings::new().replace_origin(&server.origin);
    Core::confidential(&filled_values::PROVIDER, "client", "canary-secret")
        .redirect_uri("https://client.example/callback")
        .with_settings(settings.expect("a loopback origin"))
}

fn told(server: &Server) -> Core {
    let client = client(server).variable("tenant", "t1");
    client.secret_variable("subscription_key", "canary-key")
}

fn tokens() -> TokenSet {
    let tokens = TokenSet::new("canary-access").with_refresh_token("canary-refresh");
    let tokens = tokens.with_extra("member_id", "m1");
    tokens.with_extra("member_key", "canary-member-key")
}

async fn finished(client: &Core) -> Result<TokenSet, Error> {
    let login = client.authorize([""; 0]).start()?;
    let stored = serde_json::to_value(&login.pending).expect("a login can be stored");
    let state = stored["state"].as_str().expect("a state");
    let callback = format!("https://client.example/callback?code=c&state={state}");
    client.finish(login.pending, callback).await
}

fn header<'r>(received: &'r Received, name: &str) -> &'r str {
    received.header(name).unwrap_or_default()
}

#[tokio::test]
async fn every_request_has_the_values_that_it_asks_for() {
    let server = Server::start([Answer::json(200, TOKENS)]);
    let client = told(&server);
    let login = client.authorize([""; 0]).offline().start().unwrap();
    assert!(login.url.contains("tenant=t1"), "{}", login.url);
    assert!(login.url.contains("duration=permanent-t1"), "{}", login.url);
    let claims = "claims=%7B%22app%22%3A%7B%22id%22%3A%22client%22%7D%7D";
    assert!(login.url.contains(claims), "{}", login.url);

    finished(&client).await.unwrap();
    let exchange = server.received().pop().unwrap();
    assert_eq!(
        exchange.form_value("proof").unwrap(),
        "client|canary-secret"
    );
    assert_eq!(exchange.form_value("tenant").unwrap(), "t:t1");
    assert_eq!(header(&exchange, "x-subscription-key"), "canary-key");
    let first = header(&exchange, "x-request-id").to_owned();
    assert_eq!(first.len(), 36, "{first}");
    finished(&client).await.unwrap();
    let second = server.received().pop().unwrap();
    assert_ne!(header(&second, "x-request-id"), first);

    client.refresh(&tokens()).await.unwrap();
    let refresh = server.received().pop().unwrap();
    assert_eq!(refresh.form_value("member").unwrap(), "m1");

    client.userinfo(&tokens()).await.unwrap();
    let userinfo = server.received().pop().unwrap();
    assert_eq!(userinfo.target(), "/me?format=json&member=m1&v=2");
    assert_eq!(header(&userinfo, "x-member-key"), "canary-member-key");
    assert_eq!(header(&userinfo, "x-subscription-key"), "canary-key");
}

#[tokio::test]
async fn calls_of_the_api_have_parameters_that_the_caller_may_replace() {
    let server = Server::start([Answer::json(200, "{}")]);
    let call = |client: &Core| client.call_api(Method::GET, "things", &tokens());
    call(&told(&server)).await.unwrap();
    let received = server.received().pop().unwrap();
    assert_eq!(received.target(), "/v1/things?member=m1&v=2");
    assert_eq!(received.header("x-account"), None);

    let client = told(&server).variable("account", "a1");
    call(&client).query("v", "3").await.unwrap();
    let received = server.received().pop().unwrap();
    assert_eq!(received.target(), "/v1/things?member=m1&v=3");
    assert_eq!(received.header("x-account"), Some("a1"));
}

#[tokio::test]
async fn what_is_missing_is_named_and_what_is_secret_is_not_shown() {
    let server = Server::start([Answer::json(
        400,
        r#"{"error":"invalid_request","error_description":"canary-key and canary-secret"}"#,
    )]);
    let error = finished(&client(&server)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("tenant is not set"), "{error}");
    let error = finished(&client(&server).variable("tenant", "t1")).await;
    let error = error.unwrap_err();
    let named = "subscription_key is not set";
    assert!(error.to_string().contains(named), "{error}");
    assert_eq!(server.received().len(), 0);

    let refused = finished(&told(&server)).await.unwrap_err();
    let broken = told(&server).secret_variable("subscription_key", "canary\n");
    let broken = finished(&broken).await.unwrap_err();
    assert!(
        broken.to_string().contains("x-subscription-key"),
        "{broken}"
    );
    for shown in [
        format!("{refused} {refused:?} {broken} {broken:?}"),
        format!("{:?}", told(&server)),
        format!("{:?}", told(&server).authorize([""; 0])),
    ] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    let unknown = told(&server).secret_variable("subscription", "canary");
    let error = finished(&unknown).await.unwrap_err().to_string();
    assert!(error.contains("there is no variable"), "{error}");
}

/// The proof is that of the tests of Facebook's own library for PHP.
#[tokio::test]
async fn a_hash_of_the_access_token_goes_beside_it() {
    let hash = "796ba0d8a6b339e476a7b166a9e8ac0a395f7de736dc37de5f2f4397f5854eb8";
    let client = hashed_access_token::Client::confidential("client", "shhhhh!is.my.secret");
    let tokens = TokenSet::new("foo_token");
    let call = client.call_api(Method::GET, "/photos?size=1", &tokens);
    let request = call.to_http_request().unwrap();
    let query = format!("size=1&appsecret_proof={hash}");
    assert_eq!(request.url().query(), Some(&*query));
    let shown = format!("{call:?} {request:?}");
    assert!(!shown.contains("796ba0d8"), "{shown}");
    let userinfo = client.userinfo(&tokens).to_http_request().unwrap();
    assert_eq!(userinfo.headers()["x-proof"], hash);
    assert!(userinfo.headers()["x-proof"].is_sensitive());
    let body = std::str::from_utf8(userinfo.body()).unwrap();
    assert_eq!(body, format!("proof=v1%3A{hash}"));
    let query = format!("appsecret_proof={hash}");
    assert_eq!(userinfo.url().query(), Some(&*query));

    // A client without a secret has none to send.
    let public = hashed_access_token::Client::public("client");
    let call = public.call_api(Method::GET, "/photos", &tokens);
    assert_eq!(call.to_http_request().unwrap().url().query(), None);
    let userinfo = public.userinfo(&tokens).to_http_request().unwrap();
    assert!(userinfo.headers().get("x-proof").is_none() && userinfo.body().is_empty());
}

#[test]
fn a_provider_knows_whose_hash_it_is() {
    let uri = "https://client.example/callback";
    let fake = fakes::hashed_access_token().redirect_uri(uri);
    let fake = fake.start_blocking().expect("a free port");
    let client = hashed_access_token::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(uri)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).send_blocking();
    let tokens = tokens.expect("tokens");
    let status = |client: &hashed_access_token::Client, tokens: &TokenSet| {
        let call = client.call_api(Method::GET, "/photos", tokens);
        let call = call.send_blocking().expect("an answer").status();
        let userinfo = client.userinfo(tokens);
        (call, userinfo.send_blocking().expect("an answer").status())
    };
    assert_eq!(status(&client, &tokens), (200, 200));
    for other in [
        hashed_access_token::Client::confidential(fake.client_id(), "another secret"),
        hashed_access_token::Client::public(fake.client_id()),
    ] {
        let other = other.with_settings(fake.settings());
        assert_eq!(status(&other, &tokens), (400, 400));
    }
}
