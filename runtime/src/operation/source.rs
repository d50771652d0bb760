//! Tokens that renew themselves.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use callers::AsyncCallers;
use http::HeaderMap;
use tokio::sync::Mutex;

use crate::client::handle::Core;
use crate::error::Error;
use crate::http::block_on::block_on;
use crate::kept::token_set::TokenSet;
use crate::operation::OperationFuture;
use crate::operation::sealed::Sending as _;
use crate::operation::token::TokenRequest;

mod callers;

/// Tokens are renewed this long before they expire, or a tenth of their lifetime before if that is
/// shorter. No RFC says; it has to cover the way of a request that carries the token.
const LONGEST_MARGIN: Duration = Duration::from_secs(60);

/// How long tokens that are still valid are handed out after a failed renewal, before the next
/// attempt, where the provider does not say how long to wait.
const PAUSE: Duration = Duration::from_secs(10);

/// Tokens that are renewed when they are needed and about to expire. Clones share the tokens.
///
/// Tokens are renewed 60 seconds before they expire, or a tenth of their lifetime before if that is
/// shorter. However many callers wait, one request is sent, and its result, or its error, is
/// everybody's. A caller that stops waiting, because its own future is dropped, neither stops the
/// renewal nor repeats it: another caller carries on with it, the next one if nobody waits.
///
/// Callers wait for a renewal even where the old tokens are valid still, as with many providers new
/// tokens end the old ones. If the renewal fails for a while ([`Error::is_retryable`]), the old
/// tokens are handed out while they last. A provider that has refused the refresh token for good
/// ([`Error::is_final`]) or wants the user to log in again ([`Error::needs_login`]) is not asked
/// twice: the error is remembered until [`TokenSource::replace`] brings new tokens.
///
/// New tokens have to be stored by the program if they are to outlive it, as a refresh token may be
/// good for one renewal: compare [`TokenSource::current`] with what was stored.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

struct Shared {
    core: Core,
    /// The request to repeat, where tokens are not renewed by refresh.
    repeated: Option<TokenRequest>,
    state: RwLock<State>,
    /// The renewal in flight. It lives here and not with a caller, so that it outlives its caller;
    /// whoever holds the lock drives it.
    renewal: Mutex<Option<Renewal>>,
    async_callers: AsyncCallers,
}

struct State {
    tokens: Option<Arc<TokenSet>>,
    /// Until when nothing has to be done, or `None` where the tokens do not tell their expiry.
    fresh_until: Option<SystemTime>,
    /// Counts what changed the tokens or tried to, so that those who waited for an attempt can tell
    /// that it is over.
    attempts: u64,
    /// Why the last attempt failed, if it did.
    failure: Option<Error>,
    /// Until when tokens that are valid still are handed out without another attempt.
    paused_until: Option<SystemTime>,
}

struct Renewal {
    future: OperationFuture<'static, TokenSet>,
    /// [`State::attempts`] when it began.
    attempts: u64,
}

/// What a caller asks for.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// Tokens that are not about to expire.
    Fresh,
    /// Tokens other than these, which the API did not accept.
    OtherThan(&'a Arc<TokenSet>),
}

/// Which HTTP client sends the renewal.
#[derive(Clone, Copy)]
enum Driver {
    Asynchronous,
    Blocking,
}

/// What can be said without waiting.
enum Readiness {
    Now(Result<Arc<TokenSet>, Error>),
    /// After one more attempt than these.
    After(u64),
}

impl TokenSource {
    pub(crate) fn refreshing(core: Core, tokens: TokenSet) -> Self {
        Self::new(core, None, Some(Arc::new(tokens)))
    }

    pub(crate) fn repeating(request: &TokenRequest) -> Self {
        Self::new(request.client().clone(), Some(request.repeated()), None)
    }

    fn new(core: Core, repeated: Option<TokenRequest>, tokens: Option<Arc<TokenSet>>) -> Self {
        let state = State {
            fresh_until: tokens.as_deref().and_then(fresh_until),
            tokens,
            attempts: 0,
            failure: None,
            paused_until: None,
        };
        Self(Arc::new(Shared {
            core,
            repeated,
            state: RwLock::new(state),
            renewal: Mutex::new(None),
            async_callers: AsyncCallers::default(),
        }))
    }

    /// The tokens, renewed if need be.
    ///
    /// # Errors
    ///
    /// Those of the token request, if the tokens have to be renewed and cannot be.
    pub async fn tokens(&self) -> Result<Arc<TokenSet>, Error> {
        self.get(Wanted::Fresh, Driver::Asynchronous).await
    }

