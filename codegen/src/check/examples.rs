//! Examples: that what they call exists.

use oauth_atlas_description::WordsShape;

use crate::check::facts::is_token;
use crate::check::variables::refused;
use crate::decode::{Entry, Place, Reader, words_of};
use crate::spec::{ClientAuth, Clients, Encoding, Example, Operation, Separator, Spec, Template};

/// What an example's caller can pass, beside the spec's own variables and parameters.
const USING: [&str; 9] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "token",
    "token_encoding",
    "client_auth",
    "scope_separator",
    "environment",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for example in &spec.examples.0 {
        let example = &example.value;
        if example.request.is_absent() && example.response.is_absent() {
            reader.mistake_with_help(
                Place::At(example.at),
                "an example has a request, a response or both",
                "add `request:`, `response:` or both, as the document shows them",
            );
        }
        operation(spec, example, reader);
        words(example, reader);
        request(spec, example, reader);
        // Who holds the token makes no difference to who the user is.
        if let Some(clients) = &spec.clients
            && example.operation.value != Operation::UserInfo
        {
            client(clients, example, reader);
        }
        let parameters = spec
            .authorization_parameters()
            .map(|entry| entry.key.as_str());
        let known: Vec<_> = USING
            .iter()
            .copied()
            .chain(spec.variables.keys())
            .chain(parameters)
            .collect();
        for given in &example.using.0 {
            if !known.contains(&given.key.as_str()) {
                reader.unknown(given.key_place(), "input", &given.key, &known);
            } else {
                choice(spec, given, reader);
            }
        }
    }
}

/// A choice of the caller's, which is one of those that there are.
fn choice(spec: &Spec, given: &Entry<String>, reader: &mut Reader) {
    let place = Place::At(given.at);
    let mut one_of = |what: &str, words: &[&str]| {
        if !words.contains(&given.value.as_str()) {
            reader.unknown(place, what, &given.value, words);
        }
    };
    let word = |words: &'static WordsShape| words_of(words, &[]);
    match given.key.as_str() {
        "environment" => {
            let names: Vec<_> = spec.environments.keys().collect();
            one_of("environment", &names);
        }
        "client_auth" => one_of("client authentication method", &word(ClientAuth::SHAPE)),
        "token_encoding" => one_of("encoding", &word(Encoding::SHAPE)),
        "scope_separator" => one_of("scope separator", &word(Separator::SHAPE)),
        name => {
            let Some(variable) = spec.variables.get(name) else {
                return;
            };
            if let Some(values) = variable.value.values.given() {
                let values: Vec<_> = values.0.iter().map(|one| one.value.as_str()).collect();
                one_of("value", &values);
            } else if let Some(kind) = variable.value.kind.given()
                && let Some((is, help)) = refused(kind.value, &variable.value, &given.value)
            {
                let title = format!("`{}` {is}", given.value);
                reader.mistake_with_help(place, title, help);
            }
        }
    }
}

fn operation(spec: &Spec, example: &Example, reader: &mut Reader) {
    let (Some(grants), Some(endpoints)) = (&spec.grants, &spec.endpoints) else {
        return;
    };
    let absent = match example.operation.value {
        Operation::Authorization | Operation::AuthorizationCode => {
            grants.authorization_code.is_absent()
        }
        Operation::PushedAuthorizationRequest => endpoints.pushed_authorization_request.is_absent(),
        Operation::RefreshToken => grants.refresh_token.is_absent(),
        Operation::ClientCredentials => grants.client_credentials.is_absent(),
        Operation::DeviceAuthorization | Operation::DeviceCode => grants.device_code.is_absent(),
        Operation::Revocation => endpoints.revocation.is_absent(),
        Operation::Introspection => endpoints.introspection.is_absent(),
        Operation::UserInfo => endpoints.userinfo.is_absent(),
        Operation::Api => false,
    };
    if absent {
        let word = example.operation.value.word();
        let (what, at) = match example.operation.value {
            Operation::PushedAuthorizationRequest
            | Operation::Revocation
            | Operation::Introspection
            | Operation::UserInfo => ("endpoint", endpoints.at),
            Operation::DeviceAuthorization => ("login on a device", grants.at),
            _ => ("grant", grants.at),
        };
        reader.explain(
            format!("this provider has no {}", word.replace('_', " ")),
            &[
                (example.operation.place(), "what the example shows"),
                (Place::KeyOf(at), &format!("no such {what} here")),
            ],
            None,
        );
    }
}

