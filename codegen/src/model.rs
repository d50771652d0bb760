//! What is generated: the description of a provider, and around each part of it what documents that
//! part: prose, sources and Rust names. Rendering, the table of providers and the tests read this
//! and decide nothing.

mod description;
mod registration;

use std::collections::BTreeMap;
use std::ops::Deref;

pub use crate::spec::{
    Answer, CallbackSignature, CaptureFrom, ChallengeMethod, ClientAuth, ClientKind, Duration,
    Encoding, Expiry, HttpMethod, Lifetime, OmittedScope, OpenTo, Operation, ParameterType, Pkce,
    PkceClients, Presence, RedirectUriForm, ResponseFormat, Rotation, SecretForm, Separator,
    TokenKind, VariableKind,
};
pub use oauth_atlas_description::{
    EndpointKind, GrantKind, LifetimeOf, OperationKind, Proof, ResourceStatus, Template, owned,
};
pub use registration::{RedirectUris, Registration};

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The module's name.
    pub id: String,
    /// The path of its spec, as messages show it.
    pub path: String,
    /// The keys that its spec has, each as the path of keys that leads to it, joined by dots:
    /// `grants.refresh_token`; not the names of scopes. What none of them says was filled in.
    pub keys: Vec<String>,
    /// The provider's own name.
    pub name: String,
    /// What it is: a noun phrase.
    pub summary: String,
    /// The page that errors and the documentation point to.
    pub documentation: String,
    /// The issuer identifier, with variables.
    pub issuer: Option<String>,
    /// Whether every callback carries `iss`.
    pub issuer_in_callback: bool,
    /// Whether every authorization request must be pushed.
    pub require_pushed_requests: bool,
    /// The pages that the facts come from.
    pub sources: Vec<Source>,
    /// How a program becomes a client.
    pub registration: Option<Registration>,
    /// Where a program registers itself as a client.
    pub registration_endpoint: Option<Endpoint>,
    /// The environments, the default one first.
    pub environments: Vec<Environment>,
    /// The variables of URLs.
    pub variables: Vec<Variable>,
    /// The authorization endpoint.
    pub authorization: Option<Authorization>,
    /// The pushed authorization request endpoint.
    pub pushed_authorization_request: Option<Endpoint>,
    /// The token endpoint.
    pub token: Option<Endpoint>,
    /// Where tokens are refreshed, if not at the token endpoint or otherwise.
    pub refresh: Option<Endpoint>,
    /// The revocation endpoint.
    pub revocation: Option<Endpoint>,
    /// The introspection endpoint.
    pub introspection: Option<Endpoint>,
    /// The device authorization endpoint.
    pub device_authorization: Option<Endpoint>,
    /// The UserInfo endpoint.
    pub userinfo: Option<Endpoint>,
    /// The URL of the end session endpoint.
    pub end_session: Option<Documented<String>>,
    /// The confidential client type.
    pub confidential: Option<Client>,
    /// The public client type.
    pub public: Option<Client>,
    /// What a program has to say of itself in each request, where it has to.
    pub user_agent: Option<UserAgent>,
    /// The authorization code grant.
    pub authorization_code: Option<AuthorizationCode>,
    /// The refresh token grant.
    pub refresh_token: Option<RefreshToken>,
    /// The client credentials grant.
    pub client_credentials: Option<ClientCredentials>,
    /// The device authorization grant.
    pub device_code: Option<ClientCredentials>,
    /// Grants of the provider's own.
    pub extensions: Vec<Extension>,
    /// What documents the parameters that the caller may add to a grant's request, by the grant's
    /// key: `grants.refresh_token`.
    pub options: BTreeMap<String, Vec<GrantOption>>,
    /// What makes the provider issue a refresh token.
    pub offline: Option<Offline>,
    /// What is asked of `state`.
    pub state: State,
    /// How the callback deviates from the standard.
    pub callback: Callback,
    /// Values that are kept with the tokens.
    pub captures: Vec<Capture>,
    /// The scopes.
    pub scopes: Scopes,
    /// How long tokens live.
    pub lifetimes: Vec<TokenLifetime>,
    /// How an access token is sent to the API.
    pub api: Api,
    /// How the token endpoint answers.
    pub token_response: TokenResponse,
    /// The error codes.
    pub errors: Vec<ErrorCode>,
    /// What answers mean that do not say so in the standard's words.
    pub refusals: Vec<Refusal>,
    /// Who logged in, and where that is told.
    pub user: Option<User>,
    /// The ID tokens.
    pub id_token: Option<Documented<owned::IdTokenRules>>,
    /// How tokens are bound to a key of the client's.
    pub dpop: Option<Documented<owned::DpopRules>>,
    /// The JWT that holds a login's parameters.
    pub request_object: Option<Documented<owned::Assertion>>,
    /// Whether requests may name what the tokens are for.
    pub resource: Option<Documented<ResourceStatus>>,
    /// Rate limits and other bounds.
    pub limits: Vec<Cited>,
    /// Where official sources disagree.
    pub conflicts: Vec<Conflict>,
    /// Facts that no key says.
    pub notes: Vec<Note>,
    /// Requests and responses from the provider's documents.
    pub examples: Vec<Example>,
}

