//! What a spec may say, in the order and the words of the YAML.

mod authentication;
mod others;
mod registration;
mod scalar;
mod sent;
mod views;

use std::sync::LazyLock;

use crate::decode::{
    Decode as _, Language, List, Many, Spanned, Table, described_words, record, words,
};
use crate::language::guide::Guide;
pub use oauth_atlas_description::{
    Answer, CallbackSignature, CaptureFrom, ChallengeMethod, ClaimName, ClaimsFrom, ClientAuth,
    ClientKind, DpopStatus, Encoding, Expiry, HttpMethod, Nonce, Normalization, OmittedScope,
    ParameterType, Pkce, PkceClients, Presence, ResourceStatus, ResponseFormat, Rotation,
    Separator, SigningAlgorithm, SubjectScope, TokenKind, VariableKind,
};

pub(crate) use authentication::Method;
pub use registration::{OpenTo, RedirectUriForm};
pub(crate) use registration::{RedirectUris, Registration};
pub(crate) use scalar::{Date, HttpsUrl, Length, Piece, SourceName, Template, Text, complaint};
pub use scalar::{Duration, Lifetime};
pub(crate) use sent::{Sent, With};

/// The word for a code that does not matter.
pub(crate) const ANY: &str = "any";

/// Where keys belong that are easily looked for elsewhere.
const HOMES: &[(&str, &[&str])] = &[
    ("the spec itself", Spec::KEYS),
    ("`endpoints`", Endpoints::KEYS),
    ("`grants`", Grants::KEYS),
    ("`grants.authorization_code`", AuthorizationCode::KEYS),
    ("`grants.refresh_token`", RefreshToken::KEYS),
    ("an endpoint", Endpoint::KEYS),
    ("`clients.confidential` and `clients.public`", Client::KEYS),
    ("`assertion` and `signed_secret`", Assertion::KEYS),
    ("`scopes`", Scopes::KEYS),
    ("`api`", Api::KEYS),
    ("`token_response`", TokenResponse::KEYS),
    ("`state`", State::KEYS),
    ("`callback`", Callback::KEYS),
    ("`registration`", Registration::KEYS),
    ("`user`", User::KEYS),
    ("a claim", Claim::KEYS),
    ("`id_token`", IdToken::KEYS),
];

impl Guide {
    /// The language as this version reads it.
    #[must_use]
    pub fn new() -> Self {
        let mut guide = Self::default();
        Spec::describe(&mut guide);
        guide
    }
}

/// What mistakes say of the language.
pub(crate) static LANGUAGE: LazyLock<Language> = LazyLock::new(|| Language {
    guide: Guide::new(),
    homes: HOMES,
    aliases: others::KEYS,
    foreign: others::NOTHING,
    words: others::WORDS,
});

described_words! {
    VariableKind, "kind of variable", except "one_of";
    Normalization, "normalization";
    ParameterType, "type";
    Encoding, "encoding";
    HttpMethod, "HTTP method";
    ClientAuth, "client authentication method", except "own";
    TokenKind, "kind of token";
    ChallengeMethod, "challenge";
    PkceClients, "client types";
    Pkce, "PKCE status";
    Rotation, "rotation";
    Separator, "scope separator";
    OmittedScope, "meaning of a left out scope";
    CallbackSignature, "signature";
    CaptureFrom, "origin of a captured value";
    ResponseFormat, "format";
    Presence, "presence";
    Expiry, "expiry";
    ClientKind, "client type";
    ClaimsFrom, "origin of claims";
    SubjectScope, "scope of a subject", except "unknown";
    Nonce, "treatment of the nonce", except "unknown";
    SigningAlgorithm, "signing algorithm";
    DpopStatus, "status of DPoP";
    ResourceStatus, "status of resource indicators";
}

