//! The default HTTP client, based on reqwest.

use std::fmt;
use std::mem;
use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect;
use tokio::runtime::Handle;
use url::Url;

use crate::http::message::{
    CONNECT_TIMEOUT, HttpClient, HttpRequest, HttpResponse, MAX_BODY_BYTES, ResponseFuture,
    TOTAL_TIMEOUT, TransportError, TransportErrorKind,
};
use crate::http::reach::is_public;
use crate::text::secret::{SecretBytes, SecretUrl};

#[cfg(test)]
mod tests;

const USER_AGENT: &str = concat!("oauth-atlas/", env!("CARGO_PKG_VERSION"));

/// Sends requests with a [`reqwest::Client`].
///
/// You need this type only to use a `reqwest::Client` of your own. The default client follows no
/// redirects, has timeouts of 10 seconds for a connection and 30 seconds in total, and sends no
/// cookies and no referrer. It uses the proxy of the environment (`HTTPS_PROXY`, `ALL_PROXY`), but
/// never for loopback.
///
/// `Debug` shows nothing of the client, whose headers and proxies may hold secrets.
#[derive(Clone)]
pub struct ReqwestClient {
    client: reqwest::Client,
    redirects: Redirects,
}

/// Whether a client may have followed a redirect.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Redirects {
    /// It was built to follow none.
    None,
    /// Only who built it knows.
    Unknown,
}

impl Redirects {
    /// The URL of a request, where the one that answers has to be compared with it.
    fn to_compare(self, url: &Url) -> Option<SecretUrl> {
        (self == Self::Unknown).then(|| SecretUrl::new(url.clone()))
    }
}

impl fmt::Debug for ReqwestClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ReqwestClient")
    }
}

impl ReqwestClient {
    /// Uses the given client, with its proxies, certificates and timeouts. reqwest uses the proxy
    /// of the environment (`HTTP_PROXY`) even for loopback: build the client with
    /// [`no_proxy`](reqwest::ClientBuilder::no_proxy) for a server on this machine.
    ///
    /// Build it with [`redirect::Policy::none`]: OAuth forbids following redirects. A response from
    /// another URL is rejected with [`TransportErrorKind::Redirected`], but by then the request has
    /// been sent there. Set timeouts too: reqwest has none by default. Bodies larger than
    /// [`MAX_BODY_BYTES`] are rejected.
    #[must_use]
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            redirects: Redirects::Unknown,
        }
    }

    /// The client for callers who gave none.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub(crate) fn with_defaults(route: Route) -> Result<Self, TransportError> {
        let client = defaults(route, TOTAL_TIMEOUT).build();
        Ok(Self {
            client: client.map_err(TransportError::of_exchange)?,
            redirects: Redirects::None,
        })
    }

    /// Sends the request and reads the response.
    pub(crate) async fn exchange(
        &self,
        request: HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        let (method, url, headers, body) = request.into_parts();
        let asked = self.redirects.to_compare(&url);
        let mut request = reqwest::Request::new(method, url);
        *request.headers_mut() = headers;
        if !body.is_empty() {
            *request.body_mut() = Some(zeroized(body).into());
        }
        let response = self.client.execute(request).await;
        let response = response.map_err(TransportError::of_exchange)?;
        check_url(asked, response.url())?;
        read(response).await
    }
}

/// How a default client reaches a host.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    /// Through the proxy that the environment names, if it names one.
    Proxied,
    /// Without a proxy: on this machine. A proxy would be handed in clear what goes there over http,
    /// and would ask its own machine.
    Direct,
    /// As `Proxied`, and to public addresses alone.
    Public,
}

/// The client for callers who gave none, with this limit for a whole exchange.
fn defaults(route: Route, total: Duration) -> reqwest::ClientBuilder {
    let client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(total);
    match route {
        Route::Proxied => client,
        Route::Direct => client.no_proxy(),
        Route::Public => client.dns_resolver(PublicAddresses),
    }
}

/// The system's resolver, without the addresses that are not public. A name is resolved once, here,
/// so that nobody can answer the check with one address and the connection with another.
struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let lookup = move || (name.as_str(), 0).to_socket_addrs();
            let found = tokio::task::spawn_blocking(lookup).await??;
            let public: Vec<_> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the host has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

impl HttpClient for ReqwestClient {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move {
            if Handle::try_current().is_err() {
                return Err(TransportError::new(TransportErrorKind::Other).with_source(
                    "reqwest needs a tokio runtime: await the request in one, or use another HTTP \
                     client",
                ));
            }
            self.exchange(request).await
        })
    }
}

