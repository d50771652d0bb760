//! How an application tests itself: against a fake of its provider, which runs in the test and refuses what
//! the provider would refuse.

use oauth_atlas::fake::{FakeServer, Fault};
use oauth_atlas::github::{self, Client, Scope};
use oauth_atlas::{EndpointKind, Error, TokenSet, Verdict};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What is tested: the part of an application that shows a user's name.
async fn greeting(github: &Client, tokens: &TokenSet) -> std::result::Result<String, Error> {
    let user = github.userinfo(tokens).await?;
    let user = user.json().ok();
    let name = user.as_ref().and_then(|user| user.get("login")?.as_str());
    Ok(format!("Hello, {}!", name.unwrap_or("stranger")))
}

fn client(fake: &FakeServer) -> Client {
    Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri("https://app.example/callback")
        .with_settings(fake.settings())
}

async fn logged_in(fake: &FakeServer) -> Result<TokenSet> {
    let github = client(fake);
    let login = github.authorize([Scope::ReadUser]).start()?;
    let callback = fake.approve(&login.url)?;
    Ok(github.finish(login.pending, callback).await?)
}

#[tokio::test]
async fn a_user_is_greeted_by_name() -> Result {
    let fake = github::fake().start().await?;
    fake.set_userinfo(r#"{ "login": "octocat" }"#);
    let tokens = logged_in(&fake).await?;
    assert_eq!(greeting(&client(&fake), &tokens).await?, "Hello, octocat!");
    Ok(())
}

#[tokio::test]
async fn a_user_may_refuse() -> Result {
    let fake = github::fake().start().await?;
    let github = client(&fake);
    let login = github.authorize([Scope::ReadUser]).start()?;
    let callback = fake.deny(&login.url)?;
    let error = github.finish(login.pending, callback).await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::Denied);
    // Nothing was sent for it.
    assert_eq!(fake.count(EndpointKind::Token), 0);
    Ok(())
}

#[tokio::test]
async fn an_outage_passes() -> Result {
    let fake = github::fake().start().await?;
    let tokens = logged_in(&fake).await?;
    fake.fail_at(EndpointKind::UserInfo, Fault::Disconnect, 1);
    let error = greeting(&client(&fake), &tokens).await.unwrap_err();
    assert!(matches!(error.verdict(), Verdict::Retry { .. }), "{error}");
    greeting(&client(&fake), &tokens).await?;
    Ok(())
}
