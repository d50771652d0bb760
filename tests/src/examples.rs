//! The examples of the specs: requests and responses from the providers' own documents.

use std::fmt::Write as _;
use std::path::Path;

use oauth_atlas::Settings;
use oauth_atlas::{
    ApiCall, Core, Error, Introspection, Login, Method, Revocation, TokenRequest, TokenSet,
    provider,
};
use oauth_atlas_codegen::model::{
    ClientKind, Example, ExampleResponse, OmittedScope, Operation, Provider, VariableKind,
};
use oauth_atlas_codegen::{Source, load};
use url::Url;

use crate::responses;
use crate::server::{Answer, Received, Server};
use crate::wire::{COVERED, loaded};

/// What the client sends on top of a provider's example, because no document of a provider has to
/// ask for it: PKCE (RFC 7636) and state (RFC 6749 §10.12).
const ON_TOP: [&str; 4] = [
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "state",
];

/// What was answered: tokens, or nothing that an example says more of.
type Outcome = Result<Option<TokenSet>, Error>;

#[tokio::test]
async fn examples_of_the_specs_hold() {
    let mut ran = 0;
    for folder in ["../specs", "fixtures"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let sources = Source::read_dir(&folder).expect("readable specs");
        let specs = load(&sources).unwrap_or_else(|report| panic!("{}", report.render(false)));
        for spec in &specs {
            let covered = COVERED
                .iter()
                .find(|covered| covered.id == spec.id)
                .expect("a module");
            // The second as a program reads it that loads the provider.
            let providers = [covered.provider, loaded(covered.provider)];
            for example in &spec.examples {
                let [generated, read] = providers.map(|provider| run(spec, provider, example));
                let (generated, read) = (generated.await, read.await);
                assert_eq!(generated, read, "{}: {}", spec.path, example.title);
                ran += 1;
            }
        }
    }
    assert!(ran > 0, "no spec has an example");
}

/// Runs an example, and returns what the client understood of its response.
async fn run(
    spec: &Provider,
    provider: &'static provider::Provider,
    example: &Example,
) -> Option<String> {
    let title = format!("{}: the example `{}`", spec.path, example.title);
    let inputs = Inputs {
        example,
        spec,
        provider,
    };
    let server = Server::start([answer(example)]);
    let core = client(spec, provider, &inputs);
    if example.operation == Operation::Authorization {
        login(&title, &core, spec, &inputs);
        return None;
    }
    let real = core.clone();
    let core = core.with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    let outcome = send(core, &inputs).await;
    let told = told(&outcome);
    let expected = example.request.as_ref();
    if let Some(request) = expected {
        let received = server.only();
        if let Some(method) = &request.method {
            assert_eq!(received.method(), method, "{title}");
        }
        if let Some(url) = &request.url {
            assert_eq!(
                without_query(endpoint(real, &inputs).as_str()),
                without_query(url),
                "{title}"
            );
        }
        for (name, value) in &request.headers {
            assert_eq!(
                received.header(&name.to_lowercase()),
                Some(value.as_str()),
                "{title}: {name}"
            );
        }
        assert_documented(&title, &sent_parameters(&received), &request.parameters);
    }
    if let Some(response) = &example.response {
        let mut grants = provider.grants.iter();
        let asked = grants.find(|grant| grant.operation() == example.operation.word());
        let answers = asked.and_then(|grant| grant.token_response.as_ref());
        let answers = answers.unwrap_or(&provider.token_response);
        understood(&title, answers, response, outcome);
    }
    Some(told)
}

/// All of what was understood but for the time, which passes between two runs.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Ok(Some(tokens)) => {
            let mut stored = serde_json::to_value(tokens).expect("tokens can be stored");
            let members = stored.as_object_mut().expect("an object");
            members.retain(|name, _| !name.ends_with("_at"));
            stored.to_string()
        }
        Ok(None) => "done".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// What the example's caller passes, and what its request shows.
struct Inputs<'e> {
    example: &'e Example,
    spec: &'e Provider,
    provider: &'static provider::Provider,
}

