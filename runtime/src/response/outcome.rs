//! Success or error: what the status of a response and its members indicate.

use crate::error::ErrorKind;
use crate::provider::ErrorRule;
use crate::text::json::Json;
use crate::text::member_path;

/// In [`ErrorRule::success`], the word for a success without the member.
const ABSENT: &str = "absent";

/// What the members indicate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Error,
    /// Neither.
    Unknown,
}

impl Outcome {
    /// Reads the member that indicates success or an error, if the provider has one.
    pub(crate) fn of(rule: Option<&ErrorRule>, members: &[(String, Json)]) -> Self {
        let Some(rule) = rule else {
            return Self::Unknown;
        };
        let member = member_path::find(members, rule.member);
        let may_be_absent = rule.success.contains(&ABSENT);
        let Some(member) = member.filter(|value| !may_be_absent || !value.is_absent()) else {
            return match may_be_absent {
                true => Self::Success,
                false => Self::Unknown,
            };
        };
        let found = member_path::text(member);
        // Servers and specs put numbers and booleans in quotes or do not.
        let is_found = |expected: &&str| {
            let value = Json::parse(expected.as_bytes());
            let value = value.as_ref().ok().and_then(member_path::text);
            found.as_deref() == Some(value.as_deref().unwrap_or(expected))
        };
        match rule.success.iter().any(is_found) {
            true => Self::Success,
            false => Self::Error,
        }
    }
}

/// Whether a success has an `error` all the same, as some servers send it.
pub(crate) fn has_error(members: &[(String, Json)]) -> bool {
    member_path::find_name(members, "error").is_some_and(|value| !value.is_absent())
}

/// The kind of an error response.
///
/// The status decides first: 408, 425, 429 and 500 to 599 can be retried, whatever the code. An error
/// code is a refusal, and so is a bare 401 or 403, what the provider's own member indicates, and any
/// other 4xx for a refresh. Anything else, such as a redirect, does not come from an OAuth endpoint.
pub(crate) fn kind(status: u16, is_error: bool, is_refresh: bool) -> ErrorKind {
    match status {
        429 => ErrorKind::RateLimited,
        408 | 425 | 500..=599 => ErrorKind::Server,
        401 | 403 => ErrorKind::Refused,
        400..=499 if is_refresh => ErrorKind::Refused,
        _ if is_error => ErrorKind::Refused,
        _ => ErrorKind::Response,
    }
}
