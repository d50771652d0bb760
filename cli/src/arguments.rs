//! What can be typed after `cargo xtask`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};

use crate::commands::{drift, new, test};
use crate::day::Day;
use crate::workspace;

#[derive(Debug, Parser)]
#[command(
    bin_name = "cargo xtask",
    about = "The tasks of the Oauth Atlas workspace",
    after_help = "\
Examples:
  cargo xtask new acme         begin the spec of a provider
  cargo xtask check            look for mistakes in the specs
  cargo xtask explain kraken   read what a spec comes to
  cargo xtask codegen          bring the generated code up to date
  cargo xtask codegen --watch  the same again after each save
  cargo xtask test             run everything that must hold before a change is merged

Exit codes:
  0  fine
  1  stale output, mistakes in specs, specs that metadata contradicts, or failed tests
  2  wrong arguments
  3  files that cannot be read or written"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,

    /// Print errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// The workspace to work on; default: this one
    #[arg(
        long,
        global = true,
        hide = true,
        hide_default_value = true,
        value_name = "DIR",
        default_value_os_t = workspace::this()
    )]
    pub root: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Generate what follows from specs/, or another crate's modules from its own specs
    #[command(after_help = "\
Examples:
  cargo xtask codegen          write what changed, remove what no spec asks for
  cargo xtask codegen --check  write nothing; show what is stale and exit with 1
  cargo xtask codegen --watch  write after each save of a spec, or show its mistakes
  cargo xtask codegen --specs ~/acme/specs --out ~/acme/src/providers
                               the modules of a crate that depends on oauth-atlas, with an
                               index.rs to include!; files of others in that folder stay

Ctrl-C ends --watch.")]
    Codegen {
        /// Write nothing; show what is stale and exit with 1 if anything is
        #[arg(long)]
        check: bool,

        /// Go on after each change of the specs, until Ctrl-C
        #[arg(long, conflicts_with = "check")]
        watch: bool,

        /// Read the specs of this folder, for a crate elsewhere
        #[arg(long, value_name = "DIR", requires = "out")]
        specs: Option<PathBuf>,

        /// Write that crate's modules and their index.rs to this folder
        #[arg(long, value_name = "DIR", requires = "specs")]
        out: Option<PathBuf>,
    },

    /// Look for mistakes in specs, all of them at once
    #[command(after_help = "\
