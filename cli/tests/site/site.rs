//! The site, written once for all tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

pub struct Site {
    folder: tempfile::TempDir,
    /// The files by their names.
    pub files: BTreeMap<String, String>,
}

pub static SITE: LazyLock<Site> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new(env!("CARGO_BIN_EXE_oauth-atlas"))
        .args(["site", "--out"])
        .arg(folder.path())
        .output()
        .expect("the built command");
    assert!(output.status.success(), "{output:?}");
    let entries = fs::read_dir(folder.path()).expect("a readable folder");
    let files = entries.map(|entry| {
        let path = entry.expect("a readable entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a readable file");
        (name.into_owned(), text)
    });
    let files = files.collect();
    Site { folder, files }
});

impl Site {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// The address of a page on the disk.
    pub fn address(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    pub fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        let pages = files.filter(|(name, _)| name.ends_with(".html"));
        pages.map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The names of the pages of providers.
    pub fn providers(&self) -> Vec<&str> {
        let pages = self.pages().map(|(name, _)| name);
        pages
            .filter(|name| !["index.html", "404.html"].contains(name) && !name.contains('-'))
            .collect()
    }
}
