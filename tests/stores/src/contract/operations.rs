//! What each operation does, alone and between others.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use oauth_atlas_store::{Acquired, Key, Lease, Mark, Record, Saved, Store, Ticket, Version, put};

use crate::fixture::{Fixture, key};
use crate::{Case, cases};

pub(crate) const ALL: &[Case] = cases![
    what_is_saved_is_loaded,
    a_save_is_refused_if_something_newer_is_stored,
    a_save_can_be_repeated,
    a_lease_is_one_holders,
    a_lease_expires_and_leaves_doubt,
    a_late_save_is_accepted_while_nothing_newer_is_stored,
    a_lease_is_ended_by_its_holder_only,
    a_mark_is_for_the_record_that_was_there,
    a_login_wins_over_renewals,
    a_deleted_account_stays_deleted,
    what_is_pending_is_taken_once,
    what_is_void_is_not_there,
    keys_are_distinct,
    a_long_record_is_kept,
    many_that_begin_at_once_get_one_lease,
];

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(150);

async fn lease(store: &dyn Store, key: &Key, duration: Duration) -> Lease {
    match store.acquire(key, duration).await.expect("a store") {
        Acquired::Held(lease) => lease,
        busy @ Acquired::Busy { .. } => panic!("{busy:?}"),
    }
}

async fn is_busy(store: &dyn Store, key: &Key) -> bool {
    match store.acquire(key, LONG).await.expect("a store") {
        Acquired::Held(_) => false,
        Acquired::Busy { expires_in, .. } => {
            assert!(expires_in <= LONG, "{expires_in:?}");
            true
        }
    }
}

async fn payload(store: &dyn Store, key: &Key) -> Option<Vec<u8>> {
    let stored = store.load(key).await.expect("a store")?;
    Some(stored.record.payload().to_vec())
}

async fn save(store: &dyn Store, key: &Key, ticket: Ticket, text: &str) -> Saved {
    let record = Record::tokens(text);
    store.save(key, ticket, &record).await.expect("a store")
}

/// Two leases, of which the first ran out before the second began.
async fn late_and_next(one: &dyn Store, two: &dyn Store, key: &Key) -> (Lease, Lease) {
    let late = lease(one, key, SHORT).await;
    tokio::time::sleep(SHORT * 2).await;
    (late, lease(two, key, LONG).await)
}

async fn release(store: &dyn Store, key: &Key, held: &Lease, mark: Mark) {
    let released = store.release(key, held.version, held.base(), mark).await;
    assert_eq!(released, Ok(()));
}

async fn log_in(store: &dyn Store, key: &Key, text: &str) -> Version {
    put(store, key, &Record::tokens(text))
        .await
        .expect("a store")
}

async fn what_is_saved_is_loaded(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    assert_eq!(one.load(&key).await, Ok(None));
    let record = Record::tokens(b"{\"access_token\":\"a\"}\n\0\xff".to_vec());
    let first = put(&*one, &key, &record).await.expect("saved");
    let stored = two.load(&key).await.expect("a store").expect("a record");
    assert_eq!((stored.version, stored.mark), (first, Mark::Clear));
    assert_eq!(stored.record, record);
    let second = log_in(&*two, &key, "second").await;
    assert!(second > first, "{second} {first}");
    assert_eq!(payload(&*one, &key).await.as_deref(), Some(&b"second"[..]));
}

async fn a_save_is_refused_if_something_newer_is_stored(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "first").await;
    let (old, new) = late_and_next(&*one, &*two, &key).await;
    assert!(new.version > old.version);
    assert_eq!(save(&*two, &key, new.ticket(), "new").await, Saved::Done);
    match save(&*one, &key, old.ticket(), "old").await {
        Saved::Superseded(Some(stored)) => {
            assert_eq!(stored.version, new.version);
            assert_eq!(stored.record, Record::tokens("new"));
        }
        saved => panic!("{saved:?}"),
    }
    assert_eq!(payload(&*one, &key).await.as_deref(), Some(&b"new"[..]));
}

async fn a_save_can_be_repeated(fixture: Fixture) {
    let store = fixture.open().await;
    let key = key("acme/1");
    let first = lease(&*store, &key, LONG).await;
    assert_eq!(first.base(), None);
    for _ in 0..2 {
        assert_eq!(save(&*store, &key, first.ticket(), "a").await, Saved::Done);
    }
    // Also where the next lease has begun: it is not ended by that.
    let next = lease(&*store, &key, LONG).await;
    assert_eq!(next.base(), Some(first.version));
    assert_eq!(save(&*store, &key, first.ticket(), "a").await, Saved::Done);
    assert!(is_busy(&*store, &key).await);
    let version = store.reserve(&key).await.expect("a number");
    for _ in 0..2 {
        assert_eq!(
            save(&*store, &key, Ticket::Login { version }, "b").await,
            Saved::Done
        );
    }
    assert_eq!(payload(&*store, &key).await.as_deref(), Some(&b"b"[..]));
}

