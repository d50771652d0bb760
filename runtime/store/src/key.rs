//! Keys of records.

use std::fmt;
use std::sync::Arc;

/// The key of a record: the name of an account or of a pending login.
///
/// A key is not a secret: it appears in error messages, file names and columns. Use your program's
/// name of the account, such as `kraken/user-42`. The `state` of a login is a secret; use a digest
/// of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

/// The longest key in bytes: it fits an index of every database.
const LONGEST: usize = 512;

impl Key {
    /// A key of 1 to 512 bytes without control characters.
    ///
    /// # Errors
    ///
    /// If the text is empty, too long, or has a control character.
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidKey> {
        let text = text.as_ref();
        match text.len() {
            0 => Err(InvalidKey("it is empty")),
            1..=LONGEST if text.chars().any(char::is_control) => {
                Err(InvalidKey("it has a control character"))
            }
            1..=LONGEST => Ok(Self(text.into())),
            _ => Err(InvalidKey("it is longer than 512 bytes")),
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl TryFrom<&str> for Key {
    type Error = InvalidKey;

    fn try_from(text: &str) -> Result<Self, InvalidKey> {
        Self::new(text)
    }
}

/// Why text is not a [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(&'static str);

impl fmt::Display for InvalidKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "not a key of a token store: {}", self.0)
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_lines() {
        for good in ["a", "kraken/user 42", "ä", &"x".repeat(512)] {
            assert_eq!(Key::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a\nb", "a\0", &"x".repeat(513)] {
            assert!(Key::new(bad).is_err(), "{bad:?}");
        }
    }
}
