//! The methods of a grant of the provider's own.

use oauth_atlas_description::Template;
use oauth_atlas_description::urn::SAML_BEARER;

use crate::layout::Items;
use crate::layout::known::method;
use crate::model::{Argument, Extension, GrantOption, owned};
use crate::prose::to_markdown;
use crate::render::client::optional;

/// A grant of the provider's own.
pub(super) fn extension(extension: &Extension, options: &[GrantOption], members: &mut Items) {
    let all: Vec<_> = arguments(extension).collect();
    let mut text = to_markdown(&extension.description);
    text += &described(&all);
    text += &optional(options);
    grant(extension, &extension.method, &all, &text, members);
    if let Some(assertion) = &extension.value.assertion {
        with_key(extension, assertion, members);
    }
}

/// The same grant with an assertion that the client makes.
fn with_key(extension: &Extension, assertion: &owned::Assertion, members: &mut Items) {
    let mut text = to_markdown(&extension.description);
    text += "\n\nThe client signs for it: make it with a `SigningKey`, or another `Signer`, of the \
             feature `jose`.";
    let mut claims = assertion.claims.iter();
    if claims.any(|(_, text)| Template::of(text).has(Template::SCOPE)) {
        text += " What it signs names the scopes of `.scope(…)`.";
    }
    let others = arguments(extension).filter(|(wire, _)| *wire != "assertion");
    let others: Vec<_> = others.collect();
    text += &described(&others);
    let method = format!("{}_with_key", extension.method);
    grant(extension, &method, &others, &text, members);
}

/// The parameters of the caller's, with their names on the wire.
fn arguments(extension: &Extension) -> impl Iterator<Item = (&str, &Argument)> {
    let wires = extension.value.arguments.iter().map(String::as_str);
    wires.zip(&extension.arguments)
}

fn described(arguments: &[(&str, &Argument)]) -> String {
    let mut text = String::new();
    for (_, argument) in arguments {
        if let Some(description) = &argument.description {
            text += &format!("\n\n`{}`: {}", argument.argument, to_markdown(description));
        }
    }
    text
}

fn grant(
    extension: &Extension,
    method: &str,
    given: &[(&str, &Argument)],
    about: &str,
    members: &mut Items,
) {
    let mut arguments = String::new();
    let mut values = String::new();
    for (wire, argument) in given {
        let name = &argument.argument;
        // One that has a type of its own becomes a secret by way of it.
        let (of, value) = match (*wire, extension.value.grant_type.as_deref()) {
            ("subject_token_type" | "actor_token_type" | "requested_token_type", _) => (
                "TokenType",
                format!("oauth_atlas::TokenType::into({name}.into())"),
            ),
            ("assertion", Some(SAML_BEARER)) => (
                "SamlAssertion",
                format!("oauth_atlas::SamlAssertion::into({name}.into())"),
            ),
            _ => ("Secret", format!("{name}.into()")),
        };
        arguments += &format!("{name}: impl Into<oauth_atlas::{of}>,");
        values += &format!("({wire:?}, {value}),");
    }
    let code = method! {
        [
            method: Name = method,
            name: Quoted = &extension.name,
            arguments: Rust = arguments.trim_end_matches(','),
            values: Rust = values.trim_end_matches(',')
        ]
        #[inline]
        pub fn #method(&self, #arguments) -> oauth_atlas::TokenRequest {
            self.0.extension(#name, [#values])
        }
    };
    members.add(about, &code);
}
