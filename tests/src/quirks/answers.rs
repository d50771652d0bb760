//! What providers answer that RFC 6749 §4.1.2 and §5 do not: each a fixture and a provider that
//! answers so, and what a client of the standard's makes of the same answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac_sha256::HMAC;
use oauth_atlas::Settings;
use oauth_atlas::{
    CallbackProblem, Core, Error, ErrorCode, ErrorKind, Method, Provider, Secret, TokenSet,
};

use crate::fixtures::{
    captured_values, error_member, error_presence, expiry_date_time, expiry_milliseconds,
    expiry_unix, members_in_two_places, nested_tokens, renamed_callback, renamed_members,
    signed_callback, standard,
};
use crate::responses;
use crate::server::{Answer, Server};

const CLIENT_ID: &str = "client";
const CLIENT_SECRET: &str = "canary-client-secret";
const REDIRECT_URI: &str = "https://client.example/callback";

fn client(provider: &'static Provider, server: &Server) -> Core {
    Core::confidential(provider, CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .with_settings(
            Settings::new()
                .replace_origin(&server.origin)
                .expect("a loopback origin"),
        )
}

/// What a client of the provider makes of this answer to a token request.
async fn granted(provider: &'static Provider, answer: Answer) -> Result<TokenSet, Error> {
    let server = Server::start([answer]);
    let callback =
        |state: &str| responses::callback(provider, None, "c0de", Some(state), CLIENT_SECRET);
    let tokens = finished(provider, &server, callback).await;
    server.only();
    tokens
}

async fn tokens(provider: &'static Provider, body: &str) -> TokenSet {
    granted(provider, Answer::json(200, body)).await.unwrap()
}

/// The error, once it is sure that it shows no secret.
async fn refused(provider: &'static Provider, status: u16, body: &str) -> Error {
    let tokens = granted(provider, Answer::json(status, body)).await;
    checked(tokens.expect_err("an error"))
}

fn checked(error: Error) -> Error {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    error
}

/// The standard finds no tokens in this answer.
async fn means_nothing_to_the_standard(body: &str) {
    let error = refused(&standard::PROVIDER, 200, body).await;
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
}

/// Ends a login with a callback that has its state and these pairs.
async fn finished(
    provider: &'static Provider,
    server: &Server,
    callback: impl FnOnce(&str) -> String,
) -> Result<TokenSet, Error> {
    let client = client(provider, server);
    let login = client.authorize([""; 0]).start().expect("a login");
    let stored = serde_json::to_value(&login.pending).expect("a login can be stored");
    let state = stored["state"].as_str().expect("a state");
    client.finish(login.pending, callback(state)).await
}

/// The problem with a callback, after which nothing was sent.
async fn problem(
    provider: &'static Provider,
    callback: impl FnOnce(&str) -> String,
) -> CallbackProblem {
    let server = granting();
    let tokens = finished(provider, &server, callback).await;
    let error = checked(tokens.expect_err("an error"));
    assert_eq!(server.received().len(), 0);
    match error.kind() {
        ErrorKind::Callback(problem) => problem,
        other => panic!("{other:?}"),
    }
}

fn granting() -> Server {
    Server::start([Answer::json(200, r#"{"access_token":"a"}"#)])
}

fn at(seconds: u64) -> Option<SystemTime> {
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Whether a time is this far from now, but for the time that the test takes.
fn is_about(time: Option<SystemTime>, lifetime: Duration) -> bool {
    let expected = SystemTime::now() + lifetime;
    time.is_some_and(|time| time <= expected && time + Duration::from_secs(60) > expected)
}

#[tokio::test]
async fn members_are_where_the_provider_has_them() {
    let body = r#"{"person":{"id":7,"accessToken":"canary-access","expiresAt":1700003600500,"renewal":{"token":"canary-refresh"}},"permissions":["read","write"],"token_type":"bearer"}"#;
    let tokens = tokens(&renamed_members::PROVIDER, body).await;
    assert_eq!(tokens.access_token().expose(), "canary-access");
    assert_eq!(tokens.refresh_token().unwrap().expose(), "canary-refresh");
    assert_eq!(tokens.expires_at(), at(1_700_003_600));
    assert_eq!(tokens.scopes().collect::<Vec<_>>(), ["read", "write"]);
    let stored = serde_json::to_string(&tokens).unwrap();
    assert_eq!(stored.matches("canary-access").count(), 1);
    means_nothing_to_the_standard(body).await;
    // A provider with names of its own means something else by the standard's.
    let standard = r#"{"access_token":"canary"}"#;
    let error = refused(&renamed_members::PROVIDER, 200, standard).await;
    assert!(
        error.to_string().contains("`person.accessToken`"),
        "{error}"
    );
}

#[tokio::test]
async fn wrapped_tokens_are_unwrapped() {
    let body = r#"{"code":0,"message":"success","data":{"tokens":{"access_token":"canary","expires_in":60,"open_id":"o-1"}}}"#;
    let tokens = tokens(&nested_tokens::PROVIDER, body).await;
    assert_eq!(tokens.access_token().expose(), "canary");
    assert!(is_about(tokens.expires_at(), Duration::from_secs(60)));
    assert_eq!(tokens.captured("open_id").as_deref(), Some("o-1"));
    assert_eq!(tokens.captured("message").as_deref(), Some("success"));
    means_nothing_to_the_standard(body).await;
}

#[tokio::test]
async fn a_number_is_an_error_code() {
    let body = r#"{"code":40029,"message":"the code is spent","data":{"tokens":null}}"#;
    let error = refused(&nested_tokens::PROVIDER, 200, body).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.code_text(), Some("40029"));
    assert_eq!(error.description(), Some("the code is spent"));
    assert_eq!(error.hint(), Some("Start the login again."));
    assert!(error.needs_login());
    means_nothing_to_the_standard(body).await;
    let busy = refused(&nested_tokens::PROVIDER, 200, r#"{"code":50001}"#).await;
    assert!(busy.is_retryable() && !busy.needs_login());
}

#[tokio::test]
async fn an_error_comes_with_a_success_status() {
    let body = r#"{"ok":false,"error":"code_already_used","detail":{"text":"Try again."},"access_token":"canary"}"#;
    let error = refused(&error_member::PROVIDER, 200, body).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.code_text(), Some("code_already_used"));
    assert_eq!(error.description(), Some("Try again."));
    assert_eq!(error.status(), Some(200));
    // The standard knows no `ok`, and takes the token.
    let taken = tokens(&standard::PROVIDER, body).await;
    assert_eq!(taken.access_token().expose(), "canary");

    let success = r#"{"ok":true,"access_token":"a"}"#;
    tokens(&error_member::PROVIDER, success).await;
    let silent = refused(&error_member::PROVIDER, 200, r#"{"access_token":"canary"}"#).await;
    assert_eq!(silent.kind(), ErrorKind::Response);
    assert!(silent.to_string().contains("`ok`"), "{silent}");
}

#[tokio::test]
async fn a_revocation_fails_with_a_success_status() {
    let revoked = async |provider, body: &str| {
        let server = Server::start([Answer::json(200, body)]);
        client(provider, &server)
            .revoke_access_token("canary-token")
            .await
    };
    let body = r#"{"ok":false,"error":"not_authed"}"#;
    let error = revoked(&error_member::PROVIDER, body).await;
    let error = checked(error.expect_err("an error"));
    assert_eq!(error.code_text(), Some("not_authed"));
    for success in ["", r#"{"ok":true}"#] {
        revoked(&error_member::PROVIDER, success).await.unwrap();
    }
    revoked(&standard::PROVIDER, body).await.unwrap();
}

#[tokio::test]
async fn an_object_is_the_error() {
    let body = r#"{"fault":{"name":"spent","text":"Too late."}}"#;
    for status in [200, 400] {
        let error = refused(&error_presence::PROVIDER, status, body).await;
        assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
        assert_eq!(error.description(), Some("Too late."));
    }
    let success = r#"{"fault":null,"access_token":"a"}"#;
    tokens(&error_presence::PROVIDER, success).await;
    let error = refused(&standard::PROVIDER, 400, body).await;
    assert_eq!((error.kind(), error.code()), (ErrorKind::Response, None));
}

#[tokio::test]
async fn members_in_one_of_several_places() {
    let bot = r#"{"bot_token":"canary-bot","expires_in":600,"scope":"read","refresh_token":"canary-bot-refresh"}"#;
    let read = tokens(&members_in_two_places::PROVIDER, bot).await;
    assert_eq!(read.access_token().expose(), "canary-bot");

    let user = r#"{"bot_token":null,"refresh_token":"","authed_user":{"id":"U1","token":"canary-user",
        "refresh_token":"canary-user-refresh","expires_in":"600","scope":"write"}}"#;
    let read = tokens(&members_in_two_places::PROVIDER, user).await;
    assert_eq!(read.access_token().expose(), "canary-user");
    let refresh_token = read.refresh_token().map(Secret::expose);
    assert_eq!(refresh_token, Some("canary-user-refresh"));
    assert!(is_about(read.expires_at(), Duration::from_secs(600)));
    assert_eq!(read.scope(), Some("write"));
    assert_eq!(read.captured("user_id").as_deref(), Some("U1"));
    let shown = format!("{read:?}");
    assert!(!shown.contains("canary"), "{shown}");
    means_nothing_to_the_standard(user).await;

    // The first counts, and what is in the other place stays there.
    let both = r#"{"bot_token":"canary-bot","expires_in":600,"authed_user":{"id":"U1",
        "token":"canary-user","expires_in":60,"scope":"write"}}"#;
    let read = tokens(&members_in_two_places::PROVIDER, both).await;
    assert_eq!(read.access_token().expose(), "canary-bot");
    assert!(is_about(read.expires_at(), Duration::from_secs(600)));
    assert_ne!(read.scope(), Some("write"));
    let user_token = read.captured("user_token");
    assert_eq!(user_token.as_deref(), Some("canary-user"));

    let neither = r#"{"bot_token":"","authed_user":{"id":"U1"}}"#;
    let error = refused(&members_in_two_places::PROVIDER, 200, neither).await;
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
    let server = Server::start([
        Answer::json(200, r#"{"active":false,"is_valid":true}"#),
        Answer::json(200, r#"{"active":null,"is_valid":true}"#),
        Answer::json(200, r#"{"is_valid":true}"#),
    ]);
    let client = client(&members_in_two_places::PROVIDER, &server);
    for active in [false, true, true] {
        let told = client.introspect("a").await;
        assert_eq!(told.expect("an answer").active(), active);
    }
}

#[tokio::test]
async fn lifetimes_in_milliseconds() {
    let body = r#"{"access_token":"a","refresh_token":"r","lifetime":7200000,"refresh_lifetime":"1209600","expires_in":1}"#;
    let read = tokens(&expiry_milliseconds::PROVIDER, body).await;
    let hours = Duration::from_secs(2 * 3600);
    assert!(is_about(read.expires_at(), hours));
    let fortnight = Duration::from_secs(14 * 24 * 3600);
    assert!(is_about(read.refresh_expires_at(), fortnight));
    let stored = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<TokenSet>(&stored).unwrap(), read);

    let standard = tokens(&standard::PROVIDER, body).await;
    assert!(!is_about(standard.expires_at(), hours));
    assert_eq!(standard.refresh_expires_at(), None);
}

#[tokio::test]
async fn expiry_as_a_time_since_1970() {
    let body =
        r#"{"access_token":"a","expires_on":1700003600,"refresh":{"expires_on":1702592000999}}"#;
    let read = tokens(&expiry_unix::PROVIDER, body).await;
    assert_eq!(read.expires_at(), at(1_700_003_600));
    assert_eq!(read.refresh_expires_at(), at(1_702_592_000));
    assert!(read.is_expired());
    let standard = tokens(&standard::PROVIDER, body).await;
    assert_eq!(standard.expires_at(), None);
    // The standard would wait half a century for it.
    let seconds = tokens(
        &standard::PROVIDER,
        r#"{"access_token":"a","expires_in":1700003600}"#,
    )
    .await;
    assert!(!seconds.is_expired());
}

#[tokio::test]
async fn expiry_as_a_date() {
    let body = r#"{"access_token":"a","expires_at":"2023-11-14T23:13:20.5Z","refresh_expires_at":"2023-12-15T00:13:20+01:00"}"#;
    let read = tokens(&expiry_date_time::PROVIDER, body).await;
    assert_eq!(read.expires_at(), at(1_700_003_600));
    assert_eq!(read.refresh_expires_at(), at(1_702_595_600));
    let vague = r#"{"access_token":"canary","expires_at":"tomorrow"}"#;
    let unknown = tokens(&expiry_date_time::PROVIDER, vague).await;
    assert_eq!(unknown.expires_at(), None);
    assert_eq!(unknown.warnings()[0].member(), "expires_at");
    let standard = r#"{"access_token":"canary","expires_in":"2023-11-14T23:13:20.5Z"}"#;
    let unknown = tokens(&standard::PROVIDER, standard).await;
    assert_eq!(unknown.expires_at(), None);
    assert_eq!(unknown.warnings()[0].member(), "expires_in");
}

#[tokio::test]
async fn a_callback_has_names_of_its_own() {
    let callback = |state: &str| format!("?auth_code=c0de&state={state}");
    let server = granting();
    finished(&renamed_callback::PROVIDER, &server, callback)
        .await
        .unwrap();
    assert_eq!(server.only().form_value("code").as_deref(), Some("c0de"));
    let missing = problem(&standard::PROVIDER, callback).await;
    assert_eq!(missing, CallbackProblem::MissingCode);
    let standard = |state: &str| format!("?code=canary&state={state}");
    let missing = problem(&renamed_callback::PROVIDER, standard).await;
    assert_eq!(missing, CallbackProblem::MissingCode);
}

#[tokio::test]
async fn a_callbacks_own_error_is_one_of_the_standards() {
    let callback =
        |state: &str| format!("?error_reason=user_denied&error_message=Not+now.&state={state}");
    let server = granting();
    let error = finished(&renamed_callback::PROVIDER, &server, callback).await;
    let error = error.expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
    assert_eq!(error.code_text(), Some("user_denied"));
    assert_eq!(error.description(), Some("Not now."));
    let missing = problem(&standard::PROVIDER, callback).await;
    assert_eq!(missing, CallbackProblem::MissingCode);
}

/// The query of a callback as the provider signs it.
fn signed(state: &str, shop: &str) -> String {
    let signed = format!("code=c0de&shop={shop}&state={state}");
    let signature = HMAC::mac(&signed, CLIENT_SECRET);
    let digits: String = signature
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    format!("?state={state}&hmac={digits}&shop={shop}&code=c0de")
}

#[tokio::test]
async fn a_signed_callback_is_checked_before_anything_is_sent() {
    let provider = &signed_callback::PROVIDER;
    let shop = "acme.signed-callback.example";
    let server = granting();
    let tokens = finished(provider, &server, |state| signed(state, shop)).await;
    let tokens = tokens.unwrap();
    assert_eq!(tokens.get(signed_callback::Shop).as_deref(), Some(shop));

    let unsigned = |state: &str| format!("?code=c0de&shop={shop}&state={state}");
    for forged in [
        problem(provider, unsigned).await,
        problem(provider, |state| {
            signed(state, shop).replace("c0de", "other")
        })
        .await,
        problem(provider, |state| signed(state, shop) + "&more=1").await,
    ] {
        assert_eq!(forged, CallbackProblem::WrongSignature);
    }
    let elsewhere = problem(provider, |state| signed(state, "evil.example")).await;
    assert_eq!(elsewhere, CallbackProblem::ForbiddenHost);
    let server = granting();
    let standard = finished(&standard::PROVIDER, &server, unsigned).await;
    assert_eq!(standard.unwrap().captured("shop"), None);
}

const CAPTURED: &str = r#"{"access_token":"a","refresh_token":"r","instance_url":"https://acme.my.captured-values.example","team":{"id":42}}"#;

#[tokio::test]
async fn values_are_kept_with_the_tokens() {
    let provider = &captured_values::PROVIDER;
    let client = captured_values::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    let callback = |state: &str| format!("?code=c0de&state={state}&realmId=9130&device_id=d%2F1");
    let server = Server::start([Answer::json(200, CAPTURED)]);
    let tokens = finished(provider, &server, callback).await.unwrap();
    let sent = server.only();
    assert_eq!(sent.form_value("device_id").as_deref(), Some("d/1"));
    assert_eq!(sent.form_value("realmId"), None);

    // They survive storage and renewal.
    let stored = serde_json::to_string(&tokens).unwrap();
    let tokens: TokenSet = serde_json::from_str(&stored).unwrap();
    let server = granting();
    let renewed = self::client(provider, &server).refresh(&tokens).await;
    for tokens in [&tokens, &renewed.unwrap()] {
        assert_eq!(
            tokens.get(captured_values::RealmId).as_deref(),
            Some("9130")
        );
        assert_eq!(
            tokens.get(captured_values::DeviceId).as_deref(),
            Some("d/1")
        );
        assert_eq!(tokens.get(captured_values::TeamId).as_deref(), Some("42"));
        assert_eq!(
            tokens.get(captured_values::InstanceUrl).as_deref(),
            Some("https://acme.my.captured-values.example")
        );
        let call = client
            .call_api(Method::GET, "items", tokens)
            .to_http_request()
            .unwrap();
        assert_eq!(
            call.url().as_str(),
            "https://acme.my.captured-values.example/v1/items"
        );
    }

    let server = Server::start([Answer::json(200, CAPTURED)]);
    let standard = finished(&standard::PROVIDER, &server, callback).await;
    let standard = standard.unwrap();
    assert_eq!(server.only().form_value("device_id"), None);
    assert_eq!(standard.captured("realm_id"), None);
    assert_eq!(standard.captured("team_id"), None);
}

#[tokio::test]
async fn a_value_that_has_to_be_kept_has_to_come() {
    let provider = &captured_values::PROVIDER;
    let missing = problem(provider, |state| format!("?code=c0de&state={state}")).await;
    assert_eq!(missing, CallbackProblem::MissingCapture);
    let error = refused(provider, 200, r#"{"access_token":"canary"}"#).await;
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("`instance_url`"), "{error}");
}

#[tokio::test]
async fn an_access_token_is_sent_to_no_host_but_the_providers() {
    let provider = &captured_values::PROVIDER;
    let client = captured_values::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    for host in [
        "https://canary.example",
        "http://acme.my.captured-values.example",
        "https://acme.my.captured-values.example@canary.example",
    ] {
        let answer = CAPTURED.replace("https://acme.my.captured-values.example", host);
        let error = refused(provider, 200, &answer).await;
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.to_string().contains("`instance_url`"), "{error}");

        let stored = TokenSet::new("canary").with_extra("instance_url", host);
        let call = client
            .call_api(Method::GET, "items", &stored)
            .to_http_request();
        let error = checked(call.expect_err("nothing to send"));
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}
