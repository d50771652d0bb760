//! RSA private keys as OpenSSL writes them: PKCS#8 (RFC 5958) and the traditional form.

use aes::{Aes128, Aes192, Aes256};
use aws_lc_rs::rsa::PrivateDecryptingKey;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit as _};
use des::TdesEde3;
use md5::{Digest as _, Md5};
use pkcs8::der::asn1::{AnyRef, UintRef};
use pkcs8::der::{Decode as _, ErrorKind, Header, SliceReader};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfo, ObjectIdentifier, PrivateKeyInfo, SecretDocument, pkcs5};
use zeroize::Zeroizing;

use super::EncryptedSecretError::{
    self, KeyTooLarge, KeyTooSmall, UnreadableKey, UnsupportedKeyEncryption, WrongPassphrase,
};
use super::decode_base64;

/// `rsaEncryption` (RFC 8017 appendix A.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// What a PEM text holds, and what to say where it holds no key.
type Read<T> = Result<T, EncryptedSecretError>;

/// Reads the first private key of a PEM text.
pub(super) fn read(pem: &str, passphrase: &str) -> Read<PrivateDecryptingKey> {
    let pem = Pem::find(pem).ok_or(UnreadableKey)?;
    let der = &pem.der;
    match (pem.label, pem.dek_info) {
        ("ENCRYPTED PRIVATE KEY", None) => read_encrypted_pkcs8(der, passphrase),
        ("PRIVATE KEY", None) => read_pkcs8(der).ok_or(UnreadableKey)?,
        ("RSA PRIVATE KEY", None) => read_pkcs1(der).ok_or(UnreadableKey)?,
        ("RSA PRIVATE KEY", Some(dek_info)) => read_encrypted_pkcs1(der, dek_info, passphrase),
        _ => Err(UnreadableKey),
    }
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

/// One block of a PEM text (RFC 1421). The stricter RFC 7468 knows no headers, and so no encrypted
/// key in the traditional form.
struct Pem<'a> {
    label: &'a str,
    /// How the block is encrypted, in the traditional form (RFC 1421 §4.6.1.3).
    dek_info: Option<&'a str>,
    der: Zeroizing<Vec<u8>>,
}

impl<'a> Pem<'a> {
    /// Passes over certificates, public keys and plain text.
    fn find(text: &'a str) -> Option<Self> {
        let mut rest = text;
        loop {
            let (label, block) = rest.split_once("-----BEGIN ")?.1.split_once("-----")?;
            let (body, after) = block.split_once("-----END ")?;
            if label.ends_with("PRIVATE KEY") {
                return Self::read(label, body);
            }
            rest = after;
        }
    }

    fn read(label: &'a str, body: &'a str) -> Option<Self> {
        let dek_info = body.lines().find_map(|line| line.strip_prefix("DEK-Info:"));
        // Headers have colons, base64 has none.
        let data = match body.rsplit_once(':') {
            Some((_, last_header)) => last_header.split_once('\n')?.1,
            None => body,
        };
        let der = decode_base64(data)?;
        Some(Self {
            label,
            dek_info: dek_info.map(str::trim),
            der,
        })
    }
}

/// PKCS#8 with PBES2 (RFC 8018 §6.2), the form of OpenSSL 3.
fn read_encrypted_pkcs8(der: &[u8], passphrase: &str) -> Read<PrivateDecryptingKey> {
    let info = EncryptedPrivateKeyInfo::try_from(der).map_err(|error| match error {
        pkcs8::Error::Asn1(error) => match error.kind() {
            ErrorKind::OidUnknown { oid } => UnsupportedKeyEncryption {
                algorithm: oid.to_string(),
            },
            _ => UnreadableKey,
        },
        _ => UnreadableKey,
    })?;
    let mut buffer = Zeroizing::new(info.encrypted_data.to_vec());
    let key = info
        .encryption_algorithm
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(|error| match error {
            pkcs5::Error::NoPbes1CryptSupport => UnsupportedKeyEncryption {
                algorithm: "PBES1".to_owned(),
            },
            pkcs5::Error::UnsupportedAlgorithm { oid } => UnsupportedKeyEncryption {
                algorithm: oid.to_string(),
            },
            pkcs5::Error::AlgorithmParametersInvalid { .. } => UnreadableKey,
            _ => WrongPassphrase,
        })?;
    // One wrong passphrase in 256 leaves a padding that looks right, and then no key.
    read_pkcs8(key).ok_or(WrongPassphrase)?
}

/// The traditional form of OpenSSL 1 and of `-traditional`: PKCS#1 (RFC 8017 appendix A.1.2)
/// under a cipher that `DEK-Info` names.
fn read_encrypted_pkcs1(
    encrypted: &[u8],
    dek_info: &str,
    passphrase: &str,
) -> Read<PrivateDecryptingKey> {
    let (cipher, iv) = dek_info.split_once(',').ok_or(UnreadableKey)?;
    let iv = decode_hex(iv.trim()).ok_or(UnreadableKey)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let key = match cipher {
        "AES-128-CBC" => decrypt_cbc::<Aes128>(&iv, passphrase, &mut buffer),
        "AES-192-CBC" => decrypt_cbc::<Aes192>(&iv, passphrase, &mut buffer),
        "AES-256-CBC" => decrypt_cbc::<Aes256>(&iv, passphrase, &mut buffer),
        "DES-EDE3-CBC" => decrypt_cbc::<TdesEde3>(&iv, passphrase, &mut buffer),
        other => Err(UnsupportedKeyEncryption {
            algorithm: other.to_owned(),
        }),
    }?;
    read_pkcs1(key).ok_or(WrongPassphrase)?
}

fn decrypt_cbc<'buffer, Cipher>(
    iv: &[u8],
    passphrase: &str,
    buffer: &'buffer mut [u8],
) -> Read<&'buffer [u8]>
where
    Cipher: BlockCipher + BlockDecryptMut + KeyInit,
{
    let salt = iv.first_chunk().ok_or(UnreadableKey)?;
    let key = derive_key(passphrase, salt, Cipher::key_size());
    cbc::Decryptor::<Cipher>::new_from_slices(&key, iv)
        .map_err(|_| UnreadableKey)?
        .decrypt_padded_mut::<Pkcs7>(buffer)
        .map_err(|_| WrongPassphrase)
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one iteration: each block is the digest of the
/// one before, the passphrase and the salt.
fn derive_key(passphrase: &str, salt: &[u8; 8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut block = Zeroizing::new(Vec::new());
    let mut key = Zeroizing::new(Vec::with_capacity(length + Md5::output_size()));
    while key.len() < length {
        let digest = Md5::new()
            .chain_update(&*block)
            .chain_update(passphrase)
            .chain_update(salt);
        block = Zeroizing::new(digest.finalize().to_vec());
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
