//! Token requests (RFC 6749 §4.1.3, §4.4.2, §6).

use std::fmt;
use std::pin::Pin;
use std::time::SystemTime;

use crate::callback::Callback;
use crate::core::Core;
use crate::error::{Details, EndpointKind, Error, ErrorKind};
use crate::http::{HttpRequest, HttpResponse};
use crate::parameters::Parameters;
use crate::pending::Pending;
use crate::request::post;
use crate::scopes;
use crate::secret::Secret;
use crate::source::TokenSource;
use crate::token_response::Expected;
use crate::token_set::TokenSet;

/// The future of an operation.
pub type OperationFuture<Output> = Pin<Box<dyn Future<Output = Result<Output, Error>> + Send>>;

/// A request for tokens: await it, or call [`TokenRequest::send_blocking`].
///
/// It is sent once and never repeated by itself. Programs with an HTTP stack of their own can take
/// its two halves instead, [`TokenRequest::build`] and [`TokenRequest::read`], which do no IO.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct TokenRequest {
    core: Core,
    grant: Grant,
    /// What is asked for here, joined by one space each.
    scope: String,
    /// What was asked for before: with the login, or with the tokens to renew.
    earlier_scope: Option<String>,
    parameters: Vec<(String, String)>,
}

#[derive(Clone)]
enum Grant {
    Code {
        code: Secret,
        redirect_uri: Option<String>,
        code_verifier: Option<Secret>,
    },
    RefreshToken(Secret),
    ClientCredentials,
    /// Why there is nothing to send.
    Unusable(Error),
}

impl TokenRequest {
    pub(crate) fn code(core: Core, pending: Pending, callback: Callback) -> Self {
        let grant = match callback.check(core.provider(), &pending, SystemTime::now()) {
            Ok(code) => Grant::Code {
                code,
                redirect_uri: pending.redirect_uri,
                code_verifier: pending.code_verifier,
            },
            Err(error) => Grant::Unusable(error),
        };
        Self {
            earlier_scope: pending.scope,
            ..Self::of(core, grant)
        }
    }

    pub(crate) fn refresh(core: Core, tokens: Option<&TokenSet>) -> Self {
        let grant = match tokens.and_then(TokenSet::refresh_token) {
            Some(refresh_token) => Grant::RefreshToken(refresh_token.clone()),
            None => Grant::Unusable(no_refresh_token(&core)),
        };
        let earlier_scope = tokens.and_then(|tokens| tokens.scope.clone());
        Self {
            earlier_scope,
            ..Self::of(core, grant)
        }
    }

    pub(crate) fn client_credentials(core: Core, scope: String) -> Self {
        Self {
            scope,
            ..Self::of(core, Grant::ClientCredentials)
        }
    }

    fn of(core: Core, grant: Grant) -> Self {
        Self {
            core,
            grant,
            scope: String::new(),
            earlier_scope: None,
            parameters: Vec::new(),
        }
    }

    /// Asks for more scopes by their text: those that the generated enum does not have yet, or
    /// fewer than were granted when tokens are renewed (RFC 6749 §6).
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

    /// Adds any other parameter to the body.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// When the callback is not the answer to this login, when there is no refresh token, when
    /// something is not set or set to what is not allowed, when the endpoint is not https, and when
    /// [`TokenRequest::param`] names a parameter that the library sends.
    pub fn build(&self) -> Result<HttpRequest, Error> {
        let separator = self.core.request_separator();
        let scope = scopes::with_separator(&self.scope, separator);
        let mut parameters = Parameters::new();
        match &self.grant {
            Grant::Unusable(error) => return Err(error.clone()),
            Grant::Code {
                code,
                redirect_uri,
                code_verifier,
            } => {
                parameters.push("grant_type", "authorization_code");
                parameters.push("code", code.expose());
                parameters.push_some("redirect_uri", redirect_uri.as_deref());
                parameters.push_some("code_verifier", code_verifier.as_ref().map(Secret::expose));
            }
            Grant::RefreshToken(refresh_token) => {
                parameters.push("grant_type", "refresh_token");
                parameters.push("refresh_token", refresh_token.expose());
            }
            Grant::ClientCredentials => parameters.push("grant_type", "client_credentials"),
        }
        parameters.push_some("scope", Some(&scope));
        post(&self.core, self.endpoint(), parameters, &self.parameters)
    }

