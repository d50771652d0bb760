//! What a program in any language tells the fake, at paths that no provider has.

use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::error::EndpointKind;
use crate::fake::answer::Answer;
use crate::fake::faults::Fault;
use crate::fake::request::Request;
use crate::fake::{State, expire};

/// The answer to an instruction; nothing where the request is for the provider.
pub(super) fn obey(state: &mut State, request: &Request) -> Option<Answer> {
    let instruction = request.path.strip_prefix("/.fake/")?;
    let method = match instruction {
        "requests" | "device" => Method::GET,
        _ => Method::POST,
    };
    if request.method != method {
        let told = json!({ "error": format!("the method here is {method}") });
        return Some(Answer::json(405, &told));
    }
    let done = match instruction {
        "requests" => return Some(Answer::json(200, &state.journal.json())),
        "device" => return Some(Answer::html(200, "the user of the device agrees")),
        _ => instruct(state, instruction, request),
    };
    Some(match done {
        Ok(told) => Answer::json(200, &json!({ "done": told })),
        Err((status, wrong)) => Answer::json(status, &json!({ "error": wrong })),
    })
}

fn instruct(
    state: &mut State,
    instruction: &str,
    request: &Request,
) -> Result<&'static str, (u16, String)> {
    let number = |name: &str, otherwise: u64| match request.anywhere(name) {
        None => Ok(otherwise),
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| (400, format!("`{name}` has to be a whole number"))),
    };
    let times = u32::try_from(number("times", 1)?).unwrap_or(u32::MAX);
    let seconds = number("seconds", 1)?;
    let (fault, told) = match instruction {
        "deny" => {
            state.provider.denials = times;
            return Ok("the user denies the logins that come next");
        }
        "expire" => {
            expire(&mut state.provider);
            return Ok("every access token has expired");
        }
        "lifetime" => {
            state.provider.token_lifetime = Some(Duration::from_secs(seconds));
            return Ok("access tokens that are issued from now on live this long");
        }
        "rate-limit" => (Fault::RateLimited(seconds), "429 comes next"),
        "stall" => {
            let time = Duration::from_secs(seconds);
            (Fault::Stall(time), "the next answer takes this long")
        }
        "status" => {
            let status = u16::try_from(number("status", 503)?).unwrap_or(0);
            if !(200..=599).contains(&status) {
                return Err((400, "`status` has to be one of 200 to 599".to_owned()));
            }
            (Fault::Status(status), "this status comes next")
        }
        "html" => (Fault::HtmlPage, "a page comes next"),
        "disconnect" => (Fault::Disconnect, "the next request gets no answer"),
        _ => {
            let known = "deny, expire, lifetime, rate-limit, stall, status, html, disconnect; \
                         GET: requests";
            return Err((404, format!("there is no such instruction, but: {known}")));
        }
    };
    let endpoint = request.anywhere("endpoint").map(|name| endpoint(&name));
    state.faults.plan(endpoint.transpose()?, fault, times);
    Ok(told)
}

fn endpoint(name: &str) -> Result<EndpointKind, (u16, String)> {
    Ok(match name {
        "authorization" => EndpointKind::Authorization,
        "token" => EndpointKind::Token,
        "refresh" => EndpointKind::Refresh,
        "revocation" => EndpointKind::Revocation,
        "introspection" => EndpointKind::Introspection,
        "device_authorization" => EndpointKind::DeviceAuthorization,
        "userinfo" => EndpointKind::UserInfo,
        "api" => EndpointKind::Api,
        _ => {
            let known = "authorization, token, refresh, revocation, introspection, \
                         device_authorization, userinfo, api";
            return Err((400, format!("`endpoint` has to be one of {known}")));
        }
    })
}