/// A part of the description, with what documents it.
#[derive(Clone, Debug)]
pub struct Documented<T> {
    /// What is true of it.
    pub value: T,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

impl<T> Deref for Documented<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Parts of the description whose documentation has more than prose and sources.
macro_rules! of_description {
    ($name:ident, $described:ident) => {
        impl Deref for $name {
            type Target = owned::$described;

            fn deref(&self) -> &owned::$described {
                &self.value
            }
        }
    };
}

/// What a program has to say of itself in each request.
#[derive(Clone, Debug)]
pub struct UserAgent {
    /// What the provider asks for.
    pub description: String,
    /// A value to show in documentation.
    pub example: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A page that facts come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name by which facts cite it.
    pub name: String,
    /// The page's title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The day on which it was read.
    pub checked: String,
    /// What was read: the page's own date, a commit or a version.
    pub state: Option<String>,
}

/// A set of hosts that belong together.
#[derive(Clone, Debug)]
pub struct Environment {
    /// What is true of it.
    pub value: owned::Environment,
    /// The enum's variant.
    pub variant: String,
    /// What it is for.
    pub description: Option<String>,
    /// The name of the source that is its metadata, to which the issuer does not lead.
    pub metadata: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Environment, Environment);

impl Environment {
    /// A URL of the provider, with the hosts of this environment in place of their names.
    #[must_use]
    pub fn fill_in(&self, url: &str) -> String {
        self.hosts.iter().fold(url.to_owned(), |url, (name, host)| {
            url.replace(&format!("{{{name}}}"), host)
        })
    }
}

/// A `{variable}` of URLs.
#[derive(Clone, Debug)]
pub struct Variable {
    /// What is true of it.
    pub value: owned::Variable,
    /// What it means.
    pub description: String,
    /// The Rust name of arguments and methods.
    pub method: String,
    /// A value to show in documentation.
    pub example: String,
    /// Its values as an enum, where it has a list of them.
    pub choice: Option<Choice>,
    /// Whether an answer fills it before it is needed.
    pub captured: bool,
    /// Whether a URL has it, and not only parameters and headers.
    pub in_url: bool,
    /// Whether it is chosen for each login, and not for the client: only the authorization URL has
    /// it, and it may be left out.
    pub by_login: bool,
    /// Whether nothing but a JWT that the client signs has it, so that a client which signs none
    /// needs no value.
    pub signed_alone: bool,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Variable, Variable);

impl Variable {
    /// Whether requests need a value that nothing but the caller has.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        !self.optional && self.default.is_none() && !self.captured && !self.signed_alone
    }
}

/// A closed list of values, which becomes an enum.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The enum's name.
    pub type_name: String,
    /// The values.
    pub values: Vec<Value>,
}

impl Choice {
    /// The first value: no list is empty.
    #[must_use]
    pub fn first(&self) -> &Value {
        &self.values[0]
    }
}

