//! The scopes of an OpenAPI description, of version 2 or 3.

use std::collections::{BTreeMap, BTreeSet};

use oauth_atlas_codegen::scope_table::Row;
use serde_json::{Map, Value};

use super::row::{row, sorted};

/// The scopes of the security schemes for OAuth, and those that single operations ask of them.
pub fn scopes(document: &Map<String, Value>) -> Vec<Row> {
    let schemes = schemes(document);
    let oauth: BTreeMap<_, _> = schemes
        .iter()
        .filter(|(_, scheme)| {
            let kind = scheme.get("type").and_then(Value::as_str);
            matches!(kind, Some("oauth2" | "openIdConnect"))
        })
        .map(|(name, scheme)| (name.as_str(), scheme))
        .collect();
    let mut rows = Vec::new();
    for scheme in oauth.values() {
        // Version 2 has one flow, and version 3 several.
        let flows = scheme.get("flows").and_then(Value::as_object);
        let flows = flows.map_or_else(|| vec![*scheme], |flows| flows.values().collect());
        for flow in flows {
            let scopes = flow.get("scopes").and_then(Value::as_object);
            for (name, about) in scopes.into_iter().flatten() {
                rows.push(row(name, about.as_str().unwrap_or_default(), None));
            }
        }
    }
    let mut asked = BTreeSet::new();
    requirements(document, &oauth, &mut asked);
    let paths = document.get("paths").and_then(Value::as_object);
    for path in paths.into_iter().flatten() {
        for operation in path.1.as_object().into_iter().flatten() {
            if let Value::Object(operation) = operation.1 {
                requirements(operation, &oauth, &mut asked);
            }
        }
    }
    rows.extend(asked.into_iter().map(|name| row(name, "", None)));
    sorted(rows)
}

fn schemes(document: &Map<String, Value>) -> Map<String, Value> {
    let of_three = document
        .get("components")
        .and_then(|components| components.get("securitySchemes"));
    let schemes = of_three.or_else(|| document.get("securityDefinitions"));
    schemes
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

/// The scopes that `security` asks of the schemes for OAuth.
fn requirements<'d>(
    of: &'d Map<String, Value>,
    oauth: &BTreeMap<&str, &Value>,
    asked: &mut BTreeSet<&'d str>,
) {
    let security = of.get("security").and_then(Value::as_array);
    for requirement in security.into_iter().flatten() {
        for (scheme, scopes) in requirement.as_object().into_iter().flatten() {
            if oauth.contains_key(scheme.as_str()) {
                let scopes = scopes.as_array().into_iter().flatten();
                asked.extend(scopes.filter_map(Value::as_str));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(String, String)> {
        let document: Value = serde_json::from_str(text).expect("JSON");
        let rows = scopes(document.as_object().expect("an object"));
        rows.into_iter()
            .map(|row| (row.scope, row.description))
            .collect()
    }

    #[test]
    fn all_flows_and_operations_are_read_and_other_schemes_are_not() {
        let text = r#"{
            "openapi": "3.0.0",
            "components": { "securitySchemes": {
                "oauth": { "type": "oauth2", "flows": {
                    "authorizationCode": { "scopes": { "mail:read": "Read mail" } },
                    "clientCredentials": { "scopes": { "mail:read": "Read mail", "admin": "" } } } },
                "key": { "type": "apiKey" } } },
            "paths": { "/mail": {
                "parameters": [],
                "post": { "security": [ { "oauth": ["mail:send"], "key": [] }, { "key": ["none"] } ] } } } }"#;
        let expected = [
            ("admin", ""),
            ("mail:read", "Read mail."),
            ("mail:send", ""),
        ];
        assert_eq!(
            cells(text),
            expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }

    #[test]
    fn version_two_has_one_flow() {
        let text = r#"{ "swagger": "2.0", "securityDefinitions": {
            "oauth": { "type": "oauth2", "flow": "accessCode", "scopes": { "read": "Read" } } } }"#;
        assert_eq!(cells(text), [("read".to_owned(), "Read.".to_owned())]);
    }
}
