//! When tokens are renewed, and what is said meanwhile: the policy, which does no IO and is told the
//! time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};
use crate::kept::token_set::TokenSet;
use crate::operation::source::cache::Cached;
use crate::operation::source::deadline::{Deadline, Now};

/// Tokens are renewed this long before they expire, or a tenth of their lifetime before if that is
/// shorter. No RFC says; it has to cover the way of a request that carries the token.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// How long a first failure is the answer where nobody says how long to wait. It doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How long it is at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long tokens are not renewed for an API that has rejected them fresh.
const PAUSE_AFTER_REJECTION: Duration = Duration::from_secs(60);

/// A failure that answers for those that come after it.
struct Verdict {
    error: Error,
    /// Until when; for good where there is none.
    until: Option<Instant>,
}

pub(super) struct State {
    tokens: Option<Arc<TokenSet>>,
    /// When the tokens have to be renewed.
    due: Deadline,
    expires: Deadline,
    verdict: Option<Verdict>,
    failures: u32,
    /// When the API rejected these tokens although it had been given them fresh.
    in_vain: Option<Instant>,
    /// Counts what changed the tokens, so that a renewal can tell whether they are still those that
    /// it began with.
    generation: u64,
}

/// What a caller asks for.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// Tokens that are not about to expire.
    Fresh,
    /// Tokens other than these, which the API did not accept.
    OtherThan(&'a TokenSet),
}

/// What it is told.
#[derive(Debug)]
pub(super) enum Answer {
    Tokens(Arc<TokenSet>),
    Failure(Error),
    /// The tokens have to be renewed. Those here are valid meanwhile.
    Renew(Option<Arc<TokenSet>>),
}

impl State {
    pub(super) fn new(tokens: Option<Arc<TokenSet>>, now: Now) -> Self {
        let mut state = Self {
            tokens: None,
            due: Deadline::default(),
            expires: Deadline::default(),
            verdict: None,
            failures: 0,
            in_vain: None,
            generation: 0,
        };
        if let Some(tokens) = tokens {
            state.replace(tokens, now);
        }
        state
    }

    pub(super) fn tokens(&self) -> Option<&Arc<TokenSet>> {
        self.tokens.as_ref()
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Tokens that need nothing done.
    pub(super) fn fresh(&self, now: Now) -> Option<&Arc<TokenSet>> {
        self.tokens.as_ref().filter(|_| !self.due.has_come(now))
    }

    /// The same, for those who come later.
    pub(super) fn cached(&self) -> Option<Cached> {
        let tokens = Arc::clone(self.tokens.as_ref()?);
        Some(Cached::new(tokens, self.due))
    }

    #[cfg(feature = "store")]
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh(Now::read()).is_some()
    }

    /// Has no tokens any more.
    #[cfg(feature = "store")]
    pub(super) fn forget(&mut self) {
        let generation = self.generation + 1;
        *self = Self::new(None, Now::read());
        self.generation = generation;
    }

    /// `can_repeat` tells whether tokens are asked for anew, without a refresh token.
    pub(super) fn answer(&self, wanted: Wanted<'_>, can_repeat: bool, now: Now) -> Answer {
        let valid = self.tokens.as_ref().filter(|_| !self.expires.has_come(now));
        match wanted {
            Wanted::Fresh => {
                if let Some(tokens) = self.fresh(now) {
                    return Answer::Tokens(Arc::clone(tokens));
                }
                match (valid, self.verdict(now)) {
                    (Some(tokens), Some(_)) => Answer::Tokens(Arc::clone(tokens)),
                    (Some(tokens), None) if !can_repeat && tokens.refresh_token().is_none() => {
                        Answer::Tokens(Arc::clone(tokens))
                    }
                    (None, Some(verdict)) => Answer::Failure(verdict.clone()),
                    (valid, None) => Answer::Renew(valid.cloned()),
                }
            }
            Wanted::OtherThan(rejected) => match (&self.tokens, self.verdict(now)) {
                (Some(tokens), _) if tokens.access_token() != rejected.access_token() => {
                    Answer::Tokens(Arc::clone(tokens))
                }
                (_, Some(verdict)) => Answer::Failure(verdict.clone()),
                (_, None) => Answer::Renew(None),
            },
        }
    }

