//! Everything in the workspace that follows from the specs: `generated/`, the README's table of
//! providers, and what `specs/` says of the language.

use std::path::Path;

use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::generate::{Folder, Output, Target};
use oauth_atlas_cli::mistakes;
use oauth_atlas_cli::table::ProviderTable;
use oauth_atlas_codegen::guide::{self, Guide};
use oauth_atlas_codegen::{self as codegen, Files, Options, Source};

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

    fn output(&self, specs: &[Source]) -> Result<Output, Failure> {
        let (providers, uses) =
            guide::load_with_uses(specs).map_err(|report| mistakes::found(&report, specs.len()))?;
        let table = ProviderTable::of(&providers).to_markdown();
        let mut others = vec![readme::with_block(self.root(), PROVIDERS, &table)?];
        // The reference of the language belongs to the repository that defines it.
        if self.root().join(KEYS.file).exists() {
            let language = Guide::new();
            let keys = language.to_markdown(&uses);
            others.push(readme::with_block(self.root(), KEYS, &keys)?);
            others.push((SCHEMA.to_owned(), language.to_schema()));
        }
        let generated = Folder {
            path: self.generated(),
            name: "generated/".to_owned(),
            files: codegen::render(&providers, &Options::published()),
        };
        let elsewhere = Folder {
            path: self.root().to_owned(),
            name: String::new(),
            files: Files::among_others(others),
        };
        Ok(Output::new(vec![generated, elsewhere]))
    }

    fn command(&self) -> String {
        format!("{NAME} codegen")
    }
}
