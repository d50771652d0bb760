//! Typed keys for the values that a provider's spec keeps with the tokens.

use std::borrow::Cow;

use crate::text::json::Json;
use crate::text::member_path;
use crate::text::secret::Secret;

/// A value that is kept with the tokens, such as an account's id: the key that
/// [`TokenSet::get`](crate::TokenSet::get) takes. Each value of a provider is a type of its module, such as `TeamId`.
pub trait TokenKey {
    /// The name in the provider's spec, which is the value's name in storage as well.
    const NAME: &'static str;

    /// What the value is: text, or a [`Secret`] where nobody may see it.
    type Value<'t>: TokenValue<'t>;
}

/// What a value that is kept with the tokens can be.
pub trait TokenValue<'t>: Sized + sealed::Sealed {
    /// What a member of the provider's answer is as this value.
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
