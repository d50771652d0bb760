//! Every operation of every client of every provider against the provider's fake, and what the
//! fake has to refuse. The clients are listed and driven by code that is generated from the specs.

use std::time::Duration;

use oauth_atlas::fake::FakeServer;
use oauth_atlas::provider::{ClientKind, Operation, OperationKind, Proof, Provider};
use oauth_atlas::{
    DeviceAnswer, DeviceLogin, EndpointKind, Error, ErrorCode, ErrorKind, Login, Pending,
    ReqwestClient, Settings, TokenSet,
};

use crate::driven::{
    Asked, Begun, COVERED, Choices, Covered, Driven, Given, Trial, Variation, Way, api_target,
};
use failure::keys_of;

mod behaviour;
mod failure;
mod mutations;
mod refusals;

const REDIRECT_URI: &str = "https://app.example/callback?tenant=1";

/// Its fake, which knows what a client here is made with.
fn start(covered: &Covered, environment: Option<&str>) -> FakeServer {
    let variables = covered.variables.iter();
    let fake = variables.fold((covered.fake)(), |fake, (name, value)| {
        fake.variable(*name, *value)
    });
    let fake = match environment {
        Some(name) => fake.environment(name),
        None => fake,
    };
    let fake = fake.redirect_uri(REDIRECT_URI).start_blocking();
    fake.expect("a free port")
}

/// Every option.
const EVERYTHING: Asked = Asked {
    choices: Choices::Everything,
    ..Asked::USUAL
};

/// A scope that there is not.
const UNKNOWN: Asked = Asked {
    by_text: Some("no:such-scope"),
    ..Asked::USUAL
};

/// One client at one fake.
struct Stage {
    name: String,
    covered: &'static Covered,
    way: Way,
    trial: &'static Trial,
    fake: FakeServer,
    client: Box<dyn Driven>,
    http: ReqwestClient,
    /// What was done so far.
    done: usize,
}

/// Whether a login gives a code.
fn has_code(provider: &Provider) -> bool {
    has(provider, OperationKind::ExchangeCode, |_| true)
}

/// Whether the provider has the operation in a form that is right.
fn has(provider: &Provider, wanted: OperationKind, is_right: impl Fn(Operation) -> bool) -> bool {
    let mut operations = provider.operations().into_iter();
    operations.any(|one| one.kind == wanted && is_right(one))
}

impl Stage {
    fn new(
        covered: &'static Covered,
        way: Way,
        trial: &'static Trial,
        http: &ReqwestClient,
    ) -> Self {
        let environment = match way.variation {
            Variation::Environment(name) => Some(name),
            _ => None,
        };
        let fake = start(covered, environment);
        Self {
            name: format!("{}, {}", covered.id, way.title),
            client: made(&way, trial, &fake, fake.client_secret(), REDIRECT_URI, http),
            covered,
            way,
            trial,
            fake,
            http: http.clone(),
            done: 0,
        }
    }

    fn made(&self, secret: &str, redirect_uri: &str) -> Box<dyn Driven> {
        let Self {
            way, trial, fake, ..
        } = self;
        made(way, trial, fake, secret, redirect_uri, &self.http)
    }

    fn has_login(&self) -> bool {
        has_code(self.covered.provider)
    }

    fn is_public(&self) -> bool {
        self.way.kind == ClientKind::Public
    }

    /// Whether the provider lets this client do what it can.
    fn may(&self, wanted: OperationKind) -> bool {
        let provider = self.covered.provider;
        has(provider, wanted, |one| provider.is_for(one, self.way.kind))
    }

