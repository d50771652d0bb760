//! What tokens are for, as requests name it (RFC 8707).

use ::url::Url;

use crate::error::Error;
use crate::provider::{Provider, ResourceStatus};

/// The parameter that names it. It may be sent several times.
pub(crate) const RESOURCE: &str = "resource";

/// Checks resources by what is known of the provider. Where nothing is, they are the caller's matter.
pub(crate) fn check<'v>(
    provider: &'static Provider,
    mut resources: impl Iterator<Item = &'v str>,
) -> Result<(), Error> {
    let error = |message: &'static str| Err(Error::configuration(provider, message));
    match provider.resource {
        None => Ok(()),
        Some(ResourceStatus::Refused) => match resources.next() {
            Some(_) => error("this provider refuses requests that name a resource"),
            None => Ok(()),
        },
        Some(ResourceStatus::Supported) => match resources.all(is_resource) {
            true => Ok(()),
            false => error("a resource is an absolute URI without a fragment (RFC 8707 §2)"),
        },
    }
}

fn is_resource(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    text.bytes().all(is_plain) && Url::parse(text).is_ok()
}
