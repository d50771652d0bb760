#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

mod blocking;
mod error;
mod key;
mod memory;
pub mod protocol;
mod record;
mod row;
mod store;

pub use error::{StoreError, StoreErrorKind};
pub use key::{InvalidKey, Key};
pub use memory::Memory;
pub use protocol::{Policy, RefreshError, RenewError, Renewed, renew};
pub use record::{Kind, LONGEST_RECORD, Record};
pub use store::{
    Acquired, Lease, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version, put,
};
