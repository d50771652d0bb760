//! Invented providers for the tests.

use crate::provider::{
    Api, AuthorizationEndpoint, CallbackRules, ClientAuth, ClientType, Encoding, Endpoint,
    Environment, Grant, GrantKind, HttpMethod, OmittedScope, Pkce, PkceRules, Provider,
    ResponseFormat, ScopeRules, Separator, StateRules, TokenResponse, Variable, VariableKind,
    error_codes,
};

/// A provider that does what the RFCs say, with environments and variables.
pub(crate) static ACME: Provider = acme();

/// A provider of its own mind: commas, JSON bodies, no PKCE, a header of its own, an issuer.
pub(crate) static ODD: Provider = Provider {
    id: "odd",
    name: "Odd",
    issuer: Some("https://odd.example"),
    authorization_response_iss_parameter_supported: true,
    environments: &[],
    variables: &[],
    authorization: Some(AuthorizationEndpoint {
        url: "https://odd.example/auth?foo=bar",
        parameters: &[("access_type", "offline")],
        ..authorization("")
    }),
    token: Some(endpoint(
        "https://odd.example/token/",
        &[Encoding::Json, Encoding::Form],
    )),
    refresh: None,
    revocation: Some(Endpoint {
        auth: Some(ClientAuth::Post),
        omit: &["token_type_hint"],
        ..endpoint("https://odd.example/revoke", &[Encoding::Json])
    }),
    introspection: None,
    confidential: Some(ClientType {
        auth: &[ClientAuth::BasicRaw],
        ..ClientType::STANDARD
    }),
    public: Some(ClientType {
        auth: &[ClientAuth::Basic],
        ..ClientType::STANDARD
    }),
    pkce: pkce(Pkce::Unsupported),
    scopes: ScopeRules {
        request_separators: &[Separator::Comma, Separator::Space],
        response_separator: Separator::Comma,
        omitted: OmittedScope::Refused,
        ..ScopeRules::STANDARD
    },
    token_response: TokenResponse {
        scope_array: true,
        any_token_type: false,
        ..TokenResponse::STANDARD
    },
    api: Api {
        url: None,
        header: "access-token",
        query: "",
        prefix: "",
        headers: &[("x-client", "id={client_id}")],
        ..Api::STANDARD
    },
    ..acme()
};

/// A provider that answers with forms.
pub(crate) static FORMS: Provider = Provider {
    id: "forms",
    name: "Forms",
    token_response: TokenResponse {
        format: ResponseFormat::Form,
        ..TokenResponse::STANDARD
    },
    ..acme()
};

/// A provider that does what the RFCs say: the base of the others.
pub(crate) const fn acme() -> Provider {
    Provider {
        id: "acme",
        name: "Acme",
        documentation: "https://docs.acme.example",
        issuer: None,
        authorization_response_iss_parameter_supported: false,
        environments: &[
            Environment {
                name: "production",
                hosts: &[
                    ("api", "https://api.acme.example"),
                    ("login", "https://login.acme.example"),
                ],
                ..Environment::STANDARD
            },
            Environment {
                name: "sandbox",
                hosts: &[
                    ("api", "https://sandbox.acme.example"),
                    ("login", "https://login.sandbox.acme.example"),
                ],
                ..Environment::STANDARD
            },
        ],
        variables: &[
            Variable {
                name: "language",
                kind: VariableKind::OneOf,
                values: &["en-us", "es es"],
                optional: true,
                default: None,
                ..Variable::STANDARD
            },
            Variable {
                name: "base_url",
                kind: VariableKind::BaseUrl,
                optional: false,
                default: None,
                ..Variable::STANDARD
            },
        ],
        authorization: Some(AuthorizationEndpoint {
            requires: &["redirect_uri"],
            ..authorization("{login}/{language}/authorize")
        }),
        token: Some(endpoint("{api}/token", &[Encoding::Form])),
        refresh: None,
        revocation: Some(endpoint("{api}/revoke", &[Encoding::Form])),
        introspection: Some(endpoint("{api}/introspect", &[Encoding::Form])),
        device_authorization: Some(endpoint("{api}/device", &[Encoding::Form])),
        userinfo: Some(Endpoint {
            method: HttpMethod::Get,
            ..endpoint("{api}/userinfo", &[Encoding::Form])
        }),
        confidential: Some(ClientType {
            auth: &[ClientAuth::Basic, ClientAuth::Post],
            ..ClientType::STANDARD
        }),
        public: Some(ClientType {
            auth: &[ClientAuth::None],
            ..ClientType::STANDARD
        }),
        pkce: pkce(Pkce::Required),
        state: StateRules {
            max_length: None,
            echoed: true,
            ..StateRules::STANDARD
        },
        callback: CallbackRules::STANDARD,
        offline: None,
        captures: &[],
        scopes: ScopeRules::STANDARD,
        token_response: TokenResponse::STANDARD,
        api: Api {
            url: Some("{api}/v1/"),
            header: "authorization",
            query: "",
            prefix: "Bearer ",
            headers: &[],
            ..Api::STANDARD
        },
        grants: GRANTS,
        errors: error_codes(&["invalid_grant", "Send the user to the login again."]),
        ..Provider::STANDARD
    }
}

const GRANTS: &[Grant] = &[
    grant(GrantKind::AuthorizationCode),
    grant(GrantKind::RefreshToken),
    grant(GrantKind::ClientCredentials),
    grant(GrantKind::DeviceCode),
];

/// A grant as the standard has it.
pub(crate) const fn grant(kind: GrantKind) -> Grant {
    Grant {
        kind,
        ..Grant::STANDARD
    }
}

/// An endpoint as the standard has it.
pub(crate) const fn endpoint(url: &'static str, encodings: &'static [Encoding]) -> Endpoint {
    Endpoint {
        url,
        encodings,
        ..Endpoint::STANDARD
    }
}

pub(crate) const fn authorization(url: &'static str) -> AuthorizationEndpoint {
    AuthorizationEndpoint {
        url,
        ..AuthorizationEndpoint::STANDARD
    }
}

pub(crate) const fn pkce(status: Pkce) -> PkceRules {
    PkceRules {
        status,
        ..PkceRules::STANDARD
    }
}
