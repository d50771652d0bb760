//! Reading and deleting a registration (RFC 7592).

use std::fmt;

use http::Method;
use http::header::ACCEPT;
use url::Url;

use super::{ENDPOINT, add_headers, elsewhere, read};
use crate::client::endpoint_url::endpoint_url;
use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::APPLICATION_JSON;
use crate::kept::registration::Registration;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::response::refusal::Refusal;
use crate::text::secret::Secret;

/// A request that reads a registration (RFC 7592 §2.1): await it, or call
/// [`RegistrationLookup::send_blocking`]. Store the result in place of the old one: it may have
/// another secret, and another token for the next request.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct RegistrationLookup {
    core: Core,
    registration: Registration,
}

/// A request that deletes a registration (RFC 7592 §2.3): await it, or call
/// [`Deregistration::send_blocking`]. The client and its tokens are of no use afterwards.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct Deregistration {
    core: Core,
    registration: Registration,
}

/// Where a registration is managed, and the token for that.
///
/// The URL comes from a response, so the token goes nowhere but to the server that was asked.
///
/// # Errors
///
/// If the provider has given no such URL or token, or the URL is at another server.
pub(super) fn place<'r>(
    core: &Core,
    registration: &'r Registration,
) -> Result<(Url, &'r Secret), Error> {
    let provider = core.provider();
    if let Some(difference) = elsewhere(core, registration) {
        return Err(Error::configuration(provider, difference));
    }
    let url = registration.management_url();
    let (Some(url), Some(token)) = (url, &registration.access_token) else {
        let message = "the provider has given no URL and token to manage the registration with (RFC \
                       7592 §3)";
        return Err(Error::configuration(provider, message));
    };
    let url = endpoint_url(provider, url)?;
    if url.origin() != core.url(ENDPOINT)?.origin() {
        let message =
            "`registration_client_uri` is at another server than the registration endpoint";
        return Err(Error::configuration(provider, message));
    }
    Ok((url, token))
}

fn request(core: &Core, registration: &Registration, method: Method) -> Result<HttpRequest, Error> {
    let (url, token) = place(core, registration)?;
    let mut request = HttpRequest::new(method, url);
    let headers = request.headers_mut();
    headers.insert(ACCEPT, APPLICATION_JSON.clone());
    add_headers(core, headers, Some(token))?;
    Ok(request)
}

impl RegistrationLookup {
    pub(crate) fn new(core: Core, registration: &Registration) -> Self {
        let registration = registration.clone();
        Self { core, registration }
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the registration is another provider's, or cannot be managed
    /// ([`Registration::is_manageable`]), or a setting is missing or invalid.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        request(&self.core, &self.registration, Method::GET)
    }

    /// Reads the response to [`RegistrationLookup::to_http_request`].
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response is not one of RFC 7592 §3.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<Registration, Error> {
        let none = std::iter::empty();
        read(&self.core, response, none, Some(&self.registration))
    }
}

impl Deregistration {
    pub(crate) fn new(core: Core, registration: &Registration) -> Self {
        let registration = registration.clone();
        Self { core, registration }
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// Those of [`RegistrationLookup::to_http_request`].
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        request(&self.core, &self.registration, Method::DELETE)
    }

    /// Reads the response to [`Deregistration::to_http_request`].
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<(), Error> {
        let Registration {
            client_secret,
            access_token,
            ..
        } = &self.registration;
        let secrets = client_secret.iter().chain(access_token);
        let secrets: Vec<_> = secrets.map(Secret::expose).collect();
        match response.is_success() {
            true => Ok(()),
            false => {
                let refusal = Refusal::at(self.core.provider(), ENDPOINT, &secrets);
                Err(refusal.of_response(&response))
            }
        }
    }
}

impl Sending for RegistrationLookup {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        ENDPOINT
    }

    fn request(&self, _: &Signing) -> Result<HttpRequest, Error> {
        self.to_http_request()
    }
}

impl Sending for Deregistration {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        ENDPOINT
    }

    fn request(&self, _: &Signing) -> Result<HttpRequest, Error> {
        self.to_http_request()
    }
}

operation!(RegistrationLookup => Registration);
operation!(Deregistration => ());

impl fmt::Debug for RegistrationLookup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RegistrationLookup")
            .field("client", &self.core)
            .field("registration", &self.registration)
            .finish()
    }
}

impl fmt::Debug for Deregistration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Deregistration")
            .field("client", &self.core)
            .field("registration", &self.registration)
            .finish()
    }
}
