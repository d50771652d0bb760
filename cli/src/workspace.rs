//! Where things are in the workspace.

use std::path::{Path, PathBuf};

use oauth_atlas_codegen::Source;

use crate::failure::Failure;

#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// The root of the workspace that this crate was built in.
pub fn this() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}

/// The spec in a file that somebody named.
pub fn spec(file: &Path) -> Result<Source, Failure> {
    let shown_as = file.display().to_string();
    Source::read(file, &shown_as)
        .map_err(|error| Failure::files(format_args!("read {shown_as}"), &error))
}

impl Workspace {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn generated(&self) -> PathBuf {
        self.root.join("generated")
    }

    pub fn specs_dir(&self) -> PathBuf {
        self.root.join("specs")
    }

    pub fn specs(&self) -> Result<Vec<Source>, Failure> {
        Source::read_dir(&self.specs_dir())
            .map_err(|error| Failure::files("read the specs", &error))
    }
}
