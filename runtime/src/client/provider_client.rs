//! The common interface of all clients.

use std::fmt::Debug;

use crate::client::handle::Core;
use crate::provider::Provider;

/// A client of any provider, for code that serves several. Each generated `Client` implements it,
/// and so does [`Core`], whose scopes are text.
///
/// A generated client has exactly the operations of its provider. A [`Core`] has every operation,
/// and returns an error for those that the provider lacks:
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

    /// The untyped client. It shares connections and settings with this one.
    fn core(&self) -> &Core;

    /// The description of the provider.
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
