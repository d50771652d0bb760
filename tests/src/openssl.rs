//! Client secrets that the `openssl` command line encrypts, with the commands that providers
//! document, decrypted by us and by `openssl`.
//!
//! Ignored where `openssl` was not on the path when the tests were built.
//! The flag `-traditional` needs OpenSSL 3.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oauth_atlas::runtime::encrypted_secret::{EncryptedSecret, EncryptedSecretError};

const PASSPHRASE: &str = "pass phrase of a test";
const SECRET: &str = "s3cr3t/from+the=provider~";

/// A directory with a key pair as the documents have it made: `private.pem` under a
/// passphrase, `public.pem`, and `traditional.pem` as OpenSSL 1 would have written it.
struct KeyPair {
    directory: PathBuf,
}

impl KeyPair {
    fn generate(name: &str, bits: &str) -> Self {
        let directory = env::temp_dir().join(format!("oauth-atlas-{name}-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("the directory for temporary files is writable");
        let pair = Self { directory };
        let (passin, passout) = (&format!("pass:{PASSPHRASE}"), &format!("pass:{PASSPHRASE}"));
        pair.openssl(
            &[
                "genrsa",
                "-aes128",
                "-passout",
                passout,
                "-out",
                "private.pem",
                bits,
            ],
            b"",
        );
        pair.openssl(
            &[
                "rsa",
                "-in",
                "private.pem",
                "-passin",
                passin,
                "-pubout",
                "-out",
                "public.pem",
            ],
            b"",
        );
        pair.openssl(
            &[
                "rsa",
                "-in",
                "private.pem",
                "-passin",
                passin,
                "-traditional",
                "-aes128",
                "-passout",
                passout,
                "-out",
                "traditional.pem",
            ],
            b"",
        );
        pair
    }

    fn openssl(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("openssl")
            .args(arguments)
            .current_dir(&self.directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("openssl starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // A command that reads no input may be gone before this is written.
        let _ = stdin.write_all(input);
        drop(stdin);
        let output = child.wait_with_output().expect("openssl ends");
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {messages}");
        output.stdout
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.directory.join(file)).expect("openssl wrote the file")
    }

    /// What the provider does with the public key, as base64 in lines.
    fn encrypt(&self, command: &[&str], secret: &str) -> String {
        let key = ["-encrypt", "-pubin", "-inkey", "public.pem"];
        let ciphertext = self.openssl(&[command, &key].concat(), secret.as_bytes());
        String::from_utf8(self.openssl(&["base64"], &ciphertext)).expect("base64 is ASCII")
    }

    /// What the documents tell the client to do.
    fn decrypt_with_openssl(&self, encrypted: &str) -> String {
        let ciphertext = self.openssl(&["base64", "-d"], encrypted.as_bytes());
        let passin = format!("pass:{PASSPHRASE}");
        let arguments = [
            "rsautl",
            "-decrypt",
            "-inkey",
            "private.pem",
            "-passin",
            &passin,
        ];
        String::from_utf8(self.openssl(&arguments, &ciphertext)).expect("the secret is ASCII")
    }

    fn decrypt(&self, encrypted: &str, file: &str) -> Result<String, EncryptedSecretError> {
        EncryptedSecret::new(encrypted)
            .decrypt(&self.read(file), PASSPHRASE)
            .map(|secret| secret.expose().to_owned())
    }

    fn assert_both_decrypt(&self) {
        let private_pem = self.read("private.pem");
        let traditional_pem = self.read("traditional.pem");
        assert!(private_pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        assert!(traditional_pem.contains("DEK-Info: AES-128-CBC,"));
        for command in [
            ["pkeyutl", "-pkeyopt", "rsa_padding_mode:pkcs1"].as_slice(),
            &["rsautl"],
        ] {
            let encrypted = self.encrypt(command, SECRET);
            assert_eq!(self.decrypt_with_openssl(&encrypted), SECRET);
            for file in ["private.pem", "traditional.pem"] {
                assert_eq!(
                    self.decrypt(&encrypted, file).as_deref(),
                    Ok(SECRET),
                    "{command:?}, {file}"
                );
            }
        }
    }
}

impl Drop for KeyPair {
    fn drop(&mut self) {
        // The operating system clears the directory for temporary files in the end.
        let _ = fs::remove_dir_all(Path::new(&self.directory));
    }
}

#[test]
#[cfg_attr(not(has_openssl), ignore = "needs openssl on the path")]
fn secrets_encrypted_to_2048_bits_are_decrypted() {
    let pair = KeyPair::generate("2048", "2048");
    pair.assert_both_decrypt();
}

/// The size that the documents use.
#[test]
#[cfg_attr(not(has_openssl), ignore = "needs openssl on the path")]
fn secrets_encrypted_to_4096_bits_are_decrypted() {
    let pair = KeyPair::generate("4096", "4096");
    pair.assert_both_decrypt();
}

#[test]
#[cfg_attr(not(has_openssl), ignore = "needs openssl on the path")]
fn the_longest_secret_is_decrypted() {
    let pair = KeyPair::generate("longest", "2048");
    let longest = "x".repeat(2048 / 8 - 11);
    let encrypted = pair.encrypt(&["rsautl"], &longest);
    assert_eq!(pair.decrypt(&encrypted, "private.pem"), Ok(longest));
}

#[test]
#[cfg_attr(not(has_openssl), ignore = "needs openssl on the path")]
fn another_padding_and_another_key_are_refused() {
    let one = KeyPair::generate("one", "2048");
    let other = KeyPair::generate("other", "2048");
    let oaep = one.encrypt(&["pkeyutl", "-pkeyopt", "rsa_padding_mode:oaep"], SECRET);
    assert_eq!(
        one.decrypt(&oaep, "private.pem"),
        Err(EncryptedSecretError::WrongKey)
    );
    let encrypted = one.encrypt(&["rsautl"], SECRET);
    assert_eq!(
        other.decrypt(&encrypted, "private.pem"),
        Err(EncryptedSecretError::WrongKey)
    );
}

/// The command that an unsupported cipher's message advises.
#[test]
#[cfg_attr(not(has_openssl), ignore = "needs openssl on the path")]
fn a_key_that_was_written_anew_is_read() {
    let pair = KeyPair::generate("anew", "2048");
    let pass = format!("pass:{PASSPHRASE}");
    let mut arguments = vec![
        "pkcs8",
        "-topk8",
        "-v2",
        "aes-256-cbc",
        "-in",
        "private.pem",
    ];
    arguments.extend(["-out", "new.pem", "-passin", &pass, "-passout", &pass]);
    pair.openssl(&arguments, b"");
    let encrypted = pair.encrypt(&["rsautl"], SECRET);
    assert_eq!(pair.decrypt(&encrypted, "new.pem").as_deref(), Ok(SECRET));
}