impl<'e> Inputs<'e> {
    fn used(&self, name: &str) -> Option<&str> {
        find(&self.example.using, name)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.example
            .request
            .as_ref()
            .and_then(|request| find(&request.parameters, name))
    }

    fn either(&self, name: &str, otherwise: &str) -> String {
        self.used(name)
            .or(self.parameter(name))
            .unwrap_or(otherwise)
            .to_owned()
    }

    fn redirect_uri(&self) -> Option<&str> {
        let renamed = |rename: &[(String, String)]| {
            let found = rename.iter().find(|(name, _)| name == "redirect_uri");
            found.map(|(_, other)| other.clone())
        };
        let endpoint = self
            .spec
            .token
            .as_ref()
            .and_then(|endpoint| renamed(&endpoint.rename));
        self.used("redirect_uri")
            .or(self.parameter("redirect_uri"))
            .or(endpoint.and_then(|name| self.parameter(&name)))
            .or(self
                .example
                .request
                .is_none()
                .then_some("https://app.example/callback"))
    }

    fn token(&self) -> TokenSet {
        TokenSet::new(self.either("token", "token"))
            .with_refresh_token(self.either("refresh_token", "token"))
    }
}

fn find<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    pairs
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

fn client(spec: &Provider, provider: &'static provider::Provider, inputs: &Inputs) -> Core {
    let id = inputs.either("client_id", "client");
    let mut core = match inputs.example.client {
        ClientKind::Confidential => {
            Core::confidential(provider, id, inputs.either("client_secret", "secret"))
        }
        ClientKind::Public => Core::public(provider, id),
    };
    if let Some(uri) = inputs.redirect_uri() {
        core = core.redirect_uri(uri);
    }
    if inputs.redirect_uri().is_none() && provider.requires_redirect_uri() {
        core = core.redirect_uri("https://app.example/callback");
    }
    if let Some(name) = inputs.used("environment") {
        let environment = provider
            .environments
            .iter()
            .find(|known| known.name == name);
        core = core.environment(environment.expect("an environment").name);
    }
    if let Some(method) = inputs.used("client_auth") {
        let method = provider::ClientAuth::from_word(method).expect("a method");
        core = core.client_auth(method);
    }
    if let Some(encoding) = inputs.used("token_encoding") {
        core = core.token_encoding(provider::Encoding::from_word(encoding).expect("an encoding"));
    }
    if let Some(separator) = inputs.used("scope_separator") {
        core =
            core.scope_separator(provider::Separator::from_word(separator).expect("a separator"));
    }
    for variable in &spec.variables {
        let (name, example) = (&variable.name, &*variable.example);
        let used = inputs.used(name);
        core = match (variable.kind, used) {
            (VariableKind::BaseUrl, used) => core
                .base_url(name, used.unwrap_or(example))
                .expect("a base URL"),
            _ if variable.by_login => core,
            (_, Some(value)) => core.variable(name, value),
            (_, None) if variable.optional || variable.default.is_some() => core,
            (_, None) => core.variable(name, example),
        };
    }
    core
}

