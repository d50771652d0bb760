use std::time::{Duration, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

use super::*;
use crate::client::settings::Settings;
use crate::error::{CallbackProblem, ErrorKind};
use crate::fixtures::{ACME, FORMS, ODD, endpoint};
use crate::kept::binding::{Binding, Start};
use crate::provider::{ClientAuth, Encoding, Provider};

const VERIFIER: &str = "canary-verifier-of-43-characters-or-more-xx";

fn acme() -> Core {
    Core::confidential(&ACME, "s6BhdRkqt3", "gX1fBat3bV")
        .redirect_uri("https://client.example.com/cb")
}

fn pending(core: &Core) -> Pending {
    Pending {
        provider: core.provider().id.into(),
        state: "xyz-with-128-random-bits".into(),
        binding: Binding::of(core, Start::Authorization, &[]),
        code_verifier: None,
        nonce: None,
        max_age: None,
        resource: None,
        #[cfg(feature = "jose")]
        dpop_key: None,
        redirect_uri: Some("https://client.example.com/cb".to_owned()),
        scope: Some("read write".to_owned()),
        created_at: crate::text::clock::unix_seconds(SystemTime::now()),
    }
}

fn body(request: &TokenRequest) -> String {
    String::from_utf8(request.to_http_request().unwrap().body().to_vec()).unwrap()
}

fn answer(status: u16, body: &str) -> HttpResponse {
    HttpResponse::new(status, HeaderMap::new(), body)
}

#[test]
fn c01_the_request_of_the_rfc() {
    let request = acme()
        .finish(
            pending(&acme()),
            "code=SplxlOBeZQQYbYS6WxSbIA&state=xyz-with-128-random-bits",
        )
        .to_http_request()
        .unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url().as_str(), "https://api.acme.example/token");
    assert_eq!(
        request.headers()[AUTHORIZATION],
        "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW"
    );
    assert!(request.headers()[AUTHORIZATION].is_sensitive());
    assert_eq!(
        request.headers()[CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(request.headers()[ACCEPT], "application/json");
    assert_eq!(request.headers().len(), 3);
    assert_eq!(
        request.body(),
        b"grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
    );
}

#[test]
fn a12_c10_c13_the_codes_own_redirect_uri_and_verifier() {
    let public = Core::public(&ACME, "aaa/;&").redirect_uri("https://client.example.com/cb");
    let mut pending = pending(&public);
    pending.code_verifier = Some(VERIFIER.into());
    pending.redirect_uri = Some("https://other.example/".to_owned());
    let request = public.finish(pending, "?code=a&state=xyz-with-128-random-bits");
    assert_eq!(
        body(&request),
        "grant_type=authorization_code&code=a&redirect_uri=https%3A%2F%2Fother.example%2F&code_verifier=canary-verifier-of-43-characters-or-more-xx&client_id=aaa%2F%3B%26"
    );
    assert!(
        !request
            .to_http_request()
            .unwrap()
            .headers()
            .contains_key(AUTHORIZATION)
    );
}

#[test]
fn b03_a_wrong_callback_is_no_request() {
    let error = acme()
        .finish(pending(&acme()), "code=a&state=other")
        .to_http_request()
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(CallbackProblem::WrongState)
    );
}

#[test]
fn c14_c15_refresh_and_client_credentials() {
    let tokens = TokenSet::new("a")
        .with_refresh_token("tGzv3JOkF0XG5Qx2TlKWIA")
        .with_scope("read write");
    assert_eq!(
        body(&acme().refresh(&tokens)),
        "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
    );
    assert_eq!(
        body(&acme().refresh(&tokens).scope("read")),
        "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&scope=read"
    );
    assert_eq!(
        body(&acme().client_credentials(["scope1", "scope2"])),
        "grant_type=client_credentials&scope=scope1+scope2"
    );
    assert_eq!(
        body(&acme().client_credentials([""; 0])),
        "grant_type=client_credentials"
    );
}

#[test]
fn tokens_are_refreshed_at_an_endpoint_of_their_own_where_there_is_one() {
    static SPLIT: Provider = Provider {
        refresh: Some(endpoint("{api}/refresh", &[Encoding::Form])),
        ..crate::fixtures::acme()
    };
    let tokens = TokenSet::new("a").with_refresh_token("b");
    let split = Core::confidential(&SPLIT, "id", "secret");
    let url = |request: &TokenRequest| request.to_http_request().unwrap().url().to_string();
    assert_eq!(
        url(&split.refresh(&tokens)),
        "https://api.acme.example/refresh"
    );
    assert_eq!(
        url(&split.client_credentials([""; 0])),
        "https://api.acme.example/token"
    );
    assert_eq!(
        url(&acme().refresh(&tokens)),
        "https://api.acme.example/token"
    );
}

#[test]
fn c09_credentials_in_the_body() {
    let post = acme()
        .client_auth(ClientAuth::Post)
        .client_credentials(["a"]);
    assert_eq!(
        body(&post),
        "grant_type=client_credentials&scope=a&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV"
    );
    assert!(
        !post
            .to_http_request()
            .unwrap()
            .headers()
            .contains_key(AUTHORIZATION)
    );
}

#[test]
fn c18_other_parameters_come_once_and_replace_nothing() {
    let request = || acme().client_credentials([""; 0]);
    assert_eq!(
        body(&request().param("foo", "bar")),
        "grant_type=client_credentials&foo=bar"
    );
    for name in ["grant_type", "scope", "client_secret", "code_verifier"] {
        let error = request()
            .param(name, "canary")
            .to_http_request()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(name) && !error.to_string().contains("canary"));
    }
    let post = acme()
        .client_auth(ClientAuth::Post)
        .client_credentials([""; 0]);
    assert!(post.param("client_id", "x").to_http_request().is_err());
}

