//! Error responses (RFC 6749 §5.2), and what servers send instead of them.

use std::time::SystemTime;

use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::HttpResponse;
use crate::json::Json;
use crate::printable::printable;
use crate::provider::{Provider, ResponseFormat};
use crate::retry_after::retry_after;

/// What is needed to tell an error response apart and to tell of it.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'a> {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: EndpointKind,
    /// What the request sent, and no message may repeat.
    pub(crate) secrets: &'a [&'a str],
}

impl Refusal<'_> {
    /// The error that a response without success stands for.
    pub(crate) fn of_response(&self, response: &HttpResponse) -> Error {
        self.of_members(response, &self.members(response))
    }

    /// The error that these members of a response stand for, whatever its status.
    ///
    /// The status decides what can be done about it: 429 and 500 to 599 are for waiting, whatever
    /// the code. An `error` is a refusal, and so is a bare 401 or 403. Anything else, redirects
    /// among it, is no answer of an OAuth endpoint.
    pub(crate) fn of_members(&self, response: &HttpResponse, members: &[(String, Json)]) -> Error {
        let status = response.status();
        let code = self.text(members, "error");
        let kind = match status {
            429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Server,
            401 | 403 => ErrorKind::Refused,
            _ if code.is_some() => ErrorKind::Refused,
            _ => ErrorKind::Response,
        };
        let mut details = Details::new(self.provider, kind)
            .endpoint(self.endpoint)
            .status(status);
        if kind == ErrorKind::Response {
            details = details.message(match status {
                300..=399 => "a redirect, which OAuth forbids to follow",
                _ => "no success, and no `error` that says why",
            });
        }
        details.code = code;
        details.description = self.text(members, "error_description");
        details.uri = self.text(members, "error_uri");
        details.retry_after = retry_after(response.headers(), SystemTime::now());
        details.into()
    }

    /// The members of the body, if it has any. A form is tried where token responses are forms.
    fn members(&self, response: &HttpResponse) -> Vec<(String, Json)> {
        match (response.json(), self.provider.token_response.format) {
            (Ok(Json::Object(members)), _) => members,
            (Err(_), ResponseFormat::Form) => form_members(response.body()),
            _ => Vec::new(),
        }
    }

    fn text(&self, members: &[(String, Json)], name: &str) -> Option<String> {
        let (_, value) = members.iter().rev().find(|(other, _)| other == name)?;
        let text = value.as_str().filter(|text| !text.is_empty())?;
        Some(printable(text, self.secrets))
    }
}

/// The pairs of a form as the members of an object.
pub(crate) fn form_members(body: &[u8]) -> Vec<(String, Json)> {
    let pairs = form_urlencoded::parse(body.trim_ascii());
    pairs
        .map(|(name, value)| (name.into_owned(), Json::from(value.into_owned())))
        .collect()
}
