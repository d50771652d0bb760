//! Keyed hashes, written from RFC 2104: the client uses a library for them. And hashes as they are sent.

use std::fmt::Write as _;

use hmac_sha256::Hash;

/// The octets that SHA-256 takes at a time.
const BLOCK: usize = 64;

/// HMAC-SHA256 in hexadecimal digits.
pub(super) fn hmac_sha256(key: &[u8], message: &[u8]) -> String {
    let mut block = [0; BLOCK];
    match key.len() > BLOCK {
        true => block[..32].copy_from_slice(&Hash::hash(key)),
        false => block[..key.len()].copy_from_slice(key),
    }
    let inner = Hash::hash(&[&block.map(|octet| octet ^ 0x36), message].concat());
    let outer = Hash::hash(&[&block.map(|octet| octet ^ 0x5c)[..], &inner].concat());
    hexadecimal(&outer)
}

/// Two lower-case digits an octet.
pub(super) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        let _ = write!(digits, "{octet:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 §4.2, §4.3 and §4.7.
    #[test]
    fn hashes_are_those_of_the_rfc() {
        for (key, message, expected) in [
            (
                &[0x0b; 20][..],
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            assert_eq!(hmac_sha256(key, message.as_bytes()), expected);
        }
    }
}
