//! Every operation of every provider, as calls of its typed client.

use std::collections::BTreeSet;
use std::fmt::Write;

use oauth_atlas_codegen::model::{
    Choice, Client, ClientAuth, ClientKind, EndpointKind, Offered, OmittedScope, OperationKind,
    ParameterType, Proof, Provider, ResourceStatus, VariableKind,
};

use crate::Module;

pub(crate) fn calls(modules: &[Module]) -> String {
    let mut text = String::from("pub static COVERED: &[Covered] = &[\n");
    for Module { path, provider } in modules {
        let id = &provider.id;
        let options = options(provider);
        let by_text = |only: &dyn Fn(&LoginOption) -> bool| -> String {
            let chosen = options.iter().filter(|option| only(option));
            chosen.map(|option| option.by_text.as_str()).collect()
        };
        let _ = write!(
            text,
            "Covered {{ id: \"{id}\", published: {}, provider: &{path}::{id}::PROVIDER, \
             calls: |wire| Box::pin(calls_{id}(wire)), has_options: {}, \
             required: |login| login{}, everything: |login| login{}, variables: &[",
            *path == "oauth_atlas",
            !options.is_empty(),
            by_text(&|option| option.required),
            by_text(&|_| true),
        );
        for variable in provider.required_variables().chain(provider.values()) {
            let value = variable.values.first().unwrap_or(&variable.example);
            let _ = write!(text, "({:?}, {value:?}),", variable.name);
        }
        text += "] },\n";
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
        let operations = provider.operations();
        let operations = operations.iter().filter(|one| one.kind.is_for(kind));
        let operations: Vec<_> = operations.collect();
        for operation in &operations {
            call(&mut body, provider, title, &make, operation);
        }
        let mut varied = |title: &str, make: &str, variation: Variation| {
            for operation in &operations {
                if varies(operation.kind) == Some(variation) {
                    call(&mut body, provider, title, make, operation);
                }
            }
        };
        // An HMAC is another one each time.
        let is_same = |method: &&ClientAuth| {
            let record = method.record();
            record.is_none_or(|record| record.proof != Proof::Mac)
        };
        for method in client.auth.iter().skip(1).filter(is_same) {
            let made = format!("{make}.client_auth(oauth_atlas::ClientAuth::{method:?})");
            let title = format!("{title}, {}", method.word());
            varied(&title, &made, Variation::TokenRequest);
        }
        for encoding in provider.selectable_encodings().iter().skip(1) {
            let made = format!("{make}.token_encoding(oauth_atlas::Encoding::{encoding:?})");
            let title = format!("{title}, {} body", encoding.word());
            varied(&title, &made, Variation::TokenRequest);
        }
        for separator in provider.selectable_separators().iter().skip(1) {
            let made = format!("{make}.scope_separator(oauth_atlas::Separator::{separator:?})");
            let title = format!("{title}, {} between scopes", separator.word());
            varied(&title, &made, Variation::Login);
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
    let values = provider.values().map(|variable| {
        let value = match &variable.choice {
            Some(choice) => value(choice),
            None => format!("{:?}", variable.example),
        };
        format!(".{}({value})", variable.method)
    });
    let values: String = values.collect();
    format!(
        "Client::{name}({}){unwrap}{redirect}{values}",
        arguments.join(", ")
    )
}

/// A secret that goes into a header as it is has to be printable ASCII.
fn secret(provider: &Provider) -> &'static str {
    let in_header = |client: &Client| {
        let mut methods = client.auth.iter();
        methods.any(|method| matches!(method, ClientAuth::BearerSecret | ClientAuth::Own))
    };
    match provider.confidential.as_ref().is_some_and(in_header) {
        true => "PLAIN_SECRET",
        false => "CLIENT_SECRET",
    }
}

/// In what a client may choose to send a request otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variation {
    /// What stands between two scopes.
    Login,
    /// The client authentication and the encoding.
    TokenRequest,
}

fn varies(operation: OperationKind) -> Option<Variation> {
    match operation {
        OperationKind::Authorize => Some(Variation::Login),
        OperationKind::ExchangeCode | OperationKind::Refresh | OperationKind::ClientCredentials => {
            Some(Variation::TokenRequest)
        }
        // Their requests vary as those above do.
        OperationKind::PushAuthorization
        | OperationKind::AuthorizeDevice
        | OperationKind::PollDevice
        | OperationKind::Extension
        | OperationKind::RevokeAccessToken
        | OperationKind::RevokeRefreshToken
        | OperationKind::Introspect
        | OperationKind::UserInfo
        | OperationKind::CallApi => None,
    }
}

