//! Logins on devices without a browser (RFC 8628).
//!
//! The device asks for a code ([`DeviceRequest`]), shows it to the user ([`DeviceLogin`]), and asks
//! for tokens until the user has decided ([`DevicePoll`] once, [`DeviceWait`] to the end).

use std::fmt;
use std::time::SystemTime;

use crate::client::handle::Core;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::binding::{Binding, Start};
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::request::draft::{Destination, Draft};
use crate::response::expiry::{NoTime, seconds};
use crate::response::refusal::Refusal;
use crate::text::clock::unix_seconds;
use crate::text::json::{Json, parse_object_members};
use crate::text::scopes;
use crate::text::secret::Secret;

mod login;
mod poll;
#[cfg(test)]
mod tests;
mod wait;

pub use login::DeviceLogin;
pub use poll::{DeviceAnswer, DevicePoll};
pub use wait::DeviceWait;

/// How many seconds lie between two requests where the provider does not say (RFC 8628 §3.2).
const DEFAULT_INTERVAL: u64 = 5;

/// A request to start a login on a device without a browser (RFC 8628 §3.1): await it, or call
/// [`DeviceRequest::send_blocking`].
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct DeviceRequest {
    core: Core,
    /// Joined by one space each.
    scope: String,
    parameters: Vec<(String, Secret)>,
}

impl DeviceRequest {
    pub(crate) fn new(core: Core, scope: String) -> Self {
        Self {
            core,
            scope,
            parameters: Vec::new(),
        }
    }

    /// Asks for more scopes by their text: those that the generated enum does not have yet.
    #[inline]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.add_scope(&scope.into());
        self
    }

    fn add_scope(&mut self, scope: &str) {
        let separator = self.core.request_separator();
        scopes::add(&mut self.scope, scopes::split(scope, separator));
    }

    /// Adds any other parameter to the request.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// When the provider has no device authorization endpoint, when something is not set or set to
    /// what is not allowed, when the endpoint is not https, and when [`DeviceRequest::param`] names
    /// a parameter that the library sends.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        let scope = self.core.filler(&[]).fill_scopes(&self.scope)?;
        let scope = scopes::with_separator(&scope, self.core.request_separator());
        let mut parameters = Parameters::new();
        parameters.push_some("scope", Some(&scope));
        let destination = Destination::Endpoint(EndpointKind::DeviceAuthorization);
        let draft = Draft {
            extra: &self.parameters,
            ..Draft::new(destination, parameters)
        };
        draft.build(&self.core)
    }

    /// Reads the response to [`DeviceRequest::to_http_request`], which has to be fresh: expiry is counted from
    /// now.
    ///
    /// A missing `interval` is 5 seconds (RFC 8628 §3.2), and so is one of zero; the name
    /// `verification_url` of an early draft is understood.
    ///
    /// # Errors
    ///
    /// When the provider refused the request, failed, or answered something else than RFC 8628 §3.2
    /// says.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<DeviceLogin, Error> {
        let secrets: Vec<_> = self.core.secrets().map(Secret::expose).collect();
        let endpoint = EndpointKind::DeviceAuthorization;
        let refusal = Refusal::at(self.core.provider(), endpoint, &secrets);
        if !response.is_success() {
            return Err(refusal.of_response(&response));
        }
        if let Some(error) = refusal.of_success(&response) {
            return Err(error);
        }
        let mut members = Members(Vec::new());
        let read = parse_object_members(response.body(), &mut |name, value| {
            members.0.push((name.into_owned(), value));
        });
        let wrong = |message: String| {
            let (provider, endpoint) = (refusal.provider, refusal.endpoint);
            Error::response(provider, endpoint, response.status(), message)
        };
        read.map_err(|error| wrong(error.to_string()))?;
        let Some(device_code) = members.text("device_code") else {
            // Some servers answer 200 and an error.
            return Err(match members.text("error") {
                Some(_) => refusal.of_members(&response, &members.0),
                None => wrong("`device_code` is missing".to_owned()),
            });
        };
        let required = |name| {
            let text = members.text(name).map(str::to_owned);
            text.ok_or_else(|| wrong(format!("`{name}` is missing")))
        };
        let number = |name| match members.get(name).map(seconds) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(seconds),
            Some(Err(NoTime)) => Err(wrong(format!("`{name}` is not a number of seconds"))),
        };
        let Some(lifetime) = number("expires_in")? else {
            return Err(wrong("`expires_in` is missing".to_owned()));
        };
        let asked = self.core.filler(&[]).fill_scopes(&self.scope)?;
        let interval = number("interval")?.filter(|interval| *interval > 0);
        Ok(DeviceLogin {
            provider: refusal.provider.id.to_owned(),
            device_code: device_code.into(),
            user_code: required("user_code")?,
            verification_uri: match members.text("verification_url") {
                Some(early) if members.text("verification_uri").is_none() => early.to_owned(),
                _ => required("verification_uri")?,
            },
            verification_uri_complete: members
                .text("verification_uri_complete")
                .or_else(|| members.text("verification_url_complete"))
                .map(str::to_owned),
            scope: Some(asked.into_owned()).filter(|scope| !scope.is_empty()),
            expires_at: unix_seconds(SystemTime::now()).saturating_add(lifetime),
            interval: interval.unwrap_or(DEFAULT_INTERVAL),
            binding: Binding::of(&self.core, Start::Device, &[]),
        })
    }
}

/// The members of a response. The last of a name counts.
struct Members(Vec<(String, Json)>);

impl Members {
    fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.0.iter().rev();
        members
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// A text, which counts as left out if it is empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

impl Sending for DeviceRequest {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::DeviceAuthorization
    }
}

operation!(DeviceRequest => DeviceLogin);

impl fmt::Debug for DeviceRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DeviceRequest")
            .field("client", &self.core)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
