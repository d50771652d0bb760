//! A PostgreSQL of the test's own.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::{Config, NoTls};

use crate::folder::{Folder, succeeds};
use crate::process::{find, free_port, is_root};

/// The user that PostgreSQL's packages create, as which root runs it.
const USER: &str = "postgres";

#[derive(Debug)]
pub struct Server {
    folder: Folder,
    programs: PathBuf,
    port: u16,
    child: Option<Child>,
}

/// The folder of its programs: Debian keeps them off the path.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    if let Some(program) = find("initdb") {
        // A link on the path may be the only one.
        let program = program.canonicalize().ok()?;
        return program.parent().map(Path::to_owned);
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    folders
        .filter(|folder| folder.join("initdb").is_file())
        .max()
}

impl Server {
    /// Starts one with an empty database.
    ///
    /// # Panics
    ///
    /// When it is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = Folder::new();
        if is_root() {
            assert!(succeeds(Command::new("chown").arg(USER).arg(folder.path())));
        }
        let mut server = Self {
            folder,
            programs: programs().expect("PostgreSQL is installed"),
            port: free_port(),
            child: None,
        };
        let mut initdb = server.command("initdb");
        let data = server.data();
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "-D",
        ]);
        assert!(succeeds(initdb.arg(data)), "initdb succeeds");
        server.restart();
        server
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts it again with the same data.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn restart(&mut self) {
        let started = Instant::now();
        // It listens before it lets anybody in.
        while !succeeds(&mut self.is_ready()) {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "PostgreSQL starts: {}",
                self.last_words()
            );
            // It ends at once while what a killed one had started is still there.
            let is_running = matches!(self.child.as_mut().map(Child::try_wait), Some(Ok(None)));
            if !is_running {
                self.child = Some(self.server().spawn().expect("postgres runs"));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn server(&self) -> Command {
        let port = self.port.to_string();
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        command.args(["-p", &port, "-c", "listen_addresses=127.0.0.1"]);
        command.args([
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=300",
        ]);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log());
        command.stderr(log.expect("a file"));
        command
    }

    fn is_ready(&self) -> Command {
        let mut command = self.command("pg_isready");
        let port = self.port.to_string();
        command.args(["-h", "127.0.0.1", "-p", &port, "-d", "postgres"]);
        command
    }

    /// Ends it as a power failure would, as far as processes go: all of its own at once. One that is left would wait
    /// for the locks of the dead, and keep the next server from the data: so it is stopped first, and starts no other.
    /// The file with its number stays. By that it finds out whether anybody still writes.
    pub fn kill(&mut self) {
        let pid = fs::read_to_string(self.data().join("postmaster.pid"));
        if let Some(pid) = pid.as_deref().ok().and_then(|text| text.lines().next()) {
            succeeds(Command::new("kill").args(["-STOP", pid]));
            let mut all = children_of(pid);
            all.push(pid.to_owned());
            succeeds(Command::new("kill").arg("-9").args(all));
        }
        if let Some(mut child) = self.child.take() {
            let id = child.id().to_string();
            // `runuser` stops with what it runs, whenever it hears of that.
            while matches!(child.try_wait(), Ok(None)) {
                succeeds(Command::new("kill").args(["-CONT", &id]));
                thread::sleep(Duration::from_millis(10));
            }
        }
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

fn children_of(pid: &str) -> Vec<String> {
    let all = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let all = String::from_utf8(all.expect("ps runs").stdout).expect("numbers");
    let of_line = |line: &str| {
        let (child, parent) = line.trim().split_once(' ')?;
        (parent.trim() == pid).then(|| child.to_owned())
    };
    all.lines().filter_map(of_line).collect()
}

/// How to connect to the one on this port.
#[must_use]
pub fn config(port: u16) -> Config {
    let mut config = Config::new();
    config
        .host("127.0.0.1")
        .port(port)
        .user("postgres")
        .dbname("postgres")
        .connect_timeout(Duration::from_secs(5));
    config
}

/// A connection beside the store's.
///
/// # Panics
///
/// When there is none.
pub async fn connect(port: u16) -> tokio_postgres::Client {
    let (client, connection) = config(port).connect(NoTls).await.expect("a connection");
    tokio::spawn(connection);
    client
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
