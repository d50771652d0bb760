//! A thousand accounts and a million of them, in PostgreSQL and in Redis, and a thousand in files and SQLite: how much memory they take, and how long a
//! cached read, a cold read and a renewal take, beside the bare round trips of the client library in the same run.
//!
//! ```sh
//! cargo bench -p oauth-atlas-store-tests --bench million
//! ```
//!
//! Both servers run on this machine and make each write durable (`synchronous_commit = on`, `appendfsync always`), so
//! writes take as long as its disk. `ACCOUNTS=1000,10000` sets other numbers. The table that it prints is
//! in `runtime/store/README.md`.
//!
//! - **cached read**: [`TokenSource::tokens`] of a source that has valid tokens, at random among the sources of all accounts
//! - **cold read**: the same of a source that was just made: one read of the store
//! - **renewal**: [`renew`] of an expired account, with a server that answers at once: two writes
//! - **save**: the second of them, during which a crash loses what a server that rotates has answered
//! - **bare read, bare write**: one statement for the same bytes, by the client library alone

mod bare;

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use oauth_atlas::kraken::Client;
use oauth_atlas::{TokenSet, TokenSource};
use oauth_atlas_store::{Acquired, Key, Policy, Record, RefreshError, Renewed, Store, renew};
use oauth_atlas_store_tests::subject::Subject;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use bare::Bare;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SUBJECTS: [Subject; 4] = [
    Subject::Postgres,
    Subject::Redis,
    Subject::File,
    Subject::Sqlite,
];

/// What the processes of one machine are for.
const MOST_IN_FILES: usize = 10_000;

/// Operations of each kind, each of another account.
const READS: usize = 4000;
const RENEWALS: usize = 1000;
/// A cached read is shorter than a look at the clock.
const BATCH: usize = 100;
const AT_ONCE: usize = 64;
const RENEWALS_AT_ONCE: usize = 5000;

/// What a process of its own measures, so that none has the memory of another.
const CASE: &str = "OAUTH_ATLAS_STORE_CASE";

fn main() -> Result {
    if let Ok(case) = std::env::var(CASE) {
        return measure_one(&case);
    }
    let numbers = std::env::var("ACCOUNTS").unwrap_or_else(|_| "1000,1000000".to_owned());
    for subject in SUBJECTS {
        assert!(subject.is_installed(), "{} is installed", subject.name());
        for number in numbers.split(',') {
            let is_local = matches!(subject, Subject::File | Subject::Sqlite);
            if is_local && number.trim().parse::<usize>()? > MOST_IN_FILES {
                continue;
            }
            let case = format!("{} {number}", subject.name());
            let mut command = Command::new(std::env::current_exe()?);
            assert!(command.env(CASE, &case).status()?.success(), "{case}");
        }
    }
    Ok(())
}

#[allow(clippy::print_stdout, reason = "it is what the program is for")]
fn measure_one(case: &str) -> Result {
    let (name, accounts) = case.split_once(' ').ok_or("a name and a number")?;
    let mut subjects = SUBJECTS.into_iter();
    let subject = subjects.find(|subject| subject.name() == name);
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let work = measure(subject.ok_or("a subject")?, accounts.trim().parse()?);
    print!("{}", runtime.block_on(work)?);
    Ok(())
}

