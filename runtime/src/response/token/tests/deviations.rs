//! Members in other places, other clocks, other errors, and values that are kept.

use super::*;
use crate::fixtures::acme;
use crate::provider::{Capture, CaptureFrom, ErrorRule, RefusalRule, error_codes};

/// Members with other names, some of them deep below.
static RENAMED: Provider = Provider {
    id: "renamed",
    token_response: TokenResponse {
        rename: &[
            ("access_token", "user.accessToken"),
            ("refresh_token", "user.renewal.token"),
            ("scope", "scopes"),
            ("expires_in", "expiresAt"),
            ("token_type", "kind"),
        ],
        expiry: Expiry::UnixMilliseconds,
        refresh_expiry: Some(&RefreshExpiry {
            member: "user.renewal.until",
            expiry: Expiry::DateTime,
            ..RefreshExpiry::STANDARD
        }),
        scope_array: true,
        ..TokenResponse::STANDARD
    },
    ..acme()
};

/// What these codes mean, wherever they come.
const fn meaning(codes: &'static [&'static str], means: &'static str) -> RefusalRule {
    RefusalRule {
        codes,
        means,
        ..RefusalRule::STANDARD
    }
}

/// Members below others, and a number that tells success.
static ENVELOPE: Provider = Provider {
    id: "envelope",
    token_response: TokenResponse {
        root: &["data", "tokens"],
        rename: &[("expires_in", "data.tokens.ttl"), ("id_token", "proof")],
        expiry: Expiry::Milliseconds,
        refresh_expiry: Some(&RefreshExpiry {
            member: "refresh_ttl",
            ..RefreshExpiry::STANDARD
        }),
        error: Some(&ErrorRule {
            member: "status.code",
            success: &["0"],
            code: "status.code",
            description: "status.message",
            ..ErrorRule::STANDARD
        }),
        ..TokenResponse::STANDARD
    },
    refusals: &[
        meaning(&["40029"], "invalid_grant"),
        meaning(&["-1"], "temporarily_unavailable"),
    ],
    captures: &[Capture {
        name: "account",
        from: CaptureFrom::Token,
        path: "data.tokens.owner.id",
        ..capture()
    }],
    errors: error_codes(&["40029", "Start again."]),
    ..acme()
};

/// A member whose presence is the error.
static COMPLAINING: Provider = Provider {
    id: "complaining",
    token_response: TokenResponse {
        error: Some(&ErrorRule {
            member: "problem",
            success: &["absent"],
            code: "problem.name",
            description: "",
            ..ErrorRule::STANDARD
        }),
        ..TokenResponse::STANDARD
    },
    refusals: &[meaning(&["spent"], "invalid_grant")],
    ..acme()
};

/// A boolean that has to be there.
static CONFIRMING: Provider = Provider {
    id: "confirming",
    token_response: TokenResponse {
        error: Some(&ErrorRule {
            member: "ok",
            success: &["true"],
            code: "error",
            description: "why",
            ..ErrorRule::STANDARD
        }),
        ..TokenResponse::STANDARD
    },
    refusals: &[meaning(&["code_already_used"], "invalid_grant")],
    ..acme()
};

/// Values that are kept.
static CAPTURING: Provider = Provider {
    id: "capturing",
    captures: &[
        Capture {
            name: "instance",
            from: CaptureFrom::Token,
            path: "instance_url",
            required: true,
            allowed_hosts: &["*.capturing.example"],
            ..capture()
        },
        Capture {
            name: "team",
            from: CaptureFrom::Token,
            path: "team.id",
            ..capture()
        },
        Capture {
            name: "realm",
            from: CaptureFrom::Callback,
            path: "realmId",
            required: true,
            ..capture()
        },
    ],
    ..acme()
};

const fn capture() -> Capture {
    Capture {
        name: "",
        from: CaptureFrom::Token,
        path: "",
        required: false,
        relay: None,
        variable: None,
        allowed_hosts: &[],
        ..Capture::STANDARD
    }
}

fn read(provider: &'static Provider, body: &str) -> TokenSet {
    read_by(provider, &response(200, body)).unwrap()
}

fn refused(provider: &'static Provider, status: u16, body: &str) -> Error {
    read_by(provider, &response(status, body)).unwrap_err()
}

