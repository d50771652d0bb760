use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

const PASSPHRASE: &str = "correct-horse";
const SECRET: &str = "fixture-secret/+=42";
const CIPHERTEXT: &str = include_str!("fixtures/ciphertext.txt");
const PRIVATE_KEY: &str = include_str!("fixtures/pkcs8-aes128.pem");
const TRADITIONAL: &str = include_str!("fixtures/traditional-aes128.pem");
const OTHER_KEY: &str = include_str!("fixtures/other.pem");

fn decrypt(ciphertext: &str, key: &str, passphrase: &str) -> Result<Secret, EncryptedSecretError> {
    EncryptedSecret::new(ciphertext).decrypt(key, passphrase)
}

#[test]
fn every_form_of_the_private_key_is_read() {
    let keys = [
        PRIVATE_KEY,
        TRADITIONAL,
        include_str!("fixtures/pkcs8-plain.pem"),
        include_str!("fixtures/traditional-plain.pem"),
        include_str!("fixtures/traditional-aes192.pem"),
        include_str!("fixtures/traditional-aes256.pem"),
        include_str!("fixtures/traditional-des3.pem"),
    ];
    for key in keys {
        assert_eq!(
            decrypt(CIPHERTEXT, key, PASSPHRASE),
            Ok(Secret::new(SECRET)),
            "{}",
            &key[..120]
        );
    }
}

