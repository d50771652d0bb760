//! Which HTTP client carries the requests.

use std::sync::Arc;

use crate::client::settings::Settings;
use crate::error::{EndpointKind, Error};
#[cfg(feature = "reqwest")]
use crate::http::default_clients;
#[cfg(feature = "blocking")]
use crate::http::message::BlockingHttpClient;
use crate::http::message::{HttpRequest, HttpResponse, ResponseFuture};
#[cfg(feature = "reqwest")]
use crate::http::reach::{Hosts, is_loopback};
#[cfg(feature = "reqwest")]
use crate::http::reqwest_client::Route;
use crate::provider::Provider;

/// How a default client reaches the host of a request.
#[cfg(feature = "reqwest")]
fn route(settings: &Settings, request: &HttpRequest) -> Route {
    match settings.hosts() {
        Hosts::Public => Route::Public,
        Hosts::Any if is_loopback(request.url()) => Route::Direct,
        Hosts::Any => Route::Proxied,
    }
}

/// Begins to send a request.
///
/// # Errors
///
/// When there is no HTTP client.
#[inline]
pub(crate) fn send(
    provider: &'static Provider,
    settings: &Settings,
    endpoint: EndpointKind,
    request: HttpRequest,
) -> Result<ResponseFuture, Error> {
    match settings.asynchronous_client() {
        Some(client) => Ok(Arc::clone(client).send(request)),
        #[cfg(feature = "reqwest")]
        None => {
            let client = default_clients::asynchronous(route(settings, &request));
            let client = client.map_err(|error| Error::of_transport(provider, endpoint, error))?;
            Ok(Box::pin(async move { client.exchange(request).await }))
        }
        #[cfg(not(feature = "reqwest"))]
        None => {
            drop((endpoint, request));
            Err(no_client(provider, "http_client", "reqwest"))
        }
    }
}

pub(crate) fn send_blocking(
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
            let client = default_clients::blocking(route(settings, &request));
            client.map_err(failed)?.send(request).map_err(failed)
        }
        #[cfg(not(feature = "blocking"))]
        None => Err(no_client(provider, "blocking_http_client", "blocking")),
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
