//! Whatever a spec holds, the answer is Rust that parses or a report that can be read, and soon.
//! Whatever servers and browsers send, it is read without a panic. `tests/fuzz` searches for longer,
//! with the same verdicts.

mod answers;
mod bytes;
mod mutation;
mod runs;
mod verdict;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use fastrand::Rng;

use mutation::Material;
use oauth_atlas_codegen::{Source, load};
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

/// The texts of all specs in these folders, by their paths.
fn specs(folders: &[&Path]) -> Vec<(String, String)> {
    let mut specs = Vec::new();
    for folder in folders {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                let bytes = fs::read(&path).expect("a readable spec");
                let text = String::from_utf8_lossy(&bytes).into_owned();
                specs.push((path.display().to_string(), text));
            }
        }
    }
    specs.sort();
    specs
}

/// How many changes of each spec are tried, of which one in eight makes another right spec.
const TRIALS: usize = 16;

#[test]
fn what_is_accepted_runs_against_its_fake() {
    // Those in `wrong` stay wrong, and lend their lines.
    let material = Material::new(&FOLDERS.map(Path::new));
    let folders = [FOLDERS[0], FOLDERS[1]].map(Path::new);
    let mut rng = Rng::with_seed(8628);
    let (mut specs_run, mut operations) = (0, 0);
    let mut failures = Vec::new();
    for (path, text) in specs(&folders) {
        let changed = (0..TRIALS).map(|_| material.change(&text, &mut rng));
        let texts: Vec<_> = std::iter::once(text.clone()).chain(changed).collect();
        for text in texts {
            let Ok(providers) = load(&[Source::new("specs/acme.yaml", text.as_str())]) else {
                continue;
            };
            match runs::run(&providers[0]) {
                Ok(done) => operations += done,
                Err(failure) => failures.push(format!("{path}: {failure}\n{}", diff(&path, &text))),
            }
            specs_run += 1;
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {specs_run} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(
        specs_run > 300 && operations > 2000,
        "{specs_run}, {operations}"
    );
}

/// The lines of a changed spec that its file does not have.
fn diff(path: &str, changed: &str) -> String {
    let original = fs::read(path).expect("a readable spec");
    let original = String::from_utf8_lossy(&original).into_owned();
    let before: Vec<_> = original.lines().collect();
    let now: Vec<_> = changed.lines().collect();
    let gone = before
        .iter()
        .filter(|line| !now.contains(line))
        .map(|line| format!("  - {line}"));
    let new = now
        .iter()
        .filter(|line| !before.contains(line))
        .map(|line| format!("  + {line}"));
    let lines: Vec<_> = gone.chain(new).take(12).collect();
    lines.join("\n")
}

/// How often each kind of answer is changed.
const EXECUTIONS: usize = 3000;

fn changed_seeds(name: &str, target: fn(&[u8]) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let entries = fs::read_dir(folder.join(name)).expect("seeds of this target");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    paths.sort();
    let seeds: Vec<_> = paths
        .iter()
        .map(|path| fs::read(path).expect("a readable seed"))
        .collect();
    for seed in &seeds {
        target(seed);
    }
    let mut rng = Rng::with_seed(6749);
    let (mut right, mut wrong) = (0, 0);
    for seed in seeds.iter().cycle().take(EXECUTIONS) {
        let changed = bytes::change(seed, &seeds, &mut rng);
        match catch_unwind(|| target(&changed)) {
            Ok(true) => right += 1,
            Ok(false) => wrong += 1,
            Err(_) => panic!("{name} fails on {:?}", changed.escape_ascii().to_string()),
        }
    }
    assert!(right > 50 && wrong > 50, "{right} right, {wrong} wrong");
}

#[test]
fn changed_token_responses_are_read() {
    changed_seeds("token_response", answers::token_response);
}

#[test]
fn changed_introspection_responses_are_read() {
    changed_seeds("introspection", answers::introspection);
}

#[test]
fn changed_callbacks_are_checked() {
    changed_seeds("callback", answers::callback);
}

#[test]
fn changed_challenges_are_read() {
    changed_seeds("challenge", answers::challenge);
}

#[test]
fn changed_json_is_read_as_others_read_it() {
    changed_seeds("json", answers::json);
}

#[test]
fn changed_values_of_variables_stay_in_their_place() {
    changed_seeds("url_template", answers::url_template);
}
