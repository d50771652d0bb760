//! Token responses (RFC 6749 §5.1), as servers send them.

use std::time::SystemTime;

use crate::clock::unix_seconds;
use crate::error::{EndpointKind, Error};
use crate::http::HttpResponse;
use crate::json::{Json, parse_object_members};
use crate::provider::{Provider, ResponseFormat};
use crate::refusal::{Refusal, form_members};
use crate::scopes;
use crate::secret::Secret;
use crate::token_set::TokenSet;

/// What a token request knows about its response beforehand.
pub(crate) struct Expected<'a> {
    pub(crate) provider: &'static Provider,
    pub(crate) endpoint: EndpointKind,
    /// What was asked for: what is granted if the response does not say (RFC 6749 §5.1).
    pub(crate) scope: Option<&'a str>,
    /// What stays valid if the response brings no other (RFC 6749 §6).
    pub(crate) refresh_token: Option<&'a Secret>,
    /// What the request sent, and no message may repeat.
    pub(crate) secrets: &'a [&'a str],
}

/// The members that RFC 6749 §5.1 and OpenID Connect define, and the others. A repeated member
/// has its last value.
#[derive(Default)]
struct Members {
    access_token: Option<Json>,
    token_type: Option<Json>,
    expires_in: Option<Json>,
    refresh_token: Option<Json>,
    id_token: Option<Json>,
    scope: Option<Json>,
    extras: Vec<(String, Json)>,
}

impl Members {
    fn standard(&mut self, name: &str) -> Option<&mut Option<Json>> {
        match name {
            "access_token" => Some(&mut self.access_token),
            "token_type" => Some(&mut self.token_type),
            "expires_in" => Some(&mut self.expires_in),
            "refresh_token" => Some(&mut self.refresh_token),
            "id_token" => Some(&mut self.id_token),
            "scope" => Some(&mut self.scope),
            _ => None,
        }
    }
}

impl Expected<'_> {
    /// Reads a response that came at `now`. Every status from 200 to 299 is a success.
    pub(crate) fn read(&self, response: &HttpResponse, now: SystemTime) -> Result<TokenSet, Error> {
        let refusal = Refusal {
            provider: self.provider,
            endpoint: self.endpoint,
            secrets: self.secrets,
        };
        if !response.is_success() {
            return Err(refusal.of_response(response));
        }
        let members = self.members(response)?;
        let reader = Reader {
            provider: self.provider,
            endpoint: self.endpoint,
            status: response.status(),
        };
        let Some(access_token) = reader.secret("access_token", members.access_token)? else {
            // Some servers answer 200 and an error.
            let mut extras = members.extras.iter();
            if extras.any(|(name, value)| name == "error" && !is_absent(value)) {
                return Err(refusal.of_members(response, &members.extras));
            }
            return Err(reader.error("`access_token` is missing"));
        };
        let received_at = unix_seconds(now);
        let lifetime = reader.lifetime(members.expires_in)?;
        Ok(TokenSet {
            access_token,
            token_type: reader.token_type(members.token_type)?,
            refresh_token: reader
                .secret("refresh_token", members.refresh_token)?
                .or_else(|| self.refresh_token.cloned()),
            id_token: reader.secret("id_token", members.id_token)?,
            received_at: Some(received_at),
            expires_at: lifetime.map(|lifetime| received_at.saturating_add(lifetime)),
            scope: reader
                .scope(members.scope)?
                .or_else(|| self.scope.map(str::to_owned)),
            extras: members.extras,
        })
    }

    /// The format is what the provider's spec says, whatever `Content-Type` says.
    fn members(&self, response: &HttpResponse) -> Result<Members, Error> {
        let mut members = Members::default();
        match self.provider.token_response.format {
            ResponseFormat::Json => {
                let read = parse_object_members(response.body(), &mut |name, value| match members
                    .standard(&name)
                {
                    Some(member) => *member = Some(value),
                    None => members.extras.push((name.into_owned(), value)),
                });
                read.map_err(|error| {
                    Error::response(
                        self.provider,
                        self.endpoint,
                        response.status(),
                        error.to_string(),
                    )
                })?;
            }
            ResponseFormat::Form => {
                for (name, value) in form_members(response.body()) {
                    match members.standard(&name) {
                        Some(member) => *member = Some(value),
                        None => members.extras.push((name, value)),
                    }
                }
            }
        }
        Ok(members)
    }
}

