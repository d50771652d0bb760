use super::*;
use crate::client::handle::Core;
use crate::error::code::ErrorCode;
use crate::fixtures::{ACME, ODD, acme};
use crate::kept::binding::{Binding, Start};
use crate::provider::{CallbackRules, Capture, RefusalRule};

fn pending(provider: &'static Provider) -> Pending {
    let core = Core::public(provider, "id");
    Pending {
        provider: provider.id.into(),
        binding: Binding::of(&core, Start::Authorization, &[]),
        state: "xyz".into(),
        code_verifier: None,
        nonce: None,
        max_age: None,
        resource: None,
        #[cfg(feature = "jose")]
        dpop_key: None,
        redirect_uri: None,
        scope: None,
        created_at: 1_700_000_000,
    }
}

fn checked_by(provider: &'static Provider, callback: &str) -> Result<String, Error> {
    let accepted = Callback::from(callback).check(
        provider,
        Known {
            issuer: provider.issuer,
            client_secret: Some(&"hush".into()),
            ..Known::default()
        },
        &pending(provider),
    )?;
    Ok(accepted.code.expose().to_owned())
}

fn problem(provider: &'static Provider, callback: &str) -> CallbackProblem {
    match checked_by(provider, callback).unwrap_err().kind() {
        ErrorKind::Callback(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_callback_is_read() {
    for text in [
        "https://app.example/cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "https://app.example/cb?tenant=1&code=a%2Bb%2Fc%3D%3D&state=xyz#_=_",
        "/cb?code=a%2Bb%2Fc%3D%3D&state=xyz\n",
        "?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "code=a%2Bb%2Fc%3D%3D&state=xyz",
        "state=xyz&x=/?y=&code=a%2Bb%2Fc%3D%3D",
        // A path may have what parts pairs (RFC 3986 §3.3).
        "https://app.example/a=b/cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "https://app.example/a&b;c=d/cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "/tenant=1/cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "/a&b?code=a%2Bb%2Fc%3D%3D&state=xyz&x=?",
        "cb?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "com.example.app:/cb=1?code=a%2Bb%2Fc%3D%3D&state=xyz",
        "com.example.app:cb&1?code=a%2Bb%2Fc%3D%3D&state=xyz#x?y",
    ] {
        assert_eq!(checked_by(&ACME, text).unwrap(), "a+b/c==", "{text}");
    }
    let pairs = Callback::from_pairs([("code", "a+b/c=="), ("state", "xyz")]);
    assert_eq!(pairs.get("code"), Some("a+b/c=="));
}

#[test]
fn odd_texts_are_callbacks_without_a_state() {
    for text in [
        "",
        "?",
        "#",
        "https://app.example/cb",
        "https://app.example/cb#code=a&state=xyz",
        "https://app.example/state=xyz&code=a",
        "/state=xyz&state=xyz&code=a",
        "/cb#?code=a&state=xyz",
        "&&=&%",
        "ä",
    ] {
        assert_eq!(
            problem(&ACME, text),
            CallbackProblem::MissingState,
            "{text}"
        );
    }
}

#[test]
fn b03_b04_b18_what_is_missing_is_named() {
    assert_eq!(problem(&ACME, "code=a"), CallbackProblem::MissingState);
    assert_eq!(
        problem(&ACME, "code=a&state="),
        CallbackProblem::MissingState
    );
    assert_eq!(
        problem(&ACME, "code=a&state=xyZ"),
        CallbackProblem::WrongState
    );
    assert_eq!(
        problem(&ACME, "error=access_denied&state=other"),
        CallbackProblem::WrongState
    );
    assert_eq!(problem(&ACME, "state=xyz"), CallbackProblem::MissingCode);
    assert_eq!(
        problem(&ACME, "code=&state=xyz"),
        CallbackProblem::MissingCode
    );
    assert_eq!(
        problem(&ACME, "response=eyJ0eXAi"),
        CallbackProblem::UnexpectedResponse
    );
}

#[test]
fn repeated_parameters_are_refused() {
    for text in [
        "state=xyz&state=xyz&code=a",
        "state=xyz&code=a&code=b",
        "state=xyz&error=a&error=b",
    ] {
        assert_eq!(
            problem(&ACME, text),
            CallbackProblem::RepeatedParameter,
            "{text}"
        );
    }
    assert!(checked_by(&ACME, "state=xyz&code=a&scope=a&scope=b").is_ok());
}

#[test]
fn b05_b06_an_error_is_a_refusal() {
    let error = checked_by(
        &ACME,
        "/cb?error=invalid_scope&error_description=Invalid+scope%3A+%22x%22&error_uri=https%3A%2F%2Fd.example%2Fe&state=xyz",
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
    assert_eq!(error.description(), Some("Invalid scope: \"x\""));
    assert_eq!(error.error_uri(), Some("https://d.example/e"));
    assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));
    let denied = checked_by(&ACME, "error=access_denied&state=xyz").unwrap_err();
    assert_eq!(denied.code(), Some(ErrorCode::AccessDenied));
    assert!(!denied.needs_login() && !denied.is_retryable());
}

#[test]
fn b09_b11_b12_b13_b20_the_issuer_is_compared_as_text() {
    let right = "code=a&state=xyz&iss=https%3A%2F%2Fodd.example";
    assert_eq!(checked_by(&ODD, right).unwrap(), "a");
    assert_eq!(
        problem(&ODD, "code=a&state=xyz"),
        CallbackProblem::MissingIssuer
    );
    for wrong in [
        "https%3A%2F%2Fodd.example%2F",
        "https%253A%252F%252Fodd.example",
        "https://attacker.example",
    ] {
        assert_eq!(
            problem(&ODD, &format!("code=a&state=xyz&iss={wrong}")),
            CallbackProblem::WrongIssuer
        );
        assert_eq!(
            problem(&ODD, &format!("error=access_denied&state=xyz&iss={wrong}")),
            CallbackProblem::WrongIssuer
        );
    }
    assert!(checked_by(&ACME, "code=a&state=xyz&iss=https%3A%2F%2Fanybody.example").is_ok());
}

#[test]
fn b17_other_parameters_stay_available() {
    let callback = Callback::from("code=a&state=xyz&session_state=s&realmId=9130");
    assert_eq!(callback.get("realmId"), Some("9130"));
    assert_eq!(callback.get("nothing"), None);
}

#[test]
fn o01_debug_shows_names() {
    assert_eq!(
        format!("{:?}", Callback::from("code=canary&state=canary")),
        r#"Callback ["code", "state"]"#
    );
}

/// What a user's no is called, in a callback alone.
const DENIED: &[RefusalRule] = &[RefusalRule {
    operations: &["authorization"],
    codes: &["user_denied"],
    means: "access_denied",
    ..RefusalRule::STANDARD
}];

/// Names of its own, a signature and a value to keep.
static SIGNING: Provider = Provider {
    id: "signing",
    callback: CallbackRules {
        code: "auth_code",
        error: "error_reason",
        error_description: "message",
        signature: Some(CallbackSignature::HmacSha256Hex),
        ..CallbackRules::STANDARD
    },
    captures: &[Capture {
        name: "shop",
        from: CaptureFrom::Callback,
        path: "shop",
        required: true,
        relay: None,
        variable: None,
        allowed_hosts: &["*.signing.example"],
        ..Capture::STANDARD
    }],
    refusals: DENIED,
    ..acme()
};

/// The same without a signature.
static RENAMING: Provider = Provider {
    id: "renaming",
    callback: CallbackRules {
        code: "auth_code",
        error: "error_reason",
        error_description: "message",
        ..CallbackRules::STANDARD
    },
    refusals: DENIED,
    ..acme()
};

/// Signs what a callback carries as the provider would.
fn signed(pairs: &str) -> String {
    let mut sorted: Vec<_> = pairs.split('&').collect();
    sorted.sort_unstable();
    let signature = hmac_sha256::HMAC::mac(sorted.join("&"), "hush");
    format!(
        "{pairs}&hmac={}",
        crate::text::hexadecimal::hexadecimal(&signature)
    )
}

#[test]
fn renamed_parameters_are_read() {
    assert_eq!(checked_by(&RENAMING, "state=xyz&auth_code=a").unwrap(), "a");
    assert_eq!(
        problem(&RENAMING, "state=xyz&code=a"),
        CallbackProblem::MissingCode
    );
    let missing = checked_by(&RENAMING, "state=xyz&code=a").unwrap_err();
    assert!(missing.to_string().contains("`auth_code`"), "{missing}");
    assert_eq!(
        problem(&RENAMING, "state=xyz&auth_code=a&auth_code=b"),
        CallbackProblem::RepeatedParameter
    );
    assert_eq!(
        problem(&ACME, "state=xyz&auth_code=a"),
        CallbackProblem::MissingCode
    );
}

#[test]
fn renamed_errors_are_those_of_the_standard() {
    let callback = "state=xyz&error_reason=user_denied&message=No%0Athanks";
    let error = checked_by(&RENAMING, callback).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
    assert_eq!(error.code_text(), Some("user_denied"));
    assert_eq!(error.description(), Some("No\\nthanks"));
    assert_eq!(problem(&ACME, callback), CallbackProblem::MissingCode);
    let both = "state=xyz&error=access_denied&error_description=No";
    let error = checked_by(&RENAMING, both).unwrap_err();
    assert_eq!(
        (error.code(), error.description()),
        (Some(ErrorCode::AccessDenied), Some("No"))
    );
}

#[test]
fn a_signed_callback_is_accepted_and_captured() {
    let callback = signed("state=xyz&auth_code=a&shop=a.signing.example&extra=1");
    assert_eq!(checked_by(&SIGNING, &callback).unwrap(), "a");
    let accepted = Callback::from(&callback)
        .check(
            &SIGNING,
            Known {
                client_secret: Some(&"hush".into()),
                ..Known::default()
            },
            &pending(&SIGNING),
        )
        .unwrap_or_else(|error| panic!("{error}"));
    let [(name, value)] = &accepted.captured[..] else {
        panic!("one value");
    };
    assert_eq!(
        (name.as_str(), value.as_str()),
        ("shop", Some("a.signing.example"))
    );
}

#[test]
fn a_callback_without_a_code_is_checked_and_captured() {
    let known = Known {
        client_secret: Some(&"hush".into()),
        ..Known::default()
    };
    let checked = |callback: &str| {
        Callback::from(callback).check_without_code(&SIGNING, known, &pending(&SIGNING))
    };
    let callback = signed("state=xyz&shop=a.signing.example");
    let captured = checked(&callback).unwrap_or_else(|error| panic!("{error}"));
    let [(name, value)] = &captured[..] else {
        panic!("one value");
    };
    assert_eq!(
        (name.as_str(), value.as_str()),
        ("shop", Some("a.signing.example"))
    );
    let changed = callback.replace("shop=a", "shop=b");
    let error = checked(&changed)
        .map(|captured| captured.len())
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(CallbackProblem::WrongSignature)
    );
}

#[test]
fn what_is_not_signed_is_refused() {
    let callback = signed("state=xyz&auth_code=a&shop=a.signing.example");
    for changed in [
        "state=xyz&auth_code=a&shop=a.signing.example".to_owned(),
        callback.replace("auth_code=a", "auth_code=b"),
        callback.replace("shop=a", "shop=b"),
        format!("{callback}&more=1"),
        format!("{callback}0"),
    ] {
        assert_eq!(
            problem(&SIGNING, &changed),
            CallbackProblem::WrongSignature,
            "{changed}"
        );
    }
    assert_eq!(
        problem(&SIGNING, &callback.replace("state=xyz", "state=zyx")),
        CallbackProblem::WrongState
    );
    assert_eq!(
        problem(&SIGNING, &format!("{callback}&hmac=0")),
        CallbackProblem::RepeatedParameter
    );
    assert_eq!(
        problem(&SIGNING, &format!("{callback}&shop=b.signing.example")),
        CallbackProblem::RepeatedParameter
    );
    match Callback::from(callback).check(&SIGNING, Known::default(), &pending(&SIGNING)) {
        Err(error) => assert_eq!(error.kind(), ErrorKind::Configuration),
        Ok(_) => panic!("nothing to check the signature with"),
    }
}

#[test]
fn a_signature_does_not_make_another_host_the_providers() {
    assert_eq!(
        problem(&SIGNING, &signed("state=xyz&auth_code=a&shop=evil.example")),
        CallbackProblem::ForbiddenHost
    );
    assert_eq!(
        problem(&SIGNING, &signed("state=xyz&auth_code=a")),
        CallbackProblem::MissingCapture
    );
}

#[test]
fn an_error_needs_no_signature() {
    let error = checked_by(&SIGNING, "state=xyz&error_reason=user_denied").unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
}
