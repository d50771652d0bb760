//! Refusals that say something else than they mean, and answers that differ by grant.

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::{
    Core, DeviceAnswer, DeviceLogin, Error, ErrorCode, ErrorKind, HttpResponse, Provider, Secret,
    Settings, TokenSet,
};
use serde_json::json;

use crate::fixtures::{grant_answers, refusals, standard};
use crate::server::{Answer, Server};

const REDIRECT_URI: &str = "https://client.example/callback";

fn client(provider: &'static Provider, origin: &str) -> Core {
    let settings = Settings::new()
        .replace_origin(origin)
        .expect("a loopback origin");
    Core::confidential(provider, "client", "canary-secret")
        .redirect_uri(REDIRECT_URI)
        .with_settings(settings)
}

fn answering(provider: &'static Provider, status: u16, body: &str) -> Core {
    let server = Server::start([Answer::json(status, body)]);
    client(provider, &server.origin)
}

fn owned() -> TokenSet {
    TokenSet::new("canary-access").with_refresh_token("canary-refresh")
}

async fn refreshed(provider: &'static Provider, status: u16, body: &str) -> Error {
    let tokens = answering(provider, status, body).refresh(&owned()).await;
    tokens.expect_err("an error")
}

const DEAD: &str = r#"{"errors":[{"retry":false},{"errorType":"dead","message":"It has ended."}]}"#;

#[tokio::test]
async fn the_code_is_in_the_first_element_that_has_one() {
    let error = refreshed(&refusals::PROVIDER, 400, DEAD).await;
    assert_eq!(error.code_text(), Some("dead"));
    assert_eq!(error.description(), Some("It has ended."));
    let error = refreshed(&standard::PROVIDER, 400, DEAD).await;
    assert_eq!((error.code_text(), error.description()), (None, None));
}

#[tokio::test]
async fn a_code_means_one_thing_to_one_grant_and_another_to_the_next() {
    let body = r#"{"errors":[{"errorType":"invalid_token"}]}"#;
    let error = refreshed(&refusals::PROVIDER, 400, body).await;
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.code_text(), Some("invalid_token"));
    assert!(error.needs_login() && error.is_final());
    let client = answering(&refusals::PROVIDER, 400, body);
    let error = client.client_credentials([""; 0]).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidToken));
}

#[tokio::test]
async fn a_status_alone_says_what_is_wrong() {
    for body in ["", "<html>Sign in</html>", r#"{"message":"Unauthorized"}"#] {
        let client = answering(&refusals::PROVIDER, 401, body);
        let error = client.client_credentials([""; 0]).await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::InvalidClient), "{body}");
        assert_eq!(error.code_text(), None);
        assert!(error.to_string().contains("invalid_client"), "{error}");
        let client = answering(&standard::PROVIDER, 401, body);
        let error = client.client_credentials([""; 0]).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, None));
    }
    // A code outweighs a rule for answers without one.
    let body = r#"{"errors":[{"errorType":"invalid_scope"}]}"#;
    let client = answering(&refusals::PROVIDER, 401, body);
    let error = client.client_credentials([""; 0]).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
}

#[tokio::test]
async fn a_failing_server_may_mean_a_dead_token_where_the_status_is_named() {
    let error = refreshed(&refusals::PROVIDER, 500, DEAD).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.needs_login() && error.is_final() && !error.is_retryable());
    // Other codes and other statuses are for waiting.
    let busy = r#"{"errors":[{"errorType":"busy"}]}"#;
    for (status, body) in [(500, busy), (503, DEAD)] {
        let error = refreshed(&refusals::PROVIDER, status, body).await;
        assert_eq!(error.kind(), ErrorKind::Server, "{status}");
        assert!(error.is_retryable() && !error.is_final());
    }
    let error = refreshed(&standard::PROVIDER, 500, DEAD).await;
    assert_eq!(error.kind(), ErrorKind::Server);
}