fn answer(example: &Example) -> Answer {
    match &example.response {
        Some(response) => {
            let headers: Vec<_> = response
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            Answer::new(response.status, &headers, &response.body)
        }
        None => Answer::json(200, r#"{"access_token":"token","active":true}"#),
    }
}

async fn send(core: Core, inputs: &Inputs<'_>) -> Outcome {
    match operation(core, inputs) {
        Sending::Tokens(request) => request.await.map(Some),
        Sending::Revocation(request) => request.await.map(|_| None),
        Sending::Introspection(request) => request.await.map(drop).map(|_| None),
        Sending::Api(call) => call.await.map(|_| None),
    }
}

/// The URL that the request goes to when nothing is replaced.
fn endpoint(core: Core, inputs: &Inputs) -> Url {
    let built = match operation(core, inputs) {
        Sending::Tokens(request) => request.to_http_request(),
        Sending::Revocation(request) => request.to_http_request(),
        Sending::Introspection(request) => request.to_http_request(),
        Sending::Api(call) => call.to_http_request(),
    };
    built.expect("a request").url().clone()
}

enum Sending {
    Tokens(TokenRequest),
    Revocation(Revocation),
    Introspection(Introspection),
    Api(ApiCall),
}

fn operation(core: Core, inputs: &Inputs) -> Sending {
    let example = inputs.example;
    let with_scope = |request: TokenRequest| match inputs.parameter("scope") {
        Some(scope) => scope
            .split(' ')
            .fold(request, |request, one| request.scope(one)),
        None => request,
    };
    match example.operation {
        Operation::AuthorizationCode | Operation::Authorization => {
            let login = start(&core, inputs);
            let state = parameter(&login.url, "state");
            let secret = inputs.either("client_secret", "secret");
            let code = inputs.either("code", "code");
            let issuer = core.issuer().expect("an issuer without open variables");
            let provider = inputs.provider;
            let (issuer, state) = (issuer.as_deref(), state.as_deref());
            let callback = responses::callback(provider, issuer, &code, state, &secret);
            Sending::Tokens(core.finish(login.pending, callback))
        }
        Operation::RefreshToken => Sending::Tokens(with_scope(core.refresh(&inputs.token()))),
        Operation::ClientCredentials => {
            Sending::Tokens(with_scope(core.client_credentials([""; 0])))
        }
        Operation::Revocation if inputs.parameter("token_type_hint") == Some("refresh_token") => {
            Sending::Revocation(core.revoke_refresh_token(inputs.either("token", "token")))
        }
        Operation::Revocation => {
            Sending::Revocation(core.revoke_access_token(inputs.either("token", "token")))
        }
        Operation::Introspection => {
            Sending::Introspection(core.introspect(inputs.either("token", "token")))
        }
        Operation::Api => {
            let request = example
                .request
                .as_ref()
                .expect("an API example has a request");
            let method = request.method.as_deref().unwrap_or("GET");
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let url = request.url.as_deref().expect("an API example has a URL");
            Sending::Api(core.call_api(method, url, &inputs.token()))
        }
    }
}

fn login(title: &str, core: &Core, spec: &Provider, inputs: &Inputs) {
    let mut authorize = core.authorize([""; 0]);
    if let Some(scope) = inputs.parameter("scope") {
        authorize = scope
            .split([' ', ','])
            .fold(authorize, |authorize, one| authorize.scope(one));
    }
    for variable in spec.variables.iter().filter(|variable| variable.by_login) {
        if let Some(value) = inputs.used(&variable.name) {
            authorize = authorize.variable(&variable.name, value);
        }
    }
    for option in spec
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options)
    {
        let value = inputs.used(&option.name).or(inputs.parameter(&option.name));
        if let Some(value) = value {
            authorize = authorize.option(&option.name, value);
        }
    }
    let offline = spec.offline.iter().flat_map(|offline| &offline.parameters);
    if offline.clone().count() > 0
        && offline
            .into_iter()
            .all(|(name, value)| inputs.parameter(name) == Some(value))
    {
        authorize = authorize.offline();
    }
    let login = authorize.start().expect("a login");
    let request = inputs
        .example
        .request
        .as_ref()
        .expect("an authorization example has a request");
    let mut url = Url::parse(&login.url).expect("a URL");
    let sent: Vec<_> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    if let Some(expected) = &request.url {
        assert_eq!(url.as_str(), expected, "{title}");
    }
    assert_documented(title, &sent, &request.parameters);
}

/// A login with what the provider requires.
fn start(core: &Core, inputs: &Inputs) -> Login {
    let options = inputs
        .spec
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let required = options.filter(|option| option.required);
    let scope = inputs.spec.scopes.values.first();
    let scope = scope.filter(|_| inputs.spec.scopes.omitted == OmittedScope::Refused);
    let mut scopes = scope.into_iter().map(|scope| scope.name.as_str());
    let authorize = core.authorize(&mut scopes);
    let authorize = required.fold(authorize, |authorize, option| {
        authorize.option(&option.name, "value")
    });
    authorize.start().expect("a login")
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).expect("a URL");
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

