//! A spec is text that people write: whatever it holds, the answer is Rust that parses or a report
//! that can be read, and soon. `tests/fuzz` searches for longer, with the same changes and the same
//! verdict.

mod mutation;
mod verdict;

use std::fs;
use std::path::Path;

use fastrand::Rng;

use mutation::Material;
use verdict::judge;

const FOLDERS: [&str; 3] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/../specs"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/wrong"),
];

/// Changes of each spec.
const CHANGES: usize = 3;

#[test]
fn changed_specs_become_rust_or_a_report() {
    let folders = FOLDERS.map(Path::new);
    let material = Material::new(&folders);
    let mut rng = Rng::with_seed(7636);
    let (mut right, mut wrong) = (0, 0);
    for folder in folders {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .expect("a readable folder")
            .map(|entry| entry.expect("a readable entry").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).expect("a readable spec");
            let text = String::from_utf8_lossy(&bytes);
            for _ in 0..CHANGES {
                match judge(&material.change(&text, &mut rng)) {
                    true => right += 1,
                    false => wrong += 1,
                }
            }
        }
    }
    // Changes that are all refused, or all accepted, would test half of the generator.
    assert!(right > 30 && wrong > 200, "{right} right, {wrong} wrong");
}
