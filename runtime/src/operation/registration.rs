//! Client registration (RFC 7591), and what becomes of a registration (RFC 7592).

use std::borrow::Cow;
use std::fmt;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method};
use url::Url;

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::APPLICATION_JSON;
use crate::http::reach::is_loopback;
use crate::kept::registration::Registration;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::provider::{ClientAuth, Endpoint, GrantKind, Proof};
use crate::request::draft::name_program;
use crate::response::members::text;
use crate::response::outcome::has_error;
use crate::response::refusal::{Refusal, own_shape};
use crate::response::shape;
use crate::text::json::{Json, parse_object_members, write_value};
use crate::text::member_path;
use crate::text::scopes;
use crate::text::secret::{Secret, SecretBytes};

mod managed;

pub use managed::{Deregistration, RegistrationLookup};

const ENDPOINT: EndpointKind = EndpointKind::Registration;

/// Members that belong to the registration and not to the client's metadata (RFC 7592 §2.2).
const OF_PROVIDER: [&str; 3] = [
    "registration_client_uri",
    "client_id_issued_at",
    "client_secret_expires_at",
];

/// A request that registers this program as a client (RFC 7591 §3.1), or that changes its
/// registration (RFC 7592 §2.2): await it, or call [`RegistrationRequest::send_blocking`].
///
/// What the caller does not set follows from the client and the provider: the client's redirect URI,
/// the grants that a login needs, and an authentication method that the provider accepts.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct RegistrationRequest {
    core: Core,
    /// What is to be registered, by the standard's names.
    metadata: Vec<(String, Json)>,
    initial_access_token: Option<Secret>,
    /// The registration that is to be changed.
    changed: Option<Registration>,
}

impl RegistrationRequest {
    pub(crate) fn new(core: Core, name: String) -> Self {
        let request = Self {
            core,
            metadata: Vec::new(),
            initial_access_token: None,
            changed: None,
        };
        request.metadata("client_name", Json::from(name))
    }

    /// The same as it is registered now, to be changed: whatever an update leaves out is deleted
    /// (RFC 7592 §2.2).
    pub(crate) fn change(core: Core, registration: &Registration) -> Self {
        let metadata = registration.members.iter();
        let metadata = metadata.filter(|(name, _)| !OF_PROVIDER.contains(&name.as_str()));
        Self {
            core,
            metadata: metadata.cloned().collect(),
            initial_access_token: None,
            changed: Some(registration.clone()),
        }
    }

