//! Logins whose parameters the client has signed (RFC 9101).

use crate::fake::description::Pairs;
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;

impl Provider {
    /// The parameters of a login: those of its JWT, if it has one. What stands beside that counts for
    /// nothing (RFC 9101 §6.3).
    pub(super) fn unsigned(&self, pairs: Pairs) -> Result<Pairs, Refusal> {
        let request = pairs.iter().find(|(name, _)| name == "request");
        let Some((_, request)) = request else {
            return Ok(pairs);
        };
        let endpoint = self.description.authorization.as_ref();
        let rename = endpoint.map_or(&[][..], |endpoint| &endpoint.rename);
        let renamed = rename.iter().find(|(standard, _)| standard == "client_id");
        let name = renamed.map_or("client_id", |(_, name)| name);
        let id = pairs.iter().find(|(other, _)| other == name);
        let (_, id) = id.ok_or_else(|| Refusal::request("the client id is missing"))?;
        let signed = self.signed_login(id, request)?;
        match signed.iter().find(|(other, _)| other == name) {
            Some((_, inside)) if inside == id => Ok(signed),
            _ => Err(refused("`client_id` in the JWT is missing or another one")),
        }
    }

    #[cfg(feature = "jose")]
    fn signed_login(&self, id: &str, request: &str) -> Result<Pairs, Refusal> {
        use serde_json::Value;

        use crate::fake::assertion::{Expected, Key};

        /// What the JWT says of itself (RFC 7519 §4.1).
        const OF_JWT: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

        let Some(rules) = &self.description.request_object else {
            let reason = "no signed login is taken here";
            return Err(Refusal::new("request_not_supported", reason));
        };
        let client = self.registered.by_id(id, &self.description);
        let client = client.ok_or_else(|| Refusal::client("the client id is unknown"))?;
        let own = self.registered.dynamic(client);
        let own = own.map_or(&self.registered, |own| &own.registered);
        let Some(key) = &own.key else {
            return Err(refused("the client has no registered key"));
        };
        let expected = Expected {
            rules,
            known: self.known(client),
            key: Key::Registered(key),
            endpoints: Vec::new(),
            is_secret: false,
            used: &self.assertions.used,
        };
        let claims = expected.check(request).map_err(refused)?;
        let Value::Object(claims) = claims else {
            return Err(refused("the JWT has no parameters"));
        };
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let claims = claims.into_iter();
        let parameters = claims.filter(|(name, _)| !OF_JWT.contains(&name.as_str()));
        let pairs = parameters.flat_map(|(name, value)| match value {
            // One that is JSON itself is a text where it is not signed.
            Value::Array(values) if name == "resource" => {
                let all = values.iter().map(|one| (name.clone(), text(one)));
                all.collect::<Vec<_>>()
            }
            value => vec![(name, text(&value))],
        });
        Ok(pairs.collect())
    }

    #[cfg(not(feature = "jose"))]
    #[allow(
        clippy::unused_self,
        reason = "nothing is verified without the feature"
    )]
    fn signed_login(&self, _: &str, _: &str) -> Result<Pairs, Refusal> {
        Err(Refusal::new(
            "request_not_supported",
            "the fake verifies signatures with the feature `jose` alone",
        ))
    }
}

fn refused(reason: impl Into<String>) -> Refusal {
    Refusal::new("invalid_request_object", reason)
}
