//! Calls with tokens that are bound to a key (DPoP, RFC 9449).

use http::header::AUTHORIZATION;

use crate::client::handle::Core;
use crate::client::nonces::brought_by;
use crate::error::{EndpointKind, Error};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::operation::api::{Access, Call, Target, api_url};
use crate::request::dpop;
use crate::request::draft::Destination;
use crate::text::secret::SecretBytes;

impl Call {
    /// Keeps the nonce that a response brings for the next call, and tells whether it is another than
    /// before (RFC 9449 §9).
    pub(crate) fn keep_nonce(&self, core: &Core, access: &Access, response: &HttpResponse) -> bool {
        let is_bound = access.dpop_key.is_some();
        let nonce = is_bound.then(|| brought_by(response.headers())).flatten();
        let Some(nonce) = nonce else {
            return false;
        };
        let variables = access.variables();
        let url = variables.and_then(|variables| match &self.target {
            Target::UserInfo => Destination::Endpoint(EndpointKind::UserInfo).url(core, variables),
            Target::User(endpoint) => Destination::User(endpoint).url(core, variables),
            Target::Api(target) => api_url(core, target, access),
        });
        url.is_ok_and(|url| core.nonces().keep(&url, true, nonce))
    }

    /// Whether a response refuses the call for lack of the nonce that it brings.
    pub(crate) fn lacks_nonce(
        &self,
        core: &Core,
        access: &Access,
        response: &HttpResponse,
    ) -> bool {
        response.is_unauthorized()
            && self.keep_nonce(core, access, response)
            && dpop::asks_for_nonce(response)
    }
}

/// Sends the token as one that is bound to a key (RFC 9449 §7.1), if it is.
pub(super) fn bind(core: &Core, access: &Access, request: &mut HttpRequest) -> Result<(), Error> {
    let header = core.provider().api.header;
    let Some(key) = &access.dpop_key else {
        return Ok(());
    };
    if !core.provider().api.query.is_empty() {
        let message = "the tokens are bound to a key (DPoP), and this API takes them in the query";
        return Err(Error::configuration(core.provider(), message));
    }
    // An endpoint whose requests are authorized otherwise takes none.
    if request.headers_mut().remove(header).is_none() {
        return Ok(());
    }
    let value = SecretBytes::header_of(&["DPoP ", access.token.expose()]);
    let value = value.map_err(|_| {
        let message = "the access token has a character that is not allowed in a header";
        Error::configuration(core.provider(), message)
    })?;
    request.headers_mut().insert(AUTHORIZATION, value);
    dpop::prove(core, key, request, Some(&access.token))
}

#[cfg(test)]
mod tests;
