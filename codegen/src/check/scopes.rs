//! The scope table and its separators.

use std::collections::BTreeMap;

use crate::decode::{Entry, Place, Reader, nearest};
use crate::name;
use crate::spec::{Scope, Scopes, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    if let Some(endpoint) = spec.endpoints.as_ref().and_then(|e| e.userinfo.given())
        && let Some(scope) = endpoint.scope.given()
    {
        let scopes = spec.scopes.given();
        listed(scopes, &scope.value, scope.place(), reader);
    }
    let Some(scopes) = spec.scopes.given() else {
        return;
    };
    publication(scopes, reader);
    separators(scopes, reader);
    for scope in &scopes.values.0 {
        spelling(scopes, scope, reader);
    }
    rust_names(scopes, reader);
    for bundle in &scopes.bundles.0 {
        for scope in &bundle.value.values.0 {
            listed(Some(scopes), &scope.value, scope.place(), reader);
        }
    }
}

fn listed(scopes: Option<&Scopes>, scope: &str, place: Place, reader: &mut Reader) {
    let Some(scopes) = scopes else { return };
    if !scopes.values.knows(scope) {
        let help = match nearest(scope, scopes.values.keys()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to `scopes.values`".to_owned(),
        };
        reader.mistake_with_help(place, format!("no scope is named `{scope}`"), help);
    }
}

fn publication(scopes: &Scopes, reader: &mut Reader) {
    match (scopes.published.given(), scopes.values.0.first()) {
        (Some(published), Some(first)) if !published.value => reader.explain(
            "scopes that are not published have no table",
            &[
                (published.place(), "not published"),
                (first.key_place(), "a scope"),
            ],
            None,
        ),
        (None, None) if scopes.published.is_absent() && scopes.values.keys().next().is_none() => {
            reader.mistake_with_help(
                Place::KeyOf(scopes.at),
                "no scope is listed",
                "add `values`, or write `published: false` where the provider names none",
            )
        }
        _ => {}
    }
}

fn separators(scopes: &Scopes, reader: &mut Reader) {
    let Some(separators) = scopes.separator.given() else {
        return;
    };
    let directed = !separators.request.is_absent() || !separators.response.is_absent();
    match (separators.both.given(), directed) {
        (Some(both), true) => reader.mistake(
            both.place(),
            "a separator for both directions, and one by direction",
        ),
        (None, false) if separators.both.is_absent() => {
            reader.mistake(Place::KeyOf(separators.at), "no separator is given");
        }
        _ => {}
    }
}

/// RFC 6749 §3.3, scope-token.
pub(crate) fn is_scope(text: &str) -> bool {
    let allowed = |c: char| matches!(c, '\x21' | '\x23'..='\x5b' | '\x5d'..='\x7e');
    !text.is_empty() && text.chars().all(allowed)
}

fn spelling(scopes: &Scopes, scope: &Entry<Scope>, reader: &mut Reader) {
    if !is_scope(&scope.key) {
        reader.mistake(
            scope.key_place(),
            format!("`{}` cannot be a scope (RFC 6749 §3.3)", scope.key),
        );
    }
    for separator in scopes.all_separators() {
        if separator != " " && scope.key.contains(separator) {
            reader.mistake(
                scope.key_place(),
                format!(
                    "the scope `{}` holds the separator `{separator}`",
                    scope.key
                ),
            );
        }
    }
}

fn rust_names(scopes: &Scopes, reader: &mut Reader) {
    let mut known: BTreeMap<String, &Entry<Scope>> = BTreeMap::new();
    for scope in &scopes.values.0 {
        let named = scope.value.rust_name.given();
        if let Some(named) = named
            && name::variant(&named.value).as_ref() != Some(&named.value)
        {
            reader.mistake_with_help(
                named.place(),
                format!("`{}` cannot name a variant", named.value),
                "write it as `ReadAll`",
            );
            continue;
        }
        let rust = match named {
            Some(named) => Some(named.value.clone()),
            None => name::variant(&scope.key),
        };
        let Some(rust) = rust else {
            reader.mistake_with_help(
                scope.key_place(),
                format!("`{}` has no letter or digit to be named by", scope.key),
                "give it a `rust_name`",
            );
            continue;
        };
        match known.get(&rust) {
            Some(first) => reader.explain(
                format!(
                    "the scopes `{}` and `{}` are both `{rust}` in Rust",
                    first.key, scope.key
                ),
                &[
                    (scope.key_place(), "this one"),
                    (first.key_place(), "and this one"),
                ],
                Some("give one of them a `rust_name`".to_owned()),
            ),
            None => {
                known.insert(rust, scope);
            }
        }
    }
}
