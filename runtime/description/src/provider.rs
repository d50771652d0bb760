//! Every structure of a description, each declared once.

#[cfg(feature = "owned")]
use crate::macros::{constant, is_required, node, owned_type};
use crate::macros::{constant_type, records, standard};
use crate::tables::{ScopeTable, Tabled};
use crate::words::{
    Answer, CallbackSignature, CaptureFrom, ChallengeMethod, ClaimName, ClaimsFrom, ClientAuth,
    ClientKind, DpopStatus, Encoding, Expiry, GrantKind, HttpMethod, LifetimeOf, Nonce,
    Normalization, OmittedScope, ParameterType, Pkce, PkceClients, Presence, Proof, ResourceStatus,
    ResponseFormat, Rotation, Separator, SigningAlgorithm, SubjectScope, TokenKind, VariableKind,
};

records! {
    /// A provider.
    Provider {
        /// The name of the spec file and of the generated module: `acme`.
        id: [required text],
        /// The name of the provider: `Acme`.
        name: [required text],
        /// The documentation that errors link to.
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
        /// The client registration endpoint (RFC 7591 §3).
        registration: [optional record Endpoint],
        /// The authorization endpoint (RFC 6749 §3.1).
        authorization: [optional record AuthorizationEndpoint],
        /// The pushed authorization request endpoint (RFC 9126 §2).
        pushed_authorization_request: [optional record Endpoint],
        /// Whether every authorization request must be pushed (RFC 9126 §5).
        require_pushed_authorization_requests: [flag],
        /// The token endpoint (RFC 6749 §3.2).
        token: [optional record Endpoint],
        /// The endpoint for refreshing tokens, if it differs from the token endpoint.
        refresh: [optional record Endpoint],
        /// The revocation endpoint (RFC 7009).
        revocation: [optional record Endpoint],
        /// The introspection endpoint (RFC 7662).
        introspection: [optional record Endpoint],
        /// The device authorization endpoint (RFC 8628 §3.1).
        device_authorization: [optional record Endpoint],
        /// The UserInfo endpoint (OpenID Connect Core §5.3).
        userinfo: [optional record Endpoint],
        /// The URL of the end session endpoint, to which the user's browser is sent (OpenID Connect
        /// RP-Initiated Logout §2), with `{variables}`.
        end_session: [optional text],
        /// The authentication of confidential clients.
        confidential: [optional record ClientType],
        /// The identification of public clients.
        public: [optional record ClientType],
        /// Whether a request is refused whose `User-Agent` does not name the program.
        user_agent: [flag],
        /// Whether PKCE is sent, and how (RFC 7636).
        pkce: [record PkceRules],
        /// The rules of `state`.
        state: [record StateRules],
        /// How the callback deviates from RFC 6749 §4.1.2.
        callback: [record CallbackRules],
        /// The grants that the provider supports.
        grants: [records Grant],
        /// Whether a refresh returns a new refresh token.
        rotation: [word Rotation] = Rotation::Unknown,
        /// Whether a refresh invalidates the old access token.
        ends_access_token: [word Answer] = Answer::Unknown,
        /// How a login requests a refresh token.
        offline: [optional record Offline],
        /// Values of the callback and the token response that are kept with the tokens.
        captures: [records Capture],
        /// The scopes, and how they are joined and parsed.
        scopes: [record ScopeRules],
        /// Documented token lifetimes.
        lifetimes: [records Lifetime],
        /// The format of token responses.
        token_response: [record TokenResponse],
        /// How an access token is sent to the provider's API.
        api: [record Api],
        /// The error codes.
        errors: [table ErrorCode],
        /// Meanings of responses that do not use the standard error codes. The first match applies.
        refusals: [records RefusalRule],
        /// Who logged in, and where that is told.
        user: [optional record UserRules],
        /// The ID tokens, if the provider issues any (OpenID Connect Core §2).
        id_token: [optional record IdTokenRules],
        /// Proofs of possession, if the provider takes any (DPoP, RFC 9449).
        dpop: [optional record DpopRules],
        /// Whether requests may name what the tokens are for (RFC 8707), if that is known.
        resource: [optional word ResourceStatus],
        /// The JWT that holds a login's parameters, if the provider takes one (JAR, RFC 9101).
        request_object: [rare record Assertion],
    }

    /// How tokens are bound to a key of the client's.
    DpopRules {
        /// Whether they must be.
        status: [word DpopStatus] = DpopStatus::Supported,
        /// The algorithms of proofs; empty if unknown.
        algorithms: [words SigningAlgorithm],
    }

    /// Where the claims about a user are told.
    UserRules {
        /// Where a claim is that does not say otherwise.
        from: [word ClaimsFrom] = ClaimsFrom::UserInfo,
        /// The members that contain the user, outermost first; empty if the claims are at the top
        /// level.
        root: [texts],
        /// Who gets the same `sub`.
        unique: [word SubjectScope] = SubjectScope::Unknown,
        /// Requests beside the one to the UserInfo endpoint.
        requests: [records UserRequest],
        /// The claims.
        claims: [records Claim],
    }

    /// A request for claims that the UserInfo endpoint does not tell.
    UserRequest {
        /// The name, which claims refer to.
        name: [required text],
        /// The endpoint. The access token is sent as to the API.
        endpoint: [record Endpoint],
    }

    /// A claim about a user.
    Claim {
        /// The claim.
        name: [required word ClaimName] = ClaimName::Sub,
        /// Where it is told, if not where the others are.
        from: [optional word ClaimsFrom],
        /// The name of the request whose response tells it, if it is one of
        /// [`UserRules::requests`].
        request: [optional text],
        /// The path of the member, joined by dots. `[]` after a name, or alone for the response
        /// itself, means an element of an array.
        path: [text],
        /// Members of that element that must have these values, numbers and booleans as text.
        conditions: [pairs],
        /// A text in which `{path}` stands for a member, such as a URL.
        template: [optional text],
        /// The values of the member that mean yes, if it is a word.
        means_yes: [texts],
        /// A value that holds for every user, if the provider promises one.
        value: [optional text],
    }

    /// The ID tokens of a provider.
    IdTokenRules {
        /// The values of `iss`, with `{variables}`; empty if it is the provider's `issuer`.
        issuers: [texts],
        /// The URL of the keys (RFC 7517 §5), with `{variables}`.
        jwks_uri: [optional text],
        /// The algorithms of signatures; empty if unknown.
        algorithms: [words SigningAlgorithm],
        /// Whether they repeat the `nonce` of the authorization request.
        nonce: [word Nonce] = Nonce::Unknown,
    }

    /// A set of hosts that belong together, such as production or a sandbox.
    Environment {
        /// The name in the spec.
        name: [required text],
        /// The value of each `{host}` in URLs, without a trailing slash; with `{variables}` where each
        /// customer has a host.
        hosts: [pairs],
    }

    /// A `{variable}` of a URL, a parameter or a header.
    Variable {
        /// The name in braces.
        name: [required text],
        /// The kind of value.
        kind: [word VariableKind] = VariableKind::Segment,
        /// The values of a variable of the kind `one_of`.
        values: [texts],
        /// The allowed endings of a variable of the kind `host`, or of the host of a `base_url`:
        /// `.myshop.example`. A variable of the kind `label` may end with one, which is removed.
        suffixes: [texts],
        /// Changes made to a value before it is checked.
        normalize: [words Normalization],
        /// Whether it may be omitted, together with its path segment, parameter or header.
        optional: [flag],
        /// The default value.
        default: [optional text],
    }

    /// The authorization endpoint.
    AuthorizationEndpoint {
        /// The URL, with `{variables}`.
        url: [required text],
        /// Parameters sent in every request.
        parameters: [pairs],
        /// Optional parameters that the caller can set.
        options: [records AuthorizationOption],
        /// Standard parameters that the provider requires.
        requires: [texts],
        /// Standard parameters with another name: the standard name first.
        rename: [pairs],
        /// Standard parameters that are not sent.
        omit: [texts],
        /// The fragment of the URL, if the provider requires one. `{query}` in it stands for the
        /// parameters, which are not in the URL's query then.
        fragment: [optional text],
    }

    /// A parameter of the authorization request that the caller can set.
    AuthorizationOption {
        /// The name as the provider spells it.
        name: [required text],
        /// The allowed values; empty if any value of the type is allowed.
        values: [texts],
        /// The type of its value.
        r#type: [word ParameterType] = ParameterType::Text,
        /// Whether the provider requires it.
        required: [flag],
    }

    /// An endpoint that the client calls itself.
    Endpoint {
        /// The URL, with `{variables}`.
        url: [required text],
        /// The HTTP method.
        method: [word HttpMethod] = HttpMethod::Post,
        /// The accepted encodings of the request body, the preferred one first. Never empty.
        encodings: [words Encoding] = &[Encoding::Form],
        /// The client authentication method of this endpoint, if it differs from the client type's.
        auth: [optional word ClientAuth],
        /// The client authentication of this endpoint, if `auth` is the provider's own method.
        own_auth: [rare record Authentication],
        /// Standard parameters that this endpoint does not accept.
        omit: [texts],
        /// Standard parameters that have another name here: the standard's first.
        rename: [pairs],
        /// Parameters sent in every request.
        parameters: [pairs],
        /// Headers sent in every request.
        headers: [pairs],
        /// The scopes that it requires, all of them.
        scopes: [texts],
        /// The kinds of tokens that a revocation endpoint accepts; empty if it accepts all.
        tokens: [words TokenKind],
        /// How this endpoint answers, where not as the token endpoint does: its members, an envelope,
        /// and how an error is told.
        response: [rare record TokenResponse],
    }

    /// A client type and its authentication (RFC 6749 §2.1).
    ClientType {
        /// The accepted methods, the preferred one first. Never empty.
        auth: [words ClientAuth],
        /// The method that `auth` says is the provider's own.
        own_auth: [rare record Authentication],
        /// The JWT that the methods `private_key_jwt` and `client_secret_jwt` send.
        assertion: [rare record Assertion],
        /// The JWT that is the client secret of a client with a key.
        signed_secret: [rare record Assertion],
        /// Whether TLS connections without a certificate of the client's are refused, whatever else
        /// proves who it is.
        certificate: [flag],
    }

    /// A JWT that the client signs: to prove who it is (RFC 7523 §2.2), as its secret, or to ask for
    /// tokens (RFC 7523 §2.1). Its texts are filled in as [`Template`](crate::Template) says.
    Assertion {
        /// The claim `aud`, as a template, or one of the words of
        /// [`AssertionAudience`](crate::AssertionAudience).
        audience: [text] = "token_endpoint",
        /// The claim `iss`.
        issuer: [text] = "{client_id}",
        /// The claim `sub`. A text whose name has no value is left out.
        subject: [text] = "{client_id}",
        /// The most seconds from `iat` to `exp`.
        lifetime: [optional number],
        /// The accepted algorithms; empty if unknown.
        algorithms: [words SigningAlgorithm],
        /// Header parameters without which it is refused, such as `kid`.
        requires: [texts],
        /// Whether it has the claim `nbf`.
        not_before: [flag],
        /// Further claims.
        claims: [pairs],
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
        /// What proves that the client is who it says.
        proof: [word Proof] = Proof::Sent,
    }

    /// The rules of PKCE.
    PkceRules {
        /// The provider's documented support.
        status: [word Pkce] = Pkce::Unknown,
        /// How the challenge is derived from the verifier.
        challenge: [word ChallengeMethod] = ChallengeMethod::S256,
        /// The clients that send it.
        clients: [word PkceClients] = PkceClients::All,
    }

    /// What is asked of `state`.
    StateRules {
        /// The maximum length in characters. At least 22 are needed for 128 bits.
        max_length: [optional number],
        /// Whether the provider returns it. If not, it is carried in the redirect URI.
        echoed: [flag] = true,
    }

    /// How the callback deviates from RFC 6749 §4.1.2.
    CallbackRules {
        /// The parameter that carries the code.
        code: [text] = "code",
        /// Whether it comes: an administrator's consent or an installation may bring none.
        code_presence: [word Presence] = Presence::Always,
        /// The parameter that brings `state` back.
        state: [text] = "state",
        /// The parameter that carries the error code.
        error: [text] = "error",
        /// The parameter that carries the error description.
        error_description: [text] = "error_description",
        /// How the callback is signed.
        signature: [optional word CallbackSignature],
    }

    /// A grant, and how its token request deviates from the standard.
    Grant {
        /// The kind of grant.
        kind: [required word GrantKind] = GrantKind::Extension,
        /// The name of an extension grant; empty for a standard grant.
        name: [text],
        /// The value of `grant_type`, if it is not the standard one; empty if it is not sent.
        grant_type: [optional text],
        /// Parameters that are always sent.
        parameters: [pairs],
        /// Standard parameters with another name in this grant: the standard name first.
        rename: [pairs],
        /// Parameters that the caller provides, as the provider spells them.
        arguments: [texts],
        /// Parameters that the caller may provide, as the provider spells them.
        options: [texts],
        /// Standard parameters without which a request is refused.
        requires: [texts],
        /// The JWT that the client signs and sends as the parameter `assertion` (RFC 7523 §2.1), in
        /// whose claims `{scope}` stands for the scopes that are asked for.
        assertion: [rare record Assertion],
        /// Whether a refresh request repeats the granted scopes, which RFC 6749 §6 does not
        /// require.
        repeats_scope: [flag],
        /// Whether a refresh request repeats `redirect_uri`, which RFC 6749 §6 does not have.
        repeats_redirect_uri: [flag],
        /// The endpoint, if it is not the token endpoint.
        endpoint: [rare record Endpoint],
        /// The format of this grant's responses, if it differs from the others.
        token_response: [rare record TokenResponse],
    }

    /// How a login requests a refresh token.
    Offline {
        /// Parameters of the authorization request.
        parameters: [pairs],
        /// Scopes.
        scopes: [texts],
    }

    /// A value that is kept with the tokens.
    Capture {
        /// The name among the extras of the token set.
        name: [required text],
        /// The source of the value.
        from: [word CaptureFrom] = CaptureFrom::Token,
        /// The callback's parameter, or the path of members in the token response, joined by dots.
        path: [required text],
        /// Whether a response without it is an error.
        required: [flag],
        /// Whether it is a token or another secret, such as the URL of a webhook.
        secret: [flag],
        /// The parameter of the token request that sends it, if any.
        relay: [optional text],
        /// The URL variable that it sets, if any.
        variable: [optional text],
        /// The allowed hosts, if it names a host: `example.com` itself, or `*.example.com` for any
        /// below it. Checked before any request.
        allowed_hosts: [texts],
    }

    /// The scopes, and how they are joined and parsed.
    ScopeRules {
        /// The accepted separators between scopes in requests, the preferred one first. Never
        /// empty.
        request_separators: [words Separator] = &[Separator::Space],
        /// The separator between scopes in responses.
        response_separator: [word Separator] = Separator::Space,
        /// What a request without scopes grants.
        omitted: [word OmittedScope] = OmittedScope::Unknown,
        /// Whether the provider has scopes beyond `values`.
        partial: [flag],
        /// The scopes, in the provider's order.
        values: [table Scope],
        /// Scopes that the provider requires for every login. They are always sent.
        required: [texts],
        /// Pairs of scopes that no request may combine.
        exclusions: [pairs],
        /// Scopes that are requested in a separate parameter.
        groups: [records ScopeGroup],
    }

    /// A scope.
    Scope {
        /// As the provider spells it.
        name: [required text],
        /// The permission that it grants.
        description: [text],
        /// The heading in the provider's documentation.
        category: [optional text],
        /// What to use instead, if it is deprecated.
        deprecated: [optional text],
    }

    /// Scopes that are asked for in a parameter of their own.
    ScopeGroup {
        /// The parameter of the authorization request.
        parameter: [required text],
        /// The separator.
        separator: [word Separator] = Separator::Space,
        /// The scopes.
        values: [table Scope],
    }

    /// The lifetime of a token.
    Lifetime {
        /// The kind of token.
        of: [required word LifetimeOf] = LifetimeOf::AccessToken,
        /// The client type; all types if none is given.
        client: [optional word ClientKind],
        /// The lifetime in seconds.
        seconds: [required number],
        /// Whether an access token lives that long where its response has no `expires_in`
        /// (RFC 6749 §5.1).
        assumed: [flag],
    }

    /// Where else a standard member of a response is.
    Elsewhere {
        /// The standard name of the member.
        member: [required text],
        /// The paths that count if it is not at the first one, joined by dots each. The first that
        /// is there counts.
        paths: [texts],
    }

    /// How the token endpoint answers.
    TokenResponse {
        /// The format of the body, whatever its `Content-Type`.
        format: [word ResponseFormat] = ResponseFormat::Json,
        /// Whether `scope` may be a JSON array of scopes.
        scope_array: [flag],
        /// Whether `token_type` may be anything, since it does not determine how the token is sent
        /// (RFC 6749 §7.1).
        any_token_type: [flag],
        /// The members that contain the tokens, outermost first; empty if they are at the top
        /// level.
        root: [texts],
        /// Standard members with another name, or a path joined by dots: the standard name first.
        rename: [pairs],
        /// Standard members that are found in several places. If the access token is one of them and
        /// is at its first place, so are the others.
        elsewhere: [records Elsewhere],
        /// The meaning of the number in `expires_in`.
        expiry: [word Expiry] = Expiry::Seconds,
        /// The member with the expiry of the refresh token.
        refresh_expiry: [rare record RefreshExpiry],
        /// How to distinguish an error from a success, besides the status and `error`.
        error: [rare record ErrorRule],
        /// The documented members.
        members: [table ResponseMember],
    }

    /// The member that says when the refresh token expires.
    RefreshExpiry {
        /// The member.
        member: [required text],
        /// The meaning of its value.
        expiry: [word Expiry] = Expiry::Seconds,
    }

    /// A documented member of the token response.
    ResponseMember {
        /// The standard name.
        name: [required text],
        /// Whether it is present.
        presence: [word Presence] = Presence::Optional,
    }

    /// How to distinguish an error from a success.
    ErrorRule {
        /// The path of the deciding member, joined by dots. `[]` after a name means the first
        /// element of an array that contains the rest of the path.
        member: [required text],
        /// The values that mean success, as JSON, or `absent`.
        success: [texts],
        /// The path of the error code.
        code: [required text],
        /// The path of the description; empty if there is none.
        description: [text],
    }

    /// How an access token is sent to the provider's API.
    Api {
        /// The URL to which paths are appended, with `{variables}`.
        url: [optional text],
        /// The header that carries the token, in lower case; empty if a query parameter does.
        header: [text] = "authorization",
        /// The query parameter that carries the token; empty if a header does.
        query: [text],
        /// The prefix of the token: `"Bearer "`, nothing, or a text that is filled in as
        /// [`Template`](crate::Template) says.
        prefix: [text] = "Bearer ",
        /// Headers sent with the token.
        headers: [pairs],
        /// Parameters that every call has in its query.
        parameters: [pairs],
    }

    /// An error code of the provider, and what to do about it.
    ErrorCode {
        /// The value of `error`.
        code: [required text],
        /// What to do about it.
        hint: [text],
        /// The HTTP status of the response.
        status: [optional number],
    }

    /// The meaning of a response that does not use a standard error code.
    RefusalRule {
        /// The operations, by the names of grants and endpoints; empty for any.
        operations: [texts],
        /// The HTTP status, if it matters.
        status: [optional number],
        /// The codes, of which the response has one; empty if it has none.
        codes: [texts],
        /// Whether the response may have any code or none.
        any_code: [flag],
        /// The standard error code, or `success`, for a token that was revoked before.
        means: [required text],
    }
}

