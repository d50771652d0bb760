//! Descriptions of providers.
//!
//! Generated code holds one `static` [`Provider`] per spec.

use std::cmp::Ordering;

#[cfg(feature = "dynamic")]
mod load;
mod scope_enum;

pub use oauth_atlas_description::*;

#[cfg(feature = "dynamic")]
pub use load::{LoadProviderError, from_json};

/// The scope of `all` that is spelt like this.
///
/// # Errors
///
/// [`UnknownScope`] where there is none.
#[doc(hidden)]
pub fn find_scope<S: AsRef<str> + Copy>(all: &[S], name: &str) -> Result<S, UnknownScope> {
    let mut scopes = all.iter();
    let found = scopes.clone().find(|scope| scope.as_ref() == name);
    // Which value it was asked for with is not known here, so any value will do.
    let found = found.or_else(|| scopes.find(|scope| Template::of(scope.as_ref()).fits(name)));
    found.copied().ok_or(UnknownScope)
}

/// The order of two scopes by their places: not that of numbers, whose implementation a compiler would
/// look up among all others in each module.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn order(one: usize, other: usize) -> Ordering {
    one.cmp(&other)
}

/// The same where it is asked for as a partial one.
#[doc(hidden)]
#[inline]
#[must_use]
pub fn partial_order(one: usize, other: usize) -> Option<Ordering> {
    Some(one.cmp(&other))
}

/// A text is not a scope of the provider's enum. The provider may have added it since: request it
/// by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScope;

impl std::fmt::Display for UnknownScope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the scope is not in this version's table")
    }
}

impl std::error::Error for UnknownScope {}
