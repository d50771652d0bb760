//! Why a command did not end well, and the exit code that says so.

use std::fmt;
use std::io;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// The command did its work, and what it found is wrong. Holds all that is to be said.
    Findings(String),
    /// What was typed contradicts itself, or names nothing that there is.
    Arguments(String),
    /// Files could not be read or written.
    Files(String),
}

impl Failure {
    /// A failure of the file system. `action` says what was tried: `read specs/kraken.yaml`.
    pub fn files(action: impl fmt::Display, source: &io::Error) -> Self {
        Self::Files(format!("cannot {action}: {source}"))
    }

    /// 1 for findings, 2 for arguments, 3 for files.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Findings(_) => ExitCode::from(1),
            // As clap answers to wrong arguments.
            Self::Arguments(_) => ExitCode::from(2),
            Self::Files(_) => ExitCode::from(3),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Findings(findings) => formatter.write_str(findings),
            Self::Arguments(message) | Self::Files(message) => {
                write!(formatter, "{ERROR}error{ERROR:#}: {message}")
            }
        }
    }
}
