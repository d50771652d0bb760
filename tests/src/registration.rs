//! Programs that register themselves (RFC 7591, RFC 7592): clients and their fakes, over sockets.

use std::time::{Duration, SystemTime};

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{ClientAuth, Endpoint, GrantKind, Provider, from_json};
use oauth_atlas::{
    Core, EndpointKind, ErrorCode, ErrorKind, HeaderMap, HttpResponse, Json, Registration,
};

use oauth_atlas_codegen::{Source, load};

use crate::fixtures::{open_registration, self_registration};

const REDIRECT_URI: &str = "https://app.example/callback";

async fn commons() -> (FakeServer, Core) {
    let provider = &self_registration::PROVIDER;
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::unregistered(provider)
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

async fn registered(fake: &FakeServer, client: &Core) -> Registration {
    let request = client.register("Acme Calendar");
    let request = request.initial_access_token(fake.initial_access_token());
    request.await.expect("a client")
}

#[tokio::test]
async fn a_program_registers_itself_and_logs_a_user_in() {
    use open_registration::Client;
    let fake = crate::fixtures::fakes::open_registration();
    let fake = fake.start().await.expect("a port");
    let client = Client::unregistered(fake.origin())
        .expect("a base URL")
        .redirect_uri(REDIRECT_URI);

    let registration = client.register("Acme Calendar").await.expect("a client");
    let client = client.with_registration(&registration);
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await;
    let tokens = tokens.expect("tokens");
    client.refresh(&tokens).await.expect("tokens");

    // What another client was given is none of its business.
    let other = Client::confidential(fake.origin(), fake.client_id(), fake.client_secret());
    let other = other.expect("a base URL").redirect_uri(REDIRECT_URI);
    let error = other.refresh(&tokens).await.expect_err("another client");
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant), "{error}");
}

#[tokio::test]
async fn a_registration_outlives_the_program() {
    let (fake, client) = commons().await;
    let registration = registered(&fake, &client).await;
    let stored = serde_json::to_string(&registration).expect("JSON");
    let restored: Registration = serde_json::from_str(&stored).expect("a registration");
    assert_eq!(restored, registration);
    assert_eq!(restored.client_auth(), Some(ClientAuth::Post));
    assert_eq!(restored.client_secret_expires_at(), None);
    assert!(!restored.is_expired());

    let again = Core::unregistered(&self_registration::PROVIDER)
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
        .with_registration(&restored);
    let login = again.authorize(["read"]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = again.finish(login.pending, &*callback).await;
    tokens.expect("tokens");
}

#[tokio::test]
async fn a_method_that_the_server_chose_is_the_client_s() {
    let (fake, client) = commons().await;
    for (method, name) in [
        (ClientAuth::Basic, "client_secret_basic"),
        (ClientAuth::None, "none"),
    ] {
        let request = client.register("Acme").client_auth(method);
        let request = request.initial_access_token(fake.initial_access_token());
        let registration = request.await.expect("a client");
        let member = registration.get("token_endpoint_auth_method");
        assert_eq!(member.and_then(Json::as_str), Some(name));
        let is_public = method == ClientAuth::None;
        assert_eq!(registration.client_secret().is_none(), is_public);
        let own = client.clone().with_registration(&registration);
        let login = own.authorize(["read"]).start().expect("a login");
        let callback = fake.approve(&login.url).expect("a callback");
        let tokens = own.finish(login.pending, &*callback).await;
        tokens.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[tokio::test]
async fn nothing_but_a_registration_leaves_an_unregistered_client() {
    let (fake, client) = commons().await;
    let errors = [
        client.authorize(["read"]).start().expect_err("no id"),
        client
            .refresh(&oauth_atlas::TokenSet::new("a").with_refresh_token("r"))
            .await
            .expect_err("no id"),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("not registered"), "{error}");
    }
    let error = client.register("Acme").await.expect_err("no token");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().contains("initial access token"),
        "{error}"
    );
    assert!(fake.requests().is_empty());
}

/// RFC 7591 §2 has a default for a method that is not named. Where the provider knows no such member, it
/// is the provider that decides.
#[tokio::test]
async fn a_method_that_nobody_names_is_the_provider_s() {
    let text = include_str!("../fixtures/self_registration.yaml");
    let text = text.replace(
        "omit: response_types",
        "omit: [response_types, token_endpoint_auth_method]",
    );
    let text = text.replace(", client_secret_basic_raw]", "]");
    let specs = load(&[Source::new("commons.yaml", text)]);
    let specs = specs.unwrap_or_else(|report| panic!("{}", report.render(false)));
    let provider = from_json(&specs[0].description().to_json()).expect("a description");
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::unregistered(provider)
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let registration = registered(&fake, &client).await;
    assert_eq!(registration.client_auth(), Some(ClientAuth::Post));
}

#[tokio::test]
async fn the_fake_refuses_what_the_standard_refuses() {
    let (fake, client) = commons().await;
    let register = || {
        let request = client.register("Acme");
        request.initial_access_token(fake.initial_access_token())
    };
    let wrong = client.register("Acme").initial_access_token("canary-wrong");
    let error = wrong.await.expect_err("another token");
    assert_eq!(error.code(), Some(ErrorCode::InvalidToken));
    assert_eq!(error.endpoint(), Some(EndpointKind::Registration));
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");

    let uris = [
        "http://app.example/callback",
        "https://app.example/callback#fragment",
        "callback",
        "javascript:alert(1)",
    ];
    for uri in uris {
        let error = register().redirect_uri(uri).await.expect_err(uri);
        assert_eq!(error.code(), Some(ErrorCode::InvalidRedirectUri), "{uri}");
    }
    let none = register().metadata("redirect_uris", Json::Null);
    let error = none.await.expect_err("no redirect URI");
    assert_eq!(error.code(), Some(ErrorCode::InvalidRedirectUri));

    let requests = [
        register().grants([GrantKind::DeviceCode]),
        register().client_auth(ClientAuth::PrivateKeyJwt),
        register().scope("read no:such-scope"),
        register().metadata("grant_types", "authorization_code"),
    ];
    for request in requests {
        let error = request.clone().await.expect_err("wrong metadata");
        let code = Some(ErrorCode::InvalidClientMetadata);
        assert_eq!(error.code(), code, "{request:?}: {error}");
    }
    // For installed programs (RFC 8252 §7).
    for uri in ["http://127.0.0.1/callback", "com.acme.calendar:/callback"] {
        let registration = register().redirect_uri(uri).await.expect(uri);
        let kind = registration.get("application_type");
        assert_eq!(kind.and_then(Json::as_str), Some("native"));
    }
}

#[tokio::test]
async fn a_registration_is_read_changed_and_deleted() {
    let (fake, client) = commons().await;
    let registration = registered(&fake, &client).await;
    assert!(registration.is_manageable());
    let read = client.read_registration(&registration).await;
    let read = read.expect("a registration");
    assert_eq!(read.client_secret(), registration.client_secret());

    let other = "https://app.example/other";
    let changed = client.change_registration(&read).redirect_uri(other).await;
    let changed = changed.expect("a registration");
    let uris = changed.get("redirect_uris").and_then(Json::as_array);
    assert_eq!(uris.map(<[Json]>::len), Some(2));
    let own = client
        .clone()
        .redirect_uri(other)
        .with_registration(&changed);
    let login = own.authorize(["read"]).start().expect("a login");
    fake.approve(&login.url).expect("a callback");

    client
        .delete_registration(&changed)
        .await
        .expect("it is gone");
    let error = client.read_registration(&changed).await.expect_err("gone");
    assert_eq!(error.code(), Some(ErrorCode::InvalidToken));
    let error = fake.approve(&login.url).expect_err("no such client");
    assert!(error.to_string().contains("client"), "{error}");
}

#[tokio::test]
async fn the_token_of_a_registration_goes_to_no_other_server() {
    let (fake, client) = commons().await;
    let registration = registered(&fake, &client).await;
    let mut stored = serde_json::to_value(&registration).expect("JSON");
    stored["members"]["registration_client_uri"] = "https://elsewhere.example/app".into();
    let moved: Registration = serde_json::from_value(stored).expect("a registration");
    let before = fake.requests().len();
    let errors = [
        client.read_registration(&moved).await.map(drop),
        client.change_registration(&moved).await.map(drop),
        client.delete_registration(&moved).await,
    ];
    for error in errors.map(|result| result.expect_err("another server")) {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("another server"), "{error}");
    }
    assert_eq!(fake.requests().len(), before);
}

