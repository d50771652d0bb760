//! Stores that cannot do what they are asked: full and read-only disks, lost connections, servers that end.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use oauth_atlas_store::{
    File, Key, Policy, Postgres, Record, RefreshError, RenewError, Renewed, Sqlite, Store,
    StoreErrorKind, put, renew,
};
use oauth_atlas_store_tests::folder::Folder;
use oauth_atlas_store_tests::place::Place;
use oauth_atlas_store_tests::{postgres, process, redis};

use crate::fixture::{Fixture, Kind, key, unique};
use crate::{Case, cases};

pub(crate) const OF_FILES: &[Case] = cases![a_full_disk_changes_nothing, a_read_only_disk_is_named];
pub(crate) const FILE: &[Case] = cases![
    files_are_their_owners,
    what_a_dead_process_left_is_no_obstacle
];
pub(crate) const POSTGRES: &[Case] = cases![
    a_lost_connection_comes_back,
    the_server_ends_in_the_middle,
    what_the_server_says_of_a_record_is_not_repeated,
    those_who_create_the_table_at_once_all_have_it,
];
pub(crate) const REDIS: &[Case] = cases![
    a_lost_connection_comes_back,
    the_server_ends_in_the_middle,
    an_empty_server_loses_the_account_and_says_so,
    a_full_server_changes_nothing,
];

/// Whether this user may mount what the case needs.
pub(crate) fn is_possible(name: &str) -> bool {
    !name.contains("_disk_") || (cfg!(target_os = "linux") && process::is_root() && may_mount())
}

fn may_mount() -> bool {
    Folder::of_size("64k").is_some()
}

fn open_in(kind: Kind, folder: &Folder) -> Arc<dyn Store> {
    match kind {
        Kind::Sqlite => {
            Arc::new(Sqlite::open(folder.path().join("tokens.db")).expect("a database"))
        }
        _ => Arc::new(File::new(folder.path()).expect("a folder")),
    }
}

async fn payload(store: &dyn Store, key: &Key) -> Vec<u8> {
    let stored = store.load(key).await.expect("a store").expect("a record");
    stored.record.payload().to_vec()
}

async fn a_full_disk_changes_nothing(fixture: Fixture) {
    let disk = Folder::of_size("1m").expect("a file system of its own");
    let store = open_in(fixture.kind, &disk);
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("old"))
        .await
        .expect("saved");
    let filler = disk.path().join("filler");
    // All but nothing: as much as goes.
    let _ = fs::write(&filler, vec![0; 2 << 20]);
    let long = Record::tokens("x".repeat(200_000));
    let policy = Policy {
        lease: Duration::from_millis(300),
        request: Duration::ZERO,
        patience: Duration::from_secs(1),
    };
    let error = put(&*store, &key, &long)
        .await
        .expect_err("there is no room");
    assert!(error.is_retryable(), "{error}");
    assert!(error.to_string().contains("\"acme/1\""), "{error}");
    assert_eq!(payload(&*store, &key).await, b"old");
    // Room for a lease, and none for what it brings.
    fs::remove_file(&filler).expect("removed");
    let fill = || {
        let filler = filler.clone();
        let long = long.clone();
        async move {
            let _ = fs::write(filler, vec![0; 2 << 20]);
            Ok::<_, RefreshError<&str>>(long)
        }
    };
    let renewed = renew(&*store, &key, policy, |_| false, |_| fill()).await;
    let Err(RenewError::NotDurable {
        ticket,
        record,
        error,
    }) = renewed
    else {
        panic!("{renewed:?}");
    };
    assert!(error.is_retryable(), "{error}");
    assert_eq!(record, long);
    assert_eq!(payload(&*store, &key).await, b"old");
    // What was not saved is saved once there is room.
    fs::remove_file(&filler).expect("removed");
    store.save(&key, ticket, &record).await.expect("saved");
    assert_eq!(payload(&*store, &key).await, long.payload());
}

