//! What a spec says, as a list that a developer reads before the first request: in the
//! documentation of the generated module and wherever else people are told of a provider.

use oauth_atlas_description::owned;

use crate::model::{
    Answer, Api, AuthorizationCode, ChallengeMethod, Client, ClientAuth, ClientKind, Endpoint,
    GrantKind, Lifetime, OmittedScope, Pkce, PkceClients, Presence, Provider, RefreshToken,
    Rotation, Scopes, SecretForm, TokenLifetime, TokenResponse, Variable, VariableKind,
};
use crate::prose::code;

mod deviations;
pub(crate) mod identity;
mod registration;
mod signed;

/// What is true of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What kind of point it is.
    pub topic: Topic,
    /// What it is about: `token endpoint`.
    pub about: String,
    /// What is true of it: prose, with code between backticks.
    pub text: String,
    /// The names of its sources.
    pub sources: Vec<String>,
    /// Whether the fact before it has the same sources, so that a list need not repeat them.
    pub repeats_sources: bool,
    /// Whether the spec says it. What it does not say is the standard, or unknown.
    pub is_said: bool,
}

/// What kind of point a [`Fact`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The ways to get a token.
    Grants,
    /// The client types.
    Clients,
    /// Endpoints, environments and the variables of URLs.
    Endpoints,
    /// Scopes as a whole.
    Scopes,
    /// How long tokens live.
    Lifetimes,
    /// What most providers do not have.
    Deviations,
    /// Who logged in.
    Identity,
    /// Calls with the token.
    Api,
    /// What the token endpoint answers.
    TokenResponse,
    /// How a program becomes a client.
    Registration,
}

/// The facts of a provider, in the order in which they are read.
#[must_use]
pub fn facts(provider: &Provider) -> Vec<Fact> {
    let mut facts = Facts {
        provider,
        topic: Topic::Grants,
        facts: Vec::new(),
    };
    grants(&mut facts, provider);
    facts.topic = Topic::Clients;
    for (kind, one) in provider.clients() {
        client(&mut facts, kind, one);
    }
    if let Some(asked) = &provider.user_agent {
        facts.add(
            "user agent",
            "user_agent",
            format!(
                "required of every program, such as {}",
                code(&asked.example)
            ),
            Some(&asked.description),
            &asked.sources,
        );
    }
    facts.topic = Topic::Endpoints;
    if let Some(endpoint) = &provider.authorization {
        let url = code(&endpoint.url);
        let key = "endpoints.authorization";
        facts.add("authorization endpoint", key, url, None, &endpoint.sources);
    }
    for (kind, said) in provider.called_endpoints() {
        let key = format!("endpoints.{}", kind.word());
        endpoint(&mut facts, &kind.to_string(), &key, said);
    }
    let key = "require_pushed_authorization_requests";
    if let (Some(endpoint), true) = (
        &provider.pushed_authorization_request,
        provider.says(key) || provider.require_pushed_requests,
    ) {
        let value = match provider.require_pushed_requests {
            true => "required",
            false => "optional",
        };
        let about = "pushed authorization requests";
        facts.add(about, key, value.to_owned(), None, &endpoint.sources);
    }
    if let Some(endpoint) = &provider.end_session {
        let url = code(&endpoint.value);
        let key = "endpoints.end_session";
        facts.add("end session endpoint", key, url, None, &endpoint.sources);
    }
    for environment in &provider.environments {
        let hosts: Vec<_> = environment
            .hosts
            .iter()
            .map(|(host, url)| format!("{} is {}", code(host), code(url)))
            .collect();
        facts.add(
            &format!("environment {}", code(&environment.name)),
            "environments",
            hosts.join(", "),
            environment.description.as_deref(),
            &environment.sources,
        );
    }
    for one in &provider.variables {
        add_variable(&mut facts, one);
    }
    facts.topic = Topic::Scopes;
    scopes(&mut facts, &provider.scopes);
    facts.topic = Topic::Lifetimes;
    for one in &provider.lifetimes {
        add_lifetime(&mut facts, one);
    }
    facts.topic = Topic::Deviations;
    deviations::deviations(&mut facts, provider);
    facts.topic = Topic::Identity;
    identity::identity(&mut facts, provider);
    facts.topic = Topic::Api;
    api(&mut facts, &provider.api);
    facts.topic = Topic::TokenResponse;
    token_response(&mut facts, &provider.token_response);
    facts.topic = Topic::Registration;
    registration::registration(&mut facts, provider);
    facts.facts
}

struct Facts<'p> {
    provider: &'p Provider,
    topic: Topic,
    facts: Vec<Fact>,
}

