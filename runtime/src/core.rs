//! The client that every generated client wraps.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, Method};
use url::Url;

use crate::api::{ApiCall, api_headers};
use crate::authorize::Authorize;
use crate::callback::Callback;
use crate::client_auth::{BasicHeaders, Credentials};
use crate::device::{DeviceLogin, DevicePoll, DeviceRequest, DeviceWait};
use crate::endpoint_url;
use crate::endpoints::EndpointUrls;
use crate::error::{EndpointKind, Error};
use crate::http::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse};
use crate::introspection::Introspection;
use crate::pending::Pending;
use crate::provider::{ClientAuth, Encoding, GrantKind, Provider, Separator, VariableKind};
use crate::revocation::Revocation;
use crate::scopes;
use crate::secret::Secret;
use crate::source::TokenSource;
use crate::token::TokenRequest;
use crate::token_set::TokenSet;
use crate::transport::{Hosts, Transport};

/// A client of one provider, which each generated `Client` wraps.
///
/// A clone costs a reference count, and clones share connections. The methods that set something
/// leave other clones as they are. Nothing is checked or sent before an operation needs it, so
/// what is missing or wrong is told by the operation's error.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

/// What a client is told once, and what it works out from that once.
#[derive(Clone)]
struct Inner {
    settings: Settings,
    cache: Cache,
}

/// What a client is told.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) provider: &'static Provider,
    pub(crate) credentials: Credentials,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) environment: Option<&'static str>,
    pub(crate) variables: Vec<(&'static str, String)>,
    pub(crate) client_auth: Option<ClientAuth>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) scope_separator: Option<Separator>,
    pub(crate) origin: Option<Url>,
    pub(crate) endpoints: Vec<(EndpointKind, Url)>,
    pub(crate) public_hosts_only: bool,
    /// A name that the provider does not have, which the operations' errors tell.
    pub(crate) mistake: Option<String>,
    transport: Transport,
}

/// What follows from [`Settings`].
#[derive(Default)]
struct Cache {
    urls: EndpointUrls,
    basic_headers: BasicHeaders,
}

impl Clone for Cache {
    /// A client is copied to be changed, and then nothing here holds any more.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Core {
    /// A client with a secret (RFC 6749 §2.1).
    #[inline]
    pub fn confidential(
        provider: &'static Provider,
        id: impl Into<String>,
        secret: impl Into<Secret>,
    ) -> Self {
        Self::new(
            provider,
            Credentials {
                id: id.into(),
                secret: Some(secret.into()),
            },
        )
    }

    /// A client without a secret, such as a program on a user's own machine (RFC 6749 §2.1).
    #[inline]
    pub fn public(provider: &'static Provider, id: impl Into<String>) -> Self {
        Self::new(
            provider,
            Credentials {
                id: id.into(),
                secret: None,
            },
        )
    }

    fn new(provider: &'static Provider, credentials: Credentials) -> Self {
        // Some providers have the client's id in their URLs.
        let variables = vec![("client_id", credentials.id.clone())];
        Self(Arc::new(Inner {
            settings: Settings {
                provider,
                credentials,
                redirect_uri: None,
                environment: None,
                variables,
                client_auth: None,
                encoding: None,
                scope_separator: None,
                origin: None,
                endpoints: Vec::new(),
                public_hosts_only: false,
                mistake: None,
                transport: Transport::default(),
            },
            cache: Cache::default(),
        }))
    }

