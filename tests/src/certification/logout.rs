//! Logouts that the client begins, and those of which the provider tells it.

use oauth_atlas::IdTokenProblem;
use oauth_atlas::fake::{Fake, LogoutLie};
use reqwest::redirect::Policy;

use super::{client, log_in, problem, provider, started};

/// Where a browser that logs out is sent.
async fn logged_out(state: Option<&str>) -> String {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let logout = client
        .log_out(&tokens)
        .redirect_uri("https://app.example/bye");
    let logout = match state {
        Some(state) => logout.state(state),
        None => logout,
    };
    let browser = reqwest::Client::builder().redirect(Policy::none()).build();
    let page = browser.expect("a client").get(logout.url().expect("a URL"));
    let page = page.send().await.expect("an answer");
    let location = page.headers()["location"].to_str().expect("a text");
    location.to_owned()
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    assert_eq!(
        logged_out(Some("s1")).await,
        "https://app.example/bye?state=s1"
    );
}

#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    assert_eq!(logged_out(None).await, "https://app.example/bye");
}

async fn told_with(lie: LogoutLie) -> IdTokenProblem {
    let (fake, client) = started(provider("RS256")).await;
    log_in(&fake, &client).await.expect("tokens");
    let token = fake.logout_token(Some(lie));
    let verified = client.verify_logout_token(token).await;
    problem(&verified.expect_err("an error"))
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    let (fake, client) = started(provider("RS256")).await;
    log_in(&fake, &client).await.expect("tokens");
    let told = client.verify_logout_token(fake.logout_token(None)).await;
    assert_eq!(
        told.expect("a logout").subject.as_deref(),
        Some("fake-user")
    );
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    let problem = told_with(LogoutLie::Unsigned).await;
    assert_eq!(problem, IdTokenProblem::WrongAlgorithm);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    let problem = told_with(LogoutLie::MissingEvent).await;
    assert_eq!(problem, IdTokenProblem::NoLogoutToken);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    let problem = told_with(LogoutLie::Nonce).await;
    assert_eq!(problem, IdTokenProblem::NoLogoutToken);
}

/// The client expects RS256, and the provider signs with another.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    let fake = Fake::new(provider("ES256")).start().await.expect("a port");
    log_in(&fake, &client(provider("ES256"), &fake))
        .await
        .expect("tokens");
    let client = client(provider("RS256"), &fake);
    let verified = client.verify_logout_token(fake.logout_token(None)).await;
    let problem = problem(&verified.expect_err("another algorithm"));
    assert_eq!(problem, IdTokenProblem::WrongAlgorithm);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    let problem = told_with(LogoutLie::Audience).await;
    assert_eq!(problem, IdTokenProblem::WrongAudience);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    let problem = told_with(LogoutLie::Event).await;
    assert_eq!(problem, IdTokenProblem::NoLogoutToken);
}

#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    let problem = told_with(LogoutLie::Issuer).await;
    assert_eq!(problem, IdTokenProblem::WrongIssuer);
}
