//! The requests are those that the generated clients put on a socket, as their tests recorded them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use form_urlencoded::byte_serialize;
use oauth_atlas_codegen::model::{ChallengeMethod, OperationKind, Provider};

use super::providers;
use crate::requests::{self, Request, Variant};

/// A request of the record: what it is titled, and what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sent {
    title: String,
    /// Method and target, or method and URL for a browser.
    line: String,
    headers: Vec<String>,
    body: String,
}

fn recorded(folder: &str, provider: &Provider) -> Vec<Sent> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/snapshots/requests")
        .join(folder)
        .join(format!("{}.snap", provider.id));
    let text = fs::read_to_string(&path).expect("the record of a provider");
    let mut sections = text.split("\n# ");
    sections.next();
    sections.map(section).collect()
}

fn section(text: &str) -> Sent {
    let (title, rest) = text.split_once("\n\n").expect("a title");
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut lines = head.lines();
    let mut line = lines.next().expect("a request line").to_owned();
    let mut headers = Vec::new();
    for one in lines {
        match one.strip_prefix("    ") {
            Some(pair) => line += pair,
            None => headers.push(one.to_owned()),
        }
    }
    Sent {
        title: title.to_owned(),
        line,
        headers,
        body: body.trim().replace("\n&", "&").replace(",\n \"", ",\""),
    }
    .comparable()
}

impl Sent {
    fn of(provider: &Provider, request: &Request) -> Option<Self> {
        let names = |text: &str| with_names(provider, request, text);
        let is_for_a_browser = request.operation == OperationKind::Authorize;
        let url = if is_for_a_browser {
            request.url.clone()
        } else {
            let (_, rest) = request.url.split_once("://").expect("a URL");
            rest.find('/')
                .map_or("/", |start| &rest[start..])
                .to_owned()
        };
        let headers = request.headers.iter();
        let mut headers: Vec<_> = headers
            .map(|(name, value)| format!("{name}: {}", names(value)))
            .collect();
        let registration = provider.description().registration;
        let needs_token = registration.is_some_and(|endpoint| endpoint.auth.is_some());
        if request.operation == OperationKind::Register && !needs_token {
            // The recorded program has one, wherever it registers.
            headers.push("authorization: Bearer initial-token".to_owned());
        }
        Some(
            Self {
                title: title(request)?,
                line: format!("{} {}", request.method, names(&url)),
                headers,
                body: request.body.as_deref().map(names).unwrap_or_default(),
            }
            .comparable(),
        )
    }

    /// Without what the HTTP client adds, and without how a value is encoded: that depends on the
    /// value. It is told of credentials, where it does not.
    fn comparable(mut self) -> Self {
        let plain = |text: &str| {
            // The recorded redirect URI has a pair of its own.
            text.replace("{redirect_uri}%3Fstate", "{redirect_uri}%26state")
                .replace(", form-encoded}", "}")
                .replace(", encoded}", "}")
                .replace(", escaped}", "}")
        };
        // The recorded call has a parameter of its own.
        let line = self.line.replace("/path?query=1&", "/path?");
        self.line = plain(line.trim_end_matches("?query=1"));
        self.body = plain(&self.body);
        // A program's own name is recorded nowhere.
        let is_recorded =
            |header: &str| header != "accept: */*" && !header.starts_with("user-agent: ");
        self.headers.retain(|header| is_recorded(header));
        for header in &mut self.headers {
            // The recorded secret has nothing to encode where it stands in a header as it is.
            *header = match header.contains("Basic base64") {
                true => header.replace("{client_secret, form-encoded}", "{client_secret}"),
                false => plain(header),
            };
        }
        self.headers.sort();
        self
    }
}

/// The title of the record; `None` for what the record does not have.
fn title(request: &Request) -> Option<String> {
    let operation = match (request.operation, request.variant) {
        (OperationKind::Authorize, Variant::Offline) => return None,
        (OperationKind::CallApi, _) => "API call".to_owned(),
        (OperationKind::Extension, _) => {
            format!("grant {}", request.extension.as_deref().expect("a name"))
        }
        (operation, _) => operation.word().replace('_', " "),
    };
    let variant = match request.variant {
        Variant::Usual | Variant::Offline => String::new(),
        Variant::ScopeSeparator(separator) => {
            format!(", {} between scopes", separator.word())
        }
        Variant::ClientAuth(method) => format!(", {}", method.word()),
        Variant::Encoding(encoding) => format!(", {} body", encoding.word()),
    };
    Some(format!("{}{variant}: {operation}", request.client.word()))
}

