//! Which HTTP client carries the requests.

#[cfg(feature = "reqwest")]
use std::sync::{Arc, OnceLock};

use crate::client::settings::Settings;
use crate::error::{EndpointKind, Error};
#[cfg(feature = "blocking")]
use crate::http::message::BlockingHttpClient;
#[cfg(feature = "reqwest")]
use crate::http::message::{HttpClient, TransportError};
use crate::http::message::{HttpRequest, HttpResponse};
#[cfg(feature = "reqwest")]
use crate::http::reach::{Hosts, is_loopback};
#[cfg(feature = "blocking")]
use crate::http::reqwest_client::BlockingReqwestClient;
#[cfg(feature = "reqwest")]
use crate::http::reqwest_client::{ReqwestClient, Route};
use crate::provider::Provider;

/// The default HTTP clients, for programs that give none: made when they are first needed, and
/// shared by all clones of a client.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    #[cfg(feature = "reqwest")]
    default_asynchronous: Arc<Defaults<ReqwestClient>>,
    #[cfg(feature = "blocking")]
    default_blocking: Arc<Defaults<BlockingReqwestClient>>,
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
    pub(crate) async fn send(
        &self,
        provider: &'static Provider,
        settings: &Settings,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let failed = |error| Error::of_transport(provider, endpoint, error);
        match settings.asynchronous_client() {
            Some(client) => client.send(request).await.map_err(failed),
            #[cfg(feature = "reqwest")]
            None => {
                let made = self.default_asynchronous.get(
                    settings.hosts(),
                    &request,
                    ReqwestClient::with_defaults,
                );
                made.map_err(failed)?.send(request).await.map_err(failed)
            }
            #[cfg(not(feature = "reqwest"))]
            None => Err(no_client(provider, "http_client", "reqwest")),
        }
    }

    pub(crate) fn send_blocking(
        &self,
        provider: &'static Provider,
        settings: &Settings,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let failed = |error| Error::of_transport(provider, endpoint, error);
        match settings.blocking_client() {
            Some(client) => client.send(request).map_err(failed),
            #[cfg(feature = "blocking")]
            None => {
                let made = self.default_blocking.get(
                    settings.hosts(),
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
            "there is no HTTP client: set one with `Settings::{method}`, or enable the feature `{feature}` of oauth-atlas"
        ),
    )
}
