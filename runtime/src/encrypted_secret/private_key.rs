//! RSA private keys as OpenSSL writes them: PKCS#8 (RFC 5958) and the traditional form.

use aws_lc_rs::rsa::PrivateDecryptingKey;
use pkcs8::der::asn1::{AnyRef, UintRef};
use pkcs8::der::{Decode as _, Header, SliceReader};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{ObjectIdentifier, PrivateKeyInfo, SecretDocument};

use super::EncryptedSecretError::{
    self, KeyTooLarge, KeyTooSmall, UnreadableKey, UnsupportedKeyEncryption, WrongPassphrase,
};
use crate::text::pem::{Locked, Pem};

/// `rsaEncryption` (RFC 8017 appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// What a PEM text holds, and what to say where it holds no key.
type Read<T> = Result<T, EncryptedSecretError>;

/// Reads the first private key of a PEM text.
pub(super) fn read(pem: &str, passphrase: &str) -> Read<PrivateDecryptingKey> {
    let pem = Pem::private_key(pem).ok_or(UnreadableKey)?;
    let read = match (pem.label, pem.dek_info) {
        ("ENCRYPTED PRIVATE KEY" | "PRIVATE KEY", None) => read_pkcs8,
        ("RSA PRIVATE KEY", _) => read_pkcs1,
        _ => return Err(UnreadableKey),
    };
    let der = pem.open(passphrase).map_err(|locked| match locked {
        Locked::Malformed => UnreadableKey,
        Locked::Unsupported(algorithm) => UnsupportedKeyEncryption { algorithm },
        Locked::WrongPassphrase => WrongPassphrase,
    })?;
    read(&der).ok_or(match pem.is_encrypted() {
        true => WrongPassphrase,
        false => UnreadableKey,
    })?
}

/// The RSA key of PKCS#8; none where this is none.
fn read_pkcs8(der: &[u8]) -> Option<Read<PrivateDecryptingKey>> {
    let info = PrivateKeyInfo::try_from(der).ok()?;
    let bits = match info.algorithm.oid {
        RSA => modulus_bits(info.private_key)?,
        _ => return None,
    };
    match bits {
        0..2048 => Some(Err(KeyTooSmall { bits })),
        2048..=8192 => PrivateDecryptingKey::from_pkcs8(der).ok().map(Ok),
        _ => Some(Err(KeyTooLarge { bits })),
    }
}

/// The same of PKCS#1, which PKCS#8 wraps.
fn read_pkcs1(der: &[u8]) -> Option<Read<PrivateDecryptingKey>> {
    let algorithm = AlgorithmIdentifierRef {
        oid: RSA,
        parameters: Some(AnyRef::NULL),
    };
    let info = PrivateKeyInfo::new(algorithm, der);
    read_pkcs8(SecretDocument::try_from(info).ok()?.as_bytes())
}

/// How long the modulus is: the member after the version (RFC 8017 appendix A.1.2).
fn modulus_bits(pkcs1: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(pkcs1).ok()?;
    Header::decode(&mut reader).ok()?;
    u8::decode(&mut reader).ok()?;
    let modulus = UintRef::decode(&mut reader).ok()?.as_bytes();
    let zeros = modulus.first()?.leading_zeros() as usize;
    Some(modulus.len() * 8 - zeros)
}