async fn read(mut response: reqwest::Response) -> Result<HttpResponse, TransportError> {
    let mut body = body_buffer(response.content_length())?;
    while let Some(chunk) = response.chunk().await.map_err(TransportError::of_body)? {
        if chunk.len() > MAX_BODY_BYTES - body.len() {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        body.extend(&chunk);
    }
    let headers = mem::take(response.headers_mut());
    let body = mem::take(&mut *body);
    Ok(HttpResponse::new(response.status().as_u16(), headers, body))
}

/// A body that is overwritten once reqwest has sent it.
fn zeroized(body: Vec<u8>) -> Bytes {
    Bytes::from_owner(SecretBytes(body))
}

/// Refuses a response that a redirect led to.
fn check_url(asked: Option<SecretUrl>, answered: &Url) -> Result<(), TransportError> {
    match asked {
        Some(asked) if asked.get() != answered => {
            Err(TransportError::new(TransportErrorKind::Redirected))
        }
        _ => Ok(()),
    }
}

/// Room for a body of the announced length, which is refused before it is read if it is too
/// long. Without one there is room for any token response.
fn body_buffer(announced: Option<u64>) -> Result<SecretBytes, TransportError> {
    const USUAL_BYTES: u64 = 8 * 1024;
    match usize::try_from(announced.unwrap_or(USUAL_BYTES)) {
        Ok(length) if length <= MAX_BODY_BYTES => Ok(SecretBytes(Vec::with_capacity(length))),
        _ => Err(TransportError::new(TransportErrorKind::TooLarge)),
    }
}

impl TransportError {
    /// An error up to the response's headers.
    fn of_exchange(error: reqwest::Error) -> Self {
        // A connection that takes too long is both; that nothing was sent says more.
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if error.is_timeout() {
            TransportErrorKind::Timeout
        } else if error.is_redirect() {
            TransportErrorKind::Redirected
        } else {
            TransportErrorKind::Other
        };
        Self::new(kind).with_source(error.without_url())
    }

    /// An error within the response's body.
    fn of_body(error: reqwest::Error) -> Self {
        let kind = if error.is_timeout() {
            TransportErrorKind::Timeout
        } else {
            TransportErrorKind::Body
        };
        Self::new(kind).with_source(error.without_url())
    }
}

#[cfg(feature = "blocking")]
pub use blocking::BlockingReqwestClient;

#[cfg(feature = "blocking")]
mod blocking {
    use std::io::{self, Read as _};

    use super::*;
    use crate::http::message::BlockingHttpClient;

    /// How much of a body is read at once.
    const CHUNK_BYTES: usize = 8 * 1024;

    /// Sends requests with a [`reqwest::blocking::Client`], by the rules of [`ReqwestClient`].
    ///
    /// Like reqwest's blocking client, it must not be used in async code.
    #[derive(Clone)]
    pub struct BlockingReqwestClient {
        client: reqwest::blocking::Client,
        redirects: Redirects,
    }

    impl fmt::Debug for BlockingReqwestClient {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("BlockingReqwestClient")
        }
    }

    impl BlockingReqwestClient {
        /// Uses the given client. See [`ReqwestClient::new`] for how to build it.
        ///
        /// The timeout of a [`reqwest::blocking::ClientBuilder`] applies to each part of a body, so
        /// a server that sends byte by byte is never cut off. The timeout of a
        /// [`reqwest::ClientBuilder`] applies to the whole body, and is kept when you convert it
        /// with [`from`](From::from).
        #[must_use]
        pub fn new(client: reqwest::blocking::Client) -> Self {
            Self {
                client,
                redirects: Redirects::Unknown,
            }
        }

        /// The client for callers who gave none.
        ///
        /// # Errors
        ///
        /// When TLS cannot be set up.
        pub(crate) fn with_defaults(route: Route) -> Result<Self, TransportError> {
            Self::with_limit(route, TOTAL_TIMEOUT)
        }

        pub(super) fn with_limit(route: Route, total: Duration) -> Result<Self, TransportError> {
            let builder = reqwest::blocking::ClientBuilder::from(defaults(route, total));
            // Its own limit, of 30 seconds unless it is set, would start anew with each part.
            let client = builder.timeout(None).build();
            Ok(Self {
                client: client.map_err(TransportError::of_exchange)?,
                redirects: Redirects::None,
            })
        }
    }

    impl BlockingHttpClient for BlockingReqwestClient {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            let (method, url, headers, body) = request.into_parts();
            let asked = self.redirects.to_compare(&url);
            let mut request = reqwest::blocking::Request::new(method, url);
            *request.headers_mut() = headers;
            if !body.is_empty() {
                *request.body_mut() = Some(zeroized(body).into());
            }
            let response = self.client.execute(request);
            let mut response = response.map_err(TransportError::of_exchange)?;
            check_url(asked, response.url())?;
            let mut body = body_buffer(response.content_length())?;
            let mut chunk = SecretBytes(vec![0; CHUNK_BYTES]);
            loop {
                let length = match response.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(length) => length,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(TransportError::of_io(error)),
                };
                if length > MAX_BODY_BYTES - body.len() {
                    return Err(TransportError::new(TransportErrorKind::TooLarge));
                }
                body.extend(&chunk[..length]);
            }
            let headers = mem::take(response.headers_mut());
            let body = mem::take(&mut *body);
            Ok(HttpResponse::new(response.status().as_u16(), headers, body))
        }
    }

    impl TransportError {
        /// An error within the response's body, which reqwest wraps together with its URL.
        fn of_io(error: io::Error) -> Self {
            match error.downcast::<reqwest::Error>() {
                Ok(error) => Self::of_body(error),
                Err(error) => Self::new(TransportErrorKind::Body).with_source(error),
            }
        }
    }
}
