//! `cargo xtask list`

use oauth_atlas_codegen as codegen;

use crate::failure::Failure;
use crate::mistakes;
use crate::table::ProviderTable;
use crate::terminal::Terminal;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, markdown: bool, terminal: Terminal) -> Result<(), Failure> {
    let sources = workspace.specs()?;
    let providers =
        codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    let table = ProviderTable::of(&providers);
    terminal.data(
        if markdown {
            table.to_markdown()
        } else {
            table.to_text()
        }
        .trim_end(),
    )
}
