//! `cargo xtask …`: the chores of this workspace. All other verbs are those of the program
//! `oauth-atlas`, and are handed on to it.

mod arguments;
mod generated;
mod program;
mod readme;
mod test;
mod workspace;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::generate::{self, Package, Target};
use oauth_atlas_cli::terminal::Terminal;

use arguments::{Arguments, Mode, Task};
use workspace::Workspace;

/// What this is called.
const NAME: &str = "cargo xtask";

fn main() -> ExitCode {
    let typed: Vec<OsString> = env::args_os().skip(1).collect();
    let (terminal, outcome) = match arguments::is_handed_on(&typed) {
        true => (Terminal::new(false), program::run(&typed)),
        false => {
            let Arguments { quiet, task } = arguments::parse();
            let terminal = Terminal::new(quiet);
            let outcome = run(task, terminal).map(|()| ExitCode::SUCCESS);
            (terminal, outcome)
        }
    };
    outcome.unwrap_or_else(|failure| {
        terminal.error(&failure);
        failure.exit_code()
    })
}

fn run(task: Task, terminal: Terminal) -> Result<(), Failure> {
    match task {
        Task::Codegen { mode, package } => match package {
            // Wherever that package is, this may run anywhere.
            Some((specs, out)) => {
                let package = Package {
                    specs_shown_as: specs.display().to_string(),
                    specs,
                    out,
                    program: NAME.to_owned(),
                };
                generate(mode, &package, terminal)
            }
            None => generate(mode, &Workspace::find()?, terminal),
        },
        Task::Test { only } => test::run(&Workspace::find()?, &only, terminal),
    }
}

fn generate(mode: Mode, target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    match mode {
        Mode::Write => generate::write(target, terminal),
        Mode::Check => generate::check(target, terminal),
        Mode::Watch => generate::watch(target, terminal),
    }
}
