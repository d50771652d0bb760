//! What each description is where nothing deviates. A spec's `static` writes only what differs,
//! as every field that is written costs its reader a line and its compiler a type check.

use super::{
    Api, AuthorizationEndpoint, CallbackRules, Capture, CaptureFrom, Challenge, Encoding, Endpoint,
    Expiry, GrantRules, HttpMethod, OmittedScope, Pkce, PkceRules, Provider, ResponseFormat,
    ScopeRules, StateRules, TokenResponse, Variable, VariableKind,
};

impl Provider {
    /// A provider of whom nothing is known: no endpoints, no clients.
    pub const STANDARD: Self = Self {
        id: "",
        name: "",
        documentation: "",
        issuer: None,
        issuer_in_callback: false,
        environments: &[],
        variables: &[],
        authorization: None,
        token: None,
        refresh: None,
        revocation: None,
        introspection: None,
        device_authorization: None,
        userinfo: None,
        confidential: None,
        public: None,
        pkce: PkceRules::STANDARD,
        redirect_uri_required: false,
        state: StateRules::STANDARD,
        callback: CallbackRules::STANDARD,
        grants: &[],
        offline: None,
        captures: &[],
        scopes: ScopeRules::STANDARD,
        token_response: TokenResponse::STANDARD,
        api: Api::STANDARD,
        errors: &[],
    };
}

impl Variable {
    /// A segment that has to be given.
    pub const STANDARD: Self = Self {
        name: "",
        kind: VariableKind::Segment,
        optional: false,
        default: None,
    };
}

impl AuthorizationEndpoint {
    /// RFC 6749 §4.1.1 as it stands.
    pub const STANDARD: Self = Self {
        url: "",
        parameters: &[],
        required: &[],
        rename: &[],
        omit: &[],
        fragment: None,
    };
}

impl Endpoint {
    /// A form by POST (RFC 6749 §3.2).
    pub const STANDARD: Self = Self {
        url: "",
        method: HttpMethod::Post,
        encodings: &[Encoding::Form],
        auth: None,
        omit: &[],
        rename: &[],
        parameters: &[],
        headers: &[],
    };
}

impl PkceRules {
    /// S256 for every client, though the documents do not speak of it.
    pub const STANDARD: Self = Self {
        status: Pkce::Unknown,
        challenge: Challenge::S256,
        confidential: true,
    };
}

impl ScopeRules {
    /// A space between two scopes (RFC 6749 §3.3).
    pub const STANDARD: Self = Self {
        request_separators: &[" "],
        response_separator: " ",
        omitted: OmittedScope::Unknown,
        required: &[],
        groups: &[],
    };
}

impl StateRules {
    /// Any length, and it comes back (RFC 6749 §4.1.2).
    pub const STANDARD: Self = Self {
        max_length: None,
        echoed: true,
    };
}

impl CallbackRules {
    /// RFC 6749 §4.1.2 as it stands.
    pub const STANDARD: Self = Self {
        code: "code",
        error: "error",
        error_description: "error_description",
        errors: &[],
        signature: None,
    };
}

impl GrantRules {
    /// A request without a `grant_type`.
    pub const STANDARD: Self = Self {
        name: "",
        grant_type: "",
        parameters: &[],
        endpoint: None,
        repeats_scope: false,
    };
}

impl Capture {
    /// A member of the token response that may be missing.
    pub const STANDARD: Self = Self {
        name: "",
        from: CaptureFrom::Token,
        path: "",
        required: false,
        secret: false,
        relay: None,
        variable: None,
        allowed_hosts: &[],
    };
}

impl TokenResponse {
    /// RFC 6749 §5.1 as it stands.
    pub const STANDARD: Self = Self {
        format: ResponseFormat::Json,
        scope_array: false,
        any_token_type: false,
        root: &[],
        rename: &[],
        expiry: Expiry::Seconds,
        refresh_expiry: None,
        error: None,
    };
}

impl Api {
    /// A bearer token in the `authorization` header (RFC 6750 §2.1).
    pub const STANDARD: Self = Self {
        url: None,
        header: "authorization",
        query: "",
        prefix: "Bearer ",
        headers: &[],
    };
}
