//! Every operation of every client of every provider against the provider's fake, and what the
//! fake has to refuse. The clients are listed and driven by code that is generated from the specs.

use std::time::Duration;

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{OperationKind, Provider};
use oauth_atlas::{
    ApiCall, DeviceAnswer, DeviceLogin, DevicePoll, DeviceRequest, EndpointKind, Error, ErrorCode,
    ErrorKind, Introspection, Login, Method, Pending, PushedAuthorizationRequest, ReqwestClient,
    Revocation, Settings, TokenRequest, TokenSet,
};

mod behaviour;
mod failure;
mod mutations;
mod refusals;

const REDIRECT_URI: &str = "https://app.example/callback?tenant=1";

/// A provider with its fake.
pub struct Faked {
    id: &'static str,
    fake: fn() -> Fake,
    pub provider: &'static Provider,
    /// Whether a login gives a refresh token.
    refreshes: bool,
    /// Whether a refresh ends the refresh token, as the spec says.
    rotates: bool,
    /// Whether a refresh ends the access token, as the spec says.
    ends_access_token: bool,
    knows_every_scope: bool,
    /// Whether there is a client credentials grant.
    has_own_tokens: bool,
    /// Parameters that a login has to choose, with a value.
    required: &'static [(&'static str, &'static str)],
    /// Some that a login may ask for.
    scopes: &'static [&'static str],
    /// What a client cannot be made without.
    variables: &'static [(&'static str, &'static str)],
    trials: &'static [Trial],
}

impl Faked {
    /// Its fake, which knows what a client here is made with.
    fn started(&self, environment: Option<&str>) -> FakeServer {
        let variables = self.variables.iter();
        let fake = variables.fold((self.fake)(), |fake, (name, value)| {
            fake.variable(*name, *value)
        });
        let fake = match environment {
            Some(name) => fake.environment(name),
            None => fake,
        };
        let fake = fake.redirect_uri(REDIRECT_URI).start_blocking();
        fake.expect("a free port")
    }
}

/// A client in one of the ways in which it can be made.
pub struct Trial {
    title: &'static str,
    is_public: bool,
    environment: Option<&'static str>,
    make: fn(&Given<'_>) -> Box<dyn Driven>,
}

/// What a client is made of.
pub struct Given<'a> {
    settings: Settings,
    id: &'a str,
    secret: &'a str,
    redirect_uri: &'a str,
}

impl Given<'_> {
    fn settings(&self) -> Settings {
        self.settings.clone()
    }
}

/// What a login asks for.
#[derive(Clone, Copy)]
pub enum Ask {
    /// Scopes, and what gives a refresh token.
    Usual,
    /// Every option.
    Everything,
    /// A scope that there is not.
    Unknown,
}

/// A generated client, whose operations may be there or not.
pub trait Driven: Send + Sync {
    fn push(&self) -> Option<PushedAuthorizationRequest> {
        None
    }
    fn login(&self, _: Ask) -> Option<Result<Login, Error>> {
        None
    }
    fn exchange(&self, _: Pending, _: String) -> Option<TokenRequest> {
        None
    }
    fn renew(&self, _: &TokenSet) -> Option<TokenRequest> {
        None
    }
    fn own_tokens(&self) -> Option<TokenRequest> {
        None
    }
    fn start_device(&self) -> Option<DeviceRequest> {
        None
    }
    fn ask_device<'l>(&self, _: &'l mut DeviceLogin) -> Option<DevicePoll<'l>> {
        None
    }
    fn user(&self, _: &TokenSet) -> Option<ApiCall> {
        None
    }
    fn look_up(&self, _: &TokenSet) -> Option<Introspection> {
        None
    }
    fn end_access(&self, _: &TokenSet) -> Option<Revocation> {
        None
    }
    fn end_refresh(&self, _: &TokenSet) -> Option<Revocation> {
        None
    }
    fn extensions(&self) -> Vec<(&'static str, TokenRequest)>;
    fn resource(&self, tokens: &TokenSet) -> Option<ApiCall>;
}

