//! A started login.

use std::fmt;
use std::time::SystemTime;

use crate::kept::pending::Pending;

/// A started login.
#[derive(Clone)]
#[non_exhaustive]
pub struct Login {
    /// The URL to send the user's browser to.
    pub url: String,
    /// When the provider forgets what was pushed and the URL ends. `None` if nothing was pushed, or
    /// the provider does not say.
    pub url_expires_at: Option<SystemTime>,
    /// The values to keep in the user's session until the callback.
    pub pending: Pending,
}

impl fmt::Debug for Login {
    /// Shows the names of the URL's parameters, but no values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (endpoint, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let names = query
            .split('&')
            .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
        formatter
            .debug_struct("Login")
            .field("url", &endpoint)
            .field("parameters", &names.collect::<Vec<_>>())
            .field("url_expires_at", &self.url_expires_at)
            .field("pending", &self.pending)
            .finish()
    }
}
