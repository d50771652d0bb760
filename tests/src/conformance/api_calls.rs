//! Area N: the access token at the API (RFC 6750), and `WWW-Authenticate`.

use oauth_atlas::{Challenge, ErrorKind, HttpResponse, Method, TokenSet};

use super::{CLIENT_ID, ITEMS, case, client, failure, standard_client};
use crate::fixtures::{api_header, token_in_query};
use crate::server::{Answer, Server};

/// The response to a call that the API answers like this.
async fn called(answer: Answer) -> HttpResponse {
    let server = Server::start([answer]);
    let response = standard_client(&server)
        .call_api(Method::GET, ITEMS, &TokenSet::new("a"))
        .await;
    server.only();
    response.unwrap()
}

/// What is read of a `WWW-Authenticate` header.
async fn challenges(header: &str) -> Vec<Challenge> {
    let response = called(Answer::new(401, &[("www-authenticate", header)], "")).await;
    assert!(response.is_unauthorized());
    response.challenges()
}

/// A challenge as it would be written without anything odd.
fn written(challenge: &Challenge) -> String {
    let parameters = challenge
        .parameters()
        .map(|(name, value)| format!("{name}={value}"));
    format!(
        "{} {}",
        challenge.scheme(),
        parameters.collect::<Vec<_>>().join(",")
    )
}

#[tokio::test]
async fn n01_token_is_in_the_header_alone() {
    let [token] = case("N01").given();
    let [header] = case("N01").expected();
    let (name, value) = header.split_once(": ").unwrap();
    let server = Server::start([Answer::json(200, "{}")]);
    let (client, tokens) = (standard_client(&server), TokenSet::new(token));
    client
        .call_api(Method::POST, ITEMS, &tokens)
        .json_body("[]")
        .await
        .unwrap();
    client.userinfo(&tokens).await.unwrap();
    let sent = server.received();
    let targets: Vec<_> = sent
        .iter()
        .map(|sent| (sent.target(), &*sent.body))
        .collect();
    assert_eq!(targets, [("/items", "[]"), ("/userinfo", "")]);
    for sent in sent {
        assert_eq!(sent.header(&name.to_lowercase()), Some(value));
    }
}

/// A token in a URL ends up in logs and histories (RFC 9700 §4.3.2), so it goes there only where a
/// spec says so; in a body nowhere, as no provider of ours wants it there.
#[test]
fn n02_token_in_another_place_where_the_spec_says_so() {
    let server = Server::start([Answer::json(200, "{}")]);
    let call =
        client(&api_header::PROVIDER, &server).call_api(Method::GET, "items", &TokenSet::new("a"));
    call.send_blocking().unwrap();
    let sent = server.only();
    assert_eq!((sent.target(), &*sent.body), ("/v1/items", ""));
    assert_eq!(sent.header("access-token"), Some("a"));
    assert_eq!(sent.header("x-app-key"), Some(CLIENT_ID));
    assert_eq!(sent.header("authorization"), None);

    let server = Server::start([Answer::json(200, "{}")]);
    let call = client(&token_in_query::PROVIDER, &server).call_api(
        Method::GET,
        "items",
        &TokenSet::new("a"),
    );
    call.send_blocking().unwrap();
    let sent = server.only();
    assert_eq!((sent.target(), &*sent.body), ("/v1/items?auth=a", ""));
    assert_eq!(sent.header("authorization"), None);
}

#[tokio::test]
async fn n03_token_that_would_be_another_header() {
    let server = Server::start([Answer::json(200, "{}")]);
    let client = standard_client(&server);
    for token in [
        "canary\r\nx-injected: 1",
        "canary\n",
        "canary\u{e9}",
        "canary\u{7f}",
        "a canary",
        "",
    ] {
        let tokens = TokenSet::new(token);
        let call = client.call_api(Method::GET, ITEMS, &tokens).await.map(drop);
        for result in [
            call,
            client.userinfo(&tokens).await.map(drop),
            client.api_headers(&tokens).map(drop),
        ] {
            let error = failure(result, &["canary"]);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("the access token"), "{error}");
        }
    }
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn n04_error_and_description() {
    let response = called(case("N04").answer()).await;
    assert!(response.is_unauthorized());
    let [challenge] = &response.challenges()[..] else {
        panic!("one challenge")
    };
    assert!(challenge.is_bearer());
    assert_eq!(challenge.error(), Some("invalid_token"));
    assert_eq!(
        challenge.error_description(),
        Some("The access token expired")
    );
}

#[tokio::test]
async fn n05_two_challenges() {
    let [header] = case("N05").given();
    let read: Vec<_> = challenges(header).await.iter().map(written).collect();
    let expected = [
        "Bearer error=invalid_token,error_description=bad stuff",
        "Basic realm=simple",
    ];
    assert_eq!(read, expected);
}

#[tokio::test]
async fn n06_escapes_are_undone() {
    let [header] = case("N06").given();
    let read: Vec<_> = challenges(header).await.iter().map(written).collect();
    let expected = [
        r#"Newauth realm=apps,type=1,title=Login to "apps""#,
        "Scheme realm=simple",
    ];
    assert_eq!(read, expected);
}

/// For every provider, as whatever is read is only a hint.
#[tokio::test]
async fn n07_odd_commas_and_spaces() {
    let expected = ["realm=foo", "realm=basic", "realm=foo,bar=xyz,a=b,c=d"];
    for (header, parameters) in case("N07").given::<3>().into_iter().zip(expected) {
        let read: Vec<_> = challenges(header).await.iter().map(written).collect();
        assert_eq!(read, [format!("Scheme {parameters}")], "{header}");
    }
}

#[tokio::test]
async fn n08_malformed_challenges() {
    let headers: [&str; 4] = case("N08").given();
    let expected: [&[&str]; 4] = [&[], &[], &["Scheme "], &[]];
    for (header, expected) in headers.into_iter().zip(expected) {
        let read: Vec<_> = challenges(header).await.iter().map(written).collect();
        assert_eq!(read, expected, "{header}");
    }
    let response = called(case("N08").answer()).await;
    assert!(response.is_unauthorized());
    assert!(response.challenges().is_empty());
}

#[tokio::test]
async fn n09_unauthorized_without_a_challenge() {
    let response = called(case("N09").answer()).await;
    assert!(response.is_unauthorized());
    assert!(response.challenges().is_empty());
}
