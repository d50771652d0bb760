//! What to type into a shell while a fake runs: its endpoints, its client, and each request as a `curl`
//! command.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oauth_atlas_codegen::model::{
    CaptureFrom, ChallengeMethod, GrantKind, OperationKind, Presence, Provider, ResponseFormat,
};
use oauth_atlas_runtime::fake::{FakeEndpoint, FakeServer};

use crate::failure::Failure;
use crate::requests::{self, Request, Variant};

/// The verifier of RFC 7636, appendix B, and its challenge in each form that a provider asks for.
const CODE_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const S256: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const S256_HEX: &str = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";

#[cfg(test)]
mod tests;

/// The whole text, for a fake that runs.
pub(super) fn of(provider: &Provider, fake: &FakeServer) -> Result<String, Failure> {
    let requests = requests::at(provider, fake.origin());
    let requests = requests.map_err(|error| Failure::Findings(error.to_string()))?;
    let mut text = format!("A fake of {} at {}\n\n", fake.name(), fake.origin());
    for endpoint in fake.endpoints() {
        let FakeEndpoint {
            kind, method, url, ..
        } = endpoint;
        let _ = writeln!(text, "  {kind}: {method} {url}");
    }
    let has_secret = provider.confidential.is_some();
    let _ = writeln!(text, "  client id: {}", fake.client_id());
    if has_secret {
        let _ = writeln!(text, "  client secret: {}", fake.client_secret());
    }
    if provider.public.is_some() && has_secret {
        let _ = writeln!(
            text,
            "  client id of a public client: {}",
            fake.public_client_id()
        );
    }
    text += "\nIn a shell:\n\n";
    text += &script(provider, fake, &requests);
    let origin = fake.origin();
    let _ = write!(
        text,
        "\n\
         The user agrees to every login. Other things happen when they are asked for, once or as often as\n\
         `?times=` says, at any endpoint or at that of `?endpoint=` (behind a proxy, with `--noproxy '*'`):\n\n\
         curl -X POST {origin}/.fake/deny                  the user says no\n\
         curl -X POST {origin}/.fake/expire                access tokens end\n\
         curl -X POST {origin}/.fake/rate-limit?seconds=7  429 with Retry-After\n\
         curl -X POST {origin}/.fake/stall?seconds=60      an answer takes this long\n\
         curl -X POST {origin}/.fake/status?status=503     an outage\n\
         curl -X POST {origin}/.fake/html                  a page in the place of JSON\n\
         curl -X POST {origin}/.fake/disconnect            no answer\n\
         curl -X POST {origin}/.fake/lifetime?seconds=60   new access tokens live this long\n\
         curl {origin}/.fake/requests                      what was sent, counted\n\
         curl {origin}/.fake/                              all of these, and what they take\n\n\
         Ctrl-C ends it."
    );
    Ok(text)
}

/// Each request of the first client type, where it needs nothing that is only in a user's account.
fn script(provider: &Provider, fake: &FakeServer, requests: &[Request]) -> String {
    let given = given(provider, fake);
    let client = requests.first().map(|request| request.client);
    let of_client = requests
        .iter()
        .filter(|request| Some(request.client) == client);
    let mut candidates: Vec<_> = of_client.filter(|one| is_best(provider, one)).collect();
    candidates.sort_by_key(|request| turn(provider, request.operation));
    let mut known: BTreeSet<_> = given.iter().map(|(name, _)| name.as_str()).collect();
    let mut shown: Vec<&Request> = Vec::new();
    for request in candidates {
        if !request.variables().iter().all(|name| known.contains(name)) {
            continue;
        }
        let read = of_answer(provider, request.operation);
        known.extend(read.iter().map(|(variable, _)| *variable));
        if request.operation == OperationKind::RevokeAccessToken {
            known.remove("ACCESS_TOKEN");
        }
        shown.push(request);
    }
    let used: BTreeSet<_> = shown
        .iter()
        .flat_map(|request| request.variables())
        .collect();
    let mut text = String::new();
    let used_given = given
        .iter()
        .filter(|(name, _)| used.contains(name.as_str()));
    for (name, value) in used_given {
        let _ = writeln!(text, "{name}='{value}'");
    }
    let mut in_fragment = provider.authorization.iter();
    let in_fragment = in_fragment.find_map(|endpoint| endpoint.fragment.as_deref());
    for request in shown {
        let request = match in_fragment {
            Some(fragment) if request.operation == OperationKind::Authorize => {
                &request.clone().out_of_fragment(fragment)
            }
            _ => request,
        };
        let _ = write!(text, "\n# {}\n", request.title());
        let curl = request.curl().replacen("curl", "curl --silent", 1);
        if request.operation == OperationKind::PollDevice {
            // The fake's user decides after the first question, and its interval is a second.
            let _ = writeln!(text, "{curl}\nsleep 1");
        }
        let read = of_answer(provider, request.operation);
        if read.is_empty() {
            let _ = writeln!(text, "{curl}");
            continue;
        }
        let is_login = request.operation == OperationKind::Authorize;
        let to_the_redirect = match is_login && !is_posted(provider) {
            true => " \\\n  --output /dev/null --write-out '%{redirect_url}'",
            false => "",
        };
        let _ = writeln!(
            text,
            "ANSWER=$({curl}{to_the_redirect}\n); echo \"$ANSWER\""
        );
        for (variable, command) in read {
            let _ = writeln!(text, "{variable}=$(echo \"$ANSWER\" | {command})");
            if variable == "ACCESS_TOKEN" && used.contains("ACCESS_TOKEN_HMAC") {
                let _ = writeln!(text, "ACCESS_TOKEN_HMAC=$({HMAC})");
            }
        }
    }
    text
}

