//! An authorization server that knows who has spent which refresh token, and judges each that comes again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::accounts::{LIFETIME, POLICY, Tokens, millis, millis_of};

/// What becomes of a refresh token that comes a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// It is refused.
    Strict,
    /// It brings its successor again, as long as that was not used.
    Grace,
}

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub logins: u64,
    pub refreshes: u64,
    pub calls: u64,
    pub served_expired: u64,
    /// Good when they were handed out, and no longer when the call came.
    pub calls_too_late: u64,
    pub spent_in_window: u64,
    /// Of those: by one whose own lease was over when they arrived.
    pub sent_too_late: u64,
    pub spent_outside: u64,
    pub lost_in_window: u64,
    pub lost_outside: u64,
    /// What was wrong, in words.
    pub wrong: Vec<String>,
}

#[derive(Debug)]
struct Issued {
    account: u32,
    expires_at: u64,
    /// When it was first known to be in the store.
    durable_at: Option<u64>,
    spent: Option<Spent>,
}

#[derive(Clone, Copy, Debug)]
struct Spent {
    by: u64,
    /// The end of the lease at the earliest in which it was sent.
    lease_end: u64,
    successor: u64,
}

pub(crate) struct State {
    rule: Rule,
    tokens: BTreeMap<u64, Issued>,
    /// Workers, each with a number of its own, that were killed.
    pub dead: BTreeSet<u64>,
    /// Tokens whose successor did not reach a worker, or could not be saved in time, as it said.
    unsaved: BTreeSet<u64>,
    pub counts: Counts,
}

#[derive(Clone)]
pub(crate) struct Server(Arc<Mutex<State>>);

impl Server {
    pub fn new(rule: Rule) -> Self {
        Self(Arc::new(Mutex::new(State {
            rule,
            tokens: BTreeMap::new(),
            dead: BTreeSet::new(),
            unsaved: BTreeSet::new(),
            counts: Counts::default(),
        })))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic")
    }

    pub async fn listen(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().serve(stream));
        }
    }

    async fn serve(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while stream
            .read_line(&mut line)
            .await
            .is_ok_and(|length| length > 0)
        {
            let answer = self.answer(line.trim_end());
            if stream
                .write_all(format!("{answer}\n").as_bytes())
                .await
                .is_err()
            {
                return;
            }
            line.clear();
        }
    }

    fn answer(&self, line: &str) -> String {
        let mut words = line.split(' ');
        let verb = words.next();
        let mut number = || {
            words
                .next()
                .and_then(|word| word.parse().ok())
                .unwrap_or_default()
        };
        let (worker, token, time): (u64, u64, u64) = (number(), number(), number());
        let mut state = self.state();
        match verb {
            Some("login") => {
                state.counts.logins += 1;
                state.issue(u32::try_from(token).unwrap_or_default()).text()
            }
            Some("refresh") => match state.refresh(worker, token, time) {
                Some(tokens) => tokens.text(),
                None => "refused".to_owned(),
            },
            Some("saved") => state.saved(token),
            Some("unsaved") => {
                state.unsaved.insert(token);
                "noted".to_owned()
            }
            Some("lost") => state.lost(token, time),
            Some("call") => state.call(token, time),
            _ => "what?".to_owned(),
        }
    }
}

impl State {
    pub fn issue(&mut self, account: u32) -> Tokens {
        let refresh = self.tokens.len() as u64 + 1;
        let expires_at = end_of_access();
        self.tokens.insert(
            refresh,
            Issued {
                account,
                expires_at,
                durable_at: None,
                spent: None,
            },
        );
        Tokens {
            refresh,
            expires_at,
        }
    }

    /// `asked_at` is when the lease was asked for that the worker believes to have.
    fn refresh(&mut self, worker: u64, token: u64, asked_at: u64) -> Option<Tokens> {
        // It was read from the store.
        self.is_durable(token);
        let lease_end = asked_at + millis_of(POLICY.lease);
        let issued = self.tokens.get(&token)?;
        let account = issued.account;
        let Some(spent) = issued.spent else {
            self.counts.refreshes += 1;
            let tokens = self.issue(account);
            let spent = Spent {
                by: worker,
                lease_end,
                successor: tokens.refresh,
            };
            self.tokens.get_mut(&token)?.spent = Some(spent);
            return Some(tokens);
        };
        if millis() > lease_end {
            self.counts.spent_in_window += 1;
            self.counts.sent_too_late += 1;
        } else if self.is_in_window(token, spent, asked_at) {
            self.counts.spent_in_window += 1;
        } else {
            self.counts.spent_outside += 1;
            let wrong =
                format!("worker {worker} sent token {token} of account {account} again: {spent:?}");
            self.counts.wrong.push(wrong);
        }
        let successor = self.tokens.get_mut(&spent.successor)?;
        if self.rule == Rule::Strict || successor.spent.is_some() {
            return None;
        }
        // The same refresh token, and an access token that begins now.
        successor.expires_at = end_of_access();
        Some(Tokens {
            refresh: spent.successor,
            expires_at: successor.expires_at,
        })
    }

    /// Whether the answer to the one who spent a token may not have become durable: it was killed, the answer did not
    /// come, or it had not saved it when its lease was over. `read_at` is when somebody asked the store and found the
    /// old token: what was durable by then, it would have found.
    fn is_in_window(&self, token: u64, spent: Spent, read_at: u64) -> bool {
        let is_excused = self.dead.contains(&spent.by)
            || millis() > spent.lease_end
            || self.unsaved.contains(&token);
        let durable_at = self.tokens[&spent.successor].durable_at;
        is_excused && durable_at.is_none_or(|durable_at| durable_at > read_at)
    }

    fn is_durable(&mut self, token: u64) {
        if let Some(issued) = self.tokens.get_mut(&token) {
            issued.durable_at.get_or_insert_with(millis);
        }
    }

    fn saved(&mut self, token: u64) -> String {
        self.is_durable(token);
        "noted".to_owned()
    }

    /// A user has to log in again, as this token was refused, and was still in the store when that was asked again.
    fn lost(&mut self, token: u64, read_at: u64) -> String {
        let spent = self.tokens.get(&token).and_then(|issued| issued.spent);
        if spent.is_some_and(|spent| self.is_in_window(token, spent, read_at)) {
            self.counts.lost_in_window += 1;
        } else {
            self.counts.lost_outside += 1;
            self.counts
                .wrong
                .push(format!("the account of token {token} was lost: {spent:?}"));
        }
        "noted".to_owned()
    }

    fn call(&mut self, token: u64, handed_out: u64) -> String {
        self.counts.calls += 1;
        let expires_at = self.tokens.get(&token).map(|issued| issued.expires_at);
        if expires_at.is_none_or(|expires_at| expires_at <= handed_out) {
            self.counts.served_expired += 1;
            let wrong = format!("token {token} was handed out expired");
            self.counts.wrong.push(wrong);
        } else if expires_at.is_some_and(|expires_at| expires_at <= millis()) {
            self.counts.calls_too_late += 1;
        }
        "served".to_owned()
    }

    /// Whether a refresh with this token would succeed, or the window has taken it.
    pub fn is_accounted_for(&self, token: u64) -> bool {
        let Some(issued) = self.tokens.get(&token) else {
            return false;
        };
        issued
            .spent
            .is_none_or(|spent| self.is_in_window(token, spent, millis()))
    }
}

/// When an access token ends that begins now.
fn end_of_access() -> u64 {
    millis() + millis_of(LIFETIME)
}
