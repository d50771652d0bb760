//! Errors of stores.

use std::error::Error;
use std::fmt;
#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
use std::io;

use crate::key::Key;
use crate::record::Malformed;

/// Why an operation of a store failed. It names the account and never a secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StoreError(Box<Inner>);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Inner {
    kind: StoreErrorKind,
    store: &'static str,
    key: Option<Key>,
    message: String,
}

/// What to do about a [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store did not respond, or is temporarily unavailable: try again. The operation may or
    /// may not have happened.
    Unavailable,
    /// The storage is full: free some space, then try again. Nothing was changed.
    Full,
    /// This program has no permission to read or write the store. Nothing was changed.
    Denied,
    /// The stored record is damaged. It was not changed; delete it to start over.
    Corrupt,
    /// A later version of this crate wrote the record. It was not changed.
    LaterFormat,
    /// The record cannot be decrypted with the keys of this program.
    Sealed,
    /// The record has another kind than expected, such as a pending login instead of tokens.
    WrongKind,
    /// The store does not support the operation.
    Unsupported,
}

impl StoreError {
    /// An error of the store of this name. The message must not contain stored data.
    pub fn new(kind: StoreErrorKind, store: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            store,
            key: None,
            message: message.into(),
        }))
    }

    /// Names the account.
    #[must_use]
    pub fn of(mut self, key: &Key) -> Self {
        self.0.key = Some(key.clone());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.0.kind
    }

    /// The key of the account or login, if the error concerns one.
    #[must_use]
    pub fn key(&self) -> Option<&Key> {
        self.0.key.as_ref()
    }

    /// Whether the same operation may succeed later, possibly after space was freed.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            StoreErrorKind::Unavailable | StoreErrorKind::Full
        )
    }

    /// The bytes under a key are not a record.
    #[must_use]
    pub fn malformed(malformed: Malformed, store: &'static str, key: &Key) -> Self {
        let kind = match malformed {
            Malformed::Format(_) => StoreErrorKind::LaterFormat,
            Malformed::NotARecord | Malformed::Checksum | Malformed::TooLong => {
                StoreErrorKind::Corrupt
            }
        };
        Self::new(kind, store, malformed.to_string()).of(key)
    }

    /// Says where.
    #[cfg(feature = "file")]
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.message += &format!(" ({place})");
        self
    }

    /// An error of the operating system while the store was doing this.
    #[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
    pub(crate) fn io(store: &'static str, doing: impl fmt::Display, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => StoreErrorKind::Full,
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory => StoreErrorKind::Denied,
            _ => StoreErrorKind::Unavailable,
        };
        Self::new(kind, store, format!("cannot {doing}: {error}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "token store ({})", self.0.store)?;
        if let Some(key) = &self.0.key {
            write!(formatter, ", {:?}", key.as_str())?;
        }
        write!(formatter, ": {}", self.0.message)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoreError")
            .field("kind", &self.0.kind)
            .field("store", &self.0.store)
            .field("key", &self.0.key)
            .field("message", &self.0.message)
            .finish()
    }
}

impl Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_store_and_account() {
        let key = Key::new("kraken/42").unwrap();
        let error = StoreError::malformed(Malformed::Checksum, "file", &key);
        assert_eq!(
            error.to_string(),
            "token store (file), \"kraken/42\": the record is damaged: its checksum does not match"
        );
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(!error.is_retryable());
    }
}
