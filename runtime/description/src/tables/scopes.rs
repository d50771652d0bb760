//! The scopes of a provider as constants.

use crate::Scope;

/// The scopes of a provider, in its order.
#[derive(Clone, Copy, Debug)]
pub struct ScopeTable {
    /// Name, description and perhaps category of each scope.
    texts: &'static [&'static str],
    columns: Columns,
    /// The places of those that are deprecated, and what to use instead.
    deprecated: &'static [(usize, &'static str)],
}

/// What a scope has in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Columns {
    NameAndDescription = 2,
    /// An empty text where there is no category.
    AndCategory = 3,
}

impl ScopeTable {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The name of the scope at this place.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[must_use]
    pub const fn name(&self, index: usize) -> &'static str {
        self.texts[index * self.columns as usize]
    }

    /// The scope at this place.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[must_use]
    pub const fn get(&self, index: usize) -> Scope {
        let at = index * self.columns as usize;
        let category = match self.columns {
            Columns::NameAndDescription => "",
            Columns::AndCategory => self.texts[at + 2],
        };
        Scope {
            name: self.texts[at],
            description: self.texts[at + 1],
            category: if category.is_empty() {
                None
            } else {
                Some(category)
            },
            deprecated: self.replacement(index),
            ..Scope::STANDARD
        }
    }

    /// The scopes, one after another.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Scope> {
        (0..self.rows()).map(move |index| self.get(index))
    }

    /// Their names.
    pub fn names(self) -> impl ExactSizeIterator<Item = &'static str> {
        (0..self.rows()).map(move |index| self.name(index))
    }

    fn rows(self) -> usize {
        self.texts.len() / self.columns as usize
    }

    const fn replacement(&self, index: usize) -> Option<&'static str> {
        let mut at = 0;
        while at < self.deprecated.len() {
            let (deprecated, replacement) = self.deprecated[at];
            if deprecated == index {
                return Some(replacement);
            }
            at += 1;
        }
        None
    }
}

/// Scopes, each a name and a description.
#[doc(hidden)]
#[must_use]
pub const fn scopes(texts: &'static [&'static str]) -> ScopeTable {
    table(texts, Columns::NameAndDescription)
}

/// Scopes, each a name, a description and a category, which is empty where there is none.
#[doc(hidden)]
#[must_use]
pub const fn scopes_of_categories(texts: &'static [&'static str]) -> ScopeTable {
    table(texts, Columns::AndCategory)
}

/// The same, of which those at these places are deprecated: what to use instead stands beside.
#[doc(hidden)]
#[must_use]
pub const fn scopes_with_deprecated(
    texts: &'static [&'static str],
    deprecated: &'static [(usize, &'static str)],
) -> ScopeTable {
    ScopeTable {
        deprecated,
        ..scopes_of_categories(texts)
    }
}

const fn table(texts: &'static [&'static str], columns: Columns) -> ScopeTable {
    assert!(
        texts.len().is_multiple_of(columns as usize),
        "each scope has a text in every column"
    );
    ScopeTable {
        texts,
        columns,
        deprecated: &[],
    }
}

#[cfg(feature = "owned")]
mod owned {
    use super::{ScopeTable, scopes_with_deprecated};
    use crate::field::Constant;
    use crate::owned;

    impl From<&[owned::Scope]> for ScopeTable {
        /// The memory of the table is never freed.
        fn from(scopes: &[owned::Scope]) -> Self {
            let deprecated = scopes.iter().enumerate().filter_map(|(index, scope)| {
                let replacement = scope.deprecated.as_ref()?.constant();
                Some((index, replacement))
            });
            let deprecated: Vec<_> = deprecated.collect();
            let texts = scopes.iter().flat_map(|scope| {
                let category = scope.category.clone().unwrap_or_default();
                [&scope.name, &scope.description, &category].map(Constant::constant)
            });
            let texts: Vec<_> = texts.collect();
            scopes_with_deprecated(texts.leak(), deprecated.leak())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: ScopeTable = scopes(&["read", "Read.", "write", "Write."]);

    #[test]
    fn a_scope_is_found_by_its_place() {
        const NAME: &str = PLAIN.name(1);
        assert_eq!((PLAIN.iter().len(), NAME), (2, "write"));
        assert_eq!(PLAIN.get(1).description, "Write.");
        assert_eq!(PLAIN.get(0).category, None);
        assert!(scopes(&[]).is_empty());
    }

    #[test]
    fn tables_of_the_same_scopes_are_equal() {
        let with_categories = scopes_of_categories(&["read", "Read.", "", "write", "Write.", ""]);
        assert_eq!(PLAIN, with_categories);
        assert_ne!(PLAIN, scopes(&["read", "Read."]));
    }

    #[test]
    fn a_category_and_a_deprecation_are_told_where_they_are() {
        let texts = &["read", "Read.", "Files", "old", "Old.", ""];
        let told: Vec<_> = scopes_with_deprecated(texts, &[(1, "read")])
            .iter()
            .map(|scope| (scope.name, scope.category, scope.deprecated))
            .collect();
        assert_eq!(
            told,
            [("read", Some("Files"), None), ("old", None, Some("read"))]
        );
    }
}
