//! The example in a module's documentation: the shortest way through the provider's main grant.

use std::fmt::Write;

use crate::model::{ClientKind, Provider, VariableKind};
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
    let runtime = match &options.example_crate {
        Some(name) => format!("{name}::runtime"),
        None => options.runtime.trim_start_matches("::").to_owned(),
    };
    let scope = provider
        .scopes
        .values
        .first()
        .map(|scope| format!("Scope::{}", scope.variant));
    let mut imports = vec!["Client".to_owned()];
    imports.extend(scope.is_some().then(|| "Scope".to_owned()));
    for variable in provider.required_variables() {
        if let Some(choice) = &variable.choice {
            imports.push(choice.type_name.clone());
        }
    }
    imports.sort();
    let imports = match imports.as_slice() {
        [one] => one.clone(),
        many => format!("{{{}}}", many.join(", ")),
    };
    let scopes = scope.map(|scope| format!("[{scope}]")).unwrap_or_default();
    let code = provider.authorization_code.is_some();
    let callback = if code { "callback: &str" } else { "" };
    let mut text = format!(
        "```{fence}\nuse {path}{id}::{imports};\n\n\
         # async fn example({callback}) -> Result<(), {runtime}::Error> {{\n\
         let {client} = {}",
        constructor(provider)
    );
    if code {
        let _ = write!(
            text,
            "\n    .redirect_uri(\"https://app.example/callback\");\n\n\
             let login = {client}.authorize({scopes}).start()?;\n\
             // Keep `login.pending` in the user's session, send the browser to `login.url`,\n\
             // and read the callback that it comes back with.\n\
             let tokens = {client}.finish(login.pending, callback).await?;\n"
        );
    } else {
        let _ = write!(
            text,
            ";\n\nlet tokens = {client}.client_credentials({scopes}).await?;\n"
        );
    }
    text + "# Ok(())\n# }\n```\n"
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
    let name = if provider.clients().count() == 1 {
        "new"
    } else {
        kind
    };
    let question = if fallible { "?" } else { "" };
    format!("Client::{name}({}){question}", arguments.join(", "))
}
