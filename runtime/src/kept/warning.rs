//! Problems with responses that were accepted all the same.

use std::fmt;

/// An optional member of a token response that was invalid and counts as absent. See
/// [`TokenSet::warnings`](crate::TokenSet::warnings).
///
/// It holds nothing that the server sent, so it is safe to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    member: &'static str,
    expected: &'static str,
}

impl Warning {
    pub(crate) const fn new(member: &'static str, expected: &'static str) -> Self {
        Self { member, expected }
    }

    /// The provider's name of the member, such as `expires_in`, or its path, `data.expires_in`.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.member
    }

    /// What was expected: `a number of seconds`.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { member, expected } = self;
        write!(
            formatter,
            "`{member}` is not {expected}, and counts as absent"
        )
    }
}
