//! Logins on devices without a browser (RFC 8628).
//!
//! The device requests a code ([`DeviceRequest`]), shows it to the user ([`DeviceLogin`]), and
//! polls for tokens until the user has decided ([`DevicePoll`] polls once, [`DeviceWait`] until the
//! end).

use std::fmt;
use std::time::SystemTime;

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::binding::{Binding, Start};
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::provider::{Expiry, Presence, TokenResponse};
use crate::request::draft::{Destination, Draft};
use crate::response::expiry::{NoTime, expires_at, seconds};
use crate::response::outcome::has_error;
use crate::response::refusal::{Refusal, own_shape};
use crate::response::shape;
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
use login::LAST_SECOND;
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

    /// Requests more scopes by name, such as new ones that the generated enum lacks.
    #[inline]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        let separator = self.core.request_separator();
        scopes::add(&mut self.scope, &scope.into(), separator);
        self
    }

    /// Adds another parameter to the request.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the provider has no device authorization endpoint, a setting is missing or invalid, the
    /// endpoint is not https, or [`DeviceRequest::param`] names a parameter that the library sends.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let scope = self.asked_scope()?;
        let scope = scopes::with_separator(&scope, self.core.request_separator());
        let mut parameters = Parameters::new();
        parameters.push_some("scope", Some(&scope));
        let destination = Destination::Endpoint(EndpointKind::DeviceAuthorization);
        let draft = Draft {
            extra: &self.parameters,
            ..Draft::new(destination, parameters)
        };
        draft.build(&self.core, signing)
    }

    /// The caller's scopes, with those that the provider requires in front.
    fn asked_scope(&self) -> Result<String, Error> {
        let mut scope = self.scope.clone();
        scopes::require(&mut scope, self.core.provider().scopes.required);
        self.core.check_scopes(&scope)?;
        let filled = self.core.filler(&[]).fill_scopes(&scope)?;
        Ok(filled.into_owned())
    }

    /// Reads the response to [`DeviceRequest::to_http_request`]. Call it right after the response
    /// arrives: expiry is counted from now.
    ///
    /// A missing or zero `interval` means 5 seconds (RFC 8628 §3.2). The name `verification_url` of
    /// an early draft is accepted.
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response is not one of RFC 8628
    /// §3.2.
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
        let own = own_shape(refusal.provider, endpoint);
        if let Some(rules) = own {
            members = match shape::standard(rules, members.0) {
                Ok(members) => Members(members),
                Err((_, members)) if has_error(&members) => {
                    return Err(refusal.of_members(&response, &members));
                }
                Err((message, _)) => return Err(wrong(message)),
            };
        }
        let expiry = own.map_or(Expiry::Seconds, |rules| rules.expiry);
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
        let now = unix_seconds(SystemTime::now());
        let date = match (members.get("expires_in"), expiry) {
            (Some(date), Expiry::DateTime) => expires_at(date, expiry, now)
                .map_err(|_| wrong("`expires_in` is not a date and time".to_owned()))?,
            _ => None,
        };
        let lifetime = match expiry {
            Expiry::DateTime => None,
            _ => number("expires_in")?,
        };
        let expires_at = match (date.or(lifetime), expiry) {
            (Some(time), Expiry::DateTime) => time,
            (Some(lifetime), Expiry::Seconds) => now.saturating_add(lifetime),
            (Some(lifetime), Expiry::Milliseconds) => now.saturating_add(lifetime / 1000),
            (Some(time), Expiry::UnixSeconds) => time,
            (Some(time), Expiry::UnixMilliseconds) => time / 1000,
            // The provider tells a poll when it is over.
            (None, _) if own.is_some_and(|rules| is_never(rules, "expires_in")) => LAST_SECOND,
            _ => return Err(wrong("`expires_in` is missing".to_owned())),
        };
        let asked = self.asked_scope()?;
        let interval = number("interval")?.map(|interval| match expiry {
            Expiry::Milliseconds => interval.div_ceil(1000),
            _ => interval,
        });
        let interval = interval.filter(|interval| *interval > 0);
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
            scope: Some(asked).filter(|scope| !scope.is_empty()),
            expires_at,
            interval: interval.unwrap_or(DEFAULT_INTERVAL),
            binding: Binding::of(&self.core, Start::Device, &[]),
        })
    }
}

/// Whether the provider never sends this member.
fn is_never(rules: &TokenResponse, name: &str) -> bool {
    let mut members = rules.members.iter();
    members.any(|member| member.name == name && member.presence == Presence::Never)
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

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
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
