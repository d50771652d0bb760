//! What a server tells of itself (OpenID Connect Discovery, RFC 8414): clients that read it, over
//! sockets.

use std::time::Duration;

use oauth_atlas::fake::FakeServer;
use oauth_atlas::provider::{Provider, from_json};
use oauth_atlas::{
    CallbackProblem, ClientCredential, Core, EndpointKind, Error, ErrorKind, IdTokenProblem,
    ReqwestClient, Settings, TransportErrorKind, keycloak,
};
use serde_json::{Value, json};

use crate::fixtures::issuer_of_tenant;
use crate::server::{Answer, Server, Step};

const REDIRECT_URI: &str = "https://app.example/callback";

/// All that is known of a server beforehand: its issuer.
fn any() -> &'static Provider {
    let description = json!({
        "format": 1, "id": "any", "name": "Any", "issuer": "{issuer}",
        "variables": [{ "name": "issuer", "kind": "base_url" }],
        "confidential": { "auth": ["client_secret_basic", "tls_client_auth"] },
        "grants": [{ "kind": "authorization_code" }, { "kind": "refresh_token" }],
        "id_token": { "nonce": "repeated" },
    });
    from_json(&description.to_string()).expect("a description")
}

fn client_of(issuer: &str) -> Core {
    let client = Core::confidential(any(), "client", "secret").redirect_uri(REDIRECT_URI);
    client.base_url("issuer", issuer).expect("a URL")
}

/// A server with this metadata at the one place of OpenID Connect, and nothing else.
fn server(metadata: impl Fn(&str) -> Value + Send + Sync + 'static) -> Server {
    Server::with(move |_, request| {
        let origin = request.header("host").unwrap_or_default();
        match request.target() {
            "/.well-known/openid-configuration" => {
                Answer::json(200, metadata(&format!("http://{origin}")).to_string())
            }
            _ => Answer::json(400, r#"{"error":"invalid_grant"}"#),
        }
    })
}

fn metadata(origin: &str, more: &Value) -> Value {
    let mut metadata = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "jwks_uri": format!("{origin}/keys"),
    });
    for (name, value) in more.as_object().expect("members") {
        metadata[name] = value.clone();
    }
    metadata
}

#[tokio::test]
async fn an_issuer_is_enough_to_log_in() {
    let fake = keycloak::fake().start().await.expect("a port");
    let issuer = format!("{}/realms/master", fake.origin());

    let client = Core::confidential(any(), fake.client_id(), fake.client_secret())
        .base_url("issuer", &issuer)
        .expect("a URL")
        .redirect_uri(REDIRECT_URI)
        .discover()
        .await
        .expect("metadata");
    let login = client.authorize(["openid", "offline_access"]).start();
    let login = login.expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).await;
    let tokens = tokens.expect("tokens");

    let claims = client.verify_id_token(&tokens).await.expect("claims");
    assert_eq!(
        claims.get("iss").and_then(|iss| iss.as_str()),
        Some(&*issuer)
    );
    client.refresh(&tokens).await.expect("tokens");
    client.userinfo(&tokens).await.expect("an answer");
    client
        .introspect(tokens.access_token())
        .await
        .expect("an answer");
    client
        .revoke_access_token(tokens.access_token())
        .await
        .expect("no error");
    let logout = client.log_out(&tokens).url().expect("a URL");
    assert!(logout.starts_with(&issuer), "{logout}");
    assert_eq!(fake.count(EndpointKind::Metadata), 1);
}

/// Tenants at a host of their own, and metadata of plain OAuth 2.0, behind another origin.
#[tokio::test]
async fn a_tenant_is_named_by_its_metadata() {
    let of_tenant = &issuer_of_tenant::PROVIDER;
    let fake = oauth_atlas::fake::Fake::new(of_tenant).start().await;
    let fake = fake.expect("a port");
    let client = issuer_of_tenant::Client::confidential(
        fake.origin(),
        "blue",
        fake.client_id(),
        fake.client_secret(),
    );
    let client = client.expect("a URL").discover().await;
    client.expect("metadata");
    let seen = fake.requests();
    assert_eq!(
        seen[0].to_string().split_whitespace().nth(2),
        Some("/.well-known/oauth-authorization-server/tenants/blue"),
        "{}",
        seen[0]
    );

    let fake = oauth_atlas::auth0::fake().variable("domain", "acme.eu.auth0.com");
    let fake = fake.start().await.expect("a port");
    let client = oauth_atlas::auth0::Client::confidential("acme.eu.auth0.com", "id", "secret")
        .with_settings(fake.settings());
    client.discover().await.expect("metadata");
}

