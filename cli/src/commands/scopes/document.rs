//! Documents for machines that list scopes.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use oauth_atlas_codegen::scope_table::{self, Row};
use oauth_atlas_codegen::writing;
use serde_json::{Map, Value};

use super::openapi;
use super::row::{row, sorted};

/// More than any description of an API that has been seen.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What is wrong with a document that is none of those below.
pub const NO_SCOPES: &str = "nothing lists scopes here: no discovery document of Google, no permissions of Microsoft \
                             Graph, no OpenAPI, and no metadata with `scopes_supported`";

/// The scopes of a document, each once; nothing where it is none that lists scopes.
pub fn read(path: &Path) -> Result<Option<Vec<Row>>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > MAX_BYTES {
        return Err(format!("the file has more than {MAX_BYTES} bytes"));
    }
    let text = String::from_utf8(text).map_err(|_| "the file is no UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    parse(text, &ending)
}

fn parse(text: &str, ending: &str) -> Result<Option<Vec<Row>>, String> {
    let rows = match ending {
        "tsv" => Some(table(text)?),
        "yaml" | "yml" => {
            let value = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
            scopes(&value)
        }
        _ => {
            let value = serde_json::from_str(text).map_err(|error| {
                format!("this is neither a table (.tsv), YAML (.yaml) nor JSON: {error}")
            })?;
            scopes(&value)
        }
    };
    let Some(mut rows) = rows else {
        return Ok(None);
    };
    // A spec has whole names alone.
    rows.retain(|row| !has_placeholder(&row.scope));
    let wrong = rows.iter().find(|row| !writing::is_scope(&row.scope));
    match wrong {
        Some(row) => Err(format!(
            "`{}` cannot be a scope (RFC 6749 §3.3)",
            scope_table::one_line(&row.scope)
        )),
        None => Ok(Some(rows)),
    }
}

/// Whether a scope has a `{name}`, however that is written, in which something else is sent.
fn has_placeholder(scope: &str) -> bool {
    let opened = scope.split_once('{');
    opened.is_some_and(|(_, rest)| rest.contains('}'))
}

fn table(text: &str) -> Result<Vec<Row>, String> {
    scope_table::parse(text).map_err(|mistakes| {
        let lines = mistakes
            .iter()
            .map(|one| format!("line {}: {}; {}", one.line, one.title, one.help));
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// The scopes of a document, by what it is.
fn scopes(document: &Value) -> Option<Vec<Row>> {
    let members = document.as_object()?;
    if let Some(Value::Array(list)) = members.get("delegatedScopesList") {
        return Some(graph(list));
    }
    if members.contains_key("openapi") || members.contains_key("swagger") {
        return Some(openapi::scopes(members));
    }
    if let Some(Value::Object(scopes)) = document.pointer("/auth/oauth2/scopes") {
        return Some(google(members, scopes));
    }
    let supported = members.get("scopes_supported")?.as_array()?;
    let names = supported.iter().filter_map(Value::as_str);
    Some(names.map(|name| row(name, "", None)).collect())
}

/// Microsoft Graph's `permissions-descriptions.json`. Permissions of applications are no scopes: a
/// token for an application has all that were granted.
fn graph(list: &[Value]) -> Vec<Row> {
    let text = |one: &Value, key: &str| one.get(key)?.as_str().map(str::to_owned);
    let enabled = list
        .iter()
        .filter(|one| one.get("isEnabled") != Some(&Value::Bool(false)));
    let rows = enabled.filter_map(|one| {
        let name = text(one, "value").filter(|name| !name.is_empty())?;
        let about = text(one, "adminConsentDisplayName").unwrap_or_default();
        let category = name.split('.').next().map(str::to_owned);
        Some(row(&name, &about, category.as_deref()))
    });
    sorted(rows.collect())
}

/// A discovery document of a Google API.
fn google(document: &Map<String, Value>, scopes: &Map<String, Value>) -> Vec<Row> {
    let title = document.get("title").and_then(Value::as_str);
    let rows = scopes.iter().map(|(name, about)| {
        let about = about.get("description").and_then(Value::as_str);
        row(name, about.unwrap_or_default(), title)
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(text: &str, ending: &str) -> Vec<(String, String, Option<String>)> {
        let rows = parse(text, ending).expect("a document");
        let rows = rows.expect("a document that lists scopes");
        let cells = |row: Row| (row.scope, row.description, row.category);
        rows.into_iter().map(cells).collect()
    }

    fn cells(scope: &str, about: &str, category: Option<&str>) -> (String, String, Option<String>) {
        (
            scope.to_owned(),
            about.to_owned(),
            category.map(str::to_owned),
        )
    }

    #[test]
    fn a_discovery_document_of_google_has_titles_and_descriptions() {
        let text = r#"{ "kind": "discovery#restDescription", "title": "Acme Mail API", "auth": { "oauth2":
            { "scopes": { "https://acme.example/auth/mail": { "description": "Read mail" } } } } }"#;
        let expected = cells(
            "https://acme.example/auth/mail",
            "Read mail.",
            Some("Acme Mail API"),
        );
        assert_eq!(names_of(text, "json"), [expected]);
        // One of an API that is called with a key alone.
        let without = r#"{ "kind": "discovery#restDescription", "title": "By key" }"#;
        assert_eq!(parse(without, "json"), Ok(None));
    }

    #[test]
    fn permissions_of_users_are_scopes_and_those_of_applications_are_none() {
        let text = r#"{ "delegatedScopesList": [
            { "value": "Mail.Read", "adminConsentDisplayName": "Read user mail", "isEnabled": true },
            { "value": "Mail.Off", "adminConsentDisplayName": "Off", "isEnabled": false },
            { "value": "Calendars.Read", "adminConsentDisplayName": "Read user calendars ", "isEnabled": true }
            ], "applicationScopesList": [ { "value": "Mail.Send" } ] }"#;
        let expected = [
            cells("Calendars.Read", "Read user calendars.", Some("Calendars")),
            cells("Mail.Read", "Read user mail.", Some("Mail")),
        ];
        assert_eq!(names_of(text, "json"), expected);
    }

    #[test]
    fn metadata_has_names_alone() {
        let text =
            r#"{ "issuer": "https://acme.example", "scopes_supported": ["openid", "mail"] }"#;
        let expected = ["openid", "mail"].map(|name| cells(name, "", None));
        assert_eq!(names_of(text, "json"), expected);
    }

    #[test]
    fn a_plain_table_is_read_as_the_table_beside_a_spec() {
        let text = "scope\tdescription\tcategory\nmail:read\tRead mail.\tMail\n";
        assert_eq!(
            names_of(text, "tsv"),
            [cells("mail:read", "Read mail.", Some("Mail"))]
        );
    }

    #[test]
    fn a_scope_with_a_placeholder_is_left_out() {
        let text = r#"{ "scopes_supported": ["mail:{Folder_Name}:read", "mail"] }"#;
        assert_eq!(names_of(text, "json"), [cells("mail", "", None)]);
    }

    #[test]
    fn what_lists_no_scopes_or_cannot_be_read_is_told_apart() {
        for text in ["[]", "{}", r#"{ "scopes_supported": true }"#] {
            assert_eq!(parse(text, "json"), Ok(None), "{text}");
        }
        for (text, ending, reason) in [
            ("{", "json", "neither a table"),
            ("a: [", "yaml", ""),
            ("scope\tabout\n", "tsv", "line 1"),
            (
                r#"{ "scopes_supported": ["two words"] }"#,
                "json",
                "cannot be a scope",
            ),
        ] {
            let refused = parse(text, ending).expect_err(text);
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
