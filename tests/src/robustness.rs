//! Whatever a spec holds, the answer is Rust that parses or a report that can be read, and soon.
//! Whatever servers and browsers send, it is read without a panic. `tests/fuzz` searches for longer,
//! with the same verdicts.

mod answers;
mod bytes;
mod graft;
mod mutation;
mod runs;
mod verdict;

use std::env;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fastrand::Rng;

use graft::Grafts;
use mutation::Material;
use oauth_atlas_codegen::{Options, Source, generate, load};
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
const TRIALS: usize = 5;

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

/// How many grafts of each spec are tried.
const GRAFTS: usize = 7;

/// How many specs are run at a time, each of which waits for its fake.
const THREADS: usize = 4;

/// What a part of the specs came to.
#[derive(Default)]
struct Tried {
    accepted: usize,
    refused: usize,
    operations: usize,
    failures: Vec<String>,
}

#[test]
fn no_spec_that_is_accepted_fails_later() {
    let folders = [FOLDERS[0], FOLDERS[1]].map(Path::new);
    let specs = specs(&folders);
    let grafts = Grafts::new(specs.iter().map(|(_, text)| text.as_str()));
    let next = AtomicUsize::new(0);
    let mut all = Tried::default();
    thread::scope(|scope| {
        let work = || {
            let mut tried = Tried::default();
            while let Some((path, text)) = specs.get(next.fetch_add(1, Ordering::Relaxed)) {
                // Another one searches elsewhere.
                let start = env::var("SEED").ok().and_then(|seed| seed.parse().ok());
                let seed = path.rsplit('/').next().unwrap_or_default();
                let seed = seed.bytes().fold(start.unwrap_or(6749), |seed, byte| {
                    seed * 31 % 1_000_003 + u64::from(byte)
                });
                graft_all(path, text, &grafts, &mut Rng::with_seed(seed), &mut tried);
            }
            tried
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let tried = thread.join().expect("no panic");
            all.accepted += tried.accepted;
            all.refused += tried.refused;
            all.operations += tried.operations;
            all.failures.extend(tried.failures);
        }
    });
    all.failures.sort();
    assert!(
        all.failures.is_empty(),
        "{} of {} fail:\n{}",
        all.failures.len(),
        all.accepted,
        all.failures.join("\n")
    );
    let Tried {
        accepted,
        refused,
        operations,
        ..
    } = all;
    assert!(
        accepted > 800 && refused > 400 && operations > 6000,
        "{accepted} accepted, {refused} refused, {operations} operations"
    );
}

/// Tries changes of one spec. What is accepted is generated, loaded and run.
fn graft_all(path: &str, text: &str, grafts: &Grafts, rng: &mut Rng, tried: &mut Tried) {
    for _ in 0..GRAFTS {
        let Some(changed) = grafts.change(text, rng) else {
            continue;
        };
        let source = [Source::new("specs/acme.yaml", changed.as_str())];
        let outcome = catch_unwind(|| {
            let Ok(providers) = load(&source) else {
                return None;
            };
            let run = match generate(&source, &Options::private()) {
                Ok(_) => runs::run(&providers[0]),
                Err(report) => Err(format!("it is not generated: {}", report.render(false))),
            };
            Some(run)
        });
        let failure = match outcome {
            Ok(None) => {
                tried.refused += 1;
                continue;
            }
            Ok(Some(Ok(done))) => {
                tried.operations += done;
                None
            }
            Ok(Some(Err(failure))) => Some(failure),
            Err(_) => Some("a panic".to_owned()),
        };
        tried.accepted += 1;
        if let Some(failure) = failure {
            tried.failures.push(format!("{path}: {failure}\n{changed}"));
        }
    }
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
fn changed_id_tokens_are_checked() {
    changed_seeds("id_token", answers::id_token);
}

#[test]
fn changed_users_are_read() {
    changed_seeds("user", answers::user);
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
