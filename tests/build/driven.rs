//! Every client of every provider in one shape, so that one test drives them all.

use std::fmt::Write;

use oauth_atlas_codegen::model::{Answer, ClientKind, OperationKind, Presence, Provider, Rotation};

use crate::Module;
use crate::clients::{LoginOption, constructor_with, options};

pub(crate) fn driven(modules: &[Module]) -> String {
    let mut text = String::from("pub static COVERED: &[&Covered] = &[\n");
    for Module { provider, .. } in modules {
        let _ = writeln!(text, "&{}::COVERED,", provider.id);
    }
    text += "];\n";
    for module in modules {
        text += &of_one(module);
    }
    text
}

fn of_one(module: &Module) -> String {
    let Module { path, provider } = module;
    let id = &provider.id;
    let constructors: String = provider
        .clients()
        .map(|(kind, _)| {
            let make = constructor_with(
                provider,
                kind,
                "given.id",
                "given.secret",
                "given.redirect_uri",
            );
            format!(
                "fn {kind}(given: &Given<'_>) -> Client {{ \
                 {make}.with_settings(given.settings.clone()) }}\n",
                kind = kind.word(),
            )
        })
        .collect();
    format!(
        "#[allow(deprecated)]\nmod {id} {{\n\
         #[allow(unused_imports)] use {path}::{id}::*;\n\
         #[allow(unused_imports)] use super::{{Asked, Begun, Choices, Covered, Driven, Given, Trial, shown}};\n\
         {constructors}{covered}{asked}{client}}}\n",
        covered = covered(module),
        asked = asked(provider),
        client = client(provider),
    )
}

fn covered(Module { path, provider }: &Module) -> String {
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
    let options = options(provider);
    let mut text = format!(
        "pub(super) static COVERED: Covered = Covered {{ id: \"{id}\", published: {published}, \
         provider: &PROVIDER, fake: {fake}, refreshes: {refreshes}, rotates: {rotates}, \
         ends_access_token: {ends}, knows_every_scope: {complete}, has_options: {has_options}, \
         choose: |login, choices| {chosen}, variables: &[",
        published = *path == "oauth_atlas",
        has_options = !options.is_empty(),
        chosen = chosen(&options, |option| &option.by_text),
    );
    for variable in provider.required_variables().chain(provider.values()) {
        let value = variable.values.first().unwrap_or(&variable.example);
        let _ = write!(text, "({:?}, {value:?}),", variable.name);
    }
    text += "], trials: &[\n";
    for (kind, client) in provider.clients() {
        let word = kind.word();
        trial(&mut text, kind, word, "");
        for method in client.auth.iter().skip(1) {
            let choice = format!(".client_auth(oauth_atlas::ClientAuth::{method:?})");
            trial(
                &mut text,
                kind,
                &format!("{word}, {}", method.word()),
                &choice,
            );
        }
        for encoding in provider.selectable_encodings().iter().skip(1) {
            let choice = format!(".token_encoding(oauth_atlas::Encoding::{encoding:?})");
            let title = format!("{word}, {} body", encoding.word());
            trial(&mut text, kind, &title, &choice);
        }
        for separator in provider.selectable_separators().iter().skip(1) {
            let choice = format!(".scope_separator(oauth_atlas::Separator::{separator:?})");
            let title = format!("{word}, {} between scopes", separator.word());
            trial(&mut text, kind, &title, &choice);
        }
        for environment in &provider.environments {
            let choice = format!(".environment(Environment::{})", environment.variant);
            let title = format!("{word}, {}", environment.name);
            trial(&mut text, kind, &title, &choice);
        }
    }
    text + "] };\n"
}

fn trial(text: &mut String, kind: ClientKind, title: &str, choice: &str) {
    let _ = writeln!(
        text,
        "Trial {{ title: {title:?}, make: |given| Box::new({}(given){choice}) }},",
        kind.word()
    );
}

/// A function that asks for a login.
fn asked(provider: &Provider) -> String {
    let operations = provider.operations();
    let mut kinds = operations.iter().map(|one| one.kind);
    if !kinds.any(|kind| kind == OperationKind::Authorize) {
        return String::new();
    }
    let chosen = chosen(&options(provider), |option| &option.call);
    format!(
        "fn asked(client: &Client, asked: Asked) -> Authorize {{\n\
         let login = client.authorize({scopes}.into_iter().take(asked.scopes));\n\
         let choices = asked.choices;\n\
         let login = {chosen};\n\
         match asked.by_text {{ Some(scope) => login.scope(scope), None => login }}\n}}\n",
        scopes = scopes(provider, true),
    )
}

