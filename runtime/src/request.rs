//! What an operation sends.

pub(crate) mod draft;
pub(crate) mod grant;
pub(crate) mod login_url;
pub(crate) mod pkce;
