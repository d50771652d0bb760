//! A request as it came, and its parameters by the standard's names.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::fake::description::{Encoding, Endpoint, Grant, HttpMethod, Pairs};
use crate::fake::refusal::Refusal;

/// A request as it came over the socket.
pub(super) struct Request {
    pub(super) method: Method,
    /// The host that the target names; a client does it that takes the fake for a proxy.
    pub(super) authority: Option<String>,
    pub(super) path: String,
    /// The pairs of the query, decoded.
    pub(super) query: Pairs,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The longest name of a parameter that people are shown.
const LONGEST_NAME: usize = 64;

/// Whether people may see the name. What is sent without a name is read as a name without a value, and
/// may be a secret.
pub(super) fn is_name(name: &str, value: &str) -> bool {
    let is_value = value.is_empty() && name.len() > 16;
    name.len() <= LONGEST_NAME && !is_value && !name.contains(|c: char| c.is_control())
}

/// Parameters that may occur more than once (RFC 8707 §2, RFC 8693 §2.1).
const REPEATABLE: [&str; 2] = ["resource", "audience"];

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn authorization(&self) -> Option<&str> {
        self.header(AUTHORIZATION.as_str())
    }

    /// All parameters, wherever they are and whatever their encoding.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        let body = self.body_pairs().unwrap_or_default();
        self.query.clone().into_iter().chain(body)
    }

    /// A parameter by its name, wherever it is.
    pub(super) fn anywhere(&self, name: &str) -> Option<String> {
        let mut pairs = self.pairs();
        let found = pairs.find(|(other, _)| other == name);
        found.map(|(_, value)| value)
    }

    pub(super) fn encoding(&self) -> Option<Encoding> {
        let media_type = self.header(CONTENT_TYPE.as_str())?.split(';').next()?;
        match media_type.trim().to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Some(Encoding::Form),
            "application/json" => Some(Encoding::Json),
            _ => None,
        }
    }

    fn body_pairs(&self) -> Option<Pairs> {
        match self.encoding()? {
            Encoding::Form => Some(form_urlencoded::parse(&self.body).into_owned().collect()),
            _ => {
                let body: Value = serde_json::from_slice(&self.body).ok()?;
                let text = |value: &Value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let members = body.as_object()?.iter();
                Some(
                    members
                        .map(|(name, value)| (name.clone(), text(value)))
                        .collect(),
                )
            }
        }
    }

    /// The parameters, which have to be where and how the endpoint takes them.
    pub(super) fn parameters<'e>(
        &self,
        endpoint: &'e Endpoint,
        own_query: &Pairs,
    ) -> Result<Parameters<'e>, Refusal> {
        let mut query = self.query.clone();
        for pair in own_query {
            match query.iter().position(|other| other == pair) {
                Some(index) => drop(query.remove(index)),
                None => {
                    return Err(Refusal::request(format!(
                        "`{}` is missing in the URL's query",
                        pair.0
                    )));
                }
            }
        }
        let accepts = |encoding| endpoint.encodings.contains(&encoding);
        let is_query = endpoint.method == HttpMethod::Get || accepts(Encoding::Query);
        let pairs = if self.body.is_empty() {
            if !query.is_empty() && !is_query {
                return Err(Refusal::request(
                    "the parameters are in the URL and belong in the body",
                ));
            }
            query
        } else {
            let encoding = self.encoding();
            if endpoint.method == HttpMethod::Get || !encoding.is_some_and(accepts) {
                return Err(Refusal::request("the body is not in an accepted encoding"));
            }
            if !query.is_empty() {
                return Err(Refusal::request(
                    "parameters are in the body and in the URL",
                ));
            }
            self.body_pairs()
                .ok_or_else(|| Refusal::request("the body is not what its content type says"))?
        };
        let parameters = Parameters {
            pairs,
            rename: Cow::Borrowed(&endpoint.rename),
            omit: &endpoint.omit,
        };
        parameters.check()?;
        Ok(parameters)
    }
}

/// Parameters by the standard's names.
pub(super) struct Parameters<'e> {
    pub(super) pairs: Pairs,
    pub(super) rename: Cow<'e, Pairs>,
    pub(super) omit: &'e [String],
}

impl Parameters<'_> {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        for (index, (name, value)) in self.pairs.iter().enumerate() {
            let earlier = &self.pairs[..index];
            if earlier.iter().any(|(other, _)| other == name)
                && !REPEATABLE.contains(&name.as_str())
            {
                return Err(Refusal::request(match is_name(name, value) {
                    true => format!("`{name}` occurs twice"),
                    false => "a parameter occurs twice".to_owned(),
                }));
            }
        }
        Ok(())
    }

    /// The same by the names that they have in a grant.
    pub(super) fn of_grant(&self, grant: &Grant) -> Parameters<'_> {
        Parameters {
            pairs: self.pairs.clone(),
            rename: match grant.rename.as_slice() {
                [] => Cow::Borrowed(&*self.rename),
                own => Cow::Owned([own, &self.rename].concat()),
            },
            omit: self.omit,
        }
    }

    /// What the provider calls a standard parameter.
    pub(super) fn name<'n>(&'n self, standard: &'n str) -> &'n str {
        let mut renamed = self.rename.iter();
        let found = renamed.find(|(name, _)| name == standard);
        found.map_or(standard, |(_, here)| here)
    }

    pub(super) fn takes(&self, standard: &str) -> bool {
        !self.omit.iter().any(|name| name == standard)
    }

    /// A standard parameter. One without a value counts as left out (RFC 6749 §3.2).
    pub(super) fn get(&self, standard: &str) -> Option<&str> {
        self.own(self.name(standard))
    }

    /// A parameter by the provider's name.
    pub(super) fn own(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(other, _)| other == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Standard parameters that the request has to have.
    pub(super) fn require<'n>(
        &self,
        names: impl IntoIterator<Item = &'n String>,
    ) -> Result<(), Refusal> {
        // Who the client is was seen already, wherever it was said.
        let is_of_client = |name: &str| matches!(name, "client_id" | "client_secret");
        let mut names = names.into_iter();
        let missing =
            names.find(|name| !is_of_client(name) && self.takes(name) && self.get(name).is_none());
        match missing {
            Some(name) => Err(Refusal::request(format!(
                "`{}` is missing",
                self.name(name)
            ))),
            None => Ok(()),
        }
    }
}
