//! Token requests (RFC 6749 §4.1.3, §4.4.2, §6).

use std::fmt;
use std::time::SystemTime;

#[cfg(feature = "jose")]
use crate::client::assertion::names_scopes;
use crate::client::handle::Core;
#[cfg(feature = "jose")]
use crate::client::nonces::brought_by;
use crate::client::signing::Signing;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::http::parameters::Parameters;
use crate::kept::pending::Pending;
use crate::kept::token_set::TokenSet;
use crate::operation::operation;
use crate::operation::sealed::Sending;
use crate::provider::{self, ClientKind, GrantKind, Template};
#[cfg(feature = "jose")]
use crate::request::dpop::{self, DpopKey};
#[cfg(feature = "jose")]
use crate::request::draft::proof;
use crate::request::draft::{Destination, Draft};
use crate::request::grant::{CodeExchange, Grant};
use crate::request::resource::{self, RESOURCE};
use crate::request::token_type::TokenType;
use crate::response::callback::{Accepted, Callback, Known};
use crate::response::captures;
use crate::response::token::{Expected, Prolonged};
use crate::text::json::Json;
use crate::text::scopes;
use crate::text::secret::Secret;

/// A request for tokens: await it, or call [`TokenRequest::send_blocking`].
///
/// It is sent once and never retried automatically. To use an HTTP stack of your own, call
/// [`TokenRequest::to_http_request`] and [`TokenRequest::read_http_response`], which do no IO.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct TokenRequest {
    core: Core,
    grant: Grant,
    /// The grant as the provider has it.
    rules: Option<&'static provider::Grant>,
    /// What is asked for here, joined by one space each.
    scope: String,
    /// What was asked for before: with the login, or with the tokens to renew.
    earlier_scope: Option<String>,
    /// When the refresh token expires, in seconds since 1970.
    refresh_expires_at: Option<u64>,
    renewed: Option<Box<Renewed>>,
    /// What the callback or the tokens to renew brought, by the captures' names.
    captured: Vec<(String, Json)>,
    parameters: Vec<(String, Secret)>,
    /// What the tokens are bound to (RFC 9449 §5).
    #[cfg(feature = "jose")]
    dpop_key: Option<DpopKey>,
}

/// What few requests need of the tokens to renew, and so in a box.
#[derive(Clone)]
struct Renewed {
    /// The ID token, whose user the next one must tell of.
    id_token: Option<Secret>,
    /// What the answer prolongs, where it has no access token.
    prolonged: Option<Prolonged>,
}

impl TokenRequest {
    pub(crate) fn code(core: Core, pending: Pending, callback: Callback) -> Self {
        let provider = core.provider();
        let checked = pending.check(&core, SystemTime::now()).and_then(|()| {
            let issuer = core.issuer()?;
            let known = Known {
                issuer: issuer.as_deref(),
                names_issuer: core.names_issuer(),
                client_secret: core.client_secret(),
            };
            callback.check(provider, known, &pending)
        });
        let (grant, captured) = match checked {
            Ok(Accepted { code, captured }) => {
                let exchange = CodeExchange {
                    code,
                    redirect_uri: pending.redirect_uri,
                    code_verifier: pending.code_verifier,
                    state: Some(pending.state).filter(|_| repeats_state(provider)),
                    nonce: pending.nonce,
                    max_age: pending.max_age,
                    resource: pending.resource,
                };
                (Grant::Code(Box::new(exchange)), captured)
            }
            Err(error) => (Grant::Unusable(error), Vec::new()),
        };
        Self {
            earlier_scope: pending.scope,
            captured,
            #[cfg(feature = "jose")]
            dpop_key: pending.dpop_key,
            ..Self::of(core, grant)
        }
        .bound()
    }

    pub(crate) fn refresh(core: Core, tokens: Option<&TokenSet>) -> Self {
        let grant = match tokens.and_then(TokenSet::refresh_token) {
            Some(refresh_token) => Grant::RefreshToken(refresh_token.clone()),
            None => Grant::Unusable(Error::login_required(
                core.provider(),
                "there is no refresh token",
            )),
        };
        // A request is large, and is filled in where it stays.
        let mut request = Self::of(core, grant);
        if let Some(tokens) = tokens {
            let provider = request.core.provider();
            request.earlier_scope.clone_from(&tokens.scope);
            request.refresh_expires_at = tokens.refresh_expires_at;
            let id_token = tokens.id_token.as_ref();
            let id_token = id_token.filter(|_| provider.id_token.is_some());
            let may_prolong = request.answers().prolongs();
            if id_token.is_some() || may_prolong {
                request.renewed = Some(Box::new(Renewed {
                    id_token: id_token.cloned(),
                    prolonged: may_prolong.then(|| Prolonged::of(tokens)),
                }));
            }
            request.captured = captures::of_tokens(provider, tokens);
            #[cfg(feature = "jose")]
            request.dpop_key.clone_from(&tokens.dpop_key);
        }
        request.bind();
        request
    }

