//! The client that every generated client wraps.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::client::authentication::AuthHeaders;
use crate::client::configuration::Configuration;
use crate::client::credential::ClientCredential;
use crate::client::credentials::Credentials;
use crate::client::endpoint_url;
use crate::client::endpoints::EndpointUrls;
#[cfg(feature = "jose")]
use crate::client::keys::KeyCache;
use crate::client::metadata::Metadata;
#[cfg(feature = "jose")]
use crate::client::nonces::Nonces;
use crate::client::settings::Settings;
#[cfg(feature = "jose")]
use crate::client::signing::SignedSecret;
use crate::client::template::sent::Filler;
use crate::client::transport;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse, ResponseFuture};
use crate::provider::{
    ClientAuth, DpopStatus, Encoding, GrantKind, Provider, Separator, SigningAlgorithm,
    VariableKind,
};
use crate::text::scopes;
use crate::text::secret::Secret;

/// A client of one provider, which each generated `Client` wraps.
///
/// Clones are cheap and share connections. Setters do not affect other clones. Settings are checked
/// when an operation needs them, and the operation returns the error.
#[derive(Clone)]
pub struct Core(Arc<Inner>);

/// What a client is told once, and what it works out from that once.
#[derive(Clone)]
struct Inner {
    configuration: Configuration,
    cache: Cache,
}

/// What follows from [`Configuration`].
#[derive(Default)]
struct Cache {
    urls: EndpointUrls,
    auth_headers: AuthHeaders,
    #[cfg(feature = "jose")]
    keys: KeyCache,
    #[cfg(feature = "jose")]
    nonces: Nonces,
    #[cfg(feature = "jose")]
    signed_secret: SignedSecret,
}

impl Clone for Cache {
    /// A client is copied to be changed, and then nothing here holds any more.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Core {
    /// A client with a secret, a key or a certificate (RFC 6749 §2.1).
    #[inline]
    pub fn confidential(
        provider: &'static Provider,
        id: impl Into<String>,
        credential: impl Into<ClientCredential>,
    ) -> Self {
        Self::new(
            provider,
            Credentials {
                id: id.into(),
                credential: Some(credential.into()),
            },
        )
    }

    /// A client that cannot keep a secret, such as a mobile or desktop app (RFC 6749 §2.1).
    #[inline]
    pub fn public(provider: &'static Provider, id: impl Into<String>) -> Self {
        Self::new(
            provider,
            Credentials {
                id: id.into(),
                credential: None,
            },
        )
    }

    /// A client that is not registered yet (RFC 7591). All that it can do is
    /// [`register`](Core::register), until it gets its id by [`Core::with_registration`].
    #[inline]
    pub fn unregistered(provider: &'static Provider) -> Self {
        Self::new(
            provider,
            Credentials {
                id: String::new(),
                credential: None,
            },
        )
    }

    fn new(provider: &'static Provider, credentials: Credentials) -> Self {
        Self(Arc::new(Inner {
            configuration: Configuration {
                provider,
                credentials,
                redirect_uri: None,
                environment: None,
                variables: Vec::new(),
                client_auth: None,
                encoding: None,
                scope_separator: None,
                settings: Settings::new(),
                binds_tokens: false,
                mistake: None,
            },
            cache: Cache::default(),
        }))
    }

