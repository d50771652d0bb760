//! The scope table and its separators.

use crate::decode::{Entry, Maybe, Place, Reader};
use crate::language::words::nearest;
use crate::spec::{OmittedScope, Scope, Scopes, Spec};
use crate::text::is_all;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let endpoint = spec.endpoints.as_ref().and_then(|e| e.userinfo.given());
    let needed = endpoint.and_then(|endpoint| endpoint.scope.given());
    for scope in needed.into_iter().flat_map(|many| &many.0) {
        listed(spec.scopes.given(), &scope.value, scope.place(), reader);
    }
    let Some(scopes) = spec.scopes.given() else {
        return;
    };
    publication(scopes, reader);
    partial(scopes, reader);
    separators(scopes, reader);
    prefix(scopes, reader);
    let separators: Vec<_> = scopes.all_separators().collect();
    for scope in &scopes.values.0 {
        spelling(&separators, scope, reader);
        excluded(scopes, scope, reader);
    }
    for group in &scopes.groups.0 {
        let separator = group.value.separator.given();
        let separator = separator.map_or(" ", |separator| separator.value.as_str());
        for scope in &group.value.values.0 {
            spelling(&[separator], scope, reader);
            if let Some(excluded) = scope.value.excludes.given() {
                reader.mistake_with_help(
                    excluded.0[0].place(),
                    "a scope of a parameter of its own excludes none",
                    "leave it out",
                );
            }
        }
    }
    never_sent(spec, scopes, reader);
    if let Some(offline) = spec.offline.given() {
        for scope in offline.scopes.given().iter().flat_map(|scopes| &scopes.0) {
            listed(Some(scopes), &scope.value, scope.place(), reader);
        }
    }
    for bundle in &scopes.bundles.0 {
        for scope in &bundle.value.values.0 {
            listed(Some(scopes), &scope.value, scope.place(), reader);
        }
    }
}

pub(super) fn listed(scopes: Option<&Scopes>, scope: &str, place: Place, reader: &mut Reader) {
    let Some(scopes) = scopes else { return };
    if !scopes.values.knows(scope) {
        let help = match nearest(scope, scopes.values.keys()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it to `scopes.values`".to_owned(),
        };
        reader.mistake_with_help(place, format!("no scope is named `{scope}`"), help);
    }
}

/// Scopes that are never asked for together, which the required ones always are.
fn excluded(scopes: &Scopes, scope: &Entry<Scope>, reader: &mut Reader) {
    let is_required = |one: &Scope| one.required.given().is_some_and(|required| required.value);
    for other in scope.value.excludes.given().iter().flat_map(|many| &many.0) {
        listed(Some(scopes), &other.value, other.place(), reader);
        let Some(found) = scopes.values.get(&other.value) else {
            continue;
        };
        if other.value == scope.key {
            reader.mistake_with_help(
                other.place(),
                "a scope does not exclude itself",
                "leave it out",
            );
        } else if is_required(&scope.value) || is_required(&found.value) {
            reader.explain(
                format!(
                    "every login asks for one of the two, so none can ask for `{}`",
                    match is_required(&found.value) {
                        true => &scope.key,
                        false => &other.value,
                    }
                ),
                &[
                    (other.place(), "excluded"),
                    (found.key_place(), "this scope"),
                ],
                Some("keep `required` or `excludes`".to_owned()),
            );
        }
    }
}

/// What scopes that no login asks for have to say: what is granted instead.
fn never_sent(spec: &Spec, scopes: &Scopes, reader: &mut Reader) {
    let omit = spec.left_out_of_authorization("scope");
    let (Some(omit), Some(first)) = (omit, scopes.values.0.first()) else {
        return;
    };
    let required = scopes.values.0.iter().find_map(|scope| {
        scope
            .value
            .required
            .given()
            .filter(|required| required.value)
    });
    if let Some(required) = required {
        reader.explain(
            "a login has to ask for this scope, and asks for none",
            &[
                (required.place(), "required"),
                (omit.place(), "`scope` is not sent"),
            ],
            Some("keep one of the two".to_owned()),
        );
    }
    match scopes
        .omitted
        .given()
        .map(|omitted| (omitted, omitted.value))
    {
        Some((_, OmittedScope::AllRegistered | OmittedScope::Default)) => {}
        Some((omitted, OmittedScope::Refused)) => reader.explain(
            "every login would be refused",
            &[
                (omit.place(), "`scope` is not sent"),
                (omitted.place(), "a request without it"),
            ],
            Some("one of the two is not true of this provider".to_owned()),
        ),
        Some((_, OmittedScope::Unknown)) | None if !matches!(scopes.omitted, Maybe::Broken) => {
            reader.explain(
                "a login asks for no scope, and nothing says which ones are granted",
                &[
                    (omit.place(), "`scope` is not sent"),
                    (first.key_place(), "a scope"),
                ],
                Some(
                    "add `omitted: all_registered` or `omitted: default` to `scopes`, or leave \
                     the table out"
                        .to_owned(),
                ),
            );
        }
        _ => {}
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
        (None, None) if scopes.published.is_absent() && scopes.values.is_empty() => reader
            .mistake_with_help(
                Place::KeyOf(scopes.at),
                "no scope is listed",
                "add `values`, or write `published: false` where the provider names none",
            ),
        _ => {}
    }
}

