//! M: what a server tells of itself (RFC 8414, OpenID Connect Discovery).

use oauth_atlas::Core;
use oauth_atlas::provider::{Provider, from_json};
use serde_json::{Value, json};

use super::{CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, Server, case, failure};
use crate::fixtures::issuer_of_tenant;
use crate::server::Answer;

/// All that is known is the issuer, and whether there are ID tokens.
fn any(id_token: Value) -> &'static Provider {
    let description = json!({
        "format": 1, "id": "any", "name": "Any", "issuer": "{issuer}",
        "variables": [{ "name": "issuer", "kind": "base_url" }],
        "confidential": { "auth": ["client_secret_basic"] },
        "grants": [{ "kind": "authorization_code" }],
        "id_token": id_token,
    });
    from_json(&description.to_string()).expect("a description")
}

#[test]
fn m01_metadata_is_before_or_behind_the_path_of_the_issuer() {
    let [issuer] = case("M01").given();
    for (id_token, expected) in [Value::Null, json!({})]
        .into_iter()
        .zip(case("M01").expected::<2>())
    {
        let client = Core::confidential(any(id_token), CLIENT_ID, CLIENT_SECRET);
        let client = client.base_url("issuer", issuer).expect("a URL");
        let request = client.discover().to_http_request().expect("a request");
        assert_eq!(request.url().as_str(), expected);
    }
}

#[tokio::test]
async fn m03_another_issuer_s_metadata_is_refused() {
    let metadata = r#"{"issuer":"https://other.example"}"#;
    let server = Server::start([Answer::json(200, metadata)]);
    let client = Core::confidential(any(json!({})), CLIENT_ID, CLIENT_SECRET);
    let client = client.base_url("issuer", &server.origin).expect("a URL");
    let error = failure(client.discover().await, &[]);
    assert!(error.to_string().contains("RFC 8414 §3.3"), "{error}");
}

#[tokio::test]
async fn m06_basic_is_what_is_meant_where_nothing_is_said() {
    let server = Server::with(|_, request| {
        let host = request.header("host").unwrap_or_default();
        let metadata = json!({
            "issuer": format!("http://{host}/tenants/blue"), "access_token": "a",
        });
        Answer::json(200, metadata.to_string())
    });
    let client = Core::confidential(&issuer_of_tenant::PROVIDER, CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .variable("tenant", "blue")
        .base_url("server", &server.origin)
        .expect("a URL");
    let client = client.discover().await.expect("metadata");
    let login = client.authorize([""; 0]).start().expect("a login");
    let mut answer = Vec::from([("iss".to_owned(), format!("{}/tenants/blue", server.origin))]);
    let state = super::stored(&login.pending, "state");
    answer.extend([
        ("code".to_owned(), "c".to_owned()),
        ("state".to_owned(), state),
    ]);
    let answer = super::Callback::from_pairs(answer);
    client.finish(login.pending, answer).await.expect("tokens");
    let received = server.received();
    let basic = received[1].header("authorization").expect("a header");
    assert!(basic.starts_with("Basic "));
}
