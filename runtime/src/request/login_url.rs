//! The URL of an authorization request.

use std::borrow::Cow;

use crate::http::parameters::write_query_pair;
use crate::provider::{AuthorizationEndpoint, IN_FRAGMENT};
use crate::text::secret::Secret;

/// The endpoint where a provider has none and the program names one: all is standard.
pub(crate) const STANDARD: &AuthorizationEndpoint = &AuthorizationEndpoint::STANDARD;

/// The name under which the endpoint takes a standard parameter, or `None` where it takes none.
pub(crate) fn name_of(
    endpoint: &AuthorizationEndpoint,
    standard: &'static str,
) -> Option<&'static str> {
    if endpoint.omit.contains(&standard) {
        return None;
    }
    let mut renamed = endpoint.rename.iter();
    let renamed = renamed.find(|(name, _)| *name == standard);
    Some(renamed.map_or(standard, |(_, name)| name))
}

/// The parameters of a request in the order in which they are sent.
pub(crate) struct Query<'a> {
    endpoint: &'static AuthorizationEndpoint,
    pairs: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    pub(crate) fn new(endpoint: &'static AuthorizationEndpoint) -> Self {
        // The usual request has seven.
        let pairs = Vec::with_capacity(8 + endpoint.parameters.len());
        Self { endpoint, pairs }
    }

    /// Adds a standard parameter, if the endpoint takes it, under the name that it has here.
    pub(crate) fn add_standard(&mut self, name: &'static str, value: impl Into<Cow<'a, str>>) {
        if let Some(name) = name_of(self.endpoint, name) {
            self.add(name, value);
        }
    }

    pub(crate) fn add(&mut self, name: &'a str, value: impl Into<Cow<'a, str>>) {
        self.pairs.push((name, value.into()));
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.pairs.iter().any(|(other, _)| *other == name)
    }

    /// The parameter that the provider insists on and nobody chose. One without a value counts as
    /// left out (RFC 6749 §3.1).
    pub(crate) fn missing(&self) -> Option<&'static str> {
        let has_value = |name: &str| {
            let mut pairs = self.pairs.iter();
            pairs.any(|(other, value)| *other == name && !value.is_empty())
        };
        let mut options = self.endpoint.options.iter();
        let missing = options.find(|option| option.required && !has_value(option.name));
        missing.map(|option| option.name)
    }

    /// The parameters, to be sent in a request of the client's own.
    pub(crate) fn owned(&self) -> Vec<(String, Secret)> {
        let pairs = self.pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), Secret::from(value.as_ref())))
            .collect()
    }

    /// The URL. A query that the endpoint has is kept (RFC 6749 §3.1).
    pub(crate) fn onto(&self, endpoint: &str) -> String {
        let fragment = self.endpoint.fragment;
        if let Some((before, after)) = fragment.and_then(|text| text.split_once(IN_FRAGMENT)) {
            let mut url = endpoint.to_owned();
            url.push('#');
            url.push_str(before);
            let mut query = String::new();
            for (name, value) in &self.pairs {
                add_to_query(&mut query, name, value);
            }
            url.push_str(&query[usize::from(!query.is_empty())..]);
            url.push_str(after);
            return url;
        }
        // Room for what is most often encoded: the slashes and colons of a redirect URI and of scopes.
        let pair = |(name, value): &(&str, Cow<'_, str>)| name.len() + value.len() * 5 / 4 + 2;
        let length = self.pairs.iter().map(pair).sum::<usize>();
        let mut url = String::with_capacity(endpoint.len() + length);
        url.push_str(endpoint);
        let mut separator = separator(endpoint);
        for (name, value) in &self.pairs {
            url.push_str(separator);
            write_query_pair(&mut url, name, value);
            separator = "&";
        }
        if let Some(fragment) = fragment {
            url.push('#');
            url.push_str(fragment);
        }
        url
    }
}

/// Adds a parameter to a URL without a fragment.
pub(crate) fn add_to_query(url: &mut String, name: &str, value: &str) {
    url.push_str(separator(url));
    write_query_pair(url, name, value);
}

/// What comes between a URL and its next parameter.
fn separator(url: &str) -> &'static str {
    match url.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    }
}