/// How a shell makes the hash of the access token.
const HMAC: &str =
    r#"printf %s "$ACCESS_TOKEN" | openssl dgst -sha256 -hmac "$CLIENT_SECRET" | sed 's/.* //'"#;

/// The values of variables that no answer brings.
fn given<'f>(provider: &Provider, fake: &'f FakeServer) -> Vec<(String, &'f str)> {
    let challenge = match &provider.authorization_code {
        Some(grant) => match grant.pkce.challenge {
            ChallengeMethod::S256 => S256,
            ChallengeMethod::S256Hex => S256_HEX,
            ChallengeMethod::Plain => CODE_VERIFIER,
        },
        None => S256,
    };
    let mut given: Vec<_> = [
        ("CLIENT_ID", fake.client_id()),
        ("CLIENT_SECRET", fake.client_secret()),
        ("REDIRECT_URI", "https://app.example/callback"),
        ("STATE", "any-text"),
        ("NONCE", "any-other-text"),
        ("CODE_VERIFIER", CODE_VERIFIER),
        ("CODE_CHALLENGE", challenge),
        ("SCOPE", "any-scope"),
        ("API_PATH", "any/path"),
        ("UUID", "f81d4fae-7dec-41d0-8765-00a0c91e6bf6"),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    // What an extension grant takes is in the user's hands; the fake takes any of it.
    let arguments = provider.extensions.iter();
    let arguments = arguments.flat_map(|one| &one.value.arguments);
    for argument in arguments {
        let name = requests::variable(argument);
        let is_answered = OF_ANSWERS.contains(&name.as_str()) && !begins_with_extension(provider);
        if !is_answered && !given.iter().any(|(known, _)| *known == name) {
            given.push((name, "any-value"));
        }
    }
    for value in provider.values() {
        given.push((requests::variable(&value.name), "any-value"));
    }
    given
}

/// The variables that an answer brings.
const OF_ANSWERS: [&str; 4] = ["ACCESS_TOKEN", "REFRESH_TOKEN", "CODE", "DEVICE_CODE"];

/// Whether no grant of the standard brings the first token.
fn begins_with_extension(provider: &Provider) -> bool {
    first_grant(provider) == Some(GrantKind::Extension)
}

/// The grant that brings the first tokens.
fn first_grant(provider: &Provider) -> Option<GrantKind> {
    provider.first_tokens()?.kind.grant()
}

/// Whether, of several ways in which a client can send a request, this is the one to show: the one
/// that the client prefers, and of logins the one that gives a refresh token.
fn is_best(provider: &Provider, request: &Request) -> bool {
    let is_login = request.operation == OperationKind::Authorize;
    match request.variant {
        Variant::Usual => !(is_login && provider.offline.is_some()),
        Variant::Offline => true,
        Variant::ScopeSeparator(_) | Variant::ClientAuth(_) | Variant::Encoding(_) => false,
    }
}

/// When an operation has its turn: tokens come first, and what ends them last.
fn turn(provider: &Provider, operation: OperationKind) -> u8 {
    match operation {
        OperationKind::PushAuthorization
        | OperationKind::Authorize
        | OperationKind::ExchangeCode
        | OperationKind::ClientCredentials
        | OperationKind::AuthorizeDevice
        | OperationKind::PollDevice
        | OperationKind::Extension
            if operation.grant() == first_grant(provider) =>
        {
            0
        }
        OperationKind::Register
        | OperationKind::PushAuthorization
        | OperationKind::Authorize
        | OperationKind::ExchangeCode
        | OperationKind::Refresh
        | OperationKind::ClientCredentials
        | OperationKind::AuthorizeDevice
        | OperationKind::PollDevice
        | OperationKind::Extension
        | OperationKind::Introspect
        | OperationKind::UserInfo
        | OperationKind::CallApi => 1,
        OperationKind::RevokeAccessToken | OperationKind::RevokeRefreshToken => 2,
    }
}

/// What of an answer the next requests need: variables, and how a shell finds their values.
fn of_answer(provider: &Provider, operation: OperationKind) -> Vec<(&'static str, String)> {
    let is_form = provider.token_response.format == ResponseFormat::Form;
    let token = |variable: &'static str, standard: &'static str| {
        let path = renamed(&provider.token_response.rename, standard);
        let read = match is_form {
            true => of_form(last(path)),
            false => of_json(last(path), namesakes_before(provider, path) + 1),
        };
        (variable, read)
    };
    let gives_refresh_token = match operation {
        OperationKind::Authorize => {
            let name = &provider.callback.code;
            let read = match is_posted(provider) {
                true => of_page(name),
                false => of_form(name),
            };
            return vec![("CODE", read)];
        }
        OperationKind::PushAuthorization => {
            let endpoint = provider.pushed_authorization_request.as_ref();
            let own = endpoint.and_then(|endpoint| endpoint.response.as_ref());
            let path = own.map_or("request_uri", |own| renamed(&own.rename, "request_uri"));
            return vec![("REQUEST_URI", of_json(last(path), 1))];
        }
        OperationKind::AuthorizeDevice => {
            let endpoint = provider.device_authorization.as_ref();
            let own = endpoint.and_then(|endpoint| endpoint.response.as_ref());
            let path = own.map_or("device_code", |own| renamed(&own.rename, "device_code"));
            return vec![("DEVICE_CODE", of_json(last(path), 1))];
        }
        // The script goes on with the client that the fake has anyway.
        OperationKind::Register
        | OperationKind::RevokeAccessToken
        | OperationKind::RevokeRefreshToken
        | OperationKind::Introspect
        | OperationKind::UserInfo
        | OperationKind::CallApi => return Vec::new(),
        OperationKind::ExchangeCode | OperationKind::PollDevice => provider.refresh_token.is_some(),
        OperationKind::Extension => {
            let mut members = provider.token_response.members.iter();
            members.any(|one| one.name == "refresh_token" && one.presence == Presence::Always)
        }
        // The refresh token that was sent goes on to be one.
        OperationKind::Refresh | OperationKind::ClientCredentials => false,
    };
    // Of tokens of several grants, those of the first reach more.
    let is_first = operation.grant() == first_grant(provider);
    if !is_first && operation != OperationKind::Refresh {
        return Vec::new();
    }
    let mut read = vec![token("ACCESS_TOKEN", "access_token")];
    if gives_refresh_token {
        read.push(token("REFRESH_TOKEN", "refresh_token"));
    }
    read
}

/// How many captured members of the same name the fake writes before this one: it sorts members.
fn namesakes_before(provider: &Provider, path: &str) -> usize {
    let captures = provider.captures.iter();
    let others = captures.filter(|capture| capture.from == CaptureFrom::Token);
    let others = others.map(|capture| capture.path.as_str());
    let before = others.filter(|other| last(other) == last(path) && *other < path);
    before.count()
}

/// The member of this name that is the `nth` in the answer.
fn of_json(name: &str, nth: usize) -> String {
    format!(r#"grep -o '"{name}":"[^"]*"' | sed -n {nth}p | cut -d '"' -f 4"#)
}

/// With the characters decoded that the fake puts into its codes.
fn of_form(name: &str) -> String {
    format!(
        r"sed -n 's|%2F|/|g; s|%2B|+|g; s|%3D|=|g; s/^\(.*[?&]\)\{{0,1\}}{name}=\([^&]*\).*/\2/p'"
    )
}

/// A page that posts itself.
fn of_page(name: &str) -> String {
    format!(r#"sed -n 's/.*name="{name}" value="\([^"]*\)".*/\1/p'"#)
}

/// Whether the callback is posted by a page.
fn is_posted(provider: &Provider) -> bool {
    let endpoints = provider.authorization.iter();
    let mut fixed = endpoints.flat_map(|endpoint| &endpoint.parameters);
    fixed.any(|(name, value)| name == "response_mode" && value == "form_post")
}

fn renamed<'n>(rename: &'n [(String, String)], standard: &'n str) -> &'n str {
    let mut rename = rename.iter();
    let renamed = rename.find(|(name, _)| name == standard);
    renamed.map_or(standard, |(_, name)| name)
}

/// The member that a path ends with.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
