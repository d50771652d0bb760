//! The example in a module's documentation: the shortest way through the provider's main grant.

use crate::model::{ClientKind, GrantKind, OperationKind, Provider, VariableKind};
use crate::render::Options;

pub(super) fn example(provider: &Provider, options: &Options) -> String {
    let id = &provider.id;
    // The example's own names.
    let client = match id.as_str() {
        "callback" | "login" | "tokens" => "client",
        id => id,
    };
    let (fence, path) = match &options.example_crate {
        Some(name) => ("no_run", format!("{name}::")),
        None => ("ignore", "crate::".to_owned()),
    };
    let library = match &options.example_crate {
        Some(name) => name.as_str(),
        None => options.library.trim_start_matches("::"),
    };
    let scope = provider.scopes.values.first();
    let scope = scope.map(|scope| format!("Scope::{}", scope.variant));
    let scopes = format!("[{}]", scope.as_deref().unwrap_or_default());
    // What stands behind the client, and how it comes to tokens.
    let Some(first) = provider.first_tokens() else {
        return String::new();
    };
    let start = match provider.require_pushed_requests {
        true => ".push().await",
        false => ".start()",
    };
    let (setting, steps) = match first.kind {
        OperationKind::PushAuthorization
        | OperationKind::Authorize
        | OperationKind::ExchangeCode => (
            "\n    .redirect_uri(\"https://app.example/callback\")",
            format!(
                "let login = {client}.authorize({scopes}){start}?;\n\
                 // Keep `login.pending` in the user's session, send the browser to `login.url`,\n\
                 // and read the callback that it comes back with.\n\
                 let tokens = {client}.finish(login.pending, callback).await?;\n"
            ),
        ),
        OperationKind::AuthorizeDevice | OperationKind::PollDevice => (
            "",
            format!(
                "let login = {client}.authorize_device({scopes}).await?;\n\
                 println!(\"Open {{}} and enter {{}}\", login.verification_uri(), login.user_code());\n\
                 let tokens = {client}.finish_device(login).await?;\n"
            ),
        ),
        OperationKind::ClientCredentials => (
            "",
            format!("let tokens = {client}.client_credentials({scopes}).await?;\n"),
        ),
        OperationKind::Extension => {
            let arguments = first.extension.iter().flat_map(|grant| &grant.arguments);
            let arguments: Vec<_> = arguments
                .map(|one| format!("\"{}\"", one.argument.replace('_', " ")))
                .collect();
            let method = first.extension.map_or("", |grant| grant.method.as_str());
            let arguments = arguments.join(", ");
            (
                "",
                format!("let tokens = {client}.{method}({arguments}).await?;\n"),
            )
        }
        // They need tokens.
        OperationKind::Register
        | OperationKind::Refresh
        | OperationKind::RevokeAccessToken
        | OperationKind::RevokeRefreshToken
        | OperationKind::Introspect
        | OperationKind::UserInfo
        | OperationKind::CallApi => return String::new(),
    };
    let mut imports = vec!["Client".to_owned()];
    let asks_for_scopes = first.kind != OperationKind::Extension;
    imports.extend(
        scope
            .filter(|_| asks_for_scopes)
            .map(|_| "Scope".to_owned()),
    );
    let needed = provider.values().filter(|variable| variable.is_needed());
    for variable in provider.required_variables().chain(needed) {
        if let Some(choice) = &variable.choice {
            imports.push(choice.type_name.clone());
        }
    }
    imports.sort();
    let constructor = constructor(provider);
    // As rustfmt has it: behind arguments on lines of their own, a method is not indented.
    let setting = match constructor.contains('\n') {
        true => setting.replace("    ", ""),
        false => setting.to_owned(),
    };
    let imports = match imports.as_slice() {
        [one] => one.clone(),
        many => format!("{{{}}}", many.join(", ")),
    };
    let needed = provider.values().filter(|variable| variable.is_needed());
    let values: String = needed
        .map(|variable| {
            let value = match &variable.choice {
                Some(choice) => format!("{}::{}", choice.type_name, choice.first().variant),
                None => format!("{:?}", variable.example),
            };
            format!("\n    .{}({value})", variable.method)
        })
        .collect();
    let callback = match first.kind.grant() {
        Some(GrantKind::AuthorizationCode) => "callback: &str",
        _ => "",
    };
    let (also, named) = match &provider.user_agent {
        Some(asked) => (
            format!("use {library}::Settings;\n"),
            format!(
                "\n    .with_settings(Settings::new().user_agent({:?})?)",
                asked.example
            ),
        ),
        None => (String::new(), String::new()),
    };
    format!(
        "```{fence}\n{also}use {path}{id}::{imports};\n\n\
         # async fn example({callback}) -> Result<(), {library}::Error> {{\n\
         let {client} = {constructor}{setting}{values}{named};\n\n{steps}# Ok(())\n# }}\n```\n"
    )
}

/// The lines of [`example`] that a reader sees.
pub(crate) fn visible(provider: &Provider, options: &Options) -> String {
    let text = example(provider, options);
    let hidden = |line: &&str| line.starts_with("```") || line.starts_with("# ");
    let lines: Vec<_> = text.lines().filter(|line| !hidden(line)).collect();
    lines.join("\n") + "\n"
}

/// The call that makes a client.
fn constructor(provider: &Provider) -> String {
    let mut fallible = false;
    let mut arguments: Vec<_> = provider
        .required_variables()
        .map(|variable| match &variable.choice {
            Some(choice) => {
                format!("{}::{}", choice.type_name, choice.first().variant)
            }
            None => {
                fallible |= variable.kind == VariableKind::BaseUrl;
                format!("{:?}", variable.example)
            }
        })
        .collect();
    arguments.push("\"client id\"".to_owned());
    let kind = match provider.clients().next() {
        Some((ClientKind::Confidential, _)) => {
            arguments.push("\"client secret\"".to_owned());
            "confidential"
        }
        _ => "public",
    };
    let question = if fallible { "?" } else { "" };
    let on_one_line = arguments.join(", ");
    let arguments = match on_one_line.len() {
        0..=50 => on_one_line,
        _ => format!("\n    {},\n", arguments.join(",\n    ")),
    };
    format!("Client::{kind}({arguments}){question}")
}
