//! `cargo xtask fake`

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oauth_atlas_codegen::{self as codegen, Source};

use crate::failure::Failure;
use crate::mistakes;
use crate::terminal::Terminal;
use crate::workspace::Workspace;

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
    let mut child = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace.root())
        .args("run --quiet -p oauth-atlas-runtime --no-default-features".split(' '))
        .args("--features fake --example fake --".split(' '))
        .args(port.map(|port| port.to_string()))
        .stdin(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(descriptions.as_bytes()).map_err(failed)?;
    }
    match child.wait().map_err(failed)? {
        status if status.success() => Ok(()),
        status => Err(Failure::Findings(format!("the fake ended: {status}"))),
    }
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