/// An expression that makes the choices of a login, by these calls.
fn chosen(options: &[LoginOption], call: impl Fn(&LoginOption) -> &String) -> String {
    let calls = |only: &dyn Fn(&LoginOption) -> bool| -> String {
        let chosen = options.iter().filter(|option| only(option));
        chosen.map(|option| call(option).as_str()).collect()
    };
    format!(
        "match choices {{ Choices::Required => login{}, Choices::Usual => login{}, \
         Choices::Everything => login{} }}",
        calls(&|option| option.required),
        calls(&|option| option.is_usual),
        calls(&|_| true),
    )
}

fn client(provider: &Provider) -> String {
    let mut body = String::from(
        "fn core(&self) -> &oauth_atlas::Core { oauth_atlas::ProviderClient::core(self) }\n",
    );
    let mut method = |signature: &str, expression: &str| {
        let _ = writeln!(body, "fn {signature} {{ Some({expression}) }}");
    };
    let mut extensions = String::new();
    for operation in provider.operations() {
        match operation.kind {
            OperationKind::Register => method(
                "register(&self) -> Option<oauth_atlas::RegistrationRequest>",
                "Client::register(self, \"Acme\").initial_access_token(\"initial-token\")",
            ),
            OperationKind::PushAuthorization => method(
                "push(&self, what: Asked) -> Option<oauth_atlas::PushedAuthorizationRequest>",
                "asked(self, what).push()",
            ),
            OperationKind::Authorize => {
                let begun = match provider.require_pushed_requests {
                    true => "pushed(shown, login.push())",
                    false => "started(shown, login.start())",
                };
                method(
                    "login(&self, what: Asked) -> Option<Begun>",
                    &format!(
                        "{{ let login = asked(self, what); let shown = shown(&login); Begun::{begun} }}"
                    ),
                );
            }
            OperationKind::ExchangeCode => method(
                "exchange(&self, pending: oauth_atlas::Pending, callback: String) \
                 -> Option<oauth_atlas::TokenRequest>",
                "self.finish(pending, callback)",
            ),
            OperationKind::Refresh => method(
                "renew(&self, tokens: &oauth_atlas::TokenSet) -> Option<oauth_atlas::TokenRequest>",
                "self.refresh(tokens)",
            ),
            OperationKind::ClientCredentials => method(
                "own_tokens(&self, scopes: usize) -> Option<oauth_atlas::TokenRequest>",
                &format!(
                    "self.client_credentials({}.into_iter().take(scopes))",
                    scopes(provider, false)
                ),
            ),
            OperationKind::AuthorizeDevice => method(
                "start_device(&self, scopes: usize) -> Option<oauth_atlas::DeviceRequest>",
                &format!(
                    "self.authorize_device({}.into_iter().take(scopes))",
                    scopes(provider, true)
                ),
            ),
            OperationKind::PollDevice => method(
                "ask_device<'l>(&self, login: &'l mut oauth_atlas::DeviceLogin) \
                 -> Option<oauth_atlas::DevicePoll<'l>>",
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
                "end_access(&self, tokens: &oauth_atlas::TokenSet) -> Option<oauth_atlas::Revocation>",
                "self.revoke_access_token(tokens.access_token().clone())",
            ),
            OperationKind::RevokeRefreshToken => method(
                "end_refresh(&self, tokens: &oauth_atlas::TokenSet) -> Option<oauth_atlas::Revocation>",
                "self.revoke_refresh_token(tokens.refresh_token()?.clone())",
            ),
            OperationKind::Introspect => method(
                "look_up(&self, tokens: &oauth_atlas::TokenSet) -> Option<oauth_atlas::Introspection>",
                "self.introspect(tokens.access_token().clone())",
            ),
            OperationKind::UserInfo => method(
                "user(&self, tokens: &oauth_atlas::TokenSet) -> Option<oauth_atlas::ApiCall>",
                "self.userinfo(tokens)",
            ),
            OperationKind::CallApi => {}
        }
    }
    format!(
        "impl Driven for Client {{\n{body}\
         fn extensions(&self) -> Vec<(&'static str, oauth_atlas::TokenRequest)> {{ vec![{extensions}] }}\n\
         fn resource(&self, url: &str, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::ApiCall \
         {{ self.call_api(oauth_atlas::Method::GET, url, tokens) }}\n}}\n"
    )
}

/// Two scopes, and for a user those that the user's data asks for.
fn scopes(provider: &Provider, is_for_user: bool) -> String {
    let needed = provider.userinfo.iter().flat_map(|one| &one.scopes);
    let needed: Vec<_> = needed.filter(|_| is_for_user).collect();
    let scopes = provider.scopes.values.iter().enumerate();
    let scopes: Vec<_> = scopes
        .filter(|(index, scope)| *index < 2 || needed.contains(&&scope.name))
        .map(|(_, scope)| format!("Scope::{}", scope.variant))
        .collect();
    match scopes.is_empty() {
        true => "<[Scope; 0]>::default()".to_owned(),
        false => format!("[{}]", scopes.join(", ")),
    }
}
