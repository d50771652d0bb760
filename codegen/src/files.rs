//! The output as a map from path to text. The only code that writes to a disk, and it compares
//! first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Generated files: relative paths, with `/`, and their texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    texts: BTreeMap<String, String>,
    /// Whether the folder holds files of others, too.
    are_guests: bool,
}

/// What [`Files::write`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or changed.
    pub written: Vec<String>,
    /// The files that nothing generates any more.
    pub removed: Vec<String>,
    /// How many files were right already.
    pub unchanged: usize,
}

/// A file that is not as it would be generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path below the output folder.
    pub path: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It is not there.
    Missing,
    /// Nothing generates it.
    Extra,
    /// It has another text.
    Changed {
        /// What it holds.
        committed: String,
        /// What it would hold.
        generated: String,
    },
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<Texts: IntoIterator<Item = (String, String)>>(texts: Texts) -> Self {
        Self {
            texts: texts.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Files {
    /// Files in a folder that belongs to others as well: what else is there stays as it is.
    #[must_use]
    pub fn among_others(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            texts: files.into_iter().collect(),
            are_guests: true,
        }
    }

    pub(crate) fn insert(&mut self, path: impl Into<String>, text: String) {
        self.texts.insert(path.into(), text);
    }

    /// The paths and texts, in the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Writes what differs into `dir`, and removes all else that is there: `dir` belongs to the
    /// generator, except where the files are [`among_others`](Self::among_others).
    ///
    /// # Errors
    ///
    /// Whatever the file system answers, with the path in the message.
    pub fn write(&self, dir: &Path) -> io::Result<Written> {
        let mut done = Written {
            unchanged: self.texts.len(),
            ..Written::default()
        };
        for difference in self.compare(dir)? {
            let path = dir.join(&difference.path);
            match difference.kind {
                DifferenceKind::Extra => {
                    fs::remove_file(&path).map_err(|error| named(&path, &error))?;
                    remove_empty_parents(dir, &path);
                    done.removed.push(difference.path);
                }
                DifferenceKind::Missing | DifferenceKind::Changed { .. } => {
                    if let Some(parent) = path.parent() {
                        fs::create_dir_all(parent).map_err(|error| named(parent, &error))?;
                    }
                    let text = self.texts.get(&difference.path).map_or("", String::as_str);
                    fs::write(&path, text).map_err(|error| named(&path, &error))?;
                    done.unchanged -= 1;
                    done.written.push(difference.path);
                }
            }
        }
        Ok(done)
    }

    /// What in `dir` is not as it would be generated. Line ends of another system do not count.
    ///
    /// # Errors
    ///
    /// Whatever the file system answers, with the path in the message.
    pub fn compare(&self, dir: &Path) -> io::Result<Vec<Difference>> {
        let mut found = BTreeMap::new();
        if self.are_guests {
            let paths = self.texts.keys().map(|path| (path.clone(), dir.join(path)));
            found.extend(paths.filter(|(_, file)| file.exists()));
        } else if dir.exists() {
            collect(dir, dir, &mut found)?;
        }
        let mut differences = Vec::new();
        for (path, generated) in &self.texts {
            let kind = match found.remove(path) {
                None => DifferenceKind::Missing,
                Some(file) => {
                    let bytes = fs::read(&file).map_err(|error| named(&file, &error))?;
                    let committed = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
                    if committed == *generated {
                        continue;
                    }
                    DifferenceKind::Changed {
                        committed,
                        generated: generated.clone(),
                    }
                }
            };
            differences.push(Difference {
                path: path.clone(),
                kind,
            });
        }
        let extra = found.into_keys();
        differences.extend(extra.map(|path| Difference {
            path,
            kind: DifferenceKind::Extra,
        }));
        Ok(differences)
    }
}

fn collect(root: &Path, dir: &Path, found: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir).map_err(|error| named(dir, &error))? {
        let path = entry.map_err(|error| named(dir, &error))?.path();
        if path.is_dir() && !path.is_symlink() {
            // Where the generated package is built by itself, cargo puts these beside it.
            if path != root.join("target") {
                collect(root, &path, found)?;
            }
        } else if path != root.join("Cargo.lock")
            && let Ok(relative) = path.strip_prefix(root)
        {
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            found.insert(parts.join("/"), path.clone());
        }
    }
    Ok(())
}

fn remove_empty_parents(root: &Path, path: &Path) {
    let mut parent = path.parent();
    while let Some(dir) = parent.filter(|dir| *dir != root) {
        if fs::remove_dir(dir).is_err() {
            return;
        }
        parent = dir.parent();
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
