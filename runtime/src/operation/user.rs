//! Who logged in: the requests that it takes, and the user they tell of.

use std::fmt;

use crate::client::handle::Core;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::kept::token_set::TokenSet;
use crate::operation::StepsFuture;
use crate::operation::api::ApiCall;
#[cfg(feature = "jose")]
use crate::operation::sealed::Sending as _;
use crate::provider::{ClaimName, ClaimsFrom, UserRules};
use crate::response::claims::{Origin, find};
use crate::response::refusal::Refusal;
use crate::response::user::User;
use crate::text::json::Json;
use crate::text::jwt::Jwt;
use crate::text::secret::Secret;

/// A lookup of the user who logged in: await it, or call [`UserLookup::send_blocking`].
///
/// It takes as many requests as the provider needs: usually one, two where the e-mail address is
/// told elsewhere, none where the ID token has everything. Where the provider refuses such a second
/// request, for want of a scope for example, the user has no claims from it.
///
/// To use an HTTP stack of your own, send [`UserLookup::next_http_request`] and pass the response to
/// [`UserLookup::read_http_response`] until there is no further request, then call
/// [`UserLookup::finish`].
#[derive(Clone)]
#[must_use = "nothing is sent until it is awaited"]
pub struct UserLookup {
    core: Core,
    rules: Result<&'static UserRules, Error>,
    calls: Vec<(Origin, ApiCall)>,
    answers: Vec<(Origin, Json)>,
    access_token: Secret,
    /// The subject of the ID token, which the UserInfo endpoint must confirm.
    subject: Option<Secret>,
}

impl UserLookup {
    pub(crate) fn new(core: Core, tokens: &TokenSet) -> Self {
        let provider = core.provider();
        let rules = provider.user.as_ref().ok_or_else(|| {
            Error::configuration(
                provider,
                "nothing says where this provider tells who logged in",
            )
        });
        let id_token = tokens.id_token().and_then(|token| Jwt::of(token.expose()));
        let claims = id_token.map(|jwt| jwt.claims);
        let subject = claims
            .as_ref()
            .and_then(|claims| claims.get("sub")?.as_str());
        let subject = subject
            .filter(|_| provider.id_token.is_some())
            .map(Secret::from);
        let mut lookup = Self {
            access_token: tokens.access_token().clone(),
            calls: Vec::new(),
            answers: Vec::new(),
            subject,
            rules,
            core,
        };
        let Ok(rules) = lookup.rules else {
            return lookup;
        };
        let needed = |origin| {
            let mut claims = rules.claims.iter();
            claims.any(|claim| claim.value.is_none() && Origin::of(rules, claim) == origin)
        };
        let from = |from| Some(Origin::From(from)).filter(|origin| needed(*origin));
        if let Some(origin) = from(ClaimsFrom::UserInfo) {
            let call = ApiCall::userinfo(lookup.core.clone(), tokens);
            lookup.calls.push((origin, call));
        }
        for request in rules.requests {
            let origin = Origin::Request(request.name);
            if needed(origin) {
                let call = ApiCall::of_user(lookup.core.clone(), tokens, &request.endpoint);
                lookup.calls.push((origin, call));
            }
        }
        if let (Some(origin), Some(claims)) = (from(ClaimsFrom::IdToken), claims) {
            lookup.answers.push((origin, claims));
        }
        if let Some(origin) = from(ClaimsFrom::TokenResponse) {
            let kept = tokens.extras();
            let kept = kept.map(|(name, value)| (name.to_owned(), value.clone()));
            lookup.answers.push((origin, Json::Object(kept.collect())));
        }
        lookup
    }

    /// The next HTTP request, or `None` if no other is needed.
    ///
    /// # Errors
    ///
    /// If the spec does not say where this provider tells who logged in, and those of
    /// [`ApiCall::to_http_request`].
    pub fn next_http_request(&self) -> Result<Option<HttpRequest>, Error> {
        self.rules.as_ref().map_err(Clone::clone)?;
        let next = self.calls.first();
        next.map(|(_, call)| call.to_http_request()).transpose()
    }

