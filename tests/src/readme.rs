//! The README's Rust, as it stands there.

use oauth_atlas::{Error, Method, Pending};

const README: &str = include_str!("../../README.md");

/// A session of some web framework.
#[derive(Default)]
struct Session(String);

impl Session {
    fn insert(&mut self, _: &str, pending: &Pending) -> Result<(), serde_json::Error> {
        self.0 = serde_json::to_string(pending)?;
        Ok(())
    }
}

fn redirect(_: String) {}

#[allow(
    dead_code,
    reason = "it has to compile; the providers it calls are real"
)]
async fn logs_a_user_in(
    client_id: &str,
    client_secret: &str,
    mut session: Session,
    pending: Pending,
    callback_url: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    use oauth_atlas::kraken::{Client, Scope};

    let kraken =
        Client::confidential(client_id, client_secret).redirect_uri("https://app.example/callback");

    let login = kraken.authorize([Scope::InfoBasic]).start()?;
    session.insert("login", &login.pending)?;
    redirect(login.url);

    let tokens = kraken.finish(pending, callback_url).await?;
    let user = kraken.user(&tokens).await?; // id, name, and the e-mail with how far to trust it
    drop(user);
    Ok(())
}

#[allow(dead_code, reason = "it has to compile; the provider it calls is real")]
async fn calls_by_itself(client_id: &str, client_secret: &str) -> Result<(), Error> {
    use oauth_atlas::cryptofuse::{self, Scope};

    let cryptofuse =
        cryptofuse::Client::confidential("https://api.merchant.example", client_id, client_secret)?;
    let source = cryptofuse.client_credentials([Scope::Read]).token_source();
    let payments = source.call_api(Method::GET, "/payments/").await?;
    drop(payments);
    Ok(())
}

#[allow(
    dead_code,
    reason = "it has to compile; the provider that it calls is real"
)]
async fn knows_who_logged_in(
    github: oauth_atlas::github::Client,
    tokens: oauth_atlas::TokenSet,
) -> Result<(), Error> {
    let user = github.user(&tokens).await?;
    let shown = match user.verified_email() {
        Some(address) => format!("{} is {address}", user.id()),
        None => format!("{} has no verified address", user.id()),
    };
    drop(shown);
    Ok(())
}

#[allow(dead_code, reason = "it has to compile; the provider it calls is real")]
async fn signs_in_place_of_a_secret(callback: &str) -> Result<(), Box<dyn std::error::Error>> {
    use oauth_atlas::{SigningKey, apple};

    let pem = std::fs::read_to_string("AuthKey_ABC123DEFG.p8")?;
    let key = SigningKey::from_pem(&pem)?.with_key_id("ABC123DEFG");

    let apple = apple::Client::confidential("com.example.app", key)
        .team_id("A1B2C3D4E5")
        .redirect_uri("https://app.example/callback");

    let login = apple.authorize([apple::Scope::Email]).start()?;
    let tokens = apple.finish(login.pending, callback).await?; // the callback is a form: pass its body
    let user = apple.user(&tokens).await?;
    drop(user);
    Ok(())
}

#[tokio::test]
async fn tests_an_application() -> Result<(), Box<dyn std::error::Error>> {
    use oauth_atlas::kraken::{self, Client, Scope};

    let fake = kraken::fake().start().await?;
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri("https://app.example/callback")
        .with_settings(fake.settings());

    let login = client.authorize([Scope::InfoBasic]).start()?;
    let callback = fake.approve(&login.url)?;
    let tokens = client.finish(login.pending, callback).await?;

    fake.expire_tokens();
    let refreshed = client.refresh(&tokens).await?;
    assert!(refreshed.access_token() != tokens.access_token());
    Ok(())
}

/// Every statement of the README's first five examples is one of the functions above, so that what
/// compiles here is what stands there.
#[test]
fn the_examples_are_code_that_compiles() {
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    let without_comment = |line: &'static str| match line.find("// ") {
        Some(comment) => &line[..comment],
        None => line,
    };
    let here = squeeze(include_str!("readme.rs"));
    let mut statements = 0;
    for example in README.split("```rust\n").skip(1).take(5) {
        let code = example.split("```").next().expect("an end");
        let code: String = code.lines().map(without_comment).collect();
        for statement in code.split_inclusive(';').map(squeeze) {
            assert!(here.contains(&statement), "{statement}");
            statements += 1;
        }
    }
    assert!(statements > 0, "the README has examples");
}
