//! The program `oauth-atlas`: arguments, the terminal and exit codes. All that is known of specs is in
//! `oauth-atlas-codegen`.

mod arguments;
mod commands;
mod day;
mod differences;
mod document;
mod explain;
mod failure;
mod metadata;
mod mistakes;
mod output;
mod readme;
mod requests;
mod site;
mod table;
mod target;
mod terminal;
mod workspace;
mod yaml;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use target::Target;
use terminal::Terminal;
use workspace::Workspace;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.quiet);
    let workspace = Workspace::new(arguments.root);
    let outcome = match arguments.command {
        Command::Codegen {
            check,
            watch,
            specs,
            out,
        } => {
            let target = Target::new(&workspace, specs.as_deref(), out.as_deref());
            match (check, watch) {
                (true, _) => commands::codegen::check(target, terminal),
                (false, true) => commands::codegen::watch(target, terminal),
                (false, false) => commands::codegen::write(target, terminal),
            }
        }
        Command::Check { files } => commands::check::run(&workspace, &files, terminal),
        Command::Drift(arguments) => commands::drift::run(&workspace, &arguments, terminal),
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
            commands::explain::run(&workspace, &provider, options, markdown, terminal)
        }
        Command::Fake { provider, port } => {
            commands::fake::run(&workspace, &provider, port, terminal)
        }
        Command::New(answers) => commands::new::run(&workspace, *answers, terminal),
        Command::List {
            stale: true,
            older_than,
            today,
            ..
        } => commands::list::stale(&workspace, older_than, today, terminal),
        Command::List { quirks: true, .. } => commands::list::quirks(&workspace, terminal),
        Command::List { markdown, .. } => commands::list::providers(&workspace, markdown, terminal),
        Command::Site { out } => commands::site::run(&workspace, out.as_deref(), terminal),
        Command::Test { only } => commands::test::run(&workspace, &only, terminal),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.error(&failure);
            failure.exit_code()
        }
    }
}
