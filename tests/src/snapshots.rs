//! The snapshots themselves.

use std::fs;
use std::path::Path;

/// The names of the files in a folder of this package, up to their first dot.
fn names(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).expect("a readable folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries
        .map(|entry| name(entry.expect("a readable entry")))
        .collect()
}

/// A spec, a fixture or a wrong spec that is removed leaves nothing behind.
#[test]
fn no_snapshot_outlives_what_it_shows() {
    for (folder, shown) in [
        ("snapshots/requests/providers", "../specs"),
        ("snapshots/requests/fixtures", "fixtures"),
        ("snapshots/rendering", "fixtures"),
        ("snapshots/diagnostics", "wrong"),
    ] {
        let shown = names(shown);
        for snapshot in names(folder) {
            let name = snapshot
                .trim_end_matches(".snap")
                .rsplit('@')
                .next()
                .unwrap_or_default();
            let spec = format!("{}.yaml", name.trim_end_matches(".yaml"));
            assert!(
                // Of no spec, but of the package and of the language as a whole.
                shown.contains(&spec) || ["package", "wrong_shapes"].contains(&name),
                "{folder}/{snapshot} shows nothing that is there: delete it"
            );
        }
    }
}
