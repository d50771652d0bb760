//! The operations of a client. Methods, documentation, examples, tests and the fake are all derived
//! from this list.

use crate::macros::words;
use crate::{ClientAuth, ClientKind, Grant, GrantKind, Presence, TokenKind};

words! {
    /// An endpoint of a provider.
    EndpointKind, non_exhaustive {
        /// Client registration endpoint (RFC 7591 §3).
        Registration = "registration",
        /// Authorization endpoint, to which the user's browser is sent (RFC 6749 §3.1).
        Authorization = "authorization",
        /// Pushed authorization request endpoint (RFC 9126 §2).
        PushedAuthorizationRequest = "pushed_authorization_request",
        /// Token endpoint (RFC 6749 §3.2).
        Token = "token",
        /// Endpoint for refreshing tokens, if it differs from the token endpoint.
        Refresh = "refresh",
        /// Token revocation endpoint (RFC 7009).
        Revocation = "revocation",
        /// Token introspection endpoint (RFC 7662).
        Introspection = "introspection",
        /// Device authorization endpoint (RFC 8628 §3.1).
        DeviceAuthorization = "device_authorization",
        /// UserInfo endpoint (OpenID Connect Core §5.3).
        UserInfo = "userinfo",
        /// The keys that ID tokens are signed with (RFC 7517 §5).
        Jwks = "jwks",
        /// What the server tells of itself (RFC 8414, OpenID Connect Discovery).
        Metadata = "metadata",
        /// The provider's API.
        Api = "api",
    }
}

impl EndpointKind {
    /// The name in prose: `token`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Authorization => "authorization",
            Self::PushedAuthorizationRequest => "pushed authorization request",
            Self::Token => "token",
            Self::Refresh => "refresh",
            Self::Revocation => "revocation",
            Self::Introspection => "introspection",
            Self::DeviceAuthorization => "device authorization",
            Self::UserInfo => "UserInfo",
            Self::Jwks => "JWKS",
            Self::Metadata => "metadata",
            Self::Api => "API",
        }
    }

    /// The metadata member with its URL (RFC 8414 §2, OpenID Connect Discovery §3).
    #[must_use]
    pub const fn metadata_member(self) -> Option<&'static str> {
        match self {
            Self::Registration => Some("registration_endpoint"),
            Self::Authorization => Some("authorization_endpoint"),
            Self::PushedAuthorizationRequest => Some("pushed_authorization_request_endpoint"),
            Self::Token => Some("token_endpoint"),
            Self::Revocation => Some("revocation_endpoint"),
            Self::Introspection => Some("introspection_endpoint"),
            Self::DeviceAuthorization => Some("device_authorization_endpoint"),
            Self::UserInfo => Some("userinfo_endpoint"),
            Self::Jwks => Some("jwks_uri"),
            Self::Refresh | Self::Metadata | Self::Api => None,
        }
    }
}

impl std::fmt::Display for EndpointKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())?;
        match self {
            Self::Api => Ok(()),
            _ => formatter.write_str(" endpoint"),
        }
    }
}

words! {
    /// An operation of a client, in the order of the documentation.
    OperationKind {
        /// Registers the program as a client (RFC 7591 §3).
        Register = "register",
        /// Sends the parameters of a login to the provider, before the browser (RFC 9126 §2.1).
        PushAuthorization = "push_authorization",
        /// Sends the user's browser to the provider (RFC 6749 §4.1.1).
        Authorize = "authorize",
        /// Exchanges the callback's code for tokens (RFC 6749 §4.1.3).
        ExchangeCode = "exchange_code",
        /// Refreshes tokens (RFC 6749 §6).
        Refresh = "refresh",
        /// Requests tokens for the client itself (RFC 6749 §4.4).
        ClientCredentials = "client_credentials",
        /// Starts a login on a device (RFC 8628 §3.1).
        AuthorizeDevice = "device_authorization",
        /// Polls for the device user's decision (RFC 8628 §3.4).
        PollDevice = "device_poll",
        /// Requests tokens with an extension grant (RFC 6749 §4.5).
        Extension = "extension",
        /// Revokes an access token (RFC 7009).
        RevokeAccessToken = "revoke_access_token",
        /// Revokes a refresh token (RFC 7009).
        RevokeRefreshToken = "revoke_refresh_token",
        /// Introspects a token (RFC 7662).
        Introspect = "introspect",
        /// Requests the user's claims (OpenID Connect Core §5.3).
        UserInfo = "user_info",
        /// Calls the provider's API (RFC 6750).
        CallApi = "api_call",
    }
}

