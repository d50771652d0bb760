//! The names that standards have registered for grants and for types of tokens.

/// The value of `grant_type` of the device authorization grant (RFC 8628 §3.4).
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// The value of `grant_type` in exchanges of tokens (RFC 8693 §2.1).
pub const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The value of `grant_type` with a signed JWT (RFC 7523 §2.1).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The value of `grant_type` with a SAML 2.0 assertion (RFC 7522 §2.1).
pub const SAML_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

/// What the standard's types of tokens begin with (RFC 8693 §3).
pub const TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:";

/// The types of tokens that are registered under that name.
pub const TOKEN_TYPES: [&str; 8] = [
    "access_token",
    "refresh_token",
    "id_token",
    "saml1",
    "saml2",
    "jwt",
    "id-jag",
    "txn_token",
];

/// Whether a type of tokens is registered under the standard's name. Some providers write `JWT`.
#[must_use]
pub fn is_token_type(word: &str) -> bool {
    let mut known = TOKEN_TYPES.iter();
    known.any(|known| known.eq_ignore_ascii_case(word))
}