    /// Registers another redirect URI beside the client's own.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        let uri = Json::from(uri.into());
        match self.member("redirect_uris") {
            Some(Json::Array(uris)) => uris.push(uri),
            _ => {
                let own = self.core.configuration().redirect_uri.as_deref();
                let uris = own.map(Json::from).into_iter().chain([uri]).collect();
                self = self.metadata("redirect_uris", Json::Array(uris));
            }
        }
        self
    }

    /// Registers a public client, for a program that cannot keep a secret. The default is a
    /// confidential client, unless the provider has none.
    pub fn public(self) -> Self {
        self.client_auth(ClientAuth::None)
    }

    /// Registers another client authentication method than the provider's preferred one. A method
    /// that needs a key needs the metadata `jwks` or `jwks_uri` as well.
    pub fn client_auth(self, method: ClientAuth) -> Self {
        let name = method.registered_as().unwrap_or(method.word());
        self.metadata("token_endpoint_auth_method", Json::from(name))
    }

    /// Registers these grants instead of those of a login.
    pub fn grants(self, grants: impl IntoIterator<Item = GrantKind>) -> Self {
        let names = grants
            .into_iter()
            .filter_map(GrantKind::standard_grant_type);
        let names = names.map(Json::from).collect();
        self.metadata("grant_types", Json::Array(names))
    }

    /// Registers scopes by name, which the client may then ask for.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        let mut joined = match self.member("scope") {
            Some(Json::String(known)) => known.expose().to_owned(),
            _ => String::new(),
        };
        // RFC 7591 §2: separated by spaces, whatever the provider's other requests have.
        scopes::add(&mut joined, &scope.into(), " ");
        self = self.metadata("scope", Json::from(joined));
        self
    }

    /// Sets other metadata (RFC 7591 §2), such as `client_uri` or `jwks`. It replaces what the
    /// library would send under this name; [`Json::Null`] leaves it out.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        let (name, value) = (name.into(), value.into());
        match self.member(&name) {
            Some(known) => *known = value,
            None => self.metadata.push((name, value)),
        }
        self
    }

    /// Sends the token by which some providers let a program register (RFC 7591 §3).
    pub fn initial_access_token(mut self, token: impl Into<Secret>) -> Self {
        self.initial_access_token = Some(token.into());
        self
    }

    fn member(&mut self, name: &str) -> Option<&mut Json> {
        let mut members = self.metadata.iter_mut();
        members
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the provider has no registration endpoint, a setting is missing or invalid, the endpoint
    /// is not https, or the provider requires an initial access token and there is none.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        let core = &self.core;
        let (method, url, token) = match &self.changed {
            None => (Method::POST, core.url(ENDPOINT)?.clone(), self.token()?),
            Some(registration) => {
                let (url, token) = managed::place(core, registration)?;
                (Method::PUT, url, Some(token))
            }
        };
        let mut request = HttpRequest::new(method, url).with_body(self.body()?);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, APPLICATION_JSON.clone());
        headers.insert(ACCEPT, APPLICATION_JSON.clone());
        add_headers(core, headers, token)?;
        Ok(request)
    }

    /// The token that lets the program register.
    fn token(&self) -> Result<Option<&Secret>, Error> {
        let provider = self.core.provider();
        let token = self.initial_access_token.as_ref();
        let endpoint = provider.endpoint(ENDPOINT);
        match (token, endpoint.and_then(|endpoint| endpoint.auth)) {
            (None, Some(ClientAuth::AccessToken)) => {
                let message = "registration requires an initial access token (RFC 7591 §3): set \
                               `initial_access_token`";
                Err(Error::configuration(provider, message))
            }
            (token, _) => Ok(token),
        }
    }

    fn body(&self) -> Result<Vec<u8>, Error> {
        let core = &self.core;
        let endpoint = core.provider().endpoint(ENDPOINT);
        let endpoint = endpoint.unwrap_or(&Endpoint::STANDARD);
        let is_own = |name: &str| self.metadata.iter().any(|(own, _)| own == name);
        let mut members = self.metadata.clone();
        let mut fixed = Vec::new();
        let filler = core.filler(&[]);
        for (name, template) in endpoint.parameters {
            if let Some(filled) = filler.fill(template)?.filter(|_| !is_own(name)) {
                fixed.push(((*name).to_owned(), Json::from(filled.as_str())));
            }
        }
        if self.changed.is_none() {
            let is_fixed = |name: &str| fixed.iter().any(|(other, _)| other == name);
            let standard = self.standard().into_iter();
            members.extend(standard.filter(|(name, _)| !is_own(name) && !is_fixed(name)));
        }
        members.retain(|(name, value)| !value.is_null() && !endpoint.omit.contains(&name.as_str()));
        for (name, _) in &mut members {
            let mut renamed = endpoint.rename.iter();
            if let Some((_, here)) = renamed.find(|(standard, _)| *standard == name) {
                *name = (*here).to_owned();
            }
        }
        members.extend(fixed);
        if let Some(registration) = &self.changed {
            // Both identify the client and cannot be changed by it (RFC 7592 §2.2).
            members.push(("client_id".to_owned(), Json::from(&*registration.client_id)));
            let secret = registration.client_secret.as_ref();
            members.extend(
                secret.map(|secret| ("client_secret".to_owned(), Json::String(secret.clone()))),
            );
        }
        let mut body = SecretBytes(Vec::new());
        write_value(&mut body.0, &Json::Object(members));
        Ok(std::mem::take(&mut body.0))
    }

    /// What a client of this provider needs to be registered with.
    fn standard(&self) -> Vec<(String, Json)> {
        let mut members = Vec::new();
        let mut add = |name: &str, value: Json| members.push((name.to_owned(), value));
        let grants = self.grant_types();
        let logs_in = grants.contains(&GrantKind::AuthorizationCode);
        let own = self.core.configuration().redirect_uri.as_deref();
        if let Some(uri) = own {
            add("redirect_uris", Json::Array(vec![Json::from(uri)]));
        }
        let names = grants
            .into_iter()
            .filter_map(GrantKind::standard_grant_type);
        add("grant_types", Json::Array(names.map(Json::from).collect()));
        let types = logs_in.then(|| Json::from("code"));
        add("response_types", Json::Array(types.into_iter().collect()));
        if let Some(method) = self.method() {
            add("token_endpoint_auth_method", Json::from(method));
        }
        // A server of OpenID Connect takes a redirect URI of an installed program for a mistake
        // otherwise (OpenID Connect Registration §2). Others ignore it (RFC 7591 §2).
        let uris = self
            .metadata
            .iter()
            .find(|(name, _)| name == "redirect_uris");
        let uris = uris
            .and_then(|(_, uris)| uris.as_array())
            .unwrap_or_default();
        let mut uris = uris.iter().filter_map(Json::as_str).chain(own);
        if uris.any(is_of_installed_program) {
            add("application_type", Json::from("native"));
        }
        members
    }

    /// The grants of a login; of a provider without logins, all that the standard names.
    fn grant_types(&self) -> Vec<GrantKind> {
        let grants = self.core.provider().grants.iter().map(|grant| grant.kind);
        let of_login = [GrantKind::AuthorizationCode, GrantKind::RefreshToken];
        let has_logins = grants
            .clone()
            .any(|kind| kind == GrantKind::AuthorizationCode);
        let grants = grants.filter(|kind| !has_logins || of_login.contains(kind));
        grants
            .filter(|kind| *kind != GrantKind::Extension)
            .collect()
    }

    /// The method by which the client will say who it is: the first that needs no more than what the
    /// provider registers, unless the caller registers a key.
    fn method(&self) -> Option<&'static str> {
        let provider = self.core.provider();
        let Some(client) = &provider.confidential else {
            let public = provider.public.as_ref();
            return public.and(ClientAuth::None.registered_as());
        };
        let has_key = ["jwks", "jwks_uri"].iter().any(|name| {
            let mut metadata = self.metadata.iter();
            metadata.any(|(own, _)| own == name)
        });
        let fits = |method: &&ClientAuth| {
            let record = method.record_or(client.own_auth);
            let proof = record.map_or(Proof::Sent, |record| record.proof);
            matches!(
                (proof, has_key),
                (Proof::Sent | Proof::Mac, false) | (Proof::Signature, true)
            )
        };
        let mut methods = client.auth.iter();
        let method = methods.find(fits).or(client.auth.first())?;
        method.registered_as()
    }

    /// Reads the response to [`RegistrationRequest::to_http_request`].
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response is not one of RFC 7591
    /// §3.2.1.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<Registration, Error> {
        let token = self.initial_access_token.iter();
        read(&self.core, response, token, self.changed.as_ref())
    }
}

