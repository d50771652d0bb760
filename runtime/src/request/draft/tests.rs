use http::header::AUTHORIZATION;
use http::{HeaderName, Method};

use super::*;
use crate::fixtures::{ACME, FORMS, acme, endpoint};
use crate::http::message::{HttpRequest, HttpResponse};
use crate::kept::token_set::TokenSet;
use crate::provider::{ClientType, Provider, TokenResponse};

/// Everything in the query, under other names.
static QUERY: Provider = Provider {
    id: "query",
    token: Some(Endpoint {
        method: HttpMethod::Get,
        rename: &[
            ("client_id", "appid"),
            ("client_secret", "secret"),
            ("scope", "perms"),
        ],
        omit: &["grant_type"],
        parameters: &[("action", "ask"), ("appid", "never")],
        headers: &[("x-api-key", "id={client_id}"), ("accept", "text/json")],
        ..endpoint("https://query.example/token?v=2", &[Encoding::Form])
    }),
    revocation: Some(Endpoint {
        method: HttpMethod::Delete,
        auth: Some(ClientAuth::AccessToken),
        omit: &["token", "token_type_hint"],
        ..endpoint("https://query.example/me/permissions", &[Encoding::Query])
    }),
    introspection: Some(Endpoint {
        auth: Some(ClientAuth::Nothing),
        rename: &[("token", "input_token")],
        ..endpoint("https://query.example/debug", &[Encoding::Query])
    }),
    confidential: Some(ClientType {
        auth: &[ClientAuth::Post],
        ..ClientType::STANDARD
    }),
    ..acme()
};

fn query() -> Core {
    Core::confidential(&QUERY, "my id", "s&cret")
}

fn request(core: &Core) -> HttpRequest {
    core.client_credentials(["a", "b"])
        .to_http_request()
        .unwrap()
}

fn names(request: &HttpRequest) -> Vec<&str> {
    request.headers().keys().map(HeaderName::as_str).collect()
}

#[test]
fn a_get_has_everything_in_the_query_and_nothing_in_the_body() {
    let request = request(&query());
    assert_eq!(request.method(), Method::GET);
    assert_eq!(
        request.url().as_str(),
        "https://query.example/token?v=2&perms=a%20b&appid=my%20id&secret=s%26cret&action=ask"
    );
    assert_eq!(request.body(), b"");
    assert_eq!(names(&request), ["accept", "x-api-key"]);
    assert_eq!(request.headers()["x-api-key"], "id=my id");
    assert_eq!(request.headers()[ACCEPT], "text/json");
    assert!(!format!("{request:?}").contains("s%26cret"));
}

#[test]
fn the_callers_parameters_replace_fixed_ones_and_none_of_the_librarys() {
    let asked = || query().client_credentials([""; 0]);
    let replaced = asked().param("action", "mine").to_http_request().unwrap();
    assert_eq!(
        replaced.url().query(),
        Some("v=2&appid=my%20id&secret=s%26cret&action=mine")
    );
    for name in [
        "client_id",
        "appid",
        "client_secret",
        "secret",
        "scope",
        "perms",
    ] {
        let error = asked().param(name, "canary").to_http_request().unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert!(!error.to_string().contains("canary"));
    }
}

#[test]
fn a_header_that_the_client_id_breaks_is_no_header() {
    let core = Core::confidential(&QUERY, "a\r\nb", "s");
    let error = core
        .client_credentials([""; 0])
        .to_http_request()
        .unwrap_err();
    assert!(error.to_string().contains("header"), "{error}");
}

#[test]
fn a_revocation_may_be_a_deletion_by_the_token_itself() {
    let request = query()
        .revoke_access_token("tok")
        .to_http_request()
        .unwrap();
    assert_eq!(request.method(), Method::DELETE);
    assert_eq!(
        request.url().as_str(),
        "https://query.example/me/permissions"
    );
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer tok");
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(request.body(), b"");
    assert_eq!(names(&request), ["accept", "authorization"]);
}

#[test]
fn a_post_may_have_its_parameters_in_the_query() {
    let request = query().introspect("tok").to_http_request().unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(
        request.url().as_str(),
        "https://query.example/debug?input_token=tok"
    );
    assert_eq!(
        (request.body(), names(&request)),
        (&b""[..], vec!["accept"])
    );
}

/// A provider whose token endpoint takes JSON with other names and a bearer secret.
static BEARER: Provider = Provider {
    id: "bearer",
    token: Some(Endpoint {
        rename: &[("redirect_uri", "callback")],
        parameters: &[("version", "2")],
        ..endpoint("https://bearer.example/token", &[Encoding::Json])
    }),
    confidential: Some(ClientType {
        auth: &[
            ClientAuth::BearerSecret,
            ClientAuth::BasicWithId,
            ClientAuth::Nothing,
        ],
        ..ClientType::STANDARD
    }),
    token_response: TokenResponse {
        format: ResponseFormat::Form,
        ..acme().token_response
    },
    ..acme()
};

