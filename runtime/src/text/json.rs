//! JSON (RFC 8259): what servers answer, and the strings of JSON request bodies.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::mem;

use hifijson::token::Lex as _;
use hifijson::{Expect, SliceLexer};
use zeroize::Zeroizing;

use crate::text::secret::Secret;

mod stored;
#[cfg(test)]
mod tests;

/// How deep arrays and objects may be nested, so that no answer can exhaust the stack.
const MAX_DEPTH: usize = 64;

/// A JSON value of a server's answer.
///
/// Any string may be a token, so strings are [`Secret`]s and `Debug` shows the shape alone.
/// A value is serialized as what it is, strings included, as callers store it with their
/// tokens.
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
    /// An object: its members in the server's order, a repeated name as often as it was sent.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON value in UTF-8. A byte order mark and white space around it are passed
    /// over.
    ///
    /// # Errors
    ///
    /// When the input is not exactly one JSON value, when it is nested deeper than 64 levels,
    /// and when a number is too large for an `f64`.
    pub fn parse(input: &[u8]) -> Result<Self, JsonError> {
        read_document(input, |next, lexer| value(next, lexer, MAX_DEPTH))
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    /// The boolean, or `None` where this is something else.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The number as an integer, or `None` where this is something else, has a fraction or an
    /// exponent, or does not fit.
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

    /// The number, which may lose precision, or `None` where this is something else.
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

    /// The string, or `None` where this is something else.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text.expose()),
            _ => None,
        }
    }

    /// The items of the array, or `None` where this is something else.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members of the object, or `None` where this is something else.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The member of this name, the last one if the server repeats it, or `None` where this
    /// is no object or has no such member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        let members = self.as_object()?;
        members
            .iter()
            .rev()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The item at this index, counted from zero, or `None` where this is no array or is
    /// shorter.
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

/// A number of a [`Json`] value: an integer of 64 bits where it is written as one and fits,
/// else an `f64`. `Debug` does not show it.
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
    /// The integer, or `None` where the number is an `f64` or does not fit.
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

    /// The number, which may lose precision.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match self.0 {
            Repr::Unsigned(number) => number as f64,
            Repr::Negative(number) => number as f64,
            Repr::Float(number) => number,
        }
    }

    fn from_f64(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(Repr::Float(number)))
    }

    /// Reads a text of the JSON grammar; `None` means that it is too large.
    fn from_text(text: &str, is_integer: bool) -> Option<Self> {
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

/// Where and why a text is not JSON. It holds nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    position: usize,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Empty,
    NotAnObject,
    Depth,
    Number,
    String,
    Expected(&'static str),
}

impl JsonError {
    /// The place of the error, in bytes from the start of the text.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = self.position;
        match self.problem {
            Problem::Empty => formatter.write_str("the text is empty and not JSON"),
            Problem::NotAnObject => formatter.write_str("the text is JSON and not an object"),
            Problem::Depth => write!(
                formatter,
                "more than {MAX_DEPTH} levels of JSON at byte {position}"
            ),
            Problem::Number => write!(
                formatter,
                "a malformed or too large JSON number at byte {position}"
            ),
            Problem::String => write!(formatter, "a malformed JSON string at byte {position}"),
            Problem::Expected(what) => {
                write!(formatter, "not JSON at byte {position}: expected {what}")
            }
        }
    }
}

impl Error for JsonError {}

impl From<hifijson::Error> for Problem {
    fn from(error: hifijson::Error) -> Self {
        // hifijson's own texts quote the offending character.
        match error {
            hifijson::Error::Depth => Problem::Depth,
            hifijson::Error::Num(_) => Problem::Number,
            hifijson::Error::Str(_) => Problem::String,
            hifijson::Error::Token(expect) => expect.into(),
        }
    }
}

impl From<Expect> for Problem {
    fn from(expect: Expect) -> Self {
        Problem::Expected(match expect {
            Expect::Value => "a value",
            Expect::ValueOrEnd => "a value or the end of the array or object",
            Expect::CommaOrEnd => "a comma or the end of the array or object",
            Expect::String => "a member's name",
            Expect::Colon => "a colon",
            Expect::Eof => "the end of the text",
        })
    }
}

/// Reads one JSON object and hands over its members, in order, without building the object.
///
/// # Errors
///
/// Under the conditions of [`Json::parse`], and when the value is not an object. Members
/// before the error have been handed over by then.
pub(crate) fn parse_object_members<'input>(
    input: &'input [u8],
    visit: &mut dyn FnMut(Cow<'input, str>, Json),
) -> Result<(), JsonError> {
    read_document(input, |next, lexer| match next {
        b'{' => members(lexer, MAX_DEPTH, visit),
        _ => value(next, lexer, MAX_DEPTH).and(Err(Problem::NotAnObject)),
    })
}

/// Writes `text` as a JSON string, quotes included.
pub(crate) fn write_string(output: &mut Vec<u8>, text: &str) {
    const HEX_DIGITS: &[u8; 16] = b"0123456789abcdef";
    output.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => output.extend([b'\\', byte]),
            0..=0x1F => {
                output.extend(b"\\u00");
                output.extend([
                    HEX_DIGITS[usize::from(byte >> 4)],
                    HEX_DIGITS[usize::from(byte & 0xF)],
                ]);
            }
            _ => output.push(byte),
        }
    }
    output.push(b'"');
}

