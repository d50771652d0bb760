//! The operations of a client: what each starts from.

use http::{HeaderMap, Method};

use crate::client::handle::Core;
use crate::error::Error;
use crate::kept::pending::Pending;
use crate::kept::token_set::TokenSet;
use crate::operation::api::{ApiCall, headers_for};
use crate::operation::authorize::Authorize;
use crate::operation::device::{DeviceLogin, DevicePoll, DeviceRequest, DeviceWait};
use crate::operation::introspection::Introspection;
use crate::operation::revocation::Revocation;
use crate::operation::source::TokenSource;
use crate::operation::token::TokenRequest;
use crate::response::callback::Callback;
use crate::text::scopes;
use crate::text::secret::Secret;

impl Core {
    /// Starts a login that asks for these scopes (RFC 6749 §4.1.1).
    pub fn authorize(&self, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Authorize {
        Authorize::new(self.clone(), joined(scopes))
    }

    /// Ends a login: checks the callback and exchanges its code for tokens (RFC 6749 §4.1.3).
    ///
    /// In this order it checks that the login was started by this client, or by one of the same id and
    /// settings, within the last hour ([mix-up](Pending#mix-up)), that no parameter of the protocol occurs twice, that `state` and `iss` are right
    /// (RFC 6749 §10.12, RFC 9207), and that there is a code and no error. Where this provider signs
    /// its callbacks, or names in them what the tokens are kept with, that is checked as well. The
    /// request's error tells what is wrong; then nothing is sent.
    #[inline]
    pub fn finish(&self, pending: Pending, callback: impl Into<Callback>) -> TokenRequest {
        TokenRequest::code(self.clone(), pending, callback.into())
    }

    /// Renews tokens (RFC 6749 §6). The new set keeps the old refresh token and the old scope where
    /// the provider sends none.
    ///
    /// The request's error tells if there is no refresh token; then nothing is sent.
    pub fn refresh(&self, tokens: &TokenSet) -> TokenRequest {
        TokenRequest::refresh(self.clone(), Some(tokens))
    }

    /// Asks for tokens of the client itself (RFC 6749 §4.4).
    pub fn client_credentials(
        &self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> TokenRequest {
        TokenRequest::client_credentials(self.clone(), joined(scopes))
    }

    /// Starts a login on a device without a browser (RFC 8628 §3.1), with the scopes that it asks
    /// for and those without which this provider refuses a login.
    pub fn authorize_device(
        &self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> DeviceRequest {
        self.device_request(joined(scopes))
    }

    fn device_request(&self, mut scope: String) -> DeviceRequest {
        scopes::require(&mut scope, self.provider().scopes.required);
        DeviceRequest::new(self.clone(), scope)
    }

    /// Asks once whether the user has decided (RFC 8628 §3.4). [`DeviceLogin::interval`] says how
    /// long to wait before that; it grows when the provider asks for it, so `login` is changed.
    pub fn poll_device<'login>(&self, login: &'login mut DeviceLogin) -> DevicePoll<'login> {
        DevicePoll::new(self.clone(), login)
    }

    /// Asks again and again until the user has decided, or until the codes expire (RFC 8628 §3.4,
    /// §3.5).
    pub fn finish_device(&self, login: DeviceLogin) -> DeviceWait {
        DeviceWait::new(self.clone(), login)
    }

    /// Asks for tokens with a grant of the provider's own (RFC 6749 §4.5), by its name in the spec.
    /// `parameters` are those that the program has to give.
    ///
    /// The request's error tells if the provider has no such grant; then nothing is sent.
    pub fn extension(
        &self,
        name: &str,
        parameters: &mut dyn Iterator<Item = (&str, Secret)>,
    ) -> TokenRequest {
        TokenRequest::extension(self.clone(), name, parameters)
    }

    /// Revokes an access token (RFC 7009).
    #[inline]
    pub fn revoke_access_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "access_token")
    }

    /// Revokes a refresh token (RFC 7009), and with it, at most providers, its access tokens.
    #[inline]
    pub fn revoke_refresh_token(&self, token: impl Into<Secret>) -> Revocation {
        Revocation::new(self.clone(), token.into(), "refresh_token")
    }

    /// Asks what a token is worth (RFC 7662).
    #[inline]
    pub fn introspect(&self, token: impl Into<Secret>) -> Introspection {
        Introspection::new(self.clone(), token.into())
    }

    /// Asks for the user's claims (OpenID Connect Core §5.3).
    pub fn userinfo(&self, tokens: &TokenSet) -> ApiCall {
        ApiCall::userinfo(self.clone(), tokens)
    }

    /// Calls the provider's API with the access token. `url_or_path` is an absolute URL, or a path
    /// that is appended to the API's URL.
    ///
    /// The access token goes to whatever absolute URL is given, so do not take one from outside.
    pub fn call_api(&self, method: Method, url_or_path: &str, tokens: &TokenSet) -> ApiCall {
        ApiCall::new(self.clone(), method, url_or_path, tokens)
    }

    /// The headers that authorize a request to the provider's API, for an HTTP client of your own.
    /// The token's value is marked sensitive.
    ///
    /// # Errors
    ///
    /// When the access token is empty or has a character that may not stand in a header
    /// (RFC 6750 §2.1).
    pub fn api_headers(&self, tokens: &TokenSet) -> Result<HeaderMap, Error> {
        headers_for(self, tokens)
    }

    /// Tokens that renew themselves.
    #[must_use]
    pub fn token_source(&self, tokens: TokenSet) -> TokenSource {
        TokenSource::refreshing(self.clone(), tokens)
    }
}

fn joined(scopes: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut joined = String::new();
    for scope in scopes {
        scopes::add_one(&mut joined, scope.as_ref());
    }
    joined
}
