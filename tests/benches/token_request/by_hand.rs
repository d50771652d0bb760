//! As an application writes it that has reqwest and no OAuth library, with the care that a good one
//! takes: the client and the parsed URL are made once.

use http::HeaderValue;
use http::header::ACCEPT;
use serde::Deserialize;
use url::Url;

use super::{CLIENT_ID, CLIENT_SECRET, CODE, Operation, REDIRECT_URI, REFRESH_TOKEN, parameter};

pub struct ByHand {
    client: reqwest::Client,
    url: Url,
    code_verifier: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading them is what is measured")]
pub struct Tokens {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    scope: Option<String>,
}

impl ByHand {
    /// For the same endpoint and with the same verifier as in this request.
    pub fn new(code_exchange: &reqwest::Request) -> Self {
        let body = code_exchange.body().and_then(reqwest::Body::as_bytes);
        Self {
            client: reqwest::Client::new(),
            url: code_exchange.url().clone(),
            code_verifier: parameter(body.unwrap(), "code_verifier"),
        }
    }

    pub fn build(&self, operation: Operation) -> reqwest::Request {
        let form: &[_] = match operation {
            Operation::CodeExchange => &[
                ("grant_type", "authorization_code"),
                ("code", CODE),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", &self.code_verifier),
            ],
            Operation::Refresh => &[
                ("grant_type", "refresh_token"),
                ("refresh_token", REFRESH_TOKEN),
            ],
            Operation::ClientCredentials => &[
                ("grant_type", "client_credentials"),
                ("scope", "read write"),
            ],
        };
        self.client
            .post(self.url.clone())
            .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .form(form)
            .build()
            .unwrap()
    }

    pub async fn read(response: reqwest::Response) -> Tokens {
        response.error_for_status().unwrap().json().await.unwrap()
    }
}
