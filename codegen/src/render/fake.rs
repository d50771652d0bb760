//! What the fake of a provider reads: the model as JSON, a line a part, without the prose. What is
//! absent is false, empty or not there.

use proc_macro2::TokenStream;
use quote::quote;

use crate::guide::json::{Json, Object};
use crate::model::{
    Answer, Authorization, Capture, CaptureFrom, Client, ClientAuth, Encoding, Endpoint, Expiry,
    GrantRules, Lifetime, OptionKind, Provider, Scope, Separator, TokenResponse, Variable,
    VariableKind,
};
use crate::prose::to_markdown;
use crate::render::{doc, ident};

/// The path of a provider's description below the generated modules.
pub(crate) fn path(provider: &Provider) -> String {
    format!("fake/{}.json", provider.id)
}

/// The function that a published module has for tests.
pub(super) fn function(provider: &Provider) -> TokenStream {
    let about = about(provider);
    let path = path(provider);
    quote! {
        #about
        #[cfg(feature = "fake")]
        pub fn fake() -> runtime::fake::Fake {
            runtime::fake::Fake::new(include_str!(#path))
        }
    }
}

/// `fakes.rs`, to be included in another package's tests. The descriptions are in it, as a folder
/// that is shared has Rust files of the generator's and no others.
pub(crate) fn index(providers: &[Provider], runtime: &TokenStream) -> TokenStream {
    let functions = providers.iter().map(|provider| {
        let about = about(provider);
        let name = ident(&provider.id);
        let text = description(provider);
        quote! {
            #about
            pub fn #name() -> #runtime::fake::Fake {
                #runtime::fake::Fake::new(#text)
            }
        }
    });
    quote!(#(#functions)*)
}

fn about(provider: &Provider) -> TokenStream {
    doc(&format!(
        "A fake of {} on this machine, for tests.",
        to_markdown(&provider.name)
    ))
}

/// The description itself.
pub(crate) fn description(provider: &Provider) -> String {
    let parts = object(provider);
    let lines: Vec<_> = parts
        .members()
        .map(|(name, value)| format!("{}:{}", compact(&name.into()), compact(value)))
        .collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}

fn compact(value: &Json) -> String {
    serde_json::to_string(value).expect("texts, numbers and lists are JSON")
}

fn object(provider: &Provider) -> Object {
    let hosts = |environment: &crate::model::Environment| pairs(&environment.hosts);
    let clients = provider
        .clients()
        .map(|(kind, client)| (kind.word(), auth(client)));
    let mut parts = Object::default()
        .with("id", provider.id.as_str())
        .with("name", provider.name.as_str());
    if let Some(issuer) = &provider.issuer {
        parts.push("issuer", issuer.as_str());
    }
    flag(
        &mut parts,
        "issuer_in_callback",
        provider.issuer_in_callback,
    );
    list(
        &mut parts,
        "environments",
        provider.environments.iter().map(hosts),
    );
    list(
        &mut parts,
        "variables",
        provider.variables.iter().map(variable),
    );
    if let Some(endpoint) = &provider.authorization {
        parts.push("authorization", authorization(endpoint));
    }
    let endpoints = [
        ("token", &provider.token),
        ("refresh", &provider.refresh),
        ("revocation", &provider.revocation),
        ("introspection", &provider.introspection),
        ("device_authorization", &provider.device_authorization),
        ("userinfo", &provider.userinfo),
    ];
    for (name, described) in endpoints {
        if let Some(described) = described {
            parts.push(name, endpoint(described));
        }
    }
    parts.push("clients", clients.collect::<Object>());
    if let Some(grant) = &provider.authorization_code {
        let mut login = Object::default()
            .with("pkce", grant.pkce.word())
            .with("challenge", grant.challenge.word())
            .with("pkce_clients", grant.pkce_clients.word());
        texts(&mut login, "requires", &grant.authorization_requires);
        parts.push("login", login);
    }
    list(&mut parts, "grants", grants(provider).into_iter());
    if let Some(grant) = &provider.refresh_token {
        parts.push("rotation", grant.rotation.word());
        let ends = grant.ends_access_token == Answer::Yes;
        flag(&mut parts, "ends_access_token", ends);
    }
    if let Some(offline) = &provider.offline {
        let mut asked = Object::default();
        asked.push("parameters", pairs(&offline.parameters));
        texts(&mut asked, "scopes", &offline.scopes);
        parts.push("offline", asked);
    }
    if let Some(length) = provider.state.max_length {
        parts.push("state_max_length", length as u64);
    }
    flag(&mut parts, "state_forgotten", !provider.state.echoed);
    named(&mut parts, "callback_rename", &provider.callback.rename);
    named(&mut parts, "callback_errors", &provider.callback.errors);
    flag(
        &mut parts,
        "callback_signed",
        provider.callback.signature.is_some(),
    );
    list(
        &mut parts,
        "captures",
        provider.captures.iter().map(capture),
    );
    parts.push("scopes", scopes(provider));
    list(
        &mut parts,
        "lifetimes",
        provider.lifetimes.iter().filter_map(lifetime),
    );
    parts.push("api", api(provider));
    parts.push("token_response", token_response(&provider.token_response));
    let status = |error: &crate::model::ErrorCode| {
        let status = error.status?;
        Some(
            Object::default()
                .with("code", error.code.as_str())
                .with("status", u64::from(status)),
        )
    };
    list(
        &mut parts,
        "errors",
        provider.errors.iter().filter_map(status),
    );
    parts
}

fn variable(variable: &Variable) -> Object {
    let mut described = Object::default().with("name", variable.name.as_str());
    match &variable.kind {
        VariableKind::BaseUrl { .. } => described.push("kind", "base_url"),
        VariableKind::OneOf(choice) => {
            let values = choice.values.iter().map(|value| value.wire.as_str());
            described.push("values", values.collect::<Json>());
        }
        VariableKind::Host { .. } => described.push("kind", "host"),
        VariableKind::Label { .. } => described.push("kind", "label"),
        VariableKind::Segment { .. } => described.push("kind", "segment"),
    }
    flag(&mut described, "optional", variable.optional);
    described
}

fn authorization(endpoint: &Authorization) -> Object {
    let mut described = Object::default().with("url", endpoint.url.as_str());
    named(&mut described, "parameters", &endpoint.fixed);
    list(
        &mut described,
        "options",
        endpoint.options.iter().map(|option| {
            let mut one = Object::default().with("name", option.name.as_str());
            match &option.kind {
                OptionKind::OneOf(choice) => {
                    let values = choice.values.iter().map(|value| value.wire.as_str());
                    one.push("values", values.collect::<Json>());
                }
                OptionKind::Any(kind) => one.push("type", kind.word()),
            }
            flag(&mut one, "required", option.required);
            one
        }),
    );
    named(&mut described, "rename", &endpoint.rename);
    texts(&mut described, "omit", &endpoint.omit);
    described
}

fn endpoint(endpoint: &Endpoint) -> Object {
    let mut described = Object::default()
        .with("url", endpoint.url.as_str())
        .with("method", endpoint.method.word());
    let encodings = endpoint.encodings.iter().copied().map(Encoding::word);
    described.push("encodings", encodings.collect::<Json>());
    if let Some(auth) = endpoint.auth {
        described.push("auth", auth.word());
    }
    texts(&mut described, "omit", &endpoint.omit);
    named(&mut described, "rename", &endpoint.rename);
    named(&mut described, "parameters", &endpoint.parameters);
    named(&mut described, "headers", &endpoint.headers);
    if let Some(scope) = &endpoint.scope {
        described.push("scope", scope.as_str());
    }
    described
}

fn auth(client: &Client) -> Json {
    let methods = client.auth.iter().copied().map(ClientAuth::word);
    methods.collect()
}

/// Every grant, with what of its request deviates.
fn grants(provider: &Provider) -> Vec<Object> {
    let mut grants = Vec::new();
    let mut add = |kind: &str, name: &str, standard: &str, requires: &[String]| {
        let rules = provider.grant_rules.iter().find(|rules| rules.name == name);
        let grant_type = rules.map_or(standard, |rules| &rules.grant_type);
        let mut grant = Object::default()
            .with("kind", kind)
            .with("name", name)
            .with("grant_type", grant_type);
        if let Some(rules) = rules {
            deviations(&mut grant, rules);
        }
        texts(&mut grant, "requires", requires);
        grants.push(grant);
    };
    if let Some(grant) = &provider.authorization_code {
        let name = "authorization_code";
        add(name, name, name, &grant.requires);
    }
    if let Some(grant) = &provider.refresh_token {
        let name = "refresh_token";
        add(name, name, name, &grant.requires);
    }
    if let Some(grant) = &provider.client_credentials {
        let name = "client_credentials";
        add(name, name, name, &grant.requires);
    }
    if let Some(grant) = &provider.device_code {
        let standard = "urn:ietf:params:oauth:grant-type:device_code";
        add("device_code", "device_code", standard, &grant.requires);
    }
    for extension in &provider.extensions {
        let arguments = extension.arguments.iter();
        let arguments: Vec<_> = arguments.map(|argument| argument.name.clone()).collect();
        add("extension", &extension.name, "", &arguments);
    }
    grants
}

fn deviations(grant: &mut Object, rules: &GrantRules) {
    named(grant, "parameters", &rules.parameters);
    flag(grant, "repeats_scope", rules.repeats_scope);
    if let Some(own) = &rules.endpoint {
        grant.push("endpoint", endpoint(own));
    }
}

fn capture(capture: &Capture) -> Object {
    let from = match capture.from {
        CaptureFrom::Callback => "callback",
        CaptureFrom::Token => "token",
    };
    let mut described = Object::default()
        .with("name", capture.name.as_str())
        .with("from", from)
        .with("path", capture.path.as_str());
    for (name, text) in [("relay", &capture.relay), ("variable", &capture.variable)] {
        if let Some(text) = text {
            described.push(name, text.as_str());
        }
    }
    texts(&mut described, "allowed_hosts", &capture.allowed_hosts);
    described
}

fn scopes(provider: &Provider) -> Object {
    let scopes = &provider.scopes;
    let separators = scopes.request_separators.iter().copied();
    let mut described = Object::default()
        .with(
            "request_separators",
            separators.map(Separator::as_str).collect::<Json>(),
        )
        .with("response_separator", scopes.response_separator.as_str())
        .with("omitted", scopes.omitted.word());
    flag(&mut described, "partial", scopes.partial);
    texts(&mut described, "values", &wire(&scopes.values));
    let required = scopes.values.iter().filter(|scope| scope.required);
    texts(&mut described, "required", &wire(required));
    list(
        &mut described,
        "groups",
        scopes.groups.iter().map(|group| {
            let mut one = Object::default()
                .with("parameter", group.parameter.as_str())
                .with("separator", group.separator.as_str());
            texts(&mut one, "values", &wire(&group.values));
            one
        }),
    );
    described
}

fn wire<'s>(scopes: impl IntoIterator<Item = &'s Scope>) -> Vec<String> {
    scopes.into_iter().map(|scope| scope.wire.clone()).collect()
}

fn lifetime(lifetime: &crate::model::TokenLifetime) -> Option<Object> {
    let Lifetime::For(duration) = lifetime.lifetime else {
        return None;
    };
    let mut described = Object::default()
        .with("token", lifetime.token)
        .with("seconds", duration.seconds());
    if let Some(client) = lifetime.client {
        described.push("client", client.word());
    }
    Some(described)
}

fn api(provider: &Provider) -> Object {
    let api = &provider.api;
    let mut described = Object::default();
    if let Some(url) = &api.url {
        described.push("url", url.as_str());
    }
    let texts = [
        ("header", &api.header),
        ("prefix", &api.prefix),
        ("query", &api.query),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            described.push(name, text.as_str());
        }
    }
    let headers = api.headers.iter();
    let headers: Vec<_> = headers
        .map(|header| (header.name.clone(), header.value.clone()))
        .collect();
    named(&mut described, "headers", &headers);
    described
}