/// How many scopes there are, which are more than the table has.
fn partial(scopes: &Scopes, reader: &mut Reader) {
    let Some(partial) = scopes.partial.given() else {
        return;
    };
    let known = partial.known.given();
    let Some(of) = partial.of.given() else {
        if known.is_none() && partial.known.is_absent() && partial.of.is_absent() {
            reader.mistake_with_help(
                Place::KeyOf(partial.at),
                "nothing is said of how complete the table is",
                "write `partial: true`, or `partial: { of: 640, source: … }`",
            );
        }
        return;
    };
    if let Some(known) = known.filter(|known| !known.value) {
        reader.explain(
            "a table that is complete, and how many scopes it lacks",
            &[(known.place(), "complete"), (of.place(), "of so many")],
            Some("keep one of the two".to_owned()),
        );
    } else if of.value.0 <= scopes.values.0.len() {
        let listed = scopes.values.0.len();
        reader.mistake_with_help(
            of.place(),
            format!("the table has {listed} scopes, of {}", of.value.0),
            "a table with all of them is not `partial`; else give the number anew",
        );
    }
}

/// What names leave out, so that it shortens some and changes none when a scope is added.
fn prefix(scopes: &Scopes, reader: &mut Reader) {
    let Some(prefix) = scopes.prefix.given() else {
        return;
    };
    let text = prefix.value.as_str();
    if text.ends_with(char::is_alphanumeric) || text.is_empty() {
        reader.mistake_with_help(
            prefix.place(),
            "the prefix does not end between two words",
            "end it with what stands between them, as `user.` does",
        );
        return;
    }
    let begins = scopes.values.keys().filter(|name| name.starts_with(text));
    if begins.count() < 2 {
        reader.mistake_with_help(
            prefix.place(),
            format!("fewer than two scopes begin with `{text}`"),
            "leave it out, and give a scope with a long name a `rust_name`",
        );
    }
}

fn separators(scopes: &Scopes, reader: &mut Reader) {
    let Some(separators) = scopes.separator.given() else {
        return;
    };
    let directed = !separators.request.is_absent() || !separators.response.is_absent();
    match (separators.both.given(), directed) {
        (Some(both), true) => reader.mistake_with_help(
            both.place(),
            "a separator for both directions, and one by direction",
            "keep `both`, or `request` and `response`",
        ),
        (None, false) if separators.both.is_absent() => {
            reader.mistake(Place::KeyOf(separators.at), "no separator is given");
        }
        _ => {}
    }
}

/// RFC 6749 §3.3, scope-token.
pub(crate) fn is_scope(text: &str) -> bool {
    !text.is_empty() && is_all!(text, b'\x21' | b'\x23'..=b'\x5b' | b'\x5d'..=b'\x7e')
}

fn spelling(separators: &[&str], scope: &Entry<Scope>, reader: &mut Reader) {
    if !is_scope(&scope.key) {
        reader.mistake_with_help(
            scope.key_place(),
            format!("`{}` cannot be a scope", scope.key),
            "a scope is one or more printable ASCII characters, and no space, `\"` or `\\` (RFC 6749 §3.3)",
        );
    }
    for separator in separators {
        if *separator != " " && scope.key.contains(separator) {
            reader.mistake_with_help(
                scope.key_place(),
                format!(
                    "the scope `{}` holds the separator `{separator}`",
                    scope.key
                ),
                "a list of scopes with it could not be read: is the separator right?",
            );
        }
    }
}
