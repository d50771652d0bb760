//! What others call things that a spec says: the words of metadata (RFC 8414), of client
//! registration (RFC 7591) and of the settings of other libraries.

/// Why credentials have no key.
const OF_PROGRAMS: &str =
    "it belongs to a program that uses the provider: a spec is what is true for every client";

const GIVEN_UP: &str = "OAuth 2.1 gives this grant up: a spec has no key for it";

/// What others call a key, and its path here. A path of one key is meant where that key can stand.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("title", "name"),
    ("display_name", "name"),
    ("description", "summary"),
    ("docs", "documentation"),
    ("docs_url", "documentation"),
    ("service_documentation", "documentation"),
    ("jwks_uri", "id_token.jwks_uri"),
    ("jwks", "id_token.jwks_uri"),
    (
        "id_token_signing_alg_values_supported",
        "id_token.algorithms",
    ),
    ("dpop_signing_alg_values_supported", "dpop.algorithms"),
    (
        "request_object_signing_alg_values_supported",
        "request_object.algorithms",
    ),
    ("request_parameter_supported", "request_object"),
    ("jar", "request_object"),
    ("userinfo_claims", "user.claims"),
    ("registration_endpoint", "endpoints.registration"),
    ("register", "endpoints.registration"),
    ("dynamic_client_registration", "endpoints.registration"),
    ("mtls", "clients.confidential.certificate"),
    ("authorize", "endpoints.authorization"),
    ("auth_url", "endpoints.authorization"),
    ("authorize_url", "endpoints.authorization"),
    ("authorization_url", "endpoints.authorization"),
    ("authorize_endpoint", "endpoints.authorization"),
    ("authorization_endpoint", "endpoints.authorization"),
    (
        "pushed_authorization_request_endpoint",
        "endpoints.pushed_authorization_request",
    ),
    ("par", "endpoints.pushed_authorization_request"),
    ("par_endpoint", "endpoints.pushed_authorization_request"),
    ("require_par", "require_pushed_authorization_requests"),
    ("token_url", "endpoints.token"),
    ("access_token_url", "endpoints.token"),
    ("token_endpoint", "endpoints.token"),
    ("refresh_url", "endpoints.refresh"),
    ("revoke", "endpoints.revocation"),
    ("revoke_url", "endpoints.revocation"),
    ("revocation_url", "endpoints.revocation"),
    ("revocation_endpoint", "endpoints.revocation"),
    ("introspect", "endpoints.introspection"),
    ("introspection_endpoint", "endpoints.introspection"),
    ("device_url", "endpoints.device_authorization"),
    (
        "device_authorization_endpoint",
        "endpoints.device_authorization",
    ),
    ("user_info", "endpoints.userinfo"),
    ("userinfo_url", "endpoints.userinfo"),
    ("userinfo_endpoint", "endpoints.userinfo"),
    ("profile_url", "endpoints.userinfo"),
    ("authorization_params", "endpoints.authorization.parameters"),
    ("authorize_params", "endpoints.authorization.parameters"),
    ("token_params", "endpoints.token.parameters"),
    ("token_request_auth_method", "clients.confidential.auth"),
    ("token_endpoint_auth_method", "clients.confidential.auth"),
    (
        "token_endpoint_auth_methods_supported",
        "clients.confidential.auth",
    ),
    ("grant_types", "grants"),
    ("grant_types_supported", "grants"),
    ("authorization", "grants.authorization_code"),
    ("device", "grants.device_code"),
    ("device_flow", "grants.device_code"),
    ("code", "grants.authorization_code"),
    ("authorization_code_grant", "grants.authorization_code"),
    ("refresh", "grants.refresh_token"),
    ("client_credential", "grants.client_credentials"),
    (
        "code_challenge_method",
        "grants.authorization_code.challenge",
    ),
    (
        "code_challenge_methods_supported",
        "grants.authorization_code.challenge",
    ),
    ("scopes_supported", "scopes.values"),
    ("default_scope", "scopes.values"),
    ("default_scopes", "scopes.values"),
    ("scope_separator", "scopes.separator"),
    ("scope_delimiter", "scopes.separator"),
    ("scopes_delimiter", "scopes.separator"),
    ("expires_in", "lifetimes.access_token"),
    ("token_lifetime", "lifetimes.access_token"),
    ("error_codes", "errors"),
];

