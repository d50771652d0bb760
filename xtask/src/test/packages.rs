//! Packages of the npm and the Python registry that tests need: each is installed once, and again when
//! its lock file changes. Nothing is installed outside `target`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::child;
use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::terminal::Terminal;

/// Fails before 20.19, the oldest Node.js that the servers run on.
const IS_NODE_NEW_ENOUGH: &str = "const [major, minor] = process.versions.node.split('.').map(Number); \
                                  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)";

/// How often a download is begun, as registries and networks have their moments.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// Where a package comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    Npm,
    Python,
}

pub struct Package {
    pub name: String,
    pub registry: Registry,
    /// What says every version and the hash of it.
    pub lock: PathBuf,
}

pub fn has_node() -> bool {
    child::succeeds(Command::new("node").args(["-e", IS_NODE_NEW_ENOUGH]))
        && child::succeeds(Command::new("npm").arg("--version"))
}

impl Package {
    /// Installs it into a folder of its name in `target`.
    pub fn install(&self, target: &Path, terminal: Terminal) -> Result<(), Failure> {
        let folder = target.join(&self.name);
        let lock = read(&self.lock)?;
        // Written last, so that it says that all of the rest is there.
        let stamp = folder.join("installed");
        let what = self.registry.runs_on() + &lock;
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == what) {
            return Ok(());
        }
        terminal.progress(format_args!("installing {} …", self.name));
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::files(
                    format_args!("remove {}", folder.display()),
                    &error,
                ));
            }
            _ => {}
        }
        fs::create_dir_all(&folder)
            .map_err(|error| Failure::files(format_args!("create {}", folder.display()), &error))?;
        match self.registry {
            Registry::Npm => {
                let manifest = self.lock.with_file_name("package.json");
                write(&folder.join("package.json"), &read(&manifest)?)?;
                write(&folder.join("package-lock.json"), &lock)?;
                let quietly = [
                    "--no-audit",
                    "--no-fund",
                    "--no-update-notifier",
                    "--loglevel",
                    "error",
                ];
                let mut npm = npm(target);
                npm.args(["ci", "--ignore-scripts"]).args(quietly);
                // By default it waits for a minute and more, which is for those who know of it.
                npm.args(["--fetch-retry-mintimeout", "1000"]);
                self.download(npm.current_dir(&folder), terminal)?;
            }
            Registry::Python => {
                child::run(
                    Command::new("python3")
                        .args(["-m", "venv", "venv"])
                        .current_dir(&folder),
                )?;
                let quietly = ["--disable-pip-version-check", "--no-input", "--quiet"];
                let mut pip = Command::new(folder.join("venv/bin/python"));
                pip.args(["-m", "pip", "install", "--require-hashes"])
                    .args(quietly)
                    .arg("-r")
                    .arg(&self.lock);
                self.download(&mut pip, terminal)?;
            }
        }
        write(&stamp, &what)
    }

    fn download(&self, command: &mut Command, terminal: Terminal) -> Result<(), Failure> {
        for _ in 1..ATTEMPTS {
            if child::run(command).is_ok() {
                return Ok(());
            }
            terminal.progress(format_args!("installing {} again …", self.name));
            thread::sleep(PAUSE);
        }
        child::run(command).map_err(|failure| {
            Failure::Findings(format!(
                "{failure}, {ATTEMPTS} times\n\
                 {} comes from the {} registry: is this machine online? \
                 What is installed once needs no network until {} changes.",
                self.name,
                self.registry.name(),
                self.lock.display()
            ))
        })
    }
}

impl Registry {
    const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Python => "Python",
        }
    }

    /// What an installation is good for besides its lock file: a Python environment belongs to the
    /// version that made it, and packages without scripts run on every Node.js.
    fn runs_on(self) -> String {
        let version = match self {
            Self::Npm => return String::new(),
            Self::Python => Command::new("python3").arg("--version").output(),
        };
        version.map_or_else(
            |_| String::new(),
            |version| String::from_utf8_lossy(&version.stdout).into_owned(),
        )
    }
}

/// The npm of the Node.js that was installed for it, or else that of this machine.
fn npm(target: &Path) -> Command {
    let programs = target.join("node/venv/bin");
    if !programs.join("npm").exists() || has_node() {
        return Command::new("npm");
    }
    let mut npm = Command::new(programs.join("npm"));
    // npm is a script that looks for its `node`.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(paths) {
        npm.env("PATH", path);
    }
    npm
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path)
        .map_err(|error| Failure::files(format_args!("read {}", path.display()), &error))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::files(format_args!("write {}", path.display()), &error))
}
