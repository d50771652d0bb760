//! Servers that end with their test.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// Below what any system gives to outgoing connections. While a server is away, a client that tries its port again and
/// again would otherwise be given that very port some time, be connected with itself, and keep the server from it.
const PORTS: Range<u16> = 10_000..30_000;

/// A port that was free a moment ago.
///
/// # Panics
///
/// When no port is free.
#[must_use]
pub fn free_port() -> u16 {
    let length = u64::from(PORTS.end - PORTS.start);
    let random = RandomState::new().hash_one(std::process::id()) % length;
    let first = PORTS.start + u16::try_from(random).expect("a port");
    (first..PORTS.end)
        .chain(PORTS.start..first)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a free port")
}

/// Waits until somebody listens.
///
/// # Panics
///
/// When nobody does for a minute.
pub fn wait_for(port: u16) {
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "nobody listens on port {port}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// The program on the path.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// Whether this is root, whom some servers refuse to run as.
#[must_use]
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
