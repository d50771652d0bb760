//! What one more provider costs whoever compiles the generated crate.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use oauth_atlas_codegen::{Options, generate};

use crate::measure::{children_cpu, goal, milliseconds};
use crate::specs;

/// Providers in the two packages that are compared. Their difference is free of what every crate
/// costs, and of cargo's own time.
const FEW: usize = 10;
const MANY: usize = 100;

/// Profiles, the commands that build them, and the most milliseconds that a provider may take.
const PROFILES: [(&str, &[&str], f64); 3] = [
    ("check", &["check"], 10.0),
    ("dev", &["rustc"], 12.0),
    ("release", &["rustc", "--release"], 12.0),
];

pub fn run() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    let packages = [FEW, MANY].map(|providers| write_package(&folder, providers));
    println!("compilation of the generated crate, CPU milliseconds\n");
    println!("profile   {FEW:4} providers  {MANY:4} providers  a provider");
    let costs = PROFILES.map(|(profile, command, _)| {
        let [few, many] = cpu_milliseconds(&packages, command);
        let one = (many - few) / (MANY - FEW) as f64;
        println!("{profile:8} {few:15.0} {many:15.0} {one:11.1}");
        one
    });
    println!();
    for ((profile, _, most), one) in PROFILES.iter().zip(costs) {
        goal(&format!("{profile}, milliseconds a provider"), one, *most);
    }
}

/// The least of several rounds: what else the machine does can only add to it.
fn cpu_milliseconds(packages: &[PathBuf; 2], command: &[&str]) -> [f64; 2] {
    const ROUNDS: usize = 5;
    // The first time builds the dependencies, which are not to be measured.
    packages
        .iter()
        .for_each(|package| compile(package, command));
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (package, least) in packages.iter().zip(&mut least) {
            *least = children_cpu(|| compile(package, command)).min(*least);
        }
    }
    least.map(milliseconds)
}

/// The package of so many providers as it is published, but outside of the workspace.
fn write_package(folder: &Path, providers: usize) -> PathBuf {
    let directory = folder.join(format!("providers_{providers}"));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let runtime = workspace.join("runtime");
    let manifest = format!(
        "[package]
name = 'providers'
edition = '2024'

[dependencies]
oauth-atlas-runtime = {{ path = '{}', default-features = false }}

[workspace]
",
        runtime.display()
    );
    let files = generate(&specs::repeated(providers), &Options::published()).unwrap();
    files.write(&directory).unwrap();
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    // The versions that are on this machine already, as nothing is to be downloaded.
    fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    directory
}

/// Compiles the package anew, and of its dependencies what is not there yet.
fn compile(directory: &Path, command: &[&str]) {
    let library = File::options()
        .append(true)
        .open(directory.join("src/lib.rs"));
    library.unwrap().set_modified(SystemTime::now()).unwrap();
    let status = Command::new(env!("CARGO"))
        .args(command)
        .args(["--lib", "--offline", "--quiet", "--target-dir", "../target"])
        .current_dir(directory)
        .env("CARGO_INCREMENTAL", "0")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the generated crate does not compile");
}
