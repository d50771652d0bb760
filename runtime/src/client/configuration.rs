//! What a client is told.

use crate::client::credentials::Credentials;
use crate::client::settings::Settings;
use crate::client::transport::Transport;
use crate::provider::{ClientAuth, Encoding, Provider, Separator};

/// What a client is told.
#[derive(Clone)]
pub(crate) struct Configuration {
    pub(crate) provider: &'static Provider,
    pub(crate) credentials: Credentials,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) environment: Option<&'static str>,
    pub(crate) variables: Vec<(&'static str, String)>,
    pub(crate) client_auth: Option<ClientAuth>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) scope_separator: Option<Separator>,
    pub(crate) settings: Settings,
    /// A name that the provider does not have, which the operations' errors tell.
    pub(crate) mistake: Option<String>,
    pub(crate) transport: Transport,
}
