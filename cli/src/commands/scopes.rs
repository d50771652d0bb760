//! `oauth-atlas scopes`

mod document;
mod merge;
mod openapi;
mod row;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use oauth_atlas_codegen::{self as codegen, Source, scope_table, writing};

use crate::day::Day;
use crate::failure::Failure;
use crate::mistakes::count;
use crate::specs::Specs;
use crate::terminal::Terminal;
use merge::{Change, Changes};
use row::Rows;

/// So many names of a kind are printed; the rest is a number.
const NAMES: usize = 20;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Import the scopes that a provider publishes in a form for machines
    #[command(after_help = "\
Examples:
  oauth-atlas scopes import acme --from openapi.json
                               write specs/acme.scopes.tsv
  oauth-atlas scopes import acme --from jira.json --from confluence.yaml
                               scopes of several documents
  oauth-atlas scopes import google --from documents/
                               every document in a folder and below
  oauth-atlas scopes import acme --from openapi.json --check
                               write nothing; exit with 1 if something changed

Reads discovery documents of Google APIs, Microsoft Graph's permissions-descriptions.json, OpenAPI
security schemes, authorization server metadata (RFC 8414), and tables with tabs whose first line names
the columns: scope, description, category.

Scopes of the spec stay as they are, and so do rows of the table; new ones are added, but for those with
a {placeholder}. A scope of the table that none of the documents has is marked as deprecated: name all
documents of a provider at once. `imported` of the spec's `scopes` names their source.")]
    Import(Import),
}

#[derive(Debug, Args)]
pub struct Import {
    /// The provider's module or name, or the path of a spec
    #[arg(value_name = "PROVIDER|FILE")]
    provider: String,

    /// A document with scopes, or a folder of them
    #[arg(long, required = true, value_name = "FILE|FOLDER")]
    from: Vec<PathBuf>,

    /// Write nothing; exit with 1 if the documents have other scopes
    #[arg(long)]
    check: bool,

    /// The day on which scopes were found to be gone
    #[arg(long, hide = true, hide_default_value = true, value_name = "DATE", default_value_t = Day::today())]
    today: Day,
}

pub fn run(specs: &Specs, command: &Command, terminal: Terminal) -> Result<(), Failure> {
    match command {
        Command::Import(import) => run_import(specs, import, terminal),
    }
}

fn run_import(specs: &Specs, import: &Import, terminal: Terminal) -> Result<(), Failure> {
    let path = specs.path(&import.provider)?;
    let shown_as = path.display().to_string();
    let source = Source::read(&path, &shown_as)
        .map_err(|error| Failure::files(format_args!("read {shown_as}"), &error))?;
    let table = codegen::scopes_beside(&path);
    let shown_table = source.scopes_path();
    let known = match &source.scopes {
        Some(text) => scope_table::parse(text).map_err(|mistakes| {
            let lines = mistakes
                .iter()
                .map(|one| format!("{shown_table}:{}: {}; {}", one.line, one.title, one.help));
            Failure::Findings(lines.collect::<Vec<_>>().join("\n"))
        })?,
        None => Vec::new(),
    };
    let own = writing::scopes(&source);
    let found = read(&import.from, terminal)?;
    let changes = merge::merge(known, &own, found, import.today);
    describe(&changes, &own, terminal)?;
    let text = scope_table::to_text(&changes.rows);
    if text.len() > scope_table::MAX_BYTES {
        return Err(Failure::Findings(format!(
            "{shown_table} would have {} bytes; a table of scopes has at most {}",
            text.len(),
            scope_table::MAX_BYTES
        )));
    }
    if changes.rows.is_empty() && source.scopes.is_none() {
        terminal.progress("the spec has every scope of these documents");
        return Ok(());
    }
    if source.scopes.as_deref() == Some(text.as_str()) {
        terminal.progress(format_args!("{shown_table} is as these documents are"));
        return Ok(());
    }
    if import.check {
        return Err(Failure::Findings(format!(
            "{shown_table} is not as these documents are"
        )));
    }
    fs::write(&table, text)
        .map_err(|error| Failure::files(format_args!("write {shown_table}"), &error))?;
    let rows = count(changes.rows.len(), "scope");
    terminal.progress(format_args!("wrote {shown_table} with {rows}"));
    if !writing::imports_scopes(&source) {
        terminal.progress(format_args!(
            "\nNext: name the source of the table in {shown_as}\n  scopes:\n    imported: <source>"
        ));
    }
    Ok(())
}

/// The scopes of all documents, in the order in which they come.
fn read(from: &[PathBuf], terminal: Terminal) -> Result<Vec<scope_table::Row>, Failure> {
    let mut rows = Rows::default();
    for path in from {
        let named = |path: &Path, reason| Failure::Files(format!("{}: {reason}", path.display()));
        let is_folder = path.is_dir();
        let mut files = Vec::new();
        match is_folder {
            true => collect(path, &mut files)?,
            false => files.push(path.clone()),
        }
        let mut read = 0;
        for file in &files {
            // A folder may have other documents as well.
            if let Some(found) = document::read(file).map_err(|reason| named(file, reason))? {
                read += 1;
                found.into_iter().for_each(|row| rows.add(row));
            }
        }
        if read == 0 {
            return Err(named(path, document::NO_SCOPES.to_owned()));
        }
        if !is_folder {
            continue;
        }
        let left = files.len() - read;
        terminal.progress(format_args!(
            "{}: {} read, {left} that list no scopes",
            path.display(),
            count(read, "document")
        ));
    }
    Ok(rows.into_rows())
}

/// The files of a folder and of those in it that are documents by their names, sorted by name. Links
/// to folders may lead around in circles, and are not followed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::files(format_args!("read {}", folder.display()), &error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let entries = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    paths.sort();
    for path in paths {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !path.is_symlink() {
                collect(&path, files)?;
            }
        } else if matches!(&*ending, "json" | "yaml" | "yml" | "tsv") {
            files.push(path);
        }
    }
    Ok(())
}

fn describe(changes: &Changes, own: &[String], terminal: Terminal) -> Result<(), Failure> {
    for (kind, verb) in [
        (Change::Added, "added"),
        (Change::Gone, "gone, and marked as deprecated"),
        (Change::Back, "back"),
        (
            Change::InSpec,
            "left out of the table, as the spec has them",
        ),
        (Change::Unlisted, "that no document has, kept in the spec"),
    ] {
        let names: Vec<_> = changes.of(kind).collect();
        if names.is_empty() {
            continue;
        }
        let mut text = format!("{} {verb}", count(names.len(), "scope"));
        for name in names.iter().take(NAMES) {
            text += "\n  ";
            text += &writing::visible(*name);
        }
        if let more @ 1.. = names.len().saturating_sub(NAMES) {
            text += &format!("\n  and {more} more");
        }
        terminal.data(text)?;
    }
    if changes.are_none() {
        let known = changes.rows.len() + own.len();
        terminal.data(format_args!("{}, and no change", count(known, "scope")))?;
    }
    Ok(())
}
