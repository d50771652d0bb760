//! What providers want to be sent that RFC 6749 §4 to §6 and RFC 7009 do not say: each a fixture, a
//! provider that insists on it, and what that provider says to a client of the standard's.

use std::iter;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::Settings;
use oauth_atlas::{
    Core, DeviceAnswer, DeviceLogin, Error, ErrorCode, ErrorKind, Method, Provider, TokenSet,
};

use crate::fixtures::{
    basic_with_id, bearer_secret, captured_values, device_login, extension_grants, grant_rules,
    query_parameters, revocation_by_token, silent_client, standard, token_in_query, user_agent,
    user_info_rules,
};
use crate::server::{Answer, Received, Server};

const CLIENT_ID: &str = "client";
const CLIENT_SECRET: &str = "canary-client-secret";
const REDIRECT_URI: &str = "https://client.example/callback";
const TOKENS: &str = r#"{"access_token":"canary-access","token_type":"bearer"}"#;

fn confidential(provider: &'static Provider, server: &Server) -> Core {
    moved(
        Core::confidential(provider, CLIENT_ID, CLIENT_SECRET),
        server,
    )
}

fn public(provider: &'static Provider, server: &Server) -> Core {
    moved(Core::public(provider, CLIENT_ID), server)
}

fn moved(client: Core, server: &Server) -> Core {
    client.redirect_uri(REDIRECT_URI).with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    )
}

/// A provider that answers requests which are as it wants them, and refuses the others.
fn judging(
    body: &'static str,
    is_right: impl Fn(&Received) -> bool + Send + Sync + 'static,
) -> Server {
    Server::with(move |_, received| match is_right(received) {
        true => Answer::json(200, body),
        false => Answer::json(400, r#"{"error":"invalid_request"}"#),
    })
}

/// The error, once it is sure that it is the provider's refusal and shows no secret.
fn refused<T>(result: Result<T, Error>) {
    let error = checked(result);
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest), "{error}");
}

fn checked<T>(result: Result<T, Error>) -> Error {
    let error = result.err().expect("an error");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("canary"), "{shown}");
    error
}

