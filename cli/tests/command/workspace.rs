//! A temporary workspace with two providers, for the tests of `oauth-atlas` and of `cargo xtask`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use crate::{FILES, PROGRAM};

pub struct Workspace {
    folder: tempfile::TempDir,
}

/// What a run of the command left behind.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Workspace {
    /// The specs of `acme` and `globex`, and the files that each of these tests needs.
    pub fn new() -> Self {
        let workspace = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        workspace.write("specs/acme.yaml", &spec("Acme"));
        workspace.write("specs/globex.yaml", &spec("Globex"));
        for (path, text) in FILES {
            workspace.write(path, text);
        }
        workspace
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a readable file")
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(path, text).expect("a writable file");
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, &text.replace(from, to));
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("a removable file");
    }

    /// Every file and when it was written.
    pub fn times(&self) -> BTreeMap<PathBuf, SystemTime> {
        let mut times = BTreeMap::new();
        collect_times(self.folder.path(), &mut times);
        times
    }

    /// The program in this workspace, with its output in pipes.
    pub fn command<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.folder.path());
        // Whoever runs these tests may want colours; the expectations do not.
        command.env_remove("CLICOLOR_FORCE");
        command
    }

    pub fn run<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Run {
        Run::of(&mut self.command(arguments))
    }
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().expect("the built command");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self {
            code: status.code(),
            stdout: text(stdout),
            stderr: text(stderr),
        }
    }

    /// The lines of stderr.
    pub fn messages(&self) -> Vec<&str> {
        self.stderr.lines().collect()
    }
}

fn collect_times(folder: &Path, times: &mut BTreeMap<PathBuf, SystemTime>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect_times(&path, times);
        } else {
            let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
            times.insert(path, modified.expect("a time of modification"));
        }
    }
}

fn spec(name: &str) -> String {
    format!(
        "\
name: {name}
summary: a provider for tests
documentation: https://docs.example/oauth

sources:
  reference:
    title: The reference
    url: https://docs.example/oauth
    checked: 2026-11-22

endpoints:
  authorization: https://auth.example/authorize
  token: https://auth.example/token

clients:
  confidential:
    auth: [client_secret_basic, client_secret_post]
  public:
    auth: none

grants:
  authorization_code:
    pkce: required
  refresh_token:

scopes:
  values:
    read: Read everything.
    write: Write everything.
"
    )
}
