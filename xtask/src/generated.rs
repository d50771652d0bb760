//! Everything in the workspace that follows from the specs: `generated/`, the README's table of
//! providers, and what `specs/` says of the language.

use std::path::{Path, PathBuf};

use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::generate::{Folder, Output, Target};
use oauth_atlas_cli::{mistakes, table};
use oauth_atlas_codegen::{Files, Memory, Options, Source, generate_again};

use crate::NAME;
use crate::readme::{self, KEYS, PROVIDERS};
use crate::workspace::Workspace;

/// The JSON Schema of the specs, for editors.
const SCHEMA: &str = "specs/schema.json";

impl Target for Workspace {
    fn specs_dir(&self) -> &Path {
        self.specs_dir()
    }

    fn specs(&self) -> Result<Vec<Source>, Failure> {
        Source::read_dir(self.specs_dir()).map_err(|error| Failure::files("read the specs", &error))
    }

    fn output(&self, specs: &[Source], memory: &mut Memory) -> Result<Output, Failure> {
        let options = Options::published();
        let files = generate_again(specs, &options, memory, table::markdown_line)
            .map_err(|report| mistakes::found(&report, specs.len()))?;
        let table = table::markdown(memory.about());
        let mut others = vec![readme::with_block(self.root(), PROVIDERS, &table)?];
        // The reference of the language belongs to the repository that defines it.
        if self.root().join(KEYS.file).exists() {
            let keys = memory.reference_of_language(specs);
            others.push(readme::with_block(self.root(), KEYS, &keys)?);
            others.push((SCHEMA.to_owned(), memory.schema_of_language()));
        }
        let generated = Folder {
            path: self.generated(),
            name: "generated/".to_owned(),
            files,
        };
        let elsewhere = Folder {
            path: self.root().to_owned(),
            name: String::new(),
            files: Files::among_others(others),
        };
        Ok(Output::new(vec![generated, elsewhere]))
    }

    fn memory(&self) -> Option<PathBuf> {
        Some(self.root().join("target/codegen.memory"))
    }

    fn roots(&self) -> Vec<PathBuf> {
        let readme = self.root().join(PROVIDERS.file);
        vec![self.specs_dir().to_owned(), self.generated(), readme]
    }

    fn command(&self) -> String {
        format!("{NAME} codegen")
    }
}
