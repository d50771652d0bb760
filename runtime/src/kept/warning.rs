//! What is odd about a response that is used all the same.

use std::fmt;

/// An optional member of a token response that could not be read and counts as absent:
/// [`TokenSet::warnings`](crate::TokenSet::warnings).
///
/// It holds nothing that the server sent, so it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    member: &'static str,
    expected: &'static str,
}

impl Warning {
    pub(crate) const fn new(member: &'static str, expected: &'static str) -> Self {
        Self { member, expected }
    }

    /// The member as this provider calls it, such as `expires_in`, or its path: `data.expires_in`.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.member
    }

    /// What it should have been: `a number of seconds`.
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