/// Why a registration is not one of this client's server, to which alone its secrets go.
pub(crate) fn elsewhere(core: &Core, registration: &Registration) -> Option<&'static str> {
    if registration.provider != core.provider().id {
        return Some("the registration is another provider's");
    }
    // A missing setting is told by the operations.
    let endpoint = core.url(ENDPOINT).ok()?;
    (endpoint.as_str() != registration.endpoint)
        .then_some("the registration comes from another server than this client's")
}

/// Whether a redirect URI leads to a program on the user's device (RFC 8252 §7).
fn is_of_installed_program(uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|url| match url.scheme() {
        "https" => false,
        "http" => is_loopback(&url),
        _ => true,
    })
}

/// The headers that every request about a registration has.
fn add_headers(core: &Core, headers: &mut HeaderMap, token: Option<&Secret>) -> Result<(), Error> {
    let endpoint = core.provider().endpoint(ENDPOINT);
    let own = endpoint.map_or(&[] as &[_], |endpoint| endpoint.headers);
    core.filler(&[]).add_headers(own, headers)?;
    if let Some(token) = token {
        let value = SecretBytes::header_of(&["Bearer ", token.expose()]).map_err(|_| {
            let message = "the token for the registration has a character that may not stand in a \
                           header";
            Error::configuration(core.provider(), message)
        })?;
        headers.insert(AUTHORIZATION, value);
    }
    name_program(core, headers)
}

