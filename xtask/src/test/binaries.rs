//! The test binaries of the workspace. `cargo test` runs one after the other, and some do little but
//! wait or have one long test: those run beside the others here.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;

use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::terminal::Terminal;
use serde_json::Value;

use super::{cargo, child};
use crate::workspace::Workspace;

/// Tests of these names wait for clocks, servers and a browser for most of their time, count instructions
/// in one process for a minute, have one long test, or paste into one shell after the other. What they
/// bound by a clock has seconds to spare. More at once take longer in all: each hinders the others.
const BESIDE: [&str; 8] = [
    "contract",
    "growth",
    "killed",
    "oauth_atlas_cli",
    "oauth_atlas_store",
    "servers",
    "shared",
    "site",
];

const BUILD: &str =
    "test --workspace --all-features --no-run --message-format json-render-diagnostics";
/// Cargo alone knows how to run them.
const DOCUMENTATION: &str =
    "test --workspace --all-features --no-fail-fast --doc -- --include-ignored";

/// A test whose tool is missing is ignored elsewhere, and a failure here,
const ARGUMENTS: [&str; 1] = ["--include-ignored"];
/// as is a snapshot that differs.
const ENVIRONMENT: [(&str, &str); 1] = [("INSTA_UPDATE", "no")];

struct Binary {
    /// Of the target, which two packages may share.
    name: String,
    executable: PathBuf,
    /// The folder of its package, in which it runs.
    folder: PathBuf,
}

/// Runs all of them, whichever fail, and the tests in documentation.
pub fn run(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let binaries = build(workspace, terminal)?;
    let (beside, others): (Vec<_>, Vec<_>) = binaries
        .into_iter()
        .partition(|binary| BESIDE.contains(&binary.name.as_str()));
    let mut failed = Vec::new();
    thread::scope(|scope| {
        let (sender, done) = mpsc::channel();
        scope.spawn(move || {
            for binary in beside {
                let output = binary.command().output();
                // Nobody listens any more where this thread's scope has panicked.
                let _ = sender.send((binary, output));
            }
        });
        for binary in others {
            terminal.progress(format_args!("running {}", binary.shown(workspace)));
            if let Err(failure) = child::run(&mut binary.command()) {
                terminal.error(failure);
                failed.push(binary.shown(workspace));
            }
            for (binary, output) in done.try_iter() {
                show(&binary, output, workspace, terminal, &mut failed);
            }
        }
        let mut documentation = cargo(workspace, DOCUMENTATION);
        documentation.envs(ENVIRONMENT);
        terminal.progress("running documentation");
        if child::run(&mut documentation).is_err() {
            failed.push("documentation".to_owned());
        }
        for (binary, output) in done {
            show(&binary, output, workspace, terminal, &mut failed);
        }
    });
    match failed.as_slice() {
        [] => Ok(()),
        failed => Err(Failure::Findings(format!(
            "tests failed in {}",
            failed.join(", ")
        ))),
    }
}

/// Builds them, and learns from cargo which there are.
fn build(workspace: &Workspace, terminal: Terminal) -> Result<Vec<Binary>, Failure> {
    let mut command = cargo(workspace, BUILD);
    if terminal.is_quiet() {
        command.env("CARGO_TERM_QUIET", "true");
    }
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let line = child::line(&command);
    let output = command
        .output()
        .map_err(|error| Failure::Findings(format!("cannot run `{line}`: {error}")))?;
    if !output.status.success() {
        let status = output.status;
        return Err(Failure::Findings(format!("`{line}` ended with {status}")));
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut binaries: Vec<_> = messages.lines().filter_map(Binary::read).collect();
    if binaries.is_empty() {
        return Err(Failure::Findings(format!("`{line}` built no tests")));
    }
    // Cargo builds on several processors, and in another order each time.
    binaries.sort_by(|one, other| one.executable.cmp(&other.executable));
    Ok(binaries)
}

impl Binary {
    /// Reads a message of cargo, if it is about a binary that `cargo test` would run.
    fn read(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        if message["profile"]["test"] != true {
            return None;
        }
        let manifest = Path::new(message["manifest_path"].as_str()?);
        Some(Self {
            name: message["target"]["name"].as_str()?.to_owned(),
            executable: message["executable"].as_str()?.into(),
            folder: manifest.parent()?.to_owned(),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .args(ARGUMENTS)
            .current_dir(&self.folder)
            .envs(ENVIRONMENT)
            // As cargo does.
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .stdin(Stdio::null());
        command
    }

    fn shown(&self, workspace: &Workspace) -> String {
        let folder = self.folder.strip_prefix(workspace.root());
        format!(
            "{} of {}",
            self.name,
            folder.unwrap_or(&self.folder).display()
        )
    }
}

/// Shows at once what a binary has said, so that no two are mixed.
fn show(
    binary: &Binary,
    output: io::Result<Output>,
    workspace: &Workspace,
    terminal: Terminal,
    failed: &mut Vec<String>,
) {
    let shown = binary.shown(workspace);
    terminal.progress(format_args!("ran beside: {shown}"));
    let has_passed = match output {
        Ok(output) => {
            child::pass_on(&output);
            output.status.success()
        }
        Err(error) => {
            terminal.error(format_args!("cannot run {shown}: {error}"));
            false
        }
    };
    if !has_passed {
        failed.push(shown);
    }
}