/// The pairs of a target's query, in order.
fn query(received: &Received) -> Vec<(String, String)> {
    let query = received
        .target()
        .split_once('?')
        .map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Whether these are all pairs, in this order.
fn are(pairs: &[(String, String)], expected: &[(&str, &str)]) -> bool {
    let pairs = pairs.iter().map(|(name, value)| (&**name, &**value));
    pairs.eq(expected.iter().copied())
}

fn basic() -> String {
    let pair = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    format!("Basic {pair}")
}

fn bearer(received: &Received, token: &str) -> bool {
    received.header("authorization") == Some(&*format!("Bearer {token}"))
}

/// Ends a login with a callback that has its state and these parameters.
async fn finished(client: &Core, parameters: &str) -> Result<TokenSet, Error> {
    let login = client.authorize([""; 0]).start();
    let login = login.expect("a login");
    let stored = serde_json::to_value(&login.pending).expect("a login can be stored");
    let state = stored["state"].as_str().expect("a state");
    let callback = format!("{REDIRECT_URI}?state={state}&{parameters}");
    client.finish(login.pending, callback).await
}

#[tokio::test]
async fn everything_is_in_the_query_under_other_names() {
    let server = judging(TOKENS, |received| {
        let expected = [
            ("v", "2"),
            ("auth_code", "a+b/c="),
            ("appid", CLIENT_ID),
            ("secret", CLIENT_SECRET),
            ("action", "request_token"),
        ];
        received.method() == "GET"
            && are(&query(received), &expected)
            && received.body.is_empty()
            && received.header("content-type").is_none()
            && received.header("authorization").is_none()
            && received.header("x-api-key") == Some(CLIENT_ID)
            && received.header("x-version") == Some("2022-06-28")
    });
    let client = confidential(&query_parameters::PROVIDER, &server);
    let tokens = finished(&client, "code=a%2Bb%2Fc%3D").await.unwrap();
    assert_eq!(tokens.access_token().expose(), "canary-access");
    let standard = confidential(&standard::PROVIDER, &server);
    refused(finished(&standard, "code=a%2Bb%2Fc%3D").await);
}

#[tokio::test]
async fn a_secret_in_the_query_is_shown_nowhere() {
    let server = Server::start([Answer::Close]);
    let client = confidential(&query_parameters::PROVIDER, &server);
    let tokens = TokenSet::new("canary-access").with_refresh_token("canary-refresh");
    let error = checked(client.refresh(&tokens).await);
    assert_eq!(error.kind(), ErrorKind::Transport);
    let mut cause = std::error::Error::source(&error);
    while let Some(source) = cause {
        assert!(!format!("{source} {source:?}").contains("canary"));
        cause = source.source();
    }
    assert!(server.only().target().contains("canary-refresh"));
}

#[tokio::test]
async fn a_post_has_no_body_where_the_query_has_everything() {
    let server = judging("", |received| {
        let expected = [
            ("access_token", "canary-token"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
        ];
        received.method() == "POST"
            && are(&query(received), &expected)
            && received.body.is_empty()
            && received.header("content-type").is_none()
    });
    let client = confidential(&query_parameters::PROVIDER, &server);
    client.revoke_access_token("canary-token").await.unwrap();
    let standard = confidential(&standard::PROVIDER, &server);
    refused(standard.revoke_access_token("canary-token").await);
}

#[tokio::test]
async fn the_secret_is_a_bearer_token() {
    let server = judging(TOKENS, |received| {
        bearer(received, CLIENT_SECRET) && received.body == r#"{"grant_type":"client_credentials"}"#
    });
    let grant = |provider| {
        let client = confidential(provider, &server);
        client.client_credentials([""; 0]).into_future()
    };
    grant(&bearer_secret::PROVIDER).await.unwrap();
    refused(grant(&standard::PROVIDER).await);
}

#[tokio::test]
async fn a_token_is_looked_up_with_itself() {
    let server = judging(r#"{"active":true}"#, |received| {
        bearer(received, "canary-token") && received.body.is_empty()
    });
    let look = |provider| confidential(provider, &server).introspect("canary-token");
    assert!(look(&bearer_secret::PROVIDER).await.unwrap().active());
    refused(look(&standard::PROVIDER).await);
}

#[tokio::test]
async fn the_id_is_there_twice() {
    let server = judging(TOKENS, |received| {
        received.header("authorization") == Some(&*basic())
            && received.form_value("client_id").as_deref() == Some(CLIENT_ID)
            && received.form_value("client_secret").is_none()
    });
    let grant = |provider| {
        let client = confidential(provider, &server);
        client.client_credentials([""; 0]).into_future()
    };
    grant(&basic_with_id::PROVIDER).await.unwrap();
    refused(grant(&standard::PROVIDER).await);
}

#[tokio::test]
async fn nothing_says_who_the_client_is() {
    let server = judging(TOKENS, |received| {
        received.header("authorization").is_none() && received.form_value("client_id").is_none()
    });
    let renewed = |provider| {
        let tokens = TokenSet::new("old").with_refresh_token("canary-refresh");
        public(provider, &server).refresh(&tokens).into_future()
    };
    renewed(&silent_client::PROVIDER).await.unwrap();
    refused(renewed(&standard::PROVIDER).await);
}

#[tokio::test]
async fn a_grant_has_another_type_and_more_parameters() {
    let server = judging(TOKENS, |received| {
        received.form_value("grant_type").as_deref() == Some("authorized_code")
            && received.form_value("flow").as_deref() == Some("web")
    });
    let login = async |provider| finished(&public(provider, &server), "code=a").await;
    login(&grant_rules::PROVIDER).await.unwrap();
    refused(login(&standard::PROVIDER).await);
}

#[tokio::test]
async fn a_renewal_has_no_type_and_repeats_the_scope_elsewhere() {
    let server = judging(TOKENS, |received| {
        let expected = [
            ("refresh_token", "canary-refresh"),
            ("scope", "read,write"),
            ("client_id", CLIENT_ID),
        ];
        received.line.starts_with("GET /renew?") && are(&query(received), &expected)
    });
    let renewed = |provider| {
        let tokens = TokenSet::new("old").with_scope("read write");
        let tokens = tokens.with_refresh_token("canary-refresh");
        public(provider, &server).refresh(&tokens).into_future()
    };
    let tokens = renewed(&grant_rules::PROVIDER).await.unwrap();
    assert_eq!(tokens.scope(), Some("read write"));
    refused(renewed(&standard::PROVIDER).await);
}

#[tokio::test]
async fn an_extension_grant_is_a_method() {
    let server = judging(TOKENS, |received| {
        let expected = [
            ("grant_type", "account_credentials"),
            ("account_id", "a&b"),
            ("scope", "all"),
        ];
        received.target() == "/token"
            && are(&received.form(), &expected)
            && received.header("authorization") == Some(&*basic())
    });
    let client = extension_grants::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    let client = client.with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    let request = client.account_credentials("a&b").scope("all");
    let tokens = request.clone().await.unwrap();
    assert_eq!(tokens.scope(), Some("all"));
    // The same parameters get tokens again.
    let source = request.token_source();
    assert_eq!(
        source.tokens().await.unwrap().access_token().expose(),
        "canary-access"
    );
    let standard = confidential(&standard::PROVIDER, &server);
    refused(standard.client_credentials([""; 0]).await);
}

#[tokio::test]
async fn an_extension_grant_has_an_endpoint_of_its_own() {
    let server = judging(TOKENS, |received| {
        let expected = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", "canary.assertion"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("requested_token_use", "on_behalf_of"),
        ];
        received.line.starts_with("GET /exchange?") && are(&query(received), &expected)
    });
    let client = extension_grants::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    let client = client.with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    client.on_behalf_of("canary.assertion").await.unwrap();
    refused(client.on_behalf_of("canary.other").await);
    refused(client.client_credentials([]).await);
}

