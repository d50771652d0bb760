//! Area C: the token request (RFC 6749 §2.3, §4.1.3, §4.4.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::Settings;
use oauth_atlas::{Callback, ClientAuth, Core, EndpointKind, ErrorKind, Provider, TokenSet};

use super::{
    CLIENT_ID, CLIENT_SECRET, callback, case, client, failure, granting, refused_spec,
    standard_client, stored,
};
use crate::fixtures::{basic_raw, pkce_unsupported, standard};
use crate::server::{Answer, Received, Server};

fn refreshable(refresh_token: &str) -> TokenSet {
    TokenSet::new("old").with_refresh_token(refresh_token)
}

/// What a request for client credentials has as `Authorization`. Nothing identifies the client in
/// the body as well.
fn authorization(provider: &'static Provider, id: &str, secret: &str) -> String {
    let server = granting();
    let client = Core::confidential(provider, id, secret)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    client.client_credentials([""; 0]).send_blocking().unwrap();
    let sent = server.only();
    assert_eq!(sent.body, "grant_type=client_credentials");
    sent.header("authorization").unwrap().to_owned()
}

#[tokio::test]
async fn c01_example_of_the_rfc() {
    let case = case("C01");
    let [code] = case.given();
    let server = granting();
    let client = pkce_unsupported::Client::confidential("s6BhdRkqt3", "gX1fBat3bV")
        .redirect_uri("https://client.example.com/cb")
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    let callback = callback(&login.pending, code);
    client.finish(login.pending, callback).await.unwrap();
    case.assert_request(&server.only());
}

#[tokio::test]
async fn c02_both_halves_are_form_encoded() {
    let case = case("C02");
    let [id, secret] = case.given();
    let server = granting();
    let client = standard::Client::confidential(id, secret)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    client.client_credentials([]).await.unwrap();
    case.assert_request(&server.only());
}

#[test]
fn c03_question_marks() {
    let [id, secret] = case("C03").given();
    let [expected] = case("C03").expected();
    assert_eq!(authorization(&standard::PROVIDER, id, secret), expected);
}

/// The example of RFC 6749 appendix B, in the header.
#[test]
fn c05_secret_beyond_ascii() {
    let [id, secret] = case("C05").given();
    let [expected] = case("C05").expected();
    let header = authorization(&standard::PROVIDER, id, secret);
    let pair = STANDARD
        .decode(header.strip_prefix("Basic ").unwrap())
        .unwrap();
    assert_eq!(String::from_utf8(pair).unwrap(), format!("{id}:{expected}"));
}

#[test]
fn c06_basic_without_encoding_where_the_spec_says_so() {
    let [id, secret] = case("C06").given();
    let [expected] = case("C06").expected();
    assert_eq!(authorization(&basic_raw::PROVIDER, id, secret), expected);
}

/// The other side of C06: its client at a provider that keeps to the RFC.
#[test]
fn c07_basic_with_encoding_elsewhere() {
    let [id, secret] = case("C06").given();
    let [expected] = case("C07").expected();
    assert_eq!(authorization(&standard::PROVIDER, id, secret), expected);
}

#[test]
fn c09_credentials_go_one_way() {
    for method in [ClientAuth::Basic, ClientAuth::BasicRaw, ClientAuth::Post] {
        let server = granting();
        let client = client(&standard::PROVIDER, &server).client_auth(method);
        client.client_credentials([""; 0]).send_blocking().unwrap();
        client.refresh(&refreshable("r")).send_blocking().unwrap();
        client.revoke_access_token("a").send_blocking().unwrap();
        client.introspect("a").send_blocking().unwrap();
        for sent in server.received() {
            let in_body = ["client_id", "client_secret"].map(|name| sent.form_value(name));
            match method {
                ClientAuth::Post => {
                    assert_eq!(
                        in_body,
                        [Some(CLIENT_ID.into()), Some(CLIENT_SECRET.into())]
                    );
                    assert_eq!(sent.header("authorization"), None);
                }
                _ => {
                    assert_eq!(in_body, [None, None]);
                    let pair = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
                    let expected = format!("Basic {pair}");
                    assert_eq!(sent.header("authorization"), Some(&*expected));
                }
            }
        }
        // Nor can a caller add the other one.
        let doubled = client
            .refresh(&refreshable("r"))
            .param("client_secret", CLIENT_SECRET);
        let error = failure(doubled.to_http_request(), &[]);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("client_secret"), "{error}");
    }
}

#[tokio::test]
async fn c10_public_client_sends_its_id() {
    let server = granting();
    let client = standard::Client::public("aaa/;&")
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    client.refresh(&refreshable("r")).await.unwrap();
    let sent = server.only();
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(
        sent.body,
        "grant_type=refresh_token&refresh_token=r&client_id=aaa%2F%3B%26"
    );
}

