use std::collections::VecDeque;
use std::sync::Mutex as StdMutex;
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

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
pub(super) struct Server {
    requests: StdMutex<Vec<String>>,
    answers: StdMutex<VecDeque<HttpResponse>>,
    permits: Semaphore,
}

impl Server {
    pub(super) fn open(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Self::with_permits(answers.into_iter().map(plain), Semaphore::MAX_PERMITS)
    }

    fn held(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Self::with_permits(answers.into_iter().map(plain), 0)
    }

    /// Answers with a header each.
    fn open_with(
        answers: impl IntoIterator<Item = (u16, &'static str, &'static str, &'static str)>,
    ) -> Arc<Self> {
        let answers = answers.into_iter().map(|(status, name, value, body)| {
            let headers = [(name.parse().unwrap(), value.parse().unwrap())];
            HttpResponse::new(status, HeaderMap::from_iter(headers), body)
        });
        Self::with_permits(answers, Semaphore::MAX_PERMITS)
    }

    fn with_permits(answers: impl Iterator<Item = HttpResponse>, permits: usize) -> Arc<Self> {
        Arc::new(Self {
            requests: StdMutex::default(),
            answers: StdMutex::new(answers.collect()),
            permits: Semaphore::new(permits),
        })
    }

    /// Waits until the thread of the renewals has sent so many.
    async fn has_requests(&self, number: usize) {
        self.is_through(|| self.requests().len() == number).await;
    }

    async fn is_through(&self, is_done: impl Fn() -> bool) {
        for _ in 0..2_000 {
            if is_done() {
                return;
            }
            tokio::task::yield_now().await;
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!(
            "nothing has happened for ten seconds: {:?}",
            self.requests()
        );
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
            Some(response) => Ok(response),
            None => Err(TransportError::new(TransportErrorKind::Connect)),
        }
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn plain((status, body): (u16, &'static str)) -> HttpResponse {
    HttpResponse::new(status, HeaderMap::new(), body)
}

impl HttpClient for Server {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
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

pub(super) const NEW: (u16, &str) = (
    200,
    r#"{"access_token":"new","refresh_token":"R2","expires_in":3600}"#,
);
pub(super) const NEWER: (u16, &str) = (
    200,
    r#"{"access_token":"newer","refresh_token":"R3","expires_in":3600}"#,
);
pub(super) const GONE: (u16, &str) = (400, r#"{"error":"invalid_grant"}"#);
pub(super) const DOWN: (u16, &str) = (503, "");

pub(super) fn client(server: &Arc<Server>) -> Core {
    Core::public(&ACME, "id")
        .with_settings(Settings::new().http_client(Arc::clone(server)))
        .with_settings(Settings::new().blocking_http_client(Arc::clone(server)))
}

/// Tokens that came an hour ago minus `remaining` seconds.
pub(super) fn tokens(remaining: i64) -> TokenSet {
    let now = crate::text::clock::unix_seconds(SystemTime::now());
    let mut tokens = TokenSet::new("old").with_refresh_token("R1");
    tokens.expires_at = Some(now.saturating_add_signed(remaining));
    tokens.received_at = tokens.expires_at.map(|expires_at| expires_at - 3600);
    tokens
}

pub(super) fn source(server: &Arc<Server>, remaining: i64) -> TokenSource {
    client(server).token_source(tokens(remaining))
}

pub(super) fn text(tokens: &Arc<TokenSet>) -> &str {
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
async fn fifty_callers_share_one_failure_and_so_do_those_of_the_next_second() {
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
    for _ in 0..50 {
        assert!(source.tokens().await.is_err());
    }
    assert_eq!(server.requests().len(), 1);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
}

#[tokio::test]
async fn a_provider_that_says_how_long_to_wait_is_not_asked_before() {
    let server = Server::open_with([(429, "retry-after", "120", ""), (200, "x", "x", NEW.1)]);
    let source = source(&server, -1);
    for _ in 0..134 {
        let error = source.tokens().await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    }
    assert_eq!(server.requests().len(), 1);
}

/// None of these says that the token is bad, and it is valid for 40 seconds more.
#[tokio::test]
async fn what_is_valid_is_handed_out_whatever_a_renewal_brings() {
    for answer in [
        (403, ""),
        (404, ""),
        (302, ""),
        (200, "<html>"),
        (401, r#"{"error":"invalid_client"}"#),
        GONE,
        DOWN,
    ] {
        let server = Server::open([answer, NEW]);
        let source = source(&server, 40);
        for _ in 0..50 {
            assert_eq!(text(&source.tokens().await.unwrap()), "old", "{answer:?}");
        }
        assert_eq!(server.requests().len(), 1, "{answer:?}");
    }
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
    server.has_requests(1).await;
    drop(first);
    server.permits.add_permits(1);
    assert_eq!(text(&second.await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

/// A renewal goes on whoever waits for it: nobody drives it, and blocking code can wait for it too.
#[tokio::test]
async fn a_renewal_that_everybody_left_goes_on_to_its_end() {
    let server = Server::held([NEW, NEWER]);
    let source = source(&server, -1);
    poll_once(source.tokens());
    poll_once(source.tokens());
    server.has_requests(1).await;
    server.permits.add_permits(1);
    server
        .is_through(|| text(&source.current().unwrap()) == "new")
        .await;
    assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

/// The refresh token is spent once the server has it, so the answer may not be lost.
#[test]
fn a_renewal_survives_the_runtime_that_began_it() {
    let server = Server::held([NEW, NEWER]);
    let source = source(&server, -1);
    let run = || {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
    };
    let first = run();
    first.block_on(async {
        poll_once(source.tokens());
        server.has_requests(1).await;
    });
    drop(first);
    server.permits.add_permits(1);
    assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
    assert_eq!(text(&run().block_on(source.tokens()).unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_program_hears_of_new_tokens_before_anybody_has_them() {
    let heard = Arc::new(StdMutex::new(Vec::new()));
    let server = Server::open([NEW, DOWN, GONE]);
    let source = source(&server, -1).on_event({
        let heard = Arc::clone(&heard);
        move |event| {
            heard.lock().unwrap().push(match event {
                TokenEvent::Renewed(tokens) => tokens.access_token().expose().to_owned(),
                TokenEvent::Failed(error) => format!("failed {}", error.status().unwrap()),
                TokenEvent::LoginRequired(error) => error.code_text().unwrap().to_owned(),
            });
            panic!("the program's own mistake");
        }
    });
    let seen = Arc::clone(&heard);
    let source = source.on_event(move |_| seen.lock().unwrap().push("second".to_owned()));
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(*heard.lock().unwrap(), ["new", "second"]);
    for _ in 0..2 {
        source.replace(tokens(-1));
        assert!(source.tokens().await.is_err());
    }
    assert_eq!(
        *heard.lock().unwrap(),
        [
            "new",
            "second",
            "failed 503",
            "second",
            "invalid_grant",
            "second"
        ]
    );
}

#[tokio::test]
async fn where_old_tokens_go_on_working_nobody_waits_for_new_ones() {
    static LASTING: crate::provider::Provider = crate::provider::Provider {
        ends_access_token: crate::provider::Answer::No,
        ..ACME
    };
    let server = Server::held([NEW]);
    let client = Core::public(&LASTING, "id")
        .with_settings(Settings::new().http_client(Arc::clone(&server)));
    let source = client.token_source(tokens(40));
    for _ in 0..50 {
        assert_eq!(text(&source.tokens().await.unwrap()), "old");
    }
    server.has_requests(1).await;
    server.permits.add_permits(1);
    server
        .is_through(|| text(&source.current().unwrap()) == "new")
        .await;
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(server.requests().len(), 1);
}

/// The old one may be good for nothing as soon as there is a new one: what a caller got now, the API would refuse.
#[tokio::test]
async fn where_a_new_token_may_end_the_old_one_callers_wait_for_it() {
    static ENDING: crate::provider::Provider = crate::provider::Provider {
        ends_access_token: crate::provider::Answer::Yes,
        ..ACME
    };
    for provider in [&ACME, &ENDING] {
        let server = Server::held([NEW]);
        let client = Core::public(provider, "id")
            .with_settings(Settings::new().http_client(Arc::clone(&server)));
        let source = client.token_source(tokens(40));
        let mut caller = tokio::spawn({
            let source = source.clone();
            async move { source.tokens().await }
        });
        server.has_requests(1).await;
        let early = tokio::time::timeout(Duration::from_millis(50), &mut caller).await;
        assert!(early.is_err(), "{early:?}");
        server.permits.add_permits(1);
        assert_eq!(text(&caller.await.unwrap().unwrap()), "new");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tasks_renew_once() {
    let server = Server::open([NEW, NEWER]);
    let source = source(&server, -1);
    let mut callers = JoinSet::new();
    for _ in 0..10_000 {
        let source = source.clone();
        callers.spawn(async move { source.tokens().await });
    }
    while let Some(result) = callers.join_next().await {
        assert_eq!(text(&result.unwrap().unwrap()), "new");
    }
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
    tokio::time::sleep(Duration::from_millis(1100)).await;
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
    let source = source(&server, 44);
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    assert_eq!(server.requests().len(), 1, "the next attempt waits");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(text(&source.tokens().await.unwrap()), "new");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn short_tokens_are_renewed_in_their_last_tenth() {
    let server = Server::open([NEW]);
    let mut short = tokens(12);
    short.received_at = short.expires_at.map(|expires_at| expires_at - 100);
    let source = client(&server).token_source(short.clone());
    assert_eq!(text(&source.tokens().await.unwrap()), "old");
    short.expires_at = short.expires_at.map(|expires_at| expires_at - 6);
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
    server.has_requests(1).await;
    let mut replacement = tokens(3600);
    replacement.access_token = "replacement".into();
    source.replace(replacement);
    server.permits.add_permits(1);
    assert_eq!(text(&caller.await.unwrap()), "replacement");
}

#[tokio::test]
async fn a_renewal_of_replaced_tokens_is_forgotten() {
    let server = Server::held([NEWER, NEW]);
    let source = source(&server, -1);
    poll_once(source.tokens());
    server.has_requests(1).await;
    let mut replacement = tokens(-1);
    replacement.refresh_token = Some("replacement".into());
    source.replace(replacement);
    server.permits.add_permits(2);
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

#[tokio::test]
async fn blocking_code_waits_for_what_async_code_of_its_own_thread_began() {
    let server = Server::held([NEW]);
    let source = source(&server, -1);
    let renewing = tokio::spawn({
        let source = source.clone();
        async move { source.tokens().await }
    });
    server.has_requests(1).await;
    server.permits.add_permits(2);
    let call = source.call_api(Method::GET, "items");
    assert_eq!(text(&source.tokens_blocking().unwrap()), "new");
    assert!(
        call.send_blocking().is_err(),
        "the server has no more answers"
    );
    assert_eq!(text(&renewing.await.unwrap().unwrap()), "new");
    assert_eq!(server.requests()[1], "/v1/items Bearer new ");
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

/// New tokens do not help with an API that accepts none, and each renewal spends a refresh token.
#[tokio::test]
async fn an_api_that_always_answers_401_renews_once() {
    let no = (401, "");
    let server = Server::open([no, NEW, no, no, no, no, no]);
    let source = source(&server, 3600);
    for _ in 0..5 {
        let response = source.call_api(Method::GET, "items").await.unwrap();
        assert_eq!(response.status(), 401);
    }
    let requests = server.requests();
    let renewals = requests.iter().filter(|line| line.starts_with("token "));
    assert_eq!(renewals.count(), 1, "{requests:?}");
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

#[test]
fn a_renewal_that_panics_is_an_error_of_those_who_wait() {
    struct Panicking;
    impl HttpClient for Panicking {
        fn send(self: Arc<Self>, _: HttpRequest) -> ResponseFuture {
            Box::pin(async { panic!("the HTTP client's own mistake") })
        }
    }
    let source = Core::public(&ACME, "id")
        .with_settings(Settings::new().http_client(Panicking))
        .token_source(tokens(-1));
    for _ in 0..2 {
        let error = block_on(source.tokens()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}

#[tokio::test]
async fn headers_carry_the_token() {
    let server = Server::open([NEW]);
    let source = source(&server, -1);
    let headers = source.api_headers().await.unwrap();
    assert_eq!(headers["authorization"], "Bearer new");
    assert!(Arc::ptr_eq(&headers, &source.api_headers().await.unwrap()));
    source.replace(tokens(3600));
    let headers = source.api_headers().await.unwrap();
    assert_eq!(headers["authorization"], "Bearer old");
}
