//! What a login brought that ends without a code.

use std::borrow::Cow;
use std::fmt;

use crate::kept::token_key::{TokenKey, TokenValue};
use crate::text::json::Json;
use crate::text::member_path;

/// A consent without a code: an administrator has consented for an organization, or the application
/// was installed. It holds what the provider's spec keeps of the callback, such as the id of the
/// tenant. The program stores what it needs of them, and asks for tokens by other grants.
///
/// `Debug` shows only the names.
#[derive(Clone)]
pub struct Consent {
    pub(crate) captured: Vec<(String, Json)>,
}

impl Consent {
    /// A value of the callback, by its name in the provider's spec. `None` if it is missing.
    #[must_use]
    pub fn captured(&self, name: &str) -> Option<Cow<'_, str>> {
        member_path::text(self.value(name)?)
    }

    /// A value of the callback, by its key in the provider's module: `consent.get(acme::Tenant)`.
    /// `None` if it is missing.
    #[must_use]
    pub fn get<K: TokenKey>(&self, _key: K) -> Option<K::Value<'_>> {
        TokenValue::of(self.value(K::NAME)?)
    }

    fn value(&self, name: &str) -> Option<&Json> {
        let mut captured = self.captured.iter();
        let found = captured.find(|(other, _)| other == name);
        found.map(|(_, value)| value)
    }
}

impl fmt::Debug for Consent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.captured.iter().map(|(name, _)| name);
        formatter.write_str("Consent ")?;
        formatter.debug_list().entries(names).finish()
    }
}
