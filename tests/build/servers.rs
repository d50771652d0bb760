//! The client of every server, behind the one interface that the suite calls.

use std::fmt::Write;

use oauth_atlas_codegen::model::{
    AuthorizeOption, ClientKind, OperationKind, ParameterType, Provider, VariableKind,
};

use crate::clients::constructor_with;

/// An implementation of `Subject` for each client, and the list of all of them.
pub(crate) fn servers(providers: &[Provider]) -> String {
    let mut text = String::from("pub static ALL: &[Generated] = &[\n");
    for provider in providers {
        let id = &provider.id;
        let make = |kind| match provider.clients().any(|(one, _)| one == kind) {
            true => format!("Some({})", constructor(provider, kind)),
            false => "None".to_owned(),
        };
        let _ = writeln!(
            text,
            "Generated {{ name: \"{id}\", confidential: {}, public: {} }},",
            make(ClientKind::Confidential),
            make(ClientKind::Public)
        );
    }
    text += "];\n";
    for provider in providers {
        let _ = writeln!(
            text,
            "impl Subject for crate::providers::{id}::Client {{\n{methods}}}",
            id = provider.id,
            methods = methods(provider)
        );
    }
    text
}

/// A closure that makes a client of this kind for the server at an address.
fn constructor(provider: &Provider, kind: ClientKind) -> String {
    let variables: Vec<_> = provider.required_variables().collect();
    let [variable] = variables.as_slice() else {
        panic!("{}: one variable is the server's address", provider.path);
    };
    assert_eq!(
        variable.kind,
        VariableKind::BaseUrl,
        "{}: the server has another address each time",
        provider.path
    );
    let made = constructor_with(provider, kind, "id", "secret", "redirect_uri");
    // The address is known when the server runs.
    let made = made.replace(&format!("\"{}\"", variable.example), "address");
    let arguments = match kind {
        ClientKind::Confidential => "|address, id, secret, redirect_uri|",
        ClientKind::Public => "|address, id, redirect_uri|",
    };
    format!(
        "{arguments} Box::new(crate::providers::{}::{made})",
        provider.id
    )
}