/// The text with names and values as the record has them.
fn with_names(provider: &Provider, request: &Request, text: &str) -> String {
    let mut text = text.to_owned();
    // A caller's value may have the name of one that is captured.
    for extension in &provider.extensions {
        if request.extension.as_ref() == Some(&extension.name) {
            // One may begin as another does.
            let mut arguments = extension.value.arguments.clone();
            arguments.sort_by_key(|name| std::cmp::Reverse(name.len()));
            for argument in &arguments {
                let name = requests::placeholder::named(argument);
                text = text.replace(&requests::placeholder::shown(&name), "value");
            }
        }
    }
    for capture in &provider.captures {
        let name = requests::placeholder::named(&capture.name);
        let value = format!("captured-{}", capture.name.replace('_', "-"));
        let value: String = byte_serialize(value.as_bytes()).collect();
        text = text.replace(&requests::placeholder::shown(&name), &value);
    }
    let options = provider.authorization.iter();
    for option in options.flat_map(|endpoint| &endpoint.options) {
        let name = requests::placeholder::named(&option.name);
        text = text.replace(&requests::placeholder::shown(&name), "any%20text");
    }
    for variable in provider.values() {
        let name = requests::placeholder::named(&variable.name);
        let shown = requests::placeholder::shown(&name);
        let encoded: String = byte_serialize(variable.example.as_bytes()).collect();
        text = text.replace(&format!("form_encoded({shown})"), &encoded);
        text = text.replace(&shown, &variable.example);
    }
    // As a new one in each request is recorded.
    let examples = provider.variables.iter();
    let segments = examples.flat_map(|one| one.example.split('/'));
    for uuid in segments.filter(|segment| is_uuid(segment)) {
        text = text.replace(uuid, "{uuid}");
    }
    // The recorded tokens do not say what was granted.
    let granted = provider.scopes.values.first();
    if let (Some(granted), OperationKind::Refresh) = (granted, request.operation) {
        text = text.replace(&format!("&scope={}", granted.name), "");
        text = text.replace(&format!("\"scope\":\"{}\",", granted.name), "");
    }
    for name in [
        "client_id",
        "client_secret",
        "redirect_uri",
        "code_challenge",
        "code_verifier",
        "code",
        "device_code",
        "state",
        "nonce",
        // Before what it begins with.
        "access_token_hmac",
        "access_token",
        "refresh_token",
        "uuid",
    ] {
        let variable = format!("${}", name.to_uppercase());
        // The challenge was seen first, and the two may be the same.
        let name = match (name, &provider.authorization_code) {
            ("code_verifier", Some(grant)) if grant.pkce.challenge == ChallengeMethod::Plain => {
                "code_challenge"
            }
            _ => name,
        };
        let encoded = format!("form_encoded({variable})");
        text = text.replace(&encoded, &format!("{{{name}, form-encoded}}"));
        text = text.replace(&variable, &format!("{{{name}}}"));
    }
    let pushed = "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Apushed%2F1%2B2%3D";
    text.replace("$API_PATH", "path")
        .replace("$CLIENT_NAME", "Acme")
        .replace("$INITIAL_ACCESS_TOKEN", "initial-token")
        .replace("$REQUEST_URI", pushed)
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    lengths == [8, 4, 4, 4, 12] && text.chars().all(is_hex)
}

fn assert_recorded(folder: &str, provider: &Provider) {
    let requests = requests::of(provider).expect("requests that can be built");
    let requests: Vec<_> = requests
        .iter()
        .filter_map(|request| Sent::of(provider, request))
        .collect();
    let record = recorded(folder, provider);
    assert_eq!(
        titles(&requests),
        titles(&record),
        "the requests of {}",
        provider.id
    );
    for sent in &requests {
        let known = record.iter().find(|known| known.title == sent.title);
        assert_eq!(known, Some(sent), "{}", provider.id);
    }
}

/// What the record has beside requests with everything that is needed and no more.
fn is_extra(title: &str) -> bool {
    let (_, operation) = title.split_once(": ").expect("a client and an operation");
    operation.starts_with("authorize with")
        || operation.ends_with(" endpoint")
        || operation == "API"
}

fn titles(sent: &[Sent]) -> BTreeSet<&str> {
    let titles = sent.iter().map(|sent| sent.title.as_str());
    titles.filter(|title| !is_extra(title)).collect()
}

#[test]
fn every_request_of_every_provider_is_the_recorded_one() {
    for provider in providers("specs") {
        assert_recorded("providers", &provider);
    }
}

#[test]
fn every_request_of_every_fixture_is_the_recorded_one() {
    for provider in providers("tests/fixtures") {
        assert_recorded("fixtures", &provider);
    }
}
