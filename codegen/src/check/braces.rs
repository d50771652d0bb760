//! Braces: what a `{name}` stands for where it is filled in, and that there are none where nothing
//! is.

use oauth_atlas_description::{IN_FRAGMENT, Template};

use crate::decode::{Entry, Place, Reader, Spanned, Table};
use crate::language::words::{alternatives, nearest};
use crate::name;
use crate::spec::{Capture, CaptureFrom, Sent, Spec, VariableKind, With};

/// What the client sends by itself, so that no text has it.
const OF_REQUESTS: [&str; 6] = [
    "access_token",
    "refresh_token",
    "code",
    "code_verifier",
    "redirect_uri",
    "state",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for sent in spec.sent() {
        for name in Template::of(sent.text).names() {
            stands_for(spec, sent, name, reader);
        }
        nameless(sent, reader);
    }
    for (text, place) in as_it_stands(spec) {
        if let Some(variable) = variable(text) {
            reader.mistake_with_help(
                place,
                format!("`{{{variable}}}` would be sent as it stands here"),
                "names are filled in where a `value` is sent, in headers and in URLs: write what is \
                 sent, or leave it to the caller",
            );
        }
    }
}

/// The first `{name}` of a text.
pub(super) fn variable(text: &str) -> Option<&str> {
    let mut names = Template::of(text).names();
    names.find(|name| name::is_identifier(name))
}

/// A brace of a text that is no name's, and of no language that has braces of its own.
fn nameless(sent: Sent<'_>, reader: &mut Reader) {
    let Some((start, end)) = brace(sent.text) else {
        return;
    };
    if is_json(sent.text) || sent.may_query && is_balanced(sent.text) {
        return;
    }
    reader.mistake_with_help(
        sent.part(start, end),
        format!("`{}` would be sent as it stands", &sent.text[start..end]),
        "a name in braces has letters, digits and `_`, as `{client_id}`; other braces stand in JSON, \
         and in the GraphQL of a parameter `query`",
    );
}

/// The first brace that no name stands in, with what it seems to have inside.
pub(super) fn brace(text: &str) -> Option<(usize, usize)> {
    // Most texts have none, and one character is looked for faster than two.
    if !text.contains('{') && !text.contains('}') {
        return None;
    }
    let mut from = 0;
    loop {
        let rest = &text[from..];
        let start = Template::of(rest).start();
        let before = start.map_or(rest, |start| start.before);
        if let Some(open) = before.find(['{', '}']) {
            let open = from + open;
            let end = text[open..]
                .find('}')
                .map_or(text.len(), |end| open + end + 1);
            return Some((open, end));
        }
        from = text.len() - start?.rest.len();
    }
}

/// Whether a text is JSON that says something, whatever its names stand for.
fn is_json(text: &str) -> bool {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    // A digit may stand in a text of JSON and for one.
    while let Some(start) = Template::of(rest).start() {
        filled.push_str(start.before);
        filled.push('0');
        rest = start.rest;
    }
    filled.push_str(rest);
    match serde_json::from_str(&filled) {
        Ok(serde_json::Value::Object(members)) => !members.is_empty(),
        Ok(serde_json::Value::Array(_)) => true,
        _ => false,
    }
}

