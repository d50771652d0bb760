//! What is true of one provider: the [`Provider`] that a spec comes to.
//!
//! Generated code holds one `static` [`Provider`] a spec.

#[cfg(feature = "dynamic")]
mod load;

pub use oauth_atlas_description::*;

#[cfg(feature = "dynamic")]
pub use load::{LoadProviderError, from_json};

/// The scope that is spelt like this: that of `all` which stands where its name does in `values`.
///
/// # Errors
///
/// [`UnknownScope`] where there is none.
pub fn find_scope<Kind: Copy>(
    all: &[Kind],
    values: &[Scope],
    name: &str,
) -> Result<Kind, UnknownScope> {
    let mut scopes = all.iter().zip(values);
    let found = scopes.find(|(_, known)| known.name == name);
    found.map(|(scope, _)| *scope).ok_or(UnknownScope)
}

/// A text is not one of the scopes that a provider's enum knows. The provider may have added it
/// since: ask for it by its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScope;

impl std::fmt::Display for UnknownScope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the scope is not in this version's table")
    }
}

impl std::error::Error for UnknownScope {}