impl Facts<'_> {
    /// Adds a fact that the key says, if the spec has it.
    fn add(
        &mut self,
        about: &str,
        key: &str,
        value: String,
        more: Option<&str>,
        sources: &[String],
    ) {
        let text = match more {
            Some(more) => format!("{value}. {}", more.trim_end_matches('.')),
            None => value,
        };
        self.facts.push(Fact {
            topic: self.topic,
            about: about.to_owned(),
            text,
            sources: sources.to_vec(),
            repeats_sources: false,
            is_said: self.provider.says(key),
        });
    }
}

/// Values, each as code.
fn codes(values: &[String]) -> Vec<String> {
    values.iter().map(|value| code(value)).collect()
}

/// Each grant has one operation that gives tokens.
fn grants(facts: &mut Facts, provider: &Provider) {
    let operations = provider.operations();
    for operation in operations.iter().filter(|one| one.kind.gives_tokens()) {
        let Some(kind) = operation.kind.grant() else {
            continue;
        };
        let offered = || "offered".to_owned();
        let (about, value) = match kind {
            GrantKind::AuthorizationCode => ("authorization code", redirect_uri(provider)),
            GrantKind::RefreshToken => {
                let rotation = provider.refresh_token.as_ref().map(rotation);
                ("refresh token", rotation.unwrap_or_default())
            }
            GrantKind::ClientCredentials => ("client credentials", offered()),
            GrantKind::DeviceCode => ("device authorization", offered()),
            GrantKind::Extension => ("", offered()),
        };
        let (about, key) = match operation.extension {
            Some(own) => (format!("grant {}", code(&own.name)), "extensions"),
            None => (format!("{about} grant"), kind.word()),
        };
        let key = format!("grants.{key}");
        facts.add(
            &about,
            &key,
            value,
            operation.description,
            operation.sources,
        );
        for option in operation.options {
            let about = format!("{} in this grant", code(&option.name));
            let value = "may be added".to_owned();
            let more = option.description.as_deref();
            let sources = match option.sources.as_slice() {
                [] => operation.sources,
                own => own,
            };
            facts.add(&about, &key, value, more, sources);
        }
        if let Some(grant) = provider.authorization_code.as_ref()
            && kind == GrantKind::AuthorizationCode
        {
            let key = "grants.authorization_code.pkce";
            facts.add("PKCE", key, pkce(grant), None, &grant.sources);
            if let Some(fact) = facts.facts.last_mut() {
                fact.repeats_sources = true;
            }
        }
    }
}

fn redirect_uri(provider: &Provider) -> String {
    let lists_parameters = provider.says("grants.authorization_code.authorization_requires");
    let redirect = match provider.without_scopes().requires_redirect_uri() {
        true => "`redirect_uri` is required",
        false if lists_parameters => "`redirect_uri` may be left out of the request",
        false => "offered",
    };
    redirect.to_owned()
}

/// What a refresh does to the tokens before it.
pub(crate) fn rotation(grant: &RefreshToken) -> String {
    let rotation = match grant.rotation {
        Rotation::Always => "each refresh returns a new refresh token",
        Rotation::Sometimes => "some refreshes return a new refresh token",
        Rotation::Never => "the refresh token stays the same",
        Rotation::Unknown => "whether a refresh returns a new refresh token is not documented",
    };
    let ends = match grant.ends_access_token {
        Answer::Yes => "; the old access token is invalidated",
        Answer::No => "; the old access token stays valid",
        Answer::Unknown => "",
    };
    format!("{rotation}{ends}")
}

/// Whether PKCE is sent, and why.
pub(crate) fn pkce(grant: &AuthorizationCode) -> String {
    let method = match grant.pkce.challenge {
        ChallengeMethod::Plain => "plain",
        ChallengeMethod::S256 | ChallengeMethod::S256Hex => "S256",
    };
    let sent = match grant.pkce.clients {
        PkceClients::All => "always sent",
        PkceClients::Public => "sent by public clients",
    };
    match grant.pkce.status {
        Pkce::Required => format!("required, and {sent} with `{method}`"),
        Pkce::Optional => format!("supported, and {sent} with `{method}`"),
        Pkce::Undocumented => {
            "not documented; the provider's own software sends it, and so does this client"
                .to_owned()
        }
        Pkce::Unknown => {
            "not documented; sent, as a server ignores parameters it does not know (RFC 6749 §3.1)"
                .to_owned()
        }
        Pkce::Unsupported => "breaks the login, and is never sent".to_owned(),
    }
}

/// How a client authenticates.
pub(crate) fn client_auth(client: &Client) -> String {
    let methods: Vec<_> = client
        .auth
        .iter()
        .map(|method| method_of(*method, client.own_auth.as_ref()))
        .collect();
    let sends_a_secret = !matches!(client.auth.as_slice(), [ClientAuth::None]);
    let secret = match client.secret {
        SecretForm::Empty if sends_a_secret => " and an empty secret",
        SecretForm::RsaPkcs1V15Base64 => {
            "; the secret comes encrypted to your RSA key, and `EncryptedSecret` (feature \
             `encrypted-secret`) decrypts it"
        }
        SecretForm::Plain | SecretForm::Empty => "",
    };
    format!("{}{secret}", methods.join(" or "))
}

