//! Tokens that are refreshed when needed.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http::HeaderMap;

use crate::client::handle::Core;
use crate::error::Error;
use crate::http::block_on::block_on;
use crate::kept::token_set::TokenSet;
use crate::operation::sealed::Sending as _;
use crate::operation::token::TokenRequest;
use crate::provider;
use cache::Cache;
use deadline::Now;
use event::Listeners;
use flight::{Flight, Outcome};
use state::{Answer, State, Wanted};

pub use event::TokenEvent;

mod cache;
mod deadline;
mod driver;
mod event;
mod flight;
mod state;
#[cfg(feature = "store")]
mod stored;

/// Tokens that are refreshed when they are requested and about to expire. Clones share the tokens.
///
/// Tokens are refreshed 60 seconds before they expire, or a tenth of their lifetime before if that
/// is shorter; a random delay of up to a quarter of that is added. However many callers wait, one
/// request is sent, and all of them get its result or its error. The request runs on a thread of
/// its own and is neither cancelled nor repeated when a caller stops waiting or a runtime shuts
/// down. Only the end of the process stops it.
///
/// Valid tokens are returned even if refreshing them fails. Callers wait for an early refresh,
/// unless the provider documents that the old access token stays valid: then they get the old one
/// at once while the refresh runs.
///
/// After a failure, callers get the same error and nothing is sent for a while:
///
/// - if only a new login or another configuration helps ([`Error::is_final`],
///   [`Error::needs_login`]), until [`TokenSource::replace`] sets new tokens;
/// - if the provider sent a time to wait ([`Error::retry_after`]), for that long;
/// - otherwise for a second, doubled with each further failure, up to a minute.
///
/// Many refresh tokens can be used only once, so new tokens must be stored to survive a restart.
/// [`TokenSource::on_event`] reports them before any caller gets them.
#[derive(Clone)]
pub struct TokenSource(Arc<Shared>);

struct Shared {
    core: Core,
    /// The request to repeat, where tokens are not renewed by refresh.
    repeated: Option<Box<TokenRequest>>,
    state: Mutex<State>,
    /// What the state hands out until it is due.
    cache: Cache,
    /// The renewal in flight. Taken before `state` by whoever takes both.
    flight: Mutex<Option<Arc<Flight>>>,
    listeners: Listeners,
    #[cfg(feature = "store")]
    keeper: Option<Arc<stored::Keeper>>,
}

/// Which HTTP client sends the renewal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Driver {
    Asynchronous,
    Blocking,
}

impl TokenSource {
    pub(crate) fn refreshing(core: Core, tokens: TokenSet) -> Self {
        Self::new(core, None, Some(Arc::new(tokens)))
    }

    pub(crate) fn repeating(request: &TokenRequest) -> Self {
        Self::new(
            request.client().clone(),
            Some(Box::new(request.repeated())),
            None,
        )
    }

    fn new(core: Core, repeated: Option<Box<TokenRequest>>, tokens: Option<Arc<TokenSet>>) -> Self {
        Self(Arc::new(Shared::new(core, repeated, tokens)))
    }

    /// Calls `listener` with the result of each refresh, on the refreshing thread and before any
    /// caller gets the new tokens. Store them here. Callers wait meanwhile, so use a token store
    /// for slow storage or for a database that several processes share.
    ///
    /// Clones share listeners. A listener that panics is called again the next time. With the
    /// feature `tracing`, the same events go to `tracing` under the target
    /// `oauth_atlas::token_source`, without any token.
    #[must_use = "the listener belongs to the returned source"]
    pub fn on_event(self, listener: impl Fn(TokenEvent<'_>) + Send + Sync + 'static) -> Self {
        self.0.listeners.add(listener);
        self
    }

    /// The tokens, refreshed if needed. Valid tokens are read without waiting and without an
    /// allocation.
    ///
    /// # Errors
    ///
    /// Those of the token request, if the tokens have expired and cannot be refreshed.
    #[inline]
    pub fn tokens(&self) -> impl Future<Output = Result<Arc<TokenSet>, Error>> + Send + Unpin + '_ {
        Getting {
            source: self,
            waiting: None,
        }
    }

    /// The tokens, refreshed if needed, for programs without an async runtime. It waits for a
    /// refresh that async code has started.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::tokens`], and one if there is no blocking HTTP client.
    #[inline]
    pub fn tokens_blocking(&self) -> Result<Arc<TokenSet>, Error> {
        match self.0.cache.read(|cached| Arc::clone(&cached.tokens)) {
            Some(tokens) => Ok(tokens),
            None => block_on(self.get(Wanted::Fresh, Driver::Blocking)),
        }
    }

    /// The current tokens, which may have expired, or `None` before the first request.
    #[must_use]
    pub fn current(&self) -> Option<Arc<TokenSet>> {
        self.0.state().tokens().cloned()
    }