async fn a_lease_is_one_holders(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    let held = lease(&*one, &key, LONG).await;
    assert_eq!(
        held.stored.as_ref().map(|stored| stored.mark),
        Some(Mark::Clear)
    );
    match two.acquire(&key, LONG).await.expect("a store") {
        Acquired::Busy { stored, expires_in } => {
            assert_eq!(stored, held.stored);
            assert!(
                expires_in <= LONG && expires_in > LONG / 2,
                "{expires_in:?}"
            );
        }
        held @ Acquired::Held(_) => panic!("{held:?}"),
    }
    assert!(!is_busy(&*two, &self::key("acme/2")).await);
    assert_eq!(save(&*one, &key, held.ticket(), "b").await, Saved::Done);
    let next = lease(&*two, &key, LONG).await;
    assert_eq!(next.base(), Some(held.version));
    assert_eq!(next.stored.map(|stored| stored.mark), Some(Mark::Clear));
}

async fn a_lease_expires_and_leaves_doubt(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    lease(&*one, &key, SHORT).await;
    assert!(is_busy(&*two, &key).await);
    tokio::time::sleep(SHORT * 2).await;
    let next = lease(&*two, &key, LONG).await;
    let stored = next.stored.clone().expect("a record");
    assert_eq!(stored.mark, Mark::InDoubt);
    assert_eq!(one.load(&key).await, Ok(Some(stored)));
    assert_eq!(save(&*two, &key, next.ticket(), "b").await, Saved::Done);
    let cleared = one.load(&key).await.expect("a store").expect("a record");
    assert_eq!(cleared.mark, Mark::Clear);
}

async fn a_late_save_is_accepted_while_nothing_newer_is_stored(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    let (late, next) = late_and_next(&*one, &*two, &key).await;
    assert_eq!(save(&*one, &key, late.ticket(), "late").await, Saved::Done);
    assert_eq!(payload(&*two, &key).await.as_deref(), Some(&b"late"[..]));
    // The lease of the other goes on, and its tokens are the newer ones.
    assert!(is_busy(&*one, &key).await);
    assert_eq!(save(&*two, &key, next.ticket(), "next").await, Saved::Done);
    assert_eq!(payload(&*one, &key).await.as_deref(), Some(&b"next"[..]));
}

async fn a_lease_is_ended_by_its_holder_only(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    let (late, next) = late_and_next(&*one, &*two, &key).await;
    release(&*one, &key, &late, Mark::Rejected).await;
    assert!(is_busy(&*one, &key).await);
    let stored = one.load(&key).await.expect("a store").expect("a record");
    assert_eq!(stored.mark, Mark::InDoubt);
    release(&*two, &key, &next, Mark::Rejected).await;
    let third = lease(&*one, &key, LONG).await;
    assert_eq!(third.stored.map(|stored| stored.mark), Some(Mark::Rejected));
}

async fn a_mark_is_for_the_record_that_was_there(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    let (late, next) = late_and_next(&*one, &*two, &key).await;
    assert_eq!(save(&*one, &key, late.ticket(), "b").await, Saved::Done);
    release(&*two, &key, &next, Mark::Rejected).await;
    let third = lease(&*one, &key, LONG).await;
    assert_eq!(third.stored.map(|stored| stored.mark), Some(Mark::Clear));
}

async fn a_login_wins_over_renewals(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    log_in(&*one, &key, "a").await;
    // A renewal begins between the two steps of a login: the login draws another number.
    let version = one.reserve(&key).await.expect("a number");
    let renewal = lease(&*two, &key, SHORT).await;
    let early = save(&*one, &key, Ticket::Login { version }, "login").await;
    assert!(matches!(early, Saved::Superseded(Some(_))), "{early:?}");
    // As it does if that renewal was left long ago, and another has ended without a result.
    tokio::time::sleep(SHORT * 2).await;
    let other = lease(&*two, &key, LONG).await;
    release(&*two, &key, &other, Mark::Clear).await;
    let early = save(&*one, &key, Ticket::Login { version }, "login").await;
    assert!(matches!(early, Saved::Superseded(Some(_))), "{early:?}");
    log_in(&*one, &key, "login").await;
    let late = save(&*two, &key, renewal.ticket(), "renewed").await;
    assert!(matches!(late, Saved::Superseded(Some(_))), "{late:?}");
    assert_eq!(payload(&*two, &key).await.as_deref(), Some(&b"login"[..]));
    // It ends leases, and waits for none.
    lease(&*two, &key, LONG).await;
    log_in(&*one, &key, "again").await;
    assert!(!is_busy(&*two, &key).await);
}