fn token_response(response: &TokenResponse) -> Object {
    let mut described = Object::default()
        .with("format", response.format.word())
        .with("expiry", response.expiry.word());
    flag(&mut described, "scope_array", response.scope_array);
    flag(&mut described, "any_token_type", response.any_token_type);
    texts(&mut described, "root", &response.root);
    named(&mut described, "rename", &response.rename);
    if let Some((member, expiry)) = &response.refresh_expiry {
        let expiry: Expiry = *expiry;
        described.push("refresh_expiry", member.as_str());
        described.push("refresh_expiry_kind", expiry.word());
    }
    if let Some(rule) = &response.error {
        let mut told = Object::default()
            .with("member", rule.member.as_str())
            .with("success", rule.success.as_str())
            .with("code", rule.code.as_str())
            .with("description", rule.description.as_str());
        named(&mut told, "errors", &rule.errors);
        described.push("error", told);
    }
    let fields: Vec<_> = response
        .fields
        .iter()
        .map(|(name, presence)| (name.clone(), presence.word().to_owned()))
        .collect();
    named(&mut described, "fields", &fields);
    described
}

/// Pairs in their order.
fn pairs(pairs: &[(String, String)]) -> Json {
    let pair = |(name, value): &(String, String)| -> Json {
        [name.as_str(), value.as_str()].into_iter().collect()
    };
    pairs.iter().map(pair).collect()
}

fn named(object: &mut Object, name: &str, given: &[(String, String)]) {
    if !given.is_empty() {
        object.push(name, pairs(given));
    }
}

fn texts(object: &mut Object, name: &str, texts: &[String]) {
    if !texts.is_empty() {
        object.push(name, texts.iter().map(String::as_str).collect::<Json>());
    }
}

fn list(object: &mut Object, name: &str, items: impl Iterator<Item = impl Into<Json>>) {
    let items: Vec<_> = items.collect();
    if !items.is_empty() {
        object.push(name, items.into_iter().collect::<Json>());
    }
}

fn flag(object: &mut Object, name: &str, is_set: bool) {
    if is_set {
        object.push(name, true);
    }
}
