//! Which HTTP client carries the requests.

#[cfg(feature = "reqwest")]
use std::sync::{Arc, OnceLock};

use crate::error::{EndpointKind, Error};
#[cfg(feature = "blocking")]
use crate::http::BlockingHttpClient;
#[cfg(feature = "reqwest")]
use crate::http::{HttpClient, TransportError};
use crate::http::{HttpRequest, HttpResponse};
use crate::provider::Provider;
#[cfg(feature = "blocking")]
use crate::reqwest_client::BlockingReqwestClient;
#[cfg(feature = "reqwest")]
use crate::reqwest_client::ReqwestClient;
use crate::settings::Settings;

/// The default HTTP clients, for programs that give none: made when they are first needed, and
/// shared by all clones of a client.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    #[cfg(feature = "reqwest")]
    default_asynchronous: Arc<OnceLock<ReqwestClient>>,
    #[cfg(feature = "blocking")]
    default_blocking: Arc<OnceLock<BlockingReqwestClient>>,
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
                let client =
                    get_or_try_init(&self.default_asynchronous, ReqwestClient::with_defaults);
                client.map_err(failed)?.send(request).await.map_err(failed)
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
                let client =
                    get_or_try_init(&self.default_blocking, BlockingReqwestClient::with_defaults);
                client.map_err(failed)?.send(request).map_err(failed)
            }
            #[cfg(not(feature = "blocking"))]
            None => Err(no_client(provider, "blocking_http_client", "blocking")),
        }
    }
}

/// Two threads may both make a client; the one that comes second is dropped.
#[cfg(feature = "reqwest")]
fn get_or_try_init<Client>(
    cell: &OnceLock<Client>,
    make: fn() -> Result<Client, TransportError>,
) -> Result<&Client, TransportError> {
    match cell.get() {
        Some(client) => Ok(client),
        None => {
            let client = make()?;
            Ok(cell.get_or_init(|| client))
        }
    }
}

#[cfg(not(feature = "blocking"))]
fn no_client(provider: &'static Provider, method: &str, feature: &str) -> Error {
    Error::configuration(
        provider,
        format!(
            "there is no HTTP client: give one to `Settings::{method}`, or turn on the feature `{feature}` of oauth-atlas"
        ),
    )
}
