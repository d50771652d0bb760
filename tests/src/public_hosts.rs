//! Addresses that users type, at a client that asks servers on the public internet only.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use oauth_atlas::{
    BlockingHttpClient, Core, EndpointKind, Error, ErrorKind, HttpClient, HttpRequest,
    HttpResponse, Method, ResponseFuture, Settings, TokenSet, TransportError,
};
use serde_json::json;

use crate::fixtures::{base_url, device_login, standard, who_logged_in};
use crate::server::{Answer, Server};

/// Grants everything, and knows which hosts it was sent to.
#[derive(Default)]
struct Internet(Mutex<Vec<String>>);

impl Internet {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let host = request.url().host_str().unwrap_or_default().to_owned();
        self.0.lock().expect("no panic").push(host);
        HttpResponse::new(200, HeaderMap::new(), r#"{"access_token":"a"}"#)
    }
}

impl HttpClient for Internet {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move { Ok(self.answer(&request)) })
    }
}

impl BlockingHttpClient for Internet {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(&request))
    }
}

const PRIVATE: [&str; 14] = [
    "https://localhost",
    "http://localhost:8080",
    "http://127.0.0.1",
    "https://127.0.0.1:8443",
    "https://0x7f.1",
    "https://2130706433",
    "https://10.0.0.1",
    "https://169.254.169.254",
    "https://93.184.216.34",
    "https://[::1]",
    "https://[fe80::1]",
    "https://intranet",
    "https://printer.local",
    "https://metadata.google.internal",
];

fn refused<Output>(outcome: Result<Output, Error>, address: &str) {
    let error = outcome
        .err()
        .unwrap_or_else(|| panic!("{address} is asked"));
    assert_eq!(error.kind(), ErrorKind::Configuration, "{address}");
    let message = error.to_string();
    assert!(message.contains("public hosts only"), "{message}");
}

#[tokio::test]
async fn an_address_that_a_user_types_leads_to_no_private_network() {
    let internet = std::sync::Arc::new(Internet::default());
    let client = |address: &str| {
        let client = base_url::Client::confidential(address, "client", "canary-secret");
        client.expect("an address").with_settings(
            Settings::new()
                .public_hosts_only()
                .http_client(internet.clone())
                .blocking_http_client(internet.clone()),
        )
    };
    for address in PRIVATE {
        let client = client(address);
        let tokens = TokenSet::new("canary-token");
        refused(client.client_credentials([]).await, address);
        refused(client.client_credentials([]).send_blocking(), address);
        refused(client.introspect("canary-token").await, address);
        refused(
            client.call_api(Method::GET, "items", &tokens).await,
            address,
        );
        let absolute = format!("{address}/items");
        let call = client.call_api(Method::GET, &absolute, &tokens);
        refused(call.send_blocking(), address);
    }
    assert_eq!(internet.0.lock().expect("no panic").as_slice(), [""; 0]);
    let public = client("https://oauth.merchant.example/base");
    public.client_credentials([]).await.expect("tokens");
    let asked = internet.0.lock().expect("no panic");
    assert_eq!(asked.as_slice(), ["oauth.merchant.example"]);
}

/// Whatever names the host: an endpoint that was set, or another origin, before or after.
#[test]
fn no_setting_leads_around_it() {
    let core = || Core::public(&standard::PROVIDER, "client");
    for address in PRIVATE {
        let settings = Settings::new().public_hosts_only().replace_origin(address);
        let moved = core().with_settings(settings.expect("an origin"));
        refused(moved.client_credentials([""; 0]).to_http_request(), address);
        let login = moved
            .redirect_uri("https://app.example/")
            .authorize([""; 0]);
        refused(login.start(), address);
        let placed =
            Settings::new().replace_endpoint(EndpointKind::Token, &format!("{address}/token"));
        let placed = core().with_settings(placed.expect("an endpoint"));
        let request = |core: &Core| core.client_credentials([""; 0]).to_http_request();
        assert!(request(&placed).is_ok(), "{address}");
        let limited = placed.with_settings(Settings::new().public_hosts_only());
        refused(request(&limited), address);
    }
}

/// What is asked beside tokens, and where browsers are sent.
#[test]
fn no_endpoint_leads_around_it() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("a clock after 1970").as_secs();
    let [header, claims] = [
        json!({ "alg": "RS256" }),
        json!({ "iss": "https://who.example", "sub": "1", "aud": "client", "iat": now, "exp": now + 600 }),
    ]
    .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let id_token = format!("{header}.{claims}.c2ln");
    let tokens = json!({ "access_token": "canary-token", "id_token": id_token });
    let tokens: TokenSet = serde_json::from_value(tokens).expect("tokens");
    for address in PRIVATE {
        let limited = |provider| {
            let settings = Settings::new().public_hosts_only().replace_origin(address);
            Core::public(provider, "client").with_settings(settings.expect("an origin"))
        };
        let client = limited(&who_logged_in::PROVIDER);
        refused(client.user(&tokens).next_http_request(), address);
        refused(client.verify_id_token(&tokens).next_http_request(), address);
        refused(client.log_out(&tokens).url(), address);
        refused(client.userinfo(&tokens).to_http_request(), address);
        let device = limited(&device_login::PROVIDER).authorize_device([""; 0]);
        refused(device.to_http_request(), address);
    }
}

/// Nothing is connected to.
#[test]
fn the_default_client_connects_to_nothing() {
    let server = Server::start([Answer::json(200, r#"{"access_token":"a"}"#)]);
    let client = Core::public(&standard::PROVIDER, "client").with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    let request = |client: &Core| client.client_credentials([""; 0]).send_blocking();
    request(&client).expect("tokens");
    let limited = client.with_settings(Settings::new().public_hosts_only());
    refused(request(&limited), &server.origin);
    assert_eq!(server.connections(), 1);
}
