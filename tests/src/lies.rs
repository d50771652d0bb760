//! What becomes of each way in which ID tokens and keys can be wrong, by what a client does with
//! them: tables, and tests that walk them over sockets.

use std::time::Duration;

use oauth_atlas::fake::{Fake, FakeServer, Fault, Lie};
use oauth_atlas::{
    Core, EndpointKind, Error, ErrorKind, IdTokenProblem, ReqwestClient, Settings, TokenSet,
};
use serde_json::{Value, json};

use crate::fixtures::who_logged_in;
use crate::server::{Answer, Server};

const REDIRECT_URI: &str = "https://app.example/callback";

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// An error that tells of this problem.
    Refused(IdTokenProblem),
    /// An error of the request for the keys.
    Failed(ErrorKind),
    /// The tokens are kept without the ID token.
    Dropped,
    /// It is taken: nothing is wrong, or not here.
    Taken,
}

use End::{Dropped, Failed, Refused, Taken};
use IdTokenProblem::{
    Expired, IssuedInFuture, LoggedInTooEarly, Malformed, UnknownKey, WrongAccessToken,
    WrongAlgorithm, WrongAudience, WrongCode, WrongIssuer, WrongNonce, WrongSignature,
};

/// At a login, at a refresh, and where the token that was kept is verified (OpenID Connect Core
/// §3.1.3.7, §12.2). TLS vouches for the signature of a token that comes from the token endpoint.
const LIES: &[(Lie, End, End, End)] = &[
    (
        Lie::Issuer,
        Refused(WrongIssuer),
        Dropped,
        Refused(WrongIssuer),
    ),
    (
        Lie::Audience,
        Refused(WrongAudience),
        Dropped,
        Refused(WrongAudience),
    ),
    (
        Lie::AuthorizedParty,
        Refused(WrongAudience),
        Dropped,
        Refused(WrongAudience),
    ),
    (
        Lie::MissingAudience,
        Refused(WrongAudience),
        Dropped,
        Refused(WrongAudience),
    ),
    (Lie::Expired, Refused(Expired), Dropped, Refused(Expired)),
    (
        Lie::IssuedInFuture,
        Refused(IssuedInFuture),
        Dropped,
        Refused(IssuedInFuture),
    ),
    (
        Lie::MissingIssueTime,
        Refused(Malformed),
        Dropped,
        Refused(Malformed),
    ),
    (
        Lie::MissingSubject,
        Refused(Malformed),
        Dropped,
        Refused(Malformed),
    ),
    (Lie::Subject, Taken, Dropped, Taken),
    (Lie::Nonce, Refused(WrongNonce), Taken, Taken),
    (Lie::MissingNonce, Refused(WrongNonce), Taken, Taken),
    (Lie::OldLogin, Refused(LoggedInTooEarly), Taken, Taken),
    (
        Lie::MissingLoginTime,
        Refused(LoggedInTooEarly),
        Taken,
        Taken,
    ),
    (
        Lie::AccessTokenHash,
        Refused(WrongAccessToken),
        Dropped,
        Refused(WrongAccessToken),
    ),
    (Lie::CodeHash, Refused(WrongCode), Taken, Taken),
    (
        Lie::Unsigned,
        Refused(WrongAlgorithm),
        Dropped,
        Refused(WrongAlgorithm),
    ),
    (
        Lie::Confusion,
        Refused(WrongAlgorithm),
        Dropped,
        Refused(WrongAlgorithm),
    ),
    (Lie::Signature, Taken, Taken, Refused(WrongSignature)),
    (Lie::Key, Taken, Taken, Refused(UnknownKey)),
    (Lie::NamelessKey, Taken, Taken, Taken),
];

