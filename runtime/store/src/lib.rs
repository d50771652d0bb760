#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod blocking;
mod error;
#[cfg(feature = "file")]
mod file;
mod key;
#[cfg(feature = "keyring")]
mod keyring;
#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
mod locks;
mod memory;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod protocol;
mod record;
#[cfg(feature = "redis")]
mod redis;
mod row;
#[cfg(any(feature = "file", feature = "keyring", feature = "sqlite"))]
mod rows;
#[cfg(feature = "sealed")]
mod sealed;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use error::{StoreError, StoreErrorKind};
#[cfg(feature = "file")]
pub use file::File;
pub use key::{InvalidKey, Key};
#[cfg(feature = "keyring")]
pub use keyring::Keyring;
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use protocol::{Policy, RefreshError, RenewError, Renewed, renew};
pub use record::{Kind, LONGEST_RECORD, Malformed, Record};
#[cfg(feature = "redis")]
pub use redis::Redis;
#[cfg(feature = "sealed")]
pub use sealed::{KeyRing, Sealed};
#[cfg(feature = "sqlite")]
pub use sqlite::Sqlite;
pub use store::{Acquired, Lease, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version, put};
