//! Fakes of providers, for tests of applications (feature `fake`).
//!
//! Each generated module has a `fake()`: a local server that behaves as the provider's spec says
//! and rejects whatever the provider would reject, with the provider's own errors. It uses the same
//! description as the client, but none of the client's code that builds requests or reads
//! responses, so a mistake in either shows.
//!
//! It listens on loopback only and keeps the latest 10,000 tokens, logins and requests. With the
//! feature `jose`, ID tokens are signed with keys that it publishes; otherwise their signature means
//! nothing.
//!
//! ```no_run
//! # use oauth_atlas_runtime::{fake::Fake, provider::Provider};
//! # fn acme() -> Fake { Fake::new(&Provider::STANDARD) }
//! # async fn run() -> Result<(), oauth_atlas_runtime::fake::FakeError> {
//! let fake = acme().start().await?;
//! // Give the client `fake.client_id()`, `fake.client_secret()` and `.with_settings(fake.settings())`,
//! // start a login, and act as the browser of a user who agrees:
//! # let login_url = "";
//! let callback = fake.approve(login_url)?;
//! // Pass `callback` to the client's `finish`. Afterwards, see what was sent:
//! for request in fake.requests() {
//!     println!("{request}");
//! }
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use url::Url;

use crate::client::settings::Settings;
use crate::error::EndpointKind;

mod answer;
#[cfg(feature = "jose")]
mod assertion;
mod client;
mod control;
mod description;
#[cfg(feature = "jose")]
mod dpop;
mod exchange;
mod faults;
mod filled;
mod grants;
mod hmac;
mod identity;
mod indicators;
mod journal;
#[cfg(feature = "jose")]
mod jwt;
mod login;
mod logout;
mod metadata;
mod provider;
mod pushed;
mod refusal;
mod registration;
mod request;
mod request_object;
mod resource;
mod route;
mod scope;
mod server;
#[cfg(feature = "jose")]
mod signing;
mod store;

pub use faults::Fault;
pub use identity::Lie;
pub use journal::Seen;
#[cfg(feature = "jose")]
pub use logout::LogoutLie;

use answer::Answer;
use client::Registered;
use description::Description;
use faults::Faults;
use journal::Journal;
use provider::Provider;
use request::Request;
use store::Decision;

/// A fake before it is started.
#[derive(Clone)]
#[must_use = "a fake answers once it is started"]
pub struct Fake {
    provider: &'static crate::provider::Provider,
    registered: Registered,
    redirect_uri: Option<String>,
    variables: Vec<(String, String)>,
    environment: Option<String>,
    port: u16,
    log: Option<Log>,
}

type Log = Arc<dyn Fn(&Seen) + Send + Sync>;

impl Fake {
    /// A fake of this provider. Generated modules call this.
    pub fn new(provider: &'static crate::provider::Provider) -> Self {
        Self {
            provider,
            // With characters that every encoding writes differently, and none that a header or a
            // path could not carry.
            registered: Registered {
                confidential_id: "client/id+1".to_owned(),
                secret: "s3cret/+=%&1".to_owned(),
                public_id: "public/id+1".to_owned(),
                ..Registered::default()
            },
            redirect_uri: None,
            variables: Vec::new(),
            environment: None,
            port: 0,
            log: None,
        }
    }