#[tokio::test]
async fn the_description_wins() {
    let server = Server::with(|_, request| {
        let origin = format!("http://{}", request.header("host").unwrap_or_default());
        match request.target() {
            "/.well-known/oauth-authorization-server/tenants/blue" => {
                let metadata = metadata(
                    &origin,
                    &json!({
                        "issuer": format!("{origin}/tenants/blue"),
                        "token_endpoint": "https://elsewhere.example/token",
                        "revocation_endpoint": format!("{origin}/revoke"),
                    }),
                );
                Answer::json(200, metadata.to_string())
            }
            _ => Answer::json(200, r#"{"access_token":"a","token_type":"bearer"}"#),
        }
    });
    let client = Core::confidential(&issuer_of_tenant::PROVIDER, "client", "secret")
        .variable("tenant", "blue")
        .base_url("server", &server.origin)
        .expect("a URL");
    let client = client.discover().await.expect("metadata");
    let tokens = oauth_atlas::TokenSet::new("a").with_refresh_token("r");
    let refresh = client.refresh(&tokens).to_http_request();
    let refresh = refresh.expect_err("the description has no refresh");
    assert_eq!(refresh.kind(), ErrorKind::Configuration);
    let login = client.redirect_uri(REDIRECT_URI);
    let login = login.authorize([""; 0]).start();
    let url = login.expect("a login").url;
    assert!(
        url.starts_with(&format!("{}/tenants/blue/authorize", server.origin)),
        "{url}"
    );
}

/// A server, and what a client makes of it.
struct Lie {
    name: &'static str,
    answer: fn(&str) -> Answer,
    expected: &'static str,
}

/// Metadata with these members.
fn with(origin: &str, more: Value) -> Answer {
    Answer::json(200, metadata(origin, &more).to_string())
}

static LIES: &[Lie] = &[
    Lie {
        name: "another issuer",
        answer: |origin| with(origin, json!({ "issuer": "https://other.example" })),
        expected: "another issuer, \"https://other.example\" (RFC 8414 §3.3)",
    },
    Lie {
        name: "an issuer with a slash more",
        answer: |origin| with(origin, json!({ "issuer": format!("{origin}/") })),
        expected: "another issuer",
    },
    Lie {
        name: "no issuer",
        answer: |origin| with(origin, json!({ "issuer": null })),
        expected: "`issuer` is missing",
    },
    Lie {
        name: "http",
        answer: |origin| {
            with(
                origin,
                json!({ "token_endpoint": "http://other.example/token" }),
            )
        },
        expected: "`token_endpoint` is no https URL",
    },
    Lie {
        name: "a foreign host",
        answer: |origin| {
            with(
                origin,
                json!({ "token_endpoint": "https://other.example/token" }),
            )
        },
        expected: "`token_endpoint` is at another host than the issuer, \"other.example\"",
    },
    Lie {
        name: "keys of a foreign host",
        answer: |origin| with(origin, json!({ "jwks_uri": "https://other.example/keys" })),
        expected: "`jwks_uri` is at another host",
    },
    Lie {
        name: "a login page of a foreign host",
        answer: |origin| {
            with(
                origin,
                json!({ "authorization_endpoint": "https://other.example/authorize" }),
            )
        },
        expected: "`authorization_endpoint` is at another host",
    },
    Lie {
        name: "a user in a URL",
        answer: |origin| {
            let url = origin.replace("http://", "http://user@");
            with(origin, json!({ "token_endpoint": url }))
        },
        expected: "`token_endpoint` is no https URL",
    },
    Lie {
        name: "no text",
        answer: |origin| {
            with(
                origin,
                json!({ "token_endpoint": ["https://other.example"] }),
            )
        },
        expected: "`token_endpoint` is no https URL",
    },
    Lie {
        name: "no JSON",
        answer: |_| Answer::new(200, &[("content-type", "text/html")], "<html>Log in</html>"),
        expected: "unusable response (HTTP 200)",
    },
    Lie {
        name: "no object",
        answer: |_| Answer::json(200, "[]"),
        expected: "`issuer` is missing",
    },
    Lie {
        name: "nothing there",
        answer: |_| Answer::new(404, &[], "not found"),
        expected: "HTTP 404",
    },
    Lie {
        name: "another place",
        answer: |origin| Answer::new(302, &[("location", origin)], ""),
        expected: "HTTP 302",
    },
    Lie {
        name: "a MiB and more",
        answer: |origin| {
            let more = "x".repeat(1024 * 1024);
            with(origin, json!({ "service_documentation": more }))
        },
        expected: "request failed",
    },
    Lie {
        name: "no end",
        answer: |_| {
            let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"a\":\"".to_vec();
            Answer::Steps(vec![
                Step::Bytes(head),
                Step::Repeat(vec![b'x'; 64 * 1024], 1024),
            ])
        },
        expected: "request failed",
    },
    Lie {
        name: "silence",
        answer: |_| Answer::Stall(Duration::from_secs(5)),
        expected: "request failed",
    },
];

/// A client that does not wait as long as the default one.
fn impatient() -> Settings {
    let client = reqwest::Client::builder();
    let client = client.timeout(Duration::from_millis(500));
    Settings::new().http_client(ReqwestClient::new(client.build().expect("a client")))
}

#[tokio::test]
async fn what_cannot_be_trusted_is_refused() {
    for lie in LIES {
        let answer = lie.answer;
        let server = Server::with(move |_, request| {
            let host = request.header("host").unwrap_or_default();
            answer(&format!("http://{host}"))
        });
        let client = client_of(&server.origin);
        let client = match lie.name {
            "silence" => client.with_settings(impatient()),
            _ => client,
        };
        let error = client.discover().await;
        let error = error
            .err()
            .unwrap_or_else(|| panic!("{} is believed", lie.name));
        let text = error.to_string();
        assert!(text.contains(lie.expected), "{}: {text}", lie.name);
        assert_eq!(
            error.endpoint(),
            Some(EndpointKind::Metadata),
            "{}",
            lie.name
        );
        assert_eq!(server.connections(), 1, "{}", lie.name);
        if lie.name == "silence" {
            let transport = error.transport().expect("a cause");
            assert_eq!(transport.kind(), TransportErrorKind::Timeout);
        }
    }
}

#[tokio::test]
async fn nothing_is_asked_where_no_metadata_can_be() {
    let nowhere = |client: Core| async move {
        let error = client.discover().await.expect_err("an error");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        error.to_string()
    };
    let github = Core::confidential(&oauth_atlas::kraken::PROVIDER, "client", "secret");
    assert!(nowhere(github).await.contains("issuer"));
    let unset = Core::confidential(any(), "client", "secret");
    assert!(nowhere(unset).await.contains("issuer is not set"));
    let server = server(|origin| metadata(origin, &json!({})));
    let public = client_of(&server.origin).with_settings(Settings::new().public_hosts_only());
    assert!(nowhere(public).await.contains("public hosts only"));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn hosts_may_be_allowed() {
    let foreign = |origin: &str| metadata(origin, &json!({ "jwks_uri": "https://keys.example/" }));
    let server = server(foreign);
    let client = client_of(&server.origin);
    let refused = client.clone().discover().allow_host("other.example").await;
    refused.expect_err("another host");
    let client = client.discover().allow_host("KEYS.example").await;
    client.expect("metadata");
}

/// RFC 8705 §5.
#[tokio::test]
async fn a_client_with_a_certificate_uses_the_aliases() {
    let server = server(|origin| {
        let aliases = json!({ "token_endpoint": format!("{origin}/mtls/token") });
        metadata(origin, &json!({ "mtls_endpoint_aliases": aliases }))
    });
    let tokens = oauth_atlas::TokenSet::new("a").with_refresh_token("r");
    let path = |client: Core| {
        let request = client.refresh(&tokens).to_http_request();
        request.expect("a request").url().path().to_owned()
    };
    let client = client_of(&server.origin)
        .discover()
        .await
        .expect("metadata");
    assert_eq!(path(client), "/token");
    let certified = Core::confidential(any(), "client", ClientCredential::certificate());
    let certified = certified.base_url("issuer", &server.origin).expect("a URL");
    let certified = certified.client_auth(oauth_atlas::ClientAuth::TlsClientAuth);
    let certified = certified.discover().await.expect("metadata");
    assert_eq!(path(certified), "/mtls/token");

    // They are no way to another host either.
    let server = self::server(|origin| {
        let aliases = json!({ "token_endpoint": "https://other.example/token" });
        metadata(origin, &json!({ "mtls_endpoint_aliases": aliases }))
    });
    let certified = Core::confidential(any(), "client", ClientCredential::certificate());
    let certified = certified.base_url("issuer", &server.origin).expect("a URL");
    let error = certified.discover().await.expect_err("another host");
    assert!(error.to_string().contains("another host"), "{error}");
}

/// RFC 9207 §2.4.
#[tokio::test]
async fn a_server_that_names_itself_is_held_to_it() {
    let names = json!({ "authorization_response_iss_parameter_supported": true });
    let server = server(move |origin| metadata(origin, &names));
    let client = client_of(&server.origin)
        .discover()
        .await
        .expect("metadata");
    let callback = |query: &str| {
        let login = client.authorize(["openid"]).start().expect("a login");
        let state = url::Url::parse(&login.url).expect("a URL");
        let state = state.query_pairs().find(|(name, _)| name == "state");
        let state = state.expect("a state").1.into_owned();
        let callback = format!("{REDIRECT_URI}?code=c&state={state}{query}");
        client.finish(login.pending, callback).to_http_request()
    };
    let problem = |error: Error| error.kind();
    let error = callback("").expect_err("no issuer");
    let expected = ErrorKind::Callback(CallbackProblem::MissingIssuer);
    assert_eq!(problem(error), expected);
    let error = callback("&iss=https%3A%2F%2Fother.example").expect_err("another issuer");
    let expected = ErrorKind::Callback(CallbackProblem::WrongIssuer);
    assert_eq!(problem(error), expected);
    callback(&format!("&iss={}", server.origin)).expect("a request");
}

#[tokio::test]
async fn what_one_issuer_tells_is_of_no_other() {
    let one = server(|origin| metadata(origin, &json!({})));
    let client = client_of(&one.origin).discover().await.expect("metadata");
    let login = client.authorize(["openid"]).start().expect("a login");
    let moved = client.clone().base_url("issuer", "https://two.example");
    let error = moved.expect("a URL").authorize(["openid"]).start();
    let error = error.expect_err("nothing is known of that issuer");
    assert!(
        error.to_string().contains("no authorization endpoint"),
        "{error}"
    );

    // A login is finished by a client that knows as much as the one that began it.
    let fresh = client_of(&one.origin);
    let callback = format!("{REDIRECT_URI}?code=c&state=s");
    let error = fresh.finish(login.pending, callback).to_http_request();
    let error = error.expect_err("another client");
    let expected = ErrorKind::Callback(CallbackProblem::OtherClient);
    assert_eq!(error.kind(), expected, "{error}");
}

async fn log_in(fake: &FakeServer, client: &Core) -> Result<oauth_atlas::TokenSet, Error> {
    let login = client.authorize(["openid"]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    client.finish(login.pending, callback).await
}

/// The algorithms of ID tokens, where the description does not know them.
#[tokio::test]
async fn the_algorithms_are_those_of_the_metadata() {
    let fake = keycloak::fake().start().await.expect("a port");
    let issuer = format!("{}/realms/master", fake.origin());
    let told = reqwest::get(format!("{issuer}/.well-known/openid-configuration")).await;
    let told = told.expect("an answer").text().await.expect("a text");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        told["id_token_signing_alg_values_supported"][0], "RS256",
        "{told}"
    );
    let place = Server::with(move |_, _| {
        let mut told = told.clone();
        told["id_token_signing_alg_values_supported"] = json!(["ES256", "unheard-of"]);
        Answer::json(200, told.to_string())
    });
    let elsewhere = Settings::new().replace_endpoint(EndpointKind::Metadata, &place.origin);
    let client = Core::confidential(any(), fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(elsewhere.expect("a URL"));
    let client = client.base_url("issuer", &issuer).expect("a URL");
    let client = client.discover().await.expect("metadata");
    let error = log_in(&fake, &client).await.expect_err("another algorithm");
    let expected = ErrorKind::IdToken(IdTokenProblem::WrongAlgorithm);
    assert_eq!(error.kind(), expected, "{error}");
}

/// Blocking programs, and those with an HTTP stack of their own.
#[test]
fn there_are_other_ways_to_send_it() {
    let server = server(|origin| metadata(origin, &json!({})));
    let client = client_of(&server.origin);
    let blocking = client.clone().discover().send_blocking();
    let blocking = blocking.expect("metadata");
    blocking.authorize(["openid"]).start().expect("a login");

    let discovery = client.discover();
    let request = discovery.to_http_request().expect("a request");
    assert_eq!(request.method(), "GET");
    let place = format!("{}/.well-known/openid-configuration", server.origin);
    assert_eq!(request.url().as_str(), place);
    let body = metadata(&server.origin, &json!({})).to_string();
    let response = oauth_atlas::HttpResponse::new(200, http::HeaderMap::new(), body);
    let client = discovery.read_http_response(response).expect("metadata");
    client.authorize(["openid"]).start().expect("a login");
}
