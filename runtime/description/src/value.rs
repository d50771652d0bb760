//! Parsed JSON, to be read as a description.

use std::fmt;

use crate::field::Field;
use crate::node::key;

/// A JSON value, as far as descriptions need it. Members keep their order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number that is not negative.
    Number(u64),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Map(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn unexpected(&self, expected: &str) -> ReadError {
        let found = match self {
            Self::Null => "null",
            Self::Flag(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        };
        ReadError::new(format!("expected {expected}, found {found}"))
    }
}

/// JSON is not a valid description. `Display` says where, as a path of members, and what would be
/// right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    path: String,
    message: String,
}

impl ReadError {
    pub(crate) fn new(message: String) -> Self {
        Self {
            path: String::new(),
            message,
        }
    }

    pub(crate) fn below(mut self, member: &str) -> Self {
        let separator = match self.path.chars().next() {
            None | Some('[') => "",
            Some(_) => ".",
        };
        self.path = format!("{member}{separator}{}", self.path);
        self
    }

    pub(crate) fn below_index(self, index: usize) -> Self {
        self.below(&format!("[{index}]"))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => formatter.write_str(&self.message),
            path => write!(formatter, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for ReadError {}

/// The members of an object that is read as a record.
pub(crate) struct Members<'v> {
    members: &'v [(String, Value)],
    known: usize,
}

impl<'v> Members<'v> {
    pub(crate) fn of(value: &'v Value) -> Result<Self, ReadError> {
        match value {
            Value::Map(members) => Ok(Self { members, known: 0 }),
            _ => Err(value.unexpected("a mapping")),
        }
    }

    /// Reads a member, where it is there, into its place.
    pub(crate) fn take<T: Field>(
        &mut self,
        name: &'static str,
        is_required: bool,
        place: &mut T,
    ) -> Result<(), ReadError> {
        let name = key(name);
        let mut found = self.members.iter().filter(|(other, _)| other == name);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(ReadError::new(format!("`{name}` stands here twice"))),
            (Some((_, Value::Null)), None) if !is_required => {
                self.known += 1;
                Ok(())
            }
            (Some((_, value)), None) => {
                *place = T::read(value).map_err(|error| error.below(name))?;
                self.known += 1;
                Ok(())
            }
            (None, _) if is_required => Err(ReadError::new(format!("`{name}` is missing"))),
            (None, _) => Ok(()),
        }
    }

    /// Refuses what is none of the record's fields: a newer version may mean something by it that
    /// must not be passed over.
    pub(crate) fn end(self, fields: &[&'static str]) -> Result<(), ReadError> {
        if self.known == self.members.len() {
            return Ok(());
        }
        let is_unknown = |name: &str| !fields.iter().any(|field| key(field) == name);
        let mut names = self.members.iter().map(|(name, _)| name.as_str());
        match names.find(|name| is_unknown(name)) {
            Some(name) => Err(ReadError::new(format!(
                "`{name}` is not known to this version"
            ))),
            None => Ok(()),
        }
    }
}