    pub(crate) fn client_credentials(core: Core, scope: String) -> Self {
        let mut request = Self::of(core, Grant::ClientCredentials);
        request.scope = scope;
        request.bind();
        request
    }

    pub(crate) fn device_code(core: Core, device_code: &Secret, scope: Option<&str>) -> Self {
        Self {
            earlier_scope: scope.map(str::to_owned),
            ..Self::of(core, Grant::DeviceCode(device_code.clone()))
        }
        .bound()
    }

    pub(crate) fn extension(
        core: Core,
        name: &str,
        parameters: &mut dyn Iterator<Item = (&str, Secret)>,
    ) -> Self {
        #[cfg(feature = "jose")]
        let has_key = core.credential().is_some_and(|one| one.signer.is_some());
        #[cfg(not(feature = "jose"))]
        let has_key = false;
        let grant = Grant::extension(core.provider(), name, parameters, has_key);
        Self::of(core, grant).bound()
    }

    fn of(core: Core, grant: Grant) -> Self {
        let known = grant.kind().map(|kind| match kind {
            // Whether there is this one was seen when it was looked up by its name.
            GrantKind::Extension => Ok(()),
            kind => core.require_grant(kind),
        });
        let grant = match known {
            Some(Err(error)) => Grant::Unusable(error),
            Some(Ok(())) | None => grant,
        };
        Self {
            rules: grant.rules(core.provider()),
            core,
            grant,
            scope: String::new(),
            earlier_scope: None,
            refresh_expires_at: None,
            renewed: None,
            captured: Vec::new(),
            parameters: Vec::new(),
            #[cfg(feature = "jose")]
            dpop_key: None,
        }
    }

    /// The same, bound.
    fn bound(mut self) -> Self {
        self.bind();
        self
    }

    /// Binds the tokens to a new key if they are to be bound and have none.
    #[inline]
    fn bind(&mut self) {
        match self.core.binds_tokens() {
            Ok(false) => {}
            binds => self.bind_as(binds),
        }
    }

    #[cold]
    fn bind_as(&mut self, binds: Result<bool, Error>) {
        match binds {
            Ok(false) => {}
            #[cfg(feature = "jose")]
            Ok(true) if self.dpop_key.is_some() => {}
            Ok(true) =>
            {
                #[cfg(feature = "jose")]
                match DpopKey::generate() {
                    Some(key) => self.dpop_key = Some(key),
                    None => self.grant = Grant::Unusable(dpop::no_randomness(&self.core)),
                }
            }
            Err(error) if !matches!(self.grant, Grant::Unusable(_)) => {
                self.grant = Grant::Unusable(error);
            }
            Err(_) => {}
        }
    }

