//! Private keys in the memory of the program.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::client::signer::{SignatureFuture, Signer};
use crate::provider::SigningAlgorithm;
use crate::text::json::object::Object;
use crate::text::pem::Pem;

mod error;
mod read;
#[cfg(test)]
mod tests;

pub use error::SigningKeyError;

/// A private key with which a client signs: RSA of 2048 bits and more, P-256, P-384 or Ed25519.
///
/// ```no_run
/// use oauth_atlas_runtime::SigningKey;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let pem = std::fs::read_to_string("AuthKey_ABC123DEFG.p8")?;
/// let key = SigningKey::from_pem(&pem)?.with_key_id("ABC123DEFG");
/// # Ok(())
/// # }
/// ```
///
/// The key decides the algorithm: ES256 for P-256, ES384 for P-384, EdDSA for Ed25519, and RS256
/// for RSA, of which [`SigningKey::with_algorithm`] chooses another. `Debug` shows the algorithm and
/// the key's name alone. The key is overwritten when its last copy is dropped.
#[derive(Clone)]
pub struct SigningKey {
    key: Arc<Key>,
    algorithm: SigningAlgorithm,
    id: Option<String>,
    thumbprint: Option<String>,
    chain: Vec<String>,
}

/// A key, parsed once.
pub(super) enum Key {
    Rsa(Box<rsa::KeyPair>),
    P256(Box<EcdsaKeyPair>),
    P384(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl SigningKey {
    /// Reads the first private key of a PEM text: `BEGIN PRIVATE KEY` (PKCS#8), `BEGIN EC PRIVATE
    /// KEY` (SEC 1) or `BEGIN RSA PRIVATE KEY` (PKCS#1).
    ///
    /// # Errors
    ///
    /// If there is none, it is encrypted, or it is of another kind; see [`SigningKeyError`].
    pub fn from_pem(pem: &str) -> Result<Self, SigningKeyError> {
        let block = Pem::private_key(pem).ok_or(SigningKeyError::NotPem)?;
        match block.is_encrypted() {
            true => Err(SigningKeyError::Encrypted),
            false => Ok(Self::of(read::der(block.label, &block.der)?)),
        }
    }

    /// Reads the first private key of a PEM text, which may be encrypted: `BEGIN ENCRYPTED PRIVATE
    /// KEY` (PKCS#8 with PBES2), or the traditional form with a `DEK-Info`. The passphrase is
    /// ignored if the key is not encrypted.
    ///
    /// # Errors
    ///
    /// Those of [`SigningKey::from_pem`], and if the passphrase or the cipher is another.
    #[cfg(feature = "encrypted-secret")]
    pub fn from_encrypted_pem(pem: &str, passphrase: &str) -> Result<Self, SigningKeyError> {
        use crate::text::pem::Locked;

        let block = Pem::private_key(pem).ok_or(SigningKeyError::NotPem)?;
        let der = block.open(passphrase).map_err(|locked| match locked {
            Locked::Malformed => SigningKeyError::UnsupportedKey,
            Locked::Unsupported(algorithm) => SigningKeyError::UnsupportedEncryption { algorithm },
            Locked::WrongPassphrase => SigningKeyError::WrongPassphrase,
        })?;
        let label = block.label.trim_start_matches("ENCRYPTED ");
        match (read::der(label, &der), block.is_encrypted()) {
            (Ok(key), _) => Ok(Self::of(key)),
            // What a wrong passphrase leaves may look like something.
            (Err(SigningKeyError::UnsupportedKey), true) => Err(SigningKeyError::WrongPassphrase),
            (Err(error), _) => Err(error),
        }
    }

    /// Reads a private key in JSON (RFC 7517): `kty` `RSA`, `EC` or `OKP`. Its `kid`, `alg` and
    /// `x5t#S256` are taken over.
    ///
    /// # Errors
    ///
    /// If it is no private key, of another kind, or `alg` does not fit it.
    pub fn from_jwk(json: &str) -> Result<Self, SigningKeyError> {
        let read::Jwk {
            key,
            algorithm,
            id,
            thumbprint,
        } = read::jwk(json)?;
        let key = Self {
            id,
            thumbprint,
            ..Self::of(key)
        };
        match algorithm {
            Some(algorithm) => key.with_algorithm(algorithm),
            None => Ok(key),
        }
    }

    /// Makes a new key for an algorithm: for tests, or to be registered by its
    /// [public half](SigningKey::public_jwk).
    ///
    /// # Errors
    ///
    /// If the algorithm is an HMAC, which has no key pair, or the operating system has no randomness.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, SigningKeyError> {
        let key = read::generate(algorithm).ok_or(SigningKeyError::NotGenerated)?;
        Self::of(key).with_algorithm(algorithm)
    }

    fn of(key: Key) -> Self {
        Self {
            algorithm: key.algorithm(),
            key: Arc::new(key),
            id: None,
            thumbprint: None,
            chain: Vec::new(),
        }
    }

    /// Chooses another algorithm of the key's.
    ///
    /// # Errors
    ///
    /// If a key of this kind does not have it.
    pub fn with_algorithm(mut self, algorithm: SigningAlgorithm) -> Result<Self, SigningKeyError> {
        if !self.key.has(algorithm) {
            return Err(SigningKeyError::WrongAlgorithm {
                algorithm,
                key: self.key.name(),
            });
        }
        self.algorithm = algorithm;
        Ok(self)
    }

    /// Sets the name of the key, the header parameter `kid`, as the provider shows it.
    #[must_use]
    pub fn with_key_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Names the key by its certificate, the first of a PEM text: the header parameter `x5t#S256`.
    ///
    /// # Errors
    ///
    /// If the text has no certificate.
    pub fn with_certificate(mut self, pem: &str) -> Result<Self, SigningKeyError> {
        let first = certificates(pem)
            .next()
            .ok_or(SigningKeyError::NoCertificate)?;
        self.thumbprint = Some(URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(&first)));
        Ok(self)
    }

