//! Waiting asynchronously, which needs Tokio's clock and so the feature that brings Tokio.

use super::*;
use crate::client::settings::Settings;

impl Server {
    /// The seconds between `start` and the first question, and between one and the next.
    fn waits(&self, start: Instant) -> Vec<u64> {
        let mut last = start;
        let asked = self.asked.lock().unwrap();
        let wait =
            |(at, _): &(Instant, String)| (*at - std::mem::replace(&mut last, *at)).as_secs();
        asked.iter().map(wait).collect()
    }
}

/// Waits for tokens from a server that answers like this, and tells the pauses.
async fn waited(
    interval: u64,
    expires_in: u64,
    answers: impl IntoIterator<Item = (u16, &'static str)>,
) -> (Result<crate::TokenSet, Error>, Vec<u64>) {
    let server = Server::new(answers);
    let start = Instant::now();
    let outcome = public()
        .with_settings(Settings::new().http_client(Arc::clone(&server)))
        .finish_device(login(interval, expires_in))
        .await;
    let waits = server.waits(start);
    (outcome, waits)
}

#[tokio::test(start_paused = true)]
async fn g08_it_asks_until_there_are_tokens() {
    let answers = [PENDING; 5].into_iter().chain([TOKENS]);
    let (outcome, waits) = waited(5, 300, answers).await;
    let tokens = outcome.unwrap();
    assert_eq!(tokens.access_token().expose(), "12/34");
    assert_eq!(tokens.scope(), Some("read"));
    assert_eq!(waits, [5; 6]);
}

#[tokio::test(start_paused = true)]
async fn g09_slowing_down_lasts() {
    let (outcome, waits) = waited(1, 300, [SLOW_DOWN, SLOW_DOWN, PENDING, TOKENS]).await;
    assert!(outcome.is_ok());
    assert_eq!(waits, [1, 6, 11, 11]);
}

#[tokio::test(start_paused = true)]
async fn g11_a_final_answer_ends_it() {
    for (body, code) in [
        (r#"{"error":"expired_token"}"#, ErrorCode::ExpiredToken),
        (r#"{"error":"access_denied"}"#, ErrorCode::AccessDenied),
        (r#"{"error":"invalid_grant"}"#, ErrorCode::InvalidGrant),
    ] {
        let (outcome, waits) = waited(5, 300, [PENDING, (400, body), TOKENS]).await;
        assert_eq!(outcome.unwrap_err().code(), Some(code));
        assert_eq!(waits.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn g12_it_stops_when_the_codes_have_expired() {
    let start = Instant::now();
    let (outcome, waits) = waited(1, 3, []).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::ExpiredToken));
    assert!(error.needs_login() && !error.is_retryable());
    assert!(waits.len() <= 2 && start.elapsed() <= Duration::from_secs(3));
    let (outcome, waits) = waited(10, 2, [TOKENS]).await;
    assert_eq!(outcome.unwrap_err().code(), Some(ErrorCode::ExpiredToken));
    assert!(waits.is_empty());
}

#[tokio::test(start_paused = true)]
async fn g13_a_lost_connection_does_not_end_it() {
    let (outcome, waits) = waited(5, 900, [LOST, LOST, (503, ""), PENDING, TOKENS]).await;
    assert!(outcome.is_ok());
    assert_eq!(waits, [5, 10, 20, 40, 40]);
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_the_client_is_told_at_once() {
    let start = Instant::now();
    let client = Core::public(&ACME, "id").environment("moon");
    let error = client.finish_device(login(5, 300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[test]
fn without_a_runtime_nothing_panics() {
    let server = Server::new([TOKENS]);
    let wait = public()
        .with_settings(Settings::new().http_client(server))
        .finish_device(login(1, 300));
    let error = crate::http::block_on::block_on(wait.into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