Examples:
  cargo xtask check                     every spec in specs/
  cargo xtask check specs/kraken.yaml   this one
  cargo xtask check ~/acme/*.yaml       specs that are kept elsewhere")]
    Check {
        /// The specs to read; default: all of specs/
        files: Vec<PathBuf>,
    },

    /// Explain what the generator understands of a spec, down to the requests
    #[command(after_help = "\
Examples:
  cargo xtask explain kraken                    what its spec says and leaves out, with sources,
                                                and each request as a curl command
  cargo xtask explain kraken --environment uat  the requests of another environment
  cargo xtask explain ~/acme/acme.yaml          a spec that is kept elsewhere
  cargo xtask explain slack --markdown          for a comment on a pull request")]
    Explain {
        /// The provider, by its module or its own name, or the path of a spec
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
    /// Begin the spec of a provider: asks on a terminal, and takes arguments anywhere
    #[command(after_help = "\
Examples:
  cargo xtask new acme                     ask for the rest, or leave it to be filled in
  cargo xtask new acme --template machine  client credentials, without logins
  cargo xtask new acme --grant client_credentials
                                           logins, and client credentials beside them
  cargo xtask new acme --discover https://login.acme.example
                                           fill in what the issuer's metadata says
  cargo xtask new acme --discover openid-configuration.json
                                           the same from a file
  cargo xtask new acme --title 'Acme Inc.' --documentation https://docs.acme.example/oauth \\
      --authorization-endpoint https://acme.example/authorize \\
      --token-endpoint https://acme.example/token --auth client_secret_post --pkce required

A {variable} of an endpoint, as in 'https://{host}/token', gets an entry that is to be described.
What nobody says is left out or unknown; a URL that has to be there is a placeholder below
.invalid, which `check` names. URLs are read by the program curl.")]
    // As large as all other commands together.
    New(Box<new::Arguments>),

    /// Compare specs with the metadata that their providers publish now
    #[command(after_help = "\
Examples:
  cargo xtask drift                        every provider whose metadata is known, online
  cargo xtask drift google twitch          these
  cargo xtask drift --from metadata/       saved documents: metadata/google.json, and for an
                                           environment metadata/gemini.sandbox.json
  cargo xtask drift google --metadata openid-configuration.json

Metadata is at the address that follows from `issuer`, or where `metadata` of an environment points.
A difference is explained where a conflict or a note of the spec has the metadata's word for it:
the member, or the value. URLs are read by the program curl.

Exit codes: 1 where something differs, 3 where nothing does and something cannot be read.")]
    Drift(drift::Arguments),

    /// List the providers that the specs describe
    #[command(after_help = "\
Examples:
  cargo xtask list             a table for the terminal
  cargo xtask list --markdown  the table that the README holds
  cargo xtask list --quirks    each key of the spec language, and who uses it
  cargo xtask list --stale     sources that nobody has read for a year, the oldest first
  cargo xtask list --stale --older-than 90

A list is no failure: the exit code is 0 whatever is in it.")]
    List {
        /// Print the Markdown table that the README holds
        #[arg(long)]
        markdown: bool,

        /// Print each key of the spec language with the providers that use it
        #[arg(long, conflicts_with = "markdown")]
        quirks: bool,

        /// Print the sources that were read long ago
        #[arg(long, conflicts_with_all = ["markdown", "quirks"])]
        stale: bool,

        /// How many days ago that is
        #[arg(long, value_name = "DAYS", default_value_t = 365, requires = "stale")]
        older_than: u32,

        /// The day to count from
        #[arg(long, hide = true, hide_default_value = true, value_name = "DATE", default_value_t = Day::today())]
        today: Day,
    },

    /// Write a static site: a searchable index, and a page a provider
    #[command(after_help = "\
Examples:
  cargo xtask site              write target/site; open its index.html in a browser
  cargo xtask site --out pages  write it into a folder that is empty or not there yet, or that holds
                                an older site")]
    Site {
        /// The folder to write; default: target/site
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },

    /// Run a server that behaves as a provider's spec says, for the tests of a program in any language
    #[command(after_help = "\
Examples:
  cargo xtask fake kraken               on a free port, which is printed
  cargo xtask fake kraken --port 8080   on this one
  cargo xtask fake ~/acme/acme.yaml     a spec that is kept elsewhere

It prints its endpoints, a client's id and secret, and each request as a curl command. It agrees to
every login, refuses what the provider would refuse, and prints a line a request, without secrets.
What goes wrong on demand is asked for at /.fake/, as it says. Ctrl-C ends it.")]
    Fake {
        /// The provider's module, or the path of a spec
        provider: String,

        /// The port to listen on; default: a free one
        #[arg(long)]
        port: Option<u16>,
    },

    /// Run everything that must hold before a change is merged
    #[command(after_help = "\
Examples:
  cargo xtask test             install the tools that are missing where that is allowed, then
                               formatting, lints, documentation, generated code, features, tests
  cargo xtask test --quiet     the same, saying only what is wrong
  cargo xtask test --only tools,servers
                               install the OAuth servers that the tests log in at, and no more

Tools are installed only for root, or where CI=true is set; everybody else is told the command.")]
    Test {
        /// Run these steps; default: all
        #[arg(
            long,
            value_name = "STEP",
            value_delimiter = ',',
            value_parser = PossibleValuesParser::new(test::names())
        )]
        only: Vec<String>,
    },
}