    /// Reads the response to [`UserLookup::next_http_request`].
    ///
    /// # Errors
    ///
    /// If the provider refused the request that tells who the user is, or failed at any, the response
    /// is neither JSON nor a signed token, or the user is not the one of the ID token (OpenID Connect
    /// Core §5.3.2).
    pub fn read_http_response(&mut self, response: HttpResponse) -> Result<(), Error> {
        let rules = self.rules.clone()?;
        if self.calls.is_empty() {
            return Ok(());
        }
        let provider = self.core.provider();
        let kind = EndpointKind::UserInfo;
        let secrets = [&self.access_token].into_iter().chain(self.core.secrets());
        let secrets: Vec<_> = secrets.map(Secret::expose).collect();
        let refusal = Refusal::at(provider, kind, &secrets);
        let refused = match response.is_success() {
            true => refusal.of_success(&response),
            false => Some(refusal.of_response(&response)),
        };
        if let Some(error) = refused {
            let is_final = !error.is_retryable();
            if is_final && self.is_spare(rules) {
                drop(self.calls.remove(0));
                return Ok(());
            }
            return Err(error);
        }
        let wrong = |message: String| Error::response(provider, kind, response.status(), message);
        let answer = match response.json() {
            Ok(answer) => answer,
            // OpenID Connect Core §5.3.2 allows a signed token instead.
            Err(error) => std::str::from_utf8(response.body())
                .ok()
                .and_then(|text| Jwt::of(text.trim_ascii()))
                .map(|jwt| jwt.claims)
                .ok_or_else(|| wrong(error.to_string()))?,
        };
        let (origin, _) = self.calls.remove(0);
        self.answers.push((origin, answer));
        match self.is_other_user(rules) {
            true => Err(wrong(
                "the user is not the one of the ID token (OpenID Connect Core §5.3.2)".to_owned(),
            )),
            false => Ok(()),
        }
    }

    /// Whether the user can be told without the next request: it is not the first, whose refusal would
    /// mean that the access token is no longer good, and does not tell who the user is.
    fn is_spare(&self, rules: &'static UserRules) -> bool {
        let next = self.calls.first().map(|(origin, _)| *origin);
        let mut claims = rules.claims.iter();
        let tells_who = claims
            .any(|claim| claim.name == ClaimName::Sub && Some(Origin::of(rules, claim)) == next);
        let has_answer = self.answers.iter().any(|(origin, _)| {
            matches!(
                origin,
                Origin::From(ClaimsFrom::UserInfo) | Origin::Request(_)
            )
        });
        has_answer && !tells_who
    }

    /// Whether the UserInfo endpoint tells of someone else than the ID token does. Where the
    /// identifier is not the claim `sub`, the two may differ.
    fn is_other_user(&self, rules: &'static UserRules) -> bool {
        let mut claims = rules.claims.iter();
        let is_subject = claims.any(|claim| {
            let origin = Origin::of(rules, claim);
            claim.name == ClaimName::Sub
                && claim.path == ClaimName::Sub.word()
                && origin == Origin::From(ClaimsFrom::UserInfo)
        });
        let answer = |origin| {
            let found = self.answers.iter().find(|(other, _)| *other == origin);
            found.map(|(_, answer)| answer)
        };
        match (&self.subject, find(rules, ClaimName::Sub, answer)) {
            (Some(expected), Some(told)) if is_subject => expected.expose() != told,
            _ => false,
        }
    }

    /// The user, once all responses have been read.
    ///
    /// # Errors
    ///
    /// If the identifier of the user is missing.
    pub fn finish(self) -> Result<User, Error> {
        User::read(self.core.provider(), self.rules?, self.answers)
    }

    /// The same request with what this response asks for, if it asks for anything.
    #[cfg(feature = "jose")]
    fn again(&self, response: &HttpResponse) -> Result<Option<HttpRequest>, Error> {
        let call = self.calls.first().map(|(_, call)| call);
        let call = call.filter(|call| call.asks_again(response));
        call.map(ApiCall::to_http_request).transpose()
    }

    /// Sends the requests on this thread, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of [`UserLookup::next_http_request`], [`UserLookup::read_http_response`] and
    /// [`UserLookup::finish`], when no whole response came back, and when there is no blocking HTTP
    /// client.
    pub fn send_blocking(mut self) -> Result<User, Error> {
        while let Some(request) = self.next_http_request()? {
            let response = self.core.send_blocking(EndpointKind::UserInfo, request)?;
            #[cfg(feature = "jose")]
            let response = match self.again(&response)? {
                Some(request) => self.core.send_blocking(EndpointKind::UserInfo, request)?,
                None => response,
            };
            self.read_http_response(response)?;
        }
        self.finish()
    }

    async fn send(mut self) -> Result<User, Error> {
        while let Some(request) = self.next_http_request()? {
            let response = self.core.exchange(EndpointKind::UserInfo, request).await?;
            #[cfg(feature = "jose")]
            let response = match self.again(&response)? {
                Some(request) => self.core.exchange(EndpointKind::UserInfo, request).await?,
                None => response,
            };
            self.read_http_response(response)?;
        }
        self.finish()
    }
}

impl IntoFuture for UserLookup {
    type Output = Result<User, Error>;
    type IntoFuture = StepsFuture<User>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for UserLookup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UserLookup")
            .field("client", &self.core)
            .field("requests", &self.calls.len())
            .finish_non_exhaustive()
    }
}