    fn started(&self, asked: Asked) -> Login {
        let begun = self.client.login(asked).expect("there are logins");
        begun
            .login()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    async fn finished(&self, pending: Pending, callback: String) -> Result<TokenSet, Error> {
        let request = self.client.exchange(pending, callback);
        request.expect("there are logins").await
    }

    /// Logs in, as a user who agrees.
    async fn tokens(&mut self, asked: Asked) -> TokenSet {
        let login = self.started(asked);
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
        let target = api_target(self.covered.provider);
        let response = self.client.resource(target, tokens).await;
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

    /// A client of the program's own making does what one does that was registered by hand.
    async fn registration(&mut self) {
        let Some(request) = self.client.register() else {
            return;
        };
        let request = request.initial_access_token(self.fake.initial_access_token());
        let elsewhere = request
            .clone()
            .metadata("redirect_uris", "https://no-list.example");
        let error = elsewhere.await;
        self.refused("no list", error, ErrorCode::InvalidRedirectUri);
        let error = request.clone().metadata("client_name", true).await;
        self.refused("no name", error, ErrorCode::InvalidClientMetadata);
        let registration = request.await;
        let registration = self.well("registration", registration);
        let core = self.client.core().clone();
        let own = core.clone().with_registration(&registration);
        let request = own.read_registration(&registration).await;
        self.well("the registration", request);
        if self.has_login() {
            let login = core.authorize(self.covered.scopes(usize::MAX));
            let other = (self.covered.choose)(login, Choices::Required).start();
            let login = own.authorize(self.covered.scopes(usize::MAX));
            let login = (self.covered.choose)(login, Choices::Required).start();
            let (other, login) = (self.well("login", other), self.well("login", login));
            let callback = self.fake.approve(&login.url).expect("a callback");
            let tokens = own.finish(login.pending, &*callback).await;
            let tokens = self.well("exchange of the code", tokens);
            self.works("a registered client", &tokens).await;
            let callback = self.fake.approve(&other.url).expect("a callback");
            let stolen = own.finish(other.pending, &*callback).await;
            assert!(stolen.is_err(), "{}: another client's login", self.name);
        }
        let request = own.delete_registration(&registration).await;
        self.well("end of the registration", request);
        let request = own.read_registration(&registration).await;
        self.refused("a deleted client", request, ErrorCode::InvalidToken);
    }

    async fn good(&mut self) {
        self.registration().await;
        if self.has_login() {
            self.good_login().await;
        }
        if !self.is_public()
            && let Some(request) = self.client.own_tokens(usize::MAX)
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
        let Some(request) = self.client.push(Asked::USUAL) else {
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
        let tokens = self.tokens(Asked::USUAL).await;
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
        let (found, expected) = (tokens.refresh_token().is_some(), self.covered.refreshes);
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
            if self.covered.ends_access_token {
                self.is_dead("the token of before", &tokens).await;
            }
            if self.covered.rotates {
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
        if self.may(OperationKind::RevokeAccessToken)
            && let Some(request) = self.client.end_access(&latest)
        {
            let ended = request.await;
            self.well("revocation", ended);
            self.is_dead("the revoked token", &latest).await;
        }
        let tokens = self.tokens(Asked::USUAL).await;
        if self.may(OperationKind::RevokeRefreshToken)
            && let Some(request) = self.client.end_refresh(&tokens)
        {
            let ended = request.await;
            self.well("revocation of the refresh token", ended);
            let again = self
                .client
                .renew(&tokens)
                .expect("there is a refresh")
                .await;
            self.refused("the revoked refresh token", again, ErrorCode::InvalidGrant);
        }
        self.tokens(EVERYTHING).await;
        let tokens = self.tokens(Asked::USUAL).await;
        self.fake.expire_tokens();
        self.is_dead("the expired token", &tokens).await;
    }

    async fn bad_login(&mut self) {
        let login = self.started(Asked::USUAL);
        let denied = self.fake.deny(&login.url).expect("a callback");
        let denied = self.finished(login.pending, denied).await;
        let error = self.refused("a denied login", denied, ErrorCode::AccessDenied);
        assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));

        let login = self.started(Asked::USUAL);
        let callback = self.approve(&login);
        let tokens = self.finished(login.pending.clone(), callback.clone()).await;
        let tokens = self.well("login", tokens);
        let again = self.finished(login.pending, callback).await;
        self.refused("the same code", again, ErrorCode::InvalidGrant);
        self.is_dead("a token of the code that was used twice", &tokens)
            .await;

        let provider = self.covered.provider;
        if provider.require_pushed_authorization_requests {
            return self.bad_pushes().await;
        }
        let elsewhere = self.made(self.fake.client_secret(), "https://other.example/callback");
        let login = elsewhere
            .login(Asked::USUAL)
            .expect("there are logins")
            .login()
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
        let login = self.started(Asked::USUAL);
        if serde_json::to_value(&login.pending).expect("JSON")["code_verifier"].is_string() {
            let other = "another-verifier-that-is-long-enough-to-be-one";
            self.changed("code_verifier", Some(other), "another verifier")
                .await;
            self.changed("code_verifier", None, "no verifier").await;
        }
        if self.covered.knows_every_scope && login_takes("scope") {
            let login = self.started(UNKNOWN);
            let callback = self.approve(&login);
            let refused = self.finished(login.pending, callback).await;
            self.refused("an unknown scope", refused, ErrorCode::InvalidScope);
        }
    }

    /// What is told of a login that is pushed, and not by a page.
    async fn bad_pushes(&mut self) {
        let elsewhere = self.made(self.fake.client_secret(), "https://other.example/callback");
        let begun = elsewhere.login(Asked::USUAL).expect("there are logins");
        let login = begun.login();
        self.refused("another redirect URI", login, ErrorCode::InvalidRequest);
        let other = "another-verifier-that-is-long-enough-to-be-one";
        self.changed("code_verifier", Some(other), "another verifier")
            .await;
        self.changed("code_verifier", None, "no verifier").await;
        let begun = self.client.login(UNKNOWN).expect("there are logins");
        let login = begun.login();
        self.refused("an unknown scope", login, ErrorCode::InvalidScope);
    }

    /// Exchanges a code with another value of a pending login.
    async fn changed(&mut self, name: &str, value: Option<&str>, what: &str) {
        let login = self.started(Asked::USUAL);
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
        let request = match other.login(Asked::USUAL).map(Begun::login) {
            Some(login) if self.covered.provider.require_pushed_authorization_requests => {
                self.refused("another secret", login, ErrorCode::InvalidClient);
                return;
            }
            Some(login) => {
                let login = login.expect("a login");
                let callback = self.approve(&login);
                // A signature by another secret is not taken in the first place.
                if self.covered.provider.callback.signature.is_some() {
                    return;
                }
                other.exchange(login.pending, callback)
            }
            None => other.own_tokens(usize::MAX),
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
        let Some(request) = self.client.start_device(usize::MAX) else {
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

        let request = self
            .client
            .start_device(usize::MAX)
            .expect("there are devices");
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
    way: &Way,
    trial: &Trial,
    fake: &FakeServer,
    secret: &str,
    redirect_uri: &str,
    http: &ReqwestClient,
) -> Box<dyn Driven> {
    (trial.make)(&Given {
        settings: named(fake.settings().http_client(http.clone())),
        id: match way.kind {
            ClientKind::Public => fake.public_client_id(),
            ClientKind::Confidential => fake.client_id(),
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

fn is_tried(covered: &Covered, way: &Way) -> bool {
    match way.variation {
        // A fake takes certificates where it is told to.
        Variation::ClientAuth(method) => !method.record().is_some_and(|record| {
            matches!(record.proof, Proof::Certificate | Proof::OwnCertificate)
        }),
        // The usual one.
        Variation::Environment(name) => {
            let mut others = covered.provider.environments.iter().skip(1);
            others.any(|environment| environment.name == name)
        }
        Variation::Nothing | Variation::Encoding(_) | Variation::Separator(_) => true,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_operation_ends_as_the_spec_says() {
    let mut tasks = Vec::new();
    let http = http();
    for covered in COVERED.iter().copied() {
        let http = http.clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            for (way, trial) in covered.ways().filter(|(way, _)| is_tried(covered, way)) {
                let mut stage = Stage::new(covered, way, trial, &http);
                stage.good().await;
                stage.device().await;
                if stage.has_login() {
                    stage.bad_login().await;
                }
                if !stage.is_public() {
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
        COVERED.len()
    );
}
