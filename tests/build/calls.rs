//! Every operation of every provider, as calls of its typed client.

use std::fmt::Write;

use oauth_atlas_codegen::model::{
    Choice, ClientAuth, ClientKind, Encoding, Provider, Separator, VariableKind,
};

use crate::Module;

pub(crate) fn calls(modules: &[Module]) -> String {
    let mut text = String::from("pub static COVERED: &[Covered] = &[\n");
    for Module { path, provider } in modules {
        let id = &provider.id;
        let _ = writeln!(
            text,
            "Covered {{ id: \"{id}\", published: {}, provider: &{path}::{id}::PROVIDER, \
             calls: |wire| Box::pin(calls_{id}(wire)) }},",
            *path == "oauth_atlas"
        );
    }
    text += "];\n";
    for module in modules {
        text += &of_one(module);
    }
    text
}

fn of_one(Module { path, provider }: &Module) -> String {
    let id = &provider.id;
    let mut body = String::new();
    for (kind, client) in provider.clients() {
        let make = constructor(provider, kind);
        let title = kind.word();
        operations(&mut body, provider, kind, title, &make);
        let methods = client.auth.iter().skip(1);
        for method in methods {
            let made = format!(
                "{make}.client_auth(provider::ClientAuth::{})",
                auth(*method)
            );
            token_requests(
                &mut body,
                provider,
                kind,
                &format!("{title}, {}", method.word()),
                &made,
            );
        }
        for encoding in provider.selectable_encodings().iter().skip(1) {
            let made = format!(
                "{make}.token_encoding(provider::Encoding::{})",
                word(*encoding)
            );
            let title = format!("{title}, {} body", encoding.word());
            token_requests(&mut body, provider, kind, &title, &made);
        }
        for separator in provider.selectable_separators().iter().skip(1) {
            let made = format!("{make}.scope_separator(\"{}\")", separator_text(*separator));
            let title = format!("{title}, {} between scopes", separator.word());
            authorize(&mut body, provider, &title, &made);
        }
        for environment in &provider.environments {
            let variant = &environment.variant;
            let made = format!("{make}.environment(Environment::{variant})");
            urls(
                &mut body,
                provider,
                &format!("{title}, {}", environment.name),
                &made,
            );
        }
        if provider.environments.is_empty() {
            urls(&mut body, provider, title, &make);
        }
    }
    format!(
        "async fn calls_{id}(wire: &mut Wire) {{\n\
         #[allow(unused_imports)] use {path}::{id}::*;\n\
         #[allow(unused_imports)] use oauth_atlas::runtime::provider;\n{body}}}\n"
    )
}

/// An expression that makes a client of this kind.
pub(crate) fn constructor(provider: &Provider, kind: ClientKind) -> String {
    let mut fallible = false;
    let mut arguments: Vec<_> = provider
        .required_variables()
        .map(|variable| match &variable.kind {
            VariableKind::BaseUrl { example } => {
                fallible = true;
                format!("\"{example}\"")
            }
            VariableKind::OneOf(choice) => value(choice),
        })
        .collect();
    arguments.push("CLIENT_ID".to_owned());
    if kind == ClientKind::Confidential {
        arguments.push("CLIENT_SECRET".to_owned());
    }
    let name = if provider.clients().count() == 1 {
        "new"
    } else {
        kind.word()
    };
    let unwrap = if fallible {
        ".expect(\"a right base URL\")"
    } else {
        ""
    };
    let redirect = match provider.authorization_code {
        Some(_) => ".redirect_uri(REDIRECT_URI)",
        None => "",
    };
    format!("Client::{name}({}){unwrap}{redirect}", arguments.join(", "))
}

fn operations(body: &mut String, provider: &Provider, kind: ClientKind, title: &str, make: &str) {
    authorize(body, provider, title, make);
    token_requests(body, provider, kind, title, make);
    let mut call = |name: &str, reader: &str, expression: &str| {
        let _ = writeln!(
            body,
            "{{ let client = {make}.origin(&wire.origin()).expect(\"a loopback origin\"); \
             wire.{reader}(\"{title}: {name}\", client.{expression}).await; }}"
        );
    };
    if provider.revocation.is_some() {
        call(
            "revoke access token",
            "revocation",
            "revoke_access_token(ACCESS_TOKEN)",
        );
        if provider.refresh_token.is_some() {
            call(
                "revoke refresh token",
                "revocation",
                "revoke_refresh_token(REFRESH_TOKEN)",
            );
        }
    }
    if provider.introspection.is_some() {
        call("introspect", "introspection", "introspect(ACCESS_TOKEN)");
    }
    if provider.userinfo.is_some() {
        call("user info", "api", "userinfo(&tokens())");
    }
    let url = if provider.api.url.is_some() {
        "/path?query=1"
    } else {
        "https://api.example/path"
    };
    call(
        "API call",
        "api",
        &format!("call(Method::GET, \"{url}\", &tokens())"),
    );
}

