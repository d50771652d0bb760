//! The page of a module, as its reader counts it.

use std::fs;
use std::path::Path;
use std::process::Command;

use oauth_atlas_codegen::{Options, Source, generate};

/// Who is about to log a user in gives a page a minute, and then wants the types.
const WORDS: usize = 300;

/// What rustdoc shows of a module before its items: the documentation of its declaration, if it has
/// any, then its own.
fn page(library: &str, id: &str, module: &str) -> String {
    let declaration = format!("pub mod {id};");
    let before = library.lines().take_while(|line| *line != declaration);
    let before: Vec<_> = before.collect();
    let outer = before
        .iter()
        .rev()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("///"));
    let inner = module.lines().filter_map(|line| line.strip_prefix("//!"));
    let mut shown = String::new();
    let mut code = false;
    for line in outer.chain(inner) {
        let line = line.trim();
        code ^= line.starts_with("```");
        // A line of an example that rustdoc hides.
        if !(code && (line == "#" || line.starts_with("# ")) || line.starts_with("```")) {
            shown += line;
            shown.push('\n');
        }
    }
    shown
}

#[test]
fn a_page_is_read_in_a_minute() {
    let mut long = Vec::new();
    for folder in ["../specs", "fixtures"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let sources = Source::read_dir(&folder).expect("readable specs");
        let files = generate(&sources, &Options::published());
        let files = files.unwrap_or_else(|report| panic!("{}", report.render(false)));
        let text = |name: &str| {
            let file = files.iter().find(|(path, _)| *path == name);
            file.unwrap_or_else(|| panic!("there is no {name}")).1
        };
        for source in &sources {
            let id = source.id();
            let page = page(text("src/lib.rs"), id, text(&format!("src/{id}.rs")));
            let words = page.split_whitespace().count();
            if words > WORDS {
                long.push(format!("{id} has {words} words"));
            }
            for part in ["let ", "Client::", &format!("oauth-atlas explain {id}")] {
                assert!(page.contains(part), "{id} has no {part:?}:\n{page}");
            }
        }
    }
    assert!(long.is_empty(), "more than {WORDS} words: {long:#?}");
}

/// What a registry shows of a package, for every package that is published.
#[test]
fn every_published_package_introduces_itself() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("metadata as JSON");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut published = 0;
    for package in metadata["packages"].as_array().expect("packages") {
        // An empty list of registries.
        if package["publish"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        published += 1;
        let name = package["name"].as_str().expect("a name");
        for field in ["description", "license", "repository", "readme"] {
            assert!(package[field].is_string(), "{name} has no {field}");
        }
        let count = |field: &str| package[field].as_array().map_or(0, Vec::len);
        assert!((1..=5).contains(&count("keywords")), "{name}: keywords");
        assert!((1..=5).contains(&count("categories")), "{name}: categories");
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        let folder = manifest.parent().expect("a folder");
        let readme = folder.join(package["readme"].as_str().expect("a readme"));
        let readme = fs::read_to_string(&readme).expect("a readable readme");
        let is_about = [name, "# The specs"]
            .iter()
            .any(|title| readme.contains(title));
        assert!(is_about, "{name}: {readme}");
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let here = fs::read_to_string(folder.join(licence));
            let here = here.unwrap_or_else(|error| panic!("{name} {licence}: {error}"));
            assert_eq!(here, fs::read_to_string(root.join(licence)).expect("ours"));
        }
    }
    assert!(published >= 7, "{published}");
}
