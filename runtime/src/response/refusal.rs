//! Error responses (RFC 6749 §5.2), and what servers send instead of them.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::challenge::Challenge;
use crate::http::message::HttpResponse;
use crate::http::retry_after::retry_after;
use crate::provider::{ErrorRule, GrantKind, Provider, RefusalRule, TokenResponse};
use crate::response::meaning::{code, meaning};
use crate::response::members;
use crate::response::outcome::{Outcome, kind};
use crate::text::body_excerpt::excerpt;
use crate::text::json::Json;
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
        (self.outcome(&members) == Outcome::Error).then(|| self.of_members(response, &members))
    }

    /// The error that the members of a response with a success status stand for, where the provider
    /// has a member that tells success and it does not.
    pub(crate) fn of_unsuccessful(
        &self,
        response: &HttpResponse,
        members: &[(String, Json)],
    ) -> Option<Error> {
        self.rule()?;
        (self.outcome(members) != Outcome::Success).then(|| self.of_members(response, members))
    }

    /// The error that these members of a response stand for, whatever its status.
    ///
    /// A refusal of a refresh is final, unless its code says that it will pass: many servers do not
    /// say `invalid_grant` of a dead refresh token, and asking again and again gets a client blocked.
    pub(crate) fn of_members(&self, response: &HttpResponse, members: &[(String, Json)]) -> Error {
        let status = response.status();
        let outcome = self.outcome(members);
        // The member that indicates success may be the one that holds an error's code.
        let rule = self.rule().filter(|_| outcome != Outcome::Success);
        let challenge = self.challenge(response);
        let challenge = challenge.as_ref();
        let code = code(rule, members).or_else(|| Some(challenge?.error()?.into()));
        let meant = meaning(self.provider, self.operation, Some(status), code.as_deref());
        let kind = match meant {
            // What the provider's documents say of this very status.
            Some(RefusalRule {
                status: Some(500..),
                ..
            }) => ErrorKind::Refused,
            _ => {
                let is_error = outcome == Outcome::Error || code.is_some() || meant.is_some();
                kind(status, is_error, self.is_refresh())
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
            .or_else(|| members::text(members, "error_description").map(Cow::Borrowed))
            .or_else(|| Some(challenge?.error_description()?.into()))
            .map(printable);
        details.uri = members::text(members, "error_uri").map(|uri| printable(uri.into()));
        details.retry_after = retry_after(response.headers(), SystemTime::now());
        // What comes with a success may be tokens.
        if status >= 400 && !is_understood && details.description.is_none() {
            details.body = excerpt(response.body(), members, self.secrets);
        }
        details.refuses_refresh = kind == ErrorKind::Refused && self.is_refresh();
        details.into()
    }

    /// What a protected resource says of the access token beside the body (RFC 6750 §3).
    fn challenge(&self, response: &HttpResponse) -> Option<Challenge> {
        if self.endpoint != EndpointKind::UserInfo || response.is_success() {
            return None;
        }
        let mut challenges = response.challenges().into_iter();
        challenges.find(|challenge| challenge.error().is_some())
    }

    fn is_refresh(&self) -> bool {
        self.operation == GrantKind::RefreshToken.word()
    }

    fn rule(&self) -> Option<&'static ErrorRule> {
        self.answers.error
    }

    fn members(&self, response: &HttpResponse) -> Vec<(String, Json)> {
        members::of_error(response, self.answers.format)
    }

    fn outcome(&self, members: &[(String, Json)]) -> Outcome {
        Outcome::of(self.rule(), members)
    }
}

/// How an endpoint answers that has a way of its own.
pub(crate) fn own_shape(
    provider: &'static Provider,
    endpoint: EndpointKind,
) -> Option<&'static TokenResponse> {
    provider.endpoint(endpoint)?.response
}

#[cfg(test)]
mod tests;
