use std::time::Duration;

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, HeaderName, Method};
use serde_json::Value;

use crate::error::EndpointKind;
use crate::fake::request::Request;
use crate::fake::{Fake, FakeServer, Fault};
use crate::fixtures::ACME;

fn fake() -> FakeServer {
    Fake::new(&ACME).start_blocking().unwrap()
}

fn request(fake: &FakeServer, method: Method, target: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = HeaderMap::new();
    let host = fake.origin().strip_prefix("http://").unwrap();
    headers.insert(HOST, host.parse().unwrap());
    Request {
        method,
        authority: None,
        path: path.to_owned(),
        query: form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers,
        body: Vec::new(),
    }
}

/// The status of the answer and what it says.
fn told(fake: &FakeServer, request: &Request) -> (u16, Value) {
    let answer = fake.0.shared.control(request).expect("an instruction");
    (
        answer.status,
        serde_json::from_str(&answer.body).unwrap_or_default(),
    )
}

fn post(fake: &FakeServer, target: &str) -> (u16, Value) {
    told(fake, &request(fake, Method::POST, target))
}

fn get(fake: &FakeServer, target: &str) -> (u16, Value) {
    told(fake, &request(fake, Method::GET, target))
}

fn next(fake: &FakeServer, endpoint: EndpointKind) -> Option<Fault> {
    fake.state().faults.next(endpoint)
}

#[test]
fn each_fault_comes_as_it_was_told() {
    let fake = fake();
    for (target, expected) in [
        ("rate-limit", Fault::RateLimited(1)),
        ("rate-limit?seconds=7", Fault::RateLimited(7)),
        ("stall", Fault::Stall(Duration::from_secs(1))),
        ("stall?seconds=60", Fault::Stall(Duration::from_secs(60))),
        ("status", Fault::Status(503)),
        ("status?status=200", Fault::Status(200)),
        ("status?status=599", Fault::Status(599)),
        ("html", Fault::HtmlPage),
        ("disconnect", Fault::Disconnect),
    ] {
        let (status, said) = post(&fake, &format!("/.fake/{target}"));
        assert_eq!(status, 200, "{target}: {said}");
        assert!(said["done"].is_string(), "{target}: {said}");
        assert_eq!(next(&fake, EndpointKind::Api), Some(expected), "{target}");
        assert_eq!(next(&fake, EndpointKind::Api), None, "{target}");
    }
}

#[test]
fn a_fault_comes_where_and_as_often_as_it_was_told() {
    let fake = fake();
    post(&fake, "/.fake/html?times=2&endpoint=token");
    assert_eq!(next(&fake, EndpointKind::Revocation), None);
    for _ in 0..2 {
        assert_eq!(next(&fake, EndpointKind::Token), Some(Fault::HtmlPage));
    }
    assert_eq!(next(&fake, EndpointKind::Token), None);
    // More than there is room for is for ever.
    post(&fake, &format!("/.fake/deny?times={}", u64::MAX));
    assert_eq!(fake.state().provider.denials, u32::MAX);
}

#[test]
fn logins_and_tokens_are_as_they_were_told() {
    let fake = fake();
    post(&fake, "/.fake/deny?times=3");
    assert_eq!(fake.state().provider.denials, 3);
    post(&fake, "/.fake/deny");
    assert_eq!(fake.state().provider.denials, 1);
    assert_eq!(fake.state().provider.token_lifetime, None);
    post(&fake, "/.fake/lifetime?seconds=60");
    let lifetime = Some(Duration::from_secs(60));
    assert_eq!(fake.state().provider.token_lifetime, lifetime);
    assert_eq!(post(&fake, "/.fake/expire").0, 200);
}

