//! `cargo xtask …`: arguments, the terminal and exit codes. All that is known of
//! specs is in `oauth-atlas-codegen`.

mod arguments;
mod commands;
mod day;
mod differences;
mod failure;
mod metadata;
mod mistakes;
mod output;
mod readme;
mod table;
mod terminal;
mod workspace;
mod yaml;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use terminal::Terminal;
use workspace::Workspace;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.quiet);
    let workspace = Workspace::new(arguments.root);
    let outcome = match arguments.command {
        Command::Codegen { check: false } => commands::codegen::write(&workspace, terminal),
        Command::Codegen { check: true } => commands::codegen::check(&workspace, terminal),
        Command::Check { files } => commands::check::run(&workspace, &files, terminal),
        Command::Drift(arguments) => commands::drift::run(&workspace, &arguments, terminal),
        Command::New(answers) => commands::new::run(&workspace, *answers, terminal),
        Command::List {
            stale: true,
            older_than,
            today,
            ..
        } => commands::list::stale(&workspace, older_than, today, terminal),
        Command::List { quirks: true, .. } => commands::list::quirks(&workspace, terminal),
        Command::List { markdown, .. } => commands::list::providers(&workspace, markdown, terminal),
        Command::Test => commands::test::run(&workspace, terminal),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal.error(&failure);
            failure.exit_code()
        }
    }
}
