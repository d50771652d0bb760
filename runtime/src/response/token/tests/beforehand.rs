//! What a request knows of its answer beforehand: that the token may stay, or must be bound to a key.

use super::*;

fn expected<'a>(provider: &'static Provider) -> Expected<'a> {
    Expected {
        is_exchange: false,
        provider,
        endpoint: EndpointKind::Refresh,
        answers: &provider.token_response,
        operation: GrantKind::RefreshToken.word(),
        scope: None,
        refresh_token: None,
        refresh_expires_at: None,
        is_bound: false,
        assumed_lifetime: None,
        prolonged: None,
        captured: &[],
        secrets: &Vec::new,
    }
}

fn read(expected: &Expected<'_>, body: &str) -> Result<TokenSet, Error> {
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    expected.read(&response(200, body), now)
}

#[test]
fn a_prolonged_token_stays_unless_another_comes() {
    let mut old = TokenSet::new("old");
    old.token_type = Some("Bearer".into());
    let prolonged = Prolonged::of(&old);
    let expected = Expected {
        prolonged: Some(&prolonged),
        ..expected(&ACME)
    };
    for (body, token, expires_at) in [
        ("", "old", None),
        (" \r\n", "old", None),
        ("{}", "old", None),
        (r#"{"access_token":null}"#, "old", None),
        (
            r#"{"access_token":"","expires_in":60}"#,
            "old",
            Some(NOW + 60),
        ),
        (r#"{"expires_in":60}"#, "old", Some(NOW + 60)),
        (
            r#"{"access_token":"new","expires_in":60}"#,
            "new",
            Some(NOW + 60),
        ),
    ] {
        let tokens = read(&expected, body).unwrap();
        assert_eq!(tokens.access_token().expose(), token, "{body}");
        assert_eq!(tokens.expires_at, expires_at, "{body}");
        assert_eq!(tokens.token_type(), Some("Bearer"), "{body}");
    }
    for body in [
        r#"{"error":"invalid_grant"}"#,
        r#"{"access_token":null,"error":"invalid_grant"}"#,
        r#"{"access_token":5,"error":"invalid_grant"}"#,
    ] {
        let error = read(&expected, body).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::InvalidGrant), "{body}");
    }
    for (body, problem) in [
        (r#"{"access_token":5}"#, "`access_token` is not a text"),
        ("old", ""),
        ("[]", ""),
    ] {
        let error = read(&expected, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{body}");
        assert!(error.to_string().contains(problem), "{body}: {error}");
    }
}

#[test]
fn without_a_token_to_prolong_there_has_to_be_one() {
    for (body, problem) in [
        ("{}", "`access_token` is missing"),
        (r#"{"access_token":null}"#, "`access_token` is missing"),
        (r#"{"access_token":""}"#, "`access_token` is missing"),
        (r#"{"access_token":["a"]}"#, "`access_token` is not a text"),
    ] {
        let error = read(&expected(&ACME), body).unwrap_err();
        assert!(error.to_string().contains(problem), "{body}: {error}");
    }
    assert!(read(&expected(&ACME), "").is_err());
}

#[test]
fn a_token_that_must_be_bound_is_of_no_other_type() {
    let bound = Expected {
        is_bound: true,
        ..expected(&ACME)
    };
    for token_type in ["DPoP", "dpop", "DPOP"] {
        let body = format!(r#"{{"access_token":"a","token_type":"{token_type}"}}"#);
        let tokens = read(&bound, &body).unwrap();
        assert_eq!(tokens.token_type(), Some(token_type));
        // Nobody who proved no key can use it.
        assert!(read(&expected(&ACME), &body).is_err());
    }
    for body in [
        r#"{"access_token":"a","token_type":"Bearer"}"#,
        r#"{"access_token":"a","token_type":""}"#,
        r#"{"access_token":"a","token_type":5}"#,
        r#"{"access_token":"a"}"#,
    ] {
        let error = read(&bound, body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{body}");
        assert!(error.to_string().contains("is not DPoP"), "{body}: {error}");
        assert!(error.access_token().is_some(), "{body}");
    }
}

#[test]
fn what_is_absent_leaves_no_warning() {
    for absent in ["null", "false", r#""""#] {
        let body = format!(
            r#"{{"access_token":"a","token_type":{absent},"refresh_token":{absent},"id_token":{absent},"scope":{absent}}}"#
        );
        let tokens = read(&expected(&ACME), &body).unwrap();
        assert_eq!(tokens.warnings(), [], "{body}");
        assert_eq!(
            tokens,
            TokenSet {
                received_at: Some(NOW),
                ..TokenSet::new("a")
            }
        );
    }
}

#[test]
fn a_lifetime_is_assumed_of_a_token_that_goes_on_as_well() {
    let prolonged = Prolonged::of(&TokenSet::new("old"));
    let expected = Expected {
        assumed_lifetime: Some(60),
        prolonged: Some(&prolonged),
        ..expected(&ACME)
    };
    for (body, token, expires_at) in [
        ("", "old", Some(NOW + 60)),
        (r#"{"access_token":"new"}"#, "new", Some(NOW + 60)),
        (
            r#"{"access_token":"new","expires_in":5}"#,
            "new",
            Some(NOW + 5),
        ),
        (r#"{"access_token":"new","expires_in":"0"}"#, "new", None),
    ] {
        let tokens = read(&expected, body).unwrap();
        assert_eq!(tokens.access_token().expose(), token, "{body}");
        assert_eq!(tokens.expires_at, expires_at, "{body}");
    }
}

/// RFC 8693 §2.2.1: a token that is exchanged for another may be no access token.
#[test]
fn only_an_exchange_may_give_no_access_token() {
    let gives = |is_exchange, token_type| {
        let expected = Expected {
            is_exchange,
            ..expected(&ACME)
        };
        let body = format!(r#"{{"access_token":"a","token_type":"{token_type}"}}"#);
        read(&expected, &body).is_ok()
    };
    assert!(gives(true, "N_A") && gives(true, "n_a") && gives(true, "Bearer"));
    assert!(!gives(true, "mac"));
    assert!(!gives(false, "N_A"));
}
