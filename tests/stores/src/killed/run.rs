//! Starts, kills, counts.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use oauth_atlas_store::{Record, RefreshError, RenewError, Renewed, put, renew};
use oauth_atlas_store_tests::folder::Folder;
use oauth_atlas_store_tests::place::Place;
use oauth_atlas_store_tests::{postgres, redis};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::accounts::{ACCOUNTS, POLICY, WORKERS, key};
use crate::server::{Rule, Server};
use crate::worker::{VARIABLE, Work, tokens_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    File,
    Sealed,
    Sqlite,
    Postgres,
    Redis,
}

/// A database that is killed and started again.
enum Database {
    None,
    Postgres(postgres::Server),
    Redis(redis::Server),
}

impl Database {
    fn kill_and_restart(&mut self) -> bool {
        match self {
            Self::None => return false,
            Self::Postgres(server) => {
                server.kill();
                server.restart();
            }
            Self::Redis(server) => {
                server.kill();
                server.restart();
            }
        }
        true
    }
}

pub(crate) fn run(subject: Subject, rule: Rule, duration: Duration) -> Result<(), Failed> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(try_out(subject, rule, duration));
    runtime.shutdown_background();
    outcome
}

async fn try_out(subject: Subject, rule: Rule, duration: Duration) -> Result<(), Failed> {
    let folder = Folder::new();
    let (place, mut database) = match subject {
        Subject::File => (Place::File(folder.path().join("tokens")), Database::None),
        Subject::Sealed => (Place::Sealed(folder.path().join("tokens")), Database::None),
        Subject::Sqlite => (
            Place::Sqlite(folder.path().join("tokens.db")),
            Database::None,
        ),
        Subject::Postgres => {
            let server = postgres::Server::start();
            let place = Place::Postgres(server.port(), "tokens".to_owned());
            place.postgres().create_table().await?;
            (place, Database::Postgres(server))
        }
        Subject::Redis => {
            let server = redis::Server::start();
            let place = Place::Redis(server.port(), "tokens:".to_owned());
            (place, Database::Redis(server))
        }
    };
    let server = Server::new(rule);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(server.clone().listen(listener));
    let store = place.open().await;
    for account in 0..ACCOUNTS {
        let tokens = server.state().issue(account);
        put(&*store, &key(account), &Record::tokens(tokens.text())).await?;
    }

    let mut number = 0;
    let mut start = || -> std::io::Result<(u64, Child)> {
        number += 1;
        let work = Work {
            number,
            port,
            place: place.clone(),
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.env(VARIABLE, work.text()).stdin(Stdio::null());
        Ok((number, command.spawn()?))
    };
    let mut workers = (0..WORKERS)
        .map(|_| start())
        .collect::<Result<Vec<_>, _>>()?;
    let started = Instant::now();
    let (mut kills, mut restarts) = (0_u64, 0_u64);
    let mut next_restart = duration / 2;
    while started.elapsed() < duration {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(5..120))).await;
        let worker = &mut workers[fastrand::usize(0..WORKERS)];
        kill(&server, worker)?;
        kills += 1;
        *worker = start()?;
        if started.elapsed() > next_restart {
            restarts += u64::from(database.kill_and_restart());
            next_restart += Duration::from_secs(20);
        }
    }
    for worker in &mut workers {
        kill(&server, worker)?;
    }

    tokio::time::sleep(POLICY.lease).await;
    // Connections that a database has ended with come back.
    while store.load(&key(0)).await.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut stuck = 0;
    let mut not_accounted_for = 0;
    for account in 0..ACCOUNTS {
        let key = key(account);
        let tokens = store
            .load(&key)
            .await?
            .and_then(|stored| tokens_of(&stored.record));
        let is_accounted_for =
            tokens.is_some_and(|tokens| server.state().is_accounted_for(tokens.refresh));
        not_accounted_for += u64::from(!is_accounted_for);
        let refresh = |record: Option<Record>| async move {
            record.ok_or(RefreshError::Failed("there is no record"))
        };
        let begun = Instant::now();
        let renewed = renew(&*store, &key, POLICY, |_| false, refresh).await;
        // A refusal that is known by now is an end as well.
        let is_free = matches!(
            renewed,
            Ok(Renewed::Here(_)) | Err(RenewError::Rejected { .. })
        );
        stuck += u64::from(!is_free || begun.elapsed() > POLICY.lease);
    }

    let state = server.state();
    let counts = &state.counts;
    let report = format!(
        "{subject:?}, {rule:?}: {} s, {kills} kills, {restarts} restarts of the database\n\
         {:>8} refreshes, {} calls, {} logins\n\
         {:>8} spent tokens sent in the window, {} outside\n\
         {:>8} accounts lost in the window, {} outside\n\
         {:>8} stuck leases, {} accounts not accounted for, {} calls with expired tokens\n",
        duration.as_secs(),
        counts.refreshes,
        counts.calls,
        counts.logins,
        counts.spent_in_window,
        counts.spent_outside,
        counts.lost_in_window,
        counts.lost_outside,
        stuck,
        not_accounted_for,
        counts.calls_with_expired_tokens,
    );
    // Shown whatever the outcome: libtest-mimic captures nothing.
    let _ = std::io::stderr().write_all(report.as_bytes());
    let must_be_zero = [
        counts.spent_outside,
        counts.lost_outside,
        counts.calls_with_expired_tokens,
        stuck,
        not_accounted_for,
    ];
    let lost_in_grace = if rule == Rule::Grace {
        counts.lost_in_window
    } else {
        0
    };
    if must_be_zero.iter().sum::<u64>() + lost_in_grace > 0 {
        let wrong = counts.wrong.iter().take(20).cloned().collect::<Vec<_>>();
        return Err(format!("{report}{}", wrong.join("\n")).into());
    }
    // A run in which nothing happens shows nothing.
    if counts.refreshes < 100 || kills < 10 {
        return Err(format!("too little happened:\n{report}").into());
    }
    Ok(())
}

fn kill(server: &Server, (number, child): &mut (u64, Child)) -> std::io::Result<()> {
    server.state().dead.insert(*number);
    child.kill()?;
    child.wait()?;
    Ok(())
}
