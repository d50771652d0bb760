//! What an operation sends.

#[cfg(feature = "jose")]
pub(crate) mod dpop;
pub(crate) mod draft;
pub(crate) mod grant;
pub(crate) mod login_url;
pub(crate) mod pkce;
pub(crate) mod request_object;
pub(crate) mod resource;
pub(crate) mod saml_assertion;
pub(crate) mod token_type;
