//! HTTP requests and responses as values, and the traits of HTTP clients.

use std::error::Error;
use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use url::Url;

use crate::http::challenge::{Challenge, challenges};
use crate::text::json::{Json, JsonError};
use crate::text::secret::{SecretBytes, SecretUrl};

/// The size limit of a response body: 1 MiB. Token responses stay below 10 KiB, so more is a
/// mistake or an attack on memory.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The connection timeout of the default client: 10 seconds.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The total timeout of the default client, body included: 30 seconds.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// The future that [`HttpClient::send`] returns.
pub type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// An HTTP client, to replace the default one.
///
/// An implementation sends the request unchanged and returns the response, whatever its status. It
/// must not follow redirects, which would send codes and secrets to another server. It must not
/// retry, since codes and many refresh tokens can be used only once. It must not use a proxy for
/// loopback ([`is_loopback`](crate::is_loopback)). It must set timeouts, stop reading at
/// [`MAX_BODY_BYTES`] and verify TLS certificates.
pub trait HttpClient: Send + Sync + 'static {
    /// Sends the request. The future owns the client, so that it can go where the operation goes.
    ///
    /// # Errors
    ///
    /// If no complete response was received. A response with an error status is not an error.
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture;
}

/// An HTTP client for programs without an async runtime. The rules of [`HttpClient`] apply.
pub trait BlockingHttpClient: Send + Sync + 'static {
    /// Sends the request and waits.
    ///
    /// # Errors
    ///
    /// If no complete response was received. A response with an error status is not an error.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

impl<Client: HttpClient + ?Sized> HttpClient for Arc<Client> {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Self::clone(&self).send(request)
    }
}

impl<Client: BlockingHttpClient + ?Sized> BlockingHttpClient for Arc<Client> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}

/// A request that is ready to be sent.
///
/// `Debug` shows the method, the URL without user and query, and the names of the headers. The body
/// and the URL's query, which may hold a token, are overwritten on drop. Header values that this
/// library made from secrets are overwritten when their last copy is dropped.
///
/// It converts to and from the [`Request`](http::Request) of the crate `http`, which overwrites
/// nothing.
#[derive(Clone)]
pub struct HttpRequest {
    method: Method,
    url: SecretUrl,
    headers: HeaderMap,
    body: SecretBytes,
}

impl HttpRequest {
    /// A request without headers and body.
    #[inline]
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url: SecretUrl::new(url),
            headers: HeaderMap::new(),
            body: SecretBytes::default(),
        }
    }

    /// Replaces the body. `Content-Type` is a header like any other.
    #[inline]
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.set_body(body.into());
        self
    }

    /// The same in its place: a request is large to move.
    #[inline]
    pub(crate) fn set_body(&mut self, body: Vec<u8>) {
        self.body = SecretBytes(body);
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The URL. Its query may hold secrets.
    #[must_use]
    pub fn url(&self) -> &Url {
        self.url.get()
    }

    /// A query is set as a whole, so that no piece of it is left where the URL had less room.
    pub(crate) fn url_mut(&mut self) -> &mut Url {
        self.url.get_mut()
    }

    /// The headers. Secret values are marked sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, mutable.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The body, empty if there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the parts of the request. URL and body are no longer overwritten.
    #[must_use]
    pub fn into_parts(mut self) -> (Method, Url, HeaderMap, Vec<u8>) {
        let body = mem::take(&mut *self.body);
        (self.method, self.url.into_inner(), self.headers, body)
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &format_args!("{}", PublicUrl(self.url())))
            .field("headers", &HeaderNames(&self.headers))
            .finish_non_exhaustive()
    }
}

/// An HTTP response.
///
/// `Debug` shows the status and the names of the headers. The body is overwritten on drop.
///
/// It converts to and from the [`Response`](http::Response) of the crate `http`, which overwrites
/// nothing.
#[derive(Clone)]
pub struct HttpResponse {
    status: u16,
    headers: HeaderMap,
    body: SecretBytes,
}