#[test]
fn every_way_to_say_who_the_client_is() {
    let client = |method| Core::confidential(&BEARER, "id", "secret").client_auth(method);
    for (method, header, body) in [
        (
            ClientAuth::BearerSecret,
            Some("Bearer secret"),
            r#"{"grant_type":"client_credentials","scope":"a b","version":"2"}"#,
        ),
        (
            ClientAuth::BasicWithId,
            Some("Basic aWQ6c2VjcmV0"),
            r#"{"grant_type":"client_credentials","scope":"a b","client_id":"id","version":"2"}"#,
        ),
        (
            ClientAuth::Nothing,
            None,
            r#"{"grant_type":"client_credentials","scope":"a b","version":"2"}"#,
        ),
    ] {
        let request = request(&client(method));
        let sent = request.headers().get(AUTHORIZATION);
        assert_eq!(sent.map(|value| value.to_str().unwrap()), header);
        assert_eq!(String::from_utf8_lossy(request.body()), body);
    }
    let error = Core::public(&BEARER, "id")
        .client_auth(ClientAuth::BearerSecret)
        .refresh(&TokenSet::new("a").with_refresh_token("b"))
        .to_http_request()
        .unwrap_err();
    assert!(error.to_string().contains("no client secret"), "{error}");
    let error = client(ClientAuth::AccessToken)
        .client_credentials([""; 0])
        .to_http_request()
        .unwrap_err();
    assert!(error.to_string().contains("no access token"), "{error}");
}

#[test]
fn an_object_has_no_name_twice() {
    let core = Core::confidential(&BEARER, "id", "secret");
    let request = core.client_credentials([""; 0]);
    let replaced = request
        .clone()
        .param("version", "3")
        .to_http_request()
        .unwrap();
    assert_eq!(
        replaced.body(),
        br#"{"grant_type":"client_credentials","version":"3"}"#
    );
    let twice = request.param("version", "3").param("version", "4");
    assert!(twice.to_http_request().is_err());
}

/// Tokens may come as a form, all else that is read is JSON.
#[test]
fn json_is_asked_for_where_json_is_read() {
    let core = Core::confidential(&FORMS, "id", "secret");
    let tokens = core.client_credentials([""; 0]);
    assert!(
        !tokens
            .to_http_request()
            .unwrap()
            .headers()
            .contains_key(ACCEPT)
    );
    let introspection = core.introspect("12/34").to_http_request().unwrap();
    assert_eq!(introspection.headers()[ACCEPT], "application/json");
}

#[test]
fn an_introspection_may_be_authorized_by_the_token_itself() {
    static BY_TOKEN: Provider = Provider {
        introspection: Some(Endpoint {
            auth: Some(ClientAuth::AccessToken),
            omit: &["token"],
            ..endpoint("{api}/token_info", &[Encoding::Form])
        }),
        ..acme()
    };
    let core = Core::public(&BY_TOKEN, "id");
    let request = core.introspect("tok").to_http_request().unwrap();
    assert_eq!(request.headers()[AUTHORIZATION], "Bearer tok");
}

#[test]
fn the_callers_parameters_go_to_every_endpoint() {
    let core = Core::public(&ACME, "id");
    let has = |request: &HttpRequest| {
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        assert!(body.contains("&own=a%26b"), "{body}");
    };
    has(&core
        .introspect("tok")
        .param("own", "a&b")
        .to_http_request()
        .unwrap());
    let revocation = core.revoke_access_token("tok").param("own", "a&b");
    has(&revocation.to_http_request().unwrap());
}

#[test]
fn o01_debug_of_what_is_asked_about_a_token_shows_no_token() {
    let core = Core::public(&ACME, "id");
    let introspection = format!("{:?}", core.introspect("canary"));
    let revocation = format!("{:?}", core.revoke_access_token("canary"));
    for (shown, name) in [(introspection, "Introspection"), (revocation, "Revocation")] {
        assert!(shown.starts_with(name) && shown.contains("acme"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn an_introspection_reads_answers_and_refusals() {
    let asked = Core::confidential(&ACME, "id", "secret").introspect("tok");
    let answer = |status, body: &str| {
        asked.read_http_response(HttpResponse::new(status, http::HeaderMap::new(), body))
    };
    assert!(answer(200, r#"{"active":true}"#).unwrap().active());
    let refused = answer(401, r#"{"error":"invalid_client"}"#).unwrap_err();
    assert_eq!(
        refused.code(),
        Some(crate::error::code::ErrorCode::InvalidClient)
    );
}
