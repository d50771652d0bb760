//! `cargo xtask check`

use std::path::PathBuf;

use oauth_atlas_codegen as codegen;

use crate::failure::Failure;
use crate::mistakes::{self, count};
use crate::terminal::Terminal;
use crate::workspace::{self, Workspace};

pub fn run(workspace: &Workspace, files: &[PathBuf], terminal: Terminal) -> Result<(), Failure> {
    let sources = if files.is_empty() {
        workspace.specs()?
    } else {
        files
            .iter()
            .map(|file| workspace::spec(file))
            .collect::<Result<_, _>>()?
    };
    codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    terminal.progress(format_args!(
        "{}, no mistakes",
        count(sources.len(), "spec")
    ));
    Ok(())
}
