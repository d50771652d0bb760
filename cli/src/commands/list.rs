//! `cargo xtask list`

mod stale;

pub use stale::stale;

use std::fmt::Write;

use oauth_atlas_codegen as codegen;
use oauth_atlas_codegen::guide::{self, Guide};

use crate::failure::Failure;
use crate::mistakes;
use crate::table::ProviderTable;
use crate::terminal::Terminal;
use crate::workspace::Workspace;

/// The providers as a table.
pub fn providers(workspace: &Workspace, markdown: bool, terminal: Terminal) -> Result<(), Failure> {
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

/// The keys of the spec language, each with the providers that use it.
pub fn quirks(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let sources = workspace.specs()?;
    let uses = guide::uses(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    let mut text = String::new();
    for record in Guide::new().records {
        for key in record.keys {
            let name = format!("{}.{}", record.name, key.name);
            let users: Vec<_> = uses
                .iter()
                .filter(|used| used.record == record.name && used.key == key.name)
                .map(|used| used.provider.as_str())
                .collect();
            let who = match users.len() {
                0 => "nobody".to_owned(),
                all if all == sources.len() => "all".to_owned(),
                _ => users.join(", "),
            };
            let _ = writeln!(text, "{name}: {who}");
        }
    }
    terminal.data(text.trim_end())
}