impl OperationKind {
    /// The grant that it belongs to.
    #[must_use]
    pub const fn grant(self) -> Option<GrantKind> {
        match self {
            Self::PushAuthorization | Self::Authorize | Self::ExchangeCode => {
                Some(GrantKind::AuthorizationCode)
            }
            Self::Refresh => Some(GrantKind::RefreshToken),
            Self::ClientCredentials => Some(GrantKind::ClientCredentials),
            Self::AuthorizeDevice | Self::PollDevice => Some(GrantKind::DeviceCode),
            Self::Extension => Some(GrantKind::Extension),
            Self::Register
            | Self::RevokeAccessToken
            | Self::RevokeRefreshToken
            | Self::Introspect
            | Self::UserInfo
            | Self::CallApi => None,
        }
    }

    /// The kind of token that it needs.
    #[must_use]
    pub const fn takes(self) -> Option<TokenKind> {
        match self {
            Self::Refresh | Self::RevokeRefreshToken => Some(TokenKind::RefreshToken),
            Self::RevokeAccessToken | Self::Introspect | Self::UserInfo | Self::CallApi => {
                Some(TokenKind::AccessToken)
            }
            Self::Register
            | Self::PushAuthorization
            | Self::Authorize
            | Self::ExchangeCode
            | Self::ClientCredentials
            | Self::AuthorizeDevice
            | Self::PollDevice
            | Self::Extension => None,
        }
    }

    /// Whether its response has tokens.
    #[must_use]
    pub const fn gives_tokens(self) -> bool {
        match self {
            Self::ExchangeCode
            | Self::Refresh
            | Self::ClientCredentials
            | Self::PollDevice
            | Self::Extension => true,
            Self::Register
            | Self::PushAuthorization
            | Self::Authorize
            | Self::AuthorizeDevice
            | Self::RevokeAccessToken
            | Self::RevokeRefreshToken
            | Self::Introspect
            | Self::UserInfo
            | Self::CallApi => false,
        }
    }

    /// How well it serves to get a first token, 0 being best; `None` where it gives none or takes one.
    /// A user's token reaches more than the client's own, and a grant of the standard asks for
    /// nothing that only the provider's documents explain.
    const fn rank(self) -> Option<u8> {
        match self {
            Self::ExchangeCode => Some(0),
            Self::PollDevice => Some(1),
            Self::ClientCredentials => Some(2),
            Self::Extension => Some(3),
            Self::Register
            | Self::PushAuthorization
            | Self::Authorize
            | Self::Refresh
            | Self::AuthorizeDevice
            | Self::RevokeAccessToken
            | Self::RevokeRefreshToken
            | Self::Introspect
            | Self::UserInfo
            | Self::CallApi => None,
        }
    }

    /// Whether a client of this type may use it. The client credentials grant requires a
    /// confidential client (RFC 6749 §4.4).
    #[must_use]
    pub const fn is_for(self, client: ClientKind) -> bool {
        match (self, client) {
            (Self::ClientCredentials, client) => matches!(client, ClientKind::Confidential),
            (
                Self::Register
                | Self::PushAuthorization
                | Self::Authorize
                | Self::ExchangeCode
                | Self::Refresh
                | Self::AuthorizeDevice
                | Self::PollDevice
                | Self::Extension
                | Self::RevokeAccessToken
                | Self::RevokeRefreshToken
                | Self::Introspect
                | Self::UserInfo
                | Self::CallApi,
                _,
            ) => true,
        }
    }
}