/// How a login begins: at once, or by a request.
pub trait Begins {
    fn begun(self) -> Result<Login, Error>;
}

impl Begins for Result<Login, Error> {
    fn begun(self) -> Result<Login, Error> {
        self
    }
}

impl Begins for PushedAuthorizationRequest {
    /// On a thread of its own, as the tests are asynchronous and logins begin at once elsewhere.
    fn begun(self) -> Result<Login, Error> {
        let sent = std::thread::spawn(|| self.send_blocking());
        sent.join().expect("no panic")
    }
}

fn begun(login: impl Begins) -> Result<Login, Error> {
    login.begun()
}

include!(concat!(env!("OUT_DIR"), "/fakes.rs"));

use failure::keys_of;

/// One client at one fake.
struct Stage {
    name: String,
    faked: &'static Faked,
    trial: &'static Trial,
    fake: FakeServer,
    client: Box<dyn Driven>,
    http: ReqwestClient,
    /// What was done so far.
    done: usize,
}

/// Whether a login gives a code.
fn has_code(provider: &Provider) -> bool {
    let operations = provider.operations();
    let mut kinds = operations.iter().map(|one| one.kind);
    kinds.any(|kind| kind == OperationKind::ExchangeCode)
}

impl Stage {
    fn new(faked: &'static Faked, trial: &'static Trial, http: &ReqwestClient) -> Self {
        let fake = faked.started(trial.environment);
        Self {
            name: format!("{}, {}", faked.id, trial.title),
            client: made(trial, &fake, fake.client_secret(), REDIRECT_URI, http),
            faked,
            trial,
            fake,
            http: http.clone(),
            done: 0,
        }
    }

    fn made(&self, secret: &str, redirect_uri: &str) -> Box<dyn Driven> {
        made(self.trial, &self.fake, secret, redirect_uri, &self.http)
    }

    fn has_login(&self) -> bool {
        has_code(self.faked.provider)
    }