#[test]
fn json_bodies_and_the_odd_providers_ways() {
    let odd = Core::confidential(&ODD, "id", "s:%");
    let request = odd.client_credentials(["a", "b"]).param("audience", "\"");
    let built = request.to_http_request().unwrap();
    assert_eq!(built.url().as_str(), "https://odd.example/token/");
    assert_eq!(built.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(built.headers()[AUTHORIZATION], "Basic aWQ6czol");
    assert_eq!(
        body(&request),
        r#"{"grant_type":"client_credentials","scope":"a,b","audience":"\""}"#
    );
    assert!(
        request
            .param("audience", "twice")
            .to_http_request()
            .is_err()
    );
    let form = odd
        .token_encoding(Encoding::Form)
        .client_credentials(["a", "b"]);
    assert_eq!(body(&form), "grant_type=client_credentials&scope=a%2Cb");
}

#[test]
fn an_endpoints_own_authentication_wins_and_what_it_does_not_take_is_left_out() {
    let revocation = Core::confidential(&ODD, "id", "secret").client_auth(ClientAuth::Basic);
    let request = revocation
        .revoke_refresh_token("token")
        .to_http_request()
        .unwrap();
    assert_eq!(
        request.body(),
        br#"{"token":"token","client_id":"id","client_secret":"secret"}"#
    );
    let request = acme()
        .revoke_refresh_token("45ghiukldjahdnhzdauz")
        .to_http_request()
        .unwrap();
    assert_eq!(
        request.body(),
        b"token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token"
    );
    assert!(request.headers().contains_key(AUTHORIZATION));
}

#[test]
fn f03_h09_what_is_not_there_is_told_before_any_request() {
    let error = acme()
        .refresh(&TokenSet::new("a"))
        .to_http_request()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.needs_login());
    let error = Core::public(&ODD, "a")
        .introspect("token")
        .to_http_request()
        .unwrap_err();
    assert!(
        error.to_string().contains("no introspection endpoint"),
        "{error}"
    );
}

#[test]
fn changing_a_client_changes_its_urls_and_not_those_of_its_clones() {
    let production = acme();
    let first = production.client_credentials([""; 0]);
    assert_eq!(
        first.to_http_request().unwrap().url().host_str(),
        Some("api.acme.example")
    );
    let sandbox = production.clone().environment("sandbox");
    let second = sandbox.client_credentials([""; 0]);
    assert_eq!(
        second.to_http_request().unwrap().url().host_str(),
        Some("sandbox.acme.example")
    );
    assert_eq!(
        first.to_http_request().unwrap().url().host_str(),
        Some("api.acme.example")
    );
}

