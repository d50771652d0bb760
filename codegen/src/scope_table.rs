//! A table of scopes that stands in a file beside its spec: `acme.scopes.tsv` beside `acme.yaml`.
//!
//! A line is a scope, its cells are separated by tabs, and the first line names the columns: `scope`
//! and `description`, and those of `category`, `rust_name` and `deprecated` that are used. They are the
//! keys of a scope in a spec. `oauth-atlas scopes import` writes such files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::yaml::hidden::{found, without_hidden};

/// The largest table that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The columns in the order of the file, and whether each table has them.
const COLUMNS: [(&str, bool); 5] = [
    ("scope", true),
    ("description", true),
    ("category", false),
    ("rust_name", false),
    ("deprecated", false),
];

/// A scope of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The scope as the provider spells it.
    pub scope: String,
    /// What it allows.
    pub description: String,
    /// The heading under which the provider lists it.
    pub category: Option<String>,
    /// The name of the enum's variant, where the one made from the scope will not do.
    pub rust_name: Option<String>,
    /// What to use instead, where the provider gives it up.
    pub deprecated: Option<String>,
}

/// A mistake of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub title: String,
    /// What would be right.
    pub help: &'static str,
}

/// Reads a table.
///
/// # Errors
///
/// Every line with a mistake.
pub fn parse(text: &str) -> Result<Vec<Row>, Vec<Mistake>> {
    let mistake = |line, title: String, help| Mistake { line, title, help };
    if text.len() > MAX_BYTES {
        let title = format!(
            "the file has {} bytes; a table of scopes has at most {MAX_BYTES}",
            text.len()
        );
        return Err(vec![mistake(1, title, "leave out what no login asks for")]);
    }
    let mut lines = (1..).zip(text.lines());
    let columns: Vec<_> = match lines.next() {
        Some((_, first)) => first.split('\t').collect(),
        None => Vec::new(),
    };
    if let Some(title) = wrong_columns(&columns) {
        let help = "the first line is `scope`, `description` and perhaps `category`, `rust_name` and \
                    `deprecated`, with a tab between two of them";
        return Err(vec![mistake(1, title, help)]);
    }
    let scope = columns.iter().position(|name| *name == "scope");
    let scope = scope.unwrap_or_default();
    let mut rows = Vec::new();
    let mut mistakes = Vec::new();
    let mut known = BTreeMap::new();
    for (line, text) in lines {
        let mut report = |title: String, help| mistakes.push(mistake(line, title, help));
        if let Some((_, character, kind)) = found(text).next() {
            report(kind.title(character), "leave it out");
        }
        let cells: Vec<_> = text.split('\t').collect();
        if cells.len() != columns.len() {
            let title = format!(
                "the number of cells is {}, and the first line names {} columns",
                cells.len(),
                columns.len()
            );
            report(title, "put one tab between two cells, empty ones as well");
            continue;
        }
        let row = Row::of(&columns, &cells);
        if row.scope.is_empty() || row.description.is_empty() {
            report(
                "a scope and its description are never empty".to_owned(),
                "write what the scope allows, as a sentence",
            );
        } else if let Some(first) = known.insert(cells[scope].trim(), line) {
            report(
                format!("the scope `{}` is in line {first} already", row.scope),
                "keep one of the two",
            );
        } else {
            rows.push(row);
        }
    }
    match mistakes.as_slice() {
        [] => Ok(rows),
        _ => Err(mistakes),
    }
}

/// Writes a table: the columns that are used, and a line for each row.
#[must_use]
pub fn to_text(rows: &[Row]) -> String {
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .filter(|(name, is_required)| {
            *is_required || rows.iter().any(|row| !row.cell(name).is_empty())
        })
        .map(|(name, _)| name)
        .collect();
    let mut text = columns.join("\t");
    text.push('\n');
    for row in rows {
        let cells: Vec<_> = columns
            .iter()
            .map(|name| one_line(row.cell(name)))
            .collect();
        let _ = writeln!(text, "{}", cells.join("\t"));
    }
    text
}

