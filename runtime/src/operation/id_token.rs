//! Verification of an ID token's signature (OpenID Connect Core §3.1.3.7, items 6 to 8).

use std::fmt;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use http::header::ACCEPT;
use http::{HeaderValue, Method};

use crate::client::handle::Core;
use crate::client::keys::{Advice, Keys, PAUSE, is_signed_by_secret};
use crate::error::id_token::IdTokenProblem;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::kept::token_set::TokenSet;
use crate::operation::StepsFuture;
use crate::provider::SigningAlgorithm;
use crate::request::draft::name_program;
use crate::response::id_token::Expected;
use crate::response::refusal::Refusal;
use crate::text::json::Json;
use crate::text::jwt::Jwt;
use crate::text::secret::Secret;

/// A verification of an ID token: await it, or call [`IdTokenVerification::send_blocking`]. The
/// result is its claims.
///
/// The keys are requested from the provider once an hour, and once more, at most once a minute, if
/// a token names an unknown one. While the provider is down, known keys are used for a day.
///
/// To use an HTTP stack of your own, send [`IdTokenVerification::next_http_request`], if there is
/// one, pass the response to [`IdTokenVerification::read_http_response`], then call
/// [`IdTokenVerification::finish`].
#[must_use = "nothing is verified until it is awaited"]
pub struct IdTokenVerification {
    core: Core,
    token: Option<Secret>,
    /// The access token that came with it; with a logout token comes none.
    access_token: Option<Secret>,
    /// An outage since then is one for this token as well.
    since: Instant,
    state: Result<State, Error>,
}

enum State {
    /// The first keys are asked for.
    Beginning(Step),
    /// The keys are asked for; if that fails, these may do.
    Asking(Step, Option<Arc<Keys>>),
    Verifying(Step, Arc<Keys>),
    /// The client secret is the key.
    BySecret(Step),
}

/// What the token names.
struct Step {
    claims: Json,
    key_id: Option<String>,
    algorithm: SigningAlgorithm,
}

impl IdTokenVerification {
    pub(crate) fn new(core: Core, tokens: &TokenSet) -> Self {
        let mut verification = Self {
            state: Err(Error::configuration(core.provider(), "")),
            token: tokens.id_token().cloned(),
            access_token: Some(tokens.access_token().clone()),
            since: Instant::now(),
            core,
        };
        verification.state = verification.begin();
        verification
    }

    /// The same of a logout token. An ID token costs its sender a login, and a logout token nothing: many
    /// that are made up ask for keys no more often than one.
    pub(crate) fn of_logout(core: Core, token: Secret) -> Self {
        let now = Instant::now();
        let mut verification = Self {
            state: Err(Error::configuration(core.provider(), "")),
            token: Some(token),
            access_token: None,
            since: now.checked_sub(PAUSE).unwrap_or(now),
            core,
        };
        verification.state = verification.begin();
        verification
    }

    /// The client that verifies it.
    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    fn begin(&self) -> Result<State, Error> {
        let provider = self.core.provider();
        let configuration = |message| Error::configuration(provider, message);
        let rules = provider.id_token.as_ref();
        let rules = rules.ok_or_else(|| configuration("nothing is known of its ID tokens"))?;
        let token = self.token.as_ref();
        let token = token.ok_or_else(|| configuration("the tokens have no ID token"))?;
        let expected = Expected {
            core: &self.core,
            rules,
            nonce: None,
            max_age: None,
            code: None,
            access_token: self.access_token.as_ref().unwrap_or(token),
            subject: None,
        };
        let checked = match self.access_token {
            Some(_) => expected.check(token.expose(), SystemTime::now()),
            None => expected.check_logout(token.expose(), SystemTime::now()),
        };
        let jwt = checked.map_err(|problem| self.error(problem))?;
        let algorithm = expected.algorithm(&jwt);
        let algorithm = algorithm.map_err(|problem| self.error(problem))?;
        let step = step(jwt, algorithm);
        let is_by_secret = matches!(
            algorithm,
            SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512
        );
        // Where the provider's algorithms are unknown, whoever knows the secret must not be taken
        // for it.
        if is_by_secret {
            return match rules.algorithms.contains(&algorithm) {
                true => Ok(State::BySecret(step)),
                false => Err(self.error(IdTokenProblem::WrongAlgorithm)),
            };
        }
        self.advised(step)
    }

    fn advised(&self, step: Step) -> Result<State, Error> {
        let (keys, id) = (self.core.keys(), step.key_id.as_deref());
        match keys.advice(id, step.algorithm, self.since, Instant::now()) {
            Advice::Use(keys) => Ok(State::Verifying(step, keys)),
            Advice::Ask(known) => Ok(State::Asking(step, known)),
            Advice::AskFirst => Ok(State::Beginning(step)),
            Advice::Wait(error) => Err(error),
        }
    }

    /// Asks for advice again, as others may have asked for keys meanwhile.
    fn begin_again(&mut self) {
        let nothing = Err(Error::configuration(self.core.provider(), ""));
        self.state = match std::mem::replace(&mut self.state, nothing) {
            Ok(State::Beginning(step)) => self.advised(step),
            other => other,
        };
    }

    fn error(&self, problem: IdTokenProblem) -> Error {
        Error::id_token(self.core.provider(), EndpointKind::Jwks, problem)
    }

