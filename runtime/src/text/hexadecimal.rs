//! Octets in hexadecimal digits.

/// Two lower-case digits an octet.
pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    // Of its full length at once, so that no copy of a secret stays in freed memory.
    let mut digits = String::with_capacity(2 * octets.len());
    for octet in octets {
        digits.extend([digit(octet >> 4), digit(octet & 0xF)]);
    }
    digits
}