    /// Sets the redirect URI, to which the provider sends the user back (RFC 6749 §3.1.2).
    #[inline]
    #[must_use]
    pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
        let uri = uri.into();
        self.change(|configuration| configuration.redirect_uri = Some(uri))
    }

    /// Selects the environment by its name in the spec. The default is the first.
    #[must_use]
    pub fn environment(self, name: &str) -> Self {
        let mut environments = self.provider().environments.iter();
        let found = environments.find(|environment| environment.name == name);
        self.with_known(
            found,
            || format!("there is no environment {name:?}"),
            |configuration, environment| configuration.environment = Some(environment.name),
        )
    }

    /// Sets a variable of the endpoints' URLs, or of parameters and headers. [`VariableKind`]
    /// documents the allowed values. Operations return an error for any other value and send
    /// nothing.
    #[inline]
    #[must_use]
    pub fn variable(self, name: &str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.set_variable(name, Secret::from(value))
    }

    /// Sets a variable that nobody may see, such as a subscription key.
    #[inline]
    #[must_use]
    pub fn secret_variable(self, name: &str, value: impl Into<Secret>) -> Self {
        let value = value.into();
        self.set_variable(name, value)
    }

    fn set_variable(self, name: &str, value: Secret) -> Self {
        let mut variables = self.provider().variables.iter();
        let found = variables.find(|variable| variable.name == name);
        self.with_known(
            found,
            || format!("there is no variable {name:?}"),
            |configuration, variable| configuration.variables.push((variable.name, value)),
        )
    }

    /// Sets the variable that the endpoints' URLs start with.
    ///
    /// # Errors
    ///
    /// If `value` is not an https URL (http is allowed on loopback), has a user, a query or a
    /// fragment, if its host is none of the provider's, or if the provider has no such variable. A
    /// trailing slash is dropped; a path is kept.
    pub fn base_url(self, name: &str, value: &str) -> Result<Self, Error> {
        let provider = self.provider();
        let mut variables = provider.variables.iter();
        let found = variables
            .find(|variable| variable.name == name && variable.kind == VariableKind::BaseUrl);
        let Some(variable) = found else {
            return Err(Error::configuration(
                provider,
                format!("there is no base URL {name:?}"),
            ));
        };
        let value = endpoint_url::base_url(provider, value, variable.suffixes)?;
        Ok(self.variable(name, value))
    }

    /// Overrides the client authentication method. An endpoint with its own method keeps it. The
    /// default is the provider's preferred method for this client type.
    #[must_use]
    pub fn client_auth(self, method: ClientAuth) -> Self {
        self.change(|configuration| configuration.client_auth = Some(method))
    }

    /// Overrides the encoding of token requests. The default is the provider's preferred one.
    #[must_use]
    pub fn token_encoding(self, encoding: Encoding) -> Self {
        self.change(|configuration| configuration.encoding = Some(encoding))
    }

    /// Overrides the separator between scopes in requests. The default is the provider's preferred
    /// one.
    #[must_use]
    pub fn scope_separator(self, separator: Separator) -> Self {
        self.change(|configuration| configuration.scope_separator = Some(separator))
    }

    /// Binds the tokens that this client gets to a key, which is made for each login and kept with
    /// its tokens: whoever steals them cannot use them (DPoP, RFC 9449). Clients of providers that
    /// require it do so anyway.
    ///
    /// The token type must then be `DPoP`; any other is an error. It needs the feature `jose`:
    /// without it, requests for tokens end in an error.
    #[must_use]
    pub fn with_dpop(self) -> Self {
        self.change(|configuration| configuration.binds_tokens = true)
    }

    /// The client as it was registered.
    pub(crate) fn registered(
        self,
        client_id: &str,
        secret: Option<&Secret>,
        method: Option<ClientAuth>,
    ) -> Self {
        let provider = self.provider();
        self.change(|configuration| {
            let Credentials { id, credential } = &mut configuration.credentials;
            client_id.clone_into(id);
            let is_public = method == Some(ClientAuth::None);
            match (secret.filter(|_| !is_public), &mut *credential) {
                (Some(secret), Some(known)) => known.secret = Some(secret.clone()),
                (Some(secret), None) => {
                    *credential = Some(ClientCredential::from(secret.clone()));
                }
                (None, _) if is_public => *credential = None,
                (None, _) => {}
            }
            let client = match credential {
                Some(_) => provider.confidential.as_ref(),
                None => provider.public.as_ref(),
            };
            // The provider's own variant of a method counts for more than the standard's.
            let accepted = client.map_or(&[] as &[_], |client| client.auth);
            let is_same = |one: &&ClientAuth| {
                method.is_some_and(|method| one.registered_as() == method.registered_as())
            };
            configuration.client_auth = accepted.iter().find(is_same).copied().or(method);
        })
    }

    /// The client with a mistake that its operations tell.
    pub(crate) fn mistaken(self, mistake: &'static str) -> Self {
        self.with_known(None::<()>, || mistake.to_owned(), |_, ()| ())
    }

    /// Applies settings, such as another HTTP client. Anything they do not set stays as it is.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        self.change(|configuration| configuration.settings.add(settings))
    }

    /// A client that knows what its server has told of itself.
    pub(crate) fn with_metadata(self, metadata: Metadata) -> Self {
        self.change(|configuration| configuration.settings.set_metadata(metadata))
    }

    /// The issuer identifier of this client's server, if known: the `iss` of callbacks (RFC 9207)
    /// and of ID tokens.
    ///
    /// # Errors
    ///
    /// A configuration error if a variable in it is not set.
    pub fn issuer(&self) -> Result<Option<Cow<'static, str>>, Error> {
        self.0.configuration.issuer()
    }

    /// Whether the server has told that every callback names it.
    pub(crate) fn names_issuer(&self) -> bool {
        let metadata = self.0.configuration.metadata();
        metadata.is_some_and(|metadata| metadata.names_issuer)
    }

    /// The description of the provider.
    #[must_use]
    pub fn provider(&self) -> &'static Provider {
        self.0.configuration.provider
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

    /// # Errors
    ///
    /// When two of the scopes are none that this provider takes together.
    pub(crate) fn check_scopes(&self, joined: &str) -> Result<(), Error> {
        let mut exclusions = self.provider().scopes.exclusions.iter();
        let both = exclusions
            .find(|(one, other)| scopes::contains(joined, one) && scopes::contains(joined, other));
        match both {
            None => Ok(()),
            Some((one, other)) => Err(Error::configuration(
                self.provider(),
                format!("the scopes {one:?} and {other:?} cannot be asked for together"),
            )),
        }
    }

    pub(crate) fn configuration(&self) -> &Configuration {
        &self.0.configuration
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.0.configuration.credentials.id
    }

    pub(crate) fn client_secret(&self) -> Option<&Secret> {
        self.0.configuration.credentials.secret()
    }

    /// What a confidential client proves who it is with.
    pub(crate) fn credential(&self) -> Option<&ClientCredential> {
        self.0.configuration.credentials.credential.as_ref()
    }

    /// What no message may repeat of all that the client was told.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.configuration.secrets()
    }

    /// Fills in the texts of one request.
    pub(crate) fn filler<'a>(&'a self, variables: &'a [(&'static str, Secret)]) -> Filler<'a> {
        Filler::new(self.0.configuration.values(variables))
    }

    /// Whether tokens are to be bound to a key.
    ///
    /// # Errors
    ///
    /// When they are and cannot be.
    pub(crate) fn binds_tokens(&self) -> Result<bool, Error> {
        let rules = self.provider().dpop.as_ref();
        let is_required = rules.is_some_and(|rules| rules.status == DpopStatus::Required);
        if !self.0.configuration.binds_tokens && !is_required {
            return Ok(false);
        }
        let algorithms = rules.map_or(&[][..], |rules| rules.algorithms);
        let has_ours = algorithms.is_empty() || algorithms.contains(&SigningAlgorithm::Es256);
        match (cfg!(feature = "jose"), has_ours) {
            (true, true) => Ok(true),
            (false, _) => Err(Error::configuration(
                self.provider(),
                "tokens are to be bound to a key (DPoP), which needs the feature `jose`",
            )),
            (true, false) => Err(Error::configuration(
                self.provider(),
                "tokens are to be bound to a key (DPoP), and this provider does not take ES256",
            )),
        }
    }

    #[cfg(feature = "jose")]
    pub(crate) fn nonces(&self) -> &Nonces {
        &self.0.cache.nonces
    }

    #[cfg(feature = "jose")]
    pub(crate) fn keys(&self) -> &KeyCache {
        &self.0.cache.keys
    }

    #[cfg(feature = "jose")]
    pub(crate) fn signed_secret(&self) -> &SignedSecret {
        &self.0.cache.signed_secret
    }

    pub(crate) fn auth_headers(&self) -> &AuthHeaders {
        &self.0.cache.auth_headers
    }

    /// What stands between two scopes of a request.
    pub(crate) fn request_separator(&self) -> &'static str {
        let configuration = &self.0.configuration;
        let preferred = configuration.provider.scopes.request_separators.first();
        let separator = configuration.scope_separator.or(preferred.copied());
        separator.unwrap_or(Separator::Space).as_str()
    }

    pub(crate) fn url(&self, endpoint: EndpointKind) -> Result<&Url, Error> {
        self.0.cache.urls.get(&self.0.configuration, endpoint)
    }

    /// Begins to send a request.
    ///
    /// # Errors
    ///
    /// When there is no HTTP client.
    #[inline]
    pub(crate) fn send(
        &self,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<ResponseFuture, Error> {
        let Configuration {
            provider, settings, ..
        } = &self.0.configuration;
        if settings.asynchronous_client().is_none() {
            self.check_certificate(&request, "http_client")?;
        }
        transport::send(provider, settings, endpoint, request)
    }

    /// Checks that a request may go out by the default HTTP client, which shows no certificate. The
    /// server would end the connection without a reason.
    fn check_certificate(&self, request: &HttpRequest, setting: &str) -> Result<(), Error> {
        let provider = self.provider();
        let confidential = provider.confidential.as_ref();
        let is_required = confidential.is_some_and(|client| client.certificate)
            && self.credential().is_some()
            && request.url().scheme() == "https";
        match is_required {
            false => Ok(()),
            true => Err(Error::configuration(
                provider,
                format!(
                    "this provider refuses clients without a TLS certificate, and the default HTTP \
                     client shows none: set `Settings::{setting}` to one that does"
                ),
            )),
        }
    }

    /// The same to its end, for what takes several requests.
    pub(crate) async fn exchange(
        &self,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let answered = self.send(endpoint, request)?.await;
        answered.map_err(|error| Error::of_transport(self.provider(), endpoint, error))
    }

    pub(crate) fn send_blocking(
        &self,
        endpoint: EndpointKind,
        request: HttpRequest,
    ) -> Result<HttpResponse, Error> {
        let Configuration {
            provider, settings, ..
        } = &self.0.configuration;
        if settings.blocking_client().is_none() {
            self.check_certificate(&request, "blocking_http_client")?;
        }
        transport::send_blocking(provider, settings, endpoint, request)
    }

    /// Changes the settings by a part of the description, or keeps that there is none.
    fn with_known<Part>(
        self,
        found: Option<Part>,
        mistake: impl FnOnce() -> String,
        change: impl FnOnce(&mut Configuration, Part),
    ) -> Self {
        self.change(|configuration| match found {
            Some(part) => change(configuration, part),
            None => {
                let first = configuration.mistake.take();
                configuration.mistake = first.or_else(|| Some(mistake().into()));
            }
        })
    }

    fn change(mut self, change: impl FnOnce(&mut Configuration)) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.cache = Cache::default();
        change(&mut inner.configuration);
        self
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let configuration = &self.0.configuration;
        formatter
            .debug_struct("Client")
            .field("provider", &configuration.provider.id)
            .field("id", &configuration.credentials.id)
            .field("credential", &configuration.credentials.credential)
            .field("environment", &configuration.environment)
            .field("redirect_uri", &configuration.redirect_uri)
            .finish_non_exhaustive()
    }
}
