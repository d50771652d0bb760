//! Client secrets that a provider encrypts to the client's RSA key.
//!
//! You give the provider a public key and get base64 text, which only the private key can decrypt.
//! Feature `encrypted-secret`.
//!
//! ```no_run
//! use oauth_atlas_runtime::encrypted_secret::EncryptedSecret;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let private_key = std::fs::read_to_string("private.pem")?;
//! let passphrase = std::env::var("PRIVATE_KEY_PASSPHRASE")?;
//! let encrypted = std::fs::read_to_string("client_secret.base64")?;
//! let secret = EncryptedSecret::new(encrypted).decrypt(&private_key, &passphrase)?;
//! # Ok(())
//! # }
//! ```

use std::error::Error;
use std::fmt;

use aws_lc_rs::rsa::Pkcs1PrivateDecryptingKey;
use zeroize::Zeroizing;

use crate::text::pem::decode_base64;
use crate::text::secret::Secret;

mod private_key;
#[cfg(test)]
mod tests;

/// An encrypted client secret: one RSA ciphertext in base64.
#[derive(Clone, Debug)]
pub struct EncryptedSecret(Secret);

impl EncryptedSecret {
    /// Wraps the provider's base64 text. Line breaks are allowed.
    pub fn new(base64: impl Into<String>) -> Self {
        Self(Secret::new(base64))
    }

    /// Decrypts the secret with RSAES-PKCS1-v1_5 (RFC 8017 §7.2), as `openssl pkeyutl -decrypt
    /// -pkeyopt rsa_padding_mode:pkcs1` does. Line breaks at the end of the secret are removed.
    ///
    /// The private key is PEM in one of OpenSSL's formats: `BEGIN ENCRYPTED PRIVATE KEY` (PKCS#8
    /// with PBES2), `BEGIN PRIVATE KEY` (PKCS#8) or `BEGIN RSA PRIVATE KEY`, the last one also with
    /// a `DEK-Info` of AES-CBC or DES-EDE3-CBC. The passphrase is ignored if the key is not
    /// encrypted.
    ///
    /// Decrypt once, on the machine that has the key, and store the result as the client secret.
    /// Never expose this function through a network service: PKCS#1 v1.5 padding lets an attacker
    /// who can submit many ciphertexts and observe failures recover a plaintext (RFC 8017 §7.2).
    ///
    /// # Errors
    ///
    /// If the text is not a secret encrypted to this key, or the key cannot be read; see
    /// [`EncryptedSecretError`].
    pub fn decrypt(
        &self,
        private_key_pem: &str,
        passphrase: &str,
    ) -> Result<Secret, EncryptedSecretError> {
        let ciphertext = decode_base64(self.0.expose()).ok_or(EncryptedSecretError::NotBase64)?;
        let key = private_key::read(private_key_pem, passphrase)?;
        if ciphertext.len() != key.key_size_bytes() {
            return Err(EncryptedSecretError::WrongLength {
                ciphertext: ciphertext.len(),
                key: key.key_size_bytes(),
            });
        }
        let mut buffer = Zeroizing::new(vec![0; key.key_size_bytes()]);
        let plaintext = Pkcs1PrivateDecryptingKey::new(key)
            .and_then(|key| key.decrypt(&ciphertext, &mut buffer))
            .map_err(|_| EncryptedSecretError::WrongKey)?;
        read_secret(plaintext).ok_or(EncryptedSecretError::WrongKey)
    }
}

/// A client secret is printable ASCII (RFC 6749 appendix A.2). The check matters: a wrong
/// key may give random octets with a padding that looks right.
fn read_secret(plaintext: &[u8]) -> Option<Secret> {
    let text = str::from_utf8(plaintext)
        .ok()?
        .trim_end_matches(['\r', '\n']);
    let is_secret = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    is_secret.then(|| Secret::new(text))
}

/// Why an [`EncryptedSecret`] could not be decrypted. It holds no secrets and no keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptedSecretError {
    /// The encrypted secret is not base64 text.
    NotBase64,
    /// The encrypted secret has the wrong length for the key.
    WrongLength {
        /// The length of the ciphertext in bytes.
        ciphertext: usize,
        /// The length for this key, in bytes.
        key: usize,
    },
    /// The private key is not PEM text of an RSA private key.
    UnreadableKey,
    /// The private key is encrypted in a way that is not supported.
    UnsupportedKeyEncryption {
        /// The cipher's name or object identifier in the key.
        algorithm: String,
    },
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The private key has fewer than 2048 bits.
    KeyTooSmall {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The private key has more than 8192 bits.
    KeyTooLarge {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The secret was encrypted to another key or with other padding.
    WrongKey,
}

impl fmt::Display for EncryptedSecretError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => formatter.write_str(
                "the encrypted client secret is not base64: \
                 copy the whole text that the provider shows",
            ),
            Self::WrongLength { ciphertext, key } => write!(
                formatter,
                "the encrypted client secret has {ciphertext} bytes and the key asks for {key}: \
                 copy the whole text, and use the private key whose public key the provider has"
            ),
            Self::UnreadableKey => formatter.write_str(
                "the private key is not one of RSA in PEM: \
                 give the text of the file that `openssl genrsa` wrote, from BEGIN to END",
            ),
            Self::UnsupportedKeyEncryption { algorithm } => write!(
                formatter,
                "the private key is encrypted with {algorithm}, which is not supported: write it \
                 anew with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in private.pem -out new.pem`"
            ),
            Self::WrongPassphrase => formatter.write_str(
                "the passphrase does not open the private key: \
                 check it with `openssl rsa -check -noout -in private.pem`",
            ),
            Self::KeyTooSmall { bits } => write!(
                formatter,
                "the private key has {bits} bits and at least 2048 are safe: make one of 4096, and \
                 give the provider its public key"
            ),
            Self::KeyTooLarge { bits } => write!(
                formatter,
                "the private key has {bits} bits and at most 8192 are supported: make one of 4096"
            ),
            Self::WrongKey => formatter.write_str(
                "the private key does not decrypt the client secret: use the one whose public key \
                 the provider has; the secret must be encrypted with PKCS#1 v1.5 padding, not OAEP",
            ),
        }
    }
}

impl Error for EncryptedSecretError {}