/// An operation of one provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The kind of operation.
    pub kind: OperationKind,
    /// The endpoint of its request. A grant with its own endpoint counts as using the token
    /// endpoint.
    pub endpoint: EndpointKind,
    /// The index of its grant among the provider's.
    pub grant: Option<usize>,
}

/// What follows from a description in either form.
macro_rules! followed {
    ($provider:ty, $grant:ty, $endpoint:ty) => {
        impl $provider {
            /// Every operation, in the order of [`OperationKind`] and of the grants.
            #[must_use]
            pub fn operations(&self) -> Vec<Operation> {
                let kinds = OperationKind::ALL.iter();
                kinds.flat_map(|kind| self.operations_of(*kind)).collect()
            }

            fn operations_of(&self, kind: OperationKind) -> Vec<Operation> {
                let endpoint = match kind {
                    OperationKind::Register => EndpointKind::Registration,
                    OperationKind::PushAuthorization => EndpointKind::PushedAuthorizationRequest,
                    OperationKind::Authorize => EndpointKind::Authorization,
                    OperationKind::Refresh if self.refresh.is_some() => EndpointKind::Refresh,
                    OperationKind::ExchangeCode
                    | OperationKind::Refresh
                    | OperationKind::ClientCredentials
                    | OperationKind::PollDevice
                    | OperationKind::Extension => EndpointKind::Token,
                    OperationKind::AuthorizeDevice => EndpointKind::DeviceAuthorization,
                    OperationKind::RevokeAccessToken | OperationKind::RevokeRefreshToken => {
                        EndpointKind::Revocation
                    }
                    OperationKind::Introspect => EndpointKind::Introspection,
                    OperationKind::UserInfo => EndpointKind::UserInfo,
                    OperationKind::CallApi => EndpointKind::Api,
                };
                let one = |grant| Operation {
                    kind,
                    endpoint,
                    grant,
                };
                let has_code = self.callback.code_presence != Presence::Never;
                let is_missing = match kind {
                    OperationKind::ExchangeCode => !has_code,
                    OperationKind::PushAuthorization => self.endpoint(endpoint).is_none(),
                    _ => false,
                };
                if is_missing {
                    return Vec::new();
                }
                if let Some(wanted) = kind.grant() {
                    let grants = self.grants.iter().enumerate();
                    let grants = grants.filter(|(_, grant)| grant.kind == wanted);
                    return grants.map(|(index, _)| one(Some(index))).collect();
                }
                let is_there = match kind {
                    OperationKind::RevokeAccessToken => self.revokes(TokenKind::AccessToken),
                    OperationKind::RevokeRefreshToken => self.revokes(TokenKind::RefreshToken),
                    // An absolute URL needs no base.
                    OperationKind::CallApi => true,
                    _ => self.endpoint(endpoint).is_some(),
                };
                is_there.then(|| one(None)).into_iter().collect()
            }

            /// Whether a client of this type may use one of its operations. Where a header has the
            /// secret in a way of the provider's own, a client needs one.
            #[must_use]
            pub fn is_for(&self, operation: Operation, client: ClientKind) -> bool {
                let endpoint = self.endpoint(operation.endpoint);
                let has_secret = endpoint.is_some_and(|endpoint| endpoint.has_secret_in_header());
                operation.kind.is_for(client)
                    && (client == ClientKind::Confidential
                        || operation.kind.gives_tokens()
                        || !has_secret)
            }

            /// Whether a header has the client's secret as it is, which then has to be printable
            /// ASCII.
            #[must_use]
            pub fn has_secret_in_header(&self) -> bool {
                let client = self.confidential.as_ref();
                let is_plain = |method: &ClientAuth| {
                    matches!(method, ClientAuth::BearerSecret | ClientAuth::Own)
                };
                let mut endpoints = EndpointKind::ALL
                    .iter()
                    .filter_map(|kind| self.endpoint(*kind));
                client.is_some_and(|client| client.auth.iter().any(is_plain))
                    || endpoints.any(|endpoint| endpoint.has_secret_in_header())
            }

            /// The operation that gives a program its first tokens: the exchange of a code if the
            /// provider has logins.
            #[must_use]
            pub fn first_tokens(&self) -> Option<Operation> {
                let operations = self.operations().into_iter();
                let giving = operations.filter(|one| one.kind.rank().is_some());
                giving.min_by_key(|one| one.kind.rank())
            }

            /// The grant of an operation of this provider.
            #[must_use]
            pub fn grant_of(&self, operation: Operation) -> Option<&$grant> {
                self.grants.get(operation.grant?)
            }

            /// An endpoint that the client calls itself: any but the authorization endpoint and the
            /// API.
            #[must_use]
            pub const fn endpoint(&self, kind: EndpointKind) -> Option<&$endpoint> {
                match kind {
                    EndpointKind::Registration => self.registration.as_ref(),
                    EndpointKind::PushedAuthorizationRequest => {
                        self.pushed_authorization_request.as_ref()
                    }
                    EndpointKind::Token => self.token.as_ref(),
                    EndpointKind::Refresh => self.refresh.as_ref(),
                    EndpointKind::Revocation => self.revocation.as_ref(),
                    EndpointKind::Introspection => self.introspection.as_ref(),
                    EndpointKind::DeviceAuthorization => self.device_authorization.as_ref(),
                    EndpointKind::UserInfo => self.userinfo.as_ref(),
                    EndpointKind::Authorization
                    | EndpointKind::Jwks
                    | EndpointKind::Metadata
                    | EndpointKind::Api => None,
                }
            }

            /// The URL of an endpoint, or the base of the API's, with `{variables}`.
            #[must_use]
            pub fn endpoint_url(&self, kind: EndpointKind) -> Option<&str> {
                Some(match kind {
                    EndpointKind::Authorization => &self.authorization.as_ref()?.url,
                    EndpointKind::Api => self.api.url.as_ref()?,
                    EndpointKind::Jwks => self.id_token.as_ref()?.jwks_uri.as_ref()?,
                    called => &self.endpoint(called)?.url,
                })
            }

            /// Whether the authorization request or the exchange of a code requires `redirect_uri`.
            #[must_use]
            pub fn requires_redirect_uri(&self) -> bool {
                let asked = self
                    .authorization
                    .iter()
                    .flat_map(|one| one.requires.iter());
                let grants = self.grants.iter();
                let code = grants.filter(|one| one.kind == GrantKind::AuthorizationCode);
                let exchanged = code.flat_map(|one| one.requires.iter());
                asked.chain(exchanged).any(|name| **name == *"redirect_uri")
            }

            /// Whether clients can revoke tokens of this kind.
            fn revokes(&self, kind: TokenKind) -> bool {
                let Some(endpoint) = &self.revocation else {
                    return false;
                };
                // A request that the token itself authorizes is one that an access token makes.
                let takes = match endpoint.is_authorized_by_token() {
                    true => kind == TokenKind::AccessToken,
                    false => endpoint.tokens.is_empty() || endpoint.tokens.contains(&kind),
                };
                let mut grants = self.grants.iter();
                let refreshes = grants.any(|grant| grant.kind == GrantKind::RefreshToken);
                takes && (kind == TokenKind::AccessToken || refreshes)
            }
        }

        impl $grant {
            /// The name in a spec. An extension grant has a name of its own.
            #[must_use]
            pub fn word(&self) -> &str {
                match self.kind {
                    GrantKind::Extension => &self.name,
                    GrantKind::AuthorizationCode
                    | GrantKind::RefreshToken
                    | GrantKind::ClientCredentials
                    | GrantKind::DeviceCode => self.kind.word(),
                }
            }
        }
    };
}

