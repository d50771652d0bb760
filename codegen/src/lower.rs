//! From what was written to what is generated. The only place that knows defaults.

use crate::decode::{Entry, Many, Maybe, Table};
use crate::model::{self, VariableKind};
use crate::name;
use crate::source::Source;
use crate::spec::{self, ClientAuth, Encoding, Format, Omitted, Pkce, Rotation, SecretForm, Spec};

/// The provider that a spec without mistakes describes; `None` for any other.
pub(crate) fn lower(source: &Source, spec: &Spec) -> Option<model::Provider> {
    let endpoints = spec.endpoints.as_ref()?;
    let clients = spec.clients.as_ref()?;
    let grants = spec.grants.as_ref()?;
    let scopes = scopes(spec.scopes.given())?;
    Some(model::Provider {
        id: source.id().to_owned(),
        path: source.path.clone(),
        name: spec.name.as_ref()?.value.0.clone(),
        summary: spec.summary.as_ref()?.value.0.clone(),
        documentation: spec.documentation.as_ref()?.value.0.clone(),
        issuer: spec.issuer.given().map(|issuer| issuer.value.0.clone()),
        issuer_in_callback: flag(&spec.authorization_response_iss_parameter_supported),
        sources: spec.sources.as_ref()?.0.iter().map(page).collect(),
        environments: each(&spec.environments, environment)?,
        variables: each(&spec.variables, |entry| variable(spec, entry))?,
        authorization: match endpoints.authorization.given() {
            Some(endpoint) => Some(authorization(endpoint)?),
            None => None,
        },
        token: endpoints.token.given().map(endpoint),
        refresh: endpoints.refresh.given().map(endpoint),
        revocation: endpoints.revocation.given().map(endpoint),
        introspection: endpoints.introspection.given().map(endpoint),
        userinfo: endpoints
            .userinfo
            .given()
            .map(|endpoint| userinfo(endpoint, &scopes)),
        confidential: clients
            .confidential
            .given()
            .map(|given| client(given, ClientAuth::Basic, SecretForm::Plain)),
        public: clients
            .public
            .given()
            .map(|given| client(given, ClientAuth::None, SecretForm::Empty)),
        authorization_code: grants.authorization_code.given().map(authorization_code),
        refresh_token: grants
            .refresh_token
            .given()
            .map(|grant| model::RefreshToken {
                rotation: value(&grant.rotation, Rotation::Unknown),
                ends_access_token: value(&grant.ends_access_token, spec::Answer::Unknown),
                description: text(&grant.description),
                sources: cited(&grant.source),
            }),
        client_credentials: grants.client_credentials.given().map(|grant| {
            model::ClientCredentials {
                description: text(&grant.description),
                sources: cited(&grant.source),
            }
        }),
        scopes,
        lifetimes: spec.lifetimes.given().map(lifetimes).unwrap_or_default(),
        api: api(spec.api.given()),
        token_response: token_response(spec.token_response.given()),
        errors: spec.errors.0.iter().map(error_code).collect(),
        limits: spec
            .limits
            .0
            .iter()
            .map(|limit| model::Cited {
                text: limit.value.text.0.clone(),
                sources: cited(&limit.value.source),
            })
            .collect(),
        conflicts: spec
            .conflicts
            .0
            .iter()
            .map(|entry| conflict(&entry.value))
            .collect(),
        notes: spec
            .notes
            .0
            .iter()
            .map(|note| model::Note {
                text: note.value.text.0.clone(),
                reason: note.value.reason.0.clone(),
                sources: cited(&note.value.source),
            })
            .collect(),
        examples: spec
            .examples
            .0
            .iter()
            .map(|entry| example(clients, &entry.value))
            .collect(),
    })
}

fn page(entry: &Entry<spec::Source>) -> model::Source {
    model::Source {
        name: entry.key.clone(),
        title: entry.value.title.0.clone(),
        url: entry.value.url.0.clone(),
        checked: entry.value.checked.0.clone(),
    }
}