record! {
    /// A provider.
    Spec {
        /// The provider's own name.
        name: expected Spanned<Text>,
        /// What the provider is: a noun phrase in lower case, without a full stop.
        summary: expected Spanned<Text>,
        /// The page that errors and the documentation point to.
        documentation: expected Spanned<HttpsUrl>,
        /// The issuer identifier (RFC 8414 §2), with variables where each customer has one.
        issuer: optional Spanned<Template>,
        /// Whether every callback carries `iss` (RFC 9207 §3).
        authorization_response_iss_parameter_supported: optional Spanned<bool>,
        /// Whether every authorization request must be pushed (RFC 9126 §5).
        require_pushed_authorization_requests: optional Spanned<bool>,
        /// The pages that the facts come from.
        sources: expected Table<Source>,
        /// How a program becomes a client of the provider.
        registration: optional Registration,
        /// Sets of hosts that belong together, the default one first.
        environments: default Table<Environment>,
        /// The `{variables}` of URLs, parameters and headers.
        variables: default Table<Variable>,
        /// Where requests go.
        endpoints: expected Endpoints,
        /// The client types and how each says who it is.
        clients: expected Clients,
        /// What a program has to say of itself in the header `User-Agent`, without which requests
        /// are refused.
        user_agent: optional UserAgent,
        /// The ways to get a token.
        grants: expected Grants,
        /// The scopes.
        scopes: optional Scopes,
        /// How long tokens live.
        lifetimes: optional Lifetimes,
        /// What makes the provider issue a refresh token.
        offline: optional Offline,
        /// What is asked of `state`.
        state: optional State,
        /// How the callback deviates from RFC 6749 §4.1.2.
        callback: optional Callback,
        /// Values of the callback and the token response that are kept with the tokens.
        captures: default Table<Capture>,
        /// How an access token is sent to the provider's API.
        api: optional Api,
        /// How the token endpoint's answer deviates from RFC 6749 §5.1.
        token_response: optional TokenResponse,
        /// The error codes of the OAuth endpoints.
        errors: default Table<ErrorCode>,
        /// What answers mean that do not say so in the standard's words; the first that fits counts.
        refusals: default List<Refusal>,
        /// Who logged in, and where that is told.
        user: optional User,
        /// The ID tokens (OpenID Connect Core §2).
        id_token: optional IdToken,
        /// Whether tokens are bound to a key of the client's (DPoP, RFC 9449).
        dpop: optional Dpop,
        /// Whether requests may name what the tokens are for (resource indicators, RFC 8707). A
        /// resource that is always the same is a parameter with a `value` instead.
        resource: optional Resource,
        /// That a login's parameters may be signed, as a JWT (JAR, RFC 9101), and what that says beside
        /// them. Its `audience` is `issuer` where it is left out, and it has no `sub`.
        request_object: optional Assertion,
        /// Rate limits and other bounds.
        limits: default List<Remark>,
        /// Where official sources disagree.
        conflicts: default List<Conflict>,
        /// Facts that no key can say.
        notes: default List<Note>,
        /// Requests and responses from the provider's documents.
        examples: default List<Example>,
    }
}

record! {
    /// A page that facts come from.
    Source {
        /// The title of the page.
        title: required Text,
        /// Its address.
        url: required HttpsUrl,
        /// The day on which it was read.
        checked: required Date,
        /// What was read: the page's own date, a version, or `commit 8e8bedc`.
        state: optional Text,
    }
}

