//! The only place that writes to stdout and stderr.
//!
//! Texts may always be coloured: the streams drop the colours where the output is
//! no terminal or `NO_COLOR` is set.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    quiet: bool,
}

impl Terminal {
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// What the command was asked for, to stdout.
    pub fn data(self, text: impl Display) -> Result<(), Failure> {
        match write_line(anstream::stdout().lock(), text) {
            // The reader has seen enough: `cargo xtask list | head -1`.
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
    writeln!(stream, "{text}")?;
    stream.flush()
}
