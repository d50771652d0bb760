//! What the fake asks of a description. It reads the same one as the client, and shares none of the
//! code that builds requests and reads responses, so that a mistake in one of them shows.

pub(super) use crate::provider::owned::{
    Authentication, AuthorizationEndpoint as Authorization, AuthorizationOption as Choice, Claim,
    Endpoint, Grant, Provider as Description, RefusalRule, Scope, ScopeGroup, TokenResponse,
    UserRules,
};
pub(super) use oauth_atlas_description::Template;

pub(super) use crate::provider::{
    Answer, CaptureFrom, ChallengeMethod, ClaimName, ClaimsFrom, ClientAuth, ClientKind, Encoding,
    Expiry, GrantKind, HttpMethod, IN_FRAGMENT, LifetimeOf, Nonce, OmittedScope, OperationKind,
    ParameterType, Pkce, PkceClients, Presence, Proof, ResourceStatus, ResponseFormat, Rotation,
    VariableKind,
};
#[cfg(feature = "jose")]
pub(super) use crate::provider::{AssertionAudience, SigningAlgorithm, owned::Assertion};

/// Names and values, in the order of the spec.
pub(super) type Pairs = Vec<(String, String)>;

/// The grant of this kind.
pub(super) fn grant(description: &Description, kind: GrantKind) -> Option<&Grant> {
    description.grants.iter().find(|grant| grant.kind == kind)
}

/// The name by which rules speak of requests for a grant.
pub(super) fn operation(grant: &Grant) -> &str {
    match grant.kind {
        GrantKind::Extension => &grant.name,
        kind => kind.word(),
    }
}

/// How a grant is answered.
pub(super) fn answers<'d>(description: &'d Description, grant: &'d Grant) -> &'d TokenResponse {
    grant
        .token_response
        .as_ref()
        .unwrap_or(&description.token_response)
}

/// The value of `grant_type`; empty where it is not sent.
pub(super) fn grant_type(grant: &Grant) -> &str {
    let standard = grant.kind.standard_grant_type();
    grant.grant_type.as_deref().or(standard).unwrap_or_default()
}

/// Parameters without which a token request is refused.
pub(super) fn required(grant: &Grant) -> impl Iterator<Item = &String> {
    grant.requires.iter().chain(&grant.arguments)
}

/// Parameters without which an authorization request is refused, by the standard's names.
pub(super) fn login_requires(description: &Description) -> &[String] {
    let endpoint = description.authorization.as_ref();
    endpoint.map_or(&[], |endpoint| &endpoint.requires)
}

/// How long a token lives, in seconds; `None` where the description does not say.
pub(super) fn lifetime(
    description: &Description,
    of: LifetimeOf,
    client: ClientKind,
) -> Option<u64> {
    let mut lifetimes = description.lifetimes.iter();
    let is_meant = |only: Option<ClientKind>| only.is_none_or(|only| only == client);
    let fitting = lifetimes.find(|one| one.of == of && is_meant(one.client));
    fitting.map(|one| one.seconds)
}
