//! What a confidential client proves who it is with.

use std::fmt;
#[cfg(feature = "jose")]
use std::sync::Arc;

#[cfg(feature = "jose")]
use crate::client::signer::Signer;
#[cfg(feature = "jose")]
use crate::client::signing_key::SigningKey;
use crate::text::secret::Secret;

/// What a confidential client proves who it is with: a secret, a key, both, or a TLS certificate.
///
/// Text and [`Secret`]s convert, and with the feature `jose` a [`SigningKey`](crate::SigningKey) and
/// a shared [`Signer`](crate::Signer), so that each can be passed where a client is made.
#[derive(Clone, Default)]
pub struct ClientCredential {
    pub(crate) secret: Option<Secret>,
    #[cfg(feature = "jose")]
    pub(crate) signer: Option<Arc<dyn Signer>>,
}

impl ClientCredential {
    /// A TLS certificate, which the client's own HTTP client shows (RFC 8705 §2): make one with
    /// reqwest's `ClientBuilder::identity`, and pass it in
    /// [`Settings::http_client`](crate::Settings::http_client).
    #[must_use]
    pub fn certificate() -> Self {
        Self::default()
    }

    pub(crate) fn is_certificate(&self) -> bool {
        #[cfg(feature = "jose")]
        if self.signer.is_some() {
            return false;
        }
        self.secret.is_none()
    }

    /// Adds a key, for providers that want a secret and signatures as well.
    #[cfg(feature = "jose")]
    #[must_use]
    pub fn and_key(mut self, key: impl Into<Self>) -> Self {
        self.signer = key.into().signer.or(self.signer);
        self
    }
}

impl<T: Into<Secret>> From<T> for ClientCredential {
    fn from(secret: T) -> Self {
        Self {
            secret: Some(secret.into()),
            ..Self::default()
        }
    }
}

#[cfg(feature = "jose")]
impl From<SigningKey> for ClientCredential {
    fn from(key: SigningKey) -> Self {
        Self::from(Arc::new(key) as Arc<dyn Signer>)
    }
}

#[cfg(feature = "jose")]
impl From<Arc<dyn Signer>> for ClientCredential {
    fn from(signer: Arc<dyn Signer>) -> Self {
        Self {
            signer: Some(signer),
            ..Self::default()
        }
    }
}

#[cfg(feature = "jose")]
impl<S: Signer + 'static> From<Arc<S>> for ClientCredential {
    fn from(signer: Arc<S>) -> Self {
        Self::from(signer as Arc<dyn Signer>)
    }
}

impl fmt::Debug for ClientCredential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("ClientCredential");
        shown.field("secret", &self.secret);
        #[cfg(feature = "jose")]
        shown.field(
            "key_id",
            &self.signer.as_ref().map(|signer| signer.key_id()),
        );
        shown.finish()
    }
}
