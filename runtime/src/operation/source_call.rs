//! Requests to a provider's API with tokens that renew themselves.

use std::fmt;

use http::Method;

use crate::error::Error;
use crate::http::message::HttpResponse;
use crate::kept::token_set::TokenSet;
use crate::operation::OperationFuture;
use crate::operation::api::{Access, Call};
use crate::operation::source::TokenSource;

/// A request to the provider's API with the tokens of a [`TokenSource`]: await it, or call
/// [`SourceCall::send_blocking`].
///
/// If the API answers 401, the tokens are renewed and the request is sent once more, with the same
/// body (RFC 6750 §3.1). Whatever comes back then is the result.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct SourceCall {
    source: TokenSource,
    call: Call,
}

impl TokenSource {
    /// Calls the provider's API; [`Core::call_api`](crate::Core::call_api) says what `url_or_path` may be.
    pub fn call_api(&self, method: Method, url_or_path: &str) -> SourceCall {
        SourceCall::new(self.clone(), Call::new(method, url_or_path))
    }
}

impl SourceCall {
    fn new(source: TokenSource, call: Call) -> Self {
        Self { source, call }
    }

    /// Adds a header. Those that authorize the request are not for this to set.
    #[inline]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.call.add_header(name.as_ref(), value.as_ref());
        self
    }

    /// Adds a parameter to the URL's query.
    #[inline]
    pub fn query(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.call.add_query(name.as_ref(), value.as_ref());
        self
    }

    /// Sets the body and its `Content-Type`.
    #[inline]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.call.set_body(content_type, body.into());
        self
    }

    /// Sets a body that is JSON already.
    #[inline]
    pub fn json_body(self, json: impl Into<Vec<u8>>) -> Self {
        self.body("application/json", json)
    }

    /// Sends the request and waits, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// When there are no tokens to be had, and those of [`ApiCall`](crate::ApiCall).
    pub fn send_blocking(self) -> Result<HttpResponse, Error> {
        let tokens = self.source.tokens_blocking()?;
        let response = self.sent_blocking(&tokens)?;
        if !self.may_be_repeated(&response, &tokens) {
            return Ok(response);
        }
        let renewed = self.source.other_than_blocking(&tokens)?;
        Ok(self.repeated(self.sent_blocking(&renewed)?, &renewed))
    }

    fn sent_blocking(&self, tokens: &TokenSet) -> Result<HttpResponse, Error> {
        let core = self.source.client();
        let access = Access::of(core.provider(), tokens);
        let request = self.call.to_http_request(core, &access)?;
        core.send_blocking(self.call.endpoint(), request)
    }

    async fn sent(&self, tokens: &TokenSet) -> Result<HttpResponse, Error> {
        let core = self.source.client();
        let access = Access::of(core.provider(), tokens);
        let request = self.call.to_http_request(core, &access)?;
        core.send(self.call.endpoint(), request).await
    }

    /// The second response, of which the source is told if it is a 401 again.
    fn repeated(&self, response: HttpResponse, renewed: &TokenSet) -> HttpResponse {
        if response.is_unauthorized() {
            self.source.was_in_vain(renewed);
        }
        response
    }

    fn may_be_repeated(&self, response: &HttpResponse, tokens: &TokenSet) -> bool {
        response.is_unauthorized() && self.source.may_have_other_than(tokens)
    }
}

impl IntoFuture for SourceCall {
    type Output = Result<HttpResponse, Error>;
    type IntoFuture = OperationFuture<'static, HttpResponse>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let tokens = self.source.tokens().await?;
            let response = self.sent(&tokens).await?;
            if !self.may_be_repeated(&response, &tokens) {
                return Ok(response);
            }
            let renewed = self.source.other_than(&tokens).await?;
            Ok(self.repeated(self.sent(&renewed).await?, &renewed))
        })
    }
}

impl fmt::Debug for SourceCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SourceCall")
            .field("source", &self.source)
            .field("call", &self.call)
            .finish()
    }
}
