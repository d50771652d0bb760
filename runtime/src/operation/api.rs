//! Requests to a provider's API with an access token (RFC 6750 §2.1).

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method};
use url::Url;

use crate::client::endpoint_url::endpoint_url;
use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::client::template::sent::{Filled, Filler};
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::token_set::TokenSet;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::provider::{ClientAuth, Endpoint, Provider};
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::request::draft::{Destination, Draft, name_program};
use crate::response::captures;
use crate::response::token::NO_ACCESS_TOKEN;
use crate::text::secret::{Secret, SecretBytes};
use crate::text::url_path::climbs;

/// A request to the provider's API: await it, or call [`ApiCall::send_blocking`].
///
/// The result is the response, whatever its status: what a status means is defined by the API.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct ApiCall {
    core: Core,
    access: Access,
    call: Call,
}

impl ApiCall {
    pub(crate) fn new(core: Core, method: Method, url_or_path: &str, tokens: &TokenSet) -> Self {
        Self {
            access: Access::of(core.provider(), tokens),
            core,
            call: Call::new(method, url_or_path),
        }
    }

    pub(crate) fn userinfo(core: Core, tokens: &TokenSet) -> Self {
        Self {
            access: Access::of(core.provider(), tokens),
            core,
            call: Call::userinfo(),
        }
    }

    /// A request to an endpoint that tells something of the user.
    pub(crate) fn of_user(core: Core, tokens: &TokenSet, endpoint: &'static Endpoint) -> Self {
        Self {
            access: Access::of(core.provider(), tokens),
            core,
            call: Call::to(Method::GET, Target::User(endpoint)),
        }
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the provider has no such endpoint, the URL is not https, a header has a character that is
    /// not allowed there or is one that authorizes the request, or the access token is empty or has
    /// a character that is not allowed in a header.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.call.to_http_request(&self.core, &self.access)
    }

    /// Reads the response to [`ApiCall::to_http_request`], which is the result, whatever its
    /// status.
    ///
    /// # Errors
    ///
    /// None.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<HttpResponse, Error> {
        #[cfg(feature = "jose")]
        self.call.keep_nonce(&self.core, &self.access, &response);
        Ok(response)
    }
}

/// The methods by which a caller adds to the `call` of a type.
macro_rules! call_builder {
    ($owner:ty) => {
        impl $owner {
            /// Adds a header. Headers that authorize the request cannot be set.
            #[inline]
            pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
                self.call.add_header(name.as_ref(), value.as_ref());
                self
            }

            /// Adds a parameter to the URL's query.
            #[inline]
            pub fn query(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
                self.call.add_query(name.as_ref(), value.as_ref());
                self
            }

            /// Sets the body and its `Content-Type`.
            #[inline]
            pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
                self.call.set_body(content_type, body.into());
                self
            }

            /// Sets a body of serialized JSON.
            #[inline]
            pub fn json_body(self, json: impl Into<Vec<u8>>) -> Self {
                self.body("application/json", json)
            }
        }
    };
}
pub(crate) use call_builder;

call_builder!(ApiCall);

impl Sending for ApiCall {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        self.call.endpoint()
    }

    #[cfg(feature = "jose")]
    fn asks_again(&self, response: &HttpResponse) -> bool {
        self.call.lacks_nonce(&self.core, &self.access, response)
    }

    fn request(&self, _: &Signing) -> Result<HttpRequest, Error> {
        self.to_http_request()
    }
}

operation!(ApiCall => HttpResponse);

impl fmt::Debug for ApiCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiCall")
            .field("client", &self.core)
            .field("call", &self.call)
            .finish()
    }
}

/// What a call takes from the tokens.
#[derive(Clone)]
pub(crate) struct Access {
    token: Secret,
    /// What the token is bound to.
    #[cfg(feature = "jose")]
    dpop_key: Option<DpopKey>,
    /// Values that were kept with the tokens and are parts of URLs.
    variables: Result<Vec<(&'static str, Secret)>, Error>,
}

impl Access {
    pub(crate) fn of(provider: &'static Provider, tokens: &TokenSet) -> Self {
        Self {
            token: tokens.access_token().clone(),
            #[cfg(feature = "jose")]
            dpop_key: tokens.dpop_key.clone(),
            variables: variables(provider, tokens),
        }
    }