async fn started() -> (FakeServer, Core) {
    let fake = Fake::new(&who_logged_in::PROVIDER).start().await;
    let fake = fake.expect("a port");
    let client = Core::confidential(
        &who_logged_in::PROVIDER,
        fake.client_id(),
        fake.client_secret(),
    );
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

async fn log_in(fake: &FakeServer, client: &Core) -> Result<TokenSet, Error> {
    let login = client.authorize(["openid"]).param("max_age", "300");
    let login = login.start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

/// The tokens of a login as a program would have them that checks nothing.
async fn unchecked(fake: &FakeServer, client: &Core) -> TokenSet {
    let login = client.authorize(["openid"]).param("max_age", "300");
    let login = login.start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let request = client.finish(login.pending, callback).to_http_request();
    let (method, url, headers, body) = request.expect("a request").into_parts();
    let sent = reqwest::Client::new().request(method, url);
    let answer = sent.headers(headers).body(body).send().await;
    let answer = answer.expect("an answer").text().await.expect("a text");
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
    let tokens = TokenSet::new(text("access_token"));
    let mut tokens = serde_json::to_value(&tokens).expect("JSON");
    tokens["id_token"] = json!(text("id_token"));
    serde_json::from_value(tokens).expect("tokens")
}

fn end<T>(outcome: Result<T, Error>) -> End {
    match outcome.map_err(|error| error.kind()) {
        Ok(_) => Taken,
        Err(ErrorKind::IdToken(problem)) => Refused(problem),
        Err(kind) => Failed(kind),
    }
}

#[tokio::test]
async fn each_lie_ends_as_the_table_says() {
    for (lie, at_login, at_refresh, verified) in LIES {
        let (fake, client) = started().await;
        let tokens = log_in(&fake, &client).await.expect("tokens");
        fake.lie(Some(*lie));
        assert_eq!(end(log_in(&fake, &client).await), *at_login, "{lie:?}");

        let refreshed = client.refresh(&tokens).await.expect("tokens");
        assert!(refreshed.refresh_token().is_some(), "{lie:?}");
        let told = refreshed.warnings().first().map(|warning| warning.member());
        let ended = match (refreshed.id_token(), told) {
            (Some(_), None) => Taken,
            (None, Some("id_token")) => Dropped,
            other => panic!("{lie:?}: {other:?}"),
        };
        assert_eq!(ended, *at_refresh, "{lie:?}");

        let tokens = unchecked(&fake, &client).await;
        let outcome = client.verify_id_token(&tokens).await;
        assert_eq!(end(outcome), *verified, "{lie:?}");
    }
}

/// Where nothing is known yet, where the key of the token is known, and where it is a new one.
static OUTAGES: &[(Fault, End, End, End)] = &[
    (
        Fault::Status(503),
        Failed(ErrorKind::Server),
        Taken,
        Failed(ErrorKind::Server),
    ),
    (
        Fault::Status(404),
        Failed(ErrorKind::Response),
        Taken,
        Failed(ErrorKind::Response),
    ),
    (
        Fault::RateLimited(1),
        Failed(ErrorKind::RateLimited),
        Taken,
        Failed(ErrorKind::RateLimited),
    ),
    (
        Fault::HtmlPage,
        Failed(ErrorKind::Response),
        Taken,
        Failed(ErrorKind::Response),
    ),
    (
        Fault::Disconnect,
        Failed(ErrorKind::Transport),
        Taken,
        Failed(ErrorKind::Transport),
    ),
    (
        Fault::Stall(Duration::from_secs(2)),
        Failed(ErrorKind::Transport),
        Taken,
        Failed(ErrorKind::Transport),
    ),
];

#[tokio::test]
async fn each_outage_of_the_keys_ends_as_the_table_says() {
    let impatient = reqwest::Client::builder().timeout(Duration::from_millis(500));
    let impatient = ReqwestClient::new(impatient.build().expect("a client"));
    for (fault, unknown, known, new) in OUTAGES {
        let (fake, client) = started().await;
        let tokens = log_in(&fake, &client).await.expect("tokens");
        let client = client.with_settings(Settings::new().http_client(impatient.clone()));
        let fail = || fake.fail_at(EndpointKind::Jwks, fault.clone(), 1);
        fail();
        let outcome = client.verify_id_token(&tokens).await;
        assert_eq!(end(outcome), *unknown, "{fault:?}");
        // It passes.
        client.verify_id_token(&tokens).await.expect("claims");

        let asked = fake.count(EndpointKind::Jwks);
        fail();
        let outcome = client.verify_id_token(&tokens).await;
        assert_eq!(end(outcome), *known, "{fault:?}");
        assert_eq!(fake.count(EndpointKind::Jwks), asked, "{fault:?}");
        fake.rotate_keys();
        let tokens = log_in(&fake, &client).await.expect("tokens");
        let outcome = client.verify_id_token(&tokens).await;
        assert_eq!(end(outcome), *new, "{fault:?}");
    }
}

/// What is done to the set that has the right key.
type Change = fn(&mut Value);

static SETS: &[(&str, Change, End)] = &[
    ("the right one", |_| {}, Taken),
    (
        "bad ones before it",
        |set| {
            let bad = [
                json!({ "kty": "RSA", "kid": "bad", "n": "!", "e": "AQAB" }),
                json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
                json!({ "kty": "oct", "k": "AA" }),
                json!({ "kty": 7 }),
                json!("no key"),
                Value::Null,
            ];
            keys(set).splice(0..0, bad);
        },
        Taken,
    ),
    ("none", |set| keys(set).clear(), Refused(UnknownKey)),
    (
        "a key of another name",
        |set| keys(set)[0]["kid"] = json!("stranger"),
        Refused(UnknownKey),
    ),
    (
        "a key of another use",
        |set| keys(set)[0]["use"] = json!("enc"),
        Refused(UnknownKey),
    ),
    (
        "a key of another algorithm",
        |set| keys(set)[0]["alg"] = json!("RS512"),
        Refused(UnknownKey),
    ),
    (
        "another key of the same name",
        |set| {
            let name = keys(set)[0]["kid"].take();
            let mut other = keys(set).remove(1);
            other["kid"] = name;
            keys(set)[0] = other;
        },
        Refused(WrongSignature),
    ),
    (
        "a MiB and more",
        |set| set["more"] = json!("x".repeat(1024 * 1024)),
        Failed(ErrorKind::Transport),
    ),
    (
        "no set",
        |set| *set = json!([]),
        Failed(ErrorKind::Response),
    ),
];

fn keys(set: &mut Value) -> &mut Vec<Value> {
    set["keys"].as_array_mut().expect("keys")
}

#[tokio::test]
async fn each_set_of_keys_ends_as_the_table_says() {
    let (fake, client) = started().await;
    let tokens = log_in(&fake, &client).await.expect("tokens");
    // The right key, and one that the fake has after a rotation.
    let mut set = json!({ "keys": [] });
    for _ in 0..2 {
        let published = reqwest::get(format!("{}/keys", fake.origin())).await;
        let published = published.expect("an answer").text().await.expect("a text");
        let mut published: Value = serde_json::from_str(&published).expect("JSON");
        let key = keys(&mut published).remove(0);
        assert_eq!(key["kty"], "RSA");
        keys(&mut set).push(key);
        fake.rotate_keys();
    }
    for (name, change, expected) in SETS {
        let mut set = set.clone();
        change(&mut set);
        let server = Server::start([Answer::json(200, set.to_string())]);
        let place = Settings::new().replace_endpoint(EndpointKind::Jwks, &server.origin);
        let client = client.clone().with_settings(place.expect("a URL"));
        let outcome = client.verify_id_token(&tokens).await;
        assert_eq!(end(outcome), *expected, "{name}");
    }
}
