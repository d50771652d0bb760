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

#[allow(
    dead_code,
    reason = "it has to compile; the server that it calls is somebody's own"
)]
async fn asks_the_server(client_id: &str, client_secret: &str) -> Result<(), Error> {
    use oauth_atlas::keycloak;

    let client = keycloak::Client::confidential(
        "https://id.example.com",
        "master",
        client_id,
        client_secret,
    )?;
    let client = client.discover().await?;
    drop(client);
    Ok(())
}

#[allow(
    dead_code,
    reason = "it has to compile; the server that it calls is somebody's own"
)]
async fn registers_itself() -> Result<(), Error> {
    use oauth_atlas::mastodon;

    let mastodon = mastodon::Client::unregistered("social.example")
        .redirect_uri("https://app.example/callback");
    let registration = mastodon.register("Acme Calendar").await?;
    let mastodon = mastodon.with_registration(&registration);
    drop(mastodon);
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

/// Every statement of the README's first seven examples is one of the functions above, so that what
/// compiles here is what stands there.
#[test]
fn the_examples_are_code_that_compiles() {
    // A call over several lines ends in a comma more.
    let squeeze = |text: &str| {
        let text = text.split_whitespace().collect::<String>();
        text.replace(",)", ")")
    };
    let without_comment = |line: &'static str| match line.find("// ") {
        Some(comment) => &line[..comment],
        None => line,
    };
    let here = squeeze(include_str!("readme.rs"));
    let mut statements = 0;
    for example in README.split("```rust\n").skip(1).take(7) {
        let code = example.split("```").next().expect("an end");
        let code: String = code.lines().map(without_comment).collect();
        for statement in code.split_inclusive(';').map(squeeze) {
            assert!(here.contains(&statement), "{statement}");
            statements += 1;
        }
    }
    assert!(statements > 0, "the README has examples");
}

/// Each row of the comparison that claims something of this library names the test that shows it.
#[test]
fn what_the_comparison_claims_is_tested() {
    let (_, table) = README
        .split_once("## Beside other crates")
        .expect("a section");
    let table = table.split("\n## ").next().expect("a section");
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let mut tested = 0;
    for row in rows.skip(2) {
        let ours = row.split(" | ").nth(1).expect("our column");
        let Some((_, link)) = ours.split_once("](") else {
            assert_eq!(ours, "-", "{row}");
            continue;
        };
        let (file, test) = link.trim_end_matches(')').split_once('#').expect("a test");
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(file);
        let text = std::fs::read_to_string(&file);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(text.contains(&format!("fn {test}(")), "{row}");
        tested += 1;
    }
    assert!(tested >= 20, "{tested} rows");
}

/// The tests that the page about servers names, by file or as flows of every server.
#[test]
fn what_must_be_refused_is_tested() {
    let page = include_str!("../servers/README.md");
    let (_, table) = page
        .split_once("## What must be refused")
        .expect("a section");
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path);
        text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let flows = std::fs::read_dir(sources.join("servers/flows")).expect("flows");
    let flows: String = flows
        .map(|file| read(file.expect("a file").path()))
        .collect();
    let mut tested = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(2) {
        let tests = row.trim_end_matches(" |").rsplit(" | ").next();
        let mut text = flows.clone();
        for named in tests.unwrap_or_default().split('`').skip(1).step_by(2) {
            if named.contains('/') {
                break;
            }
            if named.ends_with(".rs") {
                text = read(sources.join(named));
                continue;
            }
            assert!(text.contains(&format!("fn {named}(")), "{named}: {row}");
            tested += 1;
        }
    }
    assert!(tested > 30, "{tested} tests");
}
