//! Reading JSON.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::mem;

use hifijson::token::Lex as _;
use hifijson::{Expect, SliceLexer};
use zeroize::Zeroizing;

use crate::text::json::plain::plain_length;
use crate::text::json::{Json, JsonNumber};
use crate::text::secret::Secret;

/// The depth limit of arrays and objects, so that no response can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads one JSON value.
pub(super) fn document(input: &[u8]) -> Result<Json, JsonError> {
    read_document(input, |next, lexer, input| {
        value(next, lexer, input, MAX_DEPTH)
    })
}

/// Where and why text is not valid JSON. It holds nothing of the text.
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
    /// The position of the error, in bytes from the start of the text.
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
    read_document(input, |next, lexer, input| match next {
        b'{' => members(lexer, input, MAX_DEPTH, visit),
        _ => value(next, lexer, input, MAX_DEPTH).and(Err(Problem::NotAnObject)),
    })
}

fn read_document<'input, Value>(
    input: &'input [u8],
    read: impl FnOnce(u8, &mut SliceLexer<'input>, Input<'input>) -> Result<Value, Problem>,
) -> Result<Value, JsonError> {
    let mut lexer = SliceLexer::new(input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input));
    let text = Input::of(input);
    let result = match lexer.ws_peek() {
        None => Err(Problem::Empty),
        Some(_) => lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| read(next, lexer, text)),
    };
    result.map_err(|problem| JsonError {
        position: input.len() - lexer.as_slice().len(),
        problem,
    })
}

/// The whole input, read as UTF-8 once: that is less work than to look at each string by itself.
#[derive(Clone, Copy)]
struct Input<'input> {
    /// All of it, or what comes before the first byte that is not UTF-8.
    text: &'input str,
    /// Of all of it, in bytes.
    length: usize,
}

impl<'input> Input<'input> {
    fn of(bytes: &'input [u8]) -> Self {
        let text = std::str::from_utf8(bytes).or_else(|error| {
            // A string in which this ends is not read.
            std::str::from_utf8(&bytes[..error.valid_up_to()])
        });
        Self {
            text: text.unwrap_or_default(),
            length: bytes.len(),
        }
    }
}

/// Reads the value that starts with `next`; `depth` levels may still be opened.
fn value<'input>(
    next: u8,
    lexer: &mut SliceLexer<'input>,
    input: Input<'input>,
    depth: usize,
) -> Result<Json, Problem> {
    match next {
        b'"' => Ok(match string(lexer, input)? {
            Cow::Borrowed(text) => Json::String(Secret::copy_of(text)),
            Cow::Owned(text) => Json::from(text),
        }),
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
                    items.push(value(next, lexer, input, depth)?);
                    Ok::<_, Problem>(())
                })?;
            Ok(Json::Array(items))
        }
        b'{' => {
            let mut object = Vec::new();
            members(lexer, input, depth, &mut |name, value| {
                object.push((name.into_owned(), value))
            })?;
            Ok(Json::Object(object))
        }
        _ => Err(Expect::Value.into()),
    }
}

fn members<'input>(
    lexer: &mut SliceLexer<'input>,
    input: Input<'input>,
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
            let name = string(lexer, input)?;
            lexer
                .expect(SliceLexer::ws_peek, b':')
                .ok_or(Expect::Colon)?;
            let next = lexer.ws_peek().ok_or(Expect::Value)?;
            visit(name, value(next, lexer, input, depth)?);
            Ok(())
        })
}

/// Borrows from the input unless the string has escapes.
#[inline]
fn string<'input>(
    lexer: &mut SliceLexer<'input>,
    input: Input<'input>,
) -> Result<Cow<'input, str>, Problem> {
    // Most strings are plain, and hifijson looks at each byte by itself.
    if let [b'"', rest @ ..] = lexer.as_slice() {
        let length = plain_length(rest);
        if let Some([b'"', tail @ ..]) = rest.get(length..) {
            *lexer = SliceLexer::new(tail);
            let start = input.length - rest.len();
            let plain = input.text.get(start..start + length);
            return plain.map(Cow::Borrowed).ok_or(Problem::String);
        }
    }
    escaped(lexer.discarded()).map(Cow::Owned)
}

/// A string behind its first quote, with its escapes undone. None is shorter than what it stands for,
/// so the text never grows, and leaves no copy of a token behind.
#[cold]
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
    if let Some(number) = few_digits(lexer) {
        return Ok(number.into());
    }
    let (text, parts) = lexer
        .num_string()
        .validated()
        .map_err(|_| Problem::Number)?;
    JsonNumber::from_text(text, parts.is_int()).ok_or(Problem::Number)
}

/// Digits alone, and no more than surely fit: a time, as nearly every number is.
#[inline]
fn few_digits(lexer: &mut SliceLexer<'_>) -> Option<u64> {
    const FEW: usize = 18;
    let input = lexer.as_slice();
    let digits = input
        .iter()
        .take(FEW)
        .take_while(|byte| byte.is_ascii_digit());
    let (digits, behind) = input.split_at(digits.count());
    let goes_on = matches!(behind.first(), Some(b'0'..=b'9' | b'.' | b'e' | b'E'));
    if goes_on || matches!(digits, [] | [b'0', _, ..]) {
        return None;
    }
    *lexer = SliceLexer::new(behind);
    let add = |number, digit: &u8| number * 10 + u64::from(digit - b'0');
    Some(digits.iter().fold(0, add))
}