    /// Registers a confidential client with this id and secret. By default the fake generates both:
    /// [`FakeServer::client_id`] and [`FakeServer::client_secret`].
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.registered.confidential_id = id.into();
        self.registered.secret = secret.into();
        self
    }

    /// Registers the public key of the confidential client (RFC 7517): for JWTs that it signs to
    /// prove who it is, or as its secret. Without one, the fake takes its secret in their place.
    ///
    /// ```no_run
    /// # use oauth_atlas_runtime::{SigningAlgorithm, SigningKey, fake::Fake, provider::Provider};
    /// # fn acme() -> Fake { Fake::new(&Provider::STANDARD) }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = SigningKey::generate(SigningAlgorithm::Es256)?.with_key_id("test");
    /// let fake = acme().client_jwk(key.public_jwk());
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "jose")]
    pub fn client_jwk(mut self, public_jwk: impl AsRef<str>) -> Self {
        // What is no key verifies nothing.
        let key = serde_json::from_str(public_jwk.as_ref()).unwrap_or_default();
        self.registered.key = Some(key);
        self
    }

    /// Registers the confidential client with a TLS certificate (RFC 8705 §2). The fake has no TLS,
    /// and takes any request with the client's id and without a secret for one.
    pub fn client_certificate(mut self) -> Self {
        self.registered.has_certificate = true;
        self
    }

    /// Registers a public client with this id. By default the fake generates
    /// [`FakeServer::public_client_id`].
    pub fn public_client(mut self, id: impl Into<String>) -> Self {
        self.registered.public_id = id.into();
        self
    }

    /// Registers the only redirect URI that logins may use. By default any is accepted, and the
    /// token request must repeat it.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Sets the client's value for a variable. It is needed if the provider's issuer has the variable
    /// and the path of a request does not, such as the base URL of a self-hosted server. The default
    /// for that is [`FakeServer::origin`]. If parameters or headers have the variable, the fake then
    /// accepts this value only, and any value otherwise.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets the environment that the client has chosen, by its name in the spec. It is needed if the
    /// issuer differs between environments. The default is the first.
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment = Some(name.into());
        self
    }

    /// Listens on this port. The default is a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Calls `listener` with each request after it was answered.
    pub fn log(mut self, log: impl Fn(&Seen) + Send + Sync + 'static) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// Starts the server on a thread of its own. It stops when the [`FakeServer`] and its clones
    /// are dropped.
    ///
    /// # Errors
    ///
    /// If the port is not available.
    pub async fn start(self) -> Result<FakeServer, FakeError> {
        // It takes no time: this is async as every request of a client's is.
        self.start_blocking()
    }

    /// [`Fake::start`] for tests without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`Fake::start`].
    pub fn start_blocking(self) -> Result<FakeServer, FakeError> {
        let description = Description::from(self.provider);
        let failed = |error: io::Error| FakeError(format!("cannot listen: {error}"));
        let (listener, origin) = server::bind(self.port).map_err(failed)?;
        let settings = Settings::new().replace_origin(&origin);
        let settings = settings.map_err(|error| FakeError(error.to_string()))?;
        let only_public = description.confidential.is_none();
        let name = description.name.clone();
        let mut provider = Provider::new(description, self.registered.clone(), self.redirect_uri);
        provider.origin.clone_from(&origin);
        provider.variables = self.variables;
        provider.environment = self.environment;
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                provider,
                faults: Faults::default(),
                journal: Journal::default(),
            }),
            log: self.log,
        });
        let running = server::run(listener, Arc::clone(&shared)).map_err(failed)?;
        Ok(FakeServer(Arc::new(Inner {
            name,
            origin,
            settings,
            registered: self.registered,
            only_public,
            shared,
            _running: running,
        })))
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fake")
            .field("redirect_uri", &self.redirect_uri)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// A running fake. Clones share the server.
#[derive(Clone)]
pub struct FakeServer(Arc<Inner>);

struct Inner {
    name: String,
    origin: String,
    settings: Settings,
    registered: Registered,
    only_public: bool,
    shared: Arc<Shared>,
    _running: server::Running,
}

/// An endpoint of a [`FakeServer`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FakeEndpoint {
    /// The kind of endpoint.
    pub kind: EndpointKind,
    /// The HTTP method.
    pub method: Method,
    /// The path. A name in braces stands for any value that the spec allows there.
    pub url: String,
}

/// What the server's thread and the test share.
struct Shared {
    state: Mutex<State>,
    log: Option<Log>,
}

struct State {
    provider: Provider,
    faults: Faults,
    journal: Journal,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic left half done is nothing that a later request relies on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn control(&self, request: &Request) -> Option<Answer> {
        control::obey(&mut self.state(), request)
    }

