//! Every structure of a description, each declared once.

use crate::macros::{constant_type, records, standard};
#[cfg(feature = "owned")]
use crate::macros::{is_required, owned_type};
use crate::words::{
    Answer, CallbackSignature, CaptureFrom, ChallengeMethod, ClientAuth, ClientKind, Encoding,
    Expiry, GrantKind, HttpMethod, LifetimeOf, OmittedScope, ParameterType, Pkce, PkceClients,
    Presence, ResponseFormat, Rotation, Separator, TokenKind, VariableKind,
};

records! {
    /// A provider.
    Provider {
        /// The name of the spec's file and of the generated module: `acme`.
        id: [required text],
        /// The provider's own name: `Acme`.
        name: [required text],
        /// The page that errors point to.
        documentation: [text],
        /// The issuer identifier, with `{variables}`, compared with the callback's `iss` (RFC 9207
        /// §2.4).
        issuer: [optional text],
        /// Whether every callback carries `iss` (RFC 9207 §3).
        authorization_response_iss_parameter_supported: [flag],
        /// The environments, the default one first. Empty where the endpoints are absolute URLs.
        environments: [records Environment],
        /// The variables that occur in URLs, parameters and headers. What stands for a name in any
        /// of them is said by [`Template`](crate::Template).
        variables: [records Variable],
        /// The authorization endpoint (RFC 6749 §3.1).
        authorization: [optional record AuthorizationEndpoint],
        /// The token endpoint (RFC 6749 §3.2).
        token: [optional record Endpoint],
        /// Where tokens are refreshed, where that is elsewhere or done otherwise than at the token
        /// endpoint.
        refresh: [optional record Endpoint],
        /// The revocation endpoint (RFC 7009).
        revocation: [optional record Endpoint],
        /// The introspection endpoint (RFC 7662).
        introspection: [optional record Endpoint],
        /// The device authorization endpoint (RFC 8628 §3.1).
        device_authorization: [optional record Endpoint],
        /// The UserInfo endpoint (OpenID Connect Core §5.3).
        userinfo: [optional record Endpoint],
        /// How a confidential client proves who it is.
        confidential: [optional record ClientType],
        /// How a public client says who it is.
        public: [optional record ClientType],
        /// Whether PKCE is sent, and how (RFC 7636).
        pkce: [record PkceRules],
        /// What is asked of `state`.
        state: [record StateRules],
        /// How the callback deviates from RFC 6749 §4.1.2.
        callback: [record CallbackRules],
        /// The grants that the provider has.
        grants: [records Grant],
        /// Whether a refresh gives a new refresh token.
        rotation: [word Rotation] = Rotation::Unknown,
        /// Whether the old access token dies when a new one is issued.
        ends_access_token: [word Answer] = Answer::Unknown,
        /// What makes the provider issue a refresh token.
        offline: [optional record Offline],
        /// Values of the callback and of the token response that are kept with the tokens.
        captures: [records Capture],
        /// The scopes, and how they are joined and read.
        scopes: [record ScopeRules],
        /// How long tokens live, where the documents say.
        lifetimes: [records Lifetime],
        /// How the token endpoint answers.
        token_response: [record TokenResponse],
        /// How an access token is sent to the provider's API.
        api: [record Api],
        /// The error codes.
        errors: [records ErrorCode],
        /// What answers of the OAuth endpoints mean that do not say so in the standard's words; the
        /// first that fits counts.
        refusals: [records RefusalRule],
    }

    /// A set of hosts that belong together, such as production or a sandbox.
    Environment {
        /// The name in the spec.
        name: [required text],
        /// What each `{host}` of a URL stands for, without a slash at the end.
        hosts: [pairs],
    }

    /// A `{variable}` of a URL, a parameter or a header.
    Variable {
        /// The name between the braces.
        name: [required text],
        /// What may stand for it.
        kind: [word VariableKind] = VariableKind::Segment,
        /// The values of a variable of the kind `one_of`.
        values: [texts],
        /// What a variable of the kind `host` ends with, where it has to: `.myshop.example`.
        suffixes: [texts],
        /// Whether it may be left out, together with its path segment, parameter or header.
        optional: [flag],
        /// The value that it has unless another is set.
        default: [optional text],
    }

    /// The endpoint that the user's browser is sent to.
    AuthorizationEndpoint {
        /// The URL, with `{variables}`.
        url: [required text],
        /// Parameters sent in every request.
        parameters: [pairs],
        /// Parameters that the caller may choose.
        options: [records AuthorizationOption],
        /// Standard parameters without which a request is refused.
        requires: [texts],
        /// Standard parameters that have another name here: the standard's first.
        rename: [pairs],
        /// Standard parameters that are not sent.
        omit: [texts],
        /// What follows the `#`, without which the provider does not answer.
        fragment: [optional text],
    }

    /// A parameter of the authorization request that the caller may choose.
    AuthorizationOption {
        /// As the provider spells it.
        name: [required text],
        /// The values that there are; empty where any value of the type will do.
        values: [texts],
        /// What kind of value it takes.
        r#type: [word ParameterType] = ParameterType::Text,
        /// Whether a request without it is refused.
        required: [flag],
    }

    /// An endpoint that the client calls itself.
    Endpoint {
        /// The URL, with `{variables}`.
        url: [required text],
        /// The HTTP method.
        method: [word HttpMethod] = HttpMethod::Post,
        /// The accepted encodings of the request's body, the preferred one first. Never empty.
        encodings: [words Encoding] = &[Encoding::Form],
        /// The client authentication of this endpoint, where it differs from the client type's.
        auth: [optional word ClientAuth],
        /// The client authentication of this endpoint, where `auth` says that it is its own.
        own_auth: [optional record Authentication],
        /// Standard parameters that this endpoint does not take.
        omit: [texts],
        /// Standard parameters that have another name here: the standard's first.
        rename: [pairs],
        /// Parameters sent in every request.
        parameters: [pairs],
        /// Headers sent in every request.
        headers: [pairs],
        /// The scope that it asks for.
        scope: [optional text],
        /// The kinds of tokens that a revocation endpoint takes; empty where it takes each.
        tokens: [words TokenKind],
    }

    /// A client type and its authentication (RFC 6749 §2.1).
    ClientType {
        /// The accepted methods, the preferred one first. Never empty.
        auth: [words ClientAuth],
        /// The method that `auth` says is the provider's own.
        own_auth: [optional record Authentication],
    }

    /// What a client sends to say who it is: a header, parameters, or both (RFC 6749 §2.3). Its
    /// texts are filled in as [`Template`](crate::Template) says, and `{access_token}` in them is
    /// the token that the request is about.
    Authentication {
        /// The header that carries user and password, in lower case; empty where none does.
        header: [text] = "authorization",
        /// The word before them; empty where they stand alone.
        scheme: [text] = "Basic",
        /// What stands before the colon, or alone where there is no password.
        user: [text],
        /// What stands behind the colon. Both are encoded in base64 then (RFC 7617 §2).
        password: [optional text],
        /// Whether user and password are form-encoded first (RFC 6749 §2.3.1).
        form_encoded: [flag],
        /// Parameters, by the standard's names. One whose value the client does not have is not
        /// sent.
        parameters: [pairs],
    }

    /// How PKCE is sent.
    PkceRules {
        /// What the provider says of it.
        status: [word Pkce] = Pkce::Unknown,
        /// How the challenge is made of the verifier.
        challenge: [word ChallengeMethod] = ChallengeMethod::S256,
        /// Which clients send it.
        clients: [word PkceClients] = PkceClients::All,
    }

    /// What is asked of `state`.
    StateRules {
        /// The most characters that the provider accepts; at least 22 are needed for 128 bits.
        max_length: [optional number],
        /// Whether the provider sends it back. Where it does not, it travels in the redirect URI.
        echoed: [flag] = true,
    }

    /// How the callback deviates from RFC 6749 §4.1.2.
    CallbackRules {
        /// The parameter that carries the code.
        code: [text] = "code",
        /// The parameter that carries the error code.
        error: [text] = "error",
        /// The parameter that says more of the error.
        error_description: [text] = "error_description",
        /// How the callback is signed.
        signature: [optional word CallbackSignature],
    }

    /// A way to get tokens, and how its token request deviates from the standard.
    Grant {
        /// Which grant it is.
        kind: [required word GrantKind] = GrantKind::Extension,
        /// The name of a grant of the provider's own; empty for every other.
        name: [text],
        /// The value of `grant_type`, where it is not the standard's; empty where it is not sent.
        grant_type: [optional text],
        /// Parameters that are always sent.
        parameters: [pairs],
        /// Standard parameters that have another name in this grant: the standard's first.
        rename: [pairs],
        /// Parameters that the caller gives, as the provider spells them.
        arguments: [texts],
        /// Standard parameters without which a request is refused.
        requires: [texts],
        /// Whether the request repeats the granted scopes, which RFC 6749 §6 leaves out.
        repeats_scope: [flag],
        /// Whether the request repeats `redirect_uri`, which RFC 6749 §6 leaves out.
        repeats_redirect_uri: [flag],
        /// The endpoint, where it is not the token endpoint.
        endpoint: [optional record Endpoint],
        /// How this grant is answered, where not as the others are.
        token_response: [optional record TokenResponse],
    }

    /// What makes a provider issue a refresh token.
    Offline {
        /// Parameters of the authorization request.
        parameters: [pairs],
        /// Scopes.
        scopes: [texts],
    }

    /// A value that is kept with the tokens.
    Capture {
        /// The name among the tokens' extras.
        name: [required text],
        /// Where it comes from.
        from: [word CaptureFrom] = CaptureFrom::Token,
        /// The callback's parameter, or the path of members in the token response, joined by dots.
        path: [required text],
        /// Whether an answer without it is an error.
        required: [flag],
        /// Whether it is a token or another secret, such as the URL of a webhook.
        secret: [flag],
        /// The parameter of the token request that carries it on, where one does.
        relay: [optional text],
        /// The URL variable that it fills, where it fills one.
        variable: [optional text],
        /// The hosts that it may name, where it names one: `example.com` itself, or
        /// `*.example.com` for any below it. Checked before any request.
        allowed_hosts: [texts],
    }

    /// The scopes, and how they are written and read.
    ScopeRules {
        /// What may stand between two scopes of a request, the preferred one first. Never empty.
        request_separators: [words Separator] = &[Separator::Space],
        /// What stands between two scopes of a response.
        response_separator: [word Separator] = Separator::Space,
        /// What the provider grants when a request names no scope.
        omitted: [word OmittedScope] = OmittedScope::Unknown,
        /// Whether the provider has scopes that are not in `values`.
        partial: [flag],
        /// The scopes, in the provider's order.
        values: [records Scope],
        /// Scopes without which a login is refused, sent whether they are asked for or not.
        required: [texts],
        /// Scopes that are asked for in a parameter of their own.
        groups: [records ScopeGroup],
    }

    /// A scope.
    Scope {
        /// As the provider spells it.
        name: [required text],
        /// What it allows.
        description: [text],
        /// The heading under which the provider lists it.
        category: [optional text],
        /// What to use instead, where the provider gives it up.
        deprecated: [optional text],
    }

    /// Scopes that are asked for in a parameter of their own.
    ScopeGroup {
        /// The parameter of the authorization request.
        parameter: [required text],
        /// What stands between two of them.
        separator: [word Separator] = Separator::Space,
        /// The scopes.
        values: [records Scope],
    }

    /// How long a token lives.
    Lifetime {
        /// Which token.
        of: [required word LifetimeOf] = LifetimeOf::AccessToken,
        /// For which clients; every one where none is named.
        client: [optional word ClientKind],
        /// In seconds.
        seconds: [required number],
    }

    /// How the token endpoint answers.
    TokenResponse {
        /// The format of the body, whatever its `Content-Type` says.
        format: [word ResponseFormat] = ResponseFormat::Json,
        /// Whether `scope` may be a JSON array of scopes.
        scope_array: [flag],
        /// Whether `token_type` says something else than how the token is sent (RFC 6749 §7.1).
        any_token_type: [flag],
        /// The members, outermost first, in which the tokens are; empty where they are at the top.
        root: [texts],
        /// Standard members that have another name here, or a path joined by dots: the standard's
        /// first.
        rename: [pairs],
        /// What the number in `expires_in` means.
        expiry: [word Expiry] = Expiry::Seconds,
        /// The member that says when the refresh token expires.
        refresh_expiry: [optional record RefreshExpiry],
        /// How an error is told from a success, beside the status and `error`.
        error: [optional record ErrorRule],
        /// Which members the documents name.
        members: [records ResponseMember],
    }

    /// The member that says when the refresh token expires.
    RefreshExpiry {
        /// The member.
        member: [required text],
        /// What its value means.
        expiry: [word Expiry] = Expiry::Seconds,
    }

    /// A member of the token response that the documents name.
    ResponseMember {
        /// The standard's name.
        name: [required text],
        /// Whether it is there.
        presence: [word Presence] = Presence::Optional,
    }

    /// How an error is told from a success.
    ErrorRule {
        /// The path of the member that tells, joined by dots. `[]` behind a name stands for the first
        /// element of an array in which the rest is found.
        member: [required text],
        /// What the member is in a success, as JSON, or `absent`.
        success: [texts],
        /// The path of the error code.
        code: [required text],
        /// The path of the description; empty where there is none.
        description: [text],
    }

    /// How an access token is sent to the provider's API.
    Api {
        /// The URL that relative paths are joined to, with `{variables}`.
        url: [optional text],
        /// The header that carries the token, in lower case; empty where a query parameter does.
        header: [text] = "authorization",
        /// The query parameter that carries the token; empty where a header does.
        query: [text],
        /// What stands before the token: `"Bearer "`, or nothing.
        prefix: [text] = "Bearer ",
        /// Headers sent beside the token.
        headers: [pairs],
        /// Parameters that every call has in its query.
        parameters: [pairs],
    }

    /// An error code of the provider and what to do about it.
    ErrorCode {
        /// The code in `error`.
        code: [required text],
        /// What to do.
        hint: [text],
        /// The HTTP status that it comes with.
        status: [optional number],
    }

    /// What an answer of the OAuth endpoints means that does not say so in the standard's words.
    RefusalRule {
        /// What was asked for: grants and endpoints by their names; empty where it does not matter.
        operations: [texts],
        /// The HTTP status; nothing where it does not matter.
        status: [optional number],
        /// The codes, one of which the answer has; empty where it has none.
        codes: [texts],
        /// Whether the answer may have any code or none.
        any_code: [flag],
        /// The standard's error code, or `success`: a token that is revoked already.
        means: [required text],
    }
}

