//! The closed sets of words.

use crate::macros::words;

words! {
    /// What may stand for a variable.
    VariableKind {
        /// One of `values`, as a whole path segment or a part of the host.
        OneOf = "one_of",
        /// An `https` URL of the caller, which opens the endpoint's URL.
        BaseUrl = "base_url",
        /// A whole host name, which ends with one of `suffixes` if there are any.
        Host = "host",
        /// One label of a host name: letters, digits and hyphens.
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
    /// How the parameters of a request are written into its body.
    Encoding {
        /// `application/x-www-form-urlencoded`, the standard (RFC 6749 appendix B).
        Form = "form",
        /// One JSON object.
        Json = "json",
        /// Pairs of the URL's query. A secret in it is redacted wherever the URL is shown.
        Query = "query",
    }
}

words! {
    /// What kind of value a parameter has.
    ParameterType {
        /// Any text.
        Text = "text",
        /// A whole number.
        Integer = "integer",
        /// `true` or `false`.
        Boolean = "boolean",
    }
}

words! {
    /// The name of a client authentication method (RFC 7591 §2). What is sent is said by the
    /// [`Authentication`](crate::Authentication) of that name.
    ClientAuth {
        /// HTTP Basic, id and secret form-encoded first (RFC 6749 §2.3.1).
        Basic = "client_secret_basic",
        /// HTTP Basic over id and secret as they are, which is not what RFC 6749 §2.3.1 says.
        BasicRaw = "client_secret_basic_raw",
        /// `client_id` and `client_secret` in the body.
        Post = "client_secret_post",
        /// `client_id` in the body, and no secret.
        None = "none",
        /// HTTP Basic, and `client_id` in the body as well.
        BasicWithId = "client_secret_basic_with_id",
        /// `Authorization: Bearer` with the client's secret.
        BearerSecret = "bearer_secret",
        /// `Authorization: Bearer` with the access token that the request is about.
        AccessToken = "access_token",
        /// Nothing identifies the client.
        Nothing = "nothing",
        /// A way of the provider's own, of which the description holds the record.
        Own = "own",
    }
}

words! {
    /// A client type (RFC 6749 §2.1).
    ClientKind {
        /// Keeps a secret.
        Confidential = "confidential",
        /// Cannot keep one.
        Public = "public",
    }
}

words! {
    /// What a token is for.
    TokenKind {
        /// Calls of the API.
        AccessToken = "access_token",
        /// New access tokens.
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
    /// A way to get tokens.
    GrantKind {
        /// A user logs in with the browser (RFC 6749 §4.1).
        AuthorizationCode = "authorization_code",
        /// A refresh token gives a new access token (RFC 6749 §6).
        RefreshToken = "refresh_token",
        /// The client acts for itself (RFC 6749 §4.4).
        ClientCredentials = "client_credentials",
        /// A user logs in for a device without a browser (RFC 8628).
        DeviceCode = "device_code",
        /// A grant of the provider's own (RFC 6749 §4.5).
        Extension = "extension",
    }
}

words! {
    /// What the provider says of PKCE (RFC 7636).
    Pkce {
        /// Refuses an authorization request without it.
        Required = "required",
        /// Documented, and not asked of everybody.
        Optional = "optional",
        /// Not documented; the provider's own software sends it.
        Undocumented = "undocumented",
        /// The documents do not say. Sent, as RFC 6749 §3.1 has unknown parameters ignored.
        Unknown = "unknown",
        /// Breaks the flow, so it is never sent.
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
    /// How the PKCE challenge is made of the verifier.
    ChallengeMethod {
        /// SHA-256, base64url (RFC 7636 §4.2).
        S256 = "S256",
        /// SHA-256 as hexadecimal digits, sent as `S256`.
        S256Hex = "S256_hex",
        /// The verifier itself, where the provider knows nothing better.
        Plain = "plain",
    }
}

words! {
    /// Which clients send PKCE.
    PkceClients {
        /// Every one.
        All = "all",
        /// Public ones only.
        Public = "public",
    }
}

words! {
    /// Whether a refresh gives a new refresh token.
    Rotation {
        /// With each refresh.
        Always = "always",
        /// With some.
        Sometimes = "sometimes",
        /// The first one stays.
        Never = "never",
        /// The documents do not say.
        Unknown = "unknown",
    }
}

words! {
    /// An answer that documents may leave open.
    Answer {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// The documents do not say.
        Unknown = "unknown",
    }
}

words! {
    /// What stands between two scopes.
    Separator {
        /// A space, as RFC 6749 §3.3 says.
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
    /// What a request without `scope` asks for.
    OmittedScope {
        /// Every scope that the client is registered for.
        AllRegistered = "all_registered",
        /// The provider's default scopes.
        Default = "default",
        /// The request is refused.
        Refused = "refused",
        /// The documents do not say.
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
    /// Where a captured value comes from.
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
    /// What a number that tells an expiry means.
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
    /// Whether a member is in a response.
    Presence {
        /// In every one.
        Always = "always",
        /// In some.
        Optional = "optional",
        /// In none.
        Never = "never",
    }
}
