//! What one more provider costs whoever compiles the generated crate.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use oauth_atlas_codegen::{Options, Source, generate};

use crate::measure::{
    Table, children_cpu, children_of, goal, megabytes, milliseconds, peak_memory_of,
};
use crate::specs;

/// Providers in the two packages that are compared. Their difference is free of what every crate
/// costs, and of cargo's own time.
const FEW: usize = 10;
const MANY: usize = 100;

/// Profiles, the commands that build them, and the most milliseconds that a provider may take.
const PROFILES: [(&str, &[&str], f64); 3] = [
    ("check", CHECK, 10.0),
    ("dev", &["rustc"], 12.0),
    ("release", RELEASE, 12.0),
];
const CHECK: &[&str] = &["check"];
const RELEASE: &[&str] = &["rustc", "--release"];

/// How often a package is compiled, of which the least counts: what takes minutes, less often.
const ROUNDS_OF_FEW: usize = 5;
const ROUNDS_OF_MANY: usize = 2;

/// Providers as they are published, of which some come twice under other names where there are fewer.
const PUBLISHED: [usize; 4] = [35, 71, JUDGED, 300];

/// So many may add so many milliseconds to `cargo check`.
const JUDGED: usize = 200;
const GOAL_PUBLISHED: f64 = 2500.0;

pub fn run() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_time");
    one_more(&folder);
    all(&folder);
}

/// What one more provider of a common size costs.
fn one_more(folder: &Path) {
    let packages = [FEW, MANY].map(|providers| {
        write_package(
            folder,
            &format!("plain_{providers}"),
            &specs::plain(providers),
        )
    });
    println!("compilation of the generated crate with plain providers, CPU milliseconds\n");
    println!("profile   {FEW:4} providers  {MANY:4} providers  a provider");
    let costs = PROFILES.map(|(profile, command, _)| {
        let cpu = cpu_milliseconds(&packages, command, ROUNDS_OF_FEW);
        let [few, many] = cpu[..] else { unreachable!() };
        let one = (many - few) / (MANY - FEW) as f64;
        println!("{profile:8} {few:15.0} {many:15.0} {one:11.1}");
        one
    });
    println!();
    for ((profile, _, most), one) in PROFILES.iter().zip(costs) {
        goal(&format!("{profile}, milliseconds a provider"), one, *most);
    }
}

/// What the published providers cost, and what they add to a crate without any.
fn all(folder: &Path) {
    let mut table = Table::new(
        "compile_time",
        "the generated crate compiled, in CPU seconds, and the most memory that rustc takes",
        &["check", "memory", "release", "memory"],
    );
    let sizes = [0].into_iter().chain(PUBLISHED);
    let packages: Vec<_> = sizes
        .map(|size| write_package(folder, &format!("published_{size}"), &specs::copies(size)))
        .collect();
    let [checked, released] = [CHECK, RELEASE].map(|command| {
        let cpu = cpu_milliseconds(&packages, command, ROUNDS_OF_MANY);
        cpu.into_iter().zip(&packages).map(|(cpu, package)| {
            let memory = peak_memory_of(&mut compilation(package, command), children_of);
            (cpu, memory)
        })
    });
    let mut added = (0.0, 0.0);
    for ((size, checked), released) in [0].into_iter().chain(PUBLISHED).zip(checked).zip(released) {
        match size {
            0 => added.0 = checked.0,
            JUDGED => added.1 = checked.0 - added.0,
            _ => {}
        }
        let cells = [checked, released]
            .map(|(cpu, memory)| [format!("{:.2}", cpu / 1000.0), megabytes(memory)]);
        table.row(&format!("{size} providers"), cells.as_flattened());
    }
    table.finish();
    goal(
        &format!("check, milliseconds that {JUDGED} providers add"),
        added.1,
        GOAL_PUBLISHED,
    );
}

/// The least of several rounds: what else the machine does can only add to it.
fn cpu_milliseconds(packages: &[PathBuf], command: &[&str], rounds: usize) -> Vec<f64> {
    // The first time builds the dependencies, which are not to be measured.
    packages
        .iter()
        .for_each(|package| compile(package, command));
    let mut least = vec![Duration::MAX; packages.len()];
    for _ in 0..rounds {
        for (package, least) in packages.iter().zip(&mut least) {
            *least = children_cpu(|| compile(package, command)).min(*least);
        }
    }
    least.into_iter().map(milliseconds).collect()
}

/// The package of these providers as it is published, but outside of the workspace.
fn write_package(folder: &Path, name: &str, specs: &[Source]) -> PathBuf {
    let directory = folder.join(name);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let runtime = workspace.join("runtime");
    let manifest = format!(
        "[package]
name = 'providers'
edition = '2024'

[dependencies]
oauth-atlas-runtime = {{ path = '{}', default-features = false }}

[features]
fake = ['oauth-atlas-runtime/fake']

[workspace]
",
        runtime.display()
    );
    let files = generate(specs, &Options::published()).unwrap();
    files.write(&directory).unwrap();
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    // The versions that are on this machine already, as nothing is to be downloaded.
    fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    directory
}

/// Compiles the package anew, and of its dependencies what is not there yet.
fn compile(directory: &Path, command: &[&str]) {
    let status = compilation(directory, command).status();
    let is_compiled = status.is_ok_and(|status| status.success());
    assert!(is_compiled, "the generated crate compiles");
}

fn compilation(directory: &Path, command: &[&str]) -> Command {
    let library = File::options()
        .append(true)
        .open(directory.join("src/lib.rs"));
    library.unwrap().set_modified(SystemTime::now()).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(command)
        .args(["--lib", "--offline", "--quiet", "--target-dir", "../target"])
        .current_dir(directory)
        .env("CARGO_INCREMENTAL", "0");
    cargo
}