#[test]
fn line_breaks_and_text_around_do_not_matter() {
    let one_line = CIPHERTEXT.replace('\n', "");
    assert_eq!(
        decrypt(&one_line, PRIVATE_KEY, PASSPHRASE),
        Ok(Secret::new(SECRET))
    );
    let windows = CIPHERTEXT.replace('\n', "\r\n ");
    for key in [PRIVATE_KEY, TRADITIONAL] {
        let key = format!("Bag Attributes\r\n{}\r\n", key.replace('\n', "\r\n"));
        assert_eq!(decrypt(&windows, &key, PASSPHRASE), Ok(Secret::new(SECRET)));
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_a_wrong_key() {
    for wrong in ["", "correct-horsf", "battery-staple"] {
        for key in [PRIVATE_KEY, TRADITIONAL] {
            assert_eq!(
                decrypt(CIPHERTEXT, key, wrong),
                Err(EncryptedSecretError::WrongPassphrase)
            );
        }
    }
    assert_eq!(
        decrypt(CIPHERTEXT, OTHER_KEY, ""),
        Err(EncryptedSecretError::WrongKey)
    );
}

#[test]
fn another_padding_and_a_plaintext_that_is_no_secret_are_refused() {
    for ciphertext in [
        include_str!("fixtures/ciphertext-oaep.txt"),
        include_str!("fixtures/ciphertext-not-ascii.txt"),
    ] {
        assert_eq!(
            decrypt(ciphertext, PRIVATE_KEY, PASSPHRASE),
            Err(EncryptedSecretError::WrongKey)
        );
    }
}

#[test]
fn only_printable_ascii_is_a_secret() {
    assert_eq!(read_secret(b"a secret\r\n"), Some(Secret::new("a secret")));
    for plaintext in [
        b"".as_slice(),
        b"\n",
        b"a\0b",
        b"a\nb",
        b"\xff",
        b"caf\xc3\xa9",
        b"\x7f",
    ] {
        assert_eq!(read_secret(plaintext), None);
    }
}

#[test]
fn a_damaged_ciphertext_is_refused() {
    assert_eq!(
        decrypt("not base64!", PRIVATE_KEY, PASSPHRASE),
        Err(EncryptedSecretError::NotBase64)
    );
    assert_eq!(
        decrypt("", PRIVATE_KEY, PASSPHRASE),
        Err(EncryptedSecretError::WrongLength {
            ciphertext: 0,
            key: 256
        })
    );
    let first_lines = CIPHERTEXT.split_inclusive('\n').take(2).collect::<String>();
    assert_eq!(
        decrypt(&first_lines, PRIVATE_KEY, PASSPHRASE),
        Err(EncryptedSecretError::WrongLength {
            ciphertext: 114,
            key: 256
        })
    );
}

#[test]
fn an_unsupported_cipher_is_named() {
    let named = |key: &str| match decrypt(CIPHERTEXT, key, PASSPHRASE) {
        Err(EncryptedSecretError::UnsupportedKeyEncryption { algorithm }) => algorithm,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        named(include_str!("fixtures/traditional-camellia128.pem")),
        "CAMELLIA-128-CBC"
    );
    // des-ede3-cbc (RFC 8018 appendix B.2.2).
    assert_eq!(
        named(include_str!("fixtures/pkcs8-des3.pem")),
        "1.2.840.113549.3.7"
    );
}

#[test]
fn an_unreadable_key_is_refused() {
    let public_key = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
    let no_vector = TRADITIONAL.replacen("DEK-Info: AES-128-CBC,", "DEK-Info: AES-128-CBC,00\n", 1);
    let not_hex = TRADITIONAL.replacen("DEK-Info: AES-128-CBC,", "DEK-Info: AES-128-CBC,é", 1);
    let elliptic = PRIVATE_KEY.replace("ENCRYPTED", "EC");
    let cut = &PRIVATE_KEY[..PRIVATE_KEY.len() / 2];
    for key in [
        "",
        "private.pem",
        public_key,
        &no_vector,
        &not_hex,
        &elliptic,
        cut,
    ] {
        assert_eq!(
            decrypt(CIPHERTEXT, key, PASSPHRASE),
            Err(EncryptedSecretError::UnreadableKey)
        );
    }
}

/// The size is looked at before anything is calculated.
#[test]
fn a_key_of_another_size_is_refused() {
    // As long as the modulus of an RSA key would be: version, modulus, and nothing else.
    let key = |bytes: usize| {
        let length = |bytes: usize| [0x82, (bytes >> 8) as u8, bytes as u8];
        let mut modulus = vec![0x02, 0x01, 0x00, 0x02];
        modulus.extend(length(bytes + 1));
        modulus.push(0);
        modulus.extend(vec![0xC1; bytes]);
        let mut der = vec![0x30];
        der.extend(length(modulus.len()));
        der.extend(modulus);
        let base64 = STANDARD.encode(der);
        format!("-----BEGIN RSA PRIVATE KEY-----\n{base64}\n-----END RSA PRIVATE KEY-----\n")
    };
    assert_eq!(
        decrypt(CIPHERTEXT, &key(255), ""),
        Err(EncryptedSecretError::KeyTooSmall { bits: 2040 })
    );
    assert_eq!(
        decrypt(CIPHERTEXT, &key(2048), ""),
        Err(EncryptedSecretError::KeyTooLarge { bits: 16384 })
    );
    // Of a right size, and no key all the same.
    assert_eq!(
        decrypt(CIPHERTEXT, &key(256), ""),
        Err(EncryptedSecretError::UnreadableKey)
    );
}

/// Any byte of the key may be damaged on its way here.
#[test]
fn damaged_keys_do_not_panic() {
    let plain = include_str!("fixtures/traditional-plain.pem");
    for key in [PRIVATE_KEY, TRADITIONAL, plain] {
        for position in (0..key.len()).step_by(37) {
            let mut damaged = key.as_bytes().to_vec();
            damaged[position] = if damaged[position] == b'A' {
                b'B'
            } else {
                b'A'
            };
            let damaged = String::from_utf8(damaged).unwrap();
            let _ = decrypt(CIPHERTEXT, &damaged, PASSPHRASE);
        }
    }
}

#[test]
fn the_encrypted_secret_is_not_shown() {
    assert_eq!(
        format!("{:?}", EncryptedSecret::new("canary")),
        "EncryptedSecret([redacted])"
    );
}
