//! Texts of others in YAML and in its comments.

use std::fmt::Write as _;

use oauth_atlas_codegen::writing;

/// Lines end here, as those of the other specs do.
pub const WIDTH: usize = 118;

/// A text as a scalar that stands for itself, wherever it is written: in quotation marks where it
/// could be something else.
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotation marks, with all escaped that YAML does not take as it is.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            _ if is_odd(character) => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

/// Words, and URLs. A colon is safe between two letters, and nothing else of YAML's is let in.
fn is_plain(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-./:+() ".contains(c);
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric() || "/.)".contains(last))
        && text.chars().all(word)
        && !text.contains(": ")
        && !reserved.contains(&text.to_ascii_lowercase().as_str())
}

/// What could show another spec than there is, and what is no YAML.
fn is_odd(character: char) -> bool {
    character.is_control()
        || writing::is_hidden(character)
        || matches!(character, '\u{fffe}' | '\u{ffff}')
}

/// A comment of as many lines as it takes, behind `indentation` spaces.
pub fn comment(text: &str, indentation: usize) -> String {
    let margin = format!("{:indentation$}#", "");
    let mut lines = String::new();
    let mut line = margin.clone();
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|c| !is_odd(*c)).collect();
        if line.len() > margin.len() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines += &line;
            lines.push('\n');
            line.clone_from(&margin);
        }
        line.push(' ');
        line += &word;
    }
    lines + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stand_for_themselves() {
        for (text, expected) in [
            ("Acme", "Acme"),
            ("https://acme.example/a", "https://acme.example/a"),
            ("read:user", "read:user"),
            ("no", "\"no\""),
            ("", "\"\""),
            ("12", "\"12\""),
            ("a: b", "\"a: b\""),
            ("a:", "\"a:\""),
            ("a #b", "\"a #b\""),
            ("*", "\"*\""),
            ("a\"\nb: c", "\"a\\\"\\nb: c\""),
            ("a\u{202e}b", "\"a\\U0000202Eb\""),
            ("Café", "\"Café\""),
        ] {
            assert_eq!(scalar(text), expected);
        }
    }

    #[test]
    fn a_comment_stays_a_comment() {
        assert_eq!(comment("one\ntwo\u{85}\rthree", 2), "  # one two three\n");
        let long = comment(&"word ".repeat(50), 0);
        assert!(
            long.lines()
                .all(|line| line.starts_with("# ") && line.len() <= WIDTH)
        );
        assert_eq!(long.lines().count(), 3);
    }
}