/// An error of a response that cannot be used, with this in its text and nothing secret.
fn unusable(provider: &'static Provider, body: &str, named: &str) {
    let error = refused(provider, 200, body);
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
    let shown = format!("{error} {error:?}");
    assert!(shown.contains(named), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
}

/// Tokens of a response with one odd member, and a warning with this in its text.
fn warned(provider: &'static Provider, body: &str, named: &str) -> TokenSet {
    let tokens = read(provider, body);
    let [warning] = tokens.warnings() else {
        panic!("{:?}", tokens.warnings());
    };
    let shown = format!("{warning} {warning:?} {tokens:?}");
    assert!(shown.contains(named), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    tokens
}

/// The tokens that an error hands over.
fn rescued(error: &Error) -> (Option<&str>, Option<&str>) {
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(!shown.contains("canary"), "{shown}");
    (
        error.access_token().map(Secret::expose),
        error.refresh_token().map(Secret::expose),
    )
}

#[test]
fn renamed_members_are_read_and_no_copy_stays() {
    let tokens = read(
        &RENAMED,
        r#"{"user":{"id":7,"accessToken":"a","renewal":{"token":"r","until":"2023-11-15T00:00:00+01:00"}},"scopes":["x","y"],"expiresAt":1700003600123,"kind":"bearer","scope":"other"}"#,
    );
    assert_eq!(tokens.access_token().expose(), "a");
    assert_eq!(tokens.refresh_token().unwrap().expose(), "r");
    assert_eq!(tokens.scope(), Some("x y"));
    assert_eq!(tokens.token_type(), Some("bearer"));
    assert_eq!(tokens.expires_at, Some(NOW + 3600));
    assert_eq!(tokens.refresh_expires_at, Some(1_700_002_800));
    let user = tokens.extra("user").unwrap();
    assert_eq!(user.get("id").and_then(Json::as_u64), Some(7));
    assert!(user.get("accessToken").is_none());
    assert_eq!(tokens.captured("scope").as_deref(), Some("other"));
}

#[test]
fn a_renamed_member_is_named_as_the_provider_does() {
    unusable(
        &RENAMED,
        r#"{"access_token":"canary"}"#,
        "`user.accessToken`",
    );
    unusable(
        &RENAMED,
        r#"{"user":{"accessToken":["canary"]}}"#,
        "`user.accessToken` is not a text",
    );
    warned(
        &RENAMED,
        r#"{"user":{"accessToken":"a"},"expiresAt":"canary"}"#,
        "`expiresAt` is not a number of milliseconds",
    );
    warned(
        &RENAMED,
        r#"{"user":{"accessToken":"a","renewal":{"until":"canary"}}}"#,
        "`user.renewal.until` is not a date",
    );
    warned(
        &RENAMED,
        r#"{"user":{"accessToken":"a","renewal":{"token":["canary"]}}}"#,
        "`user.renewal.token` is not a text",
    );
    unusable(
        &RENAMED,
        r#"{"user":{"accessToken":"a"},"kind":"mac"}"#,
        "`kind`",
    );
}

#[test]
fn the_standard_reads_nothing_of_it() {
    let renamed = r#"{"user":{"accessToken":"canary"}}"#;
    let enveloped = r#"{"status":{"code":0},"data":{"tokens":{"access_token":"canary"}}}"#;
    for body in [renamed, enveloped] {
        unusable(&ACME, body, "`access_token` is missing");
    }
}

#[test]
fn members_below_others_are_read_and_those_around_are_kept() {
    let tokens = read(
        &ENVELOPE,
        r#"{"status":{"code":0,"message":"ok"},"access_token":"around","data":{"id":1,"tokens":{"id":2,"access_token":"a","ttl":3600000,"refresh_token":"r","refresh_ttl":7200,"proof":"e.y.J","owner":{"id":9130}}}}"#,
    );
    assert_eq!(tokens.access_token().expose(), "a");
    assert_eq!(tokens.id_token().unwrap().expose(), "e.y.J");
    assert_eq!(tokens.expires_at, Some(NOW + 3600));
    assert_eq!(tokens.refresh_expires_at, Some(NOW + 7200));
    assert_eq!(tokens.captured("access_token").as_deref(), Some("around"));
    assert_eq!(tokens.captured("id").as_deref(), Some("2"));
    assert_eq!(tokens.captured("account").as_deref(), Some("9130"));
    assert_eq!(tokens.captured("owner"), None);
}

#[test]
fn a_missing_root_is_named_unless_there_is_an_error() {
    for body in [
        r#"{"status":{"code":0}}"#,
        r#"{"status":{"code":0},"data":{}}"#,
        r#"{"status":{"code":0},"data":{"tokens":["canary"]}}"#,
    ] {
        unusable(&ENVELOPE, body, "`data.tokens` is missing or no object");
    }
    let error = refused(
        &ENVELOPE,
        200,
        r#"{"status":{"code":0},"error":"invalid_scope"}"#,
    );
    assert_eq!(
        error.code(),
        Some(crate::error::code::ErrorCode::InvalidScope)
    );
}

#[test]
fn a_number_tells_success_and_is_the_code() {
    let error = refused(
        &ENVELOPE,
        200,
        r#"{"status":{"code":40029,"message":"code is spent\n"},"data":null}"#,
    );
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.code(),
        Some(crate::error::code::ErrorCode::InvalidGrant)
    );
    assert_eq!(error.code_text(), Some("40029"));
    assert_eq!(error.description(), Some("code is spent"));
    assert_eq!(error.hint(), Some("Start again."));
    assert!(error.needs_login());

    let error = refused(&ENVELOPE, 200, r#"{"status":{"code":-1}}"#);
    assert!(error.is_retryable() && !error.needs_login());
    let error = refused(&ENVELOPE, 400, r#"{"status":{"code":41000}}"#);
    assert_eq!(
        (error.code(), error.code_text()),
        (
            Some(crate::error::code::ErrorCode::Other("41000")),
            Some("41000")
        )
    );
    let tokens = read(
        &ENVELOPE,
        r#"{"status":{"code":"0"},"data":{"tokens":{"access_token":"a"}}}"#,
    );
    assert_eq!(tokens.access_token().expose(), "a");
}

#[test]
fn an_error_beside_a_token_is_an_error() {
    let body = r#"{"ok":false,"error":"code_already_used","why":"spent","access_token":"canary"}"#;
    let error = refused(&CONFIRMING, 200, body);
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(
        error.code(),
        Some(crate::error::code::ErrorCode::InvalidGrant)
    );
    assert_eq!(error.code_text(), Some("code_already_used"));
    assert_eq!(error.description(), Some("spent"));
    assert_eq!(read(&ACME, body).access_token().expose(), "canary");
    let refused = refused(&CONFIRMING, 200, r#"{"ok":false,"access_token":"canary"}"#);
    assert_eq!((refused.kind(), refused.code()), (ErrorKind::Refused, None));
    assert_eq!(
        read(&CONFIRMING, r#"{"ok":true,"access_token":"a"}"#)
            .access_token()
            .expose(),
        "a"
    );
    unusable(
        &CONFIRMING,
        r#"{"access_token":"canary"}"#,
        "`ok` is missing",
    );
}

#[test]
fn tokens_of_an_answer_that_cannot_be_used_are_handed_over() {
    let body = r#"{"access_token":"canary-a","refresh_token":"canary-r"}"#;
    let error = refused(&CONFIRMING, 200, body);
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(rescued(&error), (Some("canary-a"), Some("canary-r")));
    let error = refused(&CAPTURING, 200, body);
    assert!(
        error.to_string().contains("`instance_url` is missing"),
        "{error}"
    );
    assert_eq!(rescued(&error), (Some("canary-a"), Some("canary-r")));
    let renamed =
        r#"{"user":{"accessToken":"canary-a","renewal":{"token":"canary-r"}},"kind":"mac"}"#;
    let error = refused(&RENAMED, 200, renamed);
    assert_eq!(rescued(&error), (Some("canary-a"), Some("canary-r")));
    let cut = &renamed[..renamed.len() - 1];
    assert_eq!(
        rescued(&refused(&RENAMED, 200, cut)),
        (Some("canary-a"), Some("canary-r"))
    );
}

#[test]
fn presence_of_a_member_is_the_error() {
    let error = refused(&COMPLAINING, 200, r#"{"problem":{"name":"spent"}}"#);
    assert_eq!(
        error.code(),
        Some(crate::error::code::ErrorCode::InvalidGrant)
    );
    for absent in ["null", "false", "\"\""] {
        let body = format!(r#"{{"problem":{absent},"access_token":"a"}}"#);
        assert_eq!(read(&COMPLAINING, &body).access_token().expose(), "a");
    }
    let standard = refused(&COMPLAINING, 400, r#"{"error":"invalid_client"}"#);
    assert_eq!(
        standard.code(),
        Some(crate::error::code::ErrorCode::InvalidClient)
    );
    let nothing = refused(&COMPLAINING, 502, "canary");
    assert_eq!((nothing.kind(), nothing.code()), (ErrorKind::Server, None));
}

#[test]
fn a_success_without_a_body_is_one() {
    let refusal = Refusal::at(&CONFIRMING, EndpointKind::Revocation, &["canary-token"]);
    for silent in ["", "OK", "{}", r#"{"ok":true}"#] {
        assert!(refusal.of_success(&response(200, silent)).is_none());
    }
    let body = r#"{"ok":false,"error":"canary-token"}"#;
    let error = refusal.of_success(&response(200, body)).unwrap();
    assert_eq!(error.code_text(), Some("[redacted]"));
    assert_eq!(error.endpoint(), Some(EndpointKind::Revocation));
}

#[test]
fn what_is_kept_stays_kept() {
    let earlier = [
        ("realm".to_owned(), Json::from("9130")),
        ("team".to_owned(), Json::from("T1")),
        (
            "instance".to_owned(),
            Json::from("https://old.capturing.example"),
        ),
    ];
    let expected = Expected {
        provider: &CAPTURING,
        endpoint: EndpointKind::Token,
        answers: &CAPTURING.token_response,
        operation: GrantKind::AuthorizationCode.word(),
        scope: None,
        refresh_token: None,
        refresh_expires_at: None,
        is_bound: false,
        is_exchange: false,
        assumed_lifetime: None,
        prolonged: None,
        captured: &earlier,
        secrets: &Vec::new,
    };
    let read = |body| {
        expected
            .read(&response(200, body), UNIX_EPOCH + Duration::from_secs(NOW))
            .unwrap()
    };
    let same = read(r#"{"access_token":"a"}"#);
    assert_eq!(same.captured("realm").as_deref(), Some("9130"));
    assert_eq!(same.captured("team").as_deref(), Some("T1"));
    let newer = read(
        r#"{"access_token":"a","realm":"other","team":{"id":2},"instance_url":"https://new.capturing.example"}"#,
    );
    assert_eq!(newer.captured("realm").as_deref(), Some("9130"));
    assert_eq!(newer.captured("team").as_deref(), Some("2"));
    assert_eq!(
        newer.captured("instance").as_deref(),
        Some("https://new.capturing.example")
    );
    let odd = read(r#"{"access_token":"a","team":{"id":["canary"]},"instance_url":{"canary":1}}"#);
    assert_eq!(odd.captured("team").as_deref(), Some("T1"));
    assert_eq!(
        odd.captured("instance").as_deref(),
        Some("https://old.capturing.example")
    );
    let odd: Vec<_> = odd.warnings().iter().map(Warning::member).collect();
    assert_eq!(odd.len(), 2, "{odd:?}");
    assert!(
        odd.contains(&"team.id") && odd.contains(&"instance_url"),
        "{odd:?}"
    );
    let stored = serde_json::to_string(&newer).unwrap();
    assert_eq!(serde_json::from_str::<TokenSet>(&stored).unwrap(), newer);
    assert_eq!(stored.matches("\"team\"").count(), 1);
}

/// Members of the standard have a place of their own, and are found there.
#[test]
fn members_of_the_standard_can_be_kept() {
    const fn of_member(path: &'static str) -> Capture {
        Capture {
            name: path,
            path,
            ..capture()
        }
    }
    static STANDARD: Provider = Provider {
        captures: &[
            of_member("token_type"),
            of_member("expires_in"),
            of_member("refresh_token"),
            of_member("id_token"),
            of_member("scope"),
        ],
        ..acme()
    };
    let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":60,"refresh_token":"r","id_token":"i","scope":"s"}"#;
    let tokens = read(&STANDARD, body);
    for (name, expected) in [
        ("token_type", "Bearer"),
        ("expires_in", "60"),
        ("refresh_token", "r"),
        ("id_token", "i"),
        ("scope", "s"),
    ] {
        assert_eq!(tokens.captured(name).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn what_has_to_be_kept_is_checked() {
    unusable(
        &CAPTURING,
        r#"{"access_token":"canary"}"#,
        "`instance_url` is missing",
    );
    unusable(
        &CAPTURING,
        r#"{"access_token":"canary","instance_url":["https://a.capturing.example"]}"#,
        "`instance_url` is missing or no text",
    );
    for host in [
        "https://evil.example",
        "http://a.capturing.example",
        "https://a.capturing.example@evil.example",
        "https://evil.example/.capturing.example",
    ] {
        let body = format!(r#"{{"access_token":"canary","instance_url":"{host}"}}"#);
        unusable(&CAPTURING, &body, "`instance_url` names a host");
    }
}

#[test]
fn a_kept_refresh_token_expires_when_it_did() {
    let old = Secret::from("old");
    let expected = Expected {
        provider: &ENVELOPE,
        endpoint: EndpointKind::Refresh,
        answers: &ENVELOPE.token_response,
        operation: GrantKind::RefreshToken.word(),
        scope: None,
        refresh_token: Some(&old),
        refresh_expires_at: Some(NOW + 10),
        is_bound: false,
        is_exchange: false,
        assumed_lifetime: None,
        prolonged: None,
        captured: &[],
        secrets: &Vec::new,
    };
    let read = |members: &str| {
        let body = format!(
            r#"{{"status":{{"code":0}},"data":{{"tokens":{{"access_token":"a"{members}}}}}}}"#
        );
        let now = UNIX_EPOCH + Duration::from_secs(NOW);
        let tokens = expected.read(&response(200, &body), now).unwrap();
        let refresh_token = tokens.refresh_token().unwrap().expose().to_owned();
        (refresh_token, tokens.refresh_expires_at)
    };
    assert_eq!(read(""), ("old".to_owned(), Some(NOW + 10)));
    assert_eq!(
        read(r#","refresh_ttl":60"#),
        ("old".to_owned(), Some(NOW + 60))
    );
    assert_eq!(read(r#","refresh_token":"new""#), ("new".to_owned(), None));
    assert_eq!(
        read(r#","refresh_token":"new","refresh_ttl":"60""#),
        ("new".to_owned(), Some(NOW + 60))
    );
}

#[test]
fn forms_are_placed_too() {
    static RENAMED_FORM: Provider = Provider {
        token_response: TokenResponse {
            format: crate::provider::ResponseFormat::Form,
            rename: &[("access_token", "ticket"), ("expires_in", "expires")],
            error: Some(&ErrorRule {
                member: "ret",
                success: &["0"],
                code: "ret",
                description: "msg",
                ..ErrorRule::STANDARD
            }),
            ..TokenResponse::STANDARD
        },
        ..acme()
    };
    let tokens = read(&RENAMED_FORM, "ret=0&ticket=a&expires=60&x=1");
    assert_eq!(tokens.access_token().expose(), "a");
    assert_eq!(tokens.expires_at, Some(NOW + 60));
    assert_eq!(tokens.captured("x").as_deref(), Some("1"));
    let error = refused(&RENAMED_FORM, 200, "ret=7&msg=a+b");
    assert_eq!(
        (error.code_text(), error.description()),
        (Some("7"), Some("a b"))
    );
}

#[test]
fn a_token_may_have_the_type_that_the_api_takes() {
    static OAUTH: Provider = Provider {
        id: "oauth",
        api: crate::provider::Api {
            prefix: "OAuth ",
            ..crate::provider::Api::STANDARD
        },
        ..acme()
    };
    for (kind, is_read) in [
        ("OAuth", true),
        ("oauth", true),
        ("Bearer", true),
        ("mac", false),
    ] {
        let body = format!(r#"{{"access_token":"a","token_type":"{kind}"}}"#);
        let read = read_by(&OAUTH, &response(200, &body));
        assert_eq!(read.is_ok(), is_read, "{kind}");
    }
    let of_another = response(200, r#"{"access_token":"a","token_type":"OAuth"}"#);
    assert!(read_by(&ACME, &of_another).is_err());
}
