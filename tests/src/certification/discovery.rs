//! Clients that know the issuer, and ask it for the rest.

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{Provider, from_json};
use oauth_atlas::{ClientCredential, Core, EndpointKind, ErrorKind};
use serde_json::json;

use super::{REDIRECT_URI, log_in, provider};
use crate::server::{Answer, Server};

fn undescribed() -> &'static Provider {
    let description = json!({
        "format": 1, "id": "openid", "name": "OpenID", "issuer": "{issuer}",
        "variables": [{ "name": "issuer", "kind": "base_url" }],
        "confidential": { "auth": ["client_secret_basic", "tls_client_auth"] },
        "grants": [{ "kind": "authorization_code" }, { "kind": "client_credentials" }],
        "id_token": { "nonce": "repeated" },
    });
    from_json(&description.to_string()).expect("a description")
}

/// A client that has read the metadata of a fake.
async fn discovered() -> (FakeServer, Core) {
    let fake = Fake::new(provider("RS256")).start().await.expect("a port");
    let client = Core::confidential(undescribed(), fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .base_url("issuer", fake.origin())
        .expect("a URL");
    let client = client.discover().await.expect("metadata");
    (fake, client)
}

#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    let (fake, client) = discovered().await;
    log_in(&fake, &client).await.expect("tokens");
    assert_eq!(fake.count(EndpointKind::Metadata), 1);
}

#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    let (fake, client) = discovered().await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&tokens).await.expect("claims");
    assert_eq!(fake.count(EndpointKind::Jwks), 1);
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let metadata = json!({ "issuer": "https://other.example" });
    let server = Server::start([Answer::json(200, metadata.to_string())]);
    let client = Core::confidential(undescribed(), "client", "secret");
    let client = client.base_url("issuer", &server.origin).expect("a URL");
    let error = client.discover().await.expect_err("another issuer");
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("another issuer"), "{error}");
}

/// RFC 8705 §5. The requests show no certificate, which is the HTTP client's to do.
#[tokio::test]
async fn oidcc_client_test_mtls_endpoint_aliases() {
    let server = Server::with(|_, request| {
        let origin = format!("http://{}", request.header("host").unwrap_or_default());
        match request.target() {
            "/.well-known/openid-configuration" => {
                let metadata = json!({
                    "issuer": origin,
                    "token_endpoint": format!("{origin}/token"),
                    "userinfo_endpoint": format!("{origin}/userinfo"),
                    "mtls_endpoint_aliases": { "token_endpoint": format!("{origin}/mtls/token") },
                });
                Answer::json(200, metadata.to_string())
            }
            "/mtls/token" => Answer::json(200, r#"{"access_token":"a","token_type":"bearer"}"#),
            "/userinfo" => Answer::json(200, r#"{"sub":"u"}"#),
            _ => Answer::json(404, "{}"),
        }
    });
    let certificate = ClientCredential::certificate();
    let client = Core::confidential(undescribed(), "client", certificate);
    let client = client.base_url("issuer", &server.origin).expect("a URL");
    let client = client.discover().await.expect("metadata");
    let tokens = client.client_credentials(["read"]).await.expect("tokens");
    let user = client.userinfo(&tokens).await.expect("an answer");
    assert!(user.is_success());
}
