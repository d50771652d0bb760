//! Token sources whose tokens are in a token store, which other processes share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use oauth_atlas_store::{
    Key, Policy, Record, RefreshError, RenewError, Store, StoreError, StoreErrorKind, Ticket, put,
    renew,
};

use crate::client::handle::Core;
use crate::client::provider_client::ProviderClient;
use crate::error::verdict::Verdict;
use crate::error::{Details, Error, ErrorKind};
use crate::http::message::TransportErrorKind;
use crate::kept::token_set::TokenSet;
use crate::operation::StepsFuture;
use crate::operation::source::deadline::Now;
use crate::operation::source::state::State;
use crate::operation::source::{Driver, Shared, TokenSource};
use crate::operation::token::TokenRequest;

/// Where a source keeps its tokens.
pub(super) struct Keeper {
    store: Box<dyn Store>,
    key: Key,
    /// Tokens that are renewed and that the store could not take yet. They exist nowhere else.
    unsaved: Mutex<Option<(Ticket, Record)>>,
}

impl TokenSource {
    /// The tokens of an account in `store`, which other processes may share.
    /// [`TokenSource::log_in`] stores them after a login, in this process or another.
    ///
    /// However many processes need new tokens, one refreshes them and the others use the result.
    /// New tokens are durable before any caller gets them. See `oauth_atlas_store` for the
    /// guarantees of each store.
    ///
    /// A refresh may take 35 seconds, so an HTTP client of your own needs a shorter timeout.
    pub fn stored(client: &impl ProviderClient, store: impl Store + 'static, account: Key) -> Self {
        let source = Self::new(client.core().clone(), None, None);
        source.kept_in(store, account)
    }

    /// Keeps the tokens of this source in `store`, where other processes with the same `account`
    /// share them. Use it for tokens that are requested anew whenever they expire, such as those of
    /// client credentials. The source drops its current tokens. See [`TokenSource::stored`].
    #[must_use]
    pub fn kept_in(self, store: impl Store + 'static, account: Key) -> Self {
        let before = &self.0;
        Self(Arc::new(Shared {
            listeners: before.listeners.clone(),
            keeper: Some(Arc::new(Keeper {
                store: Box::new(store),
                key: account,
                unsaved: Mutex::default(),
            })),
            ..Shared::new(before.core.clone(), before.repeated.clone(), None)
        }))
    }

    /// Uses the tokens of a new login. With a store, they replace the stored ones and are durable
    /// when this returns; other processes use them from their next refresh on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] if the store cannot save them. The source is then unchanged.
    pub async fn log_in(&self, tokens: TokenSet) -> Result<(), Error> {
        if let Some(keeper) = &self.0.keeper {
            let failed = |error| of_store(&self.0.core, &error);
            let record = record(&self.0.core, &tokens)?;
            put(&*keeper.store, &keeper.key, &record)
                .await
                .map_err(failed)?;
            keeper.unsaved().take();
        }
        self.replace(tokens);
        Ok(())
    }

    /// Deletes the account's tokens from the store. From their next refresh on, this source and
    /// those of other processes return an error. Revoke the tokens first, if the provider supports
    /// it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`] if the store cannot delete them.
    pub async fn log_out(&self) -> Result<(), Error> {
        if let Some(keeper) = &self.0.keeper {
            keeper.unsaved().take();
            let deleted = keeper.store.delete(&keeper.key).await;
            deleted.map_err(|error| of_store(&self.0.core, &error))?;
        }
        self.0.change(State::forget);
        Ok(())
    }
}

impl Keeper {
    fn unsaved(&self) -> MutexGuard<'_, Option<(Ticket, Record)>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Good tokens of the store, renewed if need be, and others than those that are `spent`.
    pub(super) fn renew(
        self: Arc<Self>,
        shared: &Shared,
        spent: Option<&TokenSet>,
        driver: Driver,
    ) -> StepsFuture<TokenSet> {
        let core = shared.core.clone();
        let repeated = shared.repeated.clone();
        let spent = spent.map(|tokens| tokens.access_token().clone());
        Box::pin(async move {
            let (store, key) = (&*self.store, &self.key);
            self.save_what_is_left(&core).await?;
            let is_good = |record: &Record| {
                tokens(&core, record).is_ok_and(|tokens| {
                    let is_other = spent.as_ref() != Some(tokens.access_token());
                    is_other && State::new(Some(Arc::new(tokens)), Now::read()).is_fresh()
                })
            };
            // Most often a peer has renewed them already, and that needs no lease.
            if let Ok(Some(stored)) = store.load(key).await
                && is_good(&stored.record)
            {
                return tokens(&core, &stored.record);
            }
            let refresh = |stored: Option<Record>| {
                let request = request(&core, repeated.as_deref(), stored.as_ref());
                refresh(core.clone(), request, stored, driver)
            };
            match renew(store, key, Policy::default(), is_good, refresh).await {
                Ok(renewed) => tokens(&core, &renewed.into_stored().record),
                Err(error) => Err(self.failed(&core, error)),
            }
        })
    }

