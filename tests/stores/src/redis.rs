//! A Redis of the test's own.

use std::process::{Child, Command, Stdio};

use redis::Client;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use crate::folder::Folder;
use crate::process::{find, free_port, wait_for};

#[derive(Debug)]
pub struct Server {
    folder: Folder,
    port: u16,
    child: Option<Child>,
}

#[must_use]
pub fn is_installed() -> bool {
    find("redis-server").is_some()
}

impl Server {
    /// Starts one that is empty, and loses nothing that it has confirmed.
    ///
    /// # Panics
    ///
    /// When it is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let mut server = Self {
            folder: Folder::new(),
            port: free_port(),
            child: None,
        };
        server.restart();
        server
    }

    /// Starts it again with the same data.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn restart(&mut self) {
        let port = self.port.to_string();
        let mut command = Command::new("redis-server");
        command.args(["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
        command.args(["--appendonly", "yes", "--appendfsync", "always", "--dir"]);
        command.arg(self.folder.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.child = Some(command.spawn().expect("redis-server runs"));
        wait_for(self.port);
    }

    /// Ends it as a power failure would, as far as processes go.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// A connection that comes back by itself.
///
/// # Panics
///
/// When the server does not answer.
pub async fn connect(port: u16) -> ConnectionManager {
    let client = Client::open(("127.0.0.1", port)).expect("an address");
    // Many at once may begin; and a server that is started again has to be found soon.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(8)
        .set_response_timeout(None);
    let connection = ConnectionManager::new_with_config(client, config).await;
    connection.expect("a connection")
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
