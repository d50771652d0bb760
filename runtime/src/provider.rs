//! A provider as data: what a spec says, in the form that the runtime reads.
//!
//! Generated code holds one `static` [`Provider`] a spec. Everything here is
//! `'static` and constant, so that a provider nobody uses costs a program nothing.

/// All that the runtime knows of one provider.
#[derive(Debug)]
pub struct Provider {
    /// The name of the spec's file and of the generated module: `acme`.
    pub id: &'static str,
    /// The provider's own name: `Acme`.
    pub name: &'static str,
    /// The page that errors point to.
    pub documentation: &'static str,
    /// The issuer identifier, compared with the callback's `iss` (RFC 9207 §2.4).
    pub issuer: Option<&'static str>,
    /// Whether every callback carries `iss`: `authorization_response_iss_parameter_supported`
    /// of the provider's metadata (RFC 9207 §3).
    pub issuer_in_callback: bool,
    /// The environments, the default one first. Empty where the endpoints are absolute URLs.
    pub environments: &'static [Environment],
    /// The variables that occur in URLs.
    pub variables: &'static [Variable],
    /// The authorization endpoint (RFC 6749 §3.1).
    pub authorization: Option<AuthorizationEndpoint>,
    /// The token endpoint (RFC 6749 §3.2).
    pub token: Option<Endpoint>,
    /// Where tokens are refreshed, where that is elsewhere or done otherwise than at the token
    /// endpoint.
    pub refresh: Option<Endpoint>,
    /// The revocation endpoint (RFC 7009).
    pub revocation: Option<Endpoint>,
    /// The introspection endpoint (RFC 7662).
    pub introspection: Option<Endpoint>,
    /// The URL of the UserInfo endpoint (OpenID Connect Core §5.3).
    pub userinfo: Option<&'static str>,
    /// How a confidential client proves who it is.
    pub confidential: Option<ClientType>,
    /// How a public client says who it is.
    pub public: Option<ClientType>,
    /// Whether PKCE is sent (RFC 7636).
    pub pkce: Pkce,
    /// Whether the authorization request must carry `redirect_uri`.
    pub redirect_uri_required: bool,
    /// How scopes are joined and read.
    pub scopes: ScopeRules,
    /// How the token endpoint answers.
    pub token_response: TokenResponse,
    /// How an access token is sent to the provider's API.
    pub api: Api,
    /// What the provider's error codes mean.
    pub errors: &'static [ErrorHint],
}

/// A set of hosts that belong together, such as production or a sandbox.
#[derive(Debug)]
pub struct Environment {
    /// The name in the spec.
    pub name: &'static str,
    /// What each `{host}` of a URL stands for, without a slash at the end.
    pub hosts: &'static [(&'static str, &'static str)],
}

/// A `{variable}` of a URL.
#[derive(Debug)]
pub struct Variable {
    /// The name between the braces.
    pub name: &'static str,
    /// What it may be replaced with.
    pub kind: VariableKind,
    /// Whether it may be left out, together with its path segment.
    pub optional: bool,
}

/// What may stand for a [`Variable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// An `https` URL of the caller, which opens the endpoint's URL.
    BaseUrl,
    /// One of these values, as a whole path segment or host label.
    OneOf(&'static [&'static str]),
}

/// The endpoint that the user's browser is sent to.
#[derive(Debug)]
pub struct AuthorizationEndpoint {
    /// The URL, with `{variables}`.
    pub url: &'static str,
    /// Parameters sent in every request.
    pub parameters: &'static [(&'static str, &'static str)],
}

/// An endpoint that the client calls itself.
#[derive(Debug)]
pub struct Endpoint {
    /// The URL, with `{variables}`.
    pub url: &'static str,
    /// The accepted encodings of the request's body, the preferred one first. Never empty.
    pub encodings: &'static [Encoding],
    /// The client authentication of this endpoint, where it differs from the client type's.
    pub auth: Option<ClientAuth>,
    /// Standard parameters that this endpoint does not take.
    pub omit: &'static [&'static str],
}

