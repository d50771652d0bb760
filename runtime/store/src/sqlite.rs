//! One database file.

use std::fmt;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::ffi::ErrorCode;
use rusqlite::{Connection, OptionalExtension, Params, Transaction, TransactionBehavior, params};

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::locks::only_for_owner;
use crate::record::Record;
use crate::row::{Hold, Row};
use crate::rows::{Rows, now, store_of_rows};
use crate::store::{Mark, Version};

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// The layout of the table, in `user_version`. `oau` and a number, so that a database of another program is
/// not taken for one.
const LAYOUT: i32 = 0x6f61_7501;

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS oauth_atlas_tokens (
        key TEXT NOT NULL PRIMARY KEY,
        number INTEGER NOT NULL,
        leased INTEGER NOT NULL,
        lease_from INTEGER,
        lease_until INTEGER,
        mark INTEGER NOT NULL,
        version INTEGER,
        expires_at INTEGER,
        record BLOB
    ) STRICT";

/// An SQLite database (feature `sqlite`), for the processes of one machine.
///
/// It uses WAL mode with `synchronous = FULL`, so saved records survive a power failure. Deleted
/// data is overwritten in the database file (`secure_delete`), but remains in the write-ahead log
/// until the next checkpoint. Only the owner can read the file (0600). It must be on a local disk.
#[derive(Clone)]
pub struct Sqlite(Arc<Database>);

struct Database {
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// Opens or creates the database. It may be your program's own database if that does not use
    /// `PRAGMA user_version`.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or has the layout of another program or a later version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        only_for_owner(&mut options);
        options.open(path).map_err(|error| {
            let doing = format!("open {}", path.display());
            StoreError::io(Database::NAME, doing, &error)
        })?;
        let connection = Connection::open(path).map_err(failed)?;
        prepare(&connection).map_err(failed)?;
        let layout: i32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(failed)?;
        if layout == 0 {
            connection.execute_batch(TABLE).map_err(failed)?;
            connection
                .pragma_update(None, "user_version", LAYOUT)
                .map_err(failed)?;
        } else if layout != LAYOUT {
            let message = format!(
                "{} has a layout of another program or version",
                path.display()
            );
            return Err(StoreError::new(
                StoreErrorKind::LaterFormat,
                Database::NAME,
                message,
            ));
        }
        Ok(Self(Arc::new(Database {
            connection: Mutex::new(connection),
        })))
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))
}

impl Database {
    /// Does this in a transaction that nobody else writes beside.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        // A transaction that a panic ended was rolled back.
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let result = work(&transaction)?;
        transaction.commit().map_err(failed)?;
        Ok(result)
    }
}

/// The columns as they are stored. SQLite's integers are signed; the numbers are positive.
type Columns = (
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<Vec<u8>>,
);

fn read(connection: &Connection, key: &Key) -> Result<Option<Row>, StoreError> {
    let sql = "SELECT number, leased, lease_from, lease_until, mark, version, record
               FROM oauth_atlas_tokens WHERE key = ?1";
    let columns: Option<Columns> = connection
        .query_row(sql, [key.as_str()], |row| row.try_into())
        .optional()
        .map_err(failed)?;
    let Some((number, leased, from, until, mark, version, record)) = columns else {
        return Ok(None);
    };
    let hold = from.zip(until).map(|(from, until)| Hold {
        from: from.cast_unsigned(),
        until: until.cast_unsigned(),
    });
    let saved = match (version, record) {
        (Some(version), Some(bytes)) => {
            let bytes = zeroize::Zeroizing::new(bytes);
            let record = Record::decode(&bytes)
                .map_err(|malformed| StoreError::malformed(malformed, Database::NAME, key))?;
            Some((Version(version.cast_unsigned()), record))
        }
        _ => None,
    };
    Ok(Some(Row {
        number: Version(number.cast_unsigned()),
        leased: Version(leased.cast_unsigned()),
        hold,
        mark: Mark::from_number(mark),
        saved,
    }))
}

fn write(connection: &Connection, key: &Key, row: &Row) -> rusqlite::Result<()> {
    let sql =
        "INSERT OR REPLACE INTO oauth_atlas_tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let record = row.saved.as_ref().map(|(_, record)| record);
    let bytes = record.map(Record::encode);
    execute(
        connection,
        sql,
        params![
            key.as_str(),
            row.number.0.cast_signed(),
            row.leased.0.cast_signed(),
            row.hold.map(|hold| hold.from.cast_signed()),
            row.hold.map(|hold| hold.until.cast_signed()),
            row.mark.number(),
            row.saved
                .as_ref()
                .map(|(version, _)| version.0.cast_signed()),
            record
                .and_then(Record::expires_at_unix)
                .map(u64::cast_signed),
            bytes.as_ref().map(|bytes| bytes.as_slice()),
        ],
    )?;
    Ok(())
}

fn execute(connection: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    connection.execute(sql, params)
}

/// What the database said. Its messages name tables and files, and no values.
fn failed(error: rusqlite::Error) -> StoreError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreErrorKind::Denied
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::new(kind, Database::NAME, error.to_string())
}

impl Rows for Database {
    const NAME: &'static str = "sqlite";

    fn read(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        read(&connection, key)
    }

    fn change<T>(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Option<Row>, u64) -> T,
    ) -> Result<T, StoreError> {
        self.write(|transaction| {
            let before = read(transaction, key)?;
            let mut row = before.clone();
            let result = change(&mut row, now());
            if row != before {
                match row {
                    Some(row) => write(transaction, key, &row).map_err(failed)?,
                    None => {
                        delete(transaction, key).map_err(failed)?;
                    }
                }
            }
            Ok(result)
        })
    }

    fn remove(&self, key: &Key) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let was_record = match read(transaction, key) {
                Ok(row) => row.is_some_and(|row| row.stored().is_some()),
                Err(_) => true,
            };
            Ok(delete(transaction, key).map_err(failed)? > 0 && was_record)
        })
    }

    fn purge(&self) -> Result<u64, StoreError> {
        let sql = "DELETE FROM oauth_atlas_tokens
                   WHERE (record IS NULL OR expires_at <= ?1 / 1000000)
                     AND (lease_until IS NULL OR lease_until <= ?1)";
        self.write(|transaction| {
            let purged = execute(transaction, sql, [now().cast_signed()]).map_err(failed)?;
            Ok(purged as u64)
        })
    }
}

fn delete(connection: &Connection, key: &Key) -> rusqlite::Result<usize> {
    execute(
        connection,
        "DELETE FROM oauth_atlas_tokens WHERE key = ?1",
        [key.as_str()],
    )
}

store_of_rows!(Sqlite, Database);

impl fmt::Debug for Sqlite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sqlite").finish_non_exhaustive()
    }
}
