//! Requests to a provider's API with the tokens of a source.

use std::fmt;

use http::Method;

use crate::error::Error;
use crate::http::message::HttpResponse;
use crate::kept::token_set::TokenSet;
use crate::operation::StepsFuture;
use crate::operation::api::{Access, Call, call_builder};
use crate::operation::source::TokenSource;

/// A request to the provider's API with the tokens of a [`TokenSource`]: await it, or call
/// [`SourceCall::send_blocking`].
///
/// If the API responds with 401, the tokens are refreshed and the request is sent once more, with
/// the same body (RFC 6750 §3.1). The second response is the result.
#[derive(Clone)]
#[must_use = "a request is sent when it is awaited"]
pub struct SourceCall {
    source: TokenSource,
    call: Call,
}

impl TokenSource {
    /// Sends an authenticated request to the provider's API. For `url_or_path`, see
    /// [`Core::call_api`](crate::Core::call_api).
    pub fn call_api(&self, method: Method, url_or_path: &str) -> SourceCall {
        SourceCall::new(self.clone(), Call::new(method, url_or_path))
    }
}

impl SourceCall {
    fn new(source: TokenSource, call: Call) -> Self {
        Self { source, call }
    }

    /// Sends the request and waits, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::tokens`] and of [`ApiCall`](crate::ApiCall).
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
        let sent = core.send_blocking(self.call.endpoint(), request);
        #[cfg(feature = "jose")]
        let sent = match sent {
            Ok(response) if self.call.lacks_nonce(core, &access, &response) => {
                let request = self.call.to_http_request(core, &access)?;
                core.send_blocking(self.call.endpoint(), request)
            }
            sent => sent,
        };
        #[cfg(feature = "jose")]
        if let Ok(response) = &sent {
            self.call.keep_nonce(core, &access, response);
        }
        sent
    }

    async fn sent(&self, tokens: &TokenSet) -> Result<HttpResponse, Error> {
        let core = self.source.client();
        let access = Access::of(core.provider(), tokens);
        let request = self.call.to_http_request(core, &access)?;
        let endpoint = self.call.endpoint();
        let sent = core.send(endpoint, request)?.await;
        let sent = sent.map_err(|error| Error::of_transport(core.provider(), endpoint, error));
        #[cfg(feature = "jose")]
        let sent = match sent {
            Ok(response) if self.call.lacks_nonce(core, &access, &response) => {
                let request = self.call.to_http_request(core, &access)?;
                core.exchange(endpoint, request).await
            }
            sent => sent,
        };
        #[cfg(feature = "jose")]
        if let Ok(response) = &sent {
            self.call.keep_nonce(core, &access, response);
        }
        sent
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

call_builder!(SourceCall);

impl IntoFuture for SourceCall {
    type Output = Result<HttpResponse, Error>;
    type IntoFuture = StepsFuture<HttpResponse>;

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
