//! URL templates: `{api}/{language}/oauth/token`.

use std::borrow::Cow;

pub(crate) mod sent;
mod value;

use oauth_atlas_description::Template;

use crate::client::credentials::Credentials;
use crate::client::endpoint_url::{base_url, check_host};
use crate::error::Error;
use crate::provider::{Environment, Provider, Variable, VariableKind, normalized};
use crate::text::printable::printable;
use crate::text::secret::Secret;

/// What the names in braces stand for.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    pub(crate) provider: &'static Provider,
    /// The environment that was chosen, if one was.
    pub(crate) environment: Option<&'static str>,
    /// The values of the client.
    pub(crate) client: &'a [(&'static str, Secret)],
    /// The values of this request, which win.
    pub(crate) request: &'a [(&'static str, Secret)],
    pub(crate) credentials: &'a Credentials,
}

/// The client's id, which is a path segment at some providers.
static CLIENT_ID: Variable = Variable {
    name: "client_id",
    ..Variable::STANDARD
};

/// Puts values in the place of the names in braces. An optional variable without a value
/// disappears together with its path segment and the slash before it, or with its pair of the query.
///
/// A value often comes from a user, and the client's secret goes to whatever host the URL names.
/// So there are two guards: each value is held to what its kind may consist of, and in the end the
/// URL's host has to be the one that the template spells around the values.
///
/// # Errors
///
/// When a variable is not set, when a value is not of its variable's kind, and when the template
/// itself is wrong.
pub(crate) fn expand(template: &str, values: Values<'_>) -> Result<String, Error> {
    let mut expansion = Expansion::new(template);
    values.add(&mut expansion, template, true)?;
    if let Some(host) = expansion.guarded_host() {
        check_host(values.provider, &expansion.url, host)?;
    }
    Ok(expansion.url)
}

/// A URL that grows, and where its host is.
///
/// Where the host ends is told by the template's own text alone. So a value with a `/` or a `#`
/// does not move the end, and makes the host another one than the URL's.
struct Expansion {
    url: String,
    host_start: Option<usize>,
    host_end: Option<usize>,
    /// Where the query starts, behind its `?`.
    query_start: Option<usize>,
    /// Whether a variable's value is a part of the host.
    is_guarded: bool,
}

/// The part of a URL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Scheme,
    Host,
    Path,
    Query,
}

impl Expansion {
    fn new(template: &str) -> Self {
        Self {
            url: String::with_capacity(template.len() + 64),
            host_start: None,
            host_end: None,
            query_start: None,
            is_guarded: false,
        }
    }

    fn part(&self) -> Part {
        match (self.host_start, self.host_end) {
            (None, _) => Part::Scheme,
            (Some(_), None) => Part::Host,
            (Some(_), Some(_)) if self.query_start.is_some() => Part::Query,
            (Some(_), Some(_)) => Part::Path,
        }
    }

    /// Adds text of the template, or an URL that may open it.
    fn push(&mut self, text: &str) {
        let start = self.url.len();
        self.url.push_str(text);
        if self.host_start.is_none() {
            self.host_start = self.url.find("://").map(|scheme_end| scheme_end + 3);
        }
        if let (Some(host_start), None) = (self.host_start, self.host_end) {
            let start = start.max(host_start);
            self.host_end = self.url[start..]
                .find(['/', '?', '#'])
                .map(|end| start + end);
        }
        if self.query_start.is_none() && self.host_end.is_some() {
            let query = self.url[start..].find('?');
            self.query_start = query.map(|query| start + query + 1);
        }
    }

    /// Adds a value that is fit for this part.
    fn push_value(&mut self, value: &str) {
        self.is_guarded |= self.part() == Part::Host;
        self.url.push_str(value);
    }

    /// Takes the path segment, or the pair of the query, that is being written away, and returns
    /// what follows it of the template. There may be none to take away.
    fn without_value<'t>(&mut self, rest: &'t str) -> Option<&'t str> {
        if let Some(query_start) = self.query_start {
            let pair = self.url[query_start..].rfind('&');
            self.url
                .truncate(query_start + pair.map_or(0, |pair| pair + 1));
            let next = rest.find('&').map(|end| &rest[end + 1..]);
            if next.is_none_or(str::is_empty) {
                self.url.pop();
            }
            return Some(next.unwrap_or_default());
        }
        let slash = self.url.rfind('/')?;
        if slash < self.host_end? {
            return None;
        }
        self.url.truncate(slash);
        Some(rest.find(['/', '?', '#']).map_or("", |end| &rest[end..]))
    }

    /// The host, and the port if there is one, as the template spells them around values.
    fn guarded_host(&self) -> Option<&str> {
        let start = self.host_start.filter(|_| self.is_guarded)?;
        self.url.get(start..self.host_end.unwrap_or(self.url.len()))
    }
}