    fn endpoint(&self) -> EndpointKind {
        match self.grant {
            Grant::RefreshToken(_) if self.core.provider().refresh.is_some() => {
                EndpointKind::Refresh
            }
            _ => EndpointKind::Token,
        }
    }

    /// Reads the response to [`TokenRequest::build`], which has to be fresh: expiry is counted from
    /// now.
    ///
    /// # Errors
    ///
    /// When the provider refused the request, failed, or answered something else than tokens.
    pub fn read(&self, response: HttpResponse) -> Result<TokenSet, Error> {
        let (spent, verifier) = match &self.grant {
            Grant::Code {
                code,
                code_verifier,
                ..
            } => (Some(code), code_verifier.as_ref()),
            Grant::RefreshToken(refresh_token) => (Some(refresh_token), None),
            Grant::ClientCredentials | Grant::Unusable(_) => (None, None),
        };
        let scope = if self.scope.is_empty() {
            self.earlier_scope.as_deref()
        } else {
            Some(&*self.scope)
        };
        let expected = Expected {
            provider: self.core.provider(),
            endpoint: self.endpoint(),
            scope,
            refresh_token: match &self.grant {
                Grant::RefreshToken(refresh_token) => Some(refresh_token),
                _ => None,
            },
            secrets: &[
                exposed(self.core.client_secret()),
                exposed(spent),
                exposed(verifier),
            ],
        };
        expected.read(&response, SystemTime::now())
    }

    /// Sends the request and waits, for programs without an async runtime: with the client given to
    /// [`Core::blocking_http_client`], or else the default one of the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of [`TokenRequest::build`] and [`TokenRequest::read`], when no whole response came
    /// back, and when there is no blocking HTTP client.
    pub fn send_blocking(self) -> Result<TokenSet, Error> {
        let request = self.build()?;
        let response = self.core.send_blocking(self.endpoint(), request)?;
        self.read(response)
    }

    /// Tokens of the client itself that renew themselves: this request is sent when they are first
    /// needed and again whenever they expire.
    ///
    /// Only client credentials can be asked for again. The source of any other request has an error
    /// in the place of tokens; for those, see [`Core::token_source`].
    #[must_use]
    pub fn source(self) -> TokenSource {
        TokenSource::repeating(&self)
    }

    pub(crate) fn client(&self) -> &Core {
        &self.core
    }

    /// This request, to be sent again, if it is one that may.
    pub(crate) fn repeated(&self) -> Self {
        match self.grant {
            Grant::ClientCredentials | Grant::Unusable(_) => self.clone(),
            Grant::Code { .. } | Grant::RefreshToken(_) => {
                let error = Error::configuration(
                    self.core.provider(),
                    "only a request for client credentials can be repeated",
                );
                Self::of(self.core.clone(), Grant::Unusable(error))
            }
        }
    }
}

fn exposed(secret: Option<&Secret>) -> &str {
    secret.map_or("", Secret::expose)
}

fn no_refresh_token(core: &Core) -> Error {
    Details::new(core.provider(), ErrorKind::Configuration)
        .message("there is no refresh token")
        .needs_login()
        .into()
}

impl IntoFuture for TokenRequest {
    type Output = Result<TokenSet, Error>;
    type IntoFuture = OperationFuture<TokenSet>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.build()?;
            let response = self.core.send(self.endpoint(), request).await?;
            self.read(response)
        })
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grant = match &self.grant {
            Grant::Code { .. } => "authorization_code",
            Grant::RefreshToken(_) => "refresh_token",
            Grant::ClientCredentials => "client_credentials",
            Grant::Unusable(_) => "unusable",
        };
        formatter
            .debug_struct("TokenRequest")
            .field("client", &self.core)
            .field("grant", &grant)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
