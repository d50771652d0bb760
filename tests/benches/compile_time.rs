//! What one more provider costs whoever compiles the generated crate.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use oauth_atlas_codegen::{Options, generate};

use crate::measure::{children_cpu, goal, median, milliseconds};
use crate::specs;

/// Providers in the two crates that are compared. Their difference is free of what every crate
/// costs, and of cargo's own time.
const FEW: usize = 10;
const MANY: usize = 100;

const PROFILES: [(&str, &[&str]); 3] = [
    ("check", &["check"]),
    ("dev", &["rustc"]),
    ("release", &["rustc", "--release"]),
];

const ROUNDS: usize = 5;
const GOAL_MILLISECONDS: f64 = 12.0;

pub fn run() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    let few = write_crate(&folder, FEW);
    let many = write_crate(&folder, MANY);
    println!("compilation of the generated crate, CPU milliseconds\n");
    println!("profile   {FEW:4} providers  {MANY:4} providers  a provider");
    let costs = PROFILES.map(|(profile, command)| {
        // The first time builds the dependencies, which are not to be measured.
        compile(&few, command);
        compile(&many, command);
        let rounds: Vec<_> = (0..ROUNDS)
            .map(|_| {
                [&few, &many].map(|crate_| milliseconds(children_cpu(|| compile(crate_, command))))
            })
            .collect();
        let of_few = median(rounds.iter().map(|[few, _]| *few));
        let of_many = median(rounds.iter().map(|[_, many]| *many));
        let one = median(
            rounds
                .iter()
                .map(|[few, many]| (many - few) / (MANY - FEW) as f64),
        );
        println!("{profile:8} {of_few:15.0} {of_many:15.0} {one:11.1}");
        one
    });
    println!();
    for ((profile, _), cost) in PROFILES.iter().zip(costs) {
        goal(
            &format!("{profile}, milliseconds a provider"),
            cost,
            GOAL_MILLISECONDS,
        );
    }
}

/// The package of so many providers as it is published, but outside of the workspace.
fn write_crate(folder: &Path, providers: usize) -> PathBuf {
    let directory = folder.join(format!("providers_{providers}"));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = format!(
        "[package]
name = 'providers'
edition = '2024'

[dependencies]
oauth-atlas-runtime = {{ path = '{}', default-features = false }}

[workspace]
",
        workspace.join("runtime").display()
    );
    let files = generate(&specs::synthetic(providers), &Options::published());
    files
        .expect("the specs are right")
        .write(&directory)
        .unwrap();
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    // The versions that are on this machine already, as nothing is to be downloaded.
    fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    directory
}

/// Compiles the crate anew, and of its dependencies what is not there yet.
fn compile(directory: &Path, command: &[&str]) {
    let library = File::options()
        .write(true)
        .open(directory.join("src/lib.rs"))
        .unwrap();
    library.set_modified(SystemTime::now()).unwrap();
    let status = Command::new(env!("CARGO"))
        .args(command)
        .args(["--lib", "--offline", "--quiet", "--target-dir", "../target"])
        .current_dir(directory)
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the generated crate does not compile");
}
