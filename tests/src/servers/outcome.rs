//! What a server makes of a request, as expectations say it and as errors show it.

use std::fmt::{self, Debug};
use std::str::FromStr;

use oauth_atlas::{EndpointKind, Error, ErrorCode, ErrorKind, HttpResponse};
use serde::de::{Deserialize, Deserializer, Error as _};

/// `accepted`, or a refusal: `400 invalid_grant`, `400 invalid_grant: its description`, `403` for a
/// page without a code, `403 as invalid_client` where the spec has a rule for such a page, and
/// `access_denied` for a callback, which has no status. `MissingIssuer` and
/// its like are callbacks that the client does not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    Refused(Refusal),
    /// The name of the problem.
    NotUsed(String),
}

/// A server's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// None in a callback.
    status: Option<u16>,
    code: Option<String>,
    description: Option<String>,
    /// The standard's code that it is by the spec, where it has none of its own.
    means: Option<String>,
}

impl Outcome {
    pub fn is_accepted(&self) -> bool {
        *self == Self::Accepted
    }

    /// Checks that this is what happened, at this endpoint.
    #[track_caller]
    pub fn check<T: Debug>(&self, endpoint: EndpointKind, result: Result<T, Error>) {
        match self {
            Self::Accepted => {
                result.expect("the server says yes");
            }
            Self::Refused(refusal) => {
                refusal.check(endpoint, result);
            }
            Self::NotUsed(name) => {
                let error = result.expect_err("the callback is not used");
                let ErrorKind::Callback(problem) = error.kind() else {
                    panic!("{error:?}")
                };
                assert_eq!(format!("{problem:?}"), *name, "{error:?}");
            }
        }
    }

    /// The same at the token endpoint.
    #[track_caller]
    pub fn check_token<T: Debug>(&self, result: Result<T, Error>) {
        self.check(EndpointKind::Token, result);
    }

    /// Checks that this is the answer to a call with an access token, whose challenge has the code
    /// (RFC 6750 §3).
    #[track_caller]
    pub fn check_api(&self, answer: &HttpResponse) {
        let refusal = match self {
            Self::Accepted => return assert!(answer.is_success(), "{answer:?}"),
            Self::Refused(refusal) => refusal,
            Self::NotUsed(problem) => panic!("{problem} is no answer to a call"),
        };
        assert_eq!(Some(answer.status()), refusal.status, "{answer:?}");
        let challenges = answer.challenges();
        let bearer = challenges.iter().find(|challenge| challenge.is_bearer());
        let code = bearer.expect("a challenge").error();
        assert_eq!(code, refusal.code.as_deref(), "{answer:?}");
    }
}

impl Refusal {
    /// A refusal that the browser brings.
    pub fn in_callback(code: &str) -> Self {
        Self {
            status: None,
            code: Some(code.to_owned()),
            description: None,
            means: None,
        }
    }

    pub fn status(&self) -> Option<u16> {
        self.status
    }

    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Checks where the server said no, with which code and with which status.
    #[track_caller]
    pub fn check<T: Debug>(&self, endpoint: EndpointKind, result: Result<T, Error>) -> Error {
        let error = result.expect_err("the server says no");
        let kind = match self.status {
            Some(500..) => ErrorKind::Server,
            _ => ErrorKind::Refused,
        };
        assert_eq!(error.kind(), kind, "{error:?}");
        assert_eq!(error.endpoint(), Some(endpoint), "{error:?}");
        assert_eq!(error.code_text(), self.code.as_deref(), "{error:?}");
        assert_eq!(error.status(), self.status, "{error:?}");
        if let Some(description) = &self.description {
            assert_eq!(error.description(), Some(&**description), "{error:?}");
        }
        if let Some(means) = &self.means {
            assert_eq!(error.code(), Some(ErrorCode::from(&**means)), "{error:?}");
        }
        if let Some(code) = error.code() {
            let needs_login = code == ErrorCode::InvalidGrant;
            assert_eq!(error.needs_login(), needs_login, "{error:?}");
        }
        assert!(!error.is_retryable(), "{error:?}");
        error
    }
}

impl FromStr for Outcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "accepted" {
            return Ok(Self::Accepted);
        }
        if text.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Ok(Self::NotUsed(text.to_owned()));
        }
        let (text, means) = match text.split_once(" as ") {
            Some((text, means)) => (text, Some(means.to_owned())),
            None => (text, None),
        };
        let (text, description) = match text.split_once(": ") {
            Some((text, description)) => (text, Some(description.to_owned())),
            None => (text, None),
        };
        let (status, code) = match text.split_once(' ') {
            Some((status, code)) => (Some(status), Some(code)),
            None if text.starts_with(|first: char| first.is_ascii_digit()) => (Some(text), None),
            None => (None, Some(text)),
        };
        let status = status.map(str::parse).transpose();
        let status = status.map_err(|_| format!("{text:?} is no outcome"))?;
        Ok(Self::Refused(Refusal {
            status,
            code: code.map(str::to_owned),
            description,
            means,
        }))
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// As the table of the README has it.
impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refusal = match self {
            Self::Accepted => return formatter.write_str("accepted"),
            Self::NotUsed(problem) => return formatter.write_str(problem),
            Self::Refused(refusal) => refusal,
        };
        match (refusal.status, &refusal.code) {
            (Some(status), Some(code)) => write!(formatter, "{status} {code}")?,
            (Some(status), None) => write!(formatter, "{status}")?,
            (None, code) => formatter.write_str(code.as_deref().unwrap_or_default())?,
        }
        match &refusal.means {
            Some(means) => write!(formatter, " as {means}"),
            None => Ok(()),
        }
    }
}
