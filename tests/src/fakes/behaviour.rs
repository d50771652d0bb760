//! What a test can tell a fake to do.

use std::time::{Duration, Instant};

use oauth_atlas::fake::{FakeServer, Fault};
use oauth_atlas::kraken::{Client, Scope, fake};
use oauth_atlas::{EndpointKind, Error, ErrorKind, Method, TokenSet};

const REDIRECT_URI: &str = "https://app.example/callback";

async fn started() -> (FakeServer, Client) {
    let fake = fake().start().await.expect("a free port");
    let client = client(&fake);
    (fake, client)
}

fn client(fake: &FakeServer) -> Client {
    Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
}

async fn tokens(fake: &FakeServer, client: &Client) -> Result<TokenSet, Error> {
    let login = client.authorize([Scope::InfoBasic]).start()?;
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

#[tokio::test]
async fn faults_come_where_and_as_often_as_planned() {
    let (fake, client) = started().await;
    fake.fail_at(EndpointKind::Token, Fault::RateLimited(7), 2);
    for _ in 0..2 {
        let error = tokens(&fake, &client).await.expect_err("rate limited");
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
    let good = tokens(&fake, &client).await.expect("tokens");
    let kinds = [
        (Fault::Status(503), ErrorKind::Server),
        (Fault::HtmlPage, ErrorKind::Response),
        (Fault::Disconnect, ErrorKind::Transport),
    ];
    for (fault, kind) in kinds {
        fake.fail(fault.clone());
        let error = client.refresh(&good).await.expect_err("a fault");
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
    client
        .refresh(&good)
        .await
        .expect("no fault spends a refresh token");

    fake.fail(Fault::Stall(Duration::from_millis(300)));
    let before = Instant::now();
    client.userinfo(&good).await.expect("an answer");
    assert!(before.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn tokens_live_as_long_as_told() {
    let (fake, client) = started().await;
    fake.set_token_lifetime(Duration::from_secs(3600));
    let lasting = tokens(&fake, &client).await.expect("tokens");
    fake.set_token_lifetime(Duration::from_millis(1));
    let brief = tokens(&fake, &client).await.expect("tokens");
    tokio::time::sleep(Duration::from_millis(10)).await;
    for (tokens, status) in [(lasting, 200), (brief, 401)] {
        let answer = client.userinfo(&tokens).await.expect("an answer");
        assert_eq!(answer.status(), status);
    }
}

/// The source renews by itself, once, however many tasks wait.
#[tokio::test]
async fn a_token_source_renews_against_it() {
    let (fake, client) = started().await;
    let tokens = tokens(&fake, &client).await.expect("tokens");
    let source = client.token_source(tokens);
    fake.expire_tokens();
    let calls = (0..8).map(|_| {
        let source = source.clone();
        tokio::spawn(async move { source.call_api(Method::GET, "/userinfo").await })
    });
    for call in calls.collect::<Vec<_>>() {
        let response = call.await.expect("no panic").expect("an answer");
        assert_eq!(response.status(), 200);
    }
    let renewals = fake.requests().into_iter();
    let renewals =
        renewals.filter(|seen| seen.parameters.iter().any(|name| name == "refresh_token"));
    assert_eq!(renewals.count(), 1);
}

#[test]
fn blocking_clients_work_against_it() {
    let fake = fake().start_blocking().expect("a free port");
    let client = client(&fake);
    let login = client
        .authorize([Scope::InfoBasic])
        .start()
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).send_blocking();
    let tokens = tokens.expect("tokens");
    let response = client.userinfo(&tokens).send_blocking().expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(fake.count(EndpointKind::Token), 1);
}

#[tokio::test]
async fn answers_of_the_api_can_be_set() {
    let (fake, client) = started().await;
    fake.set_userinfo(r#"{"email":"ada@example.com"}"#);
    fake.set_resource("/oauth/balance", r#"{"eur":"1"}"#);
    let tokens = tokens(&fake, &client).await.expect("tokens");
    let user = client.userinfo(&tokens).await.expect("an answer");
    assert_eq!(user.body(), br#"{"email":"ada@example.com"}"#);
    let balance = client.call_api(Method::GET, "/balance", &tokens);
    let balance = balance.await.expect("an answer");
    assert_eq!(balance.body(), br#"{"eur":"1"}"#);
}

#[tokio::test]
async fn what_was_seen_holds_no_secret() {
    let (fake, client) = started().await;
    let tokens = tokens(&fake, &client).await.expect("tokens");
    client.refresh(&tokens).await.expect("tokens");
    client.userinfo(&tokens).await.expect("an answer");
    let seen: String = fake
        .requests()
        .iter()
        .map(|seen| format!("{seen} {seen:?}\n"))
        .collect();
    let refresh_token = tokens.refresh_token().expect("a refresh token");
    for secret in [
        tokens.access_token().expose(),
        refresh_token.expose(),
        fake.client_secret(),
        "fake-code",
    ] {
        assert!(!seen.contains(secret), "{seen}");
    }
    assert!(seen.contains("200 POST /oauth/token"), "{seen}");
}

/// What a program in another language can do.
#[tokio::test]
async fn the_user_denies_when_told_over_http() {
    let (fake, client) = started().await;
    let told = reqwest::Client::new()
        .post(format!("{}/.fake/deny", fake.origin()))
        .send()
        .await
        .expect("an answer");
    assert!(told.status().is_success());
    let error = tokens(&fake, &client).await.expect_err("denied");
    assert_eq!(error.kind(), ErrorKind::Refused);
    tokens(&fake, &client)
        .await
        .expect("the next login is not denied");
}

#[tokio::test]
async fn a_login_elsewhere_is_told() {
    let (fake, _) = started().await;
    let error = fake
        .approve("https://id.kraken.com/oauth/authorize")
        .expect_err("elsewhere");
    assert!(error.to_string().contains("`settings`"), "{error}");
}

/// A user is told of to tokens that have each scope that the endpoint asks for.
#[tokio::test]
async fn the_user_asks_for_all_scopes_of_its_endpoint() {
    use crate::fixtures::endpoint_rules::{Client, Scope};
    let fake = crate::fixtures::fakes::endpoint_rules();
    let fake = fake.start().await.expect("a free port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    for (scopes, expected) in [
        (vec![Scope::Profile, Scope::Address], 200),
        (vec![Scope::Profile], 403),
        (vec![Scope::Address], 403),
        (vec![Scope::Other], 403),
    ] {
        let login = client.authorize(scopes.clone()).start().expect("a login");
        let callback = fake.approve(&login.url).expect("a callback");
        let tokens = client.finish(login.pending, callback).await;
        let user = client.userinfo(&tokens.expect("tokens")).await;
        assert_eq!(user.expect("an answer").status(), expected, "{scopes:?}");
    }
}
