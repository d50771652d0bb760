//! Descriptions of OAuth 2.0 providers, as data.
//!
//! A [`Provider`] holds everything that a client of one provider, or a fake of it, needs to know.
//! Each structure is declared once, in `provider.rs`, and each closed set of words once, in
//! `words.rs`. From these declarations come:
//!
//! - the types at the crate's root, whose values are constants, so an unused provider costs
//!   nothing;
//! - the `STANDARD` value of each, as in RFC 6749: a description states only deviations and ends in
//!   `..STANDARD`;
//! - with the feature `owned`, the same types in [`owned`] for values made at run time, their
//!   conversion from and to JSON, and [`Shape`], from which a JSON Schema is made.
//!
//! # Making a description
//!
//! Every structure has a hidden field, so a literal must end in `..STANDARD`, and a new field does
//! not break existing descriptions:
//!
//! ```
//! use oauth_atlas_description::{Endpoint, Provider};
//!
//! static ACME: Provider = Provider {
//!     id: "acme",
//!     name: "Acme",
//!     token: Some(Endpoint {
//!         url: "https://acme.example/token",
//!         ..Endpoint::STANDARD
//!     }),
//!     ..Provider::STANDARD
//! };
//! assert_eq!(ACME.token.unwrap().method.word(), "POST");
//! ```

#![deny(missing_docs)]

mod authentication;
mod calls;
#[cfg(feature = "owned")]
mod check;
#[cfg(feature = "owned")]
mod field;
mod host;
#[cfg(feature = "owned")]
mod loaded;
mod macros;
#[cfg(feature = "owned")]
mod node;
mod operation;
mod provider;
#[cfg(feature = "owned")]
mod shape;
mod tables;
mod template;
pub mod urn;
#[cfg(feature = "owned")]
mod value;
mod words;

#[cfg(feature = "owned")]
pub use calls::{CALLS, Call};
pub use calls::{
    api, authorization_endpoint, authorization_endpoint_requiring,
    authorization_endpoint_with_options, authorization_option, authorization_option_of_values,
    capture, claim, client_type, endpoint, endpoint_of_auth, endpoint_of_encodings,
    endpoint_of_method, endpoint_of_scopes, environment, grant, grant_requiring, lifetime, pkce,
    refusal, refusal_of_any, scope_rules, scope_rules_by_default, token_response, user_rules,
    user_rules_below, user_rules_of_subject, variable,
};
#[cfg(feature = "owned")]
pub use check::{MOST_NAMES, Problem, SECRET_MEMBERS};
pub use host::{is_below_suffix, is_host_label, is_host_name, normalized};
#[cfg(feature = "owned")]
pub use loaded::LoadError;
#[cfg(feature = "owned")]
pub use node::{FORMAT, Member, Node};
pub use operation::{EndpointKind, Operation, OperationKind};
#[cfg(feature = "owned")]
pub use provider::owned;
pub use provider::{
    Api, Assertion, Authentication, AuthorizationEndpoint, AuthorizationOption, CallbackRules,
    Capture, Claim, ClientType, DpopRules, Elsewhere, Endpoint, Environment, ErrorCode, ErrorRule,
    Grant, IN_FRAGMENT, IdTokenRules, Lifetime, Offline, PkceRules, Provider, RefreshExpiry,
    RefusalRule, ResponseMember, Scope, ScopeGroup, ScopeRules, StateRules, TokenResponse,
    UserRequest, UserRules, Variable, query_in_fragment,
};
#[cfg(feature = "owned")]
pub use shape::{FieldShape, RecordShape, Shape, WordShape, WordsShape};
pub use tables::{
    ErrorCodeTable, MemberTable, ScopeTable, Tabled, error_codes, error_codes_with_statuses,
    members, scopes, scopes_of_categories, scopes_with_deprecated,
};
pub use template::{Template, TemplateStart};
#[cfg(feature = "owned")]
pub use value::{ReadError, Value};
pub use words::{
    Answer, AssertionAudience, CallbackSignature, CaptureFrom, ChallengeMethod, ClaimName,
    ClaimsFrom, ClientAuth, ClientKind, DpopStatus, Encoding, Expiry, GrantKind, HttpMethod,
    LifetimeOf, Nonce, Normalization, OmittedScope, ParameterType, Pkce, PkceClients, Presence,
    Proof, ResourceStatus, ResponseFormat, Rotation, Separator, SigningAlgorithm, SubjectScope,
    TokenKind, VariableKind,
};
