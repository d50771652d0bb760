//! Texts, and what is read out of them: JSON, forms, scopes, secrets.

pub(crate) mod body_excerpt;
pub(crate) mod clock;
pub(crate) mod form;
pub(crate) mod hexadecimal;
pub(crate) mod json;
pub(crate) mod jwt;
pub(crate) mod member_path;
#[cfg(any(feature = "encrypted-secret", feature = "jose"))]
pub(crate) mod pem;
pub(crate) mod printable;
pub(crate) mod scopes;
pub(crate) mod secret;
pub(crate) mod stored;
pub(crate) mod url_path;
pub(crate) mod uuid;
