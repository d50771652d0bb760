//! The operations of a client, as methods of [`Core`].

use std::time::SystemTime;

use http::{HeaderMap, Method};

use crate::client::handle::Core;
use crate::error::Error;
use crate::kept::consent::Consent;
use crate::kept::pending::Pending;
use crate::kept::registration::Registration;
use crate::kept::token_set::TokenSet;
use crate::operation::api::{ApiCall, headers_for};
use crate::operation::authorize::Authorize;
use crate::operation::device::{DeviceLogin, DevicePoll, DeviceRequest, DeviceWait};
use crate::operation::discovery::Discovery;
#[cfg(feature = "jose")]
use crate::operation::id_token::IdTokenVerification;
use crate::operation::introspection::Introspection;
use crate::operation::logout::Logout;
#[cfg(feature = "jose")]
use crate::operation::logout_token::LogoutTokenVerification;
use crate::operation::registration::{
    Deregistration, RegistrationLookup, RegistrationRequest, elsewhere,
};
use crate::operation::revocation::Revocation;
use crate::operation::source::TokenSource;
use crate::operation::token::TokenRequest;
use crate::operation::user::UserLookup;
use crate::provider::Presence;
use crate::response::callback::{Callback, Known};
use crate::response::captures;
use crate::text::scopes;
use crate::text::secret::Secret;

