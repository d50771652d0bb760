//! Private keys under a passphrase, as OpenSSL writes them: PKCS#8 (RFC 5958) and the traditional
//! form.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, KeyInit, KeyIvInit as _};
use des::TdesEde3;
use md5::{Digest as _, Md5};
use pkcs8::der::ErrorKind;
use pkcs8::{EncryptedPrivateKeyInfo, pkcs5};
use zeroize::Zeroizing;

use super::Pem;

/// Why a block cannot be decrypted.
pub(crate) enum Locked {
    /// It is not what its label says.
    Malformed,
    /// The cipher has this name or object identifier.
    Unsupported(String),
    WrongPassphrase,
}

impl Pem<'_> {
    /// What the block holds, decrypted where it is encrypted. One wrong passphrase in 256 leaves a
    /// padding that looks right, and then something that is no key.
    pub(crate) fn open(&self, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Locked> {
        match (self.label, self.dek_info) {
            ("ENCRYPTED PRIVATE KEY", None) => of_pkcs8(&self.der, passphrase),
            (_, None) => Ok(self.der.clone()),
            (_, Some(dek_info)) => of_traditional(&self.der, dek_info, passphrase),
        }
    }
}

/// PKCS#8 with PBES2 (RFC 8018 §6.2), the form of OpenSSL 3.
fn of_pkcs8(der: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Locked> {
    let info = EncryptedPrivateKeyInfo::try_from(der).map_err(|error| match error {
        pkcs8::Error::Asn1(error) => match error.kind() {
            ErrorKind::OidUnknown { oid } => Locked::Unsupported(oid.to_string()),
            _ => Locked::Malformed,
        },
        _ => Locked::Malformed,
    })?;
    let mut buffer = Zeroizing::new(info.encrypted_data.to_vec());
    let length = info
        .encryption_algorithm
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(|error| match error {
            pkcs5::Error::NoPbes1CryptSupport => Locked::Unsupported("PBES1".to_owned()),
            pkcs5::Error::UnsupportedAlgorithm { oid } => Locked::Unsupported(oid.to_string()),
            pkcs5::Error::AlgorithmParametersInvalid { .. } => Locked::Malformed,
            _ => Locked::WrongPassphrase,
        })?
        .len();
    buffer.truncate(length);
    Ok(buffer)
}

/// The traditional form of OpenSSL 1 and of `-traditional`: PKCS#1 (RFC 8017 appendix A.1.2)
/// under a cipher that `DEK-Info` names.
fn of_traditional(
    encrypted: &[u8],
    dek_info: &str,
    passphrase: &str,
) -> Result<Zeroizing<Vec<u8>>, Locked> {
    let (cipher, iv) = dek_info.split_once(',').ok_or(Locked::Malformed)?;
    let iv = decode_hex(iv.trim()).ok_or(Locked::Malformed)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let length = match cipher {
        "AES-128-CBC" => decrypt_cbc::<Aes128>(&iv, passphrase, &mut buffer),
        "AES-192-CBC" => decrypt_cbc::<Aes192>(&iv, passphrase, &mut buffer),
        "AES-256-CBC" => decrypt_cbc::<Aes256>(&iv, passphrase, &mut buffer),
        "DES-EDE3-CBC" => decrypt_cbc::<TdesEde3>(&iv, passphrase, &mut buffer),
        other => Err(Locked::Unsupported(other.to_owned())),
    }?;
    buffer.truncate(length);
    Ok(buffer)
}

fn decrypt_cbc<Cipher>(iv: &[u8], passphrase: &str, buffer: &mut [u8]) -> Result<usize, Locked>
where
    Cipher: BlockCipher + BlockDecryptMut + KeyInit,
{
    let salt = iv.first_chunk().ok_or(Locked::Malformed)?;
    let key = derive_key(passphrase, salt, Cipher::key_size());
    cbc::Decryptor::<Cipher>::new_from_slices(&key, iv)
        .map_err(|_| Locked::Malformed)?
        .decrypt_padded_mut::<Pkcs7>(buffer)
        .map(<[u8]>::len)
        .map_err(|_| Locked::WrongPassphrase)
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