/// A client authentication method: its name, or what it sends.
fn method_of(method: ClientAuth, own: Option<&owned::Authentication>) -> String {
    let Some(own) = own.filter(|_| method == ClientAuth::Own) else {
        return format!("`{}`", method.word());
    };
    let separator = if own.scheme.is_empty() { "" } else { " " };
    let value = match &own.password {
        Some(password) => format!("base64({}:{password})", own.user),
        None => own.user.clone(),
    };
    code(&format!("{}: {}{separator}{value}", own.header, own.scheme))
}

fn client(facts: &mut Facts, kind: ClientKind, client: &Client) {
    facts.add(
        &format!("{} client", kind.word()),
        &format!("clients.{}", kind.word()),
        client_auth(client),
        client.description.as_deref(),
        &client.sources,
    );
    signed::add(facts, kind, client);
    if client.certificate {
        facts.add(
            "TLS certificate",
            &format!("clients.{}.certificate", kind.word()),
            "required on every connection".to_owned(),
            None,
            &client.sources,
        );
    }
}

fn endpoint(facts: &mut Facts, name: &str, key: &str, endpoint: &Endpoint) {
    let url = code(&format!("{} {}", endpoint.method.word(), endpoint.url));
    // The standard encoding is worth a word if the spec has it.
    let is_said = facts.provider.says(&format!("{key}.encoding"));
    let encoding = Some(encodings(endpoint)).filter(|_| is_said && has_standard_encoding(endpoint));
    let value: Vec<_> = [url]
        .into_iter()
        .chain(encoding)
        .chain(remarks(endpoint))
        .collect();
    facts.add(
        name,
        key,
        value.join(", "),
        endpoint.description.as_deref(),
        &endpoint.sources,
    );
}

fn encodings(endpoint: &Endpoint) -> String {
    let encodings: Vec<_> = endpoint.encodings.iter().map(|one| one.word()).collect();
    format!("parameters as {}", encodings.join(" or "))
}

fn has_standard_encoding(endpoint: &Endpoint) -> bool {
    endpoint.encodings == owned::Endpoint::default().encodings
}

/// How requests to an endpoint differ from the standard.
#[must_use]
pub fn remarks(endpoint: &Endpoint) -> Vec<String> {
    let mut remarks = Vec::new();
    if !has_standard_encoding(endpoint) {
        remarks.push(encodings(endpoint));
    }
    remarks.extend(endpoint.auth.map(|method| match method {
        ClientAuth::Nothing => "without client authentication".to_owned(),
        method => method_of(method, endpoint.own_auth.as_ref()),
    }));
    let renamed = endpoint.rename.iter();
    remarks
        .extend(renamed.map(|(name, other)| format!("{} is called {}", code(name), code(other))));
    if !endpoint.omit.is_empty() {
        remarks.push(format!("without {}", codes(&endpoint.omit).join(", ")));
    }
    if !endpoint.tokens.is_empty() {
        let kinds: Vec<_> = endpoint
            .tokens
            .iter()
            .map(|kind| code(kind.word()))
            .collect();
        remarks.push(format!("accepts only {}", kinds.join(" and ")));
    }
    let fixed = endpoint.parameters.iter();
    remarks.extend(fixed.map(|(name, value)| format!("with {}", code(&format!("{name}={value}")))));
    remarks.extend(
        endpoint
            .headers
            .iter()
            .map(|(name, value)| format!("with the header {}", code(&format!("{name}: {value}")))),
    );
    let told = endpoint.response.iter().flat_map(deviations::response);
    remarks.extend(told.map(|remark| format!("{remark} in the answer")));
    remarks
}

/// What a `{variable}` stands for.
pub(crate) fn variable(variable: &Variable) -> String {
    let example = &variable.example;
    let value = match variable.kind {
        VariableKind::BaseUrl => format!("your URL, such as {}", code(example)),
        VariableKind::OneOf => codes(&variable.values).join(", "),
        VariableKind::Host => match variable.suffixes.as_slice() {
            [] => format!("your host, such as {}", code(example)),
            suffixes => format!(
                "your host below {}, such as {}",
                codes(suffixes).join(" or "),
                code(example)
            ),
        },
        VariableKind::Text if variable.captured => "kept with the tokens".to_owned(),
        VariableKind::Label | VariableKind::Segment | VariableKind::Text => {
            format!("yours, such as {}", code(example))
        }
        VariableKind::Secret => "yours, and secret".to_owned(),
    };
    match &variable.default {
        Some(default) => format!("{value}; {} unless set", code(default)),
        None => value,
    }
}

