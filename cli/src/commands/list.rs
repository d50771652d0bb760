//! `oauth-atlas list`

mod columns;
mod health;
mod stale;

pub use health::health;
pub use stale::stale;

use std::fmt::Write;

use dialoguer::console::Term;
use oauth_atlas_codegen as codegen;
use oauth_atlas_codegen::guide::{self, Guide};

use columns::Columns;

use crate::failure::Failure;
use crate::mistakes::{self, count};
use crate::specs::Specs;
use crate::table::ProviderTable;
use crate::terminal::Terminal;

/// The providers as a table.
pub fn providers(specs: &Specs, markdown: bool, terminal: Terminal) -> Result<(), Failure> {
    let sources = specs.all()?;
    let providers =
        codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    let table = ProviderTable::of(&providers);
    if markdown {
        return terminal.data(table.to_markdown().trim_end());
    }
    let rows: Vec<_> = table.rows().collect();
    let columns = Columns::of(&rows, width());
    terminal.data(columns.text.trim_end())?;
    if specs.are_built_in() {
        terminal.progress(format_args!(
            "{}, built into oauth-atlas {}",
            count(providers.len(), "provider"),
            env!("CARGO_PKG_VERSION")
        ));
    }
    if !columns.left_out.is_empty() {
        terminal.progress(format_args!(
            "columns that do not fit: {}; `--markdown` shows them",
            columns.left_out.join(", ")
        ));
    }
    Ok(())
}

/// How many characters a line of stdout has, where that is a terminal.
fn width() -> Option<usize> {
    let stdout = Term::stdout();
    let size = stdout.is_term().then(|| stdout.size_checked()).flatten();
    size.map(|(_, columns)| columns.into())
}

/// The keys of the spec language, each with the providers that use it.
pub fn quirks(specs: &Specs, terminal: Terminal) -> Result<(), Failure> {
    let sources = specs.all()?;
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
                0 => "none".to_owned(),
                all if all == sources.len() => "all".to_owned(),
                _ => users.join(", "),
            };
            let _ = writeln!(text, "{name}: {who}");
        }
    }
    terminal.data(text.trim_end())
}
