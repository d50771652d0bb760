//! What the clients of all providers have in common.

use std::fmt::Debug;

use crate::client::handle::Core;
use crate::provider::Provider;

/// A client of any provider, for code that serves several. Each generated `Client` is one, and so is
/// a [`Core`], whose scopes are texts.
///
/// What a provider can do stays with its own client, where the compiler knows it. A [`Core`] has every
/// operation, and tells with an error what the provider lacks:
///
/// ```
/// use oauth_atlas_runtime::{Error, Login, ProviderClient};
///
/// fn log_in<C: ProviderClient>(client: &C, scopes: &[C::Scope]) -> Result<Login, Error> {
///     client.core().authorize(scopes).start()
/// }
/// ```
pub trait ProviderClient: Clone + Debug + Send + Sync + 'static {
    /// The scopes of the provider.
    type Scope: AsRef<str> + Clone + Debug + Send + Sync + 'static;

    /// The client as it is for every provider. It shares connections and settings with this one.
    fn core(&self) -> &Core;

    /// What is true of the provider.
    fn provider(&self) -> &'static Provider {
        self.core().provider()
    }
}

impl ProviderClient for Core {
    type Scope = String;

    fn core(&self) -> &Core {
        self
    }
}
