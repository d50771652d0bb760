//! The closed sets of words.

use crate::macros::words;

words! {
    /// The kind of a URL variable.
    VariableKind {
        /// One of `values`, as a whole path segment or a part of the host.
        OneOf = "one_of",
        /// An `https` URL of the caller, with which the endpoint's URL starts. Its host ends with one
        /// of `suffixes`, if there are any.
        BaseUrl = "base_url",
        /// A whole host name. It ends with one of `suffixes`, if there are any.
        Host = "host",
        /// One label of a host name or a part of one: letters, digits and hyphens.
        Label = "label",
        /// One path segment.
        Segment = "segment",
        /// Any text. It stands in parameters and headers, and in no URL.
        Text = "text",
        /// Any text that nobody may see, such as a subscription key. It stands in what the client
        /// sends itself, and in no URL.
        Secret = "secret",
    }
}

impl VariableKind {
    /// Whether any text may stand for it, which therefore is a part of no URL.
    #[must_use]
    pub const fn is_of_text(self) -> bool {
        matches!(self, Self::Text | Self::Secret)
    }
}

words! {
    /// What is done to a value before it is checked and becomes a part of a host.
    Normalization {
        /// Capital letters become small ones.
        Lowercase = "lowercase",
        /// Underscores become hyphens.
        Hyphens = "hyphens",
        /// A URL is reduced to its host.
        Url = "url",
    }
}

words! {
    /// The method of a request to an endpoint.
    HttpMethod {
        /// `GET`.
        Get = "GET",
        /// `POST`, the standard.
        Post = "POST",
        /// `DELETE`.
        Delete = "DELETE",
    }
}

words! {
    /// The encoding of a request's parameters.
    Encoding {
        /// `application/x-www-form-urlencoded`, the standard (RFC 6749 appendix B).
        Form = "form",
        /// One JSON object.
        Json = "json",
        /// The URL's query. Secrets in it are redacted when the URL is shown.
        Query = "query",
    }
}

words! {
    /// The type of a parameter's value.
    ParameterType {
        /// Any text.
        Text = "text",
        /// A whole number.
        Integer = "integer",
        /// `true` or `false`.
        Boolean = "boolean",
        /// JSON, such as `authorization_details` (RFC 9396 §2).
        Json = "json",
    }
}

words! {
    /// The name of a client authentication method (RFC 7591 §2). What is sent is said by the
    /// [`Authentication`](crate::Authentication) of that name.
    ClientAuth {
        /// HTTP Basic, id and secret form-encoded first (RFC 6749 §2.3.1).
        Basic = "client_secret_basic",
        /// HTTP Basic with id and secret unencoded, contrary to RFC 6749 §2.3.1.
        BasicRaw = "client_secret_basic_raw",
        /// `client_id` and `client_secret` in the body.
        Post = "client_secret_post",
        /// `client_id` in the body, and no secret.
        None = "none",
        /// HTTP Basic, with `client_id` in the body as well.
        BasicWithId = "client_secret_basic_with_id",
        /// `Authorization: Bearer` with the client's secret.
        BearerSecret = "bearer_secret",
        /// `Authorization: Bearer` with the access token that the request is about.
        AccessToken = "access_token",
        /// A JWT that the client signs with its own key (OpenID Connect Core §9, RFC 7523 §2.2).
        PrivateKeyJwt = "private_key_jwt",
        /// A JWT whose signature is an HMAC keyed with the client's secret (OpenID Connect Core §9).
        ClientSecretJwt = "client_secret_jwt",
        /// A TLS certificate that an authority has issued (RFC 8705 §2.1).
        TlsClientAuth = "tls_client_auth",
        /// A TLS certificate of the client's own making (RFC 8705 §2.2).
        SelfSignedTlsClientAuth = "self_signed_tls_client_auth",
        /// Nothing identifies the client.
        Nothing = "nothing",
        /// A way of the provider's own, of which the description holds the record.
        Own = "own",
    }
}

words! {
    /// What a client proves who it is with.
    Proof {
        /// What is sent: a secret, or nothing.
        Sent = "sent",
        /// A JWT that the client signs with its own key.
        Signature = "signature",
        /// A JWT whose signature is an HMAC keyed with the client's secret.
        Mac = "mac",
        /// A TLS certificate that an authority has issued.
        Certificate = "certificate",
        /// A TLS certificate of the client's own making.
        OwnCertificate = "own_certificate",
    }
}

