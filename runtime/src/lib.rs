//! The hand-written core that the generated clients of `oauth-atlas` call.
//!
//! It knows OAuth 2.0 and no provider: a [`Provider`] describes one, as a constant that the generator
//! writes. A [`Core`] is a client of such a provider, and each generated client wraps one.
//!
//! Every operation is two pure functions, one that builds a request and one that reads its response:
//! [`TokenRequest::to_http_request`] and [`TokenRequest::read_http_response`], for instance
//! ([`Operation`]). Awaiting an operation sends the
//! request with the client's [`HttpClient`], and `send_blocking` with its [`BlockingHttpClient`].
//!
//! Guarantees for every provider:
//!
//! - Endpoints are https, except on loopback. Redirects are not followed, bodies and times are
//!   limited, and no request is sent twice, except once by [`SourceCall`] after a 401. Requests to
//!   loopback never use a proxy.
//! - [`Authorize::start`] creates `state` and the PKCE verifier (RFC 7636), and [`Core::finish`]
//!   checks them, and `iss` (RFC 9207) if the provider has an issuer.
//! - Responses are read leniently where it is harmless: a missing `token_type`, a quoted
//!   `expires_in`, and `null`, `false` or `""` for an absent text are accepted. What could change
//!   the meaning of a response is an error, unless the provider's spec allows it.
//! - Neither `Debug` nor an [`Error`] shows a secret.
//! - Work on outside input is linear in its size.
//!
//! # What stays in memory
//!
//! What this library holds of a secret is overwritten when it is dropped: [`Secret`]s, among them all
//! texts of an answer and all values of a callback; bodies of requests and answers; the query of a
//! request's URL; and the values of headers that are made of secrets, when their last copy is dropped.
//! What it works with in between, such as decoded and encoded texts, is made at its full length, so
//! that nothing is left where it grew. A test looks through all memory of a process for it.
//!
//! Not overwritten are:
//!
//! - what the program gives as `&str` or `&[u8]`, keeps of its own, takes out ([`HttpRequest::into_parts`],
//!   [`HttpResponse::into_body`], a conversion to the types of the crate `http`) or serializes;
//! - [`Login::url`] and a [`Pending`]'s redirect URI, in which a `state` may stand, and the parameters of
//!   [`Authorize`]: they go to the user's browser;
//! - what an HTTP client copies. The default one, reqwest with hyper, copies the URL, all headers and
//!   what it receives into buffers of its own, and with TLS all that it sends as well. They are freed
//!   and not overwritten: of an answer's tokens a copy can be found until the memory is used again,
//!   and the same has to be expected of tokens in headers and URLs. Without TLS the body of a request
//!   is sent from where it is;
//! - the stack and registers that passed a value on, and what the system swapped out or dumped.

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
pub use client::provider_client::ProviderClient;
pub use client::settings::Settings;
#[cfg(feature = "encrypted-secret")]
pub use encrypted_secret::{EncryptedSecret, EncryptedSecretError};
pub use error::code::ErrorCode;
pub use error::verdict::Verdict;
pub use error::{CallbackProblem, EndpointKind, Error, ErrorKind};
pub use kept::pending::Pending;
pub use kept::token_key::{TokenKey, TokenValue};
pub use kept::token_set::TokenSet;
pub use kept::warning::Warning;
pub use operation::api::ApiCall;
pub use operation::authorize::{Authorize, Login};
pub use operation::device::{DeviceAnswer, DeviceLogin, DevicePoll, DeviceRequest, DeviceWait};
pub use operation::introspection::Introspection;
pub use operation::revocation::Revocation;
pub use operation::source::{TokenEvent, TokenSource};
pub use operation::source_call::SourceCall;
pub use operation::token::TokenRequest;
pub use operation::{Operation, OperationFuture};
pub use provider::{ClientAuth, Encoding, Provider, Separator, UnknownScope};
pub use response::callback::Callback;
pub use response::introspection::IntrospectionResponse;
pub use text::json::{Json, JsonError, JsonNumber};
pub use text::secret::Secret;
