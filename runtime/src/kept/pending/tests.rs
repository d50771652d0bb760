use std::collections::HashMap;
use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::fixtures::{ACME, ODD};
use crate::response::callback::Callback;
use crate::text::stored::length::told_and_written;

const STATE: &str = "canary-state-0123456789";
const VERIFIER: &str = "canary-verifier-0123456789-0123456789-01234";
const STARTED: u64 = 1_700_000_000;

fn core() -> Core {
    Core::public(&ACME, "id").redirect_uri("https://app.example/cb")
}

fn pending() -> Pending {
    Pending {
        provider: "acme".into(),
        state: STATE.into(),
        code_verifier: Some(VERIFIER.into()),
        nonce: None,
        max_age: None,
        resource: None,
        #[cfg(feature = "jose")]
        dpop_key: None,
        redirect_uri: Some("https://app.example/cb".to_owned()),
        scope: Some("read write".to_owned()),
        created_at: STARTED,
        binding: Binding::of(&core(), Start::Authorization, &[]),
    }
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// What is wrong with the login a minute after it was started, if anything is.
fn problem(pending: &Pending) -> Option<(CallbackProblem, String)> {
    let error = pending.check(&core(), at(STARTED + 60)).err()?;
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    match error.kind() {
        ErrorKind::Callback(problem) => Some((problem, error.to_string())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_survives_storage() {
    let json = serde_json::to_string(&pending()).unwrap();
    let stored = serde_json::from_str::<Pending>(&json).unwrap();
    assert_eq!(stored, pending());
    assert_eq!(stored.provider(), "acme");
    assert_eq!(problem(&stored), None);
}

/// A login with all that one may have.
fn whole() -> Pending {
    Pending {
        nonce: Some("canary-nonce-0123456789".into()),
        max_age: Some(300),
        resource: Some("https://api.acme.example/".to_owned()),
        #[cfg(feature = "jose")]
        dpop_key: DpopKey::generate(),
        ..pending()
    }
}

#[test]
fn what_it_may_have_survives_storage() {
    let json = serde_json::to_string(&whole()).unwrap();
    let stored = serde_json::from_str::<Pending>(&json).unwrap();
    assert_eq!(stored.nonce, whole().nonce);
    assert_eq!(stored.max_age, Some(300));
    assert_eq!(stored.resource, whole().resource);
    #[cfg(feature = "jose")]
    assert!(stored.dpop_key.is_some());
    assert_eq!(serde_json::to_string(&stored).unwrap(), json);
    assert_eq!(problem(&stored), None);
}

#[test]
fn its_members_are_counted() {
    for pending in [pending(), whole()] {
        let (told, written) = told_and_written(&pending);
        assert_eq!(told, Some(written));
    }
}

#[test]
fn each_of_two_tabs_finds_its_own() {
    let start = || core().authorize(["read"]).start().unwrap();
    let mut session: HashMap<String, Pending> = HashMap::new();
    for login in [start(), start()] {
        session.insert(login.pending.state().to_owned(), login.pending);
    }
    let states: Vec<String> = session.keys().cloned().collect();
    assert_eq!(states.len(), 2);
    for state in states {
        let callback = Callback::from_pairs([("code", "c"), ("state", &state)]);
        let pending = session.remove(callback.state().unwrap()).unwrap();
        assert!(!pending.is_expired());
        assert_eq!(pending.state(), state);
        core().finish(pending, callback).to_http_request().unwrap();
    }
    assert_eq!(Callback::from("code=c").state(), None);
    assert_eq!(Callback::from("code=c&state=").state(), None);
    assert!(pending().is_expired(), "it was started long ago");
}

#[test]
fn a_broken_one_is_not_repeated() {
    let whole = serde_json::to_value(pending()).unwrap();
    for (member, value) in [
        ("state", serde_json::json!(["canary"])),
        ("created_at", serde_json::json!("canary")),
        ("client", serde_json::json!("canary")),
        ("client", serde_json::json!({ "client id": ["canary"] })),
        ("variables", serde_json::json!(["canary"])),
    ] {
        let mut broken = whole.clone();
        broken[member] = value;
        let error = serde_json::from_value::<Pending>(broken).unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    let error = serde_json::from_str::<Pending>(r#""canary""#).unwrap_err();
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[test]
fn one_without_a_member_that_it_needs_is_refused() {
    for member in ["provider", "state", "created_at", "client", "variables"] {
        let mut stored = serde_json::to_value(pending()).unwrap();
        stored.as_object_mut().unwrap().remove(member).unwrap();
        let error = serde_json::from_value::<Pending>(stored).unwrap_err();
        assert!(error.to_string().contains(member), "{error}");
    }
}

#[test]
fn o01_debug_shows_neither_state_nor_verifier() {
    let in_query = "https://app.example/cb?state=canary-state";
    let core = Core::public(&ACME, "id").redirect_uri(in_query);
    let pending = Pending {
        redirect_uri: Some(in_query.to_owned()),
        binding: Binding::of(&core, Start::Authorization, &[]),
        ..pending()
    };
    let debug = format!("{pending:?}");
    assert!(!debug.contains("canary"), "{debug}");
    let field = "redirect_uri: Some(\"https://app.example/cb\")";
    assert!(debug.contains(field), "{debug}");
}

#[test]
fn it_is_good_for_an_hour() {
    let kind = |now| {
        pending()
            .check(&core(), now)
            .err()
            .map(|error| error.kind())
    };
    let expired = Some(ErrorKind::Callback(CallbackProblem::Expired));
    assert_eq!(kind(at(STARTED)), None);
    assert_eq!(kind(at(STARTED + 3600)), None);
    assert_eq!(kind(at(STARTED + 3601)), expired);
}

#[test]
fn clocks_may_be_a_minute_apart() {
    let problem = |now| pending().check(&core(), now).err();
    assert!(problem(at(STARTED - 60)).is_none());
    let error = problem(at(STARTED - 61)).unwrap();
    assert_eq!(error.kind(), ErrorKind::Callback(CallbackProblem::Altered));
    assert!(error.to_string().contains("`created_at`"), "{error}");
    let never = Pending {
        created_at: u64::MAX,
        ..pending()
    };
    let error = never.check(&core(), at(STARTED)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Callback(CallbackProblem::Altered));
}

#[test]
fn a_state_or_verifier_of_another_grammar_is_refused() {
    for state in ["", "canary", "canary-state-0123456789 ", &"a".repeat(44)] {
        let altered = Pending {
            state: state.into(),
            ..pending()
        };
        let (problem, shown) = problem(&altered).unwrap();
        assert_eq!(problem, CallbackProblem::Altered, "{state}");
        assert!(shown.contains("`state`"), "{shown}");
    }
    for verifier in ["", "canary", &format!("{VERIFIER}&a=b"), &"a".repeat(129)] {
        let altered = Pending {
            code_verifier: Some(verifier.into()),
            nonce: None,
            ..pending()
        };
        let (problem, shown) = problem(&altered).unwrap();
        assert_eq!(problem, CallbackProblem::Altered, "{verifier}");
        assert!(shown.contains("`code_verifier`"), "{shown}");
    }
    for nonce in ["", "canary", "canary-nonce-0123456789 "] {
        let altered = Pending {
            nonce: Some(nonce.into()),
            ..pending()
        };
        let (problem, shown) = problem(&altered).unwrap();
        assert_eq!(problem, CallbackProblem::Altered, "{nonce}");
        assert!(shown.contains("`nonce`"), "{shown}");
    }
    let without = Pending {
        code_verifier: None,
        nonce: None,
        ..pending()
    };
    assert_eq!(problem(&without), None);
}

#[test]
fn the_first_difference_is_the_provider() {
    let error = pending()
        .check(&Core::public(&ODD, "other"), at(STARTED + 9999))
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(CallbackProblem::OtherProvider)
    );
}
