//! What a client is told.

use crate::client::credentials::Credentials;
use crate::client::settings::Settings;
use crate::client::template::Values;
use crate::provider::{ClientAuth, Encoding, Provider, Separator, VariableKind};
use crate::text::secret::Secret;

/// What a client is told.
#[derive(Clone)]
pub(crate) struct Configuration {
    pub(crate) provider: &'static Provider,
    pub(crate) credentials: Credentials,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) environment: Option<&'static str>,
    pub(crate) variables: Vec<(&'static str, Secret)>,
    pub(crate) client_auth: Option<ClientAuth>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) scope_separator: Option<Separator>,
    pub(crate) settings: Settings,
    /// Whether tokens are to be bound to a key (RFC 9449).
    pub(crate) binds_tokens: bool,
    /// A name that the provider does not have, which the operations' errors tell.
    pub(crate) mistake: Option<Box<str>>,
}

impl Configuration {
    /// What the names in braces stand for, with the values of one request.
    pub(crate) fn values<'a>(&'a self, request: &'a [(&'static str, Secret)]) -> Values<'a> {
        Values {
            provider: self.provider,
            environment: self.environment,
            client: &self.variables,
            request,
            credentials: &self.credentials,
        }
    }

    /// What no message may repeat of all that the client was told.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let is_secret = |name: &str| {
            let mut variables = self.provider.variables.iter();
            variables.any(|one| one.name == name && one.kind == VariableKind::Secret)
        };
        let variables = self.variables.iter();
        let variables = variables.filter(move |(name, _)| is_secret(name));
        let client_secret = self.credentials.secret().into_iter();
        client_secret.chain(variables.map(|(_, value)| value))
    }
}
