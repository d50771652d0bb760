//! The only place that writes to stdout and stderr.
//!
//! Texts may always be coloured: the streams drop the colours where the output is
//! no terminal or `NO_COLOR` is set.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use oauth_atlas_codegen::writing;

use crate::failure::Failure;

/// Where a command reports to.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// A quiet one shows no progress.
    #[must_use]
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether it shows no progress.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// What the command was asked for, to stdout.
    ///
    /// # Errors
    ///
    /// Where stdout cannot be written, except that its reader has seen enough.
    pub fn data(self, text: impl Display) -> Result<(), Failure> {
        match write_line(anstream::stdout().lock(), text) {
            // The reader has seen enough: `oauth-atlas list | head -1`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Failure::files("write to stdout", &error)),
        }
    }

    /// What the command is doing, to stderr.
    pub fn progress(self, line: impl Display) {
        if !self.quiet {
            self.error(line);
        }
    }

    /// Empties the screen, where stderr is one, so that what follows takes the place of what was said.
    pub fn clear(self) {
        let mut stderr = io::stderr();
        if stderr.is_terminal() {
            // Not through anstream, which takes this for a colour. What has scrolled away stays.
            let _ = stderr.write_all(b"\x1b[2J\x1b[H");
        }
    }

    /// What is wrong, to stderr.
    pub fn error(self, text: impl Display) {
        // Nowhere is left to report that stderr cannot be written.
        let _ = write_line(anstream::stderr().lock(), text);
    }
}

fn write_line(mut stream: impl Write, text: impl Display) -> io::Result<()> {
    writeln!(stream, "{}", harmless(&text.to_string()))?;
    stream.flush()
}

/// A text in which nothing is left for a terminal to obey but colours. Names of files, answers of
/// servers and messages of other programs are shown as well, whatever they hold.
fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\u{1b}') {
        at += found;
        match colour(&text[at..]) {
            Some(length) => {
                shown += &writing::visible(&text[done..at]);
                shown += &text[at..at + length];
                at += length;
                done = at;
            }
            None => at += '\u{1b}'.len_utf8(),
        }
    }
    shown + &writing::visible(&text[done..])
}

/// The length of a sequence that colours what follows (ECMA-48 §8.3.117), if the text begins with one.
fn colour(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..]
        .starts_with('m')
        .then_some("\u{1b}[m".len() + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_colours_alone() {
        for (text, expected) in [
            ("a\n\tb", "a\n\tb"),
            ("\u{1b}[1;36ma\u{1b}[0m", "\u{1b}[1;36ma\u{1b}[0m"),
            ("\u{1b}[2Ja", "\\u{1b}[2Ja"),
            ("\u{1b}]0;a\u{7}", "\\u{1b}]0;a\\u{7}"),
            ("\u{1b}[1", "\\u{1b}[1"),
            ("\u{9b}2J\r", "\\u{9b}2J\\u{d}"),
            ("a\u{202e}b", "a\\u{202e}b"),
        ] {
            assert_eq!(harmless(text), expected);
        }
    }
}
