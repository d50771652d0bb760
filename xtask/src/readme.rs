//! Generated parts of files that are otherwise written by hand: the table of providers in
//! README.md, and the keys of the spec language in specs/README.md.

use std::fs;
use std::path::Path;

use oauth_atlas_cli::failure::Failure;

/// A place between two marker lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// The file's path below the workspace.
    pub file: &'static str,
    /// What the markers are named after.
    pub marker: &'static str,
}

pub const PROVIDERS: Block = Block {
    file: "README.md",
    marker: "providers",
};
pub const KEYS: Block = Block {
    file: "specs/README.md",
    marker: "keys",
};

impl Block {
    fn open(self) -> String {
        format!("<!-- {} -->", self.marker)
    }

    fn close(self) -> String {
        format!("<!-- /{} -->", self.marker)
    }
}

/// The path of the block's file below `root`, and the file's text with `text` in the block.
pub fn with_block(root: &Path, block: Block, text: &str) -> Result<(String, String), Failure> {
    let path = root.join(block.file);
    let committed = fs::read_to_string(&path)
        .map_err(|error| Failure::files(format_args!("read {}", path.display()), &error))?
        // Line ends of another system do not count, as in `Files::compare`.
        .replace("\r\n", "\n");
    Ok((block.file.to_owned(), with_text(&committed, block, text)?))
}

/// The file does not hold exactly one pair of marker lines.
#[derive(Debug, PartialEq, Eq)]
pub struct MarkersMissing(Block);

impl From<MarkersMissing> for Failure {
    fn from(MarkersMissing(block): MarkersMissing) -> Self {
        Self::Findings(format!(
            "{} has no place for the {}; add these two lines to it, once each:\n{}\n{}",
            block.file,
            block.marker,
            block.open(),
            block.close()
        ))
    }
}

/// `readme` with `text` between the marker lines of the block. Everything else stays as it is.
pub fn with_text(readme: &str, block: Block, text: &str) -> Result<String, MarkersMissing> {
    let (opening, closing) = (block.open(), block.close());
    let open = only_line(readme, &opening).ok_or(MarkersMissing(block))?;
    let close = only_line(readme, &closing).ok_or(MarkersMissing(block))?;
    if close < open {
        return Err(MarkersMissing(block));
    }
    let before = &readme[..open];
    let after = &readme[close..];
    Ok(format!("{before}{opening}\n\n{}\n\n{after}", text.trim()))
}

/// Where the only line starts that consists of `marker`. A marker inside a sentence is none.
fn only_line(text: &str, marker: &str) -> Option<usize> {
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.trim_end() == marker {
            found.push(start);
        }
        start += line.len();
    }
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_takes_the_place_of_what_is_between_the_markers() {
        let readme = "# Atlas\n\n<!-- providers -->\nold\n<!-- /providers -->\n\nEnd.\n";
        assert_eq!(
            with_text(readme, PROVIDERS, "| a |\n").as_deref(),
            Ok("# Atlas\n\n<!-- providers -->\n\n| a |\n\n<!-- /providers -->\n\nEnd.\n")
        );
    }

    #[test]
    fn a_current_table_changes_nothing() {
        let readme = "<!-- providers -->\n\n| a |\n\n<!-- /providers -->\n";
        assert_eq!(
            with_text(readme, PROVIDERS, "| a |\n").as_deref(),
            Ok(readme)
        );
    }

    #[test]
    fn a_marker_inside_a_sentence_is_none() {
        let readme = "Between `<!-- providers -->` and `<!-- /providers -->`.\n";
        assert_eq!(
            with_text(readme, PROVIDERS, "| a |"),
            Err(MarkersMissing(PROVIDERS))
        );
    }

    #[test]
    fn two_blocks_or_crossed_markers_are_refused() {
        let block = "<!-- providers -->\n<!-- /providers -->\n";
        assert_eq!(
            with_text(&block.repeat(2), PROVIDERS, "| a |"),
            Err(MarkersMissing(PROVIDERS))
        );
        let crossed = "<!-- /providers -->\n<!-- providers -->\n";
        assert_eq!(
            with_text(crossed, PROVIDERS, "| a |"),
            Err(MarkersMissing(PROVIDERS))
        );
    }
}
