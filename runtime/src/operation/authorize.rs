//! The authorization request (RFC 6749 §4.1.1).

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::time::SystemTime;

use ::url::Url;

use crate::client::handle::Core;
use crate::client::template::sent::{Filled, Filler};
use crate::error::{EndpointKind, Error};
use crate::kept::binding::{Binding, Start};
use crate::kept::pending::Pending;
use crate::operation::login::Login;
use crate::operation::pushed::{Pushed, PushedAuthorizationRequest};
use crate::operation::signed_login::SignedAuthorization;
use crate::provider::{AuthorizationEndpoint, IdTokenRules, Nonce, PkceClients, ResourceStatus};
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::request::login_url::{Query, STANDARD, add_to_query, name_of};
use crate::request::pkce::{StateError, code_challenge, random_state, random_text};
use crate::request::resource::RESOURCE;
use crate::text::clock::unix_seconds;
use crate::text::scopes;
use crate::text::secret::Secret;

/// A login to start. Nothing is checked before [`Authorize::start`].
#[derive(Clone)]
#[must_use = "a login begins with `start`"]
pub struct Authorize {
    core: Core,
    /// Joined by one space each.
    scope: String,
    /// Scopes that have a parameter of their own, joined by one space each.
    groups: Vec<(String, String)>,
    redirect_uri: Option<String>,
    variables: Vec<(&'static str, Secret)>,
    /// A variable that the provider does not have.
    unknown_variable: Option<String>,
    parameters: Vec<(String, String)>,
    is_offline: bool,
}

impl Authorize {
    pub(crate) fn new(core: Core, scope: String) -> Self {
        Self {
            core,
            scope,
            groups: Vec::new(),
            redirect_uri: None,
            variables: Vec::new(),
            unknown_variable: None,
            parameters: Vec::new(),
            is_offline: false,
        }
    }

    /// Requests more scopes by name, such as new ones that the generated enum lacks.
    #[inline]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        let separator = self.core.request_separator();
        scopes::add(&mut self.scope, &scope.into(), separator);
        self
    }

    /// Requests scopes that this provider expects in a separate parameter. A second call adds to
    /// the first.
    pub fn group(
        mut self,
        parameter: &str,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        let joined = self.joined_group(parameter);
        for scope in scopes {
            scopes::add_one(joined, scope.as_ref());
        }
        self
    }

    fn joined_group(&mut self, parameter: &str) -> &mut String {
        let found = self.groups.iter().position(|(name, _)| name == parameter);
        let index = found.unwrap_or_else(|| {
            self.groups.push((parameter.to_owned(), String::new()));
            self.groups.len() - 1
        });
        &mut self.groups[index].1
    }

    /// Requests a refresh token in this provider's way. Parameters that you set by the same name
    /// keep your value.
    pub fn offline(mut self) -> Self {
        self.is_offline = true;
        self
    }

    /// Overrides the client's redirect URI for this login. Where a provider takes a registered name
    /// in place of a URL, this is the name.
    #[inline]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// Sets one of the provider's own parameters. The last value wins. An empty value counts as
    /// omitted (RFC 6749 §3.1).
    #[inline]
    pub fn option(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_option(name, value.into());
        self
    }

