//! What to type into a shell while a fake runs: its endpoints, its client, and each request as a `curl`
//! command.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use oauth_atlas_codegen::model::{
    CaptureFrom, ChallengeMethod, Presence, Provider, ResponseFormat,
};
use oauth_atlas_runtime::fake::{FakeEndpoint, FakeServer};

use crate::failure::Failure;
use crate::requests::{self, Request};

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
         `?times=` says, at any endpoint or at that of `?endpoint=`:\n\n\
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
    let client = requests.first().map_or("", |request| request.client);
    let has_offline = provider.offline.is_some();
    let mut candidates: Vec<&Request> = Vec::new();
    for request in requests.iter().filter(|request| request.client == client) {
        // Of several ways, the one that the client prefers; of several logins, the one that gives a
        // refresh token.
        let is_first = candidates
            .iter()
            .all(|other| other.operation != request.operation);
        let is_lesser = has_offline && request.operation == "send the browser";
        if is_first && !is_lesser {
            candidates.push(request);
        }
    }
    // Tokens come first, and what ends them last.
    candidates.sort_by_key(|request| match request.operation.as_str() {
        grant if grant.starts_with("grant ") && has_extensions_only(provider) => 0,
        revocation if revocation.starts_with("revoke") => 2,
        _ => 1,
    });
    let mut known: BTreeSet<_> = given.iter().map(|(name, _)| name.as_str()).collect();
    let mut shown: Vec<&Request> = Vec::new();
    for request in candidates {
        if !request.variables().iter().all(|name| known.contains(name)) {
            continue;
        }
        let read = of_answer(provider, &request.operation);
        known.extend(read.iter().map(|(variable, _)| *variable));
        if request.operation == "revoke the access token" {
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
    for request in shown {
        let _ = write!(text, "\n# {}\n", request.operation);
        let curl = request.curl().replacen("curl", "curl --silent", 1);
        let read = of_answer(provider, &request.operation);
        if read.is_empty() {
            let _ = writeln!(text, "{curl}");
            continue;
        }
        let is_login = request.operation.starts_with("send the browser");
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
        }
    }
    text
}

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
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    // What an extension grant takes is in the user's hands; the fake takes any of it.
    let arguments = provider.extensions.iter();
    let arguments = arguments.flat_map(|one| &one.value.arguments);
    for argument in arguments {
        let name = requests::variable(argument);
        let is_answered = OF_ANSWERS.contains(&name.as_str()) && !has_extensions_only(provider);
        if !is_answered && !given.iter().any(|(known, _)| *known == name) {
            given.push((name, "any-value"));
        }
    }
    given
}

/// The variables that an answer brings.
const OF_ANSWERS: [&str; 4] = ["ACCESS_TOKEN", "REFRESH_TOKEN", "CODE", "DEVICE_CODE"];

/// Whether no other grant brings the first token.
fn has_extensions_only(provider: &Provider) -> bool {
    provider.authorization_code.is_none()
        && provider.client_credentials.is_none()
        && provider.device_code.is_none()
}

/// What of an answer the next requests need: variables, and how a shell finds their values.
fn of_answer(provider: &Provider, operation: &str) -> Vec<(&'static str, String)> {
    let is_form = provider.token_response.format == ResponseFormat::Form;
    let token = |standard: &'static str| {
        let path = renamed(&provider.token_response.rename, standard);
        match is_form {
            true => of_form(last(path)),
            false => of_json(last(path), namesakes_before(provider, path) + 1),
        }
    };
    match operation {
        "exchange the code" => {
            let mut read = vec![("ACCESS_TOKEN", token("access_token"))];
            if provider.refresh_token.is_some() {
                read.push(("REFRESH_TOKEN", token("refresh_token")));
            }
            read
        }
        // The user's token reaches more.
        "client credentials" if provider.authorization_code.is_some() => Vec::new(),
        "refresh" | "client credentials" => vec![("ACCESS_TOKEN", token("access_token"))],
        grant if grant.starts_with("grant ") && has_extensions_only(provider) => {
            let mut read = vec![("ACCESS_TOKEN", token("access_token"))];
            let mut members = provider.token_response.members.iter();
            let is_there =
                members.any(|one| one.name == "refresh_token" && one.presence == Presence::Always);
            if is_there {
                read.push(("REFRESH_TOKEN", token("refresh_token")));
            }
            read
        }
        "start a login on a device" => vec![("DEVICE_CODE", of_json("device_code", 1))],
        login if login.starts_with("send the browser") => {
            let name = &provider.callback.code;
            let read = if is_posted(provider) {
                of_page(name)
            } else {
                of_form(name)
            };
            vec![("CODE", read)]
        }
        _ => Vec::new(),
    }
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
    format!(r"sed -n 's|%2F|/|g; s|%2B|+|g; s|%3D|=|g; s/.*{name}=\([^&]*\).*/\1/p'")
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