    /// Requests more scopes by name, such as new ones that the generated enum lacks. In a refresh,
    /// it requests these instead of all that were granted (RFC 6749 §6).
    #[inline]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        let separator = self.core.request_separator();
        scopes::add(&mut self.scope, &scope.into(), separator);
        self
    }

    /// Names who acts, with the type of that token, in an exchange of tokens (RFC 8693 §2.1). Only
    /// for grants that take it: others are not sent.
    pub fn actor_token(
        mut self,
        token: impl Into<Secret>,
        token_type: impl Into<TokenType>,
    ) -> Self {
        match self.grant.takes("actor_token") {
            true => {
                let of_type = Secret::from(token_type.into());
                let actor = [("actor_token", token.into()), ("actor_token_type", of_type)];
                let actor = actor.map(|(name, value)| (name.to_owned(), value));
                self.parameters.extend(actor);
            }
            false if matches!(self.grant, Grant::Unusable(_)) => {}
            false => {
                let message = format!("the grant {:?} takes no actor", self.grant.name());
                let error = Error::configuration(self.core.provider(), message);
                self.grant = Grant::Unusable(error);
            }
        }
        self
    }

    /// Names what the tokens are for, by its URI (RFC 8707 §2.2): in the exchange of a code and in a
    /// refresh, some of what the login named. In the exchange, it replaces the one that is repeated.
    #[inline]
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.param(RESOURCE, uri)
    }

    /// Adds another parameter to the request.
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If the callback does not belong to this login, there is no refresh token, a setting is
    /// missing or invalid, the endpoint is not https, or [`TokenRequest::param`] names a parameter
    /// that the library sends.
    pub fn to_http_request(&self) -> Result<HttpRequest, Error> {
        self.signed(&Signing::default())
    }

    fn signed(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        let provider = self.core.provider();
        let rules = self.rules;
        let relayed: Vec<_> = match self.grant {
            Grant::Code(_) | Grant::RefreshToken(_) => {
                captures::relayed(provider, &self.captured).collect()
            }
            _ => Vec::new(),
        };
        let destination = self.destination();
        let mut draft = Draft::new(destination, Parameters::new());
        let parameters = &mut draft.parameters;
        self.grant.add_parameters(rules, parameters)?;
        for (name, value) in &relayed {
            parameters.push_some(name, Some(value));
        }
        if rules.is_some_and(|rules| rules.repeats_redirect_uri) {
            let Some(uri) = self.core.configuration().redirect_uri.as_deref() else {
                return Err(Error::configuration(
                    provider,
                    "no redirect URI is set, and this provider requires it in each refresh",
                ));
            };
            parameters.push("redirect_uri", uri);
        }
        let exchange = self.grant.code_exchange();
        let named = self.parameters.iter().filter(|(name, _)| name == RESOURCE);
        let mut named = named.map(|(_, uri)| uri.expose()).peekable();
        if named.peek().is_none() {
            let earlier = exchange.and_then(|exchange| exchange.resource.as_deref());
            parameters.push_some(RESOURCE, earlier);
        }
        resource::check(provider, named)?;
        let scope = match &self.earlier_scope {
            Some(earlier) if self.scope.is_empty() && self.repeats_scope() => earlier,
            _ => &self.scope,
        };
        self.core.check_scopes(scope)?;
        let mut variables = captures::token_variables(provider, &self.captured)?;
        if let Some(state) = exchange.and_then(|exchange| exchange.state.as_ref()) {
            variables.push((Template::STATE, state.clone()));
        }
        let scope = self.core.filler(&variables).fill_scopes(scope)?;
        let scope = scopes::with_separator(&scope, self.core.request_separator());
        #[cfg(feature = "jose")]
        let assertion = match self.grant.assertion() {
            Some(rules) => {
                let asked = (destination, &*variables, &*scope);
                Some(proof::of_grant(&self.core, rules, asked, signing)?)
            }
            None => None,
        };
        #[cfg(feature = "jose")]
        parameters.push_some("assertion", assertion.as_ref().map(Secret::expose));
        #[cfg(feature = "jose")]
        let sent = Some(&*scope).filter(|_| !self.signs_scopes());
        #[cfg(not(feature = "jose"))]
        let sent = Some(&*scope);
        parameters.push_some("scope", sent);
        draft.variables = &variables;
        draft.fixed = rules.map_or(&[], |rules| rules.parameters);
        draft.rename = rules.map_or(&[], |rules| rules.rename);
        draft.extra = &self.parameters;
        #[cfg(feature = "jose")]
        if let Some(key) = &self.dpop_key {
            let mut request = draft.build(&self.core, signing)?;
            dpop::prove(&self.core, key, &mut request, None)?;
            return Ok(request);
        }
        draft.build(&self.core, signing)
    }

    /// Whether the scopes stand in what the client signs, and so in no parameter.
    #[cfg(feature = "jose")]
    fn signs_scopes(&self) -> bool {
        self.grant.assertion().is_some_and(names_scopes)
    }

    /// Keeps the nonce that a response brings for the next request, and tells whether it is another
    /// than before (RFC 9449 §8).
    #[cfg(feature = "jose")]
    fn keep_nonce(&self, response: &HttpResponse) -> bool {
        // Most tokens are bound to no key, and a look-up among headers takes longer than this.
        let is_bound = self.dpop_key.is_some();
        let Some(nonce) = is_bound.then(|| brought_by(response.headers())).flatten() else {
            return false;
        };
        let variables = captures::token_variables(self.core.provider(), &self.captured);
        let url = variables.and_then(|variables| self.destination().url(&self.core, &variables));
        url.is_ok_and(|url| self.core.nonces().keep(&url, false, nonce))
    }

    /// A renewal without `scope` asks for what was granted (RFC 6749 §6), and so does whoever named
    /// the scope when the login began (RFC 6749 §4.1.3, RFC 8628 §3.4), but not everywhere.
    fn repeats_scope(&self) -> bool {
        let may_repeat = matches!(
            self.grant,
            Grant::Code(_) | Grant::RefreshToken(_) | Grant::DeviceCode(_)
        );
        may_repeat && self.rules.is_some_and(|rules| rules.repeats_scope)
    }

    fn destination(&self) -> Destination {
        self.grant.destination(self.rules, self.core.provider())
    }

    /// How the provider answers.
    fn answers(&self) -> &'static provider::TokenResponse {
        let own = self.rules.and_then(|rules| rules.token_response);
        own.unwrap_or(&self.core.provider().token_response)
    }

    /// Reads the response to [`TokenRequest::to_http_request`]. Call it right after the response
    /// arrives: expiry is counted from now.
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response holds no tokens.
    pub fn read_http_response(&self, response: HttpResponse) -> Result<TokenSet, Error> {
        // A request that was never made has no response, and what it would have kept secret is not
        // known.
        if let Grant::Unusable(error) = &self.grant {
            return Err(error.clone());
        }
        // A value that is missing is told before anything is sent.
        let asked = self.core.filler(&[]).fill_scopes(&self.scope);
        let asked = asked.unwrap_or_default();
        let scope = match asked.is_empty() {
            true => self.earlier_scope.as_deref(),
            false => Some(&*asked),
        };
        let secrets = || {
            let sent = self.core.secrets().chain(self.grant.secrets());
            let relayed = captures::relayed_secrets(self.core.provider(), &self.captured);
            sent.map(Secret::expose).chain(relayed).collect()
        };
        let expected = Expected {
            provider: self.core.provider(),
            endpoint: self.endpoint(),
            answers: self.answers(),
            operation: self.grant.name(),
            scope,
            refresh_token: match &self.grant {
                Grant::RefreshToken(refresh_token) => Some(refresh_token),
                _ => None,
            },
            refresh_expires_at: self.refresh_expires_at,
            #[cfg(feature = "jose")]
            is_bound: self.dpop_key.is_some(),
            #[cfg(not(feature = "jose"))]
            is_bound: false,
            is_exchange: self.grant.is_exchange(),
            assumed_lifetime: self.assumed_lifetime(),
            prolonged: self
                .renewed
                .as_ref()
                .and_then(|renewed| renewed.prolonged.as_ref()),
            captured: &self.captured,
            secrets: &secrets,
        };
        let now = SystemTime::now();
        #[cfg(feature = "jose")]
        self.keep_nonce(&response);
        let mut tokens = expected.read(&response, now)?;
        #[cfg(feature = "jose")]
        tokens.dpop_key.clone_from(&self.dpop_key);
        self.check_id_token(&mut tokens, now)?;
        Ok(tokens)
    }

    /// How many seconds the tokens live if the response does not say (RFC 6749 §5.1). What an
    /// extension grant gives may live as long as it likes.
    fn assumed_lifetime(&self) -> Option<u64> {
        if matches!(self.grant, Grant::Extension { .. } | Grant::Unusable(_)) {
            return None;
        }
        let client = match self.core.credential() {
            Some(_) => ClientKind::Confidential,
            None => ClientKind::Public,
        };
        let mut lifetimes = self.core.provider().lifetimes.iter();
        let fitting =
            lifetimes.find(|one| one.assumed && one.client.is_none_or(|only| only == client))?;
        Some(fitting.seconds)
    }

    /// This request, to be sent again, if it is one that may.
    pub(crate) fn repeated(&self) -> Self {
        match self.grant {
            Grant::ClientCredentials | Grant::Extension { .. } | Grant::Unusable(_) => self.clone(),
            Grant::Code(_) | Grant::RefreshToken(_) | Grant::DeviceCode(_) => {
                let error = Error::configuration(
                    self.core.provider(),
                    "a request with a code or a refresh token cannot be repeated",
                );
                Self::of(self.core.clone(), Grant::Unusable(error))
            }
        }
    }
}

/// Whether the exchange of a code has the state of its login among its own parameters.
fn repeats_state(provider: &provider::Provider) -> bool {
    let grant = provider.grant(GrantKind::AuthorizationCode);
    let mut own = grant.into_iter().flat_map(|grant| grant.parameters);
    own.any(|(_, text)| Template::of(text).has(Template::STATE))
        && !provider.has_variable(Template::STATE)
}

impl Sending for TokenRequest {
    fn client(&self) -> &Core {
        &self.core
    }

    fn endpoint(&self) -> EndpointKind {
        self.destination().kind()
    }

    #[cfg(feature = "jose")]
    fn asks_again(&self, response: &HttpResponse) -> bool {
        matches!(response.status(), 400 | 401)
            && self.keep_nonce(response)
            && dpop::asks_for_nonce(response)
    }

    fn request(&self, signing: &Signing) -> Result<HttpRequest, Error> {
        self.signed(signing)
    }
}

operation!(TokenRequest => TokenSet);

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenRequest")
            .field("client", &self.core)
            .field("grant", &self.grant.name())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

mod id_token;
#[cfg(test)]
mod tests;