impl Provider {
    /// The grant of this kind, if the provider has it. Extensions have names of their own: see
    /// [`Provider::extension`].
    #[must_use]
    pub fn grant(&self, kind: GrantKind) -> Option<&'static Grant> {
        self.grants.iter().find(|grant| grant.kind == kind)
    }

    /// Whether the description has a scope of this name.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        let rules = &self.scopes;
        let groups = rules.groups.iter().flat_map(|group| group.values);
        let mut values = rules.values.iter().chain(groups);
        let offline = self.offline.iter().flat_map(|offline| offline.scopes);
        values.any(|scope| scope.name == name)
            || rules
                .required
                .iter()
                .chain(offline)
                .any(|scope| *scope == name)
    }

    /// The grant of the provider's own with this name.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&'static Grant> {
        let mut extensions = self.grants.iter();
        extensions.find(|grant| grant.kind == GrantKind::Extension && grant.name == name)
    }
}

impl RefusalRule {
    /// What [`RefusalRule::means`] says of a token that is revoked already.
    pub const SUCCESS: &'static str = "success";
}

impl Grant {
    /// The name by which rules speak of requests for this grant.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        match self.kind {
            GrantKind::Extension => self.name,
            kind => kind.word(),
        }
    }

    /// The value of `grant_type`; `None` where the parameter is not sent.
    #[must_use]
    pub fn grant_type(&self) -> Option<&'static str> {
        self.grant_type
            .or(self.kind.standard_grant_type())
            .filter(|grant_type| !grant_type.is_empty())
    }
}

impl GrantKind {
    /// The value of `grant_type` by the standard; an extension's is its own.
    #[must_use]
    pub const fn standard_grant_type(self) -> Option<&'static str> {
        match self {
            Self::AuthorizationCode => Some("authorization_code"),
            Self::RefreshToken => Some("refresh_token"),
            Self::ClientCredentials => Some("client_credentials"),
            Self::DeviceCode => Some("urn:ietf:params:oauth:grant-type:device_code"),
            Self::Extension => None,
        }
    }
}
