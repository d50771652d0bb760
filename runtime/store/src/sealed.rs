//! Records that only this program can read.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::{Kind, LONGEST_RECORD, Record};
use crate::store::{Acquired, Lease, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version};

const NAME: &str = "sealed";

/// The longest id of a key.
const LONGEST_ID: usize = 64;

/// The keys that encrypt records, each with an id (feature `sealed`).
///
/// To change keys without interruption:
///
/// 1. Add the new key to all processes ([`KeyRing::also`]).
/// 2. When all have it, make it the first one and add the old one. Records are now sealed with the
///    new key.
/// 3. Call [`Sealed::reseal`] for all accounts. Then remove the old key.
#[derive(Clone)]
pub struct KeyRing {
    current: String,
    keys: BTreeMap<String, Arc<RandomizedNonceKey>>,
}

impl KeyRing {
    /// Seals with this key of 32 random bytes. The id, of 1 to 64 letters, digits, `.`, `_` and
    /// `-`, is stored with each record and must never be reused for another key.
    ///
    /// # Errors
    ///
    /// If the id or the key has a wrong length, or the id has other characters.
    pub fn new(id: &str, key: &[u8]) -> Result<Self, StoreError> {
        let ring = Self {
            current: id.to_owned(),
            keys: BTreeMap::new(),
        };
        ring.also(id, key)
    }

    /// Also opens records that were sealed with this key.
    ///
    /// # Errors
    ///
    /// Those of [`KeyRing::new`], and if there is a key with this id already.
    pub fn also(mut self, id: &str, key: &[u8]) -> Result<Self, StoreError> {
        let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '.' | '_' | '-');
        if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(is_plain) {
            return Err(unsupported(format!("{id:?} is not the id of a key")));
        }
        let Ok(key) = RandomizedNonceKey::new(&AES_256_GCM, key) else {
            return Err(unsupported(format!(
                "the key {id:?} does not have 32 bytes"
            )));
        };
        if self.keys.insert(id.to_owned(), Arc::new(key)).is_some() {
            return Err(unsupported(format!(
                "there are two keys with the id {id:?}"
            )));
        }
        Ok(self)
    }

    fn seal(&self, key: &Key, version: Version, record: &Record) -> Result<Record, StoreError> {
        let mut bytes = record.encode();
        // The longest first line, the nonce and the tag come on top.
        if bytes.len() > LONGEST_RECORD - 256 {
            return Err(unsupported("the record is too long".to_owned()).of(key));
        }
        let with = &self.keys[&self.current];
        let aad = Aad::from(associated(key, version));
        let sealed = with.seal_in_place_append_tag(aad, &mut *bytes);
        let nonce = sealed.map_err(|_| {
            let message = "the cipher failed";
            StoreError::new(StoreErrorKind::Sealed, NAME, message).of(key)
        })?;
        let payload = [&nonce.as_ref()[..], &bytes].concat();
        let kind = Kind::Sealed(self.current.clone());
        Ok(Record::new(kind, record.expires_at_unix(), payload))
    }

    fn open(&self, key: &Key, version: Version, record: &Record) -> Result<Record, StoreError> {
        let cannot =
            |message: String| Err(StoreError::new(StoreErrorKind::Sealed, NAME, message).of(key));
        let Kind::Sealed(id) = record.kind() else {
            return cannot("the record is not sealed".to_owned());
        };
        let Some(with) = self.keys.get(id) else {
            return cannot(format!(
                "the record is sealed with the key {id:?}, which this program does not have"
            ));
        };
        let aad = Aad::from(associated(key, version));
        let opened = record
            .payload()
            .split_at_checked(NONCE_LEN)
            .and_then(|(nonce, bytes)| {
                let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
                let mut bytes = Zeroizing::new(bytes.to_vec());
                let plain = with.open_in_place(nonce, aad, &mut bytes).ok()?;
                Record::decode(plain).ok()
            });
        match opened {
            Some(opened) => Ok(opened),
            None => cannot(format!(
                "the record does not open with the key {id:?}: it is another key, another account's record, \
                 or was changed"
            )),
        }
    }
}

/// What is bound to a sealed record: it opens under its own key and version only. A key has no control
/// characters.
fn associated(key: &Key, version: Version) -> Vec<u8> {
    let text = key.as_str().as_bytes();
    [b"oauth-atlas\0", text, b"\0", &version.0.to_be_bytes()].concat()
}

fn unsupported(message: String) -> StoreError {
    StoreError::new(StoreErrorKind::Unsupported, NAME, message)
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyRing")
            .field("current", &self.current)
            .field("ids", &self.keys.keys())
            .finish_non_exhaustive()
    }
}