/// Logins: with two scopes, with none, and with every option.
fn authorize(body: &mut String, provider: &Provider, title: &str, make: &str) {
    if provider.authorization_code.is_none() {
        return;
    }
    let mut login = |name: &str, scopes: &str, options: &str| {
        let _ = writeln!(
            body,
            "wire.login(\"{title}: {name}\", {make}.authorize({scopes}){options}.start());"
        );
    };
    login("authorize", &scopes(provider, 2), "");
    if !provider.scopes.values.is_empty() {
        login("authorize without scopes", &scopes(provider, 0), "");
    }
    login(
        "authorize with a scope by its text",
        &scopes(provider, 0),
        ".scope(\"by:text\")",
    );
    if provider.has_authorize_options() {
        let options = provider
            .authorization
            .iter()
            .flat_map(|endpoint| &endpoint.options);
        let options = options.map(|option| (&option.method, &option.choice));
        let variables = provider
            .variables
            .iter()
            .filter(|variable| variable.by_login);
        let variables = variables.filter_map(|variable| match &variable.kind {
            VariableKind::OneOf(choice) => Some((&variable.method, choice)),
            VariableKind::BaseUrl { .. } => None,
        });
        let calls: String = options
            .chain(variables)
            .map(|(method, choice)| format!(".{method}({})", value(choice)))
            .collect();
        login("authorize with options", &scopes(provider, 1), &calls);
    }
}

fn token_requests(
    body: &mut String,
    provider: &Provider,
    kind: ClientKind,
    title: &str,
    make: &str,
) {
    if provider.authorization_code.is_some() {
        let scopes = scopes(provider, 1);
        let _ = writeln!(
            body,
            "{{ let client = {make}.origin(&wire.origin()).expect(\"a loopback origin\"); \
             let login = client.authorize({scopes}).start().expect(\"a login\"); \
             let callback = wire.callback(&login); \
             wire.tokens(\"{title}: exchange code\", client.finish(login.pending, callback)).await; }}"
        );
    }
    if provider.refresh_token.is_some() {
        let _ = writeln!(
            body,
            "{{ let client = {make}.origin(&wire.origin()).expect(\"a loopback origin\"); \
             wire.tokens(\"{title}: refresh\", client.refresh(&tokens())).await; }}"
        );
    }
    if provider.client_credentials.is_some() && kind == ClientKind::Confidential {
        let scopes = scopes(provider, 2);
        let _ = writeln!(
            body,
            "{{ let client = {make}.origin(&wire.origin()).expect(\"a loopback origin\"); \
             wire.tokens(\"{title}: client credentials\", client.client_credentials({scopes})).await; }}"
        );
    }
}

/// The URLs that requests go to when nothing is replaced.
fn urls(body: &mut String, provider: &Provider, title: &str, make: &str) {
    let mut url = |name: &str, expression: &str| {
        let _ = writeln!(
            body,
            "wire.url(\"{title}: {name}\", {make}.{expression}.build());"
        );
    };
    if provider.refresh_token.is_some() {
        url("token endpoint", "refresh(&tokens())");
    } else if provider.client_credentials.is_some() {
        url(
            "token endpoint",
            &format!("client_credentials({})", scopes(provider, 0)),
        );
    }
    if provider.revocation.is_some() {
        url("revocation endpoint", "revoke_access_token(ACCESS_TOKEN)");
    }
    if provider.introspection.is_some() {
        url("introspection endpoint", "introspect(ACCESS_TOKEN)");
    }
    if provider.userinfo.is_some() {
        url("UserInfo endpoint", "userinfo(&tokens())");
    }
    if provider.api.url.is_some() {
        url("API", "call(Method::GET, \"/path\", &tokens())");
    }
}

fn scopes(provider: &Provider, count: usize) -> String {
    if provider.scopes.values.is_empty() {
        return String::new();
    }
    let scopes = provider.scopes.values.iter().take(count);
    let scopes: Vec<_> = scopes
        .map(|scope| format!("Scope::{}", scope.variant))
        .collect();
    format!("[{}]", scopes.join(", "))
}

fn value(choice: &Choice) -> String {
    format!("{}::{}", choice.type_name, choice.values[0].variant)
}

fn auth(method: ClientAuth) -> &'static str {
    match method {
        ClientAuth::Basic => "Basic",
        ClientAuth::BasicRaw => "BasicRaw",
        ClientAuth::Post => "Post",
        ClientAuth::None => "None",
    }
}

fn word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Form => "Form",
        Encoding::Json => "Json",
    }
}

fn separator_text(separator: Separator) -> &'static str {
    match separator {
        Separator::Space => " ",
        Separator::Comma => ",",
        Separator::Plus => "+",
        Separator::Semicolon => ";",
        Separator::Colon => ":",
        Separator::Pipe => "|",
    }
}
