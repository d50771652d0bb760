use super::check::RESERVED;
use super::*;
use crate::client::settings::Settings;
use crate::error::ErrorKind;
use crate::fixtures::{ACME, ODD};
use crate::provider::ChallengeMethod;
use crate::request::login_url::add_to_query;

mod deviations;

fn s256_challenge(verifier: &str) -> String {
    code_challenge(ChallengeMethod::S256, verifier)
        .0
        .into_owned()
}

fn acme() -> Core {
    Core::public(&ACME, "s6BhdRkqt3").redirect_uri("https://client.example.com/cb")
}

fn query(login: &Login) -> Vec<(String, String)> {
    let (_, query) = login.url.split_once('?').unwrap();
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn value(login: &Login, name: &str) -> Option<String> {
    query(login)
        .into_iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value)
}

fn message(authorize: Authorize) -> String {
    let error = authorize.start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn a01_a05_the_request_of_the_rfc() {
    let login = acme().authorize([""; 0]).start().unwrap();
    assert!(
        login
            .url
            .starts_with("https://login.acme.example/authorize?")
    );
    let verifier = login.pending.code_verifier.as_ref().unwrap().expose();
    assert!(!login.url.contains(verifier));
    let challenge = s256_challenge(verifier);
    let expected = [
        ("response_type", "code"),
        ("client_id", "s6BhdRkqt3"),
        ("redirect_uri", "https://client.example.com/cb"),
        ("state", login.pending.state.expose()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(query(&login), expected);
}

#[test]
fn a02_the_endpoints_query_is_kept() {
    let login = Core::public(&ODD, "aaa")
        .authorize(["read"])
        .start()
        .unwrap();
    let state = login.pending.state.expose();
    assert_eq!(
        login.url,
        format!(
            "https://odd.example/auth?foo=bar&response_type=code&client_id=aaa&scope=read&state={state}&access_type=offline"
        )
    );
}

#[test]
fn a02_a_query_that_ends_open_is_gone_on_with() {
    for (url, expected) in [
        ("https://odd.example/auth", "https://odd.example/auth?a=b"),
        ("https://odd.example/auth?", "https://odd.example/auth?a=b"),
        (
            "https://odd.example/auth?c=d",
            "https://odd.example/auth?c=d&a=b",
        ),
        (
            "https://odd.example/auth?c=d&",
            "https://odd.example/auth?c=d&a=b",
        ),
    ] {
        let mut url = url.to_owned();
        add_to_query(&mut url, "a", "b");
        assert_eq!(url, expected);
    }
}

#[test]
fn a03_a10_scopes_in_order_with_the_providers_separator() {
    let scopes = || ["read", "write"].into_iter();
    let login = acme()
        .authorize(scopes())
        .scope("new  newer")
        .start()
        .unwrap();
    assert_eq!(value(&login, "scope").unwrap(), "read write new newer");
    assert_eq!(login.pending.scope.as_deref(), Some("read write new newer"));
    let odd = Core::public(&ODD, "aaa");
    let login = odd.authorize(scopes()).scope("new,newer").start().unwrap();
    assert_eq!(value(&login, "scope").unwrap(), "read,write,new,newer");
    assert_eq!(login.pending.scope.as_deref(), Some("read write new newer"));
    let login = odd
        .scope_separator(crate::provider::Separator::Space)
        .authorize(scopes())
        .start()
        .unwrap();
    assert_eq!(value(&login, "scope").unwrap(), "read write");
}

#[test]
fn a04_nothing_empty_is_sent() {
    let login = Core::public(&ODD, "aaa").authorize(["a"]).start().unwrap();
    assert!(query(&login).iter().all(|(_, value)| !value.is_empty()));
    assert_eq!(value(&login, "redirect_uri"), None);
    assert_eq!(
        value(&login, "code_challenge"),
        None,
        "PKCE breaks this provider"
    );
    assert_eq!(login.pending.code_verifier, None);
}

#[test]
fn a11_no_two_states_are_the_same() {
    let start = || acme().authorize([""; 0]).start().unwrap();
    let (first, second) = (start(), start());
    assert_ne!(first.pending.state, second.pending.state);
    assert_ne!(first.pending.code_verifier, second.pending.code_verifier);
    assert_eq!(first.pending.state.expose().len(), 43);
}

#[test]
fn a12_the_redirect_uri_of_this_request() {
    let authorize = acme().authorize([""; 0]);
    let login = authorize
        .redirect_uri("https://other.example/cb")
        .start()
        .unwrap();
    assert_eq!(
        value(&login, "redirect_uri").unwrap(),
        "https://other.example/cb"
    );
    assert_eq!(
        login.pending.redirect_uri.as_deref(),
        Some("https://other.example/cb")
    );
}

#[test]
fn options_variables_and_parameters() {
    let login = Core::public(&ODD, "aaa")
        .authorize(["a"])
        .option("theme", "dark")
        .option("theme", "light")
        .param("access_type", "online")
        .param("resource", "a")
        .param("resource", "b")
        .start()
        .unwrap();
    assert_eq!(value(&login, "theme").unwrap(), "light");
    assert_eq!(login.url.matches("access_type=online").count(), 1);
    assert_eq!(login.url.matches("access_type=").count(), 1);
    assert!(login.url.ends_with("&resource=a&resource=b"));
    let login = acme()
        .authorize([""; 0])
        .variable("language", "en-us")
        .start();
    assert!(
        login
            .unwrap()
            .url
            .starts_with("https://login.acme.example/en-us/authorize?")
    );
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let start = |core: &Core| core.authorize([""; 0]);
    assert!(message(start(&Core::public(&ACME, "a"))).contains("no redirect URI"));
    assert!(message(start(&acme().redirect_uri("https://a.example#x"))).contains("fragment"));
    assert!(message(start(&Core::public(&ODD, "a"))).contains("without a scope"));
    assert!(message(start(&acme()).variable("language", "xx")).contains("en-us"));
    for name in RESERVED {
        assert!(message(start(&acme()).param(name, "x")).contains(name));
    }
}

#[test]
fn environments_origins_and_endpoints_move_the_url() {
    let url = |core: Core| core.authorize([""; 0]).start().unwrap().url;
    assert!(
        url(acme().environment("sandbox"))
            .starts_with("https://login.sandbox.acme.example/authorize?")
    );
    let moved = acme().with_settings(
        Settings::new()
            .replace_origin("http://127.0.0.1:8080")
            .unwrap(),
    );
    assert!(url(moved.clone()).starts_with("http://127.0.0.1:8080/authorize?"));
    let replaced = moved.with_settings(
        Settings::new()
            .replace_endpoint(EndpointKind::Authorization, "https://other.example/a/?b=c")
            .unwrap(),
    );
    assert!(url(replaced).starts_with("https://other.example/a/?b=c&response_type=code"));
}

#[test]
fn o01_debug_shows_no_values() {
    let authorize = acme().authorize(["read"]);
    let debug = format!("{:?}", authorize.param("login_hint", "canary"));
    assert!(debug.contains("login_hint") && debug.contains("read") && !debug.contains("canary"));

    let login = acme().authorize([""; 0]).start().unwrap();
    let debug = format!("{login:?}");
    assert!(
        debug.contains("code_challenge_method")
            && debug.contains("https://login.acme.example/authorize")
    );
    assert!(!debug.contains(login.pending.state.expose()));
    assert!(!debug.contains(&s256_challenge(
        login.pending.code_verifier.unwrap().expose()
    )));
}
