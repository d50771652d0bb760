//! Sources, conflicts, lifetimes and the names of errors and headers.

use crate::decode::{Entry, Place, Reader};
use crate::language::words::nearest;
use crate::spec::{Conflict, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    sources(spec, reader);
    metadata(spec, reader);
    conflicts(spec, reader);
    api(spec, reader);
    if let Some(issuer) = spec.issuer.given()
        && issuer.value.text.contains(['?', '#'])
    {
        reader.mistake_with_help(
            issuer.place(),
            "an issuer has no query and no fragment (RFC 8414 §2)",
            "write it as the `issuer` of the provider's metadata, or leave it out",
        );
    }
    if let Some(flag) = spec.authorization_response_iss_parameter_supported.given()
        && flag.value
        && spec.issuer.is_absent()
    {
        reader.mistake_with_help(
            flag.place(),
            "callbacks name their issuer, and nothing says which one is right",
            "add `issuer: https://…`, as the provider's metadata has it (RFC 9207 §2.4)",
        );
    }
    if let Some(flag) = spec.require_pushed_authorization_requests.given()
        && flag.value
        && let Some(endpoints) = &spec.endpoints
        && endpoints.pushed_authorization_request.is_absent()
    {
        reader.explain(
            "every login must be pushed, and nothing says where",
            &[
                (flag.place(), "this says that it must"),
                (
                    Place::KeyOf(endpoints.at),
                    "`pushed_authorization_request` is missing here",
                ),
            ],
            Some("add `pushed_authorization_request: https://…` to `endpoints`".to_owned()),
        );
    }
    for code in &spec.errors.0 {
        let known = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        if code.key.is_empty() || !code.key.chars().all(known) {
            reader.mistake_with_help(
                code.key_place(),
                format!("`{}` is not an error code", code.key),
                "it is printable ASCII without a space, `\"` and `\\` (RFC 6749 §5.2)",
            );
        }
    }
}

fn sources(spec: &Spec, reader: &mut Reader) {
    let Some(sources) = &spec.sources else { return };
    if sources.is_empty() {
        reader.mistake_with_help(
            Place::Spec,
            "a spec names at least one source",
            "add the page that the facts come from: its title, url and the day it was checked",
        );
    }
    let cited = std::mem::take(&mut reader.cited);
    for (name, at) in &cited {
        if !sources.knows(name) {
            let help = match nearest(name, sources.keys()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it to `sources`".to_owned(),
            };
            reader.mistake_with_help(Place::At(*at), format!("no source is named `{name}`"), help);
        }
    }
    // With a single source, every fact comes from it.
    if sources.keys().count() > 1 {
        for source in &sources.0 {
            if !cited.iter().any(|(name, _)| *name == source.key) {
                reader.mistake_with_help(
                    source.key_place(),
                    format!("no fact cites the source `{}`", source.key),
                    "name it in the `source` of what it says, or leave it out",
                );
            }
        }
    }
}

/// One document describes one set of hosts.
fn metadata(spec: &Spec, reader: &mut Reader) {
    let mut named: Vec<(&str, Place)> = Vec::new();
    for environment in &spec.environments.0 {
        let Some(metadata) = environment.value.metadata.given() else {
            continue;
        };
        let name = metadata.value.0.as_str();
        if let Some((_, first)) = named.iter().find(|(known, _)| *known == name) {
            reader.explain(
                format!("`{name}` is the metadata of two environments"),
                &[(metadata.place(), "this one"), (*first, "and this one")],
                None,
            );
        }
        named.push((name, metadata.place()));
    }
}

fn conflicts(spec: &Spec, reader: &mut Reader) {
    let choice = spec.offers_a_choice();
    for conflict in &spec.conflicts.0 {
        let Conflict { at, versions, .. } = &conflict.value;
        if versions.0.len() < 2 {
            reader.mistake(Place::At(*at), "a conflict has at least two versions");
        }
        let taken: Vec<_> = versions
            .0
            .iter()
            .filter_map(|version| version.value.taken.given())
            .filter(|taken| taken.value)
            .collect();
        match taken.as_slice() {
            [_] => {}
            [] => reader.mistake_with_help(
                Place::At(*at),
                "no version of this conflict is taken",
                "mark the one that the spec follows with `taken: true`",
            ),
            [first, .., last] => reader.explain(
                "two versions of one conflict are taken",
                &[(last.place(), "this one"), (first.place(), "and this one")],
                None,
            ),
        }
        for version in &versions.0 {
            if let Some(selectable) = version.value.selectable.given()
                && selectable.value
                && !choice
            {
                reader.mistake_with_help(
                    selectable.place(),
                    "nothing in this spec lets the caller choose this version",
                    "give `encoding`, `auth` or `separator` a list, or add an environment",
                );
            }
        }
    }
}

fn api(spec: &Spec, reader: &mut Reader) {
    let Some(api) = spec.api.given() else { return };
    if let Some(url) = api.url.given()
        && url.value.text.contains('?')
    {
        reader.mistake_with_help(
            url.place(),
            "the API's URL has a query",
            "paths are appended to it; what each call sends beside the token goes into `headers`",
        );
    }
    if let Some(header) = api.header.given()
        && !is_header_name(&header.value)
    {
        no_header_name(&header.value, header.place(), reader);
    }
    if let Some(prefix) = api.prefix.given()
        && prefix.value.contains('{')
    {
        let is_visible = prefix
            .value
            .chars()
            .all(|c| c.is_ascii_graphic() || c == ' ');
        if prefix.value.ends_with('}') || !is_visible {
            reader.mistake_with_help(
                prefix.place(),
                format!("`{}` cannot stand before a token", prefix.value),
                "write what divides the value from the token behind it, as in `{client_id}:`",
            );
        }
    } else if let Some(prefix) = api.prefix.given()
        && !is_token(&prefix.value)
    {
        reader.mistake_with_help(
            prefix.place(),
            format!("`{}` cannot stand before a token", prefix.value),
            "write one word such as `Bearer`, or `none`",
        );
    }
}

pub(super) fn companion(header: &Entry<crate::spec::Header>, reader: &mut Reader) {
    if !is_header_name(&header.key) {
        no_header_name(&header.key, header.key_place(), reader);
    }
    let value = &header.value.value;
    if !value
        .value
        .chars()
        .all(|c| c.is_ascii_graphic() || c == ' ')
    {
        reader.mistake(
            value.place(),
            "a header's value is printable ASCII (RFC 9110 §5.5)",
        );
    }
}

pub(super) fn is_token(word: &str) -> bool {
    let others = "!#$%&'*+-.^_`|~";
    !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// What is told of a header whose name is none.
pub(super) fn no_header_name(name: &str, place: Place, reader: &mut Reader) {
    let lower = name.to_ascii_lowercase();
    if is_header_name(&lower) {
        reader.mistake_with_help(
            place,
            format!("`{name}` has capitals, and header names are in lower case here"),
            format!("write `{lower}`: case makes no difference to a server (RFC 9110 §5.1)"),
        );
    } else {
        reader.mistake_with_help(
            place,
            format!("`{name}` is not a header name"),
            "a header name has lower-case letters, digits and `-` (RFC 9110 §5.6.2)",
        );
    }
}

pub(super) fn is_header_name(name: &str) -> bool {
    is_token(name) && !name.chars().any(|c| c.is_ascii_uppercase())
}
