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

/// What is the same for every table of records, the one without any among them.
macro_rules! tabled {
    ($($record:ident in $table:ident, $none:expr;)*) => {$(
        impl Tabled for $record {
            type Table = $table;

            const NONE: $table = $none;
        }

        /// Tables are equal whose records are, however they are told.
        impl PartialEq for $table {
            fn eq(&self, other: &Self) -> bool {
                self.iter().eq(other.iter())
            }
        }

        impl Eq for $table {}

        #[cfg(feature = "owned")]
        impl crate::field::Owned for $table {
            type Owned = Vec<crate::owned::$record>;

            fn owned(&self) -> Self::Owned {
                self.iter().map(|record| record.owned()).collect()
            }
        }
    )*};
}

tabled! {
    Scope in ScopeTable, scopes(&[]);
    ResponseMember in MemberTable, members(&[]);
    ErrorCode in ErrorCodeTable, error_codes(&[]);
}
