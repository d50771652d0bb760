//! Every client of every provider in one shape, so that one test drives them all against the fakes.

use std::fmt::Write;

use oauth_atlas_codegen::model::{
    Answer, ClientAuth, ClientKind, OperationKind, ParameterType, Presence, Proof, Provider,
    Rotation,
};

use crate::Module;
use crate::calls::{LoginOption, constructor_with, options};

pub(crate) fn fakes(modules: &[Module]) -> String {
    let mut text = String::from("pub static FAKED: &[Faked] = &[\n");
    for module in modules {
        text += &faked(module);
    }
    text += "];\n";
    for module in modules {
        text += &driven(module);
    }
    text
}

fn faked(Module { path, provider }: &Module) -> String {
    let id = &provider.id;
    let fake = match *path {
        "oauth_atlas" => format!("oauth_atlas::{id}::fake"),
        _ => format!("{path}::fakes::{id}"),
    };
    let is_never = |name: &str| {
        let mut members = provider.token_response.members.iter();
        members.any(|member| member.name == name && member.presence == Presence::Never)
    };
    let refresh = provider.refresh_token.as_ref();
    let refreshes = refresh.is_some() && !is_never("refresh_token");
    let rotates = refresh.is_some_and(|grant| grant.rotation == Rotation::Always);
    let ends = refresh.is_some_and(|grant| grant.ends_access_token == Answer::Yes);
    let complete = !provider.scopes.values.is_empty() && !provider.scopes.partial;
    let mut text = format!(
        "Faked {{ id: \"{id}\", fake: {fake}, provider: &{path}::{id}::PROVIDER, \
         refreshes: {refreshes}, rotates: {rotates}, ends_access_token: {ends}, \
         knows_every_scope: {complete}, variables: &["
    );
    for variable in provider.required_variables().chain(provider.values()) {
        let value = variable.values.first().unwrap_or(&variable.example);
        let _ = write!(text, "({:?}, {value:?}),", variable.name);
    }
    let has_own = provider.client_credentials.is_some();
    let _ = write!(text, "], has_own_tokens: {has_own}, required: &[");
    let choices = provider.authorization.iter().flat_map(|one| &one.options);
    for choice in choices.filter(|choice| choice.required) {
        let value = match (choice.values.first(), choice.r#type) {
            (Some(value), _) => value,
            (None, ParameterType::Text) => "any text",
            (None, ParameterType::Integer) => "7",
            (None, ParameterType::Boolean) => "true",
            (None, ParameterType::Json) => "{}",
        };
        let _ = write!(text, "({:?}, {value:?}),", choice.name);
    }
    text += "], scopes: &[";
    for scope in provider.scopes.values.iter().take(2) {
        let _ = write!(text, "{:?},", scope.name);
    }
    text += "], trials: &[\n";
    for (kind, client) in provider.clients() {
        let make = constructor_with(
            provider,
            kind,
            "given.id",
            "given.secret",
            "given.redirect_uri",
        );
        let title = kind.word();
        trial(&mut text, path, provider, kind, title, &make);
        // A fake takes certificates where it is told to.
        let is_by_certificate = |method: &ClientAuth| {
            let record = method.record();
            record.is_some_and(|record| {
                matches!(record.proof, Proof::Certificate | Proof::OwnCertificate)
            })
        };
        let others = client.auth.iter().skip(1);
        for method in others.filter(|method| !is_by_certificate(method)) {
            let title = format!("{title}, {}", method.word());
            let made = format!("{make}.client_auth(oauth_atlas::ClientAuth::{method:?})");
            trial(&mut text, path, provider, kind, &title, &made);
        }
        for encoding in provider.selectable_encodings().iter().skip(1) {
            let title = format!("{title}, {} body", encoding.word());
            let made = format!("{make}.token_encoding(oauth_atlas::Encoding::{encoding:?})");
            trial(&mut text, path, provider, kind, &title, &made);
        }
        for separator in provider.selectable_separators().iter().skip(1) {
            let title = format!("{title}, {} between scopes", separator.word());
            let made = format!("{make}.scope_separator(oauth_atlas::Separator::{separator:?})");
            trial(&mut text, path, provider, kind, &title, &made);
        }
        for environment in provider.environments.iter().skip(1) {
            let title = format!("{title}, {}", environment.name);
            let made = format!("{make}.environment(Environment::{})", environment.variant);
            let environment = Some(environment.name.as_str());
            trial_in(
                &mut text,
                path,
                provider,
                kind,
                (&title, environment),
                &made,
            );
        }
    }
    text += "] },\n";
    text
}

fn trial(
    text: &mut String,
    path: &str,
    provider: &Provider,
    kind: ClientKind,
    title: &str,
    make: &str,
) {
    trial_in(text, path, provider, kind, (title, None), make);
}

fn trial_in(
    text: &mut String,
    path: &str,
    provider: &Provider,
    kind: ClientKind,
    (title, environment): (&str, Option<&str>),
    make: &str,
) {
    let id = &provider.id;
    let is_public = kind == ClientKind::Public;
    let _ = writeln!(
        text,
        "Trial {{ title: {title:?}, is_public: {is_public}, environment: {environment:?}, make: |given| {{ \
         #[allow(unused_imports)] use {path}::{id}::*; \
         Box::new({make}.with_settings(given.settings())) }} }},"
    );
}