/// What stands in [`AuthorizationEndpoint::fragment`] for the parameters of the request.
pub const IN_FRAGMENT: &str = "{query}";

/// The parameters of a request whose URL has this fragment, where the description has `template` for it.
#[must_use]
pub fn query_in_fragment<'f>(template: &str, fragment: &'f str) -> Option<&'f str> {
    let (before, after) = template.split_once(IN_FRAGMENT)?;
    fragment.strip_prefix(before)?.strip_suffix(after)
}

impl Provider {
    /// The grant of this kind, if the provider supports it. For extension grants, see
    /// [`Provider::extension`].
    #[must_use]
    pub fn grant(&self, kind: GrantKind) -> Option<&'static Grant> {
        self.grants.iter().find(|grant| grant.kind == kind)
    }

    /// Whether the description has a variable of this name.
    #[must_use]
    pub fn has_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }

    /// Whether the description has a scope of this name.
    #[must_use]
    pub fn has_scope(&self, name: &str) -> bool {
        let rules = &self.scopes;
        let groups = rules.groups.iter().map(|group| group.values);
        let mut values = groups.chain([rules.values]).flat_map(ScopeTable::names);
        let offline = self.offline.iter().flat_map(|offline| offline.scopes);
        let mut further = rules.required.iter().chain(offline);
        values.any(|scope| scope == name) || further.any(|scope| *scope == name)
    }

    /// The extension grant of this name.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&'static Grant> {
        let mut extensions = self.grants.iter();
        extensions.find(|grant| grant.kind == GrantKind::Extension && grant.name == name)
    }
}

impl TokenResponse {
    /// Whether it has no access token, since what was asked for prolongs the one that there is.
    #[must_use]
    pub fn prolongs(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|one| one.name == "access_token" && one.presence == Presence::Never)
    }
}

impl RefusalRule {
    /// The value of [`RefusalRule::means`] for a token that was revoked before.
    pub const SUCCESS: &'static str = "success";
}

impl Grant {
    /// The value of `grant_type`, or `None` if the parameter is not sent.
    #[must_use]
    pub fn grant_type(&self) -> Option<&'static str> {
        self.grant_type
            .or(self.kind.standard_grant_type())
            .filter(|grant_type| !grant_type.is_empty())
    }
}

impl GrantKind {
    /// The standard value of `grant_type`, or `None` for an extension grant.
    #[must_use]
    pub const fn standard_grant_type(self) -> Option<&'static str> {
        match self {
            Self::AuthorizationCode => Some("authorization_code"),
            Self::RefreshToken => Some("refresh_token"),
            Self::ClientCredentials => Some("client_credentials"),
            Self::DeviceCode => Some(crate::urn::DEVICE_CODE),
            Self::Extension => None,
        }
    }
}
