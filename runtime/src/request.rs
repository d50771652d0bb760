//! Requests to the endpoints that a client calls itself.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method};

use crate::core::Core;
use crate::error::{EndpointKind, Error};
use crate::http::HttpRequest;
use crate::parameters::{Parameters, content_type};
use crate::provider::{ClientAuth, Encoding, Endpoint, ResponseFormat};

/// What only the library may send, even where it does not: a second secret beside the header's
/// (RFC 6749 §2.3), a verifier in another request than its own (RFC 7636 §4.5), and what has a
/// method of its own.
const RESERVED: [&str; 4] = ["grant_type", "scope", "client_secret", "code_verifier"];

/// A POST with these parameters, then the client's authentication, then the caller's own
/// parameters.
pub(crate) fn post<'a>(
    core: &'a Core,
    endpoint: EndpointKind,
    mut parameters: Parameters<'a>,
    extra: &'a [(String, String)],
) -> Result<HttpRequest, Error> {
    let url = core.url(endpoint)?.clone();
    let described = described(core, endpoint);
    let method = client_auth(core, described)?;
    let credentials = &core.settings().credentials;
    let authorization = credentials.apply(
        method,
        core.provider(),
        core.basic_headers(),
        &mut parameters,
    )?;
    if let Some(described) = described {
        parameters.leave_out(described.omit);
    }
    let encoding = encoding(core, endpoint, described);
    add_extra(core, encoding, &mut parameters, extra)?;

    let mut request = HttpRequest::new(Method::POST, url).with_body(parameters.encode(encoding));
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, content_type(encoding));
    let format = core.provider().token_response.format;
    if !gives_tokens(endpoint) || format == ResponseFormat::Json {
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    }
    if let Some(authorization) = authorization {
        headers.insert(AUTHORIZATION, authorization);
    }
    Ok(request)
}

fn described(core: &Core, endpoint: EndpointKind) -> Option<&'static Endpoint> {
    let provider = core.provider();
    match endpoint {
        EndpointKind::Token => provider.token.as_ref(),
        EndpointKind::Refresh => provider.refresh.as_ref(),
        EndpointKind::Revocation => provider.revocation.as_ref(),
        EndpointKind::Introspection => provider.introspection.as_ref(),
        EndpointKind::Authorization | EndpointKind::UserInfo | EndpointKind::Api => None,
    }
}

fn client_auth(core: &Core, endpoint: Option<&'static Endpoint>) -> Result<ClientAuth, Error> {
    let provider = core.provider();
    let (client_type, name) = match core.client_secret() {
        Some(_) => (&provider.confidential, "confidential"),
        None => (&provider.public, "public"),
    };
    endpoint
        .and_then(|endpoint| endpoint.auth)
        .or(core.settings().client_auth)
        .or_else(|| client_type.as_ref()?.auth.first().copied())
        .ok_or_else(|| Error::configuration(provider, format!("there are no {name} clients")))
}

fn encoding(core: &Core, endpoint: EndpointKind, described: Option<&'static Endpoint>) -> Encoding {
    let accepted = described.map_or(&[] as &[_], |endpoint| endpoint.encodings);
    let chosen = core.settings().encoding.filter(|chosen| match endpoint {
        EndpointKind::Token => true,
        // The choice was made among the token endpoint's encodings.
        EndpointKind::Refresh => accepted.contains(chosen),
        _ => false,
    });
    chosen
        .or(accepted.first().copied())
        .unwrap_or(Encoding::Form)
}

fn gives_tokens(endpoint: EndpointKind) -> bool {
    matches!(endpoint, EndpointKind::Token | EndpointKind::Refresh)
}

fn add_extra<'a>(
    core: &Core,
    encoding: Encoding,
    parameters: &mut Parameters<'a>,
    extra: &'a [(String, String)],
) -> Result<(), Error> {
    let misplaced = extra
        .iter()
        .find(|(name, _)| RESERVED.contains(&name.as_str()) || parameters.contains(name));
    if let Some((name, _)) = misplaced {
        let message = format!("the parameter {name:?} is not for `param` to set");
        return Err(Error::configuration(core.provider(), message));
    }
    for (name, value) in extra {
        // A form may have a name twice, as `resource` of RFC 8707 §2; an object may not.
        if encoding == Encoding::Json && parameters.contains(name) {
            let message = format!("the parameter {name:?} is set twice");
            return Err(Error::configuration(core.provider(), message));
        }
        parameters.push(name, value);
    }
    Ok(())
}
