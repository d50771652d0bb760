//! What can be typed after `cargo xtask`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use oauth_atlas_cli::verbs;

use crate::{NAME, test};

#[derive(Debug)]
pub struct Arguments {
    pub quiet: bool,
    pub task: Task,
}

#[derive(Debug)]
pub enum Task {
    Codegen {
        mode: Mode,
        /// The folder of the specs of a package elsewhere, and the one of its modules.
        package: Option<(PathBuf, PathBuf)>,
    },
    Test {
        /// The steps to run; all where there are none.
        only: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug)]
pub enum Mode {
    Write,
    Check,
    Watch,
}

/// Whether these arguments, or the help on them, are for the program `oauth-atlas`.
pub fn is_handed_on(arguments: &[OsString]) -> bool {
    let is_option = |word: &&OsString| word.to_string_lossy().starts_with('-');
    let mut words = arguments.iter().skip_while(is_option);
    let verb = match words.next() {
        Some(word) if word == "help" => words.next(),
        word => word,
    };
    verb.is_some_and(|verb| verbs::WITHOUT_CODEGEN.iter().any(|(name, _)| verb == name))
}

/// The arguments of the process. Wrong ones, and a question for help, end it here.
pub fn parse() -> Arguments {
    let matches = command().get_matches();
    let quiet = matches.get_flag("quiet");
    let task = match matches.subcommand() {
        Some(("test", matches)) => Task::Test {
            only: values(matches, "only"),
        },
        Some((_, matches)) => Task::Codegen {
            mode: match (matches.get_flag("check"), matches.get_flag("watch")) {
                (true, _) => Mode::Check,
                (false, true) => Mode::Watch,
                (false, false) => Mode::Write,
            },
            package: Option::zip(path(matches, "specs"), path(matches, "out")),
        },
        // Clap has asked for one before.
        None => command()
            .error(ErrorKind::MissingSubcommand, "a verb is missing")
            .exit(),
    };
    Arguments { quiet, task }
}

fn values(matches: &ArgMatches, name: &str) -> Vec<String> {
    let values = matches.get_many::<String>(name);
    values.map_or_else(Vec::new, |values| values.cloned().collect())
}

fn path(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    matches.get_one::<PathBuf>(name).cloned()
}

fn command() -> Command {
    Command::new("xtask")
        .bin_name(NAME)
        .about("The chores of the Oauth Atlas workspace")
        .after_help(
            "\
Examples:
  cargo xtask new acme         start the spec of a provider
  cargo xtask check            check the specs
  cargo xtask explain kraken   show what a spec means
  cargo xtask codegen          bring the generated code up to date
  cargo xtask codegen --watch  again after each save
  cargo xtask test             run everything that must hold before a change is merged

All other verbs are those of the program oauth-atlas, which is built first.

Exit codes:
  0  fine
  1  stale output, mistakes in specs, specs that contradict metadata, or failed tests
  2  wrong arguments
  3  files that cannot be read or written",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("quiet")
                .short('q')
                .long("quiet")
                .global(true)
                .action(ArgAction::SetTrue)
                .help("Print errors only"),
        )
        .subcommand(codegen())
        .subcommands(verbs::WITHOUT_CODEGEN.map(|(name, about)| Command::new(name).about(about)))
        .subcommand(test())
}

fn codegen() -> Command {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let folder = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
    };
    Command::new("codegen")
        .about("Generate everything that follows from specs/, or the modules of another crate")
        .after_help(
            "\
Examples:
  cargo xtask codegen          write what changed, remove modules without a spec
  cargo xtask codegen --check  write nothing; show what is stale and exit with 1
  cargo xtask codegen --watch  write after each save of a spec, or show its mistakes
  cargo xtask codegen --specs ~/acme/specs --out ~/acme/src/providers
                               the modules of another crate, with an index.rs to include!;
                               other files in that folder are left alone

Ctrl-C ends --watch.",
        )
        .arg(flag("check").help("Write nothing; show what is stale and exit with 1 if anything is"))
        .arg(
            flag("watch")
                .conflicts_with("check")
                .help("Generate again after each change of the specs, until Ctrl-C"),
        )
        .arg(
            folder("specs")
                .requires("out")
                .help("Read the specs in this folder, for a crate elsewhere"),
        )
        .arg(
            folder("out")
                .requires("specs")
                .help("Write that crate's modules and their index.rs to this folder"),
        )
}

fn test() -> Command {
    Command::new("test")
        .about("Run everything that must hold before a change is merged")
        .after_help(
            "\
Examples:
  cargo xtask test             install the tools that are missing where that is allowed, then
                               formatting, lints, documentation, generated code, features, tests
  cargo xtask test --quiet     the same, saying only what is wrong
  cargo xtask test --only tools,servers
                               install the OAuth servers that the tests log in at, and no more

Tools are installed only as root or with CI=true; otherwise the command to run is printed.",
        )
        .arg(
            Arg::new("only")
                .long("only")
                .value_name("STEP")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(test::names()))
                .help("Run these steps; default: all"),
        )
}
