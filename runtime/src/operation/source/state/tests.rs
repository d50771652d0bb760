use std::time::SystemTime;

use super::*;
use crate::error::{Details, EndpointKind};
use crate::fixtures::ACME;

const HOUR: u64 = 3600;

fn start() -> Now {
    Now {
        world: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000),
        machine: Instant::now(),
    }
}

/// Both clocks so many seconds later.
fn later(now: Now, seconds: u64) -> Now {
    let by = Duration::from_secs(seconds);
    Now {
        world: now.world + by,
        machine: now.machine + by,
    }
}

fn tokens(name: &str, now: Now) -> Arc<TokenSet> {
    let seconds = now.world.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let mut tokens = TokenSet::new(name).with_refresh_token("R");
    tokens.received_at = Some(seconds.as_secs());
    tokens.expires_at = Some(seconds.as_secs() + HOUR);
    Arc::new(tokens)
}

fn state(now: Now) -> State {
    State::new(Some(tokens("old", now)), now)
}

/// What a caller is told, in a word.
fn told(state: &State, now: Now) -> &'static str {
    match state.answer(Wanted::Fresh, false, now) {
        Answer::Tokens(_) => "tokens",
        Answer::Failure(_) => "failure",
        Answer::Renew(Some(_)) => "renew meanwhile",
        Answer::Renew(None) => "renew",
    }
}

fn failure(status: u16, retry_after: Option<u64>) -> Error {
    let mut details = Details::new(&ACME, ErrorKind::Server)
        .endpoint(EndpointKind::Token)
        .status(status);
    details.retry_after = retry_after.map(Duration::from_secs);
    details.into()
}

#[test]
fn tokens_are_renewed_in_their_last_minute() {
    let now = start();
    let state = state(now);
    for (seconds, expected) in [
        (0, "tokens"),
        (HOUR - 61, "tokens"),
        (HOUR - 44, "renew meanwhile"),
        (HOUR, "renew meanwhile"),
        (HOUR + 1, "renew"),
    ] {
        assert_eq!(told(&state, later(now, seconds)), expected, "{seconds}");
    }
}

/// A machine's clock may stand still while it sleeps, and the world's may be set.
#[test]
fn either_clock_ends_tokens() {
    let now = start();
    let state = state(now);
    let slept = Now {
        world: now.world + Duration::from_secs(2 * HOUR),
        ..now
    };
    assert_eq!(told(&state, slept), "renew");
    let set_back = Now {
        world: now.world - Duration::from_secs(24 * HOUR),
        ..later(now, 2 * HOUR)
    };
    assert_eq!(told(&state, set_back), "renew");
}

#[test]
fn a_failure_is_the_answer_for_twice_as_long_each_time() {
    let now = start();
    let mut state = state(now);
    let mut at = later(now, HOUR + 1);
    for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        assert_eq!(told(&state, at), "renew");
        state.failed(&failure(503, None), at);
        assert_eq!(told(&state, at), "failure");
        at = later(at, pause - 1);
        assert_eq!(told(&state, at), "failure", "before {pause}");
        at = later(at, 1);
    }
    state.replace(tokens("new", at), at);
    let at = later(at, HOUR + 1);
    state.failed(&failure(503, None), at);
    assert_eq!(told(&state, later(at, 1)), "renew", "it begins anew");
}

#[test]
fn a_time_to_wait_is_kept() {
    let now = start();
    let mut state = state(now);
    let at = later(now, HOUR + 1);
    state.failed(&failure(429, Some(120)), at);
    assert_eq!(told(&state, later(at, 119)), "failure");
    assert_eq!(told(&state, later(at, 120)), "renew");
    state.failed(&failure(429, Some(u64::MAX)), at);
    assert_eq!(told(&state, later(at, HOUR)), "failure");
}

#[test]
fn margins_are_scattered_and_never_longer_than_the_longest() {
    let tokens = tokens("a", start());
    let margins: Vec<_> = (0..100).map(|_| margin(&tokens)).collect();
    let longest = Duration::from_secs(60);
    assert!(
        margins
            .iter()
            .all(|one| *one <= longest && *one > longest * 3 / 4)
    );
    assert!(margins.iter().any(|one| *one != margins[0]));
}

#[test]
fn tokens_that_were_rejected_fresh_are_not_renewed_for_it_at_once() {
    let now = start();
    let mut state = state(now);
    let (old, new) = (tokens("old", now), tokens("new", now));
    assert!(state.may_have_other_than(&old, false, now));
    state.replace(Arc::clone(&new), now);
    // They may have been accepted for a while before.
    assert!(state.may_have_other_than(&new, false, now));
    state.was_in_vain(&old, now);
    assert!(state.may_have_other_than(&new, false, now));
    state.was_in_vain(&new, now);
    assert!(state.may_have_other_than(&old, false, now));
    assert!(!state.may_have_other_than(&new, false, later(now, 59)));
    assert!(state.may_have_other_than(&new, false, later(now, 60)));
    state.replace(Arc::clone(&new), now);
    assert!(state.may_have_other_than(&new, false, now));
}
