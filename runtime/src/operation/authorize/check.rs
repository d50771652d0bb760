//! Whether a login can begin as it was asked for.

use crate::error::Error;
use crate::operation::authorize::Authorize;
use crate::provider::{GrantKind, OmittedScope, ParameterType};
use crate::request::login_url::name_of;
use crate::request::resource;
use crate::text::json::Json;

/// What the library itself sends, and nobody else may.
pub(super) const RESERVED: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// What no URL may have that a browser is sent to (RFC 9700 §4.2, §4.3): the client's proofs of who it
/// is, and what is worth tokens or is one. An `id_token_hint` proves nothing.
const SECRET: [&str; 11] = [
    "client_secret",
    "client_assertion",
    "code_verifier",
    "code",
    "refresh_token",
    "access_token",
    "device_code",
    "assertion",
    "subject_token",
    "actor_token",
    "password",
];

impl Authorize {
    /// What can be told before anything is made up.
    pub(super) fn check(&self) -> Result<(), Error> {
        let provider = self.core.provider();
        self.core.require_grant(GrantKind::AuthorizationCode)?;
        if let Some(name) = &self.unknown_variable {
            return Err(self.error(format!("there is no variable {name:?}")));
        }
        match self.redirect_target() {
            None if provider.requires_redirect_uri() => {
                return Err(self.error("no redirect URI is set"));
            }
            // RFC 6749 §3.1.2.
            Some(uri) if uri.is_empty() || uri.contains('#') => {
                return Err(self.error("the redirect URI is empty or has a fragment"));
            }
            _ => {}
        }
        if self.scope.is_empty() && provider.scopes.omitted == OmittedScope::Refused {
            return Err(self.error("a login without a scope is refused"));
        }
        self.core.check_scopes(&self.scope)?;
        self.core.binds_tokens()?;
        resource::check(provider, self.resources())?;
        if self.is_offline && provider.offline.is_none() {
            return Err(self.error("nothing says how this provider is asked for a refresh token"));
        }
        let mut broken = self.parameters.iter();
        if let Some((name, _)) = broken.find(|(name, value)| self.is_broken_json(name, value)) {
            return Err(self.error(format!("the parameter {name:?} is no JSON")));
        }
        let mut names = self.parameters.iter().map(|(name, _)| name.as_str());
        match names.find(|name| self.is_reserved(name) || self.is_secret(name)) {
            Some(name) => {
                Err(self.error(format!("the parameter {name:?} is not for `param` to set")))
            }
            None => Ok(()),
        }
    }

    /// Whether the parameter is secret, under the standard's name or under one that it has where this
    /// provider takes it.
    fn is_secret(&self, name: &str) -> bool {
        let provider = self.core.provider();
        let grants = provider.grants.iter();
        let own = grants.clone().filter_map(|rules| rules.endpoint);
        let mut renamed = [&provider.token, &provider.refresh]
            .into_iter()
            .flatten()
            .chain(own)
            .flat_map(|endpoint| endpoint.rename)
            .chain(grants.flat_map(|rules| rules.rename));
        SECRET.contains(&name)
            || renamed.any(|(standard, here)| *here == name && SECRET.contains(standard))
    }

    /// Whether the library sends the parameter: under the standard's name, under this provider's,
    /// or as a group of scopes that are asked for.
    fn is_reserved(&self, name: &str) -> bool {
        let endpoint = self.endpoint();
        RESERVED
            .iter()
            .any(|reserved| *reserved == name || name_of(endpoint, reserved) == Some(name))
            || self.groups.iter().any(|(parameter, _)| *parameter == name)
    }

    /// Whether the provider takes JSON in a parameter of this name, and the value is none.
    fn is_broken_json(&self, name: &str, value: &str) -> bool {
        let mut options = self.endpoint().options.iter();
        let option = options.find(|option| option.name == name);
        option.is_some_and(|option| option.r#type == ParameterType::Json)
            && Json::parse(value.as_bytes()).is_err()
    }
}
