use super::*;
#[cfg(feature = "jose")]
use crate::request::dpop::DpopKey;
use crate::text::stored::length::told_and_written;

fn stored() -> TokenSet {
    let mut tokens = TokenSet::new("canary-access")
        .with_refresh_token("canary-refresh")
        .with_expires_at(UNIX_EPOCH + Duration::from_secs(1_700_003_600))
        .with_scope("read  write");
    tokens.token_type = Some("Bearer".into());
    tokens.id_token = Some("canary-id".into());
    tokens.received_at = Some(1_700_000_000);
    tokens.refresh_expires_at = Some(1_702_592_000);
    tokens.extras = vec![
        ("created_at".to_owned(), Json::from(1_700_000_000_u64)),
        ("secret".to_owned(), Json::from("canary-extra")),
    ];
    tokens
}

#[test]
fn d39_expiry_with_a_margin() {
    let now = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let margin = Duration::from_secs(10);
    let expires = |millis: u64| {
        let at = now + Duration::from_secs(12);
        let tokens = TokenSet::new("a").with_expires_at(at);
        tokens.is_expired_at(at - Duration::from_millis(millis), margin)
    };
    assert!(!expires(12_000));
    assert!(!expires(10_000));
    assert!(expires(9_999));
    let past = TokenSet::new("a").with_expires_at(now - Duration::from_secs(3600));
    assert!(past.is_expired_at(now, margin) && past.is_expired_at(now, Duration::ZERO));
    assert_eq!(past.expires_in(), Some(Duration::ZERO));
}

#[test]
fn d04_unknown_expiry_is_never_over() {
    let tokens = TokenSet::new("a");
    assert!(!tokens.is_expired() && !tokens.expires_within(Duration::MAX));
    assert_eq!(tokens.expires_in(), None);
}

#[test]
fn expiry_beyond_all_clocks_does_not_panic() {
    let mut tokens = TokenSet::new("a");
    tokens.expires_at = Some(u64::MAX);
    assert!(!tokens.is_expired());
    assert!(stored().is_expired_at(SystemTime::now(), Duration::MAX));
}

#[test]
fn d40_a_stored_set_is_the_same_set() {
    let json = serde_json::to_string(&stored()).unwrap();
    assert_eq!(
        json,
        r#"{"access_token":"canary-access","token_type":"Bearer","refresh_token":"canary-refresh","id_token":"canary-id","received_at":1700000000,"expires_at":1700003600,"refresh_expires_at":1702592000,"scope":"read write","extra":{"created_at":1700000000,"secret":"canary-extra"}}"#
    );
    assert_eq!(serde_json::from_str::<TokenSet>(&json).unwrap(), stored());
    assert_eq!(
        serde_json::from_str::<TokenSet>(r#"{"new":[1],"access_token":"a","scope":null}"#).unwrap(),
        TokenSet::new("a")
    );
    assert_eq!(
        serde_json::from_value::<TokenSet>(serde_json::to_value(stored()).unwrap()).unwrap(),
        stored()
    );
}

#[test]
fn its_members_are_counted() {
    for tokens in [TokenSet::new("a"), stored()] {
        let (told, written) = told_and_written(&tokens);
        assert_eq!(told, Some(written));
        #[cfg(feature = "jose")]
        {
            let bound = TokenSet {
                dpop_key: DpopKey::generate(),
                ..tokens
            };
            assert_eq!(told_and_written(&bound).0, Some(written + 1));
        }
    }
}

#[test]
fn refresh_tokens_expire_too() {
    let at = UNIX_EPOCH + Duration::from_secs(1_702_592_000);
    assert_eq!(stored().refresh_expires_at(), Some(at));
    assert_eq!(TokenSet::new("a").refresh_expires_at(), None);
    let tokens = TokenSet::new("a").with_refresh_expires_at(at + Duration::from_millis(999));
    assert_eq!(tokens.refresh_expires_at(), Some(at));
}

#[test]
fn kept_values_are_texts() {
    let tokens = TokenSet::new("a")
        .with_extra("realm", "replaced")
        .with_extra("realm", 9130_u64)
        .with_extra("member", true)
        .with_extra("team", Json::Array(Vec::new()))
        .with_extra("empty", "");
    assert_eq!(tokens.captured("realm").as_deref(), Some("9130"));
    assert_eq!(tokens.captured("member").as_deref(), Some("true"));
    for nothing in ["team", "empty", "nobody"] {
        assert_eq!(tokens.captured(nothing), None);
        assert_eq!(tokens.captured_secret(nothing), None);
    }
    for (name, text) in [("realm", "9130"), ("member", "true")] {
        assert_eq!(tokens.captured_secret(name), Some(Secret::new(text)));
    }
    assert_eq!(tokens.extras().count(), 4);
}

#[test]
fn a_broken_stored_set_is_not_repeated() {
    for broken in [
        r#""canary""#,
        r#"["canary"]"#,
        r#"{"access_token":["canary"]}"#,
        r#"{"access_token":"a","expires_at":"canary"}"#,
        r#"{"access_token":"a","refresh_expires_at":"canary"}"#,
        r#"{"access_token":"a","extra":"canary"}"#,
        r#"{"scope":"canary"}"#,
        r#"{"access_token":"canary""#,
    ] {
        let error = serde_json::from_str::<TokenSet>(broken).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
}

#[test]
fn o01_debug_shows_no_token() {
    let debug = format!("{:?} {:#?}", stored(), stored());
    assert!(!debug.contains("canary"), "{debug}");
}

#[test]
fn scopes_are_asked_by_name() {
    let tokens = TokenSet::new("a").with_scope(" 1 two 3");
    assert!(tokens.has_scope("two") && !tokens.has_scope("tw"));
    assert_eq!(tokens.granted::<u32>().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(tokens.scopes().collect::<Vec<_>>(), ["1", "two", "3"]);
    assert_eq!(tokens.scope(), Some("1 two 3"));
}
