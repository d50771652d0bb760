//! Client types and their authentication.

use crate::decode::{Place, Reader};
use crate::spec::{Client, ClientAuth, SecretForm, Spec};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let Some(clients) = &spec.clients else { return };
    if clients.confidential.is_absent() && clients.public.is_absent() {
        reader.mistake_with_help(
            Place::KeyOf(clients.at),
            "a provider has at least one client type",
            "add `confidential:` or `public:`",
        );
    }
    if let Some(client) = clients.confidential.given() {
        confidential(client, reader);
    }
    if let Some(client) = clients.public.given() {
        public(client, reader);
    }
}

fn confidential(client: &Client, reader: &mut Reader) {
    for method in client.auth.given().iter().flat_map(|auth| &auth.0) {
        if method.value == ClientAuth::None {
            reader.mistake_with_help(
                method.place(),
                "a confidential client authenticates",
                "a client without a secret is a `public` one",
            );
        }
    }
    if let Some(secret) = client.secret.given()
        && secret.value == SecretForm::Empty
    {
        reader.mistake_with_help(
            secret.place(),
            "a confidential client has a secret",
            "a client without a secret is a `public` one",
        );
    }
}

fn public(client: &Client, reader: &mut Reader) {
    let empty = client
        .secret
        .given()
        .is_some_and(|secret| secret.value == SecretForm::Empty);
    for method in client.auth.given().iter().flat_map(|auth| &auth.0) {
        let basic = matches!(method.value, ClientAuth::Basic | ClientAuth::BasicRaw);
        if method.value == ClientAuth::Post {
            reader.mistake_with_help(
                method.place(),
                "a public client has no secret to send",
                "`none` sends the `client_id` in the body",
            );
        } else if basic && !empty {
            reader.mistake_with_help(
                method.place(),
                "a public client has no secret for HTTP Basic",
                "add `secret: empty` where the provider wants `Basic` with nothing after the colon",
            );
        }
    }
    if let Some(secret) = client.secret.given()
        && secret.value != SecretForm::Empty
    {
        reader.mistake_with_help(
            secret.place(),
            "a public client has no secret",
            "leave the key out, or write `empty`",
        );
    }
}