    /// Sets where the provider sends the user back to (RFC 6749 §3.1.2).
    #[inline]
    #[must_use]
    pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
        let uri = uri.into();
        self.with(|settings| settings.redirect_uri = Some(uri))
    }

    /// Chooses the environment by its name in the spec. The default is the provider's first.
    #[must_use]
    pub fn environment(self, name: &str) -> Self {
        let mut environments = self.provider().environments.iter();
        let found = environments.find(|environment| environment.name == name);
        self.with_known(
            found,
            || format!("there is no environment {name:?}"),
            |settings, environment| settings.environment = Some(environment.name),
        )
    }

    /// Sets a variable of the endpoints' URLs. What may stand there is said by
    /// [`VariableKind`]; a value that is anything else is told by the operations' errors, before
    /// any request.
    #[inline]
    #[must_use]
    pub fn variable(self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.set_variable(name, value)
    }

    fn set_variable(self, name: &str, value: String) -> Self {
        let mut variables = self.provider().variables.iter();
        let found = variables.find(|variable| variable.name == name);
        self.with_known(
            found,
            || format!("there is no variable {name:?}"),
            |settings, variable| settings.variables.push((variable.name, value)),
        )
    }

    /// Sets the variable that the endpoints' URLs start with.
    ///
    /// # Errors
    ///
    /// When `value` is not an https URL (http is fine on this machine's own addresses), has a user,
    /// a query or a fragment, or when the provider has no such variable. A slash at the end is
    /// dropped; a path is kept.
    pub fn base_url(self, name: &str, value: &str) -> Result<Self, Error> {
        let provider = self.provider();
        let mut variables = provider.variables.iter();
        if !variables
            .any(|variable| variable.name == name && variable.kind == VariableKind::BaseUrl)
        {
            return Err(Error::configuration(
                provider,
                format!("there is no base URL {name:?}"),
            ));
        }
        let value = endpoint_url::base_url(provider, value)?;
        Ok(self.variable(name, value))
    }

    /// Chooses how the client proves who it is. An endpoint with a method of its own keeps it. The
    /// default is what the provider prefers for this type of client.
    #[must_use]
    pub fn client_auth(self, method: ClientAuth) -> Self {
        self.with(|settings| settings.client_auth = Some(method))
    }

    /// Chooses the encoding of token requests. The default is what the provider prefers.
    #[must_use]
    pub fn encoding(self, encoding: Encoding) -> Self {
        self.with(|settings| settings.encoding = Some(encoding))
    }

    /// Chooses what stands between two scopes of a request. The default is what the provider
    /// prefers.
    #[must_use]
    pub fn scope_separator(self, separator: Separator) -> Self {
        self.with(|settings| settings.scope_separator = Some(separator))
    }

    /// Sends every request to this origin (scheme, host and port) and keeps paths and queries: for
    /// test servers and proxies. It also holds for the URL that the user's browser is sent to, and
    /// for absolute URLs of [`Core::call`]. Only an endpoint set with [`Core::endpoint`] stays
    /// where it is. A login is finished by a client of the same origin.
    ///
    /// # Errors
    ///
    /// When `url` is not an https URL (http is fine on this machine's own addresses), or has more
    /// than an origin.
    pub fn origin(self, url: &str) -> Result<Self, Error> {
        let origin = endpoint_url::origin(self.provider(), url)?;
        Ok(self.with(|settings| settings.origin = Some(origin)))
    }

    /// Replaces the URL of one endpoint. [`EndpointKind::Api`] stands for the URL that relative
    /// paths of [`Core::call`] are appended to. An endpoint that the provider does not have gets
    /// the standard's encoding and the client's authentication.
    ///
    /// # Errors
    ///
    /// When `url` is not an https URL (http is fine on this machine's own addresses), or has a user
    /// or a fragment.
    pub fn endpoint(self, endpoint: EndpointKind, url: &str) -> Result<Self, Error> {
        let url = endpoint_url::endpoint_url(self.provider(), url)?;
        Ok(self.with(|settings| settings.endpoints.push((endpoint, url))))
    }

    /// Refuses hosts that are not of the public internet, before each request and for the URL that
    /// the user's browser is sent to: for programs in which *users* type the address of a server.
    /// Without it, a user can have this program ask servers that only this program reaches (SSRF,
    /// CWE-918), and read in an error what they answer.
    ///
    /// Refused are addresses in any spelling (`127.0.0.1`, `0x7f.1`, `[::1]`, and public ones as
    /// well), `localhost`, names of one label, and names below `local`, `internal`, `localdomain`,
    /// `intranet`, `private`, `corp`, `home`, `lan`, `home.arpa` and `onion`. The default HTTP client
    /// also connects to no address that is loopback, private, link-local or otherwise reserved,
    /// whatever a name resolves to.
    ///
    /// What it does not do:
    ///
    /// - An HTTP client of your own ([`Core::http_client`]) resolves names by itself, and has to check
    ///   the addresses itself.
    /// - Where the environment names a proxy, the proxy resolves the names, and has to limit what it
    ///   connects to. The proxy itself must have a public address or be named by its address.
    /// - A public address is reached at any port, and may be one of your own servers. Networks with
    ///   public addresses of their own need a firewall.
    /// - A page that a user opens, such as `verification_uri`, is checked by nobody.
    #[must_use]
    pub fn public_hosts_only(self) -> Self {
        self.with(|settings| settings.public_hosts_only = true)
    }

    /// Sets what carries the requests of async code.
    #[inline]
    #[must_use]
    pub fn http_client(self, client: impl HttpClient) -> Self {
        let client: Arc<dyn HttpClient> = Arc::new(client);
        self.with(|settings| settings.transport.set_asynchronous(client))
    }

    /// Sets what carries the requests of blocking code.
    #[inline]
    #[must_use]
    pub fn blocking_http_client(self, client: impl BlockingHttpClient) -> Self {
        let client: Arc<dyn BlockingHttpClient> = Arc::new(client);
        self.with(|settings| settings.transport.set_blocking(client))
    }

    /// Starts a login that asks for these scopes (RFC 6749 §4.1.1).
    pub fn authorize(&self, scopes: &mut dyn Iterator<Item = &str>) -> Authorize {
        Authorize::new(self.clone(), joined(scopes))
    }

    /// Ends a login: checks the callback and exchanges its code for tokens (RFC 6749 §4.1.3).
    ///
    /// In this order it checks that the login was started by this client, or by one of the same id and
    /// settings, within the last hour ([mix-up](Pending#mix-up)), that no parameter of the protocol occurs twice, that `state` and `iss` are right
    /// (RFC 6749 §10.12, RFC 9207), and that there is a code and no error. Where this provider signs
    /// its callbacks, or names in them what the tokens are kept with, that is checked as well. The
    /// request's error tells what is wrong; then nothing is sent.
    #[inline]
    pub fn finish(&self, pending: Pending, callback: impl Into<Callback>) -> TokenRequest {
        TokenRequest::code(self.clone(), pending, callback.into())
    }

    /// Renews tokens (RFC 6749 §6). The new set keeps the old refresh token and the old scope where
    /// the provider sends none.
    ///
    /// The request's error tells if there is no refresh token; then nothing is sent.
    pub fn refresh(&self, tokens: &TokenSet) -> TokenRequest {
        TokenRequest::refresh(self.clone(), Some(tokens))
    }

    /// Asks for tokens of the client itself (RFC 6749 §4.4).
    pub fn client_credentials(
        &self,
        scopes: &mut dyn Iterator<Item = &str>,
    ) -> TokenRequest {
        TokenRequest::client_credentials(self.clone(), joined(scopes))
    }

    /// Starts a login on a device without a browser (RFC 8628 §3.1), with the scopes that it asks
    /// for and those without which this provider refuses a login.
    pub fn device(&self, scopes: &mut dyn Iterator<Item = &str>) -> DeviceRequest {
        let mut scope = joined(scopes);
        scopes::require(&mut scope, self.provider().scopes.required);
        DeviceRequest::new(self.clone(), scope)
    }

    /// Asks once whether the user has decided (RFC 8628 §3.4). [`DeviceLogin::interval`] says how
    /// long to wait before that; it grows when the provider asks for it, so `login` is changed.
    pub fn poll<'login>(&self, login: &'login mut DeviceLogin) -> DevicePoll<'login> {
        DevicePoll::new(self.clone(), login)
    }

    /// Asks again and again until the user has decided, or until the codes expire (RFC 8628 §3.4,
    /// §3.5).
    pub fn finish_device(&self, login: DeviceLogin) -> DeviceWait {
        DeviceWait::new(self.clone(), login)
    }

    /// Asks for tokens with a grant of the provider's own (RFC 6749 §4.5), by its name in the spec.
    /// `parameters` are those that the program has to give.
    ///
    /// The request's error tells if the provider has no such grant; then nothing is sent.
    pub fn extension(
        &self,
        name: &str,
        parameters: &mut dyn Iterator<Item = (&str, Secret)>,
    ) -> TokenRequest {
        TokenRequest::extension(self.clone(), name, parameters)
    }

    /// Revokes an access token (RFC 7009).
    #[inline]
    pub fn revoke_access_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "access_token")
    }

    /// Revokes a refresh token (RFC 7009), and with it, at most providers, its access tokens.
    #[inline]
    pub fn revoke_refresh_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "refresh_token")
    }

    /// Asks what a token is worth (RFC 7662).
    #[inline]
    pub fn introspect(&self, token: impl Into<Secret>) -> Introspection {
        Introspection::new(self.clone(), token.into())
    }

    /// Asks for the user's claims (OpenID Connect Core §5.3).
    pub fn userinfo(&self, tokens: &TokenSet) -> ApiCall {
        ApiCall::userinfo(self.clone(), tokens)
    }

    /// Calls the provider's API with the access token. `url_or_path` is an absolute URL, or a path
    /// that is appended to the API's URL.
    ///
    /// The access token goes to whatever absolute URL is given, so do not take one from outside.
    pub fn call(&self, method: Method, url_or_path: &str, tokens: &TokenSet) -> ApiCall {
        ApiCall::new(self.clone(), method, url_or_path, tokens)
    }

    /// The headers that authorize a request to the provider's API, for an HTTP client of your own.
    /// The token's value is marked sensitive.
    ///
    /// # Errors
    ///
    /// When the access token is empty or has a character that may not stand in a header
    /// (RFC 6750 §2.1).
    pub fn headers(&self, tokens: &TokenSet) -> Result<HeaderMap, Error> {
        api_headers(self, tokens.access_token())
    }

    /// Tokens that renew themselves.
    #[must_use]
    pub fn token_source(&self, tokens: TokenSet) -> TokenSource {
        TokenSource::refreshing(self.clone(), tokens)
    }

    /// The issuer identifier of this client's server, where one is known: what callbacks name as
    /// `iss` (RFC 9207), and ID tokens as well.
    ///
    /// # Errors
    ///
    /// A configuration error where a variable in it is not set.
    pub fn issuer(&self) -> Result<Option<Cow<'static, str>>, Error> {
        self.0.settings.issuer()
    }

    pub(crate) fn provider(&self) -> &'static Provider {
        self.0.settings.provider
    }

    /// # Errors
    ///
    /// When the provider does not have this grant.
    pub(crate) fn require_grant(&self, kind: GrantKind) -> Result<(), Error> {
        match self.provider().grant(kind) {
            Some(_) => Ok(()),
            None => Err(Error::configuration(
                self.provider(),
                format!("there is no grant {:?}", kind.word()),
            )),
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.0.settings.credentials.id
    }

    pub(crate) fn client_secret(&self) -> Option<&Secret> {
        self.0.settings.credentials.secret.as_ref()
    }

    pub(crate) fn basic_headers(&self) -> &BasicHeaders {
        &self.0.cache.basic_headers
    }

    /// What stands between two scopes of a request.
    pub(crate) fn request_separator(&self) -> &'static str {
        let settings = &self.0.settings;
        let preferred = settings.provider.scopes.request_separators.first();
        let separator = settings.scope_separator.or(preferred.copied());
        separator.unwrap_or(Separator::Space).as_str()
    }

    pub(crate) fn url(&self, endpoint: EndpointKind) -> Result<&Url, Error> {
        self.0.cache.urls.get(&self.0.settings, endpoint)
    }

    pub(crate) async fn send(
        &self,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let settings = &self.0.settings;
        let hosts = settings.hosts();
        let transport = &settings.transport;
        transport
            .send(self.provider(), endpoint, hosts, request)
            .await
    }

    pub(crate) fn send_blocking(
        &self,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let settings = &self.0.settings;
        let hosts = settings.hosts();
        let transport = &settings.transport;
        transport.send_blocking(self.provider(), endpoint, hosts, request)
    }

    /// Changes the settings by a part of the description, or keeps that there is none.
    fn with_known<Part>(
        self,
        found: Option<Part>,
        mistake: impl FnOnce() -> String,
        change: impl FnOnce(&mut Settings, Part),
    ) -> Self {
        self.with(|settings| match found {
            Some(part) => change(settings, part),
            None => settings.mistake = settings.mistake.take().or_else(|| Some(mistake())),
        })
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.cache = Cache::default();
        change(&mut inner.settings);
        self
    }
}

impl Settings {
    fn hosts(&self) -> Hosts {
        match self.public_hosts_only {
            true => Hosts::Public,
            false => Hosts::Any,
        }
    }
}

fn joined(iterator: &mut dyn Iterator<Item = &str>) -> String {
    let mut joined = String::new();
    scopes::add(&mut joined, iterator);
    joined
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.0.settings;
        formatter
            .debug_struct("Client")
            .field("provider", &settings.provider.id)
            .field("id", &settings.credentials.id)
            .field("secret", &settings.credentials.secret)
            .field("environment", &settings.environment)
            .field("redirect_uri", &settings.redirect_uri)
            .finish_non_exhaustive()
    }
}
