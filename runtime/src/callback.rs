//! What the provider sends the user's browser back with (RFC 6749 §4.1.2).

use std::fmt;
use std::time::SystemTime;

use crate::error::{CallbackProblem, Details, EndpointKind, Error, ErrorKind};
use crate::pending::Pending;
use crate::pkce::constant_time_eq;
use crate::printable::printable;
use crate::provider::Provider;
use crate::secret::Secret;

/// Parameters that must not occur twice, as two readers could take different ones.
const UNREPEATABLE: [&str; 4] = ["state", "code", "error", "iss"];

/// The parameters of a callback, made from whatever a web framework has at hand: the whole URL,
/// path and query, the query alone, or the body of a form post.
///
/// ```
/// use oauth_atlas_runtime::Callback;
///
/// let callback = Callback::from("/callback?code=abc&state=xyz&realmId=42");
/// assert_eq!(callback.get("realmId"), Some("42"));
/// ```
///
/// `Debug` shows the names of the parameters.
#[derive(Clone)]
pub struct Callback(Vec<(String, Secret)>);

impl Callback {
    /// Takes parameters that are decoded already.
    pub fn from_pairs<Name: Into<String>, Value: Into<String>>(
        pairs: impl IntoIterator<Item = (Name, Value)>,
    ) -> Self {
        let secret = |(name, value): (Name, Value)| (name.into(), Secret::from(value.into()));
        Self(pairs.into_iter().map(secret).collect())
    }

