//! The protocol over real stores.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use oauth_atlas_store::{
    Mark, Policy, Record, RefreshError, RenewError, Renewed, Store, put, renew,
};

use crate::fixture::{Fixture, key};
use crate::{Case, cases};

pub(crate) const ALL: &[Case] = cases![
    hundred_tasks_renew_once,
    a_rejection_is_found_out_once,
    a_failure_leaves_the_lease_to_others,
    a_lost_answer_leaves_doubt,
    a_refresh_token_in_an_error_is_kept,
    a_peer_that_died_is_waited_for,
    what_expires_while_the_lease_ends_is_not_adopted,
    an_account_that_is_deleted_meanwhile_is_gone,
    the_first_tokens_are_fetched_once,
];

const POLICY: Policy = Policy {
    lease: Duration::from_secs(20),
    request: Duration::from_secs(5),
    patience: Duration::from_secs(30),
};

type Answer = Result<Record, RefreshError<&'static str>>;

fn is(text: &'static str) -> impl Fn(&Record) -> bool + Clone + Send + 'static {
    move |record| record.payload() == text.as_bytes()
}

async fn with(
    store: &dyn Store,
    answer: impl Fn() -> Answer + Send + Sync,
) -> Result<Renewed, RenewError<&'static str>> {
    let refresh = |_| {
        let answer = answer();
        async move { answer }
    };
    renew(store, &key("acme/1"), POLICY, is("new"), refresh).await
}

async fn hundred_tasks_renew_once(fixture: Fixture) {
    let stores = [fixture.open().await, fixture.open().await];
    put(&*stores[0], &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    let refreshes = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let (store, refreshes) = (Arc::clone(&stores[number % 2]), Arc::clone(&refreshes));
            tokio::spawn(async move {
                let key = key("acme/1");
                let refresh = |record: Option<Record>| {
                    let refreshes = Arc::clone(&refreshes);
                    async move {
                        assert_eq!(record, Some(Record::tokens("old")));
                        refreshes.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        Ok::<_, RefreshError<&str>>(Record::tokens("new"))
                    }
                };
                renew(&*store, &key, POLICY, is("new"), refresh)
                    .await
                    .expect("renewed")
            })
        })
        .collect();
    let mut here = 0;
    for task in tasks {
        let renewed = task.await.expect("no panic");
        here += u32::from(matches!(renewed, Renewed::Here(_)));
        assert_eq!(renewed.stored().record, Record::tokens("new"));
    }
    assert_eq!((here, refreshes.load(Ordering::Relaxed)), (1, 1));
}

async fn a_rejection_is_found_out_once(fixture: Fixture) {
    let (one, two) = (fixture.open().await, fixture.open().await);
    put(&*one, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    match with(&*one, || Err(RefreshError::Rejected("invalid_grant"))).await {
        Err(RenewError::Rejected { error, in_doubt }) => {
            assert_eq!((error, in_doubt), (Some("invalid_grant"), false));
        }
        other => panic!("{other:?}"),
    }
    match with(&*two, || panic!("it is known")).await {
        Err(RenewError::Rejected { error, .. }) => assert_eq!(error, None),
        other => panic!("{other:?}"),
    }
    put(&*two, &key("acme/1"), &Record::tokens("new"))
        .await
        .expect("saved");
    let renewed = with(&*one, || panic!("they are good"))
        .await
        .expect("tokens");
    assert!(matches!(renewed, Renewed::ByPeer(_)), "{renewed:?}");
}

async fn a_failure_leaves_the_lease_to_others(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    match with(&*store, || Err(RefreshError::Failed("503"))).await {
        Err(RenewError::Refresh(error)) => assert_eq!(error, "503"),
        other => panic!("{other:?}"),
    }
    let stored = store
        .load(&key("acme/1"))
        .await
        .expect("a store")
        .expect("a record");
    assert_eq!(stored.mark, Mark::Clear);
    let renewed = with(&*store, || Ok(Record::tokens("new")))
        .await
        .expect("tokens");
    assert!(matches!(renewed, Renewed::Here(_)), "{renewed:?}");
}

async fn a_lost_answer_leaves_doubt(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    let lost = with(&*store, || Err(RefreshError::Unknown("timeout"))).await;
    assert!(
        matches!(lost, Err(RenewError::Refresh("timeout"))),
        "{lost:?}"
    );
    match with(&*store, || Err(RefreshError::Rejected("invalid_grant"))).await {
        Err(error @ RenewError::Rejected { in_doubt: true, .. }) => {
            assert_eq!(
                error.to_string(),
                "the user has to log in again, as an earlier renewal was interrupted: invalid_grant"
            );
        }
        other => panic!("{other:?}"),
    }
}

async fn a_refresh_token_in_an_error_is_kept(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    let kept = with(&*store, || {
        Err(RefreshError::Kept(Record::tokens("kept"), "odd"))
    })
    .await;
    assert!(matches!(kept, Err(RenewError::Refresh("odd"))), "{kept:?}");
    let stored = store
        .load(&key("acme/1"))
        .await
        .expect("a store")
        .expect("a record");
    assert_eq!(stored.record, Record::tokens("kept"));
}

async fn a_peer_that_died_is_waited_for(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    let lease = Duration::from_millis(500);
    store.acquire(&key("acme/1"), lease).await.expect("a store");
    let renewed = with(&*store, || Ok(Record::tokens("new")))
        .await
        .expect("tokens");
    assert!(matches!(renewed, Renewed::Here(_)), "{renewed:?}");
}

async fn what_expires_while_the_lease_ends_is_not_adopted(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    // Good inside the lease, and no longer when it is over: the store has taken its time.
    let looks = AtomicU32::new(0);
    let is_good = |record: &Record| {
        let is_first_look = looks.fetch_add(1, Ordering::Relaxed) == 0;
        is_first_look || record.payload() == b"new"
    };
    let refresh = |_| async { Ok::<_, RefreshError<&str>>(Record::tokens("new")) };
    let renewed = renew(&*store, &key("acme/1"), POLICY, is_good, refresh).await;
    let renewed = renewed.expect("tokens");
    assert!(matches!(renewed, Renewed::Here(_)), "{renewed:?}");
    assert_eq!(renewed.stored().record, Record::tokens("new"));
}

async fn an_account_that_is_deleted_meanwhile_is_gone(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("old"))
        .await
        .expect("saved");
    let refresh = |_| {
        let store = Arc::clone(&store);
        async move {
            assert_eq!(store.delete(&key("acme/1")).await, Ok(true));
            Ok::<_, RefreshError<&str>>(Record::tokens("new"))
        }
    };
    let gone = renew(&*store, &key("acme/1"), POLICY, is("new"), refresh).await;
    assert!(matches!(gone, Err(RenewError::Gone)), "{gone:?}");
    assert_eq!(store.load(&key("acme/1")).await, Ok(None));
}

async fn the_first_tokens_are_fetched_once(fixture: Fixture) {
    let store = fixture.open().await;
    let refresh = |record| async move {
        assert_eq!(record, None);
        Ok::<_, RefreshError<&str>>(Record::tokens("new"))
    };
    let first = renew(&*store, &key("acme/1"), POLICY, is("new"), refresh).await;
    assert!(matches!(first, Ok(Renewed::Here(_))), "{first:?}");
    let again = with(&*store, || panic!("they are there")).await;
    assert!(matches!(again, Ok(Renewed::ByPeer(_))), "{again:?}");
}