#[test]
fn what_cannot_be_obeyed_changes_nothing_and_says_why() {
    let fake = fake();
    for (target, named) in [
        ("rate-limit?seconds=soon", "`seconds`"),
        ("html?times=-1", "`times`"),
        ("status?status=199", "`status`"),
        ("status?status=600", "`status`"),
        ("status?status=66039", "`status`"),
        ("html?endpoint=tokens", "introspection"),
    ] {
        let (status, said) = post(&fake, &format!("/.fake/{target}"));
        assert_eq!(status, 400, "{target}");
        let said = said["error"].as_str().unwrap();
        assert!(said.contains(named), "{target}: {said}");
    }
    for (method, name, status) in [
        (Method::GET, "expire", 405),
        (Method::POST, "requests", 405),
        (Method::POST, "", 405),
        (Method::POST, "explode", 404),
    ] {
        let asked = request(&fake, method, &format!("/.fake/{name}"));
        let (found, said) = told(&fake, &asked);
        assert_eq!(found, status, "{name}");
        assert!(said["error"].is_string(), "{name}: {said}");
    }
    let (_, said) = post(&fake, "/.fake/explode");
    let said = said["error"].as_str().unwrap();
    assert!(said.contains("but: deny, expire,"), "{said}");
    assert_eq!(next(&fake, EndpointKind::Api), None);
}

#[test]
fn what_there_is_is_explained() {
    let fake = fake();
    for path in ["/.fake", "/.fake/"] {
        let (status, said) = get(&fake, path);
        assert_eq!(status, 200);
        let said = said.as_array().unwrap();
        assert_eq!(said.len(), super::INSTRUCTIONS.len());
        assert_eq!(said[0]["method"], "POST");
        assert_eq!(said[0]["path"], "/.fake/deny");
        assert_eq!(said[0]["parameters"]["times"], "how often; once by default");
        assert!(said.iter().all(|one| one["does"].is_string()));
    }
    let (status, said) = get(&fake, "/.fake/requests");
    assert_eq!(status, 200);
    assert!(!said.is_null());
    let page = request(&fake, Method::GET, "/.fake/device");
    let page = fake.0.shared.control(&page).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("agrees"), "{}", page.body);
    // These are the provider's.
    for path in ["/", "/.fakes", "/.fake.", "/token"] {
        let asked = request(&fake, Method::POST, path);
        assert!(fake.0.shared.control(&asked).is_none(), "{path}");
    }
}

#[test]
fn a_page_of_somebody_else_is_refused() {
    let fake = fake();
    let own = fake.origin().strip_prefix("http://").unwrap();
    let (_, port) = own.rsplit_once(':').unwrap();
    let asked = |lines: &[(HeaderName, &str)], authority: Option<&str>| {
        let mut asked = request(&fake, Method::POST, "/.fake/deny");
        asked.headers.clear();
        for (name, value) in lines {
            asked.headers.append(name, value.parse().unwrap());
        }
        asked.authority = authority.map(str::to_owned);
        told(&fake, &asked).0
    };
    let local = format!("localhost:{port}");
    let origin = fake.origin();
    for (lines, authority) in [
        (vec![(HOST, own)], None),
        (vec![(HOST, &local)], None),
        (vec![(HOST, own), (ORIGIN, origin)], None),
        (vec![(HOST, own)], Some(own)),
        (vec![], Some(own)),
    ] {
        assert_eq!(asked(&lines, authority), 200, "{lines:?} {authority:?}");
    }
    fake.state().provider.denials = 0;
    let https = format!("https://{own}");
    let near = format!("127.0.0.1.evil.example:{port}");
    for (lines, authority) in [
        (vec![], None),
        (vec![(HOST, "evil.example")], None),
        (vec![(HOST, &near)], None),
        (vec![(HOST, "127.0.0.1")], None),
        (vec![(HOST, own), (HOST, own)], None),
        (vec![(HOST, own)], Some("evil.example")),
        (vec![(HOST, "evil.example")], Some(own)),
        (vec![(HOST, own), (ORIGIN, "https://evil.example")], None),
        (vec![(HOST, own), (ORIGIN, https.as_str())], None),
        (vec![(HOST, own), (ORIGIN, "null")], None),
        (
            vec![
                (HOST, own),
                (ORIGIN, origin),
                (ORIGIN, "http://evil.example"),
            ],
            None,
        ),
    ] {
        assert_eq!(asked(&lines, authority), 403, "{lines:?} {authority:?}");
    }
    assert_eq!(fake.state().provider.denials, 0);
}
