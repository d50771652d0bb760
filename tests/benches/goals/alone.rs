//! The benchmark as cargo builds it for this package alone. `cargo bench` builds all packages of the
//! workspace at once, with all features that any of them turns on, and those are not what users run.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

/// Runs it, unless it is this program, and says how it ended.
pub fn run(arguments: &[String]) -> Option<ExitCode> {
    let alone = fs::canonicalize(built_alone()).expect("what cargo has built");
    let own = env::current_exe().and_then(fs::canonicalize);
    if own.expect("this program") == alone {
        return None;
    }
    let status = Command::new(alone).args(arguments).status();
    Some(match status.expect("it runs").success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn built_alone() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["bench", "--package", env!("CARGO_PKG_NAME")])
        .args(["--bench", env!("CARGO_CRATE_NAME"), "--no-run", "--quiet"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit());
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "this package compiles alone");
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let executable = messages.find_map(|message: Value| {
        let is_this = message["target"]["name"] == env!("CARGO_CRATE_NAME");
        let executable = message["executable"].as_str().filter(|_| is_this)?;
        Some(PathBuf::from(executable))
    });
    executable.expect("cargo says what it has built")
}
