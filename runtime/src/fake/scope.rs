//! Scopes of a request (RFC 6749 §3.3).

use crate::fake::description::{Description, OmittedScope, Scope, ScopeGroup};
use crate::fake::filled::Known;
use crate::fake::refusal::Refusal;

/// Every separator that some provider has.
const SEPARATORS: [char; 6] = [' ', ',', '+', ';', ':', '|'];

/// The longest text of scopes that is taken, which holds the longest table's several times.
const LONGEST: usize = 1 << 14;

/// The scopes that a text names, with a separator that the provider takes.
pub(super) fn read(known: &Known<'_>, text: &str) -> Result<Vec<String>, Refusal> {
    let description = known.description;
    let scopes = &description.scopes;
    if text.len() > LONGEST {
        return Err(Refusal::scope("the scopes are too long"));
    }
    let mut refused = None;
    for separator in &scopes.request_separators {
        let parts = split(text, separator.as_str());
        match parts.iter().find(|part| !is_known(known, part)) {
            None => return together(known.description, parts),
            Some(part) if refused.is_none() => refused = Some(told(part, &names(&scopes.values))),
            Some(_) => {}
        }
    }
    Err(refused.unwrap_or_else(|| Refusal::scope("there is no separator")))
}

/// The scopes, if the provider takes each two of them in one request.
fn together(description: &Description, scopes: Vec<String>) -> Result<Vec<String>, Refusal> {
    let has = |scope: &String| scopes.contains(scope);
    let mut exclusions = description.scopes.exclusions.iter();
    match exclusions.any(|(one, other)| has(one) && has(other)) {
        true => Err(Refusal::scope("two of the scopes are not taken together")),
        false => Ok(scopes),
    }
}

/// The scopes of a parameter of their own.
pub(super) fn check_group(
    group: &ScopeGroup,
    text: &str,
    filled: &Known<'_>,
) -> Result<(), Refusal> {
    let is_partial = filled.description.scopes.partial;
    let known = names(&group.values);
    let is_known = |part: &String| {
        known.iter().any(|name| filled.is(name, Some(part)))
            || known.is_empty()
            || is_partial && !is_joined(part, &known)
    };
    let parts = split(text, group.separator.as_str());
    match parts.iter().find(|part| !is_known(part)) {
        Some(part) => Err(told(part, &known)),
        None => Ok(()),
    }
}

/// What a request without scopes gets.
pub(super) fn of_none(description: &Description) -> Result<Vec<String>, Refusal> {
    let scopes = &description.scopes;
    match scopes.omitted {
        OmittedScope::Refused => Err(Refusal::scope("a request without a scope is refused")),
        OmittedScope::AllRegistered => {
            let names = scopes.values.iter().map(|scope| scope.name.clone());
            Ok(names.collect())
        }
        OmittedScope::Default | OmittedScope::Unknown => Ok(scopes.required.clone()),
    }
}

fn names(scopes: &[Scope]) -> Vec<&str> {
    scopes.iter().map(|scope| scope.name.as_str()).collect()
}

fn told(part: &str, known: &[&str]) -> Refusal {
    Refusal::scope(if is_joined(part, known) {
        "the scopes are joined by another separator than the provider's"
    } else {
        "a scope is unknown"
    })
}

fn split(text: &str, separator: &str) -> Vec<String> {
    let parts = text.split(separator).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Where the table is complete, a scope is known or wrong. Where it is not, what gives a wrong
/// separator away is that all parts are known.
fn is_known(filled: &Known<'_>, part: &str) -> bool {
    let description = filled.description;
    let scopes = &description.scopes;
    let is = |known: &String| filled.is(known, Some(part));
    let mut offline = description.offline.iter().flat_map(|asked| &asked.scopes);
    let endpoints = [&description.userinfo, &description.revocation];
    let mut of_endpoints = endpoints.into_iter().flatten().flat_map(|one| &one.scopes);
    let known = names(&scopes.values);
    known.iter().any(|name| filled.is(name, Some(part)))
        || offline.any(is)
        || of_endpoints.any(is)
        || (scopes.partial || known.is_empty()) && !is_joined(part, &known)
}

fn is_joined(part: &str, known: &[&str]) -> bool {
    SEPARATORS.iter().any(|separator| {
        let parts: Vec<_> = part.split(*separator).collect();
        parts.len() > 1 && parts.iter().all(|part| known.contains(part))
    })
}
