use std::time::{Duration, UNIX_EPOCH};

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue};

use super::*;
use crate::error::ErrorKind;
use crate::error::code::ErrorCode;
use crate::fixtures::{ACME, FORMS, ODD};
use crate::provider::GrantKind;

mod beforehand;
mod deviations;

const NOW: u64 = 1_700_000_000;

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse::new(status, HeaderMap::new(), body)
}

fn read_by(provider: &'static Provider, response: &HttpResponse) -> Result<TokenSet, Error> {
    let expected = Expected {
        provider,
        endpoint: EndpointKind::Token,
        answers: &provider.token_response,
        operation: GrantKind::AuthorizationCode.word(),
        scope: None,
        refresh_token: None,
        refresh_expires_at: None,
        is_bound: false,
        is_exchange: false,
        assumed_lifetime: None,
        prolonged: None,
        captured: &[],
        secrets: &Vec::new,
    };
    expected.read(response, UNIX_EPOCH + Duration::from_secs(NOW))
}

fn tokens(body: &str) -> TokenSet {
    read_by(&ACME, &response(200, body)).unwrap()
}

fn error(status: u16, body: &str) -> Error {
    read_by(&ACME, &response(status, body)).unwrap_err()
}

#[test]
fn d01_d25_d40_everything_is_kept() {
    let tokens = tokens(
        r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","example_parameter":"example_value","created_at":1700000000,"nested":{"a":[1,null]},"id_token":"e.y.J"}"#,
    );
    assert_eq!(tokens.access_token().expose(), "2YotnFZFEjr1zCsicMWpAA");
    assert_eq!(tokens.token_type(), Some("Bearer"));
    assert_eq!(
        tokens.refresh_token().unwrap().expose(),
        "tGzv3JOkF0XG5Qx2TlKWIA"
    );
    assert_eq!(tokens.id_token().unwrap().expose(), "e.y.J");
    assert_eq!(
        tokens.expires_at(),
        Some(UNIX_EPOCH + Duration::from_secs(NOW + 3600))
    );
    assert_eq!(
        tokens.extra("example_parameter").and_then(Json::as_str),
        Some("example_value")
    );
    assert_eq!(
        tokens.extra("created_at").and_then(Json::as_u64),
        Some(1_700_000_000)
    );
    assert!(
        tokens
            .extra("nested")
            .is_some_and(|nested| nested.get("a").is_some())
    );
    assert_eq!(tokens.extras().count(), 3);
    let json = serde_json::to_string(&tokens).unwrap();
    assert_eq!(serde_json::from_str::<TokenSet>(&json).unwrap(), tokens);
}