    fn set_option(&mut self, name: &str, value: String) {
        self.parameters.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.parameters.push((name.to_owned(), value));
        }
    }

    /// Names what the tokens are for, by its URI (RFC 8707 §2). Named several times, all are asked
    /// for. The exchange of the code repeats the only one of a login; of several, it is for all,
    /// unless [`TokenRequest::resource`](crate::TokenRequest::resource) names some.
    #[inline]
    pub fn resource(self, uri: impl Into<String>) -> Self {
        self.param(RESOURCE, uri)
    }

    /// Sets a variable of the authorization endpoint's URL for this login.
    #[inline]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set_variable(name, value.into());
        self
    }

    fn set_variable(&mut self, name: &str, value: String) {
        let mut variables = self.core.provider().variables.iter();
        match variables.find(|variable| variable.name == name) {
            Some(variable) => self.variables.push((variable.name, Secret::from(value))),
            None => self.unknown_variable = Some(name.to_owned()),
        }
    }

    /// Adds another parameter. It replaces a fixed parameter of the provider's spec. Added twice,
    /// it is sent twice, as RFC 8707 §2 allows for `resource`.
    ///
    /// Parameters for secrets, codes and tokens are rejected, by their standard names and by the
    /// provider's: the URL stays in the browser's history and in logs (RFC 9700 §4.2).
    #[inline]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Creates the URL to send the user's browser to, and the values to keep until the callback: a
    /// `state` of 256 random bits, or as many as the provider accepts, and a PKCE verifier of 256
    /// bits, unless the provider does not accept PKCE from this client type.
    ///
    /// # Errors
    ///
    /// If something required is not set (the redirect URI, a variable of the URL, a scope, a
    /// parameter that this provider requires), [`Authorize::param`] names a parameter that the
    /// library sends, an endpoint is not https, the value of a variable could change the URL's
    /// host, or the operating system provides no randomness; and always where the provider requires
    /// [`Authorize::push`].
    pub fn start(self) -> Result<Login, Error> {
        if self.core.provider().require_pushed_authorization_requests {
            return Err(self.error(
                "this provider takes pushed logins only (RFC 9126 §5): call `push` instead of `start`",
            ));
        }
        let (url, pending) = self.begin(|this, query| this.onto_endpoint(query))?;
        Ok(Login {
            url,
            url_expires_at: None,
            pending,
        })
    }

    /// Sends the parameters of the login to the provider, and gets a short URL for the browser in
    /// exchange (RFC 9126): nobody can read or change them on the way, and their length does not
    /// matter.
    ///
    /// Errors are those of [`Authorize::start`], and those of the request.
    pub fn push(self) -> PushedAuthorizationRequest {
        PushedAuthorizationRequest::new(self.core.clone(), self.pushed())
    }

    /// Signs the parameters of the login with the client's key (JAR, RFC 9101): nobody can change
    /// them on the way. It needs a client that was made with a key, and the feature `jose`.
    ///
    /// Errors are those of [`Authorize::start`], and those of the signature.
    pub fn sign(self) -> SignedAuthorization {
        SignedAuthorization::new(self.core.clone(), self.pushed())
    }

    fn pushed(self) -> Result<Pushed, Error> {
        let variables = self.variables.clone();
        let (begun, pending) = self.begin(|this, query| {
            let endpoint = this.endpoint_url()?;
            Ok((endpoint.as_str().to_owned(), query.owned()))
        })?;
        let (endpoint, parameters) = begun;
        Ok(Pushed {
            endpoint,
            parameters,
            variables,
            pending,
            is_signed: false,
        })
    }

    /// Makes up what each login has of its own, and hands its parameters to `send`.
    fn begin<T>(
        mut self,
        send: impl FnOnce(&Self, &Query<'_>) -> Result<T, Error>,
    ) -> Result<(T, Pending), Error> {
        let provider = self.core.provider();
        scopes::require(&mut self.scope, provider.scopes.required);
        if let Some(offline) = provider.offline.as_ref().filter(|_| self.is_offline) {
            scopes::add_missing(&mut self.scope, offline.scopes);
        }
        self.check()?;
        let state = self.state()?;
        let code_verifier = self.code_verifier()?;
        let nonce = self.nonce()?;
        #[cfg(feature = "jose")]
        let dpop_key = self.dpop_key()?;
        let redirect_uri = self.redirect_uri_with(&state)?;
        let filler = self.core.filler(&self.variables);
        let scope = self.sent_scope().map(|scope| filler.fill_scopes(scope));
        let scope = scope.transpose()?;
        #[cfg_attr(not(feature = "jose"), expect(unused_mut, reason = "nothing is added"))]
        let mut query = self.query(
            &filler,
            &state,
            redirect_uri.as_deref(),
            scope.as_deref(),
            [code_verifier.as_ref(), nonce.as_ref()],
        )?;
        #[cfg(feature = "jose")]
        if let Some(key) = &dpop_key {
            // RFC 9449 §10.
            query.add("dpop_jkt", key.thumbprint());
        }
        let sent = send(&self, &query)?;
        let redirect_uri = redirect_uri.map(Cow::into_owned);
        let filled = scope.map(|scope| match scope {
            Cow::Borrowed(_) => None,
            Cow::Owned(filled) => Some(filled),
        });
        let pending = Pending {
            provider: provider.id.into(),
            state,
            code_verifier,
            nonce,
            max_age: self.max_age(),
            resource: self.repeated_resource(),
            #[cfg(feature = "jose")]
            dpop_key,
            redirect_uri,
            scope: filled.map(|filled| filled.unwrap_or_else(|| mem::take(&mut self.scope))),
            created_at: unix_seconds(SystemTime::now()),
            binding: Binding::of(&self.core, Start::Authorization, &self.variables),
        };
        Ok((sent, pending))
    }

    /// The scopes that the request names, and that are granted unless the answer says otherwise
    /// (RFC 6749 §5.1): none where the endpoint takes none.
    fn sent_scope(&self) -> Option<&str> {
        let is_sent = !self.scope.is_empty() && name_of(self.endpoint(), "scope").is_some();
        is_sent.then_some(&self.scope)
    }

    fn state(&self) -> Result<Secret, Error> {
        let longest = self.core.provider().state.max_length;
        random_state(longest).map_err(|problem| match problem {
            StateError::NoRandomness => self.no_randomness(),
            StateError::TooShort => {
                self.error("the state that this provider takes is so short that it can be guessed")
            }
        })
    }

    /// The PKCE verifier (RFC 7636 §4.1), if this client sends one.
    fn code_verifier(&self) -> Result<Option<Secret>, Error> {
        let rules = &self.core.provider().pkce;
        let is_public = self.core.credential().is_none();
        if rules.status.is_sent() && (rules.clients == PkceClients::All || is_public) {
            Ok(Some(random_text().map_err(|_| self.no_randomness())?))
        } else {
            Ok(None)
        }
    }

    /// The nonce that the ID token will repeat, where the provider issues one and repeats it. A
    /// login that does not ask for `openid` gets no ID token (OpenID Connect Core §3.1.2.1), unless
    /// the provider has no such scope.
    fn nonce(&self) -> Result<Option<Secret>, Error> {
        let provider = self.core.provider();
        let is_repeated = |rules: &IdTokenRules| rules.nonce == Nonce::Repeated;
        let mut scopes = self.scope.split_ascii_whitespace();
        let asks = !provider.has_scope("openid") || scopes.any(|scope| scope == "openid");
        let is_own = self.parameters.iter().any(|(name, _)| name == "nonce");
        match provider.id_token.as_ref().is_some_and(is_repeated) && asks && !is_own {
            true => Ok(Some(random_text().map_err(|_| self.no_randomness())?)),
            false => Ok(None),
        }
    }

    /// The key that the tokens are bound to, if they are.
    #[cfg(feature = "jose")]
    fn dpop_key(&self) -> Result<Option<DpopKey>, Error> {
        if !self.core.binds_tokens()? {
            return Ok(None);
        }
        let key = DpopKey::generate().ok_or_else(|| self.no_randomness())?;
        Ok(Some(key))
    }

    /// How long ago the user may have logged in, if the caller says so: the ID token must confirm it.
    fn max_age(&self) -> Option<u64> {
        let mut chosen = self.parameters.iter().rev();
        let (_, seconds) = chosen.find(|(name, _)| name == "max_age")?;
        seconds.parse().ok()
    }

    /// What the login says that the tokens are for.
    fn resources(&self) -> impl Iterator<Item = &str> {
        let named = self.parameters.iter();
        let named = named.filter(|(name, _)| name == RESOURCE);
        named.map(|(_, uri)| uri.as_str())
    }

    /// The resource that the exchange of the code repeats (RFC 8707 §2.2): the only one, where the
    /// provider is known to take it.
    fn repeated_resource(&self) -> Option<String> {
        let is_taken = self.core.provider().resource == Some(ResourceStatus::Supported);
        let mut named = self.resources();
        match (named.next(), named.next()) {
            (Some(only), None) if is_taken => Some(only.to_owned()),
            _ => None,
        }
    }

    fn redirect_target(&self) -> Option<&str> {
        self.redirect_uri
            .as_deref()
            .or(self.core.configuration().redirect_uri.as_deref())
    }

    /// The redirect URI as it is sent, here and with the code: the provider compares the two
    /// (RFC 6749 §4.1.3).
    fn redirect_uri_with(&self, state: &Secret) -> Result<Option<Cow<'_, str>>, Error> {
        let target = self.redirect_target();
        if self.core.provider().state.echoed {
            return Ok(target.map(Cow::Borrowed));
        }
        match target {
            Some(target) => {
                let mut target = target.to_owned();
                add_to_query(&mut target, "state", state.expose());
                Ok(Some(Cow::Owned(target)))
            }
            None => Err(self.error(
                "no redirect URI is set, and at this provider the state comes back in none but that",
            )),
        }
    }

    fn query<'a>(
        &'a self,
        filler: &Filler<'_>,
        state: &'a Secret,
        redirect_uri: Option<&'a str>,
        scope: Option<&'a str>,
        [code_verifier, nonce]: [Option<&'a Secret>; 2],
    ) -> Result<Query<'a>, Error> {
        let provider = self.core.provider();
        let mut query = Query::new(self.endpoint());
        query.add_standard("response_type", "code");
        query.add_standard("client_id", self.core.client_id());
        if let Some(redirect_uri) = redirect_uri {
            query.add_standard("redirect_uri", redirect_uri);
        }
        if let Some(scope) = scope {
            let separator = self.core.request_separator();
            query.add_standard("scope", scopes::with_separator(scope, separator));
        }
        for (parameter, joined) in &self.groups {
            let separator = self.group_separator(parameter)?;
            if !joined.is_empty() {
                let joined = filler.fill_scopes(joined)?;
                let scopes = scopes::with_separator(&joined, separator);
                query.add(parameter, scopes.into_owned());
            }
        }
        if provider.state.echoed {
            query.add_standard("state", state.expose());
        }
        if let Some(code_verifier) = code_verifier {
            let challenge = provider.pkce.challenge;
            let (challenge, method) = code_challenge(challenge, code_verifier.expose());
            query.add_standard("code_challenge", challenge);
            query.add_standard("code_challenge_method", method);
        }
        if let Some(nonce) = nonce {
            query.add_standard("nonce", nonce.expose());
        }
        self.add_own(filler, &mut query)?;
        if let Some(name) = query.missing() {
            return Err(self.error(format!(
                "{name:?} is not chosen, without which this provider refuses a login"
            )));
        }
        Ok(query)
    }

    /// Adds the provider's own parameters. What the caller sets stands for what
    /// [`Authorize::offline`] sets, and that for what is always sent.
    fn add_own<'a>(&'a self, filler: &Filler<'_>, query: &mut Query<'a>) -> Result<(), Error> {
        let offline = self.core.provider().offline.as_ref();
        let offline = offline.filter(|_| self.is_offline);
        let offline = offline.map_or(&[][..], |offline| offline.parameters);
        let is_chosen = |name: &str| self.parameters.iter().any(|(other, _)| other == name);
        let is_offline = |name: &str| offline.iter().any(|(other, _)| *other == name);
        let always = self.endpoint().parameters.iter();
        let always = always.filter(|(name, _)| !is_offline(name));
        for (name, text) in always.chain(offline) {
            if !is_chosen(name) && !query.contains(name) {
                match filler.fill(text)? {
                    Some(Filled::AsItStands(text)) => query.add(name, text),
                    Some(filled) => query.add(name, filled.as_str().to_owned()),
                    None => {}
                }
            }
        }
        for (name, value) in &self.parameters {
            query.add(name, value);
        }
        Ok(())
    }

    fn onto_endpoint(&self, query: &Query<'_>) -> Result<String, Error> {
        Ok(query.onto(self.endpoint_url()?.as_str()))
    }

    fn endpoint_url(&self) -> Result<Cow<'_, Url>, Error> {
        if self.variables.is_empty() {
            return self
                .core
                .url(EndpointKind::Authorization)
                .map(Cow::Borrowed);
        }
        let configuration = self.core.configuration();
        let url = configuration.endpoint_url(EndpointKind::Authorization, &self.variables)?;
        Ok(Cow::Owned(url))
    }

    fn endpoint(&self) -> &'static AuthorizationEndpoint {
        let endpoint = self.core.provider().authorization.as_ref();
        endpoint.unwrap_or(STANDARD)
    }

    fn group_separator(&self, parameter: &str) -> Result<&'static str, Error> {
        let mut groups = self.core.provider().scopes.groups.iter();
        match groups.find(|group| group.parameter == parameter) {
            Some(group) => Ok(group.separator.as_str()),
            None => Err(self.error(format!("there are no scopes for {parameter:?}"))),
        }
    }

    fn error(&self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::configuration(self.core.provider(), message)
    }

    fn no_randomness(&self) -> Error {
        self.error("the operating system provides no randomness")
    }
}

impl fmt::Debug for Authorize {
    /// Shows only the names of the parameters: a value may be personal or a token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Authorize")
            .field("client", &self.core)
            .field("scope", &self.scope)
            .field("groups", &self.groups)
            .field("redirect_uri", &self.redirect_uri)
            .field("variables", &self.variables)
            .field("parameters", &names)
            .field("is_offline", &self.is_offline)
            .finish()
    }
}

mod check;
#[cfg(test)]
mod tests;
