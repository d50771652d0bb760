//! A client: what it is told, and what follows from that.

pub(crate) mod authentication;
pub(crate) mod configuration;
pub(crate) mod credentials;
pub(crate) mod endpoint_url;
pub(crate) mod endpoints;
pub(crate) mod handle;
#[cfg(feature = "jose")]
pub(crate) mod keys;
#[cfg(feature = "jose")]
pub(crate) mod nonces;
pub(crate) mod provider_client;
pub(crate) mod settings;
pub(crate) mod template;
pub(crate) mod transport;