    /// Whether there are other tokens than these, or a way to ask for some.
    pub(super) fn may_have_other_than(
        &self,
        rejected: &TokenSet,
        can_repeat: bool,
        now: Now,
    ) -> bool {
        let Some(tokens) = &self.tokens else {
            return can_repeat;
        };
        if tokens.access_token() != rejected.access_token() {
            return true;
        }
        let was_in_vain = self
            .in_vain
            .is_some_and(|then| now.machine.duration_since(then) < PAUSE_AFTER_REJECTION);
        !was_in_vain && (can_repeat || tokens.refresh_token().is_some())
    }

    /// The failure that holds now.
    fn verdict(&self, now: Now) -> Option<&Error> {
        let verdict = self.verdict.as_ref()?;
        let holds = verdict.until.is_none_or(|until| now.machine < until);
        holds.then_some(&verdict.error)
    }

    pub(super) fn replace(&mut self, tokens: Arc<TokenSet>, now: Now) {
        let expires_at = tokens.expires_at();
        let due_at = expires_at.and_then(|at| at.checked_sub(margin(&tokens)));
        self.expires = expires_at.map_or_else(Deadline::default, |at| Deadline::at(at, now));
        self.due = due_at.map_or_else(Deadline::default, |at| Deadline::at(at, now));
        self.tokens = Some(tokens);
        self.generation += 1;
        self.verdict = None;
        self.failures = 0;
        self.in_vain = None;
    }

    /// The API does not accept these tokens either, which came in the place of others.
    pub(super) fn was_in_vain(&mut self, rejected: &TokenSet, now: Now) {
        let tokens = self.tokens.as_ref();
        if tokens.is_some_and(|tokens| tokens.access_token() == rejected.access_token()) {
            self.in_vain = Some(now.machine);
        }
    }

    pub(super) fn failed(&mut self, error: &Error, now: Now) {
        self.keep_refresh_token(error);
        // Nothing was sent, and nothing will be: it costs nobody anything to look again.
        if error.kind() == ErrorKind::Configuration {
            return;
        }
        let until = if error.is_final() || error.needs_login() {
            None
        } else {
            let doubled = FIRST_PAUSE.saturating_mul(1 << self.failures.min(6));
            let pause = error.retry_after().unwrap_or(doubled.min(LONGEST_PAUSE));
            // What is further away than this clock reaches is for good.
            now.machine.checked_add(pause)
        };
        self.failures = self.failures.saturating_add(1);
        let error = error.clone();
        self.verdict = Some(Verdict { error, until });
    }

    /// Keeps the new refresh token of an answer that could not be used: the old one may be spent.
    fn keep_refresh_token(&mut self, failure: &Error) {
        if let (Some(refresh_token), Some(tokens)) = (failure.refresh_token(), &self.tokens) {
            let tokens = TokenSet::clone(tokens).with_refresh_token(refresh_token);
            self.tokens = Some(Arc::new(tokens));
        }
    }
}

/// How long before their end tokens are renewed: up to a quarter later than the longest margin, at
/// random, so that a hundred processes with the same tokens do not renew them in the same second.
fn margin(tokens: &TokenSet) -> Duration {
    let tenth = tokens
        .lifetime()
        .map_or(LONGEST_MARGIN, |lifetime| lifetime / 10);
    let longest = LONGEST_MARGIN.min(tenth);
    let mut random = [0; 1];
    // Without randomness all renew at once, which is no mistake.
    let _ = getrandom::fill(&mut random);
    longest - longest * u32::from(random[0]) / 1024
}

#[cfg(test)]
mod tests;