    /// The first parameter of this name, decoded: for what a provider sends beside the standard's
    /// parameters.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.expose())
    }

    fn parse(text: &str) -> Self {
        let text = text.trim();
        let query = match text.find(['?', '=', '&', '#']) {
            Some(start) if text[start..].starts_with('?') => &text[start + 1..],
            _ => text,
        };
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        Self::from_pairs(form_urlencoded::parse(query.as_bytes()))
    }

    /// The parameter, which counts as left out if it is empty (RFC 6749 §3.1).
    fn value(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Checks that this is the answer to `pending`, and takes the code out.
    pub(crate) fn check(
        self,
        provider: &'static Provider,
        pending: &Pending,
        now: SystemTime,
    ) -> Result<Secret, Error> {
        match self.problem(provider, pending, now) {
            Some(problem) => return Err(Error::callback(provider, problem)),
            None if self.value("error").is_some() => return Err(self.refusal(provider, pending)),
            None => {}
        }
        let code = self
            .0
            .into_iter()
            .find(|(name, value)| name == "code" && !value.expose().is_empty());
        match code {
            Some((_, code)) => Ok(code),
            None => Err(Error::callback(provider, CallbackProblem::MissingCode)),
        }
    }

    fn problem(
        &self,
        provider: &'static Provider,
        pending: &Pending,
        now: SystemTime,
    ) -> Option<CallbackProblem> {
        if pending.provider != provider.id {
            return Some(CallbackProblem::OtherProvider);
        }
        if pending.is_expired_at(now) {
            return Some(CallbackProblem::Expired);
        }
        if self.value("response").is_some() {
            return Some(CallbackProblem::UnexpectedResponse);
        }
        if UNREPEATABLE.iter().any(|name| self.is_repeated(name)) {
            return Some(CallbackProblem::RepeatedParameter);
        }
        match self.value("state") {
            None => return Some(CallbackProblem::MissingState),
            Some(state)
                if !constant_time_eq(state.as_bytes(), pending.state.expose().as_bytes()) =>
            {
                return Some(CallbackProblem::WrongState);
            }
            Some(_) => {}
        }
        match (self.value("iss"), provider.issuer) {
            (None, _) if provider.issuer_in_callback => Some(CallbackProblem::MissingIssuer),
            // RFC 9207 §2.4 asks for a simple string comparison, which no URL is normalized for.
            (Some(issuer), Some(expected)) if issuer != expected => {
                Some(CallbackProblem::WrongIssuer)
            }
            _ => None,
        }
    }

    fn is_repeated(&self, name: &str) -> bool {
        self.0
            .iter()
            .filter(|(other, _)| other == name)
            .nth(1)
            .is_some()
    }

    fn refusal(&self, provider: &'static Provider, pending: &Pending) -> Error {
        let verifier = pending.code_verifier.as_ref().map_or("", Secret::expose);
        let secrets = [pending.state.expose(), verifier];
        let text = |name| self.value(name).map(|value| printable(value, &secrets));
        let mut details =
            Details::new(provider, ErrorKind::Refused).endpoint(EndpointKind::Authorization);
        details.code = text("error");
        details.description = text("error_description");
        details.uri = text("error_uri");
        details.into()
    }
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
        Self::parse(&text)
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
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::error_code::ErrorCode;
    use crate::fixtures::{ACME, ODD};

    fn pending(provider: &str) -> Pending {
        Pending {
            provider: provider.to_owned(),
            state: "xyz".into(),
            code_verifier: None,
            redirect_uri: None,
            scope: None,
            created_at: 1_700_000_000,
        }
    }

    fn checked_by(provider: &'static Provider, callback: &str) -> Result<String, Error> {
        let now = UNIX_EPOCH + Duration::from_secs(1_700_000_060);
        let code = Callback::from(callback).check(provider, &pending(provider.id), now)?;
        Ok(code.expose().to_owned())
    }

    fn problem(provider: &'static Provider, callback: &str) -> CallbackProblem {
        match checked_by(provider, callback).unwrap_err().kind() {
            ErrorKind::Callback(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_form_of_callback_is_read() {
        for text in [
            "https://app.example/cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
            "https://app.example/cb?tenant=1&code=a%2Bb%2Fc%3D%3D&state=xyz#_=_",
            "/cb?code=a%2Bb%2Fc%3D%3D&state=xyz\n",
            "?code=a%2Bb%2Fc%3D%3D&state=xyz",
            "code=a%2Bb%2Fc%3D%3D&state=xyz",
            "state=xyz&x=/?y=&code=a%2Bb%2Fc%3D%3D",
        ] {
            assert_eq!(checked_by(&ACME, text).unwrap(), "a+b/c==", "{text}");
        }
        let pairs = Callback::from_pairs([("code", "a+b/c=="), ("state", "xyz")]);
        assert_eq!(pairs.get("code"), Some("a+b/c=="));
    }

    #[test]
    fn odd_texts_are_callbacks_without_a_state() {
        for text in [
            "",
            "?",
            "#",
            "https://app.example/cb",
            "https://app.example/cb#code=a&state=xyz",
            "&&=&%",
            "ä",
        ] {
            assert_eq!(
                problem(&ACME, text),
                CallbackProblem::MissingState,
                "{text}"
            );
        }
    }

    #[test]
    fn b03_b04_b18_what_is_missing_is_named() {
        assert_eq!(problem(&ACME, "code=a"), CallbackProblem::MissingState);
        assert_eq!(
            problem(&ACME, "code=a&state="),
            CallbackProblem::MissingState
        );
        assert_eq!(
            problem(&ACME, "code=a&state=xyZ"),
            CallbackProblem::WrongState
        );
        assert_eq!(
            problem(&ACME, "error=access_denied&state=other"),
            CallbackProblem::WrongState
        );
        assert_eq!(problem(&ACME, "state=xyz"), CallbackProblem::MissingCode);
        assert_eq!(
            problem(&ACME, "code=&state=xyz"),
            CallbackProblem::MissingCode
        );
        assert_eq!(
            problem(&ACME, "response=eyJ0eXAi"),
            CallbackProblem::UnexpectedResponse
        );
    }

    #[test]
    fn repeated_parameters_are_refused() {
        for text in [
            "state=xyz&state=xyz&code=a",
            "state=xyz&code=a&code=b",
            "state=xyz&error=a&error=b",
        ] {
            assert_eq!(
                problem(&ACME, text),
                CallbackProblem::RepeatedParameter,
                "{text}"
            );
        }
        assert!(checked_by(&ACME, "state=xyz&code=a&scope=a&scope=b").is_ok());
    }

    #[test]
    fn b05_b06_an_error_is_a_refusal() {
        let error = checked_by(
            &ACME,
            "/cb?error=invalid_scope&error_description=Invalid+scope%3A+%22x%22&error_uri=https%3A%2F%2Fd.example%2Fe&state=xyz",
        )
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
        assert_eq!(error.description(), Some("Invalid scope: \"x\""));
        assert_eq!(error.error_uri(), Some("https://d.example/e"));
        assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));
        let denied = checked_by(&ACME, "error=access_denied&state=xyz").unwrap_err();
        assert_eq!(denied.code(), Some(ErrorCode::AccessDenied));
        assert!(!denied.needs_login() && !denied.is_retryable());
    }

    #[test]
    fn b09_b11_b12_b13_b20_the_issuer_is_compared_as_text() {
        let right = "code=a&state=xyz&iss=https%3A%2F%2Fodd.example";
        assert_eq!(checked_by(&ODD, right).unwrap(), "a");
        assert_eq!(
            problem(&ODD, "code=a&state=xyz"),
            CallbackProblem::MissingIssuer
        );
        for wrong in [
            "https%3A%2F%2Fodd.example%2F",
            "https%253A%252F%252Fodd.example",
            "https://attacker.example",
        ] {
            assert_eq!(
                problem(&ODD, &format!("code=a&state=xyz&iss={wrong}")),
                CallbackProblem::WrongIssuer
            );
            assert_eq!(
                problem(&ODD, &format!("error=access_denied&state=xyz&iss={wrong}")),
                CallbackProblem::WrongIssuer
            );
        }
        assert!(checked_by(&ACME, "code=a&state=xyz&iss=https%3A%2F%2Fanybody.example").is_ok());
    }

    #[test]
    fn the_login_has_to_be_this_providers_and_young() {
        let callback = || Callback::from("code=a&state=xyz");
        let late = UNIX_EPOCH + Duration::from_secs(1_700_003_601);
        let kind = |result: Result<Secret, Error>| result.unwrap_err().kind();
        assert_eq!(
            kind(callback().check(&ACME, &pending("acme"), late)),
            ErrorKind::Callback(CallbackProblem::Expired)
        );
        assert_eq!(
            kind(callback().check(&ACME, &pending("odd"), UNIX_EPOCH)),
            ErrorKind::Callback(CallbackProblem::OtherProvider)
        );
    }

    #[test]
    fn b17_other_parameters_stay_available() {
        let callback = Callback::from("code=a&state=xyz&session_state=s&realmId=9130");
        assert_eq!(callback.get("realmId"), Some("9130"));
        assert_eq!(callback.get("nothing"), None);
    }

    #[test]
    fn o01_debug_shows_names() {
        assert_eq!(
            format!("{:?}", Callback::from("code=canary&state=canary")),
            r#"Callback ["code", "state"]"#
        );
    }
}