impl Core {
    /// Reads what the issuer's server tells of itself (OpenID Connect Discovery, RFC 8414), for
    /// endpoints that the provider's description lacks. Await it: this is one request, and no other
    /// operation makes it. Keep the client, which keeps what was told.
    ///
    /// ```no_run
    /// # async fn example(client: oauth_atlas_runtime::Core) -> Result<(), oauth_atlas_runtime::Error> {
    /// let client = client.discover().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn discover(self) -> Discovery<Self> {
        Discovery::new(self)
    }

    /// Registers this program as a client, under a name that users are shown (RFC 7591 §3.1). The
    /// result is for [`Core::with_registration`].
    pub fn register(&self, name: impl Into<String>) -> RegistrationRequest {
        RegistrationRequest::new(self.clone(), name.into())
    }

    /// Reads a registration as it is now (RFC 7592 §2.1).
    pub fn read_registration(&self, registration: &Registration) -> RegistrationLookup {
        RegistrationLookup::new(self.clone(), registration)
    }

    /// Changes a registration (RFC 7592 §2.2): what the request does not set stays as it is.
    pub fn change_registration(&self, registration: &Registration) -> RegistrationRequest {
        RegistrationRequest::change(self.clone(), registration)
    }

    /// Deletes a registration (RFC 7592 §2.3).
    pub fn delete_registration(&self, registration: &Registration) -> Deregistration {
        Deregistration::new(self.clone(), registration)
    }

    /// Takes id, secret and authentication method of a registration. Call it last: a registration
    /// from another server than this client's is refused, and operations return the error.
    ///
    /// A client that was made with a key keeps it.
    #[must_use]
    pub fn with_registration(self, registration: &Registration) -> Self {
        match elsewhere(&self, registration) {
            Some(difference) => self.mistaken(difference),
            None => self.registered(
                registration.client_id(),
                registration.client_secret(),
                registration.client_auth(),
            ),
        }
    }

    /// Starts a login that requests these scopes (RFC 6749 §4.1.1).
    pub fn authorize(&self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Authorize {
        Authorize::new(self.clone(), joined(scopes))
    }

    /// Finishes a login: checks the callback, then exchanges its code for tokens (RFC 6749 §4.1.3).
    ///
    /// Checks, in this order, that this client, or one with the same id and settings, started the
    /// login within the last hour ([mix-up](Pending#mix-up)), that no protocol parameter is
    /// repeated, that `state` and `iss` match (RFC 6749 §10.12, RFC 9207), and that the callback
    /// has a code and no error. If this provider signs its callbacks, or sends values in them that
    /// are kept with the tokens, those are checked too. If a check fails, nothing is sent and the
    /// request returns the error.
    #[inline]
    pub fn finish(&self, pending: Pending, callback: impl Into<Callback>) -> TokenRequest {
        TokenRequest::code(self.clone(), pending, callback.into())
    }

    /// Finishes a login whose callback has no code, such as an administrator's consent or an
    /// installation, and returns what the provider's spec keeps of the callback. Nothing is sent.
    /// A code that comes all the same is not used.
    ///
    /// # Errors
    ///
    /// Those of [`Core::finish`] for a callback, but for a missing code.
    pub fn finish_without_code(
        &self,
        pending: Pending,
        callback: impl Into<Callback>,
    ) -> Result<Consent, Error> {
        self.consent(&pending, &callback.into())
    }

    fn consent(&self, pending: &Pending, callback: &Callback) -> Result<Consent, Error> {
        let provider = self.provider();
        if provider.callback.code_presence == Presence::Always {
            let message = "every login of this provider ends with a code: call `finish`";
            return Err(Error::configuration(provider, message));
        }
        pending.check(self, SystemTime::now())?;
        let issuer = self.issuer()?;
        let known = Known {
            issuer: issuer.as_deref(),
            names_issuer: self.names_issuer(),
            client_secret: self.client_secret(),
        };
        let captured = callback.check_without_code(provider, known, pending)?;
        Ok(Consent { captured })
    }

    /// A client for what a user has consented to: the variables that the callback fills have its
    /// values.
    ///
    /// # Errors
    ///
    /// If a value names a host that is not the provider's.
    pub fn with_consent(self, consent: &Consent) -> Result<Self, Error> {
        let variables = captures::token_variables(self.provider(), &consent.captured)?;
        Ok(variables.into_iter().fold(self, |core, (name, value)| {
            core.secret_variable(name, value)
        }))
    }

    /// Exchanges the refresh token for new tokens (RFC 6749 §6). If the provider returns no refresh
    /// token or no scope, the new set keeps the current one.
    ///
    /// If there is no refresh token, nothing is sent and the request returns an error.
    pub fn refresh(&self, tokens: &TokenSet) -> TokenRequest {
        TokenRequest::refresh(self.clone(), Some(tokens))
    }

    /// Requests tokens for the client itself (RFC 6749 §4.4).
    pub fn client_credentials(
        &self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> TokenRequest {
        TokenRequest::client_credentials(self.clone(), joined(scopes))
    }

    /// Starts a login on a device without a browser (RFC 8628 §3.1). The request has these scopes
    /// and those that the provider requires for every login.
    pub fn authorize_device(
        &self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> DeviceRequest {
        DeviceRequest::new(self.clone(), joined(scopes))
    }

    /// Polls once for the user's decision (RFC 8628 §3.4). Wait for [`DeviceLogin::interval`]
    /// before each poll. The interval in `login` grows when the provider requests it.
    pub fn poll_device<'login>(&self, login: &'login mut DeviceLogin) -> DevicePoll<'login> {
        DevicePoll::new(self.clone(), login)
    }

    /// Polls until the user has decided or the codes expire (RFC 8628 §3.4, §3.5).
    pub fn finish_device(&self, login: DeviceLogin) -> DeviceWait {
        DeviceWait::new(self.clone(), login)
    }

    /// Requests tokens with one of the provider's extension grants (RFC 6749 §4.5), by its name in
    /// the spec. `parameters` are those that the spec leaves to the caller.
    ///
    /// If the provider has no such grant, nothing is sent and the request returns an error.
    pub fn extension<'name>(
        &self,
        name: &str,
        parameters: impl IntoIterator<Item = (&'name str, Secret)>,
    ) -> TokenRequest {
        TokenRequest::extension(self.clone(), name, &mut parameters.into_iter())
    }

    /// Revokes an access token (RFC 7009).
    #[inline]
    pub fn revoke_access_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "access_token")
    }

    /// Revokes a refresh token (RFC 7009). Most providers also revoke its access tokens.
    #[inline]
    pub fn revoke_refresh_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "refresh_token")
    }

    /// Looks up whether a token is active, and for what (RFC 7662).
    #[inline]
    pub fn introspect(&self, token: impl Into<Secret>) -> Introspection {
        Introspection::new(self.clone(), token.into())
    }

    /// Requests the user's claims (OpenID Connect Core §5.3).
    pub fn userinfo(&self, tokens: &TokenSet) -> ApiCall {
        ApiCall::userinfo(self.clone(), tokens)
    }

    /// Ends the user's session at the provider (OpenID Connect RP-Initiated Logout).
    pub fn log_out(&self, tokens: &TokenSet) -> Logout {
        Logout::new(self.clone(), tokens)
    }

    /// Looks up who logged in, wherever this provider tells it.
    pub fn user(&self, tokens: &TokenSet) -> UserLookup {
        UserLookup::new(self.clone(), tokens)
    }

    /// Verifies the ID token: its claims, and its signature with the provider's keys.
    ///
    /// [`Core::finish`] has checked the claims already. A token that came straight from the token
    /// endpoint by TLS needs no more (OpenID Connect Core §3.1.3.7, item 6); verify one that was
    /// kept where others can write, or that you pass on.
    #[cfg(feature = "jose")]
    pub fn verify_id_token(&self, tokens: &TokenSet) -> IdTokenVerification {
        IdTokenVerification::new(self.clone(), tokens)
    }

    /// Verifies a logout token, by which the provider tells that a user has logged out (OpenID
    /// Connect Back-Channel Logout).
    #[cfg(feature = "jose")]
    pub fn verify_logout_token(&self, token: impl Into<Secret>) -> LogoutTokenVerification {
        LogoutTokenVerification::new(self.clone(), token.into())
    }

    /// Sends an authenticated request to the provider's API. `url_or_path` is an absolute URL, or a
    /// path that is appended to the API's URL.
    ///
    /// The access token is sent to any absolute URL that you pass. Never pass one from untrusted
    /// input.
    pub fn call_api(&self, method: Method, url_or_path: &str, tokens: &TokenSet) -> ApiCall {
        ApiCall::new(self.clone(), method, url_or_path, tokens)
    }

    /// The headers that authorize a request to the provider's API, for an HTTP client of your own.
    /// The header's value is marked sensitive.
    ///
    /// # Errors
    ///
    /// If the access token is empty or has a character that is not allowed in a header (RFC 6750
    /// §2.1).
    pub fn api_headers(&self, tokens: &TokenSet) -> Result<HeaderMap, Error> {
        headers_for(self, tokens)
    }

    /// A source that refreshes these tokens when needed.
    #[must_use]
    pub fn token_source(&self, tokens: TokenSet) -> TokenSource {
        TokenSource::refreshing(self.clone(), tokens)
    }
}

fn joined(scopes: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    /// The length of most scopes, and the space before it.
    const USUAL_BYTES: usize = 48;
    let scopes = scopes.into_iter();
    let mut joined = String::with_capacity(scopes.size_hint().0.min(64) * USUAL_BYTES);
    for scope in scopes {
        scopes::add_one(&mut joined, scope.as_ref());
    }
    joined
}
