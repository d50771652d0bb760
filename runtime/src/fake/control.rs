//! What a program in any language tells the fake, at paths that no provider has.

use std::time::Duration;

use http::Method;
use http::header::{HOST, ORIGIN};
use serde_json::{Map, Value, json};

use crate::error::EndpointKind;
use crate::fake::answer::Answer;
use crate::fake::faults::Fault;
use crate::fake::request::Request;
use crate::fake::{State, expire};

/// An instruction, as `GET /.fake/` says it.
struct Instruction {
    method: Method,
    name: &'static str,
    /// The parameters that it takes, in the query or the body, with what is meant by default.
    parameters: &'static [(&'static str, &'static str)],
    does: &'static str,
}

const TIMES: (&str, &str) = ("times", "how often; once by default");
const ENDPOINT: (&str, &str) = (
    "endpoint",
    "where: authorization, pushed_authorization_request, token, refresh, revocation, introspection, \
     device_authorization, userinfo or api; anywhere by default",
);

static INSTRUCTIONS: [Instruction; 11] = [
    post(
        "deny",
        &[TIMES],
        "the user denies the logins that come next",
    ),
    post("expire", &[], "every access token expires"),
    post(
        "lifetime",
        &[("seconds", "how long; a second by default")],
        "access tokens that are issued from now on live this long",
    ),
    post(
        "rate-limit",
        &[
            ("seconds", "Retry-After; a second by default"),
            TIMES,
            ENDPOINT,
        ],
        "429 comes next",
    ),
    post(
        "stall",
        &[
            ("seconds", "how long; a second by default"),
            TIMES,
            ENDPOINT,
        ],
        "the next answer takes this long",
    ),
    post(
        "status",
        &[
            ("status", "from 200 to 599; 503 by default"),
            TIMES,
            ENDPOINT,
        ],
        "this status comes next",
    ),
    post("html", &[TIMES, ENDPOINT], "a page comes next"),
    post(
        "disconnect",
        &[TIMES, ENDPOINT],
        "the next request gets no answer",
    ),
    get("requests", "says what was sent, and counts it"),
    get(
        "device",
        "is the page on which the user of a device would agree",
    ),
    get("", "says what there is"),
];

const fn post(
    name: &'static str,
    parameters: &'static [(&'static str, &'static str)],
    does: &'static str,
) -> Instruction {
    Instruction {
        method: Method::POST,
        name,
        parameters,
        does,
    }
}

const fn get(name: &'static str, does: &'static str) -> Instruction {
    Instruction {
        method: Method::GET,
        name,
        parameters: &[],
        does,
    }
}

/// The answer to an instruction; nothing where the request is for the provider.
pub(super) fn obey(state: &mut State, request: &Request) -> Option<Answer> {
    let name = match request.path.as_str() {
        "/.fake" => "",
        path => path.strip_prefix("/.fake/")?,
    };
    if let Err(foreign) = is_of_this_machine(&state.provider.origin, request) {
        return Some(wrong(403, foreign));
    }
    let mut instructions = INSTRUCTIONS.iter();
    let Some(instruction) = instructions.find(|one| one.name == name) else {
        let names = INSTRUCTIONS.iter().map(|one| one.name);
        let known: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        let known = known.join(", ");
        return Some(wrong(
            404,
            &format!("there is no such instruction, but: {known}; GET /.fake/ explains them"),
        ));
    };
    if request.method != instruction.method {
        let told = format!("the method here is {}", instruction.method);
        return Some(wrong(405, &told));
    }
    Some(match name {
        "" => Answer::json(200, &explained()),
        "requests" => Answer::json(200, &state.journal.json()),
        "device" => Answer::html(200, "the user of the device agrees"),
        _ => match instruct(state, name, request) {
            Ok(()) => Answer::json(200, &json!({ "done": instruction.does })),
            Err((status, told)) => wrong(status, &told),
        },
    })
}

fn wrong(status: u16, told: &str) -> Answer {
    Answer::json(status, &json!({ "error": told }))
}

/// Every instruction by its path.
fn explained() -> Value {
    let explained = INSTRUCTIONS.iter().map(|instruction| {
        let parameters = instruction.parameters.iter();
        let parameters: Map<_, _> = parameters
            .map(|(name, meaning)| ((*name).to_owned(), json!(meaning)))
            .collect();
        json!({
            "method": instruction.method.as_str(),
            "path": format!("/.fake/{}", instruction.name),
            "parameters": parameters,
            "does": instruction.does,
        })
    });
    explained.collect()
}

/// Whether a request is from a program on this machine. A page of somebody else that is open in a
/// browser here can send one as well: its origin is foreign, or, where its host name has come to
/// stand for this machine, the host is.
fn is_of_this_machine(origin: &str, request: &Request) -> Result<(), &'static str> {
    let authority = origin.strip_prefix("http://").unwrap_or(origin);
    let port = authority.rsplit(':').next().unwrap_or_default();
    let is_own = |named: &str| named == authority || named == format!("localhost:{port}");
    let hosts: Vec<_> = request.headers.get_all(HOST).iter().collect();
    let hosts = || hosts.iter().map(|host| host.to_str().unwrap_or_default());
    // The target of a request can name a host, which counts for more than the header (RFC 9112 §3.2.2).
    let mut named = request.authority.as_deref().into_iter().chain(hosts());
    if hosts().count() > 1 || named.clone().next().is_none() || !named.all(is_own) {
        return Err("`Host` is not this machine's: ask by the address at which the fake listens");
    }
    let is_own_origin = |origin: &http::HeaderValue| {
        let origin = origin.to_str().ok();
        let named = origin.and_then(|origin| origin.strip_prefix("http://"));
        named.is_some_and(is_own)
    };
    match request.headers.get_all(ORIGIN).iter().all(is_own_origin) {
        true => Ok(()),
        false => Err("`Origin` is foreign: no page of somebody else gives instructions"),
    }
}

fn instruct(state: &mut State, name: &str, request: &Request) -> Result<(), (u16, String)> {
    let number = |name: &str, otherwise: u64| match request.anywhere(name) {
        None => Ok(otherwise),
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| (400, format!("`{name}` has to be a whole number"))),
    };
    let times = u32::try_from(number("times", 1)?).unwrap_or(u32::MAX);
    let seconds = number("seconds", 1)?;
    let fault = match name {
        "deny" => {
            state.provider.denials = times;
            return Ok(());
        }
        "expire" => {
            expire(&mut state.provider);
            return Ok(());
        }
        "lifetime" => {
            state.provider.token_lifetime = Some(Duration::from_secs(seconds));
            return Ok(());
        }
        "rate-limit" => Fault::RateLimited(seconds),
        "stall" => Fault::Stall(Duration::from_secs(seconds)),
        "status" => {
            let status = u16::try_from(number("status", 503)?).unwrap_or(0);
            if !(200..=599).contains(&status) {
                return Err((400, "`status` has to be one of 200 to 599".to_owned()));
            }
            Fault::Status(status)
        }
        "html" => Fault::HtmlPage,
        "disconnect" => Fault::Disconnect,
        _ => return Err((404, "there is no such instruction".to_owned())),
    };
    let endpoint = request.anywhere("endpoint").map(|name| endpoint(&name));
    state.faults.plan(endpoint.transpose()?, fault, times);
    Ok(())
}

fn endpoint(name: &str) -> Result<EndpointKind, (u16, String)> {
    EndpointKind::from_word(name).ok_or_else(|| {
        let known = EndpointKind::ALL.iter().map(|kind| kind.word());
        let known: Vec<_> = known.collect();
        (
            400,
            format!("`endpoint` has to be one of {}", known.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests;
