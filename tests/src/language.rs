//! The spec language as a whole: no key for its own sake, and no provider in code.

use std::fs;
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::guide::{Guide, uses};
use oauth_atlas_codegen::{Source, load};

fn specs() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    Source::read_dir(&folder).expect("readable specs")
}

#[test]
fn every_key_is_used_by_a_real_provider() {
    let uses = uses(&specs()).unwrap_or_else(|report| panic!("{report}"));
    let unused: Vec<_> = Guide::new()
        .records
        .iter()
        .flat_map(|record| record.keys.iter().map(|key| (record.name, key.name)))
        .filter(|(record, key)| {
            !uses
                .iter()
                .any(|used| used.record == *record && used.key == *key)
        })
        .collect();
    assert_eq!(unused, []);
}

/// `cargo xtask new` leaves placeholders to be filled in, and `check` lets them pass until then.
#[test]
fn no_spec_has_a_placeholder() {
    let providers = load(&specs()).unwrap_or_else(|report| panic!("{report}"));
    for provider in providers {
        assert_eq!(provider.placeholders(), [""; 0], "{}", provider.path);
    }
}

/// Modules that are named after words of everyday English or of OAuth, which code may use.
const WORDS: [&str; 10] = [
    "apple", "box_com", "buffer", "discord", "figma", "linear", "notion", "square", "wise", "x",
];

#[test]
fn no_code_names_a_provider() {
    let specs = specs();
    let names: Vec<_> = specs
        .iter()
        .map(Source::id)
        .filter(|id| !WORDS.contains(id))
        .collect();
    let mut files = Vec::new();
    for folder in ["../runtime/src", "../codegen/src"] {
        collect(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder),
            &mut files,
        );
    }
    assert!(files.len() > 50, "{files:?}");
    for file in files {
        let text = fs::read_to_string(&file)
            .expect("a readable file")
            .to_lowercase();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for word in words {
            assert!(!names.contains(&word), "{} names {word}", file.display());
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
