//! The JWT by which a client proves who it is.

use crate::client::assertion;
use crate::client::handle::Core;
use crate::client::signing::{Purpose, Signing, now};
use crate::error::{EndpointKind, Error};
use crate::provider::{Assertion, Authentication, Proof, Template};
use crate::request::draft::{Destination, Draft};
use crate::text::json::Json;
use crate::text::secret::Secret;

/// The JWT that a method sends, made for this request; nothing where the method sends none, or one
/// that the caller has signed.
///
/// # Errors
///
/// If the client does not have what the method takes, and those of
/// [`Signing::jwt`](crate::client::signing::Signing::jwt).
pub(super) fn proof(
    core: &Core,
    auth: &'static Authentication,
    request: &Draft<'_>,
    signing: &Signing,
) -> Result<Option<Secret>, Error> {
    let provider = core.provider();
    let Some(credential) = core.credential() else {
        return Ok(None);
    };
    let client = provider.confidential.as_ref();
    let assertion = client.and_then(|client| client.assertion);
    let wrong = |message: &'static str| Err(Error::configuration(provider, message));
    let (destination, filler) = (request.destination, core.filler(request.variables));
    match (auth.proof, &credential.signer, &credential.secret) {
        (Proof::Signature, Some(signer), _) => {
            let draft = draft(core, destination, assertion)?;
            signing
                .jwt(Purpose::Client, &draft, signer, &filler)
                .map(Some)
        }
        (Proof::Signature, None, None) => wrong(
            "this client authentication method requires a key: make the client with a \
             `SigningKey`",
        ),
        (Proof::Mac, _, Some(secret)) => {
            let draft = draft(core, destination, assertion)?;
            draft.with_mac(secret, &filler).map(Some)
        }
        (Proof::Sent, Some(signer), None) if auth.has(Template::CLIENT_SECRET) => {
            let Some(rules) = client.and_then(|client| client.signed_secret) else {
                return wrong(
                    "this client authentication method requires a secret, and the client has a key \
                     alone",
                );
            };
            let draft = assertion::Draft {
                is_secret: true,
                ..draft(core, destination, Some(rules))?
            };
            if let Some(kept) = core.signed_secret().get(&draft) {
                return Ok(Some(kept));
            }
            let signed = signing.jwt(Purpose::Client, &draft, signer, &filler)?;
            core.signed_secret().keep(&signed, &draft);
            Ok(Some(signed))
        }
        (Proof::Sent, None, None) if auth.has(Template::CLIENT_SECRET) => wrong(
            "this client authentication method requires a secret, and the client has a certificate \
             alone",
        ),
        _ => Ok(None),
    }
}

fn draft(
    core: &Core,
    destination: Destination,
    rules: Option<&'static Assertion>,
) -> Result<assertion::Draft, Error> {
    // The token endpoint, whichever is asked (OpenID Connect Core §9), unless the grant has its own.
    let own = match destination {
        Destination::Grant(endpoint) => Some(endpoint.url),
        _ => None,
    };
    Ok(assertion::Draft {
        rules: rules.unwrap_or(&Assertion::STANDARD),
        endpoint: own.or(core.provider().endpoint_url(EndpointKind::Token)),
        issuer: core.issuer()?,
        is_secret: false,
        now: now(),
        login: None,
    })
}

/// The JWT that holds the parameters of a login (RFC 9101 §4).
///
/// # Errors
///
/// If the provider takes none or the client has no key, and those of
/// [`Signing::jwt`](crate::client::signing::Signing::jwt).
pub(crate) fn of_login(
    core: &Core,
    parameters: Vec<(String, Json)>,
    signing: &Signing,
) -> Result<Secret, Error> {
    let provider = core.provider();
    let Some(rules) = provider.request_object.as_ref() else {
        let message = "this provider takes no signed logins (RFC 9101)";
        return Err(Error::configuration(provider, message));
    };
    let signer = core
        .credential()
        .and_then(|credential| credential.signer.as_ref());
    let Some(signer) = signer else {
        let message = "a signed login requires a key: make the client with a `SigningKey`";
        return Err(Error::configuration(provider, message));
    };
    let draft = assertion::Draft {
        login: Some(parameters),
        ..draft(
            core,
            Destination::Endpoint(EndpointKind::Token),
            Some(rules),
        )?
    };
    signing.jwt(Purpose::Login, &draft, signer, &core.filler(&[]))
}

/// The JWT by which a client with a key asks for tokens (RFC 7523 §2.1): where, with these values
/// for this request, and for these scopes.
///
/// # Errors
///
/// Those of [`Signing::jwt`](crate::client::signing::Signing::jwt).
pub(crate) fn of_grant(
    core: &Core,
    rules: &'static Assertion,
    (destination, variables, scope): (Destination, &[(&'static str, Secret)], &str),
    signing: &Signing,
) -> Result<Secret, Error> {
    let signer = core
        .credential()
        .and_then(|credential| credential.signer.as_ref());
    let Some(signer) = signer else {
        let message = "this grant requires a key: make the client with a `SigningKey`";
        return Err(Error::configuration(core.provider(), message));
    };
    let draft = draft(core, destination, Some(rules))?;
    let filler = core.filler(variables).asking(scope);
    signing.jwt(Purpose::Grant, &draft, signer, &filler)
}