#[tokio::test]
async fn a_secret_goes_to_the_server_that_gave_it_alone() {
    let (fake, client) = commons().await;
    let registration = registered(&fake, &client).await;
    let sandbox = Core::unregistered(&self_registration::PROVIDER)
        .redirect_uri(REDIRECT_URI)
        .with_registration(&registration);
    let error = sandbox.authorize(["read"]).start().expect_err("another");
    assert!(error.to_string().contains("another server"), "{error}");

    let stored = serde_json::to_string(&registration).expect("JSON");
    let other = stored.replace("self_registration", "open_registration");
    let other: Registration = serde_json::from_str(&other).expect("a registration");
    let error = client.with_registration(&other).authorize(["read"]).start();
    let error = error.expect_err("another provider");
    assert!(error.to_string().contains("another provider"), "{error}");
}

#[test]
fn an_answer_is_read_as_it_may_come() {
    static OPEN: Provider = Provider {
        registration: Some(Endpoint {
            url: "https://open.example/register",
            ..Endpoint::STANDARD
        }),
        environments: &[],
        variables: &[],
        issuer: None,
        ..open_registration::PROVIDER
    };
    let request = || Core::unregistered(&OPEN).register("Acme");
    let read = |status, body: &str| {
        request().read_http_response(HttpResponse::new(status, HeaderMap::new(), body))
    };
    let expired = read(
        200,
        r#"{"client_id":"c","client_secret":"s","client_secret_expires_at":1}"#,
    );
    let expired = expired.expect("a client");
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    assert_eq!(expired.client_secret_expires_at(), Some(end));
    assert!(expired.is_expired());
    assert!(!expired.is_manageable());
    let error = Core::unregistered(&OPEN)
        .read_registration(&expired)
        .to_http_request()
        .expect_err("no URL");
    assert!(error.to_string().contains("RFC 7592"), "{error}");

    let error = read(201, r#"{"client_secret":"canary"}"#).expect_err("no id");
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(!format!("{error:?}").contains("canary"), "{error}");
    let error = read(200, r#"{"error":"invalid_client_metadata"}"#);
    let error = error.expect_err("an error");
    assert_eq!(error.code(), Some(ErrorCode::InvalidClientMetadata));
}