/// A client information response (RFC 7591 §3.2.1). What a response to a later request leaves out is
/// as it was.
fn read<'t>(
    core: &'t Core,
    response: HttpResponse,
    tokens: impl Iterator<Item = &'t Secret>,
    before: Option<&'t Registration>,
) -> Result<Registration, Error> {
    let provider = core.provider();
    let known = before.into_iter();
    let known = known.flat_map(|one| one.client_secret.iter().chain(&one.access_token));
    let secrets: Vec<_> = core.secrets().chain(tokens).chain(known).collect();
    let secrets: Vec<_> = secrets.into_iter().map(Secret::expose).collect();
    let refusal = Refusal::at(provider, ENDPOINT, &secrets);
    if !response.is_success() {
        return Err(refusal.of_response(&response));
    }
    if let Some(error) = refusal.of_success(&response) {
        return Err(error);
    }
    let wrong = |message: String| Error::response(provider, ENDPOINT, response.status(), message);
    let mut members = Vec::new();
    parse_object_members(response.body(), &mut |name, value| {
        members.push((name.into_owned(), value));
    })
    .map_err(|error| wrong(error.to_string()))?;
    if let Some(rules) = own_shape(provider, ENDPOINT) {
        members = shape::standard(rules, members).map_err(|(message, _)| wrong(message))?;
    }
    let Some(client_id) = text(&members, "client_id").map(str::to_owned) else {
        // Some servers answer 200 and an error.
        return Err(match has_error(&members) {
            true => refusal.of_members(&response, &members),
            false => wrong("`client_id` is missing".to_owned()),
        });
    };
    if before.is_some_and(|before| before.client_id != client_id) {
        return Err(wrong("`client_id` is another client's".to_owned()));
    }
    let mut secret = |name: &str| match member_path::take(&mut members, name) {
        Some(Json::String(secret)) if !secret.expose().is_empty() => Some(secret),
        _ => None,
    };
    let client_secret = secret("client_secret");
    let access_token = secret("registration_access_token");
    members.retain(|(name, _)| name != "client_id");
    let missing = |name: &str| !members.iter().any(|(known, _)| known == name);
    let kept = before.map_or(&[] as &[_], |before| &before.members);
    let kept = kept
        .iter()
        .filter(|(name, _)| OF_PROVIDER.contains(&name.as_str()));
    let kept: Vec<_> = kept.filter(|(name, _)| missing(name)).cloned().collect();
    members.extend(kept);
    Ok(Registration {
        provider: Cow::Borrowed(provider.id),
        endpoint: core.url(ENDPOINT)?.as_str().to_owned(),
        client_id,
        client_secret: client_secret.or_else(|| before?.client_secret.clone()),
        access_token: access_token.or_else(|| before?.access_token.clone()),
        members,
    })
}

impl Sending for RegistrationRequest {
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

operation!(RegistrationRequest => Registration);

impl fmt::Debug for RegistrationRequest {
    /// Shows only the names of the metadata: a software statement or a key is nobody else's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.metadata.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("RegistrationRequest")
            .field("client", &self.core)
            .field("metadata", &names)
            .field("initial_access_token", &self.initial_access_token)
            .field("changed", &self.changed)
            .finish()
    }
}
