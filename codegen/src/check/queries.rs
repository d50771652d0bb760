//! What a URL has of parameters before the client adds its own.

use std::collections::BTreeMap;

use oauth_atlas_description::IN_FRAGMENT;

use crate::check::requests::{Destination, destinations, leave_out};
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
        if pairs.is_empty() {
            continue;
        }
        let known = known(spec, &destination, is_login);
        for (name, value, start) in pairs {
            // Of these it is said that nothing fills them in.
            let is_unknown = name != "client_id" && !spec.variables.knows(name);
            if is_unknown && value.strip_prefix('{') == Some(&format!("{name}}}")) {
                continue;
            }
            if let Some(added) = known.get(name) {
                let place = Place::Part(at, start, start + name.len());
                twice(name, place, added, reader);
            }
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

/// How a request comes to a parameter.
enum Added {
    /// The client sends it by itself: its standard name.
    Standard(&'static str),
    /// A spec says it.
    Own(Place),
}

/// The names of what is added to a URL.
fn known<'s>(
    spec: &'s Spec,
    destination: &Destination<'s>,
    is_login: bool,
) -> BTreeMap<&'s str, Added> {
    let mut known = BTreeMap::new();
    let requests = destination.requests.iter();
    let own = requests.clone().flat_map(|one| &one.own);
    let own = own.map(|(name, place, _)| (*name, *place));
    let of_login = spec.authorization_parameters().filter(|_| is_login);
    let of_login = of_login.map(|one| (one.key.as_str(), one.key_place()));
    for (name, place) in own.chain(destination.fixed.iter().copied()).chain(of_login) {
        known.insert(name, Added::Own(place));
    }
    if is_login && !spec.id_token.is_absent() {
        known.insert("nonce", Added::Standard("nonce"));
    }
    for sent in requests.flat_map(|request| destination.sent(request)) {
        known.insert(sent.name, Added::Standard(sent.standard));
    }
    known
}

/// A parameter of the URL that a request has anyway: which value counts is the provider's to guess
/// (RFC 6749 §3.1).
fn twice(name: &str, place: Place, added: &Added, reader: &mut Reader) {
    let title = format!("`{name}` would be sent twice");
    match added {
        Added::Standard(standard) => {
            reader.mistake_with_help(place, title, leave_out(standard));
        }
        Added::Own(other) => reader.explain(
            title,
            &[(place, "in the URL"), (*other, "and as a parameter")],
            Some("keep one of the two".to_owned()),
        ),
    }
}
