//! JSON (RFC 8259): what servers answer, and the strings of JSON request bodies.

use std::fmt;

use crate::text::secret::Secret;
use plain::plain_length;

pub use number::JsonNumber;
pub(crate) use plain::special_count;
pub use read::JsonError;
pub(crate) use read::parse_object_members;
pub(crate) use write::write_value;

mod number;
#[cfg(feature = "jose")]
pub(crate) mod object;
mod plain;
mod read;
mod stored;
#[cfg(test)]
mod tests;
mod write;

/// A JSON value of a server's response.
///
/// Any string may be a token, so strings are [`Secret`]s, and `Debug` shows only the shape.
/// Serialization includes the strings, since values are stored with the tokens.
///
/// ```
/// use oauth_atlas_runtime::Json;
///
/// let answer = Json::parse(br#"{"team": {"id": "T9"}, "members": [1, 2]}"#)?;
/// assert_eq!(answer.get("team").and_then(|team| team.get("id")?.as_str()), Some("T9"));
/// assert_eq!(answer.get("members").and_then(|members| members.at(1)?.as_i64()), Some(2));
/// assert_eq!(format!("{answer:?}"), "object of 2");
/// # Ok::<(), oauth_atlas_runtime::JsonError>(())
/// ```
#[derive(Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(JsonNumber),
    /// A string.
    String(Secret),
    /// An array.
    Array(Vec<Json>),
    /// An object: its members in the server's order, repeated names included.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses one JSON value in UTF-8. A byte order mark and surrounding white space are ignored.
    ///
    /// # Errors
    ///
    /// If the input is not exactly one JSON value, is nested deeper than 64 levels, or has a number
    /// too large for an `f64`.
    pub fn parse(input: &[u8]) -> Result<Self, JsonError> {
        read::document(input)
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The boolean, or `None` if this is not one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The number as an integer, or `None` if this is not a number, has a fraction or an exponent,
    /// or does not fit.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The number as an integer, under the conditions of [`Json::as_i64`].
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Json::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    /// The number, with possible loss of precision, or `None` if this is not one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Json::Number(number) => Some(number.as_f64()),
            _ => None,
        }
    }

    /// Whether a member says no more than a missing one: `null`, `false` or an empty text.
    pub(crate) fn is_absent(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => true,
            value => value.as_str().is_some_and(str::is_empty),
        }
    }

    /// The string, or `None` if this is not one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text.expose()),
            _ => None,
        }
    }

    /// The items of the array, or `None` if this is not one.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of the object, or `None` if this is not one.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of this name, the last one if it is repeated, or `None` if this is not an object
    /// or has no such member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        let members = self.as_object()?;
        members
            .iter()
            .rev()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The item at this index, or `None` if this is not an array or is shorter.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Json> {
        self.as_array()?.get(index)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => formatter.write_str("null"),
            Json::Bool(_) => formatter.write_str("boolean"),
            Json::Number(_) => formatter.write_str("number"),
            Json::String(_) => formatter.write_str("string"),
            Json::Array(items) => write!(formatter, "array of {}", items.len()),
            Json::Object(members) => write!(formatter, "object of {}", members.len()),
        }
    }
}

impl From<bool> for Json {
    fn from(boolean: bool) -> Self {
        Json::Bool(boolean)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        Json::Number(number.into())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Json::Number(number.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::String(text.into())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::String(text.into())
    }
}

/// Writes `text` as a JSON string, quotes included.
pub(crate) fn write_string(output: &mut Vec<u8>, text: &str) {
    output.push(b'"');
    write_escaped(output, text);
    output.push(b'"');
}

/// Writes `text` as it stands between the quotes of a JSON string.
pub(crate) fn write_escaped(output: &mut Vec<u8>, text: &str) {
    const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text.as_bytes();
    loop {
        let (plain, tail) = rest.split_at(plain_length(rest));
        output.extend_from_slice(plain);
        let Some((byte, tail)) = tail.split_first() else {
            break;
        };
        match byte {
            b'"' | b'\\' => output.extend_from_slice(&[b'\\', *byte]),
            _ => {
                output.extend_from_slice(b"\\u00");
                output.extend_from_slice(&[
                    HEX_DIGITS[usize::from(byte >> 4)],
                    HEX_DIGITS[usize::from(byte & 0xF)],
                ]);
            }
        }
        rest = tail;
    }
}