words! {
    /// Whom a JWT is for that the client signs.
    AssertionAudience {
        /// The URL of the token endpoint (RFC 7523 §3).
        TokenEndpoint = "token_endpoint",
        /// The issuer identifier of the provider.
        Issuer = "issuer",
        /// The host of the token endpoint, without a scheme.
        Host = "host",
    }
}

words! {
    /// A client type (RFC 6749 §2.1).
    ClientKind {
        /// A client that can keep a secret.
        Confidential = "confidential",
        /// A client that cannot keep a secret, such as a mobile app.
        Public = "public",
    }
}

words! {
    /// The kind of a token.
    TokenKind {
        /// An access token.
        AccessToken = "access_token",
        /// A refresh token.
        RefreshToken = "refresh_token",
    }
}

words! {
    /// What expires.
    LifetimeOf {
        /// The access token.
        AccessToken = "access_token",
        /// The refresh token.
        RefreshToken = "refresh_token",
        /// The authorization code.
        AuthorizationCode = "authorization_code",
    }
}

words! {
    /// A grant.
    GrantKind {
        /// Authorization code: a user logs in with a browser (RFC 6749 §4.1).
        AuthorizationCode = "authorization_code",
        /// Refresh token: it is exchanged for new tokens (RFC 6749 §6).
        RefreshToken = "refresh_token",
        /// Client credentials: the client acts for itself (RFC 6749 §4.4).
        ClientCredentials = "client_credentials",
        /// Device authorization: a user logs in for a device without a browser (RFC 8628).
        DeviceCode = "device_code",
        /// Extension grant: one of the provider's own (RFC 6749 §4.5).
        Extension = "extension",
    }
}

words! {
    /// The provider's support for PKCE (RFC 7636).
    Pkce {
        /// The provider requires it.
        Required = "required",
        /// The provider documents it and does not require it of every client.
        Optional = "optional",
        /// It is not documented, but the provider's own software sends it.
        Undocumented = "undocumented",
        /// The documentation does not say. It is sent, since servers ignore unknown parameters (RFC
        /// 6749 §3.1).
        Unknown = "unknown",
        /// It breaks the login, so it is never sent.
        Unsupported = "unsupported",
    }
}

impl Pkce {
    /// Whether the challenge and the verifier are sent.
    #[must_use]
    pub const fn is_sent(self) -> bool {
        !matches!(self, Pkce::Unsupported)
    }
}

words! {
    /// How the PKCE challenge is derived from the verifier.
    ChallengeMethod {
        /// SHA-256, base64url (RFC 7636 §4.2).
        S256 = "S256",
        /// SHA-256 as hexadecimal digits, sent as `S256`.
        S256Hex = "S256_hex",
        /// The verifier itself, if the provider supports nothing better.
        Plain = "plain",
    }
}

words! {
    /// The clients that send PKCE.
    PkceClients {
        /// All clients.
        All = "all",
        /// Public clients only.
        Public = "public",
    }
}

words! {
    /// Whether a refresh returns a new refresh token.
    Rotation {
        /// Each refresh does.
        Always = "always",
        /// Some refreshes do.
        Sometimes = "sometimes",
        /// No: the first one stays valid.
        Never = "never",
        /// The documentation does not say.
        Unknown = "unknown",
    }
}

words! {
    /// A yes or no that documentation may leave open.
    Answer {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// The documentation does not say.
        Unknown = "unknown",
    }
}

words! {
    /// The separator between scopes.
    Separator {
        /// A space, the standard (RFC 6749 §3.3).
        Space = "space",
        /// A comma.
        Comma = "comma",
        /// A plus.
        Plus = "plus",
        /// A semicolon.
        Semicolon = "semicolon",
        /// A colon.
        Colon = "colon",
        /// A vertical bar.
        Pipe = "pipe",
    }
}

impl Separator {
    /// The character, as a text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Space => " ",
            Self::Comma => ",",
            Self::Plus => "+",
            Self::Semicolon => ";",
            Self::Colon => ":",
            Self::Pipe => "|",
        }
    }
}

words! {
    /// What a request without `scope` means.
    OmittedScope {
        /// It requests every scope that the client is registered for.
        AllRegistered = "all_registered",
        /// It requests the provider's default scopes.
        Default = "default",
        /// The provider refuses it.
        Refused = "refused",
        /// The documentation does not say.
        Unknown = "unknown",
    }
}

words! {
    /// How a callback is signed with the client's secret.
    CallbackSignature {
        /// `hmac`: HMAC-SHA256 in hexadecimal digits over the other decoded pairs, sorted by name
        /// and joined by `=` and `&`.
        HmacSha256Hex = "hmac_sha256_hex",
    }
}

