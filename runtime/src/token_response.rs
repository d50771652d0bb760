//! Token responses (RFC 6749 §5.1), as servers send them.

use std::time::SystemTime;

use crate::captures;
use crate::clock::unix_seconds;
use crate::error::{EndpointKind, Error};
use crate::expiry::{self, NoTime, expires_at};
use crate::http::HttpResponse;
use crate::json::{Json, JsonError};
use crate::member_path;
use crate::provider::{Expiry, Provider, RefreshExpiry, TokenResponse};
use crate::refusal::Refusal;
use crate::scopes;
use crate::secret::Secret;
use crate::token_set::TokenSet;
use members::{Members, is_plain};

mod members;

/// What a token request knows about its response beforehand.
pub(crate) struct Expected<'a> {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: EndpointKind,
    /// What was asked for: what is granted if the response does not say (RFC 6749 §5.1).
    pub(crate) scope: Option<&'a str>,
    /// What stays valid if the response brings no other (RFC 6749 §6).
    pub(crate) refresh_token: Option<&'a Secret>,
    /// When that expires, in seconds since 1970.
    pub(crate) refresh_expires_at: Option<u64>,
    /// What the callback or earlier tokens captured, by the captures' names.
    pub(crate) captured: &'a [(String, Json)],
    /// What the request sent, and no message may repeat.
    pub(crate) secrets: &'a [&'a str],
}

impl Expected<'_> {
    /// Reads a response that came at `now`. Every status from 200 to 299 is a success, unless the
    /// provider tells errors otherwise.
    pub(crate) fn read(&self, response: &HttpResponse, now: SystemTime) -> Result<TokenSet, Error> {
        let refusal = Refusal {
            provider: self.provider,
            endpoint: self.endpoint,
            secrets: self.secrets,
        };
        if !response.is_success() {
            return Err(refusal.of_response(response));
        }
        let reader = Reader {
            provider: self.provider,
            rules: &self.provider.token_response,
            endpoint: self.endpoint,
            status: response.status(),
        };
        let mut members = reader.members(response, &refusal)?;
        let received_at = unix_seconds(now);
        let access_token = members.access_token.take();
        let Some(access_token) = reader.secret("access_token", access_token)? else {
            // Some servers answer 200 and an error.
            if tells_error(&members.extras) {
                return Err(refusal.of_members(response, &members.extras));
            }
            return Err(reader.error("access_token", "is missing"));
        };
        let captured = captures::of_response(self.provider, self.captured, |path| {
            members.find(reader.rules, path)
        })
        .map_err(|(path, problem)| reader.response(format!("`{path}` {problem}")))?;
        let told_refresh_expiry = reader.refresh_expiry(&members, received_at)?;
        let new_refresh_token = reader.secret("refresh_token", members.refresh_token)?;
        let mut tokens = TokenSet {
            access_token,
            token_type: reader.token_type(members.token_type)?,
            refresh_expires_at: match new_refresh_token {
                Some(_) => told_refresh_expiry,
                None => told_refresh_expiry.or(self.refresh_expires_at),
            },
            refresh_token: new_refresh_token.or_else(|| self.refresh_token.cloned()),
            id_token: reader.secret("id_token", members.id_token)?,
            received_at: Some(received_at),
            expires_at: match &members.expires_in {
                Some(value) => reader.expiry(
                    reader.name("expires_in"),
                    value,
                    reader.rules.expiry,
                    received_at,
                )?,
                None => None,
            },
            scope: reader
                .scope(members.scope)?
                .or_else(|| self.scope.map(str::to_owned)),
            extras: members.extras,
        };
        for (name, value) in captured {
            tokens.set_extra(name, value);
        }
        Ok(tokens)
    }
}

/// Reads members one by one, with errors that name the member and not its value.
struct Reader {
    provider: &'static Provider,
    rules: &'static TokenResponse,
    endpoint: EndpointKind,
    status: u16,
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
    fn members(&self, response: &HttpResponse, refusal: &Refusal<'_>) -> Result<Members, Error> {
        let unreadable = |error: JsonError| self.response(error.to_string());
        if is_plain(self.rules) {
            return Members::plain(self.rules, response).map_err(unreadable);
        }
        let all = refusal.all_members(response).map_err(unreadable)?;
        if let Some(error) = refusal.of_unsuccessful(response, &all) {
            return Err(error);
        }
        let root = self.rules.root.join(".");
        if !root.is_empty()
            && member_path::find(&all, &root)
                .and_then(Json::as_object)
                .is_none()
        {
            if tells_error(&all) {
                return Err(refusal.of_members(response, &all));
            }
            return Err(self.response(format!("`{root}` is missing or no object")));
        }
        Ok(Members::placed(self.rules, all))
    }

    fn secret(&self, name: &'static str, value: Option<Json>) -> Result<Option<Secret>, Error> {
        match value {
            Some(Json::String(secret)) if !secret.expose().is_empty() => Ok(Some(secret)),
            Some(value) if !is_absent(&value) => Err(self.error(name, "is not a text")),
            _ => Ok(None),
        }
    }

    /// The token is sent as a bearer token (RFC 6750), so another type must not be taken for one
    /// (RFC 6749 §7.1). Many servers leave the type out.
    fn token_type(&self, value: Option<Json>) -> Result<Option<String>, Error> {
        let Some(token_type) = self.secret("token_type", value)? else {
            return Ok(None);
        };
        let any = self.provider.token_response.any_token_type;
        if !any && !token_type.expose().eq_ignore_ascii_case("bearer") {
            return Err(self.error("token_type", "is not Bearer"));
        }
        Ok(Some(token_type.expose().to_owned()))
    }

    fn refresh_expiry(&self, members: &Members, now: u64) -> Result<Option<u64>, Error> {
        let Some(RefreshExpiry {
            member: path,
            expiry: kind,
            ..
        }) = self.rules.refresh_expiry
        else {
            return Ok(None);
        };
        match members.find(self.rules, path) {
            Some(value) => self.expiry(path, value, kind, now),
            None => Ok(None),
        }
    }

    /// The second since 1970 in which something expires.
    fn expiry(
        &self,
        path: &str,
        value: &Json,
        kind: Expiry,
        now: u64,
    ) -> Result<Option<u64>, Error> {
        expires_at(value, kind, now)
            .map_err(|NoTime| self.response(format!("`{path}` is not {}", expiry::described(kind))))
    }

    fn scope(&self, value: Option<Json>) -> Result<Option<String>, Error> {
        let separator = self.provider.scopes.response_separator.as_str();
        let mut joined = String::new();
        match value {
            Some(Json::String(scope)) => {
                scopes::add(&mut joined, scopes::split(scope.expose(), separator))
            }
            Some(Json::Array(items)) if self.rules.scope_array => {
                for item in &items {
                    let scope = item
                        .as_str()
                        .ok_or_else(|| self.error("scope", "holds something else than text"))?;
                    scopes::add(&mut joined, scopes::split(scope, separator));
                }
            }
            Some(value) if !is_absent(&value) => return Err(self.error("scope", "is not a text")),
            _ => {}
        }
        Ok(Some(joined).filter(|joined| !joined.is_empty()))
    }
}

/// Whether a success says `error` all the same.
pub(crate) fn tells_error(members: &[(String, Json)]) -> bool {
    members
        .iter()
        .any(|(name, value)| name == "error" && !is_absent(value))
}

/// Whether a member says no more than a missing one: `null`, `false` or an empty text.
pub(crate) fn is_absent(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        value => value.as_str().is_some_and(str::is_empty),
    }
}

#[cfg(test)]
mod tests;
