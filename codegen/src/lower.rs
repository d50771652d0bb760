//! From what was written to what is generated. The only place that knows defaults.

mod answers;
mod assertions;
mod endpoints;
mod grants;
mod identity;
mod registration;
mod scopes;

use oauth_atlas_description::{GrantKind, LifetimeOf, owned};

use crate::decode::{Entry, List, Many, Maybe, Spanned, Table};
use crate::model;
use crate::spec::{self, Method, SecretForm, Spec};
use crate::yaml::source::Source;
use answers::{api, refusal, token_response};
use endpoints::{authorization, captured_variables, endpoint, environment, userinfo, variable};
use grants::{
    authorization_code, callback, capture, extension, options, plain_grant, refresh_token, state,
};
use registration::registration;
use scopes::scopes;

/// The provider that a spec without mistakes describes; `None` for any other.
pub(crate) fn lower(source: &Source, spec: &Spec, keys: Vec<String>) -> Option<model::Provider> {
    let endpoints = spec.endpoints.as_ref()?;
    let clients = spec.clients.as_ref()?;
    let grants = spec.grants.as_ref()?;
    let scopes = scopes(spec.scopes.given())?;
    Some(model::Provider {
        id: source.id().to_owned(),
        path: source.path.clone(),
        keys,
        name: spec.name.as_ref()?.value.0.clone(),
        summary: spec.summary.as_ref()?.value.0.clone(),
        documentation: spec.documentation.as_ref()?.value.0.clone(),
        issuer: spec.issuer.given().map(|issuer| issuer.value.text.clone()),
        issuer_in_callback: flag(&spec.authorization_response_iss_parameter_supported),
        require_pushed_requests: flag(&spec.require_pushed_authorization_requests),
        sources: spec.sources.as_ref()?.0.iter().map(page).collect(),
        registration: spec.registration.given().map(registration),
        registration_endpoint: endpoints.registration.given().map(endpoints::registration),
        environments: each(&spec.environments, environment)?,
        variables: each(&spec.variables, |entry| variable(spec, entry))?
            .into_iter()
            .chain(captured_variables(spec))
            .collect(),
        authorization: match endpoints.authorization.given() {
            Some(endpoint) => Some(authorization(endpoint, grants)?),
            None => None,
        },
        pushed_authorization_request: endpoints.pushed_authorization_request.given().map(endpoint),
        token: endpoints.token.given().map(endpoint),
        refresh: endpoints.refresh.given().map(endpoint),
        revocation: endpoints.revocation.given().map(endpoint),
        introspection: endpoints.introspection.given().map(endpoint),
        device_authorization: endpoints.device_authorization.given().map(endpoint),
        userinfo: endpoints.userinfo.given().map(userinfo),
        end_session: endpoints
            .end_session
            .given()
            .map(|endpoint| model::Documented {
                value: endpoint.url.value.text.clone(),
                description: None,
                sources: cited(&endpoint.source),
            }),
        confidential: clients
            .confidential
            .given()
            .map(|given| client(given, clients.confidential_methods(), SecretForm::Plain)),
        public: clients
            .public
            .given()
            .map(|given| client(given, clients.public_methods(), SecretForm::Empty)),
        user_agent: spec.user_agent.given().map(|asked| model::UserAgent {
            description: asked.description.0.clone(),
            example: match asked.example.given() {
                Some(example) => example.value.clone(),
                None => "acme-calendar/1.0 (it@acme.example)".to_owned(),
            },
            sources: cited(&asked.source),
        }),
        authorization_code: grants.authorization_code.given().map(authorization_code),
        refresh_token: grants.refresh_token.given().map(refresh_token),
        client_credentials: grants
            .client_credentials
            .given()
            .map(|grant| plain_grant(GrantKind::ClientCredentials, grant)),
        device_code: grants
            .device_code
            .given()
            .map(|grant| plain_grant(GrantKind::DeviceCode, grant)),
        extensions: each(&grants.extensions, extension)?,
        options: options(grants),
        offline: spec.offline.given().map(|offline| model::Offline {
            value: owned::Offline {
                parameters: pairs(&offline.parameters),
                scopes: texts(&offline.scopes),
            },
            description: text(&offline.description),
            sources: cited(&offline.source),
        }),
        state: state(spec.state.given()),
        callback: callback(spec.callback.given()),
        captures: each(&spec.captures, |entry| capture(spec, entry))?,
        scopes,
        lifetimes: spec.lifetimes.given().map(lifetimes).unwrap_or_default(),
        api: api(spec.api.given()),
        token_response: token_response(spec.token_response.given()),
        errors: spec.errors.0.iter().map(error_code).collect(),
        refusals: spec
            .refusals
            .0
            .iter()
            .map(|one| refusal(&one.value))
            .collect(),
        user: match spec.user.given() {
            Some(given) => Some(identity::user(spec, given)?),
            None => None,
        },
        id_token: spec.id_token.given().map(identity::id_token),
        dpop: spec.dpop.given().map(identity::dpop),
        resource: spec.resource.given().map(identity::resource),
        request_object: spec.request_object.given().map(assertions::request_object),
        limits: spec
            .limits
            .0
            .iter()
            .map(|limit| remark(&limit.value))
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
        state: text(&entry.value.state),
    }
}

fn remark(remark: &spec::Remark) -> model::Cited {
    model::Cited {
        text: remark.text.0.clone(),
        sources: cited(&remark.source),
    }
}

fn client(client: &spec::Client, methods: Vec<Method>, secret: SecretForm) -> model::Client {
    model::Client {
        value: owned::ClientType {
            auth: methods.iter().map(|(name, _)| *name).collect(),
            own_auth: methods.into_iter().find_map(|(_, own)| own),
            assertion: client.assertion.given().map(assertions::assertion),
            signed_secret: client.signed_secret.given().map(assertions::assertion),
            certificate: flag(&client.certificate),
        },
        signed: assertions::documented(client),
        description: text(&client.description),
        secret: value(&client.secret, secret),
        sources: cited(&client.source),
    }
}

fn lifetimes(lifetimes: &spec::Lifetimes) -> Vec<model::TokenLifetime> {
    let tokens = [
        (LifetimeOf::AccessToken, &lifetimes.access_token),
        (LifetimeOf::RefreshToken, &lifetimes.refresh_token),
        (LifetimeOf::AuthorizationCode, &lifetimes.authorization_code),
    ];
    let mut lowered = Vec::new();
    for (of, lifetime) in tokens {
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
                    of,
                    client,
                    lifetime: value.value,
                    assumed: flag(&lifetime.assumed),
                    description: text(&lifetime.description),
                    sources: cited(&lifetime.source),
                });
            }
        }
    }
    lowered
}