words! {
    /// The source of a captured value.
    CaptureFrom {
        /// A parameter of the callback.
        Callback = "callback",
        /// A member of the token response.
        Token = "token",
    }
}

words! {
    /// The format of a response's body.
    ResponseFormat {
        /// A JSON object, the standard (RFC 6749 §5.1).
        Json = "json",
        /// Form-encoded pairs.
        Form = "form",
    }
}

words! {
    /// The meaning of an expiry value.
    Expiry {
        /// Seconds from now, the standard.
        Seconds = "seconds",
        /// Milliseconds from now.
        Milliseconds = "milliseconds",
        /// Seconds since 1970.
        UnixSeconds = "unix_seconds",
        /// Milliseconds since 1970.
        UnixMilliseconds = "unix_milliseconds",
        /// A date and time as in RFC 3339.
        DateTime = "date_time",
    }
}

words! {
    /// Whether a member is present in responses.
    Presence {
        /// In every response.
        Always = "always",
        /// In some responses.
        Optional = "optional",
        /// In no response.
        Never = "never",
    }
}

words! {
    /// Where the claims of a user are told.
    ClaimsFrom {
        /// The response of the UserInfo endpoint (OpenID Connect Core §5.3.2).
        UserInfo = "userinfo",
        /// The ID token (OpenID Connect Core §2).
        IdToken = "id_token",
        /// The token response, and what was captured of the callback.
        TokenResponse = "token_response",
    }
}

words! {
    /// A claim about a user, by its name in OpenID Connect Core §5.1.
    ClaimName {
        /// The stable identifier of the user at the provider.
        Sub = "sub",
        /// The full name.
        Name = "name",
        /// The given name.
        GivenName = "given_name",
        /// The family name.
        FamilyName = "family_name",
        /// The name by which the user is known there, which may change.
        PreferredUsername = "preferred_username",
        /// The e-mail address.
        Email = "email",
        /// Whether the e-mail address belongs to the user.
        EmailVerified = "email_verified",
        /// The URL of a picture.
        Picture = "picture",
        /// The locale, as in `en-US`.
        Locale = "locale",
        /// The URL of the user's page.
        Profile = "profile",
        /// The time zone, as in `Europe/Paris`.
        Zoneinfo = "zoneinfo",
    }
}

words! {
    /// Who gets the same `sub` for a user.
    SubjectScope, non_exhaustive {
        /// Every client.
        Provider = "provider",
        /// One client: another client gets another (OpenID Connect Core §8.1).
        Client = "client",
        /// One workspace, tenant or installation: the same text may mean another user in the next.
        Team = "team",
        /// The documents do not say.
        Unknown = "unknown",
    }
}

words! {
    /// Whether ID tokens repeat the `nonce` of the authorization request (OpenID Connect Core
    /// §3.1.2.1).
    Nonce {
        /// They do, so it is sent and compared.
        Repeated = "repeated",
        /// They do not, so it is not sent.
        Unsupported = "unsupported",
        /// The documents do not say, so it is not sent.
        Unknown = "unknown",
    }
}

words! {
    /// Whether tokens may be bound to a key of the client's (DPoP, RFC 9449).
    DpopStatus {
        /// A client may ask for that.
        Supported = "supported",
        /// Every client must.
        Required = "required",
    }
}

words! {
    /// Whether requests may name what the tokens are for (RFC 8707).
    ResourceStatus {
        /// They may.
        Supported = "supported",
        /// One that does is refused.
        Refused = "refused",
    }
}

words! {
    /// The algorithm of a signature (RFC 7518 §3.1, RFC 8037).
    SigningAlgorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PKCS1-v1_5 with SHA-384.
        Rs384 = "RS384",
        /// RSASSA-PKCS1-v1_5 with SHA-512.
        Rs512 = "RS512",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// RSASSA-PSS with SHA-384.
        Ps384 = "PS384",
        /// RSASSA-PSS with SHA-512.
        Ps512 = "PS512",
        /// ECDSA with P-256 and SHA-256.
        Es256 = "ES256",
        /// ECDSA with P-384 and SHA-384.
        Es384 = "ES384",
        /// EdDSA with Ed25519.
        EdDsa = "EdDSA",
        /// HMAC with SHA-256, keyed with the client secret (OpenID Connect Core §10.1).
        Hs256 = "HS256",
        /// HMAC with SHA-384, keyed with the client secret.
        Hs384 = "HS384",
        /// HMAC with SHA-512, keyed with the client secret.
        Hs512 = "HS512",
    }
}

impl SigningAlgorithm {
    /// Whether the client's secret is the key, and no key pair.
    #[must_use]
    pub const fn is_of_secret(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}
