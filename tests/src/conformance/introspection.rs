//! Area I: introspection (RFC 7662).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_atlas::IntrospectionResponse;
use serde_json::Value;

use super::{case, standard_client};
use crate::server::{Answer, Server};

const TOKEN: &str = "canary-token";

/// What the provider says of a token.
async fn introspected(answer: Answer) -> IntrospectionResponse {
    let server = Server::start([answer]);
    let response = standard_client(&server).introspect(TOKEN).await.unwrap();
    assert_eq!(server.only().body, format!("token={TOKEN}"));
    response
}

fn time(seconds: &Value) -> Option<SystemTime> {
    Some(UNIX_EPOCH + Duration::from_secs(seconds.as_f64()? as u64))
}

#[tokio::test]
async fn i02_example_of_the_rfc() {
    let response = introspected(case("I02").answer()).await;
    let members = case("I02").members();
    assert!(response.active());
    assert_eq!(response.client_id().unwrap(), members["client_id"]);
    assert_eq!(response.username().unwrap(), members["username"]);
    assert_eq!(response.scope().unwrap(), members["scope"]);
    assert_eq!(
        response.scopes().collect::<Vec<_>>(),
        ["read", "write", "dolphin"]
    );
    assert_eq!(response.subject().unwrap(), members["sub"]);
    assert_eq!(response.audience(), [members["aud"].as_str().unwrap()]);
    assert_eq!(response.issuer().unwrap(), members["iss"]);
    assert_eq!(response.expires_at(), time(&members["exp"]));
    assert_eq!(response.issued_at(), time(&members["iat"]));
    assert_eq!(response.not_before(), None);
    let extension = response.extra("extension_field").unwrap();
    assert_eq!(extension.as_str().unwrap(), members["extension_field"]);
}

#[test]
fn i03_inactive_is_no_error() {
    let server = case("I03").server();
    let response = standard_client(&server)
        .introspect(TOKEN)
        .send_blocking()
        .unwrap();
    assert!(!response.active());
    assert_eq!(response.scopes().count(), 0);
    assert_eq!(response.expires_at(), None);
}

/// For every provider: times are whole seconds everywhere else.
#[tokio::test]
async fn i05_fractions_of_a_second_are_dropped() {
    let response = introspected(case("I05").answer()).await;
    let members = case("I05").members();
    assert!(members["exp"].is_f64());
    assert_eq!(response.expires_at(), time(&members["exp"]));
    assert_eq!(response.issued_at(), time(&members["iat"]));
}

#[tokio::test]
async fn i06_audience_as_text_and_as_array() {
    let response = introspected(case("I06").answer()).await;
    assert_eq!(response.audience(), ["a", "b"]);
    let response = introspected(Answer::json(200, r#"{"active":true,"aud":"a"}"#)).await;
    assert_eq!(response.audience(), ["a"]);
}

#[tokio::test]
async fn i09_token_without_a_user() {
    for answer in [
        case("I09").answer(),
        Answer::json(200, r#"{"active":true,"scope":"read"}"#),
    ] {
        let response = introspected(answer).await;
        assert!(response.active());
        assert_eq!(response.subject(), None);
        assert_eq!(response.username(), None);
        assert_eq!(response.scope(), Some("read"));
    }
}