/// A value of a list.
#[derive(Clone, Debug)]
pub struct Value {
    /// As the provider spells it.
    pub wire: String,
    /// The enum's variant.
    pub variant: String,
}

/// The authorization endpoint.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// What is true of it.
    pub value: owned::AuthorizationEndpoint,
    /// What documents its options, in their order.
    pub options: Vec<AuthorizeOption>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Authorization, AuthorizationEndpoint);

/// A parameter that the caller may choose.
#[derive(Clone, Debug)]
pub struct AuthorizeOption {
    /// What is true of it.
    pub value: owned::AuthorizationOption,
    /// The method.
    pub method: String,
    /// What it does.
    pub description: String,
    /// Its values as an enum, where it has a list of them.
    pub choice: Option<Choice>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(AuthorizeOption, AuthorizationOption);

/// A grant of the provider's own.
#[derive(Clone, Debug)]
pub struct Extension {
    /// What is true of it.
    pub value: owned::Grant,
    /// The method.
    pub method: String,
    /// What it is for.
    pub description: String,
    /// What documents the parameters that the caller gives, in their order.
    pub arguments: Vec<Argument>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Extension, Grant);

/// A parameter that the caller of an extension grant gives.
#[derive(Clone, Debug)]
pub struct Argument {
    /// As the provider spells it.
    pub name: String,
    /// The Rust name.
    pub argument: String,
    /// What it does.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A parameter that the caller may add to a grant's request, under the name that the provider gives
/// it: no argument is named after it.
#[derive(Clone, Debug)]
pub struct GrantOption {
    /// As the provider spells it.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// What makes the provider issue a refresh token.
pub type Offline = Documented<owned::Offline>;

/// Who logged in, and where that is told.
#[derive(Clone, Debug)]
pub struct User {
    /// What is true of it.
    pub value: owned::UserRules,
    /// What documents the claims, in their order.
    pub claims: Vec<ClaimFacts>,
    /// What documents the further requests, in their order.
    pub requests: Vec<Endpoint>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(User, UserRules);

/// What documents a claim.
#[derive(Clone, Debug)]
pub struct ClaimFacts {
    /// The scope without which it is missing.
    pub scope: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// What is asked of `state`.
pub type State = Documented<owned::StateRules>;

/// How the callback deviates from the standard.
pub type Callback = Documented<owned::CallbackRules>;

/// A value that is kept with the tokens.
#[derive(Clone, Debug)]
pub struct Capture {
    /// What is true of it.
    pub value: owned::Capture,
    /// The type that is its key.
    pub type_name: String,
    /// What it is.
    pub description: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Capture, Capture);

/// An endpoint that the client calls itself.
pub type Endpoint = Documented<owned::Endpoint>;

/// An operation of the provider.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'p> {
    /// What is true of it.
    pub value: oauth_atlas_description::Operation,
    /// What is worth knowing of its grant or its endpoint.
    pub description: Option<&'p str>,
    /// The names of the sources of its grant or its endpoint.
    pub sources: &'p [String],
    /// The grant of the provider's own that it is, if it is one.
    pub extension: Option<&'p Extension>,
    /// What documents the parameters that the caller may add to its request.
    pub options: &'p [GrantOption],
}

impl Deref for Offered<'_> {
    type Target = oauth_atlas_description::Operation;

