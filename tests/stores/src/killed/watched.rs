//! A store, and when it was asked: what a process that stands still is excused by, and nobody else.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use oauth_atlas_store::{
    Acquired, Key, Mark, Record, Saved, Store, StoreFuture, Stored, Ticket, Version,
};

use crate::accounts::millis;

/// Milliseconds since 1970.
pub(crate) struct Watched<'s> {
    store: &'s dyn Store,
    pub acquire_asked_at: AtomicU64,
    pub load_asked_at: AtomicU64,
    /// When the store answered last.
    pub answered_at: AtomicU64,
}

impl<'s> Watched<'s> {
    pub fn new(store: &'s dyn Store) -> Self {
        Self {
            store,
            acquire_asked_at: AtomicU64::new(0),
            load_asked_at: AtomicU64::new(0),
            answered_at: AtomicU64::new(0),
        }
    }

    pub fn read(time: &AtomicU64) -> u64 {
        time.load(Ordering::Relaxed)
    }

    fn watch<'a, T: 'a>(&'a self, work: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
        Box::pin(async {
            let answer = work.await;
            self.answered_at.store(millis(), Ordering::Relaxed);
            answer
        })
    }
}

impl Store for Watched<'_> {
    fn load<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Stored>> {
        self.load_asked_at.store(millis(), Ordering::Relaxed);
        self.watch(self.store.load(key))
    }

    fn reserve<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Version> {
        self.watch(self.store.reserve(key))
    }

    fn acquire<'a>(&'a self, key: &'a Key, duration: Duration) -> StoreFuture<'a, Acquired> {
        self.acquire_asked_at.store(millis(), Ordering::Relaxed);
        self.watch(self.store.acquire(key, duration))
    }

    fn save<'a>(
        &'a self,
        key: &'a Key,
        ticket: Ticket,
        record: &'a Record,
    ) -> StoreFuture<'a, Saved> {
        self.watch(self.store.save(key, ticket, record))
    }

    fn release<'a>(
        &'a self,
        key: &'a Key,
        version: Version,
        base: Option<Version>,
        mark: Mark,
    ) -> StoreFuture<'a, ()> {
        self.watch(self.store.release(key, version, base, mark))
    }

    fn delete<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, bool> {
        self.watch(self.store.delete(key))
    }

    fn take<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Record>> {
        self.watch(self.store.take(key))
    }

    fn purge(&self) -> StoreFuture<'_, u64> {
        self.watch(self.store.purge())
    }
}
