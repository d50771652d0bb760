//! The token response and API calls.

use oauth_atlas_description::owned;

use crate::decode::{Entry, Many, Table};
use crate::lower::{cited, or, text, texts};
use crate::model;
use crate::spec;

pub(super) fn api(api: Option<&spec::Api>) -> model::Api {
    let mut value = owned::Api::default();
    let Some(api) = api else {
        return model::Api {
            value,
            headers: Vec::new(),
            parameters: Vec::new(),
            description: None,
            sources: Vec::new(),
        };
    };
    value.url = api.url.given().map(|url| url.value.text.clone());
    if let Some(header) = api.header.given() {
        value.header.clone_from(&header.value);
    }
    if let Some(query) = api.query.given() {
        value.query.clone_from(&query.value);
        value.header.clear();
    }
    match api.prefix.given().map(|prefix| prefix.value.as_str()) {
        Some("none") => value.prefix.clear(),
        // The text divides its value from the token itself.
        Some(text) if text.contains('{') => text.clone_into(&mut value.prefix),
        Some(word) => value.prefix = format!("{word} "),
        None => {}
    }
    value.headers = super::values(&api.headers);
    value.parameters = super::values(&api.parameters);
    model::Api {
        value,
        headers: documented(&api.headers),
        parameters: documented(&api.parameters),
        description: text(&api.description),
        sources: cited(&api.source),
    }
}

fn documented(table: &Table<spec::Header>) -> Vec<model::Header> {
    let one = |entry: &Entry<spec::Header>| model::Header {
        description: text(&entry.value.description),
        sources: cited(&entry.value.source),
    };
    table.0.iter().map(one).collect()
}

pub(super) fn token_response(response: Option<&spec::TokenResponse>) -> model::TokenResponse {
    let mut value = owned::TokenResponse::default();
    let Some(response) = response else {
        return model::TokenResponse {
            value,
            description: None,
            sources: Vec::new(),
        };
    };
    or(&response.format, &mut value.format);
    or(&response.scope_array, &mut value.scope_array);
    or(&response.any_token_type, &mut value.any_token_type);
    if let Some(root) = response.root.given() {
        value.root = root.value.split('.').map(str::to_owned).collect();
    }
    let rename = response.rename.0.iter();
    let first = rename.clone().filter_map(|entry| {
        let path = &entry.value.0.first()?.value;
        (*path != entry.key).then(|| (entry.key.clone(), path.clone()))
    });
    value.rename = first.collect();
    let several = rename.filter(|entry| entry.value.0.len() > 1);
    value.elsewhere = several.map(elsewhere).collect();
    or(&response.expiry, &mut value.expiry);
    value.refresh_expiry = response.refresh_expiry.given().map(refresh_expiry);
    value.error = response.error.given().map(error_rule);
    let members = response.fields.0.iter();
    value.members = members
        .map(|member| owned::ResponseMember {
            name: member.key.clone(),
            presence: member.value,
        })
        .collect();
    model::TokenResponse {
        value,
        description: text(&response.description),
        sources: cited(&response.source),
    }
}

/// The places of a member that count after the first one.
fn elsewhere(entry: &Entry<Many<String>>) -> owned::Elsewhere {
    let paths = entry.value.0.iter().skip(1);
    owned::Elsewhere {
        member: entry.key.clone(),
        paths: paths.map(|path| path.value.clone()).collect(),
    }
}

fn refresh_expiry(given: &spec::RefreshExpiry) -> owned::RefreshExpiry {
    let mut value = owned::RefreshExpiry {
        member: given.member.value.clone(),
        ..owned::RefreshExpiry::default()
    };
    or(&given.expiry, &mut value.expiry);
    value
}

fn error_rule(rule: &spec::ErrorRule) -> owned::ErrorRule {
    let description = rule.description.given();
    let success = rule.success.0.iter();
    owned::ErrorRule {
        member: rule.member.value.clone(),
        success: success.map(|value| value.value.clone()).collect(),
        code: rule.code.value.clone(),
        description: description.map_or_else(String::new, |path| path.value.clone()),
    }
}

pub(super) fn refusal(rule: &spec::Refusal) -> model::Refusal {
    let mut codes = texts(&rule.code);
    let any_code = codes.iter().any(|code| code == spec::ANY);
    codes.retain(|code| code != spec::ANY);
    model::Refusal {
        value: owned::RefusalRule {
            operations: texts(&rule.operation),
            status: rule.status.given().map(|status| status.value.into()),
            codes,
            any_code,
            means: rule.means.value.clone(),
        },
        description: None,
        sources: cited(&rule.source),
    }
}