/// What has no key, and why.
pub(super) const NOTHING: &[(&str, &str)] = &[
    ("client_id", OF_PROGRAMS),
    ("client_secret", OF_PROGRAMS),
    ("redirect_uri", OF_PROGRAMS),
    ("redirect_uris", OF_PROGRAMS),
    ("redirect_url", OF_PROGRAMS),
    ("callback_url", OF_PROGRAMS),
    ("api_key", OF_PROGRAMS),
    ("password", GIVEN_UP),
    ("resource_owner_password", GIVEN_UP),
    ("implicit", GIVEN_UP),
    (
        "subject_types_supported",
        "say who gets the same subject in `user.unique`",
    ),
    (
        "claims_supported",
        "say where each claim is in `user.claims`",
    ),
    (
        "response_type",
        "`code` is the standard, and the only one of OAuth 2.1: leave it out",
    ),
    (
        "response_types",
        "`code` is the standard, and the only one of OAuth 2.1: leave it out",
    ),
    (
        "response_types_supported",
        "`code` is the standard, and the only one of OAuth 2.1: leave it out",
    ),
    ("oauth_version", "a spec is of OAuth 2: leave it out"),
    ("auth_mode", "a spec is of OAuth 2: leave it out"),
];

const PKCE_METHOD: &str = "`S256` is how a challenge is made, and the standard; write here whether \
    the provider wants PKCE: `required`, `optional` or `unknown`";

/// What others write for a word: what the word is, theirs in lower case, and what to do.
pub(super) const WORDS: &[(&str, &str, &str)] = &[
    ("PKCE status", "s256", PKCE_METHOD),
    (
        "PKCE status",
        "plain",
        "write `challenge: plain`, and here whether it is `required` or `optional`",
    ),
    ("PKCE status", "supported", "write `optional`"),
    (
        "PKCE status",
        "yes",
        "write `required`, or `optional` where a login without it works",
    ),
    (
        "PKCE status",
        "no",
        "`undocumented` if no page names it; `unsupported` only if it breaks a login",
    ),
    (
        "PKCE status",
        "none",
        "`undocumented` if no page names it; `unsupported` only if it breaks a login",
    ),
    (
        "client authentication method",
        "basic",
        "write `client_secret_basic`",
    ),
    (
        "client authentication method",
        "header",
        "write `client_secret_basic`",
    ),
    (
        "client authentication method",
        "post",
        "write `client_secret_post`",
    ),
    (
        "client authentication method",
        "body",
        "write `client_secret_post`",
    ),
    (
        "client authentication method",
        "pkce",
        "PKCE does not say who a client is: write `none`, and `pkce` under `grants.authorization_code`",
    ),
    (
        "client authentication method",
        "jwt",
        "write `private_key_jwt`, or `client_secret_jwt` where the secret signs; a secret that is a JWT \
         belongs into `signed_secret`",
    ),
    (
        "client authentication method",
        "mtls",
        "write `tls_client_auth`, or `self_signed_tls_client_auth`",
    ),
    (
        "scope separator",
        " ",
        "write `space`, or leave it out: it is the standard",
    ),
    ("scope separator", ",", "write `comma`"),
    ("scope separator", ", ", "write `comma`"),
    (
        "scope separator",
        "+",
        "write `plus`, if the names are joined by it; a space that is encoded as `+` is `space`",
    ),
    (
        "scope separator",
        "%20",
        "write `space`, or leave it out: it is the standard",
    ),
    ("scope separator", ";", "write `semicolon`"),
    ("scope separator", ":", "write `colon`"),
    ("scope separator", "|", "write `pipe`"),
    ("encoding", "application/json", "write `json`"),
    (
        "encoding",
        "application/x-www-form-urlencoded",
        "write `form`, or leave it out: it is the standard",
    ),
    (
        "encoding",
        "urlencoded",
        "write `form`, or leave it out: it is the standard",
    ),
    ("encoding", "url", "write `query`"),
];