    /// Sends the certificates of a PEM text, the key's own first: the header parameter `x5c`.
    ///
    /// # Errors
    ///
    /// If the text has no certificate.
    pub fn with_certificate_chain(mut self, pem: &str) -> Result<Self, SigningKeyError> {
        self.chain = certificates(pem)
            .map(|one| STANDARD.encode(&*one))
            .collect();
        match self.chain.is_empty() {
            true => Err(SigningKeyError::NoCertificate),
            false => Ok(self),
        }
    }

    /// The public key in JSON (RFC 7517), to be registered at the provider or published. It has the
    /// members `kid`, `alg` and `use`.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        let mut members = self.key.public_members();
        members.extend(self.id.as_ref().map(|id| ("kid", id.clone())));
        members.push(("alg", self.algorithm.word().to_owned()));
        members.push(("use", "sig".to_owned()));
        let mut json = Object::new();
        for (name, value) in &members {
            json.text(name, value);
        }
        String::from_utf8_lossy(&json.end()).into_owned()
    }
}

fn certificates(pem: &str) -> impl Iterator<Item = Vec<u8>> {
    let certificates = Pem::all(pem).filter(|block| block.label == "CERTIFICATE");
    certificates.map(|block| block.der.to_vec())
}

impl Key {
    /// The algorithm that a key of this kind is used with if nothing is said.
    fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Rsa(_) => SigningAlgorithm::Rs256,
            Self::P256(_) => SigningAlgorithm::Es256,
            Self::P384(_) => SigningAlgorithm::Es384,
            Self::Ed25519(_) => SigningAlgorithm::EdDsa,
        }
    }

    fn has(&self, algorithm: SigningAlgorithm) -> bool {
        match algorithm {
            SigningAlgorithm::Rs256
            | SigningAlgorithm::Rs384
            | SigningAlgorithm::Rs512
            | SigningAlgorithm::Ps256
            | SigningAlgorithm::Ps384
            | SigningAlgorithm::Ps512 => matches!(self, Self::Rsa(_)),
            SigningAlgorithm::Es256 => matches!(self, Self::P256(_)),
            SigningAlgorithm::Es384 => matches!(self, Self::P384(_)),
            SigningAlgorithm::EdDsa => matches!(self, Self::Ed25519(_)),
            // A key pair for an HMAC would let whoever knows the public key sign.
            SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512 => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RSA",
            Self::P256(_) => "P-256",
            Self::P384(_) => "P-384",
            Self::Ed25519(_) => "Ed25519",
        }
    }

    fn public_members(&self) -> Vec<(&'static str, String)> {
        let encoded = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
        let of_curve = |pair: &EcdsaKeyPair| {
            // 4, x, y: SEC 1 §2.3.3.
            let point = pair.public_key().as_ref();
            let (x, y) = point[1..].split_at(point.len() / 2);
            vec![
                ("kty", "EC".to_owned()),
                ("crv", self.name().to_owned()),
                ("x", encoded(x)),
                ("y", encoded(y)),
            ]
        };
        match self {
            Self::Rsa(pair) => {
                let public = rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                vec![
                    ("kty", "RSA".to_owned()),
                    ("n", encoded(&public.n)),
                    ("e", encoded(&public.e)),
                ]
            }
            Self::P256(pair) | Self::P384(pair) => of_curve(pair),
            Self::Ed25519(pair) => vec![
                ("kty", "OKP".to_owned()),
                ("crv", self.name().to_owned()),
                ("x", encoded(pair.public_key().as_ref())),
            ],
        }
    }

    fn sign(&self, algorithm: SigningAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        let of_rsa = |encoding: &'static dyn RsaEncoding| match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let signed = pair.sign(encoding, &random, message, &mut signature);
                signed.ok().map(|()| signature)
            }
            _ => None,
        };
        match (algorithm, self) {
            (SigningAlgorithm::Rs256, _) => of_rsa(&RSA_PKCS1_SHA256),
            (SigningAlgorithm::Rs384, _) => of_rsa(&RSA_PKCS1_SHA384),
            (SigningAlgorithm::Rs512, _) => of_rsa(&RSA_PKCS1_SHA512),
            (SigningAlgorithm::Ps256, _) => of_rsa(&RSA_PSS_SHA256),
            (SigningAlgorithm::Ps384, _) => of_rsa(&RSA_PSS_SHA384),
            (SigningAlgorithm::Ps512, _) => of_rsa(&RSA_PSS_SHA512),
            (SigningAlgorithm::Es256, Self::P256(pair))
            | (SigningAlgorithm::Es384, Self::P384(pair)) => {
                let signature = pair.sign(&random, message).ok()?;
                Some(signature.as_ref().to_vec())
            }
            (SigningAlgorithm::EdDsa, Self::Ed25519(pair)) => {
                let signature = pair.try_sign(message).ok()?;
                Some(signature.as_ref().to_vec())
            }
            _ => None,
        }
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    fn key_id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn certificate_thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    fn certificate_chain(&self) -> &[String] {
        &self.chain
    }

    fn sign<'a>(&'a self, message: &'a [u8]) -> SignatureFuture<'a> {
        let signed = self.key.sign(self.algorithm, message);
        Box::pin(ready(signed.ok_or_else(|| "the key cannot sign".into())))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.id)
            .finish_non_exhaustive()
    }
}