    fn fault(&self, request: &Request) -> Option<Fault> {
        let mut state = self.state();
        let endpoint = state.provider.endpoint(request);
        let fault = state.faults.next(endpoint)?;
        let status = fault.answer().map_or(0, |answer| answer.status);
        if !matches!(fault, Fault::Stall(_)) {
            let seen = Seen::new(request, endpoint, status, Some("planned".to_owned()));
            self.keep(state, seen);
        }
        Some(fault)
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut state = self.state();
        let answered = state.provider.answer(request, false);
        self.keep(state, answered.seen);
        answered.answer
    }

    fn keep(&self, mut state: MutexGuard<'_, State>, seen: Seen) {
        state.journal.keep(seen.clone());
        // Whoever is told may ask the fake something.
        drop(state);
        if let Some(log) = &self.log {
            log(&seen);
        }
    }
}

fn expire(provider: &mut Provider) {
    for token in provider.store.access.values_mut() {
        token.expires_at = Some(Instant::now());
    }
}

impl FakeServer {
    /// The origin of the server, `http://127.0.0.1:port`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Settings that send a client's requests to this server.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.0.settings.clone()
    }

    /// The provider's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The id of the confidential client, or of the public one if the provider has no other.
    #[must_use]
    pub fn client_id(&self) -> &str {
        match self.0.only_public {
            true => &self.0.registered.public_id,
            false => &self.0.registered.confidential_id,
        }
    }

    /// The secret of the confidential client.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        &self.0.registered.secret
    }

    /// The id of the public client.
    #[must_use]
    pub fn public_client_id(&self) -> &str {
        &self.0.registered.public_id
    }

    /// The token by which a program may register, if the provider requires one (RFC 7591 §3).
    #[must_use]
    pub fn initial_access_token(&self) -> &'static str {
        registration::INITIAL_ACCESS_TOKEN
    }

    /// The endpoints that answer here.
    #[must_use]
    pub fn endpoints(&self) -> Vec<FakeEndpoint> {
        self.state().provider.endpoints()
    }

    /// Acts as the browser of a user who agrees: opens the URL of a login and returns the callback
    /// for the client's `finish`. The callback may be an error of the provider.
    ///
    /// # Errors
    ///
    /// If the URL does not belong to this server, or the server shows a page instead of
    /// redirecting.
    pub fn approve(&self, login_url: &str) -> Result<String, FakeError> {
        self.browse(login_url, false)
    }

    /// Acts as the browser of a user who denies access.
    ///
    /// # Errors
    ///
    /// Those of [`FakeServer::approve`].
    pub fn deny(&self, login_url: &str) -> Result<String, FakeError> {
        self.browse(login_url, true)
    }

    fn browse(&self, login_url: &str, is_denied: bool) -> Result<String, FakeError> {
        let url = Url::parse(login_url).ok();
        let url = url.filter(|url| url.origin().ascii_serialization() == self.0.origin);
        let Some(url) = url else {
            return Err(FakeError(format!(
                "the login is not at {}: give the client the fake's `settings`",
                self.0.origin
            )));
        };
        let shared = &self.0.shared;
        let mut state = shared.state();
        let in_fragment = state.provider.query_in_fragment(url.fragment());
        let request = Request {
            method: Method::GET,
            authority: None,
            path: url.path().to_owned(),
            query: in_fragment.unwrap_or_else(|| url.query_pairs().into_owned().collect()),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        let answered = state.provider.answer(&request, is_denied);
        let refusal = answered.seen.refusal.clone();
        shared.keep(state, answered.seen);
        answered.callback.ok_or_else(|| {
            let reason = refusal.unwrap_or_else(|| "this is not its URL".to_owned());
            FakeError(format!(
                "the user is shown a page and not sent back: {reason}"
            ))
        })
    }

    /// Lets the user of a device agree at once. By default the user agrees after the first poll.
    pub fn approve_device(&self, user_code: &str) {
        self.decide(user_code, Decision::Agreed);
    }

    /// Lets the user of a device deny access.
    pub fn deny_device(&self, user_code: &str) {
        self.decide(user_code, Decision::Denied);
    }

    fn decide(&self, user_code: &str, decision: Decision) {
        let mut state = self.state();
        let devices = state.provider.store.devices.values_mut();
        for device in devices.filter(|device| device.user_code == user_code) {
            device.decision = decision;
        }
    }

    /// Denies this many of the next logins, whoever opens them.
    pub fn deny_logins(&self, times: u32) {
        self.state().provider.denials = times;
    }

    /// Sets the lifetime of access tokens issued from now on.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state().provider.token_lifetime = Some(lifetime);
    }

    /// Sets how long logins that are pushed from now on wait for their browser. The default is a
    /// minute.
    pub fn set_pushed_lifetime(&self, lifetime: Duration) {
        self.state().provider.pushed_lifetime = lifetime;
    }

    /// Sets the poll interval of device logins started from now on. Devices that poll faster are
    /// told to slow down. The default is one second.
    pub fn set_device_interval(&self, interval: Duration) {
        self.state().provider.device_interval = interval;
    }

    /// Revokes every issued access token.
    pub fn expire_tokens(&self) {
        expire(&mut self.state().provider);
    }

    /// Makes the next request fail, whatever its endpoint.
    pub fn fail(&self, fault: Fault) {
        self.state().faults.plan(None, fault, 1);
    }

    /// Makes requests to one endpoint fail.
    pub fn fail_at(&self, endpoint: EndpointKind, fault: Fault, times: u32) {
        self.state().faults.plan(Some(endpoint), fault, times);
    }

    /// Makes every ID token from now on wrong in this way, or right again.
    ///
    /// A client must notice each of them: see [`Lie`].
    pub fn lie(&self, lie: Option<Lie>) {
        self.state().provider.lie = lie;
    }

    /// Signs with new keys from now on, and publishes only those.
    #[cfg(feature = "jose")]
    pub fn rotate_keys(&self) {
        self.state().provider.key_generation += 1;
    }

    /// A logout token of the user (OpenID Connect Back-Channel Logout §2.4), right or wrong in one
    /// way. Log in first, so that the issuer is known where each customer has one.
    #[cfg(feature = "jose")]
    #[must_use]
    pub fn logout_token(&self, lie: Option<LogoutLie>) -> String {
        self.state().provider.logout_token(lie)
    }

    /// Demands nonces in proofs of possession from now on (RFC 9449 §8, §9), other ones than before
    /// with each call, or no longer.
    #[cfg(feature = "jose")]
    pub fn demand_dpop_nonces(&self, is_demanded: bool) {
        self.state().provider.demand_nonces(is_demanded);
    }

    /// Sets the body of UserInfo responses.
    pub fn set_userinfo(&self, json: impl Into<String>) {
        self.state().provider.userinfo = Some(json.into());
    }

    /// Sets the body of responses to API calls at this path.
    pub fn set_resource(&self, path: impl Into<String>, json: impl Into<String>) {
        let path = path.into();
        let mut state = self.state();
        let resources = &mut state.provider.resources;
        resources.retain(|(other, _)| *other != path);
        resources.push((path, json.into()));
    }

    /// The requests so far, oldest first, at most the latest 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.state().journal.seen().cloned().collect()
    }

    /// The number of requests to an endpoint.
    #[must_use]
    pub fn count(&self, endpoint: EndpointKind) -> usize {
        self.state().journal.count(endpoint)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.shared.state()
    }
}

impl fmt::Debug for FakeServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FakeServer")
            .field("name", &self.0.name)
            .field("origin", &self.0.origin)
            .finish_non_exhaustive()
    }
}

/// Why a fake could not start, or why a login ended on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeError(String);

impl fmt::Display for FakeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FakeError {}
