//! J: pushed authorization requests (RFC 9126).

use oauth_atlas::{EndpointKind, ErrorCode, ErrorKind};

use super::{CLIENT_ID, Callback, Server, client, failure, stored};
use crate::fixtures::bound_tokens;
use crate::server::Answer;

const PUSHED: &str = r#"{"request_uri":"urn:ietf:params:oauth:request_uri:a/b","expires_in":60}"#;

#[tokio::test]
async fn j02_the_browser_carries_the_client_and_a_reference() {
    let server = Server::start([Answer::json(201, PUSHED)]);
    let client = client(&bound_tokens::PROVIDER, &server);
    let login = client.authorize(["read"]).push().await.expect("a login");
    let (_, query) = login.url.split_once('?').expect("a query");
    let expected = format!(
        "client_id={CLIENT_ID}&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aa%2Fb"
    );
    assert_eq!(query, expected);
}

#[tokio::test]
async fn j03_only_the_reference_is_needed() {
    let push = async |status, body: &str| {
        let server = Server::start([Answer::json(status, body)]);
        let client = client(&bound_tokens::PROVIDER, &server);
        client.authorize(["read"]).push().await
    };
    push(200, PUSHED).await.expect("a login");
    let endless = push(201, r#"{"request_uri":"urn:a"}"#).await;
    assert!(endless.expect("a login").url_expires_at.is_none());
    let error = failure(push(201, r#"{"expires_in":60}"#).await, &[]);
    assert_eq!(error.kind(), ErrorKind::Response);
}

#[tokio::test]
async fn j04_a_refusal_is_an_error() {
    let body = r#"{"error":"invalid_request"}"#;
    let server = Server::start([Answer::json(400, body)]);
    let client = client(&bound_tokens::PROVIDER, &server);
    let error = failure(client.authorize(["read"]).push().await, &[]);
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest));
    let endpoint = EndpointKind::PushedAuthorizationRequest;
    assert_eq!(error.endpoint(), Some(endpoint));
}

#[tokio::test]
async fn j05_a_login_that_had_to_be_pushed_is_told_in_the_callback() {
    let server = Server::start([Answer::json(200, "{}")]);
    let client = client(&bound_tokens::PROVIDER, &server);
    let login = client.authorize(["read"]).start().expect("a login");
    let told = "Pushed Authorization Request must be used";
    let state = stored(&login.pending, "state");
    let callback = Callback::from_pairs([
        ("error", "invalid_request"),
        ("error_description", told),
        ("state", &state),
    ]);
    let error = failure(client.finish(login.pending, callback).await, &[]);
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest));
    assert_eq!(error.description(), Some(told));
    assert_eq!(server.connections(), 0);
}
