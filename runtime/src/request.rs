//! What an operation sends.

pub(crate) mod draft;
pub(crate) mod grant;
pub(crate) mod pkce;
