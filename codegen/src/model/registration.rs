//! How a program becomes a client.

use crate::model::{Cited, OpenTo, RedirectUriForm};

/// How a program becomes a client.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The page on which it is registered.
    pub url: Option<String>,
    /// Where and how, as far as no address says it.
    pub description: Option<String>,
    /// Who may register one.
    pub open_to: Option<OpenTo>,
    /// What is asked of who registers.
    pub asks: Option<Cited>,
    /// Which redirect URIs are accepted.
    pub redirect_uris: Option<RedirectUris>,
    /// What the provider reviews or verifies, and what holds until then.
    pub review: Option<Cited>,
    /// Who may log in before that.
    pub test_users: Option<Cited>,
    /// How many users, clients or requests a new client has.
    pub quotas: Option<Cited>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The redirect URIs that can be registered.
#[derive(Clone, Debug)]
pub struct RedirectUris {
    /// Forms that are accepted.
    pub accepts: Vec<RedirectUriForm>,
    /// Forms that are refused.
    pub refuses: Vec<RedirectUriForm>,
    /// How many a client may have.
    pub maximum: Option<usize>,
    /// What else holds.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}