impl<'a> Values<'a> {
    /// Adds a template, in which a host of the environment may stand for another one.
    fn add(&self, expansion: &mut Expansion, template: &str, has_hosts: bool) -> Result<(), Error> {
        let mut rest = template;
        while let Some(start) = Template::of(rest).start() {
            self.literal(template, start.before)?;
            expansion.push(start.before);
            let name = start.name;
            rest = start.rest;
            if has_hosts && let Some(host) = self.host(name)? {
                self.add(expansion, host, false)?;
                continue;
            }
            let variable = self.variable(name)?;
            match self.value(variable)? {
                Some(value) => self.put(expansion, variable, value)?,
                None => match expansion.without_value(rest) {
                    Some(remaining) => rest = remaining,
                    None => return Err(self.misplaced(variable)),
                },
            }
        }
        self.literal(template, rest)?;
        expansion.push(rest);
        Ok(())
    }

    /// Checks text of a URL template that is no name: a URL has no braces of its own.
    fn literal(&self, template: &str, text: &str) -> Result<(), Error> {
        if Template::of(text).is_plain() {
            return Ok(());
        }
        Err(self.error(format!(
            "the URL template {template} has a brace that is not a name's"
        )))
    }

    fn host(&self, name: &str) -> Result<Option<&'static str>, Error> {
        let Some(environment) = self.environment()? else {
            return Ok(None);
        };
        Ok(environment
            .hosts
            .iter()
            .find(|(host, _)| *host == name)
            .map(|(_, url)| *url))
    }

    fn environment(&self) -> Result<Option<&'static Environment>, Error> {
        let environments = self.provider.environments;
        match self.environment {
            None => Ok(environments.first()),
            Some(name) => match environments
                .iter()
                .find(|environment| environment.name == name)
            {
                Some(environment) => Ok(Some(environment)),
                None => Err(self.error(format!("there is no environment {name:?}"))),
            },
        }
    }

    fn variable(&self, name: &str) -> Result<&'static Variable, Error> {
        let mut variables = self.provider.variables.iter();
        match variables.find(|variable| variable.name == name) {
            Some(variable) => Ok(variable),
            None if name == CLIENT_ID.name => Ok(&CLIENT_ID),
            None => Err(self.error(format!("nothing says what {{{name}}} stands for"))),
        }
    }

    /// The value as it was set, or `None` where an optional variable has none.
    fn value(&self, variable: &Variable) -> Result<Option<&'a str>, Error> {
        // The last value wins, as a builder's method may be called twice.
        let given = self
            .client
            .iter()
            .chain(self.request)
            .rev()
            .find(|(name, _)| *name == variable.name)
            .map(|(_, value)| value.expose())
            // RFC 6749 §3.1: a parameter without a value counts as left out.
            .filter(|value| !value.is_empty() || !variable.kind.is_of_text());
        // Some providers have the client's id in their URLs.
        let id = || (variable.name == CLIENT_ID.name).then_some(&*self.credentials.id);
        match given.or_else(id).or(variable.default) {
            Some(value) => Ok(Some(value)),
            None if variable.optional => Ok(None),
            None => Err(self.error(format!("{} is not set", variable.name))),
        }
    }

    /// Checks a value, encodes it for its place, and adds it.
    fn put(
        &self,
        expansion: &mut Expansion,
        variable: &Variable,
        value: &str,
    ) -> Result<(), Error> {
        let given = value;
        let value = &*normalized(value, variable.kind, variable.normalize, variable.suffixes);
        let checked = match (variable.kind, expansion.part()) {
            (VariableKind::BaseUrl, Part::Scheme) => {
                expansion.push(&base_url(self.provider, value, variable.suffixes)?);
                return Ok(());
            }
            (VariableKind::OneOf, part) => {
                value::one_of(value, variable.values).map(|value| match part {
                    Part::Scheme | Part::Host => Cow::Borrowed(value),
                    Part::Path | Part::Query => value::encoded(value),
                })
            }
            (VariableKind::Host, Part::Host | Part::Path | Part::Query) => {
                value::host_name(value, variable.suffixes).map(Cow::Owned)
            }
            (VariableKind::Label, Part::Host | Part::Path | Part::Query) => {
                value::label(value).map(Cow::Borrowed)
            }
            (VariableKind::Segment, Part::Path) => value::segment(value),
            (VariableKind::Segment | VariableKind::Text, Part::Query) => Ok(value::encoded(value)),
            _ => return Err(self.misplaced(variable)),
        };
        match checked {
            Ok(value) => {
                expansion.push_value(&value);
                Ok(())
            }
            Err(reason) => Err(self.error(format!(
                "\"{}\" is no {}: {reason}",
                printable(given, &[]),
                variable.name
            ))),
        }
    }

    fn misplaced(&self, variable: &Variable) -> Error {
        self.error(format!(
            "the variable {} cannot stand where the URL template has it",
            variable.name
        ))
    }

    fn error(&self, message: String) -> Error {
        Error::configuration(self.provider, message)
    }
}

#[cfg(test)]
mod tests;