fn add_variable(facts: &mut Facts, one: &Variable) {
    facts.add(
        &code(&format!("{{{}}}", one.name)),
        "variables",
        variable(one),
        Some(&one.description),
        &one.sources,
    );
}

/// What becomes of a request without scopes, where that is known.
pub(crate) fn omitted(scopes: &Scopes) -> Option<&'static str> {
    match scopes.omitted {
        OmittedScope::AllRegistered => Some("asks for every scope that the client registered"),
        OmittedScope::Default => Some("asks for the provider's default scopes"),
        OmittedScope::Refused => Some("is refused"),
        OmittedScope::Unknown => None,
    }
}

fn scopes(facts: &mut Facts, scopes: &Scopes) {
    let count = match (scopes.values.len(), scopes.of) {
        (0, _) => "none published".to_owned(),
        (count, Some(all)) => format!("{count} of {all} listed"),
        (count, None) if scopes.partial => format!("{count} listed, more exist"),
        (count, None) => count.to_string(),
    };
    let separators: Vec<_> = scopes
        .request_separators
        .iter()
        .map(|separator| separator.word())
        .collect();
    let response = match scopes
        .request_separators
        .contains(&scopes.response_separator)
    {
        true => String::new(),
        false => format!(", by a {} in responses", scopes.response_separator.word()),
    };
    let standard = owned::ScopeRules::default().request_separators;
    let separated = match scopes.request_separators == standard && response.is_empty() {
        true => String::new(),
        false => format!(", separated by a {}{response}", separators.join(" or a ")),
    };
    let value = format!("{count}{separated}");
    facts.add(
        "scopes",
        "scopes",
        value,
        scopes.description.as_deref(),
        &scopes.sources,
    );
    if let Some(all) = scopes.of {
        facts.add(
            "scopes of the provider",
            "scopes.partial.of",
            all.to_string(),
            None,
            &scopes.of_sources,
        );
    }
    if let Some(omitted) = omitted(scopes) {
        facts.add(
            "a request without scopes",
            "scopes.omitted",
            omitted.to_owned(),
            None,
            &scopes.sources,
        );
    }
    for bundle in &scopes.bundles {
        let names = codes(&bundle.scopes);
        let more = bundle.description.as_deref();
        facts.add(
            "scopes asked for together",
            "scopes.bundles",
            names.join(" "),
            more,
            &bundle.sources,
        );
    }
}

/// How long a token lives.
pub(crate) fn lifetime(lifetime: &TokenLifetime) -> String {
    match lifetime.lifetime {
        Lifetime::For(duration) if lifetime.assumed => {
            format!("{duration}, assumed where the answer does not say")
        }
        Lifetime::For(duration) => duration.to_string(),
        Lifetime::Never => "never expires".to_owned(),
        Lifetime::Unknown => "not documented".to_owned(),
    }
}

fn add_lifetime(facts: &mut Facts, one: &TokenLifetime) {
    let client = match one.client {
        Some(kind) => format!(", {} client", kind.word()),
        None => String::new(),
    };
    facts.add(
        &format!("{} lifetime{client}", one.of.word().replace('_', " ")),
        "lifetimes",
        lifetime(one),
        one.description.as_deref(),
        &one.sources,
    );
}

fn api(facts: &mut Facts, api: &Api) {
    let url = api
        .url
        .as_ref()
        .map(|url| format!(", on {}", code(url)))
        .unwrap_or_default();
    let value = match api.query.as_str() {
        "" => code(&format!("{}: {}<access token>", api.header, api.prefix)),
        query => code(&format!("?{query}=<access token>")),
    };
    facts.add(
        "API calls",
        "api",
        format!("{value}{url}"),
        api.description.as_deref(),
        &api.sources,
    );
    for ((name, value), header) in api.value.headers.iter().zip(&api.headers) {
        let value = code(&format!("{name}: {value}"));
        facts.add(
            "header beside the token",
            "api.headers",
            value,
            header.description.as_deref(),
            &header.sources,
        );
    }
    for ((name, value), parameter) in api.value.parameters.iter().zip(&api.parameters) {
        facts.add(
            "parameter of every call",
            "api.parameters",
            code(&format!("{name}={value}")),
            parameter.description.as_deref(),
            &parameter.sources,
        );
    }
}

fn token_response(facts: &mut Facts, response: &TokenResponse) {
    let fields: Vec<_> = response
        .members
        .iter()
        .map(|owned::ResponseMember { name, presence }| match presence {
            Presence::Always => code(name),
            Presence::Optional => format!("{} (optional)", code(name)),
            Presence::Never => format!("no {}", code(name)),
        })
        .collect();
    if !fields.is_empty() || response.description.is_some() {
        let more = response.description.as_deref();
        facts.add(
            "token response",
            "token_response",
            fields.join(", "),
            more,
            &response.sources,
        );
    }
}