#[tokio::test]
async fn a_token_is_deleted() {
    let server = judging("", |received| {
        received.line.starts_with("DELETE /me/token HTTP")
            && received.body.is_empty()
            && bearer(received, "canary-token")
    });
    let revoked = |provider| confidential(provider, &server).revoke_access_token("canary-token");
    revoked(&revocation_by_token::PROVIDER).await.unwrap();
    refused(revoked(&standard::PROVIDER).await);
}

#[tokio::test]
async fn the_user_is_asked_for_in_the_providers_way() {
    let server = judging(r#"{"id":7}"#, |received| {
        received.method() == "POST"
            && received.body
                == r#"{"token":"canary-access","client_id":"client","client_secret":"canary-client-secret","fields":"id,name"}"#
            && received.header("x-version") == Some("2")
            && received.header("authorization").is_none()
    });
    let asked = |provider| {
        let tokens = TokenSet::new("canary-access");
        confidential(provider, &server).userinfo(&tokens)
    };
    let user = asked(&user_info_rules::PROVIDER).await.unwrap();
    assert_eq!(user.json().unwrap().get("id").unwrap().as_i64(), Some(7));
    assert_eq!(asked(&standard::PROVIDER).await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_api_takes_the_token_in_the_query() {
    let server = judging("{}", |received| {
        let pairs = query(received);
        let token = pairs.iter().find(|(name, _)| name == "auth");
        token.is_some_and(|(_, value)| value == "a+b/c")
            && received.header("authorization").is_none()
            && received.header("x-client") == Some(CLIENT_ID)
    });
    let tokens = TokenSet::new("a+b/c");
    let client = confidential(&token_in_query::PROVIDER, &server);
    let call = client.call_api(Method::GET, "/items?page=1", &tokens);
    assert_eq!(call.await.unwrap().status(), 200);
    assert_eq!(server.only().target(), "/v1/items?page=1&auth=a%2Bb%2Fc");
    assert_eq!(client.userinfo(&tokens).await.unwrap().status(), 200);
    let headers = client.api_headers(&tokens).unwrap();
    assert!(!format!("{headers:?}").contains("a+b/c") && headers.len() == 1);
    let standard = confidential(&standard::PROVIDER, &server);
    assert_eq!(standard.userinfo(&tokens).await.unwrap().status(), 400);
}

#[tokio::test]
async fn what_the_callback_brings_is_carried_on() {
    let answer = r#"{"access_token":"canary-access","instance_url":"https://acme.my.captured-values.example"}"#;
    let server = judging(answer, |received| {
        received.form_value("device_id").as_deref() == Some("42")
    });
    let callback = "code=a&realmId=9130&device_id=42";
    let client = confidential(&captured_values::PROVIDER, &server);
    let tokens = finished(&client, callback).await.unwrap();
    let call = client.call_api(Method::GET, "items", &tokens);
    // Where the origin is replaced the instance's host is as well, so look before it is sent.
    assert_eq!(call.to_http_request().unwrap().url().path(), "/v1/items");
    let elsewhere = Core::confidential(&captured_values::PROVIDER, CLIENT_ID, CLIENT_SECRET);
    let request = elsewhere.call_api(Method::GET, "items", &tokens);
    assert_eq!(
        request.to_http_request().unwrap().url().as_str(),
        "https://acme.my.captured-values.example/v1/items"
    );
    let foreign = tokens.with_extra("instance_url", "https://evil.example");
    checked(
        elsewhere
            .call_api(Method::GET, "items", &foreign)
            .to_http_request(),
    );
    let standard = confidential(&standard::PROVIDER, &server);
    refused(finished(&standard, callback).await);
}

const STARTED: &str = r#"{"device_code":"canary-device","user_code":"WDJB-MJHT","verification_uri":"https://device-login.example/tv","expires_in":1800,"interval":1}"#;

/// A television and a provider that answers its polls like this.
async fn television(answers: &[Answer]) -> (Server, Core, DeviceLogin) {
    let answers = iter::once(Answer::json(200, STARTED)).chain(answers.iter().cloned());
    let server = Server::start(answers);
    let client = public(&device_login::PROVIDER, &server);
    let login = client.authorize_device(["watch"]).await.unwrap();
    (server, client, login)
}

fn error(code: &str) -> Answer {
    Answer::json(400, format!("{{\"error\":\"{code}\"}}"))
}

#[tokio::test]
async fn g07_g08_a_television_waits_for_its_user() {
    let answers = [error("authorization_pending"), Answer::json(200, TOKENS)];
    let (server, client, login) = television(&answers).await;
    assert_eq!(login.user_code(), "WDJB-MJHT");
    assert_eq!(login.interval(), Duration::from_secs(1));
    let in_half_an_hour = SystemTime::now() + Duration::from_secs(1800);
    assert!(login.expires_at() <= in_half_an_hour);
    assert!(!format!("{login:?} {client:?}").contains("canary"));
    let start = SystemTime::now();
    let tokens = client.finish_device(login).await.unwrap();
    assert!(start.elapsed().unwrap() >= Duration::from_secs(2));
    assert_eq!(tokens.scope(), Some("watch"));
    let received = server.received();
    let [device, poll, again] = &*received else {
        panic!("{received:#?}")
    };
    assert_eq!(
        (device.target(), &*device.body),
        ("/device", "scope=watch&client_id=client")
    );
    let expected = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
                    &device_code=canary-device&client_id=client";
    assert_eq!((poll.target(), &*poll.body), ("/token", expected));
    assert_eq!(poll.body, again.body);
}

#[tokio::test]
async fn g09_g16_slowing_down_lasts_whatever_the_status() {
    let answers = [
        Answer::json(429, r#"{"error":"slow_down"}"#),
        Answer::json(200, r#"{"error":"slow_down"}"#),
        error("authorization_pending"),
        Answer::json(200, TOKENS),
    ];
    let (_, client, mut login) = television(&answers).await;
    for seconds in [6, 11, 11] {
        let wait = Duration::from_secs(seconds);
        let answer = client.poll_device(&mut login).await.unwrap();
        assert_eq!(answer, DeviceAnswer::Pending { wait });
    }
    let stored = serde_json::to_string(&login).unwrap();
    let mut restored: DeviceLogin = serde_json::from_str(&stored).unwrap();
    assert_eq!(restored.interval(), Duration::from_secs(11));
    let answer = client.poll_device(&mut restored).await.unwrap();
    assert!(matches!(answer, DeviceAnswer::Tokens(_)));
}

#[tokio::test]
async fn g11_the_user_may_say_no_or_nothing() {
    for (code, expected) in [
        ("access_denied", ErrorCode::AccessDenied),
        ("expired_token", ErrorCode::ExpiredToken),
    ] {
        let (server, client, login) = television(&[error(code)]).await;
        let error = checked(client.finish_device(login).await);
        assert_eq!(error.code(), Some(expected));
        assert_eq!(server.received().len(), 2);
    }
}

#[tokio::test]
async fn g13_a_lost_connection_makes_the_interval_longer() {
    let (_, client, mut login) = television(&[Answer::Close, Answer::json(200, TOKENS)]).await;
    let error = checked(client.poll_device(&mut login).await);
    assert!(error.is_retryable());
    assert_eq!(login.interval(), Duration::from_secs(2));
    let answer = client.poll_device(&mut login).await.unwrap();
    assert!(matches!(answer, DeviceAnswer::Tokens(_)));
}

#[tokio::test]
async fn a_provider_without_devices_is_told_before_any_request() {
    let server = Server::start([Answer::json(200, STARTED)]);
    let client = public(&standard::PROVIDER, &server);
    let error = checked(client.authorize_device([""; 0]).await);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(server.received().len(), 0);
}

/// The program's own words, in requests of every kind; and nothing is sent without them.
#[tokio::test]
async fn a_program_names_itself_where_the_provider_asks_for_it() {
    const PROGRAM: &str = "acme-calendar/1.0 (it@acme.example)";
    let server = judging(TOKENS, |received| {
        received.header("user-agent") == Some(PROGRAM)
    });
    let silent = confidential(&user_agent::PROVIDER, &server);
    let tokens = TokenSet::new("canary-access").with_refresh_token("canary-refresh");
    let unsent = [
        silent.refresh(&tokens).await.err(),
        silent.revoke_access_token("canary-access").await.err(),
        silent.userinfo(&tokens).await.err(),
        silent.call_api(Method::GET, "me", &tokens).await.err(),
        silent.api_headers(&tokens).err(),
    ];
    for error in unsent {
        let error = error.expect("an error");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(
            error.to_string().contains("`Settings::user_agent`"),
            "{error}"
        );
    }
    assert_eq!(server.received().len(), 0);

    let named = |core: Core| {
        let settings = Settings::new().user_agent(PROGRAM);
        core.with_settings(settings.expect("a user agent"))
    };
    let client = named(silent);
    client.refresh(&tokens).await.expect("tokens");
    client
        .revoke_access_token("canary-access")
        .await
        .expect("done");
    let answer = client.userinfo(&tokens).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let answer = client.call_api(Method::GET, "me", &tokens).await;
    assert_eq!(answer.expect("an answer").status(), 200);
    let headers = client.api_headers(&tokens).expect("headers");
    assert_eq!(headers["user-agent"], PROGRAM);
    // Any other provider is told as well, and is not asked by the library's own name.
    let other = named(confidential(&standard::PROVIDER, &server));
    other.refresh(&tokens).await.expect("tokens");
    refused(
        confidential(&standard::PROVIDER, &server)
            .refresh(&tokens)
            .await,
    );

    for text in ["", "  ", "two\nlines", "Käse"] {
        assert!(Settings::new().user_agent(text).is_err(), "{text:?}");
    }
}
