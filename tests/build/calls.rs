//! Every operation of every provider, as calls of its typed client.

use std::fmt::Write;

use oauth_atlas_codegen::model::{
    Choice, Client, ClientAuth, ClientKind, OmittedScope, ParameterType, Provider, TokenKind,
    VariableKind,
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
            let made = format!("{make}.client_auth(oauth_atlas::ClientAuth::{method:?})");
            token_requests(
                &mut body,
                provider,
                kind,
                &format!("{title}, {}", method.word()),
                &made,
            );
        }
        for encoding in provider.selectable_encodings().iter().skip(1) {
            let made = format!("{make}.token_encoding(oauth_atlas::Encoding::{encoding:?})");
            let title = format!("{title}, {} body", encoding.word());
            token_requests(&mut body, provider, kind, &title, &made);
        }
        for separator in provider.selectable_separators().iter().skip(1) {
            let made = format!("{make}.scope_separator(oauth_atlas::Separator::{separator:?})");
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
        "#[allow(deprecated)] async fn calls_{id}(wire: &mut Wire) {{\n\
         #[allow(unused_imports)] use {path}::{id}::*;\n\
         {body}}}\n"
    )
}

/// An expression that makes a client of this kind.
pub(crate) fn constructor(provider: &Provider, kind: ClientKind) -> String {
    constructor_with(
        provider,
        kind,
        "CLIENT_ID",
        secret(provider),
        "REDIRECT_URI",
    )
}

/// The same of what these expressions stand for.
pub(crate) fn constructor_with(
    provider: &Provider,
    kind: ClientKind,
    id: &str,
    secret: &str,
    redirect_uri: &str,
) -> String {
    let mut fallible = false;
    let mut arguments: Vec<_> = provider
        .required_variables()
        .map(|variable| match &variable.choice {
            Some(choice) => value(choice),
            None => {
                fallible |= variable.kind == VariableKind::BaseUrl;
                format!("\"{}\"", variable.example)
            }
        })
        .collect();
    arguments.push(id.to_owned());
    if kind == ClientKind::Confidential {
        arguments.push(secret.to_owned());
    }
    let name = kind.word();
    let unwrap = if fallible {
        ".expect(\"a right base URL\")"
    } else {
        ""
    };
    let redirect = match provider.authorization_code {
        Some(_) => format!(".redirect_uri({redirect_uri})"),
        None => String::new(),
    };
    format!("Client::{name}({}){unwrap}{redirect}", arguments.join(", "))
}

/// A secret that goes into a header as it is has to be printable ASCII.
fn secret(provider: &Provider) -> &'static str {
    let in_header = |client: &Client| client.auth.contains(&ClientAuth::BearerSecret);
    match provider.confidential.as_ref().is_some_and(in_header) {
        true => "PLAIN_SECRET",
        false => "CLIENT_SECRET",
    }
}

fn operations(body: &mut String, provider: &Provider, kind: ClientKind, title: &str, make: &str) {
    authorize(body, provider, title, make);
    token_requests(body, provider, kind, title, make);
    let mut call = |name: &str, reader: &str, expression: &str| {
        let _ = writeln!(
            body,
            "{{ let client = {make}.with_settings(wire.settings()); \
             wire.assert_hidden(\"{title}\", &client); \
             wire.{reader}(\"{title}: {name}\", client.{expression}).await; }}"
        );
    };
    if provider.revokes(TokenKind::AccessToken) {
        call(
            "revoke access token",
            "revocation",
            "revoke_access_token(ACCESS_TOKEN)",
        );
    }
    if provider.revokes(TokenKind::RefreshToken) {
        call(
            "revoke refresh token",
            "revocation",
            "revoke_refresh_token(REFRESH_TOKEN)",
        );
    }
    if provider.introspection.is_some() {
        call("introspect", "introspection", "introspect(ACCESS_TOKEN)");
    }
    if provider.userinfo.is_some() {
        call("user info", "api", "userinfo(&wire.owned())");
    }
    if provider.device_code.is_some() {
        let device = format!("authorize_device({})", scopes(provider, 1));
        call("device authorization", "device", &device);
    }
    for extension in &provider.extensions {
        let arguments = vec!["\"value\""; extension.arguments.len()].join(", ");
        let title = format!("grant {}", extension.name);
        let made = format!("{}({arguments})", extension.method);
        call(&title, "tokens", &made);
    }
    let url = if provider.api.url.is_some() {
        "/path?query=1"
    } else {
        "https://api.example/path"
    };
    call(
        "API call",
        "api",
        &format!("call_api(Method::GET, \"{url}\", &wire.owned())"),
    );
}

/// Logins: with two scopes, with none, and with every option.
fn authorize(body: &mut String, provider: &Provider, title: &str, make: &str) {
    if provider.authorization_code.is_none() {
        return;
    }
    let options = options(provider);
    let required = required(&options);
    let mut login = |name: &str, scopes: &str, options: &str| {
        let _ = writeln!(
            body,
            "{{ let authorize = {make}.authorize({scopes}){options}; \
             wire.assert_hidden(\"{title}: {name}\", &authorize); \
             wire.login(\"{title}: {name}\", authorize.start()); }}"
        );
    };
    login("authorize", &scopes(provider, 2), &required);
    if !provider.scopes.values.is_empty() && provider.scopes.omitted != OmittedScope::Refused {
        login("authorize without scopes", &scopes(provider, 0), &required);
    }
    let by_text = format!("{required}.scope(\"by:text\")");
    login(
        "authorize with a scope by its text",
        &scopes(provider, 0),
        &by_text,
    );
    if !options.is_empty() {
        let all: String = options.iter().map(|option| option.call.as_str()).collect();
        login("authorize with options", &scopes(provider, 1), &all);
    }
}

