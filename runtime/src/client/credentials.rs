//! Who a client is (RFC 6749 §2.1).

use crate::text::secret::Secret;

/// The client's id and, if it is confidential, its secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: Option<Secret>,
}
