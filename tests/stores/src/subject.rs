//! The stores that processes share, each in a place of its own.

use crate::folder::Folder;
use crate::place::Place;
use crate::{keyring, postgres, redis};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    File,
    Sealed,
    Sqlite,
    Keyring,
    Postgres,
    Redis,
}

/// A store that is empty, and the server that it is in.
#[derive(Debug)]
pub struct Started {
    pub place: Place,
    server: Server,
    /// Goes away with what is in it.
    _folder: Folder,
}

#[derive(Debug)]
enum Server {
    None,
    Postgres(postgres::Server),
    Redis(redis::Server),
}

impl Subject {
    pub const ALL: [Self; 6] = [
        Self::File,
        Self::Sealed,
        Self::Sqlite,
        Self::Keyring,
        Self::Postgres,
        Self::Redis,
    ];

    /// Whether its server or the keyring is on this machine.
    #[must_use]
    pub fn is_installed(self) -> bool {
        match self {
            Self::File | Self::Sealed | Self::Sqlite => true,
            Self::Keyring => keyring::is_usable(),
            Self::Postgres => postgres::programs().is_some(),
            Self::Redis => redis::is_installed(),
        }
    }

    /// What tests are called.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// # Panics
    ///
    /// When its server does not start.
    pub async fn start(self) -> Started {
        let folder = Folder::new();
        let file = |name| folder.path().join(name);
        let (place, server) = match self {
            Self::File => (Place::File(file("tokens")), Server::None),
            Self::Sealed => (Place::Sealed(file("tokens")), Server::None),
            Self::Sqlite => (Place::Sqlite(file("tokens.db")), Server::None),
            Self::Keyring => (Place::Keyring(file("locks")), Server::None),
            Self::Postgres => {
                let server = postgres::Server::start();
                let place = Place::Postgres(server.port(), "tokens".to_owned());
                let created = place.postgres().create_table().await;
                created.expect("a table");
                (place, Server::Postgres(server))
            }
            Self::Redis => {
                let server = redis::Server::start();
                let place = Place::Redis(server.port(), "tokens:".to_owned());
                (place, Server::Redis(server))
            }
        };
        Started {
            place,
            server,
            _folder: folder,
        }
    }
}

impl Started {
    /// Kills the server and starts it again with the same data. Says whether there is one.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn kill_and_restart(&mut self) -> bool {
        match &mut self.server {
            Server::None => return false,
            Server::Postgres(server) => {
                server.kill();
                server.restart();
            }
            Server::Redis(server) => {
                server.kill();
                server.restart();
            }
        }
        true
    }
}
