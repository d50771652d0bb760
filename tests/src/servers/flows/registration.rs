//! Programs that register themselves (RFC 7591, RFC 7592).

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{EndpointKind, ErrorCode, Json, Registration};

use crate::registration::initial_access_token;
use crate::server::Server;

pub async fn a_program_registers_itself(server: &Server) {
    for method in [ClientAuth::Basic, ClientAuth::Post, ClientAuth::None] {
        let client = server.confidential("web");
        let request = client.register("Acme Calendar").client_auth(method);
        let request = request.initial_access_token(initial_access_token());
        let registration = request.await;
        let registration =
            registration.unwrap_or_else(|error| panic!("{}: {error}", method.word()));
        let stored = serde_json::to_string(&registration).expect("JSON");
        let registration: Registration = serde_json::from_str(&stored).expect("a registration");
        assert_eq!(registration.client_auth(), Some(method));
        let client = client.with_registration(&registration);
        let tokens = server.log_in(&*client).await;
        client.refresh(&tokens).await.expect("fresh tokens");
    }
}

pub async fn a_registration_is_read_changed_and_deleted(server: &Server) {
    let client = server.confidential("web");
    let request = client.register("Acme Calendar");
    let request = request.initial_access_token(initial_access_token());
    let registration = request.await.expect("a client");
    let read = client.read_registration(&registration).await;
    let read = read.expect("the registration");
    assert_eq!(read.client_secret(), registration.client_secret());
    let other = "https://app.example/other";
    let changed = client.change_registration(&read).redirect_uri(other).await;
    let changed = changed.expect("the registration");
    let uris = changed.get("redirect_uris").and_then(Json::as_array);
    let mut uris = uris.expect("a list").iter().filter_map(Json::as_str);
    assert_eq!(uris.next_back(), Some(other));
    let deleted = client.delete_registration(&changed).await;
    deleted.expect("it is gone");
    let error = client.read_registration(&changed).await.expect_err("gone");
    assert_eq!(error.code(), Some(ErrorCode::InvalidToken), "{error}");
}

pub async fn a_registration_that_is_not_allowed_is_refused(server: &Server) {
    let client = server.confidential("web");
    let register = || client.register("Acme Calendar");
    let wrong = register().initial_access_token("wrong").await;
    let error = wrong.expect_err("another token");
    assert_eq!(error.code(), Some(ErrorCode::InvalidToken), "{error}");
    assert_eq!(error.endpoint(), Some(EndpointKind::Registration));
    let register = || register().initial_access_token(initial_access_token());
    let uri = "https://app.example/callback#fragment";
    let error = register().redirect_uri(uri).await.expect_err("a fragment");
    assert_eq!(error.code(), Some(ErrorCode::InvalidRedirectUri), "{error}");
    let error = register().metadata("grant_types", "authorization_code");
    let error = error.await.expect_err("no list");
    let code = Some(ErrorCode::InvalidClientMetadata);
    assert_eq!(error.code(), code, "{error}");
}
