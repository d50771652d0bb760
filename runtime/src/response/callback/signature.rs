//! Callbacks that are signed with the client's secret.

use hmac_sha256::HMAC;
use zeroize::Zeroizing;

use crate::text::hexadecimal::hexadecimal;
use crate::text::secret::Secret;
use crate::text::secret::constant_time_eq;

/// The parameter that carries the signature.
pub(super) const PARAMETER: &str = "hmac";

/// Whether the signature is that of the other pairs: HMAC-SHA256 (RFC 2104) in hexadecimal digits
/// over them as they are decoded, sorted by name and joined by `=` and `&`.
pub(super) fn is_right(pairs: &[(String, Secret)], client_secret: &Secret) -> bool {
    let Some((_, signature)) = pairs.iter().find(|(name, _)| name == PARAMETER) else {
        return false;
    };
    let mut signed: Vec<_> = pairs.iter().filter(|(name, _)| name != PARAMETER).collect();
    signed.sort_by(|(left, _), (right, _)| left.cmp(right));
    // Enough for all pairs, so that no copy of the code stays in freed memory.
    let lengths = signed
        .iter()
        .map(|(name, value)| name.len() + value.expose().len() + 2);
    let mut message = Zeroizing::new(String::with_capacity(lengths.sum()));
    for (name, value) in signed {
        if !message.is_empty() {
            message.push('&');
        }
        message.push_str(name);
        message.push('=');
        message.push_str(value.expose());
    }
    let expected = HMAC::mac(message.as_bytes(), client_secret.expose().as_bytes());
    let signature = signature.expose().to_ascii_lowercase();
    constant_time_eq(hexadecimal(&expected).as_bytes(), signature.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The signatures were made with Python's `hmac` and the key `hush`.
    fn is_right_for(pairs: &[(&str, &str)]) -> bool {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Secret::from(*value)));
        is_right(&pairs.collect::<Vec<_>>(), &Secret::from("hush"))
    }

    #[test]
    fn the_pairs_are_signed_decoded_and_sorted() {
        let signature = "111e982becc79cfb0143c149157dc9dedd711d0e5d84949f969c8bd08b232eb1";
        let upper = signature.to_uppercase();
        for signature in [signature, &upper] {
            assert!(is_right_for(&[
                ("timestamp", "1337178173"),
                ("state", "xyz"),
                ("hmac", signature),
                ("shop", "ä.example"),
                ("code", "a b"),
            ]));
        }
        assert!(!is_right_for(&[
            ("timestamp", "1337178174"),
            ("state", "xyz"),
            ("hmac", signature),
            ("shop", "ä.example"),
            ("code", "a b"),
        ]));
    }

    #[test]
    fn a_missing_or_cut_signature_is_wrong() {
        assert!(!is_right_for(&[("code", "a")]));
        assert!(!is_right_for(&[("code", "a"), ("hmac", "")]));
        assert!(!is_right_for(&[("hmac", "111e982becc79cfb")]));
        assert!(!is_right_for(&[("code", "a"), ("hmac", "é")]));
    }
}