    /// Replaces the tokens, after a new login or because another process has refreshed them. A
    /// refresh in flight does not overwrite them.
    pub fn replace(&self, tokens: TokenSet) {
        let tokens = Arc::new(tokens);
        self.0.change(|state| state.replace(tokens, Now::read()));
    }

    /// The headers that authorize a request to the provider's API, for an HTTP client of your own.
    /// They are made once for each token, and shared.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::tokens`] and [`Core::api_headers`].
    #[inline]
    pub async fn api_headers(&self) -> Result<Arc<HeaderMap>, Error> {
        if let Some(Some(headers)) = self.0.cache.read(|cached| cached.headers.get().cloned()) {
            return Ok(headers);
        }
        self.make_api_headers().await
    }

    async fn make_api_headers(&self) -> Result<Arc<HeaderMap>, Error> {
        let tokens = self.tokens().await?;
        let headers = Arc::new(self.0.core.api_headers(&tokens)?);
        self.0.cache.read(|cached| {
            if Arc::ptr_eq(&cached.tokens, &tokens) {
                // Somebody else's are the same.
                let _ = cached.headers.set(Arc::clone(&headers));
            }
        });
        Ok(headers)
    }

    pub(crate) fn client(&self) -> &Core {
        &self.0.core
    }

    /// Tokens other than those that the API did not accept.
    pub(crate) async fn other_than(&self, rejected: &TokenSet) -> Result<Arc<TokenSet>, Error> {
        self.get(Wanted::OtherThan(rejected), Driver::Asynchronous)
            .await
    }

    pub(crate) fn other_than_blocking(&self, rejected: &TokenSet) -> Result<Arc<TokenSet>, Error> {
        block_on(self.get(Wanted::OtherThan(rejected), Driver::Blocking))
    }

    /// Whether there are other tokens already, or a way to ask for some.
    pub(crate) fn may_have_other_than(&self, rejected: &TokenSet) -> bool {
        let can_repeat = self.0.repeated.is_some();
        let state = self.0.state();
        state.may_have_other_than(rejected, can_repeat, Now::read())
    }

    /// The API does not accept these tokens either, which came in the place of others.
    pub(crate) fn was_in_vain(&self, rejected: &TokenSet) {
        self.0.state().was_in_vain(rejected, Now::read());
    }

    async fn get(&self, wanted: Wanted<'_>, driver: Driver) -> Result<Arc<TokenSet>, Error> {
        loop {
            let (flight, meanwhile) = match self.0.join(wanted, driver) {
                Joined::Answer(result) => return result,
                Joined::Flight(flight, meanwhile) => (flight, meanwhile),
            };
            if let Some(tokens) = &meanwhile
                && self.0.may_renew_meanwhile()
            {
                return Ok(Arc::clone(tokens));
            }
            match (flight.outcome().await, meanwhile) {
                (Outcome::Renewed(tokens), _) | (Outcome::Failed(_), Some(tokens)) => {
                    return Ok(tokens);
                }
                (Outcome::Failed(error), None) => return Err(error),
                // Other tokens came meanwhile: they are the ones to look at.
                (Outcome::Superseded, _) => {}
            }
        }
    }
}

/// A look at the tokens that are there, and where none are, the wait for others. By hand, since an
/// `async fn` that has both takes a third more instructions for the look, which is all that most
/// callers need.
struct Getting<'a> {
    source: &'a TokenSource,
    waiting: Option<Waiting<'a>>,
}

type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Arc<TokenSet>, Error>> + Send + 'a>>;

impl Future for Getting<'_> {
    type Output = Result<Arc<TokenSet>, Error>;

    // A call takes a quarter of what is in it, and the compiler makes one where there are two awaits.
    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let cache = &self.source.0.cache;
        if self.waiting.is_none()
            && let Some(tokens) = cache.read_at_once(|cached| Arc::clone(&cached.tokens))
        {
            return Poll::Ready(Ok(tokens));
        }
        self.wait(context)
    }
}

impl Getting<'_> {
    #[cold]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<Arc<TokenSet>, Error>> {
        let source = self.source;
        if self.waiting.is_none()
            && let Some(tokens) = source.0.cache.read(|cached| Arc::clone(&cached.tokens))
        {
            return Poll::Ready(Ok(tokens));
        }
        let begin = || -> Waiting<'_> { Box::pin(source.get(Wanted::Fresh, Driver::Asynchronous)) };
        self.waiting
            .get_or_insert_with(begin)
            .as_mut()
            .poll(context)
    }
}

/// What a caller comes to that has no fresh tokens at once.
enum Joined {
    Answer(Result<Arc<TokenSet>, Error>),
    /// A renewal to wait for, and tokens that are valid meanwhile.
    Flight(Arc<Flight>, Option<Arc<TokenSet>>),
}

impl Shared {
    fn new(core: Core, repeated: Option<Box<TokenRequest>>, tokens: Option<Arc<TokenSet>>) -> Self {
        let state = State::new(tokens, Now::read());
        let cache = Cache::default();
        cache.put(state.cached());
        Self {
            core,
            repeated,
            state: Mutex::new(state),
            cache,
            flight: Mutex::new(None),
            listeners: Listeners::default(),
            #[cfg(feature = "store")]
            keeper: None,
        }
    }

