//! Braces in values that are sent as they stand: `{name}` is replaced in URLs, and `{client_id}` in
//! headers.

use crate::decode::{Place, Reader, Spanned, Table};
use crate::name;
use crate::spec::{Header, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for (text, place) in sent(spec) {
        if let Some(variable) = variable(text) {
            reader.mistake_with_help(
                place,
                format!("`{{{variable}}}` would be sent as it stands here"),
                "variables are for URLs: leave the value to the caller, or write what is sent",
            );
        }
    }
}

/// The first `{name}` of a text.
pub(super) fn variable(text: &str) -> Option<&str> {
    let insides = text.split('{').skip(1);
    let mut names = insides.filter_map(|rest| Some(rest.split_once('}')?.0));
    names.find(|name| name::is_identifier(name))
}

/// What is sent, or compared with what is sent, as the spec has it.
fn sent(spec: &Spec) -> Vec<(&str, Place)> {
    let mut sent = Vec::new();
    for one in spec.authorization_parameters() {
        sent.extend(spanned(one.value.value.given()));
        let values = one.value.values.given().into_iter();
        sent.extend(
            values
                .flat_map(|many| &many.0)
                .map(|value| (value.value.as_str(), value.place())),
        );
    }
    let authorization = spec
        .endpoints
        .as_ref()
        .and_then(|e| e.authorization.given());
    if let Some(endpoint) = authorization {
        sent.extend(names(&endpoint.rename));
        sent.extend(spanned(endpoint.fragment.given()));
    }
    for endpoint in spec.called_endpoints() {
        sent.extend(names(&endpoint.rename));
        sent.extend(fixed(&endpoint.parameters));
    }
    if let Some(grants) = &spec.grants {
        if let Some(grant) = grants.authorization_code.given() {
            sent.extend(fixed(&grant.parameters));
        }
        for extension in &grants.extensions.0 {
            let parameters = extension.value.parameters.0.iter();
            sent.extend(parameters.filter_map(|one| spanned(one.value.value.given())));
        }
    }
    if let Some(offline) = spec.offline.given() {
        sent.extend(names(&offline.parameters));
    }
    if let Some(scopes) = spec.scopes.given() {
        let groups = scopes
            .groups
            .0
            .iter()
            .flat_map(|group| &group.value.values.0);
        let scopes = scopes.values.0.iter().chain(groups);
        sent.extend(scopes.map(|scope| (scope.key.as_str(), scope.key_place())));
    }
    sent
}

fn spanned(text: Option<&Spanned<String>>) -> Option<(&str, Place)> {
    text.map(|text| (text.value.as_str(), text.place()))
}

fn names(table: &Table<String>) -> impl Iterator<Item = (&str, Place)> {
    let entries = table.0.iter();
    entries.map(|entry| (entry.value.as_str(), Place::At(entry.at)))
}

fn fixed(table: &Table<Header>) -> impl Iterator<Item = (&str, Place)> {
    let values = table.0.iter().map(|entry| &entry.value.value);
    values.map(|value| (value.value.as_str(), value.place()))
}
