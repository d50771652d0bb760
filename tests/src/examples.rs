//! The examples of the specs: requests and responses from the providers' own documents.

use std::path::Path;

use oauth_atlas::Settings;
use oauth_atlas::{
    Core, DeviceAnswer, EmailVerification, Error, HeaderMap, HttpResponse, TokenSet, provider,
};
use oauth_atlas_codegen::model::{Example, ExampleResponse, Operation, Provider};
use oauth_atlas_codegen::{Source, load};
use url::Url;

use crate::driven::{COVERED, loaded};
use crate::responses;
use crate::server::{Answer, Received, Server};

#[path = "../../cli/src/requests/replay.rs"]
mod replay;

use replay::{Answered, Inputs, Sending};

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
    let shown = example.request.as_ref().map(|request| &request.parameters);
    let secret = replay::find(&example.using, "client_secret")
        .or(shown.and_then(|shown| replay::find(shown, "client_secret")))
        .unwrap_or(replay::SECRET);
    let callback = |answered: &Answered| {
        let Answered {
            issuer,
            code,
            state,
        } = *answered;
        responses::callback(provider, issuer, code, state, secret).into()
    };
    // The ID tokens of documents expired long ago.
    let provider: &'static provider::Provider = Box::leak(Box::new(provider::Provider {
        id_token: None,
        ..*provider
    }));
    let inputs = Inputs {
        example,
        spec,
        provider,
        callback: &callback,
    };
    let server = Server::start([answer(example)]);
    let core = inputs.client().expect("a client");
    if example.operation == Operation::Authorization {
        login(&title, &core, &inputs);
        return None;
    }
    let real = inputs.sending(&core).and_then(Sending::build);
    let real = real.expect("a request");
    let core = core.with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    let outcome = send(inputs.sending(&core).expect("a request")).await;
    let user = user(&title, &core, &inputs, &outcome);
    let told = told(&outcome);
    let expected = example.request.as_ref();
    if let Some(request) = expected {
        let received = server.only();
        if let Some(method) = &request.method {
            assert_eq!(received.method(), method, "{title}");
        }
        if let Some(url) = &request.url {
            assert_eq!(
                without_query(real.url().as_str()),
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
        let sent = sent_parameters(&received);
        assert_documented(&title, &inputs, &sent, &request.parameters);
    }
    if let Some(response) = &example.response {
        let mut grants = provider.grants.iter();
        let asked = grants.find(|grant| grant.word() == example.operation.word());
        let answers = asked.and_then(|grant| grant.token_response);
        let answers = answers.unwrap_or(&provider.token_response);
        understood(&title, answers, response, outcome);
    }
    Some(told + &user)
}

/// Looks up the user of an example, and compares it with what the example says.
fn user(title: &str, core: &Core, inputs: &Inputs, outcome: &Outcome) -> String {
    let example = inputs.example;
    if example.user.is_empty() {
        return String::new();
    }
    let tokens = match outcome {
        Ok(Some(tokens)) => tokens.clone(),
        _ => inputs.tokens(),
    };
    let of_userinfo = example.operation == Operation::UserInfo;
    let first = example.response.iter().filter(|_| of_userinfo);
    let further = example.answers.iter().map(|(_, answer)| answer);
    let mut answers = first.chain(further);
    let mut lookup = core.user(&tokens);
    while lookup.next_http_request().expect("a request").is_some() {
        let answer = answers.next();
        let answer = answer.unwrap_or_else(|| panic!("{title}: another answer in `answers`"));
        let response = HttpResponse::new(answer.status, HeaderMap::new(), answer.body.clone());
        let read = lookup.read_http_response(response);
        read.unwrap_or_else(|error| panic!("{title}: {error}"));
    }
    let user = lookup.finish();
    let user = user.unwrap_or_else(|error| panic!("{title}: {error}"));
    let email = user.email();
    let verification = match email.map(|email| email.verification) {
        Some(EmailVerification::Verified) => "true",
        Some(EmailVerification::Unverified) => "false",
        Some(EmailVerification::Unknown) | None => "unknown",
    };
    for (claim, expected) in &example.user {
        let told = match claim.as_str() {
            "sub" => Some(user.id()),
            "name" => user.name(),
            "given_name" => user.given_name(),
            "family_name" => user.family_name(),
            "preferred_username" => user.username(),
            "email" => email.map(|email| email.address.as_str()),
            "email_verified" => Some(verification),
            "picture" => user.picture(),
            "locale" => user.locale(),
            "profile" => user.profile(),
            "zoneinfo" => user.time_zone(),
            other => panic!("{title}: {other} is no claim"),
        };
        assert_eq!(told, Some(expected.as_str()), "{title}: {claim}");
    }
    format!("{}{verification:?}", user.id())
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
        None => Answer::json(
            200,
            r#"{"access_token":"token","active":true,"device_code":"code","user_code":"USER-CODE",
               "verification_uri":"https://app.example/device","expires_in":600}"#,
        ),
    }
}

async fn send(sending: Sending) -> Outcome {
    match sending {
        Sending::Push(request) => request.await.map(|_| None),
        Sending::Tokens(request) => request.await.map(Some),
        Sending::Revocation(request) => request.await.map(|_| None),
        Sending::Introspection(request) => request.await.map(drop).map(|_| None),
        Sending::Device(request) => request.await.map(|_| None),
        Sending::Poll(core, mut login) => match core.poll_device(&mut login).await? {
            DeviceAnswer::Tokens(tokens) => Ok(Some(tokens)),
            DeviceAnswer::Pending { .. } => Ok(None),
        },
        Sending::Api(call) => call.await.map(|_| None),
    }
}

fn login(title: &str, core: &Core, inputs: &Inputs) {
    let login = inputs.login(core).expect("a login");
    let request = inputs.example.request.as_ref();
    let request = request.expect("an authorization example has a request");
    let mut url = Url::parse(&login.url).expect("a URL");
    let sent: Vec<_> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    if let Some(expected) = &request.url {
        assert_eq!(url.as_str(), expected, "{title}");
    }
    assert_documented(title, inputs, &sent, &request.parameters);
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

/// Compares what was sent with what the example shows, and says which keys decide it.
fn assert_documented(
    title: &str,
    inputs: &Inputs,
    sent: &[(String, String)],
    shown: &[(String, String)],
) {
    let operation = inputs.example.operation;
    let differences: Vec<_> = replay::differences(sent, shown)
        .iter()
        .map(|difference| {
            let keys = replay::deciding_keys(operation, difference.name());
            format!("\n  {difference}; what decides it: {keys}")
        })
        .collect();
    assert!(
        differences.is_empty(),
        "{title} is not what the client sends:{}",
        differences.concat()
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
    let is_json = response.body.starts_with('{');
    let json: serde_json::Value = match answers.format {
        provider::ResponseFormat::Json => serde_json::from_str(&response.body).unwrap_or_default(),
        // A refusal may be JSON all the same.
        provider::ResponseFormat::Form if is_json => {
            serde_json::from_str(&response.body).unwrap_or_default()
        }
        provider::ResponseFormat::Form => {
            let pairs = form_urlencoded::parse(response.body.trim().as_bytes()).into_owned();
            pairs
                .map(|(name, value)| (name, serde_json::Value::String(value)))
                .collect()
        }
    };
    let member = |name: &str| responses::member(answers, &json, name);
    let text = |name: &str| {
        let text = member(name).and_then(serde_json::Value::as_str);
        text.filter(|text| !text.is_empty())
    };
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
