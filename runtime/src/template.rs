//! URL templates: `{api}/{language}/oauth/token`.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::endpoint_url::base_url;
use crate::error::Error;
use crate::provider::{Environment, Provider, Variable, VariableKind};

/// What is encoded in a path segment (RFC 3986 §3.3): everything that could end the segment, open
/// another part of the URL, or stand for something else.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'\\')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// What the names in braces stand for.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) provider: &'static Provider,
    /// The environment that was chosen, if one was.
    pub(crate) environment: Option<&'static str>,
    /// The values of the client.
    pub(crate) client: &'a [(&'static str, String)],
    /// The values of this request, which win.
    pub(crate) request: &'a [(&'static str, String)],
}

/// Puts values in the place of the names in braces. An optional variable without a value
/// disappears together with its path segment and the slash before it.
pub(crate) fn expand(template: &str, values: Values<'_>) -> Result<String, Error> {
    let mut url = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((literal, tail)) = rest.split_once('{') {
        url.push_str(literal);
        let Some((name, tail)) = tail.split_once('}') else {
            return Err(values.error(format!(
                "the URL template {template} has a brace without its end"
            )));
        };
        rest = tail;
        if let Some(host) = values.host(name)? {
            url.push_str(host);
            continue;
        }
        let variable = values.variable(name)?;
        match values.value(variable)? {
            Some(value) => url.push_str(&value),
            None => {
                url.truncate(url.rfind('/').unwrap_or(url.len()));
                rest = rest.find(['/', '?', '#']).map_or("", |end| &rest[end..]);
            }
        }
    }
    url.push_str(rest);
    Ok(url)
}

impl Values<'_> {
    fn host(&self, name: &str) -> Result<Option<&'static str>, Error> {
        let Some(environment) = self.environment()? else {
            return Ok(None);
        };
        Ok(environment
            .hosts
            .iter()
            .find(|(host, _)| *host == name)
            .map(|(_, url)| *url))
    }

    fn environment(&self) -> Result<Option<&'static Environment>, Error> {
        let environments = self.provider.environments;
        match self.environment {
            None => Ok(environments.first()),
            Some(name) => match environments
                .iter()
                .find(|environment| environment.name == name)
            {
                Some(environment) => Ok(Some(environment)),
                None => Err(self.error(format!("there is no environment {name:?}"))),
            },
        }
    }

    fn variable(&self, name: &str) -> Result<&'static Variable, Error> {
        let mut variables = self.provider.variables.iter();
        match variables.find(|variable| variable.name == name) {
            Some(variable) => Ok(variable),
            None => Err(self.error(format!("nothing says what {{{name}}} stands for"))),
        }
    }

    /// The checked and encoded value, or `None` where an optional variable has none.
    fn value(&self, variable: &Variable) -> Result<Option<String>, Error> {
        // The last value wins, as a builder's method may be called twice.
        let given = self
            .client
            .iter()
            .chain(self.request)
            .rev()
            .find(|(name, _)| *name == variable.name);
        match (given, variable.kind) {
            (Some((_, value)), VariableKind::OneOf(allowed))
                if allowed.contains(&value.as_str()) =>
            {
                Ok(Some(utf8_percent_encode(value, SEGMENT).to_string()))
            }
            (Some((name, value)), VariableKind::OneOf(allowed)) => Err(self.error(format!(
                "{value:?} is no {name}; allowed are {}",
                allowed.join(", ")
            ))),
            (Some((_, value)), VariableKind::BaseUrl) => base_url(self.provider, value).map(Some),
            (None, _) if variable.optional => Ok(None),
            (None, _) => Err(self.error(format!("{} is not set", variable.name))),
        }
    }

    fn error(&self, message: String) -> Error {
        Error::configuration(self.provider, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::ACME;

    fn expanded(template: &str, variables: &[(&'static str, &str)]) -> Result<String, String> {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        let values = Values {
            provider: &ACME,
            environment: None,
            client: &variables,
            request: &[],
        };
        expand(template, values).map_err(|error| error.to_string())
    }

    #[test]
    fn hosts_come_from_the_environment() {
        assert_eq!(
            expanded("{api}/oauth/token/", &[]).unwrap(),
            "https://api.acme.example/oauth/token/"
        );
        let sandbox = Values {
            provider: &ACME,
            environment: Some("sandbox"),
            client: &[],
            request: &[],
        };
        assert_eq!(
            expand("{api}/token", sandbox).unwrap(),
            "https://sandbox.acme.example/token"
        );
        let wrong = Values {
            provider: &ACME,
            environment: Some("moon"),
            client: &[],
            request: &[],
        };
        assert!(
            expand("{api}/token", wrong)
                .unwrap_err()
                .to_string()
                .contains("moon")
        );
    }

    #[test]
    fn an_optional_variable_takes_its_segment_with_it() {
        let template = "{login}/{language}/oauth/authorize?a=b";
        assert_eq!(
            expanded(template, &[("language", "en-us")]).unwrap(),
            "https://login.acme.example/en-us/oauth/authorize?a=b"
        );
        assert_eq!(
            expanded(template, &[]).unwrap(),
            "https://login.acme.example/oauth/authorize?a=b"
        );
        assert_eq!(
            expanded("{login}/oauth/{language}?a=b", &[]).unwrap(),
            "https://login.acme.example/oauth?a=b"
        );
        assert_eq!(
            expanded("{login}/oauth/{language}/", &[]).unwrap(),
            "https://login.acme.example/oauth/"
        );
    }

    #[test]
    fn values_are_checked_and_encoded() {
        assert!(
            expanded("{login}/{language}", &[("language", "../x")])
                .unwrap_err()
                .contains("en-us, es es")
        );
        assert_eq!(
            expanded("{login}/{language}", &[("language", "es es")]).unwrap(),
            "https://login.acme.example/es%20es"
        );
    }

    #[test]
    fn a_base_url_is_required_and_checked() {
        assert!(
            expanded("{base_url}/token", &[])
                .unwrap_err()
                .contains("base_url is not set")
        );
        assert_eq!(
            expanded(
                "{base_url}/token",
                &[("base_url", "https://shop.example/x/")]
            )
            .unwrap(),
            "https://shop.example/x/token"
        );
        assert!(expanded("{base_url}/token", &[("base_url", "http://shop.example")]).is_err());
    }

    #[test]
    fn mistakes_of_a_template_are_errors() {
        assert!(expanded("{nobody}/token", &[]).is_err());
        assert!(expanded("{api/token", &[]).is_err());
    }

    #[test]
    fn the_value_of_the_request_wins() {
        let client = [("language", "en-us".to_owned())];
        let request = [("language", "es es".to_owned())];
        let values = Values {
            provider: &ACME,
            environment: None,
            client: &client,
            request: &request,
        };
        assert_eq!(
            expand("{api}/{language}", values).unwrap(),
            "https://api.acme.example/es%20es"
        );
    }
}
