//! `cargo xtask test`: everything that must hold before a change is merged.

mod binaries;
mod child;
mod dependencies;
mod packages;
mod servers;
mod tools;

use std::env;
use std::fmt;
use std::panic;
use std::process::Command;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anstyle::Style;

use crate::workspace::Workspace;
use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::generate;
use oauth_atlas_cli::terminal::Terminal;

const PLACE: Style = Style::new().bold();

/// The cheap steps first; the tests last, so that their summary ends the output.
const STEPS: [(&str, Work); 19] = [
    ("tools", Work::Tools),
    ("formatting", Work::cargo("fmt --check")),
    ("generated code", Work::GeneratedCode),
    ("dependencies", Work::Dependencies),
    (
        "clippy",
        Work::cargo("clippy --workspace --all-targets --all-features -- -D warnings"),
    ),
    (
        "documentation",
        Work::Cargo {
            arguments: "doc --workspace --no-deps --all-features",
            environment: &[("RUSTDOCFLAGS", "-D warnings")],
        },
    ),
    // What all features together do not show: that each compiles without the rest. The modules of
    // providers know of one alone, the fakes.
    (
        "no features",
        Work::cargo("check -p oauth-atlas --no-default-features"),
    ),
    (
        "feature reqwest",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features reqwest"),
    ),
    (
        "feature native-tls",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features native-tls"),
    ),
    (
        "feature blocking",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features blocking"),
    ),
    (
        "feature jose",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features jose"),
    ),
    (
        "feature encrypted-secret",
        Work::cargo(
            "check -p oauth-atlas-runtime --no-default-features --features encrypted-secret",
        ),
    ),
    (
        "feature store",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features store"),
    ),
    (
        "feature tracing",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features tracing"),
    ),
    (
        "feature dynamic",
        Work::cargo("check -p oauth-atlas-runtime --no-default-features --features dynamic"),
    ),
    (
        "feature fake",
        Work::cargo("check -p oauth-atlas --no-default-features --features fake"),
    ),
    // Not optimised, as nothing counts its instructions here.
    (
        "tests without features",
        Work::cargo(
            "test -p oauth-atlas-runtime --no-default-features \
             --config profile.test.package.oauth-atlas-runtime.opt-level=0",
        ),
    ),
    ("servers", Work::Servers),
    ("tests", Work::Tests),
];

#[derive(Clone, Copy)]
enum Work {
    Tools,
    GeneratedCode,
    Dependencies,
    Servers,
    Tests,
    Cargo {
        /// As they are typed.
        arguments: &'static str,
        environment: &'static [(&'static str, &'static str)],
    },
}

impl Work {
    const fn cargo(arguments: &'static str) -> Self {
        Self::Cargo {
            arguments,
            environment: &[],
        }
    }

    fn run(self, workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
        match self {
            Self::Tools => tools::ensure(workspace, terminal),
            Self::GeneratedCode => generate::check(workspace, terminal),
            Self::Dependencies => dependencies::check(workspace, terminal),
            Self::Servers => servers::install(workspace, terminal),
            Self::Tests => binaries::run(workspace, terminal),
            Self::Cargo {
                arguments,
                environment,
            } => {
                let mut command = cargo(workspace, arguments);
                command.envs(environment.iter().copied());
                if terminal.is_quiet() {
                    command.env("CARGO_TERM_QUIET", "true");
                }
                child::run(&mut command)
            }
        }
    }
}

/// The steps, as `--only` takes them.
pub fn names() -> impl Iterator<Item = &'static str> {
    STEPS.into_iter().map(|(name, _)| name)
}

/// Runs the steps of these names, or all where there are none.
pub fn run(workspace: &Workspace, only: &[String], terminal: Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let is_wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let steps: Vec<_> = STEPS
        .into_iter()
        .filter(|(name, _)| is_wanted(name))
        .collect();
    let total = steps.len();
    let has_servers = steps.iter().any(|(_, work)| matches!(work, Work::Servers));
    thread::scope(|scope| {
        let mut installing: Option<ScopedJoinHandle<'_, Result<(), Failure>>> = None;
        for (index, (name, work)) in steps.into_iter().enumerate() {
            let place = format!("{PLACE}[{}/{total}] {name}{PLACE:#}", index + 1);
            terminal.progress(format_args!("{place} …"));
            let step_started = Instant::now();
            let outcome = match installing.take_if(|_| matches!(work, Work::Servers)) {
                Some(begun) => begun
                    .join()
                    .unwrap_or_else(|panic| panic::resume_unwind(panic)),
                None => work.run(workspace, terminal),
            };
            let took = Took(step_started.elapsed());
            if let Err(failure) = outcome {
                terminal.error(format_args!("{place} failed after {took}"));
                return Err(failure);
            }
            terminal.progress(format_args!("{place} took {took}"));
            // What is downloaded is waited for, so the compiler works meanwhile.
            if has_servers && matches!(work, Work::Tools) {
                installing = Some(scope.spawn(move || Work::Servers.run(workspace, terminal)));
            }
        }
        Ok(())
    })?;
    let took = Took(started.elapsed());
    match (only, total) {
        ([], _) => terminal.progress(format_args!("all {total} steps passed in {took}")),
        (_, 1) => terminal.progress(format_args!("1 step passed in {took}")),
        (_, _) => terminal.progress(format_args!("{total} steps passed in {took}")),
    }
    Ok(())
}

/// The cargo that runs this command, which `CARGO` names. `arguments` are as they are typed.
fn cargo(workspace: &Workspace, arguments: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(workspace.root())
        .args(arguments.split_whitespace());
    command
}

/// A duration as a person says it.
struct Took(Duration);

impl fmt::Display for Took {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..60 => write!(formatter, "{:.1} s", self.0.as_secs_f64()),
            _ => write!(formatter, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}
