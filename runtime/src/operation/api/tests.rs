use http::header::AUTHORIZATION;

use super::*;
use crate::client::settings::Settings;
use crate::error::ErrorKind;
use crate::fixtures::{self, ACME, ODD, endpoint};
use crate::provider::{
    Api, Capture, CaptureFrom, Encoding, Endpoint, HttpMethod, Variable, VariableKind,
};

fn acme() -> Core {
    Core::public(&ACME, "id")
}

fn tokens() -> TokenSet {
    TokenSet::new("12/34")
}

fn url(target: &str) -> Result<String, Error> {
    acme()
        .call_api(Method::GET, target, &tokens())
        .to_http_request()
        .map(|request| request.url().to_string())
}

#[test]
fn n01_the_token_is_in_the_header_and_nowhere_else() {
    let call = acme().call_api(Method::POST, "/items?page=1", &tokens());
    let call = call
        .query("q", "a b&c")
        .header("x-trace", "1")
        .json_body("{}");
    let request = call.to_http_request().unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer 12/34");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(request.headers()["x-trace"], "1");
    assert_eq!(request.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(
        request.url().as_str(),
        "https://api.acme.example/v1/items?page=1&q=a%20b%26c"
    );
    assert_eq!(
        (request.method(), request.body()),
        (&Method::POST, &b"{}"[..])
    );
    assert!(!format!("{call:?}").contains("12/34"));
}

#[test]
fn a_provider_has_its_own_headers() {
    let headers = Core::public(&ODD, "my-id").api_headers(&tokens()).unwrap();
    assert_eq!(headers["access-token"], "12/34");
    assert_eq!(headers["x-client"], "id=my-id");
    assert_eq!(headers.len(), 2);
    assert!(Core::public(&ODD, "my\nid").api_headers(&tokens()).is_err());
}

#[test]
fn n03_no_token_can_end_its_header() {
    for token in ["a\r\nx: y", "a\nb", "ä", "a b", "", "a\0"] {
        let error = acme().api_headers(&TokenSet::new(token)).unwrap_err();
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
fn no_path_leaves_the_apis_base() {
    for target in [
        "../admin",
        "items/../../admin",
        "items/../users",
        "%2e%2e/admin",
        "items/.%2E/%2e%2e/admin",
        "..\\admin",
        "items\\..\\..\\admin",
        "..%2fadmin",
        "items/%2e%2e%5c..%2fadmin",
        "%252e%252e/admin",
        "..;/admin",
        ".\t./admin",
        ".\n.",
        "..",
        "..?x=1",
    ] {
        let error = url(target).expect_err(target);
        assert_eq!(error.kind(), ErrorKind::Configuration, "{target}");
    }
    for (target, expected) in [
        ("items?next=../x", "items?next=../x"),
        ("items/...", "items/..."),
        ("a..b/.c", "a..b/.c"),
        ("a%2Fb", "a%2Fb"),
        ("./items", "items"),
        ("\\items", "/items"),
    ] {
        let expected = format!("https://api.acme.example/v1/{expected}");
        assert_eq!(url(target).unwrap(), expected, "{target}");
    }
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
    assert!(
        odd.call_api(Method::GET, "items", &tokens())
            .to_http_request()
            .is_err()
    );
    assert!(
        odd.call_api(Method::GET, "https://odd.example/items", &tokens())
            .to_http_request()
            .is_ok()
    );
    let odd = odd.with_settings(
        Settings::new()
            .replace_endpoint(EndpointKind::Api, "https://odd.example/v2")
            .unwrap(),
    );
    let request = odd
        .call_api(Method::GET, "items", &tokens())
        .to_http_request()
        .unwrap();
    assert_eq!(request.url().as_str(), "https://odd.example/v2/items");
}

#[test]
fn an_origin_takes_every_call() {
    let moved = acme().with_settings(
        Settings::new()
            .replace_origin("http://127.0.0.1:8080")
            .unwrap(),
    );
    for (target, expected) in [
        ("items", "http://127.0.0.1:8080/v1/items"),
        ("https://other.example/x?y", "http://127.0.0.1:8080/x?y"),
    ] {
        assert_eq!(
            moved
                .call_api(Method::GET, target, &tokens())
                .to_http_request()
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
            .call_api(Method::GET, "x", &tokens())
            .header(name, value)
            .to_http_request()
    };
    assert!(call("Authorization", "Basic x").is_err());
    assert!(call("x y", "z").is_err());
    assert!(call("x", "a\nb").is_err());
    let odd = Core::public(&ODD, "id").call_api(Method::GET, "https://odd.example", &tokens());
    assert!(odd.header("X-Client", "other").to_http_request().is_err());
}

#[test]
fn userinfo_asks_for_json() {
    let request = acme().userinfo(&tokens()).to_http_request().unwrap();
    assert_eq!(request.url().as_str(), "https://api.acme.example/userinfo");
    assert_eq!(request.headers()[ACCEPT], "application/json");
    assert_eq!(request.method(), Method::GET);
}

/// A provider whose API is where the token response says, with the token in the query.
static HOME: Provider = Provider {
    id: "home",
    environments: &[],
    variables: &[Variable {
        name: "instance",
        kind: VariableKind::BaseUrl,
        optional: false,
        default: None,
        ..Variable::STANDARD
    }],
    userinfo: Some(Endpoint {
        method: HttpMethod::Get,
        parameters: &[("fields", "id,name")],
        headers: &[("x-version", "2")],
        ..endpoint("{instance}/me?v=1", &[Encoding::Form])
    }),
    captures: &[Capture {
        name: "instance_url",
        from: CaptureFrom::Token,
        path: "instance_url",
        required: false,
        relay: None,
        variable: Some("instance"),
        allowed_hosts: &["*.home.example"],
        ..Capture::STANDARD
    }],
    api: Api {
        url: Some("{instance}/v1"),
        header: "",
        query: "auth",
        prefix: "",
        headers: &[("x-client", "{client_id}")],
        ..Api::STANDARD
    },
    ..fixtures::acme()
};

fn at_home(instance: &str) -> TokenSet {
    TokenSet::new("a+b/c").with_extra("instance_url", instance)
}

#[test]
fn n02_the_token_is_in_the_query_where_the_spec_says_so() {
    let home = Core::public(&HOME, "id");
    let tokens = at_home("https://eu.home.example");
    let call = home
        .call_api(Method::GET, "items?x=1", &tokens)
        .query("q", "2");
    let request = call.to_http_request().unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://eu.home.example/v1/items?x=1&auth=a%2Bb%2Fc&q=2"
    );
    assert_eq!(request.headers()["x-client"], "id");
    assert_eq!(request.headers().len(), 1);
    assert!(!format!("{request:?} {call:?}").contains("a%2Bb"));
    assert!(call.query("auth", "other").to_http_request().is_err());
    assert_eq!(home.api_headers(&tokens).unwrap().len(), 1);
    assert!(home.api_headers(&TokenSet::new("")).is_err());
}

#[test]
fn an_instance_comes_with_the_tokens_and_is_checked() {
    let home = Core::public(&HOME, "id");
    let url = |core: &Core, tokens: &TokenSet| {
        let request = core.call_api(Method::GET, "x", tokens).to_http_request()?;
        Ok::<_, Error>(request.url().host_str().map(str::to_owned))
    };
    let eu = Some("eu.home.example".to_owned());
    assert_eq!(url(&home, &at_home("https://eu.home.example")).unwrap(), eu);
    assert!(url(&home, &at_home("https://evil.example")).is_err());
    assert!(url(&home, &TokenSet::new("a")).is_err());
    let client = home.base_url("instance", "https://own.home.example");
    let client = client.unwrap();
    let own = Some("own.home.example".to_owned());
    assert_eq!(url(&client, &TokenSet::new("a")).unwrap(), own);
    assert_eq!(
        url(&client, &at_home("https://eu.home.example")).unwrap(),
        eu
    );
}

#[test]
fn userinfo_has_parameters_and_headers_of_its_own() {
    let call = Core::public(&HOME, "id").userinfo(&at_home("https://eu.home.example"));
    let request = call.clone().query("q", "1").to_http_request().unwrap();
    assert_eq!(
        request.url().as_str(),
        "https://eu.home.example/me?v=1&fields=id%2Cname&auth=a%2Bb%2Fc&q=1"
    );
    assert_eq!(request.headers()["x-version"], "2");
    assert_eq!(request.headers()[ACCEPT], "application/json");
    assert_eq!((request.body(), request.method()), (&b""[..], &Method::GET));
    assert!(
        call.clone()
            .header("x-version", "3")
            .to_http_request()
            .is_err()
    );
    let accepting = call
        .header("accept", "text/html")
        .to_http_request()
        .unwrap();
    assert_eq!(accepting.headers()[ACCEPT], "text/html");
}

const fn with_userinfo(userinfo: Endpoint) -> Provider {
    Provider {
        userinfo: Some(userinfo),
        api: Api {
            header: "access-token",
            prefix: "",
            ..fixtures::acme().api
        },
        ..fixtures::acme()
    }
}

static BEARER: Provider = with_userinfo(Endpoint {
    auth: Some(ClientAuth::AccessToken),
    ..endpoint("{api}/me", &[Encoding::Json])
});

static POSTED: Provider = with_userinfo(Endpoint {
    auth: Some(ClientAuth::Post),
    rename: &[("access_token", "token")],
    ..endpoint("{api}/me", &[Encoding::Form])
});

static QUERIED: Provider = with_userinfo(Endpoint {
    method: HttpMethod::Get,
    auth: Some(ClientAuth::Nothing),
    ..endpoint("{api}/me", &[Encoding::Query])
});

#[test]
fn userinfo_takes_the_token_in_its_own_way() {
    let request = |provider| {
        let call = Core::confidential(provider, "id", "secret").userinfo(&tokens());
        call.to_http_request().unwrap()
    };
    let bearer = request(&BEARER);
    assert_eq!(bearer.headers()[AUTHORIZATION], "Bearer 12/34");
    assert!(!bearer.headers().contains_key("access-token"));
    assert_eq!(
        (bearer.method(), bearer.body()),
        (&Method::POST, &b"{}"[..])
    );
    let posted = request(&POSTED);
    assert_eq!(
        posted.body(),
        b"token=12%2F34&client_id=id&client_secret=secret"
    );
    assert_eq!(posted.headers().len(), 2);
    let queried = request(&QUERIED);
    assert_eq!(
        queried.url().as_str(),
        "https://api.acme.example/me?access_token=12%2F34"
    );
    assert_eq!(queried.headers().len(), 1);
}

#[test]
fn userinfo_of_a_provider_that_has_none_is_a_get() {
    let client = Core::public(&WITHOUT, "id");
    assert!(client.userinfo(&tokens()).to_http_request().is_err());
    let settings =
        Settings::new().replace_endpoint(EndpointKind::UserInfo, "https://acme.example/me");
    let client = client.with_settings(settings.unwrap());
    let request = client.userinfo(&tokens()).to_http_request().unwrap();
    assert_eq!(request.method(), Method::GET);
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer 12/34");
}

static WITHOUT: Provider = Provider {
    userinfo: None,
    ..fixtures::acme()
};

#[test]
fn o01_debug_shows_no_token() {
    let call = acme().call_api(Method::GET, "/items", &TokenSet::new("canary"));
    let shown = format!("{call:?}");
    assert!(
        shown.contains("ApiCall") && shown.contains("GET"),
        "{shown}"
    );
    assert!(!shown.contains("canary"), "{shown}");
}

/// Most paths are appended to a URL that has been read, and come to what they come to if all is read.
#[test]
fn an_appended_path_is_what_it_is_when_it_is_read() {
    const PARTS: [&str; 22] = [
        "",
        "/",
        "a",
        ".",
        "..",
        "v1.0",
        "a:b@c=,&+!$()*",
        "~-_",
        "%2e",
        "%",
        ";",
        " ",
        "ä",
        "\\",
        "\t",
        "'",
        "\"",
        "{",
        "?",
        "?a=%2F'",
        "&b=/?:",
        "#",
    ];
    let bases = [
        "https://acme.example",
        "https://acme.example/v1/",
        "http://127.0.0.1:1/a/b",
    ];
    let mut appended_targets = 0;
    for base in bases.map(|base| Url::parse(base).unwrap()) {
        for first in PARTS {
            for second in PARTS {
                for third in PARTS {
                    let target = [first, second, third].concat();
                    let target = target.trim_start_matches('/');
                    if let Some(url) = appended(&base, target) {
                        assert_eq!(read_below(&ACME, &base, target).unwrap(), url, "{target}");
                        appended_targets += 1;
                    }
                }
            }
        }
    }
    assert!(appended_targets > 2000, "{appended_targets}");
}
