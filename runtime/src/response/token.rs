//! Token responses (RFC 6749 §5.1), as servers send them.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::error::{EndpointKind, Error};
use crate::http::message::HttpResponse;
use crate::kept::token_set::TokenSet;
use crate::kept::warning::Warning;
use crate::provider::{Expiry, Provider, RefreshExpiry, TokenResponse};
use crate::response::captures;
use crate::response::expiry::{self, NoTime, expires_at};
use crate::response::members as body;
use crate::response::outcome::has_error;
use crate::response::refusal::Refusal;
use crate::text::clock::unix_seconds;
use crate::text::json::{Json, JsonError};
use crate::text::member_path;
use crate::text::scopes;
use crate::text::secret::Secret;
use members::{Members, is_plain};

mod members;

/// The `token_type` of what is issued in an exchange and is no access token (RFC 8693 §2.2.1).
pub(crate) const NO_ACCESS_TOKEN: &str = "N_A";

/// What a token request knows about its response beforehand.
pub(crate) struct Expected<'a> {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: EndpointKind,
    /// How the grant is answered that asked for the tokens,
    pub(crate) answers: &'static TokenResponse,
    /// and its name.
    pub(crate) operation: &'static str,
    /// What was asked for: what is granted if the response does not say (RFC 6749 §5.1).
    pub(crate) scope: Option<&'a str>,
    /// What stays valid if the response brings no other (RFC 6749 §6).
    pub(crate) refresh_token: Option<&'a Secret>,
    /// When that expires, in seconds since 1970.
    pub(crate) refresh_expires_at: Option<u64>,
    /// Whether the tokens must be bound to a key (RFC 9449 §5).
    pub(crate) is_bound: bool,
    /// Whether another token was exchanged, for one that need not be an access token.
    pub(crate) is_exchange: bool,
    /// How many seconds the token lives if the response does not say.
    pub(crate) assumed_lifetime: Option<u64>,
    /// What goes on if the answer has no access token.
    pub(crate) prolonged: Option<&'a Prolonged>,
    /// What the callback or earlier tokens captured, by the captures' names.
    pub(crate) captured: &'a [(String, Json)],
    /// What the request sent, and no message may repeat.
    /// Most responses are no refusals, and then nobody asks.
    pub(crate) secrets: &'a dyn Fn() -> Vec<&'a str>,
}

/// An access token that a refresh prolongs and does not replace.
#[derive(Clone)]
pub(crate) struct Prolonged {
    access_token: Secret,
    token_type: Option<Cow<'static, str>>,
}

impl Prolonged {
    pub(crate) fn of(tokens: &TokenSet) -> Self {
        Self {
            access_token: tokens.access_token.clone(),
            token_type: tokens.token_type.clone(),
        }
    }
}

impl Expected<'_> {
    /// Reads a response that came at `now`. Every status from 200 to 299 is a success, unless the
    /// provider tells errors otherwise.
    pub(crate) fn read(&self, response: &HttpResponse, now: SystemTime) -> Result<TokenSet, Error> {
        if !response.is_success() {
            return Err(self.refusal(&(self.secrets)()).of_response(response));
        }
        let reader = Reader {
            provider: self.provider,
            rules: self.answers,
            endpoint: self.endpoint,
            status: response.status(),
            is_bound: self.is_bound,
            is_exchange: self.is_exchange,
        };
        // What says nothing more may say nothing at all.
        let is_empty = response.body().iter().all(u8::is_ascii_whitespace);
        let mut members = match self.prolonged {
            Some(_) if is_empty => Members::default(),
            _ => reader.members(response, self)?,
        };
        let access_token = match (members.access_token.take(), self.prolonged) {
            (Some(Json::String(token)), _) if !token.expose().is_empty() => token,
            (other, Some(prolonged))
                if other.as_ref().is_none_or(Json::is_absent) && !has_error(&members.extras) =>
            {
                prolonged.access_token.clone()
            }
            (other, _) => {
                // Some servers answer 200 and an error.
                if has_error(&members.extras) {
                    let secrets = (self.secrets)();
                    return Err(self.refusal(&secrets).of_members(response, &members.extras));
                }
                let problem = match other {
                    Some(value) if !value.is_absent() => "is not a text",
                    _ => "is missing",
                };
                let error = reader.error("access_token", problem);
                return Err(error.rescuing(None, text(members.refresh_token)));
            }
        };
        let mut warnings = Vec::new();
        let meaning = reader.meaning(&members, self.captured, &mut warnings);
        let captured = match meaning {
            Ok(captured) => captured,
            Err(error) => {
                return Err(error.rescuing(Some(access_token), text(members.refresh_token)));
            }
        };
        let received_at = unix_seconds(now);
        let mut reading = Lenient {
            reader: &reader,
            received_at,
            warnings,
        };
        let told_refresh_expiry = reading.refresh_expiry(&members);
        let new_refresh_token = reading.secret("refresh_token", members.refresh_token);
        let mut tokens = TokenSet {
            access_token,
            token_type: text(members.token_type)
                .map(Secret::into_text)
                .or_else(|| self.prolonged?.token_type.clone()),
            refresh_expires_at: match new_refresh_token {
                Some(_) => told_refresh_expiry,
                None => told_refresh_expiry.or(self.refresh_expires_at),
            },
            refresh_token: new_refresh_token.or_else(|| self.refresh_token.cloned()),
            id_token: reading.secret("id_token", members.id_token),
            received_at: Some(received_at),
            expires_at: match (&members.expires_in, self.assumed_lifetime) {
                // What is told counts, even if it is that there is no expiry, or cannot be read.
                (Some(value), None) => reading.expires_at(value),
                (Some(value), Some(_)) if !value.is_absent() => reading.expires_at(value),
                (_, assumed) => assumed.map(|seconds| received_at.saturating_add(seconds)),
            },
            scope: reading
                .scope(members.scope)
                .or_else(|| self.scope.map(str::to_owned)),
            warnings: reading.warnings,
            extras: members.extras,
            #[cfg(feature = "jose")]
            dpop_key: None,
        };
        for (name, value) in captured {
            tokens.set_extra(name, value);
        }
        Ok(tokens)
    }
}

