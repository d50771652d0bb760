//! Client authentication that has no name: each a record in a fixture, and what goes over the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::{ClientAuth, Core, ErrorKind, Settings, TokenSet};

use crate::fixtures::client_auth_records;
use crate::server::{Answer, Received, Server};

fn client(server: &Server) -> Core {
    let settings = Settings::new().replace_origin(&server.origin);
    Core::confidential(&client_auth_records::PROVIDER, "client", "canary-secret")
        .with_settings(settings.expect("a loopback origin"))
}

fn last(server: &Server) -> Received {
    server.received().pop().expect("a request")
}

#[tokio::test]
async fn a_record_is_sent_as_it_says() {
    let answer = r#"{"access_token":"canary-access","token_type":"bearer","active":false}"#;
    let server = Server::start([Answer::json(200, answer)]);
    let client = client(&server);
    client.client_credentials([""; 0]).await.unwrap();
    let sent = last(&server);
    assert_eq!(sent.header("x-app-secret"), Some("canary-secret"));
    assert_eq!(sent.header("authorization"), None);
    assert_eq!(sent.form_value("client_secret"), None);

    client.revoke_access_token("token").await.unwrap();
    let pair = STANDARD.encode("canary-secret:");
    let basic = format!("Basic {pair}");
    assert_eq!(last(&server).header("authorization"), Some(&*basic));

    client.introspect("token").await.unwrap();
    let key = "sso-key client:canary-secret";
    assert_eq!(last(&server).header("authorization"), Some(key));

    let tokens = TokenSet::new("canary-access");
    client.userinfo(&tokens).await.unwrap();
    let sent = last(&server);
    assert_eq!(sent.header("x-token"), Some("canary-access"));
    assert_eq!(sent.header("authorization"), None);
}

#[test]
fn a_record_that_is_a_names_is_the_name() {
    let client = client_auth_records::PROVIDER.confidential.as_ref().unwrap();
    let names = [ClientAuth::Own, ClientAuth::Basic, ClientAuth::Post];
    assert_eq!(client.auth, names);
    assert_eq!(client.own_auth.unwrap().header, "x-app-secret");
}

#[test]
fn a_client_without_a_secret_is_told_so() {
    let core = Core::public(&client_auth_records::PROVIDER, "client").client_auth(ClientAuth::Own);
    let error = core.revoke_access_token("canary").to_http_request();
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("no client secret"), "{error}");
}
