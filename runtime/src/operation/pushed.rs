//! Pushed authorization requests (RFC 9126).

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::pending::Pending;
use crate::operation::login::Login;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::request::draft::{Destination, Draft};
use crate::request::login_url::{Query, STANDARD, name_of};
use crate::request::request_object::request_object;
use crate::response::expiry::seconds;
use crate::response::members::text;
use crate::response::outcome::has_error;
use crate::response::refusal::{Refusal, own_shape};
use crate::response::shape;
use crate::text::json::{Json, parse_object_members};
use crate::text::member_path;
use crate::text::secret::Secret;

/// The longest `request_uri` that is accepted, in bytes: it becomes a part of a URL.
const LONGEST_REQUEST_URI: usize = 2048;

/// A login whose parameters are yet to be pushed.
#[derive(Clone)]
pub(crate) struct Pushed {
    /// The authorization endpoint's URL, without parameters.
    pub(crate) endpoint: String,
    /// The parameters by the names that they have at the authorization endpoint.
    pub(crate) parameters: Vec<(String, Secret)>,
    /// Variables of this login.
    pub(crate) variables: Vec<(&'static str, Secret)>,
    pub(crate) pending: Pending,
    /// Whether they are sent as one JWT that the client signs (RFC 9101).
    pub(crate) is_signed: bool,
}

/// A request that sends the parameters of a login to the provider, before the browser (RFC 9126
/// §2): await it, or call [`PushedAuthorizationRequest::send_blocking`]. The result is the started
/// login.
///
/// The client authenticates as at the token endpoint. What is sent is used for one login, within
/// the time that [`Login::url_expires_at`] tells.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct PushedAuthorizationRequest {
    core: Core,
    pushed: Result<Pushed, Error>,
}

impl PushedAuthorizationRequest {
    pub(crate) fn new(core: Core, pushed: Result<Pushed, Error>) -> Self {
        Self { core, pushed }
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// Those of [`Authorize::start`](crate::Authorize::start), but for the one that asks for this
    /// request; and if the provider has no endpoint for it, or the endpoint is not https.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let pushed = self.pushed.as_ref().map_err(Clone::clone)?;
        let endpoint = self.core.provider().authorization.as_ref();
        let endpoint = endpoint.unwrap_or(STANDARD);
        // By the name that the client authentication has for it, which would else add it again.
        let client_id = name_of(endpoint, "client_id");
        let mut parameters = Parameters::new();
        let request = match pushed.is_signed {
            true => Some(request_object(&self.core, &pushed.parameters, signing)?),
            false => None,
        };
        parameters.push_some("request", request.as_ref().map(Secret::expose));
        let unsigned = pushed.parameters.iter().filter(|_| request.is_none());
        for (name, value) in unsigned {
            let name = match client_id == Some(name) {
                true => "client_id",
                false => name.as_str(),
            };
            parameters.push(name, value.expose());
        }
        let destination = Destination::Endpoint(EndpointKind::PushedAuthorizationRequest);
        let draft = Draft {
            variables: &pushed.variables,
            rename: endpoint.rename,
            ..Draft::new(destination, parameters)
        };
        draft.build(&self.core, signing)
    }

    /// Reads the response to [`PushedAuthorizationRequest::to_http_request`]. Call it right after
    /// the response arrives: expiry is counted from now.
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response is not one of RFC 9126
    /// §2.2.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<Login, Error> {
        let pushed = self.pushed.as_ref().map_err(Clone::clone)?;
        let provider = self.core.provider();
        let endpoint = EndpointKind::PushedAuthorizationRequest;
        let made_up = [&pushed.pending.state]
            .into_iter()
            .chain(&pushed.pending.nonce);
        let secrets = made_up.chain(self.core.secrets()).map(Secret::expose);
        let secrets: Vec<_> = secrets.collect();
        let refusal = Refusal::at(provider, endpoint, &secrets);
        if !response.is_success() {
            return Err(refusal.of_response(&response));
        }
        if let Some(error) = refusal.of_success(&response) {
            return Err(error);
        }
        let wrong =
            |message: String| Error::response(provider, endpoint, response.status(), message);
        let mut members = Vec::new();
        parse_object_members(response.body(), &mut |name, value| {
            members.push((name.into_owned(), value));
        })
        .map_err(|error| wrong(error.to_string()))?;
        if let Some(rules) = own_shape(provider, endpoint) {
            members =
                shape::standard(rules, members).map_err(|(message, members)| {
                    match has_error(&members) {
                        true => refusal.of_members(&response, &members),
                        false => wrong(message),
                    }
                })?;
        }
        let Some(request_uri) = text(&members, "request_uri") else {
            // Some servers answer 200 and an error.
            return Err(match has_error(&members) {
                true => refusal.of_members(&response, &members),
                false => wrong("`request_uri` is missing".to_owned()),
            });
        };
        if request_uri.len() > LONGEST_REQUEST_URI {
            return Err(wrong("`request_uri` is too long".to_owned()));
        }
        Ok(Login {
            url: self.url(pushed, request_uri),
            url_expires_at: expires_at(&members),
            pending: pushed.pending.clone(),
        })
    }

    /// The URL for the browser (RFC 9126 §4).
    fn url(&self, pushed: &Pushed, request_uri: &str) -> String {
        let endpoint = self.core.provider().authorization.as_ref();
        let mut query = Query::new(endpoint.unwrap_or(STANDARD));
        query.add_standard("client_id", self.core.client_id());
        query.add("request_uri", request_uri);
        query.onto(&pushed.endpoint)
    }
}

/// When the URL ends; unknown if the provider does not say it as RFC 9126 §2.2 does.
fn expires_at(members: &[(String, Json)]) -> Option<SystemTime> {
    let lifetime = member_path::find_name(members, "expires_in")?;
    let lifetime = seconds(lifetime).ok().flatten()?;
    SystemTime::now().checked_add(Duration::from_secs(lifetime))
}

impl Sending for PushedAuthorizationRequest {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        EndpointKind::PushedAuthorizationRequest
    }

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
    }
}

operation!(PushedAuthorizationRequest => Login);

impl fmt::Debug for PushedAuthorizationRequest {
    /// Shows only the names of the parameters: a value may be personal or a token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters = self.pushed.iter().flat_map(|pushed| &pushed.parameters);
        let names: Vec<_> = parameters.map(|(name, _)| name).collect();
        formatter
            .debug_struct("PushedAuthorizationRequest")
            .field("client", &self.core)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}
