//! What the fake saw.

use std::fmt;

use http::Method;

use crate::error::EndpointKind;

/// A request that the fake saw. It holds no value of a parameter and no header, so it can be
/// printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The endpoint that the path is.
    pub endpoint: EndpointKind,
    /// The names of the parameters, of the query first.
    pub parameters: Vec<String>,
    /// The HTTP status of the answer; 0 where there was none.
    pub status: u16,
    /// The standard's error code and the reason, where the request was refused.
    pub refusal: Option<String>,
}

impl fmt::Display for Seen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            path,
            endpoint,
            status,
            ..
        } = self;
        write!(formatter, "{status} {method} {path} ({endpoint})")?;
        if !self.parameters.is_empty() {
            write!(formatter, " {}", self.parameters.join(" "))?;
        }
        match &self.refusal {
            Some(refusal) => write!(formatter, ": {refusal}"),
            None => Ok(()),
        }
    }
}
