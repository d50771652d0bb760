//! HTTP as an operation needs it: messages, the clients that carry them, and what their headers say.

pub(crate) mod block_on;
pub(crate) mod challenge;
mod conversion;
#[cfg(feature = "reqwest")]
pub(crate) mod default_clients;
pub(crate) mod message;
pub(crate) mod parameters;
pub(crate) mod reach;
#[cfg(feature = "reqwest")]
pub(crate) mod reqwest_client;
pub(crate) mod retry_after;
