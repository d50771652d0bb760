//! Area H: revocation (RFC 7009).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::Settings;
use oauth_atlas::{EndpointKind, Error, ErrorCode, ErrorKind};

use super::{CLIENT_ID, CLIENT_SECRET, case, client, failure, refused_spec, standard_client};
use crate::fixtures::minimal;
use crate::server::{Answer, Server};

const TOKEN: &str = "canary-token";

/// What comes of revoking a token where this is the answer.
async fn revoked(answer: Answer) -> Result<(), Error> {
    let server = Server::start([answer]);
    let result = standard_client(&server).revoke_refresh_token(TOKEN).await;
    server.only();
    result
}

/// The error about an answer.
async fn refused(answer: Answer) -> Error {
    let error = failure(revoked(answer).await, &[TOKEN]);
    assert_eq!(error.endpoint(), Some(EndpointKind::Revocation));
    error
}

#[tokio::test]
async fn h01_example_of_the_rfc() {
    let [body] = case("H01").expected();
    let token = body.split(['=', '&']).nth(1).unwrap();
    let server = Server::start([Answer::new(200, &[], "")]);
    standard_client(&server)
        .revoke_refresh_token(token)
        .await
        .unwrap();
    let sent = server.only();
    assert_eq!((sent.method(), sent.target()), ("POST", "/revoke"));
    assert_eq!(sent.body, body);
    assert_eq!(
        sent.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let pair = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    assert_eq!(
        sent.header("authorization"),
        Some(&*format!("Basic {pair}"))
    );
}

#[test]
fn h03_empty_object() {
    let server = case("H03").server();
    standard_client(&server)
        .revoke_access_token(TOKEN)
        .send_blocking()
        .unwrap();
    assert_eq!(
        server.only().form_value("token_type_hint").as_deref(),
        Some("access_token")
    );
}

#[tokio::test]
async fn h04_body_of_a_success_is_not_read() {
    let html = Answer::new(200, &[("content-type", "text/html")], "");
    let text = Answer::new(200, &[("content-type", "text/plain")], "{");
    for answer in [case("H04").answer(), html, text] {
        revoked(answer).await.unwrap();
    }
}

/// The server does not tell it from a known one (RFC 7009 §2.2).
#[tokio::test]
async fn h05_unknown_token_is_revoked() {
    revoked(Answer::new(200, &[], "")).await.unwrap();
}

/// The token is still the caller's to revoke: no value of the library holds it.
#[tokio::test]
async fn h07_failure_can_be_tried_again() {
    let error = refused(case("H07").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.status(), Some(503));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(10)));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn h08_refusals_are_errors() {
    let error = refused(case("H08").answer()).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.status(), Some(403));
    assert_eq!(error.code(), Some(ErrorCode::UnauthorizedClient));
    assert_eq!(
        error.description().unwrap(),
        case("H08").members()["error_description"]
    );

    for (status, kind) in [(401, ErrorKind::Refused), (404, ErrorKind::Response)] {
        let error = refused(Answer::new(status, &[], "")).await;
        assert_eq!(error.kind(), kind);
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.code(), None);
    }
}

/// A method of the same name, which is called only where the client has none.
trait Revocable {
    fn revoke_refresh_token(&self, _: &str) -> Absent {
        Absent
    }
}

#[derive(Debug, PartialEq)]
struct Absent;

impl Revocable for minimal::Client {}

#[tokio::test]
async fn h09_without_endpoint_there_is_no_method() {
    let generated = minimal::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    assert_eq!(generated.revoke_refresh_token(TOKEN), Absent);

    let server = Server::start([Answer::new(200, &[], "")]);
    let result = client(&minimal::PROVIDER, &server)
        .revoke_refresh_token(TOKEN)
        .await;
    let error = failure(result, &[TOKEN]);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error
            .to_string()
            .contains("there is no revocation endpoint"),
        "{error}"
    );
    assert_eq!(server.received().len(), 0);
}

#[test]
fn h10_plain_http_is_refused() {
    let url = "https://api.standard.example/revoke";
    let plain = url.replace("https", "http");
    let settings = Settings::new().replace_endpoint(EndpointKind::Revocation, &plain);
    let error = failure(settings, &[]);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("https"), "{error}");

    let message = refused_spec(url, &plain);
    assert_eq!(message, "`api.standard.example` would be called over http");
}
