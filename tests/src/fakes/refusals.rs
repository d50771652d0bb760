//! What a fake refuses, and what it does on demand, as bytes: by requests that no client of this
//! workspace builds.

use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use oauth_atlas::runtime::fake::{Fake, FakeServer};
use oauth_atlas::{github, kraken, slack, vk_id, withings};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;

const REDIRECT_URI: &str = "https://app.example/callback";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A program that speaks HTTP and knows nothing of OAuth.
struct Program {
    fake: FakeServer,
    http: reqwest::Client,
}

impl Program {
    async fn with(fake: Fake) -> Self {
        let fake = fake.client("id", "secret").public_client("public");
        let fake = fake.redirect_uri(REDIRECT_URI).start().await;
        let http = reqwest::Client::builder().redirect(Policy::none()).build();
        Self {
            fake: fake.expect("a free port"),
            http: http.expect("a client"),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.fake.origin())
    }

    fn post(&self, path: &str, pairs: Pairs<'_>) -> RequestBuilder {
        self.http.post(self.url(path)).form(pairs)
    }

    /// What Kraken's token endpoint answers to its client.
    async fn token(&self, pairs: Pairs<'_>) -> (u16, Value) {
        let request = self.post("/oauth/token", pairs);
        told(request.basic_auth("id", Some("secret"))).await
    }

    async fn login(&self, changed: Pairs<'_>) -> Response {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", "id"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "account.info:basic"),
            ("state", "s1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changed {
            pairs.retain(|(other, _)| other != name);
            pairs.push((name, value));
        }
        let url = Url::parse_with_params(&self.url("/oauth/authorize"), pairs);
        let request = self.http.get(url.expect("a URL"));
        request.send().await.expect("an answer")
    }

    async fn code(&self) -> String {
        value(&self.login(&[]).await, "code").expect("a code")
    }

    async fn exchange(&self, code: &str) -> (u16, Value) {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    async fn refresh(&self, refresh_token: &Value) -> (u16, Value) {
        let refresh_token = refresh_token.as_str().expect("a refresh token");
        self.token(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
        ])
        .await
    }

    async fn user(&self, access_token: &Value) -> Response {
        let access_token = access_token.as_str().expect("an access token");
        let request = self.http.get(self.url("/oauth/userinfo"));
        let answer = request.bearer_auth(access_token).send().await;
        answer.expect("an answer")
    }

    async fn instruct(&self, path: &str) -> (u16, Value) {
        told(self.http.post(self.url(path))).await
    }
}

async fn told(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body = answer.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn location(answer: &Response) -> Option<Url> {
    let location = answer.headers().get("location")?.to_str().ok()?;
    Url::parse(location).ok()
}

/// A value of the callback that an answer sends the browser to.
fn value(answer: &Response, name: &str) -> Option<String> {
    let url = location(answer)?;
    let found = url.query_pairs().find(|(other, _)| other == name);
    found.map(|(_, value)| value.into_owned())
}

#[track_caller]
fn is_error((status, body): &(u16, Value), expected: u16, code: &str) {
    assert_eq!(
        (*status, &body["error"]),
        (expected, &json!(code)),
        "{body}"
    );
}

#[tokio::test]
async fn a_token_request_has_to_be_krakens() {
    let program = Program::with(kraken::fake()).await;
    let code = program.code().await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];

    let in_body: Vec<_> = pairs
        .into_iter()
        .chain([("client_id", "id"), ("client_secret", "secret")])
        .collect();
    let answer = program.post("/oauth/token", &in_body);
    let answer = answer.send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
    assert!(answer.headers().contains_key("www-authenticate"));
    let body: Value = answer.json().await.expect("JSON");
    assert_eq!(body["error"], "invalid_client");

    let wrong = program.post("/oauth/token", &pairs);
    let wrong = told(wrong.basic_auth("id", Some("another"))).await;
    is_error(&wrong, 401, "invalid_client");

    let members: serde_json::Map<_, _> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    let as_json = program.http.post(program.url("/oauth/token"));
    let as_json = as_json.basic_auth("id", Some("secret")).json(&members);
    is_error(&told(as_json).await, 400, "invalid_request");

    let mut in_url = Url::parse(&program.url("/oauth/token")).expect("a URL");
    in_url.query_pairs_mut().extend_pairs(pairs);
    let in_url = program.http.post(in_url).basic_auth("id", Some("secret"));
    is_error(&told(in_url).await, 400, "invalid_request");

    let get = program.http.get(program.url("/oauth/token"));
    assert_eq!(told(get).await.0, 405);

    let elsewhere = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example/other"),
        ("code_verifier", VERIFIER),
    ];
    is_error(&program.token(&elsewhere).await, 400, "invalid_grant");
    is_error(&program.token(&pairs[..3]).await, 400, "invalid_grant");
    let other_grant = [("grant_type", "password")];
    is_error(
        &program.token(&other_grant).await,
        400,
        "unsupported_grant_type",
    );

    // No refusal has spent the code.
    let (status, tokens) = program.exchange(&code).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(program.user(&tokens["access_token"]).await.status(), 200);
    is_error(&program.exchange(&code).await, 400, "invalid_grant");
    let user = program.user(&tokens["access_token"]).await;
    assert_eq!(
        user.status(),
        401,
        "a code that is used twice ends its tokens"
    );
}