followed!(crate::Provider, Grant, crate::Endpoint);
#[cfg(feature = "owned")]
followed!(
    crate::owned::Provider,
    crate::owned::Grant,
    crate::owned::Endpoint
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClientAuth;
    use crate::{Endpoint, Provider};

    const fn grant(kind: GrantKind) -> Grant {
        Grant {
            kind,
            ..Grant::STANDARD
        }
    }

    fn kinds(provider: &Provider) -> Vec<OperationKind> {
        let operations = provider.operations().into_iter();
        operations.map(|operation| operation.kind).collect()
    }

    #[test]
    fn a_provider_of_which_nothing_is_known_has_an_api() {
        assert_eq!(kinds(&Provider::STANDARD), [OperationKind::CallApi]);
    }

    #[test]
    fn each_grant_and_each_endpoint_brings_its_operations() {
        const ENDPOINT: Option<Endpoint> = Some(Endpoint::STANDARD);
        const TICKET: Grant = Grant {
            name: "ticket",
            ..grant(GrantKind::Extension)
        };
        const SEAL: Grant = Grant {
            name: "seal",
            ..TICKET
        };
        const GRANTS: &[Grant] = &[
            TICKET,
            grant(GrantKind::DeviceCode),
            grant(GrantKind::AuthorizationCode),
            SEAL,
            grant(GrantKind::RefreshToken),
            grant(GrantKind::ClientCredentials),
        ];
        let provider = Provider {
            registration: ENDPOINT,
            pushed_authorization_request: ENDPOINT,
            revocation: ENDPOINT,
            introspection: ENDPOINT,
            userinfo: ENDPOINT,
            grants: GRANTS,
            ..Provider::STANDARD
        };
        let mut all = OperationKind::ALL.to_vec();
        let extension = OperationKind::Extension;
        let place = all.iter().position(|kind| *kind == extension).unwrap();
        all.insert(place, extension);
        assert_eq!(kinds(&provider), all);
        let names = provider.operations().into_iter().filter_map(|operation| {
            let grant = provider.grant_of(operation)?;
            assert_eq!(operation.kind.grant(), Some(grant.kind));
            (!grant.name.is_empty()).then_some(grant.name)
        });
        assert_eq!(names.collect::<Vec<_>>(), ["ticket", "seal"]);
    }

    #[test]
    fn a_refresh_token_is_revoked_where_there_is_one_and_the_endpoint_takes_it() {
        const REFRESH: &[Grant] = &[grant(GrantKind::RefreshToken)];
        let revokes = |grants, endpoint| {
            let provider = Provider {
                grants,
                revocation: Some(endpoint),
                ..Provider::STANDARD
            };
            let kinds = kinds(&provider).into_iter();
            let takes = kinds.filter(|kind| kind.grant().is_none());
            takes.filter_map(OperationKind::takes).collect::<Vec<_>>()
        };
        let (access, refresh) = (TokenKind::AccessToken, TokenKind::RefreshToken);
        let of_the_api = access;
        assert_eq!(revokes(&[], Endpoint::STANDARD), [access, of_the_api]);
        assert_eq!(
            revokes(REFRESH, Endpoint::STANDARD),
            [access, refresh, of_the_api]
        );
        let only_refresh = Endpoint {
            tokens: &[TokenKind::RefreshToken],
            ..Endpoint::STANDARD
        };
        assert_eq!(revokes(REFRESH, only_refresh), [refresh, of_the_api]);
        let by_the_token = Endpoint {
            auth: Some(ClientAuth::AccessToken),
            ..Endpoint::STANDARD
        };
        assert_eq!(revokes(REFRESH, by_the_token), [access, of_the_api]);
    }

    #[test]
    fn a_refresh_goes_to_its_own_endpoint_where_there_is_one() {
        const REFRESH: &[Grant] = &[grant(GrantKind::RefreshToken)];
        let provider = Provider {
            grants: REFRESH,
            ..Provider::STANDARD
        };
        assert_eq!(provider.operations()[0].endpoint, EndpointKind::Token);
        let provider = Provider {
            refresh: Some(Endpoint::STANDARD),
            ..provider
        };
        assert_eq!(provider.operations()[0].endpoint, EndpointKind::Refresh);
    }
}