    fn started(&self, ask: Ask) -> Login {
        let login = self.client.login(ask).expect("there are logins");
        login.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    async fn finished(&self, pending: Pending, callback: String) -> Result<TokenSet, Error> {
        let request = self.client.exchange(pending, callback);
        request.expect("there are logins").await
    }

    /// Logs in, as a user who agrees.
    async fn tokens(&mut self, ask: Ask) -> TokenSet {
        let login = self.started(ask);
        let callback = self.approve(&login);
        let tokens = self.finished(login.pending, callback).await;
        self.well("login", tokens)
    }

    fn approve(&self, login: &Login) -> String {
        let callback = self.fake.approve(&login.url);
        callback.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn well<T>(&mut self, what: &str, answer: Result<T, Error>) -> T {
        self.done += 1;
        answer.unwrap_or_else(|error| self.fail(what, &error.to_string(), keys_of(what)))
    }

    fn refused<T>(&mut self, what: &str, answer: Result<T, Error>, code: ErrorCode<'_>) -> Error {
        self.done += 1;
        let Err(error) = answer else {
            let expected = format!("{what} to be refused with {code}");
            self.fail(&expected, "success", keys_of(what))
        };
        assert_eq!(
            error.kind(),
            ErrorKind::Refused,
            "{}: {what}: {error}",
            self.name
        );
        assert_eq!(error.code(), Some(code), "{}: {what}: {error}", self.name);
        error
    }

    /// Calls the API, and returns the status.
    async fn call(&mut self, tokens: &TokenSet) -> u16 {
        let response = self.client.resource(tokens).expect("an API").await;
        self.well("API call", response).status()
    }

    async fn works(&mut self, what: &str, tokens: &TokenSet) {
        let status = self.call(tokens).await;
        if status != 200 {
            let expected = format!("an API call with the token of: {what}");
            self.fail(&expected, &format!("HTTP {status}"), "`api`");
        }
    }

    async fn is_dead(&mut self, what: &str, tokens: &TokenSet) {
        let status = self.call(tokens).await;
        if status == 200 {
            let expected = format!("{what} to be dead");
            self.fail(&expected, "that it works", keys_of(what));
        }
        let seen = self.fake.requests().pop().and_then(|seen| seen.refusal);
        let seen = seen.unwrap_or_default();
        assert!(
            seen.starts_with("invalid_token"),
            "{}: {what}: {seen}",
            self.name
        );
    }

    async fn good(&mut self) {
        if self.has_login() {
            self.good_login().await;
        }
        if !self.trial.is_public
            && let Some(request) = self.client.own_tokens()
        {
            let tokens = request.await;
            let tokens = self.well("client credentials", tokens);
            self.works("client credentials", &tokens).await;
        }
        for (name, request) in self.client.extensions() {
            let tokens = request.await;
            let tokens = self.well(name, tokens);
            self.works(name, &tokens).await;
        }
    }

    async fn pushed_login(&mut self) {
        let Some(request) = self.client.push() else {
            return;
        };
        let login = request.await;
        let login = self.well("pushed login", login);
        let callback = self.approve(&login);
        let tokens = self.finished(login.pending, callback).await;
        let tokens = self.well("exchange of the code", tokens);
        self.works("pushed login", &tokens).await;
        let again = self.fake.approve(&login.url).expect_err("a page");
        assert!(again.to_string().contains("before"), "{again}");
    }

    async fn good_login(&mut self) {
        self.pushed_login().await;
        let tokens = self.tokens(Ask::Usual).await;
        self.works("login", &tokens).await;
        if let Some(call) = self.client.user(&tokens) {
            let user = call.await;
            let user = self.well("user info", user);
            if user.status() != 200 {
                let status = format!("HTTP {}", user.status());
                self.fail("user info", &status, keys_of("user info"));
            }
        }
        if let Some(request) = self.client.look_up(&tokens) {
            let found = request.await;
            let found = self.well("introspection", found);
            if !found.active() {
                let keys = keys_of("introspection");
                self.fail("an active token", "one that is not", keys);
            }
        }
        let of = |is_there| match is_there {
            true => "a refresh token",
            false => "no refresh token",
        };
        let (found, expected) = (tokens.refresh_token().is_some(), self.faked.refreshes);
        if found != expected {
            let keys =
                "`grants.refresh_token`, `token_response.fields.refresh_token` and `offline`";
            self.fail(of(expected), of(found), keys);
        }
        let mut latest = tokens.clone();
        if tokens.refresh_token().is_some()
            && let Some(request) = self.client.renew(&tokens)
        {
            let renewed = request.await;
            latest = self.well("refresh", renewed);
            self.works("refresh", &latest).await;
            if self.faked.ends_access_token {
                self.is_dead("the token of before", &tokens).await;
            }
            if self.faked.rotates {
                let again = self
                    .client
                    .renew(&tokens)
                    .expect("there is a refresh")
                    .await;
                let error = self.refused("the same refresh token", again, ErrorCode::InvalidGrant);
                assert!(error.needs_login(), "{}: {error}", self.name);
            }
            let again = self
                .client
                .renew(&latest)
                .expect("there is a refresh")
                .await;
            latest = self.well("second refresh", again);
        }
        if let Some(request) = self.client.end_access(&latest) {
            let ended = request.await;
            self.well("revocation", ended);
            self.is_dead("the revoked token", &latest).await;
        }
        let tokens = self.tokens(Ask::Usual).await;
        if let Some(request) = self.client.end_refresh(&tokens) {
            let ended = request.await;
            self.well("revocation of the refresh token", ended);
            let again = self
                .client
                .renew(&tokens)
                .expect("there is a refresh")
                .await;
            self.refused("the revoked refresh token", again, ErrorCode::InvalidGrant);
        }
        self.tokens(Ask::Everything).await;
        let tokens = self.tokens(Ask::Usual).await;
        self.fake.expire_tokens();
        self.is_dead("the expired token", &tokens).await;
    }

    async fn bad_login(&mut self) {
        let login = self.started(Ask::Usual);
        let denied = self.fake.deny(&login.url).expect("a callback");
        let denied = self.finished(login.pending, denied).await;
        let error = self.refused("a denied login", denied, ErrorCode::AccessDenied);
        assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));

        let login = self.started(Ask::Usual);
        let callback = self.approve(&login);
        let tokens = self.finished(login.pending.clone(), callback.clone()).await;
        let tokens = self.well("login", tokens);
        let again = self.finished(login.pending, callback).await;
        self.refused("the same code", again, ErrorCode::InvalidGrant);
        self.is_dead("a token of the code that was used twice", &tokens)
            .await;

        let provider = self.faked.provider;
        if provider.require_pushed_authorization_requests {
            return self.bad_pushes().await;
        }
        let elsewhere = self.made(self.fake.client_secret(), "https://other.example/callback");
        let login = elsewhere
            .login(Ask::Usual)
            .expect("there are logins")
            .expect("a login");
        let login_takes = |name: &str| {
            let endpoint = provider.authorization.as_ref();
            endpoint.is_some_and(|endpoint| !endpoint.omit.contains(&name))
        };
        if login_takes("redirect_uri") {
            let error = self.fake.approve(&login.url).expect_err("a page");
            assert!(
                error.to_string().contains("redirect URI"),
                "{}: {error}",
                self.name
            );
            self.done += 1;
            let endpoint = provider.token.as_ref();
            if endpoint.is_some_and(|endpoint| !endpoint.omit.contains(&"redirect_uri")) {
                let other = Some("https://app.example/other");
                self.changed("redirect_uri", other, "another redirect URI")
                    .await;
            }
        }
        let login = self.started(Ask::Usual);
        if serde_json::to_value(&login.pending).expect("JSON")["code_verifier"].is_string() {
            let other = "another-verifier-that-is-long-enough-to-be-one";
            self.changed("code_verifier", Some(other), "another verifier")
                .await;
            self.changed("code_verifier", None, "no verifier").await;
        }
        if self.faked.knows_every_scope && login_takes("scope") {
            let login = self.started(Ask::Unknown);
            let callback = self.approve(&login);
            let refused = self.finished(login.pending, callback).await;
            self.refused("an unknown scope", refused, ErrorCode::InvalidScope);
        }
    }

