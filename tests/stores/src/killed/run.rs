//! Starts, kills, counts.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::Failed;
use oauth_atlas_store::{
    Acquired, Key, Record, Store, StoreError, StoreErrorKind, StoreFuture, put,
};
use oauth_atlas_store_tests::subject::Subject;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::accounts::{ACCOUNTS, POLICY, WORKERS, key};
use crate::server::{Rule, Server};
use crate::worker::{VARIABLE, Work, tokens_of};

const BETWEEN_RESTARTS: Duration = Duration::from_secs(20);

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
    let mut database = subject.start().await;
    let place = database.place.clone();
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
    let mut start = || -> std::io::Result<Worker> {
        number += 1;
        let work = Work {
            number,
            port,
            place: place.clone(),
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.env(VARIABLE, work.text()).stdin(Stdio::null());
        let child = command.spawn()?;
        Ok(Worker { number, child })
    };
    let mut workers = (0..WORKERS)
        .map(|_| start())
        .collect::<Result<Vec<_>, _>>()?;
    let started = Instant::now();
    let (mut kills, mut restarts) = (0_u64, 0_u64);
    let mut next_restart = (duration / 2).min(BETWEEN_RESTARTS);
    while started.elapsed() < duration {
        tokio::time::sleep(Duration::from_millis(fastrand::u64(5..120))).await;
        let worker = &mut workers[fastrand::usize(0..WORKERS)];
        server.state().dead.insert(worker.number);
        worker.kill();
        kills += 1;
        *worker = start()?;
        if started.elapsed() > next_restart {
            restarts += u64::from(database.kill_and_restart());
            next_restart += BETWEEN_RESTARTS;
        }
    }
    for worker in &mut workers {
        server.state().dead.insert(worker.number);
        worker.kill();
    }

    tokio::time::sleep(POLICY.lease).await;
    let mut stuck = 0;
    let mut not_accounted_for = 0;
    for account in 0..ACCOUNTS {
        let key = key(account);
        let stored = patiently(|| store.load(&key)).await?;
        let tokens = stored.and_then(|stored| tokens_of(&stored.record));
        let is_accounted_for =
            tokens.is_some_and(|tokens| server.state().is_accounted_for(tokens.refresh));
        not_accounted_for += u64::from(!is_accounted_for);
        stuck += u64::from(!is_free(&*store, &key).await?);
        // A keyring outlives the test.
        patiently(|| store.delete(&key)).await?;
    }

    let state = server.state();
    let counts = &state.counts;
    let report = format!(
        "{subject:?}, {rule:?}: {} s, {kills} kills, {restarts} restarts of the database\n\
         {:>8} refreshes, {} calls, {} logins\n\
         {:>8} spent tokens sent in the window ({} by a process that stood still), {} outside\n\
         {:>8} accounts lost in the window, {} outside\n\
         {:>8} stuck leases, {} accounts not accounted for\n\
         {:>8} tokens served expired ({} calls came too late)\n",
        duration.as_secs(),
        counts.refreshes,
        counts.calls,
        counts.logins,
        counts.spent_in_window,
        counts.sent_too_late,
        counts.spent_outside,
        counts.lost_in_window,
        counts.lost_outside,
        stuck,
        not_accounted_for,
        counts.served_expired,
        counts.calls_too_late,
    );
    // Shown whatever the outcome: libtest-mimic captures nothing.
    let _ = std::io::stderr().write_all(report.as_bytes());
    let must_be_zero = [
        counts.spent_outside,
        counts.lost_outside,
        counts.served_expired,
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

/// Whether a lease can be begun. Those of the dead have ended, but for one whose request came to a server that
/// stood still when its process was killed: that one ends as soon as it says. Where the answer to this function's own
/// request is lost, it may have begun one itself.
async fn is_free(store: &dyn Store, key: &Key) -> Result<bool, StoreError> {
    let started = Instant::now();
    let mut excused = true;
    loop {
        match store.acquire(key, POLICY.lease).await {
            Ok(Acquired::Held(_)) => return Ok(true),
            Ok(Acquired::Busy { expires_in, .. }) => {
                if expires_in > POLICY.lease || !excused {
                    return Ok(false);
                }
                excused = false;
                tokio::time::sleep(expires_in + Duration::from_millis(10)).await;
            }
            Err(error) if is_away(&error, started) => {
                excused = true;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Asks a database again that is slow, or whose connections come back after a restart.
async fn patiently<'a, T>(ask: impl Fn() -> StoreFuture<'a, T>) -> Result<T, StoreError> {
    let started = Instant::now();
    loop {
        match ask().await {
            Err(error) if is_away(&error, started) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            answer => return answer,
        }
    }
}

fn is_away(error: &StoreError, since: Instant) -> bool {
    error.kind() == StoreErrorKind::Unavailable && since.elapsed() < Duration::from_secs(60)
}

/// A process that ends with the test, even if that fails.
struct Worker {
    number: u64,
    child: Child,
}

impl Worker {
    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}
