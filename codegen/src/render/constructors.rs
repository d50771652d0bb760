//! The functions that make a client, one a client type.

use oauth_atlas_description::Proof;

use crate::layout::Items;
use crate::layout::known::method;
use crate::model::{Client, ClientKind, Provider, SecretForm, VariableKind};
use crate::prose::to_markdown;

/// When a base URL is refused.
pub(super) const BASE_URL_ERRORS: &str = "A configuration error if the URL is not `https` (or \
    loopback), or has a user, a query or a fragment.";

pub(super) fn constructors(provider: &Provider, members: &mut Items) {
    for (kind, client) in provider.clients() {
        let about = match kind {
            ClientKind::Confidential => "A confidential client: one that can keep a secret.",
            ClientKind::Public => {
                "A public client: one that cannot keep a secret, such as a mobile app."
            }
        };
        let mut text = about.to_owned();
        for more in client.description.iter() {
            text = format!("{text}\n\n{}", to_markdown(more));
        }
        if client.secret == SecretForm::RsaPkcs1V15Base64 {
            text += "\n\nThe provider encrypts the secret to your RSA key. With the feature \
                         `encrypted-secret`, `EncryptedSecret` decrypts it.";
        }
        text += &credential(client);
        constructor(provider, Some(kind), text, members);
    }
    if provider.registration_endpoint.is_some() {
        let text = "A client that is not registered yet: all that it can do is [`Client::register`], \
                    until it has its id by [`Client::with_registration`].";
        constructor(provider, None, text.to_owned(), members);
    }
}

/// What may be given in place of a secret.
fn credential(client: &Client) -> String {
    let proofs = |proof: Proof| {
        let mut records = client.auth.iter().filter_map(|method| method.record());
        records.any(|record| record.proof == proof)
    };
    let mut text = String::new();
    if client.certificate {
        text += "\n\nConnections without a TLS certificate are refused: set a \
                 [`Settings::http_client`](oauth_atlas::Settings::http_client) that shows one.";
    }
    if proofs(Proof::Signature) || client.signed_secret.is_some() {
        let alone = client.signed_secret.is_some();
        let sent = if alone {
            "it signs the secret"
        } else {
            "it signs each request"
        };
        text += &format!(
            "\n\nWith the feature `jose`, pass a `SigningKey` or an `Arc<dyn Signer>`: {sent}."
        );
    }
    if proofs(Proof::Certificate) || proofs(Proof::OwnCertificate) {
        text += "\n\nWith a TLS certificate, pass \
                 [`ClientCredential::certificate()`](oauth_atlas::ClientCredential::certificate).";
    }
    text
}

/// A constructor of this client type, or of a client that has none yet.
fn constructor(
    provider: &Provider,
    kind: Option<ClientKind>,
    mut about: String,
    members: &mut Items,
) {
    let mut arguments = String::new();
    let mut fixed = String::new();
    let mut fallible = Vec::new();
    for variable in provider.required_variables() {
        let (argument, wire) = (&variable.method, &variable.name);
        match (&variable.choice, variable.kind) {
            (Some(choice), _) => {
                arguments += &format!("{argument}: {},", choice.type_name);
                fixed += &format!(".variable({wire:?}, {argument}.as_str())");
            }
            (None, VariableKind::BaseUrl) => {
                arguments += &format!("{argument}: &str,");
                fallible.push(format!("base_url({wire:?}, {argument})"));
            }
            (None, _) => {
                arguments += &format!("{argument}: impl Into<String>,");
                fixed += &format!(".variable({wire:?}, {argument})");
            }
        }
        about += &format!(
            "\n\n`{}`: {}",
            variable.method,
            to_markdown(&variable.description)
        );
    }
    // A host below the provider's own domain is no danger to the network of the program.
    let entered = provider
        .required_variables()
        .find_map(|variable| match variable.kind {
            VariableKind::BaseUrl => Some("URL"),
            VariableKind::Host if variable.suffixes.is_empty() => Some("host"),
            _ => None,
        });
    if let Some(entered) = entered {
        about += &format!(
            "\n\nIf users enter the {entered}, also set \
             [`Settings::public_hosts_only`](oauth_atlas::Settings::public_hosts_only)."
        );
    }
    let core = match kind {
        Some(ClientKind::Confidential) => {
            "oauth_atlas::Core::confidential(&PROVIDER, client_id, credential)"
        }
        Some(ClientKind::Public) => "oauth_atlas::Core::public(&PROVIDER, client_id)",
        None => "oauth_atlas::Core::unregistered(&PROVIDER)",
    };
    if kind.is_some() {
        arguments += "client_id: impl Into<String>,";
    }
    if kind == Some(ClientKind::Confidential) {
        arguments += "credential: impl Into<oauth_atlas::ClientCredential>,";
    }
    let name = kind.map_or("unregistered", |kind| kind.word());
    let Some((first, others)) = fallible.split_first() else {
        let code = method! {
            [
                name: Name = name,
                arguments: Rust = &arguments,
                core: Rust = core,
                fixed: Rust = &fixed
            ]
            #[inline]
            #[must_use]
            pub fn #name(#arguments) -> Self {
                Self(#core #fixed)
            }
        };
        return members.add(&about, &code);
    };
    let others = others
        .iter()
        .map(|call| format!(".and_then(|core| core.{call})"));
    about += "\n\n# Errors\n\n";
    about += BASE_URL_ERRORS;
    let code = method! {
        [
            name: Name = name,
            arguments: Rust = &arguments,
            core: Rust = core,
            fixed: Rust = &fixed,
            first: Rust = first,
            others: Rust = &others.collect::<String>()
        ]
        #[inline]
        pub fn #name(#arguments) -> Result<Self, oauth_atlas::Error> {
            #core #fixed .#first #others .map(Self)
        }
    };
    members.add(&about, &code);
}
