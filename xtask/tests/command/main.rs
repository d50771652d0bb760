//! The built command, run in workspaces of its own.

mod arguments;
mod codegen;
#[cfg(unix)]
mod program;
#[cfg(unix)]
mod test;
#[cfg(unix)]
mod watch;
#[path = "../../../cli/tests/command/workspace.rs"]
mod workspace;

use workspace::Workspace;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xtask");

const README: &str = "# Atlas\n\n<!-- providers -->\n<!-- /providers -->\n\nThe end.\n";

/// A README with markers, and what tells this workspace from others.
const FILES: [(&str, &str); 2] = [("README.md", README), ("xtask/Cargo.toml", "")];

/// A workspace in which everything is generated.
fn generated() -> Workspace {
    let workspace = Workspace::new();
    let run = workspace.run(["codegen"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    workspace
}
