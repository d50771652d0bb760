//! Proofs of possession (DPoP, RFC 9449): clients and their fakes, over sockets.

use http::Method;
use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{DpopRules, DpopStatus, Provider, SigningAlgorithm};
use oauth_atlas::{
    Core, DeviceAnswer, EndpointKind, Error, ErrorCode, ErrorKind, HttpRequest, TokenSet,
};

use crate::fixtures::{bound_tokens, pushed_logins_only};

const REDIRECT_URI: &str = "https://app.example/callback";

async fn started() -> (FakeServer, Core) {
    let fake = Fake::new(&bound_tokens::PROVIDER).start().await;
    let fake = fake.expect("a port");
    let client = public(&fake);
    (fake, client)
}

fn public(fake: &FakeServer) -> Core {
    Core::public(&bound_tokens::PROVIDER, fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
        .with_dpop()
}

async fn log_in(fake: &FakeServer, client: &Core) -> Result<TokenSet, Error> {
    let login = client.authorize(["read"]).start()?;
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

/// The statuses of the requests so far, with what the fake had against them.
fn refusals(fake: &FakeServer) -> Vec<String> {
    let requests = fake.requests().into_iter();
    requests.filter_map(|one| one.refusal).collect()
}

fn jkt(tokens: &TokenSet) -> String {
    let stored = serde_json::to_value(tokens).expect("JSON");
    stored["dpop_key"].as_str().expect("a key").to_owned()
}

/// Sends a request with an HTTP client of the test's own.
async fn send(request: &HttpRequest) -> reqwest::Response {
    let client = reqwest::Client::new();
    let mut sent = client.request(request.method().clone(), request.url().clone());
    for (name, value) in request.headers() {
        sent = sent.header(name, value);
    }
    sent.body(request.body().to_vec())
        .send()
        .await
        .expect("an answer")
}

#[tokio::test]
async fn a_login_in_one_line_more() {
    use bound_tokens::{Client, Scope};
    let fake = crate::fixtures::fakes::bound_tokens();
    let fake = fake.start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .with_dpop()
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client
        .authorize([Scope::Read])
        .push()
        .await
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    assert_eq!(tokens.token_type(), Some("DPoP"));
    let answer = client.call_api(Method::GET, "/items?a=b", &tokens).await;
    assert_eq!(answer.expect("an answer").status(), 200);
    assert_eq!(
        client.user(&tokens).await.expect("a user").id(),
        "fake-user"
    );
    let tokens = client
        .client_credentials([Scope::Read])
        .await
        .expect("tokens");
    let answer = client.call_api(Method::POST, "/items", &tokens).await;
    assert_eq!(answer.expect("an answer").status(), 200);
    assert_eq!(refusals(&fake), [""; 0]);

    // Each request with bound tokens needs a proof of its own.
    let error = client.api_headers(&tokens).expect_err("no headers");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

/// RFC 9396.
#[tokio::test]
async fn permissions_beyond_scopes_are_asked_for_and_read_back() {
    use bound_tokens::{Client, Scope};
    let fake = crate::fixtures::fakes::bound_tokens();
    let fake = fake.start().await.expect("a port");
    let client = Client::public(fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let asked = r#"[{"type":"account","actions":["read"],"amount":{"currency":"EUR"}}]"#;
    let login = client.authorize([Scope::Read]).authorization_details(asked);
    let login = login.push().await.expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    let granted = tokens.authorization_details().expect("permissions");
    let first = granted.at(0).expect("a permission");
    assert_eq!(
        first.get("type").and_then(oauth_atlas::Json::as_str),
        Some("account")
    );
    let tokens = client.refresh(&tokens).await.expect("tokens");
    assert!(tokens.authorization_details().is_some());

    let wrong = client.authorize([Scope::Read]).authorization_details("[{");
    let error = wrong.start().expect_err("no JSON");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("is no JSON"), "{error}");
}

#[tokio::test]
async fn the_key_outlives_the_process() {
    let (fake, client) = started().await;
    let login = client.authorize(["read"]).start().expect("a login");
    assert!(login.url.contains("&dpop_jkt="), "{}", login.url);
    let pending = serde_json::to_string(&login.pending).expect("JSON");
    let callback = fake.approve(&login.url).expect("a callback");
    let pending = serde_json::from_str(&pending).expect("a pending login");
    let tokens = client.finish(pending, callback).await.expect("tokens");

    let stored = serde_json::to_string(&tokens).expect("JSON");
    let restored: TokenSet = serde_json::from_str(&stored).expect("tokens");
    assert_eq!(restored, tokens);
    // Another client, which has not been told to bind tokens.
    let later = Core::public(&bound_tokens::PROVIDER, fake.public_client_id());
    let later = later.with_settings(fake.settings());
    let renewed = later.refresh(&restored).await.expect("tokens");
    assert_eq!(jkt(&renewed), jkt(&tokens));
    let answer = later.call_api(Method::GET, "/items", &renewed).await;
    assert_eq!(answer.expect("an answer").status(), 200);
    assert_eq!(refusals(&fake), [""; 0]);

    let private = serde_json::from_str::<serde_json::Value>(&jkt(&tokens)).expect("a JWK");
    let private = private["d"].as_str().expect("a private key");
    assert!(!format!("{tokens:?} {tokens:#?}").contains(private));

    // A stranger's key is of no use.
    let other = log_in(&fake, &client).await.expect("tokens");
    let stolen = stored.replace(
        &serde_json::to_string(&jkt(&tokens)).expect("JSON"),
        &serde_json::to_string(&jkt(&other)).expect("JSON"),
    );
    let stolen: TokenSet = serde_json::from_str(&stolen).expect("tokens");
    let call = later.call_api(Method::GET, "/items", &stolen).await;
    assert_eq!(call.expect("an answer").status(), 401);
    let error = later.refresh(&stolen).await.expect_err("another key");
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    for broken in ["{}", "", "key"] {
        let mut stored: serde_json::Value = serde_json::from_str(&stored).expect("JSON");
        stored["dpop_key"] = serde_json::json!(broken);
        let read = serde_json::from_value::<TokenSet>(stored);
        assert!(read.is_err(), "{broken}");
    }
}

#[tokio::test]
async fn a_nonce_that_is_demanded_is_sent_at_once() {
    let (fake, client) = started().await;
    fake.demand_dpop_nonces(true);
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let demanded = |count| {
        let refusals = refusals(&fake);
        assert!(
            refusals.iter().all(|one| one.starts_with("use_dpop_nonce")),
            "{refusals:?}"
        );
        assert_eq!(refusals.len(), count);
    };
    demanded(1);
    let call = || client.call_api(Method::POST, "/items", &tokens);
    let answer = call().json_body("{}").await.expect("an answer");
    assert_eq!(answer.status(), 200);
    demanded(2);
    // What is known is not asked for again, at either.
    call().await.expect("an answer");
    let tokens = client.refresh(&tokens).await.expect("tokens");
    assert_eq!(
        client.user(&tokens).await.expect("a user").id(),
        "fake-user"
    );
    demanded(2);

    // Another nonce at the next.
    fake.demand_dpop_nonces(true);
    let source = client.token_source(tokens.clone());
    let answer = source
        .call_api(Method::GET, "/items")
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    demanded(3);
    fake.demand_dpop_nonces(true);
    assert_eq!(
        client.user(&tokens).await.expect("a user").id(),
        "fake-user"
    );
    demanded(4);
    fake.demand_dpop_nonces(true);
    let tokens = tokio::task::spawn_blocking({
        let client = client.clone();
        move || client.refresh(&tokens).send_blocking()
    });
    let tokens = tokens.await.expect("no panic").expect("tokens");
    demanded(5);

    // An HTTP stack of the program's own asks a second time by itself.
    fake.demand_dpop_nonces(true);
    let request = client.refresh(&tokens);
    let first = request.to_http_request().expect("a request");
    let answer = send(&first).await;
    assert_eq!(answer.status(), 400);
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.bytes().await.expect("a body").to_vec();
    let answer = oauth_atlas::HttpResponse::new(status, headers, body);
    let error = request.read_http_response(answer).expect_err("a nonce");
    assert_eq!(error.code(), Some(ErrorCode::UseDpopNonce));
    let second = request.to_http_request().expect("a request");
    assert_eq!(send(&second).await.status(), 200);
}

#[tokio::test]
async fn a_proof_is_for_one_request() {
    let (fake, client) = started().await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    let last = || refusals(&fake).pop().unwrap_or_default();
    let get = client.call_api(Method::GET, "/items", &tokens);
    let get = get.to_http_request().expect("a request");
    assert!(get.headers()["dpop"].is_sensitive());
    assert_eq!(send(&get).await.status(), 200);
    let again = send(&get).await;
    assert_eq!(again.status(), 401);
    let challenge = again.headers()["www-authenticate"]
        .to_str()
        .expect("a text");
    assert!(
        challenge.starts_with("DPoP error=\"invalid_dpop_proof\""),
        "{challenge}"
    );
    assert!(last().contains("used before"), "{}", last());

    let proof = |request: HttpRequest| request.headers()["dpop"].clone();
    let with = |proof: http::HeaderValue| {
        let call = client.call_api(Method::GET, "/items", &tokens);
        let mut request = call.to_http_request().expect("a request");
        request.headers_mut().insert("dpop", proof);
        request
    };
    let call = |method, path| {
        let call = client.call_api(method, path, &tokens);
        call.to_http_request().expect("a request")
    };
    assert_eq!(
        send(&with(proof(call(Method::POST, "/items"))))
            .await
            .status(),
        401
    );
    assert!(last().contains("`htm`"), "{}", last());
    assert_eq!(
        send(&with(proof(call(Method::GET, "/other"))))
            .await
            .status(),
        401
    );
    assert!(last().contains("`htu`"), "{}", last());
    // The query is no part of it.
    assert_eq!(
        send(&with(proof(call(Method::GET, "/items?a=b"))))
            .await
            .status(),
        200
    );
    let of_another = log_in(&fake, &client).await.expect("tokens");
    let other = client.call_api(Method::GET, "/items", &of_another);
    let other = proof(other.to_http_request().expect("a request"));
    assert_eq!(send(&with(other)).await.status(), 401);
    assert!(last().contains("`ath`"), "{}", last());

    let mut bare = call(Method::GET, "/items");
    bare.headers_mut().remove("dpop");
    assert_eq!(send(&bare).await.status(), 401);
    let token = tokens.access_token().expose();
    let bearer = format!("Bearer {token}").parse().expect("a header");
    bare.headers_mut().insert("authorization", bearer);
    assert_eq!(send(&bare).await.status(), 401);
    assert!(last().contains("bound to a key"), "{}", last());

    // The token endpoint: another request's proof, and another key than that of the login.
    let refresh = client
        .refresh(&tokens)
        .to_http_request()
        .expect("a request");
    let mut wrong = client
        .refresh(&tokens)
        .to_http_request()
        .expect("a request");
    wrong
        .headers_mut()
        .insert("dpop", proof(call(Method::POST, "/items")));
    assert_eq!(send(&wrong).await.status(), 400);
    assert!(last().contains("`htu`"), "{}", last());
    assert_eq!(send(&refresh).await.status(), 200);
    let login = client.authorize(["read"]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let mut pending = serde_json::to_value(&login.pending).expect("JSON");
    pending["dpop_key"] = serde_json::json!(jkt(&of_another));
    let pending = serde_json::from_value(pending).expect("a pending login");
    let error = client
        .finish(pending, callback)
        .await
        .expect_err("another key");
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn devices_and_tokens_of_before_are_bound_too() {
    let (fake, client) = started().await;
    fake.set_device_interval(std::time::Duration::ZERO);
    let mut login = client.authorize_device(["read"]).await.expect("a login");
    fake.approve_device(login.user_code());
    let DeviceAnswer::Tokens(tokens) = client.poll_device(&mut login).await.expect("an answer")
    else {
        panic!("the user has agreed");
    };
    assert_eq!(tokens.token_type(), Some("DPoP"));

    let plain = Core::confidential(
        &bound_tokens::PROVIDER,
        fake.client_id(),
        fake.client_secret(),
    );
    let plain = plain
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let bearer = log_in(&fake, &plain).await.expect("tokens");
    assert_eq!(bearer.token_type(), Some("Bearer"));
    let bound = plain.clone().with_dpop().refresh(&bearer).await;
    let bound = bound.expect("tokens");
    assert_eq!(bound.token_type(), Some("DPoP"));
    let answer = plain.call_api(Method::GET, "/items", &bound).await;
    assert_eq!(answer.expect("an answer").status(), 200);
}

/// A provider that knows nothing of proofs.
#[tokio::test]
async fn a_token_that_is_not_bound_is_refused() {
    let provider = &pushed_logins_only::PROVIDER;
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::confidential(provider, fake.client_id(), fake.client_secret());
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
        .with_dpop();
    let login = client
        .authorize(["accounts"])
        .push()
        .await
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let error = client
        .finish(login.pending, callback)
        .await
        .expect_err("bearer");
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("is not DPoP"), "{error}");
}

static REQUIRED: Provider = Provider {
    dpop: Some(DpopRules {
        status: DpopStatus::Required,
        ..DpopRules::STANDARD
    }),
    ..pushed_logins_only::PROVIDER
};

static FOREIGN: Provider = Provider {
    dpop: Some(DpopRules {
        algorithms: &[SigningAlgorithm::Rs256],
        ..DpopRules::STANDARD
    }),
    ..bound_tokens::PROVIDER
};

#[tokio::test]
async fn where_it_is_required_nothing_has_to_be_switched_on() {
    let fake = Fake::new(&REQUIRED).start().await.expect("a port");
    let client = Core::public(&REQUIRED, fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client
        .authorize(["accounts"])
        .push()
        .await
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    assert_eq!(tokens.token_type(), Some("DPoP"));
    assert_eq!(fake.count(EndpointKind::PushedAuthorizationRequest), 1);

    let client = Core::public(&FOREIGN, "id").redirect_uri(REDIRECT_URI);
    client.authorize(["read"]).start().expect("a login");
    let client = client.with_dpop();
    let error = client.authorize(["read"]).start().expect_err("no ES256");
    assert!(error.to_string().contains("ES256"), "{error}");
    let error = client.client_credentials(["read"]).to_http_request();
    assert_eq!(
        error.expect_err("no ES256").kind(),
        ErrorKind::Configuration
    );
}