async fn a_deleted_account_stays_deleted(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    let key = key("acme/1");
    let before = log_in(&*one, &key, "a").await;
    let renewal = lease(&*one, &key, LONG).await;
    assert_eq!(two.delete(&key).await, Ok(true));
    assert_eq!(two.delete(&key).await, Ok(false));
    assert_eq!(
        save(&*one, &key, renewal.ticket(), "b").await,
        Saved::Superseded(None)
    );
    assert_eq!(one.load(&key).await, Ok(None));
    // Also where somebody has begun anew in the meantime.
    let first = lease(&*two, &key, LONG).await;
    assert_eq!(first.base(), None);
    assert!(first.version > renewal.version && renewal.version > before);
    assert_eq!(
        save(&*one, &key, renewal.ticket(), "b").await,
        Saved::Superseded(None)
    );
    assert_eq!(save(&*two, &key, first.ticket(), "c").await, Saved::Done);
    let late = save(&*one, &key, renewal.ticket(), "b").await;
    assert!(matches!(late, Saved::Superseded(Some(_))), "{late:?}");
}

async fn what_is_pending_is_taken_once(fixture: Fixture) {
    let key = key("acme/pending/1");
    let stores = [fixture.open().await, fixture.open().await];
    for _ in 0..3 {
        let pending = Record::pending("p", SystemTime::now() + LONG);
        put(&*stores[0], &key, &pending).await.expect("saved");
        let tasks: Vec<_> = (0..16)
            .map(|number| {
                let (store, key) = (Arc::clone(&stores[number % 2]), key.clone());
                tokio::spawn(async move { store.take(&key).await.expect("a store") })
            })
            .collect();
        let mut taken = Vec::new();
        for task in tasks {
            taken.extend(task.await.expect("no panic"));
        }
        assert_eq!(taken, [pending]);
    }
}

async fn what_is_void_is_not_there(fixture: Fixture) {
    let store = fixture.open().await;
    let past = Record::pending("p", SystemTime::now() - Duration::from_secs(5));
    let future = Record::pending("p", SystemTime::now() + LONG);
    for (text, record) in [("past", &past), ("future", &future), ("taken", &past)] {
        put(&*store, &key(text), record).await.expect("saved");
    }
    let left = lease(&*store, &key("left"), SHORT).await;
    log_in(&*store, &key("tokens"), "a").await;
    assert_eq!(store.take(&key("taken")).await, Ok(None));
    assert_eq!(store.load(&key("past")).await, Ok(None));
    tokio::time::sleep(SHORT * 2).await;
    let purged = store.purge().await.expect("a store");
    // Redis deletes such records by itself, and a keyring cannot look for them.
    let by_hand = !matches!(fixture.kind.name(), "redis" | "keyring");
    if by_hand {
        assert!((2..=3).contains(&purged), "{purged}");
        let late = save(&*store, &key("left"), left.ticket(), "a").await;
        assert_eq!(late, Saved::Superseded(None));
    }
    assert!(store.load(&key("future")).await.expect("a store").is_some());
    assert!(store.load(&key("tokens")).await.expect("a store").is_some());
    assert_eq!(store.take(&key("future")).await, Ok(Some(future)));
}

async fn keys_are_distinct(fixture: Fixture) {
    let store = fixture.open().await;
    let long = "x/".repeat(256);
    let keys = [
        "a",
        "A",
        "a/b",
        "a%2fb",
        "../a",
        "con",
        "ä",
        "a b",
        "*",
        "a'b\"",
        &long,
        &long[1..],
    ];
    for text in keys {
        log_in(&*store, &key(text), text).await;
    }
    for text in keys {
        let found = payload(&*store, &key(text)).await;
        assert_eq!(found.as_deref(), Some(text.as_bytes()), "{text}");
    }
}

async fn a_long_record_is_kept(fixture: Fixture) {
    let store = fixture.open().await;
    let text = "x".repeat(900 * 1024);
    log_in(&*store, &key("acme/1"), &text).await;
    assert_eq!(
        payload(&*store, &key("acme/1")).await,
        Some(text.into_bytes())
    );
}

async fn many_that_begin_at_once_get_one_lease(fixture: Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    let key = key("acme/1");
    for _ in 0..5 {
        let tasks: Vec<_> = (0..20)
            .map(|number| {
                let (store, key) = (Arc::clone(&stores[number % 2]), key.clone());
                tokio::spawn(async move { store.acquire(&key, LONG).await.expect("a store") })
            })
            .collect();
        let mut held = Vec::new();
        for task in tasks {
            if let Acquired::Held(lease) = task.await.expect("no panic") {
                held.push(lease);
            }
        }
        assert_eq!(held.len(), 1, "{held:?}");
        assert_eq!(
            save(&*stores[1], &key, held[0].ticket(), "a").await,
            Saved::Done
        );
    }
}
