//! Clients that know a server's issuer and nothing else.

use oauth_atlas::provider::from_json;
use oauth_atlas::{
    Callback, Core, EndpointKind, Error, ErrorKind, IdTokenProblem, Login, Settings, TokenSet,
};
use serde_json::json;

use crate::browser::{Browser, Decision};
use crate::registration::{id, redirect_uri, secret};
use crate::server::Server;
use crate::subject::another_text;

/// Whether its metadata is where OpenID Connect Discovery has it, and not RFC 8414.
pub fn is_openid(server: &Server) -> bool {
    let metadata = server.expected.metadata.as_ref();
    metadata.is_some_and(|metadata| metadata.path.ends_with("/openid-configuration"))
}

/// A client of this name that has not asked the server yet.
fn client(server: &Server, name: &str) -> Core {
    let method = server.spec.confidential.as_ref().expect("a client").auth[0];
    let mut description = json!({
        "format": 1, "id": "discovered", "name": "Discovered", "issuer": server.spec.issuer,
        "variables": [{ "name": "server", "kind": "base_url" }],
        "confidential": { "auth": [method.word()] },
        "grants": [{ "kind": "authorization_code" }],
    });
    if is_openid(server) {
        description["id_token"] = json!({ "nonce": "repeated" });
    }
    let provider = from_json(&description.to_string()).expect("a description");
    Core::confidential(provider, id(name), secret(name))
        .redirect_uri(redirect_uri())
        .base_url("server", server.origin())
        .expect("a URL")
}

async fn begun(server: &Server, client: &Core) -> (Login, Callback) {
    let login = client.authorize(&server.ask().scopes);
    let login = match is_openid(server) {
        true => login,
        // Some want one, whether the client reads ID tokens or not.
        false => login.param("nonce", another_text()),
    };
    let login = login.start().expect("a login begins");
    let callback = Browser::new(Decision::Allow).callback(&login).await;
    (login, Callback::from(callback))
}

async fn log_in(server: &Server, client: &Core) -> TokenSet {
    let (login, callback) = begun(server, client).await;
    let tokens = client.finish(login.pending, callback).await;
    tokens.expect("the login succeeds")
}

/// OpenID Connect Discovery, and RFC 8414 where the metadata is at its place.
pub async fn an_issuer_is_enough_to_log_in(server: &Server) {
    let client = client(server, "web").discover().await.expect("metadata");
    let tokens = log_in(server, &client).await;
    if is_openid(server) {
        client.verify_id_token(&tokens).await.expect("claims");
    }
    let metadata = server.expected.metadata.as_ref().expect("metadata");
    let userinfo = EndpointKind::UserInfo.metadata_member();
    let mut unannounced = metadata.unannounced.iter();
    if !unannounced.any(|one| Some(&**one) == userinfo) {
        let user = client.userinfo(&tokens).await.expect("an answer");
        assert!(user.is_success());
    }
}

/// Right tokens in the wrong hands, and keys that are not there.
pub async fn an_id_token_of_another_is_refused(server: &Server) {
    let client = client(server, "web").discover().await.expect("metadata");
    let problem = |outcome: Result<_, Error>| match outcome.map(drop).map_err(|one| one.kind()) {
        Err(ErrorKind::IdToken(problem)) => problem,
        other => panic!("{other:?}"),
    };

    let (login, callback) = begun(server, &client).await;
    let stored = |login: &Login| serde_json::to_value(&login.pending).expect("JSON");
    let other = client.authorize(&server.ask().scopes).start();
    let mut pending = stored(&login);
    pending["nonce"] = stored(&other.expect("a login begins"))["nonce"].take();
    let pending = serde_json::from_value(pending).expect("a pending login");
    let finished = client.finish(pending, callback).await;
    assert_eq!(problem(finished.map(drop)), IdTokenProblem::WrongNonce);

    let tokens = log_in(server, &client).await;
    let other = self::client(server, "post").discover().await;
    let verified = other.expect("metadata").verify_id_token(&tokens).await;
    assert_eq!(problem(verified.map(drop)), IdTokenProblem::WrongAudience);
    let elsewhere = client.clone().base_url("server", "https://other.example");
    let verified = elsewhere.expect("a URL").verify_id_token(&tokens).await;
    assert_eq!(problem(verified.map(drop)), IdTokenProblem::WrongIssuer);

    let nowhere = format!("{}/no/keys", server.origin());
    let nowhere = Settings::new().replace_endpoint(EndpointKind::Jwks, &nowhere);
    let client = client.with_settings(nowhere.expect("a URL"));
    let error = client.verify_id_token(&tokens).await;
    assert_eq!(error.expect_err("no keys").status(), Some(404));
}
