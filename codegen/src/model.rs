//! What is generated: a spec with its defaults filled in and its names final. Rendering, the table
//! of providers and the tests read this and decide nothing.

pub use crate::spec::{
    Answer, ClientAuth, ClientKind, Duration, Encoding, Format, Lifetime, Omitted, Operation, Pkce,
    Presence, Rotation, SecretForm, Separator,
};

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The module's name.
    pub id: String,
    /// The path of its spec, as messages show it.
    pub path: String,
    /// The provider's own name.
    pub name: String,
    /// What it is: a noun phrase.
    pub summary: String,
    /// The page that errors and the documentation point to.
    pub documentation: String,
    /// The issuer identifier.
    pub issuer: Option<String>,
    /// Whether every callback carries `iss`.
    pub issuer_in_callback: bool,
    /// The pages that the facts come from.
    pub sources: Vec<Source>,
    /// The environments, the default one first.
    pub environments: Vec<Environment>,
    /// The variables of URLs.
    pub variables: Vec<Variable>,
    /// The authorization endpoint.
    pub authorization: Option<Authorization>,
    /// The token endpoint.
    pub token: Option<Endpoint>,
    /// Where tokens are refreshed, if not at the token endpoint or otherwise.
    pub refresh: Option<Endpoint>,
    /// The revocation endpoint.
    pub revocation: Option<Endpoint>,
    /// The introspection endpoint.
    pub introspection: Option<Endpoint>,
    /// The UserInfo endpoint.
    pub userinfo: Option<UserInfo>,
    /// The confidential client type.
    pub confidential: Option<Client>,
    /// The public client type.
    pub public: Option<Client>,
    /// The authorization code grant.
    pub authorization_code: Option<AuthorizationCode>,
    /// The refresh token grant.
    pub refresh_token: Option<RefreshToken>,
    /// The client credentials grant.
    pub client_credentials: Option<ClientCredentials>,
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
    /// Rate limits and other bounds.
    pub limits: Vec<Cited>,
    /// Where official sources disagree.
    pub conflicts: Vec<Conflict>,
    /// Facts that no key says.
    pub notes: Vec<Note>,
    /// Requests and responses from the provider's documents.
    pub examples: Vec<Example>,
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
}

/// A set of hosts that belong together.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The name in the spec.
    pub name: String,
    /// The enum's variant.
    pub variant: String,
    /// What it is for.
    pub description: Option<String>,
    /// What each `{host}` stands for.
    pub hosts: Vec<(String, String)>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A `{variable}` of URLs.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name between the braces.
    pub name: String,
    /// What it means.
    pub description: String,
    /// The Rust name of arguments and methods.
    pub method: String,
    /// What may stand for it.
    pub kind: VariableKind,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it is chosen for each login, and not for the client: only the authorization URL has
    /// it, and it may be left out.
    pub by_login: bool,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// What may stand for a variable.
#[derive(Clone, Debug)]
pub enum VariableKind {
    /// The caller's own `https` URL.
    BaseUrl {
        /// One to show in documentation.
        example: String,
    },
    /// One of a list.
    OneOf(Choice),
}

/// A closed list of values, which becomes an enum.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The enum's name.
    pub type_name: String,
    /// The values.
    pub values: Vec<Value>,
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
    /// The URL, with variables.
    pub url: String,
    /// Parameters that are always sent.
    pub fixed: Vec<(String, String)>,
    /// Parameters that the caller may choose.
    pub options: Vec<AuthorizeOption>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A parameter that the caller may choose.
#[derive(Clone, Debug)]
pub struct AuthorizeOption {
    /// As the provider spells it.
    pub name: String,
    /// The method.
    pub method: String,
    /// What it does.
    pub description: String,
    /// Its values.
    pub choice: Choice,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// An endpoint that the client calls itself.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The URL, with variables.
    pub url: String,
    /// The accepted encodings, the preferred one first.
    pub encodings: Vec<Encoding>,
    /// The client authentication of this endpoint alone.
    pub auth: Option<ClientAuth>,
    /// Standard parameters that it does not take.
    pub omit: Vec<String>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The UserInfo endpoint.
#[derive(Clone, Debug)]
pub struct UserInfo {
    /// The URL, with variables.
    pub url: String,
    /// The variant of the scope that it asks for.
    pub scope: Option<String>,
    /// What it answers.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A client type.
#[derive(Clone, Debug)]
pub struct Client {
    /// Who it is for.
    pub description: Option<String>,
    /// The accepted authentication methods, the preferred one first.
    pub auth: Vec<ClientAuth>,
    /// In what form the client gets its secret.
    pub secret: SecretForm,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The authorization code grant.
#[derive(Clone, Debug)]
pub struct AuthorizationCode {
    /// What the provider says of PKCE.
    pub pkce: Pkce,
    /// Whether a request without `redirect_uri` is refused.
    pub redirect_uri_required: bool,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The refresh token grant.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    /// Whether a refresh gives a new refresh token.
    pub rotation: Rotation,
    /// Whether the old access token dies when a new one is issued.
    pub ends_access_token: Answer,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The client credentials grant.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The scopes.
#[derive(Clone, Debug)]
pub struct Scopes {
    /// What may stand between two of a request, the preferred one first.
    pub request_separators: Vec<Separator>,
    /// What stands between two of a response.
    pub response_separator: Separator,
    /// What a request without `scope` asks for.
    pub omitted: Omitted,
    /// Whether the table is known to be incomplete.
    pub partial: bool,
    /// The scopes; empty where the provider publishes none.
    pub values: Vec<Scope>,
    /// Sets that the documents offer as a whole.
    pub bundles: Vec<Bundle>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// As the provider spells it.
    pub wire: String,
    /// The enum's variant.
    pub variant: String,
    /// The heading under which the provider lists it.
    pub category: Option<String>,
    /// What it allows.
    pub description: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

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
    /// Which token: `access token`.
    pub token: &'static str,
    /// For which client; `None` is every one.
    pub client: Option<ClientKind>,
    /// How long.
    pub lifetime: Lifetime,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How an access token is sent to the API.
#[derive(Clone, Debug)]
pub struct Api {
    /// The URL that relative paths are joined to.
    pub url: Option<String>,
    /// The header.
    pub header: String,
    /// What stands before the token, with its space.
    pub prefix: String,
    /// Headers that are sent beside it.
    pub headers: Vec<Header>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A header that is sent beside the token.
#[derive(Clone, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, with `{client_id}`.
    pub value: String,
    /// What it is for.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How the token endpoint answers.
#[derive(Clone, Debug)]
pub struct TokenResponse {
    /// The format of the body.
    pub format: Format,
    /// Whether `scope` may be a list.
    pub scope_array: bool,
    /// Which members the documents name.
    pub fields: Vec<(String, Presence)>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// An error code.
#[derive(Clone, Debug)]
pub struct ErrorCode {
    /// The code.
    pub code: String,
    /// The HTTP status that it comes with.
    pub status: Option<u16>,
    /// When the provider answers it.
    pub description: Option<String>,
    /// What to do about it.
    pub hint: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

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
    /// The URL variables that a client cannot be made without, in the order of the spec.
    pub fn required_variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().filter(|variable| !variable.optional)
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

    /// Whether the authorization request has choices beyond the standard.
    #[must_use]
    pub fn has_authorize_options(&self) -> bool {
        self.variables.iter().any(|variable| variable.by_login)
            || self
                .authorization
                .as_ref()
                .is_some_and(|endpoint| !endpoint.options.is_empty())
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
