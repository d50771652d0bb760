//! A store for one case, which can be opened again as another process would, and written to behind its back.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use keyring_core::{CredentialStore, Entry};
use oauth_atlas_store::{File, Key, Keyring, Memory, Store};
use oauth_atlas_store_tests::folder::Folder;
use oauth_atlas_store_tests::place::Place;
use oauth_atlas_store_tests::{postgres, redis};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    File,
    Sealed,
    Sqlite,
    Keyring,
    Postgres,
    Redis,
}

/// Servers that all cases share, each started for the first that needs it.
#[derive(Default)]
pub(crate) struct Servers {
    postgres: OnceLock<postgres::Server>,
    redis: OnceLock<redis::Server>,
}

pub(crate) struct Fixture {
    pub kind: Kind,
    place: Somewhere,
    pub folder: Folder,
}

/// Where the store is.
enum Somewhere {
    Memory(Arc<Memory>),
    Keyring(Arc<CredentialStore>),
    Place(Place),
}

const SERVICE: &str = "oauth-atlas-tests";

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Memory,
        Self::File,
        Self::Sealed,
        Self::Sqlite,
        Self::Keyring,
        Self::Postgres,
        Self::Redis,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::File => "file",
            Self::Sealed => "sealed",
            Self::Sqlite => "sqlite",
            Self::Keyring => "keyring",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
        }
    }

    pub fn is_installed(self) -> bool {
        match self {
            Self::Postgres => postgres::programs().is_some(),
            Self::Redis => redis::is_installed(),
            _ => true,
        }
    }

    /// Whether there is something behind the store that others can write.
    pub fn can_be_damaged(self) -> bool {
        !matches!(self, Self::Memory | Self::Sealed)
    }
}

/// A name that no other case has.
pub(crate) fn unique() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("case_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

impl Fixture {
    pub async fn new(kind: Kind, servers: &Servers) -> Self {
        let folder = Folder::new();
        let place = match kind {
            Kind::Memory => Somewhere::Memory(Arc::new(Memory::new())),
            Kind::Keyring => Somewhere::Keyring(keyring_core::mock::Store::new().expect("a mock")),
            Kind::File => Somewhere::Place(Place::File(folder.path().join("tokens"))),
            Kind::Sealed => Somewhere::Place(Place::Sealed(folder.path().join("tokens"))),
            Kind::Sqlite => Somewhere::Place(Place::Sqlite(folder.path().join("tokens.db"))),
            Kind::Postgres => {
                let server = servers.postgres.get_or_init(postgres::Server::start);
                Somewhere::Place(Place::Postgres(server.port(), unique()))
            }
            Kind::Redis => {
                let server = servers.redis.get_or_init(redis::Server::start);
                Somewhere::Place(Place::Redis(server.port(), format!("{}:", unique())))
            }
        };
        if let Somewhere::Place(place @ Place::Postgres(..)) = &place {
            place.postgres().create_table().await.expect("a table");
        }
        Self {
            kind,
            place,
            folder,
        }
    }

    pub fn place(&self) -> &Place {
        match &self.place {
            Somewhere::Place(place) => place,
            _ => panic!("{:?} is at no place", self.kind),
        }
    }

    /// The store, as a process of its own opens it.
    pub async fn open(&self) -> Arc<dyn Store> {
        match &self.place {
            Somewhere::Memory(store) => Arc::clone(store) as Arc<dyn Store>,
            Somewhere::Keyring(store) => {
                let locks = self.folder.path().join("locks");
                Arc::new(Keyring::new(Arc::clone(store), SERVICE, locks).expect("a folder"))
            }
            Somewhere::Place(place) => place.open().await,
        }
    }

    /// Puts these bytes where a record is or would be.
    pub async fn write_raw(&self, key: &Key, bytes: &[u8]) {
        match &self.place {
            Somewhere::Memory(_) | Somewhere::Place(Place::Keyring(_)) => {
                panic!("nobody else can write there")
            }
            Somewhere::Keyring(store) => {
                let entry = Entry::new_in_store(store, SERVICE, key.as_str()).expect("an entry");
                entry.set_secret(bytes).expect("written");
            }
            Somewhere::Place(Place::File(path) | Place::Sealed(path)) => {
                let store = File::new(path).expect("a folder");
                fs::write(store.path(key), bytes).expect("written");
            }
            Somewhere::Place(Place::Sqlite(path)) => {
                self.open().await;
                let sql =
                    "INSERT INTO oauth_atlas_tokens (key, number, leased, mark, version, record)
                           VALUES (?1, 0, 0, 0, 0, ?2)
                           ON CONFLICT (key) DO UPDATE SET record = ?2";
                let connection = rusqlite::Connection::open(path).expect("a database");
                let written = connection.execute(sql, (key.as_str(), bytes));
                assert_eq!(written.expect("written"), 1);
            }
            Somewhere::Place(Place::Postgres(port, table)) => {
                let client = postgres::connect(*port).await;
                let sql = format!(
                    "insert into {table} (key, number, version, record) values ($1, 0, 0, $2)
                     on conflict (key) do update set record = $2"
                );
                let written = client.execute(&sql, &[&key.as_str(), &bytes]).await;
                assert_eq!(written.expect("written"), 1);
            }
            Somewhere::Place(Place::Redis(port, prefix)) => {
                let mut connection = redis::connect(*port).await;
                let mut command = ::redis::cmd("HSETNX");
                command.arg(format!("{prefix}{key}")).arg("version").arg(0);
                let _: () = command.query_async(&mut connection).await.expect("written");
                let mut command = ::redis::cmd("HSET");
                command
                    .arg(format!("{prefix}{key}"))
                    .arg("record")
                    .arg(bytes);
                let _: () = command.query_async(&mut connection).await.expect("written");
            }
        }
    }

    /// The bytes that are there.
    pub async fn read_raw(&self, key: &Key) -> Vec<u8> {
        match &self.place {
            Somewhere::Memory(_) | Somewhere::Place(Place::Keyring(_)) => {
                panic!("nobody else can read there")
            }
            Somewhere::Keyring(store) => {
                let entry = Entry::new_in_store(store, SERVICE, key.as_str()).expect("an entry");
                entry.get_secret().expect("read")
            }
            Somewhere::Place(Place::File(path) | Place::Sealed(path)) => {
                let store = File::new(path).expect("a folder");
                fs::read(store.path(key)).expect("read")
            }
            Somewhere::Place(Place::Sqlite(path)) => {
                let sql = "SELECT record FROM oauth_atlas_tokens WHERE key = ?1";
                let connection = rusqlite::Connection::open(path).expect("a database");
                let read = connection.query_row(sql, [key.as_str()], |row| row.get(0));
                read.expect("read")
            }
            Somewhere::Place(Place::Postgres(port, table)) => {
                let client = postgres::connect(*port).await;
                let sql = format!("select record from {table} where key = $1");
                let row = client
                    .query_one(&sql, &[&key.as_str()])
                    .await
                    .expect("read");
                row.get(0)
            }
            Somewhere::Place(Place::Redis(port, prefix)) => {
                let mut connection = redis::connect(*port).await;
                let mut command = ::redis::cmd("HGET");
                command.arg(format!("{prefix}{key}")).arg("record");
                command.query_async(&mut connection).await.expect("read")
            }
        }
    }
}