#[test]
fn d02_d04_d28_d33_d37_little_is_enough() {
    let minimal =
        tokens("\u{feff}\r\n {\"token_type\": \"BEARER\",\r\n\"access_token\": \"12/34\"}\r\n");
    assert_eq!(minimal.access_token().expose(), "12/34");
    assert_eq!(
        (minimal.expires_at(), minimal.refresh_token()),
        (None, None)
    );
    assert_eq!(tokens(r#"{"access_token":"a"}"#).token_type(), None);
    assert!(read_by(&ACME, &response(201, r#"{"access_token":"a"}"#)).is_ok());
    for content_type in [
        "Application/JSON; charset=UTF-8",
        "text/plain",
        "application/x-www-form-urlencoded",
    ] {
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        assert!(
            read_by(
                &ACME,
                &HttpResponse::new(200, headers, r#"{"access_token":"a"}"#)
            )
            .is_ok()
        );
    }
}

#[test]
fn d14_d18_null_false_and_empty_are_absent() {
    for absent in ["null", "false", "\"\""] {
        let tokens = tokens(&format!(
            r#"{{"access_token":"a","token_type":{absent},"scope":{absent},"refresh_token":{absent},"id_token":{absent}}}"#
        ));
        assert_eq!((tokens.token_type(), tokens.scope()), (None, None));
        assert_eq!((tokens.refresh_token(), tokens.id_token()), (None, None));
    }
}

#[test]
fn d09_d10_d11_lifetimes() {
    let lifetime = |expires_in: &str| {
        let body = format!(r#"{{"access_token":"90d","expires_in":{expires_in}}}"#);
        read_by(&ACME, &response(200, &body)).map(|tokens| tokens.expires_at.map(|at| at - NOW))
    };
    for (expires_in, expected) in [
        ("3600", Some(3600)),
        ("\"3600\"", Some(3600)),
        ("\" 3600 \"", Some(3600)),
        ("3600.9", Some(3600)),
        ("\"3600.9\"", Some(3600)),
        ("36e2", Some(3600)),
        ("0", None),
        ("null", None),
        ("\"\"", None),
    ] {
        assert_eq!(lifetime(expires_in).unwrap(), expected, "{expires_in}");
    }
    assert!(lifetime("1e300").unwrap().is_some());
    assert!(lifetime("18446744073709551615").unwrap().is_some());
    for expires_in in [
        "-1", "\"-1\"", "false", "true", "{}", "[]", "\"zzz\"", "\"NaN\"", "\"inf\"",
    ] {
        assert_eq!(lifetime(expires_in).unwrap(), None, "{expires_in}");
    }
}

#[test]
fn an_odd_optional_member_counts_as_absent_and_is_named() {
    for (member, value, expected) in [
        ("expires_in", "-1", "a number of seconds"),
        ("expires_in", "\"canary\"", "a number of seconds"),
        ("expires_in", "{}", "a number of seconds"),
        ("scope", "[\"canary\"]", "a text"),
        ("scope", "7", "a text"),
        ("id_token", "5", "a text"),
        ("id_token", "[\"canary\"]", "a text"),
    ] {
        let body = format!(r#"{{"access_token":"a","refresh_token":"r","{member}":{value}}}"#);
        let tokens = tokens(&body);
        assert_eq!(tokens.access_token().expose(), "a");
        assert_eq!(tokens.refresh_token().map(Secret::expose), Some("r"));
        assert_eq!((tokens.expires_at(), tokens.scope()), (None, None));
        assert_eq!((tokens.id_token(), tokens.extras().count()), (None, 0));
        let [warning] = tokens.warnings() else {
            panic!("{body}: {:?}", tokens.warnings());
        };
        assert_eq!((warning.member(), warning.expected()), (member, expected));
        assert_eq!(
            warning.to_string(),
            format!("`{member}` is not {expected}, and counts as absent")
        );
        let shown = format!("{warning:?} {tokens:?}");
        assert!(
            shown.contains(member) && !shown.contains("canary"),
            "{shown}"
        );
        let stored = serde_json::to_string(&tokens).unwrap();
        assert!(!stored.contains("warning"), "{stored}");
        let loaded: TokenSet = serde_json::from_str(&stored).unwrap();
        assert_eq!(loaded, tokens);
        assert!(loaded.warnings().is_empty());
    }
    assert!(
        tokens(r#"{"access_token":"a","expires_in":null}"#)
            .warnings()
            .is_empty()
    );
    let odd = tokens(r#"{"access_token":"a","refresh_token":7,"expires_in":-1}"#);
    assert_eq!(odd.refresh_token(), None);
    let named: Vec<_> = odd.warnings().iter().map(Warning::member).collect();
    assert_eq!(named, ["refresh_token", "expires_in"]);
}

#[test]
fn an_odd_refresh_token_leaves_the_old_one() {
    let old = Secret::from("old");
    let expected = Expected {
        provider: &ACME,
        endpoint: EndpointKind::Token,
        answers: &ACME.token_response,
        operation: GrantKind::RefreshToken.word(),
        scope: Some("read"),
        refresh_token: Some(&old),
        refresh_expires_at: None,
        is_bound: false,
        is_exchange: false,
        assumed_lifetime: None,
        prolonged: None,
        captured: &[],
        secrets: &Vec::new,
    };
    let body = r#"{"access_token":"a","refresh_token":["canary"],"scope":["canary"]}"#;
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    let tokens = expected.read(&response(200, body), now).unwrap();
    assert_eq!(tokens.refresh_token(), Some(&old));
    assert_eq!(tokens.scope(), Some("read"));
    assert_eq!(tokens.warnings().len(), 2);
}

#[test]
fn two_sets_are_the_same_if_they_are_stored_as_the_same() {
    let set = tokens(
        r#"{"access_token":"a","token_type":"Bearer","refresh_token":"r","id_token":"i","expires_in":1,"scope":"s","x":1}"#,
    );
    assert_eq!(set, set.clone());
    let others: [fn(&mut TokenSet); 9] = [
        |set| set.access_token = "b".into(),
        |set| set.token_type = None,
        |set| set.refresh_token = None,
        |set| set.id_token = None,
        |set| set.received_at = None,
        |set| set.expires_at = None,
        |set| set.refresh_expires_at = Some(1),
        |set| set.scope = None,
        |set| set.extras.clear(),
    ];
    for change in others {
        let mut other = set.clone();
        change(&mut other);
        assert_ne!(set, other);
    }
}

#[test]
fn an_answer_that_cannot_be_used_hands_its_tokens_over() {
    let both = (Some("canary-a"), Some("canary-r"));
    for (body, expected) in [
        (
            r#"{"access_token":"canary-a","refresh_token":"canary-r","token_type":"mac"}"#,
            both,
        ),
        (
            r#"{"access_token":"canary-a","refresh_token":"canary-r","token_type":5}"#,
            both,
        ),
        (
            r#"{"access_token":"canary-a","refresh_token":"canary-r","x":1"#,
            both,
        ),
        (
            r#"{"access_token":"canary-a","refresh_token":"canary-r"} canary"#,
            both,
        ),
        (
            r#"{"access_token":["canary"],"refresh_token":"canary-r"}"#,
            (None, Some("canary-r")),
        ),
        (r#"{"refresh_token":"canary-r"}"#, (None, Some("canary-r"))),
        (
            r#"{"access_token":"canary-a","token_type":"mac"}"#,
            (Some("canary-a"), None),
        ),
        (
            r#"{"access_token":"canary-a","refresh_token":7,"token_type":"mac"}"#,
            (Some("canary-a"), None),
        ),
        (r#"{"access_token":"","refresh_token":""}"#, (None, None)),
        ("", (None, None)),
        (
            r#"{"error":"invalid_grant","refresh_token":"canary-r"}"#,
            (None, None),
        ),
    ] {
        let error = error(200, body);
        let rescued = (
            error.access_token().map(Secret::expose),
            error.refresh_token().map(Secret::expose),
        );
        assert_eq!(rescued, expected, "{body}");
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn d15_scopes_as_the_spec_says() {
    let array = r#"{"access_token":"90d","scope":["openid","user:read:email"]}"#;
    let read = read_by(&ODD, &response(200, array)).unwrap();
    assert_eq!(read.scope(), Some("openid user:read:email"));
    assert_eq!(tokens(array).scope(), None);
    let mixed = read_by(
        &ODD,
        &response(200, r#"{"access_token":"a","scope":["x",1]}"#),
    )
    .unwrap();
    assert_eq!(mixed.scope(), None);
    let [warning] = mixed.warnings() else {
        panic!("{:?}", mixed.warnings());
    };
    assert_eq!(warning.expected(), "a text or an array of texts");
    let commas = r#"{"access_token":"a","scope":"read,write admin"}"#;
    assert_eq!(
        read_by(&ODD, &response(200, commas)).unwrap().scope(),
        Some("read write admin")
    );
    assert_eq!(tokens(commas).scope(), Some("read,write admin"));
}

#[test]
fn d21_another_type_is_no_bearer_token() {
    let error = error(200, r#"{"access_token":"90d","token_type":"mac"}"#);
    assert_eq!(error.kind(), ErrorKind::Response);
    assert!(error.to_string().contains("`token_type`"));
}

#[test]
fn d27_e17_what_is_no_token_response() {
    for (body, named) in [
        ("", "empty"),
        ("broken json", "byte"),
        ("[\"canary\"]", "not an object"),
        ("{}", "`access_token`"),
        (
            r#"{"access_token":null,"refresh_token":"canary"}"#,
            "`access_token`",
        ),
        (r#"{"access_token":{"canary":1}}"#, "`access_token`"),
        (r#"{"access_token":"canary""#, "byte"),
        ("access_token=canary&token_type=bearer", "byte"),
    ] {
        let error = error(200, body);
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Response, Some(200)),
            "{body}"
        );
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(named) && !shown.contains("canary"),
            "{shown}"
        );
    }
}

#[test]
fn d30_forms_where_the_spec_says_so() {
    let form = "access_token=90d64460d14870c08c81352a05dedd3465940a7c&scope=user&token_type=bearer&expires_in=3600&x=y%20z";
    let read = read_by(&FORMS, &response(200, form)).unwrap();
    assert_eq!(
        read.access_token().expose(),
        "90d64460d14870c08c81352a05dedd3465940a7c"
    );
    assert_eq!(
        (read.scope(), read.token_type()),
        (Some("user"), Some("bearer"))
    );
    assert_eq!(read.expires_at, Some(NOW + 3600));
    assert_eq!(read.extra("x").and_then(Json::as_str), Some("y z"));
    for refused in [
        "error=bad_code&error_description=a+b",
        r#"{"error":"bad_code","error_description":"a b"}"#,
    ] {
        let error = read_by(&FORMS, &response(400, refused)).unwrap_err();
        assert_eq!(
            (error.code_text(), error.description()),
            (Some("bad_code"), Some("a b"))
        );
    }
}

#[test]
fn d34_d38_errors_with_200_and_repeated_members() {
    let refused = error(200, r#"{"error":"invalid_grant","access_token":""}"#);
    assert_eq!(
        (refused.kind(), refused.code()),
        (ErrorKind::Refused, Some(ErrorCode::InvalidGrant))
    );
    assert_eq!(
        tokens(r#"{"access_token":"a","access_token":"b"}"#)
            .access_token()
            .expose(),
        "b"
    );
    assert_eq!(
        tokens(r#"{"access_token":"a","error":null}"#)
            .access_token()
            .expose(),
        "a"
    );
}

#[test]
fn e01_e04_e18_e19_refusals_are_typed() {
    for (code, expected) in [
        ("invalid_request", ErrorCode::InvalidRequest),
        ("invalid_client", ErrorCode::InvalidClient),
        ("invalid_grant", ErrorCode::InvalidGrant),
        ("unauthorized_client", ErrorCode::UnauthorizedClient),
        ("unsupported_grant_type", ErrorCode::UnsupportedGrantType),
        ("invalid_scope", ErrorCode::InvalidScope),
        ("something_else", ErrorCode::Other("something_else")),
    ] {
        let error = error(400, &format!(r#"{{"error":"{code}","scope":"nope"}}"#));
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Refused, Some(expected))
        );
        assert_eq!((error.status(), error.code_text()), (Some(400), Some(code)));
        assert_eq!(error.needs_login(), code == "invalid_grant");
        assert!(!error.is_retryable());
    }
}

#[test]
fn e07_e09_c19_answers_without_an_error_code() {
    for (status, kind) in [
        (400, ErrorKind::Response),
        (401, ErrorKind::Refused),
        (403, ErrorKind::Refused),
        (404, ErrorKind::Response),
        (302, ErrorKind::Response),
    ] {
        let error = error(status, "<html><body>canary</body></html>");
        assert_eq!(
            (error.kind(), error.status(), error.code()),
            (kind, Some(status), None)
        );
        // What a page says helps to find out who answered.
        let body = (status >= 400).then_some("canary");
        assert_eq!(error.body_excerpt(), body);
        let shown = format!("{error}").contains(": the body begins with \"canary\"");
        assert_eq!(shown, body.is_some(), "{error}");
    }
    let understood = error(400, r#"{"error":"x","canary":1}"#);
    assert_eq!(understood.body_excerpt(), None);
    let described = error(400, r#"{"error_description":"y","canary":1}"#);
    assert_eq!(described.body_excerpt(), None);
    let headers = HeaderMap::from_iter([(
        LOCATION,
        HeaderValue::from_static("https://evil.example/canary"),
    )]);
    let redirected = read_by(&ACME, &HttpResponse::new(302, headers, ""))
        .unwrap_err()
        .to_string();
    assert!(redirected.contains("redirect") && !redirected.contains("canary"));
}

#[test]
fn e11_e12_e22_servers_in_trouble() {
    let broken = error(500, "<!doctype html><h1>Server Error (500)</h1>");
    assert_eq!(
        (broken.kind(), broken.is_retryable(), broken.needs_login()),
        (ErrorKind::Server, true, false)
    );
    let coded = error(
        500,
        r#"{"error":"internal_server_error","error_description":"(sqlite3) UNIQUE"}"#,
    );
    assert_eq!(
        (coded.kind(), coded.code_text()),
        (ErrorKind::Server, Some("internal_server_error"))
    );

    for (status, is_retryable) in [
        (408, true),
        (425, true),
        (501, false),
        (503, true),
        (599, true),
    ] {
        for body in ["", r#"{"error":"invalid_request"}"#] {
            let error = error(status, body);
            assert_eq!(error.kind(), ErrorKind::Server, "{status}");
            assert_eq!(error.is_retryable(), is_retryable, "{status}");
            assert!(!error.is_final() && !error.needs_login(), "{status}");
        }
    }

    let body = r#"{"error":"temporarily_unavailable","error_description":"Too many requests."}"#;
    assert_eq!(error(429, body).retry_after(), None);
    let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("30"))]);
    let limited = read_by(&ACME, &HttpResponse::new(429, headers, body)).unwrap_err();
    assert_eq!(
        (limited.kind(), limited.retry_after()),
        (ErrorKind::RateLimited, Some(Duration::from_secs(30)))
    );
    assert_eq!(limited.code(), Some(ErrorCode::TemporarilyUnavailable));
    assert!(limited.is_retryable());
}

#[test]
fn e20_descriptions_are_printable() {
    let error = error(
        400,
        r#"{"error":"invalid_grant","error_description":"abgelaufen \u00e4\n\u0007"}"#,
    );
    assert_eq!(error.description(), Some("abgelaufen ä\\n\\u{7}"));
    assert!(!error.to_string().contains('\n'));
}

/// What real servers answer for a refresh token that has ended.
#[test]
fn a_refused_refresh_is_final_whatever_its_body_says() {
    let refresh = |status: u16, body: &str| {
        let old = Secret::from("canary-sent");
        let expected = Expected {
            provider: &ACME,
            endpoint: EndpointKind::Token,
            answers: &ACME.token_response,
            operation: GrantKind::RefreshToken.word(),
            scope: None,
            refresh_token: Some(&old),
            refresh_expires_at: None,
            is_bound: false,
            is_exchange: false,
            assumed_lifetime: None,
            prolonged: None,
            captured: &[],
            secrets: &|| vec!["canary-sent"],
        };
        let error = expected
            .read(&response(status, body), UNIX_EPOCH)
            .unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("canary"), "{shown}");
        error
    };
    for (status, body) in [
        (400, ""),
        (400, "<h1>Bad canary-sent</h1>"),
        (401, "<!doctype html><title>Login</title>"),
        (400, r#"{"error":"invalid_request"}"#),
        (400, r#"{"error":"invalid_grant"}"#),
        (400, r#"{"error":"something_else"}"#),
        (401, r#"{"error":"invalid_token"}"#),
        (200, r#"{"error":"bad_refresh_token"}"#),
        (403, ""),
        (404, ""),
        (422, "[]"),
        (499, ""),
    ] {
        let error = refresh(status, body);
        assert_eq!(error.kind(), ErrorKind::Refused, "{status} {body}");
        assert!(error.is_final() && error.needs_login(), "{status} {body}");
        assert!(!error.is_retryable(), "{status} {body}");
    }
    for code in [
        "invalid_client",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ] {
        let error = refresh(400, &format!(r#"{{"error":"{code}"}}"#));
        assert!(error.is_final() && !error.needs_login(), "{code}");
    }
    for (status, body) in [
        (408, ""),
        (425, ""),
        (429, ""),
        (429, r#"{"error":"invalid_request"}"#),
        (400, r#"{"error":"temporarily_unavailable"}"#),
        (500, ""),
        (501, ""),
        (302, ""),
        (200, "{}"),
    ] {
        let error = refresh(status, body);
        assert!(!error.is_final() && !error.needs_login(), "{status} {body}");
    }
    // Another request's refusal says nothing of a refresh token.
    assert!(
        !error(400, "").is_final() && !error(401, r#"{"error":"invalid_request"}"#).needs_login()
    );
}
