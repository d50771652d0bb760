//! Who logged in: clients and their fakes, over sockets.

use std::time::Duration;

use oauth_atlas::fake::{Fake, FakeServer, Fault, Lie, LogoutLie};
use oauth_atlas::provider::Provider;
use oauth_atlas::{
    Core, EmailVerification, EndpointKind, Error, ErrorKind, HeaderMap, HttpResponse,
    IdTokenProblem, Settings, SubjectScope, TokenSet, apple, github, google, microsoft,
};

use crate::fixtures::who_logged_in;
use crate::server::{Answer, Server, Step};

const REDIRECT_URI: &str = "https://app.example/callback";

#[tokio::test]
async fn apple_tells_by_its_id_token() {
    use apple::{Client, Scope};
    let fake = apple::fake().start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());

    let login = client.authorize([Scope::Email]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    let user = client.user(&tokens).await.expect("a user");

    assert_eq!(user.id(), "fake-user");
    assert_eq!(user.verified_email(), Some("fake.user@example.com"));
    assert_eq!(user.id_scope(), SubjectScope::Client);
    assert!(user.id_token_claims().is_some() && user.userinfo().is_none());
}

#[tokio::test]
async fn github_tells_a_private_address_in_a_second_answer() {
    use github::{Client, Scope};
    let fake = github::fake().start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());

    let login = client
        .authorize([Scope::UserEmail])
        .start()
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    let user = client.user(&tokens).await.expect("a user");
    fake.expire_tokens();
    let ended = client.user(&tokens).await.expect_err("no user");
    assert!(ended.needs_login(), "{ended}");

    assert_eq!(
        (user.id(), user.username()),
        ("fake-user", Some("fake.user"))
    );
    assert_eq!(user.verified_email(), Some("fake.user@example.com"));
    let primary = user
        .response("emails")
        .and_then(|emails| emails.at(0)?.get("primary"));
    assert_eq!(primary.and_then(oauth_atlas::Json::as_bool), Some(true));
    let asked: Vec<_> = fake.requests().iter().map(ToString::to_string).collect();
    assert!(
        asked.iter().any(|one| one.contains("/user/emails")),
        "{asked:?}"
    );
}

/// A user who did not let the program see addresses has logged in nevertheless.
#[tokio::test]
async fn a_second_answer_that_is_refused_is_done_without() {
    let (fake, client) = started(&github::PROVIDER).await;
    let tokens = log_in(&fake, &client, &["read:user"]).await;
    let tokens = tokens.expect("tokens");

    let user = client.user(&tokens).await.expect("a user");
    let asked = fake.requests();
    let last = asked.last().expect("a request");
    assert!(
        last.path.ends_with("/user/emails") && last.status == 403,
        "{last:?}"
    );
    assert_eq!((user.id(), user.verified_email()), ("fake-user", None));
    assert!(user.response("emails").is_none());

    // A server that fails may tell a moment later, and GitHub hides what a token may not see.
    let answered = |status: u16| {
        let mut lookup = client.user(&tokens);
        let answer = |status, body: &str| HttpResponse::new(status, HeaderMap::new(), body);
        let user = answer(200, r#"{"id": 1, "login": "someone"}"#);
        lookup.read_http_response(user).expect("a user");
        lookup.read_http_response(answer(status, ""))?;
        lookup.finish()
    };
    assert!(answered(503).is_err_and(|error| error.is_retryable()));
    assert_eq!(answered(404).expect("a user").id(), "1");
}

#[tokio::test]
async fn a_tenant_of_microsoft_is_named_by_its_own_token() {
    use microsoft::{Client, Scope};
    let fake = microsoft::fake().start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret())
        .tenant("contoso.example")
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());

    let login = client
        .authorize([Scope::Openid, Scope::Email])
        .start()
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
    let user = client.user(&tokens).await.expect("a user");

    assert_eq!(user.id(), "fake-user");
    let email = user.email().expect("an address");
    assert_eq!(email.verification, EmailVerification::Verified);
}

