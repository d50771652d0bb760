//! The program, from its arguments to its exit code.

use std::env;
use std::process::ExitCode;

use crate::arguments::{self, Arguments, Command};
use crate::commands;
use crate::explain;
use crate::failure::Failure;
use crate::generate;
use crate::specs::Specs;
use crate::terminal::Terminal;
use crate::verbs::CALLED_AS;

/// What the program is called in its help and messages: its own name, or the command that handed a
/// verb on to it.
pub(crate) fn name() -> String {
    env::var(CALLED_AS).unwrap_or_else(|_| "oauth-atlas".to_owned())
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = arguments::parse();
    let terminal = Terminal::new(arguments.quiet);
    match run(arguments, terminal) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.error(&failure);
            failure.exit_code()
        }
    }
}

fn run(arguments: Arguments, terminal: Terminal) -> Result<(), Failure> {
    let specs = Specs::find(arguments.specs, arguments.built_in);
    match arguments.command {
        Command::Codegen { out, check, watch } => {
            let package = specs.folder()?.package(out);
            match (check, watch) {
                (true, _) => generate::check(&package, terminal),
                (false, true) => generate::watch(&package, terminal),
                (false, false) => generate::write(&package, terminal),
            }
        }
        Command::Check { files } => commands::check::run(&specs, &files, terminal),
        Command::Drift(arguments) => commands::drift::run(&specs, &arguments, terminal),
        Command::Explain {
            provider,
            environment,
            scopes,
            markdown,
        } => {
            let options = explain::Options {
                environment: environment.as_deref(),
                all_scopes: scopes,
            };
            commands::explain::run(&specs, &provider, options, markdown, terminal)
        }
        Command::Fake { provider, port } => commands::fake::run(&specs, &provider, port, terminal),
        Command::Scopes { command } => commands::scopes::run(&specs, &command, terminal),
        Command::New(answers) => commands::new::run(&specs, *answers, terminal),
        Command::List {
            stale: true,
            older_than,
            today,
            ..
        } => commands::list::stale(&specs, older_than, today, terminal),
        Command::List { health: true, .. } => commands::list::health(&specs, terminal),
        Command::List { quirks: true, .. } => commands::list::quirks(&specs, terminal),
        Command::List { markdown, .. } => commands::list::providers(&specs, markdown, terminal),
        Command::Site { out } => commands::site::run(&specs, out.as_deref(), terminal),
    }
}