async fn a_read_only_disk_is_named(fixture: Fixture) {
    let disk = Folder::of_size("1m").expect("a file system of its own");
    let store = open_in(fixture.kind, &disk);
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("old"))
        .await
        .expect("saved");
    if fixture.kind == Kind::Sqlite {
        // A database that is open for writing keeps its disk writable.
        drop(store);
        disk.make_read_only();
        let error = Sqlite::open(disk.path().join("tokens.db")).expect_err("read-only");
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{error}");
        return;
    }
    disk.make_read_only();
    let error = put(&*store, &key, &Record::tokens("new"))
        .await
        .expect_err("read-only");
    assert_eq!(error.kind(), StoreErrorKind::Denied, "{error}");
    assert!(error.to_string().contains("\"acme/1\""), "{error}");
    let renewed = renew(
        &*store,
        &key,
        Policy::default(),
        |_| false,
        |_| async {
            Err(RefreshError::Failed(
                "nothing is sent if it cannot be stored",
            ))
        },
    );
    assert!(matches!(renewed.await, Err(RenewError::Store(_))));
    assert_eq!(payload(&*store, &key).await, b"old");
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

async fn files_are_their_owners(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("a"))
        .await
        .expect("saved");
    let folder = fixture.folder.path().join("tokens");
    #[cfg(unix)]
    {
        assert_eq!(mode(&folder), 0o700);
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

async fn what_a_dead_process_left_is_no_obstacle(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("a"))
        .await
        .expect("saved");
    let new = fixture.folder.path().join("tokens/k-acme%2f1.new");
    fs::write(&new, "half a rec").expect("written");
    put(&*store, &key("acme/1"), &Record::tokens("b"))
        .await
        .expect("saved");
    assert!(!new.exists());
    assert_eq!(payload(&*store, &key("acme/1")).await, b"b");
}

/// A server of the case's own, and a store in it.
enum Own {
    Postgres(postgres::Server),
    Redis(redis::Server),
}

impl Own {
    async fn new(kind: Kind) -> (Self, Arc<dyn Store>) {
        match kind {
            Kind::Postgres => {
                let server = postgres::Server::start();
                let place = Place::Postgres(server.port(), unique());
                place.postgres().create_table().await.expect("a table");
                (Self::Postgres(server), place.open().await)
            }
            _ => {
                let server = redis::Server::start();
                let place = Place::Redis(server.port(), unique());
                (Self::Redis(server), place.open().await)
            }
        }
    }

    fn kill(&mut self) {
        match self {
            Self::Postgres(server) => server.kill(),
            Self::Redis(server) => server.kill(),
        }
    }

    fn restart(&mut self) {
        match self {
            Self::Postgres(server) => server.restart(),
            Self::Redis(server) => server.restart(),
        }
    }

    async fn drop_connections(&self) {
        match self {
            Self::Postgres(server) => {
                let client = postgres::connect(server.port()).await;
                let sql = "select pg_terminate_backend(pid) from pg_stat_activity
                           where backend_type = 'client backend' and pid <> pg_backend_pid()";
                client.simple_query(sql).await.expect("terminated");
            }
            Self::Redis(server) => {
                let mut connection = redis::connect(server.port()).await;
                let mut command = ::redis::cmd("CLIENT");
                command
                    .arg("KILL")
                    .arg("TYPE")
                    .arg("normal")
                    .arg("SKIPME")
                    .arg("yes");
                let _: i64 = command.query_async(&mut connection).await.expect("killed");
            }
        }
    }
}

