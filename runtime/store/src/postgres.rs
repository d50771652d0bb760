//! A table in PostgreSQL.
//!
//! Each operation is one statement and one round trip. If a lease is taken or a save is refused, a
//! second one reads the current record. Statements are not prepared by name, so they work through
//! PgBouncer in any mode. All times are the server's.

mod connections;
mod statements;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

pub use connections::{Connection, ConnectionFuture, Connections, Reconnecting};
use statements::Statements;

use crate::error::{StoreError, StoreErrorKind};
use crate::key::Key;
use crate::record::Record;
use crate::row::micros;
use crate::store::{Acquired, Lease, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version};

const NAME: &str = "postgres";

/// How long one operation may take, its connection included. Two of them fit between
/// [`Policy::request`](crate::Policy::request) and [`Policy::lease`](crate::Policy::lease).
const LONGEST_OPERATION: Duration = Duration::from_secs(10);

/// How often a record is read again that changed before it was taken.
const ATTEMPTS: usize = 8;

/// A table in PostgreSQL 11 or newer (feature `postgres`), for processes anywhere.
///
/// Durability depends on `synchronous_commit`: by default, saved records survive a crash of the
/// server; with a synchronous standby, also the loss of its machine.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    connections: Box<dyn Connections>,
    statements: Statements,
}

impl Postgres {
    /// Uses the table `oauth_atlas_tokens` through these connections: your program's pool, or
    /// [`Reconnecting`].
    pub fn new(connections: impl Connections + 'static) -> Self {
        Self::with_table(connections, "oauth_atlas_tokens")
            .unwrap_or_else(|_| unreachable!("the name is plain"))
    }

    /// Uses a table of another name: lower-case letters, digits and `_`, optionally after a schema
    /// and a dot.
    ///
    /// # Errors
    ///
    /// If the name has other characters.
    pub fn with_table(
        connections: impl Connections + 'static,
        table: &str,
    ) -> Result<Self, StoreError> {
        let is_plain = |part: &str| {
            part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
                && part
                    .chars()
                    .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        };
        if table.split('.').count() > 2 || !table.split('.').all(is_plain) {
            let message = format!("{table:?} is not the plain name of a table");
            return Err(StoreError::new(StoreErrorKind::Unsupported, NAME, message));
        }
        Ok(Self(Arc::new(Inner {
            connections: Box::new(connections),
            statements: Statements::new(table),
        })))
    }

    /// The statement that creates the table, for your migrations.
    #[must_use]
    pub fn table(&self) -> &str {
        &self.0.statements.table
    }

    /// Creates the table unless it exists. Several processes may do so at once.
    ///
    /// # Errors
    ///
    /// If the server does not respond or refuses.
    pub async fn create_table(&self) -> Result<(), StoreError> {
        self.bounded(async {
            let connection = self.0.connections.get().await?;
            let mut created = connection.batch_execute(self.table()).await;
            // `if not exists` looks before it creates, and another process may come between. By then, there is one.
            if created.as_ref().is_err_and(exists_already) {
                created = connection.batch_execute(self.table()).await;
            }
            created.map_err(|error| failed(&error))
        })
        .await
    }

    async fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        match tokio::time::timeout(LONGEST_OPERATION, work).await {
            Ok(result) => result,
            Err(_) => Err(StoreError::new(
                StoreErrorKind::Unavailable,
                NAME,
                format!("no answer within {} s", LONGEST_OPERATION.as_secs()),
            )),
        }
    }

    /// Does this with a connection, in bounded time, and names the key in an error.
    fn run<'a, T: Send + 'a, F>(
        &'a self,
        key: &'a Key,
        work: impl FnOnce(Session<'a>) -> F + Send + 'a,
    ) -> StoreFuture<'a, T>
    where
        F: Future<Output = Result<T, StoreError>> + Send + 'a,
    {
        Box::pin(async move {
            let work = async {
                let connection = self.0.connections.get().await?;
                let statements = &self.0.statements;
                work(Session {
                    connection,
                    statements,
                    key,
                })
                .await
            };
            self.bounded(work).await.map_err(|error| error.of(key))
        })
    }
}

