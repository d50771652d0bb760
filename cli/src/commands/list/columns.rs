//! The table of providers in columns, as wide as the terminal.

use textwrap::Options;

use crate::table::Row;

/// The columns in the order in which they are left out where there is no room: those last that say
/// which provider it is.
const DISPENSABLE: [usize; 5] = [CLIENTS, ENVIRONMENTS, SCOPES, PKCE, GRANTS];
const GRANTS: usize = 2;
const CLIENTS: usize = 3;
const PKCE: usize = 4;
const SCOPES: usize = 5;
const ENVIRONMENTS: usize = 6;

/// The columns that are lists, and may be broken into lines.
const LISTS: [usize; 3] = [GRANTS, CLIENTS, ENVIRONMENTS];

/// What stands between two columns.
const GAP: &str = "  ";

/// A table that fits.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns {
    /// Its lines.
    pub text: String,
    /// The titles of the columns that it lacks, in their order.
    pub left_out: Vec<String>,
}

impl Columns {
    /// The rows, the header first, in lines of at most `width` characters; without one, as wide as
    /// they are. The name and the module of a provider are there however wide that is.
    pub fn of(rows: &[Row], width: Option<usize>) -> Self {
        let Some((header, _)) = rows.split_first() else {
            return Self {
                text: String::new(),
                left_out: Vec::new(),
            };
        };
        let widest = |column: usize, length: &dyn Fn(&str) -> usize| {
            let cells = rows.iter().map(|row| length(&row[column]));
            cells.max().unwrap_or_default()
        };
        let whole = |cell: &str| cell.chars().count();
        let longest_word = |cell: &str| cell.split(' ').map(whole).max().unwrap_or_default();
        let mut columns: Vec<_> = (0..header.len())
            .map(|index| Column {
                index,
                width: widest(index, &whole),
                least: match LISTS.contains(&index) {
                    true => widest(index, &longest_word),
                    false => widest(index, &whole),
                },
            })
            .collect();
        if let Some(width) = width {
            fit(&mut columns, width);
        }
        let is_there = |index: usize| columns.iter().any(|column| column.index == index);
        let missing = (0..header.len()).filter(|index| !is_there(*index));
        Self {
            text: rows.iter().map(|row| lines(row, &columns)).collect(),
            left_out: missing.map(|index| header[index].clone()).collect(),
        }
    }
}

struct Column {
    index: usize,
    width: usize,
    /// Its longest word, or for a column that is not broken all of it.
    least: usize,
}

/// Leaves out columns until the rest fits when it is broken, and then makes the widest narrower.
fn fit(columns: &mut Vec<Column>, width: usize) {
    for index in DISPENSABLE {
        if total(columns, |column| column.least) > width {
            columns.retain(|column| column.index != index);
        }
    }
    while total(columns, |column| column.width) > width {
        let wide = columns
            .iter_mut()
            .filter(|column| column.width > column.least);
        let Some(widest) = wide.max_by_key(|column| column.width) else {
            return;
        };
        widest.width -= 1;
    }
}

fn total(columns: &[Column], width: impl Fn(&Column) -> usize) -> usize {
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    columns.iter().map(width).sum::<usize>() + gaps
}

/// A row, of as many lines as its longest cell takes.
fn lines(row: &Row, columns: &[Column]) -> String {
    let cells: Vec<_> = columns
        .iter()
        .map(|column| textwrap::wrap(&row[column.index], Options::new(column.width)))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut text = String::new();
    for line in 0..height {
        let parts: Vec<_> = cells
            .iter()
            .zip(columns)
            .map(|(cell, column)| {
                let part = cell.get(line).map_or("", |part| part);
                format!("{part:width$}", width = column.width)
            })
            .collect();
        text += parts.join(GAP).trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let header = [
            "provider",
            "module",
            "grants",
            "clients",
            "PKCE",
            "scopes",
            "environments",
        ];
        let acme = [
            "Acmé",
            "acme",
            "authorization_code, refresh_token",
            "confidential: client_secret_post; public: none",
            "required",
            "2 known",
            "production, sandbox",
        ];
        [header, acme].map(|row| row.map(str::to_owned)).into()
    }

    fn widest(text: &str) -> usize {
        let widths = text.lines().map(|line| line.chars().count());
        widths.max().unwrap_or_default()
    }

    #[test]
    fn without_a_terminal_a_provider_is_a_line() {
        let columns = Columns::of(&rows(), None);
        let expected = "\
provider  module  grants                             clients                                         PKCE      scopes   environments
Acmé      acme    authorization_code, refresh_token  confidential: client_secret_post; public: none  required  2 known  production, sandbox
";
        assert_eq!(columns.text, expected);
        assert!(columns.left_out.is_empty());
        assert_eq!(columns, Columns::of(&rows(), Some(widest(expected))));
    }

    #[test]
    fn lists_are_broken_before_anything_is_left_out() {
        let columns = Columns::of(&rows(), Some(96));
        let expected = "\
provider  module  grants               clients              PKCE      scopes   environments
Acmé      acme    authorization_code,  confidential:        required  2 known  production,
                  refresh_token        client_secret_post;                     sandbox
                                       public: none
";
        assert_eq!(columns.text, expected);
        assert!(columns.left_out.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let columns = Columns::of(&rows(), Some(70));
        let expected = "\
provider  module  grants               PKCE      scopes   environments
Acmé      acme    authorization_code,  required  2 known  production,
                  refresh_token                           sandbox
";
        assert_eq!(columns.text, expected);
        assert_eq!(columns.left_out, ["clients"]);
        let narrower = Columns::of(&rows(), Some(69));
        assert_eq!(narrower.left_out, ["clients", "environments"]);
    }

    #[test]
    fn every_width_is_kept_down_to_the_names() {
        for width in 16..200 {
            let columns = Columns::of(&rows(), Some(width));
            assert!(widest(&columns.text) <= width, "{width}: {}", columns.text);
            assert!(columns.text.starts_with("provider  module"));
        }
    }
}
