//! What answers mean that do not say so in the standard's words.

use oauth_atlas_description::RefusalRule;

use crate::decode::{Place, Reader, Spanned};
use crate::language::words::alternatives;
use crate::spec::{ANY, Refusal, Spec};

/// Codes of RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8628 §3.5 and OpenID
/// Connect Core §3.1.2.6, by which the client decides.
const MEANINGS: [&str; 19] = [
    "access_denied",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "insufficient_scope",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "login_required",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_token_type",
];

/// The operation whose answer is a callback, which has no status.
const AUTHORIZATION: &str = "authorization";

const REVOCATION: &str = "revocation";

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let operations = spec.operations();
    for (index, rule) in spec.refusals.0.iter().enumerate() {
        let Spanned { value: rule, at } = rule;
        for name in operations_of(rule) {
            if !operations.contains(&name.value.as_str()) {
                reader.unknown(name.place(), "operation", &name.value, &operations);
            }
        }
        if rule.status.is_absent() && rule.code.is_absent() {
            reader.mistake_with_help(
                Place::At(*at),
                "nothing says which answers this is for",
                "write their `status`, their `code`, or both",
            );
        }
        meaning(rule, reader);
        any_code(rule, reader);
        if let (Some(status), [only]) = (rule.status.given(), operations_of(rule))
            && only.value == AUTHORIZATION
        {
            reader.explain(
                "a callback has no status",
                &[
                    (status.place(), "this status"),
                    (only.place(), "comes as a callback"),
                ],
                Some("leave `status` out".to_owned()),
            );
        }
        let mut earlier = spec.refusals.0[..index].iter();
        if let Some(first) = earlier.find(|first| covers(&first.value, rule)) {
            reader.explain(
                "no answer is left for this rule",
                &[
                    (Place::At(*at), "this one"),
                    (Place::At(first.at), "fits all of them before"),
                ],
                Some("put the narrower rule first, or leave one out".to_owned()),
            );
        }
    }
}

fn meaning(rule: &Refusal, reader: &mut Reader) {
    let means = &rule.means;
    if means.value == RefusalRule::SUCCESS {
        if !matches!(operations_of(rule), [only] if only.value == REVOCATION) {
            reader.mistake_with_help(
                means.place(),
                "only a revocation can be done already",
                "write `operation: revocation` beside it, or the error that it is",
            );
        }
    } else if !MEANINGS.contains(&means.value.as_str()) {
        reader.unknown(
            means.place(),
            "standard error code",
            &means.value,
            &MEANINGS,
        );
    }
}

fn any_code(rule: &Refusal, reader: &mut Reader) {
    let [first, rest @ ..] = codes_of(rule) else {
        return;
    };
    let any = std::iter::once(first)
        .chain(rest)
        .find(|code| code.value == ANY);
    let Some(any) = any else {
        return;
    };
    if !rest.is_empty() {
        reader.mistake_with_help(
            any.place(),
            "`any` leaves no code out",
            format!(
                "write `code: any`, or the codes alone: {}",
                alternatives(&others(rule))
            ),
        );
    } else if rule.status.is_absent() {
        reader.mistake_with_help(
            any.place(),
            "every answer without success would mean the same",
            "write the `status` as well, or the codes that mean it",
        );
    }
}

fn others(rule: &Refusal) -> Vec<&str> {
    let codes = codes_of(rule).iter().map(|code| code.value.as_str());
    codes.filter(|code| *code != ANY).collect()
}

/// Whether whatever the second rule fits is fitted by the first. A rule with a mistake of its own
/// will be another one.
fn covers(first: &Refusal, second: &Refusal) -> bool {
    let is_any = |rule: &Refusal| codes_of(rule).iter().any(|code| code.value == ANY);
    let is_sound = |rule: &Refusal| match rule.status.given() {
        Some(_) => !is_any(rule) || codes_of(rule).len() == 1,
        None => !is_any(rule) && !rule.code.is_absent(),
    };
    let has = |all: &[Spanned<String>], one: &Spanned<String>| {
        all.iter().any(|other| other.value == one.value)
    };
    let (of_first, of_second) = (operations_of(first), operations_of(second));
    let operations = of_first.is_empty()
        || !of_second.is_empty() && of_second.iter().all(|one| has(of_first, one));
    let status = |rule: &Refusal| rule.status.given().map(|status| status.value);
    let statuses = first.status.is_absent() || status(first) == status(second);
    let (of_first, of_second) = (codes_of(first), codes_of(second));
    let codes = is_any(first)
        || of_first.is_empty() == of_second.is_empty()
            && of_second.iter().all(|one| has(of_first, one));
    operations && statuses && codes && is_sound(first) && is_sound(second)
}

fn operations_of(rule: &Refusal) -> &[Spanned<String>] {
    rule.operation.given().map_or(&[], |many| &many.0)
}

fn codes_of(rule: &Refusal) -> &[Spanned<String>] {
    rule.code.given().map_or(&[], |many| &many.0)
}
