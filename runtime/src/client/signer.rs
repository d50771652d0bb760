//! What signs for a client.

use std::error::Error;
use std::pin::Pin;

use crate::provider::SigningAlgorithm;

/// Signs JWTs for a client: a [`SigningKey`](crate::SigningKey), or a key that never leaves an HSM
/// or a key management service.
///
/// ```
/// use oauth_atlas_runtime::{SignatureFuture, Signer, provider::SigningAlgorithm};
/// # struct Service;
/// # impl Service {
/// #     async fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, std::io::Error> { Ok(Vec::new()) }
/// # }
///
/// struct ManagedKey {
///     service: Service,
///     id: String,
/// }
///
/// impl Signer for ManagedKey {
///     fn algorithm(&self) -> SigningAlgorithm {
///         SigningAlgorithm::Es256
///     }
///
///     fn key_id(&self) -> Option<&str> {
///         Some(&self.id)
///     }
///
///     fn sign<'a>(&'a self, message: &'a [u8]) -> SignatureFuture<'a> {
///         Box::pin(async move { Ok(self.service.sign(&self.id, message).await?) })
///     }
/// }
/// ```
///
/// Pass one as `Arc::new(key)` where a client takes its secret. Whoever builds requests without
/// sending them, by `to_http_request`, gets an error if the signature is not ready at once.
pub trait Signer: Send + Sync {
    /// The algorithm of the signatures. An HMAC is none: its key is the client's secret.
    fn algorithm(&self) -> SigningAlgorithm;

    /// The header parameter `kid`: the key's name at the provider (RFC 7515 §4.1.4).
    fn key_id(&self) -> Option<&str> {
        None
    }

    /// The header parameter `x5t#S256`: the SHA-256 of the key's certificate, in base64url without
    /// padding (RFC 7515 §4.1.8).
    fn certificate_thumbprint(&self) -> Option<&str> {
        None
    }

    /// The header parameter `x5c`: the key's certificate and those that certify it, each as DER in
    /// base64 (RFC 7515 §4.1.6).
    fn certificate_chain(&self) -> &[String] {
        &[]
    }

    /// Signs a message. The signature is what RFC 7518 §3 and RFC 8037 §3.1 say: that of ECDSA is R
    /// and S one behind the other, and no ASN.1.
    fn sign<'a>(&'a self, message: &'a [u8]) -> SignatureFuture<'a>;
}

/// The future of a signature.
pub type SignatureFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<u8>, SignerError>> + Send + 'a>>;

/// Why there is no signature. Its text is shown in an [`Error`](crate::Error).
pub type SignerError = Box<dyn Error + Send + Sync>;
