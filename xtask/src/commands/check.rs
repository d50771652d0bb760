//! `cargo xtask check`

use std::path::{Path, PathBuf};

use oauth_atlas_codegen::{self as codegen, Source};

use crate::failure::Failure;
use crate::mistakes::{self, count};
use crate::terminal::Terminal;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, files: &[PathBuf], terminal: Terminal) -> Result<(), Failure> {
    let sources = if files.is_empty() {
        workspace.specs()?
    } else {
        files
            .iter()
            .map(|file| read(file))
            .collect::<Result<_, _>>()?
    };
    codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    terminal.progress(format_args!(
        "{}, no mistakes",
        count(sources.len(), "spec")
    ));
    Ok(())
}

fn read(file: &Path) -> Result<Source, Failure> {
    let shown_as = file.display().to_string();
    Source::read(file, &shown_as)
        .map_err(|error| Failure::files(format_args!("read {shown_as}"), &error))
}