#[tokio::test]
async fn c13_verifier_goes_with_the_code_alone() {
    let server = granting();
    let client = standard_client(&server);
    let login = client.authorize([]).start().unwrap();
    let verifier = stored(&login.pending, "code_verifier");
    let callback = callback(&login.pending, "c");
    let tokens = client.finish(login.pending, callback).await.unwrap();
    client
        .refresh(&tokens.with_refresh_token("r"))
        .await
        .unwrap();
    client.client_credentials([]).await.unwrap();
    client.revoke_access_token("a").await.unwrap();
    client.introspect("a").await.unwrap();

    let sent = server.received();
    let verifiers = sent.iter().map(|sent| sent.form_value("code_verifier"));
    assert_eq!(
        verifiers.collect::<Vec<_>>(),
        [Some(verifier), None, None, None, None]
    );
    let added = failure(
        client
            .refresh(&refreshable("r"))
            .param("code_verifier", "v")
            .to_http_request(),
        &[],
    );
    assert_eq!(added.kind(), ErrorKind::Configuration);
}

#[test]
fn c14_refresh() {
    let [refresh_token] = case("C14").given();
    let [body] = case("C14").expected();
    let server = granting();
    let tokens = refreshable(refresh_token).with_scope("read write");
    standard_client(&server)
        .refresh(&tokens)
        .send_blocking()
        .unwrap();
    assert_eq!(server.only().body, body);
}

#[tokio::test]
async fn c15_client_credentials() {
    let scopes: [&str; 2] = case("C15").given();
    let [body] = case("C15").expected();
    let server = granting();
    let request = standard_client(&server).client_credentials([]);
    scopes
        .into_iter()
        .fold(request, |request, scope| request.scope(scope))
        .await
        .unwrap();
    assert_eq!(server.only().body, body);
}

/// Not offered: RFC 9700 §2.4 forbids the grant and OAuth 2.1 leaves it out. A spec cannot declare
/// it, and no caller can put it into another request.
#[test]
fn c16_password_grant_is_not_offered() {
    let message = refused_spec("  client_credentials:\n", "  password:\n");
    assert_eq!(message, "unknown key `password`");

    let server = granting();
    let request = standard_client(&server)
        .client_credentials([])
        .param("grant_type", "password");
    let error = failure(request.send_blocking(), &[]);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("grant_type"), "{error}");
    assert_eq!(server.received().len(), 0);
}

#[test]
fn c17_code_arrives_as_it_is() {
    let [code] = case("C17").given();
    let server = granting();
    let client = standard_client(&server);
    let login = client.authorize([]).start().unwrap();
    let callback = form_urlencoded::Serializer::new(String::from("/callback?"))
        .append_pair("code", code)
        .append_pair("state", &stored(&login.pending, "state"))
        .finish();
    assert_eq!(Callback::from(&callback).get("code"), Some(code));
    client
        .finish(login.pending, callback)
        .send_blocking()
        .unwrap();
    assert_eq!(server.only().form_value("code").as_deref(), Some(code));
}

#[tokio::test]
async fn c18_other_parameters_are_added() {
    let server = granting();
    let client = standard_client(&server);
    client.refresh(&refreshable("r")).await.unwrap();
    client
        .refresh(&refreshable("r"))
        .param("foo", "bar")
        .await
        .unwrap();
    let bodies: Vec<_> = server
        .received()
        .into_iter()
        .map(|sent| sent.body)
        .collect();
    assert_eq!(bodies[1], format!("{}&foo=bar", bodies[0]));
}

#[tokio::test]
async fn c19_redirects_are_not_followed() {
    let elsewhere = granting();
    let location = format!("{}/token", elsewhere.origin);
    for answer in [
        case("C19").answer(),
        Answer::new(307, &[("location", &location)], ""),
    ] {
        let server = Server::start([answer]);
        let result = standard_client(&server)
            .refresh(&refreshable("canary-refresh-token"))
            .await;
        let error = failure(result, &["canary-refresh-token"]);
        assert_eq!(error.kind(), ErrorKind::Response);
        assert_eq!(error.endpoint(), Some(EndpointKind::Token));
        assert!(matches!(error.status(), Some(302 | 307)));
        assert!(error.to_string().contains("redirect"), "{error}");
        server.only();
    }
    assert_eq!(elsewhere.received().len(), 0);
}

/// RFC 6749 appendix B, in the body.
#[test]
fn rfc_6749_appendix_b() {
    let [_, text] = case("C05").given();
    let [encoded] = case("C05").expected();
    let sent = |request: Received| request.body.split_once("&text=").unwrap().1.to_owned();
    let server = granting();
    standard_client(&server)
        .refresh(&refreshable("r"))
        .param("text", text)
        .send_blocking()
        .unwrap();
    assert_eq!(sent(server.only()), encoded);
}
