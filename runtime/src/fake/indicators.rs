//! Resource indicators (RFC 8707), as a provider checks them.

use ::url::Url;

use crate::fake::description::{Description, ResourceStatus};
use crate::fake::refusal::Refusal;
use crate::fake::request::Parameters;

/// The most resources that one request names.
const MOST: usize = 100;

/// What a request says that the tokens are for. What was named before limits what may be named now
/// (RFC 8707 §2.2).
pub(super) fn named(
    description: &Description,
    parameters: &Parameters<'_>,
    before: &[String],
) -> Result<Vec<String>, Refusal> {
    let pairs = parameters.pairs.iter();
    let named = pairs.filter(|(name, value)| name == "resource" && !value.is_empty());
    let named: Vec<_> = named.take(MOST).map(|(_, uri)| uri.clone()).collect();
    match description.resource {
        None => return Ok(Vec::new()),
        Some(ResourceStatus::Refused) if !named.is_empty() => {
            return Err(Refusal::request("`resource` is not taken here"));
        }
        Some(ResourceStatus::Refused | ResourceStatus::Supported) => {}
    }
    let is_absolute = |uri: &String| Url::parse(uri).is_ok_and(|url| url.fragment().is_none());
    if !named.iter().all(is_absolute) {
        return Err(target("`resource` is no absolute URI without a fragment"));
    }
    if !before.is_empty() && named.iter().any(|uri| !before.contains(uri)) {
        return Err(target("`resource` is beyond what the login named"));
    }
    Ok(named)
}

fn target(reason: &str) -> Refusal {
    Refusal::new("invalid_target", reason)
}