    /// Saves tokens that an earlier renewal could not.
    async fn save_what_is_left(&self, core: &Core) -> Result<(), Error> {
        let left = self.unsaved().clone();
        let Some((ticket, record)) = left else {
            return Ok(());
        };
        let saved = self.store.save(&self.key, ticket, &record).await;
        saved.map_err(|error| of_store(core, &error))?;
        // Saved, or something newer is there.
        self.unsaved().take();
        Ok(())
    }

    /// What is told of a renewal that failed. Tokens that it could not store are kept for the next.
    fn failed(&self, core: &Core, error: RenewError<Error>) -> Error {
        let message = match error {
            RenewError::Rejected {
                error: Some(error), ..
            }
            | RenewError::Refresh(error) => return error,
            RenewError::Store(error) => return of_store(core, &error),
            RenewError::NotDurable {
                ticket,
                record,
                error,
            } => {
                *self.unsaved() = Some((ticket, record));
                return of_store(core, &error);
            }
            RenewError::Rejected { in_doubt: true, .. } => {
                "an earlier refresh was interrupted, and its refresh token is now refused"
            }
            RenewError::Rejected { .. } => "the refresh token was refused earlier",
            RenewError::Gone => "the account's tokens were deleted from the token store",
            _ => {
                let message = "other processes keep refreshing the tokens";
                return Error::store(core.provider(), Verdict::Retry { after: None }, message);
            }
        };
        Error::login_required(core.provider(), message)
    }
}

fn request(
    core: &Core,
    repeated: Option<&TokenRequest>,
    stored: Option<&Record>,
) -> Result<TokenRequest, Error> {
    match (repeated, stored) {
        (Some(repeated), _) => Ok(repeated.clone()),
        (None, Some(record)) => Ok(TokenRequest::refresh(
            core.clone(),
            Some(&tokens(core, record)?),
        )),
        (None, None) => Err(Error::login_required(
            core.provider(),
            "the token store has no tokens of this account",
        )),
    }
}

fn refresh(
    core: Core,
    request: Result<TokenRequest, Error>,
    stored: Option<Record>,
    driver: Driver,
) -> impl Future<Output = Result<Record, RefreshError<Error>>> + Send {
    let limit = Policy::default().request;
    async move {
        let sent = async {
            let request = request?;
            match driver {
                Driver::Asynchronous => request.await,
                Driver::Blocking => {
                    let sent = tokio::task::spawn_blocking(move || request.send_blocking());
                    sent.await.unwrap_or_else(|_| {
                        let message = "the blocking HTTP client panicked";
                        Err(Error::configuration(core.provider(), message))
                    })
                }
            }
        };
        let Ok(result) = tokio::time::timeout(limit, sent).await else {
            let error = Details::new(core.provider(), ErrorKind::Transport);
            return Err(RefreshError::Unknown(
                error
                    .message("the refresh took longer than a lease allows")
                    .into(),
            ));
        };
        match result {
            Ok(tokens) => record(&core, &tokens).map_err(RefreshError::Unknown),
            Err(error) => Err(of_refresh(&core, error, stored.as_ref())),
        }
    }
}

/// What the protocol has to know of an error: whether the refresh token is dead, as good as before,
/// or perhaps spent.
fn of_refresh(core: &Core, error: Error, stored: Option<&Record>) -> RefreshError<Error> {
    if let (Some(refresh_token), Some(stored)) = (error.refresh_token(), stored)
        && let Ok(tokens) = tokens(core, stored)
        && let Ok(record) = record(core, &tokens.with_refresh_token(refresh_token))
    {
        return RefreshError::Kept(record, error);
    }
    match error.kind() {
        ErrorKind::Refused if error.needs_login() => RefreshError::Rejected(error),
        ErrorKind::Transport => match error.transport().map(|one| one.kind()) {
            Some(TransportErrorKind::Connect) => RefreshError::Failed(error),
            _ => RefreshError::Unknown(error),
        },
        ErrorKind::Server | ErrorKind::Response => RefreshError::Unknown(error),
        _ => RefreshError::Failed(error),
    }
}

fn of_store(core: &Core, error: &StoreError) -> Error {
    let verdict = match error.kind() {
        StoreErrorKind::Unavailable => Verdict::Retry { after: None },
        StoreErrorKind::Corrupt | StoreErrorKind::LaterFormat | StoreErrorKind::WrongKind => {
            Verdict::Report
        }
        _ => Verdict::FixConfiguration,
    };
    Error::store(core.provider(), verdict, error.to_string())
}

fn record(core: &Core, tokens: &TokenSet) -> Result<Record, Error> {
    match serde_json::to_vec(tokens) {
        Ok(json) => Ok(Record::tokens(json)),
        Err(error) => Err(Error::configuration(
            core.provider(),
            format!("the tokens cannot be stored: {error}"),
        )),
    }
}

fn tokens(core: &Core, record: &Record) -> Result<TokenSet, Error> {
    // The error of serde names a place, and may name a value.
    serde_json::from_slice(record.payload()).map_err(|_| {
        let message = "the account's record in the token store is not a token set";
        Error::store(core.provider(), Verdict::Report, message)
    })
}

#[cfg(test)]
mod tests;
