//! Examples: that what they call exists.

use crate::decode::{Place, Reader};
use crate::spec::{Clients, Example, Operation, Spec};

/// What an example's caller can pass, beside the spec's own variables and parameters.
const USING: [&str; 9] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "token",
    "token_encoding",
    "client_auth",
    "scope_separator",
    "environment",
];

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for example in &spec.examples.0 {
        let example = &example.value;
        if example.request.is_absent() && example.response.is_absent() {
            reader.mistake(
                Place::At(example.at),
                "an example has a request, a response or both",
            );
        }
        operation(spec, example, reader);
        if let Some(clients) = &spec.clients {
            client(clients, example, reader);
        }
        let parameters = spec
            .authorization_parameters()
            .map(|entry| entry.key.as_str());
        let known: Vec<_> = USING
            .iter()
            .copied()
            .chain(spec.variables.keys())
            .chain(parameters)
            .collect();
        for given in &example.using.0 {
            if !known.contains(&given.key.as_str()) {
                reader.unknown(given.key_place(), "input", &given.key, &known);
            }
        }
    }
}

fn operation(spec: &Spec, example: &Example, reader: &mut Reader) {
    let (Some(grants), Some(endpoints)) = (&spec.grants, &spec.endpoints) else {
        return;
    };
    let absent = match example.operation.value {
        Operation::Authorization | Operation::AuthorizationCode => {
            grants.authorization_code.is_absent()
        }
        Operation::RefreshToken => grants.refresh_token.is_absent(),
        Operation::ClientCredentials => grants.client_credentials.is_absent(),
        Operation::Revocation => endpoints.revocation.is_absent(),
        Operation::Introspection => endpoints.introspection.is_absent(),
        Operation::Api => false,
    };
    if absent {
        reader.mistake(
            example.operation.place(),
            format!(
                "this provider has no {}",
                example.operation.value.word().replace('_', " ")
            ),
        );
    }
}

fn client(clients: &Clients, example: &Example, reader: &mut Reader) {
    let both = !clients.confidential.is_absent() && !clients.public.is_absent();
    match example.client.given() {
        None if both && example.client.is_absent() => reader.mistake_with_help(
            Place::At(example.at),
            "which client sends this?",
            "add `client: confidential` or `client: public`",
        ),
        Some(kind) => {
            let absent = match kind.value {
                crate::spec::ClientKind::Confidential => clients.confidential.is_absent(),
                crate::spec::ClientKind::Public => clients.public.is_absent(),
            };
            if absent {
                reader.mistake(
                    kind.place(),
                    format!("`clients` has no {} client", kind.value.word()),
                );
            }
        }
        None => {}
    }
}
