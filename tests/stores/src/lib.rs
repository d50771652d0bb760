//! What the tests of the stores share: folders, servers of their own, and stores that are opened by name, as
//! another process opens them.
//!
//! - `contract`: each case with each store
//! - `shared`: many tasks and many processes on one token, which one of them refreshes
//! - `killed`: processes and databases that are killed. `STORES_SECONDS=600` takes ten minutes with each store

pub mod folder;
pub mod keyring;
pub mod place;
pub mod postgres;
pub mod process;
pub mod redis;
pub mod subject;
