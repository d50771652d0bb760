use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tokio::time::Instant;

use super::*;
use crate::client::settings::Settings;
use crate::error::ErrorKind;
use crate::error::code::ErrorCode;
use crate::fixtures::{ACME, ODD, acme};
use crate::http::message::{
    BlockingHttpClient, HttpClient, ResponseFuture, TransportError, TransportErrorKind,
};
use crate::provider::{Provider, ScopeRules};
use crate::text::stored::length::told_and_written;

#[cfg(feature = "reqwest")]
mod waiting;

const STARTED: &str = r#"{"device_code":"12345","verification_uri":"https://verify/here","user_code":"abcde","expires_in":300}"#;
const PENDING: (u16, &str) = (
    400,
    r#"{"error":"authorization_pending","error_description":"Still waiting for user"}"#,
);
const SLOW_DOWN: (u16, &str) = (400, r#"{"error":"slow_down"}"#);
const TOKENS: (u16, &str) = (200, r#"{"access_token":"12/34","token_type":"bearer"}"#);
/// No answer at all.
const LOST: (u16, &str) = (0, "");

static WITHOUT: Provider = Provider {
    device_authorization: None,
    ..acme()
};

static REQUIRING: Provider = Provider {
    scopes: ScopeRules {
        required: &["basic"],
        ..ScopeRules::STANDARD
    },
    ..acme()
};

/// A server that gives its answers in order, and takes down when it was asked what.
struct Server {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    asked: Mutex<Vec<(Instant, String)>>,
}

impl Server {
    fn new(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        })
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        self.asked.lock().unwrap().push((Instant::now(), body));
        match self.answers.lock().unwrap().pop_front().unwrap_or(PENDING) {
            LOST => Err(TransportError::new(TransportErrorKind::Timeout)),
            (status, body) => Ok(HttpResponse::new(status, HeaderMap::new(), body)),
        }
    }
}

impl HttpClient for Server {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move { self.answer(&request) })
    }
}

impl BlockingHttpClient for Server {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.answer(&request)
    }
}

fn public() -> Core {
    Core::public(&ACME, "id")
}

fn read(body: &str) -> Result<DeviceLogin, Error> {
    public()
        .authorize_device(["read"])
        .read_http_response(HttpResponse::new(200, HeaderMap::new(), body))
}

fn login(interval: u64, expires_in: u64) -> DeviceLogin {
    DeviceLogin {
        interval,
        expires_at: unix_seconds(SystemTime::now()) + expires_in,
        ..read(STARTED).unwrap()
    }
}

#[test]
fn the_request_says_who_asks_for_what() {
    let request = public()
        .authorize_device(["read", "write"])
        .scope("admin")
        .param("audience", "x");
    let built = request.to_http_request().unwrap();
    assert_eq!(built.url().as_str(), "https://api.acme.example/device");
    assert_eq!(
        built.body(),
        b"scope=read+write+admin&client_id=id&audience=x"
    );
    let confidential = Core::confidential(&ACME, "id", "secret");
    let built = confidential
        .authorize_device([""; 0])
        .to_http_request()
        .unwrap();
    assert_eq!(built.headers()[AUTHORIZATION], "Basic aWQ6c2VjcmV0");
    assert!(request.param("client_id", "x").to_http_request().is_err());
    let nowhere = Core::public(&WITHOUT, "id").authorize_device([""; 0]);
    let error = nowhere.to_http_request().unwrap_err().to_string();
    assert!(
        error.contains("no device authorization endpoint"),
        "{error}"
    );
}

