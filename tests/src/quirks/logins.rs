//! What providers ask of a login that RFC 6749 §4.1 does not: each a fixture, a provider that wants
//! it so, and what that provider says to a client of the standard's.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;
use oauth_atlas::Settings;
use oauth_atlas::{CallbackProblem, Error, ErrorCode, ErrorKind, HttpRequest, Login, TokenSet};
use url::Url;

use crate::fixtures::{
    issuer_of_tenant, login_parameters, offline_access, pkce_hex, pkce_plain_public, scope_groups,
    standard, state_in_redirect_uri, variable_hosts,
};
use crate::server::{Answer, Received, Server};

const CLIENT_ID: &str = "client";
const CLIENT_SECRET: &str = "canary-client-secret";
const REDIRECT_URI: &str = "https://client.example/callback";

/// A public client that does what the standard says.
fn standard_client() -> standard::Client {
    standard::Client::public(CLIENT_ID).redirect_uri(REDIRECT_URI)
}

fn standard_login() -> Login {
    standard_client().authorize([]).start().expect("a login")
}

fn pairs(url: &str) -> Vec<(String, String)> {
    let url = Url::parse(url).expect("an absolute URL");
    url.query_pairs().into_owned().collect()
}

fn value(url: &str, name: &str) -> Option<String> {
    let mut values = pairs(url).into_iter().filter(|(known, _)| known == name);
    let found = values.next().map(|(_, value)| value);
    assert_eq!(values.next(), None, "{name} is there once at most");
    found
}

fn names(url: &str) -> Vec<String> {
    pairs(url).into_iter().map(|(name, _)| name).collect()
}

/// The browser comes back to the redirect URI of the login as a provider sends it, with the code
/// and what of the state the provider repeats.
fn callback(login: &Login) -> String {
    let redirect_uri = value(&login.url, "redirect_uri").expect("a redirect URI");
    let mut callback = Url::parse(&redirect_uri).expect("an absolute URL");
    callback.query_pairs_mut().append_pair("code", "c0de");
    if let Some(state) = value(&login.url, "state") {
        callback.query_pairs_mut().append_pair("state", &state);
    }
    callback.into()
}

/// A token endpoint that answers requests which `refusal` finds nothing wrong with.
fn judging(refusal: impl Fn(&Received) -> Option<&'static str> + Send + Sync + 'static) -> Server {
    Server::with(move |_, received| match refusal(received) {
        Some(code) => Answer::json(400, format!("{{\"error\":\"{code}\"}}")),
        None => Answer::json(200, r#"{"access_token":"t0ken","token_type":"bearer"}"#),
    })
}

/// A challenge that a token endpoint gets to know when a login is started.
type Challenge = Arc<OnceLock<String>>;

/// A token endpoint that knows how a challenge is made of the verifier.
fn verifying(made: fn(&str) -> String) -> (Server, Challenge) {
    let challenge = Challenge::default();
    let known = Arc::clone(&challenge);
    let server = judging(move |received| {
        let verifier = received.form_value("code_verifier")?;
        (known.get() != Some(&made(&verifier))).then_some("invalid_grant")
    });
    (server, challenge)
}

fn hexadecimal(verifier: &str) -> String {
    let hash = Hash::hash(verifier.as_bytes());
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn configuration<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.expect_err("nothing to send");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(CLIENT_SECRET), "{shown}");
    shown
}

