//! JSON numbers.

use std::fmt;

use serde_core::{Serialize, Serializer};

/// A number of a [`Json`](crate::Json) value: a 64-bit integer if it is written as one and fits,
/// otherwise an `f64`. `Debug` does not show it.
#[derive(Clone, Copy, PartialEq)]
pub struct JsonNumber(Repr);

#[derive(Clone, Copy, PartialEq)]
enum Repr {
    Unsigned(u64),
    Negative(i64),
    /// Always finite, as JSON knows no other number.
    Float(f64),
}

impl JsonNumber {
    /// The integer, or `None` if the number is an `f64` or does not fit.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Unsigned(number) => number.try_into().ok(),
            Repr::Negative(number) => Some(number),
            Repr::Float(_) => None,
        }
    }

    /// The integer, or `None` where the number is an `f64` or does not fit.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Repr::Unsigned(number) => Some(number),
            Repr::Negative(_) | Repr::Float(_) => None,
        }
    }

    /// The number, with possible loss of precision.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match self.0 {
            Repr::Unsigned(number) => number as f64,
            Repr::Negative(number) => number as f64,
            Repr::Float(number) => number,
        }
    }

    /// The number as JSON.
    pub(super) fn written(&self) -> String {
        match self.0 {
            Repr::Unsigned(number) => number.to_string(),
            Repr::Negative(number) => number.to_string(),
            Repr::Float(number) => number.to_string(),
        }
    }

    pub(super) fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(Repr::Float(number)))
    }

    /// Reads a text of the JSON grammar; `None` means that it is too large.
    pub(super) fn from_text(text: &str, is_integer: bool) -> Option<Self> {
        if is_integer {
            if let Ok(number) = text.parse::<u64>() {
                return Some(number.into());
            }
            // -0 has its sign as an f64 alone.
            if let Ok(number) = text.parse::<i64>()
                && number != 0
            {
                return Some(number.into());
            }
        }
        text.parse().ok().and_then(Self::from_f64)
    }
}

impl fmt::Debug for JsonNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("number")
    }
}

impl From<u64> for JsonNumber {
    fn from(number: u64) -> Self {
        Self(Repr::Unsigned(number))
    }
}

impl From<i64> for JsonNumber {
    fn from(number: i64) -> Self {
        Self(u64::try_from(number).map_or(Repr::Negative(number), Repr::Unsigned))
    }
}

impl Serialize for JsonNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Unsigned(number) => serializer.serialize_u64(number),
            Repr::Negative(number) => serializer.serialize_i64(number),
            Repr::Float(number) => serializer.serialize_f64(number),
        }
    }
}