fn driven(Module { path, provider }: &Module) -> String {
    let id = &provider.id;
    let mut body = String::new();
    let mut method = |signature: &str, expression: &str| {
        let _ = writeln!(body, "fn {signature} {{ Some({expression}) }}");
    };
    let mut extensions = String::new();
    for operation in provider.operations() {
        match operation.kind {
            OperationKind::PushAuthorization => {
                let scopes = scopes(provider, true);
                let options = options(provider);
                let usual = options.iter().filter(|option| option.is_usual);
                let usual: String = usual.map(|option| option.call.as_str()).collect();
                method(
                    "push(&self) -> Option<PushedAuthorizationRequest>",
                    &format!("self.authorize({scopes}){usual}.push()"),
                );
            }
            OperationKind::Authorize => {
                let start = match provider.require_pushed_requests {
                    true => ".push())",
                    false => ".start())",
                };
                let options = options(provider);
                let calls = |only: &dyn Fn(&LoginOption) -> bool| -> String {
                    let chosen = options.iter().filter(|option| only(option));
                    chosen.map(|option| option.call.as_str()).collect()
                };
                let usual = calls(&|option| option.is_usual);
                let all = calls(&|_| true);
                method(
                    "login(&self, ask: Ask) -> Option<Result<Login, Error>>",
                    &format!(
                        "match ask {{ Ask::Usual => begun(self.authorize({scopes}){usual}{start}, \
                         Ask::Everything => begun(self.authorize({scopes}){all}{start}, \
                         Ask::Unknown => begun(self.authorize({scopes}){usual}.scope(\"no:such-scope\"){start} }}",
                        scopes = scopes(provider, true),
                    ),
                );
            }
            OperationKind::ExchangeCode => method(
                "exchange(&self, pending: Pending, callback: String) -> Option<TokenRequest>",
                "self.finish(pending, callback)",
            ),
            OperationKind::Refresh => method(
                "renew(&self, tokens: &TokenSet) -> Option<TokenRequest>",
                "self.refresh(tokens)",
            ),
            OperationKind::ClientCredentials => {
                let scopes = scopes(provider, false);
                method(
                    "own_tokens(&self) -> Option<TokenRequest>",
                    &format!("self.client_credentials({scopes})"),
                );
            }
            OperationKind::AuthorizeDevice => {
                let scopes = scopes(provider, true);
                method(
                    "start_device(&self) -> Option<DeviceRequest>",
                    &format!("self.authorize_device({scopes})"),
                );
            }
            OperationKind::PollDevice => method(
                "ask_device<'l>(&self, login: &'l mut DeviceLogin) -> Option<DevicePoll<'l>>",
                "self.poll_device(login)",
            ),
            OperationKind::Extension => {
                let extension = operation.extension.expect("a grant of the provider's own");
                let arguments = vec!["\"value\""; extension.arguments.len()].join(", ");
                let _ = write!(
                    extensions,
                    "(\"{}\", self.{}({arguments})),",
                    extension.name, extension.method
                );
            }
            OperationKind::RevokeAccessToken => method(
                "end_access(&self, tokens: &TokenSet) -> Option<Revocation>",
                "self.revoke_access_token(tokens.access_token().clone())",
            ),
            OperationKind::RevokeRefreshToken => method(
                "end_refresh(&self, tokens: &TokenSet) -> Option<Revocation>",
                "self.revoke_refresh_token(tokens.refresh_token()?.clone())",
            ),
            OperationKind::Introspect => method(
                "look_up(&self, tokens: &TokenSet) -> Option<Introspection>",
                "self.introspect(tokens.access_token().clone())",
            ),
            OperationKind::UserInfo => method(
                "user(&self, tokens: &TokenSet) -> Option<ApiCall>",
                "self.userinfo(tokens)",
            ),
            OperationKind::CallApi => {
                let url = if provider.api.url.is_some() {
                    "/path?query=1"
                } else {
                    "https://api.example/path"
                };
                method(
                    "resource(&self, tokens: &TokenSet) -> Option<ApiCall>",
                    &format!("self.call_api(Method::GET, \"{url}\", tokens)"),
                );
            }
        }
    }
    format!(
        "#[allow(deprecated)] const _: () = {{\n#[allow(unused_imports)] use {path}::{id}::*;\n\
         impl Driven for {path}::{id}::Client {{\n{body}\
         fn extensions(&self) -> Vec<(&'static str, TokenRequest)> {{ vec![{extensions}] }}\n\
         }}\n}};\n"
    )
}

/// Two scopes, and for a user the one that the user's data asks for.
fn scopes(provider: &Provider, is_for_user: bool) -> String {
    let needed = provider
        .userinfo
        .iter()
        .filter_map(|one| one.scope.as_ref());
    let needed: Vec<_> = needed.filter(|_| is_for_user).collect();
    let scopes = provider.scopes.values.iter().enumerate();
    let scopes: Vec<_> = scopes
        .filter(|(index, scope)| *index < 2 || needed.contains(&&scope.name))
        .map(|(_, scope)| format!("Scope::{}", scope.variant))
        .collect();
    format!("[{}]", scopes.join(", "))
}
