use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, Method};

use crate::client::handle::Core;
use crate::client::settings::Settings;
use crate::fixtures::ACME;
use crate::http::message::{
    BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, ResponseFuture, TransportError,
};
use crate::kept::token_set::TokenSet;
use crate::request::dpop::DpopKey;

/// An API that answers with these statuses and nonces, in order, and takes down the nonce of each
/// proof.
struct Api {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    proven: Mutex<Vec<Option<String>>>,
}

impl Api {
    fn new(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            proven: Mutex::default(),
        })
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let proof = request.headers()["dpop"].to_str().unwrap();
        let claims = proof.split('.').nth(1).unwrap();
        let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        let nonce = claims["nonce"].as_str().map(str::to_owned);
        self.proven.lock().unwrap().push(nonce);

        let (status, nonce) = self.answers.lock().unwrap().pop_front().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("dpop-nonce", nonce.parse().unwrap());
        if status == 401 {
            let challenge = r#"DPoP error="use_dpop_nonce""#;
            headers.insert("www-authenticate", challenge.parse().unwrap());
        }
        HttpResponse::new(status, headers, "")
    }

    fn proven(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.proven.lock().unwrap())
    }

    fn client(self: &Arc<Self>) -> Core {
        let settings = Settings::new().http_client(Arc::clone(self));
        Core::public(&ACME, "id").with_settings(settings.blocking_http_client(Arc::clone(self)))
    }
}

impl HttpClient for Api {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move { Ok(self.answer(&request)) })
    }
}

impl BlockingHttpClient for Api {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(&request))
    }
}

fn tokens() -> TokenSet {
    TokenSet {
        dpop_key: DpopKey::generate(),
        ..TokenSet::new("bound")
    }
}

/// What a server with a nonce for each request answers to two calls. The second call has the nonce
/// that the last response brought.
const ROTATING: [(u16, &str); 3] = [(401, "n1"), (200, "n2"), (200, "n3")];

fn proven_to_rotating() -> [Option<String>; 3] {
    [None, Some("n1".to_owned()), Some("n2".to_owned())]
}

#[tokio::test]
async fn the_nonce_of_the_latest_response_is_sent() {
    let api = Api::new(ROTATING);
    let (client, tokens) = (api.client(), tokens());
    for _ in 0..2 {
        let call = client.call_api(Method::GET, "/items", &tokens);
        assert_eq!(call.await.unwrap().status(), 200);
    }
    assert_eq!(api.proven(), proven_to_rotating());

    let api = Api::new(ROTATING);
    let source = api.client().token_source(tokens);
    for _ in 0..2 {
        let call = source.call_api(Method::GET, "/items");
        assert_eq!(call.await.unwrap().status(), 200);
    }
    assert_eq!(api.proven(), proven_to_rotating());
}

#[test]
fn the_nonce_of_the_latest_response_is_sent_by_blocking_code() {
    let api = Api::new(ROTATING);
    let source = api.client().token_source(tokens());
    for _ in 0..2 {
        let call = source.call_api(Method::GET, "/items");
        assert_eq!(call.send_blocking().unwrap().status(), 200);
    }
    assert_eq!(api.proven(), proven_to_rotating());
}

#[tokio::test]
async fn a_nonce_that_was_sent_is_not_sent_again() {
    let api = Api::new([(401, "n1"), (401, "n1")]);
    let (client, tokens) = (api.client(), tokens());
    let call = client.call_api(Method::GET, "/items", &tokens);
    assert_eq!(call.await.unwrap().status(), 401);
    assert_eq!(api.proven(), [None, Some("n1".to_owned())]);
}