struct Session<'a> {
    connection: Box<dyn Connection>,
    statements: &'a Statements,
    key: &'a Key,
}

type Parameter<'p> = (&'p (dyn ToSql + Sync), Type);

impl Session<'_> {
    /// The first row that a statement returns for the key, which is its first parameter.
    async fn row(
        &self,
        statement: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>, StoreError> {
        let key = self.key.as_str();
        let mut all: Vec<Parameter<'_>> = vec![(&key, Type::TEXT)];
        all.extend(parameters.iter().cloned());
        let rows = self.connection.query_typed(statement, &all).await;
        Ok(rows.map_err(|error| failed(&error))?.into_iter().next())
    }

    fn stored(&self, row: &Row) -> Result<Option<Stored>, StoreError> {
        let version: Option<i64> = column(row, "version")?;
        let bytes: Option<&[u8]> = column(row, "record")?;
        let mark: i64 = column(row, "mark")?;
        let (Some(version), Some(bytes)) = (version, bytes) else {
            return Ok(None);
        };
        let record = Record::decode(bytes)
            .map_err(|malformed| StoreError::malformed(malformed, NAME, self.key))?;
        Ok((!record.is_expired()).then_some(Stored {
            version: Version(version.cast_unsigned()),
            mark: Mark::from_number(mark),
            record,
        }))
    }

    async fn load(&self) -> Result<Option<Stored>, StoreError> {
        match self.row(&self.statements.load, &[]).await? {
            Some(row) => self.stored(&row),
            None => Ok(None),
        }
    }

    async fn acquire(&self, duration: Duration) -> Result<Acquired, StoreError> {
        let micros = i64::try_from(micros(duration)).unwrap_or(i64::MAX / 4);
        for _ in 0..ATTEMPTS {
            let acquire = &self.statements.acquire;
            if let Some(row) = self.row(acquire, &[(&micros, Type::INT8)]).await? {
                let version = version(&row, "number")?;
                return match self.stored(&row) {
                    Ok(stored) => Ok(Acquired::Held(Lease { version, stored })),
                    Err(error) => {
                        let base: Option<i64> = column(&row, "version")?;
                        let mark: i64 = column(&row, "mark")?;
                        let _ = self.release(version, base, mark).await;
                        Err(error)
                    }
                };
            }
            if let Some(row) = self.row(&self.statements.look, &[]).await? {
                let left: i64 = column(&row, "lease_left")?;
                return Ok(Acquired::Busy {
                    stored: self.stored(&row)?,
                    expires_in: Duration::from_micros(left.max(0).cast_unsigned()),
                });
            }
            // It was deleted in between.
        }
        Err(StoreError::new(
            StoreErrorKind::Unavailable,
            NAME,
            "the key is deleted all the time",
        ))
    }

    async fn save(&self, ticket: Ticket, record: &Record) -> Result<Saved, StoreError> {
        let version = ticket.version().0.cast_signed();
        let expires_at = record.expires_at_unix().map(u64::cast_signed);
        let bytes = record.encode();
        let bytes = bytes.as_slice();
        let common: [Parameter<'_>; 3] = [
            (&version, Type::INT8),
            (&expires_at, Type::INT8),
            (&bytes, Type::BYTEA),
        ];
        let row = match ticket {
            Ticket::Login { .. } => self.row(&self.statements.save_login, &common).await?,
            Ticket::Renewal { base, .. } => {
                let is_first = base.is_none();
                let [first, second, third] = common;
                let all = [first, second, third, (&is_first, Type::BOOL)];
                self.row(&self.statements.save_renewal, &all).await?
            }
        };
        if row.is_some() {
            return Ok(Saved::Done);
        }
        let current = self.load().await?;
        match &current {
            Some(stored) if stored.version == ticket.version() => Ok(Saved::Done),
            _ => Ok(Saved::Superseded(current)),
        }
    }

    async fn release(
        &self,
        version: Version,
        base: Option<i64>,
        mark: i64,
    ) -> Result<(), StoreError> {
        let version = version.0.cast_signed();
        let parameters: [Parameter<'_>; 3] = [
            (&version, Type::INT8),
            (&base, Type::INT8),
            (&mark, Type::INT8),
        ];
        self.row(&self.statements.release, &parameters).await?;
        Ok(())
    }

    async fn take(&self) -> Result<Option<Record>, StoreError> {
        for _ in 0..ATTEMPTS {
            // Read first: what cannot be read is not to be deleted.
            let Some(stored) = self.load().await? else {
                return Ok(None);
            };
            let version = stored.version.0.cast_signed();
            let taken = self
                .row(&self.statements.take, &[(&version, Type::INT8)])
                .await?;
            if taken.is_some() {
                return Ok(Some(stored.record));
            }
        }
        Err(StoreError::new(
            StoreErrorKind::Unavailable,
            NAME,
            "the record changes all the time",
        ))
    }
}

