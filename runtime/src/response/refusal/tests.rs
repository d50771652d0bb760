use http::HeaderMap;

use super::*;
use crate::error::code::ErrorCode;
use crate::fixtures::{acme, endpoint};
use crate::provider::{Encoding, Endpoint};
use crate::response::meaning::tests::RULED;

fn refusal(operation: &'static str) -> Refusal<'static> {
    Refusal {
        provider: &RULED,
        endpoint: EndpointKind::Token,
        answers: &RULED.token_response,
        operation,
        secrets: &[],
    }
}

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse::new(status, HeaderMap::new(), body)
}

fn said(code: &str) -> String {
    format!(r#"{{"error":"{code}"}}"#)
}

fn error(operation: &'static str, status: u16, body: &str) -> Error {
    refusal(operation).of_response(&response(status, body))
}

#[test]
fn a_status_without_a_code_is_understood() {
    let refused = error("device_code", 499, "<html>no</html>");
    assert_eq!(refused.kind(), ErrorKind::Refused);
    assert_eq!(refused.code(), Some(ErrorCode::AccessDenied));
    assert_eq!((refused.code_text(), refused.body_excerpt()), (None, None));
    // Where no rule speaks, the body does.
    let unknown = error("device_code", 498, "<html>no</html>");
    assert_eq!(
        (unknown.kind(), unknown.code()),
        (ErrorKind::Response, None)
    );
    assert_eq!(unknown.body_excerpt(), Some("no"));
}

#[test]
fn a_challenge_says_what_the_body_does_not() {
    let error = |endpoint, body: &str| {
        let challenge = r#"Bearer realm="a", error="invalid_token", error_description="It ended""#;
        let mut headers = HeaderMap::new();
        headers.insert("www-authenticate", challenge.parse().unwrap());
        let response = HttpResponse::new(401, headers, body);
        Refusal::at(&RULED, endpoint, &[]).of_response(&response)
    };
    let refused = error(EndpointKind::UserInfo, "<html>no</html>");
    assert_eq!(refused.code(), Some(ErrorCode::InvalidToken));
    assert_eq!(refused.description(), Some("It ended"));
    assert!(refused.needs_login());
    let told = error(EndpointKind::UserInfo, &said("insufficient_scope"));
    assert_eq!(told.code(), Some(ErrorCode::InsufficientScope));
    // Elsewhere the client authenticates itself, and not its token.
    assert_ne!(
        error(EndpointKind::Revocation, "").code(),
        Some(ErrorCode::InvalidToken)
    );
}

#[test]
fn a_failure_is_a_refusal_only_where_its_status_is_named() {
    let kind = |status, code: &str| error("refresh_token", status, &said(code)).kind();
    assert_eq!(kind(500, "ended"), ErrorKind::Refused);
    assert_eq!(kind(500, "spent"), ErrorKind::Server);
    assert_eq!(kind(500, "x"), ErrorKind::Server);
    assert_eq!(kind(503, "ended"), ErrorKind::Server);
    assert_eq!(kind(400, "spent"), ErrorKind::Refused);
    assert_eq!(kind(429, "spent"), ErrorKind::RateLimited);
}

#[test]
fn what_is_revoked_already_is_done() {
    let is_done =
        |operation, status, body: &str| refusal(operation).is_done(&response(status, body));
    assert!(is_done("revocation", 404, &said("unknown")));
    assert!(is_done("revocation", 410, ""));
    assert!(is_done("revocation", 410, &said("x")));
    assert!(!is_done("revocation", 404, ""));
    assert!(!is_done("revocation", 401, ""));
    assert!(!is_done("revocation", 400, &said("unknown")));
    assert!(!is_done("refresh_token", 410, ""));
}

#[test]
fn a_success_may_be_one_of_several_values() {
    static SEVERAL: Provider = Provider {
        id: "several",
        token_response: TokenResponse {
            error: Some(&ErrorRule {
                member: "errors[].code",
                success: &["absent", "0", "ok"],
                code: "errors[].code",
                description: "errors[].text",
                ..ErrorRule::STANDARD
            }),
            ..TokenResponse::STANDARD
        },
        ..acme()
    };
    let refusal = Refusal::at(&SEVERAL, EndpointKind::Introspection, &[]);
    assert_eq!(refusal.operation, "introspection");
    for success in [
        "{}",
        r#"{"errors":[]}"#,
        r#"{"errors":[{"code":null}]}"#,
        r#"{"errors":[{"code":0}]}"#,
        r#"{"errors":[{"code":"0"}]}"#,
        r#"{"errors":[{"code":"ok"}]}"#,
    ] {
        assert!(
            refusal.of_success(&response(200, success)).is_none(),
            "{success}"
        );
    }
    let error = refusal.of_success(&response(
        200,
        r#"{"errors":[{},{"code":7,"text":"seven"}]}"#,
    ));
    let error = error.unwrap();
    assert_eq!(
        (error.code_text(), error.description()),
        (Some("7"), Some("seven"))
    );
}

/// A rule for the status of a failure does not make a redirect or a success a refusal.
#[test]
fn redirects_and_successes_are_what_they_were() {
    for status in [200, 302] {
        let odd = error("device_code", status, "");
        assert_eq!(
            (odd.kind(), odd.code()),
            (ErrorKind::Response, None),
            "{status}"
        );
    }
}

#[test]
fn an_endpoint_may_have_an_answer_of_its_own() {
    const OWN: TokenResponse = TokenResponse {
        error: Some(&ErrorRule {
            member: "ok",
            success: &["true"],
            code: "reason",
            ..ErrorRule::STANDARD
        }),
        ..TokenResponse::STANDARD
    };
    static WITH_OWN: Provider = Provider {
        revocation: Some(Endpoint {
            response: Some(&OWN),
            ..endpoint("https://acme.example/revoke", &[Encoding::Form])
        }),
        ..acme()
    };
    let failed = response(200, r#"{"ok":false,"reason":"spent"}"#);
    let error = |endpoint| Refusal::at(&WITH_OWN, endpoint, &[]).of_success(&failed);
    let error_of_own = error(EndpointKind::Revocation).unwrap();
    assert_eq!(error_of_own.code_text(), Some("spent"));
    assert!(error(EndpointKind::Token).is_none());
}
