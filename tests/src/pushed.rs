//! Pushed authorization requests (RFC 9126): clients and their fakes, over sockets.

use std::time::{Duration, SystemTime};

use oauth_atlas::fake::{Fake, FakeServer, Fault};
use oauth_atlas::provider::{AuthorizationEndpoint, Endpoint, Provider};
use oauth_atlas::{Core, EndpointKind, ErrorCode, ErrorKind, HeaderMap, HttpResponse, Login};

use crate::fixtures::{pushed_logins, pushed_logins_only};

const REDIRECT_URI: &str = "https://app.example/callback";

async fn started(provider: &'static Provider) -> (FakeServer, Core) {
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::confidential(provider, fake.client_id(), fake.client_secret());
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

fn query(login: &Login) -> Vec<(String, String)> {
    let url = url::Url::parse(&login.url).expect("a URL");
    url.query_pairs().into_owned().collect()
}

#[tokio::test]
async fn the_browser_carries_nothing_but_a_reference() {
    use pushed_logins_only::{Client, Scope};
    let fake = crate::fixtures::fakes::pushed_logins_only();
    let fake = fake.start().await.expect("a port");
    let client = Client::public(fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());

    let login = client.authorize([Scope::Accounts]).push().await;
    let login = login.expect("a login");
    let pairs = query(&login);
    let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    assert_eq!(pairs[0].1, fake.public_client_id());
    let ends = login.url_expires_at.expect("an end");
    let left = ends.duration_since(SystemTime::now()).expect("in a while");
    assert!((50..=60).contains(&left.as_secs()), "{left:?}");

    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await;
    assert_eq!(tokens.expect("tokens").scope(), Some("accounts"));
}

#[tokio::test]
async fn a_provider_that_requires_it_takes_no_other_login() {
    let (fake, client) = started(&pushed_logins_only::PROVIDER).await;
    let error = client
        .authorize(["accounts"])
        .start()
        .expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("call `push`"), "{error}");

    // What a program would send that does not know.
    let by_hand = format!(
        "{}/authorize?response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=accounts",
        fake.origin(),
        "client%2Fid%2B1"
    );
    let error = fake.approve(&by_hand).expect_err("a page");
    assert!(error.to_string().contains("not pushed"), "{error}");
}

#[tokio::test]
async fn a_reference_is_good_once_and_for_a_while_and_for_its_client() {
    let (fake, client) = started(&pushed_logins_only::PROVIDER).await;
    let login = client
        .authorize(["accounts"])
        .push()
        .await
        .expect("a login");
    fake.approve(&login.url).expect("a callback");
    let error = fake.approve(&login.url).expect_err("a page");
    assert!(error.to_string().contains("before"), "{error}");

    let login = client
        .authorize(["accounts"])
        .push()
        .await
        .expect("a login");
    let other = login.url.replace("client_id=client", "client_id=public");
    let error = fake.approve(&other).expect_err("a page");
    assert!(error.to_string().contains("another client"), "{error}");
    let invented = login.url.replace("pushed", "invented");
    let error = fake.approve(&invented).expect_err("a page");
    assert!(error.to_string().contains("not pushed here"), "{error}");
    // Neither attempt has spent it.
    fake.approve(&login.url).expect("a callback");

    fake.set_pushed_lifetime(Duration::ZERO);
    let login = client
        .authorize(["accounts"])
        .push()
        .await
        .expect("a login");
    let error = fake.approve(&login.url).expect_err("a page");
    assert!(error.to_string().contains("expired"), "{error}");
}

#[tokio::test]
async fn mistakes_are_told_before_the_browser_leaves() {
    let (fake, client) = started(&pushed_logins::PROVIDER).await;
    let stranger = Core::confidential(&pushed_logins::PROVIDER, fake.client_id(), "canary-wrong");
    let stranger = stranger
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let error = stranger.authorize(["read"]).push().await.expect_err("no");
    assert_eq!(error.code(), Some(ErrorCode::InvalidClient));
    assert_eq!(
        error.endpoint(),
        Some(EndpointKind::PushedAuthorizationRequest)
    );
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");

    let unknown = client.authorize(["read"]).scope("no:such-scope");
    let error = unknown.push().await.expect_err("no such scope");
    assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
    let again = client.authorize(["read"]).param("request_uri", "urn:other");
    let error = again.push().await.expect_err("RFC 9126 §2.1");
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest));

    let endpoint = EndpointKind::PushedAuthorizationRequest;
    fake.fail_at(endpoint, Fault::RateLimited(7), 1);
    let error = client.authorize(["read"]).push().await.expect_err("later");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = client
        .authorize(["read"])
        .param("state", "own")
        .push()
        .await;
    assert_eq!(
        error.expect_err("ours").kind(),
        ErrorKind::Configuration,
        "the checks of `start`"
    );

    // A login may also begin as ever here.
    let login = client.authorize(["read"]).start().expect("a login");
    assert_eq!(login.url_expires_at, None);
    let callback = fake.approve(&login.url).expect("a callback");
    client
        .finish(login.pending, callback)
        .await
        .expect("tokens");
}

/// A provider whose authorization URL has its own query and its own name for the client.
static ODD: Provider = Provider {
    id: "odd",
    name: "Odd",
    authorization: Some(AuthorizationEndpoint {
        url: "https://odd.example/authorize?page=1",
        rename: &[("client_id", "app")],
        ..AuthorizationEndpoint::STANDARD
    }),
    pushed_authorization_request: Some(Endpoint {
        url: "https://odd.example/par",
        ..Endpoint::STANDARD
    }),
    ..pushed_logins_only::PROVIDER
};

#[test]
fn the_request_names_the_client_once() {
    let client = Core::confidential(&ODD, "id", "secret").redirect_uri(REDIRECT_URI);
    let request = client.authorize(["accounts"]).push();
    let sent = request.to_http_request().expect("a request");
    let pairs: Vec<_> = url::form_urlencoded::parse(sent.body())
        .into_owned()
        .collect();
    let count = |name: &str| pairs.iter().filter(|(other, _)| other == name).count();
    assert_eq!((count("app"), count("client_id")), (1, 0));
    assert_eq!((count("client_secret"), count("code_challenge")), (1, 1));
    let answer =
        |body: &str| request.read_http_response(HttpResponse::new(201, HeaderMap::new(), body));
    let login = answer(r#"{"request_uri":"urn:a&b","expires_in":"soon"}"#).expect("a login");
    assert_eq!(
        login.url,
        "https://odd.example/authorize?page=1&app=id&request_uri=urn%3Aa%26b"
    );
    assert_eq!(login.url_expires_at, None);
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"request_uri":""}"#,
        r#"{"request_uri":7}"#,
        &format!(r#"{{"request_uri":"{}"}}"#, "u".repeat(2049)),
    ] {
        let error = answer(wrong).expect_err(wrong);
        assert_eq!(error.kind(), ErrorKind::Response, "{wrong}");
    }
    let error = answer(r#"{"error":"invalid_request"}"#).expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Refused);
}
