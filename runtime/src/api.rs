//! Requests to a provider's API with an access token (RFC 6750 §2.1).

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;
use zeroize::Zeroizing;

use crate::core::Core;
use crate::endpoint_url::endpoint_url;
use crate::error::{EndpointKind, Error};
use crate::http::{HttpRequest, HttpResponse};
use crate::secret::Secret;
use crate::token::OperationFuture;
use crate::token_set::TokenSet;

/// A request to the provider's API: await it, or call [`ApiCall::send_blocking`].
///
/// Whatever status comes back, the response is the result: what an API's statuses mean is between
/// the program and the API.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct ApiCall {
    core: Core,
    access_token: Secret,
    call: Call,
}

impl ApiCall {
    pub(crate) fn new(core: Core, method: Method, url_or_path: &str, tokens: &TokenSet) -> Self {
        Self {
            core,
            access_token: tokens.access_token().clone(),
            call: Call::new(method, url_or_path),
        }
    }

    pub(crate) fn userinfo(core: Core, tokens: &TokenSet) -> Self {
        Self {
            core,
            access_token: tokens.access_token().clone(),
            call: Call::userinfo(),
        }
    }

    /// Adds a header. Those that authorize the request are not for this to set.
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

    /// Sets a body that is JSON already.
    #[inline]
    pub fn json_body(self, json: impl Into<Vec<u8>>) -> Self {
        self.body("application/json", json)
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// When the provider has no such endpoint, when the URL is not https, when a header has a
    /// character that may not stand in one, or is one that authorizes the request, and when the
    /// access token is empty or has a character that may not stand in a header.
    pub fn build(&self) -> Result<HttpRequest, Error> {
        self.call.build(&self.core, &self.access_token)
    }

    /// Sends the request and waits, for programs without an async runtime: with the client given to
    /// [`Core::blocking_http_client`], or else the default one of the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`ApiCall::build`], when no whole response came back, and when there is no blocking
    /// HTTP client. A response with an error status is not an error.
    pub fn send_blocking(self) -> Result<HttpResponse, Error> {
        self.core.send_blocking(self.call.endpoint(), self.build()?)
    }
}

impl IntoFuture for ApiCall {
    type Output = Result<HttpResponse, Error>;
    type IntoFuture = OperationFuture<HttpResponse>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.build()?;
            self.core.send(self.call.endpoint(), request).await
        })
    }
}

impl fmt::Debug for ApiCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiCall")
            .field("client", &self.core)
            .field("call", &self.call)
            .finish()
    }
}

/// A call without its access token, from which a request can be made more than once.
#[derive(Clone)]
pub(crate) struct Call {
    method: Method,
    target: Target,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Clone)]
enum Target {
    UserInfo,
    /// An absolute URL, or a path below the API's URL.
    Api(String),
}

impl Call {
    pub(crate) fn new(method: Method, url_or_path: &str) -> Self {
        Self::to(method, Target::Api(url_or_path.to_owned()))
    }

    fn userinfo() -> Self {
        let mut call = Self::to(Method::GET, Target::UserInfo);
        call.add_header(ACCEPT.as_str(), "application/json");
        call
    }

    fn to(method: Method, target: Target) -> Self {
        Self {
            method,
            target,
            headers: Vec::new(),
            query: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn add_query(&mut self, name: &str, value: &str) {
        self.query.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn set_body(&mut self, content_type: &str, body: Vec<u8>) {
        self.add_header(CONTENT_TYPE.as_str(), content_type);
        self.body = body;
    }

    pub(crate) fn endpoint(&self) -> EndpointKind {
        match self.target {
            Target::UserInfo => EndpointKind::UserInfo,
            Target::Api(_) => EndpointKind::Api,
        }
    }

    pub(crate) fn build(&self, core: &Core, access_token: &Secret) -> Result<HttpRequest, Error> {
        let mut url = self.url(core)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut headers = api_headers(core, access_token)?;
        for (name, value) in &self.headers {
            self.insert(core, &mut headers, name, value)?;
        }
        let mut request =
            HttpRequest::new(self.method.clone(), url).with_body(self.body.as_slice());
        *request.headers_mut() = headers;
        Ok(request)
    }

    fn url(&self, core: &Core) -> Result<Url, Error> {
        let target = match &self.target {
            Target::UserInfo => return core.url(EndpointKind::UserInfo).cloned(),
            Target::Api(target) => target,
        };
        if is_absolute(target) {
            return core
                .settings()
                .at_origin(endpoint_url(core.provider(), target)?);
        }
        // The path is appended as text: joined as a reference, "//other.example" would name a host.
        let base = core.url(EndpointKind::Api)?.as_str().trim_end_matches('/');
        endpoint_url(
            core.provider(),
            &format!("{base}/{}", target.trim_start_matches('/')),
        )
    }

    /// Later values replace earlier ones, except for the headers that carry the token.
    fn insert(
        &self,
        core: &Core,
        headers: &mut HeaderMap,
        name: &str,
        value: &str,
    ) -> Result<(), Error> {
        let error = |message| Error::configuration(core.provider(), message);
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        else {
            return Err(error(format!(
                "the header {name:?} has a character that may not stand there"
            )));
        };
        let api = &core.provider().api;
        let is_ours = |ours: &str| name.as_str().eq_ignore_ascii_case(ours);
        if is_ours(api.header) || api.headers.iter().any(|(companion, _)| is_ours(companion)) {
            return Err(error(format!(
                "the header {name:?} carries the client's own value"
            )));
        }
        headers.insert(name, value);
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
    target.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
    })
}

/// The header that carries the token, and its companions.
pub(crate) fn api_headers(core: &Core, access_token: &Secret) -> Result<HeaderMap, Error> {
    let api = &core.provider().api;
    let token = access_token.expose();
    // RFC 6750 §2.1 allows fewer characters still, and providers use more of them.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::configuration(
            core.provider(),
            "the access token is empty or has a character that may not stand in a header",
        ));
    }
    let mut headers = HeaderMap::with_capacity(1 + api.headers.len());
    let mut value = header_value(core, &Zeroizing::new([api.prefix, token].concat()))?;
    value.set_sensitive(true);
    headers.insert(header_name(core, api.header)?, value);
    for (name, template) in api.headers {
        let value = template.replace("{client_id}", core.client_id());
        headers.insert(header_name(core, name)?, header_value(core, &value)?);
    }
    Ok(headers)
}

fn header_name(core: &Core, name: &'static str) -> Result<HeaderName, Error> {
    HeaderName::try_from(name).map_err(|_| {
        Error::configuration(core.provider(), format!("{name:?} is no name of a header"))
    })
}

fn header_value(core: &Core, value: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(value).map_err(|_| {
        Error::configuration(
            core.provider(),
            "the client id has a character that may not stand in a header",
        )
    })
}

#[cfg(test)]
mod tests;
