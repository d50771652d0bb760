//! Keeps what programs of the crate `rmcp` log in with in a store of `oauth-atlas-store`. Copy this file, and give both
//! to [`rmcp::transport::auth::AuthorizationManager`]:
//!
//! ```ignore
//! manager.set_credential_store(Credentials::new(Arc::clone(&store), Key::new("mcp/example.com/user-42")?));
//! manager.set_state_store(Logins::new(store));
//! ```
//!
//! Processes that share an account refresh one after the other, each with the refresh token that the one before has
//! stored. So no spent token is sent, and what is saved never overwrites a newer login. The manager refreshes
//! again where a peer has just done so: what it is to do with the guard is its own affair. For one refresh, however many processes
//! there are, use [`oauth_atlas_store::renew`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use oauth_atlas_store::{
    Acquired, Key, Kind, Lease, Mark, Policy, Record, Saved, Store, StoreError, put,
};
use rmcp::transport::auth::{
    AuthError, CredentialRefreshGuard, CredentialStore, StateStore, StoredAuthorizationState,
    StoredCredentials,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a login may take.
const LONGEST_LOGIN: Duration = Duration::from_secs(3600);

const PAUSE: Duration = Duration::from_millis(100);

/// The credentials of one account. Clones share them.
#[derive(Clone)]
pub struct Credentials(Arc<Account>);

struct Account {
    store: Arc<dyn Store>,
    key: Key,
    policy: Policy,
    /// One refresh in this process; the lease sees to the others.
    turn: Arc<tokio::sync::Mutex<()>>,
    held: Mutex<Option<Held>>,
}

/// A lease, and the task that has it: what another one saves is a login.
struct Held {
    lease: Lease,
    task: Option<tokio::task::Id>,
    until: Instant,
}

/// Ends the lease where nothing was saved.
struct Guard {
    account: Arc<Account>,
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

impl Credentials {
    /// Those of `account` in `store`. The time limit of the manager's HTTP client has to be shorter than a lease of
    /// the [`Policy`], which is a minute.
    pub fn new(store: Arc<dyn Store>, account: Key) -> Self {
        Self(Arc::new(Account {
            store,
            key: account,
            policy: Policy::default(),
            turn: Arc::default(),
            held: Mutex::default(),
        }))
    }
}

impl Account {
    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lease, if this task has it.
    fn take_held(&self) -> Option<Held> {
        let task = tokio::task::try_id();
        self.held().take_if(|held| held.task == task)
    }

    async fn acquire(&self) -> Result<Held, AuthError> {
        let started = Instant::now();
        loop {
            let asked = Instant::now();
            let acquire = self.store.acquire(&self.key, self.policy.lease);
            match acquire.await.map_err(failed)? {
                Acquired::Held(lease) => {
                    return Ok(Held {
                        lease,
                        task: tokio::task::try_id(),
                        until: asked + self.policy.lease,
                    });
                }
                Acquired::Busy { .. } if started.elapsed() > self.policy.patience => {
                    let message = "other processes keep refreshing the tokens";
                    return Err(AuthError::CredentialStoreError(message.to_owned()));
                }
                Acquired::Busy { expires_in, .. } => {
                    tokio::time::sleep(expires_in.min(PAUSE)).await;
                }
            }
        }
    }

    async fn release(&self, held: &Held, mark: Mark) -> Result<(), AuthError> {
        let (version, base) = (held.lease.version, held.lease.base());
        let released = self.store.release(&self.key, version, base, mark);
        released.await.map_err(failed)
    }

    /// Saves what a refresh brought, as long as the lease lasts: it exists nowhere else.
    async fn save(&self, held: &Held, record: &Record) -> Result<(), AuthError> {
        loop {
            let ticket = held.lease.ticket();
            match self.store.save(&self.key, ticket, record).await {
                // Newer ones are those of a login.
                Ok(Saved::Done | Saved::Superseded(Some(_))) => return Ok(()),
                Ok(Saved::Superseded(None)) => return Err(AuthError::AuthorizationRequired),
                Err(error) if !error.is_retryable() || Instant::now() > held.until => {
                    return Err(failed(error));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }
}

#[async_trait]
impl CredentialStore for Credentials {
    async fn load(&self) -> Result<Option<StoredCredentials>, AuthError> {
        let stored = self.0.store.load(&self.0.key).await.map_err(failed)?;
        stored
            .map(|stored| read(&stored.record, &Kind::Tokens))
            .transpose()
    }

    async fn save(&self, credentials: StoredCredentials) -> Result<(), AuthError> {
        let record = Record::tokens(json(&credentials)?);
        if let Some(held) = self.0.take_held() {
            return self.0.save(&held, &record).await;
        }
        let saved = put(&*self.0.store, &self.0.key, &record).await;
        saved.map(drop).map_err(failed)
    }

    async fn clear(&self) -> Result<(), AuthError> {
        let deleted = self.0.store.delete(&self.0.key).await;
        deleted.map(drop).map_err(failed)
    }

    /// No process sends this refresh token again.
    async fn on_refresh_token_rejected(&self, _: &StoredCredentials) -> Result<(), AuthError> {
        match self.0.take_held() {
            Some(held) => self.0.release(&held, Mark::Rejected).await,
            None => Ok(()),
        }
    }

    async fn acquire_refresh_guard(&self) -> Result<Option<CredentialRefreshGuard>, AuthError> {
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        let held = self.0.acquire().await?;
        let stored = held.lease.stored.as_ref();
        if stored.is_some_and(|stored| stored.mark == Mark::Rejected) {
            self.0.release(&held, Mark::Rejected).await?;
            return Err(AuthError::AuthorizationRequired);
        }
        *self.0.held() = Some(held);
        Ok(Some(CredentialRefreshGuard::new(Guard {
            account: Arc::clone(&self.0),
            _turn: turn,
        })))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The answer was none, or not of use: whether the refresh token is spent is not known here.
        if let Some(held) = self.account.held().take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let account = Arc::clone(&self.account);
            // A lease that cannot be ended ends by itself.
            runtime.spawn(async move { account.release(&held, Mark::InDoubt).await.ok() });
        }
    }
}

/// Logins that have begun, so that the callback may reach another process.
#[derive(Clone)]
pub struct Logins(Arc<dyn Store>);

impl Logins {
    /// Those in `store`, which may have credentials as well.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

#[async_trait]
impl StateStore for Logins {
    async fn save(&self, state: &str, login: StoredAuthorizationState) -> Result<(), AuthError> {
        let record = Record::pending(json(&login)?, SystemTime::now() + LONGEST_LOGIN);
        let saved = put(&*self.0, &login_key(state)?, &record).await;
        saved.map(drop).map_err(failed)
    }

    async fn load(&self, state: &str) -> Result<Option<StoredAuthorizationState>, AuthError> {
        let stored = self.0.load(&login_key(state)?).await.map_err(failed)?;
        stored
            .map(|stored| read(&stored.record, &Kind::Pending))
            .transpose()
    }

    /// The manager calls this before it sends the code. Of two processes with the same callback, one goes on.
    async fn delete(&self, state: &str) -> Result<(), AuthError> {
        match self.0.take(&login_key(state)?).await.map_err(failed)? {
            Some(_) => Ok(()),
            None => Err(AuthError::InternalError(
                "the login was finished before".to_owned(),
            )),
        }
    }
}

/// A key is no secret, and a state is one.
fn login_key(state: &str) -> Result<Key, AuthError> {
    let digest = hmac_sha256::Hash::hash(state.as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Key::new(format!("login/{digest}")).map_err(|error| AuthError::InternalError(error.to_string()))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, AuthError> {
    serde_json::to_vec(value).map_err(|error| AuthError::CredentialStoreError(error.to_string()))
}

/// The error of serde may name a value, which is a secret.
fn read<T: DeserializeOwned>(record: &Record, kind: &Kind) -> Result<T, AuthError> {
    let value = (record.kind() == kind).then(|| serde_json::from_slice(record.payload()).ok());
    value.flatten().ok_or_else(|| {
        AuthError::CredentialStoreError("what is stored is something else".to_owned())
    })
}

fn failed(error: StoreError) -> AuthError {
    AuthError::CredentialStoreError(error.to_string())
}
