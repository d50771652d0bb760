//! The provider as the runtime reads it: what `codegen` writes into a generated module as tokens,
//! here as values.

use oauth_atlas_codegen::model::{
    Authorization, Capture, CaptureFrom, Challenge, Client, ClientAuth, Encoding, Endpoint,
    ErrorRule, Expiry, Format, GrantRules, HttpMethod, Omitted, Pkce, PkceClients, Provider,
    TokenResponse, VariableKind,
};
use oauth_atlas_runtime::provider;

type Pairs = &'static [(&'static str, &'static str)];

/// The runtime's description of a provider. It is never freed, as the runtime reads constants only;
/// a run of the command makes each once.
pub(super) fn of(model: &Provider) -> &'static provider::Provider {
    let grant = model.authorization_code.as_ref();
    Box::leak(Box::new(provider::Provider {
        id: text(&model.id),
        name: text(&model.name),
        documentation: text(&model.documentation),
        issuer: model.issuer.as_deref().map(text),
        issuer_in_callback: model.issuer_in_callback,
        environments: each(&model.environments, |environment| provider::Environment {
            name: text(&environment.name),
            hosts: pairs(&environment.hosts),
        }),
        variables: each(&model.variables, |variable| provider::Variable {
            name: text(&variable.name),
            kind: variable_kind(&variable.kind),
            optional: variable.optional,
            default: variable.default.as_deref().map(text),
        }),
        authorization: model.authorization.as_ref().map(authorization),
        token: model.token.as_ref().map(endpoint),
        refresh: model.refresh.as_ref().map(endpoint),
        revocation: model.revocation.as_ref().map(endpoint),
        introspection: model.introspection.as_ref().map(endpoint),
        device_authorization: model.device_authorization.as_ref().map(endpoint),
        userinfo: model.userinfo.as_ref().map(endpoint),
        confidential: model.confidential.as_ref().map(client),
        public: model.public.as_ref().map(client),
        pkce: provider::PkceRules {
            status: pkce(grant.map_or(Pkce::Unknown, |grant| grant.pkce)),
            challenge: challenge(grant.map_or(Challenge::S256, |grant| grant.challenge)),
            confidential: grant.is_none_or(|grant| grant.pkce_clients == PkceClients::All),
        },
        redirect_uri_required: grant.is_some_and(|grant| grant.redirect_uri_required),
        state: provider::StateRules {
            max_length: model.state.max_length,
            echoed: model.state.echoed,
        },
        callback: callback(model),
        grants: each(&model.grant_rules, grant_rules),
        offline: model.offline.as_ref().map(|offline| provider::Offline {
            parameters: pairs(&offline.parameters),
            scopes: texts(&offline.scopes),
        }),
        captures: each(&model.captures, capture),
        scopes: scopes(model),
        token_response: token_response(&model.token_response),
        api: provider::Api {
            url: model.api.url.as_deref().map(text),
            header: text(&model.api.header),
            query: text(&model.api.query),
            prefix: text(&model.api.prefix),
            headers: each(&model.api.headers, |header| {
                (text(&header.name), text(&header.value))
            }),
        },
        errors: each(&model.errors, |error| provider::ErrorHint {
            code: text(&error.code),
            hint: text(&error.hint),
        }),
    }))
}

pub(super) fn text(text: &str) -> &'static str {
    String::leak(text.to_owned())
}

fn texts(list: &[String]) -> &'static [&'static str] {
    each(list, |one| text(one))
}

fn pairs(pairs: &[(String, String)]) -> Pairs {
    each(pairs, |(name, value)| (text(name), text(value)))
}

fn each<T, U>(list: &[T], describe: impl Fn(&T) -> U) -> &'static [U] {
    Vec::leak(list.iter().map(describe).collect())
}

fn variable_kind(kind: &VariableKind) -> provider::VariableKind {
    match kind {
        VariableKind::BaseUrl { .. } => provider::VariableKind::BaseUrl,
        VariableKind::OneOf(choice) => {
            provider::VariableKind::OneOf(each(&choice.values, |value| text(&value.wire)))
        }
        VariableKind::Host { suffixes, .. } => provider::VariableKind::Host(texts(suffixes)),
        VariableKind::Label { .. } => provider::VariableKind::Label,
        VariableKind::Segment { .. } => provider::VariableKind::Segment,
    }
}

fn authorization(endpoint: &Authorization) -> provider::AuthorizationEndpoint {
    let required = endpoint.options.iter().filter(|option| option.required);
    provider::AuthorizationEndpoint {
        url: text(&endpoint.url),
        parameters: pairs(&endpoint.fixed),
        required: Vec::leak(required.map(|option| text(&option.name)).collect()),
        rename: pairs(&endpoint.rename),
        omit: texts(&endpoint.omit),
        fragment: endpoint.fragment.as_deref().map(text),
    }
}

fn endpoint(endpoint: &Endpoint) -> provider::Endpoint {
    provider::Endpoint {
        url: text(&endpoint.url),
        method: match endpoint.method {
            HttpMethod::Get => provider::HttpMethod::Get,
            HttpMethod::Post => provider::HttpMethod::Post,
            HttpMethod::Delete => provider::HttpMethod::Delete,
        },
        encodings: each(&endpoint.encodings, |one| encoding(*one)),
        auth: endpoint.auth.map(client_auth),
        omit: texts(&endpoint.omit),
        rename: pairs(&endpoint.rename),
        parameters: pairs(&endpoint.parameters),
        headers: pairs(&endpoint.headers),
    }
}