    /// The tokens, renewed if need be, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::tokens`], when there is no blocking HTTP client, and when only async
    /// code can finish what this would wait for: a renewal that was left unfinished, or one that async
    /// code of this thread waits for, as in a runtime of one thread. Another thread's is waited for.
    pub fn tokens_blocking(&self) -> Result<Arc<TokenSet>, Error> {
        block_on(self.get(Wanted::Fresh, Driver::Blocking))
    }

    /// The tokens as they are, which may have expired, or `None` before the first request for them.
    #[must_use]
    pub fn current(&self) -> Option<Arc<TokenSet>> {
        self.0.state().tokens.clone()
    }

    /// Replaces the tokens, after a new login or because another process has renewed them. A
    /// renewal that is in flight does not overwrite them.
    pub fn replace(&self, tokens: TokenSet) {
        self.0.state_mut().replace(tokens);
    }

    /// The headers that authorize a request to the provider's API, for an HTTP client of your own.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::tokens`] and [`Core::api_headers`].
    pub async fn api_headers(&self) -> Result<HeaderMap, Error> {
        self.0.core.api_headers(&*self.tokens().await?)
    }

    pub(crate) fn client(&self) -> &Core {
        &self.0.core
    }

    /// Tokens other than those that the API did not accept.
    pub(crate) async fn other_than(
        &self,
        rejected: &Arc<TokenSet>,
    ) -> Result<Arc<TokenSet>, Error> {
        self.get(Wanted::OtherThan(rejected), Driver::Asynchronous)
            .await
    }

    pub(crate) fn other_than_blocking(
        &self,
        rejected: &Arc<TokenSet>,
    ) -> Result<Arc<TokenSet>, Error> {
        block_on(self.get(Wanted::OtherThan(rejected), Driver::Blocking))
    }

    /// Whether there are other tokens already, or a way to ask for some.
    pub(crate) fn may_have_other_than(&self, rejected: &Arc<TokenSet>) -> bool {
        let state = self.0.state();
        let renewable =
            |tokens: &Arc<TokenSet>| !Arc::ptr_eq(tokens, rejected) || self.0.can_renew(tokens);
        state.tokens.as_ref().is_some_and(renewable)
    }

    async fn get(&self, wanted: Wanted<'_>, driver: Driver) -> Result<Arc<TokenSet>, Error> {
        let attempts = match self.0.readiness(wanted) {
            Readiness::Now(result) => return result,
            Readiness::After(attempts) => attempts,
        };
        let mut caller = self.0.async_callers.caller();
        let mut slot = match driver {
            Driver::Asynchronous => {
                let mut lock = pin!(self.0.renewal.lock());
                poll_fn(|context| {
                    caller.is_polled_here();
                    lock.as_mut().poll(context)
                })
                .await
            }
            Driver::Blocking => match self.0.renewal.try_lock() {
                Ok(slot) => slot,
                Err(_) if self.0.async_callers.wait_on_this_thread() => {
                    return Err(Error::configuration(
                        self.0.core.provider(),
                        "async code of this thread renews the tokens, and cannot go on while blocking \
                         code waits for it: await the tokens, or block on another thread",
                    ));
                }
                Err(_) => self.0.renewal.lock().await,
            },
        };
        if let Some(result) = self.0.outcome_since(attempts, wanted) {
            return result;
        }
        // One that began with tokens that were replaced since then has nothing to bring.
        slot.take_if(|renewal| renewal.attempts != attempts);
        if slot.is_some() && matches!(driver, Driver::Blocking) {
            return Err(Error::configuration(
                self.0.core.provider(),
                "async code has left a renewal unfinished, and only async code can finish it",
            ));
        }
        let (started, outcome) = poll_fn(|context| {
            if let Driver::Asynchronous = driver {
                caller.is_polled_here();
            }
            // Out of its slot while it runs: a renewal that panics must not be polled again.
            let mut renewal = slot.take().unwrap_or_else(|| self.0.start_renewal(driver));
            match renewal.future.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready((renewal.attempts, outcome)),
                Poll::Pending => {
                    *slot = Some(renewal);
                    Poll::Pending
                }
            }
        })
        .await;
        // No await from here on: a caller that is dropped now has told the others already.
        self.0
            .state_mut()
            .finish(started, outcome, SystemTime::now());
        match self.0.outcome_since(attempts, wanted) {
            Some(result) => result,
            None => Err(Error::configuration(
                self.0.core.provider(),
                "there are no tokens",
            )),
        }
    }
}

impl TokenRequest {
    /// Tokens of the client itself that renew themselves: this request is sent when they are first
    /// needed and again whenever they expire.
    ///
    /// Client credentials can be asked for again, and so can extension grants, as long as the
    /// provider takes their parameters again. The source of any other request has an error in the
    /// place of tokens; for those, see [`Core::token_source`].
    #[must_use]
    pub fn token_source(self) -> TokenSource {
        TokenSource::repeating(&self)
    }
}

