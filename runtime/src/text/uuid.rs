//! Random UUIDs (RFC 9562).

use std::fmt::Write as _;

/// A random UUID (RFC 9562 §5.4), in lower case with hyphens (§4).
///
/// # Errors
///
/// When the operating system has no randomness to give.
pub(crate) fn random_uuid() -> Result<String, getrandom::Error> {
    let mut octets = [0; 16];
    getrandom::fill(&mut octets)?;
    Ok(uuid_of(octets))
}

/// The octets with the version and the variant in their places.
fn uuid_of(mut octets: [u8; 16]) -> String {
    octets[6] = octets[6] & 0x0f | 0x40;
    octets[8] = octets[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, octet) in octets.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing into a text cannot fail.
        let _ = write!(text, "{octet:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_variant_have_their_places() {
        assert_eq!(uuid_of([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_of([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_ne!(random_uuid().unwrap(), random_uuid().unwrap());
    }
}
