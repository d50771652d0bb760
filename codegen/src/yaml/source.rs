//! The text of a spec and the path under which messages name it.

use std::path::Path;
use std::{fs, io};

/// The largest spec that is read, in bytes: deep nesting costs the YAML parser quadratic time.
pub const MAX_BYTES: usize = 256 * 1024;

/// A spec before it is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as messages and generated headers show it: `specs/acme.yaml`.
    pub path: String,
    /// The YAML, without a byte order mark.
    pub text: String,
}

impl Source {
    /// A spec from memory.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        Self {
            path: path.into(),
            text,
        }
    }

    /// The spec in the file at `path`, shown as `shown_as`. Bytes that are no UTF-8 become U+FFFD,
    /// which is reported with its place when the spec is parsed.
    ///
    /// # Errors
    ///
    /// Whatever reading the file answers.
    pub fn read(path: &Path, shown_as: impl Into<String>) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        Ok(Self::new(shown_as, String::from_utf8_lossy(&bytes)))
    }

    /// Every `*.yaml` of a folder, sorted by name and shown as `<folder>/<file>`. Hidden files are
    /// left out: editors lock and save through them.
    ///
    /// # Errors
    ///
    /// Whatever reading the folder or one of its files answers, with the path in the message.
    pub fn read_dir(dir: &Path) -> io::Result<Vec<Self>> {
        let folder = dir.file_name().unwrap_or_default().to_string_lossy();
        Self::read_dir_as(dir, &folder)
    }

    /// As [`Source::read_dir`], shown as `<shown_as>/<file>`.
    ///
    /// # Errors
    ///
    /// Whatever reading the folder or one of its files answers, with the path in the message.
    pub fn read_dir_as(dir: &Path, shown_as: &str) -> io::Result<Vec<Self>> {
        let named = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        let mut files = Vec::new();
        for entry in fs::read_dir(dir).map_err(|error| named(dir, error))? {
            let path = entry.map_err(|error| named(dir, error))?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            if file.ends_with(".yaml") && !file.starts_with('.') {
                let shown_as = match shown_as {
                    "" => file.into_owned(),
                    folder => format!("{folder}/{file}"),
                };
                files.push((path, shown_as));
            }
        }
        files.sort();
        files
            .into_iter()
            .map(|(path, shown_as)| {
                Self::read(&path, shown_as).map_err(|error| named(&path, error))
            })
            .collect()
    }

    /// The name of the module that this spec describes: its file's name without the ending.
    #[must_use]
    pub fn id(&self) -> &str {
        let file = self.path.rsplit(['/', '\\']).next().unwrap_or_default();
        file.strip_suffix(".yaml").unwrap_or(file)
    }
}
