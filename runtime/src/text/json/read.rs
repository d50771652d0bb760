//! Reading JSON.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::mem;

use hifijson::token::Lex as _;
use hifijson::{Expect, SliceLexer};
use zeroize::Zeroizing;

use crate::text::json::{Json, JsonNumber};

/// The depth limit of arrays and objects, so that no response can exhaust the stack.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads one JSON value.
pub(super) fn document(input: &[u8]) -> Result<Json, JsonError> {
    read_document(input, |next, lexer| value(next, lexer, MAX_DEPTH))
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
    read_document(input, |next, lexer| match next {
        b'{' => members(lexer, MAX_DEPTH, visit),
        _ => value(next, lexer, MAX_DEPTH).and(Err(Problem::NotAnObject)),
    })
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
