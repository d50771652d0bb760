//! The token response and API calls.

use crate::lower::{cited, flag, pairs, text, value};
use crate::model;
use crate::spec::{self, Expiry, Format};

pub(super) fn api(api: Option<&spec::Api>) -> model::Api {
    let prefix = api
        .and_then(|api| api.prefix.given())
        .map(|prefix| prefix.value.as_str());
    let header = api
        .and_then(|api| api.header.given())
        .map(|header| header.value.as_str());
    let query = api
        .and_then(|api| api.query.given())
        .map(|query| query.value.clone());
    model::Api {
        url: api
            .and_then(|api| api.url.given())
            .map(|url| url.value.text.clone()),
        header: match &query {
            Some(_) => String::new(),
            None => header.unwrap_or("authorization").to_owned(),
        },
        query: query.unwrap_or_default(),
        prefix: match prefix {
            Some("none") => String::new(),
            Some(word) => format!("{word} "),
            None => "Bearer ".to_owned(),
        },
        headers: api
            .iter()
            .flat_map(|api| &api.headers.0)
            .map(|header| model::Header {
                name: header.key.clone(),
                value: header.value.value.value.clone(),
                description: text(&header.value.description),
                sources: cited(&header.value.source),
            })
            .collect(),
        description: api.and_then(|api| text(&api.description)),
        sources: api.map(|api| cited(&api.source)).unwrap_or_default(),
    }
}

pub(super) fn token_response(response: Option<&spec::TokenResponse>) -> model::TokenResponse {
    model::TokenResponse {
        format: response.map_or(Format::Json, |response| {
            value(&response.format, Format::Json)
        }),
        scope_array: response.is_some_and(|response| flag(&response.scope_array)),
        any_token_type: response.is_some_and(|response| flag(&response.any_token_type)),
        root: response
            .and_then(|response| response.root.given())
            .map(|root| root.value.split('.').map(str::to_owned).collect())
            .unwrap_or_default(),
        rename: response
            .map(|response| pairs(&response.rename))
            .unwrap_or_default(),
        expiry: response.map_or(Expiry::Seconds, |response| {
            value(&response.expiry, Expiry::Seconds)
        }),
        refresh_expiry: response
            .and_then(|response| response.refresh_expiry.given())
            .map(|given| {
                (
                    given.member.value.clone(),
                    value(&given.expiry, Expiry::Seconds),
                )
            }),
        error: response
            .and_then(|response| response.error.given())
            .map(error_rule),
        fields: response
            .iter()
            .flat_map(|response| &response.fields.0)
            .map(|field| (field.key.clone(), field.value))
            .collect(),
        description: response.and_then(|response| text(&response.description)),
        sources: response
            .map(|response| cited(&response.source))
            .unwrap_or_default(),
    }
}

fn error_rule(rule: &spec::ErrorRule) -> model::ErrorRule {
    model::ErrorRule {
        member: rule.member.value.clone(),
        success: match rule.success.value.as_str() {
            "absent" => String::new(),
            value => value.to_owned(),
        },
        code: rule.code.value.clone(),
        description: rule
            .description
            .given()
            .map(|path| path.value.clone())
            .unwrap_or_default(),
        errors: pairs(&rule.errors),
    }
}
