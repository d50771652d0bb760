//! A provider as data: what a spec says, in the form that the runtime reads.
//!
//! Generated code holds one `static` [`Provider`] a spec. Everything here is
//! `'static` and constant, so that a provider nobody uses costs a program nothing.

mod standard;

/// All that the runtime knows of one provider.
#[derive(Debug)]
pub struct Provider {
    /// The name of the spec's file and of the generated module: `acme`.
    pub id: &'static str,
    /// The provider's own name: `Acme`.
    pub name: &'static str,
    /// The page that errors point to.
    pub documentation: &'static str,
    /// The issuer identifier, with `{variables}`, compared with the callback's `iss` (RFC 9207
    /// §2.4).
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
    /// The device authorization endpoint (RFC 8628 §3.1).
    pub device_authorization: Option<Endpoint>,
    /// The UserInfo endpoint (OpenID Connect Core §5.3).
    pub userinfo: Option<Endpoint>,
    /// How a confidential client proves who it is.
    pub confidential: Option<ClientType>,
    /// How a public client says who it is.
    pub public: Option<ClientType>,
    /// Whether PKCE is sent, and how (RFC 7636).
    pub pkce: PkceRules,
    /// Whether the authorization request must carry `redirect_uri`.
    pub redirect_uri_required: bool,
    /// What is asked of `state`.
    pub state: StateRules,
    /// How the callback deviates from RFC 6749 §4.1.2.
    pub callback: CallbackRules,
    /// How the token requests of grants deviate from the standard. A grant that does not is absent.
    pub grants: &'static [GrantRules],
    /// What makes the provider issue a refresh token.
    pub offline: Option<Offline>,
    /// Values of the callback and of the token response that are kept with the tokens.
    pub captures: &'static [Capture],
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
    /// The value that it has unless another is set.
    pub default: Option<&'static str>,
}

/// What may stand for a [`Variable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// An `https` URL of the caller, which opens the endpoint's URL.
    BaseUrl,
    /// One of these values, as a whole path segment or a part of the host.
    OneOf(&'static [&'static str]),
    /// A whole host name, which ends with one of these if there are any: `.myshop.example`.
    Host(&'static [&'static str]),
    /// One label of a host name: letters, digits and hyphens.
    Label,
    /// One path segment.
    Segment,
}

/// The endpoint that the user's browser is sent to.
#[derive(Debug)]
pub struct AuthorizationEndpoint {
    /// The URL, with `{variables}`.
    pub url: &'static str,
    /// Parameters sent in every request.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Parameters that the caller has to choose.
    pub required: &'static [&'static str],
    /// Standard parameters that have another name here: the standard's first.
    pub rename: &'static [(&'static str, &'static str)],
    /// Standard parameters that are not sent.
    pub omit: &'static [&'static str],
    /// What follows the `#`, without which the provider does not answer.
    pub fragment: Option<&'static str>,
}

/// An endpoint that the client calls itself.
#[derive(Debug)]
pub struct Endpoint {
    /// The URL, with `{variables}`.
    pub url: &'static str,
    /// The HTTP method.
    pub method: HttpMethod,
    /// The accepted encodings of the request's body, the preferred one first. Never empty.
    pub encodings: &'static [Encoding],
    /// The client authentication of this endpoint, where it differs from the client type's.
    pub auth: Option<ClientAuth>,
    /// Standard parameters that this endpoint does not take.
    pub omit: &'static [&'static str],
    /// Standard parameters that have another name here: the standard's first.
    pub rename: &'static [(&'static str, &'static str)],
    /// Parameters sent in every request.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Headers sent in every request. `{client_id}` stands for the client's id.
    pub headers: &'static [(&'static str, &'static str)],
}

/// The method of a request to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpMethod {
    /// `GET`.
    Get,
    /// `POST`, the standard.
    Post,
    /// `DELETE`.
    Delete,
}

/// How the parameters of a request are written into its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`, the standard (RFC 6749 appendix B).
    Form,
    /// One JSON object.
    Json,
    /// Pairs of the URL's query. A secret in it is redacted wherever the URL is shown.
    Query,
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
    /// HTTP Basic, and `client_id` in the body as well.
    BasicWithId,
    /// `Authorization: Bearer` with the client's secret.
    BearerSecret,
    /// `Authorization: Bearer` with the access token that the request is about.
    AccessToken,
    /// Nothing says who the client is.
    Nothing,
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

/// How PKCE is sent.
#[derive(Debug)]
pub struct PkceRules {
    /// What the provider says of it.
    pub status: Pkce,
    /// How the challenge is made of the verifier.
    pub challenge: Challenge,
    /// Whether confidential clients send it too.
    pub confidential: bool,
}

/// How the PKCE challenge is made of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Challenge {
    /// `S256`, base64url (RFC 7636 §4.2).
    S256,
    /// The SHA-256 hash as hexadecimal digits, sent as `S256`.
    S256Hex,
    /// `plain`: the verifier itself, where the provider knows nothing better.
    Plain,
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
    /// Scopes without which a login is refused, sent whether they are asked for or not.
    pub required: &'static [&'static str],
    /// Scopes that are asked for in a parameter of their own.
    pub groups: &'static [ScopeGroup],
}