#[tokio::test]
async fn a_token_that_is_revoked_already_is_revoked() {
    let unknown = r#"{"errors":[{"errorType":"unknown_token"}]}"#;
    let other = r#"{"errors":[{"errorType":"not_yours"}]}"#;
    let revoked = async |provider, status, body: &str| {
        let client = answering(provider, status, body);
        client.revoke_refresh_token("canary-refresh").await
    };
    for (status, body) in [(400, unknown), (404, ""), (404, "gone")] {
        revoked(&refusals::PROVIDER, status, body).await.unwrap();
        let error = revoked(&standard::PROVIDER, status, body).await;
        assert!(error.is_err(), "{status} {body}");
    }
    for (status, body) in [
        (400, other),
        (400, ""),
        (404, other),
        (401, unknown),
        (500, ""),
    ] {
        let error = revoked(&refusals::PROVIDER, status, body).await;
        let error = error.expect_err("an error");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    // The same answer to anything else is an error.
    let error = refreshed(&refusals::PROVIDER, 404, "").await;
    assert_eq!(error.code(), None);
}

#[tokio::test]
async fn any_code_will_do() {
    for body in ["", r#"{"errors":[{"errorType":"forbidden"}]}"#] {
        let client = answering(&refusals::PROVIDER, 403, body);
        let error = client.introspect("canary-access").await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::InvalidClient), "{body}");
        let client = answering(&refusals::PROVIDER, 403, body);
        let error = client.revoke_access_token("canary-access").await;
        assert_ne!(error.unwrap_err().code(), Some(ErrorCode::InvalidClient));
    }
}

async fn device(client: &Core) -> DeviceLogin {
    let request = client.authorize_device([""; 0]);
    let body = json!({
        "device_code": "canary-device",
        "user_code": "CODE",
        "verification_uri": "https://device.example/",
        "expires_in": 600,
    });
    let headers = oauth_atlas::HeaderMap::new();
    let response = HttpResponse::new(200, headers, body.to_string());
    request.read_http_response(response).expect("a login")
}

#[tokio::test]
async fn a_user_says_no_by_a_status() {
    let client = answering(&refusals::PROVIDER, 418, "");
    let mut login = device(&client).await;
    let error = client.poll_device(&mut login).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
    assert!(!error.is_retryable());
}

/// The published provider whose devices hear statuses alone.
#[tokio::test]
async fn a_device_goes_by_statuses() {
    let provider = &oauth_atlas::trakt::PROVIDER;
    let client = answering(provider, 400, "");
    let mut login = device(&client).await;
    let answer = client.poll_device(&mut login).await.expect("no end");
    assert!(matches!(answer, DeviceAnswer::Pending { .. }), "{answer:?}");

    let client = answering(provider, 429, "");
    let mut login = device(&client).await;
    let before = login.interval();
    let answer = client.poll_device(&mut login).await.expect("no end");
    assert!(matches!(answer, DeviceAnswer::Pending { .. }), "{answer:?}");
    assert!(login.interval() > before);

    for (status, code) in [
        (404, ErrorCode::InvalidGrant),
        (409, ErrorCode::InvalidGrant),
        (410, ErrorCode::ExpiredToken),
        (418, ErrorCode::AccessDenied),
    ] {
        let client = answering(provider, status, "");
        let mut login = device(&client).await;
        let error = client.poll_device(&mut login).await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{status}");
        assert_eq!(error.kind(), ErrorKind::Refused, "{status}");
    }
}

/// Providers whose errors are lists, as their users recorded them.
#[tokio::test]
async fn recorded_errors_are_understood() {
    let dead = r#"{"message":"Bad Request","errors":[{"resource":"RefreshToken","field":"refresh_token","code":"invalid"}]}"#;
    let error = refreshed(&oauth_atlas::strava::PROVIDER, 400, dead).await;
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.description(), Some("Bad Request"));
    assert!(error.needs_login());
    let client = r#"{"message":"Bad Request","errors":[{"resource":"Application","field":"client_id","code":"invalid"}]}"#;
    let error = refreshed(&oauth_atlas::strava::PROVIDER, 400, client).await;
    assert_eq!(error.code_text(), Some("client_id"));
    let invalid = r#"{"status":400,"message":"Invalid token"}"#;
    let client = answering(&oauth_atlas::twitch::PROVIDER, 400, invalid);
    client
        .revoke_access_token("a")
        .await
        .expect("it is revoked");
}