fn environment(entry: &Entry<spec::Environment>) -> Option<model::Environment> {
    Some(model::Environment {
        name: entry.key.clone(),
        variant: name::variant(&entry.key)?,
        description: text(&entry.value.description),
        hosts: entry
            .value
            .hosts
            .0
            .iter()
            .map(|host| (host.key.clone(), host.value.0.clone()))
            .collect(),
        sources: cited(&entry.value.source),
    })
}

fn variable(spec: &Spec, entry: &Entry<spec::Variable>) -> Option<model::Variable> {
    let kind = match entry.value.values.given() {
        Some(values) => VariableKind::OneOf(choice(&entry.key, values)?),
        None => VariableKind::BaseUrl {
            example: entry.value.example.given().map_or_else(
                || "https://api.example.com".to_owned(),
                |url| url.value.0.clone(),
            ),
        },
    };
    let optional = flag(&entry.value.optional);
    let authorization = spec
        .endpoints
        .as_ref()?
        .authorization
        .given()
        .map(|e| e.url.at);
    let only_authorization = spec
        .templates()
        .iter()
        .filter(|template| template.value.variables().any(|name| name == entry.key))
        .all(|template| Some(template.at) == authorization);
    Some(model::Variable {
        name: entry.key.clone(),
        description: entry.value.description.0.clone(),
        method: name::method(&entry.key)?,
        kind,
        optional,
        by_login: optional && only_authorization,
        sources: cited(&entry.value.source),
    })
}

fn choice(wire: &str, values: &Many<String>) -> Option<model::Choice> {
    let value = |wire: &String| {
        Some(model::Value {
            wire: wire.clone(),
            variant: name::variant(wire)?,
        })
    };
    Some(model::Choice {
        type_name: name::type_name(wire)?,
        values: values
            .0
            .iter()
            .map(|spanned| value(&spanned.value))
            .collect::<Option<_>>()?,
    })
}

fn authorization(endpoint: &spec::AuthorizationEndpoint) -> Option<model::Authorization> {
    let mut fixed = Vec::new();
    let mut options = Vec::new();
    for entry in &endpoint.parameters.0 {
        if let Some(value) = entry.value.value.given() {
            fixed.push((entry.key.clone(), value.value.clone()));
        } else if let Some(values) = entry.value.values.given() {
            options.push(model::AuthorizeOption {
                name: entry.key.clone(),
                method: name::method(&entry.key)?,
                description: entry.value.description.0.clone(),
                choice: choice(&entry.key, values)?,
                sources: cited(&entry.value.source),
            });
        }
    }
    Some(model::Authorization {
        url: endpoint.url.value.text.clone(),
        fixed,
        options,
        sources: cited(&endpoint.source),
    })
}

fn endpoint(endpoint: &spec::Endpoint) -> model::Endpoint {
    model::Endpoint {
        url: endpoint.url.value.text.clone(),
        encodings: many(&endpoint.encoding, Encoding::Form),
        auth: endpoint.auth.given().map(|auth| auth.value),
        omit: endpoint
            .omit
            .given()
            .iter()
            .flat_map(|many| &many.0)
            .map(|name| name.value.clone())
            .collect(),
        description: text(&endpoint.description),
        sources: cited(&endpoint.source),
    }
}

fn userinfo(endpoint: &spec::UserInfoEndpoint, scopes: &model::Scopes) -> model::UserInfo {
    let scope = endpoint.scope.given();
    let scope = scope.and_then(|wire| scopes.values.iter().find(|scope| scope.wire == wire.value));
    model::UserInfo {
        url: endpoint.url.value.text.clone(),
        scope: scope.map(|scope| scope.variant.clone()),
        description: text(&endpoint.description),
        sources: cited(&endpoint.source),
    }
}

