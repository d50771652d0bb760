use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb\
    S9pc19yb290Ijp0cnVlfQ";

const RSA: &str = r#"{"kty":"RSA","kid":"rsa","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_w\
WJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b\
32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsm\
tdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW\
9gb54h4FRWyuXpoQ"}"#;

const P256: &str = r#"{"kty":"EC","crv":"P-256","kid":"p256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"ed",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn set(keys: &[&str]) -> Keys {
    let text = format!(r#"{{"keys":[{}]}}"#, keys.join(",")).replace("\\\n", "");
    Keys::read(&Json::parse(text.as_bytes()).unwrap()).unwrap()
}

/// RFC 7515, appendices A.2 and A.3, and RFC 8037, appendix A.4.
fn signed() -> [(&'static str, SigningAlgorithm, String); 3] {
    let rsa = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YK\
        t_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNP\
        vkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCn\
        vWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let p256 = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6\
        NU1Q";
    let ed = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0K\
        Ag";
    [
        (
            "rsa",
            SigningAlgorithm::Rs256,
            format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}.{rsa}"),
        ),
        (
            "p256",
            SigningAlgorithm::Es256,
            format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.{p256}"),
        ),
        (
            "ed",
            SigningAlgorithm::EdDsa,
            format!("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.{ed}"),
        ),
    ]
}

#[test]
fn the_examples_of_the_rfcs_are_verified() {
    let keys = set(&[ED25519, RSA, P256]);
    for (id, algorithm, token) in signed() {
        assert!(keys.verify(&token, Some(id), algorithm), "{id}");
        assert!(keys.verify(&token, None, algorithm), "{id} without a name");
        let longer = format!("{token}A");
        assert!(!keys.verify(&longer, Some(id), algorithm), "{id}");
        let other = token.replacen("e", "f", 1);
        assert!(!keys.verify(&other, Some(id), algorithm), "{id}");
    }
}

/// RFC 7515, appendix A.1. Its key is no text, so it cannot be a client secret.
#[test]
fn l04_the_hmac_of_the_rfc_is_verified() {
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let key = DecodingKey::from_secret(&URL_SAFE_NO_PAD.decode(key).unwrap()).unwrap();
    let message = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}");
    let token = format!("{message}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert!(is_signed(&token, &key, SigningAlgorithm::Hs256));
    assert!(!is_signed(&token, &key, SigningAlgorithm::Hs384));
}

#[test]
fn a_secret_signs_with_hmac_alone() {
    let secret = Secret::from("a client secret of at least 32 bytes");
    let key = jsonwebtoken::EncodingKey::from_secret(secret.expose().as_bytes()).unwrap();
    let message = format!("eyJhbGciOiJIUzI1NiJ9.{PAYLOAD}");
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    let token = format!("{message}.{signature}");
    assert!(is_signed_by_secret(
        &token,
        &secret,
        SigningAlgorithm::Hs256
    ));
    assert!(!is_signed_by_secret(
        &token,
        &Secret::from("other"),
        SigningAlgorithm::Hs256
    ));
    assert!(!is_signed_by_secret(
        &token,
        &secret,
        SigningAlgorithm::Hs384
    ));
    assert!(!is_signed_by_secret(
        &token,
        &Secret::from(""),
        SigningAlgorithm::Hs256
    ));
    for (_, algorithm, _) in signed() {
        assert!(!is_signed_by_secret(&token, &secret, algorithm));
    }
}

#[test]
fn a_key_verifies_nothing_of_another_kind_name_or_purpose() {
    let [(_, rs256, token), (_, es256, _), _] = signed();
    let keys = set(&[RSA, P256]);
    assert!(!keys.has(Some("p256"), rs256), "another kind of key");
    assert!(!keys.has(Some("none"), rs256), "a stranger's key");
    assert!(
        !keys.has(None, SigningAlgorithm::Hs256),
        "a public key is no secret"
    );
    assert!(!keys.has(None, SigningAlgorithm::Es384), "another curve");
    assert!(
        !keys.verify(&token, Some("rsa"), SigningAlgorithm::Ps256),
        "another padding"
    );
    assert!(!keys.verify(&token, None, es256));
    let of = |more: &str| set(&[&RSA.replace(r#""kid":"rsa""#, more)]).has(Some("rsa"), rs256);
    assert!(of(r#""kid":"rsa","use":"sig","alg":"RS256""#));
    assert!(of(r#""alg":"RS256""#), "a key without a name may be any");
    assert!(!of(r#""kid":"rsa","use":"enc""#));
    assert!(!of(r#""kid":"rsa","alg":"RS512""#));
}

#[test]
fn a_bad_key_among_good_ones_is_skipped() {
    let [(_, rs256, token), ..] = signed();
    let keys = set(&[
        "7",
        "{}",
        r#"{"kty":"RSA","kid":"rsa","n":"!","e":"AQAB"}"#,
        r#"{"kty":"EC","crv":"P-521","kid":"rsa","x":"AA","y":"AA"}"#,
        r#"{"kty":"oct","kid":"rsa","k":"AA"}"#,
        RSA,
    ]);
    assert!(keys.verify(&token, Some("rsa"), rs256));
    for none in ["{}", r#"{"keys":{}}"#, "[]", "1"] {
        assert!(
            Keys::read(&Json::parse(none.as_bytes()).unwrap()).is_none(),
            "{none}"
        );
    }
}

#[test]
fn keys_are_asked_for_once_an_hour_and_for_a_stranger_once_a_minute() {
    let cache = KeyCache::default();
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let asks = |id, now| match cache.advice(Some(id), SigningAlgorithm::Rs256, now, now) {
        Advice::Ask(known) => Some(known.is_some()),
        Advice::AskFirst => Some(false),
        Advice::Use(_) | Advice::Wait(_) => None,
    };
    assert_eq!(asks("rsa", at(0)), Some(false), "nothing is known");
    cache.keep(set(&[RSA]), at(0));
    assert_eq!(asks("rsa", at(3599)), None, "an hour");
    assert_eq!(asks("other", at(3599)), Some(false), "a rotated key");
    assert_eq!(asks("other", at(3600)), None, "the pause after that");
    assert_eq!(
        asks("rsa", at(3660)),
        Some(true),
        "it is time, and the old ones may do"
    );
    assert_eq!(
        asks("rsa", at(3661)),
        None,
        "an outage, and the old ones do"
    );
    let day = 24 * 3600;
    assert_eq!(asks("rsa", at(day)), Some(false), "they are too old");
    assert_eq!(
        asks("rsa", at(day + 1)),
        Some(false),
        "and nothing else is left"
    );
}

#[test]
fn an_outage_is_one_for_all_that_waited() {
    let cache = KeyCache::default();
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let advice = |since| match cache.advice(Some("rsa"), SigningAlgorithm::Rs256, since, at(30)) {
        Advice::Use(_) => "use",
        Advice::Ask(_) => "ask",
        Advice::AskFirst => "ask first",
        Advice::Wait(_) => "wait",
    };
    assert_eq!(advice(at(0)), "ask first");
    assert_eq!(advice(at(0)), "ask first", "nobody has failed yet");
    let error = Error::configuration(&crate::error::NO_PROVIDER, "down");
    cache.failed(&error, at(10));
    assert_eq!(advice(at(10)), "wait");
    assert_eq!(advice(at(11)), "ask first");
    cache.keep(set(&[RSA]), at(20));
    assert_eq!(advice(at(0)), "use");
}
