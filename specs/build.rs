//! Lists the specs of this folder.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    // A spec that is added or removed changes the folder; rustc itself follows what is included.
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut specs = Vec::new();
    let mut scopes = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        for (ending, list) in [(".yaml", &mut specs), (".scopes.tsv", &mut scopes)] {
            if let Some(name) = file.strip_suffix(ending)
                && !name.starts_with('.')
            {
                list.push((name.to_owned(), path.to_string_lossy().into_owned()));
            }
        }
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("specs.rs"), list(specs))?;
    fs::write(out.join("scopes.rs"), list(scopes))?;
    Ok(())
}

/// Names with the texts of files, as Rust.
fn list(mut files: Vec<(String, String)>) -> String {
    files.sort();
    let lines = files
        .iter()
        .map(|(name, path)| format!("    ({name:?}, include_str!({path:?})),\n"));
    format!("&[\n{}]\n", lines.collect::<String>())
}
