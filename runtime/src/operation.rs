//! The operations of OAuth 2.0. Each makes a request and reads its response.

use std::pin::Pin;

use crate::error::Error;

pub(crate) mod api;
pub(crate) mod authorize;
pub(crate) mod device;
pub(crate) mod introspection;
pub(crate) mod revocation;
pub(crate) mod source;
pub(crate) mod source_call;
#[cfg(feature = "store")]
mod stored_login;
pub(crate) mod token;

/// The future of an operation.
pub type OperationFuture<Output> = Pin<Box<dyn Future<Output = Result<Output, Error>> + Send>>;
