//! What is generated: a spec with its defaults filled in and its names final. Rendering, the table
//! of providers and the tests read this and decide nothing.

use std::collections::BTreeSet;

pub use crate::spec::{
    Answer, CaptureFrom, Challenge, ClientAuth, ClientKind, Duration, Encoding, Expiry, Format,
    HttpMethod, Lifetime, Omitted, Operation, ParameterType, Pkce, PkceClients, Presence, Rotation,
    SecretForm, Separator, Signature, TokenKind,
};

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The module's name.
    pub id: String,
    /// The path of its spec, as messages show it.
    pub path: String,
    /// The keys that its spec has, each as the path of keys that leads to it, joined by dots:
    /// `grants.refresh_token`. What none of them says was filled in.
    pub keys: BTreeSet<String>,
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
    /// The device authorization endpoint.
    pub device_authorization: Option<Endpoint>,
    /// The UserInfo endpoint.
    pub userinfo: Option<Endpoint>,
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
    /// The device authorization grant.
    pub device_code: Option<ClientCredentials>,
    /// Grants of the provider's own.
    pub extensions: Vec<Extension>,
    /// How the token requests of grants deviate from the standard.
    pub grant_rules: Vec<GrantRules>,
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
    /// The name of the source that is its metadata, to which the issuer does not lead.
    pub metadata: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

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
    /// The value that it has unless another is set.
    pub default: Option<String>,
    /// Whether an answer fills it before it is needed.
    pub captured: bool,
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
    /// A host name of the caller's.
    Host {
        /// What it has to end with.
        suffixes: Vec<String>,
        /// One to show in documentation.
        example: String,
    },
    /// One label of a host name.
    Label {
        /// One to show in documentation.
        example: String,
    },
    /// One path segment.
    Segment {
        /// One to show in documentation.
        example: String,
    },
}

