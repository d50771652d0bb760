//! Private keys in PEM (RFC 1421, RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

#[cfg(feature = "encrypted-secret")]
mod encrypted;

#[cfg(feature = "encrypted-secret")]
pub(crate) use encrypted::Locked;

/// One block of a PEM text (RFC 1421). The stricter RFC 7468 knows no headers, and so no encrypted
/// key in the traditional form.
pub(crate) struct Pem<'a> {
    pub(crate) label: &'a str,
    /// How the block is encrypted, in the traditional form (RFC 1421 §4.6.1.3).
    pub(crate) dek_info: Option<&'a str>,
    pub(crate) der: Zeroizing<Vec<u8>>,
}

impl<'a> Pem<'a> {
    /// The first private key. Passes over certificates, public keys and plain text.
    pub(crate) fn private_key(text: &'a str) -> Option<Self> {
        Self::all(text).find(|block| block.label.ends_with("PRIVATE KEY"))
    }

    /// Every block that can be read.
    pub(crate) fn all(text: &'a str) -> impl Iterator<Item = Self> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (label, block) = rest.split_once("-----BEGIN ")?.1.split_once("-----")?;
            let (body, after) = block.split_once("-----END ")?;
            rest = after;
            Some((label, body))
        })
        .filter_map(|(label, body)| Self::read(label, body))
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

    /// Whether a passphrase opens it.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.dek_info.is_some() || self.label.starts_with("ENCRYPTED")
    }
}

/// Base64 with line breaks and other white space in it. No copy stays behind.
pub(crate) fn decode_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    compact.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    STANDARD.decode(&*compact).ok().map(Zeroizing::new)
}