#[test]
fn f01_f02_the_refresh_token_and_the_scope_stay_until_there_are_others() {
    let old = TokenSet::new("old")
        .with_refresh_token("OLD")
        .with_refresh_expires_at(UNIX_EPOCH + Duration::from_secs(4_000_000_000))
        .with_scope("read write");
    let request = acme().refresh(&old);
    let kept = request
        .read_http_response(answer(200, r#"{"access_token":"new"}"#))
        .unwrap();
    assert_eq!(kept.access_token().expose(), "new");
    assert_eq!(kept.refresh_token().unwrap().expose(), "OLD");
    assert_eq!(kept.refresh_expires_at(), old.refresh_expires_at());
    assert_eq!(kept.scope(), Some("read write"));
    let replaced = r#"{"access_token":"new","refresh_token":"NEW","scope":"read"}"#;
    let replaced = request.read_http_response(answer(200, replaced)).unwrap();
    assert_eq!(replaced.refresh_token().unwrap().expose(), "NEW");
    assert_eq!(replaced.scope(), Some("read"));
    let narrowed = request
        .scope("write")
        .read_http_response(answer(200, r#"{"access_token":"new"}"#))
        .unwrap();
    assert_eq!(narrowed.scope(), Some("write"));
}

#[test]
fn d12_what_was_asked_for_is_granted() {
    let finish = acme().finish(pending(&acme()), "code=a&state=xyz-with-128-random-bits");
    let tokens = finish
        .read_http_response(answer(200, r#"{"access_token":"90d","expires_in":3600}"#))
        .unwrap();
    assert_eq!(tokens.scope(), Some("read write"));
    let machine = Core::confidential(&ODD, "a", "b").client_credentials(["x", "y"]);
    let tokens = machine
        .read_http_response(answer(200, r#"{"access_token":"90d","scope":""}"#))
        .unwrap();
    assert_eq!(tokens.scope(), Some("x y"));
}

#[test]
fn expiry_is_counted_from_the_response() {
    let request = acme().client_credentials([""; 0]);
    let before = SystemTime::now();
    let tokens = request
        .read_http_response(answer(200, r#"{"access_token":"a","expires_in":3600}"#))
        .unwrap();
    let expires_at = tokens.expires_at().unwrap();
    assert!(expires_at + Duration::from_secs(1) > before + Duration::from_secs(3600));
    assert!(expires_at <= SystemTime::now() + Duration::from_secs(3600));
    assert!(expires_at > UNIX_EPOCH && !tokens.is_expired());
}

#[test]
fn what_was_sent_is_not_repeated_by_an_error() {
    let mut pending = pending(&acme());
    pending.code_verifier = Some(VERIFIER.into());
    let request = acme().finish(pending, "code=canary-code&state=xyz-with-128-random-bits");
    let echo = format!(
        r#"{{"error":"invalid_grant","error_description":"canary-code or {VERIFIER} or gX1fBat3bV","error_uri":"https://acme.example/?canary-code"}}"#
    );
    let error = request.read_http_response(answer(400, &echo)).unwrap_err();
    let shown = format!("{error} {error:?} {request:?} {:?}", request.core);
    assert!(
        !shown.contains("canary") && !shown.contains("gX1fBat3bV"),
        "{shown}"
    );
    assert!(error.needs_login());
}

#[test]
fn an_error_is_one_readable_line() {
    let request = acme().refresh(&TokenSet::new("a").with_refresh_token("tGzv3JOkF0XG5Qx2TlKWIA"));
    let refused = r#"{"error":"invalid_grant","error_description":"expired\u000ayesterday"}"#;
    assert_eq!(
        request
            .read_http_response(answer(400, refused))
            .unwrap_err()
            .to_string(),
        "Acme token endpoint refused the request: invalid_grant (HTTP 400): \"expired\\nyesterday\" \
         – hint: Send the user to the login again. – see https://docs.acme.example"
    );
    assert_eq!(
        acme()
            .finish(pending(&acme()), "code=a")
            .to_http_request()
            .unwrap_err()
            .to_string(),
        "Acme callback: `state` is missing – see https://docs.acme.example"
    );
    assert_eq!(
        acme()
            .environment("moon")
            .refresh(&TokenSet::new("a").with_refresh_token("b"))
            .to_http_request()
            .unwrap_err()
            .to_string(),
        "Acme: there is no environment \"moon\" – see https://docs.acme.example"
    );
}

#[test]
fn form_answers_are_not_asked_for_as_json() {
    let request = Core::public(&FORMS, "a")
        .client_credentials([""; 0])
        .to_http_request()
        .unwrap();
    assert!(!request.headers().contains_key(ACCEPT));
}

#[test]
fn o07_everything_is_send_sync_and_static() {
    fn shared<Shared: Send + Sync + 'static>() {}
    shared::<Core>();
    shared::<crate::Authorize>();
    shared::<crate::Login>();
    shared::<crate::Callback>();
    shared::<Pending>();
    shared::<TokenRequest>();
    shared::<TokenSet>();
    shared::<crate::TokenSource>();
    shared::<crate::SourceCall>();
    shared::<crate::ApiCall>();
    shared::<crate::Revocation>();
    shared::<crate::Introspection>();
    shared::<crate::IntrospectionResponse>();
    shared::<Error>();
    fn future<Sendable: Send + 'static>(_: Sendable) {}
    future(acme().client_credentials([""; 0]).into_future());
    let source = acme().token_source(TokenSet::new("a"));
    future(async move { source.tokens().await });
}

#[test]
fn b09_each_tenant_has_an_issuer() {
    static TENANTS: Provider = Provider {
        id: "tenants",
        issuer: Some("{login}/{language}/"),
        ..crate::fixtures::acme()
    };
    let core = Core::confidential(&TENANTS, "id", "secret")
        .environment("sandbox")
        .variable("language", "en-us");
    let expected = "https://login.sandbox.acme.example/en-us/";
    assert_eq!(core.issuer().unwrap().as_deref(), Some(expected));
    let core = core.with_settings(
        Settings::new()
            .replace_origin("http://127.0.0.1:1")
            .unwrap(),
    );
    let come_back = |issuer: &str| {
        let callback = format!("code=a&state=xyz-with-128-random-bits&iss={issuer}");
        core.finish(pending(&core), &*callback).to_http_request()
    };
    assert!(come_back(expected).is_ok());
    let wrong = come_back("https://login.acme.example/en-us/").unwrap_err();
    assert_eq!(
        wrong.kind(),
        ErrorKind::Callback(CallbackProblem::WrongIssuer)
    );
    assert_eq!(acme().issuer().unwrap(), None);
}
