//! What is generated, and the folders that it goes to.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use oauth_atlas_codegen::{Difference, Files, Written};

use crate::failure::Failure;

/// Everything that follows from some specs.
#[derive(Debug)]
pub struct Output {
    folders: Vec<Folder>,
}

/// Files, and where they go.
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// The folder as messages show it, with a slash at its end; empty where messages show the paths
    /// below it as they are.
    pub name: String,
    /// What goes into it.
    pub files: Files,
}

impl Output {
    /// The files of these folders.
    #[must_use]
    pub fn new(folders: Vec<Folder>) -> Self {
        Self { folders }
    }

    /// What differs on disk, by paths as messages have them. Writes nothing.
    ///
    /// # Errors
    ///
    /// Files that cannot be read.
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
    /// have them, and by the files themselves.
    ///
    /// # Errors
    ///
    /// Files that cannot be read or written.
    pub fn write(&self) -> Result<(Written, BTreeSet<PathBuf>), Failure> {
        let mut all = Written::default();
        let mut touched = BTreeSet::new();
        for folder in &self.folders {
            let done = folder.files.write(&folder.path);
            let done = done.map_err(|error| folder.failure("write", &error))?;
            let shown = |path: &String| folder.shown(path);
            all.written.extend(done.written.iter().map(shown));
            all.removed.extend(done.removed.iter().map(shown));
            all.unchanged += done.unchanged;
            let names = done.written.iter().chain(&done.removed);
            touched.extend(names.map(|name| folder.path.join(name)));
        }
        Ok((all, touched))
    }
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
