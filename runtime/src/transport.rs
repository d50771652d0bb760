//! Which HTTP client carries the requests.

use std::sync::Arc;
#[cfg(feature = "reqwest")]
use std::sync::OnceLock;

use crate::error::{EndpointKind, Error};
#[cfg(feature = "reqwest")]
use crate::http::TransportError;
use crate::http::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse};
use crate::provider::Provider;
#[cfg(feature = "reqwest")]
use crate::reach::is_loopback;
#[cfg(feature = "blocking")]
use crate::reqwest_client::BlockingReqwestClient;
#[cfg(feature = "reqwest")]
use crate::reqwest_client::{ReqwestClient, Route};

/// The HTTP clients of a client: those that the program gave, or else the default ones, which are
/// made when they are first needed and shared by all clones.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    asynchronous: Option<Arc<dyn HttpClient>>,
    blocking: Option<Arc<dyn BlockingHttpClient>>,
    #[cfg(feature = "reqwest")]
    default_asynchronous: Arc<Defaults<ReqwestClient>>,
    #[cfg(feature = "blocking")]
    default_blocking: Arc<Defaults<BlockingReqwestClient>>,
}

/// Which hosts a request may go to.
#[derive(Clone, Copy)]
pub(crate) enum Hosts {
    Any,
    Public,
}

/// The default clients of one kind, one for each [`Route`].
#[cfg(feature = "reqwest")]
struct Defaults<Client>([OnceLock<Client>; 3]);

#[cfg(feature = "reqwest")]
impl<Client> Default for Defaults<Client> {
    fn default() -> Self {
        Self([const { OnceLock::new() }; 3])
    }
}

#[cfg(feature = "reqwest")]
impl<Client> Defaults<Client> {
    /// The client for this request. Two threads may both make one; that which comes second is
    /// dropped.
    fn get(
        &self,
        hosts: Hosts,
        request: &HttpRequest,
        make: fn(Route) -> Result<Client, TransportError>,
    ) -> Result<&Client, TransportError> {
        let route = match hosts {
            Hosts::Public => Route::Public,
            Hosts::Any if is_loopback(request.url()) => Route::Direct,
            Hosts::Any => Route::Proxied,
        };
        let cell = &self.0[route as usize];
        match cell.get() {
            Some(client) => Ok(client),
            None => {
                let client = make(route)?;
                Ok(cell.get_or_init(|| client))
            }
        }
    }
}

impl Transport {
    pub(crate) fn set_asynchronous(&mut self, client: Arc<dyn HttpClient>) {
        self.asynchronous = Some(client);
    }

    pub(crate) fn set_blocking(&mut self, client: Arc<dyn BlockingHttpClient>) {
        self.blocking = Some(client);
    }

    pub(crate) async fn send(
        &self,
        provider: &'static Provider,
        endpoint: EndpointKind,
        #[cfg_attr(
            not(feature = "reqwest"),
            expect(unused_variables, reason = "for default clients")
        )]
        hosts: Hosts,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let failed = |error| Error::of_transport(provider, endpoint, error);
        match &self.asynchronous {
            Some(client) => client.send(request).await.map_err(failed),
            #[cfg(feature = "reqwest")]
            None => {
                let made =
                    self.default_asynchronous
                        .get(hosts, &request, ReqwestClient::with_defaults);
                made.map_err(failed)?.send(request).await.map_err(failed)
            }
            #[cfg(not(feature = "reqwest"))]
            None => Err(no_client(provider, "http_client", "reqwest")),
        }
    }

    pub(crate) fn send_blocking(
        &self,
        provider: &'static Provider,
        endpoint: EndpointKind,
        #[cfg_attr(
            not(feature = "blocking"),
            expect(unused_variables, reason = "for default clients")
        )]
        hosts: Hosts,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let failed = |error| Error::of_transport(provider, endpoint, error);
        match &self.blocking {
            Some(client) => client.send(request).map_err(failed),
            #[cfg(feature = "blocking")]
            None => {
                let made = self.default_blocking.get(
                    hosts,
                    &request,
                    BlockingReqwestClient::with_defaults,
                );
                made.map_err(failed)?.send(request).map_err(failed)
            }
            #[cfg(not(feature = "blocking"))]
            None => Err(no_client(provider, "blocking_http_client", "blocking")),
        }
    }
}

#[cfg(not(feature = "blocking"))]
fn no_client(provider: &'static Provider, method: &str, feature: &str) -> Error {
    Error::configuration(
        provider,
        format!(
            "there is no HTTP client: give one to `{method}`, or turn on the feature `{feature}` of oauth-atlas"
        ),
    )
}