async fn a_lost_connection_comes_back(fixture: Fixture) {
    let (own, store) = Own::new(fixture.kind).await;
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("a"))
        .await
        .expect("saved");
    for _ in 0..3 {
        own.drop_connections().await;
        let mut failures = 0;
        while let Err(error) = store.load(&key).await {
            assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
            failures += 1;
            assert!(failures < 20, "{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(payload(&*store, &key).await, b"a");
    }
}

async fn the_server_ends_in_the_middle(fixture: Fixture) {
    let (own, store) = Own::new(fixture.kind).await;
    let own = Arc::new(std::sync::Mutex::new(own));
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("old"))
        .await
        .expect("saved");
    let policy = Policy {
        lease: Duration::from_secs(30),
        request: Duration::from_secs(5),
        patience: Duration::from_secs(40),
    };
    // It ends while the refresh is on its way, and comes back a second later: the tokens are saved.
    let refresh = |_| {
        let own = Arc::clone(&own);
        async move {
            own.lock().expect("no panic").kill();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_secs(1));
                own.lock().expect("no panic").restart();
            });
            Ok::<_, RefreshError<&str>>(Record::tokens("new"))
        }
    };
    let is_new = |record: &Record| record.payload() == b"new";
    let renewed = renew(&*store, &key, policy, is_new, refresh)
        .await
        .expect("renewed");
    assert!(matches!(renewed, Renewed::Here(_)), "{renewed:?}");
    assert_eq!(payload(&*store, &key).await, b"new");
    own.lock().expect("no panic").kill();
    let error = store.load(&key).await.expect_err("there is no server");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("\"acme/1\""), "{error}");
    own.lock().expect("no panic").restart();
    let mut failures = 0;
    while let Err(error) = store.load(&key).await {
        failures += 1;
        assert!(failures < 50, "{error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(payload(&*store, &key).await, b"new");
}

async fn what_the_server_says_of_a_record_is_not_repeated(fixture: Fixture) {
    let Place::Postgres(port, table) = fixture.place() else {
        panic!("not in PostgreSQL");
    };
    let client = postgres::connect(*port).await;
    let sql = format!("alter table {table} add check (record not like '%canary%')");
    client.batch_execute(&sql).await.expect("a constraint");
    let store: Postgres = fixture.place().postgres();
    let error = put(&store, &key("acme/1"), &Record::tokens("canary")).await;
    let error = error.expect_err("the constraint");
    // `canary` as PostgreSQL writes bytes.
    let text = format!("{error} {error:?}");
    assert!(text.contains("23514") && !text.contains("canary"), "{text}");
    assert!(!text.contains("63616e617279"), "{text}");
}

async fn those_who_create_the_table_at_once_all_have_it(fixture: Fixture) {
    let Place::Postgres(port, _) = fixture.place() else {
        panic!("not in PostgreSQL");
    };
    for _ in 0..10 {
        let place = Place::Postgres(*port, format!("at_once_{}", unique()));
        let servers: Vec<_> = (0..8)
            .map(|_| {
                let store = place.postgres();
                tokio::spawn(async move { store.create_table().await })
            })
            .collect();
        for server in servers {
            assert_eq!(server.await.expect("no panic"), Ok(()));
        }
    }
}

async fn an_empty_server_loses_the_account_and_says_so(fixture: Fixture) {
    let (own, store) = Own::new(fixture.kind).await;
    let Own::Redis(server) = &own else {
        panic!("not Redis");
    };
    let mut connection = redis::connect(server.port()).await;
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("old"))
        .await
        .expect("saved");
    let refresh = |_| {
        let mut connection = connection.clone();
        async move {
            let _: () = ::redis::cmd("FLUSHALL")
                .query_async(&mut connection)
                .await
                .expect("empty");
            Ok::<_, RefreshError<&str>>(Record::tokens("new"))
        }
    };
    let renewed = renew(&*store, &key, Policy::default(), |_| false, refresh).await;
    assert!(matches!(renewed, Err(RenewError::Gone)), "{renewed:?}");
    assert_eq!(store.load(&key).await, Ok(None));
    // The scripts are gone as well, and come back.
    let _: () = ::redis::cmd("SCRIPT")
        .arg("FLUSH")
        .query_async(&mut connection)
        .await
        .expect("no scripts");
    put(&*store, &key, &Record::tokens("login"))
        .await
        .expect("saved");
    assert_eq!(payload(&*store, &key).await, b"login");
}

async fn a_full_server_changes_nothing(fixture: Fixture) {
    let (own, store) = Own::new(fixture.kind).await;
    let Own::Redis(server) = &own else {
        panic!("not Redis");
    };
    let key = key("acme/1");
    put(&*store, &key, &Record::tokens("old"))
        .await
        .expect("saved");
    let mut connection = redis::connect(server.port()).await;
    let mut command = ::redis::cmd("CONFIG");
    command.arg("SET").arg("maxmemory").arg("1");
    let _: () = command.query_async(&mut connection).await.expect("full");
    let error = put(&*store, &key, &Record::tokens("new"))
        .await
        .expect_err("full");
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    assert_eq!(payload(&*store, &key).await, b"old");
}
