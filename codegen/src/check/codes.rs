//! Callbacks that have a code, may be without one, or never have one.

use crate::decode::{Place, Reader};
use crate::spec::{Callback, Operation, Pkce, Presence, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    repeated(spec, reader);
    let Some(callback) = spec.callback.given() else {
        return;
    };
    signed(spec, callback, reader);
    let (Some(code), Some(grants)) = (callback.code.given(), &spec.grants) else {
        return;
    };
    let Some(grant) = grants.authorization_code.given() else {
        reader.explain(
            "no user is sent to the provider, so there is no callback",
            &[
                (code.place(), "a code of the callback"),
                (
                    Place::KeyOf(grants.at),
                    "`authorization_code` is missing here",
                ),
            ],
            Some("add `authorization_code:` to `grants`, or leave `code` out".to_owned()),
        );
        return;
    };
    if code.value != Presence::Never {
        return;
    }
    let others = [&grants.client_credentials, &grants.device_code];
    if others.iter().all(|other| other.is_absent()) && grants.extensions.is_empty() {
        reader.explain(
            "no grant gives tokens",
            &[
                (code.place(), "a login brings no code"),
                (Place::KeyOf(grants.at), "and no other grant stands here"),
            ],
            Some(
                "add the grant that follows the consent, such as `client_credentials:`".to_owned(),
            ),
        );
    }
    let is_unsupported = |pkce: Option<Pkce>| pkce == Some(Pkce::Unsupported);
    if !is_unsupported(grant.pkce.given().map(|pkce| pkce.value)) {
        reader.explain(
            "PKCE protects a code, and none comes",
            &[
                (code.place(), "no code"),
                (Place::KeyOf(grant.at), "a login sends a challenge"),
            ],
            Some("write `pkce: unsupported`".to_owned()),
        );
    }
    if let Some(renamed) = callback.rename.get("code") {
        reader.explain(
            "the code has another name, and never comes",
            &[
                (renamed.key_place(), "renamed"),
                (code.place(), "never there"),
            ],
            Some("keep one of the two".to_owned()),
        );
    }
    for example in &spec.examples.0 {
        let operation = &example.value.operation;
        if operation.value == Operation::AuthorizationCode {
            reader.explain(
                "no code is exchanged here",
                &[
                    (operation.place(), "what the example shows"),
                    (code.place(), "a login brings no code"),
                ],
                None,
            );
        }
    }
}

/// A signature is made with the client's secret, which a public client does not have.
fn signed(spec: &Spec, callback: &Callback, reader: &mut Reader) {
    let public = spec.clients.as_ref().and_then(|all| all.public.given());
    if let (Some(signature), Some(public)) = (callback.signature.given(), public) {
        reader.explain(
            "a public client has no secret to check this signature with",
            &[
                (signature.place(), "made with the client's secret"),
                (Place::KeyOf(public.at), "has none"),
            ],
            Some("leave one of the two out".to_owned()),
        );
    }
}

/// An exchange repeats the redirect URI of its login, and one that had none has none to repeat.
fn repeated(spec: &Spec, reader: &mut Reader) {
    let name = "redirect_uri";
    let grants = spec.grants.as_ref();
    let grant = grants.and_then(|grants| grants.authorization_code.given());
    let token = spec.endpoints.as_ref().and_then(|all| all.token.given());
    let callback = spec.callback.given().and_then(|one| one.code.given());
    let never = callback.is_some_and(|code| code.value == Presence::Never);
    let (Some(grant), Some(token), Some(omitted), false) =
        (grant, token, spec.left_out_of_authorization(name), never)
    else {
        return;
    };
    let mut others = token.omit.given().into_iter().flat_map(|many| &many.0);
    let is_required = grant.requires.0.iter().any(|one| one.value == name);
    if !is_required && others.all(|one| one.value != name) {
        reader.explain(
            "the exchange of a code would send a redirect URI that its login had not",
            &[
                (omitted.place(), "not sent by the login"),
                (Place::KeyOf(token.at), "and sent here (RFC 6749 §4.1.3)"),
            ],
            Some(
                "write `omit: redirect_uri` here as well; where the exchange has to have it, write \
                 `requires: redirect_uri` at `grants.authorization_code`"
                    .to_owned(),
            ),
        );
    }
}
