//! Where a store is: something that can be told to another process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oauth_atlas_store::postgres::Reconnecting;
use oauth_atlas_store::{File, KeyRing, Keyring, Postgres, Redis, Sealed, Sqlite, Store};
use tokio_postgres::NoTls;

use crate::{keyring, postgres, redis};

#[derive(Clone, Debug)]
pub enum Place {
    /// A folder.
    File(PathBuf),
    /// A folder, with sealed records.
    Sealed(PathBuf),
    /// A database file.
    Sqlite(PathBuf),
    /// The folder of its locks, which names its service as well.
    Keyring(PathBuf),
    /// A port, and the name of a table.
    Postgres(u16, String),
    /// A port, and what keys begin with.
    Redis(u16, String),
}

impl Place {
    /// What [`Place::parse`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::File(path) => format!("file {}", path.display()),
            Self::Sealed(path) => format!("sealed {}", path.display()),
            Self::Sqlite(path) => format!("sqlite {}", path.display()),
            Self::Keyring(locks) => format!("keyring {}", locks.display()),
            Self::Postgres(port, table) => format!("postgres {port} {table}"),
            Self::Redis(port, prefix) => format!("redis {port} {prefix}"),
        }
    }

    /// # Panics
    ///
    /// When it is not a place.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (kind, rest) = text.split_once(' ').expect("a kind");
        let port_and_name = || {
            let (port, name) = rest.split_once(' ').expect("a port and a name");
            (port.parse().expect("a port"), name.to_owned())
        };
        match kind {
            "file" => Self::File(Path::new(rest).to_owned()),
            "sealed" => Self::Sealed(Path::new(rest).to_owned()),
            "sqlite" => Self::Sqlite(Path::new(rest).to_owned()),
            "keyring" => Self::Keyring(Path::new(rest).to_owned()),
            "postgres" => {
                let (port, name) = port_and_name();
                Self::Postgres(port, name)
            }
            "redis" => {
                let (port, name) = port_and_name();
                Self::Redis(port, name)
            }
            other => panic!("no place is a {other}"),
        }
    }

    /// Opens it as another process would. PostgreSQL's table has to be there.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    pub async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::File(path) => Arc::new(File::new(path).expect("a folder")),
            Self::Sealed(path) => Arc::new(Sealed::new(File::new(path).expect("a folder"), keys())),
            Self::Sqlite(path) => Arc::new(Sqlite::open(path).expect("a database")),
            Self::Keyring(locks) => {
                let service = format!("oauth-atlas-tests {}", locks.display());
                let keyring = Keyring::new(keyring::store(), service, locks);
                Arc::new(keyring.expect("a folder"))
            }
            Self::Postgres(..) => Arc::new(self.postgres()),
            Self::Redis(port, prefix) => {
                let connection = redis::connect(*port).await;
                Arc::new(Redis::new(connection).prefix(prefix.clone()))
            }
        }
    }

    /// The store in PostgreSQL.
    ///
    /// # Panics
    ///
    /// When it is another one.
    #[must_use]
    pub fn postgres(&self) -> Postgres {
        let Self::Postgres(port, table) = self else {
            panic!("{self:?} is not in PostgreSQL");
        };
        let connections = Reconnecting::new(postgres::config(*port), NoTls);
        Postgres::with_table(connections, table).expect("a plain name")
    }
}

/// The keys of the sealed stores.
///
/// # Panics
///
/// Never: they are keys.
#[must_use]
pub fn keys() -> KeyRing {
    KeyRing::new("first", &[1; 32]).expect("a key")
}
