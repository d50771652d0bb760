//! Client secrets that a provider hands out encrypted to the RSA key of the client.
//!
//! The provider gets a public key and answers with base64 text, which only the private key
//! turns into the client secret. Feature `encrypted-secret`.
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

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::Pkcs1v15Encrypt;
use rsa::rand_core::{self, CryptoRng, RngCore};
use rsa::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use crate::secret::Secret;

mod private_key;
#[cfg(test)]
mod tests;

/// The largest modulus that is tried: 8192 bits. Larger keys take seconds and nobody asks
/// for them.
const MAX_KEY_BYTES: usize = 1024;

/// A client secret as the provider hands it out: the base64 text of one RSA ciphertext.
#[derive(Clone, Debug)]
pub struct EncryptedSecret(Secret);

impl EncryptedSecret {
    /// Keeps the provider's base64 text, which may be broken into lines.
    pub fn new(base64: impl Into<String>) -> Self {
        Self(Secret::new(base64))
    }

    /// Decrypts the secret with RSAES-PKCS1-v1_5 (RFC 8017 §7.2), as
    /// `openssl pkeyutl -decrypt -pkeyopt rsa_padding_mode:pkcs1` does. Line breaks at the
    /// end of the secret are dropped.
    ///
    /// The private key is PEM text in one of the forms that OpenSSL writes:
    /// `BEGIN ENCRYPTED PRIVATE KEY` (PKCS#8 with PBES2), `BEGIN PRIVATE KEY` (PKCS#8) or
    /// `BEGIN RSA PRIVATE KEY`, the last one also with a `DEK-Info` of AES-CBC or
    /// DES-EDE3-CBC. The passphrase is not looked at where the key is not encrypted.
    ///
    /// Decrypt once, where the key lives, and keep the result as the client secret.
    /// Decryption in the `rsa` crate does not take the same time for every ciphertext
    /// (RUSTSEC-2023-0071). To learn a plaintext from that, an attacker has to have many
    /// ciphertexts of his choice decrypted and to time each, so do not put this function
    /// behind a network service.
    ///
    /// # Errors
    ///
    /// When the text is not the ciphertext of a secret for this key, and when the key cannot
    /// be read; see [`EncryptedSecretError`].
    pub fn decrypt(
        &self,
        private_key_pem: &str,
        passphrase: &str,
    ) -> Result<Secret, EncryptedSecretError> {
        let ciphertext = decode_base64(self.0.expose()).ok_or(EncryptedSecretError::NotBase64)?;
        let key = private_key::read(private_key_pem, passphrase)?;
        if key.size() > MAX_KEY_BYTES {
            return Err(EncryptedSecretError::KeyTooLarge {
                bits: key.size() * 8,
            });
        }
        if ciphertext.len() != key.size() {
            return Err(EncryptedSecretError::WrongLength {
                ciphertext: ciphertext.len(),
                key: key.size(),
            });
        }
        let mut blinding = Blinding::new()?;
        let plaintext = key
            .decrypt_blinded(&mut blinding, Pkcs1v15Encrypt, &ciphertext)
            .map(Zeroizing::new)
            .map_err(|_| EncryptedSecretError::WrongKey)?;
        read_secret(&plaintext).ok_or(EncryptedSecretError::WrongKey)
    }
}

/// Base64 with line breaks and other white space in it. No copy stays behind.
fn decode_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    compact.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    STANDARD.decode(&*compact).ok().map(Zeroizing::new)
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

/// Randomness that blinds the decryption against timing.
///
/// `rsa` takes a generator that cannot fail, which the operating system's can. So a seed is
/// drawn once, where failing is possible, and expanded from there.
struct Blinding {
    seed: Zeroizing<[u8; 32]>,
    blocks: u64,
}

impl Blinding {
    fn new() -> Result<Self, EncryptedSecretError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| EncryptedSecretError::NoRandomness)?;
        Ok(Self { seed, blocks: 0 })
    }
}

impl RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, destination: &mut [u8]) {
        for chunk in destination.chunks_mut(32) {
            let block = hmac_sha256::HMAC::mac(self.blocks.to_be_bytes(), self.seed.as_slice());
            chunk.copy_from_slice(&block[..chunk.len()]);
            self.blocks += 1;
        }
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(destination);
        Ok(())
    }
}

impl CryptoRng for Blinding {}

/// Why an [`EncryptedSecret`] could not be decrypted. It holds neither secrets nor keys.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncryptedSecretError {
    /// The encrypted secret is not base64 text.
    NotBase64,
    /// The encrypted secret is longer or shorter than what the key encrypts to.
    WrongLength {
        /// The length of the ciphertext in bytes.
        ciphertext: usize,
        /// The length that the key asks for, in bytes.
        key: usize,
    },
    /// The private key is not PEM text of an RSA private key.
    UnreadableKey,
    /// The private key is encrypted in a way that is not supported.
    UnsupportedKeyEncryption {
        /// The cipher's name or object identifier, as the key has it.
        algorithm: String,
    },
    /// The passphrase does not open the private key.
    WrongPassphrase,
    /// The private key has more than 8192 bits.
    KeyTooLarge {
        /// The length of the modulus in bits.
        bits: usize,
    },
    /// The key is not the one that the secret was encrypted to, or the padding is another.
    WrongKey,
    /// The operating system has no randomness to give.
    NoRandomness,
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
            Self::KeyTooLarge { bits } => write!(
                formatter,
                "the private key has {bits} bits and at most 8192 are supported: make one of 4096"
            ),
            Self::WrongKey => formatter.write_str(
                "the private key does not decrypt the client secret: use the one whose public key \
                 the provider has; the secret must be encrypted with PKCS#1 v1.5 padding, not OAEP",
            ),
            Self::NoRandomness => {
                formatter.write_str("the operating system has no randomness to give")
            }
        }
    }
}

impl Error for EncryptedSecretError {}
