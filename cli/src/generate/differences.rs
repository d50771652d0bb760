//! What `codegen --check` shows: the names of missing and stray files, then short
//! diffs of the stale ones.

use std::fmt::{self, Write as _};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use oauth_atlas_codegen::{Difference, DifferenceKind};
use similar::{ChangeTag, TextDiff};

/// Enough to recognise a change; whoever wants all of it runs the command and asks git.
const LINES_PER_FILE: usize = 40;
const LINES_IN_ALL: usize = 200;
const CONTEXT: usize = 2;

/// After this a diff may show more lines as changed than it need.
const PATIENCE: Duration = Duration::from_millis(200);

const NAME: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();

/// Describes all differences in at most about [`LINES_IN_ALL`] lines.
pub fn describe(mut differences: Vec<Difference>) -> String {
    // One line each: before the diffs, so that none of them is cut off.
    differences.sort_by_key(|difference| matches!(difference.kind, DifferenceKind::Changed { .. }));
    let mut text = String::new();
    let mut lines_left = LINES_IN_ALL;
    for (index, difference) in differences.iter().enumerate() {
        if lines_left == 0 {
            push(
                &mut text,
                format_args!("… and {} more files", differences.len() - index),
            );
            break;
        }
        let lines = lines_of(difference);
        let shown = lines.len().min(LINES_PER_FILE).min(lines_left);
        for line in &lines[..shown] {
            push(&mut text, line);
        }
        if shown < lines.len() {
            push(
                &mut text,
                format_args!("… and {} more lines", lines.len() - shown),
            );
        }
        lines_left -= shown;
    }
    text
}

fn push(text: &mut String, line: impl fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

fn lines_of(difference: &Difference) -> Vec<String> {
    let path = &difference.path;
    match &difference.kind {
        DifferenceKind::Missing => vec![format!("{NAME}{path}{NAME:#} is missing")],
        DifferenceKind::Extra => vec![format!(
            "{NAME}{path}{NAME:#} is stray: no spec asks for it"
        )],
        DifferenceKind::Changed {
            committed,
            generated,
        } => {
            let mut lines = vec![format!("{NAME}{path}{NAME:#} is stale")];
            lines.extend(unified_diff(path, committed, generated));
            lines
        }
    }
}

fn unified_diff(path: &str, committed: &str, generated: &str) -> Vec<String> {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(committed, generated);
    let mut lines = vec![
        format!("{REMOVED}--- {path} (committed){REMOVED:#}"),
        format!("{ADDED}+++ {path} (generated){ADDED:#}"),
    ];
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push(format!("{PLACE}{}{PLACE:#}", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', Style::new()),
                ChangeTag::Delete => ('-', REMOVED),
                ChangeTag::Insert => ('+', ADDED),
            };
            let line = change.value().trim_end_matches('\n');
            lines.push(format!("{style}{sign}{line}{style:#}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(path: &str, committed: &str, generated: &str) -> Difference {
        let kind = DifferenceKind::Changed {
            committed: committed.to_owned(),
            generated: generated.to_owned(),
        };
        Difference {
            path: path.to_owned(),
            kind,
        }
    }

    fn plain(differences: Vec<Difference>) -> String {
        anstream::adapter::strip_str(&describe(differences)).to_string()
    }

    fn numbered(word: &str, count: usize) -> String {
        (0..count)
            .map(|number| format!("{word} {number}\n"))
            .collect()
    }

    #[test]
    fn one_changed_line_is_shown_with_its_surroundings() {
        let shown = plain(vec![changed(
            "a.rs",
            "1\n2\n3\n4\n5\n6\n7\n",
            "1\n2\n3\nfour\n5\n6\n7\n",
        )]);
        assert_eq!(
            shown,
            "\
a.rs is stale
--- a.rs (committed)
+++ a.rs (generated)
@@ -2,5 +2,5 @@
 2
 3
-4
+four
 5
 6
"
        );
    }

    #[test]
    fn missing_and_stray_files_are_named_before_the_diffs() {
        let shown = plain(vec![
            changed("a.rs", "1\n", "2\n"),
            Difference {
                path: "b.rs".to_owned(),
                kind: DifferenceKind::Missing,
            },
            Difference {
                path: "c.rs".to_owned(),
                kind: DifferenceKind::Extra,
            },
        ]);
        let expected = "b.rs is missing\nc.rs is stray: no spec asks for it\na.rs is stale\n";
        assert!(shown.starts_with(expected), "{shown}");
    }

    #[test]
    fn a_long_diff_is_cut() {
        let shown = plain(vec![changed(
            "a.rs",
            &numbered("old", 100),
            &numbered("new", 100),
        )]);
        assert_eq!(shown.lines().count(), LINES_PER_FILE + 1);
        // The name, two lines of header, the place, and each line twice.
        assert!(shown.ends_with("… and 164 more lines\n"), "{shown}");
    }

    #[test]
    fn many_long_diffs_are_cut() {
        let (old, new) = (numbered("old", 100), numbered("new", 100));
        let shown = plain(
            (0..9)
                .map(|number| changed(&format!("{number}.rs"), &old, &new))
                .collect(),
        );
        assert!(
            shown.lines().count() <= LINES_IN_ALL + 9,
            "{}",
            shown.lines().count()
        );
        assert!(shown.ends_with("… and 4 more files\n"), "{shown}");
    }
}
