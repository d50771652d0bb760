//! The end of a user's session at the provider (OpenID Connect RP-Initiated Logout).

use std::fmt;

use crate::client::handle::Core;
use crate::error::Error;
use crate::http::parameters::Parameters;
use crate::kept::token_set::TokenSet;
use crate::text::secret::Secret;

/// A logout to start: [`Logout::url`] is where to send the user's browser.
///
/// It ends the session at the provider. End your own as well, and revoke the tokens if the provider
/// has an endpoint for that.
#[derive(Clone)]
#[must_use = "a logout begins with `url`"]
pub struct Logout {
    core: Core,
    id_token: Option<Secret>,
    redirect_uri: Option<String>,
    state: Option<String>,
}

impl Logout {
    pub(crate) fn new(core: Core, tokens: &TokenSet) -> Self {
        Self {
            core,
            id_token: tokens.id_token().cloned(),
            redirect_uri: None,
            state: None,
        }
    }

    /// Where the provider sends the user back. It has to be registered there.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// A value that comes back with the user. Compare it with the one in the user's session.
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// The URL to send the user's browser to.
    ///
    /// It holds the ID token, by which the provider knows whose session to end; it is of no other
    /// use to whoever reads it, and expires soon.
    ///
    /// # Errors
    ///
    /// If the provider has no end session endpoint, a variable of its URL is not set, or the URL is
    /// not https.
    pub fn url(&self) -> Result<String, Error> {
        let Some(mut url) = self.core.configuration().end_session_url()? else {
            let message = "there is no end session endpoint";
            return Err(Error::configuration(self.core.provider(), message));
        };
        let mut parameters = Parameters::new();
        parameters.push_some("id_token_hint", self.id_token.as_ref().map(Secret::expose));
        parameters.push("client_id", self.core.client_id());
        parameters.push_some("post_logout_redirect_uri", self.redirect_uri.as_deref());
        parameters.push_some("state", self.state.as_deref());
        parameters.add_to(&mut url);
        Ok(url.into())
    }
}

impl fmt::Debug for Logout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Logout")
            .field("client", &self.core)
            .field("id_token", &self.id_token)
            .field("redirect_uri", &self.redirect_uri)
            .finish_non_exhaustive()
    }
}