fn read_document<'input, Value>(
    input: &'input [u8],
    read: impl FnOnce(u8, &mut SliceLexer<'input>) -> Result<Value, Problem>,
) -> Result<Value, JsonError> {
    let mut lexer = SliceLexer::new(input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input));
    let result = match lexer.ws_peek() {
        None => Err(Problem::Empty),
        Some(_) => lexer.exactly_one(SliceLexer::ws_peek, read),
    };
    result.map_err(|problem| JsonError {
        position: input.len() - lexer.as_slice().len(),
        problem,
    })
}

/// Reads the value that starts with `next`; `depth` levels may still be opened.
fn value(next: u8, lexer: &mut SliceLexer<'_>, depth: usize) -> Result<Json, Problem> {
    match next {
        b'"' => Ok(Json::from(string(lexer)?.into_owned())),
        b'n' | b't' | b'f' => Ok(lexer
            .null_or_bool()
            .ok_or(Expect::Value)?
            .map_or(Json::Null, Json::Bool)),
        b'-' | b'0'..=b'9' => number(lexer).map(Json::Number),
        b'[' => {
            let depth = depth.checked_sub(1).ok_or(Problem::Depth)?;
            let mut items = Vec::new();
            lexer
                .discarded()
                .seq(b']', SliceLexer::ws_peek, |next, lexer| {
                    items.push(value(next, lexer, depth)?);
                    Ok::<_, Problem>(())
                })?;
            Ok(Json::Array(items))
        }
        b'{' => {
            let mut object = Vec::new();
            members(lexer, depth, &mut |name, value| {
                object.push((name.into_owned(), value))
            })?;
            Ok(Json::Object(object))
        }
        _ => Err(Expect::Value.into()),
    }
}

fn members<'input>(
    lexer: &mut SliceLexer<'input>,
    depth: usize,
    visit: &mut dyn FnMut(Cow<'input, str>, Json),
) -> Result<(), Problem> {
    let depth = depth.checked_sub(1).ok_or(Problem::Depth)?;
    lexer
        .discarded()
        .seq(b'}', SliceLexer::ws_peek, |next, lexer| {
            if next != b'"' {
                return Err(Expect::String.into());
            }
            let name = string(lexer)?;
            lexer
                .expect(SliceLexer::ws_peek, b':')
                .ok_or(Expect::Colon)?;
            let next = lexer.ws_peek().ok_or(Expect::Value)?;
            visit(name, value(next, lexer, depth)?);
            Ok(())
        })
}

/// How many bytes come before the first that means something within a string.
fn plain_length(bytes: &[u8]) -> usize {
    // Without an early exit the compiler compares whole blocks at once.
    let has_special = |block: &[u8; 32]| {
        block
            .iter()
            .fold(false, |found, byte| found | is_special(byte))
    };
    let (blocks, _) = bytes.as_chunks::<32>();
    let start = 32
        * blocks
            .iter()
            .take_while(|block| !has_special(block))
            .count();
    let tail = &bytes[start..];
    start + tail.iter().position(is_special).unwrap_or(tail.len())
}

fn is_special(byte: &u8) -> bool {
    (*byte == b'"') | (*byte == b'\\') | (*byte < 0x20)
}

/// Borrows from the input unless the string has escapes.
fn string<'input>(lexer: &mut SliceLexer<'input>) -> Result<Cow<'input, str>, Problem> {
    // Most strings are plain, and hifijson looks at each byte by itself.
    if let [b'"', rest @ ..] = lexer.as_slice()
        && let (plain, [b'"', tail @ ..]) = rest.split_at(plain_length(rest))
    {
        *lexer = SliceLexer::new(tail);
        return std::str::from_utf8(plain)
            .map(Cow::Borrowed)
            .map_err(|_| Problem::String);
    }
    escaped(lexer.discarded()).map(Cow::Owned)
}

/// A string behind its first quote, with its escapes undone. None is shorter than what it stands for,
/// so the text never grows, and leaves no copy of a token behind.
fn escaped(lexer: &mut SliceLexer<'_>) -> Result<String, Problem> {
    use hifijson::Read as _;
    use hifijson::escape::{self, Lex as _};
    use hifijson::str::{self, LexWrite as _};
    let mut is_escaped = false;
    let length = lexer.as_slice().iter().position(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    let Some(length) = length else {
        // What is missing is missing at the end.
        while lexer.take_next().is_some() {}
        return Err(Problem::String);
    };
    let text = Zeroizing::new(String::with_capacity(length));
    let text = lexer.str_fold(
        text,
        |plain, text| {
            text.push_str(std::str::from_utf8(plain).map_err(str::Error::Utf8)?);
            Ok(())
        },
        |lexer, text| {
            let kind = lexer.take_next().ok_or(escape::Error::Eof)?;
            text.push(lexer.escape(kind)?);
            Ok(())
        },
    );
    let mut text = text.map_err(|_: str::Error| Problem::String)?;
    Ok(mem::take(&mut *text))
}

fn number(lexer: &mut SliceLexer<'_>) -> Result<JsonNumber, Problem> {
    use hifijson::num::LexWrite as _;
    let (text, parts) = lexer
        .num_string()
        .validated()
        .map_err(|_| Problem::Number)?;
    JsonNumber::from_text(text, parts.is_int()).ok_or(Problem::Number)
}
