//! Area O: secrets and transport.

use std::fmt::Debug;
use std::thread;
use std::time::Duration;

use oauth_atlas::Settings;
use oauth_atlas::encrypted_secret::EncryptedSecret;
use oauth_atlas::{
    ApiCall, CONNECT_TIMEOUT, Callback, CallbackProblem, Core, EndpointKind, Error, ErrorKind,
    HttpRequest, HttpResponse, Introspection, Login, Method, Pending, Revocation, Secret,
    TOTAL_TIMEOUT, TokenRequest, TokenSet, TokenSource,
};

use super::callback::pending;
use super::{CLIENT_ID, case, client, failure, granting, refused_spec, standard_client, stored};
use crate::fixtures::{issuer, standard};
use crate::server::{Answer, Server};

/// What is shown of a value, in both of the forms that `Debug` has.
fn shown(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}

/// Device codes are not offered (RFC 8628), and private keys are borrowed texts of the caller.
#[tokio::test]
async fn o01_nothing_shows_a_secret() {
    let echo =
        r#"{"error":"invalid_grant","error_description":"canary-refresh is canary-client-secret"}"#;
    let granted = r#"{"access_token":"canary-access","refresh_token":"canary-refresh","id_token":"canary-id","extra":"canary-extra","active":true,"username":"canary-user"}"#;
    let server = Server::start([
        Answer::json(200, granted),
        Answer::json(200, granted),
        Answer::json(400, echo),
    ]);
    let client = standard_client(&server);
    let login = client.authorize([]).start().unwrap();
    let (state, verifier) = (
        stored(&login.pending, "state"),
        stored(&login.pending, "code_verifier"),
    );
    let callback = Callback::from(format!("?code=canary-code&state={state}"));
    let exchange = client.finish(login.pending.clone(), callback.clone());
    let tokens = exchange.clone().await.unwrap();
    let looked_up = client.introspect("canary-access").await.unwrap();
    let refused = failure(client.refresh(&tokens).await, &["canary"]);
    assert!(refused.to_string().contains("[redacted]"), "{refused}");
    let response = client.call_api(
        Method::GET,
        "https://api.standard.example/?q=canary",
        &tokens,
    );

    let values: [&dyn Debug; 18] = [
        &Secret::from("canary-secret"),
        &EncryptedSecret::new("canary-secret"),
        &client,
        &super::client(&standard::PROVIDER, &server),
        &client.authorize([]).param("login_hint", "canary-hint"),
        &login,
        &callback,
        &exchange,
        &exchange.to_http_request().unwrap(),
        &tokens,
        &tokens.extra("extra"),
        &client.refresh(&tokens),
        &client.token_source(tokens.clone()),
        &client.revoke_access_token("canary-access"),
        &client
            .introspect("canary-access")
            .to_http_request()
            .unwrap(),
        &looked_up,
        &response,
        &response.to_http_request().unwrap(),
    ];
    for value in values {
        let shown = shown(value);
        for secret in ["canary", &state, &verifier] {
            assert!(!shown.contains(secret), "{secret} is shown: {shown}");
        }
    }
    assert_eq!(shown(tokens.access_token()), "[redacted] [redacted]");
}

#[test]
fn o03_plain_http_is_refused() {
    let server = Server::start([Answer::json(200, "{}")]);
    let client = || client(&standard::PROVIDER, &server);
    let plain = [
        "http://as.example",
        "http://as.example:443",
        "http://127.0.0.1.as.example",
        "http://localhost.as.example",
        "http://[::2]",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
    ];
    for url in plain {
        let kinds = [
            EndpointKind::Authorization,
            EndpointKind::Token,
            EndpointKind::Revocation,
            EndpointKind::Introspection,
            EndpointKind::UserInfo,
            EndpointKind::Api,
        ];
        let mut results: Vec<_> = kinds
            .map(|kind| Settings::new().replace_endpoint(kind, url).map(drop))
            .into();
        results.push(Settings::new().replace_origin(url).map(drop));
        let call = client().call_api(Method::GET, url, &TokenSet::new("canary-token"));
        results.push(call.send_blocking().map(drop));
        for result in results {
            let error = failure(result, &["canary-token"]);
            assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
            assert!(error.to_string().contains("https"), "{error}");
        }
    }
    assert_eq!(server.received().len(), 0);

    let url = "https://api.standard.example/token";
    let message = refused_spec(url, &url.replace("https", "http"));
    assert_eq!(message, "`api.standard.example` would be called over http");
}

