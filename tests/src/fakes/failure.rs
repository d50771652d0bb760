//! What a test that is made of a spec says when it fails.

use super::Stage;

/// The keys of a spec that decide what an operation sends and what its answer is.
pub fn keys_of(what: &str) -> &'static str {
    match what {
        "login" => "`endpoints.authorization`, `endpoints.token` and `grants.authorization_code`",
        "client credentials" => "`endpoints.token` and `grants.client_credentials`",
        "user info" => "`endpoints.userinfo` and `api`",
        "introspection" => "`endpoints.introspection`",
        "API call" => "`api`",
        "device authorization" => "`endpoints.device_authorization`",
        "poll" | "a denied device" => "`endpoints.token` and `grants.device_code`",
        "another secret" => "`clients.confidential` and `auth` of the endpoint",
        "an unknown scope" => "`scopes.values` and `scopes.partial`",
        "the token of before" => "`grants.refresh_token.ends_access_token`",
        "the expired token" => "`api`",
        _ if what.contains("refresh") => {
            "`grants.refresh_token`, `endpoints.refresh` and `endpoints.token`"
        }
        _ if what.contains("revo") => "`endpoints.revocation`",
        _ if what.contains("code") || what.contains("verifier") => {
            "`grants.authorization_code` and `endpoints.token`"
        }
        _ => "`grants` and `endpoints`",
    }
}

impl Stage {
    /// Fails with what was sent, what was expected, and the keys of the spec that decide it.
    pub fn fail(&self, expected: &str, found: &str, keys: &str) -> ! {
        let sent = match self.fake.requests().pop() {
            Some(seen) => {
                let refusal = seen.refusal.map(|why| format!(", refused as {why}"));
                format!(
                    "{} {} with {} answered {}{}",
                    seen.method,
                    seen.path,
                    seen.parameters.join(", "),
                    seen.status,
                    refusal.unwrap_or_default()
                )
            }
            None => "nothing".to_owned(),
        };
        panic!(
            "{}: expected {expected}, found {found}\n  sent last: {sent}\n  what decides it: {keys}",
            self.name
        )
    }
}
