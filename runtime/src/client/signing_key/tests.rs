use super::*;
use crate::http::block_on::block_on;

const PASSPHRASE: &str = "correct-horse";

/// RFC 7515, appendix A.2.
const RSA: &str = include_str!("fixtures/rfc7515-a2.json");

/// RFC 7515, appendix A.3.
const P256: &str = r#"{"kty":"EC","crv":"P-256",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;

/// RFC 8037, appendix A.1.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb\
    S9pc19yb290Ijp0cnVlfQ";

fn signature(key: &SigningKey, message: &str) -> String {
    let signed = block_on(key.sign(message.as_bytes())).unwrap();
    URL_SAFE_NO_PAD.encode(signed)
}

#[test]
fn rfc_7515_a2_and_rfc_8037_a4() {
    let rsa = SigningKey::from_jwk(RSA).unwrap();
    assert_eq!(
        signature(&rsa, &format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}")),
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YK\
         t_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNP\
         vkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCn\
         vWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
    );
    let ed25519 = SigningKey::from_jwk(ED25519).unwrap();
    assert_eq!(
        signature(
            &ed25519,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        ),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
}

/// The signatures of these algorithms differ each time: RFC 7515, appendix A.3, and others.
#[test]
fn every_algorithm_signs_what_its_public_key_verifies() {
    use crate::client::keys::Keys;
    use crate::text::json::Json;

    let rsa = SigningKey::from_jwk(RSA).unwrap();
    let mut keys = vec![
        SigningKey::from_jwk(P256).unwrap(),
        SigningKey::from_pem(include_str!("fixtures/pkcs8-p384.pem")).unwrap(),
        SigningKey::from_jwk(ED25519).unwrap(),
    ];
    for algorithm in SigningAlgorithm::ALL {
        keys.extend(rsa.clone().with_algorithm(*algorithm));
        keys.extend(SigningKey::generate(*algorithm));
    }
    // Nine algorithms, and six of RSA twice.
    assert_eq!(keys.len(), 3 + 6 + 9);
    for key in keys {
        let message = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}");
        let token = format!("{message}.{}", signature(&key, &message));
        let jwk = key.clone().with_key_id("k").public_jwk();
        let set = Json::parse(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()).unwrap();
        let set = Keys::read(&set).unwrap();
        assert!(set.verify(&token, Some("k"), key.algorithm()), "{jwk}");
    }
}

#[test]
fn every_form_of_a_key_is_read() {
    let forms = [
        (include_str!("fixtures/sec1-p256.pem"), "ES256"),
        (include_str!("fixtures/pkcs8-p256.pem"), "ES256"),
        (include_str!("fixtures/sec1-p384.pem"), "ES384"),
        (include_str!("fixtures/pkcs8-p384.pem"), "ES384"),
        (include_str!("fixtures/pkcs8-ed25519.pem"), "EdDSA"),
        (
            include_str!("../../encrypted_secret/fixtures/pkcs8-plain.pem"),
            "RS256",
        ),
        (
            include_str!("../../encrypted_secret/fixtures/traditional-plain.pem"),
            "RS256",
        ),
    ];
    for (pem, algorithm) in forms {
        let key = SigningKey::from_pem(pem).unwrap();
        assert_eq!(key.algorithm().word(), algorithm);
        assert_eq!(
            format!("{key:?}"),
            format!(
                "SigningKey {{ algorithm: {:?}, key_id: None, .. }}",
                key.algorithm()
            )
        );
    }
    let sec1 = SigningKey::from_pem(forms[0].0).unwrap();
    let pkcs8 = SigningKey::from_pem(forms[1].0).unwrap();
    assert_eq!(sec1.public_jwk(), pkcs8.public_jwk());
}

#[cfg(feature = "encrypted-secret")]
#[test]
fn encrypted_keys_are_read_with_their_passphrase() {
    let encrypted = [
        include_str!("fixtures/encrypted-p256.pem"),
        include_str!("../../encrypted_secret/fixtures/pkcs8-aes128.pem"),
        include_str!("../../encrypted_secret/fixtures/traditional-aes256.pem"),
    ];
    for pem in encrypted {
        assert!(SigningKey::from_encrypted_pem(pem, PASSPHRASE).is_ok());
        let wrong = SigningKey::from_encrypted_pem(pem, "wrong").unwrap_err();
        assert_eq!(wrong, SigningKeyError::WrongPassphrase);
        let without = SigningKey::from_pem(pem).unwrap_err();
        assert_eq!(without, SigningKeyError::Encrypted);
    }
    let plain = include_str!("fixtures/pkcs8-p256.pem");
    assert!(SigningKey::from_encrypted_pem(plain, PASSPHRASE).is_ok());
}

#[test]
fn what_is_no_key_is_told() {
    let error = |pem: &str| SigningKey::from_pem(pem).unwrap_err();
    assert_eq!(error(""), SigningKeyError::NotPem);
    assert_eq!(error("AuthKey.p8"), SigningKeyError::NotPem);
    let certificate = include_str!("fixtures/certificate.pem");
    assert_eq!(error(certificate), SigningKeyError::NotPem);
    let unsupported = [
        include_str!("fixtures/sec1-p521.pem"),
        include_str!("fixtures/pkcs8-secp256k1.pem"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN OTHER PRIVATE KEY-----\nAAAA\n-----END OTHER PRIVATE KEY-----",
    ];
    for pem in unsupported {
        assert_eq!(error(pem), SigningKeyError::UnsupportedKey);
    }
    assert_eq!(
        error(include_str!("fixtures/pkcs1-1024.pem")),
        SigningKeyError::TooSmall
    );
    for (json, part) in [
        ("", "no JSON"),
        ("[]", "`kty`"),
        (
            r#"{"kty":"EC","crv":"P-256","x":"canary","y":"canary"}"#,
            "public key",
        ),
        (r#"{"kty":"RSA","d":"canary"}"#, "make no key"),
        (r#"{"kty":"EC","crv":"P-256","d":"canary"}"#, "make no key"),
        (
            r#"{"kty":"OKP","crv":"Ed25519","d":"canary"}"#,
            "make no key",
        ),
        (r#"{"kty":"oct","d":"canary"}"#, "another kind"),
    ] {
        let error = SigningKey::from_jwk(json).unwrap_err().to_string();
        assert!(error.contains(part) && !error.contains("canary"), "{error}");
    }
    let wrong = P256.replace(r#""kty""#, r#""alg":"RS256","kty""#);
    let wrong = SigningKey::from_jwk(&wrong).unwrap_err().to_string();
    assert_eq!(wrong, "a key of the kind P-256 does not sign with RS256");
}

#[test]
fn a_key_is_named_by_its_id_and_its_certificate() {
    let certificate = include_str!("fixtures/certificate.pem");
    let key = SigningKey::from_pem(include_str!("fixtures/pkcs8-p256.pem")).unwrap();
    let key = key
        .with_key_id("the key")
        .with_certificate(certificate)
        .unwrap();
    let key = key
        .with_certificate_chain(&format!("{certificate}{certificate}"))
        .unwrap();
    assert_eq!(key.key_id(), Some("the key"));
    // `openssl x509 -outform der | openssl dgst -sha256 -binary`
    assert_eq!(
        key.certificate_thumbprint(),
        Some("IIBhdpmC6kLVJvChSZsl6QfAe-9uLGVz5z88rtLCXSE")
    );
    assert_eq!(key.certificate_chain().len(), 2);
    assert!(key.certificate_chain()[0].starts_with("MII"));
    let none = key.with_certificate(P256).unwrap_err();
    assert_eq!(none, SigningKeyError::NoCertificate);
}
