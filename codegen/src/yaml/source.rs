//! The text of a spec and the path under which messages name it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::text::Text;

/// The largest spec that is read, in bytes: deep nesting costs the YAML parser quadratic time.
pub const MAX_BYTES: usize = 256 * 1024;

/// How the name of a table of scopes ends; before that it is the name of its spec.
const SCOPES: &str = ".scopes.tsv";

/// The file in which the scopes of the spec at `path` stand if they are too many for the spec.
#[must_use]
pub fn scopes_beside(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(SCOPES);
    path.with_file_name(name)
}

fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// The text, which nearly always is one: looking for what is none takes twenty times as long.
fn readable(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A spec before it is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as messages and generated headers show it: `specs/acme.yaml`.
    pub path: String,
    /// The YAML, without a byte order mark.
    pub text: Text,
    /// The table of scopes beside it, if there is one: see [`scope_table`](crate::scope_table).
    pub scopes: Option<Text>,
}

impl Source {
    /// A spec from memory.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: without_mark(text.into()).into(),
            scopes: None,
        }
    }

    /// The same with a table of scopes beside it.
    #[must_use]
    pub fn with_scopes(mut self, table: impl Into<String>) -> Self {
        self.scopes = Some(without_mark(table.into()).into());
        self
    }

    /// The spec in the file at `path`, shown as `shown_as`, with the table of scopes beside it. Bytes
    /// that are no UTF-8 become U+FFFD, which is reported with its place when the spec is parsed.
    ///
    /// # Errors
    ///
    /// Whatever reading one of the files answers.
    pub fn read(path: &Path, shown_as: impl Into<String>) -> io::Result<Self> {
        Self::read_alone(path, shown_as)?.with_table_beside(path)
    }

    fn read_alone(path: &Path, shown_as: impl Into<String>) -> io::Result<Self> {
        let bytes = fs::read(path)?;
        Ok(Self::new(shown_as, readable(bytes)))
    }

    fn with_table_beside(self, path: &Path) -> io::Result<Self> {
        match fs::read(scopes_beside(path)) {
            Ok(table) => Ok(self.with_scopes(readable(table))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(self),
            Err(error) => Err(error),
        }
    }

    /// The path of the table of scopes as messages show it: `specs/acme.scopes.tsv`.
    #[must_use]
    pub fn scopes_path(&self) -> String {
        format!("{}{SCOPES}", stem_of(&self.path))
    }

    /// Every `*.yaml` of a folder, sorted by name and shown as `<folder>/<file>`. Hidden files are
    /// left out: editors lock and save through them.
    ///
    /// # Errors
    ///
    /// Whatever reading the folder or one of its files answers, with the path in the message; and
    /// specs that would be passed over, for their ending or as they are in a folder below.
    pub fn read_dir(dir: &Path) -> io::Result<Vec<Self>> {
        let folder = dir.file_name().unwrap_or_default().to_string_lossy();
        Self::read_dir_as(dir, &folder)
    }

    /// As [`Source::read_dir`], shown as `<shown_as>/<file>`.
    ///
    /// # Errors
    ///
    /// Those of [`Source::read_dir`].
    pub fn read_dir_as(dir: &Path, shown_as: &str) -> io::Result<Vec<Self>> {
        let named = |path: &Path, error: io::Error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        };
        let shown = |file: &str| match shown_as {
            "" => file.to_owned(),
            folder => format!("{folder}/{file}"),
        };
        let mut files = Vec::new();
        let mut tables = BTreeSet::new();
        let mut passed_over = Vec::new();
        for entry in fs::read_dir(dir).map_err(|error| named(dir, error))? {
            let path = entry.map_err(|error| named(dir, error))?.path();
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            if file.starts_with('.') {
                continue;
            }
            if let Some(id) = file.strip_suffix(SCOPES) {
                tables.insert(shown(id));
            }
            if file.ends_with(".yaml") {
                let shown = shown(&file);
                files.push((path, shown));
            } else if let Some(id) = file.strip_suffix(".yml") {
                let shown = shown(&file);
                passed_over.push(format!(
                    "{shown}: a spec ends in .yaml; rename it to {id}.yaml"
                ));
            } else if path.is_dir() {
                let specs = specs_below(&path).map_err(|error| named(&path, error))?;
                passed_over.extend(specs.iter().map(|name| {
                    let shown = shown(&format!("{file}/{name}"));
                    format!("{shown}: specs are read from one folder; move it up")
                }));
            }
        }
        if !passed_over.is_empty() {
            passed_over.sort();
            let message = passed_over.join("\n");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        // All are in one folder.
        files.sort_by(|(_, one), (_, other)| one.cmp(other));
        files
            .into_iter()
            .map(|(path, shown_as)| {
                // Few have a table, and looking for each takes as long as reading the spec.
                let has_table = tables.contains(stem_of(&shown_as));
                let source = Self::read_alone(&path, shown_as);
                match has_table {
                    true => source.and_then(|source| source.with_table_beside(&path)),
                    false => source,
                }
                .map_err(|error| named(&path, error))
            })
            .collect()
    }

    /// The name of the module that this spec describes: its file's name without the ending.
    #[must_use]
    pub fn id(&self) -> &str {
        id_of(&self.path)
    }
}

fn stem_of(path: &str) -> &str {
    path.strip_suffix(".yaml").unwrap_or(path)
}

/// The name of the module that a spec at this path describes.
pub(crate) fn id_of(path: &str) -> &str {
    let start = path.rfind(['/', '\\']).map_or(0, |separator| separator + 1);
    let file = &path[start..];
    file.strip_suffix(".yaml").unwrap_or(file)
}

/// The names of the files in a folder that read like specs.
fn specs_below(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        if name.starts_with('.') || !is_yaml || !path.is_file() {
            continue;
        }
        let is_small = fs::metadata(&path)?.len() <= MAX_BYTES as u64;
        let text = if is_small {
            fs::read(&path)?
        } else {
            Vec::new()
        };
        let text = String::from_utf8_lossy(&text);
        let has = |key: &str| text.lines().any(|line| line.starts_with(key));
        if has("endpoints:") && has("clients:") {
            names.push(name.into_owned());
        }
    }
    Ok(names)
}
