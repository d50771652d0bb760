//! Where an answer that brings no tokens has its members, and what it calls them.

use crate::provider::TokenResponse;
use crate::text::json::Json;
use crate::text::member_path;

/// Names and values, in the order in which they came.
type Members = Vec<(String, Json)>;

/// The members under the standard's names: those in the envelope, if there is one, and of those the
/// renamed ones. The rest stays beside them.
///
/// # Errors
///
/// What is wrong, and all members, when the envelope is missing.
pub(crate) fn standard(
    rules: &TokenResponse,
    mut members: Members,
) -> Result<Members, (String, Members)> {
    if !rules.root.is_empty() {
        let root = rules.root.join(".");
        match member_path::take(&mut members, &root) {
            Some(Json::Object(inner)) => members = inner,
            _ => return Err((format!("`{root}` is missing or no object"), members)),
        }
    }
    for (standard, path) in rules.rename {
        if let Some(value) = member_path::take(&mut members, path) {
            members.push(((*standard).to_owned(), value));
        }
    }
    for other in rules.elsewhere {
        let is_there = |path: &&&str| {
            // `false` says something of a token that is introspected.
            member_path::find(&members, path).is_some_and(|value| *value != Json::Null)
        };
        if !is_there(&&other.member)
            && let Some(path) = other.paths.iter().find(is_there)
            && let Some(value) = member_path::take(&mut members, path)
        {
            members.push((other.member.to_owned(), value));
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: TokenResponse = TokenResponse {
        root: &["data", "token"],
        rename: &[("active", "is_valid"), ("sub", "user.id")],
        ..TokenResponse::STANDARD
    };

    fn read(text: &str) -> Result<String, String> {
        let Ok(Json::Object(members)) = Json::parse(text.as_bytes()) else {
            panic!("{text} is no object");
        };
        let named = standard(&RULES, members).map_err(|(message, _)| message)?;
        let names: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
        Ok(names.join(" "))
    }

    #[test]
    fn members_get_the_names_of_the_standard() {
        let answer = r#"{"data":{"token":{"is_valid":true,"app":"a","user":{"id":1}}},"more":2}"#;
        assert_eq!(read(answer).unwrap(), "app user active sub");
        assert_eq!(
            read(r#"{"data":{"token":{"active":true}}}"#).unwrap(),
            "active"
        );
    }

    #[test]
    fn an_envelope_that_is_missing_is_told() {
        for answer in ["{}", r#"{"data":[]}"#, r#"{"data":{"token":1}}"#] {
            let message = read(answer).unwrap_err();
            assert_eq!(message, "`data.token` is missing or no object");
        }
    }
}
