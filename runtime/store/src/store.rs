//! The trait that every store implements.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::Record;

/// The future of a [`Store`] operation.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of records, used by one process or by many at once.
///
/// Every operation is atomic, whatever other operations use the same key and wherever the process
/// stops. When an operation has succeeded, its change is durable in the sense of the store.
///
/// # Versions
///
/// A store issues a number for each lease ([`Store::acquire`]) and each login ([`Store::reserve`]),
/// greater than every earlier number of the key: the last one plus one, or the microseconds since
/// 1970 by the store's clock if that is greater. So numbers grow even after a deletion or the loss
/// of all data. A record saved with a number has it as its version. The number is a ticket for one
/// save, a fencing token, and the version of what was saved.
///
/// # When a save is accepted
///
/// [`Store::save`] is a compare-and-swap. The record is saved if
///
/// - the stored version is lower than the ticket's (if it is equal, the record was saved before: a
///   save may be repeated when its response was lost), and
/// - for a [`Ticket::Renewal`]: the key still knows the ticket, and there is a record if there was
///   one when the lease began (otherwise the account has been deleted); for a [`Ticket::Login`]: no
///   lease has begun since the number was issued.
///
/// So a refresh whose lease has expired can still save its tokens, unless something newer is
/// stored: they may be the only valid ones. A login takes precedence over every refresh that began
/// before it.
///
/// # Leases
///
/// A lease ends with [`Store::save`] and its ticket, with [`Store::release`], when a login is
/// saved, or when it expires. If the previous lease expired, the next one finds the record marked
/// [`Mark::InDoubt`]. If the store's clock is set back by more than the duration of a lease, its
/// leases have ended.
pub trait Store: Send + Sync {
    /// The record, or `None` if there is none or it has expired ([`Record::expires_at`]).
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>>;

    /// Issues a number for a login. [`put`] does the rest.
    ///
    /// # Errors
    ///
    /// Also if the stored record cannot be read: it must not be overwritten.
    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version>;

    /// Begins a lease of this duration unless there is one, and reads the record in the same
    /// operation.
    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired>;

    /// Saves the record if nothing newer is stored, and ends the lease of a renewal.
    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved>;

    /// Ends the lease with this number, if it is current, and marks the record, if it is still the
    /// one from the beginning of the lease (`base`).
    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()>;

    /// Deletes the key and its record. Returns whether there was a record.
    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool>;

    /// Deletes the record and returns it, unless it has expired. Of several callers, only one gets
    /// it.
    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>>;

    /// Deletes all expired records and all keys without a record and a lease. Returns the number of
    /// keys. Unreadable records are kept.
    fn purge(&self) -> StoreFuture<'_, u64>;
}

/// The number of a lease or a login, and the version of what was saved with it. `0` is the version
/// of anything that was not saved through a store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

/// A record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stored {
    /// The number with which it was saved.
    pub version: Version,
    /// What has happened since.
    pub mark: Mark,
    /// The record.
    pub record: Record,
}

/// What has happened to a record since it was saved. Every save clears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Nothing has happened.
    #[default]
    Clear,
    /// A refresh was interrupted: the refresh token may be spent.
    InDoubt,
    /// The server has refused the refresh token for good: the user has to log in again.
    Rejected,
}

#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
impl Mark {
    /// As databases keep it.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Clear => 0,
            Self::InDoubt => 1,
            Self::Rejected => 2,
        }
    }

    /// What a later version may have meant by another number is left in doubt.
    pub(crate) fn from_number(number: i64) -> Self {
        match number {
            0 => Self::Clear,
            2 => Self::Rejected,
            _ => Self::InDoubt,
        }
    }
}

/// The result of [`Store::acquire`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// This caller holds the lease.
    Held(Lease),
    /// Another caller holds the lease.
    Busy {
        /// The current record.
        stored: Option<Stored>,
        /// When the lease expires.
        expires_in: Duration,
    },
}

/// A lease that a caller holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The number of the lease.
    pub version: Version,
    /// The record when the lease began.
    pub stored: Option<Stored>,
}

impl Lease {
    /// The version of the record when the lease began.
    #[must_use]
    pub fn base(&self) -> Option<Version> {
        self.stored.as_ref().map(|stored| stored.version)
    }

    /// The ticket with which the holder saves.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket::Renewal {
            version: self.version,
            base: self.base(),
        }
    }
}

/// The right to save a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ticket {
    /// For new tokens after a login, or for a pending login. The number is from [`Store::reserve`].
    Login {
        /// The version that the record will have.
        version: Version,
    },
    /// For refreshed tokens, under a lease.
    Renewal {
        /// The number of the lease, and the version that the record will have.
        version: Version,
        /// The version of the record when the lease began.
        base: Option<Version>,
    },
}

impl Ticket {
    /// What the record's version will be.
    #[must_use]
    pub fn version(self) -> Version {
        match self {
            Self::Login { version } | Self::Renewal { version, .. } => version,
        }
    }
}

/// The result of [`Store::save`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The record is stored.
    Done,
    /// It is not stored: this newer record is. `None` if the account was deleted, or if a lease has
    /// begun since the login.
    Superseded(Option<Stored>),
}

/// How often a login is saved until it is given up: each time, another login or a renewal came between.
const ATTEMPTS: usize = 16;

/// Saves the tokens of a new login, or a pending login, whatever is stored. Returns its version.
///
/// # Errors
///
/// Those of the store. After [`StoreErrorKind::Unavailable`], the record may have been saved.
pub async fn put(store: &dyn Store, key: &Key, record: &Record) -> Result<Version, StoreError> {
    for _ in 0..ATTEMPTS {
        let version = store.reserve(key).await?;
        match store.save(key, Ticket::Login { version }, record).await? {
            Saved::Done => return Ok(version),
            Saved::Superseded(_) => {}
        }
    }
    let message = format!("others came between {ATTEMPTS} times");
    Err(StoreError::new(StoreErrorKind::Unavailable, "put", message).of(key))
}

/// Stores are used behind pointers of many kinds.
macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<S: Store + ?Sized> Store for $pointer {
            fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
                (**self).load(key)
            }

            fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
                (**self).reserve(key)
            }

            fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
                (**self).acquire(key, duration)
            }

            fn save<'a>(
                &'a self,
                key: &'a Key,
                ticket: Ticket,
                record: &'a Record,
            ) -> StoreFuture<'a, Saved> {
                (**self).save(key, ticket, record)
            }

            fn release<'a>(
                &'a self,
                key: &'a Key,
                version: Version,
                base: Option<Version>,
                mark: Mark,
            ) -> StoreFuture<'a, ()> {
                (**self).release(key, version, base, mark)
            }

            fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
                (**self).delete(key)
            }

            fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
                (**self).take(key)
            }

            fn purge(&self) -> StoreFuture<'_, u64> {
                (**self).purge()
            }
        }
    )*};
}

forward!(std::sync::Arc<S>, Box<S>, &S);
