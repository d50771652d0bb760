//! JWTs that clients sign.

use super::Check;
use crate::owned::{Assertion, ClientType, Grant};
use crate::{Template, VariableKind};

impl Check<'_> {
    pub(super) fn assertions(&mut self) {
        let provider = self.provider;
        for (name, client) in [
            ("confidential", &provider.confidential),
            ("public", &provider.public),
        ] {
            if let Some(client) = client {
                self.assertions_of_client(name, client);
            }
        }
        if let Some(given) = &provider.request_object {
            self.assertion("request_object", given, false);
        }
        for (index, grant) in provider.grants.iter().enumerate() {
            self.assertion_of_grant(&format!("grants[{index}].assertion"), grant);
        }
    }

    fn assertions_of_client(&mut self, name: &str, client: &ClientType) {
        for (key, given) in [
            ("assertion", &client.assertion),
            ("signed_secret", &client.signed_secret),
        ] {
            let Some(given) = given else { continue };
            let path = format!("{name}.{key}");
            if name == "public" {
                self.problem(&path, "a public client has no key to sign with");
            }
            self.assertion(&path, given, false);
        }
    }

    fn assertion_of_grant(&mut self, path: &str, grant: &Grant) {
        let Some(given) = &grant.assertion else {
            return;
        };
        if !grant.arguments.iter().any(|name| name == "assertion") {
            self.problem(path, "nothing sends it: `assertion` is none of `arguments`");
        }
        self.assertion(path, given, true);
    }

    /// What is signed can be read by all, and each of its names stands for something.
    fn assertion(&mut self, path: &str, given: &Assertion, asks_for_scopes: bool) {
        let texts = [&given.audience, &given.issuer, &given.subject];
        let claims = given.claims.iter().map(|(_, text)| text);
        for text in texts.into_iter().chain(claims) {
            for name in Template::of(text).names() {
                let mut variables = self.provider.variables.iter();
                let variable = variables.find(|one| one.name == name);
                let is_secret = variable.is_some_and(|one| one.kind == VariableKind::Secret);
                let is_known = match name {
                    Template::CLIENT_ID | Template::UUID => true,
                    Template::SCOPE if asks_for_scopes => true,
                    _ => variable.is_some() || self.hosts.contains(name),
                };
                if is_secret || name == Template::CLIENT_SECRET {
                    let message = format!("`{{{name}}}` could be read in what is signed");
                    self.problem(path, message);
                } else if !is_known {
                    self.problem(path, format!("`{{{name}}}` stands for nothing"));
                }
            }
        }
    }
}
