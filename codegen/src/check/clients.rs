//! Client types and their authentication.

use oauth_atlas_description::{Proof, Template};

use crate::check::facts::{is_header_name, is_token, no_header_name};
use crate::decode::{Place, Reader, Spanned};
use crate::spec::{Client, ClientAuthentication, SecretForm, Spec};

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
    for client in [clients.confidential.given(), clients.public.given()] {
        let methods = client.and_then(|client| client.auth.given());
        let methods = methods.into_iter().flat_map(|methods| &methods.0);
        // A word that is none is told where it stands.
        let is_known = |one: &&Spanned<ClientAuthentication>| {
            one.value.method.is_absent() || one.value.method.given().is_some()
        };
        let own = methods.clone().filter(is_known);
        let own = own.filter(|method| method.value.named().1.is_some());
        if let [first, others @ ..] = own.collect::<Vec<_>>().as_slice() {
            for other in others {
                reader.explain(
                    "a client type has one method without a name",
                    &[(other.place(), "another"), (first.place(), "the first one")],
                    Some("keep the one that the provider prefers".to_owned()),
                );
            }
        }
        methods.for_each(|method| written_out(method, reader));
    }
    for endpoint in spec.called_endpoints() {
        if let Some(method) = endpoint.auth.given() {
            written_out(method, reader);
        }
    }
}

/// A method of which more is said than its name.
fn written_out(method: &Spanned<ClientAuthentication>, reader: &mut Reader) {
    let ClientAuthentication {
        method: like,
        header,
        scheme,
        user,
        password,
        ..
    } = &method.value;
    if like.is_absent() && user.is_absent() {
        reader.mistake_with_help(
            method.place(),
            "nothing says who the client is",
            "write a `method`, or what is sent: `user: \"{client_secret}\"`",
        );
    }
    headless(method, reader);
    for text in method.value.texts() {
        if !text.value.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            let title = "a header's value is printable ASCII (RFC 9110 §5.5)";
            reader.mistake(text.place(), title);
        }
    }
    if let (Some(user), Some(password)) = (user.given(), password.given())
        && user.value.contains(':')
    {
        reader.explain(
            "a colon ends the user (RFC 7617 §2)",
            &[
                (user.place(), "has a colon"),
                (password.place(), "stands behind another one"),
            ],
            Some("leave `password` out, and write both as `user`".to_owned()),
        );
    }
    if let Some(header) = header.given()
        && !is_header_name(&header.value)
    {
        no_header_name(&header.value, header.place(), reader);
    }
    if let Some(scheme) = scheme.given()
        && !is_token(&scheme.value)
    {
        reader.mistake_with_help(
            scheme.place(),
            format!("`{}` cannot stand before credentials", scheme.value),
            "write one word such as `Basic`, or `none`",
        );
    }
}

/// A header of which more is said than stands in it.
fn headless(method: &Spanned<ClientAuthentication>, reader: &mut Reader) {
    let ClientAuthentication {
        method: like,
        header,
        scheme,
        user,
        password,
        ..
    } = &method.value;
    let Some(like) = like.given().filter(|_| user.is_absent()) else {
        return;
    };
    let named = like.value.record();
    if named.is_none_or(|named| !named.header.is_empty()) {
        return;
    }
    let said = [header, scheme, password].into_iter();
    if let Some(first) = said.filter_map(|one| one.given()).next() {
        reader.explain(
            "no header is sent without a `user`",
            &[
                (first.place(), "would stand in one"),
                (like.place(), "sends none"),
            ],
            Some("write the `user` that stands in the header, or leave this out".to_owned()),
        );
    }
}

/// Whether a text has the name of a variable.
fn has_variable(text: &str) -> bool {
    let mut names = Template::of(text).names();
    names.any(|name| !Template::BUILT_IN.contains(&name))
}

fn confidential(client: &Client, reader: &mut Reader) {
    for method in client.auth.given().iter().flat_map(|auth| &auth.0) {
        let record = method.value.record();
        let names = record.has(Template::CLIENT_ID)
            && !record.has(Template::CLIENT_SECRET)
            && record.proof == Proof::Sent;
        let others = method.value.texts().any(|text| has_variable(&text.value));
        if names && !others {
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
        let record = method.value.record();
        let has_secret = record.has(Template::CLIENT_SECRET);
        let is_pair = record.password.is_some() && record.has(Template::CLIENT_ID);
        if record.proof != Proof::Sent {
            reader.mistake_with_help(
                method.place(),
                "a public client has no key, and no certificate",
                "a client that can keep one is a `confidential` one",
            );
        } else if has_secret && !is_pair {
            reader.mistake_with_help(
                method.place(),
                "a public client has no secret to send",
                "`none` sends the `client_id` in the body",
            );
        } else if has_secret && !empty {
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