impl Expected<'_> {
    fn refusal<'s>(&self, secrets: &'s [&'s str]) -> Refusal<'s> {
        Refusal {
            provider: self.provider,
            endpoint: self.endpoint,
            answers: self.answers,
            operation: self.operation,
            secrets,
        }
    }
}

/// Knows where members are here, and makes errors that name a member and not its value.
struct Reader {
    provider: &'static Provider,
    rules: &'static TokenResponse,
    endpoint: EndpointKind,
    status: u16,
    is_bound: bool,
    is_exchange: bool,
}

impl Reader {
    /// An error about the member that is this standard member here.
    fn error(&self, standard: &'static str, problem: &'static str) -> Error {
        self.response(format!("`{}` {problem}", self.name(standard)))
    }

    fn response(&self, message: String) -> Error {
        Error::response(self.provider, self.endpoint, self.status, message)
    }

    /// What the provider calls a standard member.
    fn name(&self, standard: &'static str) -> &'static str {
        let mut renamed = self.rules.rename.iter();
        renamed
            .find(|(name, _)| *name == standard)
            .map_or(standard, |(_, path)| path)
    }

    /// The format is what the provider's spec says, whatever `Content-Type` says.
    fn members(&self, response: &HttpResponse, expected: &Expected<'_>) -> Result<Members, Error> {
        // A body that breaks off may have brought the tokens before.
        let unreadable = |error: JsonError, members: Members| {
            let error = self.response(error.to_string());
            error.rescuing(text(members.access_token), text(members.refresh_token))
        };
        if is_plain(self.rules) {
            let mut members = Members::default();
            return match members.read_plain(self.rules.format, response.body()) {
                Ok(()) => Ok(members),
                Err(error) => Err(unreadable(error, members)),
            };
        }
        let secrets = (expected.secrets)();
        let refusal = expected.refusal(&secrets);
        let mut all = Vec::new();
        let read = body::read(self.rules.format, response.body(), &mut |name, value| {
            all.push((name.into_owned(), value));
        });
        if let Err(error) = read {
            return Err(unreadable(error, Members::placed(self.rules, all)));
        }
        if let Some(error) = refusal.of_unsuccessful(response, &all) {
            let members = Members::placed(self.rules, all);
            return Err(error.rescuing(text(members.access_token), text(members.refresh_token)));
        }
        let root = self.rules.root.join(".");
        if !root.is_empty()
            && member_path::find(&all, &root)
                .and_then(Json::as_object)
                .is_none()
        {
            if has_error(&all) {
                return Err(refusal.of_members(response, &all));
            }
            return Err(self.response(format!("`{root}` is missing or no object")));
        }
        Ok(Members::placed(self.rules, all))
    }

    /// Reads what is kept with the tokens, and what nobody may pass over: without it, the tokens would
    /// be sent as what they are not, or to where they do not belong.
    fn meaning(
        &self,
        members: &Members,
        earlier: &[(String, Json)],
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<(&'static str, Json)>, Error> {
        let find = |path: &str| members.find(self.rules, path);
        let captured = captures::of_response(self.provider, earlier, find, warnings)
            .map_err(|(path, problem)| self.response(format!("`{path}` {problem}")))?;
        self.check_token_type(members.token_type.as_ref())?;
        Ok(captured)
    }

    /// The token is sent as a bearer token (RFC 6750) or as the description says, so another type must not
    /// be taken for it (RFC 6749 §7.1). Many servers leave the type out.
    fn check_token_type(&self, value: Option<&Json>) -> Result<(), Error> {
        let text = value.and_then(Json::as_str);
        if self.is_exchange && text.is_some_and(|text| text.eq_ignore_ascii_case(NO_ACCESS_TOKEN)) {
            return Ok(());
        }
        if self.is_bound {
            return match value {
                Some(Json::String(text)) if text.expose().eq_ignore_ascii_case("dpop") => Ok(()),
                _ => Err(self.error("token_type", "is not DPoP, though a key was proven")),
            };
        }
        let any = self.rules.any_token_type;
        // Some name the scheme that their API takes, such as `OAuth`.
        let scheme = self.provider.api.prefix.trim_end();
        match value {
            Some(Json::String(text)) if !text.expose().is_empty() => {
                let is = |known: &str| text.expose().eq_ignore_ascii_case(known);
                match any || is("bearer") || is(scheme) {
                    true => Ok(()),
                    false => Err(self.error("token_type", "is not Bearer")),
                }
            }
            Some(value) if !value.is_absent() => Err(self.error("token_type", "is not a text")),
            _ => Ok(()),
        }
    }
}

/// Reads members that the tokens can do without: one that cannot be read counts as absent and
/// leaves a warning. A refresh token that came along may be the only one that is good from now on.
struct Lenient<'a> {
    reader: &'a Reader,
    received_at: u64,
    warnings: Vec<Warning>,
}

impl Lenient<'_> {
    fn warn(&mut self, member: &'static str, expected: &'static str) {
        self.warnings.push(Warning::new(member, expected));
    }

