//! The callback: the request with which the user's browser returns (RFC 6749 §4.1.2).

use std::fmt;

use crate::error::{CallbackProblem, Details, EndpointKind, Error, ErrorKind};
use crate::kept::pending::Pending;
use crate::provider::{CallbackSignature, CaptureFrom, Provider};
use crate::response::captures;
use crate::response::meaning::meaning;
use crate::text::form;
use crate::text::json::Json;
use crate::text::printable::printable;
use crate::text::secret::Secret;
use crate::text::secret::constant_time_eq;

mod signature;

/// The parameters of a callback. It is made from whatever your web framework provides: the whole
/// URL, path and query, the query alone, or the body of a form post.
///
/// Text that starts with a scheme or `/` is a URL or path; its query starts after the first `?`.
/// Other text is a URL if it has a `?` before the first `=` or `&`, and a query otherwise. A
/// `String` is overwritten after use.
///
/// ```
/// use oauth_atlas_runtime::Callback;
///
/// let callback = Callback::from("/callback?code=abc&state=xyz&realmId=42");
/// assert_eq!(callback.get("realmId"), Some("42"));
/// ```
///
/// `Debug` shows only the names of the parameters.
#[derive(Clone)]
pub struct Callback(Vec<(String, Secret)>);

/// What is known of the server that answers, beside its description.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// Its issuer identifier, spelt out.
    pub(crate) issuer: Option<&'a str>,
    /// Whether it has told that every callback names it (RFC 9207 §3).
    pub(crate) names_issuer: bool,
    /// The secret that it signs with.
    pub(crate) client_secret: Option<&'a Secret>,
}

/// What an accepted callback brings.
pub(crate) struct Accepted {
    pub(crate) code: Secret,
    /// Values that are kept with the tokens, by the captures' names.
    pub(crate) captured: Vec<(String, Json)>,
}

impl Callback {
    /// Creates a callback from decoded parameters.
    pub fn from_pairs<Name: Into<String>, Value: Into<String>>(
        pairs: impl IntoIterator<Item = (Name, Value)>,
    ) -> Self {
        let secret = |(name, value): (Name, Value)| (name.into(), Secret::from(value.into()));
        Self(pairs.into_iter().map(secret).collect())
    }