#[tokio::test]
async fn a_login_has_to_be_krakens() {
    let program = Program::with(kraken::fake()).await;
    for wrong in [
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", ""),
        ("client_id", "another"),
    ] {
        let page = program.login(&[wrong]).await;
        assert_eq!(page.status(), 400, "{wrong:?}");
        assert!(location(&page).is_none(), "nobody is sent there: {wrong:?}");
    }
    for (wrong, error) in [
        (("scope", "account.info:basic no:such"), "invalid_scope"),
        (
            ("scope", "account.info:basic,account.info:name"),
            "invalid_scope",
        ),
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("preferTheme", "blue"), "invalid_request"),
    ] {
        let answer = program.login(&[wrong]).await;
        assert_eq!(answer.status(), 302, "{wrong:?}");
        assert_eq!(value(&answer, "error").as_deref(), Some(error), "{wrong:?}");
        assert_eq!(value(&answer, "state").as_deref(), Some("s1"));
        assert_eq!(value(&answer, "code"), None);
    }
}

#[tokio::test]
async fn a_refresh_token_works_once_and_an_access_token_until_it_ends() {
    let program = Program::with(kraken::fake()).await;
    let (_, first) = program.exchange(&program.code().await).await;
    let (status, second) = program.refresh(&first["refresh_token"]).await;
    assert_eq!(status, 200, "{second}");
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let again = program.refresh(&first["refresh_token"]).await;
    is_error(&again, 400, "invalid_grant");
    // Kraken ends the old access token with the refresh.
    assert_eq!(program.user(&first["access_token"]).await.status(), 401);
    assert_eq!(program.user(&second["access_token"]).await.status(), 200);
    program.fake.expire_tokens();
    let expired = program.user(&second["access_token"]).await;
    assert_eq!(expired.status(), 401);
    let challenge = expired.headers().get("www-authenticate");
    let challenge = challenge.and_then(|value| value.to_str().ok());
    assert_eq!(challenge, Some("Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn errors_have_the_providers_own_shape() {
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", "unknown"),
        ("client_id", "id"),
        ("client_secret", "secret"),
        ("code_verifier", VERIFIER),
        ("redirect_uri", REDIRECT_URI),
    ];
    let program = Program::with(github::fake()).await;
    let request = program.post("/login/oauth/access_token", &pairs);
    let answer = told(request.header("accept", "application/json")).await;
    is_error(&answer, 200, "bad_verification_code");

    let program = Program::with(slack::fake()).await;
    let request = program.post("/api/oauth.v2.access", &pairs);
    let answer = told(request).await;
    is_error(&answer, 200, "invalid_code");
    assert_eq!(answer.1["ok"], json!(false));

    let program = Program::with(withings::fake()).await;
    let mut own = pairs.to_vec();
    own.push(("action", "requesttoken"));
    let (status, body) = told(program.post("/v2/oauth2", &own)).await;
    assert_eq!(status, 200, "{body}");
    assert_ne!(body["status"], json!(0), "{body}");
    assert!(body["error"].is_string(), "{body}");
}

#[tokio::test]
async fn a_public_client_without_pkce_is_sent_back_with_an_error() {
    let program = Program::with(vk_id::fake()).await;
    let url = Url::parse_with_params(
        &program.url("/authorize"),
        [
            ("response_type", "code"),
            ("client_id", "public"),
            ("redirect_uri", REDIRECT_URI),
            ("state", "s1"),
        ],
    );
    let answer = program.http.get(url.expect("a URL")).send().await;
    let answer = answer.expect("an answer");
    assert_eq!(value(&answer, "error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn instructions_come_over_http() {
    let program = Program::with(kraken::fake()).await;
    assert_eq!(program.instruct("/.fake/deny?times=2").await.0, 200);
    for _ in 0..2 {
        let denied = program.login(&[]).await;
        assert_eq!(value(&denied, "error").as_deref(), Some("access_denied"));
    }
    let (_, tokens) = program.exchange(&program.code().await).await;

    assert_eq!(program.instruct("/.fake/expire").await.0, 200);
    assert_eq!(program.user(&tokens["access_token"]).await.status(), 401);

    program
        .instruct("/.fake/rate-limit?seconds=7&endpoint=token")
        .await;
    let code = program.code().await;
    let limited = program
        .post("/oauth/token", &[("code", &code)])
        .send()
        .await;
    let limited = limited.expect("an answer");
    assert_eq!(limited.status(), 429);
    assert_eq!(limited.headers()["retry-after"], "7");

    program.instruct("/.fake/status?status=502").await;
    assert_eq!(program.login(&[]).await.status(), 502);

    program.instruct("/.fake/html?endpoint=token").await;
    let page = program
        .post("/oauth/token", &[])
        .send()
        .await
        .expect("a page");
    assert_eq!(page.status(), 200);
    let kind = page.headers()["content-type"].to_str().expect("text");
    assert!(kind.starts_with("text/html"), "{kind}");

    program.instruct("/.fake/stall?seconds=1").await;
    let before = Instant::now();
    program.login(&[]).await;
    assert!(before.elapsed() >= Duration::from_secs(1));

    program.instruct("/.fake/disconnect").await;
    let cut = program
        .http
        .get(program.url("/oauth/userinfo"))
        .send()
        .await;
    assert!(cut.is_err());

    program.instruct("/.fake/lifetime?seconds=0").await;
    let (_, tokens) = program.exchange(&program.code().await).await;
    assert_eq!(program.user(&tokens["access_token"]).await.status(), 401);

    let (status, wrong) = program.instruct("/.fake/explode").await;
    assert_eq!(status, 404);
    assert!(
        wrong["error"]
            .as_str()
            .is_some_and(|text| text.contains("rate-limit"))
    );
    for wrong in [
        "status?status=99",
        "stall?seconds=soon",
        "html?endpoint=tokne",
    ] {
        assert_eq!(
            program.instruct(&format!("/.fake/{wrong}")).await.0,
            400,
            "{wrong}"
        );
    }
    let by_get = program.http.get(program.url("/.fake/deny"));
    assert_eq!(told(by_get).await.0, 405);

    let (_, seen) = told(program.http.get(program.url("/.fake/requests"))).await;
    assert_eq!(seen["counts"]["token endpoint"], json!(4), "{seen}");
    let text = seen.to_string();
    assert!(text.contains("planned") && !text.contains(&code), "{text}");
}

/// A token that is sent as it is, by mistake, is a name to a form.
#[tokio::test]
async fn what_has_no_name_is_not_shown() {
    let program = Program::with(kraken::fake()).await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for body in [
        "a-secret-token-of-somebody",
        "a-secret-token-of-somebody&a-secret-token-of-somebody",
    ] {
        let request = program.http.post(program.url("/oauth/token")).body(body);
        let request = request.header(form.0, form.1);
        let (_, refusal) = told(request.basic_auth("id", Some("secret"))).await;
        drop(refusal);
    }
    let seen = format!("{:?}", program.fake.requests());
    assert!(!seen.contains("a-secret-token"), "{seen}");
}

#[tokio::test]
async fn what_is_kept_has_an_end() {
    let program = Program::with(kraken::fake()).await;
    let login = program.login(&[]).await.url().to_string();
    for _ in 0..10_050 {
        program.fake.approve(&login).expect("a callback");
    }
    assert_eq!(program.fake.requests().len(), 10_000);
    let all = oauth_atlas::runtime::EndpointKind::Authorization;
    assert_eq!(program.fake.count(all), 10_051);
    let (status, _) = program.exchange(&program.code().await).await;
    assert_eq!(status, 200, "the latest is kept");
}

#[tokio::test]
async fn only_this_machine_reaches_it() {
    let program = Program::with(kraken::fake()).await;
    let origin = Url::parse(program.fake.origin()).expect("a URL");
    assert_eq!(origin.host_str(), Some("127.0.0.1"));
    // The address that other machines know this one by. Nothing is sent to find it.
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    let outside = socket
        .connect("192.0.2.1:9")
        .and_then(|()| socket.local_addr());
    let port = origin.port().expect("a port");
    if let Ok(address) = outside
        && !address.ip().is_loopback()
    {
        let reached =
            TcpStream::connect_timeout(&(address.ip(), port).into(), Duration::from_secs(2));
        assert!(reached.is_err(), "{address}");
    }
}

/// The status of a request and the body of its answer, with these lines behind the first.
fn raw(origin: &str, first: &str, lines: &[String]) -> (u16, String) {
    use std::io::{Read as _, Write as _};
    let address = origin.strip_prefix("http://").expect("an origin");
    let mut stream = std::net::TcpStream::connect(address).expect("the fake");
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let request = format!("{first} HTTP/1.1\r\n{lines}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned());
    (status.expect("a status"), body.expect("a body"))
}

/// A page of somebody else in a browser on this machine can send requests here, and its host name
/// can come to stand for this machine.
#[tokio::test]
async fn instructions_of_others_are_refused() {
    let fake = kraken::fake().start().await.expect("a free port");
    let origin = fake.origin();
    let own = origin.strip_prefix("http://").expect("an origin");
    let (_, port) = own.rsplit_once(':').expect("a port");
    let host = |name: &str| format!("host: {name}");
    let from = |origin: &str| format!("origin: {origin}");
    let foreign = [
        vec![host("evil.example")],
        vec![host(&format!("evil.example:{port}"))],
        vec![host(&format!("127.0.0.1.evil.example:{port}"))],
        vec![host("127.0.0.1")],
        vec![host(&format!("127.0.0.1:1{port}"))],
        vec![host(&format!("{own}@evil.example"))],
        vec![],
        vec![host(own), host("evil.example")],
        vec![host(own), from("https://evil.example")],
        vec![host(own), from(&format!("https://{own}"))],
        vec![host(own), from("null")],
        vec![host(own), from("http://127.0.0.1:1")],
        vec![host(own), from(origin), from("https://evil.example")],
    ];
    let instructions = [
        "POST /.fake/expire",
        "POST /.fake/status",
        "GET /.fake/requests",
        "GET /.fake/",
        "GET /.fake/explode",
    ];
    for lines in &foreign {
        for first in instructions {
            let (status, body) = raw(origin, first, lines);
            // Without a host, a request is none, and several are none either (RFC 9112 §3.2).
            assert!(
                [400, 403].contains(&status),
                "{first} {lines:?}: {status} {body}"
            );
            assert!(
                !body.contains("done") && !body.contains("\"does\""),
                "{first} {lines:?}: {body}"
            );
        }
    }
    let absolute = "POST http://evil.example/.fake/expire";
    assert_eq!(raw(origin, absolute, &[host(own)]).0, 403);
    for lines in [
        vec![host(own)],
        vec![host(&format!("localhost:{port}"))],
        vec![host(own), from(origin)],
    ] {
        for first in &instructions[..4] {
            assert_eq!(raw(origin, first, &lines).0, 200, "{first} {lines:?}");
        }
        assert_eq!(raw(origin, instructions[4], &lines).0, 404);
        // One of them lets the next answer be an outage.
        assert_eq!(raw(origin, "GET /oauth/userinfo", &lines).0, 503);
    }
    // What the provider is asked is the provider's matter.
    let lines = [host("evil.example"), from("https://evil.example")];
    assert_eq!(raw(origin, "GET /oauth/userinfo", &lines).0, 401);
}

#[tokio::test]
async fn the_fake_says_what_it_can_be_told() {
    let program = Program::with(kraken::fake()).await;
    for path in ["/.fake/", "/.fake"] {
        let (status, said) = told(program.http.get(program.url(path))).await;
        assert_eq!(status, 200);
        let said = said.as_array().expect("a list");
        assert!(said.len() > 9, "{said:?}");
        for instruction in said {
            let path = instruction["path"].as_str().expect("a path");
            assert!(
                instruction["does"]
                    .as_str()
                    .is_some_and(|does| does.len() > 10)
            );
            if path == "/.fake/device" {
                continue;
            }
            let request = match instruction["method"].as_str() {
                Some("GET") => program.http.get(program.url(path)),
                _ => program.http.post(program.url(path)),
            };
            assert_eq!(told(request).await.0, 200, "{path}");
        }
    }
    let (status, wrong) = told(program.http.get(program.url("/.fake/explode"))).await;
    assert_eq!(status, 404);
    assert!(
        wrong["error"]
            .as_str()
            .is_some_and(|text| text.contains("GET /.fake/"))
    );
}
