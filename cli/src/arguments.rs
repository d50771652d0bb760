//! What can be typed after `oauth-atlas`, and how its help is put.

use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{drift, new, scopes};
use crate::day::Day;
use crate::program;
use crate::verbs;

/// The program's own name, as the examples below have it.
const NAME: &str = "oauth-atlas";

#[derive(Debug, Parser)]
#[command(
    name = NAME,
    version,
    about = "Check, explain, compare and fake OAuth 2.0 providers",
    after_help = "\
Examples:
  oauth-atlas list             list the providers
  oauth-atlas explain kraken   show what Kraken's spec means
  oauth-atlas fake kraken      run a server that behaves like Kraken
  oauth-atlas new acme         start the spec of your own provider
  oauth-atlas check            check your specs
  oauth-atlas codegen --out src/providers
                               generate the modules of your crate

Your specs are the .yaml files in the nearest folder `specs`, here or above. If there is none, commands
use the built-in specs of Oauth Atlas.

Exit codes:
  0  fine
  1  stale output, mistakes in specs, or specs that contradict metadata
  2  wrong arguments
  3  files that cannot be read or written"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// Print errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// Read the specs in this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub specs: Option<PathBuf>,

    /// Read the built-in specs, even if there is a folder `specs`
    #[arg(long, global = true, conflicts_with = "specs")]
    pub built_in: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(about = verbs::CODEGEN.1, after_help = "\
Examples:
  oauth-atlas codegen --out src/providers
                               write what changed, remove modules without a spec
  oauth-atlas codegen --out src/providers --check
                               write nothing; show what is stale and exit with 1
  oauth-atlas codegen --out src/providers --watch
                               write after each save of a spec, or show its mistakes
  oauth-atlas codegen --specs ~/acme/specs --out ~/acme/src/providers
                               a crate elsewhere

The crate depends on oauth-atlas and includes the modules with include!(\"providers/index.rs\"). Other
files in that folder are left alone. Ctrl-C ends --watch.")]
    Codegen {
        /// Write the modules and their index.rs to this folder
        #[arg(long, value_name = "DIR")]
        out: PathBuf,

        /// Write nothing; show what is stale and exit with 1 if anything is
        #[arg(long)]
        check: bool,

        /// Generate again after each change of the specs, until Ctrl-C
        #[arg(long, conflicts_with = "check")]
        watch: bool,
    },

    #[command(about = verbs::CHECK.1, after_help = "\
Examples:
  oauth-atlas check                     every spec in the folder specs
  oauth-atlas check specs/kraken.yaml   one spec
  oauth-atlas check ~/acme/*.yaml       specs elsewhere")]
    Check {
        /// The specs to check; default: all in the folder
        files: Vec<PathBuf>,
    },

    #[command(about = verbs::EXPLAIN.1, after_help = "\
Examples:
  oauth-atlas explain kraken                    facts with sources, what is left out, and each
                                                request as a curl command
  oauth-atlas explain kraken --environment uat  the requests of another environment
  oauth-atlas explain ~/acme/acme.yaml          a spec elsewhere
  oauth-atlas explain slack --markdown          for a comment on a pull request")]
    Explain {
        /// The provider's module or name, or the path of a spec
        #[arg(value_name = "PROVIDER|FILE")]
        provider: String,

        /// The environment of the requests; default: the provider's first
        #[arg(long, value_name = "NAME")]
        environment: Option<String>,

        /// List every scope
        #[arg(long)]
        scopes: bool,

        /// Print Markdown
        #[arg(long)]
        markdown: bool,
    },
    #[command(about = verbs::NEW.1, after_help = "\
Examples:
  oauth-atlas new acme                     ask for the rest, or leave TODOs
  oauth-atlas new acme --template machine  client credentials, without logins
  oauth-atlas new acme --grant client_credentials
                                           logins and client credentials
  oauth-atlas new acme --discover https://login.acme.example
                                           fill in the issuer's metadata
  oauth-atlas new acme --discover openid-configuration.json
                                           the same from a file
  oauth-atlas new acme --title 'Acme Inc.' --documentation https://docs.acme.example/oauth \\
      --authorization-endpoint https://acme.example/authorize \\
      --token-endpoint https://acme.example/token --auth client_secret_post --pkce required

A {variable} of an endpoint, as in 'https://{host}/token', gets an entry for you to describe. Unknown
facts are left out or marked unknown; a required URL becomes a placeholder below .invalid, which
`check` reports. URLs are read with the program curl.")]
    // As large as all other commands together.
    New(Box<new::Arguments>),

    #[command(about = verbs::DRIFT.1, after_help = "\
Examples:
  oauth-atlas drift                        every provider that publishes metadata
  oauth-atlas drift google twitch          these two
  oauth-atlas drift --from metadata/       saved documents: metadata/google.json, and for an
                                           environment metadata/gemini.sandbox.json
  oauth-atlas drift google --metadata openid-configuration.json

The address of the metadata follows from `issuer`, or is the `metadata` of an environment. A difference
counts as explained if a conflict or a note of the spec contains the metadata's word for it: the
member or the value. URLs are read with the program curl.

Exit codes: 1 if something differs, 3 if nothing does and something cannot be read.")]
    Drift(drift::Arguments),

    #[command(about = verbs::SCOPES.1)]
    Scopes {
        #[command(subcommand)]
        command: scopes::Command,
    },

    #[command(about = verbs::LIST.1, after_help = "\
Examples:
  oauth-atlas list             a table that fits the terminal
  oauth-atlas list --markdown  the whole table, as in the README of Oauth Atlas
  oauth-atlas list --quirks    each key of the spec language, and the providers that use it
  oauth-atlas list --stale     sources not read for a year, oldest first
  oauth-atlas list --stale --older-than 90
  oauth-atlas list --health    how complete the specs are, and what is unknown in them

The exit code is 0 whatever the list contains.")]
    List {
        /// Print the whole table as Markdown
        #[arg(long)]
        markdown: bool,

        /// Print each key of the spec language with the providers that use it
        #[arg(long, conflicts_with = "markdown")]
        quirks: bool,

        /// Print how complete the specs are
        #[arg(long, conflicts_with_all = ["markdown", "quirks", "stale"])]
        health: bool,

        /// Print sources that have not been read for a while
        #[arg(long, conflicts_with_all = ["markdown", "quirks"])]
        stale: bool,

        /// The age in days
        #[arg(long, value_name = "DAYS", default_value_t = 365, requires = "stale")]
        older_than: u32,

        /// The day to count from
        #[arg(long, hide = true, hide_default_value = true, value_name = "DATE", default_value_t = Day::today())]
        today: Day,
    },

    #[command(about = verbs::SITE.1, after_help = "\
Examples:
  oauth-atlas site              write target/site beside your specs, or oauth-atlas-site here for the
                                built-in ones; open its index.html in a browser
  oauth-atlas site --out pages  write to a folder that is new, empty, or holds an older site")]
    Site {
        /// The folder to write; default: target/site or oauth-atlas-site
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },

    #[command(about = verbs::FAKE.1, after_help = "\
Examples:
  oauth-atlas fake kraken               on a free port, which is printed
  oauth-atlas fake kraken --port 8080   on port 8080
  oauth-atlas fake ~/acme/acme.yaml     a spec elsewhere

It prints its endpoints, a client id and secret, and each request as a curl command. It approves
every login, refuses what the provider would refuse, and prints a line for each request, without
secrets. /.fake/ explains how to make requests fail. Ctrl-C ends it.")]
    Fake {
        /// The provider's module or name, or the path of a spec
        provider: String,

        /// The port to listen on; default: a free one
        #[arg(long)]
        port: Option<u16>,
    },
}

/// The arguments of the process. Wrong ones, and a question for help or the version, end it here.
pub fn parse() -> Arguments {
    let name = program::name();
    let command = Arguments::command().bin_name(&name);
    let mut command = called(command, &name);
    let matches = command.get_matches_mut();
    Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
}

/// The same with another name in its examples.
fn called(command: clap::Command, name: &str) -> clap::Command {
    let examples = command.get_after_help().map(ToString::to_string);
    let command = match examples {
        Some(examples) => {
            let [from, to] = [NAME, name].map(|name| format!("\n  {name} "));
            command.after_help(examples.replace(&from, &to))
        }
        None => command,
    };
    command.mut_subcommands(|verb| called(verb, name))
}