/// Scopes that are asked for in a parameter of their own.
#[derive(Debug)]
pub struct ScopeGroup {
    /// The parameter of the authorization request.
    pub parameter: &'static str,
    /// What stands between two of them.
    pub separator: &'static str,
}

/// What makes a provider issue a refresh token.
#[derive(Debug)]
pub struct Offline {
    /// Parameters of the authorization request.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Scopes.
    pub scopes: &'static [&'static str],
}

/// What is asked of `state`.
#[derive(Debug)]
pub struct StateRules {
    /// The most characters that the provider accepts; at least 22 are needed for 128 bits.
    pub max_length: Option<usize>,
    /// Whether the provider sends it back. Where it does not, it travels in the redirect URI.
    pub echoed: bool,
}

/// How the callback deviates from RFC 6749 §4.1.2.
#[derive(Debug)]
pub struct CallbackRules {
    /// The parameter that carries the code.
    pub code: &'static str,
    /// The parameter that carries the error code.
    pub error: &'static str,
    /// The parameter that says more of the error.
    pub error_description: &'static str,
    /// Error codes of the provider and the standard's.
    pub errors: &'static [(&'static str, &'static str)],
    /// How the callback is signed.
    pub signature: Option<CallbackSignature>,
}

/// How a callback is signed with the client's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackSignature {
    /// `hmac`: HMAC-SHA256 in hexadecimal digits over the other decoded pairs, sorted by name and
    /// joined by `=` and `&`.
    HmacSha256Hex,
}

/// How the token request of a grant deviates from the standard.
#[derive(Debug)]
pub struct GrantRules {
    /// The grant's name in the spec: `authorization_code`, or an extension's own.
    pub name: &'static str,
    /// The value of `grant_type`; empty where the parameter is not sent.
    pub grant_type: &'static str,
    /// Parameters that are always sent.
    pub parameters: &'static [(&'static str, &'static str)],
    /// The endpoint, where it is not the token endpoint.
    pub endpoint: Option<Endpoint>,
    /// Whether the request repeats the granted scopes, which RFC 6749 §6 leaves out.
    pub repeats_scope: bool,
}

/// A value that is kept with the tokens.
#[derive(Debug)]
pub struct Capture {
    /// The name among the tokens' extras.
    pub name: &'static str,
    /// Where it comes from.
    pub from: CaptureFrom,
    /// The callback's parameter, or the path of members in the token response, joined by dots.
    pub path: &'static str,
    /// Whether an answer without it is an error.
    pub required: bool,
    /// Whether it is a token or another secret.
    pub secret: bool,
    /// The parameter of the token request that carries it on, where one does.
    pub relay: Option<&'static str>,
    /// The URL variable that it fills, where it fills one.
    pub variable: Option<&'static str>,
    /// The hosts that it may name, where it names one: `example.com` itself, or `*.example.com` for
    /// any below it. Checked before any request.
    pub allowed_hosts: &'static [&'static str],
}

/// Where a captured value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CaptureFrom {
    /// A parameter of the callback.
    Callback,
    /// A member of the token response.
    Token,
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
    /// Whether `token_type` says something else than how the token is sent (RFC 6749 §7.1).
    pub any_token_type: bool,
    /// The members, outermost first, in which the tokens are; empty where they are at the top.
    pub root: &'static [&'static str],
    /// Standard members that have another name here, or a path joined by dots: the standard's
    /// first.
    pub rename: &'static [(&'static str, &'static str)],
    /// What the number in `expires_in` means.
    pub expiry: Expiry,
    /// The member that says when the refresh token expires.
    pub refresh_expiry: Option<(&'static str, Expiry)>,
    /// How an error is told from a success, beside the status and `error`.
    pub error: Option<ErrorRule>,
}

/// What a number that tells an expiry means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expiry {
    /// Seconds from now, the standard.
    Seconds,
    /// Milliseconds from now.
    Milliseconds,
    /// Seconds since 1970.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMilliseconds,
    /// A date and time as in RFC 3339.
    DateTime,
}

/// How an error is told from a success.
#[derive(Debug)]
pub struct ErrorRule {
    /// The path of the member that tells, joined by dots.
    pub member: &'static str,
    /// What the member is in a success, as JSON; empty where its presence is the error.
    pub success: &'static str,
    /// The path of the error code, joined by dots.
    pub code: &'static str,
    /// The path of the description, joined by dots; empty where there is none.
    pub description: &'static str,
    /// Error codes of the provider and the standard's.
    pub errors: &'static [(&'static str, &'static str)],
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
    /// The header that carries the token, in lower case; empty where a query parameter does.
    pub header: &'static str,
    /// The query parameter that carries the token; empty where a header does.
    pub query: &'static str,
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

/// The scope that is spelt like this: that of `all` which stands where its name does in `names`.
///
/// # Errors
///
/// [`UnknownScope`] where there is none.
pub fn find_scope<Scope: Copy>(
    all: &[Scope],
    names: &[&str],
    name: &str,
) -> Result<Scope, UnknownScope> {
    let mut scopes = all.iter().zip(names);
    let found = scopes.find(|(_, known)| **known == name);
    found.map(|(scope, _)| *scope).ok_or(UnknownScope)
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