fn client(client: &spec::Client, auth: ClientAuth, secret: SecretForm) -> model::Client {
    model::Client {
        description: text(&client.description),
        auth: many(&client.auth, auth),
        secret: value(&client.secret, secret),
        sources: cited(&client.source),
    }
}

fn authorization_code(grant: &spec::AuthorizationCode) -> model::AuthorizationCode {
    model::AuthorizationCode {
        pkce: value(&grant.pkce, Pkce::Unknown),
        redirect_uri_required: grant
            .requires
            .0
            .iter()
            .chain(&grant.authorization_requires.0)
            .any(|parameter| parameter.value == "redirect_uri"),
        description: text(&grant.description),
        sources: cited(&grant.source),
    }
}

fn scopes(scopes: Option<&spec::Scopes>) -> Option<model::Scopes> {
    let Some(scopes) = scopes else {
        return Some(model::Scopes {
            request_separators: vec![spec::Separator::Space],
            response_separator: spec::Separator::Space,
            omitted: Omitted::Unknown,
            partial: false,
            values: Vec::new(),
            bundles: Vec::new(),
            description: None,
            sources: Vec::new(),
        });
    };
    let bundle = |bundle: &spec::Bundle| model::Bundle {
        scopes: bundle
            .values
            .0
            .iter()
            .map(|scope| scope.value.clone())
            .collect(),
        description: text(&bundle.description),
        sources: cited(&bundle.source),
    };
    Some(model::Scopes {
        request_separators: scopes.request_separators(),
        response_separator: scopes.response_separator(),
        omitted: value(&scopes.omitted, Omitted::Unknown),
        partial: flag(&scopes.partial),
        values: each(&scopes.values, scope)?,
        bundles: scopes
            .bundles
            .0
            .iter()
            .map(|entry| bundle(&entry.value))
            .collect(),
        description: text(&scopes.description),
        sources: cited(&scopes.source),
    })
}

fn scope(entry: &Entry<spec::Scope>) -> Option<model::Scope> {
    Some(model::Scope {
        wire: entry.key.clone(),
        variant: match entry.value.rust_name.given() {
            Some(name) => name.value.clone(),
            None => name::variant(&entry.key)?,
        },
        category: text(&entry.value.category),
        description: entry.value.description.0.clone(),
        sources: cited(&entry.value.source),
    })
}

fn lifetimes(lifetimes: &spec::Lifetimes) -> Vec<model::TokenLifetime> {
    let tokens = [
        ("access token", &lifetimes.access_token),
        ("refresh token", &lifetimes.refresh_token),
        ("authorization code", &lifetimes.authorization_code),
    ];
    let mut lowered = Vec::new();
    for (token, lifetime) in tokens {
        let Some(lifetime) = lifetime.given() else {
            continue;
        };
        let by_client = [
            (None, &lifetime.value),
            (Some(spec::ClientKind::Confidential), &lifetime.confidential),
            (Some(spec::ClientKind::Public), &lifetime.public),
        ];
        for (client, value) in by_client {
            if let Some(value) = value.given() {
                lowered.push(model::TokenLifetime {
                    token,
                    client,
                    lifetime: value.value,
                    description: text(&lifetime.description),
                    sources: cited(&lifetime.source),
                });
            }
        }
    }
    lowered
}

fn api(api: Option<&spec::Api>) -> model::Api {
    let prefix = api
        .and_then(|api| api.prefix.given())
        .map(|prefix| prefix.value.as_str());
    let header = api
        .and_then(|api| api.header.given())
        .map(|header| header.value.as_str());
    model::Api {
        url: api
            .and_then(|api| api.url.given())
            .map(|url| url.value.text.clone()),
        header: header.unwrap_or("authorization").to_owned(),
        prefix: match prefix {
            Some("none") => String::new(),
            Some(word) => format!("{word} "),
            None => "Bearer ".to_owned(),
        },
        headers: api
            .iter()
            .flat_map(|api| &api.headers.0)
            .map(|header| model::Header {
                name: header.key.clone(),
                value: header.value.value.value.clone(),
                description: text(&header.value.description),
                sources: cited(&header.value.source),
            })
            .collect(),
        description: api.and_then(|api| text(&api.description)),
        sources: api.map(|api| cited(&api.source)).unwrap_or_default(),
    }
}