impl VariableKind {
    /// A value that may stand for the variable.
    #[must_use]
    pub fn example(&self) -> &str {
        match self {
            Self::BaseUrl { example }
            | Self::Host { example, .. }
            | Self::Label { example }
            | Self::Segment { example } => example,
            Self::OneOf(choice) => &choice.first().wire,
        }
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
    /// The URL, with variables.
    pub url: String,
    /// Parameters that are always sent.
    pub fixed: Vec<(String, String)>,
    /// Parameters that the caller may choose.
    pub options: Vec<AuthorizeOption>,
    /// Standard parameters that have another name.
    pub rename: Vec<(String, String)>,
    /// Standard parameters that are not sent.
    pub omit: Vec<String>,
    /// What follows the `#`.
    pub fragment: Option<String>,
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
    /// What the caller gives.
    pub kind: OptionKind,
    /// Whether the caller has to.
    pub required: bool,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// What a caller gives for a parameter.
#[derive(Clone, Debug)]
pub enum OptionKind {
    /// One of a list.
    OneOf(Choice),
    /// A value of this type.
    Any(ParameterType),
}

/// A grant of the provider's own.
#[derive(Clone, Debug)]
pub struct Extension {
    /// Its name in the spec.
    pub name: String,
    /// The method.
    pub method: String,
    /// What it is for.
    pub description: String,
    /// The parameters that the caller gives.
    pub arguments: Vec<Argument>,
    /// The endpoint, where it is not the token endpoint.
    pub endpoint: Option<Endpoint>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A parameter that the caller of an extension grant gives.
#[derive(Clone, Debug)]
pub struct Argument {
    /// As the provider spells it.
    pub name: String,
    /// The Rust name.
    pub argument: String,
    /// What it does.
    pub description: Option<String>,
}

/// How the token request of a grant deviates from the standard.
#[derive(Clone, Debug)]
pub struct GrantRules {
    /// The grant's name in the spec.
    pub name: String,
    /// The value of `grant_type`; empty where it is not sent.
    pub grant_type: String,
    /// Parameters that are always sent.
    pub parameters: Vec<(String, String)>,
    /// The endpoint, where it is not the token endpoint.
    pub endpoint: Option<Endpoint>,
    /// Whether the granted scopes are sent again.
    pub repeats_scope: bool,
}

/// What makes the provider issue a refresh token.
#[derive(Clone, Debug)]
pub struct Offline {
    /// Parameters of the authorization request.
    pub parameters: Vec<(String, String)>,
    /// Scopes.
    pub scopes: Vec<String>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// What is asked of `state`.
#[derive(Clone, Debug)]
pub struct State {
    /// The most characters.
    pub max_length: Option<usize>,
    /// Whether the provider sends it back.
    pub echoed: bool,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How the callback deviates from the standard.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Standard parameters that have another name.
    pub rename: Vec<(String, String)>,
    /// The provider's error codes and the standard's.
    pub errors: Vec<(String, String)>,
    /// How it is signed.
    pub signature: Option<Signature>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// A value that is kept with the tokens.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The name in the spec and among the tokens' extras.
    pub name: String,
    /// The method that gives it.
    pub method: String,
    /// Where it comes from.
    pub from: CaptureFrom,
    /// The parameter, or the path of members.
    pub path: String,
    /// Whether an answer without it is an error.
    pub required: bool,
    /// The parameter of the token request that carries it on.
    pub relay: Option<String>,
    /// The URL variable that it fills.
    pub variable: Option<String>,
    /// The hosts that it may name.
    pub allowed_hosts: Vec<String>,
    /// What it is.
    pub description: String,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// An endpoint that the client calls itself.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The URL, with variables.
    pub url: String,
    /// The HTTP method.
    pub method: HttpMethod,
    /// The accepted encodings, the preferred one first.
    pub encodings: Vec<Encoding>,
    /// The client authentication of this endpoint alone.
    pub auth: Option<ClientAuth>,
    /// Standard parameters that it does not take.
    pub omit: Vec<String>,
    /// Standard parameters that have another name.
    pub rename: Vec<(String, String)>,
    /// Parameters that are always sent.
    pub parameters: Vec<(String, String)>,
    /// Headers that are always sent.
    pub headers: Vec<(String, String)>,
    /// The scope that it asks for, as the provider spells it.
    pub scope: Option<String>,
    /// The kinds of tokens that it takes; empty where the spec does not say.
    pub tokens: Vec<TokenKind>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// One of the endpoints that a client calls itself.
#[derive(Clone, Copy, Debug)]
pub struct CalledEndpoint<'a> {
    /// Its key in the spec.
    pub key: &'static str,
    /// What prose calls it.
    pub name: &'static str,
    /// The endpoint, where the provider has it.
    pub endpoint: Option<&'a Endpoint>,
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
    /// How the challenge is made.
    pub challenge: Challenge,
    /// Which clients send it.
    pub pkce_clients: PkceClients,
    /// Whether a request without `redirect_uri` is refused.
    pub redirect_uri_required: bool,
    /// The parameters that the token request must have, by the standard's names.
    pub requires: Vec<String>,
    /// The parameters that the authorization request must have, by the standard's names.
    pub authorization_requires: Vec<String>,
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
    /// The parameters that the token request must have, by the standard's names.
    pub requires: Vec<String>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// The client credentials grant.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The parameters that the token request must have, by the standard's names.
    pub requires: Vec<String>,
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
    /// Scopes that are asked for in parameters of their own.
    pub groups: Vec<ScopeGroup>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
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
    /// As the provider spells it.
    pub wire: String,
    /// The enum's variant.
    pub variant: String,
    /// The heading under which the provider lists it.
    pub category: Option<String>,
    /// What it allows.
    pub description: String,
    /// Whether a login without it is refused.
    pub required: bool,
    /// What to use instead, where the provider gives it up.
    pub deprecated: Option<String>,
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
    /// The query parameter that carries the token instead; empty where a header does.
    pub query: String,
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
    /// Whether `token_type` says something else than how the token is sent.
    pub any_token_type: bool,
    /// The path of the member in which the tokens are.
    pub root: Vec<String>,
    /// Standard members that have another name or a path.
    pub rename: Vec<(String, String)>,
    /// What the number in `expires_in` means.
    pub expiry: Expiry,
    /// The member that says when the refresh token expires.
    pub refresh_expiry: Option<(String, Expiry)>,
    /// How an error is told from a success.
    pub error: Option<ErrorRule>,
    /// Which members the documents name.
    pub fields: Vec<(String, Presence)>,
    /// What is worth knowing.
    pub description: Option<String>,
    /// The names of its sources.
    pub sources: Vec<String>,
}

/// How an error is told from a success.
#[derive(Clone, Debug)]
pub struct ErrorRule {
    /// The path of the member that tells.
    pub member: String,
    /// What it is in a success, as JSON; empty where its presence is the error.
    pub success: String,
    /// The path of the error code.
    pub code: String,
    /// The path of the description; empty where there is none.
    pub description: String,
    /// The provider's error codes and the standard's.
    pub errors: Vec<(String, String)>,
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
    /// Whether clients can revoke tokens of this kind.
    #[must_use]
    pub fn revokes(&self, kind: TokenKind) -> bool {
        let Some(endpoint) = &self.revocation else {
            return false;
        };
        // A request that the token itself authorizes is one that an access token makes.
        let takes = match endpoint.auth {
            Some(ClientAuth::AccessToken) => kind == TokenKind::AccessToken,
            _ => endpoint.tokens.is_empty() || endpoint.tokens.contains(&kind),
        };
        takes && (kind == TokenKind::AccessToken || self.refresh_token.is_some())
    }

    /// The endpoints that a client calls itself, which is all but the authorization endpoint.
    pub fn called_endpoints(&self) -> impl Iterator<Item = CalledEndpoint<'_>> {
        [
            ("token", "token", &self.token),
            ("refresh", "refresh", &self.refresh),
            ("revocation", "revocation", &self.revocation),
            ("introspection", "introspection", &self.introspection),
            (
                "device_authorization",
                "device authorization",
                &self.device_authorization,
            ),
            ("userinfo", "UserInfo", &self.userinfo),
        ]
        .into_iter()
        .map(|(key, name, endpoint)| CalledEndpoint {
            key,
            name,
            endpoint: endpoint.as_ref(),
        })
    }

    /// Whether the spec has this key, given as in [`Provider::keys`]. Where it has not, the model
    /// holds what is standard, or that nothing is known.
    #[must_use]
    pub fn says(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// The URL variables that a client cannot be made without, in the order of the spec.
    pub fn required_variables(&self) -> impl Iterator<Item = &Variable> {
        self.variables.iter().filter(|variable| {
            !variable.optional && variable.default.is_none() && !variable.captured
        })
    }

    /// Whether the caller names a server that could be any, and may have asked a user for it.
    pub fn has_hosts_of_users(&self) -> bool {
        self.variables.iter().any(|variable| match &variable.kind {
            VariableKind::BaseUrl { .. } => true,
            VariableKind::Host { suffixes, .. } => suffixes.is_empty(),
            VariableKind::OneOf(_) | VariableKind::Label { .. } | VariableKind::Segment { .. } => {
                false
            }
        })
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
            || self.offline.is_some()
            || !self.scopes.groups.is_empty()
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
