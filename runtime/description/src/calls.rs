//! Records as generated code has most of them: calls.
//!
//! A literal costs its compiler each field that it leaves out, and so up to six times what a call costs.
//! Modules that somebody has committed call these functions, so their arguments stay.

use crate::{
    AuthorizationEndpoint, Claim, ClaimName, ClientAuth, ClientType, Endpoint, Grant, GrantKind,
    HttpMethod, Scope,
};

type Text = &'static str;
type Texts = &'static [&'static str];

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
    ($($function:ident($($field:ident: $type:ty $(= $value:expr)?),+) -> $record:ident;)*) => {
        $(
            #[doc(hidden)]
            #[must_use]
            pub const fn $function($($field: $type),+) -> $record {
                $record { $($field: calls!(@value $field $($value)?),)+ ..$record::STANDARD }
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
    (@value $field:ident) => {
        $field
    };
    (@value $field:ident $value:expr) => {
        $value
    };
}

calls! {
    authorization_endpoint(url: Text) -> AuthorizationEndpoint;
    authorization_endpoint_requiring(url: Text, requires: Texts) -> AuthorizationEndpoint;
    endpoint(url: Text) -> Endpoint;
    endpoint_of_method(url: Text, method: HttpMethod) -> Endpoint;
    endpoint_of_scopes(url: Text, method: HttpMethod, scopes: Texts) -> Endpoint;
    client_type(auth: &'static [ClientAuth]) -> ClientType;
    grant(kind: GrantKind) -> Grant;
    grant_requiring(kind: GrantKind, requires: Texts) -> Grant;
    claim(name: ClaimName, path: Text) -> Claim;
    scope(name: Text, description: Text) -> Scope;
    scope_of_category(name: Text, description: Text, category: Text = Some(category)) -> Scope;
}

/// The scopes of a provider, a row each: to the compiler a call is a block of instructions, which a row
/// is not.
#[doc(hidden)]
#[must_use]
pub const fn scopes<const N: usize>(rows: [(Text, Text); N]) -> [Scope; N] {
    let mut scopes = [Scope::STANDARD; N];
    let mut index = 0;
    while index < N {
        let (name, description) = rows[index];
        scopes[index] = scope(name, description);
        index += 1;
    }
    scopes
}

/// The same where the provider lists each under a heading.
#[doc(hidden)]
#[must_use]
pub const fn scopes_of_categories<const N: usize>(rows: [(Text, Text, Text); N]) -> [Scope; N] {
    let mut scopes = [Scope::STANDARD; N];
    let mut index = 0;
    while index < N {
        let (name, description, category) = rows[index];
        scopes[index] = scope_of_category(name, description, category);
        index += 1;
    }
    scopes
}
