//! Error responses (RFC 6749 §5.2), and what servers send instead of them.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::message::HttpResponse;
use crate::http::retry_after::retry_after;
use crate::provider::{ErrorRule, GrantKind, Provider, RefusalRule, ResponseFormat, TokenResponse};
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
    /// How the request is answered.
    pub(crate) answers: &'static TokenResponse,
    /// What was asked for: a grant or an endpoint by its name.
    pub(crate) operation: &'static str,
    /// What the request sent, and no message may repeat.
    pub(crate) secrets: &'a [&'a str],
}

/// What a rule says of a success that lacks the member.
const ABSENT: &str = "absent";

/// What a member says of a success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Success,
    Error,
    Nothing,
}

impl<'a> Refusal<'a> {
    /// Of an endpoint that is not asked for tokens.
    pub(crate) fn at(
        provider: &'static Provider,
        endpoint: EndpointKind,
        secrets: &'a [&'a str],
    ) -> Self {
        Self {
            provider,
            endpoint,
            answers: own_shape(provider, endpoint).unwrap_or(&provider.token_response),
            operation: endpoint.word(),
            secrets,
        }
    }

    /// The error that a response without success stands for.
    pub(crate) fn of_response(&self, response: &HttpResponse) -> Error {
        self.of_members(response, &self.members(response))
    }

    /// Whether an answer without success means that what was asked for is done already.
    pub(crate) fn is_done(&self, response: &HttpResponse) -> bool {
        let members = self.members(response);
        let code = code(self.rule(), &members);
        let meant = meaning(
            self.provider,
            self.operation,
            Some(response.status()),
            code.as_deref(),
        );
        meant.is_some_and(|rule| rule.means == RefusalRule::SUCCESS)
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
        let code = code(rule, members);
        let meant = meaning(self.provider, self.operation, Some(status), code.as_deref());
        let kind = match meant {
            // What the provider's documents say of this very status.
            Some(RefusalRule {
                status: Some(500..),
                ..
            }) => ErrorKind::Refused,
            _ => {
                let tells_error = told == Told::Error || code.is_some() || meant.is_some();
                self.kind(status, tells_error)
            }
        };
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
        let is_understood = code.is_some() || meant.is_some();
        details.standard_code = meant.map(|rule| rule.means);
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
        self.operation == GrantKind::RefreshToken.word()
    }

    fn rule(&self) -> Option<&'static ErrorRule> {
        self.answers.error.as_ref()
    }

    fn told(&self, members: &[(String, Json)]) -> Told {
        let Some(rule) = self.rule() else {
            return Told::Nothing;
        };
        let member = member_path::find(members, rule.member);
        let may_be_absent = rule.success.contains(&ABSENT);
        let Some(member) = member.filter(|value| !may_be_absent || !value.is_absent()) else {
            return match may_be_absent {
                true => Told::Success,
                false => Told::Nothing,
            };
        };
        let told = member_path::text(member);
        // Servers and specs put numbers and booleans in quotes or do not.
        let is_told = |expected: &&str| {
            let value = Json::parse(expected.as_bytes());
            let value = value.as_ref().ok().and_then(member_path::text);
            told.as_deref() == Some(value.as_deref().unwrap_or(expected))
        };
        match rule.success.iter().any(is_told) {
            true => Told::Success,
            false => Told::Error,
        }
    }

    /// The members of the body, if it has any. A form is tried where token responses are forms.
    fn members(&self, response: &HttpResponse) -> Vec<(String, Json)> {
        match (response.json(), self.answers.format) {
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
        match self.answers.format {
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

/// How an endpoint answers that has a way of its own.
pub(crate) fn own_shape(
    provider: &'static Provider,
    endpoint: EndpointKind,
) -> Option<&'static TokenResponse> {
    provider.endpoint(endpoint)?.response.as_ref()
}

/// Whether a success says `error` all the same.
pub(crate) fn tells_error(members: &[(String, Json)]) -> bool {
    members
        .iter()
        .any(|(name, value)| name == "error" && !value.is_absent())
}

/// The rule that says what an answer to this operation means: with this status, which a callback
/// lacks, and with this code, if it has one.
pub(crate) fn meaning(
    provider: &'static Provider,
    operation: &str,
    status: Option<u16>,
    code: Option<&str>,
) -> Option<&'static RefusalRule> {
    let status = status.map(u64::from);
    let fits = |rule: &&RefusalRule| {
        let is_meant = rule.operations.is_empty() || rule.operations.contains(&operation);
        let has_status = rule.status.is_none() || rule.status == status;
        let has_code = match code {
            Some(code) => rule.codes.contains(&code),
            None => rule.codes.is_empty(),
        };
        is_meant && has_status && (has_code || rule.any_code)
    };
    provider.refusals.iter().find(fits)
}

/// The error code of an answer.
fn code<'m>(rule: Option<&ErrorRule>, members: &'m [(String, Json)]) -> Option<Cow<'m, str>> {
    rule.and_then(|rule| member_path::text(member_path::find(members, rule.code)?))
        .or_else(|| text(members, "error").map(Cow::Borrowed))
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

#[cfg(test)]
mod tests;