/// The call of an operation, and where a login may be begun in several ways, each of them.
fn call(body: &mut String, provider: &Provider, title: &str, make: &str, operation: &Offered) {
    let (name, reader, expression) = match operation.kind {
        OperationKind::PushAuthorization => {
            let scopes = scopes(provider, 2);
            let required = required(&options(provider));
            (
                "push authorization".to_owned(),
                "push",
                format!("client.authorize({scopes}){required}.push()"),
            )
        }
        OperationKind::Authorize => return authorize(body, provider, title, make),
        OperationKind::ExchangeCode => {
            let scopes = scopes(provider, 2);
            let required = required(&options(provider));
            let issuer = issuer(provider);
            let begun = begun(provider, &format!("client.authorize({scopes}){required}"));
            let login = format!(
                "{{ let login = {begun}.expect(\"a login\"); \
                 let callback = wire.callback(&login, {issuer:?}); \
                 client.finish(login.pending, callback) }}"
            );
            ("exchange code".to_owned(), "tokens", login)
        }
        OperationKind::Refresh => (
            "refresh".to_owned(),
            "tokens",
            "client.refresh(&wire.owned())".to_owned(),
        ),
        OperationKind::ClientCredentials => (
            "client credentials".to_owned(),
            "tokens",
            format!("client.client_credentials({})", scopes(provider, 2)),
        ),
        OperationKind::AuthorizeDevice => (
            "device authorization".to_owned(),
            "device",
            format!("client.authorize_device({})", scopes(provider, 1)),
        ),
        OperationKind::PollDevice => {
            let scopes = scopes(provider, 1);
            let _ = writeln!(
                body,
                "{{ let client = {make}.with_settings(wire.settings()); \
                 let mut login = wire.device_login(&client.authorize_device({scopes})); \
                 wire.poll(\"{title}: device poll\", client.poll_device(&mut login)).await; }}"
            );
            return;
        }
        OperationKind::Extension => {
            let extension = operation.extension.expect("a grant of the provider's own");
            let arguments = vec!["\"value\""; extension.arguments.len()].join(", ");
            (
                format!("grant {}", extension.name),
                "tokens",
                format!("client.{}({arguments})", extension.method),
            )
        }
        OperationKind::RevokeAccessToken => (
            "revoke access token".to_owned(),
            "revocation",
            "client.revoke_access_token(ACCESS_TOKEN)".to_owned(),
        ),
        OperationKind::RevokeRefreshToken => (
            "revoke refresh token".to_owned(),
            "revocation",
            "client.revoke_refresh_token(REFRESH_TOKEN)".to_owned(),
        ),
        OperationKind::Introspect => (
            "introspect".to_owned(),
            "introspection",
            "client.introspect(ACCESS_TOKEN)".to_owned(),
        ),
        OperationKind::UserInfo => (
            "user info".to_owned(),
            "api",
            "client.userinfo(&wire.owned())".to_owned(),
        ),
        OperationKind::CallApi => {
            let url = if provider.api.url.is_some() {
                "/path?query=1"
            } else {
                "https://api.example/path"
            };
            (
                "API call".to_owned(),
                "api",
                format!("client.call_api(Method::GET, \"{url}\", &wire.owned())"),
            )
        }
    };
    let _ = writeln!(
        body,
        "{{ let client = {make}.with_settings(wire.settings()); \
         wire.assert_hidden(\"{title}\", &client); \
         let request = {expression}; \
         wire.{reader}(\"{title}: {name}\", request).await; }}"
    );
}

