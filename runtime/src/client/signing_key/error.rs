//! Why a key cannot be read.

use std::error::Error;
use std::fmt;

use crate::provider::SigningAlgorithm;

/// Why a [`SigningKey`](crate::SigningKey) could not be read. It holds no part of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SigningKeyError {
    /// The text has no private key in PEM.
    NotPem,
    /// The private key is encrypted.
    Encrypted,
    /// The private key is encrypted in a way that is not supported.
    UnsupportedEncryption {
        /// The cipher's name or object identifier in the key.
        algorithm: String,
    },
    /// The passphrase is wrong.
    WrongPassphrase,
    /// The private key is none of those that are supported, or is damaged.
    UnsupportedKey,
    /// The RSA key has fewer than 2048 bits, which nobody should rely on.
    TooSmall,
    /// The text is no private key in JSON.
    NotJwk {
        /// What is missing or wrong.
        reason: &'static str,
    },
    /// The key does not sign with this algorithm.
    WrongAlgorithm {
        /// The algorithm.
        algorithm: SigningAlgorithm,
        /// The kind of key.
        key: &'static str,
    },
    /// The text has no certificate in PEM.
    NoCertificate,
    /// No key could be made: the algorithm has none, or there is no randomness.
    NotGenerated,
}

impl fmt::Display for SigningKeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPem => formatter.write_str(
                "there is no private key in PEM: give the text of the file, from BEGIN to END, and \
                 not its path",
            ),
            Self::Encrypted => formatter.write_str(
                "the private key is encrypted: read it with `SigningKey::from_encrypted_pem` of \
                 the feature `encrypted-secret`, or decrypt it with `openssl pkey -in key.pem`",
            ),
            Self::UnsupportedEncryption { algorithm } => write!(
                formatter,
                "the private key is encrypted with {algorithm}, which is not supported: write it \
                 anew with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new.pem`"
            ),
            Self::WrongPassphrase => formatter.write_str(
                "the passphrase does not open the private key: check it with `openssl pkey -noout \
                 -in key.pem`",
            ),
            Self::UnsupportedKey => formatter.write_str(
                "the private key is damaged or of another kind: RSA, P-256, P-384 and Ed25519 are \
                 supported",
            ),
            Self::TooSmall => formatter
                .write_str("the RSA key has fewer than 2048 bits: make one of 2048 or more"),
            Self::NotJwk { reason } => {
                write!(formatter, "this is no private key in JSON (RFC 7517): {reason}")
            }
            Self::WrongAlgorithm { algorithm, key } => {
                write!(formatter, "a key of the kind {key} does not sign with {}", algorithm.word())
            }
            Self::NoCertificate => formatter.write_str(
                "there is no certificate in PEM: give the text from BEGIN CERTIFICATE to END \
                 CERTIFICATE",
            ),
            Self::NotGenerated => formatter.write_str(
                "no key could be made: an HMAC has no key pair, and others take randomness from the \
                 operating system",
            ),
        }
    }
}

impl Error for SigningKeyError {}