async fn measure(subject: Subject, accounts: usize) -> Result<String> {
    let mut table = String::new();
    let started = subject.start().await;
    let store = started.place.open().await;
    let client = Client::confidential("id", "secret");
    let record = sample(&client, &store).await?;
    let bare = Bare::new(&started.place, &store).await?;
    let empty = bare.bytes().await?;
    bare.fill(accounts, &record).await?;
    let filled = bare.bytes().await?;
    writeln!(
        table,
        "\n{} {accounts} accounts, records of {} bytes",
        subject.name(),
        record.encode().len()
    )?;
    if bare.is_there() {
        let bytes = filled.saturating_sub(empty) / accounts as u64;
        writeln!(table, "  {bytes} bytes an account in the server")?;
    }

    // They take turns, so that what else the machine does is the same for all.
    let mut times = [const { Times(Vec::new()) }; 6];
    let [cold, bare_read, renewal, bare_write, save, cached] = &mut times;
    for round in 0..READS {
        let key = key(fastrand::usize(0..accounts));
        let source = TokenSource::stored(&client, Arc::clone(&store), key.clone());
        cold.push(async { source.tokens().await.map(drop) }).await?;
        if bare.is_there() {
            bare_read.push(bare.read(&key)).await?;
        }
        if round % (READS / RENEWALS) == 0 {
            renewal.push(renewed(&*store, &key, &record)).await?;
            let Acquired::Held(lease) = store.acquire(&key, Policy::default().lease).await? else {
                return Err("there is no peer".into());
            };
            save.push(async { store.save(&key, lease.ticket(), &record).await.map(drop) })
                .await?;
            if bare.is_there() {
                bare_write.push(bare.write(&key, &record)).await?;
            }
        }
    }

    let began = Instant::now();
    renew_many(&store, accounts, &record).await?;
    let renewals_at_once = began.elapsed();

    let before = resident()?;
    let sources: Vec<_> = (0..accounts)
        .map(|account| TokenSource::stored(&client, Arc::clone(&store), key(account)))
        .collect();
    let sources: Arc<[_]> = sources.into();
    let started = Instant::now();
    warm(&sources).await?;
    let warmed = started.elapsed();
    let after = resident()?;
    for _ in 0..READS {
        let some: Vec<_> = (0..BATCH)
            .map(|_| &sources[fastrand::usize(0..accounts)])
            .collect();
        let reads = async {
            for source in some {
                source.tokens().await?;
            }
            Ok::<_, oauth_atlas::Error>(())
        };
        cached.push(reads).await?;
    }
    let names = ["cold read", "bare read", "renewal", "bare write", "save"];
    for (name, times) in names.into_iter().zip(&mut times) {
        if times.0.is_empty() {
            continue;
        }
        let [median, late] = times.median_and_late();
        writeln!(
            table,
            "  {name:<12} median {median:>9.1?}  99 % {late:>9.1?}"
        )?;
    }
    let batch = u32::try_from(BATCH)?;
    let [median, late] = times[5].median_and_late().map(|time| time / batch);
    writeln!(
        table,
        "  cached read  median {median:>9.1?}  99 % {late:>9.1?}  (means of {BATCH})"
    )?;
    writeln!(
        table,
        "  {:.0} cold reads and {:.0} renewals a second, {AT_ONCE} at once; {} bytes a source in the program",
        accounts as f64 / warmed.as_secs_f64(),
        RENEWALS_AT_ONCE as f64 / renewals_at_once.as_secs_f64(),
        after.saturating_sub(before) / accounts as u64
    )?;
    Ok(table)
}

/// What a login leaves in the store, with tokens as long as they often are.
async fn sample(client: &Client, store: &Arc<dyn Store>) -> Result<Record> {
    let key = Key::new("sample")?;
    let tokens = TokenSet::new("a".repeat(180))
        .with_refresh_token("r".repeat(120))
        .with_scope("account.info:basic account.fast-api-key:portfolio")
        .with_expires_at(SystemTime::now() + Duration::from_secs(14_400));
    TokenSource::stored(client, Arc::clone(store), key.clone())
        .log_in(tokens)
        .await?;
    let stored = store.load(&key).await?.ok_or("a record")?;
    Ok(stored.record)
}

async fn renewed(store: &dyn Store, key: &Key, record: &Record) -> Result {
    let refresh = |_| {
        let record = record.clone();
        async { Ok::<_, RefreshError<String>>(record) }
    };
    match renew(store, key, Policy::default(), |_| false, refresh).await? {
        Renewed::Here(_) => Ok(()),
        Renewed::ByPeer(_) => Err("there is no peer".into()),
    }
}

async fn warm(sources: &Arc<[TokenSource]>) -> Result {
    at_once(|first| {
        let sources = Arc::clone(sources);
        async move {
            for source in sources.iter().skip(first).step_by(AT_ONCE) {
                source.tokens().await?;
            }
            Ok(())
        }
    })
    .await
}

async fn renew_many(store: &Arc<dyn Store>, accounts: usize, record: &Record) -> Result {
    at_once(|first| {
        let (store, record) = (Arc::clone(store), record.clone());
        async move {
            for number in (first..RENEWALS_AT_ONCE).step_by(AT_ONCE) {
                renewed(&*store, &key(number * 7919 % accounts), &record).await?;
            }
            Ok(())
        }
    })
    .await
}

async fn at_once<F>(work: impl Fn(usize) -> F) -> Result
where
    F: Future<Output = Result> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..AT_ONCE {
        tasks.spawn(work(number));
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

fn key(account: usize) -> Key {
    Key::new(format!("kraken/user-{account:07}")).expect("a key")
}

/// Bytes of memory that this process has.
fn resident() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kibibytes.ok_or("no VmRSS")?.parse::<u64>()? * 1024)
}

struct Times(Vec<Duration>);

impl Times {
    async fn push<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        &mut self,
        work: impl Future<Output = std::result::Result<(), E>>,
    ) -> Result {
        let started = Instant::now();
        work.await.map_err(Into::into)?;
        self.0.push(started.elapsed());
        Ok(())
    }

    fn median_and_late(&mut self) -> [Duration; 2] {
        self.0.sort_unstable();
        [2, 100].map(|part| self.0[self.0.len() - 1 - (self.0.len() - 1) / part])
    }
}
