//! Variables that an answer fills, in requests that no such answer comes before.

use std::collections::BTreeMap;

use crate::decode::{Entry, Reader, Spanned};
use crate::spec::{Callback, Capture, CaptureFrom, Endpoint, Grants, Spec, Template, Variable};

/// A request, and what it has of earlier answers.
struct Asked<'s> {
    url: &'s Spanned<Template>,
    why: &'static str,
}

const FIRST: &str = "no answer comes before this request";
const NO_CALLBACK: &str = "tokens of grants without a callback are sent here as well";
const TOKEN_ALONE: &str = "a token is sent here without what came with it";

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let mut filled: BTreeMap<&str, Vec<&Entry<Capture>>> = BTreeMap::new();
    for capture in &spec.captures.0 {
        if let Some(variable) = capture.value.variable.given() {
            filled.entry(&variable.value).or_default().push(capture);
        }
    }
    for (name, captures) in filled {
        let (Some(variable), Some(first)) = (spec.variables.get(name), captures.first()) else {
            continue;
        };
        if is_known_anyway(spec, variable) {
            continue;
        }
        let mut from = captures.iter().map(|capture| capture.value.from.value);
        let by_callback = from.any(|from| from == CaptureFrom::Callback);
        for asked in asked(spec, by_callback) {
            if !has(asked.url, &variable.key) {
                continue;
            }
            reader.explain(
                format!("nothing fills `{{{}}}` in this request", variable.key),
                &[
                    (asked.url.place_of(&variable.key), asked.why),
                    (first.key_place(), "fills it"),
                ],
                Some(format!(
                    "give `{}` a `default`, and a client can be told another value",
                    variable.key
                )),
            );
        }
    }
}

fn has(url: &Spanned<Template>, name: &str) -> bool {
    url.value.variables().any(|variable| variable == name)
}

/// Whether a client has a value from the start: one that can be left out, one by default, or one
/// that it cannot be made without.
fn is_known_anyway(spec: &Spec, variable: &Entry<Variable>) -> bool {
    let authorization = spec.authorization();
    variable.value.is_optional()
        || !variable.value.default.is_absent()
        || authorization.is_some_and(|endpoint| has(&endpoint.url, &variable.key))
}

/// The requests that have nothing of what a capture from the callback, or from tokens alone, keeps.
fn asked(spec: &Spec, by_callback: bool) -> Vec<Asked<'_>> {
    let (Some(endpoints), Some(grants)) = (&spec.endpoints, &spec.grants) else {
        return Vec::new();
    };
    let callback = spec.callback.given();
    // After a consent, the client is told what that brought.
    if by_callback && callback.is_some_and(Callback::may_lack_code) {
        return Vec::new();
    }
    let alone = [&endpoints.revocation, &endpoints.introspection];
    let alone = alone.into_iter().filter_map(|endpoint| endpoint.given());
    let alone = alone.map(|endpoint| (endpoint, TOKEN_ALONE));
    let own = of_grants(grants).flatten();
    let registration = endpoints.registration.given();
    let device = endpoints.device_authorization.given();
    let pushed = endpoints.pushed_authorization_request.given();
    let token = endpoints.token.given();
    let token = token.filter(|_| !by_callback || of_grants(grants).any(|own| own.is_none()));
    let first = own
        .chain(registration)
        .chain(device)
        .chain(pushed)
        .chain(token);
    let first = first.map(|endpoint| (endpoint, FIRST));
    let has_others = by_callback && of_grants(grants).next().is_some();
    let api = spec.api.given().and_then(|api| api.url.given());
    let api = api.filter(|_| has_others).map(|url| Asked {
        url,
        why: NO_CALLBACK,
    });
    alone
        .chain(first)
        .map(|(endpoint, why)| Asked {
            url: &endpoint.url,
            why,
        })
        .chain(api)
        .collect()
}

/// The grants that begin with no callback, by their own endpoints; those without one ask the token
/// endpoint.
fn of_grants(grants: &Grants) -> impl Iterator<Item = Option<&Endpoint>> {
    let standard = [&grants.client_credentials, &grants.device_code];
    let standard = standard.into_iter().filter_map(|grant| grant.given());
    let standard = standard.map(|grant| grant.endpoint.given());
    let own = grants.extensions.0.iter();
    standard.chain(own.map(|entry| entry.value.endpoint.given()))
}
