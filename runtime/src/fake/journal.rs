//! The requests that a fake received.

use std::collections::VecDeque;
use std::fmt;

use http::Method;
use serde_json::{Value, json};

use crate::error::EndpointKind;
use crate::fake::request::{Request, is_name};
use crate::fake::store::MOST;

/// The most names of a request that are kept.
const NAMES: usize = 64;

/// The longest reason that is kept.
const LONGEST_REASON: usize = 256;

/// The longest path that is kept.
const LONGEST_PATH: usize = 1024;

/// The latest requests, and how many there were of all.
#[derive(Default)]
pub(super) struct Journal {
    seen: VecDeque<Seen>,
    counts: Vec<(EndpointKind, usize)>,
}

impl Journal {
    pub(super) fn keep(&mut self, seen: Seen) {
        let mut counts = self.counts.iter_mut();
        match counts.find(|(endpoint, _)| *endpoint == seen.endpoint) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((seen.endpoint, 1)),
        }
        if self.seen.len() == MOST {
            self.seen.pop_front();
        }
        self.seen.push_back(seen);
    }

    pub(super) fn count(&self, endpoint: EndpointKind) -> usize {
        let mut counts = self.counts.iter();
        let found = counts.find(|(other, _)| *other == endpoint);
        found.map_or(0, |(_, count)| *count)
    }

    pub(super) fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter()
    }

    /// For a program in any language.
    pub(super) fn json(&self) -> Value {
        let seen = self.seen.iter().map(|seen| {
            json!({
                "method": seen.method.as_str(),
                "path": seen.path,
                "endpoint": seen.endpoint.to_string(),
                "parameters": seen.parameters,
                "status": seen.status,
                "refusal": seen.refusal,
            })
        });
        let counts = self.counts.iter();
        let counts = counts.map(|(endpoint, count)| (endpoint.to_string(), json!(count)));
        json!({
            "counts": counts.collect::<serde_json::Map<_, _>>(),
            "requests": seen.collect::<Vec<_>>(),
        })
    }
}

/// A request that the fake received. It holds no parameter values and no headers, so it is safe to
/// print.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The endpoint at this path.
    pub endpoint: EndpointKind,
    /// The names of the parameters, those of the query first.
    pub parameters: Vec<String>,
    /// The HTTP status of the response; 0 if there was none.
    pub status: u16,
    /// The standard error code and the reason, if the request was rejected.
    pub refusal: Option<String>,
}

impl Seen {
    pub(super) fn new(
        request: &Request,
        endpoint: EndpointKind,
        status: u16,
        refusal: Option<String>,
    ) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.chars().take(LONGEST_PATH).collect(),
            endpoint,
            parameters: request.pairs().map(shown).take(NAMES).collect(),
            status,
            refusal: refusal.map(|refusal| refusal.chars().take(LONGEST_REASON).collect()),
        }
    }
}

/// A name as people may see it.
fn shown((name, value): (String, String)) -> String {
    match is_name(&name, &value) {
        true => name,
        false => "…".to_owned(),
    }
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
