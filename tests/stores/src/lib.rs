//! What the tests of the stores share: folders, servers of their own, and stores that are opened by name, as
//! another process opens them.

pub mod folder;
pub mod place;
pub mod postgres;
pub mod process;
pub mod redis;