#[test]
fn a_required_scope_is_requested_once() {
    let core = Core::public(&REQUIRING, "id");
    let body = |request: DeviceRequest| {
        let built = request.to_http_request().unwrap();
        String::from_utf8(built.body().to_vec()).unwrap()
    };
    let first = core.authorize_device([""; 0]).scope("basic").scope("files");
    assert_eq!(body(first), "scope=basic+files&client_id=id");
    let named = core.authorize_device(["files"]).scope("basic");
    assert_eq!(body(named), "scope=files+basic&client_id=id");
    let login = core.authorize_device(["files"]);
    assert_eq!(body(login.clone()), "scope=basic+files&client_id=id");
    let answer = HttpResponse::new(200, HeaderMap::new(), STARTED);
    let login = login.read_http_response(answer).unwrap();
    assert_eq!(login.scope.as_deref(), Some("basic files"));
}

#[test]
fn g02_g03_g04_what_may_be_missing() {
    for interval in [
        "",
        r#","interval":null"#,
        r#","interval":0"#,
        r#","interval":"5""#,
    ] {
        let body = STARTED.replace("300}", &format!("300{interval}}}"));
        let login = read(&body).unwrap();
        assert_eq!(login.interval(), Duration::from_secs(5), "{interval}");
        assert_eq!(login.verification_uri_complete(), None);
        assert_eq!(login.user_code(), "abcde");
        assert_eq!(login.verification_uri(), "https://verify/here");
        assert!(!login.is_expired());
        let remaining = login.remaining().as_secs();
        assert!((299..=300).contains(&remaining), "{remaining}");
    }
    let complete = STARTED.replace(
        "}",
        r#","verification_uri_complete":"https://verify/abcde"}"#,
    );
    assert_eq!(
        read(&complete).unwrap().verification_uri_complete(),
        Some("https://verify/abcde")
    );
}

#[test]
fn g05_what_may_not_be_missing_is_named() {
    for name in ["device_code", "user_code", "verification_uri", "expires_in"] {
        for instead in ["\"other\"", "\"device_code\":null,\"other\""] {
            let body = STARTED.replace(&format!("\"{name}\""), instead);
            if name != "device_code" && instead.contains("null") {
                continue;
            }
            let error = read(&body).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response);
            assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
            assert!(!error.to_string().contains("12345"));
        }
    }
    for (from, to) in [
        ("300", "\"soon\""),
        ("300", "-1"),
        ("300", "300,\"interval\":[]"),
    ] {
        assert!(read(&STARTED.replace(from, to)).is_err());
    }
    assert!(read("[]").is_err() && read("").is_err());
}

#[test]
fn g06_the_name_of_the_early_draft() {
    let early = STARTED.replace("verification_uri", "verification_url");
    assert_eq!(
        read(&early).unwrap().verification_uri(),
        "https://verify/here"
    );
}

#[test]
fn a_refusal_is_one_whatever_its_status() {
    for status in [200, 400] {
        let refused = HttpResponse::new(status, HeaderMap::new(), r#"{"error":"invalid_scope"}"#);
        let request = public().authorize_device([""; 0]);
        let error = request.read_http_response(refused).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
        assert_eq!(error.endpoint(), Some(EndpointKind::DeviceAuthorization));
    }
}

#[test]
fn a_login_survives_storage_and_shows_no_secret() {
    let login = login(5, 300);
    let json = serde_json::to_string(&login).unwrap();
    assert_eq!(serde_json::from_str::<DeviceLogin>(&json).unwrap(), login);
    let (told, written) = told_and_written(&login);
    assert_eq!(told, Some(written));
    assert!(!format!("{login:?}").contains("12345"));
    for broken in [
        r#""12345""#,
        r#"{"device_code":["12345"]}"#,
        r#"{"device_code":"12345"}"#,
    ] {
        let error = serde_json::from_str::<DeviceLogin>(broken).unwrap_err();
        assert!(!error.to_string().contains("12345"));
    }
    let far = DeviceLogin {
        expires_at: u64::MAX,
        interval: u64::MAX,
        ..login
    };
    assert!(!far.is_expired() && far.remaining() < Duration::MAX);
}

#[test]
fn g07_the_body_of_a_poll() {
    let mut login = login(5, 300);
    let poll = public();
    let poll = poll.poll_device(&mut login);
    assert_eq!(
        poll.to_http_request().unwrap().body(),
        b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=12345&client_id=id"
    );
    assert!(!format!("{poll:?}").contains("12345"));
}

#[test]
fn a_poll_is_for_its_own_provider_and_for_codes_that_last() {
    let error = Core::public(&ODD, "id")
        .poll_device(&mut login(5, 300))
        .to_http_request();
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Configuration);
    let error = public()
        .poll_device(&mut login(5, 0))
        .to_http_request()
        .unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::ExpiredToken));
    assert!(error.needs_login());
}

