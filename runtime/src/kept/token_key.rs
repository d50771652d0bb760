//! Typed keys for the values that a provider's spec keeps with the tokens.

use std::borrow::Cow;

use crate::kept::token_set::TokenSet;
use crate::text::secret::Secret;

/// A value that is kept with the tokens, such as an account's id: the key that
/// [`TokenSet::get`] takes. Each value of a provider is a type of its module, such as `TeamId`.
pub trait TokenKey {
    /// The name in the provider's spec, which is the value's name in storage as well.
    const NAME: &'static str;

    /// What the value is: text, or a [`Secret`] where nobody may see it.
    type Value<'t>: TokenValue<'t>;
}

/// What a value that is kept with the tokens can be.
pub trait TokenValue<'t>: Sized + sealed::Sealed {
    /// The value of this name.
    #[doc(hidden)]
    fn of(tokens: &'t TokenSet, name: &str) -> Option<Self>;
}

impl<'t> TokenValue<'t> for Cow<'t, str> {
    fn of(tokens: &'t TokenSet, name: &str) -> Option<Self> {
        tokens.captured(name)
    }
}

impl<'t> TokenValue<'t> for Secret {
    fn of(tokens: &'t TokenSet, name: &str) -> Option<Self> {
        tokens.captured_secret(name)
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for std::borrow::Cow<'_, str> {}
    impl Sealed for crate::text::secret::Secret {}
}
