use std::collections::VecDeque;
use std::sync::Mutex as StdMutex;
use std::task::{Context, Waker};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use http::Method;

use super::*;
use crate::client::settings::Settings;
use crate::error::ErrorKind;
use crate::fixtures::ACME;
use crate::http::message::{
    BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, ResponseFuture, TransportError,
    TransportErrorKind,
};

/// A server that takes requests down, holds its answers back as long as it is told to, and gives
/// them in order.
struct Server {
    requests: StdMutex<Vec<String>>,
    answers: StdMutex<VecDeque<(u16, &'static str)>>,
    permits: Semaphore,
}

impl Server {
    fn open(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Self::with_permits(answers, Semaphore::MAX_PERMITS)
    }

    fn held(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Self::with_permits(answers, 0)
    }

    fn with_permits(
        answers: impl IntoIterator<Item = (u16, &'static str)>,
        permits: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            requests: StdMutex::default(),
            answers: StdMutex::new(answers.into_iter().collect()),
            permits: Semaphore::new(permits),
        })
    }

    fn take_down(&self, request: &HttpRequest) {
        let token = request
            .headers()
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        let line = match request.url().path() {
            "/token" => format!("token {body}"),
            path => format!("{path} {} {body}", token.unwrap_or_default()),
        };
        self.requests.lock().unwrap().push(line);
    }

    fn answer(&self) -> Result<HttpResponse, TransportError> {
        match self.answers.lock().unwrap().pop_front() {
            Some((status, body)) => Ok(HttpResponse::new(status, HeaderMap::new(), body)),
            None => Err(TransportError::new(TransportErrorKind::Connect)),
        }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl HttpClient for Server {
    fn send(&self, request: HttpRequest) -> ResponseFuture<'_> {
        Box::pin(async move {
            self.take_down(&request);
            self.permits.acquire().await.unwrap().forget();
            self.answer()
        })
    }
}

impl BlockingHttpClient for Server {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.take_down(&request);
        self.answer()
    }
}