#[test]
fn o04_loopback_is_possible() {
    for host in ["127.0.0.1", "localhost"] {
        let server = granting();
        let origin = server.origin.replace("127.0.0.1", host);
        let client = client(&standard::PROVIDER, &server)
            .with_settings(Settings::new().replace_origin(&origin).unwrap());
        client.client_credentials([""; 0]).send_blocking().unwrap();
        server.only();
    }
    // The stub does not listen there, as not every machine has IPv6.
    let client = Core::public(&standard::PROVIDER, CLIENT_ID)
        .with_settings(Settings::new().replace_origin("http://[::1]:8080").unwrap());
    let request = client
        .client_credentials([""; 0])
        .to_http_request()
        .unwrap();
    assert_eq!(request.url().as_str(), "http://[::1]:8080/token");
}

/// That the state's comparison takes the same time wherever the difference is cannot be seen from
/// outside; that it finds each difference can.
#[tokio::test]
async fn o05_state_and_issuer_are_compared_as_they_are() {
    let server = granting();
    let client = client(&issuer::PROVIDER, &server);
    let state = "canary-state-of-the-login";
    let finished = |state: &str, issuer: &str| {
        let callback = Callback::from_pairs([("code", "c"), ("state", state), ("iss", issuer)]);
        client.finish(pending(&client, "canary-state-of-the-login"), callback)
    };
    let right = issuer::PROVIDER.issuer.unwrap();
    for wrong in [
        "Canary-state-of-the-login",
        "canary-state-of-the-logiN",
        "canary-state-of-the-logi",
        "canary-state-of-the-login2",
        "canary-state-of-the-login ",
    ] {
        let error = failure(finished(wrong, right).await, &[state]);
        assert_eq!(
            error.kind(),
            ErrorKind::Callback(CallbackProblem::WrongState)
        );
    }
    let same_url = [
        "https://honest.as.example/",
        "HTTPS://honest.as.example",
        "https://honest.as.example:443",
    ];
    for wrong in same_url {
        let error = failure(finished(state, wrong).await, &[state]);
        assert_eq!(
            error.kind(),
            ErrorKind::Callback(CallbackProblem::WrongIssuer)
        );
    }
    assert_eq!(server.received().len(), 0);
    finished(state, right).await.unwrap();
}

/// That a limit ends a request is tested in the runtime, with a short one. Here the caller gives up.
#[tokio::test]
async fn o06_silent_server_does_not_hang_the_caller() {
    assert_eq!(CONNECT_TIMEOUT, Duration::from_secs(10));
    assert_eq!(TOTAL_TIMEOUT, Duration::from_secs(30));

    let silent = Answer::Stall(TOTAL_TIMEOUT);
    let server = Server::start([case("D01").answer(), silent]);
    let client = standard_client(&server);
    let tokens = client.client_credentials([]).await.unwrap();
    let is_asked = async {
        while server.received().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        result = client.refresh(&tokens).into_future() => panic!("nothing came, and {result:?}"),
        () = is_asked => {}
    }
}

#[test]
fn o07_clients_are_shared_by_threads() {
    fn shared<Shared: Clone + Send + Sync + 'static>() {}
    fn sent<Sent: IntoFuture<IntoFuture: Send + 'static> + Send + Sync + 'static>() {}
    shared::<Core>();
    shared::<standard::Client>();
    shared::<TokenSet>();
    shared::<TokenSource>();
    shared::<Pending>();
    shared::<Login>();
    shared::<HttpRequest>();
    shared::<HttpResponse>();
    shared::<Error>();
    sent::<TokenRequest>();
    sent::<Revocation>();
    sent::<Introspection>();
    sent::<ApiCall>();

    let server = case("D01").server();
    let client = standard_client(&server);
    thread::scope(|scope| {
        for _ in 0..4 {
            let client = client.clone();
            scope.spawn(move || client.client_credentials([]).send_blocking().unwrap());
        }
    });
    assert_eq!(server.received().len(), 4);
}
