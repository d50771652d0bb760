//! The error codes of a provider as constants.

use crate::ErrorCode;

/// The error codes of a provider, in its order.
#[derive(Clone, Copy, Debug)]
pub struct ErrorCodeTable {
    /// The code and the hint of each.
    texts: &'static [&'static str],
    /// The HTTP status of each, or 0. None where no code has one.
    statuses: &'static [u64],
}

impl ErrorCodeTable {
    /// The error codes, one after another.
    pub fn iter(self) -> impl Iterator<Item = ErrorCode> {
        let rows = self.texts.chunks_exact(2).enumerate();
        rows.map(move |(index, row)| ErrorCode {
            code: row[0],
            hint: row[1],
            status: self
                .statuses
                .get(index)
                .copied()
                .filter(|status| *status != 0),
            ..ErrorCode::STANDARD
        })
    }
}

/// Error codes, each a code and a hint.
#[doc(hidden)]
#[must_use]
pub const fn error_codes(texts: &'static [&'static str]) -> ErrorCodeTable {
    assert!(texts.len().is_multiple_of(2), "each code has a hint");
    ErrorCodeTable {
        texts,
        statuses: &[],
    }
}

/// The same with the HTTP status of each, or 0 where there is none.
#[doc(hidden)]
#[must_use]
pub const fn error_codes_with_statuses(
    texts: &'static [&'static str],
    statuses: &'static [u64],
) -> ErrorCodeTable {
    assert!(texts.len() == 2 * statuses.len(), "each code has a status");
    ErrorCodeTable {
        statuses,
        ..error_codes(texts)
    }
}

#[cfg(feature = "owned")]
mod owned {
    use super::{ErrorCodeTable, error_codes_with_statuses};
    use crate::field::Constant;
    use crate::owned;

    impl From<&[owned::ErrorCode]> for ErrorCodeTable {
        /// The memory of the table is never freed.
        fn from(errors: &[owned::ErrorCode]) -> Self {
            let texts = errors.iter();
            let texts = texts.flat_map(|error| [&error.code, &error.hint].map(Constant::constant));
            let statuses = errors.iter().map(|error| error.status.unwrap_or(0));
            error_codes_with_statuses(
                texts.collect::<Vec<_>>().leak(),
                statuses.collect::<Vec<_>>().leak(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_where_it_is() {
        let texts = &["gone", "Log in again.", "odd", "Report it."];
        let table = error_codes_with_statuses(texts, &[410, 0]);
        let told: Vec<_> = table.iter().map(|one| (one.code, one.status)).collect();
        assert_eq!(told, [("gone", Some(410)), ("odd", None)]);
        assert_ne!(table, error_codes(texts));
        assert_eq!(
            error_codes(texts),
            error_codes_with_statuses(texts, &[0, 0])
        );
    }
}