/// Words of HTTP that a document shows as they are sent.
fn words(example: &Example, reader: &mut Reader) {
    let request = example.request.given();
    if let Some(method) = request.and_then(|request| request.method.given())
        && !is_token(&method.value)
    {
        let title = format!("`{}` is no HTTP method", method.value);
        reader.mistake_with_help(method.place(), title, "write `GET` or `POST`");
    }
    let sent = request.map(|request| &request.headers);
    let answered = example.response.given().map(|response| &response.headers);
    for header in sent.into_iter().chain(answered).flat_map(|table| &table.0) {
        if !is_token(&header.key) {
            let title = format!("`{}` is not a header name", header.key);
            let help = "a header name has letters, digits and `-` (RFC 9110 §5.6.2)";
            reader.mistake_with_help(header.key_place(), title, help);
        }
    }
}

/// What a test needs to make the request again.
fn request(spec: &Spec, example: &Example, reader: &mut Reader) {
    let operation = example.operation.value;
    let shown = match operation {
        Operation::Authorization => "`request`",
        Operation::Api => "`request` with a `url`",
        _ => "",
    };
    let request = &example.request;
    let is_shown = match request.given() {
        Some(request) => operation != Operation::Api || !request.url.is_absent(),
        None => !request.is_absent(),
    };
    let says_something = !request.is_absent() || !example.response.is_absent();
    if !shown.is_empty() && !is_shown && says_something {
        reader.mistake_with_help(
            Place::At(example.at),
            format!("an example of this operation has a {shown}"),
            "write the request that the document shows, or leave the example out",
        );
    }
    let Some(url) = example
        .request
        .given()
        .and_then(|request| request.url.given())
    else {
        return;
    };
    if operation == Operation::Api {
        return;
    }
    if url.value.0.contains('?') {
        reader.mistake_with_help(
            url.place(),
            "the URL of an example's request has no parameters",
            "write each pair behind the `?` under `parameters`, decoded",
        );
    }
    let Some(template) = template(spec, operation) else {
        return;
    };
    let variables = spec.variables.0.iter();
    for variable in variables.filter(|one| spec.has_variable(template, &one.key)) {
        let name = &variable.key;
        let left_out = variable.value.is_optional()
            || !variable.value.default.is_absent()
            || !variable.value.example.is_absent()
            || !variable.value.values.is_absent();
        if !left_out && !example.using.knows(name) {
            reader.explain(
                format!("the URL of this request depends on `{{{name}}}`"),
                &[
                    (url.place(), "what was passed?"),
                    (variable.key_place(), "the variable"),
                ],
                Some(format!("add `using: {{ {name}: … }}`")),
            );
        }
    }
}

/// The URL that an operation calls.
fn template(spec: &Spec, operation: Operation) -> Option<&Template> {
    let endpoints = spec.endpoints.as_ref()?;
    let endpoint = match operation {
        Operation::Authorization => return Some(&endpoints.authorization.given()?.url.value),
        Operation::PushedAuthorizationRequest => endpoints.pushed_authorization_request.given(),
        Operation::AuthorizationCode | Operation::ClientCredentials => endpoints.token.given(),
        Operation::RefreshToken => endpoints.refresh.given().or(endpoints.token.given()),
        Operation::Revocation => endpoints.revocation.given(),
        Operation::Introspection => endpoints.introspection.given(),
        Operation::UserInfo => endpoints.userinfo.given(),
        Operation::DeviceAuthorization => endpoints.device_authorization.given(),
        Operation::DeviceCode => {
            let grant = spec.grants.as_ref()?.device_code.given()?;
            grant.endpoint.given().or(endpoints.token.given())
        }
        Operation::Api => None,
    };
    Some(&endpoint?.url.value)
}

fn client(clients: &Clients, example: &Example, reader: &mut Reader) {
    let both = !clients.confidential.is_absent() && !clients.public.is_absent();
    match example.client.given() {
        None if both && example.client.is_absent() => reader.mistake_with_help(
            Place::At(example.at),
            "which client sends this?",
            "add `client: confidential` or `client: public`",
        ),
        Some(kind) => {
            let absent = match kind.value {
                crate::spec::ClientKind::Confidential => clients.confidential.is_absent(),
                crate::spec::ClientKind::Public => clients.public.is_absent(),
            };
            if absent {
                reader.mistake(
                    kind.place(),
                    format!("`clients` has no {} client", kind.value.word()),
                );
            }
        }
        None => {}
    }
}
