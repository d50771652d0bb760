//! `cargo xtask fake`

use std::env;
use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use oauth_atlas_codegen::{self as codegen, Source};

use crate::failure::Failure;
use crate::mistakes;
use crate::terminal::Terminal;
use crate::workspace::{self, Workspace};

/// Runs the fake of one provider until it is stopped: a program of the runtime, so that this one is
/// built without an HTTP server.
pub fn run(
    workspace: &Workspace,
    provider: &str,
    port: Option<u16>,
    terminal: Terminal,
) -> Result<(), Failure> {
    let path = spec(workspace, provider);
    let shown_as = path.display().to_string();
    let source = Source::read(&path, &shown_as)
        .map_err(|error| Failure::files(format_args!("read {shown_as}"), &error))?;
    let providers = codegen::load(&[source]).map_err(|report| mistakes::found(&report, 1))?;
    let descriptions: String = providers.iter().map(codegen::fake).collect();

    terminal.progress("building the fake …");
    let failed = |error| Failure::files("run the fake", &error);
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        // The specs may be another workspace's; the program is this one's.
        .current_dir(workspace::this())
        .args("run --quiet -p oauth-atlas-runtime --no-default-features".split(' '))
        .args("--features fake --example fake --".split(' '))
        .args(port.map(|port| port.to_string()))
        .stdin(input(&descriptions).map_err(failed)?);
    become_it(&mut command).map_err(failed)?;
    Ok(())
}

/// A text to read from, without anybody who has to be there to write it.
fn input(text: &str) -> io::Result<File> {
    let path = env::temp_dir().join(format!("oauth-atlas-fake-{}.json", process::id()));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    // Where an open file cannot be removed, the system clears its folder some day.
    let _ = fs::remove_file(&path);
    Ok(file)
}

/// Runs the command in the place of this one, so that whoever ends this ends the server.
#[cfg(unix)]
fn become_it(command: &mut Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> io::Result<()> {
    command.status().map(|_| ())
}

/// A provider of the workspace by its module's name, or a spec that is kept elsewhere.
fn spec(workspace: &Workspace, provider: &str) -> PathBuf {
    let is_path = Path::new(provider).extension().is_some();
    if is_path {
        return PathBuf::from(provider);
    }
    workspace
        .root()
        .join("specs")
        .join(format!("{provider}.yaml"))
}
