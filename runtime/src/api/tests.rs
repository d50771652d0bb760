use http::header::AUTHORIZATION;

use super::*;
use crate::error::ErrorKind;
use crate::fixtures::{ACME, ODD};

fn acme() -> Core {
    Core::public(&ACME, "id")
}

fn tokens() -> TokenSet {
    TokenSet::new("12/34")
}

fn url(target: &str) -> Result<String, Error> {
    acme()
        .call(Method::GET, target, &tokens())
        .build()
        .map(|request| request.url().to_string())
}

#[test]
fn n01_the_token_is_in_the_header_and_nowhere_else() {
    let call = acme().call(Method::POST, "/items?page=1", &tokens());
    let call = call
        .query("q", "a b&c")
        .header("x-trace", "1")
        .json_body("{}");
    let request = call.build().unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer 12/34");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(request.headers()["x-trace"], "1");
    assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(
        request.url().as_str(),
        "https://api.acme.example/v1/items?page=1&q=a+b%26c"
    );
    assert_eq!(
        (request.method(), request.body()),
        (&Method::POST, &b"{}"[..])
    );
    assert!(!format!("{call:?}").contains("12/34"));
}

#[test]
fn a_provider_has_its_own_headers() {
    let headers = Core::public(&ODD, "my-id").headers(&tokens()).unwrap();
    assert_eq!(headers["access-token"], "12/34");
    assert_eq!(headers["x-client"], "id=my-id");
    assert_eq!(headers.len(), 2);
    assert!(Core::public(&ODD, "my\nid").headers(&tokens()).is_err());
}

#[test]
fn n03_no_token_can_end_its_header() {
    for token in ["a\r\nx: y", "a\nb", "ä", "a b", "", "a\0"] {
        let error = acme().headers(&TokenSet::new(token)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(token.is_empty() || !error.to_string().contains(token));
    }
}

#[test]
fn paths_stay_on_the_apis_host() {
    assert_eq!(url("items/").unwrap(), "https://api.acme.example/v1/items/");
    assert_eq!(
        url("//evil.example/items").unwrap(),
        "https://api.acme.example/v1/evil.example/items"
    );
    assert_eq!(
        url("@evil.example").unwrap(),
        "https://api.acme.example/v1/@evil.example"
    );
    assert_eq!(
        url("a?to=https://evil.example").unwrap(),
        "https://api.acme.example/v1/a?to=https://evil.example"
    );
}

#[test]
fn o03_absolute_urls_are_https() {
    assert_eq!(
        url("HTTPS://other.example/x").unwrap(),
        "https://other.example/x"
    );
    for target in [
        "http://other.example/x",
        "ftp://other.example",
        "https://user@other.example",
    ] {
        assert_eq!(
            url(target).unwrap_err().kind(),
            ErrorKind::Configuration,
            "{target}"
        );
    }
}

#[test]
fn an_api_without_a_url_takes_absolute_ones_only() {
    let odd = Core::public(&ODD, "id");
    assert!(odd.call(Method::GET, "items", &tokens()).build().is_err());
    assert!(
        odd.call(Method::GET, "https://odd.example/items", &tokens())
            .build()
            .is_ok()
    );
    let odd = odd
        .endpoint(EndpointKind::Api, "https://odd.example/v2")
        .unwrap();
    let request = odd.call(Method::GET, "items", &tokens()).build().unwrap();
    assert_eq!(request.url().as_str(), "https://odd.example/v2/items");
}

#[test]
fn an_origin_takes_every_call() {
    let moved = acme().origin("http://127.0.0.1:8080").unwrap();
    for (target, expected) in [
        ("items", "http://127.0.0.1:8080/v1/items"),
        ("https://other.example/x?y", "http://127.0.0.1:8080/x?y"),
    ] {
        assert_eq!(
            moved
                .call(Method::GET, target, &tokens())
                .build()
                .unwrap()
                .url()
                .as_str(),
            expected
        );
    }
}

#[test]
fn the_clients_own_headers_are_not_for_the_caller() {
    let call = |name, value| {
        acme()
            .call(Method::GET, "x", &tokens())
            .header(name, value)
            .build()
    };
    assert!(call("Authorization", "Basic x").is_err());
    assert!(call("x y", "z").is_err());
    assert!(call("x", "a\nb").is_err());
    let odd = Core::public(&ODD, "id").call(Method::GET, "https://odd.example", &tokens());
    assert!(odd.header("X-Client", "other").build().is_err());
}

#[test]
fn userinfo_asks_for_json() {
    let request = acme().userinfo(&tokens()).build().unwrap();
    assert_eq!(request.url().as_str(), "https://api.acme.example/userinfo");
    assert_eq!(request.headers()[ACCEPT], "application/json");
    assert_eq!(request.method(), Method::GET);
}
