//! Where things are in the workspace.

use std::env;
use std::path::{Path, PathBuf};

use oauth_atlas_cli::failure::Failure;

/// What no other workspace with a folder of specs has.
const MARK: &str = "xtask/Cargo.toml";

#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    specs: PathBuf,
}

impl Workspace {
    /// The workspace that the command is run in, whichever it was built in.
    pub fn find() -> Result<Self, Failure> {
        let here = env::current_dir()
            .map_err(|error| Failure::files("read the current folder", &error))?;
        let root = here.ancestors().find(|above| above.join(MARK).is_file());
        let root = root.ok_or_else(|| {
            Failure::Files(format!(
                "{} is in no checkout of Oauth Atlas: no folder here or above has {MARK}",
                here.display()
            ))
        })?;
        Ok(Self {
            root: root.to_owned(),
            specs: root.join("specs"),
        })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn generated(&self) -> PathBuf {
        self.root.join("generated")
    }

    pub fn specs_dir(&self) -> &Path {
        &self.specs
    }
}
