//! Pending logins in a token store, so that the callback may reach another process.

use std::time::{Duration, SystemTime};

use oauth_atlas_store::{Key, Kind, Record, Store, StoreError, StoreErrorKind, put};

use crate::kept::pending::{LONGEST_LOGIN, Pending};
use crate::response::callback::Callback;
use crate::text::hexadecimal::hexadecimal;

/// What the messages of these functions call the store.
const NAME: &str = "pending logins";

impl Pending {
    /// Keeps the login in `store` until its callback, for at most an hour. Use it when several
    /// processes serve one address. [`Pending::take_from`] finds it by the callback's `state`; the
    /// store's key is a digest of it.
    ///
    /// You still have to bind the login to the user's browser, or another user could finish it (RFC
    /// 6749 §10.12): keep [`Pending::state`] in a session cookie and compare it.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub async fn store_in(&self, store: &dyn Store) -> Result<(), StoreError> {
        let json = serde_json::to_vec(self).map_err(|error| {
            let message = format!("the login cannot be stored: {error}");
            StoreError::new(StoreErrorKind::Unsupported, NAME, message)
        })?;
        let expires_at = SystemTime::now() + Duration::from_secs(LONGEST_LOGIN);
        let record = Record::pending(json, expires_at);
        put(store, &key(self.state())?, &record).await.map(drop)
    }

    /// Takes the login of this callback out of `store`, so that it can be used only once. `None` if
    /// there is none or it was taken already.
    ///
    /// # Errors
    ///
    /// Those of the store, and one of the kind `Corrupt` if the stored value is not a login.
    pub async fn take_from(
        store: &dyn Store,
        callback: &Callback,
    ) -> Result<Option<Self>, StoreError> {
        let Some(state) = callback.state() else {
            return Ok(None);
        };
        let key = key(state)?;
        let Some(record) = store.take(&key).await? else {
            return Ok(None);
        };
        let corrupt = || {
            let message = "what is stored is no pending login";
            StoreError::new(StoreErrorKind::Corrupt, NAME, message).of(&key)
        };
        if *record.kind() != Kind::Pending {
            return Err(corrupt());
        }
        // The error of serde may name a value.
        let login = serde_json::from_slice(record.payload());
        login.map(Some).map_err(|_| corrupt())
    }
}

/// A key is no secret, and a state is one.
fn key(state: &str) -> Result<Key, StoreError> {
    let digest = hexadecimal(&hmac_sha256::Hash::hash(state.as_bytes()));
    Key::new(format!("login/{digest}"))
        .map_err(|error| StoreError::new(StoreErrorKind::Unsupported, NAME, error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use oauth_atlas_store::Memory;

    use super::*;
    use crate::client::handle::Core;
    use crate::fixtures::ACME;

    #[tokio::test]
    async fn a_login_is_taken_once_and_by_its_state() {
        let store = Arc::new(Memory::new());
        let client = Core::public(&ACME, "id").redirect_uri("https://client.example/callback");
        let login = client.authorize(["a"]).start().unwrap();
        login.pending.store_in(&*store).await.unwrap();
        let state = login.pending.state().to_owned();
        let take = |query: String| {
            let store = Arc::clone(&store);
            async move {
                Pending::take_from(&*store, &Callback::from(query))
                    .await
                    .unwrap()
            }
        };
        assert_eq!(take("?code=a".into()).await, None);
        assert_eq!(take("?code=a&state=another".into()).await, None);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.extend(take(format!("?code=a&state={state}")).await);
        }
        assert_eq!(taken, [login.pending]);
        let key = key(&state).unwrap();
        assert!(!key.as_str().contains(&state));
    }

    #[tokio::test]
    async fn what_is_no_login_is_told_without_its_text() {
        let store = Memory::new();
        let record = Record::pending(
            "{\"canary\":1}",
            SystemTime::now() + Duration::from_secs(60),
        );
        put(&store, &key("s").unwrap(), &record).await.unwrap();
        let error = Pending::take_from(&store, &Callback::from("?state=s"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(!format!("{error:?} {error}").contains("canary"));
    }
}
