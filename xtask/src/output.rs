//! Everything in the repository that follows from the specs and their language: `generated/`, the
//! README's table of providers, and what `specs/` says of the language.

use std::io;
use std::path::PathBuf;

use oauth_atlas_codegen::guide::{self, Guide};
use oauth_atlas_codegen::{self as codegen, Difference, Files, Options, Written};

use crate::failure::Failure;
use crate::mistakes;
use crate::readme::{self, KEYS, PROVIDERS};
use crate::table::ProviderTable;
use crate::workspace::Workspace;

/// The JSON Schema of the specs, for editors.
const SCHEMA: &str = "specs/schema.json";

#[derive(Debug)]
pub struct Output {
    /// How many specs were read.
    pub specs: usize,
    folders: Vec<Folder>,
}

/// Files, and where they go.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The folder below the workspace, as messages show it; empty for the workspace itself.
    name: &'static str,
    files: Files,
}

impl Output {
    /// Makes everything in memory, so that a mistake in a spec or in the README leaves
    /// every file as it is.
    pub fn of(workspace: &Workspace) -> Result<Self, Failure> {
        let sources = workspace.specs()?;
        let mistakes = |report| mistakes::found(&report, sources.len());
        let providers = codegen::load(&sources).map_err(mistakes)?;
        let table = ProviderTable::of(&providers).to_markdown();
        let mut others = vec![readme::with_block(workspace.root(), PROVIDERS, &table)?];
        // The reference of the language belongs to the repository that defines it.
        if workspace.root().join(KEYS.file).exists() {
            let uses = guide::uses(&sources).map_err(mistakes)?;
            let language = Guide::new();
            let keys = language.to_markdown(&uses);
            others.push(readme::with_block(workspace.root(), KEYS, &keys)?);
            others.push((SCHEMA.to_owned(), language.to_schema()));
        }
        let generated = Folder {
            path: workspace.generated(),
            name: "generated/",
            files: codegen::render(&providers, &Options::published()),
        };
        let elsewhere = Folder {
            path: workspace.root().to_owned(),
            name: "",
            files: Files::among_others(others),
        };
        Ok(Self {
            specs: sources.len(),
            folders: vec![generated, elsewhere],
        })
    }

    /// What differs on disk, by paths relative to the workspace. Writes nothing.
    pub fn compare(&self) -> Result<Vec<Difference>, Failure> {
        let mut differences = Vec::new();
        for folder in &self.folders {
            let found = folder.files.compare(&folder.path);
            let found = found.map_err(|error| folder.failure("read", &error))?;
            differences.extend(found.into_iter().map(|difference| Difference {
                path: folder.shown(&difference.path),
                ..difference
            }));
        }
        Ok(differences)
    }

    /// Writes what differs and removes what no spec asks for; says what it did by paths
    /// relative to the workspace.
    pub fn write(&self) -> Result<Written, Failure> {
        let mut all = Written::default();
        for folder in &self.folders {
            let done = folder.files.write(&folder.path);
            let done = done.map_err(|error| folder.failure("write", &error))?;
            let shown = |path: &String| folder.shown(path);
            all.written.extend(done.written.iter().map(shown));
            all.removed.extend(done.removed.iter().map(shown));
            all.unchanged += done.unchanged;
        }
        Ok(all)
    }
}

impl Folder {
    /// A path as messages show it.
    fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.name)
    }

    /// `action` is what could not be done to the folder; the error names the file.
    fn failure(&self, action: &str, error: &io::Error) -> Failure {
        let name = match self.name {
            "" => "the workspace",
            name => name,
        };
        Failure::files(format_args!("{action} {name}"), error)
    }
}
