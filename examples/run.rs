//! The programs, run as a user runs them, against fakes.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use oauth_atlas::fake::{FakeServer, Fault};
use oauth_atlas::{EndpointKind, github, spotify};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A program that is ended with the test.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(
        name: &str,
        fake: &FakeServer,
        client_id: &str,
        more: &[(&str, &str)],
    ) -> Result<Self> {
        let mut child = Command::new(path(name)?)
            .env("ORIGIN", fake.origin())
            .env("CLIENT_ID", client_id)
            .env("CLIENT_SECRET", fake.client_secret())
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let lines = child
            .stdout
            .take()
            .map(|stdout| BufReader::new(stdout).lines());
        let lines = lines.ok_or("no output")?;
        Ok(Self { child, lines })
    }

    async fn line(&mut self) -> Result<String> {
        let line = timeout(Duration::from_secs(60), self.lines.next_line()).await??;
        Ok(line.ok_or("the program has ended")?)
    }
}

/// Cargo builds the examples of a package for its tests, into a folder beside theirs.
fn path(name: &str) -> Result<PathBuf> {
    let test = env::current_exe()?;
    let profile = test.parent().and_then(|deps| deps.parent());
    let examples = profile.ok_or("no folder")?.join("examples");
    Ok(examples.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// A browser that keeps cookies, and goes where it is told only.
fn browser() -> reqwest::Result<reqwest::Client> {
    let browser = reqwest::Client::builder().cookie_store(true).no_proxy();
    browser.redirect(reqwest::redirect::Policy::none()).build()
}

fn location(answer: &reqwest::Response) -> Result<String> {
    assert_eq!(answer.status(), 303);
    let location = answer.headers().get("location").ok_or("no location")?;
    Ok(location.to_str()?.to_owned())
}

#[tokio::test]
async fn web_login_greets_the_user() -> Result {
    let fake = github::fake().start().await?;
    fake.set_userinfo(r#"{ "login": "<octocat>" }"#);
    let address = [("ADDRESS", "127.0.0.1:0")];
    let mut program = Program::start("web_login", &fake, fake.client_id(), &address)?;
    let line = program.line().await?;
    let home = line.strip_prefix("open ").ok_or("no address")?;
    let get = |browser: &reqwest::Client, path: &str| browser.get(format!("{home}{path}")).send();

    let browser_of_user = browser()?;
    let page = get(&browser_of_user, "").await?.text().await?;
    assert!(page.contains("Log in with GitHub"), "{page}");
    // A login in each of two tabs, of which the older one is finished first.
    let first = location(&get(&browser_of_user, "login").await?)?;
    let second = location(&get(&browser_of_user, "login").await?)?;
    let callback = fake.approve(&first)?;

    // The callback of another browser's login logs nobody in.
    let other = browser()?;
    get(&other, "login").await?;
    assert_eq!(location(&other.get(&callback).send().await?)?, "/");
    assert_eq!(fake.count(EndpointKind::Token), 0);

    assert_eq!(
        location(&browser_of_user.get(&callback).send().await?)?,
        "/"
    );
    let page = get(&browser_of_user, "").await?;
    let kind = page.headers()["content-type"].to_str()?.to_owned();
    assert!(kind.starts_with("text/plain"), "{kind}");
    assert_eq!(page.text().await?, "Hello, <octocat>!");
    let page = get(&other, "").await?.text().await?;
    assert!(page.contains("Log in with GitHub"), "{page}");

    // A callback works once, and the other tab's still does.
    assert_eq!(
        location(&browser_of_user.get(&callback).send().await?)?,
        "/"
    );
    assert_eq!(fake.count(EndpointKind::Token), 1);
    let refused = browser_of_user.get(fake.deny(&second)?).send().await?;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.text().await?, "You did not give us access.");
    assert!(program.child.try_wait()?.is_none());
    Ok(())
}

#[tokio::test]
async fn the_daemon_goes_on_through_an_outage_and_the_end_of_its_token() -> Result {
    let fake = spotify::fake().start().await?;
    fake.set_resource(
        "/v1/albums/4aawyAB9vmqN3uQ7FjRGTy",
        r#"{ "popularity": 64 }"#,
    );
    let seconds = [("SECONDS", "1")];
    let mut program = Program::start("daemon", &fake, fake.client_id(), &seconds)?;
    assert_eq!(program.line().await?, "popularity: Some(64)");
    fake.expire_tokens();
    assert_eq!(program.line().await?, "popularity: Some(64)");
    assert_eq!(fake.count(EndpointKind::Token), 2);

    fake.fail_at(EndpointKind::Api, Fault::Disconnect, 1);
    let line = program.line().await?;
    assert!(line.starts_with("Spotify API"), "{line}");
    assert_eq!(program.line().await?, "popularity: Some(64)");
    assert!(program.child.try_wait()?.is_none());
    Ok(())
}

#[tokio::test]
async fn the_command_line_waits_for_the_user() -> Result {
    let fake = github::fake().start().await?;
    fake.set_userinfo(r#"{ "login": "octocat" }"#);
    let mut program = Program::start("command_line", &fake, fake.public_client_id(), &[])?;
    let line = program.line().await?;
    let code = line.rsplit(' ').next().unwrap_or_default();
    assert!(line.starts_with("Open http"), "{line}");
    fake.approve_device(code);
    assert_eq!(program.line().await?, "Hello, octocat!");
    assert!(program.child.wait().await?.success());
    Ok(())
}
