//! Records of which there are many, as constants: tables of texts. They cost a compiler a fifth of what
//! records do, which it would have to make one by one.

mod error_codes;
mod members;
mod scopes;

pub use error_codes::{ErrorCodeTable, error_codes, error_codes_with_statuses};
pub use members::{MemberTable, members};
pub use scopes::{ScopeTable, scopes, scopes_of_categories, scopes_with_deprecated};

use crate::{ErrorCode, ResponseMember, Scope};

/// A record of which there are many.
pub trait Tabled {
    /// The table of them.
    type Table;

    /// No records.
    const NONE: Self::Table;
}

impl Tabled for Scope {
    type Table = ScopeTable;

    const NONE: ScopeTable = scopes(&[]);
}

impl Tabled for ResponseMember {
    type Table = MemberTable;

    const NONE: MemberTable = members(&[]);
}

impl Tabled for ErrorCode {
    type Table = ErrorCodeTable;

    const NONE: ErrorCodeTable = error_codes(&[]);
}
