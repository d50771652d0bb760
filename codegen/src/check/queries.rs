//! What a URL has of parameters before the client adds its own.

use oauth_atlas_description::IN_FRAGMENT;

use crate::check::requests::{Destination, Request, destinations, leave_out};
use crate::decode::{Place, Reader};
use crate::spec::Spec;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let authorization = spec.authorization();
    let fragment = authorization.and_then(|endpoint| endpoint.fragment.given());
    let fragment = fragment.and_then(|text| Some((text, text.value.split_once(IN_FRAGMENT)?)));
    for destination in destinations(spec) {
        let url = destination.url;
        let is_login = authorization.is_some_and(|endpoint| endpoint.url.at == url.at);
        // What the client adds stands where these pairs stand, so that one shadows the other.
        let (at, pairs) = match fragment.filter(|_| is_login) {
            Some((text, (before, _))) => (text.at, pairs(before)),
            None => (url.at, pairs(&url.value.text)),
        };
        for (name, value, start) in pairs {
            // Of these it is said that nothing fills them in.
            let is_unknown = name != "client_id" && !spec.variables.knows(name);
            if is_unknown && value.strip_prefix('{') == Some(&format!("{name}}}")) {
                continue;
            }
            let place = Place::Part(at, start, start + name.len());
            twice(spec, &destination, is_login, (name, place), reader);
        }
    }
    let Some((text, (before, after))) = fragment else {
        return;
    };
    let starts = before.contains('?') && before.ends_with(['?', '&']);
    let ends = after.is_empty() || after.starts_with('&');
    if !starts || !ends {
        reader.mistake_with_help(
            Place::Part(text.at, before.len(), before.len() + IN_FRAGMENT.len()),
            "the parameters would run into what stands beside them",
            "write `?` or `&` before `{query}`, and nothing or `&` behind it: `/oauth/authorize?{query}`",
        );
    }
}

/// The names and values of a query, and where each pair begins in the text.
fn pairs(text: &str) -> Vec<(&str, &str, usize)> {
    let mut start = text.find('?').map_or(text.len(), |at| at + 1);
    let mut pairs = Vec::new();
    for pair in text[start..].split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !name.is_empty() {
            pairs.push((name, value, start));
        }
        start += pair.len() + 1;
    }
    pairs
}

/// A parameter of the URL that a request has anyway.
fn twice(
    spec: &Spec,
    destination: &Destination,
    is_login: bool,
    (name, place): (&str, Place),
    reader: &mut Reader,
) {
    let title = format!("`{name}` would be sent twice");
    // Which value counts is the provider's to guess (RFC 6749 §3.1).
    let is_nonce = is_login && name == "nonce" && !spec.id_token.is_absent();
    let sent = |request: &Request| {
        let sent = destination.sent(request);
        let sent = sent.iter().find(|one| one.name == name)?;
        Some(sent.standard)
    };
    let standard = destination.requests.iter().find_map(sent);
    if let Some(standard) = standard.or(is_nonce.then_some("nonce")) {
        return reader.mistake_with_help(place, title, leave_out(standard));
    }
    let own = destination.requests.iter().flat_map(|one| &one.own);
    let own = own.map(|(name, place, _)| (*name, *place));
    let of_login = spec.authorization_parameters().filter(|_| is_login);
    let of_login = of_login.map(|one| (one.key.as_str(), one.key_place()));
    let mut own = own.chain(destination.fixed.iter().copied()).chain(of_login);
    if let Some((_, other)) = own.find(|(other, _)| *other == name) {
        reader.explain(
            title,
            &[(place, "in the URL"), (other, "and as a parameter")],
            Some("keep one of the two".to_owned()),
        );
    }
}
