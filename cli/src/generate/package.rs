//! The modules of a package that depends on `oauth-atlas`, from specs of its own.

use std::path::{Path, PathBuf};

use oauth_atlas_codegen::{Memory, Options, Source, generate_again};

use super::{Folder, Output, Target};
use crate::failure::Failure;
use crate::mistakes;

/// A package with specs of its own.
#[derive(Debug)]
pub struct Package {
    /// The folder of its specs.
    pub specs: PathBuf,
    /// The folder as messages show it: as it was typed, or relative to where the command runs.
    pub specs_shown_as: String,
    /// The folder that its modules go to.
    pub out: PathBuf,
    /// What the program is called that generates them.
    pub program: String,
}

impl Target for Package {
    fn specs_dir(&self) -> &Path {
        &self.specs
    }

    fn specs(&self) -> Result<Vec<Source>, Failure> {
        read_folder(&self.specs, &self.specs_shown_as)
    }

    fn output(&self, specs: &[Source], memory: &mut Memory) -> Result<Output, Failure> {
        let files = generate_again(specs, &Options::private(), memory, |_| String::new())
            .map_err(|report| mistakes::found(&report, specs.len()))?;
        let name = self.out.display().to_string();
        Ok(Output::new(vec![Folder {
            path: self.out.clone(),
            name: format!("{}/", name.trim_end_matches('/')),
            files,
        }]))
    }

    /// Neither folder is there for it.
    fn memory(&self) -> Option<PathBuf> {
        None
    }

    fn roots(&self) -> Vec<PathBuf> {
        vec![self.specs.clone(), self.out.clone()]
    }

    fn command(&self) -> String {
        let Self {
            specs_shown_as,
            out,
            program,
            ..
        } = self;
        format!(
            "{program} codegen --specs {specs_shown_as} --out {}",
            out.display()
        )
    }
}

/// The specs of a folder, of which there has to be one.
///
/// # Errors
///
/// Where they cannot be read, and where there is none.
pub(crate) fn read_folder(folder: &Path, shown_as: &str) -> Result<Vec<Source>, Failure> {
    let specs = Source::read_dir_as(folder, shown_as.trim_end_matches('/'))
        .map_err(|error| Failure::files("read the specs", &error))?;
    if specs.is_empty() {
        return Err(Failure::Findings(format!(
            "there is no spec in {shown_as}: no file there ends with .yaml"
        )));
    }
    Ok(specs)
}
