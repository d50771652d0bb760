//! Values of the callback and of the token response that are kept with the tokens.

use std::borrow::Cow;

use crate::error::{CallbackProblem, Error};
use crate::kept::token_set::TokenSet;
use crate::kept::warning::Warning;
use crate::provider::{Capture, CaptureFrom, Provider, Variable, VariableKind};
use crate::text::json::Json;
use crate::text::member_path;
use crate::text::secret::Secret;

mod host;

/// What is captured of a callback, whose parameters are these, by the captures' names.
///
/// # Errors
///
/// When a value is missing that the provider always sends, and when one names a host that is not
/// the provider's: no request may be sent then, as it would go there with the client's secret.
pub(crate) fn of_callback<'a>(
    provider: &'static Provider,
    parameter: impl Fn(&str) -> Option<&'a str>,
) -> Result<Vec<(String, Json)>, Error> {
    let problem = |problem, capture: &Capture| {
        Err(Error::callback_parameter(provider, problem, capture.path))
    };
    let mut captured = Vec::new();
    for capture in from(provider, CaptureFrom::Callback) {
        match parameter(capture.path) {
            Some(value) if !host::is_allowed(value, capture.allowed_hosts) => {
                return problem(CallbackProblem::ForbiddenHost, capture);
            }
            Some(value) => captured.push((capture.name.to_owned(), Json::from(value))),
            None if capture.required => return problem(CallbackProblem::MissingCapture, capture),
            None => {}
        }
    }
    Ok(captured)
}

/// What tokens have captured, by the captures' names: it stays true when they are refreshed.
pub(crate) fn of_tokens(provider: &'static Provider, tokens: &TokenSet) -> Vec<(String, Json)> {
    let kept = |capture: &Capture| {
        let value = tokens.extra(capture.name)?;
        Some((capture.name.to_owned(), value.clone()))
    };
    provider.captures.iter().filter_map(kept).collect()
}

/// What new tokens have captured: the members of their response, and what was captured before
/// unless the response brings it anew. A member that is no text counts as absent, with a warning.
///
/// # Errors
///
/// The path of a member and what is wrong with it.
pub(crate) fn of_response<'a>(
    provider: &'static Provider,
    earlier: &[(String, Json)],
    find: impl Fn(&str) -> Option<&'a Json>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<(&'static str, Json)>, (&'static str, &'static str)> {
    let mut captured = Vec::new();
    for capture in provider.captures {
        let member = match capture.from {
            CaptureFrom::Callback => None,
            CaptureFrom::Token => find(capture.path),
        };
        let text = member.and_then(member_path::text);
        if member.is_some_and(|value| !value.is_absent()) && text.is_none() {
            warnings.push(Warning::new(capture.path, "a text, number or boolean"));
        }
        match (
            member.zip(text),
            member_path::find_name(earlier, capture.name),
        ) {
            (Some((_, text)), _) if !host::is_allowed(&text, capture.allowed_hosts) => {
                return Err((capture.path, "names a host that is not the provider's"));
            }
            (Some((value, _)), _) | (None, Some(value)) => {
                captured.push((capture.name, value.clone()));
            }
            // What the callback has to bring was checked when it came.
            (None, None) if capture.required && capture.from == CaptureFrom::Token => {
                return Err((capture.path, "is missing or no text"));
            }
            (None, None) => {}
        }
    }
    Ok(captured)
}

/// The parameters of the token request that carry captured values on.
pub(crate) fn relayed<'a>(
    provider: &'static Provider,
    captured: &'a [(String, Json)],
) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
    provider.captures.iter().filter_map(move |capture| {
        let value = member_path::find_name(captured, capture.name)?;
        Some((capture.relay?, member_path::text(value)?))
    })
}

/// The captured values that go into token requests and that no message may repeat.
pub(crate) fn relayed_secrets<'a>(
    provider: &'static Provider,
    captured: &'a [(String, Json)],
) -> impl Iterator<Item = &'a str> {
    let captures = provider.captures.iter();
    captures.filter_map(|capture| {
        capture.relay.filter(|_| capture.secret)?;
        member_path::find_name(captured, capture.name)?.as_str()
    })
}

/// The variables that captured values fill.
///
/// # Errors
///
/// When a value names a host that is not the provider's. It was checked when it came, but tokens
/// may have been stored where others can write, and the access token is sent to this host.
pub(crate) fn variables(
    provider: &'static Provider,
    tokens: &TokenSet,
) -> Result<Vec<(&'static str, Secret)>, Error> {
    filled(provider, |capture| tokens.captured(capture.name))
}

/// The variables that captured values fill where tokens are asked for: the client's secret goes
/// there, so a value that could be any host at all fills none.
///
/// # Errors
///
/// Those of [`variables`].
pub(crate) fn token_variables(
    provider: &'static Provider,
    captured: &[(String, Json)],
) -> Result<Vec<(&'static str, Secret)>, Error> {
    filled(provider, |capture| {
        let is_any_host = capture.allowed_hosts.is_empty()
            && match variable(provider, capture.variable?) {
                Some(variable) => {
                    variable.suffixes.is_empty()
                        && matches!(variable.kind, VariableKind::Host | VariableKind::BaseUrl)
                }
                None => false,
            };
        let value = member_path::find_name(captured, capture.name)?;
        member_path::text(value).filter(|_| !is_any_host)
    })
}

fn filled<'a>(
    provider: &'static Provider,
    find: impl Fn(&Capture) -> Option<Cow<'a, str>>,
) -> Result<Vec<(&'static str, Secret)>, Error> {
    let mut variables = Vec::new();
    for capture in provider.captures {
        let (Some(name), Some(value)) = (capture.variable, find(capture)) else {
            continue;
        };
        if !host::is_allowed(&value, capture.allowed_hosts) {
            let message = format!(
                "the tokens' `{}` names a host that is not the provider's",
                capture.name
            );
            return Err(Error::configuration(provider, message));
        }
        let value = match variable(provider, name).map(|variable| variable.kind) {
            Some(VariableKind::BaseUrl) => host::as_url(value),
            Some(VariableKind::Host) => host::as_host(value),
            _ => value,
        };
        variables.push((name, Secret::from(value.into_owned())));
    }
    Ok(variables)
}

fn variable(provider: &'static Provider, name: &str) -> Option<&'static Variable> {
    let mut variables = provider.variables.iter();
    variables.find(|variable| variable.name == name)
}

fn from(provider: &'static Provider, from: CaptureFrom) -> impl Iterator<Item = &'static Capture> {
    let captures = provider.captures.iter();
    captures.filter(move |capture| capture.from == from)
}

#[cfg(test)]
mod tests;
