//! A process that uses the accounts until it is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use oauth_atlas_store::{Record, RefreshError, RenewError, Renewed, Store, put, renew};
use oauth_atlas_store_tests::place::Place;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::runtime::Builder;

use crate::accounts::{ACCOUNTS, POLICY, Tokens, key, millis};
use crate::watched::Watched;

/// What a worker is told by its environment.
pub(crate) const VARIABLE: &str = "OAUTH_ATLAS_STORE_WORKER";

/// How many accounts a worker uses at once.
const TASKS: usize = 12;

pub(crate) struct Work {
    pub number: u64,
    pub port: u16,
    pub place: Place,
}

impl Work {
    pub fn text(&self) -> String {
        format!("{} {} {}", self.number, self.port, self.place.text())
    }

    /// What this process is to do, if it is a worker.
    pub fn of_this_process() -> Option<Self> {
        let text = std::env::var(VARIABLE).ok()?;
        let mut words = text.splitn(3, ' ');
        let number = words.next()?.parse().ok()?;
        let port = words.next()?.parse().ok()?;
        let place = Place::parse(words.next()?);
        Some(Self {
            number,
            port,
            place,
        })
    }
}

pub(crate) fn run(work: &Work) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let store = work.place.open().await;
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| tokio::spawn(use_accounts(Arc::clone(&store), work.number, work.port)))
            .collect();
        for task in tasks {
            // They end when the server does.
            let _ = task.await;
        }
    });
}

async fn use_accounts(store: Arc<dyn Store>, number: u64, port: u16) {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    let mut line = Line {
        stream: BufReader::new(stream),
        number,
        port,
    };
    loop {
        let account = fastrand::u32(0..ACCOUNTS);
        if line.use_account(&*store, account).await.is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..20))).await;
    }
}

/// A connection to the server.
struct Line {
    stream: BufReader<TcpStream>,
    number: u64,
    port: u16,
}

impl Line {
    /// The answer, or nothing if the server has ended.
    async fn ask(&mut self, verb: &str, token: u64, time: u64) -> Option<String> {
        let line = format!("{verb} {} {token} {time}\n", self.number);
        self.stream.write_all(line.as_bytes()).await.ok()?;
        let mut answer = String::new();
        let length = self.stream.read_line(&mut answer).await.ok()?;
        (length > 0).then_some(answer)
    }

    /// Sends a refresh token. An answer that takes longer than a request may is lost, and so is its connection.
    async fn refresh(&mut self, token: u64, asked_at: u64) -> Option<String> {
        let answer = self.ask("refresh", token, asked_at);
        if let Ok(answer) = tokio::time::timeout(POLICY.request, answer).await {
            return answer;
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        self.stream = BufReader::new(stream);
        self.ask("unsaved", token, 0).await?;
        None
    }

    async fn use_account(&mut self, store: &dyn Store, account: u32) -> Option<()> {
        let key = key(account);
        let loaded = match store.load(&key).await {
            Ok(stored) => stored,
            // The database is away.
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
                return Some(());
            }
        };
        let tokens = loaded.and_then(|stored| tokens_of(&stored.record));
        let now = millis();
        if let Some(tokens) = tokens.filter(|tokens| tokens.are_good_at(now)) {
            return self.call(tokens, now).await;
        }
        let is_good = |record: &Record| tokens_of(record).is_some_and(Tokens::are_good);
        let watched = Watched::new(store);
        let sent = AtomicU64::new(0);
        let line = tokio::sync::Mutex::new(&mut *self);
        let refresh = |record: Option<Record>| {
            let (line, watched, sent) = (&line, &watched, &sent);
            async move {
                let tokens = record.as_ref().and_then(tokens_of);
                let Some(Tokens { refresh: token, .. }) = tokens else {
                    return Err(RefreshError::Failed(0));
                };
                sent.store(token, Ordering::Relaxed);
                let asked_at = Watched::read(&watched.acquire_asked_at);
                match line.lock().await.refresh(token, asked_at).await {
                    None => Err(RefreshError::Unknown(token)),
                    Some(answer) => match Tokens::parse(&answer) {
                        Some(new) => Ok(Record::tokens(new.text())),
                        None => Err(RefreshError::Rejected(token)),
                    },
                }
            }
        };
        let renewed = renew(&watched, &key, POLICY, is_good, refresh).await;
        match renewed {
            Ok(Renewed::Here(stored)) => {
                let tokens = tokens_of(&stored.record)?;
                self.ask("saved", tokens.refresh, 0).await?;
                // They are as new as can be, however long the store has taken.
                self.call(tokens, 0).await
            }
            Ok(Renewed::ByPeer(stored)) => {
                // Since then there was nothing to wait for: if it is long ago, this process stood still.
                let handed_out = Watched::read(&watched.answered_at);
                self.call(tokens_of(&stored.record)?, handed_out).await
            }
            Err(RenewError::Rejected { error, .. }) => {
                if let Some(token) = error {
                    let read_at = Watched::read(&watched.load_asked_at);
                    self.ask("lost", token, read_at).await?;
                }
                let answer = self.ask("login", account.into(), 0).await?;
                let record = Record::tokens(answer.trim_end());
                let _ = put(store, &key, &record).await;
                Some(())
            }
            Err(RenewError::NotDurable { ticket, record, .. }) => {
                let token = sent.load(Ordering::Relaxed);
                self.ask("unsaved", token, 0).await?;
                for _ in 0..100 {
                    if store.save(&key, ticket, &record).await.is_ok() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Some(())
            }
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some(())
            }
        }
    }

    /// Uses tokens that it was handed at this time. When the call arrives, this process may have stood still.
    async fn call(&mut self, tokens: Tokens, handed_out: u64) -> Option<()> {
        let called = self.ask("call", tokens.refresh, handed_out).await;
        called.map(drop)
    }
}

pub(crate) fn tokens_of(record: &Record) -> Option<Tokens> {
    Tokens::parse(str::from_utf8(record.payload()).ok()?)
}
