//! The program `oauth-atlas`, as it is in this workspace now.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::verbs::CALLED_AS;

use crate::NAME;
use crate::workspace::Workspace;

/// Runs it with these arguments, and ends as it ends.
pub fn run(arguments: &[OsString]) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["run", "--quiet", "--manifest-path"])
        .arg(workspace.root().join("Cargo.toml"))
        .args(["--package", "oauth-atlas-cli"])
        // Without the specs of a build, which would be made again for each that is edited: here is the
        // folder of them.
        .args(["--no-default-features", "--features", "program", "--"])
        .args(arguments)
        .env(CALLED_AS, NAME);
    become_program(&mut cargo)
}

/// In the same process, so that signals and the exit code are the program's own.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt as _;
    Err(Failure::files("run cargo", &command.exec()))
}

#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<ExitCode, Failure> {
    let status = command
        .status()
        .map_err(|error| Failure::files("run cargo", &error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