/// Reads members one by one, with errors that name the member and not its value.
struct Reader {
    provider: &'static Provider,
    endpoint: EndpointKind,
    status: u16,
}

impl Reader {
    fn error(&self, message: &'static str) -> Error {
        Error::response(self.provider, self.endpoint, self.status, message)
    }

    fn secret(&self, name: &str, value: Option<Json>) -> Result<Option<Secret>, Error> {
        match value {
            Some(Json::String(secret)) if !secret.expose().is_empty() => Ok(Some(secret)),
            Some(value) if !is_absent(&value) => Err(Error::response(
                self.provider,
                self.endpoint,
                self.status,
                format!("`{name}` is not a text"),
            )),
            _ => Ok(None),
        }
    }

    /// The token is sent as a bearer token (RFC 6750), so another type must not be taken for one
    /// (RFC 6749 §7.1). Many servers leave the type out.
    fn token_type(&self, value: Option<Json>) -> Result<Option<String>, Error> {
        let Some(token_type) = self.secret("token_type", value)? else {
            return Ok(None);
        };
        if !token_type.expose().eq_ignore_ascii_case("bearer") {
            return Err(self.error("`token_type` is not Bearer"));
        }
        Ok(Some(token_type.expose().to_owned()))
    }

    /// The lifetime in seconds. Zero says that there is none to tell: a token that has expired when
    /// it comes is of no use, and servers send zero for tokens that do not expire.
    fn lifetime(&self, value: Option<Json>) -> Result<Option<u64>, Error> {
        let lifetime = value.map_or(Ok(None), |value| seconds(&value));
        let lifetime =
            lifetime.map_err(|NotSeconds| self.error("`expires_in` is not a number of seconds"))?;
        Ok(lifetime.filter(|lifetime| *lifetime > 0))
    }

    fn scope(&self, value: Option<Json>) -> Result<Option<String>, Error> {
        let separator = self.provider.scopes.response_separator;
        let mut joined = String::new();
        match value {
            Some(Json::String(scope)) => {
                scopes::add(&mut joined, scopes::split(scope.expose(), separator))
            }
            Some(Json::Array(items)) if self.provider.token_response.scope_array => {
                for item in &items {
                    let scope = item
                        .as_str()
                        .ok_or_else(|| self.error("`scope` holds something else than text"))?;
                    scopes::add(&mut joined, scopes::split(scope, separator));
                }
            }
            Some(value) if !is_absent(&value) => return Err(self.error("`scope` is not a text")),
            _ => {}
        }
        Ok(Some(joined).filter(|joined| !joined.is_empty()))
    }
}

/// Whether a member says no more than a missing one: `null`, `false` or an empty text.
fn is_absent(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        value => value.as_str().is_some_and(str::is_empty),
    }
}

/// A value that is no number of seconds.
pub(crate) struct NotSeconds;

/// Reads seconds: a number or a text that is one, its fraction dropped. `null` and an empty text
/// are no value.
pub(crate) fn seconds(value: &Json) -> Result<Option<u64>, NotSeconds> {
    if let Some(seconds) = value.as_u64() {
        return Ok(Some(seconds));
    }
    let number = match value {
        Json::Null => return Ok(None),
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.expose().trim() {
            "" => return Ok(None),
            text => match text.parse() {
                Ok(seconds) => return Ok(Some(seconds)),
                Err(_) => text.parse().map_err(|_| NotSeconds)?,
            },
        },
        _ => return Err(NotSeconds),
    };
    if number.is_finite() && number >= 0.0 {
        // The cast drops the fraction, and a number beyond all clocks becomes the largest one.
        Ok(Some(number as u64))
    } else {
        Err(NotSeconds)
    }
}

#[cfg(test)]
mod tests;