fn is_balanced(text: &str) -> bool {
    let mut open = 0_usize;
    for byte in text.bytes() {
        match (byte, open) {
            (b'{', _) => open += 1,
            (b'}', 0) => return false,
            (b'}', _) => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// Whether a name stands for something in a text that is sent.
fn stands_for(spec: &Spec, sent: Sent<'_>, name: &str, reader: &mut Reader) {
    let place = sent.place_of(name);
    let is_in_browser = matches!(sent.with, With::Browser | With::Scope);
    let is_in_jwt = matches!(sent.with, With::Assertion | With::GrantAssertion);
    match name {
        Template::UUID if sent.with == With::Scope => {
            return reader.mistake_with_help(
                place,
                "a scope is the same in every request, and `{uuid}` is not",
                "write what is asked for",
            );
        }
        Template::CLIENT_ID | Template::UUID => return,
        Template::ACCESS_TOKEN if sent.with == With::AuthenticationByToken => return,
        Template::ACCESS_TOKEN if sent.with == With::Authentication => {
            return reader.mistake_with_help(
                place,
                "`{access_token}` authorizes requests that are about it, and no others",
                "write it in the `auth` of such an endpoint",
            );
        }
        Template::SCOPE if sent.with == With::GrantAssertion => return,
        Template::CLIENT_SECRET if is_in_jwt => {
            return reader.mistake_with_help(
                place,
                "`{client_secret}` could be read in the JWT, which is signed and not encrypted",
                "leave it out: the signature proves who the client is",
            );
        }
        Template::CLIENT_SECRET if is_in_browser => {
            return reader.mistake_with_help(
                place,
                "`{client_secret}` would be kept in the browser's history",
                "leave it out: the client proves who it is where it asks for tokens",
            );
        }
        Template::CLIENT_SECRET => return,
        _ => {}
    }
    if let Some(variable) = spec.variables.get(name) {
        let kind = variable.value.kind.given();
        let kind = kind.filter(|kind| kind.value == VariableKind::Secret);
        if let Some(kind) = kind
            && is_in_jwt
        {
            reader.explain(
                format!("`{{{name}}}` could be read in the JWT, which is signed and not encrypted"),
                &[(place, "a claim"), (kind.place(), "a secret")],
                Some("leave it out here, or write `kind: text` where all may see it".to_owned()),
            );
        } else if let Some(kind) = kind
            && is_in_browser
        {
            reader.explain(
                format!("`{{{name}}}` would be kept in the browser's history"),
                &[
                    (place, "a part of the login's URL"),
                    (kind.place(), "a secret"),
                ],
                Some("leave it out here, or write `kind: text` where all may see it".to_owned()),
            );
        }
        return;
    }
    let hosts = spec.environments.0.first().map(|first| &first.value.hosts);
    if spec.variables.knows(name) || hosts.is_some_and(|hosts| hosts.knows(name)) {
        return;
    }
    if let Some(capture) = spec.captures.get(name)
        && matches!(sent.with, With::Callback | With::Exchange)
        && capture.value.from.value == CaptureFrom::Callback
    {
        return of_callback(spec, capture, place, reader);
    }
    if spec.captures.knows(name) {
        if !matches!(sent.with, With::Tokens | With::Access) {
            reader.mistake_with_help(
                place,
                format!("`{{{name}}}` comes with tokens, of which there are none here"),
                "a captured value is known to `api`, `endpoints.userinfo`, `endpoints.refresh` and \
                 `grants.refresh_token`, and one of the callback to the token request of its code",
            );
        }
        return;
    }
    match name {
        Template::STATE if sent.with == With::Exchange => return,
        Template::STATE if !is_in_browser => {
            return reader.mistake_with_help(
                place,
                "`{state}` is known to the exchange of a code alone",
                "write it under `grants.authorization_code.parameters`",
            );
        }
        Template::ACCESS_TOKEN_HMAC if sent.with == With::Access => {
            return of_secret(spec, place, reader);
        }
        Template::ACCESS_TOKEN_HMAC => {
            return reader.mistake_with_help(
                place,
                "`{access_token_hmac}` is of an access token that a request is sent with, and this \
                 one has none",
                "write it in `api.parameters`, which user info has as well, or in \
                 `endpoints.userinfo`",
            );
        }
        _ => {}
    }
    if OF_REQUESTS.contains(&name) {
        return reader.mistake_with_help(
            place,
            format!("`{{{name}}}` is a value of the request itself"),
            "the client sends it by itself: leave it out; `rename` says what it is called here",
        );
    }
    let names: Vec<_> = spec
        .variables
        .keys()
        .chain(spec.captures.keys())
        .chain(hosts.iter().flat_map(|hosts| hosts.keys()))
        .chain(Template::BUILT_IN)
        .collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None => format!(
            "known are {}; add it to `variables` with `kind: text`, or `kind: secret` where nobody \
             may see it",
            alternatives(&names)
        ),
    };
    reader.mistake_with_help(place, format!("unknown variable `{{{name}}}`"), help);
}

/// A hash under the client's secret, which some client has to have.
fn of_secret(spec: &Spec, place: Place, reader: &mut Reader) {
    let clients = spec.clients.as_ref();
    if clients.is_some_and(|clients| clients.confidential.is_absent()) {
        reader.mistake_with_help(
            place,
            "`{access_token_hmac}` is made with the client's secret, and no client has one",
            "add `confidential` to `clients`, or leave it out",
        );
    }
}

/// A value of the callback in requests to the token endpoint, which has other requests as well:
/// those that no callback comes before have no such value.
fn of_callback(spec: &Spec, capture: &Entry<Capture>, place: Place, reader: &mut Reader) {
    let required = capture.value.required.given();
    let Some(required) = required.filter(|required| required.value) else {
        return;
    };
    let token = spec.endpoints.as_ref().and_then(|all| all.token.given());
    let is_of_endpoint = token.is_some_and(|token| {
        let texts = token.headers.0.iter().chain(&token.parameters.0);
        let mut texts = texts.map(|one| one.value.value.value.as_str());
        texts.any(|text| Template::of(text).has(&capture.key))
    });
    let Some(grants) = spec.grants.as_ref().filter(|_| is_of_endpoint) else {
        return;
    };
    let standard = [
        ("client_credentials", &grants.client_credentials),
        ("device_code", &grants.device_code),
    ];
    let standard = standard.into_iter().filter_map(|(name, grant)| {
        let grant = grant.given()?;
        grant.endpoint.is_absent().then_some((name, grant.at))
    });
    let extensions = grants.extensions.0.iter();
    let extensions = extensions.filter(|one| one.value.endpoint.is_absent());
    let extensions = extensions.map(|one| (one.key.as_str(), one.at));
    if let Some((name, other)) = standard.chain(extensions).next() {
        reader.explain(
            format!("no callback comes before the requests of `{name}`"),
            &[
                (place, "a value of the callback"),
                (required.place(), "that has to be there"),
                (Place::KeyOf(other), "asks the same endpoint"),
            ],
            Some("write it under `grants.authorization_code.parameters`".to_owned()),
        );
    }
}

/// What is sent, or compared with what is sent, as the spec has it.
fn as_it_stands(spec: &Spec) -> Vec<(&str, Place)> {
    let mut texts = Vec::new();
    for one in spec.authorization_parameters() {
        let values = one.value.values.given().into_iter();
        texts.extend(
            values
                .flat_map(|many| &many.0)
                .map(|value| (value.value.as_str(), value.place())),
        );
    }
    if let Some(endpoint) = spec.authorization() {
        texts.extend(names(&endpoint.rename));
        // The parameters take the place of its one name.
        let fragment = spanned(endpoint.fragment.given());
        texts.extend(fragment.map(|(text, place)| (fixed_fragment(text), place)));
    }
    for endpoint in spec.called_endpoints() {
        texts.extend(names(&endpoint.rename));
    }
    texts
}

/// The part of a fragment in which a name would be sent as it stands.
fn fixed_fragment(text: &str) -> &str {
    let Some((before, after)) = text.split_once(IN_FRAGMENT) else {
        return text;
    };
    match variable(before) {
        Some(_) => before,
        None => after,
    }
}

fn spanned(text: Option<&Spanned<String>>) -> Option<(&str, Place)> {
    text.map(|text| (text.value.as_str(), text.place()))
}

fn names(table: &Table<String>) -> impl Iterator<Item = (&str, Place)> {
    let entries = table.0.iter();
    entries.map(|entry| (entry.value.as_str(), Place::At(entry.at)))
}
