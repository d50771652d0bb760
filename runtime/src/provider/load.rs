//! Providers described at run time (feature `dynamic`).

use std::fmt;

use oauth_atlas_description::{LoadError, Provider, Value, owned};

use crate::text::json::{Json, JsonError};

/// The largest description that is read, in bytes: the largest of the published ones several times.
const LONGEST: usize = 4 * 1024 * 1024;

/// Parses and checks a provider's JSON description; `generated/json` has one for each published
/// provider. Make a [`Core`](crate::Core) from the result: scopes are text, and operations that the
/// provider lacks return an error.
///
/// A description stays in memory while the program runs, a few kilobytes each. Loading the same
/// description again returns the same one.
///
/// # Errors
///
/// If the text is larger than 4 MiB, is not JSON, is not a description of this version, or
/// describes a client that cannot work or is not safe, for example with an endpoint without https.
pub fn from_json(text: &str) -> Result<&'static Provider, LoadProviderError> {
    if text.len() > LONGEST {
        return Err(LoadProviderError(Problem::TooLarge));
    }
    let json = Json::parse(text.as_bytes()).map_err(|error| LoadProviderError(error.into()))?;
    let value = value(&json).ok_or(LoadProviderError(Problem::Number))?;
    let provider = owned::Provider::load(&value);
    let provider = provider.map_err(|error| LoadProviderError(Problem::Description(error)))?;
    Ok(provider.constant())
}

/// `None` where there is a number that descriptions do not have.
fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Flag(*flag),
        Json::Number(number) => Value::Number(number.as_u64()?),
        Json::String(text) => Value::Text(text.expose().to_owned()),
        Json::Array(items) => Value::List(items.iter().map(value).collect::<Option<_>>()?),
        Json::Object(members) => {
            let member = |(name, json): &(String, Json)| Some((name.clone(), value(json)?));
            Value::Map(members.iter().map(member).collect::<Option<_>>()?)
        }
    })
}

/// Why a description is invalid. `Display` says where, and what would be right.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadProviderError(Problem);

#[derive(Clone, Debug, PartialEq)]
enum Problem {
    TooLarge,
    Number,
    Syntax(String),
    Description(LoadError),
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        Self::Syntax(error.to_string())
    }
}

impl fmt::Display for LoadProviderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Problem::TooLarge => formatter.write_str("the description is larger than 4 MiB"),
            Problem::Number => formatter.write_str("a number is negative or not whole"),
            Problem::Syntax(error) => write!(formatter, "the description is not JSON: {error}"),
            Problem::Description(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for LoadProviderError {}

#[cfg(test)]
mod tests {
    use super::from_json;
    use crate::Core;
    use crate::error::ErrorKind;

    const ACME: &str = r#"{
        "format": 1, "id": "acme", "name": "Acme",
        "token": { "url": "https://acme.example/token" },
        "confidential": { "auth": ["client_secret_post"] },
        "grants": [{ "kind": "client_credentials" }]
    }"#;

    #[test]
    fn a_client_is_made_of_a_text() {
        let acme = from_json(ACME).unwrap();
        let core = Core::confidential(acme, "id", "secret");
        let request = core.client_credentials(["a", "b"]).to_http_request();
        let request = request.unwrap();
        assert_eq!(request.url().as_str(), "https://acme.example/token");
        assert_eq!(
            request.body(),
            b"grant_type=client_credentials&scope=a+b&client_id=id&client_secret=secret"
        );
    }

    #[test]
    fn the_same_text_is_the_same_provider() {
        assert!(std::ptr::eq(
            from_json(ACME).unwrap(),
            from_json(ACME).unwrap()
        ));
    }

    #[test]
    fn what_a_provider_does_not_have_is_an_error_when_it_is_called() {
        let core = Core::confidential(from_json(ACME).unwrap(), "id", "secret");
        let tokens = crate::TokenSet::new("a").with_refresh_token("r");
        for error in [
            core.authorize([""; 0]).start().unwrap_err(),
            core.refresh(&tokens).to_http_request().unwrap_err(),
            core.extension("own", []).to_http_request().unwrap_err(),
            core.revoke_access_token("a").to_http_request().unwrap_err(),
            core.clone()
                .environment("sandbox")
                .client_credentials([""; 0])
                .to_http_request()
                .unwrap_err(),
            core.variable("tenant", "t")
                .client_credentials([""; 0])
                .to_http_request()
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
            assert!(error.to_string().contains("there is no"), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let cases = [
            ("{", "not JSON"),
            ("[]", "expected a mapping, found a list"),
            ("{}", "`format` is missing"),
            (
                r#"{"format":2}"#,
                "the format is 2, and this version reads 1",
            ),
            (r#"{"format":1}"#, "`id` is missing"),
            (
                r#"{"format":1,"id":"a","name":"A","nmae":"B"}"#,
                "`nmae` is not known to this version",
            ),
            (
                r#"{"format":1,"id":"a","name":"A","grants":[{"kind":"code"}]}"#,
                "grants[0].kind: unknown word \"code\", expected one of authorization_code,",
            ),
            (
                r#"{"format":1,"id":"a","name":"A","token":{"url":"https://a.example","method":-1}}"#,
                "negative",
            ),
            (
                r#"{"format":1,"id":"a","name":"A","token":{"url":"http://a.example"},"public":{"auth":["none"]}}"#,
                "token.url: expected an https URL",
            ),
        ];
        for (text, expected) in cases {
            let error = from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