/// A text as a cell can hold it: on one line, and without characters that nobody sees.
#[must_use]
pub fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    without_hidden(&words.join(" ")).into_owned()
}

fn wrong_columns(columns: &[&str]) -> Option<String> {
    for (index, name) in columns.iter().enumerate() {
        if !COLUMNS.iter().any(|(known, _)| known == name) {
            return Some(format!("no column is named `{}`", one_line(name)));
        }
        if columns[..index].contains(name) {
            return Some(format!("the column `{name}` is there twice"));
        }
    }
    let missing = COLUMNS
        .iter()
        .find(|(name, is_required)| *is_required && !columns.contains(name));
    missing.map(|(name, _)| format!("the column `{name}` is missing"))
}

impl Row {
    fn of(columns: &[&str], cells: &[&str]) -> Self {
        let mut row = Self::default();
        for (name, cell) in columns.iter().zip(cells) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            let cell = cell.to_owned();
            match *name {
                "scope" => row.scope = cell,
                "description" => row.description = cell,
                "category" => row.category = Some(cell),
                "rust_name" => row.rust_name = Some(cell),
                _ => row.deprecated = Some(cell),
            }
        }
        row
    }

    fn cell(&self, column: &str) -> &str {
        match column {
            "scope" => &self.scope,
            "description" => &self.description,
            "category" => self.category.as_deref().unwrap_or_default(),
            "rust_name" => self.rust_name.as_deref().unwrap_or_default(),
            _ => self.deprecated.as_deref().unwrap_or_default(),
        }
    }
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

    #[test]
    fn a_table_is_read_as_it_is_written() {
        let rows = [
            Row {
                category: Some("Mail".to_owned()),
                ..row("mail.read", "Read mail.")
            },
            Row {
                deprecated: Some("Use `mail.read`.".to_owned()),
                ..row("mail", "Read and send mail.")
            },
        ];
        let text = to_text(&rows);
        assert_eq!(
            text,
            "scope\tdescription\tcategory\tdeprecated\n\
             mail.read\tRead mail.\tMail\t\n\
             mail\tRead and send mail.\t\tUse `mail.read`.\n"
        );
        assert_eq!(parse(&text).as_deref(), Ok(&rows[..]));
        assert_eq!(parse(&text.replace('\n', "\r\n")).as_deref(), Ok(&rows[..]));
    }

    #[test]
    fn a_cell_is_one_line_without_what_nobody_sees() {
        let text = to_text(&[row("a", " two\n lines\tand \u{202e}a turn")]);
        assert_eq!(text, "scope\tdescription\na\ttwo lines and a turn\n");
        assert!(parse(&text).is_ok());
    }

    #[test]
    fn every_wrong_line_is_reported_with_its_number() {
        let text = "scope\tdescription\n\
                    a\tRead.\n\
                    b\n\
                    a\tRead again.\n\
                    c\t\n\
                    d\tRead\u{202e}.\n\
                    e\tRead.\tMail\n";
        let mistakes = parse(text).expect_err("wrong lines");
        let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7]);
    }

    #[test]
    fn the_first_line_names_the_columns() {
        for (text, title) in [
            ("", "the column `scope` is missing"),
            ("scope\n", "the column `description` is missing"),
            (
                "scope\tdescription\tscope\n",
                "the column `scope` is there twice",
            ),
            ("scope\tdescripton\n", "no column is named `descripton`"),
        ] {
            let mistakes = parse(text).expect_err("wrong columns");
            assert_eq!((mistakes[0].line, mistakes[0].title.as_str()), (1, title));
        }
    }

    #[test]
    fn a_table_has_a_largest_size() {
        let text = format!("scope\tdescription\na\t{}\n", "x".repeat(MAX_BYTES));
        assert!(parse(&text).is_err());
    }
}