    /// Joins the renewal in flight, or begins one, where there is anything to renew.
    fn join(self: &Arc<Self>, wanted: Wanted<'_>, driver: Driver) -> Joined {
        let mut slot = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.state();
        let meanwhile = match state.answer(wanted, self.repeated.is_some(), Now::read()) {
            Answer::Tokens(tokens) => return Joined::Answer(Ok(tokens)),
            Answer::Failure(error) => return Joined::Answer(Err(error)),
            Answer::Renew(meanwhile) => meanwhile,
        };
        let generation = state.generation();
        if let Some(flight) = slot.as_ref().filter(|one| one.generation == generation) {
            return Joined::Flight(Arc::clone(flight), meanwhile);
        }
        let tokens = state.tokens().cloned();
        drop(state);
        let flight = Arc::new(Flight::new(generation));
        *slot = Some(Arc::clone(&flight));
        drop(slot);
        let renewal = Renewal {
            shared: Arc::clone(self),
            flight: Arc::clone(&flight),
            is_over: false,
        };
        #[cfg(feature = "store")]
        if let Some(keeper) = &self.keeper {
            // What the API rejected, or what is due, and no other source may give it back.
            let spent = match wanted {
                Wanted::OtherThan(rejected) => Some(rejected),
                Wanted::Fresh => tokens.as_deref(),
            };
            let work = Arc::clone(keeper).renew(self, spent, driver);
            renewal.run(work);
            return Joined::Flight(flight, meanwhile);
        }
        let request = match &self.repeated {
            Some(repeated) => TokenRequest::clone(repeated),
            None => TokenRequest::refresh(self.core.clone(), tokens.as_deref()),
        };
        match driver {
            Driver::Blocking => renewal.finish(request.send_blocking()),
            Driver::Asynchronous => renewal.run(request.into_future()),
        }
        Joined::Flight(flight, meanwhile)
    }

    /// Whether the provider says that the old access token goes on working.
    fn may_renew_meanwhile(&self) -> bool {
        self.repeated.is_none() && self.core.provider().ends_access_token == provider::Answer::No
    }

    // A state is changed by plain assignments, so it is whole even if a thread panicked meanwhile.

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the tokens, for those as well who read without looking at the state.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let changed = change(&mut state);
        self.cache.put(state.cached());
        changed
    }
}

/// A renewal that ends in some way: one that is dropped before has failed.
struct Renewal {
    shared: Arc<Shared>,
    flight: Arc<Flight>,
    is_over: bool,
}

impl Renewal {
    /// Goes on by itself, whoever waits.
    fn run(self, work: impl Future<Output = Result<TokenSet, Error>> + Send + 'static) {
        let spawned = driver::spawn(async move { self.finish(work.await) });
        // One that could not be spawned was dropped, and has said so.
        drop(spawned);
    }

    fn finish(mut self, result: Result<TokenSet, Error>) {
        self.land(result.map(Arc::new));
    }

    fn land(&mut self, result: Result<Arc<TokenSet>, Error>) {
        self.is_over = true;
        let Self { shared, flight, .. } = self;
        let is_current = || shared.state().generation() == flight.generation;
        if is_current() {
            shared.listeners.tell(match &result {
                Ok(tokens) => TokenEvent::Renewed(tokens),
                Err(error) if error.needs_login() => TokenEvent::LoginRequired(error),
                Err(error) => TokenEvent::Failed(error),
            });
        }
        let mut slot = shared.flight.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = shared.change(|state| {
            if state.generation() != flight.generation {
                return Outcome::Superseded;
            }
            match result {
                Ok(tokens) => {
                    state.replace(Arc::clone(&tokens), Now::read());
                    Outcome::Renewed(tokens)
                }
                Err(error) => {
                    state.failed(&error, Now::read());
                    Outcome::Failed(error)
                }
            }
        });
        slot.take_if(|one| Arc::ptr_eq(one, flight));
        drop(slot);
        flight.land(outcome);
    }
}

impl Drop for Renewal {
    /// The HTTP client panicked, or there was no thread to run on.
    fn drop(&mut self) {
        if !self.is_over {
            let provider = self.shared.core.provider();
            let message = "the refresh was interrupted: its HTTP client panicked, or the \
                           system could not start a thread";
            self.land(Err(Error::configuration(provider, message)));
        }
    }
}

impl TokenRequest {
    /// A source for tokens of the client itself. It sends this request when the tokens are first
    /// needed and again whenever they expire.
    ///
    /// Client credentials requests can be repeated, and so can extension grants, as long as the
    /// provider accepts their parameters again. For any other request, the source returns an error;
    /// use [`Core::token_source`] instead.
    #[must_use]
    pub fn token_source(self) -> TokenSource {
        TokenSource::repeating(&self)
    }
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
