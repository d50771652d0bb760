//! The authorization request (RFC 6749 §4.1.1).

use std::fmt;
use std::time::SystemTime;

use crate::clock::unix_seconds;
use crate::core::Core;
use crate::error::{EndpointKind, Error};
use crate::parameters::write_pair;
use crate::pending::Pending;
use crate::pkce::{random_text, s256_challenge};
use crate::provider::OmittedScope;
use crate::scopes;
use crate::secret::Secret;

/// What the library itself sends, and nobody else may.
const RESERVED: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// A login to start. Nothing is checked before [`Authorize::start`].
#[derive(Clone)]
#[must_use = "a login begins with `start`"]
pub struct Authorize {
    core: Core,
    /// Joined by one space each.
    scope: String,
    redirect_uri: Option<String>,
    variables: Vec<(&'static str, String)>,
    parameters: Vec<(String, String)>,
}

impl Authorize {
    pub(crate) fn new(core: Core, scope: String) -> Self {
        Self {
            core,
            scope,
            redirect_uri: None,
            variables: Vec::new(),
            parameters: Vec::new(),
        }
    }

    /// Asks for more scopes by their text: those that the generated enum does not have yet.
    #[inline]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.add_scope(&scope.into());
        self
    }

    fn add_scope(&mut self, scope: &str) {
        scopes::add(
            &mut self.scope,
            scopes::split(scope, self.core.request_separator()),
        );
    }

    /// Sends the user back to another place than the client's redirect URI, this time.
    #[inline]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Sets one of the provider's own parameters. The last value wins.
    pub fn option(mut self, name: &'static str, value: &'static str) -> Self {
        self.parameters.retain(|(other, _)| other != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a variable of the authorization endpoint's URL, for this request.
    #[inline]
    pub fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Adds any other parameter. It takes the place of a parameter that the provider's spec sends
    /// always; given twice, it is sent twice, as RFC 8707 §2 has it for `resource`.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Makes the URL to send the user's browser to, and what to keep until the callback: a `state`
    /// of 256 random bits, and a PKCE verifier of as many, unless PKCE breaks this provider.
    ///
    /// # Errors
    ///
    /// When something that the request needs is not set (the redirect URI, a variable of the URL,
    /// a scope), when [`Authorize::param`] names a parameter that the library sends, when an
    /// endpoint is not https, and when the operating system has no randomness to give.
    pub fn start(self) -> Result<Login, Error> {
        self.check()?;
        let state = self.random()?;
        let provider = self.core.provider();
        let code_verifier = provider.pkce.is_sent().then(|| self.random()).transpose()?;
        let url = self.url(&state, code_verifier.as_ref())?;
        let redirect_uri = self
            .redirect_uri
            .or_else(|| self.core.settings().redirect_uri.clone());
        let pending = Pending {
            provider: provider.id.to_owned(),
            state,
            code_verifier,
            redirect_uri,
            scope: Some(self.scope).filter(|scope| !scope.is_empty()),
            created_at: unix_seconds(SystemTime::now()),
        };
        Ok(Login { url, pending })
    }

    fn check(&self) -> Result<(), Error> {
        let provider = self.core.provider();
        let error = |message: String| Err(Error::configuration(provider, message));
        match self.redirect_target() {
            None if provider.redirect_uri_required => {
                return error("no redirect URI is set".to_owned());
            }
            // RFC 6749 §3.1.2.
            Some(uri) if uri.is_empty() || uri.contains('#') => {
                return error("the redirect URI is empty or has a fragment".to_owned());
            }
            _ => {}
        }
        if self.scope.is_empty() && provider.scopes.omitted == OmittedScope::Refused {
            return error("a login without a scope is refused".to_owned());
        }
        let mut parameters = self.parameters.iter();
        match parameters.find(|(name, _)| RESERVED.contains(&name.as_str())) {
            Some((name, _)) => error(format!("the parameter {name:?} is not for `param` to set")),
            None => Ok(()),
        }
    }

    fn redirect_target(&self) -> Option<&str> {
        self.redirect_uri
            .as_deref()
            .or(self.core.settings().redirect_uri.as_deref())
    }

    fn random(&self) -> Result<Secret, Error> {
        random_text().map_err(|_| {
            Error::configuration(
                self.core.provider(),
                "the operating system has no randomness to give",
            )
        })
    }

    fn url(&self, state: &Secret, code_verifier: Option<&Secret>) -> Result<String, Error> {
        let resolved;
        let endpoint = if self.variables.is_empty() {
            self.core.url(EndpointKind::Authorization)?
        } else {
            let settings = self.core.settings();
            resolved = settings.endpoint_url(EndpointKind::Authorization, &self.variables)?;
            &resolved
        };
        let mut query = Query::onto(endpoint.as_str(), self.longest_query());
        query.add("response_type", "code");
        query.add("client_id", self.core.client_id());
        if let Some(redirect_uri) = self.redirect_target() {
            query.add("redirect_uri", redirect_uri);
        }
        if !self.scope.is_empty() {
            let separator = self.core.request_separator();
            query.add("scope", &scopes::with_separator(&self.scope, separator));
        }
        query.add("state", state.expose());
        if let Some(code_verifier) = code_verifier {
            query.add("code_challenge", &s256_challenge(code_verifier.expose()));
            query.add("code_challenge_method", "S256");
        }
        let authorization = self.core.provider().authorization.as_ref();
        for (name, value) in authorization.map_or(&[][..], |endpoint| endpoint.parameters) {
            if !self.parameters.iter().any(|(other, _)| other == name) {
                query.add(name, value);
            }
        }
        for (name, value) in &self.parameters {
            query.add(name, value);
        }
        Ok(query.url)
    }

    /// A length that the query seldom exceeds: the fixed names and values take about 230 bytes.
    fn longest_query(&self) -> usize {
        256 + self.core.client_id().len()
            + self.redirect_target().map_or(0, str::len)
            + self.scope.len() * 2
    }
}

impl fmt::Debug for Authorize {
    /// Shows the names of the parameters, as a value may be a person's or a token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Authorize")
            .field("client", &self.core)
            .field("scope", &self.scope)
            .field("redirect_uri", &self.redirect_uri)
            .field("variables", &self.variables)
            .field("parameters", &names)
            .finish()
    }
}

/// A URL whose query grows.
struct Query {
    url: String,
    /// What comes before the next parameter.
    separator: &'static str,
}

impl Query {
    /// A query that the endpoint has is kept (RFC 6749 §3.1).
    fn onto(endpoint: &str, expected: usize) -> Self {
        let separator = match endpoint.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let mut url = String::with_capacity(endpoint.len() + expected);
        url.push_str(endpoint);
        Self { url, separator }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.url.push_str(self.separator);
        self.separator = "&";
        write_pair(&mut self.url, name, value);
    }
}

/// A login that was started.
#[derive(Clone)]
pub struct Login {
    /// Where to send the user's browser.
    pub url: String,
    /// What to keep in the user's session until the callback.
    pub pending: Pending,
}

impl fmt::Debug for Login {
    /// Shows which parameters the URL has, and none of their values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (endpoint, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let names = query
            .split('&')
            .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
        formatter
            .debug_struct("Login")
            .field("url", &endpoint)
            .field("parameters", &names.collect::<Vec<_>>())
            .field("pending", &self.pending)
            .finish()
    }
}

#[cfg(test)]
mod tests;
