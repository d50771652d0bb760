//! Everything that follows from the specs. In the repository: `generated/`, the README's table of
//! providers and the reference of the language; for a package elsewhere: its modules.

use std::path::{Path, PathBuf};

use oauth_atlas_codegen::guide::{self, Guide};
use oauth_atlas_codegen::{self as codegen, Difference, Files, Options, Source, Written};

use crate::failure::Failure;
use crate::mistakes;
use crate::readme::{KEYS, PROVIDERS, Readme};
use crate::table::ProviderTable;
use crate::target::Target;
use crate::workspace::Workspace;

#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    /// The folder as messages name it.
    name: String,
    files: Files,
    readmes: Vec<Readme>,
}

impl Output {
    /// Makes everything in memory, so that a mistake in a spec or in the README leaves
    /// every file as it is.
    pub fn of(target: Target, specs: &[Source]) -> Result<Self, Failure> {
        match target {
            Target::Workspace(workspace) => Self::of_workspace(workspace, specs),
            Target::Package { out, .. } => Self::of_package(out, specs),
        }
    }

    fn of_workspace(workspace: &Workspace, specs: &[Source]) -> Result<Self, Failure> {
        let (providers, uses) =
            guide::load_with_uses(specs).map_err(|report| mistakes::found(&report, specs.len()))?;
        let table = ProviderTable::of(&providers).to_markdown();
        let mut readmes = vec![Readme::read(workspace.root(), PROVIDERS, &table)?];
        // The reference of the language belongs to the repository that defines it.
        if workspace.root().join(KEYS.file).exists() {
            let keys = Guide::new().to_markdown(&uses);
            readmes.push(Readme::read(workspace.root(), KEYS, &keys)?);
        }
        Ok(Self {
            folder: workspace.generated(),
            name: "generated".to_owned(),
            files: codegen::render(&providers, &Options::published()),
            readmes,
        })
    }

    fn of_package(out: &Path, specs: &[Source]) -> Result<Self, Failure> {
        let files = codegen::generate(specs, &Options::private())
            .map_err(|report| mistakes::found(&report, specs.len()))?;
        let name = out.display().to_string();
        Ok(Self {
            folder: out.to_owned(),
            name: name.trim_end_matches('/').to_owned(),
            files,
            readmes: Vec::new(),
        })
    }

    /// What differs on disk, by paths as messages have them. Writes nothing.
    pub fn compare(&self) -> Result<Vec<Difference>, Failure> {
        let mut differences = self
            .files
            .compare(&self.folder)
            .map_err(|error| Failure::files(format_args!("read {}/", self.name), &error))?;
        for difference in &mut differences {
            difference.path = self.shown_as(&difference.path);
        }
        differences.extend(self.readmes.iter().filter_map(Readme::compare));
        Ok(differences)
    }

    /// Writes what differs and removes what no spec asks for; says what it did by paths as messages
    /// have them.
    pub fn write(&self) -> Result<Written, Failure> {
        let mut written = self
            .files
            .write(&self.folder)
            .map_err(|error| Failure::files(format_args!("write {}/", self.name), &error))?;
        for path in written.written.iter_mut().chain(&mut written.removed) {
            *path = self.shown_as(path);
        }
        for readme in &self.readmes {
            if readme.write()? {
                written.written.push(readme.name().to_owned());
            } else {
                written.unchanged += 1;
            }
        }
        Ok(written)
    }

    fn shown_as(&self, path: &str) -> String {
        format!("{}/{path}", self.name)
    }
}
