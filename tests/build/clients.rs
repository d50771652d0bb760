//! Expressions that make clients and choose what a login may choose.

use oauth_atlas_codegen::model::{
    Choice, ClientKind, ParameterType, Provider, ResourceStatus, VariableKind,
};

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
    match provider.description().has_secret_in_header() {
        true => "PLAIN_SECRET",
        false => "CLIENT_SECRET",
    }
}

/// A choice of a login, as the call that makes it.
pub(crate) struct LoginOption {
    pub(crate) call: String,
    /// The same of a client that knows names and values as text.
    pub(crate) by_text: String,
    /// Whether no login begins without it.
    pub(crate) required: bool,
    /// Whether a login that is to last makes it.
    pub(crate) is_usual: bool,
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

fn value(choice: &Choice) -> String {
    format!("{}::{}", choice.type_name, choice.values[0].variant)
}
