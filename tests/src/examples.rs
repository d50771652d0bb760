//! The examples of the specs: requests and responses from the providers' own documents.

use std::path::Path;

use oauth_atlas::runtime::{
    ApiCall, Core, Error, Introspection, Method, Revocation, TokenRequest, TokenSet, provider,
};
use oauth_atlas_codegen::model::{ClientKind, Example, Operation, Provider, VariableKind};
use oauth_atlas_codegen::{Source, load};
use url::Url;

use crate::server::{Answer, Received, Server};
use crate::wire::COVERED;

/// What the client sends on top of a provider's example, because no document of a provider has to
/// ask for it: PKCE (RFC 7636) and state (RFC 6749 §10.12).
const ON_TOP: [&str; 4] = [
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "state",
];

/// What was answered, in the terms of an example.
enum Outcome {
    Tokens(Result<TokenSet, Error>),
    Other(Result<(), Error>),
}

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
            for example in &spec.examples {
                run(spec, covered.provider, example).await;
                ran += 1;
            }
        }
    }
    assert!(ran > 0, "no spec has an example");
}

async fn run(spec: &Provider, provider: &'static provider::Provider, example: &Example) {
    let title = format!("{}: {}", spec.id, example.title);
    let inputs = Inputs(example);
    let server = Server::start([answer(example)]);
    let core = client(spec, provider, &inputs);
    if example.operation == Operation::Authorization {
        return login(&title, &core, spec, &inputs);
    }
    let real = core.clone();
    let core = core.origin(&server.origin).expect("a loopback origin");
    let outcome = send(core, &inputs).await;
    let expected = example.request.as_ref();
    if let Some(request) = expected {
        let received = server.only();
        if let Some(method) = &request.method {
            assert_eq!(received.method(), method, "{title}");
        }
        if let Some(url) = &request.url {
            assert_eq!(endpoint(real, &inputs).as_str(), url, "{title}");
        }
        for (name, value) in &request.headers {
            assert_eq!(
                received.header(&name.to_lowercase()),
                Some(value.as_str()),
                "{title}: {name}"
            );
        }
        let sent = sent_parameters(&received);
        assert_eq!(
            without_extras(sent, &request.parameters),
            sorted(&request.parameters),
            "{title}"
        );
    }
    if let Some(response) = &example.response {
        understood(&title, response.status, &response.body, outcome);
    }
}

/// What the example's caller passes, and what its request shows.
struct Inputs<'e>(&'e Example);

impl Inputs<'_> {
    fn used(&self, name: &str) -> Option<&str> {
        find(&self.0.using, name)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.0
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
    let mut core = match inputs.0.client {
        ClientKind::Confidential => {
            Core::confidential(provider, id, inputs.either("client_secret", "secret"))
        }
        ClientKind::Public => Core::public(provider, id),
    };
    if let Some(uri) = inputs
        .used("redirect_uri")
        .or(inputs.parameter("redirect_uri"))
    {
        core = core.redirect_uri(uri);
    }
    if let Some(name) = inputs.used("environment") {
        let environment = provider
            .environments
            .iter()
            .find(|known| known.name == name);
        core = core.environment(environment.expect("an environment").name);
    }
    if let Some(method) = inputs.used("client_auth") {
        core = core.client_auth(match method {
            "client_secret_basic" => provider::ClientAuth::Basic,
            "client_secret_basic_raw" => provider::ClientAuth::BasicRaw,
            "client_secret_post" => provider::ClientAuth::Post,
            _ => provider::ClientAuth::None,
        });
    }
    if let Some(encoding) = inputs.used("token_encoding") {
        core = core.encoding(match encoding {
            "json" => provider::Encoding::Json,
            _ => provider::Encoding::Form,
        });
    }
    if let Some(separator) = inputs.used("scope_separator") {
        core = core.scope_separator(if separator == "comma" { "," } else { " " });
    }
    for variable in provider.variables {
        let known = spec
            .variables
            .iter()
            .find(|known| known.name == variable.name);
        let by_login = known.is_some_and(|known| known.by_login);
        match (&known.expect("a variable").kind, inputs.used(variable.name)) {
            (VariableKind::BaseUrl { example }, value) => {
                let url = value.unwrap_or(example);
                core = core.base_url(variable.name, url).expect("a base URL");
            }
            (VariableKind::OneOf(_), Some(value)) if !by_login => {
                core = core.variable(variable.name, value);
            }
            _ => {}
        }
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
        Sending::Tokens(request) => Outcome::Tokens(request.await),
        Sending::Revocation(request) => Outcome::Other(request.await),
        Sending::Introspection(request) => Outcome::Other(request.await.map(drop)),
        Sending::Api(call) => Outcome::Other(call.await.map(drop)),
    }
}

