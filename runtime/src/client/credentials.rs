//! Who a client is (RFC 6749 §2.1).

use crate::client::credential::ClientCredential;
use crate::text::secret::Secret;

/// The client's id and, if it is confidential, what it proves that with.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) credential: Option<ClientCredential>,
}

impl Credentials {
    /// Whether the client shows a TLS certificate (RFC 8705 §2).
    pub(crate) fn is_certificate(&self) -> bool {
        self.credential
            .as_ref()
            .is_some_and(ClientCredential::is_certificate)
    }

    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.credential.as_ref()?.secret.as_ref()
    }
}