    fn secret(&mut self, standard: &'static str, value: Option<Json>) -> Option<Secret> {
        match value {
            Some(Json::String(secret)) if !secret.expose().is_empty() => return Some(secret),
            Some(value) if !value.is_absent() => self.warn(self.reader.name(standard), "a text"),
            _ => {}
        }
        None
    }

    fn refresh_expiry(&mut self, members: &Members) -> Option<u64> {
        let RefreshExpiry { member, expiry, .. } = self.reader.rules.refresh_expiry?;
        let value = members.find(self.reader.rules, member)?;
        self.expiry(member, value, *expiry)
    }

    /// The second since 1970 in which `expires_in` says that the token expires.
    fn expires_at(&mut self, value: &Json) -> Option<u64> {
        let reader = self.reader;
        self.expiry(reader.name("expires_in"), value, reader.rules.expiry)
    }

    /// The second since 1970 in which something expires.
    fn expiry(&mut self, path: &'static str, value: &Json, kind: Expiry) -> Option<u64> {
        match expires_at(value, kind, self.received_at) {
            Ok(expires_at) => expires_at,
            Err(NoTime) => {
                self.warn(path, expiry::described(kind));
                None
            }
        }
    }

    fn scope(&mut self, value: Option<Json>) -> Option<String> {
        let provider = self.reader.provider;
        let separator = provider.scopes.response_separator.as_str();
        let mut joined = String::new();
        match value {
            Some(Json::String(scope)) => {
                joined = scopes::joined(scope.into_text().into_owned(), separator)
            }
            Some(Json::Array(items))
                if self.reader.rules.scope_array
                    && items.iter().all(|item| item.as_str().is_some()) =>
            {
                for scope in items.iter().filter_map(Json::as_str) {
                    scopes::add(&mut joined, scope, separator);
                }
            }
            Some(value) if !value.is_absent() => {
                let expected = match self.reader.rules.scope_array {
                    true => "a text or an array of texts",
                    false => "a text",
                };
                self.warn(self.reader.name("scope"), expected);
            }
            _ => {}
        }
        Some(joined).filter(|joined| !joined.is_empty())
    }
}

/// A token, if this is the text of one.
fn text(value: Option<Json>) -> Option<Secret> {
    match value {
        Some(Json::String(text)) if !text.expose().is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