fn client(client: &Client) -> provider::ClientType {
    provider::ClientType {
        auth: each(&client.auth, |method| client_auth(*method)),
    }
}

pub(super) fn encoding(encoding: Encoding) -> provider::Encoding {
    match encoding {
        Encoding::Form => provider::Encoding::Form,
        Encoding::Json => provider::Encoding::Json,
        Encoding::Query => provider::Encoding::Query,
    }
}

pub(super) fn client_auth(method: ClientAuth) -> provider::ClientAuth {
    match method {
        ClientAuth::Basic => provider::ClientAuth::Basic,
        ClientAuth::BasicRaw => provider::ClientAuth::BasicRaw,
        ClientAuth::Post => provider::ClientAuth::Post,
        ClientAuth::None => provider::ClientAuth::None,
        ClientAuth::BasicWithId => provider::ClientAuth::BasicWithId,
        ClientAuth::BearerSecret => provider::ClientAuth::BearerSecret,
        ClientAuth::AccessToken => provider::ClientAuth::AccessToken,
        ClientAuth::Nothing => provider::ClientAuth::Nothing,
    }
}

fn pkce(status: Pkce) -> provider::Pkce {
    match status {
        Pkce::Required => provider::Pkce::Required,
        Pkce::Optional => provider::Pkce::Optional,
        Pkce::Undocumented => provider::Pkce::Undocumented,
        Pkce::Unknown => provider::Pkce::Unknown,
        Pkce::Unsupported => provider::Pkce::Unsupported,
    }
}

fn challenge(challenge: Challenge) -> provider::Challenge {
    match challenge {
        Challenge::S256 => provider::Challenge::S256,
        Challenge::S256Hex => provider::Challenge::S256Hex,
        Challenge::Plain => provider::Challenge::Plain,
    }
}

fn callback(model: &Provider) -> provider::CallbackRules {
    let named = |standard: &str| {
        let mut renamed = model.callback.rename.iter();
        let renamed = renamed.find(|(name, _)| name == standard);
        text(renamed.map_or(standard, |(_, name)| name))
    };
    provider::CallbackRules {
        code: named("code"),
        error: named("error"),
        error_description: named("error_description"),
        errors: pairs(&model.callback.errors),
        // A callback is read and not sent, and no request differs by how one is signed: so those
        // that are made up here need no signature.
        signature: None,
    }
}

fn grant_rules(rules: &GrantRules) -> provider::GrantRules {
    provider::GrantRules {
        name: text(&rules.name),
        grant_type: text(&rules.grant_type),
        parameters: pairs(&rules.parameters),
        endpoint: rules.endpoint.as_ref().map(endpoint),
        repeats_scope: rules.repeats_scope,
    }
}

fn capture(capture: &Capture) -> provider::Capture {
    provider::Capture {
        name: text(&capture.name),
        from: match capture.from {
            CaptureFrom::Callback => provider::CaptureFrom::Callback,
            CaptureFrom::Token => provider::CaptureFrom::Token,
        },
        path: text(&capture.path),
        required: capture.required,
        relay: capture.relay.as_deref().map(text),
        variable: capture.variable.as_deref().map(text),
        allowed_hosts: texts(&capture.allowed_hosts),
    }
}

fn scopes(model: &Provider) -> provider::ScopeRules {
    let scopes = &model.scopes;
    let required = scopes.values.iter().filter(|scope| scope.required);
    provider::ScopeRules {
        request_separators: each(&scopes.request_separators, |one| one.as_str()),
        response_separator: scopes.response_separator.as_str(),
        omitted: match scopes.omitted {
            Omitted::AllRegistered => provider::OmittedScope::AllRegistered,
            Omitted::Default => provider::OmittedScope::Default,
            Omitted::Refused => provider::OmittedScope::Refused,
            Omitted::Unknown => provider::OmittedScope::Unknown,
        },
        required: Vec::leak(required.map(|scope| text(&scope.wire)).collect()),
        groups: each(&scopes.groups, |group| provider::ScopeGroup {
            parameter: text(&group.parameter),
            separator: group.separator.as_str(),
        }),
    }
}

fn token_response(response: &TokenResponse) -> provider::TokenResponse {
    provider::TokenResponse {
        format: match response.format {
            Format::Json => provider::ResponseFormat::Json,
            Format::Form => provider::ResponseFormat::Form,
        },
        scope_array: response.scope_array,
        any_token_type: response.any_token_type,
        root: texts(&response.root),
        rename: pairs(&response.rename),
        expiry: expiry(response.expiry),
        refresh_expiry: response
            .refresh_expiry
            .as_ref()
            .map(|(member, unit)| (text(member), expiry(*unit))),
        error: response.error.as_ref().map(error_rule),
    }
}

fn expiry(expiry: Expiry) -> provider::Expiry {
    match expiry {
        Expiry::Seconds => provider::Expiry::Seconds,
        Expiry::Milliseconds => provider::Expiry::Milliseconds,
        Expiry::UnixSeconds => provider::Expiry::UnixSeconds,
        Expiry::UnixMilliseconds => provider::Expiry::UnixMilliseconds,
        Expiry::DateTime => provider::Expiry::DateTime,
    }
}

fn error_rule(rule: &ErrorRule) -> provider::ErrorRule {
    provider::ErrorRule {
        member: text(&rule.member),
        success: text(&rule.success),
        code: text(&rule.code),
        description: text(&rule.description),
        errors: pairs(&rule.errors),
    }
}