impl Shared {
    /// What can be answered at once: good tokens, or an error that no further attempt would change.
    fn readiness(&self, wanted: Wanted<'_>) -> Readiness {
        let state = self.state();
        if let Some(tokens) = self.good(&state, wanted) {
            return Readiness::Now(Ok(Arc::clone(tokens)));
        }
        match &state.failure {
            Some(failure) if failure.is_final() || failure.needs_login() => {
                Readiness::Now(Err(failure.clone()))
            }
            _ => Readiness::After(state.attempts),
        }
    }

    /// What an attempt brought that ended after `attempts`, if one has.
    fn outcome_since(
        &self,
        attempts: u64,
        wanted: Wanted<'_>,
    ) -> Option<Result<Arc<TokenSet>, Error>> {
        let state = self.state();
        if state.attempts == attempts {
            return None;
        }
        match (self.good(&state, wanted), &state.failure) {
            (Some(tokens), _) => Some(Ok(Arc::clone(tokens))),
            (None, Some(failure)) => Some(Err(failure.clone())),
            // Tokens that expire as soon as they come will not last longer the next time.
            (None, None) => state.tokens.clone().map(Ok),
        }
    }

    fn good<'a>(&self, state: &'a State, wanted: Wanted<'_>) -> Option<&'a Arc<TokenSet>> {
        let tokens = state.tokens.as_ref()?;
        let is_good = match wanted {
            Wanted::Fresh => self.is_fresh(state, tokens, SystemTime::now()),
            Wanted::OtherThan(rejected) => tokens.access_token() != rejected.access_token(),
        };
        is_good.then_some(tokens)
    }

    fn is_fresh(&self, state: &State, tokens: &TokenSet, now: SystemTime) -> bool {
        if state
            .fresh_until
            .is_none_or(|fresh_until| now <= fresh_until)
        {
            return true;
        }
        let is_paused = state
            .paused_until
            .is_some_and(|paused_until| now < paused_until);
        !tokens.is_expired_at(now, Duration::ZERO) && (is_paused || !self.can_renew(tokens))
    }

    fn can_renew(&self, tokens: &TokenSet) -> bool {
        self.repeated.is_some() || tokens.refresh_token().is_some()
    }

    fn start_renewal(&self, driver: Driver) -> Renewal {
        let state = self.state();
        let request = match &self.repeated {
            Some(repeated) => repeated.clone(),
            None => TokenRequest::refresh(self.core.clone(), state.tokens.as_deref()),
        };
        let future: OperationFuture<'static, TokenSet> = match driver {
            Driver::Asynchronous => request.into_future(),
            Driver::Blocking => Box::pin(async move { request.send_blocking() }),
        };
        Renewal {
            future,
            attempts: state.attempts,
        }
    }

    // A state is changed by plain assignments, so it is whole even if a thread panicked meanwhile.

    fn state(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn replace(&mut self, tokens: TokenSet) {
        self.fresh_until = fresh_until(&tokens);
        self.tokens = Some(Arc::new(tokens));
        self.attempts += 1;
        self.failure = None;
        self.paused_until = None;
    }

    /// Takes the outcome of a renewal that began after `started` attempts. Tokens that were replaced
    /// since then are newer than its own.
    fn finish(&mut self, started: u64, outcome: Result<TokenSet, Error>, now: SystemTime) {
        match outcome {
            _ if self.attempts != started => {}
            Ok(tokens) => self.replace(tokens),
            Err(failure) => {
                self.attempts += 1;
                self.keep_refresh_token(&failure);
                if failure.is_retryable() {
                    self.paused_until = now.checked_add(failure.retry_after().unwrap_or(PAUSE));
                }
                self.failure = Some(failure);
            }
        }
    }
}

impl State {
    /// Keeps the new refresh token of an answer that could not be used: the old one may be spent.
    fn keep_refresh_token(&mut self, failure: &Error) {
        if let (Some(refresh_token), Some(tokens)) = (failure.refresh_token(), &self.tokens) {
            let tokens = TokenSet::clone(tokens).with_refresh_token(refresh_token);
            self.tokens = Some(Arc::new(tokens));
        }
    }
}

/// When the tokens have to be renewed.
fn fresh_until(tokens: &TokenSet) -> Option<SystemTime> {
    let tenth = tokens
        .lifetime()
        .map_or(LONGEST_MARGIN, |lifetime| lifetime / 10);
    tokens.expires_at()?.checked_sub(LONGEST_MARGIN.min(tenth))
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenSource")
            .field("client", &self.0.core)
            .field("tokens", &self.current())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
