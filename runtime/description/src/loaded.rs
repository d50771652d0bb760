//! Descriptions as JSON files.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::field::{Constant, Field, Owned};
use crate::node::{FORMAT, FORMAT_MEMBER};
use crate::owned::Provider;
use crate::{Node, Problem, ReadError, Value};

/// Why a description cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// It does not have the format that this version reads.
    Form(ReadError),
    /// It contradicts itself, or its client would not be safe.
    Meaning(Vec<Problem>),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => error.fmt(formatter),
            Self::Meaning(problems) => {
                for (index, problem) in problems.iter().enumerate() {
                    if index > 0 {
                        formatter.write_str("; ")?;
                    }
                    problem.fmt(formatter)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// The descriptions that were made constants, by the provider's id.
static CONSTANTS: Mutex<BTreeMap<&'static str, Vec<&'static crate::Provider>>> =
    Mutex::new(BTreeMap::new());

impl Provider {
    /// Parses and checks a provider's JSON file.
    ///
    /// # Errors
    ///
    /// If it has another format or version, has a member that this version does not know, or
    /// describes a client that cannot work or is not safe.
    pub fn load(value: &Value) -> Result<Self, LoadError> {
        let provider = Self::from_file(value).map_err(LoadError::Form)?;
        match provider.check() {
            problems if problems.is_empty() => Ok(provider),
            problems => Err(LoadError::Meaning(problems)),
        }
    }

    fn from_file(value: &Value) -> Result<Self, ReadError> {
        let Value::Map(members) = value else {
            return Err(value.unexpected("a mapping"));
        };
        let (format, members): (Vec<_>, Vec<_>) = members
            .iter()
            .cloned()
            .partition(|(name, _)| name == FORMAT_MEMBER);
        match format.first() {
            Some((_, Value::Number(FORMAT))) => Self::read(&Value::Map(members)),
            Some((_, Value::Number(other))) => Err(ReadError::new(format!(
                "the format is {other}, and this version reads {FORMAT}"
            ))),
            Some((_, other)) => Err(other.unexpected("a whole number").below(FORMAT_MEMBER)),
            None => Err(ReadError::new(format!("`{FORMAT_MEMBER}` is missing"))),
        }
    }

    /// The provider's JSON file: one line for each member, without standard values.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.node().to_file()
    }

    /// The provider as a tree, to write it in a format of your own.
    #[must_use]
    pub fn to_node(&self) -> Node {
        self.node()
    }

    /// The constant form, from which clients are made. Its memory, a few kilobytes, is never freed.
    /// The same description always returns the same constant.
    #[must_use]
    pub fn constant(&self) -> &'static crate::Provider {
        let mut constants = CONSTANTS.lock().unwrap_or_else(PoisonError::into_inner);
        let known = constants.get(self.id.as_str());
        let known = known
            .into_iter()
            .flatten()
            .find(|known| (**known).owned() == *self);
        if let Some(known) = known {
            return known;
        }
        let constant: &'static crate::Provider = Box::leak(Box::new(Constant::constant(self)));
        constants.entry(constant.id).or_default().push(constant);
        constant
    }
}

impl From<&crate::Authentication> for crate::owned::Authentication {
    fn from(constant: &crate::Authentication) -> Self {
        constant.owned()
    }
}

impl From<&crate::Provider> for Provider {
    fn from(constant: &crate::Provider) -> Self {
        constant.owned()
    }
}
