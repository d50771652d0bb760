//! What a thief, or a program with a mistake, tries with pushed logins and proofs of possession.

use std::sync::Arc;

use http::HeaderName;
use oauth_atlas::{EndpointKind, ErrorCode, HttpClient, HttpRequest, Login, ReqwestClient};

use crate::browser::{Browser, Decision, End};
use crate::registration::id;
use crate::server::Server;
use crate::subject::Ask;

/// RFC 9126 §2.3, §4.
pub async fn a_pushed_login_is_for_its_client_and_one_browser(server: &Server) {
    let ask = server.ask();
    let client = server.confidential("web");
    let unknown = Ask {
        scopes: vec![server.expected.unknown_scope.scope.clone()],
        ..server.ask()
    };
    for (refused, code) in [
        (
            server.with_secret("web", "another secret").push(&ask).await,
            ErrorCode::InvalidClient,
        ),
        (client.push(&unknown).await, ErrorCode::InvalidScope),
    ] {
        let error = refused.expect_err("a refusal");
        let endpoint = Some(EndpointKind::PushedAuthorizationRequest);
        assert_eq!((error.endpoint(), error.code()), (endpoint, Some(code)));
    }

    let login = client.push(&ask).await.expect("a reference");
    let url = |login: &Login, client: &str| {
        let mut url = url::Url::parse(&login.url).expect("a URL");
        let reference = url.query_pairs().find(|(name, _)| name == "request_uri");
        let reference = reference.expect("a reference").1.into_owned();
        let pairs = [("client_id", client), ("request_uri", &reference)];
        url.query_pairs_mut().clear().extend_pairs(pairs);
        url.to_string()
    };
    // Another client may not use it, and nobody may use one that was never given.
    for wrong in [
        url(&login, id("post")),
        format!("{}x", url(&login, id("web"))),
    ] {
        let end = Browser::new(Decision::Allow).visit(&wrong).await;
        assert!(gives_nothing(&end), "{end:?}");
    }
    Browser::new(Decision::Allow).callback(&login).await;
    let again = Browser::new(Decision::Allow).visit(&login.url).await;
    assert!(gives_nothing(&again), "{again:?}");
}

/// Whether a login ended without a code: at a page that refuses it, or with an error.
fn gives_nothing(end: &End) -> bool {
    match end {
        End::Page { status, .. } => *status == 400,
        End::Callback { url, .. } => url.contains("error=") && !url.contains("?code="),
    }
}

/// RFC 9449 §11.1, §4.3.
pub async fn a_proof_is_for_one_request(server: &Server) {
    const DPOP: HeaderName = HeaderName::from_static("dpop");
    let client = server.confidential("machine").with_dpop();
    let scopes = &server.expected.client_credentials.scopes;
    // The first answer brings the nonce that the next proof has.
    let tokens = client.client_credentials(scopes).await.expect("tokens");
    let http = reqwest::Client::builder().no_proxy().build();
    let http = ReqwestClient::new(http.expect("a client without TLS can be built"));
    let http = Arc::new(http);
    let made = || {
        let request = client.client_credentials(scopes).to_http_request();
        request.expect("a request")
    };
    let send = async |request: HttpRequest| {
        let response = Arc::clone(&http).send(request).await.expect("an answer");
        let error = response.json().ok();
        let error = error
            .as_ref()
            .and_then(|body| body.get("error")?.as_str().map(str::to_owned));
        (response.status(), error)
    };
    let request = made();
    assert_eq!(send(request.clone()).await, (200, None));
    // §11.1 names no code.
    let (status, error) = send(request).await;
    assert_eq!(status, 400, "a proof that was used: {error:?}");

    // One for another URL, and one for another method.
    let proof = made().headers()[&DPOP].clone();
    let mut other = client
        .userinfo(&tokens)
        .to_http_request()
        .expect("a request");
    let own = other.headers_mut().insert(DPOP, proof);
    let (status, _) = send(other).await;
    assert_eq!(status, 401, "a proof for another URL");
    let mut other = made();
    other.headers_mut().insert(DPOP, own.expect("a proof"));
    let refused = (400, Some("invalid_dpop_proof".to_owned()));
    assert_eq!(send(other).await, refused, "a proof for another method");
}
