//! Area E: error responses (RFC 6749 §5.2), and what comes instead of them.

use std::error::Error as _;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_atlas::Settings;
use oauth_atlas::{
    BlockingHttpClient, EndpointKind, Error, ErrorCode, ErrorKind, HttpRequest, HttpResponse,
    TransportError, TransportErrorKind,
};
use serde_json::json;

use super::refresh::{REFRESH_TOKEN, expired};
use super::{CLIENT_ID, CLIENT_SECRET, case, failure, granted, standard_client};
use crate::fixtures::standard;
use crate::server::{Answer, Server};

/// The error about an answer to a token request.
async fn refused(answer: Answer) -> Error {
    let error = failure(granted(&standard::PROVIDER, answer).await, &[]);
    assert_eq!(error.endpoint(), Some(EndpointKind::Token));
    error
}

#[tokio::test]
async fn e01_example_of_the_rfc() {
    let error = refused(case("E01").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest));
    assert_eq!(error.status(), Some(400));
}

#[tokio::test]
async fn e04_invalid_client_with_status_400() {
    let error = refused(case("E04").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient));
    assert_eq!(error.status(), Some(400));
    assert_eq!(
        error.description().unwrap(),
        case("E04").members()["error_description"]
    );
}

#[tokio::test]
async fn e07_forbidden_without_a_body() {
    let error = refused(case("E07").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), None);
    assert_eq!(error.status(), Some(403));
}

#[tokio::test]
async fn e09_page_that_was_not_found() {
    let error = refused(case("E09").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.status(), Some(404));
    assert!(!format!("{error} {error:?}").contains("html"), "{error}");
}

#[tokio::test]
async fn e11_page_about_a_failure() {
    let error = refused(case("E11").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status(), Some(500));
    assert!(error.is_retryable());
    assert!(!format!("{error} {error:?}").contains("<h1>"), "{error}");
}

#[tokio::test]
async fn e12_too_many_requests() {
    let body = case("E12").body();
    let later = UNIX_EPOCH + Duration::from_secs(4_102_444_799);
    let later = later.duration_since(SystemTime::now()).unwrap();
    let date = [("retry-after", "Thu, 31 Dec 2099 23:59:59 GMT")];
    let cases = [
        (case("E12").answer(), Some(Duration::from_secs(30))),
        (Answer::json(429, body), None),
        (Answer::new(429, &date, body), Some(later)),
    ];
    for (answer, expected) in cases {
        let error = refused(answer).await;
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.code(), Some(ErrorCode::TemporarilyUnavailable));
        assert!(error.is_retryable());
        match (error.retry_after(), expected) {
            (Some(actual), Some(expected)) => {
                assert!(
                    actual.abs_diff(expected) < Duration::from_secs(5),
                    "{actual:?}"
                );
            }
            (actual, expected) => assert_eq!(actual, expected),
        }
    }
}

fn assert_unanswered(error: &Error, message: &str) {
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!((error.status(), error.code()), (None, None));
    assert!(error.source().is_some(), "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

/// A client of the caller's own that waits for a moment.
struct Impatient;

impl BlockingHttpClient for Impatient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let exchange = || -> io::Result<usize> {
            let mut stream = TcpStream::connect(request.url().authority())?;
            stream.set_read_timeout(Some(Duration::from_millis(50)))?;
            stream.write_all(b"POST / HTTP/1.1\r\n\r\n")?;
            stream.read(&mut [0])
        };
        let late = exchange().expect_err("the server says nothing");
        Err(TransportError::new(TransportErrorKind::Timeout).with_source(late))
    }
}

#[tokio::test]
async fn e16_no_whole_response() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let plain = Server::start([Answer::json(200, "{}")]);
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"access";
    let origins = [
        (format!("http://{}", closed.unwrap()), "no connection"),
        (plain.origin.replace("http", "https"), "no connection"),
        (
            Server::start([Answer::Bytes(cut.into())]).origin,
            "broke off",
        ),
        (Server::start([Answer::Close]).origin, "could not be sent"),
    ];
    for (origin, message) in origins {
        let client = standard::Client::confidential(CLIENT_ID, CLIENT_SECRET)
            .with_settings(Settings::new().replace_origin(&origin).unwrap());
        let result = client.client_credentials([]).await;
        assert_unanswered(&failure(result, &[]), message);
    }
    let silent = Server::start([Answer::Stall(Duration::from_secs(1))]);
    let client =
        standard_client(&silent).with_settings(Settings::new().blocking_http_client(Impatient));
    let result = client.client_credentials([]).send_blocking();
    assert_unanswered(&failure(result, &[]), "did not answer in time");
}

#[tokio::test]
async fn e17_success_that_is_not_json() {
    let cut = r#"{"access_token":"canary-token","refresh_token":"canary-refresh"#;
    let cases = [
        (case("E17").answer(), "byte 0"),
        (Answer::json(200, cut), "byte 62"),
    ];
    for (answer, position) in cases {
        let result = granted(&standard::PROVIDER, answer).await;
        let error = failure(result, &["canary", "broken"]);
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.status(), Some(200));
        assert!(error.to_string().contains(position), "{error}");
    }
}

#[tokio::test]
async fn e18_each_code_is_typed() {
    let codes: [&str; 4] = case("E18").given();
    let typed = [
        ErrorCode::UnsupportedGrantType,
        ErrorCode::UnauthorizedClient,
        ErrorCode::InvalidScope,
        ErrorCode::InvalidGrant,
    ];
    assert_eq!(case("E18").members()["error"], codes[0]);
    for (code, typed) in codes.into_iter().zip(typed) {
        let error = refused(Answer::json(400, json!({ "error": code }).to_string())).await;
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.code(), Some(typed));
        assert_eq!(error.code_text(), Some(code));
        assert_eq!(error.needs_login(), typed == ErrorCode::InvalidGrant);
    }
}

#[tokio::test]
async fn e19_scope_beside_the_error() {
    let error = refused(case("E19").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
    assert_eq!(
        error.description().unwrap(),
        case("E19").members()["error_description"]
    );
}

#[tokio::test]
async fn e20_control_characters_are_escaped() {
    let error = refused(case("E20").answer()).await;
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.description(), Some("abgelaufen ä\\n\\u{7}"));
    let shown = format!("{error}{error:?}");
    assert!(!shown.contains(char::is_control), "{shown}");
}

#[tokio::test]
async fn e22_failure_is_no_reason_to_log_in() {
    let server = case("E22").server();
    let source = standard_client(&server).token_source(expired());
    let error = failure(source.tokens().await, &[REFRESH_TOKEN]);
    assert_eq!(error.kind(), ErrorKind::Server);
    let code = case("E22").members()["error"].clone();
    assert_eq!(error.code(), code.as_str().map(ErrorCode::Other));
    assert_eq!(error.code_text(), code.as_str());
    assert!(error.is_retryable());
    assert!(!error.needs_login());
    assert_eq!(*source.current().unwrap(), expired());

    let long = json!({ "error": "server_error", "error_description": "x".repeat(500) });
    let error = refused(Answer::json(500, long.to_string())).await;
    assert_eq!(error.description(), Some(&*format!("{}…", "x".repeat(200))));
    assert!(error.to_string().len() < 400, "{error}");
}