fn sent_parameters(received: &Received) -> Vec<(String, String)> {
    if received.header("content-type") == Some("application/json") {
        let body: serde_json::Value = serde_json::from_str(&received.body).expect("JSON");
        let members = body.as_object().expect("an object");
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        return members
            .iter()
            .map(|(name, value)| (name.clone(), text(value)))
            .collect();
    }
    if received.body.is_empty() {
        let (_, query) = received.target().split_once('?').unwrap_or_default();
        return form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
    }
    received.form()
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

fn sorted(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let mut pairs = pairs.to_vec();
    pairs.sort();
    // State and the PKCE values are made anew for each request.
    pairs.retain(|(name, _)| !ON_TOP.contains(&name.as_str()));
    pairs
}

/// Compares what was sent with what the example shows, pair by pair. Of values that are made anew
/// for each request, that they are sent.
fn assert_documented(title: &str, sent: &[(String, String)], shown: &[(String, String)]) {
    let mut differences = String::new();
    let (all_sent, all_shown) = (sorted(sent), sorted(shown));
    for (name, value) in all_sent.iter().filter(|pair| !all_shown.contains(pair)) {
        let _ = write!(differences, "\n  the client sends {name}={value}");
    }
    for (name, value) in all_shown.iter().filter(|pair| !all_sent.contains(pair)) {
        let _ = write!(differences, "\n  the example shows {name}={value}");
    }
    for (name, _) in shown {
        if find(sent, name).is_none() {
            let _ = write!(differences, "\n  the client does not send {name} at all");
        }
    }
    assert!(
        differences.is_empty(),
        "{title} is not what the client sends:{differences}"
    );
}

/// Compares what the client understood with what a plain JSON reader sees.
fn understood(
    title: &str,
    answers: &provider::TokenResponse,
    response: &ExampleResponse,
    outcome: Outcome,
) {
    let status = response.status;
    let json: serde_json::Value = serde_json::from_str(&response.body).unwrap_or_default();
    let member = |name: &str| responses::member(answers, &json, name);
    let text = |name: &str| member(name).and_then(serde_json::Value::as_str);
    match outcome {
        Ok(Some(tokens)) if (200..300).contains(&status) => {
            assert_eq!(
                Some(tokens.access_token().expose()),
                text("access_token"),
                "{title}"
            );
            assert_eq!(tokens.token_type(), text("token_type"), "{title}");
            assert_eq!(
                tokens.id_token().map(|token| token.expose()),
                text("id_token"),
                "{title}"
            );
            if let Some(expected) = text("refresh_token") {
                assert_eq!(
                    tokens.refresh_token().map(|token| token.expose()),
                    Some(expected),
                    "{title}"
                );
            }
            if let Some(expected) = text("scope") {
                let expected: Vec<_> = expected.split([' ', ',']).collect();
                assert_eq!(tokens.scopes().collect::<Vec<_>>(), expected, "{title}");
            }
            if let Some(expected) = member("expires_in")
                .and_then(serde_json::Value::as_u64)
                .filter(|_| answers.expiry == provider::Expiry::Seconds)
            {
                let left = tokens.expires_in().expect("an expiry").as_secs();
                assert!(
                    (expected - 60..=expected).contains(&left),
                    "{title}: {left} of {expected}"
                );
            }
        }
        Ok(None) => {}
        Err(error) => {
            let rule = answers.error.as_ref();
            assert!(
                rule.is_some() || !(200..300).contains(&status),
                "{title}: {error}"
            );
            let code = rule
                .and_then(|rule| responses::at(&json, rule.code))
                .or(json.get("error"));
            let code = code.map(|code| code.to_string().trim_matches('"').to_owned());
            assert_eq!(error.code_text(), code.as_deref(), "{title}: {error}");
            assert_eq!(error.status(), Some(status), "{title}: {error}");
        }
        Ok(Some(_)) => panic!("{title}: HTTP {status} gave tokens"),
    }
}
