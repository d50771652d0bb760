//! As an application writes it that has reqwest and no OAuth library, with the care that a good one
//! takes: the client and the parsed URLs are made once.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use http::header::ACCEPT;
use serde::{Deserialize, Serialize};
use url::Url;

use super::rows::{Grant, Style};
use super::values::{
    ACCESS_TOKEN, API, AUTHORIZATION, Answer, CLIENT_ID, CLIENT_SECRET, CODE, INTROSPECTION,
    REDIRECT_URI, REFRESH_TOKEN, SCOPES, TOKEN, response,
};

#[derive(Debug)]
pub struct ByHand {
    client: reqwest::Client,
    authorization: Url,
    token: Url,
    introspection: Url,
    code_verifier: String,
    callback: (String, String),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading them is what is measured")]
struct Tokens {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    scope: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "reading them is what is measured")]
struct Introspected {
    active: bool,
    scope: Option<String>,
    client_id: Option<String>,
    username: Option<String>,
    token_type: Option<String>,
    exp: Option<u64>,
    iat: Option<u64>,
    sub: Option<String>,
    aud: Option<String>,
    iss: Option<String>,
}

#[derive(Default, Serialize)]
struct Object<'a> {
    grant_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    client_id: &'a str,
    client_secret: &'a str,
}

impl ByHand {
    /// With the verifier of a code exchange that the other side makes.
    pub fn new(code_verifier: String) -> Self {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let state = "l3Xy9mQeJkP0sT7uVwZ2aB4cD6fG8hI1jK5nM_oRqSt";
        let mut callback = form_urlencoded::Serializer::new(format!("{REDIRECT_URI}?"));
        callback
            .append_pair("code", CODE)
            .append_pair("state", state);
        Self {
            client: reqwest::Client::new(),
            authorization: url(AUTHORIZATION),
            token: url(TOKEN),
            introspection: url(INTROSPECTION),
            code_verifier,
            callback: (callback.finish(), state.to_owned()),
        }
    }

    pub fn sent(&self, style: Style, grant: Grant) -> reqwest::Request {
        let scope = match grant {
            Grant::ClientCredentials => SCOPES.join(" "),
            _ => String::new(),
        };
        let request = self.client.post(self.token.clone());
        let request = request.header(ACCEPT, HeaderValue::from_static("application/json"));
        let request = match style {
            Style::Basic => request.basic_auth(
                "0f3c2a1b-1111-2222-3333-444455556666",
                // Form-encoded first (RFC 6749 §2.3.1).
                Some("s3cr3t~with%2Bspecial%2Fchars%3D"),
            ),
            _ => request,
        };
        let request = match style {
            Style::Json => request.json(&self.object(grant, &scope)),
            _ => request.form(&self.pairs(style, grant, &scope)),
        };
        request.build().expect("a request")
    }

    fn pairs<'a>(
        &'a self,
        style: Style,
        grant: Grant,
        scope: &'a str,
    ) -> Vec<(&'static str, &'a str)> {
        let mut pairs = match grant {
            Grant::Code => vec![
                ("grant_type", "authorization_code"),
                ("code", CODE),
                ("redirect_uri", REDIRECT_URI),
                ("code_verifier", &*self.code_verifier),
            ],
            Grant::Refresh => vec![
                ("grant_type", "refresh_token"),
                ("refresh_token", REFRESH_TOKEN),
            ],
            Grant::ClientCredentials => {
                vec![("grant_type", "client_credentials"), ("scope", scope)]
            }
        };
        if style == Style::Body {
            pairs.extend([("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)]);
        }
        pairs
    }

    fn object<'a>(&'a self, grant: Grant, scope: &'a str) -> Object<'a> {
        let object = Object {
            client_id: CLIENT_ID,
            client_secret: CLIENT_SECRET,
            ..Object::default()
        };
        match grant {
            Grant::Code => Object {
                grant_type: "authorization_code",
                code: Some(CODE),
                redirect_uri: Some(REDIRECT_URI),
                code_verifier: Some(&self.code_verifier),
                ..object
            },
            Grant::Refresh => Object {
                grant_type: "refresh_token",
                refresh_token: Some(REFRESH_TOKEN),
                ..object
            },
            Grant::ClientCredentials => Object {
                grant_type: "client_credentials",
                scope: Some(scope),
                ..object
            },
        }
    }

    pub async fn token(&self, style: Style, grant: Grant, answer: Answer) {
        black_box(self.sent(style, grant));
        let response = reqwest::Response::from(response(answer));
        let response = response.error_for_status().expect("a success");
        black_box(response.json::<Tokens>().await.expect("tokens"));
    }

    pub fn authorization_url(&self) -> String {
        let text = |length: usize| {
            let mut bytes = [0; 32];
            fastrand::fill(&mut bytes[..length]);
            URL_SAFE_NO_PAD.encode(&bytes[..length])
        };
        let (verifier, state) = (text(32), text(16));
        let challenge = URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(verifier.as_bytes()));
        let mut url = self.authorization.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", CLIENT_ID)
            .append_pair("redirect_uri", REDIRECT_URI)
            .append_pair("scope", &SCOPES.join(" "))
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        black_box((verifier, state));
        url.into()
    }

    pub fn callback(&self) {
        let url = Url::parse(&self.callback.0).expect("a URL");
        let (mut code, mut state) = (None, None);
        for (name, value) in url.query_pairs() {
            match &*name {
                "code" => code = Some(value.into_owned()),
                "state" => state = Some(value.into_owned()),
                _ => {}
            }
        }
        assert_eq!(state.as_deref(), Some(&*self.callback.1));
        black_box(code);
    }

    pub fn api_call(&self) -> reqwest::Request {
        let request = self.client.get(API).bearer_auth(ACCESS_TOKEN);
        request.build().expect("a request")
    }

    pub async fn introspection(&self) {
        let request = self.client.post(self.introspection.clone());
        let request = request
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
            .form(&[("token", ACCESS_TOKEN)]);
        black_box(request.build().expect("a request"));
        let response = reqwest::Response::from(response(Answer::Introspection));
        let response = response.error_for_status().expect("a success");
        black_box(response.json::<Introspected>().await.expect("an answer"));
    }
}