/// A choice of a login, as the call that makes it.
pub(crate) struct LoginOption {
    pub(crate) call: String,
    pub(crate) required: bool,
}

/// The calls without which no login begins.
fn required(options: &[LoginOption]) -> String {
    let required = options.iter().filter(|option| option.required);
    required.map(|option| option.call.as_str()).collect()
}

pub(crate) fn options(provider: &Provider) -> Vec<LoginOption> {
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let options = options.map(|option| {
        let value = match (&option.choice, option.r#type) {
            (Some(choice), _) => value(choice),
            (None, ParameterType::Text) => "\"any text\"".to_owned(),
            (None, ParameterType::Integer) => "7".to_owned(),
            (None, ParameterType::Boolean) => "true".to_owned(),
        };
        LoginOption {
            call: format!(".{}({value})", option.method),
            required: option.required,
        }
    });
    let chosen = |call: String| LoginOption {
        call,
        required: false,
    };
    let variables = provider
        .variables
        .iter()
        .filter(|variable| variable.by_login);
    let variables = variables.filter_map(|variable| match (&variable.choice, variable.kind) {
        (Some(choice), _) => Some(format!(".{}({})", variable.method, value(choice))),
        (None, VariableKind::BaseUrl) => None,
        (None, _) => Some(format!(".{}(\"{}\")", variable.method, variable.example)),
    });
    let groups = provider.scopes.groups.iter().map(|group| {
        let scopes = group.values.iter().take(2);
        let scopes: Vec<_> = scopes
            .map(|scope| format!("{}::{}", group.type_name, scope.variant))
            .collect();
        format!(".{}([{}])", group.method, scopes.join(", "))
    });
    let offline = provider.offline.iter().map(|_| ".offline()".to_owned());
    options
        .chain(variables.map(chosen))
        .chain(groups.map(chosen))
        .chain(offline.map(chosen))
        .collect()
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
        let required = required(&options(provider));
        let issuer = issuer(provider);
        let _ = writeln!(
            body,
            "{{ let client = {make}.with_settings(wire.settings()); \
             wire.assert_hidden(\"{title}\", &client); \
             let login = client.authorize({scopes}){required}.start().expect(\"a login\"); \
             let callback = wire.callback(&login, {issuer:?}); \
             wire.tokens(\"{title}: exchange code\", client.finish(login.pending, callback)).await; }}"
        );
    }
    if provider.refresh_token.is_some() {
        let _ = writeln!(
            body,
            "{{ let client = {make}.with_settings(wire.settings()); \
             wire.assert_hidden(\"{title}\", &client); \
             wire.tokens(\"{title}: refresh\", client.refresh(&wire.owned())).await; }}"
        );
    }
    if provider.client_credentials.is_some() && kind == ClientKind::Confidential {
        let scopes = scopes(provider, 2);
        let _ = writeln!(
            body,
            "{{ let client = {make}.with_settings(wire.settings()); \
             wire.assert_hidden(\"{title}\", &client); \
             wire.tokens(\"{title}: client credentials\", client.client_credentials({scopes})).await; }}"
        );
    }
}

/// The URLs that requests go to when nothing is replaced.
fn urls(body: &mut String, provider: &Provider, title: &str, make: &str) {
    let mut url = |name: &str, expression: &str| {
        let _ = writeln!(
            body,
            "wire.url(\"{title}: {name}\", {make}.{expression}.to_http_request());"
        );
    };
    if provider.refresh_token.is_some() {
        url("token endpoint", "refresh(&wire.owned())");
    } else if provider.client_credentials.is_some() {
        url(
            "token endpoint",
            &format!("client_credentials({})", scopes(provider, 0)),
        );
    }
    if provider.revokes(TokenKind::AccessToken) {
        url("revocation endpoint", "revoke_access_token(ACCESS_TOKEN)");
    } else if provider.revokes(TokenKind::RefreshToken) {
        url("revocation endpoint", "revoke_refresh_token(REFRESH_TOKEN)");
    }
    if provider.introspection.is_some() {
        url("introspection endpoint", "introspect(ACCESS_TOKEN)");
    }
    if provider.userinfo.is_some() {
        url("UserInfo endpoint", "userinfo(&wire.owned())");
    }
    if provider.api.url.is_some() {
        url("API", "call_api(Method::GET, \"/path\", &wire.owned())");
    }
}

fn scopes(provider: &Provider, count: usize) -> String {
    let scopes = provider.scopes.values.iter().take(count);
    let scopes: Vec<_> = scopes
        .map(|scope| format!("Scope::{}", scope.variant))
        .collect();
    format!("[{}]", scopes.join(", "))
}

fn value(choice: &Choice) -> String {
    format!("{}::{}", choice.type_name, choice.values[0].variant)
}

/// The issuer of the client that is made here.
fn issuer(provider: &Provider) -> Option<String> {
    let mut issuer = provider.issuer.clone()?;
    if let Some(environment) = provider.environments.first() {
        issuer = environment.fill_in(&issuer);
    }
    for variable in &provider.variables {
        let name = format!("{{{}}}", variable.name);
        let value = variable.default.as_ref().unwrap_or(&variable.example);
        issuer = issuer.replace(&name, value);
    }
    Some(issuer)
}
