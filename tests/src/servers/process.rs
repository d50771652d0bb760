//! Servers that are started once, on a port of their own choice, and end with the tests.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::certificates;
use crate::registration;
use crate::server::folder;

/// How long a server may take to answer: one that takes seconds alone takes longer beside a
/// compiler.
const PATIENCE: Duration = Duration::from_secs(120);

/// Starts `"$@"`, and ends it with all that it started when stdin closes, which it does when the
/// process that holds the other end is gone, in whatever way. So no server has to watch for that
/// itself.
const KEEPER: &str = r#"
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ cat <&3; kill 0; } >/dev/null 2>&1 &
exec 3<&-
wait "$server"
"#;

/// A server that is started when it is first asked for.
pub struct Process {
    name: &'static str,
    running: OnceLock<Result<Running, String>>,
}

impl Process {
    /// The one in the folder of this name.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            running: OnceLock::new(),
        }
    }

    pub fn is_installed(&self) -> bool {
        is_installed(self.name)
    }

    /// Where it is.
    pub fn origin(&self) -> &str {
        match self.running.get_or_init(|| Running::start(self.name)) {
            Ok(running) => &running.origin,
            // Not tried again, as each try may take as long as there is patience.
            Err(problem) => panic!("{problem}"),
        }
    }
}

/// A process that answers.
#[derive(Debug)]
pub struct Running {
    /// `http://127.0.0.1:port`.
    pub origin: String,
    /// Holds the stdin at whose end the server ends.
    keeper: Child,
}

impl Running {
    fn start(name: &str) -> Result<Self, String> {
        let installed = installed(name);
        if !is_installed(name) {
            return Err(format!(
                "{name} is not installed: `cargo xtask test --only tools,servers` installs it"
            ));
        }
        bring_in(&folder().join(name), &installed);
        let log = installed.join("server.log");
        let mut keeper = keeper()
            .args(command(&installed))
            .current_dir(&installed)
            .stderr(File::create(&log).expect("the server's folder is writable"))
            .spawn()
            .expect("sh starts");
        let stdout = keeper.stdout.take().expect("stdout is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            // To the end, as a server whose output nobody reads stops at some point.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.starts_with("http://127.0.0.1:") {
                    // Nobody may be waiting any more.
                    let _ = sender.send(line);
                }
            }
        });
        match receiver.recv_timeout(PATIENCE) {
            Ok(origin) => Ok(Self { origin, keeper }),
            Err(error) => {
                drop(keeper);
                let log = fs::read_to_string(&log).unwrap_or_default();
                Err(format!(
                    "{name} did not start ({error}); its log says:\n{log}"
                ))
            }
        }
    }

    /// Lets go of the server as the end of this process does, and waits for its keeper.
    fn end(mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().expect("the server's keeper ends");
    }
}

/// What keeps the program that its further arguments name.
fn keeper() -> Command {
    let mut keeper = Command::new("sh");
    keeper
        .args(["-c", KEEPER, "sh"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    // A group of its own, which `kill 0` ends.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    keeper
}

/// What runs the server: the folder says by what it brings along.
fn command(installed: &Path) -> [PathBuf; 2] {
    if installed.join("package.json").exists() {
        // Where the machine has none that is new enough, one is installed beside the servers.
        let own = installed.with_file_name("node").join("venv/bin/node");
        let node = if own.exists() { own } else { "node".into() };
        [node, "server.mjs".into()]
    } else {
        [installed.join("venv/bin/python"), "server.py".into()]
    }
}

/// Puts the server's own files beside what it imports, where they are looked for.
fn bring_in(folder: &Path, installed: &Path) {
    let entries = fs::read_dir(folder).expect("the server has a folder");
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    let scripts = paths.filter(|path| path.extension().is_some_and(|e| e == "mjs" || e == "py"));
    let mut files: Vec<_> = scripts
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a readable script");
            (installed.join(path.file_name().unwrap_or_default()), text)
        })
        .collect();
    files.push((
        installed.join("registration.json"),
        registration::FILE.to_owned(),
    ));
    files.push((installed.join("tls.json"), certificates::file().to_owned()));
    for (path, text) in files {
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        fs::write(path, text).expect("the server's folder is writable");
    }
}

fn is_installed(name: &str) -> bool {
    cfg!(unix) && installed(name).join("installed").exists()
}

fn installed(name: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join("../target/servers").join(name)
}

/// Starts a server of its own, and checks that it ends with who holds it.
pub fn a_server_ends_when_nobody_holds_it(name: &str) {
    let running = Running::start(name).expect("the server starts");
    let address = running.origin.trim_start_matches("http://").to_owned();
    TcpStream::connect(&address).expect("the server answers");
    running.end();
    let begun = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "{name} is there still");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The same of what a server starts in its turn.
pub fn what_a_server_started_ends_with_it() {
    let server = "sleep 600 & echo started; wait";
    let mut keeper = keeper()
        .args(["sh", "-c", server])
        .spawn()
        .expect("sh starts");
    let mut stdout = BufReader::new(keeper.stdout.take().expect("stdout is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("stdout is text");
    assert_eq!(line, "started\n");
    let begun = Instant::now();
    drop(keeper.stdin.take());
    // It ends when nobody is left who could write to it.
    stdout.read_to_string(&mut line).expect("stdout is text");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    keeper.wait().expect("the keeper ends");
}