/// What each grant is answered with.
#[tokio::test]
async fn each_grant_is_answered_in_its_own_way() {
    let of_tenant = r#"{"code":0,"tenant":{"access_token":"t","expire":7200000}}"#;
    let of_user =
        r#"{"tokens":[{"kind":"id"},{"accessToken":"u"}],"refreshToken":"r","expireIn":60}"#;
    let provider = &grant_answers::PROVIDER;

    let client = answering(provider, 200, of_tenant);
    let tokens = client.client_credentials([""; 0]).await.expect("tokens");
    assert_eq!(tokens.access_token().expose(), "t");
    let left = tokens.expires_in().expect("an expiry").as_secs();
    assert!((7140..=7200).contains(&left), "{left}");
    let silent = r#"{"tenant":{"access_token":"t"}}"#;
    let client = answering(provider, 200, silent);
    client.client_credentials([""; 0]).await.expect("tokens");
    let wrong = r#"{"code":99991663,"msg":"no","tenant":{"access_token":"canary"}}"#;
    let client = answering(provider, 200, wrong);
    let error = client.client_credentials([""; 0]).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient));
    assert_eq!(error.description(), Some("no"));
    assert!(!format!("{error:?}").contains("canary"));

    let client = answering(provider, 200, of_user);
    let tokens = client.refresh(&owned()).await.expect("tokens");
    assert_eq!(tokens.access_token().expose(), "u");
    assert_eq!(tokens.refresh_token().map(Secret::expose), Some("r"));

    let client = answering(provider, 200, r#"{"token":"x"}"#);
    let ticket = [("ticket", "ticket".into())];
    let tokens = client.extension("exchange", ticket);
    assert_eq!(tokens.await.expect("tokens").access_token().expose(), "x");

    // One grant's answer is none to another.
    for (body, is_of_tenant) in [(of_user, true), (of_tenant, false)] {
        let client = answering(provider, 200, body);
        let tokens = match is_of_tenant {
            true => client.client_credentials([""; 0]).await,
            false => client.refresh(&owned()).await,
        };
        assert_eq!(tokens.unwrap_err().kind(), ErrorKind::Response);
    }
}

async fn fake(provider: &'static Provider) -> (FakeServer, Core) {
    let fake = Fake::new(provider).start().await.expect("a free port");
    let client = Core::confidential(provider, fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

async fn told(fake: &FakeServer, path: &str, pairs: &[(&str, &str)]) -> (u16, String) {
    let http = reqwest::Client::new();
    let request = http.post(format!("{}{path}", fake.origin())).form(pairs);
    let request = request.basic_auth(
        encoded(fake.client_id()),
        Some(encoded(fake.client_secret())),
    );
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a body"))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The fake behaves by the rules, and its bytes are those that the client reads.
#[tokio::test]
async fn the_fake_refuses_in_the_providers_way() {
    let (fake, client) = fake(&refusals::PROVIDER).await;
    let dead = [("grant_type", "refresh_token"), ("refresh_token", "dead")];
    let (status, body) = told(&fake, "/token", &dead).await;
    assert_eq!(status, 200, "{body}");
    assert!(
        body.contains(r#""errors":[{"errorType":"invalid_token""#),
        "{body}"
    );
    let error = client.refresh(&owned()).await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));

    let (status, body) = told(&fake, "/revoke", &[("token", "none")]).await;
    assert_eq!(status, 400);
    assert!(body.contains("unknown_token"), "{body}");
    client
        .revoke_access_token("none")
        .await
        .expect("it is none");

    let stranger = Core::confidential(&refusals::PROVIDER, fake.client_id(), "wrong");
    let stranger = stranger.with_settings(fake.settings());
    let error = stranger.introspect("none").await.unwrap_err();
    assert_eq!((error.status(), error.code_text()), (Some(403), None));
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient));
    let error = stranger.client_credentials([""; 0]).await.unwrap_err();
    assert_eq!((error.status(), error.code_text()), (Some(401), None));
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient));
}

#[tokio::test]
async fn the_fake_answers_each_grant_in_its_own_way() {
    let (fake, client) = fake(&grant_answers::PROVIDER).await;
    let tokens = client.client_credentials([""; 0]).await.expect("tokens");
    assert!(tokens.refresh_token().is_none());
    assert!(tokens.expires_in().is_some());
    let seen = fake.requests().pop().expect("a request").to_string();
    assert!(seen.contains("/tenant/token"), "{seen}");
    let ticket = [("ticket", "ticket".into())];
    let exchanged = client.extension("exchange", ticket);
    exchanged.await.expect("tokens");
    let login = client.authorize([""; 0]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    assert!(tokens.refresh_token().is_some());
    client.refresh(&tokens).await.expect("tokens");
    let login = client.authorize_device([""; 0]).await.expect("a login");
    fake.approve_device(login.user_code());
    let mut login = login;
    let answer = client.poll_device(&mut login).await.expect("an answer");
    assert!(matches!(answer, DeviceAnswer::Tokens(_)), "{answer:?}");
}