    /// What is told of a login that is pushed, and not by a page.
    async fn bad_pushes(&mut self) {
        let elsewhere = self.made(self.fake.client_secret(), "https://other.example/callback");
        let login = elsewhere.login(Ask::Usual).expect("there are logins");
        self.refused("another redirect URI", login, ErrorCode::InvalidRequest);
        let other = "another-verifier-that-is-long-enough-to-be-one";
        self.changed("code_verifier", Some(other), "another verifier")
            .await;
        self.changed("code_verifier", None, "no verifier").await;
        let login = self.client.login(Ask::Unknown).expect("there are logins");
        self.refused("an unknown scope", login, ErrorCode::InvalidScope);
    }

    /// Exchanges a code with another value of a pending login.
    async fn changed(&mut self, name: &str, value: Option<&str>, what: &str) {
        let login = self.started(Ask::Usual);
        let callback = self.approve(&login);
        let mut pending = serde_json::to_value(&login.pending).expect("JSON");
        pending[name] = serde_json::json!(value);
        let pending = serde_json::from_value(pending).expect("a pending login");
        let refused = self.finished(pending, callback).await;
        // What has to be there is missed before anything is compared.
        let code = match (value, &refused) {
            (None, Err(error)) if error.code() == Some(ErrorCode::InvalidRequest) => {
                ErrorCode::InvalidRequest
            }
            _ => ErrorCode::InvalidGrant,
        };
        self.refused(what, refused, code);
    }