impl HttpResponse {
    /// A response, for authors of HTTP clients and for tests.
    #[must_use]
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers,
            body: SecretBytes(body.into()),
        }
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text, or `None` if it is not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        str::from_utf8(&self.body).ok()
    }

    /// The body parsed as JSON, whatever its `Content-Type`.
    ///
    /// # Errors
    ///
    /// If the body is not one JSON value. The error has the position and none of the content.
    pub fn json(&self) -> Result<Json, JsonError> {
        Json::parse(&self.body)
    }

    /// Whether the status is one of 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status is 401, with or without a challenge.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status == 401
    }

    /// The challenges of `WWW-Authenticate`; see [`challenges`].
    #[must_use]
    pub fn challenges(&self) -> Vec<Challenge> {
        challenges(&self.headers)
    }

    /// Returns the body, which is no longer overwritten.
    #[must_use]
    pub fn into_body(mut self) -> Vec<u8> {
        mem::take(&mut *self.body)
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &HeaderNames(&self.headers))
            .finish_non_exhaustive()
    }
}

/// Why a request failed before a complete response was received.
///
/// Its message and those of its sources contain no queries and no bodies, provided that the
/// [`HttpClient`] keeps to this rule.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error without a source.
    #[must_use]
    pub fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Sets the source. Its message must not contain the URL's query.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection to the server",
            TransportErrorKind::Timeout => "the server did not answer in time",
            TransportErrorKind::TooLarge => "the response is larger than 1 MiB",
            TransportErrorKind::Redirected => {
                "the HTTP client followed a redirect, which OAuth forbids"
            }
            TransportErrorKind::Body => "the response broke off",
            TransportErrorKind::Other => "the request could not be sent",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What went wrong in a [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was established: name resolution, TCP or TLS failed or timed out. The server
    /// has not seen the request.
    Connect,
    /// The request timed out on an open connection. The server may have processed it.
    Timeout,
    /// The body is larger than [`MAX_BODY_BYTES`].
    TooLarge,
    /// The HTTP client followed a redirect instead of returning it.
    Redirected,
    /// The connection was lost within the body. The server has processed the request.
    Body,
    /// Anything else. The server may have processed the request.
    Other,
}

/// A URL without what may be secret in it.
struct PublicUrl<'a>(&'a Url);

impl fmt::Display for PublicUrl<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}://{}",
            self.0.scheme(),
            self.0.host_str().unwrap_or_default()
        )?;
        if let Some(port) = self.0.port() {
            write!(formatter, ":{port}")?;
        }
        formatter.write_str(self.0.path())
    }
}

struct HeaderNames<'a>(&'a HeaderMap);

impl fmt::Debug for HeaderNames<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_list()
            .entries(self.0.keys().map(http::HeaderName::as_str))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_request_shows_neither_query_nor_user_nor_values_nor_body() {
        let url =
            Url::parse("https://canary:canary@example.com:8443/token?canary=1#canary").unwrap();
        let mut request = HttpRequest::new(Method::POST, url).with_body("canary");
        request
            .headers_mut()
            .insert("authorization", HeaderValue::from_static("canary"));
        assert_eq!(
            format!("{request:?}"),
            "HttpRequest { method: POST, url: https://example.com:8443/token, \
             headers: [\"authorization\"], .. }"
        );
    }

    #[test]
    fn a_response_shows_its_status_and_the_names_of_its_headers() {
        let headers =
            HeaderMap::from_iter([(http::header::SET_COOKIE, HeaderValue::from_static("canary"))]);
        let response = HttpResponse::new(200, headers, "canary");
        assert_eq!(
            format!("{response:?}"),
            r#"HttpResponse { status: 200, headers: ["set-cookie"], .. }"#
        );
    }

    #[test]
    fn n09_unauthorized_needs_no_challenge() {
        let response = HttpResponse::new(401, HeaderMap::new(), "");
        assert!(response.is_unauthorized() && !response.is_success());
        assert!(response.challenges().is_empty());
    }

    #[test]
    fn a_transport_error_tells_its_source() {
        let error = TransportError::new(TransportErrorKind::Timeout).with_source("below");
        assert_eq!(error.to_string(), "the server did not answer in time");
        assert_eq!(
            error.source().map(ToString::to_string).as_deref(),
            Some("below")
        );
    }

    #[test]
    fn clients_are_objects_that_threads_share() {
        fn shared<Shared: Send + Sync + 'static>() {}
        shared::<Arc<dyn HttpClient>>();
        shared::<Arc<dyn BlockingHttpClient>>();
        shared::<TransportError>();
        shared::<HttpRequest>();
        shared::<HttpResponse>();
    }
}
