//! What an ID token says, and who signed it.

use oauth_atlas::fake::Lie;
use oauth_atlas::{EndpointKind, IdTokenProblem, Settings};
use serde_json::Value;

use super::{lied_to, log_in, problem, provider, started};
use crate::server::{Answer, Server};

#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    assert_eq!(lied_to(Lie::Nonce).await, IdTokenProblem::WrongNonce);
}

#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    let problem = lied_to(Lie::MissingIssueTime).await;
    assert_eq!(problem, IdTokenProblem::Malformed);
}

#[tokio::test]
async fn oidcc_client_test_missing_aud() {
    let problem = lied_to(Lie::MissingAudience).await;
    assert_eq!(problem, IdTokenProblem::WrongAudience);
}

#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    assert_eq!(lied_to(Lie::Audience).await, IdTokenProblem::WrongAudience);
}

#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    let problem = lied_to(Lie::MissingSubject).await;
    assert_eq!(problem, IdTokenProblem::Malformed);
}

#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    assert_eq!(lied_to(Lie::Issuer).await, IdTokenProblem::WrongIssuer);
}

#[tokio::test]
async fn oidcc_client_test_invalid_athash() {
    let problem = lied_to(Lie::AccessTokenHash).await;
    assert_eq!(problem, IdTokenProblem::WrongAccessToken);
}

#[tokio::test]
async fn oidcc_client_test_invalid_chash() {
    assert_eq!(lied_to(Lie::CodeHash).await, IdTokenProblem::WrongCode);
}

/// The suite lets a client of the code flow accept it. This one does not.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    let problem = lied_to(Lie::Unsigned).await;
    assert_eq!(problem, IdTokenProblem::WrongAlgorithm);
}

#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    let (fake, client) = started(provider("RS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&tokens).await.expect("claims");
}

/// A token of the token endpoint is vouched for by TLS, so its signature is looked at where the
/// program asks for that (OpenID Connect Core §3.1.3.7, item 6).
async fn with_a_wrong_signature(algorithm: &str) -> IdTokenProblem {
    let (fake, client) = started(provider(algorithm)).await;
    fake.lie(Some(Lie::Signature));
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let verified = client.verify_id_token(&tokens).await;
    problem(&verified.expect_err("an error"))
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    let problem = with_a_wrong_signature("RS256").await;
    assert_eq!(problem, IdTokenProblem::WrongSignature);
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_hs256() {
    let problem = with_a_wrong_signature("HS256").await;
    assert_eq!(problem, IdTokenProblem::WrongSignature);
    // The secret that signed it verifies it.
    let (fake, client) = started(provider("HS256")).await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&tokens).await.expect("claims");
}

#[tokio::test]
async fn oidcc_client_test_invalid_sig_es256() {
    let problem = with_a_wrong_signature("ES256").await;
    assert_eq!(problem, IdTokenProblem::WrongSignature);
}

#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    let (fake, client) = started(provider("RS256")).await;
    fake.lie(Some(Lie::NamelessKey));
    let tokens = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&tokens).await.expect("claims");
}

/// The suite lets a client refuse it, or try them. This one tries ten.
#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    let (fake, client) = started(provider("RS256")).await;
    fake.lie(Some(Lie::NamelessKey));
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let mut keys = Vec::new();
    for _ in 0..2 {
        let published = reqwest::get(format!("{}/keys", fake.origin())).await;
        let published = published.expect("an answer").text().await.expect("a text");
        let mut published: Value = serde_json::from_str(&published).expect("JSON");
        let mut key = published["keys"][0].take();
        key.as_object_mut().expect("a key").remove("kid");
        keys.insert(0, key);
        fake.rotate_keys();
    }
    let body = serde_json::json!({ "keys": keys }).to_string();
    let server = Server::start([Answer::json(200, body)]);
    let place = format!("{}/keys", server.origin);
    let settings = Settings::new().replace_endpoint(EndpointKind::Jwks, &place);
    let client = client.with_settings(settings.expect("a URL"));
    client.verify_id_token(&tokens).await.expect("claims");
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    let (fake, client) = started(provider("RS256")).await;
    let first = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&first).await.expect("claims");
    fake.rotate_keys();
    let second = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&second).await.expect("claims");
}

#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    let (fake, client) = started(provider("RS256")).await;
    let known = log_in(&fake, &client).await.expect("tokens");
    client.verify_id_token(&known).await.expect("claims");
    let login = super::begin(&client);
    let callback = fake.approve(&login.url).expect("a callback");
    fake.rotate_keys();
    let tokens = client.finish(login.pending, callback).await;
    let tokens = tokens.expect("tokens");
    client.verify_id_token(&tokens).await.expect("claims");
    assert_eq!(fake.count(EndpointKind::Jwks), 2);
}
