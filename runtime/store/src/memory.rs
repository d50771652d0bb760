//! Records of one process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::row::{Row, micros};
use crate::store::{Acquired, Mark, Saved, Store, StoreFuture, Stored, Ticket, Version};

/// A store in the memory of this process, for tests and for logins that may be lost.
pub struct Memory {
    rows: Mutex<BTreeMap<Key, Row>>,
    started: Instant,
    started_at: u64,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            rows: Mutex::default(),
            started: Instant::now(),
            started_at: micros(since.unwrap_or_default()),
        }
    }

    /// Microseconds since 1970, by a clock that nobody sets.
    fn now(&self) -> u64 {
        self.started_at
            .saturating_add(micros(self.started.elapsed()))
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<Key, Row>> {
        // A row is changed by plain assignments, so it is whole even if a thread panicked meanwhile.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<'a, T: Send + 'a>(
        &'a self,
        key: &'a Key,
        change: impl FnOnce(&mut Row, u64) -> T + Send + 'a,
    ) -> StoreFuture<'a, T> {
        Box::pin(async move {
            let mut rows = self.rows();
            Ok(change(rows.entry(key.clone()).or_default(), self.now()))
        })
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Store for Memory {
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
        Box::pin(async move { Ok(self.rows().get(key).and_then(Row::stored)) })
    }

    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
        self.change(key, Row::reserve)
    }

    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
        self.change(key, move |row, now| row.acquire(now, duration))
    }

    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.change(key, move |row, _| row.save(ticket, record.clone()))
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()> {
        self.change(key, move |row, _| row.release(version, base, mark))
    }

    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let row = self.rows().remove(key);
            Ok(row.is_some_and(|row| row.stored().is_some()))
        })
    }

    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
        Box::pin(async move {
            let stored = self.rows().remove(key).and_then(|row| row.stored());
            Ok(stored.map(|stored| stored.record))
        })
    }

    fn purge(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let now = self.now();
            let mut rows = self.rows();
            let before = rows.len();
            rows.retain(|_, row| !row.is_void(now));
            Ok::<_, StoreError>((before - rows.len()) as u64)
        })
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Memory")
            .field("keys", &self.rows().len())
            .finish()
    }
}