/// How the parameters of a request are written into its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`, the standard (RFC 6749 appendix B).
    Form,
    /// One JSON object.
    Json,
}

/// A client type and its authentication (RFC 6749 §2.1).
#[derive(Debug)]
pub struct ClientType {
    /// The accepted methods, the preferred one first. Never empty.
    pub auth: &'static [ClientAuth],
}

/// A client authentication method, by its RFC 7591 §2 name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientAuth {
    /// `client_secret_basic`: HTTP Basic, id and secret form-encoded first (RFC 6749 §2.3.1).
    Basic,
    /// HTTP Basic over id and secret as they are, which is not what RFC 6749 §2.3.1 says.
    BasicRaw,
    /// `client_secret_post`: `client_id` and `client_secret` in the body.
    Post,
    /// `none`: `client_id` in the body and no secret.
    None,
}

/// What a provider says of PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Pkce {
    /// An authorization request without it is refused.
    Required,
    /// Documented, and not asked of everybody.
    Optional,
    /// Not documented; the provider's own software sends it.
    Undocumented,
    /// The documents do not say. Sent, as RFC 6749 §3.1 has unknown parameters ignored.
    Unknown,
    /// Breaks the flow, so it is never sent.
    Unsupported,
}

impl Pkce {
    /// Whether the challenge and the verifier are sent.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        !matches!(self, Pkce::Unsupported)
    }
}

/// How scopes are written and read.
#[derive(Debug)]
pub struct ScopeRules {
    /// What may stand between two scopes of a request, the preferred one first. Never empty.
    pub request_separators: &'static [&'static str],
    /// What stands between two scopes of a response.
    pub response_separator: &'static str,
    /// What the provider grants when a request names no scope.
    pub omitted: OmittedScope,
}

/// What a request without `scope` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OmittedScope {
    /// The documents do not say.
    Unknown,
    /// Every scope that the client is registered for.
    AllRegistered,
    /// The provider's default scopes.
    Default,
    /// The request is refused.
    Refused,
}

/// How the token endpoint answers.
#[derive(Debug)]
pub struct TokenResponse {
    /// The format of the body, whatever its `Content-Type` says.
    pub format: ResponseFormat,
    /// Whether `scope` may be a JSON array of scopes.
    pub scope_array: bool,
}

/// The format of a response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseFormat {
    /// A JSON object, the standard (RFC 6749 §5.1).
    Json,
    /// Form-encoded pairs.
    Form,
}

/// How an access token is sent to the provider's API.
#[derive(Debug)]
pub struct Api {
    /// The URL that relative paths are joined to, with `{variables}`.
    pub url: Option<&'static str>,
    /// The header that carries the token, in lower case.
    pub header: &'static str,
    /// What stands before the token: `"Bearer "`, or nothing.
    pub prefix: &'static str,
    /// Headers sent beside the token. `{client_id}` stands for the client's id.
    pub headers: &'static [(&'static str, &'static str)],
}

/// An error code of the provider and what to do about it.
#[derive(Debug)]
pub struct ErrorHint {
    /// The code in `error`.
    pub code: &'static str,
    /// What to do.
    pub hint: &'static str,
}

/// A row of a provider's scope table.
#[derive(Debug)]
pub struct Scope {
    /// The scope as the provider spells it.
    pub name: &'static str,
    /// The heading under which the provider lists it.
    pub category: Option<&'static str>,
    /// What it allows.
    pub description: &'static str,
}

impl Scope {
    /// The index of the scope that is spelt like this.
    ///
    /// # Errors
    ///
    /// [`UnknownScope`] where the table has none.
    pub fn find(table: &[Self], name: &str) -> Result<usize, UnknownScope> {
        table
            .iter()
            .position(|scope| scope.name == name)
            .ok_or(UnknownScope)
    }
}

/// A text is not one of the scopes that a provider's enum knows. The provider may have added it
/// since: ask for it by its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScope;

impl std::fmt::Display for UnknownScope {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the scope is not in this version's table")
    }
}

impl std::error::Error for UnknownScope {}
