//! The trait that every store implements.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::Record;

/// What a [`Store`] returns: a future that can be sent to another thread.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Where records are kept, by one process or by many at once.
///
/// Every operation is one step: it happens as a whole or not at all, whatever else happens to the
/// same key in the meantime and wherever the process ends. When the future of an operation ends with
/// success, the change is durable in the sense of the store.
///
/// # Versions
///
/// A store draws a number for each lease ([`Store::acquire`]) and for each login
/// ([`Store::reserve`]), greater than all that it has drawn for the key before: the greater of the
/// last one plus one, and of the microseconds since 1970 by the store's clock, so that numbers grow
/// even across a deletion or the loss of all data. The record that is saved with a number has it
/// as its version. So a number is a ticket to save once, a fencing token, and the version of what
/// was saved.
///
/// # When a save is accepted
///
/// [`Store::save`] is a compare-and-swap. The record is saved if
///
/// - the version that is stored is lower than the ticket's (and if it is the same, the record has been saved
///   already: a save may be repeated when its answer was lost), and
/// - for a [`Ticket::Renewal`]: the key still knows the ticket, and there is a record if there was one
///   when the lease began (otherwise the account was deleted in the meantime);
///   for a [`Ticket::Login`]: no lease has begun since the number was drawn.
///
/// So a renewal whose lease has expired can still bring in its tokens, as long as nothing newer is stored:
/// they may be the only ones that are valid. A login wins over each renewal that began before it.
///
/// # Leases
///
/// A lease ends by [`Store::save`] with its ticket, by [`Store::release`], by a login that is saved, or
/// by itself when its time is over. If the next lease begins after one that ended by itself, the
/// record is [`Mark::InDoubt`]. Where the store's clock is set back by more than a lease lasts, its
/// leases have ended.
pub trait Store: Send + Sync {
    /// The record, or `None` if there is none or it is void ([`Record::expires_at`]).
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>>;

    /// Draws a number for a login. [`put`] does the rest.
    ///
    /// # Errors
    ///
    /// Also where the record that is stored cannot be read: it is not to be overwritten.
    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version>;

    /// Begins a lease of this duration unless there is one, and reads the record in the same step.
    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired>;

    /// Saves the record if nothing newer is stored, and ends the lease of a renewal.
    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved>;

    /// Ends the lease with this number, if it is the one that is held, and marks the record if it is still
    /// the one that was there when the lease began (`base`).
    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()>;

    /// Deletes the record and all that is known of the key, whatever is stored. Says whether there
    /// was a record.
    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool>;

    /// Deletes the record and returns it, unless it is void: of many that take the same record, one
    /// gets it.
    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>>;

    /// Deletes all records that are void, and all traces of keys without a record and a lease. Says how
    /// many keys that were. Records that cannot be read stay.
    fn purge(&self) -> StoreFuture<'_, u64>;
}

/// The number of a lease or a login, and the version of what was saved with it. `0` is the version
/// of what something else than a store has put there.
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
    /// The number that it was saved with.
    pub version: Version,
    /// What is known of it since.
    pub mark: Mark,
    /// What was saved.
    pub record: Record,
}

/// What is known of a record since it was saved. Every save clears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Nothing has happened.
    #[default]
    Clear,
    /// A renewal has not come to its end: its refresh token may be spent.
    InDoubt,
    /// The server has refused its refresh token for good: the user has to log in again.
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

/// What [`Store::acquire`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acquired {
    /// The lease is this caller's.
    Held(Lease),
    /// The lease is somebody else's.
    Busy {
        /// The record as it is.
        stored: Option<Stored>,
        /// When the lease ends by itself.
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

    /// What the holder of the lease saves with.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket::Renewal {
            version: self.version,
            base: self.base(),
        }
    }
}

/// What a record is saved with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ticket {
    /// New tokens after a login, or a login that begins. The number is from [`Store::reserve`].
    Login {
        /// What the record's version will be.
        version: Version,
    },
    /// Tokens that replace others, under a lease.
    Renewal {
        /// The number of the lease, and what the record's version will be.
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

/// What [`Store::save`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The record is stored.
    Done,
    /// It is not: something newer is there, which is this. `None`: the account was deleted, or this is a
    /// login and a lease has begun.
    Superseded(Option<Stored>),
}

/// How often a login is saved until it is given up: each time, another login or a renewal came between.
const ATTEMPTS: usize = 16;

/// Saves the tokens of a new login, or a login that begins, whatever is stored. Returns its version.
///
/// # Errors
///
/// Those of the store. After one that is [`StoreErrorKind::Unavailable`], the record may have been saved.
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
