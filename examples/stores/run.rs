//! The programs, run as their users run them, and `rmcp` over the stores, against fakes and real databases.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use oauth_atlas::fake::FakeServer;
use oauth_atlas::{EndpointKind, gitlab, spotify};
use oauth_atlas_store::{Key, Store};
use oauth_atlas_store_examples::{Credentials, Logins};
use oauth_atlas_store_tests::subject::{Started, Subject};
use oauth_atlas_store_tests::{place::Place, postgres, redis};
use rmcp::transport::auth::{AuthError, AuthorizationManager, CredentialStore, OAuthClientConfig};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let trial = |name: &str, is_installed: bool, test: fn() -> Result| {
        Trial::test(name, move || test().map_err(Failed::from)).with_ignored_flag(!is_installed)
    };
    let (postgres, redis) = (postgres::programs().is_some(), redis::is_installed());
    let trials = vec![
        trial("two_web_servers_behind_one_address", postgres, || {
            run(web_servers())
        }),
        trial("daemons_share_one_token", redis, || run(daemons())),
        trial("rmcp_over_postgres", postgres, || {
            run(rmcp(Subject::Postgres))
        }),
        trial("rmcp_over_redis", redis, || run(rmcp(Subject::Redis))),
        trial("rmcp_over_files", true, || run(rmcp(Subject::File))),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn run(test: impl Future<Output = Result>) -> Result {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(test)
}

/// A program that is ended with the test.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(name: &str, fake: &FakeServer, more: &[(&str, &str)]) -> Result<Self> {
        let mut child = Command::new(path(name)?)
            .env("ORIGIN", fake.origin())
            .env("CLIENT_ID", fake.client_id())
            .env("CLIENT_SECRET", fake.client_secret())
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no output")?;
        let lines = BufReader::new(stdout).lines();
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

/// A browser that keeps cookies, goes where it is told only, and connects anew for each request.
fn browser() -> reqwest::Result<reqwest::Client> {
    let browser = reqwest::Client::builder().cookie_store(true).no_proxy();
    let browser = browser.pool_max_idle_per_host(0);
    browser.redirect(reqwest::redirect::Policy::none()).build()
}

fn location(answer: &reqwest::Response) -> Result<String> {
    assert_eq!(answer.status(), 303);
    let location = answer.headers().get("location").ok_or("no location")?;
    Ok(location.to_str()?.to_owned())
}

/// One address, behind which each connection goes to the next server.
async fn balance(listener: TcpListener, servers: Vec<SocketAddr>, connections: Arc<AtomicUsize>) {
    while let Ok((mut outside, _)) = listener.accept().await {
        let number = connections.fetch_add(1, Ordering::Relaxed);
        let server = servers[number % servers.len()];
        tokio::spawn(async move {
            if let Ok(mut inside) = TcpStream::connect(server).await {
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}

async fn web_servers() -> Result {
    let started = Subject::Postgres.start().await;
    let Place::Postgres(port, _) = &started.place else {
        return Err("not PostgreSQL".into());
    };
    let database = format!("host=127.0.0.1 port={port} user=postgres dbname=postgres");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let home = format!("http://{}", listener.local_addr()?);
    let fake = gitlab::fake()
        .redirect_uri(format!("{home}/callback"))
        .start()
        .await?;
    fake.set_userinfo(r#"{ "sub": "42" }"#);
    fake.set_resource("/api/v4/user", r#"{ "username": "<octocat>" }"#);

    let settings = [
        ("ADDRESS", "127.0.0.1:0"),
        ("PUBLIC_URL", &home),
        ("DATABASE", &database),
    ];
    let mut programs = Vec::new();
    for _ in 0..2 {
        programs.push(Program::start("web_servers", &fake, &settings)?);
    }
    let mut servers = Vec::new();
    for program in &mut programs {
        let line = program.line().await?;
        let address = line.strip_prefix("listening at ").ok_or("no address")?;
        servers.push(address.parse()?);
    }
    let connections = Arc::new(AtomicUsize::new(0));
    tokio::spawn(balance(listener, servers, Arc::clone(&connections)));

    let user = browser()?;
    let get = |browser: &reqwest::Client, path: &str| browser.get(format!("{home}{path}")).send();
    let login = location(&get(&user, "/login").await?)?;
    let callback = fake.approve(&login)?;
    // Without the cookie of the browser that began, a callback is nobody's.
    let thief = browser()?;
    get(&thief, "/login").await?;
    assert_eq!(location(&thief.get(&callback).send().await?)?, "/");
    assert_eq!(fake.count(EndpointKind::Token), 0);
    // The login began at the first server.
    assert_eq!(connections.load(Ordering::Relaxed) % 2, 1);
    assert_eq!(location(&user.get(&callback).send().await?)?, "/");
    assert_eq!(fake.count(EndpointKind::Token), 1);
    for _ in 0..2 {
        assert_eq!(get(&user, "/").await?.text().await?, "Hello, <octocat>!");
    }
    // It comes again, and to the other server: the login is taken, and its cookie gone.
    assert_eq!(location(&user.get(&callback).send().await?)?, "/");
    assert_eq!(fake.count(EndpointKind::Token), 1);

    // The API refuses the token to both servers at once. GitLab's refresh tokens are good for one use.
    fake.expire_tokens();
    let pages = (0..8).map(|_| tokio::spawn(get(&user, "/")));
    for page in pages.collect::<Vec<_>>() {
        assert_eq!(page.await??.text().await?, "Hello, <octocat>!");
    }
    assert_eq!(fake.count(EndpointKind::Token), 2);

    let left = user.post(format!("{home}/logout")).send().await?;
    assert_eq!(location(&left)?, "/");
    assert_eq!(fake.count(EndpointKind::Revocation), 1);
    for _ in 0..2 {
        let page = get(&user, "/").await?.text().await?;
        assert!(page.contains("Log in with GitLab"), "{page}");
    }
    for program in &mut programs {
        assert!(program.child.try_wait()?.is_none());
    }
    Ok(())
}

async fn daemons() -> Result {
    let started = Subject::Redis.start().await;
    let Place::Redis(port, _) = &started.place else {
        return Err("not Redis".into());
    };
    let redis = format!("redis://127.0.0.1:{port}/");
    let fake = spotify::fake().start().await?;
    fake.set_resource(
        "/v1/albums/4aawyAB9vmqN3uQ7FjRGTy",
        r#"{ "popularity": 64 }"#,
    );
    let settings = [("REDIS", redis.as_str()), ("SECONDS", "1")];
    let start = || Program::start("daemons", &fake, &settings);
    let mut daemons = vec![start()?, start()?, start()?];
    for daemon in &mut daemons {
        assert_eq!(daemon.line().await?, "popularity: Some(64)");
    }
    assert_eq!(fake.count(EndpointKind::Token), 1);
    // One dies and comes again.
    daemons[0].child.kill().await?;
    daemons[0] = start()?;
    assert_eq!(daemons[0].line().await?, "popularity: Some(64)");
    assert_eq!(fake.count(EndpointKind::Token), 1);
    // The API refuses the token, and one of them asks for another.
    fake.expire_tokens();
    for daemon in &mut daemons {
        for _ in 0..3 {
            assert_eq!(daemon.line().await?, "popularity: Some(64)");
        }
    }
    assert_eq!(fake.count(EndpointKind::Token), 2);
    Ok(())
}

/// A program that uses `rmcp`, as another process would have it.
async fn manager(
    fake: &FakeServer,
    started: &Started,
) -> Result<(AuthorizationManager, Credentials)> {
    let store: Arc<dyn Store> = started.place.open().await;
    let credentials = Credentials::new(Arc::clone(&store), Key::new("mcp/user-42")?);
    let mut manager = AuthorizationManager::new(fake.origin()).await?;
    manager.set_credential_store(credentials.clone());
    manager.set_state_store(Logins::new(store));
    manager.set_metadata(serde_json::from_value(serde_json::json!({
        "authorization_endpoint": format!("{}/oauth/authorize", fake.origin()),
        "token_endpoint": format!("{}/oauth/token", fake.origin()),
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }))?);
    let config = OAuthClientConfig::new(fake.client_id(), "https://app.example/callback");
    manager.configure_client(config.with_client_secret(fake.client_secret()))?;
    Ok((manager, credentials))
}

async fn rmcp(subject: Subject) -> Result {
    let started = subject.start().await;
    let fake = gitlab::fake().start().await?;
    let (one, _) = manager(&fake, &started).await?;
    let (two, credentials) = manager(&fake, &started).await?;

    // Begun by one, and finished by the other, once.
    let login = one.get_authorization_url(&["api"]).await?;
    let callback = reqwest::Url::parse(&fake.approve(&login)?)?;
    let value = |name: &str| {
        let mut pairs = callback.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let code = value("code").ok_or("no code")?;
    let state = value("state").ok_or("no state")?;
    two.exchange_code_for_token(&code, &state).await?;
    assert!(one.exchange_code_for_token(&code, &state).await.is_err());
    assert_eq!(fake.count(EndpointKind::Token), 1);
    let token = two.get_access_token().await?;
    assert_eq!(one.get_access_token().await?, token);

    // Refresh tokens of GitLab are good for one use. All refresh at once, and each with the one that is good.
    let managers = [Arc::new(one), Arc::new(two)];
    let refreshes = (0..6).map(|number| {
        let manager = Arc::clone(&managers[number % 2]);
        tokio::spawn(async move { manager.refresh_token().await.map(drop) })
    });
    for refresh in refreshes.collect::<Vec<_>>() {
        refresh.await??;
    }
    assert_eq!(fake.count(EndpointKind::Token), 7);
    let [one, two] = &managers;
    let token = one.get_access_token().await?;
    assert_eq!(two.get_access_token().await?, token);

    // A refresh token that was refused is found out once.
    let stored = credentials.load().await?.ok_or("no credentials")?;
    let mut dead = serde_json::to_value(&stored)?;
    dead["token_response"]["refresh_token"] = "dead".into();
    credentials.save(serde_json::from_value(dead)?).await?;
    let refused = one.refresh_token().await;
    assert!(
        matches!(refused, Err(AuthError::TokenRefreshRejected(_))),
        "{refused:?}"
    );
    assert_eq!(fake.count(EndpointKind::Token), 8);
    let refused = two.refresh_token().await;
    assert!(
        matches!(refused, Err(AuthError::AuthorizationRequired)),
        "{refused:?}"
    );
    assert_eq!(fake.count(EndpointKind::Token), 8);

    // A login goes on as before.
    credentials.save(stored).await?;
    two.refresh_token().await?;
    credentials.clear().await?;
    let gone = one.get_access_token().await;
    assert!(
        matches!(gone, Err(AuthError::AuthorizationRequired)),
        "{gone:?}"
    );
    Ok(())
}