    /// The first parameter of this name, decoded, for parameters beyond the standard ones.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.expose())
    }

    /// The `state`, by which a program with several logins finds the [`Pending`](crate::Pending).
    /// The callback has not been checked yet. If the provider uses another name, read it with
    /// [`Callback::get`].
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.value("state")
    }

    fn parse(text: &str) -> Self {
        Self(form::pairs(query(text.trim()).as_bytes()).collect())
    }

    /// The parameter, which counts as left out if it is empty (RFC 6749 §3.1).
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Checks that this is the answer to `pending`, which has been checked, and takes out what it
    /// brings.
    pub(crate) fn check(
        mut self,
        provider: &'static Provider,
        known: Known,
        pending: &Pending,
    ) -> Result<Accepted, Error> {
        self.verify(provider, known, pending)?;
        let name = provider.callback.code;
        let is_code =
            |(other, value): &(String, Secret)| other == name && !value.expose().is_empty();
        let Some(index) = self.0.iter().position(is_code) else {
            let problem = CallbackProblem::MissingCode;
            return Err(match name {
                "code" => Error::callback(provider, problem),
                renamed => Error::callback_parameter(provider, problem, renamed),
            });
        };
        let captured = captures::of_callback(provider, |name| self.value(name))?;
        let (_, code) = self.0.swap_remove(index);
        Ok(Accepted { code, captured })
    }

    /// Checks the same of a callback that needs no code, and takes out what is kept of it.
    pub(crate) fn check_without_code(
        &self,
        provider: &'static Provider,
        known: Known,
        pending: &Pending,
    ) -> Result<Vec<(String, Json)>, Error> {
        self.verify(provider, known, pending)?;
        captures::of_callback(provider, |name| self.value(name))
    }

    fn verify(
        &self,
        provider: &'static Provider,
        known: Known,
        pending: &Pending,
    ) -> Result<(), Error> {
        if let Some(problem) = self.problem(provider, known, pending) {
            return Err(Error::callback(provider, problem));
        }
        // Nothing of an error is used, so it needs no signature. Where its parameter has another
        // name here, some providers send the standard's too.
        if let Some(code) = self
            .value(provider.callback.error)
            .or_else(|| self.value("error"))
        {
            return Err(self.refusal(provider, pending, code));
        }
        self.check_signature(provider, known.client_secret)
    }

    fn problem(
        &self,
        provider: &'static Provider,
        known: Known,
        pending: &Pending,
    ) -> Option<CallbackProblem> {
        if self.value("response").is_some() {
            return Some(CallbackProblem::UnexpectedResponse);
        }
        if self.has_repeated(provider) {
            return Some(CallbackProblem::RepeatedParameter);
        }
        match self.value(provider.callback.state) {
            None => return Some(CallbackProblem::MissingState),
            Some(state)
                if !constant_time_eq(state.as_bytes(), pending.state.expose().as_bytes()) =>
            {
                return Some(CallbackProblem::WrongState);
            }
            Some(_) => {}
        }
        let names_issuer =
            known.names_issuer || provider.authorization_response_iss_parameter_supported;
        match (self.value("iss"), known.issuer) {
            (None, _) if names_issuer => Some(CallbackProblem::MissingIssuer),
            // RFC 9207 §2.4 asks for a simple string comparison, which no URL is normalized for.
            (Some(issuer), Some(expected)) if issuer != expected => {
                Some(CallbackProblem::WrongIssuer)
            }
            _ => None,
        }
    }

    /// Whether a parameter that is used occurs twice: two readers could take different ones.
    fn has_repeated(&self, provider: &'static Provider) -> bool {
        let rules = &provider.callback;
        let captures = provider.captures.iter();
        let captured = captures
            .filter(|capture| capture.from == CaptureFrom::Callback)
            .map(|capture| capture.path);
        let signature = rules.signature.map(|_| signature::PARAMETER);
        [rules.state, "iss", "error", rules.code, rules.error]
            .into_iter()
            .chain(signature)
            .chain(captured)
            .any(|name| self.is_repeated(name))
    }

    fn is_repeated(&self, name: &str) -> bool {
        self.0
            .iter()
            .filter(|(other, _)| other == name)
            .nth(1)
            .is_some()
    }

    fn check_signature(
        &self,
        provider: &'static Provider,
        client_secret: Option<&Secret>,
    ) -> Result<(), Error> {
        let is_right = match (provider.callback.signature, client_secret) {
            (None, _) => true,
            (Some(CallbackSignature::HmacSha256Hex), Some(secret)) => {
                signature::is_right(&self.0, secret)
            }
            (Some(_), None) => {
                return Err(Error::configuration(
                    provider,
                    "the callback is signed with the client's secret, and there is none",
                ));
            }
        };
        if is_right {
            Ok(())
        } else {
            Err(Error::callback(provider, CallbackProblem::WrongSignature))
        }
    }

    fn refusal(&self, provider: &'static Provider, pending: &Pending, code: &str) -> Error {
        let rules = &provider.callback;
        let verifier = pending.code_verifier.as_ref().map_or("", Secret::expose);
        // A code beside an error is not used, and may be good all the same.
        let unused = self.value(rules.code).unwrap_or_default();
        let secrets = [pending.state.expose(), verifier, unused];
        let text = |name| self.value(name).map(|value| printable(value, &secrets));
        let mut details =
            Details::new(provider, ErrorKind::Refused).endpoint(EndpointKind::Authorization);
        details.standard_code = meaning(
            provider,
            EndpointKind::Authorization.word(),
            None,
            Some(code),
        )
        .map(|rule| rule.means);
        details.code = Some(printable(code, &secrets));
        details.description = text(rules.error_description).or_else(|| text("error_description"));
        details.uri = text("error_uri");
        details.into()
    }
}

/// The query of a URL or of a path, or a text that is a query itself.
fn query(text: &str) -> &str {
    let text = text.split_once('#').map_or(text, |(text, _)| text);
    let is_url = text.starts_with('/') || has_scheme(text);
    match text.split_once('?') {
        Some((before, query)) if is_url || !before.contains(['=', '&']) => query,
        None if is_url => "",
        _ => text,
    }
}

/// Whether a text begins with the scheme of a URL (RFC 3986 §3.1). An application's own may be
/// followed by anything (RFC 8252 §7.1).
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
    })
}

impl From<&str> for Callback {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}

impl From<&String> for Callback {
    fn from(text: &String) -> Self {
        Self::parse(text)
    }
}

impl From<String> for Callback {
    fn from(text: String) -> Self {
        Self::parse(Secret::new(text).expose())
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        formatter.write_str("Callback ")?;
        formatter.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests;