/// A login at the fake of a provider, by a client that knows it.
async fn log_in(fake: &FakeServer, client: &Core, scopes: &[&str]) -> Result<TokenSet, Error> {
    let login = client.authorize(scopes).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

async fn started(provider: &'static Provider) -> (FakeServer, Core) {
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::confidential(provider, fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

fn problem(error: &Error) -> IdTokenProblem {
    match error.kind() {
        ErrorKind::IdToken(problem) => problem,
        other => panic!("{other:?}: {error}"),
    }
}

#[tokio::test]
async fn signatures_are_verified_with_the_provider_s_keys() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    let keys_asked = || {
        let requests = fake.requests();
        requests
            .iter()
            .filter(|one| one.endpoint == EndpointKind::Jwks)
            .count()
    };
    let tokens = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let claims = client.verify_id_token(&tokens).await.expect("claims");
    assert_eq!(
        claims.get("sub").and_then(oauth_atlas::Json::as_str),
        Some("fake-user")
    );
    client.verify_id_token(&tokens).await.expect("claims");
    assert_eq!(keys_asked(), 1, "the keys are kept");

    for (lie, expected) in [
        (Lie::Signature, IdTokenProblem::WrongSignature),
        (Lie::Key, IdTokenProblem::UnknownKey),
    ] {
        fake.lie(Some(lie));
        let tokens = log_in(&fake, &client, &["openid"])
            .await
            .expect("tokens, as TLS vouches");
        for _ in 0..3 {
            let error = client.verify_id_token(&tokens).await.expect_err("an error");
            assert_eq!(problem(&error), expected, "{lie:?}");
        }
    }
    assert_eq!(keys_asked(), 2, "a stranger's key is asked for once");
}

#[tokio::test]
async fn new_keys_are_found_and_an_outage_is_survived() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    let first = log_in(&fake, &client, &["openid"]).await.expect("tokens");

    // Nothing is known yet, so an outage is one, and may pass.
    fake.fail_at(EndpointKind::Jwks, Fault::Status(503), 1);
    let error = client.verify_id_token(&first).await.expect_err("an outage");
    assert!(error.is_retryable(), "{error}");
    fake.fail_at(EndpointKind::Jwks, Fault::HtmlPage, 1);
    let error = client.verify_id_token(&first).await.expect_err("no keys");
    assert_eq!(error.kind(), ErrorKind::Response);
    client.verify_id_token(&first).await.expect("claims");

    fake.rotate_keys();
    let second = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    client.verify_id_token(&second).await.expect("claims");
    let error = client
        .verify_id_token(&first)
        .await
        .expect_err("the old key is gone");
    assert_eq!(problem(&error), IdTokenProblem::UnknownKey);

    // Blocking programs do the same.
    let verified =
        tokio::task::spawn_blocking(move || client.verify_id_token(&second).send_blocking());
    verified.await.expect("no panic").expect("claims");
}

/// OpenID Connect Core §5.3.2.
#[tokio::test]
async fn the_user_is_the_one_of_the_id_token() {
    let (fake, client) = started(&google::PROVIDER).await;
    let tokens = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    assert_eq!(
        client.user(&tokens).await.expect("a user").id(),
        "fake-user"
    );
    fake.set_userinfo(r#"{"sub":"somebody-else"}"#);
    let error = client.user(&tokens).await.expect_err("another user");
    assert!(error.to_string().contains("§5.3.2"), "{error}");
    fake.set_userinfo(r#"{"email":"fake.user@example.com"}"#);
    let error = client.user(&tokens).await.expect_err("nobody");
    assert!(error.to_string().contains("`sub`"), "{error}");
}

/// OpenID Connect RP-Initiated Logout §2 and §3.
#[tokio::test]
async fn a_logout_leads_to_the_provider_and_back() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    let tokens = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let logout = client.log_out(&tokens);
    let back = "https://app.example/bye?a=b";
    let url = logout.redirect_uri(back).state("s/1").url().expect("a URL");
    let query: Vec<_> = url::Url::parse(&url)
        .expect("a URL")
        .query_pairs()
        .into_owned()
        .collect();
    let id_token = tokens.id_token().expect("an ID token").expose().to_owned();
    let expected = [
        ("id_token_hint", id_token.as_str()),
        ("client_id", fake.client_id()),
        ("post_logout_redirect_uri", back),
        ("state", "s/1"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(query, expected);
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let answer = browser
        .build()
        .expect("a client")
        .get(&url)
        .send()
        .await
        .expect("an answer");
    let location = answer.headers().get("location").expect("a redirect");
    assert_eq!(location, "https://app.example/bye?a=b&state=s%2F1");

    let nowhere = Core::public(&github::PROVIDER, "client").log_out(&tokens);
    let error = nowhere.url().expect_err("no such endpoint");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

/// OpenID Connect Back-Channel Logout §2.6.
#[tokio::test]
async fn a_logout_token_is_verified() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let token = client.verify_logout_token(fake.logout_token(None)).await;
    let token = token.expect("a logout token");
    assert_eq!(token.subject.as_deref(), Some("fake-user"));
    assert_eq!(token.session_id.as_deref(), Some("fake-session"));
    assert!(!token.id.is_empty() && token.expires_at > std::time::SystemTime::now());
    for (lie, expected) in [
        (LogoutLie::Issuer, IdTokenProblem::WrongIssuer),
        (LogoutLie::Audience, IdTokenProblem::WrongAudience),
        (LogoutLie::Expired, IdTokenProblem::Expired),
        (LogoutLie::MissingEvent, IdTokenProblem::NoLogoutToken),
        (LogoutLie::Nonce, IdTokenProblem::NoLogoutToken),
        (LogoutLie::Nobody, IdTokenProblem::NoLogoutToken),
        (LogoutLie::MissingId, IdTokenProblem::NoLogoutToken),
        (LogoutLie::Unsigned, IdTokenProblem::WrongAlgorithm),
        (LogoutLie::Signature, IdTokenProblem::WrongSignature),
        (LogoutLie::Key, IdTokenProblem::UnknownKey),
    ] {
        let token = fake.logout_token(Some(lie));
        let error = client.verify_logout_token(token).await;
        assert_eq!(problem(&error.expect_err("a lie")), expected, "{lie:?}");
    }
    // Neither passes for the other.
    let tokens = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let id_token = tokens.id_token().expect("an ID token").clone();
    let error = client.verify_logout_token(id_token).await;
    let error = error.expect_err("no logout token");
    assert_eq!(problem(&error), IdTokenProblem::NoLogoutToken);
    let verified = tokio::task::spawn_blocking({
        let (client, token) = (client.clone(), fake.logout_token(None));
        move || client.verify_logout_token(token).send_blocking()
    });
    verified.await.expect("no panic").expect("a logout token");
}

/// A server of keys in the place of the provider's.
fn with_keys_at(client: &Core, server: &Server) -> Core {
    let url = format!("{}/keys", server.origin);
    let settings = Settings::new().replace_endpoint(EndpointKind::Jwks, &url);
    client.clone().with_settings(settings.expect("a URL"))
}

/// Anyone can send logout tokens in any number.
#[tokio::test]
async fn while_no_keys_can_be_had_tokens_cause_one_request() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    let tokens = log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let forged = || fake.logout_token(Some(LogoutLie::Key));
    let slow = |bytes: Vec<u8>| {
        let wait = Step::Wait(Duration::from_millis(300));
        Answer::Steps(vec![wait, Step::Bytes(bytes)])
    };
    let refusal = || match Answer::new(503, &[], "down") {
        Answer::Bytes(bytes) => slow(bytes),
        other => other,
    };
    for answer in [refusal(), slow(Vec::new()), Answer::new(200, &[], "{}")] {
        let server = Server::start([answer]);
        let client = with_keys_at(&client, &server);
        let mut at_once = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let verification = client.verify_logout_token(forged()).into_future();
            at_once.spawn(async { verification.await.map(drop) });
            let verification = client.verify_id_token(&tokens).into_future();
            at_once.spawn(async { verification.await.map(drop) });
        }
        while let Some(verified) = at_once.join_next().await {
            verified.expect("no panic").expect_err("no keys");
        }
        let error = client.verify_logout_token(forged()).await;
        let error = error.expect_err("no keys");
        assert_eq!(error.endpoint(), Some(EndpointKind::Jwks), "{error}");
        assert_eq!(server.connections(), 1, "{error}");
        // Who has logged in need not wait for the end of the pause.
        client.verify_id_token(&tokens).await.expect_err("no keys");
        assert_eq!(server.connections(), 2, "{error}");
    }
    let threads = Server::start([refusal()]);
    let client = with_keys_at(&client, &threads);
    let verified = (0..20).map(|_| {
        let verification = client.verify_logout_token(forged());
        tokio::task::spawn_blocking(move || verification.send_blocking())
    });
    for verified in verified.collect::<Vec<_>>() {
        verified.await.expect("no panic").expect_err("no keys");
    }
    assert_eq!(threads.connections(), 1);
}

#[tokio::test]
async fn who_waits_for_the_first_keys_gets_them() {
    let (fake, client) = started(&who_logged_in::PROVIDER).await;
    log_in(&fake, &client, &["openid"]).await.expect("tokens");
    let published = reqwest::get(format!("{}/keys", fake.origin())).await;
    let keys = published.expect("an answer").text().await.expect("a text");
    // The first one is given up.
    let server = Server::with(move |index, _| match index {
        0 => Answer::Stall(Duration::from_secs(20)),
        _ => Answer::new(200, &[], &keys),
    });
    let client = with_keys_at(&client, &server);
    let first = tokio::spawn(
        client
            .verify_logout_token(fake.logout_token(None))
            .into_future(),
    );
    while server.received().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..20 {
        waiting.spawn(
            client
                .verify_logout_token(fake.logout_token(None))
                .into_future(),
        );
    }
    tokio::task::yield_now().await;
    first.abort();
    while let Some(verified) = waiting.join_next().await {
        verified.expect("no panic").expect("a logout token");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn who_does_not_tell_of_users_says_so() {
    let client = Core::confidential(&oauth_atlas::cryptofuse::PROVIDER, "client", "secret");
    let error = client
        .user(&TokenSet::new("token"))
        .await
        .expect_err("no rules");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let error = client.verify_id_token(&TokenSet::new("token")).await;
    assert_eq!(
        error.expect_err("no rules").kind(),
        ErrorKind::Configuration
    );
}
