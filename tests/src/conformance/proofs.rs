//! K: proofs of possession (DPoP, RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use oauth_atlas::{Core, ErrorKind, TokenSet};
use serde_json::Value;

use super::{CLIENT_ID, CLIENT_SECRET, Server, callback, case, client, failure};
use crate::fixtures::bound_tokens;
use crate::server::{Answer, Received};

const BOUND: &str = r#"{"access_token":"a","token_type":"DPoP","refresh_token":"r"}"#;

/// A part of the proof: its header or its claims.
fn part(proof: &str, index: usize) -> Value {
    let part = proof.split('.').nth(index).expect("a JWT");
    let part = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&part).expect("JSON")
}

fn claims(received: &Received) -> Value {
    part(received.header("dpop").expect("a proof"), 1)
}

fn key(received: &Received) -> Value {
    part(received.header("dpop").expect("a proof"), 0)["jwk"].take()
}

async fn bound(client: &Core) -> TokenSet {
    let tokens = client.client_credentials(["read"]).await;
    tokens.expect("tokens")
}

#[tokio::test]
async fn k04_a_proof_names_the_url_without_query_and_fragment() {
    let [url, expected] = [case("K04").given::<1>()[0], case("K04").expected::<1>()[0]];
    let server = Server::start([Answer::json(200, BOUND)]);
    let tokens = bound(&client(&bound_tokens::PROVIDER, &server).with_dpop()).await;
    let client = Core::confidential(&bound_tokens::PROVIDER, CLIENT_ID, CLIENT_SECRET);
    let call = |url| client.call_api(Method::GET, url, &tokens).to_http_request();
    failure(call(url), &[]);
    let (url, _) = url.split_once('#').expect("a fragment");
    let request = call(url).expect("a request");
    let headers = request.headers();
    let claims = part(headers["dpop"].to_str().expect("a text"), 1);
    assert_eq!(claims["htu"], expected);
    assert!(claims["ath"].is_string());
    assert_eq!(headers["authorization"], "DPoP a");
}

#[tokio::test]
async fn k05_the_token_endpoint_s_nonce_is_sent_at_once() {
    let server = Server::start([case("K05").answer(), Answer::json(200, BOUND)]);
    let client = client(&bound_tokens::PROVIDER, &server).with_dpop();
    let login = client.authorize(["read"]).start().expect("a login");
    let callback = callback(&login.pending, "c");
    client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    let [first, second] = &server.received()[..] else {
        panic!("two requests: {:?}", server.received());
    };
    for name in ["code", "code_verifier"] {
        assert!(first.form_value(name).is_some(), "{name}");
        assert_eq!(first.form_value(name), second.form_value(name), "{name}");
    }
    let (first, second) = (claims(first), claims(second));
    assert_eq!(first["nonce"], Value::Null);
    assert_eq!(second["nonce"], "eyJ7S_zG.eyJH0-Z.HX4w-7v");
    assert_ne!(first["jti"], second["jti"]);
}

#[tokio::test]
async fn k06_the_api_has_nonces_of_its_own() {
    let nonce = case("K06").answer();
    let server = Server::with(move |index, _| match index {
        1 => nonce.clone(),
        _ => Answer::json(200, BOUND),
    });
    let client = client(&bound_tokens::PROVIDER, &server).with_dpop();
    let tokens = bound(&client).await;
    let answer = client.call_api(Method::GET, "/items", &tokens).await;
    assert!(answer.expect("an answer").is_success());
    bound(&client).await;
    let nonces: Vec<_> = server.received().iter().map(claims).collect();
    let nonces: Vec<_> = nonces.iter().map(|claims| &claims["nonce"]).collect();
    assert_eq!(
        nonces,
        [
            &Value::Null,
            &Value::Null,
            &Value::from("foo"),
            &Value::Null
        ]
    );
}

#[tokio::test]
async fn k09_a_token_that_is_not_bound_is_told() {
    for (told, is_right) in [("DPoP", true), ("dpop", true), ("Bearer", false)] {
        let body = BOUND.replace("DPoP", told);
        let server = Server::start([Answer::json(200, body)]);
        let client = client(&bound_tokens::PROVIDER, &server).with_dpop();
        let tokens = client.client_credentials(["read"]).await;
        if is_right {
            let tokens = tokens.expect("tokens");
            let call = client.call_api(Method::GET, "/items", &tokens);
            let request = call.to_http_request().expect("a request");
            assert_eq!(request.headers()["authorization"], "DPoP a", "{told}");
        } else {
            assert_eq!(failure(tokens, &[]).kind(), ErrorKind::Response);
        }
    }
}

#[tokio::test]
async fn k10_a_refresh_has_the_key_of_the_login() {
    let server = Server::start([Answer::json(200, BOUND)]);
    let settings = oauth_atlas::Settings::new().replace_origin(&server.origin);
    let public = Core::public(&bound_tokens::PROVIDER, CLIENT_ID)
        .redirect_uri(super::REDIRECT_URI)
        .with_settings(settings.expect("an origin"))
        .with_dpop();
    let login = public.authorize(["read"]).start().expect("a login");
    let callback = callback(&login.pending, "c");
    let tokens = public.finish(login.pending, callback).await;
    let tokens = tokens.expect("tokens");
    public.refresh(&tokens).await.expect("tokens");
    let keys: Vec<_> = server.received().iter().map(key).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}
