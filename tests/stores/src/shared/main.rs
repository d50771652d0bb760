//! Ten thousand tasks, and fifty processes, find one token expired, and one of them refreshes: through token sources
//! against a fake whose refresh tokens are good for one use.

mod process;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use libtest_mimic::{Arguments, Failed, Trial};
use oauth_atlas::fake::FakeServer;
use oauth_atlas::kraken::{self, Client, Scope};
use oauth_atlas::{EndpointKind, TokenSet, TokenSource};
use oauth_atlas_store::Key;
use oauth_atlas_store_tests::subject::{Started, Subject};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use process::{Process, Work};

const TASKS: usize = 10_000;
const PROCESSES: usize = 50;

/// How often the tokens expire.
const EXPIRIES: usize = 3;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    if let Some(work) = Work::of_this_process() {
        process::run(&work);
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    // Fifty processes at once are enough.
    arguments.test_threads = Some(1);
    let of_store = |subject: Subject| {
        let trial = |name: &str, run: fn(Subject) -> Result| {
            let run = move || run(subject).map_err(Failed::from);
            Trial::test(format!("{}::{name}", subject.name()), run)
                .with_ignored_flag(!subject.is_installed())
        };
        [
            trial("ten_thousand_tasks_refresh_once", tasks_with),
            trial("fifty_processes_refresh_once_an_expiry", processes_with),
        ]
    };
    let mut trials: Vec<_> = Subject::ALL.into_iter().flat_map(of_store).collect();
    let without = || tasks(None).map_err(Failed::from);
    trials.push(Trial::test(
        "no_store::ten_thousand_tasks_refresh_once",
        without,
    ));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn tasks_with(subject: Subject) -> Result {
    tasks(Some(subject))
}

fn processes_with(subject: Subject) -> Result {
    run(processes(subject))
}

fn tasks(subject: Option<Subject>) -> Result {
    run(async {
        let fake = kraken::fake().start().await?;
        let client = process::client(fake.origin(), &fake)?;
        let expired = expired(log_in(&client, &fake).await?);
        // The server goes when this does.
        let (source, started) = match subject {
            None => (client.token_source(expired), None),
            Some(subject) => {
                let (started, source) = stored(subject, &client, expired).await?;
                (source, Some(started))
            }
        };
        let before = fake.count(EndpointKind::Token);
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let source = source.clone();
            tasks.spawn(async move { source.tokens().await });
        }
        let mut first: Option<Arc<TokenSet>> = None;
        while let Some(tokens) = tasks.join_next().await {
            let tokens = tokens??;
            assert!(!tokens.is_expired());
            let first = first.get_or_insert_with(|| Arc::clone(&tokens));
            assert_eq!(first.access_token(), tokens.access_token());
        }
        assert_eq!(fake.count(EndpointKind::Token) - before, 1);
        match started {
            None => Ok(()),
            Some(started) => forget(&started).await,
        }
    })
}

async fn processes(subject: Subject) -> Result {
    let fake = kraken::fake().start().await?;
    fake.set_resource(format!("/oauth{}", process::PATH), "{}");
    let client = process::client(fake.origin(), &fake)?;
    let expired = expired(log_in(&client, &fake).await?);
    let (started, _) = stored(subject, &client, expired).await?;
    let work = Work::at(&fake, started.place.clone());
    let mut processes = Vec::new();
    for _ in 0..PROCESSES {
        processes.push(Process::start(&work)?);
    }
    for process in &mut processes {
        assert_eq!(process.line().await?, process::READY);
    }
    let before = fake.count(EndpointKind::Token);
    let mut last = String::new();
    for expiry in 1..=EXPIRIES {
        for process in &mut processes {
            process.go().await?;
        }
        let mut used = Vec::new();
        for process in &mut processes {
            used.push(process.line().await?);
        }
        let refreshes = fake.count(EndpointKind::Token) - before;
        assert_eq!(refreshes, expiry, "{subject:?}: {used:?}");
        assert!(used[0].starts_with("200 "), "{}", used[0]);
        assert!(used.iter().all(|one| *one == used[0]), "{used:?}");
        assert_ne!(used[0], last);
        last.clone_from(&used[0]);
        // The API refuses what it has accepted until now.
        fake.expire_tokens();
    }
    forget(&started).await
}

/// A keyring outlives the test.
async fn forget(started: &Started) -> Result {
    let store = started.place.open().await;
    store.delete(&Key::new(process::ACCOUNT)?).await?;
    Ok(())
}

fn run(test: impl Future<Output = Result>) -> Result {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(test)
}

async fn log_in(client: &Client, fake: &FakeServer) -> Result<TokenSet> {
    let login = client.authorize([Scope::InfoBasic]).start()?;
    let callback = fake.approve(&login.url)?;
    Ok(client.finish(login.pending, callback).await?)
}

/// As they are an hour after they have expired.
fn expired(tokens: TokenSet) -> TokenSet {
    tokens.with_expires_at(SystemTime::now() - Duration::from_secs(3600))
}

/// A store that has these tokens, and a source that has not seen them.
async fn stored(
    subject: Subject,
    client: &Client,
    tokens: TokenSet,
) -> Result<(Started, TokenSource)> {
    let started = subject.start().await;
    let of_account = |store| -> Result<_> {
        let account = Key::new(process::ACCOUNT)?;
        Ok(TokenSource::stored(client, store, account))
    };
    let store = started.place.open().await;
    of_account(Arc::clone(&store))?.log_in(tokens).await?;
    let source = of_account(store)?;
    Ok((started, source))
}
