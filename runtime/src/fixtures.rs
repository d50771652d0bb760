//! Invented providers for the tests.

use crate::provider::{
    Api, AuthorizationEndpoint, ClientAuth, ClientType, Encoding, Endpoint, Environment, ErrorHint,
    OmittedScope, Pkce, Provider, ResponseFormat, ScopeRules, TokenResponse, Variable,
    VariableKind,
};

/// A provider that does what the RFCs say, with environments and variables.
pub(crate) static ACME: Provider = acme();

/// A provider of its own mind: commas, JSON bodies, no PKCE, a header of its own, an issuer.
pub(crate) static ODD: Provider = Provider {
    id: "odd",
    name: "Odd",
    issuer: Some("https://odd.example"),
    issuer_in_callback: true,
    environments: &[],
    variables: &[],
    authorization: Some(AuthorizationEndpoint {
        url: "https://odd.example/auth?foo=bar",
        parameters: &[("access_type", "offline")],
    }),
    token: Some(endpoint(
        "https://odd.example/token/",
        &[Encoding::Json, Encoding::Form],
    )),
    refresh: None,
    revocation: Some(Endpoint {
        url: "https://odd.example/revoke",
        encodings: &[Encoding::Json],
        auth: Some(ClientAuth::Post),
        omit: &["token_type_hint"],
    }),
    introspection: None,
    confidential: Some(ClientType {
        auth: &[ClientAuth::BasicRaw],
    }),
    public: Some(ClientType {
        auth: &[ClientAuth::Basic],
    }),
    pkce: Pkce::Unsupported,
    redirect_uri_required: false,
    scopes: ScopeRules {
        request_separators: &[",", " "],
        response_separator: ",",
        omitted: OmittedScope::Refused,
    },
    token_response: TokenResponse {
        format: ResponseFormat::Json,
        scope_array: true,
    },
    api: Api {
        url: None,
        header: "access-token",
        prefix: "",
        headers: &[("x-client", "id={client_id}")],
    },
    ..acme()
};

/// A provider that answers with forms.
pub(crate) static FORMS: Provider = Provider {
    id: "forms",
    name: "Forms",
    token_response: TokenResponse {
        format: ResponseFormat::Form,
        scope_array: false,
    },
    ..acme()
};

const fn acme() -> Provider {
    Provider {
        id: "acme",
        name: "Acme",
        documentation: "https://docs.acme.example",
        issuer: None,
        issuer_in_callback: false,
        environments: &[
            Environment {
                name: "production",
                hosts: &[
                    ("api", "https://api.acme.example"),
                    ("login", "https://login.acme.example"),
                ],
            },
            Environment {
                name: "sandbox",
                hosts: &[
                    ("api", "https://sandbox.acme.example"),
                    ("login", "https://login.sandbox.acme.example"),
                ],
            },
        ],
        variables: &[
            Variable {
                name: "language",
                kind: VariableKind::OneOf(&["en-us", "es es"]),
                optional: true,
            },
            Variable {
                name: "base_url",
                kind: VariableKind::BaseUrl,
                optional: false,
            },
        ],
        authorization: Some(AuthorizationEndpoint {
            url: "{login}/{language}/authorize",
            parameters: &[],
        }),
        token: Some(endpoint("{api}/token", &[Encoding::Form])),
        refresh: None,
        revocation: Some(endpoint("{api}/revoke", &[Encoding::Form])),
        introspection: Some(endpoint("{api}/introspect", &[Encoding::Form])),
        userinfo: Some("{api}/userinfo"),
        confidential: Some(ClientType {
            auth: &[ClientAuth::Basic, ClientAuth::Post],
        }),
        public: Some(ClientType {
            auth: &[ClientAuth::None],
        }),
        pkce: Pkce::Required,
        redirect_uri_required: true,
        scopes: ScopeRules {
            request_separators: &[" "],
            response_separator: " ",
            omitted: OmittedScope::Unknown,
        },
        token_response: TokenResponse {
            format: ResponseFormat::Json,
            scope_array: false,
        },
        api: Api {
            url: Some("{api}/v1/"),
            header: "authorization",
            prefix: "Bearer ",
            headers: &[],
        },
        errors: &[ErrorHint {
            code: "invalid_grant",
            hint: "Send the user to the login again.",
        }],
    }
}

const fn endpoint(url: &'static str, encodings: &'static [Encoding]) -> Endpoint {
    Endpoint {
        url,
        encodings,
        auth: None,
        omit: &[],
    }
}
