use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::fixtures::acme;
use crate::provider::{Provider, SigningAlgorithm, Variable, VariableKind};

const NOW: u64 = 1_800_000_000;

static RULES: IdTokenRules = IdTokenRules {
    algorithms: &[SigningAlgorithm::Rs256, SigningAlgorithm::Es384],
    ..IdTokenRules::STANDARD
};

static ISSUING: Provider = Provider {
    issuer: Some("https://acme.example"),
    ..acme()
};

static BY_TENANT: IdTokenRules = IdTokenRules {
    issuers: &["https://{tid}.acme.example/{realm}", "acme.example"],
    ..IdTokenRules::STANDARD
};

static TENANTS: Provider = Provider {
    variables: &[Variable {
        name: "realm",
        kind: VariableKind::Segment,
        default: Some("main"),
        ..Variable::STANDARD
    }],
    ..acme()
};

fn token(header: &str, claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2ln", part(header), part(claims))
}

/// The claims of a good token, with these in place of others; `null` takes one away.
fn with(changes: &str) -> String {
    let mut claims: serde_json::Value = serde_json::json!({
        "iss": "https://acme.example", "sub": "7", "aud": "client",
        "iat": NOW, "exp": NOW + 60, "nonce": "n-0S6_WzA2Mj",
    });
    let changes: serde_json::Value = serde_json::from_str(changes).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    token(r#"{"alg":"RS256"}"#, &claims.to_string())
}

fn check_at(token: &str, now: u64) -> Result<(), IdTokenProblem> {
    let core = Core::confidential(&ISSUING, "client", "secret");
    let (nonce, code) = (
        Secret::from("n-0S6_WzA2Mj"),
        Secret::from("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
    );
    let expected = Expected {
        core: &core,
        rules: &RULES,
        nonce: Some(&nonce),
        max_age: None,
        code: Some(&code),
        access_token: &Secret::from("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        subject: None,
    };
    let now = UNIX_EPOCH + Duration::from_secs(now);
    expected.check(token, now).map(|_| ())
}

fn check(changes: &str) -> Result<(), IdTokenProblem> {
    check_at(&with(changes), NOW)
}

#[test]
fn a_good_token_is_accepted() {
    for changes in [
        "{}",
        r#"{"aud":["client"]}"#,
        r#"{"aud":["other","client"],"azp":"client"}"#,
        r#"{"azp":"another-app"}"#,
        r#"{"exp":"1800000060","iat":"1800000000"}"#,
        // The hashes of OpenID Connect Core, appendices A.3 and A.4.
        r#"{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ"}"#,
        r#"{"c_hash":"LDktKdoQak3Pk0cnXxCltA"}"#,
    ] {
        assert_eq!(check(changes), Ok(()), "{changes}");
    }
}

#[test]
fn a_wrong_claim_is_named() {
    use IdTokenProblem::{
        Expired, IssuedInFuture, Malformed, WrongAccessToken, WrongAudience, WrongCode,
        WrongIssuer, WrongNonce,
    };
    for (changes, problem) in [
        (r#"{"iss":"https://acme.example/"}"#, WrongIssuer),
        (r#"{"iss":null}"#, WrongIssuer),
        (r#"{"iss":["https://acme.example"]}"#, WrongIssuer),
        (r#"{"aud":"other"}"#, WrongAudience),
        (r#"{"aud":null}"#, WrongAudience),
        (r#"{"aud":[]}"#, WrongAudience),
        (r#"{"aud":["client","other"],"azp":"other"}"#, WrongAudience),
        (r#"{"sub":null}"#, Malformed),
        (r#"{"sub":""}"#, Malformed),
        (r#"{"exp":null}"#, Malformed),
        (r#"{"exp":"soon"}"#, Malformed),
        (r#"{"iat":null}"#, Malformed),
        (r#"{"exp":1799999940}"#, Expired),
        (r#"{"iat":1800000061}"#, IssuedInFuture),
        (r#"{"nbf":1800000061}"#, IssuedInFuture),
        (r#"{"nonce":"other"}"#, WrongNonce),
        (r#"{"nonce":null}"#, WrongNonce),
        (r#"{"nonce":["n-0S6_WzA2Mj"]}"#, WrongNonce),
        (r#"{"at_hash":"77QmUPtjPfzWtF2AnpK9RR"}"#, WrongAccessToken),
        (r#"{"c_hash":"77QmUPtjPfzWtF2AnpK9RQ"}"#, WrongCode),
    ] {
        assert_eq!(check(changes), Err(problem), "{changes}");
    }
}

#[test]
fn clocks_may_differ_by_a_minute() {
    let token = with("{}");
    assert_eq!(check_at(&token, NOW - 60), Ok(()));
    assert_eq!(
        check_at(&token, NOW - 61),
        Err(IdTokenProblem::IssuedInFuture)
    );
    assert_eq!(check_at(&token, NOW + 119), Ok(()));
    assert_eq!(check_at(&token, NOW + 120), Err(IdTokenProblem::Expired));
}

#[test]
fn only_the_algorithms_of_the_provider_are_taken() {
    let claims = Jwt::of(&with("{}")).unwrap().claims;
    assert!(claims.get("sub").is_some());
    let body = r#"{"iss":"https://acme.example","sub":"7","aud":"client","iat":1800000000,
        "exp":1800000060,"nonce":"n-0S6_WzA2Mj"}"#;
    let outcome = |header: &str| check_at(&token(header, body), NOW);
    assert_eq!(outcome(r#"{"alg":"ES384"}"#), Ok(()));
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"rs256"}"#,
    ] {
        assert_eq!(
            outcome(header),
            Err(IdTokenProblem::WrongAlgorithm),
            "{header}"
        );
    }
    assert_eq!(outcome("{}"), Err(IdTokenProblem::Malformed));
    assert_eq!(check_at("opaque", NOW), Err(IdTokenProblem::Malformed));
}

#[test]
fn none_is_no_algorithm_even_where_the_provider_s_are_unknown() {
    static UNKNOWN: IdTokenRules = IdTokenRules::STANDARD;
    let core = Core::public(&ISSUING, "client");
    let access_token = Secret::from("a");
    let expected = Expected {
        core: &core,
        rules: &UNKNOWN,
        nonce: None,
        max_age: None,
        code: None,
        access_token: &access_token,
        subject: None,
    };
    let claims = r#"{"iss":"https://acme.example","sub":"7","aud":"client","iat":1,"exp":2}"#;
    let outcome = |header: &str| {
        let now = UNIX_EPOCH + Duration::from_secs(1);
        expected.check(&token(header, claims), now).map(|_| ())
    };
    assert_eq!(
        outcome(r#"{"alg":"none"}"#),
        Err(IdTokenProblem::WrongAlgorithm)
    );
    assert_eq!(outcome(r#"{"alg":"HS512"}"#), Ok(()));
}

#[test]
fn an_issuer_may_name_the_tenant_of_the_token() {
    let issuer_of = |core: &Core, issuer: &str, tid: &str| {
        let access_token = Secret::from("a");
        let expected = Expected {
            core,
            rules: &BY_TENANT,
            nonce: None,
            max_age: None,
            code: None,
            access_token: &access_token,
            subject: None,
        };
        let claims = format!(
            r#"{{"iss":"{issuer}","tid":"{tid}","sub":"7","aud":"client","iat":1,"exp":2}}"#
        );
        let now = UNIX_EPOCH + Duration::from_secs(1);
        let checked = expected.check(&token(r#"{"alg":"RS256"}"#, &claims), now);
        checked.map(|_| ())
    };
    let wrong = Err(IdTokenProblem::WrongIssuer);
    let core = Core::public(&TENANTS, "client");
    assert_eq!(
        issuer_of(&core, "https://t1.acme.example/main", "t1"),
        Ok(())
    );
    assert_eq!(issuer_of(&core, "acme.example", "t1"), Ok(()));
    assert_eq!(
        issuer_of(&core, "https://t2.acme.example/main", "t1"),
        wrong
    );
    assert_eq!(
        issuer_of(&core, "https://a/b.acme.example/main", "a/b"),
        wrong
    );
    let other = core.clone().variable("realm", "east");
    assert_eq!(
        issuer_of(&other, "https://t1.acme.example/east", "t1"),
        Ok(())
    );
    assert_eq!(
        issuer_of(&other, "https://t1.acme.example/main", "t1"),
        wrong
    );
}
