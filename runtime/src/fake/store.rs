//! Codes and tokens that the fake has given out.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::fake::client::Client;
use crate::fake::description::Pairs;

/// How many of a kind are kept, so that a fake that runs for weeks does not grow.
pub(super) const MOST: usize = 10_000;

/// Values by keys, of which the oldest makes room for one too many.
#[derive(Clone)]
pub(super) struct Kept<K, V> {
    values: BTreeMap<K, V>,
    order: VecDeque<K>,
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self {
            values: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }
}

impl<K: Clone + Ord, V> Kept<K, V> {
    pub(super) fn insert(&mut self, key: K, value: V) {
        if self.values.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.values.remove(&oldest);
        }
    }

    pub(super) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key)
    }

    pub(super) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.values.get_mut(key)
    }

    pub(super) fn remove(&mut self, key: &K) {
        self.values.remove(key);
        self.order.retain(|other| other != key);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.values.iter()
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.values.values_mut()
    }
}

/// What was given out.
#[derive(Default)]
pub(super) struct Store {
    pub(super) sessions: Kept<u64, Session>,
    pub(super) codes: Kept<String, Code>,
    pub(super) access: Kept<String, Token>,
    pub(super) refresh: Kept<String, Token>,
    pub(super) devices: Kept<String, Device>,
    pub(super) pushed: Kept<String, Pushed>,
    counter: u64,
}

/// What a user, or the client itself, agreed to.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) scope: Vec<String>,
    /// Whether there is a user, whom a refresh token acts for.
    pub(super) has_refresh_token: bool,
    pub(super) nonce: Option<String>,
    /// What the login asked for beyond scopes (RFC 9396).
    pub(super) details: Option<String>,
    /// Whether the login asked when the user logged in (OpenID Connect Core §3.1.2.1).
    pub(super) tells_time: bool,
    /// The type of what was issued in exchange for another token (RFC 8693 §2.2.1).
    pub(super) issued: Option<String>,
    /// What the login said that the tokens are for (RFC 8707).
    pub(super) resources: Vec<String>,
    /// How often it was refreshed.
    pub(super) refreshes: u64,
}

/// An authorization code.
pub(super) struct Code {
    pub(super) session: Session,
    pub(super) redirect_uri: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) state: Option<String>,
    /// The thumbprint of the key that the tokens are to be bound to.
    pub(super) key: Option<String>,
    pub(super) expires_at: Option<Instant>,
    /// The session that it was exchanged for.
    pub(super) used: Option<u64>,
}

/// When something that lives this long ends; never, where no clock reaches it.
pub(super) fn ends_after(lifetime: Duration) -> Option<Instant> {
    Instant::now().checked_add(lifetime)
}

/// An access token or a refresh token.
pub(super) struct Token {
    pub(super) session: u64,
    /// The thumbprint of the key that it is bound to.
    pub(super) key: Option<String>,
    pub(super) expires_at: Option<Instant>,
    pub(super) is_dead: bool,
}

impl Token {
    pub(super) fn is_live(&self) -> bool {
        !self.is_dead && self.expires_at.is_none_or(|at| at > Instant::now())
    }
}

/// A login whose parameters were pushed, and whose browser is still to come.
pub(super) struct Pushed {
    pub(super) pairs: Pairs,
    pub(super) client: Client,
    pub(super) expires_at: Option<Instant>,
    pub(super) is_used: bool,
}

/// A login on a device.
pub(super) struct Device {
    pub(super) session: Session,
    pub(super) user_code: String,
    pub(super) expires_at: Instant,
    pub(super) polled_at: Option<Instant>,
    pub(super) decision: Decision,
    pub(super) is_used: bool,
}

/// What the user of a device decided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing yet; agrees after the first poll.
    Open,
    Agreed,
    Denied,
}

impl Store {
    /// A text that nobody can guess. It has characters that every encoding writes differently.
    pub(super) fn secret(&mut self, kind: &str) -> String {
        let mut bytes = [0; 18];
        let number = self.number();
        if getrandom::fill(&mut bytes).is_err() {
            // A test is better served by a code that can be guessed than by none.
            bytes[..8].copy_from_slice(&number.to_be_bytes());
        }
        format!("fake-{kind}.{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// One that was not given out before.
    pub(super) fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub(super) fn open(&mut self, session: Session) -> u64 {
        let number = self.number();
        self.sessions.insert(number, session);
        number
    }

    pub(super) fn session(&self, token: &Token) -> Option<&Session> {
        self.sessions.get(&token.session)
    }

    pub(super) fn is_live(&self, access_token: &str) -> bool {
        self.access.get(access_token).is_some_and(Token::is_live)
    }

    pub(super) fn end_access_tokens(&mut self, session: u64) {
        let tokens = self.access.values_mut();
        tokens
            .filter(|token| token.session == session)
            .for_each(|token| token.is_dead = true);
    }

    /// Gives the access tokens of a login another end, also where it has come already.
    pub(super) fn prolong(&mut self, session: u64, expires_at: Option<Instant>) {
        let tokens = self.access.values_mut();
        tokens
            .filter(|token| token.session == session)
            .for_each(|token| token.expires_at = expires_at);
    }

    /// Ends everything that follows from a login.
    pub(super) fn end(&mut self, session: u64) {
        self.end_access_tokens(session);
        let tokens = self.refresh.values_mut();
        tokens
            .filter(|token| token.session == session)
            .for_each(|token| token.is_dead = true);
    }
}

/// The user who agrees to everything.
pub(super) const USER: &str = "fake-user";