    fn variables(&self) -> Result<&[(&'static str, Secret)], Error> {
        self.variables.as_deref().map_err(Clone::clone)
    }
}

/// The values that were kept with the tokens, if those are for an API.
fn variables(
    provider: &'static Provider,
    tokens: &TokenSet,
) -> Result<Vec<(&'static str, Secret)>, Error> {
    match tokens.token_type() {
        Some(NO_ACCESS_TOKEN) => Err(Error::configuration(
            provider,
            "what was issued is no access token (RFC 8693 §2.2.1), so no API takes it",
        )),
        _ => captures::variables(provider, tokens),
    }
}

/// A call without its access token, from which a request can be made more than once.
#[derive(Clone)]
pub(crate) struct Call {
    method: Method,
    target: Target,
    headers: Vec<(String, Secret)>,
    query: Vec<(String, Secret)>,
    body: Option<SecretBytes>,
}

#[derive(Clone)]
enum Target {
    UserInfo,
    /// One of [`UserRules::requests`](crate::provider::UserRules::requests).
    User(&'static Endpoint),
    /// An absolute URL, or a path below the API's URL.
    Api(String),
}

impl Call {
    pub(crate) fn new(method: Method, url_or_path: &str) -> Self {
        Self::to(method, Target::Api(url_or_path.to_owned()))
    }

    fn userinfo() -> Self {
        Self::to(Method::GET, Target::UserInfo)
    }

    fn to(method: Method, target: Target) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            query: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.into()));
    }

    pub(crate) fn add_query(&mut self, name: &str, value: &str) {
        self.query.push((name.to_owned(), value.into()));
    }

    pub(crate) fn set_body(&mut self, content_type: &str, body: Vec<u8>) {
        self.add_header(CONTENT_TYPE.as_str(), content_type);
        self.body = Some(SecretBytes(body));
    }

    pub(crate) fn endpoint(&self) -> EndpointKind {
        match self.target {
            Target::UserInfo | Target::User(_) => EndpointKind::UserInfo,
            Target::Api(_) => EndpointKind::Api,
        }
    }

    pub(crate) fn to_http_request(
        &self,
        core: &Core,
        access: &Access,
    ) -> Result<HttpRequest, Error> {
        let filler = core.filler(access.variables()?);
        let filler = filler.about(Some(&access.token));
        let mut request = match &self.target {
            Target::UserInfo => {
                let destination = Destination::Endpoint(EndpointKind::UserInfo);
                userinfo(core, access, destination, &filler)?
            }
            Target::User(endpoint) => userinfo(core, access, Destination::User(endpoint), &filler)?,
            Target::Api(target) => {
                let url = api_url(core, target, access)?;
                let request = HttpRequest::new(self.method.clone(), url);
                authorized(core, request, &access.token, &filler)?
            }
        };
        self.add_headers_to(core, request.headers_mut())?;
        self.add_query_to(core, &filler, &mut request)?;
        #[cfg(feature = "jose")]
        bound::bind(core, access, &mut request)?;
        Ok(match &self.body {
            Some(body) => request.with_body(body.as_slice()),
            None => request,
        })
    }

    fn add_query_to(
        &self,
        core: &Core,
        filler: &Filler<'_>,
        request: &mut HttpRequest,
    ) -> Result<(), Error> {
        let token = core.provider().api.query;
        if self
            .query
            .iter()
            .any(|(name, _)| !token.is_empty() && name == token)
        {
            let message = format!("the parameter {token:?} carries the access token");
            return Err(Error::configuration(core.provider(), message));
        }
        if self.query.is_empty() && core.provider().api.parameters.is_empty() {
            return Ok(());
        }
        let always = self.parameters_of_api(core);
        let always = always.filter_map(|(name, text)| Some((name, filler.fill(text).transpose()?)));
        let always = always.map(|(name, filled)| Ok((name, filled?)));
        let always = always.collect::<Result<Vec<_>, Error>>()?;
        let mut query = Parameters::new();
        for (name, filled) in &always {
            query.push(name, filled.as_str());
        }
        for (name, value) in &self.query {
            query.push(name, value.expose());
        }
        query.add_to(request.url_mut());
        Ok(())
    }

    /// What every call of the API has in its query, but for what the caller or the endpoint sets.
    fn parameters_of_api(&self, core: &Core) -> impl Iterator<Item = (&'static str, &'static str)> {
        let provider = core.provider();
        let userinfo = match self.target {
            Target::UserInfo => provider.userinfo.as_ref(),
            Target::User(endpoint) => Some(endpoint),
            Target::Api(_) => None,
        };
        let is_of_api = userinfo.is_none_or(|endpoint| endpoint.auth.is_none());
        let own = userinfo.map_or(&[] as &[_], |endpoint| endpoint.parameters);
        let is_set = move |name: &str| {
            let mut own = own.iter().map(|(own, _)| *own);
            own.any(|own| own == name) || self.query.iter().any(|(own, _)| own == name)
        };
        let always = provider.api.parameters.iter().copied();
        always.filter(move |(name, _)| is_of_api && !is_set(name))
    }

