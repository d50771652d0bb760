//! Error codes, and what the provider means by them.

use std::borrow::Cow;

use crate::provider::{ErrorRule, Provider, RefusalRule};
use crate::response::members;
use crate::text::json::Json;
use crate::text::member_path;

/// The error code among the members of a response.
pub(crate) fn code<'m>(
    rule: Option<&ErrorRule>,
    members: &'m [(String, Json)],
) -> Option<Cow<'m, str>> {
    rule.and_then(|rule| member_path::text(member_path::find(members, rule.code)?))
        .or_else(|| members::text(members, "error").map(Cow::Borrowed))
}

/// The rule for a response to this operation. A callback has no status, and some errors have no code.
pub(crate) fn meaning(
    provider: &'static Provider,
    operation: &str,
    status: Option<u16>,
    code: Option<&str>,
) -> Option<&'static RefusalRule> {
    let status = status.map(u64::from);
    let fits = |rule: &&RefusalRule| {
        let is_meant = rule.operations.is_empty() || rule.operations.contains(&operation);
        let has_status = rule.status.is_none() || rule.status == status;
        let has_code = match code {
            Some(code) => rule.codes.contains(&code),
            None => rule.codes.is_empty(),
        };
        is_meant && has_status && (has_code || rule.any_code)
    };
    provider.refusals.iter().find(fits)
}

#[cfg(test)]
pub(super) mod tests;
