//! L: clients that sign to say who they are (RFC 7523), and certificates (RFC 8705).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::HMAC;
use oauth_atlas::{ClientAuth, ClientCredential, Core, SigningAlgorithm, SigningKey, keycloak};
use serde_json::Value;

use super::{CLIENT_ID, Server, granting};
use crate::server::Received;

/// What a client sends that says who it is in this way.
async fn sent(method: ClientAuth, credential: impl Into<ClientCredential>) -> Received {
    let server: Server = granting();
    let client = Core::confidential(&keycloak::PROVIDER, CLIENT_ID, credential)
        .variable("realm", "master")
        .base_url("server", &server.origin)
        .expect("a URL")
        .client_auth(method);
    let tokens = client.client_credentials([""; 0]);
    tokens.await.expect("tokens");
    server.only()
}

/// The assertion, as its message, its claims and its signature.
fn assertion(received: &Received) -> (String, Value, Vec<u8>) {
    assert_eq!(
        received.form_value("client_assertion_type").as_deref(),
        Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    );
    assert_eq!(received.form_value("client_secret"), None);
    assert_eq!(received.header("authorization"), None);
    let assertion = received.form_value("client_assertion");
    let assertion = assertion.expect("an assertion");
    let (message, signature) = assertion.rsplit_once('.').expect("a JWT");
    let (_, claims) = message.split_once('.').expect("a JWT");
    let decoded = |part| URL_SAFE_NO_PAD.decode(part).expect("base64url");
    let claims = serde_json::from_slice(&decoded(claims)).expect("JSON");
    (message.to_owned(), claims, decoded(signature))
}

#[tokio::test]
async fn l01_a_key_signs_each_request() {
    let mut ids = Vec::new();
    for (algorithm, length) in [
        (SigningAlgorithm::Rs256, 256),
        // R and S (RFC 7518 §3.4), and no DER.
        (SigningAlgorithm::Es256, 64),
    ] {
        let key = SigningKey::generate(algorithm).expect("a key");
        let received = sent(ClientAuth::PrivateKeyJwt, key).await;
        let (_, claims, signature) = assertion(&received);
        assert_eq!(signature.len(), length);
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&CLIENT_ID.into(), &CLIENT_ID.into())
        );
        for name in ["aud", "exp", "iat", "jti"] {
            assert!(!claims[name].is_null(), "{name}");
        }
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn l03_the_key_of_an_hmac_is_the_secret_as_it_is() {
    let secret = "canary-sécrèt/+= of more than 32 bytes";
    let received = sent(ClientAuth::ClientSecretJwt, secret).await;
    let (message, _, signature) = assertion(&received);
    assert_eq!(signature, HMAC::mac(message, secret));
}

/// The certificate itself is on the connection: the flow `a_certificate_says_who_the_client_is` of
/// `tests/src/servers`.
#[tokio::test]
async fn l06_a_certificate_comes_with_the_client_s_id_alone() {
    let certificate = ClientCredential::certificate();
    let received = sent(ClientAuth::TlsClientAuth, certificate).await;
    assert_eq!(received.form_value("client_id").as_deref(), Some(CLIENT_ID));
    assert_eq!(received.form_value("client_secret"), None);
    assert_eq!(received.header("authorization"), None);
}
