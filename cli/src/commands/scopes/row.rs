//! Rows of documents.

use std::collections::HashMap;

use oauth_atlas_codegen::scope_table::{self, Row};

/// A scope as a table has it. Where a document says nothing of it, the description is empty.
pub fn row(scope: &str, description: &str, category: Option<&str>) -> Row {
    let mut description = scope_table::one_line(description).replace("```", "`");
    if !description.is_empty() && !description.ends_with(['.', '!', '?']) {
        description.push('.');
    }
    Row {
        scope: scope.to_owned(),
        description,
        category: category
            .map(scope_table::one_line)
            .filter(|category| !category.is_empty()),
        ..Row::default()
    }
}

/// The rows of several documents, each scope once: in the order in which they come, with the first
/// description.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Vec<Row>,
    known: HashMap<String, usize>,
}

impl Rows {
    pub fn add(&mut self, row: Row) {
        let index = *self
            .known
            .entry(row.scope.clone())
            .or_insert(self.rows.len());
        match self.rows.get_mut(index) {
            None => self.rows.push(row),
            Some(known) if known.description.is_empty() => *known = row,
            Some(_) => {}
        }
    }

    /// Those of them. A document need not say what a scope allows; a table has to.
    pub fn into_rows(self) -> Vec<Row> {
        let mut rows = self.rows;
        for row in &mut rows {
            if row.description.is_empty() {
                "Listed without a description.".clone_into(&mut row.description);
            }
        }
        rows
    }
}

/// By name, each once, those with a description first: for documents whose order means nothing.
pub fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|a, b| {
        let described = |row: &Row| row.description.is_empty();
        (&a.scope, described(a)).cmp(&(&b.scope, described(b)))
    });
    rows.dedup_by(|a, b| a.scope == b.scope);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_description_of_a_scope_counts() {
        let mut rows = Rows::default();
        for (scope, about) in [("b", ""), ("a", "Read"), ("b", "Write"), ("a", "Read it")] {
            rows.add(row(scope, about, None));
        }
        rows.add(row("c", "", None));
        let rows = rows.into_rows();
        let cells: Vec<_> = rows
            .iter()
            .map(|row| (row.scope.as_str(), row.description.as_str()))
            .collect();
        let expected = [
            ("b", "Write."),
            ("a", "Read."),
            ("c", "Listed without a description."),
        ];
        assert_eq!(cells, expected);
    }
}
