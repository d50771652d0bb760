//! Randomness, the PKCE challenge (RFC 7636), and comparison in constant time.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// 32 octets make a verifier of 43 characters, the least that RFC 7636 §4.1 allows and
/// what it recommends, and a state far beyond the 128 bits of RFC 6749 §10.10.
const RANDOM_OCTETS: usize = 32;

/// An unguessable text of 43 base64url characters, for a state or a PKCE verifier.
///
/// # Errors
///
/// When the operating system has no randomness to give.
pub(crate) fn random_text() -> Result<Secret, getrandom::Error> {
    let mut octets = Zeroizing::new([0; RANDOM_OCTETS]);
    getrandom::fill(octets.as_mut_slice())?;
    Ok(Secret::from(base64url(octets.as_slice())))
}

/// The `code_challenge` of method `S256` (RFC 7636 §4.2).
pub(crate) fn s256_challenge(verifier: &str) -> String {
    base64url(&hmac_sha256::Hash::hash(verifier.as_bytes()))
}

/// Base64url without padding (RFC 7636 appendix A).
pub(crate) fn base64url(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// Whether both are the same, in a time that depends on their lengths alone.
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    // Without black_box the compiler may leave the loop at the first difference.
    let differences = left
        .iter()
        .zip(right)
        .fold(0, |differences, (left, right)| {
            black_box(differences | (left ^ right))
        });
    left.len() == right.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn a05_the_challenge_of_the_rfc() {
        assert_eq!(
            s256_challenge(VERIFIER),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a06_a_thousand_verifiers_are_well_formed_and_differ() {
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let verifier = random_text().unwrap().expose().to_owned();
            assert_eq!(verifier.len(), 43);
            assert!(
                verifier
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
            );
            assert!(seen.insert(verifier));
        }
    }

    #[test]
    fn a08_the_octets_of_the_rfc() {
        let octets = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        assert_eq!(base64url(&octets), VERIFIER);
    }

    #[test]
    fn constant_time_equality_is_equality() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"state", b"state"));
        assert!(!constant_time_eq(b"state", b"stats"));
        assert!(!constant_time_eq(b"state", b"state2"));
        assert!(!constant_time_eq(b"", b"state"));
    }
}
