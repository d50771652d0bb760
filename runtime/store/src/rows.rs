//! Stores that change one row at a time under a lock of their own, and block while they do.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::StoreError;
use crate::key::Key;
use crate::row::{Row, micros};

/// What such a store has to bring. Each of these blocks.
pub(crate) trait Rows: Send + Sync + 'static {
    const NAME: &'static str;

    /// The row, if there is one.
    fn read(&self, key: &Key) -> Result<Option<Row>, StoreError>;

    /// Changes the row, alone, and writes it if that made another of it.
    fn change<T>(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Option<Row>, u64) -> T,
    ) -> Result<T, StoreError>;

    /// Deletes the row whatever it holds. Says whether it was there.
    fn remove(&self, key: &Key) -> Result<bool, StoreError>;

    /// Deletes the rows that are void.
    fn purge(&self) -> Result<u64, StoreError>;
}

/// Microseconds since 1970, by the clock of this machine.
pub(crate) fn now() -> u64 {
    micros(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

/// Implements [`Store`](crate::Store) for a type that is a pointer to [`Rows`].
macro_rules! store_of_rows {
    ($store:ty, $rows:ty) => {
        impl $store {
            /// Does this on a thread for what blocks.
            fn run<'a, T: Send + 'static>(
                &'a self,
                key: &Key,
                work: impl FnOnce(&$rows, &$crate::Key) -> Result<T, $crate::StoreError>
                + Send
                + 'static,
            ) -> $crate::StoreFuture<'a, T> {
                let (rows, key) = (std::sync::Arc::clone(&self.0), key.clone());
                Box::pin($crate::blocking::off_thread(
                    <$rows as $crate::rows::Rows>::NAME,
                    move || work(&rows, &key).map_err(|error| error.of(&key)),
                ))
            }
        }

        impl $crate::Store for $store {
            fn load<'a>(
                &'a self,
                key: &'a $crate::Key,
            ) -> $crate::StoreFuture<'a, Option<$crate::Stored>> {
                self.run(key, |rows, key| {
                    Ok(rows.read(key)?.as_ref().and_then(Row::stored))
                })
            }

            fn reserve<'a>(
                &'a self,
                key: &'a $crate::Key,
            ) -> $crate::StoreFuture<'a, $crate::Version> {
                self.run(key, |rows, key| {
                    rows.change(key, |row, now| row.get_or_insert_default().reserve(now))
                })
            }

            fn acquire<'a>(
                &'a self,
                key: &'a $crate::Key,
                duration: std::time::Duration,
            ) -> $crate::StoreFuture<'a, $crate::Acquired> {
                self.run(key, move |rows, key| {
                    rows.change(key, |row, now| {
                        row.get_or_insert_default().acquire(now, duration)
                    })
                })
            }

            fn save<'a>(
                &'a self,
                key: &'a $crate::Key,
                ticket: $crate::Ticket,
                record: &'a $crate::Record,
            ) -> $crate::StoreFuture<'a, $crate::Saved> {
                let record = record.clone();
                self.run(key, move |rows, key| {
                    rows.change(key, |row, _| match row {
                        Some(row) => row.save(ticket, record),
                        None => {
                            let mut new = Row::default();
                            let saved = new.save(ticket, record);
                            *row = new.saved.is_some().then_some(new);
                            saved
                        }
                    })
                })
            }

            fn release<'a>(
                &'a self,
                key: &'a $crate::Key,
                version: $crate::Version,
                base: Option<$crate::Version>,
                mark: $crate::Mark,
            ) -> $crate::StoreFuture<'a, ()> {
                self.run(key, move |rows, key| {
                    rows.change(key, |row, _| {
                        if let Some(row) = row {
                            row.release(version, base, mark);
                        }
                    })
                })
            }

            fn delete<'a>(&'a self, key: &'a $crate::Key) -> $crate::StoreFuture<'a, bool> {
                self.run(key, |rows, key| rows.remove(key))
            }

            fn take<'a>(
                &'a self,
                key: &'a $crate::Key,
            ) -> $crate::StoreFuture<'a, Option<$crate::Record>> {
                self.run(key, |rows, key| {
                    rows.change(key, |row, _| {
                        let stored = row.take().and_then(|row| row.stored());
                        stored.map(|stored| stored.record)
                    })
                })
            }

            fn purge(&self) -> $crate::StoreFuture<'_, u64> {
                let rows = std::sync::Arc::clone(&self.0);
                Box::pin($crate::blocking::off_thread(
                    <$rows as $crate::rows::Rows>::NAME,
                    move || rows.purge(),
                ))
            }
        }
    };
}

pub(crate) use store_of_rows;
