//! A client: what it is told, and what follows from that.

#[cfg(feature = "jose")]
pub(crate) mod assertion;
pub(crate) mod authentication;
pub(crate) mod configuration;
pub(crate) mod credential;
pub(crate) mod credentials;
pub(crate) mod endpoint_url;
pub(crate) mod endpoints;
pub(crate) mod handle;
#[cfg(feature = "jose")]
pub(crate) mod keys;
pub(crate) mod metadata;
#[cfg(feature = "jose")]
pub(crate) mod nonces;
pub(crate) mod provider_client;
pub(crate) mod settings;
#[cfg(feature = "jose")]
pub(crate) mod signer;
#[cfg(feature = "jose")]
pub(crate) mod signing;
/// Nothing signs without the feature.
#[cfg(not(feature = "jose"))]
pub(crate) mod signing {
    #[derive(Debug, Default)]
    pub struct Signing;
}
#[cfg(feature = "jose")]
pub(crate) mod signing_key;
pub(crate) mod template;
pub(crate) mod transport;
