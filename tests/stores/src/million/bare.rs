//! The databases without the stores: how they are filled at once, what they hold, and what one round trip takes.

use std::sync::Arc;

use oauth_atlas_store::{Key, Record, Store, put};
use oauth_atlas_store_tests::place::Place;
use oauth_atlas_store_tests::{postgres, redis};
use tokio_postgres::types::Type;

use crate::{Result, key};

pub(crate) enum Bare {
    Postgres(tokio_postgres::Client, String),
    Redis(::redis::aio::ConnectionManager, String),
    /// There is no server, and nothing to compare with.
    None(Arc<dyn Store>),
}

/// Rows a statement.
const ROWS: usize = 10_000;

impl Bare {
    pub async fn new(place: &Place, store: &Arc<dyn Store>) -> Result<Self> {
        match place {
            Place::Postgres(port, table) => {
                let client = postgres::connect(*port).await;
                let bare = "create table bare (key text primary key, record bytea)";
                client.batch_execute(bare).await?;
                Ok(Self::Postgres(client, table.clone()))
            }
            Place::Redis(port, prefix) => {
                let mut connection = redis::connect(*port).await;
                // A file that is rewritten now and then is of no interest here.
                let config = ["CONFIG", "SET", "auto-aof-rewrite-percentage", "0"];
                ask(&mut connection, &config).await?;
                Ok(Self::Redis(connection, prefix.clone()))
            }
            _ => Ok(Self::None(Arc::clone(store))),
        }
    }

    pub fn is_there(&self) -> bool {
        !matches!(self, Self::None(_))
    }

    /// Accounts as the store leaves them after a login, in larger steps.
    pub async fn fill(&self, accounts: usize, record: &Record) -> Result {
        if let Self::None(store) = self {
            for account in 0..accounts {
                put(&**store, &key(account), record).await?;
            }
        }
        let record = record.encode();
        let version = 1_700_000_000_000_000_i64;
        match self {
            Self::Postgres(client, table) => {
                let sql = format!(
                    "insert into {table} (key, number, version, record)
                     select key, $2, $2, $3 from unnest($1::text[]) key"
                );
                for first in (0..accounts).step_by(ROWS) {
                    let keys: Vec<_> = (first..accounts.min(first + ROWS))
                        .map(|account| key(account).as_str().to_owned())
                        .collect();
                    let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] = [
                        (&keys, Type::TEXT_ARRAY),
                        (&version, Type::INT8),
                        (&record.as_slice(), Type::BYTEA),
                    ];
                    client.query_typed(&sql, &parameters).await?;
                }
                for sql in ["vacuum analyze", "checkpoint"] {
                    client.batch_execute(sql).await?;
                }
            }
            Self::Redis(connection, prefix) => {
                let mut connection = connection.clone();
                let number = version.to_string();
                ask(&mut connection, &["CONFIG", "SET", "appendfsync", "no"]).await?;
                for first in (0..accounts).step_by(ROWS) {
                    let mut pipeline = ::redis::pipe();
                    for account in first..accounts.min(first + ROWS) {
                        let fields: [(&str, &[u8]); 4] = [
                            ("number", number.as_bytes()),
                            ("version", number.as_bytes()),
                            ("mark", b"0"),
                            ("record", &record),
                        ];
                        let name = format!("{prefix}{}", key(account));
                        pipeline.hset_multiple(name, &fields).ignore();
                    }
                    let () = pipeline.query_async(&mut connection).await?;
                }
                ask(&mut connection, &["CONFIG", "SET", "appendfsync", "always"]).await?;
            }
            Self::None(_) => {}
        }
        Ok(())
    }

    /// What all accounts take: a table with its index, or memory.
    pub async fn bytes(&self) -> Result<u64> {
        match self {
            Self::Postgres(client, table) => {
                let sql = format!("select pg_total_relation_size('{table}')");
                let size: i64 = client.query_one(&sql, &[]).await?.get(0);
                Ok(size.cast_unsigned())
            }
            Self::Redis(connection, _) => {
                let mut connection = connection.clone();
                let info = ask(&mut connection, &["INFO", "memory"]).await?;
                let used = info
                    .lines()
                    .find_map(|line| line.strip_prefix("used_memory:"));
                Ok(used.ok_or("no used_memory")?.trim().parse()?)
            }
            Self::None(_) => Ok(0),
        }
    }

    pub async fn read(&self, key: &Key) -> Result {
        match self {
            Self::Postgres(client, table) => {
                let sql = format!("select record from {table} where key = $1");
                let rows = client
                    .query_typed(&sql, &[(&key.as_str(), Type::TEXT)])
                    .await?;
                rows.first().ok_or("no row")?;
            }
            Self::Redis(connection, prefix) => {
                let mut command = ::redis::cmd("HGET");
                command.arg(format!("{prefix}{key}")).arg("record");
                let _: Vec<u8> = command.query_async(&mut connection.clone()).await?;
            }
            Self::None(_) => {}
        }
        Ok(())
    }

    pub async fn write(&self, key: &Key, record: &Record) -> Result {
        let record = record.encode();
        match self {
            Self::Postgres(client, _) => {
                let sql = "insert into bare values ($1, $2)
                           on conflict (key) do update set record = excluded.record";
                let record = record.as_slice();
                let parameters: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
                    [(&key.as_str(), Type::TEXT), (&record, Type::BYTEA)];
                client.query_typed(sql, &parameters).await?;
            }
            Self::Redis(connection, _) => {
                let mut command = ::redis::cmd("HSET");
                command
                    .arg(format!("bare:{key}"))
                    .arg("record")
                    .arg(record.as_slice());
                let _: i64 = command.query_async(&mut connection.clone()).await?;
            }
            Self::None(_) => {}
        }
        Ok(())
    }
}

async fn ask(connection: &mut ::redis::aio::ConnectionManager, words: &[&str]) -> Result<String> {
    let mut command = ::redis::cmd(words[0]);
    for word in &words[1..] {
        command.arg(*word);
    }
    Ok(command.query_async(connection).await?)
}