#[test]
fn a_login_has_the_providers_names_and_nothing_that_it_does_not_take() {
    let client = login_parameters::Client::public(CLIENT_ID).redirect_uri(REDIRECT_URI);
    let login = client
        .authorize([
            login_parameters::Scope::Read,
            login_parameters::Scope::Write,
        ])
        .prompt(login_parameters::Prompt::Consent)
        .login_hint("jane+doe@mail.example & others")
        .max_age(3600)
        .popup(true)
        .start()
        .unwrap();
    let url = Url::parse(&login.url).unwrap();
    assert_eq!(url.fragment(), Some("app_redirect"));
    let sent = pairs(&login.url);
    let expected = [
        ("app_id", CLIENT_ID),
        ("redirect_url", REDIRECT_URI),
        ("perms", "read,write"),
        ("state", &value(&login.url, "state").unwrap()),
        (
            "code_challenge",
            &value(&login.url, "code_challenge").unwrap(),
        ),
        ("code_challenge_method", "S256"),
        ("duration", "permanent"),
        ("prompt", "consent"),
        ("login_hint", "jane+doe@mail.example & others"),
        ("max_age", "3600"),
        ("popup", "true"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent, expected);

    let standard = names(&standard_login().url);
    for other in ["app_id", "redirect_url", "perms", "duration"] {
        assert!(!standard.iter().any(|name| name == other), "{standard:?}");
    }
    assert!(standard.contains(&"response_type".to_owned()));
    assert_eq!(Url::parse(&standard_login().url).unwrap().fragment(), None);
}

#[test]
fn a_login_without_what_has_to_be_chosen_does_not_start() {
    let client = login_parameters::Client::public(CLIENT_ID).redirect_uri(REDIRECT_URI);
    let message = configuration(client.authorize([]).start());
    assert!(message.contains("prompt"), "{message}");
    // The provider's names are the library's to set, as the standard's are.
    let chosen = || client.authorize([]).prompt(login_parameters::Prompt::None);
    assert!(configuration(chosen().param("app_id", "x").start()).contains("app_id"));
    assert!(configuration(chosen().param("client_id", "x").start()).contains("client_id"));
    assert!(chosen().start().is_ok());
    let standard = standard_client().authorize([]);
    assert!(standard.param("app_id", "x").start().is_ok());
}

#[test]
fn groups_of_scopes_travel_in_their_own_parameters() {
    use scope_groups::{OptionalScope, Scope, UserScope};

    let client =
        scope_groups::Client::confidential(CLIENT_ID, CLIENT_SECRET).redirect_uri(REDIRECT_URI);
    let login = client
        .authorize([Scope::Read])
        .user_scopes([UserScope::ChatWrite, UserScope::UsersRead])
        .optional_scopes([OptionalScope::Files, OptionalScope::Calls])
        .start()
        .unwrap();
    let sent = |name| value(&login.url, name);
    assert_eq!(sent("user_scope").as_deref(), Some("chat:write,users:read"));
    assert_eq!(sent("optional_scope").as_deref(), Some("files calls"));
    assert_eq!(sent("scope").as_deref(), Some("openid basic read"));

    let login = client.authorize([]).start().unwrap();
    assert_eq!(value(&login.url, "user_scope"), None);
    assert_eq!(value(&login.url, "scope").as_deref(), Some("openid basic"));
    let login = client.authorize([Scope::Read, Scope::Openid]).start();
    let url = login.unwrap().url;
    assert_eq!(value(&url, "scope").as_deref(), Some("basic read openid"));
    assert_eq!(value(&standard_login().url, "scope"), None);
}

#[test]
fn a_refresh_token_is_asked_for_in_the_providers_way() {
    use offline_access::{Prompt, Scope};

    let client =
        offline_access::Client::confidential(CLIENT_ID, CLIENT_SECRET).redirect_uri(REDIRECT_URI);
    let sent = |authorize: offline_access::Authorize| {
        let url = authorize.start().unwrap().url;
        ["scope", "access_type", "prompt"].map(|name| value(&url, name))
    };
    let texts =
        |texts: [&str; 3]| texts.map(|text| Some(text.to_owned()).filter(|_| !text.is_empty()));
    assert_eq!(
        sent(client.authorize([Scope::Read]).offline()),
        texts(["read offline_access", "offline", "consent"])
    );
    assert_eq!(
        sent(client.authorize([Scope::OfflineAccess]).offline()),
        texts(["offline_access", "offline", "consent"])
    );
    let chosen = client
        .authorize([Scope::Read])
        .prompt(Prompt::SelectAccount);
    assert_eq!(
        sent(chosen.offline()),
        texts(["read offline_access", "offline", "select_account"])
    );
    assert_eq!(
        sent(client.authorize([Scope::Read])),
        texts(["read", "online", ""])
    );
}

#[tokio::test]
async fn a_state_that_the_provider_forgets_comes_back_in_the_redirect_uri() {
    let server = judging(|received| {
        let redirect_uri = received.form_value("redirect_uri").unwrap_or_default();
        (!redirect_uri.contains("?state=")).then_some("redirect_uri_mismatch")
    });
    let client = state_in_redirect_uri::Client::confidential(CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    assert_eq!(value(&login.url, "state"), None);
    let redirect_uri = value(&login.url, "redirect_uri").unwrap();
    let state = value(&redirect_uri, "state").unwrap();
    assert_eq!(state.len(), 32);
    let shown = format!("{login:?}");
    assert!(!shown.contains(&state), "{shown}");

    let callback = callback(&login);
    assert_eq!(callback, format!("{redirect_uri}&code=c0de"));
    let tokens = client.finish(login.pending.clone(), callback).await;
    assert_eq!(tokens.unwrap().access_token().expose(), "t0ken");
    let sent = server.only().form_value("redirect_uri");
    assert_eq!(sent.as_deref(), Some(&*redirect_uri), "the very same");

    let forged = format!("{REDIRECT_URI}?state={}&code=c0de", "x".repeat(32));
    let error = client.finish(login.pending, forged).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(CallbackProblem::WrongState)
    );
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_standard_client_takes_no_callback_of_a_forgetful_provider() {
    let server = judging(|_| None);
    let client =
        standard_client().with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    // What that provider would send to this client's redirect URI.
    let callback = format!("{REDIRECT_URI}?code=c0de");
    let error = client.finish(login.pending, callback).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(CallbackProblem::MissingState)
    );
    assert!(server.received().is_empty());
}

#[test]
fn a_state_that_the_provider_forgets_needs_a_redirect_uri() {
    let client = state_in_redirect_uri::Client::confidential(CLIENT_ID, CLIENT_SECRET);
    assert!(configuration(client.authorize([]).start()).contains("redirect URI"));
    assert!(
        standard::Client::public(CLIENT_ID)
            .authorize([])
            .start()
            .is_ok()
    );
}

#[tokio::test]
async fn a_challenge_in_hexadecimal_digits_is_verified_as_such() {
    let (server, known) = verifying(hexadecimal);
    let client = pkce_hex::Client::public(CLIENT_ID)
        .redirect_uri(REDIRECT_URI)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    let challenge = value(&login.url, "code_challenge").unwrap();
    assert_eq!(challenge.len(), 64);
    assert_eq!(
        value(&login.url, "code_challenge_method").as_deref(),
        Some("S256")
    );
    known.set(challenge).unwrap();
    let callback_url = callback(&login);
    assert!(client.finish(login.pending, callback_url).await.is_ok());
    assert!(server.only().form_value("code_verifier").is_some());

    let refused = refused(verifying(hexadecimal)).await;
    assert_eq!(refused.code(), Some(ErrorCode::InvalidGrant));
}

#[tokio::test]
async fn a_plain_challenge_is_verified_as_such() {
    let (server, known) = verifying(str::to_owned);
    let client = pkce_plain_public::Client::public(CLIENT_ID)
        .redirect_uri(REDIRECT_URI)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    let challenge = value(&login.url, "code_challenge").unwrap();
    assert_eq!(
        URL_SAFE_NO_PAD
            .decode(&challenge)
            .map(|octets| octets.len()),
        Ok(32)
    );
    assert_eq!(
        value(&login.url, "code_challenge_method").as_deref(),
        Some("plain")
    );
    let shown = format!("{login:?}");
    assert!(!shown.contains(&challenge), "{shown}");
    known.set(challenge.clone()).unwrap();
    let callback_url = callback(&login);
    assert!(client.finish(login.pending, callback_url).await.is_ok());
    assert_eq!(server.only().form_value("code_verifier"), Some(challenge));

    let refused = refused(verifying(str::to_owned)).await;
    assert_eq!(refused.code(), Some(ErrorCode::InvalidGrant));
}

/// What a provider that is no standard one says to the standard's client.
async fn refused((server, known): (Server, Challenge)) -> Error {
    let client =
        standard_client().with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    known
        .set(value(&login.url, "code_challenge").unwrap())
        .unwrap();
    let callback = callback(&login);
    let error = client.finish(login.pending, callback).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    error
}

#[tokio::test]
async fn confidential_clients_send_no_pkce_where_only_public_ones_may() {
    let no_verifiers = || {
        judging(|received| {
            let verifier = received.form_value("code_verifier");
            verifier.map(|_| "invalid_request")
        })
    };
    let server = no_verifiers();
    let client = pkce_plain_public::Client::confidential(CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    assert_eq!(value(&login.url, "code_challenge"), None);
    assert_eq!(value(&login.url, "code_challenge_method"), None);
    let callback_url = callback(&login);
    assert!(client.finish(login.pending, callback_url).await.is_ok());
    assert_eq!(server.only().form_value("code_verifier"), None);

    let server = no_verifiers();
    let client = standard::Client::confidential(CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
        .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
    let login = client.authorize([]).start().unwrap();
    let callback_url = callback(&login);
    let error = client
        .finish(login.pending, callback_url)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidRequest));
}

fn customer(shop: &str, domain: &str) -> variable_hosts::Client {
    variable_hosts::Client::confidential(shop, domain, CLIENT_ID, CLIENT_SECRET)
        .redirect_uri(REDIRECT_URI)
}

fn url(request: Result<HttpRequest, Error>) -> String {
    request.expect("a request").url().to_string()
}

#[test]
fn values_of_variables_become_hosts_and_segments() {
    let client = customer("Acme.MyShop.example", "acme-2");
    let tokens = TokenSet::new("t0ken").with_refresh_token("r3fresh");
    let login = client.authorize([]).start().unwrap().url;
    let (endpoint, _) = login.split_once('?').unwrap();
    assert_eq!(endpoint, "https://acme.myshop.example/common/authorize");
    assert_eq!(
        url(client.refresh(&tokens).to_http_request()),
        "https://acme.myshop.example/common/token"
    );
    assert_eq!(
        url(client.revoke_access_token("t0ken").to_http_request()),
        "https://acme-2.desk.example/revoke"
    );
    assert_eq!(
        url(client.introspect("t0ken").to_http_request()),
        "https://accounts.example.com/introspect"
    );
    assert_eq!(
        url(client.userinfo(&tokens).to_http_request()),
        format!("https://api.example/apps/{CLIENT_ID}/me")
    );
    // A server may decode a path before it takes it apart, so nothing in it may climb.
    let climbing = client.clone().tenant("a b/../c?d#e@f");
    let error = climbing
        .refresh(&tokens)
        .to_http_request()
        .expect_err("another path");
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    let client = client
        .tenant("a b/..c?d#e@f")
        .region(variable_hosts::Region::ComAu);
    assert_eq!(
        url(client.refresh(&tokens).to_http_request()),
        "https://acme.myshop.example/a%20b%2F..c%3Fd%23e%40f/token"
    );
    assert_eq!(
        url(client.introspect("t0ken").to_http_request()),
        "https://accounts.example.com.au/introspect"
    );
}

/// A host is where the secret goes. The standard's client has no such value, and refuses the nearest
/// thing: an endpoint that is none.
#[tokio::test]
async fn hostile_values_of_variables_send_nothing() {
    let server = judging(|_| None);
    let long = "a".repeat(300);
    let hostile = [
        "",
        ".",
        "..",
        "%2e",
        "%2e%2e",
        "evil.com#",
        "evil.com/",
        "evil.com?",
        "evil.com\\",
        "evil.com:443",
        "evil.com#.myshop.example",
        "evil.com/.myshop.example",
        "acme.myshop.example.evil.com",
        "evilmyshop.example",
        "myshop.example",
        ".myshop.example",
        "acme.myshop.example:444",
        "acme.myshop.example.",
        "https://acme.myshop.example",
        "a@evil",
        "a@evil.myshop.example",
        "a:b@evil.com",
        "ac\u{200b}me.myshop.example",
        "\u{430}cme.myshop.example",
        "acme\u{3002}myshop.example",
        "acme\u{ff0e}myshop.example",
        "evil.com\u{2044}.myshop.example",
        "evil.com\r\nhost: acme.myshop.example",
        "evil.com\0.myshop.example",
        "127.0.0.1",
        "[::1]",
        "{shop}",
        &long,
    ];
    let tokens = TokenSet::new("t0ken").with_refresh_token("r3fresh");
    for value in hostile {
        let client = customer(value, "acme")
            .with_settings(Settings::new().replace_origin(&server.origin).unwrap());
        configuration(client.authorize([]).start());
        configuration(client.refresh(&tokens).await);
        let client = customer("acme.myshop.example", value);
        let client = client.with_settings(Settings::new().replace_origin(&server.origin).unwrap());
        configuration(client.revoke_access_token("t0ken").await);
        assert!(
            client.refresh(&tokens).to_http_request().is_ok(),
            "another variable"
        );
    }
    for value in ["", ".", ".."] {
        let client = customer("acme.myshop.example", "acme").tenant(value);
        configuration(client.refresh(&tokens).await);
    }
    assert!(server.received().is_empty());

    let endpoint = oauth_atlas::EndpointKind::Token;
    for url in [
        "https://a@evil.com/token",
        "https://evil.com/token#.example",
    ] {
        configuration(Settings::new().replace_endpoint(endpoint, url));
    }
}

/// Each tenant of a server has an issuer of its own (RFC 9207 §2.4): a callback of another tenant, or
/// of none, is refused before any request.
#[tokio::test]
async fn issuers_with_variables_are_compared_as_they_are_spelt_out() {
    let server = judging(|_| None);
    let client = issuer_of_tenant::Client::confidential(
        "https://id.example.com/",
        "blue",
        CLIENT_ID,
        CLIENT_SECRET,
    );
    let client = client.expect("a base URL").redirect_uri(REDIRECT_URI);
    let client = client.with_settings(
        Settings::new()
            .replace_origin(&server.origin)
            .expect("a loopback origin"),
    );
    let come_back = |issuer: &'static str| {
        let login = client.authorize([]).start().expect("a login");
        let mut callback = Url::parse(&callback(&login)).expect("an absolute URL");
        if !issuer.is_empty() {
            callback.query_pairs_mut().append_pair("iss", issuer);
        }
        client.finish(login.pending, callback.as_str())
    };
    for (issuer, problem) in [
        ("", CallbackProblem::MissingIssuer),
        (
            "https://id.example.com/tenants/red",
            CallbackProblem::WrongIssuer,
        ),
        (
            "https://id.example.com/tenants/blue/",
            CallbackProblem::WrongIssuer,
        ),
        ("{server}/tenants/{tenant}", CallbackProblem::WrongIssuer),
    ] {
        let error = come_back(issuer).await.expect_err("another issuer");
        assert_eq!(error.kind(), ErrorKind::Callback(problem), "{issuer}");
    }
    assert_eq!(server.received().len(), 0);
    let tokens = come_back("https://id.example.com/tenants/blue").await;
    tokens.expect("the tenant's own issuer");
}