    /// Adds the caller's headers, of which later ones replace earlier ones. Those that a spec asks for
    /// are not for the caller.
    fn add_headers_to(&self, core: &Core, ours: &mut HeaderMap) -> Result<(), Error> {
        if self.headers.is_empty() {
            return Ok(());
        }
        let mut added = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let error = |message| Error::configuration(core.provider(), message);
            let copy = SecretBytes(value.expose().as_bytes().to_vec());
            let (Ok(parsed), Ok(value)) = (HeaderName::try_from(name), copy.into_header()) else {
                return Err(error(format!(
                    "the header {name:?} has a character that is not allowed there"
                )));
            };
            if ours.contains_key(&parsed) && parsed != ACCEPT && parsed != CONTENT_TYPE {
                return Err(error(format!("the header {name:?} is set by the client")));
            }
            added.insert(parsed, value);
        }
        ours.extend(added);
        Ok(())
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Call")
            .field("method", &self.method)
            .field("endpoint", &self.endpoint())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}

fn is_absolute(target: &str) -> bool {
    target.starts_with(|first: char| first.is_ascii_alphabetic())
        && target.split_once("://").is_some_and(|(scheme, _)| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
        })
}

/// The URL of a call. A value that was kept with the tokens may be a part of it.
fn api_url(core: &Core, target: &str, access: &Access) -> Result<Url, Error> {
    if is_absolute(target) {
        return core
            .configuration()
            .at_origin(endpoint_url(core.provider(), target)?);
    }
    match access.variables()? {
        [] => below(core.provider(), core.url(EndpointKind::Api)?, target),
        variables => {
            let configuration = core.configuration();
            let base = configuration.endpoint_url(EndpointKind::Api, variables)?;
            below(core.provider(), &base, target)
        }
    }
}

/// A path below the API's URL.
fn below(provider: &'static Provider, base: &Url, target: &str) -> Result<Url, Error> {
    let target = target.trim_start_matches('/');
    match appended(base, target) {
        Some(url) => Ok(url),
        None => read_below(provider, base, target),
    }
}

/// The same of any target.
fn read_below(provider: &'static Provider, base: &Url, target: &str) -> Result<Url, Error> {
    // The path is appended as text: joined as a reference, "//other.example" would name a host.
    let base = [base.as_str().trim_end_matches('/'), "/"].concat();
    let url = endpoint_url(provider, &[&base, target].concat())?;
    let path = target.split(['?', '#']).next().unwrap_or_default();
    if climbs(path) || !url.as_str().starts_with(&base) {
        let message = "the path leaves the API's URL, by `..` or an equivalent of it";
        return Err(Error::configuration(provider, message));
    }
    Ok(url)
}

/// The same of a target in which no character means anything but itself, without reading the base
/// again, which is more than half of the work.
fn appended(base: &Url, target: &str) -> Option<Url> {
    let is_plain_in_path = |byte: u8| PLAIN_IN_PATH[usize::from(byte)];
    let end = target.bytes().position(|byte| !is_plain_in_path(byte));
    let (path, query) = match end {
        None => (target, None),
        Some(end) => (&target[..end], Some(target[end..].strip_prefix('?')?)),
    };
    let is_plain_in_query = |byte: u8| is_plain_in_path(byte) || byte == b'%';
    let mut segments = path.as_bytes().split(|byte| *byte == b'/');
    let is_plain = base.query().is_none()
        && query.is_none_or(|query| query.bytes().all(is_plain_in_query))
        && !segments.any(|segment| matches!(segment, b"." | b".."));
    if !is_plain {
        return None;
    }
    let mut url = base.clone();
    match base.path().trim_end_matches('/') {
        // The URL adds the slash, without which it has no path.
        "" => url.set_path(path),
        above => url.set_path(&[above, "/", path].concat()),
    }
    // As a whole, so that no piece of it is left where the URL had less room.
    if query.is_some() {
        url.set_query(query);
    }
    Some(url)
}

