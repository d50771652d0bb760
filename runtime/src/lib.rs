//! The hand-written core that the generated clients of `oauth-atlas` call.
//!
//! It implements OAuth 2.0 and knows no provider. A [`Provider`] describes one, as a constant
//! written by the generator. A [`Core`] is a client of that provider, and each generated client
//! wraps one.
//!
//! Every [`Operation`] has two pure functions: one builds a request, one reads its response, such
//! as [`TokenRequest::to_http_request`] and [`TokenRequest::read_http_response`]. Awaiting an
//! operation sends the request with the client's [`HttpClient`]; `send_blocking` uses its
//! [`BlockingHttpClient`].
//!
//! Guarantees for every provider:
//!
//! - Endpoints are https, except on loopback. Redirects are not followed. Body sizes and times are
//!   limited. No request is retried, except once by [`SourceCall`] after a 401. Requests to
//!   loopback never use a proxy.
//! - [`Authorize::start`] creates `state` and the PKCE verifier (RFC 7636), and [`Core::finish`]
//!   checks them, and `iss` (RFC 9207) if the provider has an issuer.
//! - Harmless deviations in responses are accepted: a missing `token_type`, a quoted `expires_in`,
//!   and `null`, `false` or `""` for an absent text. A deviation that could change the meaning of a
//!   response is an error, unless the provider's spec allows it.
//! - Neither `Debug` nor an [`Error`] shows a secret.
//! - Processing outside input takes time linear in its size.
//!
//! # Secrets in memory
//!
//! Secrets are overwritten when they are dropped: every [`Secret`], including all strings of a
//! response and all values of a callback; bodies of requests and responses; the query of a
//! request's URL; and header values made from secrets, when their last copy is dropped.
//! Intermediate text is allocated at its full length, so growing it leaves no copies. A test
//! searches all memory of a process for leftovers.
//!
//! The following is not overwritten:
//!
//! - anything that the program passes as `&str` or `&[u8]`, keeps itself, takes out
//!   ([`HttpRequest::into_parts`], [`HttpResponse::into_body`], conversions to types of the crate
//!   `http`) or serializes;
//! - [`Login::url`], a [`Pending`]'s redirect URI, which may hold a `state`, and the parameters of
//!   [`Authorize`]: they go to the user's browser;
//! - copies that the HTTP client makes. The default client, reqwest with hyper, copies the URL, all
//!   headers and everything that it receives into its own buffers and, with TLS, everything that it
//!   sends. These buffers are freed without being overwritten, so copies of tokens may remain in
//!   memory until it is reused;
//! - the stack and registers, swap space and core dumps.

#![deny(missing_docs)]

mod client;
mod core;
#[cfg(feature = "encrypted-secret")]
pub mod encrypted_secret;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
#[cfg(test)]
mod fixtures;
mod http;
mod kept;
mod operation;
pub mod provider;
mod request;
mod response;
mod text;

// The vocabulary of requests: what a caller names without a dependency of its own.
pub use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
pub use ::url::Url;

pub use crate::client::handle::Core;
pub use crate::http::challenge::{Challenge, challenges};
pub use crate::http::message::{
    BlockingHttpClient, CONNECT_TIMEOUT, HttpClient, HttpRequest, HttpResponse, MAX_BODY_BYTES,
    ResponseFuture, TOTAL_TIMEOUT, TransportError, TransportErrorKind,
};
pub use crate::http::reach::is_loopback;
#[cfg(feature = "blocking")]
pub use crate::http::reqwest_client::BlockingReqwestClient;
#[cfg(feature = "reqwest")]
pub use crate::http::reqwest_client::ReqwestClient;
pub use client::credential::ClientCredential;
pub use client::provider_client::ProviderClient;
pub use client::settings::Settings;
#[cfg(feature = "jose")]
pub use client::signer::{SignatureFuture, Signer, SignerError};
#[cfg(feature = "jose")]
pub use client::signing_key::{SigningKey, SigningKeyError};
#[cfg(feature = "encrypted-secret")]
pub use encrypted_secret::{EncryptedSecret, EncryptedSecretError};
pub use error::code::ErrorCode;
pub use error::id_token::IdTokenProblem;
pub use error::verdict::Verdict;
pub use error::{CallbackProblem, EndpointKind, Error, ErrorKind};
pub use kept::consent::Consent;
pub use kept::pending::Pending;
pub use kept::registration::Registration;
pub use kept::token_key::{TokenKey, TokenValue};
pub use kept::token_set::TokenSet;
pub use kept::warning::Warning;
pub use operation::api::ApiCall;
pub use operation::authorize::Authorize;
pub use operation::device::{DeviceAnswer, DeviceLogin, DevicePoll, DeviceRequest, DeviceWait};
pub use operation::discovery::Discovery;
#[cfg(feature = "jose")]
pub use operation::id_token::IdTokenVerification;
pub use operation::introspection::Introspection;
pub use operation::login::Login;
pub use operation::logout::Logout;
#[cfg(feature = "jose")]
pub use operation::logout_token::{LogoutToken, LogoutTokenVerification};
pub use operation::pushed::PushedAuthorizationRequest;
pub use operation::registration::{Deregistration, RegistrationLookup, RegistrationRequest};
pub use operation::revocation::Revocation;
pub use operation::signed_login::SignedAuthorization;
pub use operation::source::{TokenEvent, TokenSource};
pub use operation::source_call::SourceCall;
pub use operation::token::TokenRequest;
pub use operation::user::UserLookup;
pub use operation::{Operation, OperationFuture, StepsFuture};
pub use provider::{
    ClientAuth, Encoding, Provider, Separator, SigningAlgorithm, SubjectScope, UnknownScope,
};
pub use request::saml_assertion::SamlAssertion;
pub use request::token_type::TokenType;
pub use response::callback::Callback;
pub use response::introspection::IntrospectionResponse;
pub use response::user::{Email, EmailVerification, User};
pub use text::json::{Json, JsonError, JsonNumber};
pub use text::secret::Secret;
