//! Other programs: never with input, so that nothing waits for somebody who is not there.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use oauth_atlas_cli::failure::Failure;

/// Runs a program whose output passes through. How it failed is a finding.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    match command.stdin(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Findings(format!(
            "`{}` ended with {status}",
            line(command)
        ))),
        Err(error) => Err(Failure::Findings(format!(
            "cannot run `{}`: {error}",
            line(command)
        ))),
    }
}

/// Writes what a program has said to where it would have.
pub fn pass_on(output: &Output) {
    // Nowhere is left to report that neither can be written.
    let _ = io::stdout().write_all(&output.stdout);
    let _ = io::stderr().write_all(&output.stderr);
}

/// Whether a program is there and succeeds. Its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// The command as it would be typed.
pub fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