    /// A client whose secret is another one.
    async fn bad_secret(&mut self) {
        let other = self.made("another-secret", REDIRECT_URI);
        let login = other.login(Ask::Usual);
        let request = match login {
            Some(login) if self.faked.provider.require_pushed_authorization_requests => {
                self.refused("another secret", login, ErrorCode::InvalidClient);
                return;
            }
            Some(login) => {
                let login = login.expect("a login");
                let callback = self.approve(&login);
                // A signature by another secret is not taken in the first place.
                if self.faked.provider.callback.signature.is_some() {
                    return;
                }
                other.exchange(login.pending, callback)
            }
            None => other.own_tokens(),
        };
        if let Some(request) = request {
            let answer = request.await;
            self.refused("another secret", answer, ErrorCode::InvalidClient);
        }
    }

    async fn ask(&mut self, login: &mut DeviceLogin) -> DeviceAnswer {
        let poll = self
            .client
            .ask_device(login)
            .expect("there are devices")
            .await;
        self.well("poll", poll)
    }

    async fn device(&mut self) {
        let Some(request) = self.client.start_device() else {
            return;
        };
        let login = request.await;
        let mut login = self.well("device authorization", login);
        self.fake.set_device_interval(Duration::from_secs(600));
        let early = self.ask(&mut login).await;
        assert!(
            matches!(early, DeviceAnswer::Pending { .. }),
            "{}",
            self.name
        );
        let interval = login.interval();
        let too_early = self.ask(&mut login).await;
        assert!(
            matches!(too_early, DeviceAnswer::Pending { .. }),
            "{}",
            self.name
        );
        assert!(login.interval() > interval, "{}: slow down", self.name);
        self.fake.set_device_interval(Duration::ZERO);
        let DeviceAnswer::Tokens(tokens) = self.ask(&mut login).await else {
            panic!("{}: the user has agreed", self.name)
        };
        self.works("device", &tokens).await;

        let request = self.client.start_device().expect("there are devices");
        let login = request.await;
        let mut login = self.well("device authorization", login);
        self.fake.deny_device(login.user_code());
        let poll = self
            .client
            .ask_device(&mut login)
            .expect("there are devices")
            .await;
        self.refused("a denied device", poll, ErrorCode::AccessDenied);
    }
}

fn made(
    trial: &Trial,
    fake: &FakeServer,
    secret: &str,
    redirect_uri: &str,
    http: &ReqwestClient,
) -> Box<dyn Driven> {
    (trial.make)(&Given {
        settings: named(fake.settings().http_client(http.clone())),
        id: match trial.is_public {
            true => fake.public_client_id(),
            false => fake.client_id(),
        },
        secret,
        redirect_uri,
    })
}

/// The settings of a program that says what it is, as some providers ask.
pub fn named(settings: Settings) -> Settings {
    let named = settings.user_agent("acme-tests/1.0 (it@acme.example)");
    named.expect("a user agent")
}

/// One HTTP client for all of a test: each would read the platform's certificates again.
fn http() -> ReqwestClient {
    ReqwestClient::new(reqwest::Client::new())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_operation_ends_as_the_spec_says() {
    let mut tasks = Vec::new();
    let http = http();
    for faked in FAKED {
        let http = http.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            for trial in faked.trials {
                let mut stage = Stage::new(faked, trial, &http);
                stage.good().await;
                stage.device().await;
                if stage.has_login() {
                    stage.bad_login().await;
                }
                if !trial.is_public {
                    stage.bad_secret().await;
                }
                done += stage.done;
            }
            done
        }));
    }
    let (mut done, mut failed) = (0, 0);
    for task in tasks {
        match task.await {
            Ok(one) => done += one,
            Err(_) => failed += 1,
        }
    }
    assert_eq!(
        failed, 0,
        "providers whose client and fake disagree, told above"
    );
    assert!(
        done > 4000,
        "{done} operations of {} providers",
        FAKED.len()
    );
}
