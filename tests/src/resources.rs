//! Resource indicators (RFC 8707): what is sent, repeated and refused.

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::Provider;
use oauth_atlas::{Core, Error, ErrorCode, ErrorKind, Pending, TokenRequest};

use crate::fixtures::{resource_indicators, resource_refused, standard};

const REDIRECT_URI: &str = "https://app.example/callback";

const ONE: &str = "https://one.tool-servers.example/mcp";
const OTHER: &str = "https://other.tool-servers.example/mcp";

async fn started(provider: &'static Provider) -> (FakeServer, Core) {
    let fake = Fake::new(provider).start().await.expect("a port");
    let client = Core::confidential(provider, fake.client_id(), fake.client_secret());
    let client = client
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    (fake, client)
}

/// The exchange after a login for these resources, and what its body says of them.
fn exchange(fake: &FakeServer, client: &Core, resources: &[&str]) -> TokenRequest {
    let login = client.authorize(["read"]);
    let login = resources
        .iter()
        .fold(login, |login, uri| login.resource(*uri));
    let login = login.start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    // Through whatever stores it.
    let stored = serde_json::to_string(&login.pending).expect("JSON");
    let pending: Pending = serde_json::from_str(&stored).expect("the same");
    client.finish(pending, callback)
}

fn sent(request: &TokenRequest) -> Vec<String> {
    let request = request.to_http_request().expect("a request");
    let pairs = url::form_urlencoded::parse(request.body());
    let named = pairs.filter(|(name, _)| name == "resource");
    named.map(|(_, uri)| uri.into_owned()).collect()
}

fn assert_target(error: &Error) {
    assert_eq!(error.code(), Some(ErrorCode::InvalidTarget), "{error}");
}

#[tokio::test]
async fn the_exchange_repeats_the_only_resource() {
    let (fake, client) = started(&resource_indicators::PROVIDER).await;
    let one = exchange(&fake, &client, &[ONE]);
    assert_eq!(sent(&one), [ONE]);
    let tokens = one.await.expect("tokens");
    assert_eq!(sent(&client.refresh(&tokens)), [""; 0]);
    let refreshed = client.refresh(&tokens).resource(ONE).await;
    let tokens = refreshed.expect("tokens");
    let beyond = client.refresh(&tokens).resource(OTHER).await;
    assert_target(&beyond.expect_err("beyond the login"));

    // Of several, it is the caller's to choose.
    let several = exchange(&fake, &client, &[ONE, OTHER]);
    assert_eq!(sent(&several), [""; 0]);
    let chosen = several.resource(OTHER);
    assert_eq!(sent(&chosen), [OTHER]);
    chosen.await.expect("tokens");

    // What the caller names stands for what the login named.
    let other = exchange(&fake, &client, &[ONE]).resource(OTHER);
    assert_eq!(sent(&other), [OTHER]);
    assert_target(&other.await.expect_err("beyond the login"));
    let own = client.client_credentials(["read"]).resource(ONE);
    own.await.expect("tokens");
}

#[tokio::test]
async fn a_pushed_login_names_it_as_well() {
    use resource_indicators::{Client, Scope};
    let fake = crate::fixtures::fakes::resource_indicators();
    let fake = fake.start().await.expect("a port");
    let client = Client::public(fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client
        .authorize([Scope::Read])
        .for_resource(ONE)
        .push()
        .await;
    let login = login.expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let exchange = client.finish(login.pending, callback);
    assert_eq!(sent(&exchange), [ONE]);
    exchange.await.expect("tokens");
    let bad = client.authorize([Scope::Read]).param("resource", "tools");
    let error = bad.push().await.expect_err("no URI");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn what_is_no_uri_or_is_refused_is_not_sent() {
    let (_fake, client) = started(&resource_indicators::PROVIDER).await;
    for wrong in ["tools", "https://a.example/#b", "https://a.example/ b", ""] {
        let error = client.authorize(["read"]).resource(wrong).start();
        let error = error.expect_err(wrong);
        assert!(error.to_string().contains("RFC 8707"), "{error}");
        let own = client.client_credentials(["read"]).resource(wrong);
        assert!(own.to_http_request().is_err(), "{wrong}");
    }
    client
        .authorize(["read"])
        .resource("urn:tools:one")
        .start()
        .expect("a URI is no URL");

    let (fake, client) = started(&resource_refused::PROVIDER).await;
    let error = client.authorize(["read"]).resource(ONE).start();
    let error = error.expect_err("a refusal");
    let reason = "this provider refuses requests that name a resource";
    assert!(error.to_string().contains(reason), "{error}");
    let tokens = exchange(&fake, &client, &[]).await.expect("tokens");
    let refresh = client.refresh(&tokens).resource(ONE).to_http_request();
    assert!(refresh.is_err());

    // Of a provider of which nothing is known, it is the caller's matter, and not repeated.
    let (fake, client) = started(&standard::PROVIDER).await;
    let login = client.authorize(["read"]).resource("tools").start();
    let login = login.expect("a login");
    assert!(login.url.contains("resource=tools"));
    let callback = fake.approve(&login.url).expect("a callback");
    let exchange = client.finish(login.pending, callback);
    assert_eq!(sent(&exchange), [""; 0]);
}