/// Logins: with two scopes, with none, and with every option.
fn authorize(body: &mut String, provider: &Provider, title: &str, make: &str) {
    let options = options(provider);
    let required = required(&options);
    let begun = begun(provider, "authorize");
    let mut login = |name: &str, scopes: &str, options: &str| {
        let _ = writeln!(
            body,
            "{{ let authorize = {make}.authorize({scopes}){options}; \
             wire.assert_hidden(\"{title}: {name}\", &authorize); \
             let login = {begun}; \
             wire.login(\"{title}: {name}\", login); }}"
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

/// An expression that begins the login of this one: one that is pushed, and answered at once, where
/// the provider takes no other.
fn begun(provider: &Provider, authorize: &str) -> String {
    match provider.require_pushed_requests {
        true => format!("wire.answered(&{authorize}.push())"),
        false => format!("{authorize}.start()"),
    }
}

/// A choice of a login, as the call that makes it.
pub(crate) struct LoginOption {
    pub(crate) call: String,
    /// The same of a client that knows names and values as text.
    by_text: String,
    /// Whether no login begins without it.
    required: bool,
    /// Whether a login that is to last makes it.
    pub(crate) is_usual: bool,
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
        let (value, text) = match (&option.choice, option.r#type) {
            (Some(choice), _) => (value(choice), choice.first().wire.as_str()),
            (None, ParameterType::Text) => ("\"any text\"".to_owned(), "any text"),
            (None, ParameterType::Integer) => ("7".to_owned(), "7"),
            (None, ParameterType::Boolean) => ("true".to_owned(), "true"),
            (None, ParameterType::Json) => ("\"[{}]\"".to_owned(), "[{}]"),
        };
        LoginOption {
            call: format!(".{}({value})", option.method),
            by_text: format!(".option({:?}, {text:?})", option.name),
            required: option.required,
            is_usual: option.required,
        }
    });
    let chosen = |(call, by_text): (String, String)| LoginOption {
        call,
        by_text,
        required: false,
        is_usual: false,
    };
    let variables = provider
        .variables
        .iter()
        .filter(|variable| variable.by_login);
    let variables = variables.filter_map(|variable| {
        let (value, text) = match (&variable.choice, variable.kind) {
            (Some(choice), _) => (value(choice), &choice.first().wire),
            (None, VariableKind::BaseUrl) => return None,
            (None, _) => (format!("{:?}", variable.example), &variable.example),
        };
        Some((
            format!(".{}({value})", variable.method),
            format!(".variable({:?}, {text:?})", variable.name),
        ))
    });
    let groups = provider.scopes.groups.iter().map(|group| {
        let scopes = group.values.iter().take(2);
        let names: Vec<_> = scopes.clone().map(|scope| scope.name.as_str()).collect();
        let scopes: Vec<_> = scopes
            .map(|scope| format!("{}::{}", group.type_name, scope.variant))
            .collect();
        (
            format!(".{}([{}])", group.method, scopes.join(", ")),
            format!(".group({:?}, {names:?})", group.parameter),
        )
    });
    let offline = provider.offline.iter().map(|_| LoginOption {
        call: ".offline()".to_owned(),
        by_text: ".offline()".to_owned(),
        required: false,
        is_usual: true,
    });
    let is_taken = provider.resource.as_ref();
    let is_taken = is_taken.is_some_and(|told| told.value == ResourceStatus::Supported);
    let call = |method: &str| format!(".{method}(\"https://api.example/v1\")");
    let resource = is_taken.then(|| (call("for_resource"), call("resource")));
    options
        .chain(variables.map(chosen))
        .chain(groups.map(chosen))
        .chain(resource.map(chosen))
        .chain(offline)
        .collect()
}

/// The URLs that requests go to when nothing is replaced, each endpoint's once.
fn urls(body: &mut String, provider: &Provider, title: &str, make: &str) {
    let mut seen = BTreeSet::new();
    for operation in provider.operations() {
        let expression = match operation.kind {
            // A login's URL is recorded with the login, and those that need an answer first go
            // where others go.
            OperationKind::PushAuthorization
            | OperationKind::Authorize
            | OperationKind::ExchangeCode
            | OperationKind::AuthorizeDevice
            | OperationKind::PollDevice
            | OperationKind::Extension => continue,
            OperationKind::Refresh => "refresh(&wire.owned())".to_owned(),
            OperationKind::ClientCredentials => {
                format!("client_credentials({})", scopes(provider, 0))
            }
            OperationKind::RevokeAccessToken => "revoke_access_token(ACCESS_TOKEN)".to_owned(),
            OperationKind::RevokeRefreshToken => "revoke_refresh_token(REFRESH_TOKEN)".to_owned(),
            OperationKind::Introspect => "introspect(ACCESS_TOKEN)".to_owned(),
            OperationKind::UserInfo => "userinfo(&wire.owned())".to_owned(),
            OperationKind::CallApi if provider.api.url.is_none() => continue,
            OperationKind::CallApi => "call_api(Method::GET, \"/path\", &wire.owned())".to_owned(),
        };
        // Where tokens are refreshed stands for where they come from.
        let name = match operation.endpoint {
            EndpointKind::Refresh => EndpointKind::Token.to_string(),
            endpoint => endpoint.to_string(),
        };
        if seen.insert(name.clone()) {
            let _ = writeln!(
                body,
                "wire.url(\"{title}: {name}\", \
                 {make}.with_settings(wire.program()).{expression}.to_http_request());"
            );
        }
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
    // The client's id, as it stands in a URL.
    issuer = issuer.replace("{client_id}", "client%2Fid%2B1");
    Some(issuer)
}