/// Any store, with its records encrypted (AES-256-GCM, feature `sealed`).
///
/// A record opens only under its own key and version, so somebody with write access to the store
/// cannot give one account's tokens to another. They can restore an older record together with its
/// version, though. Account keys and times are not encrypted.
///
/// Nonces are random: seal at most 2³² records with one key.
#[derive(Clone, Debug)]
pub struct Sealed<S> {
    store: S,
    keys: KeyRing,
    accepts_plain: bool,
}

impl<S: Store> Sealed<S> {
    /// Encrypts the records of this store.
    pub fn new(store: S, keys: KeyRing) -> Self {
        Self {
            store,
            keys,
            accepts_plain: false,
        }
    }

    /// Also reads unsealed records, until all are sealed ([`Sealed::reseal`]). Until then, somebody
    /// with write access to the store can give one account's tokens to another.
    #[must_use]
    pub fn accept_plain(mut self) -> Self {
        self.accepts_plain = true;
        self
    }

    /// Seals the tokens of an account with the current key, unless they are already. Returns
    /// whether it did. `None` if another process is refreshing them, which seals them too if it has
    /// the key.
    ///
    /// # Errors
    ///
    /// Those of the store, and one if the record cannot be opened.
    pub async fn reseal(&self, key: &Key) -> Result<Option<bool>, StoreError> {
        let current = Kind::Sealed(self.keys.current.clone());
        match self.store.load(key).await? {
            Some(stored) if *stored.record.kind() != current => {}
            _ => return Ok(Some(false)),
        }
        // Under a lease, as a renewal that is in flight would be refused otherwise.
        let Acquired::Held(lease) = self.acquire(key, RESEAL).await? else {
            return Ok(None);
        };
        let Some(stored) = &lease.stored else {
            self.release(key, lease.version, None, Mark::Clear).await?;
            return Ok(Some(false));
        };
        if stored.mark != Mark::Clear {
            // A save would clear the mark.
            self.release(key, lease.version, lease.base(), stored.mark)
                .await?;
            return Ok(None);
        }
        let saved = self.save(key, lease.ticket(), &stored.record).await?;
        Ok((saved == Saved::Done).then_some(true))
    }

    fn open(&self, key: &Key, stored: Option<Stored>) -> Result<Option<Stored>, StoreError> {
        let Some(stored) = stored else {
            return Ok(None);
        };
        if self.accepts_plain && !matches!(stored.record.kind(), Kind::Sealed(_)) {
            return Ok(Some(stored));
        }
        let record = self.keys.open(key, stored.version, &stored.record)?;
        Ok(Some(Stored { record, ..stored }))
    }
}

/// How long a lease for two operations lasts.
const RESEAL: Duration = Duration::from_secs(30);

impl<S: Store> Store for Sealed<S> {
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
        Box::pin(async move { self.open(key, self.store.load(key).await?) })
    }

    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
        Box::pin(async move {
            // What does not open is not to be overwritten.
            self.load(key).await?;
            self.store.reserve(key).await
        })
    }

    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
        Box::pin(async move {
            match self.store.acquire(key, duration).await? {
                Acquired::Busy { stored, expires_in } => Ok(Acquired::Busy {
                    stored: self.open(key, stored)?,
                    expires_in,
                }),
                Acquired::Held(lease) => {
                    let (version, base) = (lease.version, lease.base());
                    let mark = lease.stored.as_ref().map(|stored| stored.mark);
                    match self.open(key, lease.stored) {
                        Ok(stored) => Ok(Acquired::Held(Lease { version, stored })),
                        Err(error) => {
                            let mark = mark.unwrap_or_default();
                            let _ = self.store.release(key, version, base, mark).await;
                            Err(error)
                        }
                    }
                }
            }
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        Box::pin(async move {
            let sealed = self.keys.seal(key, ticket.version(), record)?;
            match self.store.save(key, ticket, &sealed).await? {
                Saved::Done => Ok(Saved::Done),
                Saved::Superseded(stored) => Ok(Saved::Superseded(self.open(key, stored)?)),
            }
        })
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()> {
        self.store.release(key, version, base, mark)
    }

    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
        self.store.delete(key)
    }

    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            let Some(stored) = self.load(key).await? else {
                return Ok(None);
            };
            // Of those who have read it, one takes it. If it is another by now, its version is not known.
            let taken = self.store.take(key).await?;
            let opened = taken.map(|taken| {
                if self.accepts_plain && !matches!(taken.kind(), Kind::Sealed(_)) {
                    return Ok(taken);
                }
                self.keys.open(key, stored.version, &taken)
            });
            opened.transpose()
        })
    }

    fn purge(&self) -> StoreFuture<'_, u64> {
        self.store.purge()
    }
}
