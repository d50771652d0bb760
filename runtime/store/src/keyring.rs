//! The platform's keyring.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::locks::{Locks, create_folder};
use crate::row::Row;
use crate::rows::{Rows, now, store_of_rows};

/// The platform's keyring (feature `keyring`), for the processes of one user on one machine.
///
/// A keyring has no locks, so this store also needs a folder for empty lock files. Whether a change
/// survives a power failure depends on the keyring. Some limit the size of values: Windows to 2560
/// bytes. Not every keyring can be searched, so [`Store::purge`](crate::Store::purge) does nothing.
#[derive(Clone)]
pub struct Keyring(Arc<Entries>);

struct Entries {
    store: Arc<CredentialStore>,
    service: String,
    locks: Locks,
}

impl Keyring {
    /// Uses entries of this service, with the key as the user, in the keyring that your program has
    /// selected. All programs that share the entries must use the same folder.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created.
    pub fn new(
        store: Arc<CredentialStore>,
        service: impl Into<String>,
        locks: impl AsRef<Path>,
    ) -> Result<Self, StoreError> {
        let folder = locks.as_ref();
        create_folder(folder)
            .map_err(|error| StoreError::io(Entries::NAME, "create the folder of locks", &error))?;
        Ok(Self(Arc::new(Entries {
            store,
            service: service.into(),
            locks: Locks::new(folder),
        })))
    }
}

impl Entries {
    fn entry(&self, key: &Key) -> Result<Entry, StoreError> {
        Entry::new_in_store(&self.store, &self.service, key.as_str())
            .map_err(|error| failed(&error))
    }

    fn lock(&self, key: &Key) -> Result<std::fs::File, StoreError> {
        self.locks
            .lock(key.as_str())
            .map_err(|error| StoreError::io(Self::NAME, "lock the entry", &error))
    }
}

fn read(entry: &Entry, key: &Key) -> Result<Option<Row>, StoreError> {
    let bytes = match entry.get_secret() {
        Err(Error::NoEntry) => return Ok(None),
        result => Zeroizing::new(result.map_err(|error| failed(&error))?),
    };
    let row = Row::from_bytes(&bytes);
    row.map(Some)
        .map_err(|malformed| StoreError::malformed(malformed, Entries::NAME, key))
}

fn delete(entry: &Entry) -> Result<bool, StoreError> {
    match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(false),
        result => result.map(|()| true).map_err(|error| failed(&error)),
    }
}

/// What the keyring said, without the data that some of its errors carry.
fn failed(error: &Error) -> StoreError {
    let (kind, message) = match error {
        Error::NoStorageAccess(_) => (StoreErrorKind::Denied, error.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => (
            StoreErrorKind::Corrupt,
            "the keyring cannot decode the entry".to_owned(),
        ),
        Error::BadStoreFormat(_) => (StoreErrorKind::Corrupt, "the keyring is damaged".to_owned()),
        Error::TooLong(attribute, limit) => (
            StoreErrorKind::Unsupported,
            format!("{attribute} is longer than the {limit} bytes that the keyring keeps"),
        ),
        Error::Invalid(parameter, _) => (
            StoreErrorKind::Unsupported,
            format!("the keyring does not take such a {parameter}"),
        ),
        Error::Ambiguous(_) => (
            StoreErrorKind::Corrupt,
            "the keyring has several such entries".to_owned(),
        ),
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => (
            StoreErrorKind::Unsupported,
            "the keyring does not do that".to_owned(),
        ),
        _ => (StoreErrorKind::Unavailable, error.to_string()),
    };
    StoreError::new(kind, Entries::NAME, message)
}

impl Rows for Entries {
    const NAME: &'static str = "keyring";

    fn read(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        read(&self.entry(key)?, key)
    }

    fn change<T>(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Option<Row>, u64) -> T,
    ) -> Result<T, StoreError> {
        let _lock = self.lock(key)?;
        let entry = self.entry(key)?;
        let before = read(&entry, key)?;
        let mut row = before.clone();
        let result = change(&mut row, now());
        match row {
            row if row == before => {}
            Some(row) => entry
                .set_secret(&row.to_bytes())
                .map_err(|error| failed(&error))?,
            None => {
                delete(&entry)?;
            }
        }
        Ok(result)
    }

    fn remove(&self, key: &Key) -> Result<bool, StoreError> {
        let _lock = self.lock(key)?;
        let entry = self.entry(key)?;
        let was_record = match read(&entry, key) {
            Ok(row) => row.is_some_and(|row| row.stored().is_some()),
            Err(_) => true,
        };
        Ok(delete(&entry)? && was_record)
    }

    fn purge(&self) -> Result<u64, StoreError> {
        Ok(0)
    }
}

store_of_rows!(Keyring, Entries);

impl fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Keyring")
            .field("service", &self.0.service)
            .finish_non_exhaustive()
    }
}
