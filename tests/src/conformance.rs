//! The cases of `conformance/cases.json`. Each is a test of its own, whose name begins with the
//! case's number; what the file quotes, answers or wants on the wire is read from there.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error as _;
use std::process::Command;
use std::sync::LazyLock;

use oauth_atlas::Settings;
use oauth_atlas::{Callback, Core, Error, Pending, Provider, TokenSet};
use oauth_atlas_codegen::{Source, load};
use serde_json::Value;

use crate::fixtures::standard;
use crate::server::{Answer, Received, Server};

mod api_calls;
mod authorization_url;
mod callback;
mod device;
mod discovery;
mod errors;
mod introspection;
mod proofs;
mod pushed;
mod refresh;
mod revocation;
mod sha256;
mod signing;
mod token_request;
mod token_response;
mod transport;

const CLIENT_ID: &str = "client";

/// No error shows this.
const CLIENT_SECRET: &str = "canary-client-secret";

const REDIRECT_URI: &str = "https://client.example/callback";

/// An address of the standard fixture's API.
const ITEMS: &str = "https://api.standard.example/items";

static CASES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let file = include_str!("../conformance/cases.json");
    let mut file: Value = serde_json::from_str(file).expect("cases.json is JSON");
    serde_json::from_value(file["cases"].take()).expect("cases.json has a list of cases")
});

/// A case of the file.
#[derive(Clone, Copy)]
struct Case(&'static Value);

fn case(id: &str) -> Case {
    let found = CASES.iter().find(|case| case["id"] == id);
    Case(found.unwrap_or_else(|| panic!("{id} is not in cases.json")))
}

impl Case {
    /// The first texts that the description of the case quotes.
    fn given<const COUNT: usize>(self) -> [&'static str; COUNT] {
        quoted(&self.0["given"])
    }

    /// The first texts that the expectation of the case quotes.
    fn expected<const COUNT: usize>(self) -> [&'static str; COUNT] {
        quoted(&self.0["expect"])
    }

    /// What the case's server answers.
    fn answer(self) -> Answer {
        let response = &self.0["response"];
        let status = response["status"].as_u64().expect("the case has a status");
        let headers = texts(&response["headers"]);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, *value))
            .collect();
        Answer::new(status as u16, &headers, self.body())
    }

    /// The body that the case's server answers with.
    fn body(self) -> &'static str {
        self.0["response"]["body"]
            .as_str()
            .expect("the case has a body")
    }

    /// The members of that body.
    fn members(self) -> Value {
        serde_json::from_str(self.body()).expect("the case answers with JSON")
    }

    /// A server that answers what the case says.
    fn server(self) -> Server {
        Server::start([self.answer()])
    }

    /// Compares what was sent with the request of the case: its headers, and all of its form.
    fn assert_request(self, received: &Received) {
        let request = &self.0["request"];
        assert_eq!(request["method"], received.method());
        for (name, value) in texts(&request["headers"]) {
            assert_eq!(received.header(name), Some(value), "{name}");
        }
        let form = received.form();
        let sent: BTreeMap<_, _> = form
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        assert_eq!(sent.len(), form.len(), "no parameter twice: {form:?}");
        assert_eq!(sent, texts(&request["form"]));
    }
}

fn quoted<const COUNT: usize>(text: &'static Value) -> [&'static str; COUNT] {
    let mut quoted = text
        .as_str()
        .unwrap_or_default()
        .split('`')
        .skip(1)
        .step_by(2);
    std::array::from_fn(|_| {
        quoted
            .next()
            .unwrap_or_else(|| panic!("too few quotes: {text}"))
    })
}

fn texts(object: &'static Value) -> BTreeMap<&'static str, &'static str> {
    let members = object.as_object().expect("an object").iter();
    members
        .map(|(name, value)| (&**name, value.as_str().expect("a text")))
        .collect()
}

/// A confidential client of the fixture that deviates in nothing.
fn standard_client(server: &Server) -> standard::Client {
    let client = standard::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    client.redirect_uri(REDIRECT_URI).with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    )
}

/// A confidential client of any fixture.
fn client(provider: &'static Provider, server: &Server) -> Core {
    let client = Core::confidential(provider, CLIENT_ID, CLIENT_SECRET);
    client.redirect_uri(REDIRECT_URI).with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    )
}

/// A server that agrees to everything.
fn granting() -> Server {
    Server::start([Answer::json(200, r#"{"access_token":"a","active":true}"#)])
}

/// What a client of the provider makes of an answer to a token request.
async fn granted(provider: &'static Provider, answer: Answer) -> Result<TokenSet, Error> {
    let server = Server::start([answer]);
    let tokens = client(provider, &server).client_credentials([""; 0]).await;
    // A token request is not repeated, whatever comes back.
    server.only();
    tokens
}

/// A member of a login's stored form, as nothing else tells its state and verifier.
fn stored(pending: &Pending, member: &str) -> String {
    let stored = serde_json::to_value(pending).expect("a login can be stored");
    stored[member].as_str().unwrap_or_default().to_owned()
}

/// The callback that ends a login.
fn callback(pending: &Pending, code: &str) -> Callback {
    Callback::from_pairs([("code", code), ("state", &stored(pending, "state"))])
}

/// The error, once it is sure that none of its texts shows the client's secret or one of these.
fn failure<T>(result: Result<T, Error>, secrets: &[&str]) -> Error {
    let error = result.err().expect("an error");
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(source) = cause {
        shown += &format!(" {source} {source:?}");
        cause = source.source();
    }
    for secret in secrets.iter().chain([&CLIENT_SECRET]) {
        assert!(!shown.contains(secret), "{secret} is shown: {shown}");
    }
    error
}

/// What is wrong with the standard fixture's spec after this change to it.
fn refused_spec(from: &str, to: &str) -> String {
    let spec = include_str!("../fixtures/standard.yaml");
    assert_eq!(spec.matches(from).count(), 1, "{from}");
    let source = Source::new("fixtures/standard.yaml", spec.replace(from, to));
    let report = load(&[source]).expect_err("a refused spec");
    let messages = report.diagnostics().map(|diagnostic| &*diagnostic.title);
    messages.collect::<Vec<_>>().join("; ")
}

/// The tests of this module, as the test harness lists them.
fn listed(arguments: &[&str]) -> Vec<String> {
    let harness = env::current_exe().expect("the path of this binary");
    let mut command = Command::new(harness);
    command
        .args(["--list", "--format", "terse"])
        .args(arguments);
    let output = command.arg("conformance::").output();
    let output = output.expect("the harness lists its tests");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).expect("names of tests are UTF-8");
    let names = lines.lines().filter_map(|line| line.strip_suffix(": test"));
    names
        .map(|name| name.rsplit("::").next().unwrap_or_default().to_owned())
        .collect()
}

/// Asking the harness finds what no table would: a test that is not run.
#[test]
fn every_case_is_a_test() {
    let is_number = |id: &&str| id.len() == 3 && id[1..].parse::<u8>().is_ok();
    let names = listed(&[]);
    let tested = names
        .iter()
        .filter_map(|name| name.split('_').next())
        .filter(is_number);
    let tested: BTreeSet<_> = tested.map(str::to_uppercase).collect();
    let cases: BTreeSet<_> = CASES
        .iter()
        .filter_map(|case| case["id"].as_str().map(str::to_owned))
        .collect();
    let unmatched: Vec<_> = cases.symmetric_difference(&tested).collect();
    assert!(
        unmatched.is_empty(),
        "a case or a test alone: {unmatched:?}"
    );
    assert_eq!(listed(&["--ignored"]), [""; 0]);
}
