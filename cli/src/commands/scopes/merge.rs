//! The scopes of documents joined with those that are known.

use std::collections::{HashMap, HashSet};

use oauth_atlas_codegen::scope_table::Row;

use crate::day::Day;

/// How the note begins that marks a scope as gone; the day follows.
const GONE: &str = "The provider's list does not have it any more, as of ";

/// What becomes of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new in the table.
    Added,
    /// The table has it and no document does.
    Gone,
    /// It was gone, and a document has it again.
    Back,
    /// The spec has it now, so that its row leaves the table.
    InSpec,
    /// The spec has it and no document does.
    Unlisted,
}

/// A table and how it came about.
#[derive(Debug, Default)]
pub struct Changes {
    pub rows: Vec<Row>,
    changes: Vec<(Change, String)>,
}

impl Changes {
    /// The scopes to which something happened.
    pub fn of(&self, kind: Change) -> impl Iterator<Item = &str> {
        let changes = self.changes.iter();
        let changes = changes.filter(move |(change, _)| *change == kind);
        changes.map(|(_, scope)| scope.as_str())
    }

    pub fn are_none(&self) -> bool {
        self.changes.is_empty()
    }

    fn note(&mut self, change: Change, scope: &str) {
        self.changes.push((change, scope.to_owned()));
    }
}

/// Joins the rows of a table, the scopes of its spec, and what documents have: what is known stays,
/// what is new comes last, and what is gone is marked.
pub fn merge(known: Vec<Row>, own: &[String], found: Vec<Row>, today: Day) -> Changes {
    let mut changes = Changes::default();
    let own_names: HashSet<_> = own.iter().map(String::as_str).collect();
    let found_names: HashSet<_> = found.iter().map(|row| row.scope.clone()).collect();
    let mut found: HashMap<_, _> = (0..)
        .zip(found)
        .map(|(index, row)| (row.scope.clone(), (index, row)))
        .collect::<HashMap<String, (usize, Row)>>();
    for mut row in known {
        if own_names.contains(row.scope.as_str()) {
            changes.note(Change::InSpec, &row.scope);
            found.remove(&row.scope);
            continue;
        }
        let is_marked = row
            .deprecated
            .as_ref()
            .is_some_and(|note| note.starts_with(GONE));
        match found.remove(&row.scope) {
            Some((_, new)) if is_marked => {
                changes.note(Change::Back, &row.scope);
                row.deprecated = new.deprecated;
            }
            Some((_, new)) => row.deprecated = row.deprecated.or(new.deprecated),
            None if is_marked => {}
            None => {
                changes.note(Change::Gone, &row.scope);
                row.deprecated = Some(format!("{GONE}{today}."));
            }
        }
        changes.rows.push(row);
    }
    let mut added: Vec<_> = found.into_values().collect();
    added.sort_by_key(|(index, _)| *index);
    for (_, row) in added {
        if !own_names.contains(row.scope.as_str()) {
            changes.note(Change::Added, &row.scope);
            changes.rows.push(row);
        }
    }
    for scope in own {
        if !found_names.contains(scope.as_str()) {
            changes.note(Change::Unlisted, scope);
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(scope: &str, description: &str) -> Row {
        Row {
            scope: scope.to_owned(),
            description: description.to_owned(),
            ..Row::default()
        }
    }

    fn day() -> Day {
        "2026-11-29".parse().expect("a day")
    }

    fn names(changes: &Changes, kind: Change) -> Vec<&str> {
        changes.of(kind).collect()
    }

    #[test]
    fn what_people_wrote_stays_and_what_is_new_comes_last() {
        let known = vec![row("a", "In our words."), row("b", "B.")];
        let own = ["c".to_owned()];
        let found = vec![
            row("d", "D."),
            row("c", "C."),
            row("b", "Bee."),
            row("a", "A."),
        ];
        let changes = merge(known, &own, found, day());
        let expected = [row("a", "In our words."), row("b", "B."), row("d", "D.")];
        assert_eq!(changes.rows, expected);
        assert_eq!(names(&changes, Change::Added), ["d"]);
        assert!(names(&changes, Change::Unlisted).is_empty());
    }

    #[test]
    fn what_is_gone_is_marked_until_it_is_back() {
        let changes = merge(vec![row("a", "A.")], &["own".to_owned()], Vec::new(), day());
        assert_eq!(names(&changes, Change::Gone), ["a"]);
        assert_eq!(names(&changes, Change::Unlisted), ["own"]);
        let note = changes.rows[0].deprecated.clone().expect("a note");
        assert_eq!(note, format!("{GONE}2026-11-29."));
        // The day stays that on which it was found.
        let later = "2027-01-01".parse().expect("a day");
        let again = merge(changes.rows.clone(), &[], Vec::new(), later);
        assert_eq!(again.rows, changes.rows);
        assert!(again.are_none());
        let back = merge(again.rows, &[], vec![row("a", "A.")], later);
        assert_eq!(names(&back, Change::Back), ["a"]);
        assert_eq!(back.rows, [row("a", "A.")]);
    }

    #[test]
    fn a_deprecation_that_somebody_wrote_is_no_mark() {
        let old = Row {
            deprecated: Some("Use `b` instead.".to_owned()),
            ..row("a", "A.")
        };
        let changes = merge(vec![old.clone()], &[], vec![row("a", "A.")], day());
        assert_eq!(changes.rows, [old]);
        assert!(changes.are_none());
    }

    #[test]
    fn what_the_spec_has_leaves_the_table() {
        let own = ["a".to_owned()];
        let changes = merge(vec![row("a", "A.")], &own, vec![row("a", "A.")], day());
        assert!(changes.rows.is_empty());
        assert_eq!(names(&changes, Change::InSpec), ["a"]);
    }
}
