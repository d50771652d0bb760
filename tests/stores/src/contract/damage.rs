//! Records that something else has written: damaged ones, those of another version, and those from before.

use std::time::Duration;

use oauth_atlas_store::{
    Kind as Of, Policy, Record, RefreshError, RenewError, StoreError, StoreErrorKind, Version, put,
    renew,
};

use crate::fixture::{Fixture, key};
use crate::{Case, cases};

pub(crate) const ALL: &[Case] = cases![
    a_damaged_record_is_named_and_left_alone,
    a_later_format_is_named_and_left_alone,
    the_first_format_is_read_and_replaced,
    another_kind_of_record_is_not_renewed,
];

async fn is_named_and_left_alone(fixture: &Fixture, bytes: &[u8], kind: StoreErrorKind) {
    let store = fixture.open().await;
    let key = key("acme/1");
    fixture.write_raw(&key, bytes).await;
    let check = |error: StoreError| {
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.is_retryable());
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("\"acme/1\"") && !text.contains("canary"),
            "{text}"
        );
    };
    check(store.load(&key).await.expect_err("not read"));
    check(store.reserve(&key).await.expect_err("not read"));
    let minute = Duration::from_secs(60);
    check(store.acquire(&key, minute).await.expect_err("not read"));
    check(store.take(&key).await.expect_err("not read"));
    let record = Record::tokens("new");
    check(put(&*store, &key, &record).await.expect_err("not written"));
    store.purge().await.expect("a store");
    assert_eq!(fixture.read_raw(&key).await, bytes);
    assert_eq!(store.delete(&key).await, Ok(true));
    assert_eq!(store.load(&key).await, Ok(None));
    put(&*store, &key, &record).await.expect("written");
    assert_eq!(store.delete(&key).await, Ok(true));
}

async fn a_damaged_record_is_named_and_left_alone(fixture: Fixture) {
    let mut changed = Record::tokens("canary").encode().to_vec();
    changed.pop();
    for bytes in [&changed[..], b"canary", b""] {
        is_named_and_left_alone(&fixture, bytes, StoreErrorKind::Corrupt).await;
    }
}

async fn a_later_format_is_named_and_left_alone(fixture: Fixture) {
    let bytes = b"oauth-atlas 3 tokens canary";
    let with_line = [&bytes[..], b"\n{}"].concat();
    is_named_and_left_alone(&fixture, &with_line, StoreErrorKind::LaterFormat).await;
}

/// What a program stored before it had a store, or a store of format 1.
async fn the_first_format_is_read_and_replaced(fixture: Fixture) {
    let store = fixture.open().await;
    let key = key("acme/1");
    fixture
        .write_raw(&key, b"{\"refresh_token\":\"first\"}")
        .await;
    let stored = store.load(&key).await.expect("a store").expect("a record");
    assert_eq!(stored.version, Version(0));
    assert_eq!(stored.record.kind(), &Of::Tokens);
    assert_eq!(stored.record.payload(), b"{\"refresh_token\":\"first\"}");
    let renewed = renew(
        &*store,
        &key,
        Policy::default(),
        |_| false,
        |record| async move {
            assert_eq!(
                record,
                Some(Record::tokens("{\"refresh_token\":\"first\"}"))
            );
            Ok::<_, RefreshError<String>>(Record::tokens("second"))
        },
    );
    let renewed = renewed.await.expect("renewed").into_stored();
    assert_eq!(store.load(&key).await, Ok(Some(renewed)));
    let raw = fixture.read_raw(&key).await;
    assert!(
        raw.windows(13).any(|part| part == b"oauth-atlas 2"),
        "{raw:?}"
    );
}

async fn another_kind_of_record_is_not_renewed(fixture: Fixture) {
    let store = fixture.open().await;
    let key = key("acme/1");
    let at = std::time::SystemTime::now() + Duration::from_secs(60);
    put(&*store, &key, &Record::pending("p", at))
        .await
        .expect("saved");
    let renewed = renew(
        &*store,
        &key,
        Policy::default(),
        |_| false,
        |_| async { Err(RefreshError::Failed("it was called")) },
    );
    match renewed.await {
        Err(RenewError::Store(error)) => assert_eq!(error.kind(), StoreErrorKind::WrongKind),
        other => panic!("{other:?}"),
    }
}