#[test]
fn g16_the_code_decides_and_not_the_status() {
    for status in [200, 400, 403, 429, 500] {
        let mut login = login(5, 300);
        let core = public();
        let answer = |body| HttpResponse::new(status, HeaderMap::new(), body);
        for (body, seconds) in [(PENDING.1, 5), (SLOW_DOWN.1, 10), (SLOW_DOWN.1, 15)] {
            let wait = Duration::from_secs(seconds);
            assert_eq!(
                core.poll_device(&mut login)
                    .read_http_response(answer(body))
                    .unwrap(),
                DeviceAnswer::Pending { wait },
                "{status}"
            );
            assert_eq!(login.interval(), wait);
        }
    }
}

#[test]
fn g13_a_failure_that_may_pass_makes_the_interval_longer() {
    let mut login = login(5, 300);
    let core = public();
    let mut last = 0;
    for _ in 0..6 {
        let failed = HttpResponse::new(503, HeaderMap::new(), "");
        let error = core
            .poll_device(&mut login)
            .read_http_response(failed)
            .unwrap_err();
        assert!(error.is_retryable());
        assert!(login.interval().as_secs() > last || last == 60);
        last = login.interval().as_secs();
    }
    assert_eq!(last, 60);
    let headers = HeaderMap::from_iter([(
        http::header::RETRY_AFTER,
        http::HeaderValue::from_static("90"),
    )]);
    let busy = HttpResponse::new(429, headers, "");
    assert!(
        core.poll_device(&mut login)
            .read_http_response(busy)
            .unwrap_err()
            .is_retryable()
    );
    assert_eq!(login.interval(), Duration::from_secs(90));
}

#[test]
fn blocking_programs_wait_as_well() {
    let server = Server::new([PENDING, TOKENS]);
    let core = public().with_settings(Settings::new().blocking_http_client(Arc::clone(&server)));
    let tokens = core.finish_device(login(0, 300)).send_blocking().unwrap();
    assert_eq!(tokens.access_token().expose(), "12/34");
    assert_eq!(server.asked.lock().unwrap().len(), 2);
    let started = Server::new([(200, STARTED)]);
    let core = public().with_settings(Settings::new().blocking_http_client(started));
    let login = core.authorize_device([""; 0]).send_blocking().unwrap();
    assert_eq!(login.user_code(), "abcde");
}

#[test]
fn a_login_of_another_client_is_not_asked_about() {
    let mut login = login(5, 300);
    let build = |core: &Core, login: &mut DeviceLogin| core.poll_device(login).to_http_request();
    assert!(build(&public(), &mut login).is_ok());
    let others = [
        (public().environment("sandbox"), "environment"),
        (Core::public(&ACME, "other"), "client id"),
        (
            public().with_settings(
                Settings::new()
                    .replace_origin("http://127.0.0.1:1")
                    .unwrap(),
            ),
            "origin",
        ),
    ];
    for (other, named) in others {
        let error = build(&other, &mut login).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(named), "{error}");
    }
    let stored = serde_json::to_string(&login).unwrap();
    let mut stored: DeviceLogin = serde_json::from_str(&stored).unwrap();
    assert!(build(&public(), &mut stored).is_ok());
    assert!(build(&public().environment("sandbox"), &mut stored).is_err());
}