fn methods(provider: &Provider) -> String {
    let mut text = String::new();
    let mut method = |signature: &str, body: &str| {
        let _ = writeln!(text, "fn {signature} {{ {body} }}");
    };
    method(
        "client_auth(self: Box<Self>, method: ClientAuth) -> Box<dyn Subject>",
        "Box::new((*self).client_auth(method))",
    );
    method(
        "redirect_uri(self: Box<Self>, uri: &str) -> Box<dyn Subject>",
        "Box::new((*self).redirect_uri(uri))",
    );
    method(
        "with_settings(self: Box<Self>, settings: Settings) -> Box<dyn Subject>",
        "Box::new((*self).with_settings(settings))",
    );
    if provider.dpop.is_some() {
        method(
            "with_dpop(self: Box<Self>) -> Box<dyn Subject>",
            "Box::new((*self).with_dpop())",
        );
    }
    if provider.request_object.is_some() {
        method(
            "sign(&self, ask: &Ask) -> SignedAuthorization",
            &authorize(provider).replace(".start()", ".sign()"),
        );
    }
    if provider.has_issuer_of_tenant() {
        method(
            "discover(self: Box<Self>) -> Discovered",
            "Box::pin(async move { Ok(Box::new((*self).discover().await?) as Box<dyn Subject>) })",
        );
    }
    let mut arms = String::new();
    for operation in provider.operations() {
        match operation.kind {
            OperationKind::Register => {
                method(
                    "register(&self, name: &str) -> RegistrationRequest",
                    "self.register(name)",
                );
                method(
                    "with_registration(self: Box<Self>, registration: &Registration) \
                     -> Box<dyn Subject>",
                    "Box::new((*self).with_registration(registration))",
                );
                method(
                    "read_registration(&self, registration: &Registration) -> RegistrationLookup",
                    "self.read_registration(registration)",
                );
                method(
                    "change_registration(&self, registration: &Registration) \
                     -> RegistrationRequest",
                    "self.change_registration(registration)",
                );
                method(
                    "delete_registration(&self, registration: &Registration) -> Deregistration",
                    "self.delete_registration(registration)",
                );
            }
            OperationKind::PushAuthorization => method(
                "push(&self, ask: &Ask) -> PushedAuthorizationRequest",
                &authorize(provider).replace(".start()", ".push()"),
            ),
            OperationKind::Authorize => method(
                "authorize(&self, ask: &Ask) -> Result<Login, Error>",
                &authorize(provider),
            ),
            OperationKind::ExchangeCode => method(
                "finish(&self, pending: Pending, callback: Callback) -> TokenRequest",
                "self.finish(pending, callback)",
            ),
            OperationKind::Refresh => {
                method(
                    "refresh(&self, tokens: &TokenSet) -> TokenRequest",
                    "self.refresh(tokens)",
                );
                method(
                    "token_source(&self, tokens: TokenSet) -> TokenSource",
                    "self.token_source(tokens)",
                );
            }
            OperationKind::ClientCredentials => method(
                "client_credentials(&self, scopes: &[String]) -> TokenRequest",
                &asking(provider, "client_credentials", "scopes"),
            ),
            OperationKind::AuthorizeDevice => method(
                "device(&self, scopes: &[String]) -> DeviceRequest",
                &asking(provider, "authorize_device", "scopes"),
            ),
            OperationKind::PollDevice => {
                method(
                    "poll<'login>(&self, login: &'login mut DeviceLogin) -> DevicePoll<'login>",
                    "self.poll_device(login)",
                );
                method(
                    "finish_device(&self, login: DeviceLogin) -> DeviceWait",
                    "self.finish_device(login)",
                );
            }
            OperationKind::Extension => {
                let extension = operation.extension.expect("a grant of the provider's own");
                let arguments: Vec<_> = (0..extension.arguments.len())
                    .map(|index| format!("arguments[{index}]"))
                    .collect();
                let (name, method) = (&extension.name, &extension.method);
                let _ = write!(
                    arms,
                    "\"{name}\" => self.{method}({}), ",
                    arguments.join(", ")
                );
            }
            OperationKind::RevokeAccessToken => method(
                "revoke_access_token(&self, token: Secret) -> Revocation",
                "self.revoke_access_token(token)",
            ),
            OperationKind::RevokeRefreshToken => method(
                "revoke_refresh_token(&self, token: Secret) -> Revocation",
                "self.revoke_refresh_token(token)",
            ),
            OperationKind::Introspect => method(
                "introspect(&self, token: Secret) -> Introspection",
                "self.introspect(token)",
            ),
            OperationKind::UserInfo => method(
                "userinfo(&self, tokens: &TokenSet) -> ApiCall",
                "self.userinfo(tokens)",
            ),
            // No server of the suite has an API beside its endpoints.
            OperationKind::CallApi => {}
        }
    }
    if !arms.is_empty() {
        method(
            "extension(&self, name: &str, arguments: &[&str]) -> TokenRequest",
            &format!("let _ = arguments; match name {{ {arms} _ => lacks(name) }}"),
        );
    }
    text
}

/// A request for scopes: those that the client has a variant for as such, the others by their text.
fn asking(provider: &Provider, method: &str, scopes: &str) -> String {
    format!(
        "{{ let (known, others) = split::<crate::providers::{}::Scope>({scopes}); \
         others.into_iter().fold(self.{method}(known), |request, scope| request.scope(scope)) }}",
        provider.id
    )
}

fn authorize(provider: &Provider) -> String {
    let mut body = format!(
        "let request = {};",
        asking(provider, "authorize", "&ask.scopes")
    );
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    for option in options.filter(|option| option.required) {
        body += &required(provider, option);
    }
    body += match provider.offline {
        Some(_) => "let request = if ask.offline { request.offline() } else { request };",
        None => "assert!(!ask.offline, \"the spec says nothing of `offline`\");",
    };
    body + "let parameters = ask.parameters.iter(); \
            parameters.fold(request, |request, (name, value)| request.param(name, value)).start()"
}

/// A value that no other login has, as a server may refuse one that it has seen.
fn required(provider: &Provider, option: &AuthorizeOption) -> String {
    match (&option.choice, option.r#type) {
        (None, ParameterType::Text) => {
            format!("let request = request.{}(another_text());", option.method)
        }
        _ => panic!(
            "{}: {} is required and no text, which the suite has no value for",
            provider.path, option.name
        ),
    }
}