/// Which bytes of a path mean themselves, to whoever reads the path (see [`climbs`]).
static PLAIN_IN_PATH: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'/' | b'-'
                    | b'.'
                    | b'_'
                    | b'~'
                    | b':'
                    | b'@'
                    | b'='
                    | b','
                    | b'&'
                    | b'+'
                    | b'!'
                    | b'$'
                    | b'('
                    | b')'
                    | b'*'
            );
        byte += 1;
    }
    plain
};

/// The request for the user's claims (OpenID Connect Core §5.3.1), with the token where the API
/// wants it, unless the endpoint has a way of its own.
fn userinfo(
    core: &Core,
    access: &Access,
    destination: Destination,
    filler: &Filler<'_>,
) -> Result<HttpRequest, Error> {
    let endpoint = destination.described(core);
    let is_by_token = endpoint.is_some_and(Endpoint::is_authorized_by_token);
    let own = endpoint.and_then(|endpoint| endpoint.auth);
    let mut parameters = Parameters::new();
    // A client that says who it is instead says whose claims it asks for (RFC 6750 §2.2).
    if own.is_some() && !is_by_token {
        parameters.push("access_token", access.token.expose());
    }
    let draft = Draft {
        variables: access.variables()?,
        client_auth: own.is_none().then_some(ClientAuth::Nothing),
        ..Draft::new(destination, parameters)
    };
    let auth = draft.auth(core)?;
    let request = draft.build_with(core, auth, filler)?;
    match own {
        Some(_) => Ok(request),
        None => {
            let own = endpoint.map_or(&[][..], |endpoint| endpoint.headers);
            let kept = own.iter().filter_map(|(name, _)| {
                let value = request.headers().get(*name)?;
                Some((HeaderName::try_from(*name).ok()?, value.clone()))
            });
            let kept: HeaderMap = kept.collect();
            let mut request = authorized(core, request, &access.token, filler)?;
            request.headers_mut().extend(kept);
            Ok(request)
        }
    }
}

/// The request with the token in the header or the query parameter that the API takes it from.
fn authorized(
    core: &Core,
    mut request: HttpRequest,
    token: &Secret,
    filler: &Filler<'_>,
) -> Result<HttpRequest, Error> {
    let parameter = core.provider().api.query;
    add_api_headers(core, token, filler, request.headers_mut())?;
    if !parameter.is_empty() {
        let mut query = Parameters::new();
        query.push(parameter, token.expose());
        query.add_to(request.url_mut());
    }
    Ok(request)
}

/// The headers of a request to the API with these tokens.
pub(crate) fn headers_for(core: &Core, tokens: &TokenSet) -> Result<HeaderMap, Error> {
    #[cfg(feature = "jose")]
    if tokens.dpop_key.is_some() {
        let message = "the tokens are bound to a key (DPoP), and each request needs a proof of its \
                       own: use `call_api`";
        return Err(Error::configuration(core.provider(), message));
    }
    let variables = variables(core.provider(), tokens)?;
    let mut headers = HeaderMap::with_capacity(1 + core.provider().api.headers.len());
    let filler = core.filler(&variables);
    add_api_headers(core, tokens.access_token(), &filler, &mut headers)?;
    Ok(headers)
}

/// Adds the header that carries the token, unless a query parameter does, and its companions.
fn add_api_headers(
    core: &Core,
    access_token: &Secret,
    filler: &Filler<'_>,
    headers: &mut HeaderMap,
) -> Result<(), Error> {
    let api = &core.provider().api;
    let token = access_token.expose();
    if token.is_empty() {
        return Err(Error::configuration(
            core.provider(),
            "the access token is empty",
        ));
    }
    if api.query.is_empty() {
        // RFC 6750 §2.1 allows fewer characters still, and providers use more of them.
        // Without an early exit the compiler looks at many bytes at once.
        let is_graphic = |all, byte: u8| all & (0x21..=0x7e).contains(&byte);
        let prefix = filler.fill(api.prefix)?;
        let prefix = prefix.as_ref().map_or("", Filled::as_str);
        let value = Some([prefix, token])
            .filter(|_| token.bytes().fold(true, is_graphic))
            .and_then(|texts| SecretBytes::header_of(&texts).ok());
        let Some(value) = value else {
            return Err(Error::configuration(
                core.provider(),
                "the access token has a character that is not allowed in a header",
            ));
        };
        headers.insert(filler.header_name(api.header)?, value);
    }
    filler.add_headers(api.headers, headers)?;
    name_program(core, headers)
}

#[cfg(feature = "jose")]
mod bound;
#[cfg(test)]
mod tests;