    /// The request for the provider's keys, or `None` if they are known.
    ///
    /// # Errors
    ///
    /// If there is no ID token, it is not for this client, has expired, or has another algorithm;
    /// and if the URL of the keys is unknown or a variable in it is not set.
    pub fn next_http_request(&self) -> Result<Option<HttpRequest>, Error> {
        match self.state.as_ref().map_err(Clone::clone)? {
            State::Verifying(..) | State::BySecret(_) => Ok(None),
            State::Beginning(_) | State::Asking(..) => {
                let url = self.core.url(EndpointKind::Jwks)?.clone();
                let mut request = HttpRequest::new(Method::GET, url);
                let headers = request.headers_mut();
                headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
                name_program(&self.core, headers)?;
                Ok(Some(request))
            }
        }
    }

    /// Reads the keys.
    ///
    /// # Errors
    ///
    /// If the response is no set of keys (RFC 7517 §5) and no earlier keys are known that could do.
    pub fn read_http_response(&mut self, response: HttpResponse) -> Result<(), Error> {
        let read = self.keys_of(&response);
        self.got(read)
    }

    fn keys_of(&self, response: &HttpResponse) -> Result<Keys, Error> {
        let provider = self.core.provider();
        let refusal = Refusal::at(provider, EndpointKind::Jwks, &[]);
        if !response.is_success() {
            return Err(refusal.of_response(response));
        }
        let status = response.status();
        let wrong =
            |message: String| Error::response(provider, EndpointKind::Jwks, status, message);
        let json = response.json().map_err(|error| wrong(error.to_string()))?;
        let keys = Keys::read(&json);
        keys.ok_or_else(|| wrong("it is no set of keys (RFC 7517 §5)".to_owned()))
    }

    fn got(&mut self, keys: Result<Keys, Error>) -> Result<(), Error> {
        let unknown = Error::configuration(self.core.provider(), "nothing was asked for");
        let state = std::mem::replace(&mut self.state, Err(unknown));
        self.state = match (state, keys) {
            (Ok(State::Beginning(step) | State::Asking(step, _)), Ok(keys)) => {
                let keys = self.core.keys().keep(keys, Instant::now());
                Ok(State::Verifying(step, keys))
            }
            (Ok(State::Asking(step, Some(known))), Err(_)) => Ok(State::Verifying(step, known)),
            (Ok(State::Beginning(_)), Err(error)) => {
                self.core.keys().failed(&error, Instant::now());
                Err(error)
            }
            (Ok(State::Asking(_, None)), Err(error)) => Err(error),
            (other, _) => other,
        };
        match &self.state {
            Ok(_) => Ok(()),
            Err(error) => Err(error.clone()),
        }
    }

    /// The claims, once the keys are known.
    ///
    /// # Errors
    ///
    /// If the signature is not one of the provider's ([`ErrorKind::IdToken`](crate::ErrorKind)).
    pub fn finish(self) -> Result<Json, Error> {
        let token = self.token.as_ref().map(Secret::expose).unwrap_or_default();
        let wrong = |problem| {
            Err(Error::id_token(
                self.core.provider(),
                EndpointKind::Jwks,
                problem,
            ))
        };
        match self.state? {
            State::Beginning(_) | State::Asking(..) => Err(Error::configuration(
                self.core.provider(),
                "the keys have not been read",
            )),
            State::BySecret(step) => match self.core.client_secret() {
                Some(secret) if is_signed_by_secret(token, secret, step.algorithm) => {
                    Ok(step.claims)
                }
                Some(_) => wrong(IdTokenProblem::WrongSignature),
                None => wrong(IdTokenProblem::WrongAlgorithm),
            },
            State::Verifying(step, keys) => {
                let id = step.key_id.as_deref();
                if !keys.has(id, step.algorithm) {
                    return wrong(IdTokenProblem::UnknownKey);
                }
                match keys.verify(token, id, step.algorithm) {
                    true => Ok(step.claims),
                    false => wrong(IdTokenProblem::WrongSignature),
                }
            }
        }
    }

    /// Verifies on this thread, for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Those of the three steps, when no keys are known and none could be had, and when there is no
    /// blocking HTTP client.
    pub fn send_blocking(mut self) -> Result<Json, Error> {
        let core = self.core.clone();
        let mut turn = None;
        if let Ok(State::Beginning(_)) = self.state {
            turn = Some(core.keys().turn_blocking());
            self.begin_again();
        }
        if let Some(request) = self.next_http_request()? {
            match self.core.send_blocking(EndpointKind::Jwks, request) {
                Ok(response) => self.read_http_response(response)?,
                Err(error) => self.got(Err(error))?,
            }
        }
        drop(turn);
        self.finish()
    }

    async fn send(mut self) -> Result<Json, Error> {
        let core = self.core.clone();
        let mut turn = None;
        if let Ok(State::Beginning(_)) = self.state {
            turn = Some(core.keys().turn().await);
            self.begin_again();
        }
        if let Some(request) = self.next_http_request()? {
            match self.core.exchange(EndpointKind::Jwks, request).await {
                Ok(response) => self.read_http_response(response)?,
                Err(error) => self.got(Err(error))?,
            }
        }
        drop(turn);
        self.finish()
    }
}

fn step(jwt: Jwt, algorithm: SigningAlgorithm) -> Step {
    Step {
        key_id: jwt
            .header
            .get("kid")
            .and_then(Json::as_str)
            .map(str::to_owned),
        claims: jwt.claims,
        algorithm,
    }
}

impl IntoFuture for IdTokenVerification {
    type Output = Result<Json, Error>;
    type IntoFuture = StepsFuture<Json>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for IdTokenVerification {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdTokenVerification")
            .field("client", &self.core)
            .finish_non_exhaustive()
    }
}
