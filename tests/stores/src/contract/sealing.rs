//! What sealing adds.

use oauth_atlas_store::{File, Key, KeyRing, Record, Sealed, Store, StoreErrorKind, put};

use crate::fixture::{Fixture, key};
use crate::{Case, cases};

pub(crate) const ALL: &[Case] = cases![
    nothing_of_a_record_is_readable,
    a_record_opens_for_its_own_account_and_version_only,
    keys_are_changed_without_a_pause,
    a_changed_byte_is_found_and_left_alone,
    plain_records_are_accepted_where_that_is_asked_for,
];

fn file(fixture: &Fixture) -> File {
    File::new(fixture.folder.path().join("tokens")).expect("a folder")
}

fn sealed(fixture: &Fixture, keys: KeyRing) -> Sealed<File> {
    Sealed::new(file(fixture), keys)
}

fn ring(id: &str, byte: u8) -> KeyRing {
    KeyRing::new(id, &[byte; 32]).expect("a key")
}

async fn opens(store: &dyn Store, key: &Key) -> Result<Vec<u8>, StoreErrorKind> {
    match store.load(key).await {
        Ok(stored) => Ok(stored.expect("a record").record.payload().to_vec()),
        Err(error) => {
            assert!(
                error.to_string().contains(&format!("{:?}", key.as_str())),
                "{error}"
            );
            Err(error.kind())
        }
    }
}

async fn nothing_of_a_record_is_readable(fixture: Fixture) {
    let store = fixture.open().await;
    put(&*store, &key("acme/1"), &Record::tokens("canary"))
        .await
        .expect("saved");
    let raw = fixture.read_raw(&key("acme/1")).await;
    assert!(!raw.windows(6).any(|part| part == b"canary"), "{raw:?}");
    assert!(
        raw.windows(12).any(|part| part == b"sealed:first"),
        "{raw:?}"
    );
    // The same record is never the same bytes.
    put(&*store, &key("acme/1"), &Record::tokens("canary"))
        .await
        .expect("saved");
    let again = fixture.read_raw(&key("acme/1")).await;
    assert_ne!(raw[raw.len() - 16..], again[again.len() - 16..]);
}

async fn a_record_opens_for_its_own_account_and_version_only(fixture: Fixture) {
    let store = fixture.open().await;
    let (one, two) = (key("acme/1"), key("acme/2"));
    for account in [&one, &two] {
        put(&*store, account, &Record::tokens(account.as_str()))
            .await
            .expect("saved");
    }
    let old = fixture.read_raw(&one).await;
    fixture.write_raw(&two, &old).await;
    assert_eq!(opens(&*store, &two).await, Err(StoreErrorKind::Sealed));
    // The same account, another version: the first line of the new one, the record of the old one.
    put(&*store, &one, &Record::tokens("new"))
        .await
        .expect("saved");
    let new = fixture.read_raw(&one).await;
    let end = |bytes: &[u8]| {
        bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .expect("a line")
    };
    let mixed = [&new[..=end(&new)], &old[end(&old) + 1..]].concat();
    fixture.write_raw(&one, &mixed).await;
    assert_eq!(opens(&*store, &one).await, Err(StoreErrorKind::Sealed));
    fixture.write_raw(&one, &new).await;
    assert_eq!(opens(&*store, &one).await, Ok(b"new".to_vec()));
}

async fn keys_are_changed_without_a_pause(fixture: Fixture) {
    let account = key("acme/1");
    let old = sealed(&fixture, ring("a", 1));
    let both_old_first = sealed(&fixture, ring("a", 1).also("b", &[2; 32]).expect("keys"));
    let both_new_first = sealed(&fixture, ring("b", 2).also("a", &[1; 32]).expect("keys"));
    let new = sealed(&fixture, ring("b", 2));
    put(&old, &account, &Record::tokens("1"))
        .await
        .expect("saved");
    for store in [&old, &both_old_first, &both_new_first] {
        assert_eq!(opens(store, &account).await, Ok(b"1".to_vec()));
    }
    assert_eq!(opens(&new, &account).await, Err(StoreErrorKind::Sealed));
    // Processes of the second and the third step run side by side.
    put(&both_old_first, &account, &Record::tokens("2"))
        .await
        .expect("saved");
    assert_eq!(opens(&both_new_first, &account).await, Ok(b"2".to_vec()));
    put(&both_new_first, &account, &Record::tokens("3"))
        .await
        .expect("saved");
    assert_eq!(opens(&both_old_first, &account).await, Ok(b"3".to_vec()));
    put(&both_old_first, &account, &Record::tokens("4"))
        .await
        .expect("saved");
    assert_eq!(both_new_first.reseal(&account).await, Ok(Some(true)));
    assert_eq!(both_new_first.reseal(&account).await, Ok(Some(false)));
    assert_eq!(opens(&new, &account).await, Ok(b"4".to_vec()));
}

async fn a_changed_byte_is_found_and_left_alone(fixture: Fixture) {
    let store = fixture.open().await;
    let account = key("acme/1");
    put(&*store, &account, &Record::tokens("canary"))
        .await
        .expect("saved");
    let mut raw = fixture.read_raw(&account).await;
    *raw.last_mut().expect("bytes") ^= 1;
    fixture.write_raw(&account, &raw).await;
    // The checksum of the outer record finds it first.
    assert_eq!(opens(&*store, &account).await, Err(StoreErrorKind::Corrupt));
    let refused = put(&*store, &account, &Record::tokens("new")).await;
    assert_eq!(
        refused.map_err(|error| error.kind()),
        Err(StoreErrorKind::Corrupt)
    );
    assert_eq!(fixture.read_raw(&account).await, raw);
}

async fn plain_records_are_accepted_where_that_is_asked_for(fixture: Fixture) {
    let account = key("acme/1");
    put(&file(&fixture), &account, &Record::tokens("plain"))
        .await
        .expect("saved");
    let strict = sealed(&fixture, ring("a", 1));
    assert_eq!(opens(&strict, &account).await, Err(StoreErrorKind::Sealed));
    let lenient = sealed(&fixture, ring("a", 1)).accept_plain();
    assert_eq!(opens(&lenient, &account).await, Ok(b"plain".to_vec()));
    assert_eq!(lenient.reseal(&account).await, Ok(Some(true)));
    assert_eq!(opens(&strict, &account).await, Ok(b"plain".to_vec()));
}
