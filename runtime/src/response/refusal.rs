//! Error responses (RFC 6749 §5.2), and what servers send instead of them.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::message::HttpResponse;
use crate::http::retry_after::retry_after;
use crate::provider::{ErrorRule, GrantKind, Provider, ResponseFormat};
use crate::text::body_excerpt::excerpt;
use crate::text::form;
use crate::text::json::{Json, JsonError, parse_object_members};
use crate::text::member_path;
use crate::text::printable::printable;

/// What is needed to tell an error response apart and to tell of it.
#[derive(Clone, Copy)]
pub(crate) struct Refusal<'a> {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: EndpointKind,
    /// The grant of a token request.
    pub(crate) grant: Option<GrantKind>,
    /// What the request sent, and no message may repeat.
    pub(crate) secrets: &'a [&'a str],
}

/// What a member says of a success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Success,
    Error,
    Nothing,
}

impl Refusal<'_> {
    /// The error that a response without success stands for.
    pub(crate) fn of_response(&self, response: &HttpResponse) -> Error {
        self.of_members(response, &self.members(response))
    }

    /// The error that a response with a success status stands for, if the provider has a member
    /// that tells one and it does: for endpoints whose success may have no body at all.
    pub(crate) fn of_success(&self, response: &HttpResponse) -> Option<Error> {
        self.rule()?;
        let members = self.members(response);
        (self.told(&members) == Told::Error).then(|| self.of_members(response, &members))
    }

    /// The error that the members of a response with a success status stand for, where the provider
    /// has a member that tells success and it does not.
    pub(crate) fn of_unsuccessful(
        &self,
        response: &HttpResponse,
        members: &[(String, Json)],
    ) -> Option<Error> {
        self.rule()?;
        (self.told(members) != Told::Success).then(|| self.of_members(response, members))
    }

    /// The error that these members of a response stand for, whatever its status.
    ///
    /// A refusal of a refresh is final, unless its code says that it will pass: many servers do not
    /// say `invalid_grant` of a dead refresh token, and asking again and again gets a client blocked.
    pub(crate) fn of_members(&self, response: &HttpResponse, members: &[(String, Json)]) -> Error {
        let status = response.status();
        let told = self.told(members);
        // What tells success may be the number that an error would have as its code.
        let rule = self.rule().filter(|_| told != Told::Success);
        let code = rule
            .and_then(|rule| member_path::text(member_path::find(members, rule.code)?))
            .or_else(|| text(members, "error").map(Cow::Borrowed));
        let kind = self.kind(status, told == Told::Error || code.is_some());
        let mut details = Details::new(self.provider, kind)
            .endpoint(self.endpoint)
            .status(status);
        if kind == ErrorKind::Response {
            details = match (status, rule) {
                (300..=399, _) => details.message("a redirect, which OAuth forbids to follow"),
                (200..=299, Some(rule)) => {
                    let message = format!("`{}` is missing, and so is an error code", rule.member);
                    details.message(message)
                }
                _ => details.message("no success, and no `error` that says why"),
            };
        }
        let printable = |text: Cow<'_, str>| printable(&text, self.secrets);
        let is_understood = code.is_some();
        details.standard_code = rule.and_then(|rule| standard(rule.errors, code.as_deref()?));
        details.code = code.map(printable);
        details.description = rule
            .and_then(|rule| member_path::text(member_path::find(members, rule.description)?))
            .or_else(|| text(members, "error_description").map(Cow::Borrowed))
            .map(printable);
        details.uri = text(members, "error_uri").map(|uri| printable(uri.into()));
        details.retry_after = retry_after(response.headers(), SystemTime::now());
        // What comes with a success may be tokens.
        if status >= 400 && !is_understood && details.description.is_none() {
            details.body = excerpt(response.body(), members, self.secrets);
        }
        details.refuses_refresh = kind == ErrorKind::Refused && self.is_of_refresh();
        details.into()
    }

    /// The status decides what can be done about it: 408, 425, 429 and 500 to 599 are for waiting,
    /// whatever the code. An `error` is a refusal, and so is a bare 401 or 403, what the provider's
    /// own member says, and any other 4xx to a refresh. Anything else, redirects among it, is no
    /// answer of an OAuth endpoint.
    fn kind(&self, status: u16, tells_error: bool) -> ErrorKind {
        match status {
            429 => ErrorKind::RateLimited,
            408 | 425 | 500..=599 => ErrorKind::Server,
            401 | 403 => ErrorKind::Refused,
            400..=499 if self.is_of_refresh() => ErrorKind::Refused,
            _ if tells_error => ErrorKind::Refused,
            _ => ErrorKind::Response,
        }
    }

    fn is_of_refresh(&self) -> bool {
        self.grant == Some(GrantKind::RefreshToken)
    }

    fn rule(&self) -> Option<&'static ErrorRule> {
        self.provider.token_response.error.as_ref()
    }

    fn told(&self, members: &[(String, Json)]) -> Told {
        let Some(rule) = self.rule() else {
            return Told::Nothing;
        };
        let member = member_path::find(members, rule.member);
        if rule.success.is_empty() {
            return match member {
                Some(value) if !value.is_absent() => Told::Error,
                _ => Told::Success,
            };
        }
        let Some(member) = member else {
            return Told::Nothing;
        };
        // Servers and specs put numbers and booleans in quotes or do not.
        let expected = Json::parse(rule.success.as_bytes());
        let expected = expected.as_ref().ok().and_then(member_path::text);
        let expected = expected.as_deref().unwrap_or(rule.success);
        match member_path::text(member) {
            Some(text) if text == expected => Told::Success,
            _ => Told::Error,
        }
    }

    /// The members of the body, if it has any. A form is tried where token responses are forms.
    fn members(&self, response: &HttpResponse) -> Vec<(String, Json)> {
        match (response.json(), self.provider.token_response.format) {
            (Ok(Json::Object(members)), _) => members,
            (Err(_), ResponseFormat::Form) => form_members(response.body()),
            _ => Vec::new(),
        }
    }

    /// Reads the members of a body that has to be of the format of token responses, as far as they
    /// can be read.
    pub(crate) fn read_members(
        &self,
        response: &HttpResponse,
        members: &mut Vec<(String, Json)>,
    ) -> Result<(), JsonError> {
        match self.provider.token_response.format {
            ResponseFormat::Json => parse_object_members(response.body(), &mut |name, value| {
                members.push((name.into_owned(), value));
            }),
            ResponseFormat::Form => {
                *members = form_members(response.body());
                Ok(())
            }
        }
    }
}

/// Whether a success says `error` all the same.
pub(crate) fn tells_error(members: &[(String, Json)]) -> bool {
    members
        .iter()
        .any(|(name, value)| name == "error" && !value.is_absent())
}

/// The standard's code that a provider's own stands for.
pub(crate) fn standard(
    errors: &[(&'static str, &'static str)],
    code: &str,
) -> Option<&'static str> {
    let mut errors = errors.iter();
    errors
        .find(|(own, _)| *own == code)
        .map(|(_, standard)| *standard)
}

/// A text of RFC 6749 §5.2.
fn text<'a>(members: &'a [(String, Json)], name: &str) -> Option<&'a str> {
    let (_, value) = members.iter().rev().find(|(other, _)| other == name)?;
    value.as_str().filter(|text| !text.is_empty())
}

/// The pairs of a form as the members of an object.
pub(crate) fn form_members(body: &[u8]) -> Vec<(String, Json)> {
    form::pairs(body.trim_ascii())
        .map(|(name, value)| (name, Json::String(value)))
        .collect()
}
