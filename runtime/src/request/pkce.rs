//! Randomness, the PKCE challenge (RFC 7636), and comparison in constant time.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::provider::ChallengeMethod;
use crate::text::hexadecimal::hexadecimal;
use crate::text::secret::Secret;

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

/// The fewest characters of base64url that carry the 128 bits of RFC 6749 §10.10.
const SHORTEST_STATE: usize = 22;

/// What [`RANDOM_OCTETS`] are in base64url.
const LONGEST_STATE: usize = 43;

/// An unguessable state, cut to the most characters that a provider takes. Six bits go with each
/// character, and what is left is as random as before.
///
/// # Errors
///
/// When the operating system has no randomness to give, and where the provider leaves no room for
/// 128 bits.
pub(crate) fn random_state(max_length: Option<u64>) -> Result<Secret, StateError> {
    let length = max_length.map_or(usize::MAX, |length| {
        usize::try_from(length).unwrap_or(usize::MAX)
    });
    if length < SHORTEST_STATE {
        return Err(StateError::TooShort);
    }
    let state = random_text().map_err(|_| StateError::NoRandomness)?;
    match state.expose().get(..length) {
        Some(cut) => Ok(Secret::from(cut)),
        None => Ok(state),
    }
}

/// Whether a text can be a state of [`random_state`].
pub(crate) fn is_state(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (SHORTEST_STATE..=LONGEST_STATE).contains(&text.len()) && text.bytes().all(is_base64url)
}

/// Whether a text is a code verifier (RFC 7636 §4.1).
pub(crate) fn is_code_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Why there is no state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StateError {
    NoRandomness,
    TooShort,
}

/// The `code_challenge` of a verifier and its `code_challenge_method` (RFC 7636 §4.2, §4.3).
pub(crate) fn code_challenge(
    challenge: ChallengeMethod,
    verifier: &str,
) -> (Cow<'_, str>, &'static str) {
    match challenge {
        ChallengeMethod::S256 => (s256(verifier, base64url), "S256"),
        ChallengeMethod::S256Hex => (s256(verifier, hexadecimal), "S256"),
        ChallengeMethod::Plain => (Cow::Borrowed(verifier), "plain"),
    }
}

fn s256(verifier: &str, encode: fn(&[u8]) -> String) -> Cow<'static, str> {
    Cow::Owned(encode(&hmac_sha256::Hash::hash(verifier.as_bytes())))
}

/// Base64url without padding (RFC 7636 appendix A).
pub(crate) fn base64url(octets: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn a05_the_challenge_of_the_rfc() {
        let (challenge, method) = code_challenge(ChallengeMethod::S256, VERIFIER);
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(method, "S256");
    }

    #[test]
    fn the_same_hash_in_hexadecimal_digits() {
        let (challenge, method) = code_challenge(ChallengeMethod::S256Hex, VERIFIER);
        assert_eq!(
            challenge,
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
        );
        assert_eq!(method, "S256");
    }

    #[test]
    fn a_plain_challenge_is_the_verifier() {
        assert_eq!(
            code_challenge(ChallengeMethod::Plain, VERIFIER),
            (Cow::Borrowed(VERIFIER), "plain")
        );
    }

    #[test]
    fn a_state_is_as_long_as_the_provider_takes() {
        let length = |max_length| random_state(max_length).map(|state| state.expose().len());
        assert_eq!(length(None), Ok(43));
        assert_eq!(length(Some(128)), Ok(43));
        assert_eq!(length(Some(43)), Ok(43));
        assert_eq!(length(Some(32)), Ok(32));
        assert_eq!(length(Some(22)), Ok(22));
        assert_eq!(length(Some(21)), Err(StateError::TooShort));
        assert_eq!(length(Some(0)), Err(StateError::TooShort));
    }

    #[test]
    fn states_and_verifiers_have_their_alphabet_and_their_length() {
        assert!(is_state(random_state(None).unwrap().expose()));
        assert!(is_state(random_state(Some(22)).unwrap().expose()));
        for wrong in [
            "a".repeat(21),
            "a".repeat(44),
            format!("{}.", "a".repeat(22)),
            format!("{} ", "a".repeat(22)),
            format!("{}ä", "a".repeat(22)),
            String::new(),
        ] {
            assert!(!is_state(&wrong), "{wrong}");
        }
        assert!(is_code_verifier(random_text().unwrap().expose()));
        assert!(is_code_verifier(VERIFIER));
        assert!(is_code_verifier(&"-._~09azAZ".repeat(12)));
        assert!(is_code_verifier(&"a".repeat(128)));
        for wrong in [
            "a".repeat(42),
            "a".repeat(129),
            format!("{}+", "a".repeat(43)),
            format!("{}=", "a".repeat(43)),
            format!("{}\n", "a".repeat(43)),
            format!("{}ä", "a".repeat(43)),
            String::new(),
        ] {
            assert!(!is_code_verifier(&wrong), "{wrong}");
        }
    }

    #[test]
    fn short_states_differ() {
        let states: HashSet<_> = (0..1000)
            .map(|_| random_state(Some(22)).unwrap().expose().to_owned())
            .collect();
        assert_eq!(states.len(), 1000);
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
}