/// The URL that the request goes to when nothing is replaced.
fn endpoint(core: Core, inputs: &Inputs) -> Url {
    let built = match operation(core, inputs) {
        Sending::Tokens(request) => request.build(),
        Sending::Revocation(request) => request.build(),
        Sending::Introspection(request) => request.build(),
        Sending::Api(call) => call.build(),
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
    let example = inputs.0;
    let with_scope = |request: TokenRequest| match inputs.parameter("scope") {
        Some(scope) => scope
            .split(' ')
            .fold(request, |request, one| request.scope(one)),
        None => request,
    };
    match example.operation {
        Operation::AuthorizationCode | Operation::Authorization => {
            let login = core
                .authorize(&mut std::iter::empty())
                .start()
                .expect("a login");
            let code = inputs.either("code", "code");
            let callback = oauth_atlas::runtime::Callback::from_pairs([
                ("code".to_owned(), code),
                (
                    "state".to_owned(),
                    parameter(&login.url, "state").expect("a state"),
                ),
            ]);
            Sending::Tokens(core.finish(login.pending, callback))
        }
        Operation::RefreshToken => Sending::Tokens(with_scope(core.refresh(&inputs.token()))),
        Operation::ClientCredentials => {
            Sending::Tokens(with_scope(core.client_credentials(&mut std::iter::empty())))
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
            Sending::Api(core.call(method, url, &inputs.token()))
        }
    }
}

fn login(title: &str, core: &Core, spec: &Provider, inputs: &Inputs) {
    let mut authorize = core.authorize(&mut std::iter::empty());
    if let Some(scope) = inputs.parameter("scope") {
        authorize = scope
            .split([' ', ','])
            .fold(authorize, |authorize, one| authorize.scope(one));
    }
    for variable in &spec.variables {
        if let (VariableKind::OneOf(choice), Some(used)) =
            (&variable.kind, inputs.used(&variable.name))
        {
            let value = choice
                .values
                .iter()
                .find(|value| value.wire == used)
                .expect("a value");
            authorize = authorize.variable(leak(&variable.name), value.wire.clone());
        }
    }
    for option in spec
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options)
    {
        if let Some(value) = inputs.used(&option.name) {
            authorize = authorize.option(leak(&option.name), leak(value));
        }
    }
    let login = authorize.start().expect("a login");
    let request = inputs
        .0
        .request
        .as_ref()
        .expect("an authorization example has a request");
    let mut url = Url::parse(&login.url).expect("a URL");
    let sent: Vec<_> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    if let Some(expected) = &request.url {
        assert_eq!(url.as_str(), expected, "{title}");
    }
    assert_eq!(
        without_extras(sent, &request.parameters),
        sorted(&request.parameters),
        "{title}"
    );
}

/// Generated code passes constants; a test that reads specs has to make some.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
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
    received.form()
}

fn sorted(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let mut pairs = pairs.to_vec();
    pairs.sort();
    // State and the PKCE values are made anew for each request.
    pairs.retain(|(name, _)| !ON_TOP.contains(&name.as_str()));
    pairs
}

fn without_extras(
    sent: Vec<(String, String)>,
    expected: &[(String, String)],
) -> Vec<(String, String)> {
    for (name, _) in expected {
        assert!(
            sent.iter().any(|(known, _)| known == name),
            "{name} is not sent: {sent:?}"
        );
    }
    sorted(&sent)
}

/// Compares what the client understood with what a plain JSON reader sees.
fn understood(title: &str, status: u16, body: &str, outcome: Outcome) {
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(serde_json::Value::as_str);
    match outcome {
        Outcome::Tokens(Ok(tokens)) if (200..300).contains(&status) => {
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
            if let Some(expected) = json.get("expires_in").and_then(serde_json::Value::as_u64) {
                let left = tokens.expires_in().expect("an expiry").as_secs();
                assert!(
                    (expected - 60..=expected).contains(&left),
                    "{title}: {left} of {expected}"
                );
            }
        }
        Outcome::Other(Ok(())) => {}
        Outcome::Tokens(Err(error)) | Outcome::Other(Err(error)) => {
            assert!(!(200..300).contains(&status), "{title}: {error}");
            assert_eq!(error.code_text(), text("error"), "{title}: {error}");
            assert_eq!(error.status(), Some(status), "{title}: {error}");
        }
        Outcome::Tokens(Ok(_)) => panic!("{title}: HTTP {status} gave tokens"),
    }
}
