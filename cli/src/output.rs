//! Everything that follows from the specs. In the repository: `generated/`, the README's table of
//! providers, and what `specs/` says of the language; for a package elsewhere: its modules.

use std::io;
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::guide::{self, Guide};
use oauth_atlas_codegen::{self as codegen, Difference, Files, Options, Source, Written};

use crate::failure::Failure;
use crate::mistakes;
use crate::readme::{self, KEYS, PROVIDERS};
use crate::table::ProviderTable;
use crate::target::Target;
use crate::workspace::Workspace;

/// The JSON Schema of the specs, for editors.
const SCHEMA: &str = "specs/schema.json";

#[derive(Debug)]
pub struct Output {
    folders: Vec<Folder>,
}

/// Files, and where they go.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// The folder as messages show it, with a slash at its end; empty for the workspace itself.
    name: String,
    files: Files,
}

impl Output {
    /// Makes everything in memory, so that a mistake in a spec or in the README leaves
    /// every file as it is.
    pub fn of(target: Target, specs: &[Source]) -> Result<Self, Failure> {
        let folders = match target {
            Target::Workspace(workspace) => of_workspace(workspace, specs)?,
            Target::Package { out, .. } => vec![of_package(out, specs)?],
        };
        Ok(Self { folders })
    }

    /// What differs on disk, by paths as messages have them. Writes nothing.
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

    /// Writes what differs and removes what no spec asks for; says what it did by paths as messages
    /// have them.
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

fn of_workspace(workspace: &Workspace, specs: &[Source]) -> Result<Vec<Folder>, Failure> {
    let (providers, uses) =
        guide::load_with_uses(specs).map_err(|report| mistakes::found(&report, specs.len()))?;
    let table = ProviderTable::of(&providers).to_markdown();
    let mut others = vec![readme::with_block(workspace.root(), PROVIDERS, &table)?];
    // The reference of the language belongs to the repository that defines it.
    if workspace.root().join(KEYS.file).exists() {
        let language = Guide::new();
        let keys = language.to_markdown(&uses);
        others.push(readme::with_block(workspace.root(), KEYS, &keys)?);
        others.push((SCHEMA.to_owned(), language.to_schema()));
    }
    let generated = Folder {
        path: workspace.generated(),
        name: "generated/".to_owned(),
        files: codegen::render(&providers, &Options::published()),
    };
    let elsewhere = Folder {
        path: workspace.root().to_owned(),
        name: String::new(),
        files: Files::among_others(others),
    };
    Ok(vec![generated, elsewhere])
}

fn of_package(out: &Path, specs: &[Source]) -> Result<Folder, Failure> {
    let files = codegen::generate(specs, &Options::private())
        .map_err(|report| mistakes::found(&report, specs.len()))?;
    let name = out.display().to_string();
    Ok(Folder {
        path: out.to_owned(),
        name: format!("{}/", name.trim_end_matches('/')),
        files,
    })
}

impl Folder {
    /// A path as messages show it.
    fn shown(&self, path: &str) -> String {
        format!("{}{path}", self.name)
    }

    /// `action` is what could not be done to the folder; the error names the file.
    fn failure(&self, action: &str, error: &io::Error) -> Failure {
        let name = match self.name.as_str() {
            "" => "the workspace",
            name => name,
        };
        Failure::files(format_args!("{action} {name}"), error)
    }
}
