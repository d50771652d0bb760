//! Other programs: never with input, so that nothing waits for somebody who is not there.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

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