fn column<'r, T: tokio_postgres::types::FromSql<'r>>(
    row: &'r Row,
    name: &str,
) -> Result<T, StoreError> {
    row.try_get(name).map_err(|_| {
        let message = format!("the column {name} is not what this version makes it");
        StoreError::new(StoreErrorKind::LaterFormat, NAME, message)
    })
}

fn version(row: &Row, name: &str) -> Result<Version, StoreError> {
    Ok(Version(column::<i64>(row, name)?.cast_unsigned()))
}

/// Whether something of this name was created: the table, its type, or their rows in the catalogue.
fn exists_already(error: &tokio_postgres::Error) -> bool {
    let code = error.code().map(tokio_postgres::error::SqlState::code);
    matches!(code, Some("42P07" | "42710" | "23505"))
}

/// What the server said. Its details are left out: they may quote what is stored.
pub(crate) fn failed(error: &tokio_postgres::Error) -> StoreError {
    let Some(database) = error.as_db_error() else {
        return StoreError::new(StoreErrorKind::Unavailable, NAME, error.to_string());
    };
    let code = database.code().code();
    // Classes and codes of appendix A of PostgreSQL's documentation.
    let kind = match code {
        "53100" => StoreErrorKind::Full,
        "25006" | "42501" | "28000" | "28P01" => StoreErrorKind::Denied,
        "42P01" | "42703" | "42601" => StoreErrorKind::Unsupported,
        _ if code.starts_with("XX") => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::new(
        kind,
        NAME,
        format!("{} (SQLSTATE {code})", database.message()),
    )
}

impl Store for Postgres {
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
        self.run(key, |session| async move { session.load().await })
    }

    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
        self.run(key, |session| async move {
            let row = session.row(&session.statements.reserve, &[]).await?;
            let row = row.ok_or_else(|| {
                StoreError::new(StoreErrorKind::Unavailable, NAME, "no number was drawn")
            })?;
            session.stored(&row)?;
            version(&row, "number")
        })
    }

    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
        self.run(key, move |session| async move {
            session.acquire(duration).await
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.run(key, move |session| async move {
            session.save(ticket, record).await
        })
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()> {
        let base = base.map(|base| base.0.cast_signed());
        self.run(key, move |session| async move {
            session.release(version, base, mark.number()).await
        })
    }

    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
        self.run(key, |session| async move {
            match session.row(&session.statements.delete, &[]).await? {
                Some(row) => column(&row, "was_record"),
                None => Ok(false),
            }
        })
    }

    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
        self.run(key, |session| async move { session.take().await })
    }

    fn purge(&self) -> StoreFuture<'_, u64> {
        Box::pin(self.bounded(async {
            let connection = self.0.connections.get().await?;
            let client: &Client = &connection;
            let purged = client.query_typed(&self.0.statements.purge, &[]).await;
            Ok(purged.map_err(|error| failed(&error))?.len() as u64)
        }))
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Postgres").finish_non_exhaustive()
    }
}