const NEW: (u16, &str) = (
    200,
    r#"{"access_token":"new","refresh_token":"R2","expires_in":3600}"#,
);
const NEWER: (u16, &str) = (
    200,
    r#"{"access_token":"newer","refresh_token":"R3","expires_in":3600}"#,
);
const GONE: (u16, &str) = (400, r#"{"error":"invalid_grant"}"#);
const DOWN: (u16, &str) = (503, "");

fn client(server: &Arc<Server>) -> Core {
    Core::public(&ACME, "id")
        .with_settings(Settings::new().http_client(Arc::clone(server)))
        .with_settings(Settings::new().blocking_http_client(Arc::clone(server)))
}

/// Tokens that came an hour ago minus `remaining` seconds.
fn tokens(remaining: i64) -> TokenSet {
    let now = crate::text::clock::unix_seconds(SystemTime::now());
    let mut tokens = TokenSet::new("old").with_refresh_token("R1");
    tokens.expires_at = Some(now.saturating_add_signed(remaining));
    tokens.received_at = tokens.expires_at.map(|expires_at| expires_at - 3600);
    tokens
}

fn source(server: &Arc<Server>, remaining: i64) -> TokenSource {
    client(server).token_source(tokens(remaining))
}

fn text(tokens: &Arc<TokenSet>) -> &str {
    tokens.access_token().expose()
}

/// Polls once, as a task does that is dropped afterwards.
fn poll_once(future: impl Future) {
    let mut context = Context::from_waker(Waker::noop());
    let _ = std::pin::pin!(future).as_mut().poll(&mut context);
}

#[tokio::test]
async fn good_tokens_are_handed_out_without_a_request() {
    let server = Server::open([]);
    for remaining in [61, 3600] {
        let source = source(&server, remaining);
        assert!(Arc::ptr_eq(
            &source.tokens().await.unwrap(),
            &source.current().unwrap()
        ));
    }
    let forever = client(&server).token_source(TokenSet::new("forever"));
    assert_eq!(text(&forever.tokens().await.unwrap()), "forever");
    let mut last = tokens(30);
    last.refresh_token = None;
    assert_eq!(
        text(&client(&server).token_source(last).tokens().await.unwrap()),
        "old"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn f04_fifty_callers_make_one_request() {
    let server = Server::held([NEW]);
    let source = source(&server, -1);
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let source = source.clone();
        callers.spawn(async move { source.tokens().await });
    }
    tokio::task::yield_now().await;
    server.permits.add_permits(50);
    while let Some(result) = callers.join_next().await {
        let tokens = result.unwrap().unwrap();
        assert_eq!(
            (text(&tokens), tokens.refresh_token().unwrap().expose()),
            ("new", "R2")
        );
    }
    assert_eq!(
        server.requests(),
        ["token grant_type=refresh_token&refresh_token=R1&client_id=id"]
    );
}

#[tokio::test]
async fn fifty_callers_share_one_failure_and_the_next_one_tries_again() {
    let server = Server::held([DOWN, NEW]);
    let source = source(&server, -1);
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let source = source.clone();
        callers.spawn(async move { source.tokens().await });
    }
    tokio::task::yield_now().await;
    server.permits.add_permits(50);
    while let Some(result) = callers.join_next().await {
        assert_eq!(result.unwrap().unwrap_err().kind(), ErrorKind::Server);
    }
    assert_eq!(server.requests().len(), 1);
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
}

#[tokio::test]
async fn a_caller_that_gives_up_neither_stops_nor_repeats_the_renewal() {
    let server = Server::held([NEW, NEWER]);
    let source = source(&server, -1);

    // The first caller drives the renewal, the second waits for it.
    let mut first = Box::pin(source.tokens());
    let mut second = Box::pin(source.tokens());
    poll_once(first.as_mut());
    poll_once(second.as_mut());
    assert_eq!(server.requests().len(), 1);
    drop(first);
    server.permits.add_permits(1);
    assert_eq!(text(&second.await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_renewal_that_everybody_left_is_finished_by_the_next_caller() {
    let server = Server::held([NEW, NEWER]);
    let source = source(&server, -1);
    poll_once(source.tokens());
    poll_once(source.tokens());
    assert_eq!(server.requests().len(), 1);
    let error = source.tokens_blocking().unwrap_err();
    assert!(error.to_string().contains("unfinished"), "{error}");
    server.permits.add_permits(1);
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn f05_a_refresh_token_that_was_refused_is_not_tried_again() {
    let server = Server::open([GONE, NEW]);
    let source = source(&server, -1);
    for _ in 0..3 {
        assert!(source.tokens().await.unwrap_err().needs_login());
    }
    assert_eq!(server.requests().len(), 1);
    assert_eq!(
        source.current().unwrap().refresh_token().unwrap().expose(),
        "R1"
    );
    source.replace(tokens(3600));
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    source.replace(tokens(-1));
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
}

#[tokio::test]
async fn a_dead_refresh_token_is_found_out_once_whatever_the_server_says() {
    for (status, body) in [
        (400, ""),
        (401, "<h1>Unauthorized</h1>"),
        (403, ""),
        (400, r#"{"error":"invalid_request"}"#),
        (401, r#"{"error":"invalid_client"}"#),
    ] {
        let server = Server::open([(status, body), NEW]);
        let source = source(&server, -10);
        for _ in 0..3 {
            let error = source.tokens().await.unwrap_err();
            assert!(error.is_final(), "{status} {body}: {error}");
        }
        assert_eq!(server.requests().len(), 1, "{status} {body}");
        source.replace(tokens(3600));
        assert!(source.tokens().await.is_ok());
    }
}

/// The answer brings the only refresh token that is good from now on.
#[tokio::test]
async fn a_refresh_token_of_an_answer_that_cannot_be_used_is_the_next_one() {
    let server = Server::open([
        (
            200,
            r#"{"access_token":"n","refresh_token":"rotated","token_type":"mac"}"#,
        ),
        NEW,
    ]);
    let source = source(&server, -10);
    let before = source.current().unwrap();
    let error = source.tokens().await.unwrap_err();
    assert_eq!(
        error.refresh_token().map(|token| token.expose()),
        Some("rotated")
    );
    let kept = source.current().unwrap();
    assert_eq!(kept.refresh_token().unwrap().expose(), "rotated");
    assert_eq!(kept.access_token(), before.access_token());
    assert!(source.tokens().await.is_ok());
    let requests = server.requests();
    assert!(
        requests[1].contains("refresh_token=rotated"),
        "{requests:?}"
    );
}

/// Tokens with another refresh token are no others to the API.
#[tokio::test]
async fn a_401_and_an_answer_that_cannot_be_used_are_an_error() {
    let mac = r#"{"access_token":"n","refresh_token":"rotated","token_type":"mac"}"#;
    let server = Server::open([(401, ""), (200, mac)]);
    let source = source(&server, 3600);
    let call = source.call_api(Method::GET, "https://api.acme.example/x");
    assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Response);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn without_a_refresh_token_an_expired_token_needs_a_login() {
    let server = Server::open([]);
    let mut expired = tokens(-1);
    expired.refresh_token = None;
    let source = client(&server).token_source(expired);
    let error = source.tokens().await.unwrap_err();
    assert!(error.needs_login() && error.kind() == ErrorKind::Configuration);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn tokens_are_renewed_early_and_last_through_an_outage() {
    let server = Server::open([DOWN, NEW]);
    let source = source(&server, 59);
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    assert_eq!(server.requests().len(), 1, "the next attempt waits");
    source.0.state_mut().paused_until = Some(SystemTime::now());
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_early_renewal_that_is_refused_is_an_error() {
    let server = Server::open([GONE]);
    assert!(
        source(&server, 59)
            .tokens()
            .await
            .unwrap_err()
            .needs_login()
    );
}

#[tokio::test]
async fn short_tokens_are_renewed_in_their_last_tenth() {
    let server = Server::open([NEW]);
    let mut short = tokens(11);
    short.received_at = short.expires_at.map(|expires_at| expires_at - 100);
    let source = client(&server).token_source(short.clone());
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    short.expires_at = short.expires_at.map(|expires_at| expires_at - 3);
    source.replace(short);
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
}

#[tokio::test]
async fn tokens_that_expire_at_once_are_handed_out_all_the_same() {
    let server = Server::open([(200, r#"{"access_token":"brief","expires_in":1}"#)]);
    let source = source(&server, -1);
    assert_eq!(text(&source.tokens().await.unwrap()), "brief");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn replaced_tokens_are_not_overwritten_by_an_older_renewal() {
    let server = Server::held([NEW]);
    let source = source(&server, -1);
    let mut caller = Box::pin(source.tokens());
    poll_once(caller.as_mut());
    let mut replacement = tokens(3600);
    replacement.access_token = "replacement".into();
    source.replace(replacement);
    server.permits.add_permits(1);
    assert_eq!(text(&caller.await.unwrap()), "replacement");
}

#[tokio::test]
async fn a_renewal_of_replaced_tokens_is_forgotten() {
    let server = Server::held([NEW]);
    let source = source(&server, -1);
    poll_once(source.tokens());
    let mut replacement = tokens(-1);
    replacement.refresh_token = Some("replacement".into());
    source.replace(replacement);
    server.permits.add_permits(1);
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(
        server.requests()[1],
        "token grant_type=refresh_token&refresh_token=replacement&client_id=id"
    );
}

#[tokio::test]
async fn client_credentials_are_asked_for_again() {
    let server = Server::open([
        (
            200,
            r#"{"access_token":"first","expires_in":3600,"refresh_token":"unused"}"#,
        ),
        NEW,
    ]);
    let source = client(&server)
        .client_credentials(["read"])
        .param("a", "b")
        .token_source();
    assert_eq!(source.current(), None);
    assert_eq!(text(&source.tokens().await.unwrap()), "first");
    assert_eq!(source.current().unwrap().scope(), Some("read"));
    source.replace(tokens(-1));
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    let request = "token grant_type=client_credentials&scope=read&client_id=id&a=b";
    assert_eq!(server.requests(), [request, request]);
}

#[tokio::test]
async fn no_other_request_is_repeated() {
    let server = Server::open([NEW]);
    let error = client(&server)
        .refresh(&tokens(1))
        .token_source()
        .tokens()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(server.requests().is_empty());
}

#[test]
fn blocking_code_renews_too() {
    let server = Server::open([NEW, (200, "[]")]);
    let source = source(&server, -1);
    assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
    assert!(
        source
            .call_api(Method::GET, "/items")
            .send_blocking()
            .unwrap()
            .is_success()
    );
    assert_eq!(server.requests()[1], "/v1/items Bearer new ");
}

/// Runs what could wait for ever.
fn within_seconds<Output: Send + 'static>(
    run: impl Future<Output = Output> + Send + 'static,
) -> Output {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let _ = sender.send(runtime.unwrap().block_on(run));
    });
    let patience = Duration::from_secs(20);
    receiver.recv_timeout(patience).expect("nothing hangs")
}

#[test]
fn blocking_code_does_not_wait_for_what_its_own_thread_has_to_do() {
    within_seconds(async {
        let server = Server::held([NEW]);
        let source = source(&server, -1);
        let renewing = tokio::spawn({
            let source = source.clone();
            async move { source.tokens().await }
        });
        let waiting = tokio::spawn({
            let source = source.clone();
            async move { source.tokens().await }
        });
        tokio::task::yield_now().await;
        assert_eq!(server.requests().len(), 1);
        let call = || {
            source
                .call_api(Method::GET, "items")
                .send_blocking()
                .map(drop)
        };
        for error in [source.tokens_blocking().map(drop), call()].map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("this thread"), "{error}");
        }
        // The one that waits has the lock now, and has yet to be polled.
        renewing.abort();
        assert!(renewing.await.is_err());
        assert!(source.tokens_blocking().is_err());
        server.permits.add_permits(1);
        assert_eq!(text(&waiting.await.unwrap().unwrap()), "new");
        assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
    });
}

#[test]
fn blocking_code_waits_for_what_another_thread_does() {
    within_seconds(async {
        let server = Server::held([NEW]);
        let source = source(&server, -1);
        let renewing = tokio::spawn({
            let source = source.clone();
            async move { source.tokens().await }
        });
        tokio::task::yield_now().await;
        let blocking = tokio::task::spawn_blocking({
            let source = source.clone();
            move || source.tokens_blocking()
        });
        server.permits.add_permits(1);
        assert_eq!(text(&blocking.await.unwrap().unwrap()), "new");
        assert_eq!(text(&renewing.await.unwrap().unwrap()), "new");
        assert_eq!(server.requests().len(), 1);
    });
}

/// A thread that waited once, in async code, is not taken for one that waits still.
#[test]
fn async_code_that_is_over_stops_nobody() {
    struct Slow(Arc<Server>, std::sync::Barrier);
    impl BlockingHttpClient for Slow {
        fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
            self.1.wait();
            std::thread::sleep(Duration::from_millis(100));
            BlockingHttpClient::send(&*self.0, request)
        }
    }
    let server = Server::open([DOWN, NEW]);
    let slow = Arc::new(Slow(Arc::clone(&server), std::sync::Barrier::new(2)));
    let client =
        client(&server).with_settings(Settings::new().blocking_http_client(Arc::clone(&slow)));
    let source = client.token_source(tokens(-1));
    assert!(block_on(source.tokens()).is_err());
    std::thread::scope(|scope| {
        let other = scope.spawn(|| source.tokens_blocking());
        slow.1.wait();
        assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
        assert_eq!(text(&other.join().unwrap().unwrap()), "new");
    });
}

#[test]
fn threads_share_one_blocking_renewal() {
    let server = Server::open([NEW, NEWER]);
    let source = source(&server, -1);
    thread_scope(8, || {
        assert_eq!(text(&source.tokens_blocking().unwrap()), "new")
    });
    assert_eq!(server.requests().len(), 1);
}

fn thread_scope(threads: usize, run: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(&run);
        }
    });
}

#[tokio::test]
async fn f08_a_401_is_answered_by_one_renewal_and_one_more_request() {
    let server = Server::open([(401, ""), NEW, (401, "still")]);
    let call = source(&server, 3600)
        .call_api(Method::POST, "items")
        .json_body("[1]");
    let response = call.await.unwrap();
    assert_eq!((response.status(), response.text()), (401, Some("still")));
    assert_eq!(
        server.requests(),
        [
            "/v1/items Bearer old [1]",
            "token grant_type=refresh_token&refresh_token=R1&client_id=id",
            "/v1/items Bearer new [1]",
        ]
    );
}

#[tokio::test]
async fn a_401_after_another_callers_renewal_renews_nothing() {
    let server = Server::held([(401, ""), (200, "")]);
    let source = source(&server, 3600);
    let mut call = source.call_api(Method::GET, "items").into_future();
    poll_once(call.as_mut());
    let mut replacement = tokens(3600);
    replacement.access_token = "replacement".into();
    source.replace(replacement);
    server.permits.add_permits(2);
    assert_eq!(call.await.unwrap().status(), 200);
    assert_eq!(
        server.requests(),
        ["/v1/items Bearer old ", "/v1/items Bearer replacement "]
    );
}

#[tokio::test]
async fn a_401_without_a_way_to_renew_is_the_response() {
    let server = Server::open([(401, "")]);
    let mut last = tokens(3600);
    last.refresh_token = None;
    let response = client(&server)
        .token_source(last)
        .call_api(Method::GET, "items")
        .await
        .unwrap();
    assert!(response.is_unauthorized());
}

#[tokio::test]
async fn a_401_and_an_outage_are_an_error() {
    let server = Server::open([(401, ""), DOWN]);
    let error = source(&server, 3600)
        .call_api(Method::GET, "items")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_renewal_that_panics_is_not_polled_again() {
    struct Panicking;
    impl HttpClient for Panicking {
        fn send(&self, _: HttpRequest) -> ResponseFuture<'_> {
            Box::pin(async { panic!("the HTTP client's own mistake") })
        }
    }
    let source = Core::public(&ACME, "id")
        .with_settings(Settings::new().http_client(Panicking))
        .token_source(tokens(-1));
    for _ in 0..2 {
        let source = source.clone();
        let panicked = tokio::spawn(async move { source.tokens().await })
            .await
            .unwrap_err()
            .into_panic();
        assert_eq!(
            panicked.downcast_ref::<&str>(),
            Some(&"the HTTP client's own mistake")
        );
    }
}

#[tokio::test]
async fn headers_carry_the_token() {
    let server = Server::open([NEW]);
    let headers = source(&server, -1).api_headers().await.unwrap();
    assert_eq!(headers["authorization"], "Bearer new");
}