record! {
    /// A set of hosts that belong together.
    Environment {
        /// What the environment is for.
        description: optional Text,
        /// What each `{host}` of a URL stands for: an origin, perhaps with a path, and with
        /// `{variables}` where each customer has a host of their own.
        hosts: required Table<Spanned<Template>>,
        /// The source that is its metadata (RFC 8414), to which `issuer` does not lead.
        metadata: optional Spanned<SourceName>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A `{variable}` of a URL, a parameter or a header.
    Variable {
        /// What the variable means.
        description: required Text,
        /// The allowed values.
        values: optional Many<String>,
        /// What the caller supplies instead of one of `values`.
        kind: optional Spanned<VariableKind>,
        /// What a host name, or the host of a base URL, has to end with. A label may end with one of
        /// them, which is taken off.
        suffixes: optional Many<String>,
        /// What is done to a value before it becomes a part of a host.
        normalize: optional Many<Normalization>,
        /// The value that it has unless another is set.
        default: optional Spanned<String>,
        /// A value to show in documentation.
        example: optional Spanned<String>,
        /// Whether it may be left out, together with its path segment, parameter or header.
        optional: optional Spanned<bool>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Where requests go.
    Endpoints {
        /// Where the user's browser is sent (RFC 6749 §3.1).
        authorization: optional AuthorizationEndpoint,
        /// Where the client sends the parameters of a login itself, in exchange for a short URL to
        /// send the browser to (RFC 9126 §2).
        pushed_authorization_request: optional Endpoint,
        /// Where tokens are issued (RFC 6749 §3.2).
        token: optional Endpoint,
        /// Where tokens are refreshed, where that is elsewhere or done otherwise than at `token`.
        refresh: optional Endpoint,
        /// Where tokens are revoked (RFC 7009).
        revocation: optional Endpoint,
        /// Where it is told what a token is worth (RFC 7662).
        introspection: optional Endpoint,
        /// Where the login of a device without a browser begins (RFC 8628 §3.1).
        device_authorization: optional Endpoint,
        /// Where it is told who logged in (OpenID Connect Core §5.3).
        userinfo: optional Endpoint,
        /// Where a program registers itself as a client, by JSON (RFC 7591 §3). `auth: access_token`
        /// says that it needs an initial access token for that.
        registration: optional Endpoint,
        /// Where the user's browser is sent to log out (OpenID Connect RP-Initiated Logout §2).
        end_session: optional EndSession,
    }
}

record! {
    /// The endpoint that the user's browser is sent to in order to log out.
    EndSession or text as url {
        /// Its URL.
        url: required Spanned<Template>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The endpoint that the user's browser is sent to.
    AuthorizationEndpoint or text as url {
        /// Its URL.
        url: required Spanned<Template>,
        /// Parameters beyond the standard.
        parameters: default Table<Parameter>,
        /// Standard parameters that have another name here.
        rename: default Table<String>,
        /// Standard parameters that are not sent.
        omit: optional Many<String>,
        /// What follows the `#`, without which the provider does not answer. `{query}` in it stands
        /// for the parameters, where they belong behind the `#`.
        fragment: optional Spanned<String>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A parameter beyond the standard.
    Parameter {
        /// What it does.
        description: required Text,
        /// The allowed values, of which the caller may pick one.
        values: optional Many<String>,
        /// The value that is always sent.
        value: optional Spanned<String>,
        /// What kind of value the caller gives, where there is no list.
        r#type: optional Spanned<ParameterType>,
        /// Whether the caller has to give one.
        required: optional Spanned<bool>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// An endpoint that the client calls itself.
    Endpoint or text as url {
        /// Its URL.
        url: required Spanned<Template>,
        /// The HTTP method.
        method: optional Spanned<HttpMethod>,
        /// The accepted encodings of the body, the preferred one first.
        encoding: optional Many<Encoding>,
        /// The client authentication of this endpoint, where it differs from the client type's.
        auth: optional Spanned<ClientAuthentication>,
        /// Standard parameters that it does not take.
        omit: optional Many<String>,
        /// Standard parameters that have another name here.
        rename: default Table<String>,
        /// Parameters that are always sent.
        parameters: default Table<Header>,
        /// Headers that are always sent.
        headers: default Table<Header>,
        /// The scopes that it asks for, all of them.
        scope: optional Many<String>,
        /// The kinds of tokens that a revocation endpoint takes, where it does not take each.
        tokens: optional Many<TokenKind>,
        /// How it answers, where not as the standard and the provider's `token_response` say: for
        /// what is no token endpoint.
        response: optional TokenResponse,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The client types (RFC 6749 §2.1).
    Clients {
        /// Keeps a secret.
        confidential: optional Client,
        /// Cannot keep one.
        public: optional Client,
    }
}

words! {
    /// In what form a client gets its secret.
    SecretForm, "form of secret" {
        /// As it is used.
        Plain = "plain",
        /// Encrypted with the client's own RSA key (RSAES-PKCS1-v1_5), as base64.
        RsaPkcs1V15Base64 = "rsa_pkcs1_v15_base64",
        /// Not at all: where one is sent, it is empty.
        Empty = "empty",
    }
}

record! {
    /// A client type.
    Client {
        /// Who it is for.
        description: optional Text,
        /// The accepted authentication methods, the preferred one first.
        auth: optional Many<ClientAuthentication>,
        /// In what form the client gets its secret.
        secret: optional Spanned<SecretForm>,
        /// The JWT of the methods `private_key_jwt` and `client_secret_jwt`, where it is not as the
        /// standard says (RFC 7523 §3, OpenID Connect Core §9).
        assertion: optional Assertion,
        /// The JWT that is the secret, where a client signs that itself.
        signed_secret: optional Assertion,
        /// Whether TLS connections without a certificate of the client's are refused, whatever `auth`
        /// says beside it.
        certificate: optional Spanned<bool>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A JWT that the client signs (RFC 7523 §3), in whose texts `{client_id}`, a variable and a host
    /// are filled in. A claim whose value the caller may leave out is left out with it.
    Assertion {
        /// The claim `aud`: `token_endpoint` for its URL, which is the standard, `issuer` for that of
        /// the spec, `host` for the host of the token endpoint alone, or a text.
        audience: optional Spanned<String>,
        /// The claim `iss`; `{client_id}` where it is left out.
        issuer: optional Spanned<String>,
        /// The claim `sub`, or `none`; `{client_id}` where it is left out.
        subject: optional Spanned<String>,
        /// The longest time from `iat` to `exp` that is accepted.
        lifetime: optional Spanned<Lifetime>,
        /// The algorithms that are accepted.
        algorithms: optional Many<SigningAlgorithm>,
        /// Header parameters without which it is refused: `kid`, `x5t#S256`, `x5c`.
        requires: optional Many<String>,
        /// Whether it has the claim `nbf`.
        not_before: optional Spanned<bool>,
        /// Further claims. In those of a grant, `{scope}` stands for the scopes that are asked for,
        /// which are no parameter then.
        claims: default Table<Header>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// What a program has to say of itself.
    UserAgent or text as description {
        /// What the provider asks for.
        description: required Text,
        /// A value to show in documentation.
        example: optional Spanned<String>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How a client says who it is, where no word for it will do: user and password in a header.
    ClientAuthentication or text as method {
        /// The method, or the one that this is like.
        method: optional Spanned<ClientAuth>,
        /// The header; `authorization` where it is left out.
        header: optional Spanned<String>,
        /// The word before user and password, or `none`; `Basic` where it is left out.
        scheme: optional Spanned<String>,
        /// What stands before the colon, or alone: a text in which `{client_id}`,
        /// `{client_secret}`, a variable, and at an endpoint `{access_token}` are filled in.
        user: optional Spanned<String>,
        /// What stands behind the colon, perhaps nothing. Where it is given, both are encoded in
        /// base64, as they are.
        password: optional Spanned<String>,
    }
}

record! {
    /// The grants.
    Grants {
        /// A user logs in with the browser (RFC 6749 §4.1).
        authorization_code: optional AuthorizationCode,
        /// A refresh token gives a new access token (RFC 6749 §6).
        refresh_token: optional RefreshToken,
        /// The client acts for itself (RFC 6749 §4.4).
        client_credentials: optional ClientCredentials,
        /// A user logs in for a device without a browser (RFC 8628).
        device_code: optional ClientCredentials,
        /// Grants of the provider's own, by name (RFC 6749 §4.5).
        extensions: default Table<Extension>,
    }
}

record! {
    /// A grant of the provider's own (RFC 6749 §4.5).
    Extension {
        /// What it is for.
        description: required Text,
        /// The value of `grant_type`.
        grant_type: required Spanned<String>,
        /// Its parameters: fixed, or given by the caller.
        parameters: default Table<GrantParameter>,
        /// The JWT that the client signs, with its own key, and sends as the parameter `assertion`
        /// (RFC 7523 §2.1).
        assertion: optional Assertion,
        /// The endpoint, where it is not the token endpoint.
        endpoint: optional Endpoint,
        /// How this grant is answered, where not as the others are: instead of the provider's
        /// `token_response`.
        token_response: optional TokenResponse,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A parameter of a grant's token request: one that is always sent, or one of the caller's.
    GrantParameter or text as value {
        /// What it does.
        description: optional Text,
        /// The value that is always sent, with names as in the parameters of an endpoint.
        value: optional Spanned<String>,
        /// Whether the caller may leave it out. One that the caller has to give belongs to an
        /// extension grant alone.
        optional: optional Spanned<bool>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The authorization code grant.
    AuthorizationCode {
        /// What the provider says of PKCE.
        pkce: optional Spanned<Pkce>,
        /// How the challenge is made.
        challenge: optional Spanned<ChallengeMethod>,
        /// Which clients send it.
        pkce_clients: optional Spanned<PkceClients>,
        /// Another value of `grant_type`, or `none`.
        grant_type: optional Spanned<String>,
        /// Parameters of the token request: those that are always sent, and those that the caller
        /// may add.
        parameters: default Table<GrantParameter>,
        /// The parameters that the token request must have.
        requires: default List<String>,
        /// Whether the token request repeats the scopes of the login.
        repeats_scope: optional Spanned<bool>,
        /// The parameters that the authorization request must have.
        authorization_requires: default List<String>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The refresh token grant.
    RefreshToken {
        /// The parameters that the token request must have.
        requires: default List<String>,
        /// Whether a refresh gives a new refresh token.
        rotation: optional Spanned<Rotation>,
        /// Whether the old access token dies when a new one is issued.
        ends_access_token: optional Spanned<Answer>,
        /// Another value of `grant_type`, or `none`.
        grant_type: optional Spanned<String>,
        /// Parameters of the token request: those that are always sent, and those that the caller
        /// may add.
        parameters: default Table<GrantParameter>,
        /// Whether the granted scopes are sent again.
        repeats_scope: optional Spanned<bool>,
        /// Whether `redirect_uri` is sent again.
        repeats_redirect_uri: optional Spanned<bool>,
        /// How a refresh is answered, where not as the other grants are: instead of the provider's
        /// `token_response`. Where `fields.access_token` is `never`, a refresh prolongs the token
        /// that there is.
        token_response: optional TokenResponse,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The client credentials grant, and the device authorization grant.
    ClientCredentials {
        /// The parameters that the token request must have.
        requires: default List<String>,
        /// Another value of `grant_type`, or `none`.
        grant_type: optional Spanned<String>,
        /// Parameters of the token request: those that are always sent, and those that the caller
        /// may add.
        parameters: default Table<GrantParameter>,
        /// Standard parameters that have another name in this grant.
        rename: default Table<String>,
        /// The endpoint, where it is not the token endpoint.
        endpoint: optional Endpoint,
        /// How this grant is answered, where not as the others are: instead of the provider's
        /// `token_response`.
        token_response: optional TokenResponse,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The separators, by direction.
    Separators or text as both {
        /// In requests and responses.
        both: optional Spanned<Separator>,
        /// In requests, the preferred one first.
        request: optional Many<Separator>,
        /// In responses.
        response: optional Spanned<Separator>,
    }
}

record! {
    /// The scopes.
    Scopes {
        /// What stands between two of them.
        separator: optional Separators,
        /// What a request without `scope` asks for.
        omitted: optional Spanned<OmittedScope>,
        /// Whether the provider publishes names at all.
        published: optional Spanned<bool>,
        /// Whether the table is known to be incomplete.
        partial: optional Partial,
        /// Sets that the documents offer as a whole.
        bundles: default List<Bundle>,
        /// The scopes, in the provider's order.
        values: default Table<Scope>,
        /// What the table beside the spec, `acme.scopes.tsv`, was imported from.
        imported: optional Many<SourceName>,
        /// What the Rust names of scopes leave out, where it is the beginning of one:
        /// `https://api.acme.example/auth/`.
        prefix: optional Spanned<String>,
        /// Scopes that are asked for in parameters of their own, by name.
        groups: default Table<ScopeGroup>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Whether a table is known to be incomplete, and how far.
    Partial or text as known {
        /// Whether it is.
        known: optional Spanned<bool>,
        /// How many scopes the provider has.
        of: optional Spanned<Length>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Scopes that are asked for in a parameter of their own.
    ScopeGroup {
        /// The parameter of the authorization request.
        parameter: required Spanned<String>,
        /// What stands between two of them.
        separator: optional Spanned<Separator>,
        /// What they are for.
        description: required Text,
        /// The scopes.
        values: default Table<Scope>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// What makes the provider issue a refresh token.
    Offline {
        /// Parameters of the authorization request.
        parameters: default Table<String>,
        /// Scopes.
        scopes: optional Many<String>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// What is asked of `state`.
    State {
        /// The most characters.
        max_length: optional Spanned<Length>,
        /// Whether the provider sends it back.
        echoed: optional Spanned<bool>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How the callback deviates from RFC 6749 §4.1.2.
    Callback {
        /// Standard parameters that have another name here.
        rename: default Table<String>,
        /// Whether it has a code. After an administrator's consent, or an installation, there may be
        /// none: then the client finishes without tokens.
        code: optional Spanned<Presence>,
        /// How it is signed.
        signature: optional Spanned<CallbackSignature>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A value that is kept with the tokens.
    Capture {
        /// Where it comes from.
        from: required Spanned<CaptureFrom>,
        /// The parameter, or the path of members joined by dots.
        name: required Spanned<String>,
        /// Whether an answer without it is an error.
        required: optional Spanned<bool>,
        /// Whether it is a token or another secret, such as the URL of a webhook.
        secret: optional Spanned<bool>,
        /// The parameter of the token request that carries it on.
        relay: optional Spanned<String>,
        /// The URL variable that it fills.
        variable: optional Spanned<String>,
        /// The hosts that it may name.
        allowed_hosts: optional Many<String>,
        /// What it is.
        description: required Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Scopes that the documents offer as a whole.
    Bundle {
        /// The scopes.
        values: required Many<String>,
        /// When to ask for them.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A scope.
    Scope or text as description {
        /// The name of the enum's variant, where the one made from the scope will not do.
        rust_name: optional Spanned<String>,
        /// The heading under which the provider lists it.
        category: optional Text,
        /// What it allows.
        description: required Text,
        /// Whether a login without it is refused.
        required: optional Spanned<bool>,
        /// Scopes that no request may ask for together with it.
        excludes: optional Many<String>,
        /// What to use instead, where the provider gives it up.
        deprecated: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How long tokens live.
    Lifetimes {
        /// The access token.
        access_token: optional TokenLifetime,
        /// The refresh token.
        refresh_token: optional TokenLifetime,
        /// The authorization code.
        authorization_code: optional TokenLifetime,
    }
}

record! {
    /// How long one kind of token lives.
    TokenLifetime or text as value {
        /// For every client.
        value: optional Spanned<Lifetime>,
        /// For a confidential client.
        confidential: optional Spanned<Lifetime>,
        /// For a public client.
        public: optional Spanned<Lifetime>,
        /// Whether it counts where an answer has no `expires_in` (RFC 6749 §5.1), as answers to
        /// `grants.extensions` never do. For access tokens alone, and where the provider promises it
        /// to every client: what can be configured is no such promise.
        assumed: optional Spanned<bool>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How an access token is sent to the provider's API.
    Api {
        /// The URL that relative paths are joined to.
        url: optional Spanned<Template>,
        /// The header that carries the token.
        header: optional Spanned<String>,
        /// The word before the token, or `none`. A text with a `{name}`, such as `{client_id}:`, stands
        /// right before it.
        prefix: optional Spanned<String>,
        /// The query parameter that carries the token instead.
        query: optional Spanned<String>,
        /// Headers that are sent beside the token.
        headers: default Table<Header>,
        /// Parameters that every call has in its query.
        parameters: default Table<Header>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A parameter or a header that is always sent.
    Header or text as value {
        /// Its value, in which `{name}` stands for a variable, a captured value, a host, or for
        /// `client_id`, `client_secret` or `uuid`, which is new for each request.
        value: required Spanned<String>,
        /// What it is for.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// When the refresh token expires.
    RefreshExpiry or text as member {
        /// The member that says it.
        member: required Spanned<String>,
        /// What its value means.
        expiry: optional Spanned<Expiry>,
    }
}

record! {
    /// How an error is told from a success, beside the status and `error`.
    ErrorRule {
        /// The path of the member that tells: names joined by dots, and `[]` behind the name of an
        /// array for its first element that has the rest, as in `errors[].code`.
        member: required Spanned<String>,
        /// What it is in a success: JSON, or `absent`.
        success: required Many<String>,
        /// The path of the error code.
        code: required Spanned<String>,
        /// The path of the description.
        description: optional Spanned<String>,
    }
}

record! {
    /// How the token endpoint answers.
    TokenResponse {
        /// The format of the body, whatever its `Content-Type` says.
        format: optional Spanned<ResponseFormat>,
        /// Whether `scope` may be a list.
        scope_array: optional Spanned<bool>,
        /// Whether `token_type` says something else than how the token is sent.
        any_token_type: optional Spanned<bool>,
        /// The path of the member in which the tokens are.
        root: optional Spanned<String>,
        /// Standard members that have another name or a path here, or one of several: the first that
        /// is there counts. Where the access token is at its first place, so are the others.
        rename: default Table<Many<String>>,
        /// What the number in `expires_in` means.
        expiry: optional Spanned<Expiry>,
        /// The member that says when the refresh token expires.
        refresh_expiry: optional RefreshExpiry,
        /// How an error is told from a success.
        error: optional ErrorRule,
        /// Which members the documents name.
        fields: default Table<Presence>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// An error code.
    ErrorCode {
        /// The HTTP status that it comes with.
        status: optional Spanned<u16>,
        /// When the provider answers it.
        description: optional Text,
        /// What to do about it.
        hint: required Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// What an answer means that does not say so in the standard's words.
    Refusal {
        /// What was asked for: grants and endpoints by their names. Left out: anything.
        operation: optional Many<String>,
        /// The HTTP status. Left out: any.
        status: optional Spanned<u16>,
        /// The provider's code, or `any` where it does not matter. Left out: the answer has none.
        code: optional Many<String>,
        /// The standard's error code, or `success` for a token that is revoked already.
        means: required Spanned<String>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Who logged in, and where that is told.
    User {
        /// Where the claims are: in the response of the UserInfo endpoint if there is one, else in the
        /// ID token.
        from: optional Spanned<ClaimsFrom>,
        /// The path of the member that contains them.
        root: optional Spanned<String>,
        /// Who gets the same `sub` for a user: every client, one client, or one team.
        unique: optional Spanned<SubjectScope>,
        /// Requests for claims that the UserInfo endpoint does not tell, by name. The access token is
        /// sent as to the API.
        requests: default Table<Endpoint>,
        /// Where each claim is, by its standard name (OpenID Connect Core §5.1).
        claims: default Table<Claim>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// Where a claim about a user is.
    Claim or text as path {
        /// The path of the member, joined by dots; `[]` after a name means an element of an array. Or
        /// a text with the names of members in braces: `https://acme.example/avatars/{id}.png`.
        path: optional Spanned<String>,
        /// Where it is, if not where the others are: `userinfo`, `id_token`, `token_response`, or the
        /// name of one of `requests`.
        from: optional Spanned<String>,
        /// Members that the element of the array must have, with their values as text.
        r#where: default Table<String>,
        /// The values that mean yes, where the member is a word; any other means no. For
        /// `email_verified` alone.
        is: optional Many<String>,
        /// What holds for every user, where the provider promises it. For `email_verified` alone.
        value: optional Spanned<bool>,
        /// The scope without which it is missing.
        scope: optional Spanned<String>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// The ID tokens (OpenID Connect Core §2).
    IdToken {
        /// The values of `iss`, where it is not the provider's `issuer` alone. `{name}` stands for a
        /// host, a variable, or else for a claim of the token itself.
        issuers: optional Many<String>,
        /// The URL of the keys (RFC 7517 §5).
        jwks_uri: optional Spanned<Template>,
        /// The algorithms of their signatures.
        algorithms: optional Many<SigningAlgorithm>,
        /// Whether they repeat the `nonce` of the authorization request.
        nonce: optional Spanned<Nonce>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How tokens are bound to a key of the client's (DPoP, RFC 9449).
    Dpop or text as status {
        /// Whether they may be, or must.
        status: required Spanned<DpopStatus>,
        /// The algorithms of proofs.
        algorithms: optional Many<SigningAlgorithm>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// How requests name what the tokens are for (RFC 8707).
    Resource or text as status {
        /// Whether they may. Where they may, a login and the requests for tokens take any number of
        /// absolute URIs, and the exchange of a code repeats the only one of its login.
        status: required Spanned<ResourceStatus>,
        /// What is worth knowing.
        description: optional Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A sentence with its source.
    Remark or text as text {
        /// The sentence.
        text: required Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A point on which official sources disagree.
    Conflict {
        /// The point.
        about: required Text,
        /// What each source says.
        versions: required List<Version>,
        /// Why one was taken.
        reason: required Text,
    }
}

record! {
    /// One side of a conflict.
    Version {
        /// What is said.
        text: required Text,
        /// Who says it.
        sources: required Many<SourceName>,
        /// Whether the spec follows it.
        taken: optional Spanned<bool>,
        /// Whether the caller can choose it instead.
        selectable: optional Spanned<bool>,
    }
}

record! {
    /// A fact that no key says.
    Note {
        /// The fact.
        text: required Text,
        /// Why no key says it.
        reason: required Text,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

words! {
    /// What a request is for.
    Operation, "operation" {
        /// Sending the user to the authorization endpoint.
        Authorization = "authorization",
        /// Sending the parameters of a login to the provider, before the user.
        PushedAuthorizationRequest = "pushed_authorization_request",
        /// Exchanging a code.
        AuthorizationCode = "authorization_code",
        /// Refreshing.
        RefreshToken = "refresh_token",
        /// The client credentials grant.
        ClientCredentials = "client_credentials",
        /// Asking for the codes of a login on a device.
        DeviceAuthorization = "device_authorization",
        /// Exchanging the device code.
        DeviceCode = "device_code",
        /// Revoking a token.
        Revocation = "revocation",
        /// Introspecting a token.
        Introspection = "introspection",
        /// Asking who logged in.
        UserInfo = "userinfo",
        /// Calling the provider's API.
        Api = "api",
    }
}

record! {
    /// A request, a response or both, from the provider's documents.
    Example {
        /// What it shows.
        title: required Text,
        /// What the request is for.
        operation: required Spanned<Operation>,
        /// Who sends it, where there are two client types.
        client: optional Spanned<ClientKind>,
        /// What the caller passes, as far as the request does not show it: `client_id`,
        /// `client_secret`, `redirect_uri`, `state`, `token`, `token_encoding`, `client_auth`,
        /// `scope_separator`, `environment`, a variable, or a parameter of the login.
        using: default Table<String>,
        /// The request that must be sent.
        request: optional ExampleRequest,
        /// The response that must be understood.
        response: optional ExampleResponse,
        /// The responses to `user.requests`, by their names.
        answers: default Table<ExampleResponse>,
        /// The claims that must be read, by their standard names.
        user: default Table<String>,
        /// Where this is said.
        source: optional Many<SourceName>,
    }
}

record! {
    /// A request of an example.
    ExampleRequest {
        /// The HTTP method.
        method: optional Spanned<String>,
        /// The URL, without the parameters.
        url: optional Spanned<HttpsUrl>,
        /// Headers that must be sent with these values.
        headers: default Table<String>,
        /// All the parameters, decoded, as the client must send them.
        parameters: default Table<String>,
    }
}

record! {
    /// A response of an example.
    ExampleResponse {
        /// The HTTP status.
        status: required u16,
        /// Its headers.
        headers: default Table<String>,
        /// Its body, as text.
        body: required String,
    }
}
