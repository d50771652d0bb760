//! Lists the specs of this folder.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    // A spec that is added or removed changes the folder; rustc itself follows what is included.
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut specs = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(name) = file.strip_suffix(".yaml")
            && !name.starts_with('.')
        {
            specs.push((name.to_owned(), path.to_string_lossy().into_owned()));
        }
    }
    specs.sort();
    let lines = specs
        .iter()
        .map(|(name, path)| format!("    ({name:?}, include_str!({path:?})),\n"));
    let list = format!("&[\n{}]\n", lines.collect::<String>());
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("specs.rs"), list)?;
    Ok(())
}