fn token_response(response: Option<&spec::TokenResponse>) -> model::TokenResponse {
    model::TokenResponse {
        format: response.map_or(Format::Json, |response| {
            value(&response.format, Format::Json)
        }),
        scope_array: response.is_some_and(|response| flag(&response.scope_array)),
        fields: response
            .iter()
            .flat_map(|response| &response.fields.0)
            .map(|field| (field.key.clone(), field.value))
            .collect(),
        description: response.and_then(|response| text(&response.description)),
        sources: response
            .map(|response| cited(&response.source))
            .unwrap_or_default(),
    }
}

fn error_code(entry: &Entry<spec::ErrorCode>) -> model::ErrorCode {
    model::ErrorCode {
        code: entry.key.clone(),
        status: entry.value.status.given().map(|status| status.value),
        description: text(&entry.value.description),
        hint: entry.value.hint.0.clone(),
        sources: cited(&entry.value.source),
    }
}

fn conflict(conflict: &spec::Conflict) -> model::Conflict {
    let version = |version: &spec::Version| model::Version {
        text: version.text.0.clone(),
        sources: version
            .sources
            .0
            .iter()
            .map(|source| source.value.0.clone())
            .collect(),
        taken: flag(&version.taken),
        selectable: flag(&version.selectable),
    };
    model::Conflict {
        about: conflict.about.0.clone(),
        versions: conflict
            .versions
            .0
            .iter()
            .map(|entry| version(&entry.value))
            .collect(),
        reason: conflict.reason.0.clone(),
    }
}

fn example(clients: &spec::Clients, example: &spec::Example) -> model::Example {
    let only = if clients.confidential.is_absent() {
        spec::ClientKind::Public
    } else {
        spec::ClientKind::Confidential
    };
    model::Example {
        title: example.title.0.clone(),
        operation: example.operation.value,
        client: value(&example.client, only),
        using: pairs(&example.using),
        request: example
            .request
            .given()
            .map(|request| model::ExampleRequest {
                method: request.method.given().cloned(),
                url: request.url.given().map(|url| url.value.0.clone()),
                headers: pairs(&request.headers),
                parameters: pairs(&request.parameters),
            }),
        response: example
            .response
            .given()
            .map(|response| model::ExampleResponse {
                status: response.status,
                headers: pairs(&response.headers),
                body: response.body.clone(),
            }),
        sources: cited(&example.source),
    }
}

fn pairs(table: &Table<String>) -> Vec<(String, String)> {
    table
        .0
        .iter()
        .map(|entry| (entry.key.clone(), entry.value.clone()))
        .collect()
}

fn each<T, U>(table: &Table<T>, lower: impl Fn(&Entry<T>) -> Option<U>) -> Option<Vec<U>> {
    table.0.iter().map(lower).collect()
}

fn text(text: &Maybe<spec::Text>) -> Option<String> {
    text.given().map(|text| text.0.clone())
}

fn cited(sources: &Maybe<Many<spec::SourceName>>) -> Vec<String> {
    sources
        .given()
        .iter()
        .flat_map(|many| &many.0)
        .map(|name| name.value.0.clone())
        .collect()
}

fn flag(flag: &Maybe<crate::decode::Spanned<bool>>) -> bool {
    flag.given().is_some_and(|flag| flag.value)
}

fn value<T: Copy>(given: &Maybe<crate::decode::Spanned<T>>, default: T) -> T {
    given.given().map_or(default, |given| given.value)
}

fn many<T: Copy>(given: &Maybe<Many<T>>, default: T) -> Vec<T> {
    match given.given() {
        Some(many) => many.0.iter().map(|spanned| spanned.value).collect(),
        None => vec![default],
    }
}
