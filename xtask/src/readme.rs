//! The table of providers in README.md: the only generated part of a file that is
//! otherwise written by hand.

use std::fs;
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::{Difference, DifferenceKind};

use crate::failure::Failure;

pub const NAME: &str = "README.md";

const OPEN: &str = "<!-- providers -->";
const CLOSE: &str = "<!-- /providers -->";

#[derive(Debug)]
pub struct Readme {
    path: PathBuf,
    committed: String,
    current: String,
}

impl Readme {
    /// The README in `root` as it is, and as it is with this table.
    pub fn read(root: &Path, table: &str) -> Result<Self, Failure> {
        let path = root.join(NAME);
        let committed = fs::read_to_string(&path)
            .map_err(|error| Failure::files(format_args!("read {}", path.display()), &error))?
            // Line ends of another system do not count, as in `Files::compare`.
            .replace("\r\n", "\n");
        let current = with_table(&committed, table)?;
        Ok(Self {
            path,
            committed,
            current,
        })
    }

    pub fn compare(&self) -> Option<Difference> {
        let kind = || DifferenceKind::Changed {
            committed: self.committed.clone(),
            generated: self.current.clone(),
        };
        self.is_stale().then(|| Difference {
            path: NAME.to_owned(),
            kind: kind(),
        })
    }

    /// Writes the README if it is stale, and says whether it was.
    pub fn write(&self) -> Result<bool, Failure> {
        if self.is_stale() {
            let action = format_args!("write {}", self.path.display());
            fs::write(&self.path, &self.current).map_err(|error| Failure::files(action, &error))?;
        }
        Ok(self.is_stale())
    }

    fn is_stale(&self) -> bool {
        self.committed != self.current
    }
}

/// The README does not hold exactly one pair of marker lines.
#[derive(Debug, PartialEq, Eq)]
pub struct MarkersMissing;

impl From<MarkersMissing> for Failure {
    fn from(MarkersMissing: MarkersMissing) -> Self {
        Self::Findings(format!(
            "README.md has no place for the table of providers; add these two lines to it, once each:\n\
             {OPEN}\n{CLOSE}"
        ))
    }
}

/// `readme` with `table` between its marker lines. Everything else stays as it is.
pub fn with_table(readme: &str, table: &str) -> Result<String, MarkersMissing> {
    let open = only_line(readme, OPEN)?;
    let close = only_line(readme, CLOSE)?;
    if close < open {
        return Err(MarkersMissing);
    }
    let before = &readme[..open];
    let after = &readme[close..];
    Ok(format!("{before}{OPEN}\n\n{}\n\n{after}", table.trim_end()))
}

/// Where the only line starts that consists of `marker`. A marker inside a sentence is none.
fn only_line(text: &str, marker: &str) -> Result<usize, MarkersMissing> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.trim_end() == marker {
            found.push(start);
        }
        start += line.len();
    }
    match found[..] {
        [only] => Ok(only),
        _ => Err(MarkersMissing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_takes_the_place_of_what_is_between_the_markers() {
        let readme = "# Atlas\n\n<!-- providers -->\nold\n<!-- /providers -->\n\nEnd.\n";
        assert_eq!(
            with_table(readme, "| a |\n").as_deref(),
            Ok("# Atlas\n\n<!-- providers -->\n\n| a |\n\n<!-- /providers -->\n\nEnd.\n")
        );
    }

    #[test]
    fn a_current_table_changes_nothing() {
        let readme = "<!-- providers -->\n\n| a |\n\n<!-- /providers -->\n";
        assert_eq!(with_table(readme, "| a |\n").as_deref(), Ok(readme));
    }

    #[test]
    fn a_marker_inside_a_sentence_is_none() {
        let readme = "Between `<!-- providers -->` and `<!-- /providers -->`.\n";
        assert_eq!(with_table(readme, "| a |"), Err(MarkersMissing));
    }

    #[test]
    fn two_blocks_or_crossed_markers_are_refused() {
        let block = "<!-- providers -->\n<!-- /providers -->\n";
        assert_eq!(with_table(&block.repeat(2), "| a |"), Err(MarkersMissing));
        let crossed = "<!-- /providers -->\n<!-- providers -->\n";
        assert_eq!(with_table(crossed, "| a |"), Err(MarkersMissing));
    }
}
