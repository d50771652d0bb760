//! Typed keys for the values that a provider's spec keeps with the tokens.

use std::borrow::Cow;

use crate::text::json::Json;
use crate::text::member_path;
use crate::text::secret::Secret;

/// The key of a value that is kept with the tokens, such as an account's id, for
/// [`TokenSet::get`](crate::TokenSet::get). A provider's module has a type for each of its values,
/// such as `TeamId`.
pub trait TokenKey {
    /// The name in the provider's spec and in storage.
    const NAME: &'static str;

    /// The type of the value: text, or a [`Secret`] if it must not be shown.
    type Value<'t>: TokenValue<'t>;
}

/// The types of values that are kept with the tokens.
pub trait TokenValue<'t>: Sized + sealed::Sealed {
    /// Converts a member of the provider's response.
    #[doc(hidden)]
    fn of(member: &'t Json) -> Option<Self>;
}

impl<'t> TokenValue<'t> for Cow<'t, str> {
    fn of(member: &'t Json) -> Option<Self> {
        member_path::text(member)
    }
}

impl<'t> TokenValue<'t> for Secret {
    fn of(member: &'t Json) -> Option<Self> {
        match member {
            Json::String(secret) if !secret.expose().is_empty() => Some(secret.clone()),
            member => member_path::text(member).map(Secret::new),
        }
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for std::borrow::Cow<'_, str> {}
    impl Sealed for crate::text::secret::Secret {}
}
