//! Area G: logins on devices without a browser (RFC 8628).

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use oauth_atlas::Settings;
use oauth_atlas::{
    Core, DeviceAnswer, DeviceLogin, EndpointKind, Error, ErrorCode, ErrorKind, HttpClient,
    HttpRequest, HttpResponse, ResponseFuture, TokenSet, TransportError, TransportErrorKind,
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{CLIENT_ID, Case, case, failure};
use crate::fixtures::device_login;
use crate::server::{Answer, Server};

/// The access token of a case of another area.
const TOKENS: &str = "D02";

fn client(server: &Server) -> device_login::Client {
    let settings = Settings::new().replace_origin(&server.origin);
    device_login::Client::public(CLIENT_ID).with_settings(settings.expect("a loopback origin"))
}

/// What a client makes of an answer to its first request.
async fn started(answer: Answer) -> Result<DeviceLogin, Error> {
    let server = Server::start([answer]);
    let login = client(&server)
        .authorize_device([device_login::Scope::Watch])
        .await;
    server.only();
    login
}

/// A login whose codes last this long, with this pause between two requests.
fn login(interval: u64, expires_in: u64) -> DeviceLogin {
    login_of(
        device_login::Client::public(CLIENT_ID),
        interval,
        expires_in,
    )
}

fn login_of(client: device_login::Client, interval: u64, expires_in: u64) -> DeviceLogin {
    let mut members = case("G02").members();
    members["interval"] = json!(interval);
    members["expires_in"] = json!(expires_in);
    let response = HttpResponse::new(200, HeaderMap::new(), members.to_string());
    let login = client
        .authorize_device([device_login::Scope::Watch])
        .read_http_response(response);
    login.expect("the answer of G02")
}

/// What a server without a socket answers, as the clock of these tests jumps whenever nothing but
/// time is waited for.
#[derive(Clone, Copy)]
enum Told {
    Case(&'static str),
    Error(&'static str),
    /// No answer, or none in time.
    Lost(TransportErrorKind),
}

/// Gives its answers in order and the last one for ever, and takes down when it was asked.
struct Clocked {
    answers: Mutex<VecDeque<Told>>,
    asked: Mutex<Vec<Instant>>,
}

impl HttpClient for Clocked {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        assert_eq!(request.url().path(), "/token");
        self.asked.lock().unwrap().push(Instant::now());
        let mut answers = self.answers.lock().unwrap();
        let told = match answers.len() {
            1 => answers[0],
            _ => answers.pop_front().expect("an answer"),
        };
        let response = |case: Case| {
            let status = case.0["response"]["status"].as_u64().expect("a status");
            HttpResponse::new(status as u16, HeaderMap::new(), case.body())
        };
        let answer = match told {
            Told::Case(id) => Ok(response(case(id))),
            Told::Error(code) => {
                let body = json!({ "error": code }).to_string();
                Ok(HttpResponse::new(400, HeaderMap::new(), body))
            }
            Told::Lost(kind) => Err(TransportError::new(kind)),
        };
        Box::pin(async { answer })
    }
}

/// What becomes of a login whose server answers like this, and how many seconds lie before each
/// question.
async fn waited(
    login: DeviceLogin,
    answers: impl IntoIterator<Item = Told>,
) -> (Result<TokenSet, Error>, Vec<u64>) {
    let server = Arc::new(Clocked {
        answers: Mutex::new(answers.into_iter().collect()),
        asked: Mutex::default(),
    });
    let client = Core::public(&device_login::PROVIDER, CLIENT_ID);
    let client = client.with_settings(Settings::new().http_client(Arc::clone(&server)));
    let mut last = Instant::now();
    let outcome = client.finish_device(login).await;
    let asked = server.asked.lock().unwrap();
    let pauses = asked
        .iter()
        .map(|at| (*at - mem::replace(&mut last, *at)).as_secs());
    (outcome, pauses.collect())
}

#[tokio::test]
async fn g02_no_interval() {
    let login = started(case("G02").answer()).await.unwrap();
    assert_eq!(login.interval(), Duration::from_secs(5));
}

#[tokio::test]
async fn g03_interval_of_null() {
    assert_eq!(case("G03").members()["interval"], Value::Null);
    let login = started(case("G03").answer()).await.unwrap();
    assert_eq!(login.interval(), Duration::from_secs(5));
}

#[tokio::test]
async fn g04_no_page_with_the_code_in_it() {
    let login = started(case("G02").answer()).await.unwrap();
    let members = case("G02").members();
    assert_eq!(login.verification_uri_complete(), None);
    assert_eq!(login.verification_uri(), members["verification_uri"]);
    assert_eq!(login.user_code(), members["user_code"]);
}

#[tokio::test]
async fn g05_missing_members_are_named() {
    let device_code = case("G02").members()["device_code"].clone();
    let names = "device_code, user_code, verification_uri or expires_in";
    assert!(case("G05").0["given"].as_str().unwrap().starts_with(names));
    for name in ["device_code", "user_code", "verification_uri", "expires_in"] {
        let mut members = case("G02").members();
        members.as_object_mut().unwrap().remove(name);
        let result = started(Answer::json(200, members.to_string())).await;
        let error = failure(result, &[device_code.as_str().unwrap()]);
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.endpoint(), Some(EndpointKind::DeviceAuthorization));
        assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
    }
}

/// For every provider: the name means nothing else.
#[tokio::test]
async fn g06_name_of_the_early_draft() {
    let [early, name] = case("G06").given();
    let mut members = case("G02").members();
    let page = members[name].take();
    members[early] = page.clone();
    let login = started(Answer::json(200, members.to_string()))
        .await
        .unwrap();
    assert_eq!(login.verification_uri(), page);
}

#[tokio::test]
async fn g07_body_of_a_poll() {
    let server = Server::start([case("G02").answer(), case(TOKENS).answer()]);
    let client = client(&server);
    let mut login = client.authorize_device([]).await.unwrap();
    let answer = client.poll_device(&mut login).await.unwrap();
    assert!(matches!(answer, DeviceAnswer::Tokens(_)));
    let [body] = case("G07").expected();
    let sent = server.received().pop().unwrap();
    assert_eq!(sent.body, format!("{body}&client_id={CLIENT_ID}"));
    assert_eq!(sent.header("authorization"), None);
}

#[tokio::test(start_paused = true)]
async fn g08_waits_between_polls() {
    let answers = [Told::Case("G08"); 5].into_iter();
    let (outcome, pauses) = waited(login(5, 300), answers.chain([Told::Case(TOKENS)])).await;
    let token = &case(TOKENS).members()["access_token"];
    assert_eq!(outcome.unwrap().access_token().expose(), token);
    assert_eq!(pauses, [5; 6]);
}

#[tokio::test(start_paused = true)]
async fn g09_slowing_down_stays() {
    let slow = Told::Case("G09");
    let answers = [slow, slow, Told::Case("G08"), Told::Case(TOKENS)];
    let (outcome, pauses) = waited(login(1, 300), answers).await;
    outcome.unwrap();
    assert_eq!(pauses, [1, 6, 11, 11]);
}

#[tokio::test(start_paused = true)]
async fn g11_stops_at_once() {
    let [code] = case("G11").given();
    let answers = [Told::Case("G08"), Told::Case("G11"), Told::Case(TOKENS)];
    let (outcome, pauses) = waited(login(5, 300), answers).await;
    let error = failure(outcome, &["12345"]);
    assert_eq!(error.code_text(), Some(code));
    assert_eq!(error.code(), Some(ErrorCode::ExpiredToken));
    assert_eq!(pauses, [5, 5]);

    for code in ["access_denied", "invalid_grant", "invalid_client"] {
        let (outcome, pauses) = waited(login(5, 300), [Told::Error(code)]).await;
        assert_eq!(failure(outcome, &["12345"]).code_text(), Some(code));
        assert_eq!(pauses, [5]);
    }
}

#[tokio::test(start_paused = true)]
async fn g12_stops_by_itself() {
    let start = Instant::now();
    let (outcome, pauses) = waited(login(1, 2), [Told::Case("G08")]).await;
    let error = failure(outcome, &["12345"]);
    assert_eq!(error.code(), Some(ErrorCode::ExpiredToken));
    assert!(error.needs_login() && !error.is_retryable());
    assert!(
        start.elapsed() <= Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    assert!(pauses.len() < 2, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn g13_polls_less_often_after_failures() {
    let lost = [
        TransportErrorKind::Timeout,
        TransportErrorKind::Connect,
        TransportErrorKind::Body,
        TransportErrorKind::Timeout,
        TransportErrorKind::Timeout,
    ];
    let answers = lost.map(Told::Lost).into_iter().chain([Told::Case(TOKENS)]);
    let (outcome, pauses) = waited(login(5, 900), answers).await;
    outcome.unwrap();
    assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
}

#[tokio::test]
async fn g16_code_decides_and_not_the_status() {
    let body = case("G16").body();
    for answer in [
        case("G16").answer(),
        Answer::json(200, body),
        Answer::json(400, body),
    ] {
        let server = Server::start([answer]);
        let mut login = login_of(client(&server), 5, 300);
        let answer = client(&server).poll_device(&mut login).await.unwrap();
        let wait = Duration::from_secs(10);
        assert_eq!(answer, DeviceAnswer::Pending { wait });
        assert_eq!(login.interval(), wait);
    }
}