fn error_code(entry: &Entry<spec::ErrorCode>) -> model::ErrorCode {
    model::ErrorCode {
        value: owned::ErrorCode {
            code: entry.key.clone(),
            hint: entry.value.hint.0.clone(),
            status: entry.value.status.given().map(|status| status.value.into()),
        },
        description: text(&entry.value.description),
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
                method: request.method.given().map(|method| method.value.clone()),
                url: request.url.given().map(|url| url.value.0.clone()),
                headers: pairs(&request.headers),
                parameters: pairs(&request.parameters),
            }),
        response: example.response.given().map(response),
        answers: {
            let answers = example.answers.0.iter();
            answers
                .map(|one| (one.key.clone(), response(&one.value)))
                .collect()
        },
        user: pairs(&example.user),
        sources: cited(&example.source),
    }
}

fn response(given: &spec::ExampleResponse) -> model::ExampleResponse {
    model::ExampleResponse {
        status: given.status,
        headers: pairs(&given.headers),
        body: given.body.clone(),
    }
}

fn values(table: &Table<spec::Header>) -> Vec<(String, String)> {
    let pair = |entry: &Entry<spec::Header>| (entry.key.clone(), entry.value.value.value.clone());
    table.0.iter().map(pair).collect()
}

/// The parameters that a request must have.
fn names(names: &List<String>) -> Vec<String> {
    names.0.iter().map(|name| name.value.clone()).collect()
}

fn texts(many: &Maybe<Many<String>>) -> Vec<String> {
    many.given()
        .iter()
        .flat_map(|many| &many.0)
        .map(|one| one.value.clone())
        .collect()
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

fn flag(flag: &Maybe<Spanned<bool>>) -> bool {
    flag.given().is_some_and(|flag| flag.value)
}

fn value<T: Copy>(given: &Maybe<Spanned<T>>, default: T) -> T {
    given.given().map_or(default, |given| given.value)
}

/// The value, or what is standard where the key is left out.
fn or<T: Copy>(given: &Maybe<Spanned<T>>, standard: &mut T) {
    if let Some(given) = given.given() {
        *standard = given.value;
    }
}

fn many<T: Copy>(given: &Maybe<Many<T>>, standard: impl Into<Vec<T>>) -> Vec<T> {
    match given.given() {
        Some(many) => many.0.iter().map(|spanned| spanned.value).collect(),
        None => standard.into(),
    }
}
