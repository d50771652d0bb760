//! Records as generated code has most of them: calls.
//!
//! A literal costs its compiler each field that it leaves out, and so up to six times what a call costs.
//! Modules that somebody has committed call these functions, so their arguments stay.

use crate::{
    Api, AuthorizationEndpoint, AuthorizationOption, Capture, Claim, ClaimName, ClientAuth,
    ClientType, Encoding, Endpoint, Environment, Grant, GrantKind, HttpMethod, Lifetime,
    LifetimeOf, MemberTable, OmittedScope, Pkce, PkceRules, RefusalRule, ScopeRules, ScopeTable,
    SubjectScope, TokenResponse, UserRules, Variable, VariableKind,
};

type Text = &'static str;
type Texts = &'static [&'static str];
type Pairs = &'static [(&'static str, &'static str)];

/// A function that makes a record of the fields that it says, in their order.
#[cfg(feature = "owned")]
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The function.
    pub function: &'static str,
    /// The record.
    pub record: &'static str,
    /// The fields.
    pub fields: &'static [&'static str],
}

macro_rules! calls {
    ($($function:ident($($field:ident: $type:ty),+) -> $record:ident;)*) => {
        $(
            #[doc(hidden)]
            #[must_use]
            pub const fn $function($($field: $type),+) -> $record {
                $record { $($field,)+ ..$record::STANDARD }
            }
        )*

        /// Each function that makes a record.
        #[cfg(feature = "owned")]
        pub const CALLS: &[Call] = &[$(
            Call {
                function: stringify!($function),
                record: stringify!($record),
                fields: &[$(stringify!($field)),+],
            },
        )*];
    };
}

calls! {
    api(url: Option<Text>) -> Api;
    authorization_endpoint(url: Text) -> AuthorizationEndpoint;
    authorization_endpoint_requiring(url: Text, requires: Texts) -> AuthorizationEndpoint;
    authorization_endpoint_with_options(
        url: Text, options: &'static [AuthorizationOption], requires: Texts
    ) -> AuthorizationEndpoint;
    authorization_option(name: Text) -> AuthorizationOption;
    authorization_option_of_values(name: Text, values: Texts) -> AuthorizationOption;
    capture(name: Text, path: Text) -> Capture;
    claim(name: ClaimName, path: Text) -> Claim;
    client_type(auth: &'static [ClientAuth]) -> ClientType;
    endpoint(url: Text) -> Endpoint;
    endpoint_of_auth(url: Text, auth: Option<ClientAuth>) -> Endpoint;
    endpoint_of_encodings(url: Text, encodings: &'static [Encoding]) -> Endpoint;
    endpoint_of_method(url: Text, method: HttpMethod) -> Endpoint;
    endpoint_of_scopes(url: Text, method: HttpMethod, scopes: Texts) -> Endpoint;
    environment(name: Text, hosts: Pairs) -> Environment;
    grant(kind: GrantKind) -> Grant;
    grant_requiring(kind: GrantKind, requires: Texts) -> Grant;
    lifetime(of: LifetimeOf, seconds: u64) -> Lifetime;
    pkce(status: Pkce) -> PkceRules;
    refusal(operations: Texts, codes: Texts, means: Text) -> RefusalRule;
    refusal_of_any(codes: Texts, means: Text) -> RefusalRule;
    scope_rules(partial: bool, values: ScopeTable) -> ScopeRules;
    scope_rules_by_default(
        omitted: OmittedScope, partial: bool, values: ScopeTable
    ) -> ScopeRules;
    token_response(members: MemberTable) -> TokenResponse;
    user_rules(claims: &'static [Claim]) -> UserRules;
    user_rules_below(root: Texts, claims: &'static [Claim]) -> UserRules;
    user_rules_of_subject(unique: SubjectScope, claims: &'static [Claim]) -> UserRules;
    variable(name: Text, kind: VariableKind) -> Variable;
}