    fn deref(&self) -> &Self::Target {
        &self.value
    }
}

/// A client type.
#[derive(Clone, Debug)]
pub struct Client {
    /// What is true of it.
    pub value: owned::ClientType,
    /// Who it is for.
    pub description: Option<String>,
    /// In what form the client gets its secret.
    pub secret: SecretForm,
    /// The JWTs that the client signs, by their keys.
    pub signed: Vec<(&'static str, Documented<owned::Assertion>)>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Client, ClientType);

/// The authorization code grant.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    /// What is true of it.
    pub value: owned::Grant,
    /// How PKCE is sent.
    pub pkce: owned::PkceRules,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(AuthorizationCode, Grant);

/// The refresh token grant.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// What is true of it.
    pub value: owned::Grant,
    /// Whether a refresh gives a new refresh token.
    pub rotation: Rotation,
    /// Whether the old access token dies when a new one is issued.
    pub ends_access_token: Answer,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(RefreshToken, Grant);

/// The client credentials grant, and the device authorization grant.
pub type ClientCredentials = Documented<owned::Grant>;

/// What an answer means that does not say so in the standard's words.
pub type Refusal = Documented<owned::RefusalRule>;

/// The scopes.
#[derive(Clone, Debug)]
pub struct Scopes {
    /// What is true of them, but for the scopes themselves.
    pub rules: owned::ScopeRules,
    /// How many the provider has, where the list falls short of that and a source counts them.
    pub of: Option<usize>,
    /// The names of the sources that count them.
    pub of_sources: Vec<String>,
    /// The scopes; empty where the provider publishes none.
    pub values: Vec<Scope>,
    /// Sets that the documents offer as a whole.
    pub bundles: Vec<Bundle>,
    /// Scopes that are asked for in parameters of their own.
    pub groups: Vec<ScopeGroup>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

impl Scopes {
    /// Those of the scope parameter, and then those of other parameters.
    pub fn all(&self) -> impl Iterator<Item = &Scope> {
        let groups = self.groups.iter().flat_map(|group| &group.values);
        self.values.iter().chain(groups)
    }
}

impl Deref for Scopes {
    type Target = owned::ScopeRules;

    fn deref(&self) -> &owned::ScopeRules {
        &self.rules
    }
}

/// Scopes that are asked for in a parameter of their own.
#[derive(Clone, Debug)]
pub struct ScopeGroup {
    /// The enum's name.
    pub type_name: String,
    /// The method.
    pub method: String,
    /// The parameter of the authorization request.
    pub parameter: String,
    /// What stands between two of them.
    pub separator: Separator,
    /// What they are for.
    pub description: String,
    /// The scopes.
    pub values: Vec<Scope>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What is true of it.
    pub value: owned::Scope,
    /// The enum's variant.
    pub variant: String,
    /// Whether a login without it is refused.
    pub required: bool,
    /// Scopes that no request may ask for together with it.
    pub excludes: Vec<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Scope, Scope);

/// Scopes that the documents offer as a whole.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The scopes, as the provider spells them.
    pub scopes: Vec<String>,
    /// When to ask for them.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How long one kind of token lives.
#[derive(Clone, Debug)]
pub struct TokenLifetime {
    /// Which token.
    pub of: LifetimeOf,
    /// For which client; `None` is every one.
    pub client: Option<ClientKind>,
    /// How long.
    pub lifetime: Lifetime,
    /// Whether it counts where an answer does not tell.
    pub assumed: bool,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How an access token is sent to the API.
#[derive(Clone, Debug)]
pub struct Api {
    /// What is true of it.
    pub value: owned::Api,
    /// What documents the headers that are sent beside it, in their order.
    pub headers: Vec<Header>,
    /// What documents the parameters that every call has, in their order.
    pub parameters: Vec<Header>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(Api, Api);

/// What documents a header or a parameter that is sent beside the token.
#[derive(Clone, Debug)]
pub struct Header {
    /// What it is for.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How the token endpoint answers.
pub type TokenResponse = Documented<owned::TokenResponse>;

/// An error code.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// What is true of it.
    pub value: owned::ErrorCode,
    /// When the provider answers it.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

of_description!(ErrorCode, ErrorCode);

/// A sentence and where it is said.
#[derive(Clone, Debug)]
pub struct Cited {
    /// The sentence.
    pub text: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A point on which official sources disagree.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The point.
    pub about: String,
    /// What each source says.
    pub versions: Vec<Version>,
    /// Why one was taken.
    pub reason: String,
}

/// One side of a conflict.
#[derive(Clone, Debug)]
pub struct Version {
    /// What is said.
    pub text: String,
    /// The names of its sources.
    pub sources: Vec<String>,
    /// Whether the spec follows it.
    pub taken: bool,
    /// Whether the caller can choose it instead.
    pub selectable: bool,
}

/// A fact that no key says.
#[derive(Clone, Debug)]
pub struct Note {
    /// The fact.
    pub text: String,
    /// Why no key says it.
    pub reason: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A request, a response or both.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// What the request is for.
    pub operation: Operation,
    /// Who sends it.
    pub client: ClientKind,
    /// What the caller passes.
    pub using: Vec<(String, String)>,
    /// The request that must be sent.
    pub request: Option<ExampleRequest>,
    /// The response that must be understood.
    pub response: Option<ExampleResponse>,
    /// The responses to further requests about the user, by their names.
    pub answers: Vec<(String, ExampleResponse)>,
    /// The claims that must be read, by their standard names.
    pub user: Vec<(String, String)>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A request of an example.
#[derive(Clone, Debug)]
pub struct ExampleRequest {
    /// The HTTP method.
    pub method: Option<String>,
    /// The URL, without the parameters.
    pub url: Option<String>,
    /// Headers that must be sent with these values.
    pub headers: Vec<(String, String)>,
    /// The parameters that must be sent.
    pub parameters: Vec<(String, String)>,
}

/// A response of an example.
#[derive(Clone, Debug)]
pub struct ExampleResponse {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Provider {
    /// What a client of the provider does, in the order in which it is documented.
    #[must_use]
    pub fn operations(&self) -> Vec<Offered<'_>> {
        let description = self.without_scopes();
        let operations = description.operations().into_iter();
        operations
            .map(|value| self.offered(&description, value))
            .collect()
    }

    /// The operation that brings a program its first tokens.
    #[must_use]
    pub fn first_tokens(&self) -> Option<Offered<'_>> {
        let description = self.without_scopes();
        let first = description.first_tokens()?;
        Some(self.offered(&description, first))
    }

    fn offered(
        &self,
        description: &owned::Provider,
        value: oauth_atlas_description::Operation,
    ) -> Offered<'_> {
        let grant = description.grant_of(value);
        let mut extensions = self.extensions.iter();
        let extension = extensions.find(|one| Some(&one.value) == grant);
        let described = match value.kind.grant() {
            Some(GrantKind::AuthorizationCode) => {
                let grant = self.authorization_code.as_ref();
                grant.map(|one| (one.description.as_ref(), &one.sources))
            }
            Some(GrantKind::RefreshToken) => {
                let grant = self.refresh_token.as_ref();
                grant.map(|one| (one.description.as_ref(), &one.sources))
            }
            Some(GrantKind::ClientCredentials) => {
                let grant = self.client_credentials.as_ref();
                grant.map(|one| (one.description.as_ref(), &one.sources))
            }
            Some(GrantKind::DeviceCode) => {
                let grant = self.device_code.as_ref();
                grant.map(|one| (one.description.as_ref(), &one.sources))
            }
            Some(GrantKind::Extension) => {
                extension.map(|one| (Some(&one.description), &one.sources))
            }
            None => {
                let endpoint = self.endpoint(value.endpoint);
                endpoint.map(|one| (one.description.as_ref(), &one.sources))
            }
        };
        let (description, sources) = described.unzip();
        let key = match extension {
            Some(own) => Some(format!("grants.extensions.{}", own.name)),
            None if value.kind.gives_tokens() => value
                .kind
                .grant()
                .map(|kind| format!("grants.{}", kind.word())),
            None => None,
        };
        let options = key.and_then(|key| self.options.get(&key));
        Offered {
            value,
            options: options.map_or(&[], Vec::as_slice),
            description: description.flatten().map(String::as_str),
            sources: sources.map_or(&[], Vec::as_slice),
            extension,
        }
    }

    /// An endpoint that the client calls itself, which is any but the authorization endpoint and the
    /// API.
    #[must_use]
    pub fn endpoint(&self, kind: EndpointKind) -> Option<&Endpoint> {
        match kind {
            EndpointKind::Registration => self.registration_endpoint.as_ref(),
            EndpointKind::PushedAuthorizationRequest => self.pushed_authorization_request.as_ref(),
            EndpointKind::Token => self.token.as_ref(),
            EndpointKind::Refresh => self.refresh.as_ref(),
            EndpointKind::Revocation => self.revocation.as_ref(),
            EndpointKind::Introspection => self.introspection.as_ref(),
            EndpointKind::DeviceAuthorization => self.device_authorization.as_ref(),
            EndpointKind::UserInfo => self.userinfo.as_ref(),
            _ => None,
        }
    }

    /// The endpoints that a client calls itself.
    pub fn called_endpoints(&self) -> impl Iterator<Item = (EndpointKind, &Endpoint)> {
        let kinds = EndpointKind::ALL.iter();
        kinds.filter_map(|kind| Some((*kind, self.endpoint(*kind)?)))
    }

    /// Whether the spec has this key, given as in [`Provider::keys`]. Where it has not, the model
    /// holds what is standard, or that nothing is known.
    #[must_use]
    pub fn says(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    /// The URL variables that a client cannot be made without, in the order of the spec.
    pub fn required_variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables
            .iter()
            .filter(|variable| variable.in_url && variable.is_needed())
    }

    /// The values of parameters and headers that a client is told once it is made, in the order of
    /// the spec.
    pub fn values(&self) -> impl Iterator<Item = &Variable> {
        let variables = self.variables.iter();
        variables.filter(|variable| match variable.captured {
            // What a consent brought has no other place.
            true => self.keeps(variable) && !variable.optional && variable.default.is_none(),
            false => !variable.in_url,
        })
    }

    /// Whether a variable has what a consent brought, which is the program's to keep, as there are no
    /// tokens that would.
    fn keeps(&self, variable: &Variable) -> bool {
        variable.captured && self.callback.code_presence != Presence::Always
    }

    /// The variables that a method of the client sets.
    pub fn set_variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().filter(|variable| {
            let is_choice = variable.optional || variable.default.is_some();
            let is_set = match variable.in_url {
                true => is_choice,
                false => !variable.captured,
            };
            (is_set || self.keeps(variable)) && !variable.by_login
        })
    }

    /// Whether each tenant has an issuer of its own, whose metadata tells what no description of
    /// the provider can.
    #[must_use]
    pub fn has_issuer_of_tenant(&self) -> bool {
        let is_of_tenant = |text: &str| {
            let mut variables = self.variables.iter();
            variables.any(|variable| Template::of(text).has(&variable.name))
        };
        let Some(issuer) = &self.issuer else {
            return false;
        };
        let hosts = self.environments.iter().flat_map(|one| &one.hosts);
        let mut hosts = hosts.filter(|(name, _)| Template::of(issuer).has(name));
        is_of_tenant(issuer) || hosts.any(|(_, host)| is_of_tenant(host))
    }

    /// The client types that there are.
    pub fn clients(&self) -> impl Iterator<Item = (ClientKind, &Client)> {
        let confidential = self
            .confidential
            .iter()
            .map(|client| (ClientKind::Confidential, client));
        confidential.chain(
            self.public
                .iter()
                .map(|client| (ClientKind::Public, client)),
        )
    }

    /// The authentication methods among which a caller can choose; empty where there is no choice.
    #[must_use]
    pub fn selectable_auth(&self) -> Vec<ClientAuth> {
        let mut methods = Vec::new();
        for (_, client) in self.clients().filter(|(_, client)| client.auth.len() > 1) {
            for method in &client.auth {
                if !methods.contains(method) {
                    methods.push(*method);
                }
            }
        }
        methods
    }

    /// The encodings of the token request among which a caller can choose.
    #[must_use]
    pub fn selectable_encodings(&self) -> &[Encoding] {
        match &self.token {
            Some(endpoint) if endpoint.encodings.len() > 1 => &endpoint.encodings,
            _ => &[],
        }
    }

    /// The scope separators of requests among which a caller can choose.
    #[must_use]
    pub fn selectable_separators(&self) -> &[Separator] {
        match self.scopes.request_separators.as_slice() {
            [_] => &[],
            separators => separators,
        }
    }
}
