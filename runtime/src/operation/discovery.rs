//! Reading what a server tells of itself (OpenID Connect Discovery §4, RFC 8414 §3).

use std::fmt;

use http::header::ACCEPT;
use http::{HeaderValue, Method};

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::request::draft::name_program;
use crate::response::metadata::Reader;
use crate::response::refusal::Refusal;

/// A request for what the issuer's server tells of itself: await it, or call
/// [`Discovery::send_blocking`]. The result is a client that knows it.
///
/// The client then uses, as far as the provider's description does not have them: the endpoints,
/// the keys and the algorithms of ID tokens, and whether callbacks name the issuer (RFC 9207). What
/// the description says stays. A client with a TLS certificate uses `mtls_endpoint_aliases` (RFC
/// 8705 §5).
///
/// This request is the only one. The client and its clones keep the answer as long as they live; to
/// read it anew, call `discover` again. A client whose variables are changed afterwards belongs to
/// another issuer, and knows nothing of it.
///
/// The answer is refused if its `issuer` is not this client's, or if an endpoint that would be used
/// is not https (http is allowed on loopback) or is at another host than the issuer: a host below
/// the issuer's, one of the description, or one of [`Discovery::allow_host`].
#[must_use = "nothing is sent until it is awaited"]
pub struct Discovery<Client> {
    core: Core,
    allowed: Vec<String>,
    client: fn(Core) -> Client,
}

impl Discovery<Core> {
    pub(crate) fn new(core: Core) -> Self {
        Self {
            core,
            allowed: Vec::new(),
            client: |core| core,
        }
    }

    /// The same for a client around it.
    #[doc(hidden)]
    pub fn map<Client>(self, client: fn(Core) -> Client) -> Discovery<Client> {
        Discovery {
            core: self.core,
            allowed: self.allowed,
            client,
        }
    }
}

impl<Client> Discovery<Client> {
    /// Allows endpoints at this host, such as `oauth2.googleapis.com`.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed.push(host.into().to_ascii_lowercase());
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the provider's issuer is unknown, a variable in it is not set, or it is not https.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        let url = self.core.url(EndpointKind::Metadata)?.clone();
        let mut request = HttpRequest::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        name_program(&self.core, headers)?;
        Ok(request)
    }

    /// Reads the response.
    ///
    /// # Errors
    ///
    /// If the response is no metadata of this issuer, or names an endpoint that cannot be trusted.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<Client, Error> {
        let provider = self.core.provider();
        let kind = EndpointKind::Metadata;
        if !response.is_success() {
            return Err(Refusal::at(provider, kind, &[]).of_response(&response));
        }
        let wrong = |message: String| Error::response(provider, kind, response.status(), message);
        let told = response.json().map_err(|error| wrong(error.to_string()))?;
        let issuer = self.core.issuer()?.unwrap_or_default();
        let configuration = self.core.configuration();
        let reader = Reader::new(configuration, &issuer, &self.allowed, &told);
        let metadata = reader.read().map_err(wrong)?;
        Ok((self.client)(self.core.clone().with_metadata(metadata)))
    }
}

impl<Client> Sending for Discovery<Client> {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::Metadata
    }

    fn request(&self, _: &Signing) -> Result<HttpRequest, Error> {
        self.to_http_request()
    }
}

operation!(Discovery<Client: 'static> => Client);

impl<Client> fmt::Debug for Discovery<Client> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Discovery")
            .field("client", &self.core)
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}
