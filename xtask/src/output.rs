//! Everything in the repository that follows from the specs: `generated/`, and the
//! README's table of providers.

use std::path::PathBuf;

use oauth_atlas_codegen::guide::{self, Guide};
use oauth_atlas_codegen::{self as codegen, Difference, Files, Options, Written};

use crate::failure::Failure;
use crate::mistakes;
use crate::readme::{KEYS, PROVIDERS, Readme};
use crate::table::ProviderTable;
use crate::workspace::Workspace;

#[derive(Debug)]
pub struct Output {
    /// How many specs were read.
    pub specs: usize,
    generated: PathBuf,
    files: Files,
    readmes: Vec<Readme>,
}

impl Output {
    /// Makes everything in memory, so that a mistake in a spec or in the README leaves
    /// every file as it is.
    pub fn of(workspace: &Workspace) -> Result<Self, Failure> {
        let sources = workspace.specs()?;
        let providers =
            codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
        let files = codegen::render(&providers, &Options::published());
        let table = ProviderTable::of(&providers).to_markdown();
        let mut readmes = vec![Readme::read(workspace.root(), PROVIDERS, &table)?];
        // The reference of the language belongs to the repository that defines it.
        if workspace.root().join(KEYS.file).exists() {
            let uses =
                guide::uses(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
            let keys = Guide::new().to_markdown(&uses);
            readmes.push(Readme::read(workspace.root(), KEYS, &keys)?);
        }
        Ok(Self {
            specs: sources.len(),
            generated: workspace.generated(),
            files,
            readmes,
        })
    }

    /// What differs on disk, by paths relative to the workspace. Writes nothing.
    pub fn compare(&self) -> Result<Vec<Difference>, Failure> {
        let mut differences = self
            .files
            .compare(&self.generated)
            .map_err(|error| Failure::files("read generated/", &error))?;
        for difference in &mut differences {
            difference.path = in_generated(&difference.path);
        }
        differences.extend(self.readmes.iter().filter_map(Readme::compare));
        Ok(differences)
    }

    /// Writes what differs and removes what no spec asks for; says what it did by paths
    /// relative to the workspace.
    pub fn write(&self) -> Result<Written, Failure> {
        let mut written = self
            .files
            .write(&self.generated)
            .map_err(|error| Failure::files("write generated/", &error))?;
        for path in written.written.iter_mut().chain(&mut written.removed) {
            *path = in_generated(path);
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
}

fn in_generated(path: &str) -> String {
    format!("generated/{path}")
}
