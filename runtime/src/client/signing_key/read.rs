//! From DER and JSON to a key.

use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rsa::{self, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::{Key, SigningKeyError};
use crate::provider::SigningAlgorithm;
use crate::text::json::Json;

/// Reads what a block of PEM with this label holds.
pub(super) fn der(label: &str, der: &[u8]) -> Result<Key, SigningKeyError> {
    let mut is_too_small = false;
    let mut of_rsa = |read: Result<rsa::KeyPair, KeyRejected>| match read {
        Ok(pair) => Some(Key::Rsa(Box::new(pair))),
        Err(rejected) => {
            is_too_small |= rejected.to_string() == "TooSmall";
            None
        }
    };
    let key = match label {
        "RSA PRIVATE KEY" => of_rsa(rsa::KeyPair::from_der(der)),
        "EC PRIVATE KEY" => of_curve(der, EcdsaKeyPair::from_private_key_der),
        // Which kind of key PKCS#8 holds is said in it, and one that is none of these is refused.
        "PRIVATE KEY" => of_rsa(rsa::KeyPair::from_pkcs8(der))
            .or_else(|| of_curve(der, EcdsaKeyPair::from_pkcs8))
            .or_else(|| {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
                Some(Key::Ed25519(Box::new(pair)))
            }),
        _ => None,
    };
    key.ok_or(match is_too_small {
        true => SigningKeyError::TooSmall,
        false => SigningKeyError::UnsupportedKey,
    })
}

type ReadCurve = fn(&'static EcdsaSigningAlgorithm, &[u8]) -> Result<EcdsaKeyPair, KeyRejected>;

fn of_curve(der: &[u8], read: ReadCurve) -> Option<Key> {
    let p256 = || read(&ECDSA_P256_SHA256_FIXED_SIGNING, der).ok();
    let p384 = || read(&ECDSA_P384_SHA384_FIXED_SIGNING, der).ok();
    let p256 = p256().map(|pair| Key::P256(Box::new(pair)));
    p256.or_else(|| p384().map(|pair| Key::P384(Box::new(pair))))
}

/// A private key in JSON.
pub(super) struct Jwk {
    pub(super) key: Key,
    pub(super) algorithm: Option<SigningAlgorithm>,
    pub(super) id: Option<String>,
    pub(super) thumbprint: Option<String>,
}

/// Octets that are overwritten on drop.
type Octets = Zeroizing<Vec<u8>>;

pub(super) fn jwk(text: &str) -> Result<Jwk, SigningKeyError> {
    let wrong = |reason| SigningKeyError::NotJwk { reason };
    let jwk = Json::parse(text.as_bytes()).map_err(|_| wrong("it is no JSON"))?;
    let member = |name| jwk.get(name).and_then(Json::as_str);
    let octets = |name| -> Option<Octets> {
        let decoded = URL_SAFE_NO_PAD.decode(member(name)?).ok()?;
        Some(Zeroizing::new(decoded))
    };
    let kind = member("kty").ok_or(wrong("`kty` is missing"))?;
    if member("d").is_none() {
        return Err(wrong("`d` is missing, so it is a public key"));
    }
    let key = match (kind, member("crv")) {
        ("RSA", _) => {
            let key = of_rsa(&octets);
            key.ok_or(wrong(
                "`n`, `e`, `d`, `p`, `q`, `dp`, `dq` and `qi` make no key",
            ))
        }
        ("EC", Some("P-256")) => {
            let key = of_point(&ECDSA_P256_SHA256_FIXED_SIGNING, 32, &octets);
            key.map(Key::P256)
                .ok_or(wrong("`d`, `x` and `y` make no key"))
        }
        ("EC", Some("P-384")) => {
            let key = of_point(&ECDSA_P384_SHA384_FIXED_SIGNING, 48, &octets);
            key.map(Key::P384)
                .ok_or(wrong("`d`, `x` and `y` make no key"))
        }
        ("OKP", Some("Ed25519")) => {
            let key = of_seed(&octets);
            key.ok_or(wrong("`d` and `x` make no key"))
        }
        _ => Err(SigningKeyError::UnsupportedKey),
    }?;
    let algorithm = match member("alg") {
        None => None,
        Some(word) => {
            let known = SigningAlgorithm::from_word(word);
            Some(known.ok_or(wrong("`alg` is not known"))?)
        }
    };
    Ok(Jwk {
        key,
        algorithm,
        id: member("kid").map(str::to_owned),
        thumbprint: member("x5t#S256").map(str::to_owned),
    })
}

fn of_rsa(octets: &impl Fn(&'static str) -> Option<Octets>) -> Option<Key> {
    let components = KeyPairComponents::<Vec<u8>, Octets> {
        public_key: PublicKeyComponents {
            n: octets("n")?.to_vec(),
            e: octets("e")?.to_vec(),
        },
        d: octets("d")?,
        p: octets("p")?,
        q: octets("q")?,
        dP: octets("dp")?,
        dQ: octets("dq")?,
        qInv: octets("qi")?,
    };
    let pair = rsa::KeyPair::from_components(&components).ok()?;
    Some(Key::Rsa(Box::new(pair)))
}

fn of_point(
    curve: &'static EcdsaSigningAlgorithm,
    length: usize,
    octets: &impl Fn(&'static str) -> Option<Octets>,
) -> Option<Box<EcdsaKeyPair>> {
    let (x, y) = (octets("x")?, octets("y")?);
    // RFC 7518 §6.2.1.2: of the curve's length, zeros included.
    if x.len() != length || y.len() != length {
        return None;
    }
    let point = [&[4][..], &x, &y].concat();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, &octets("d")?, &point);
    pair.ok().map(Box::new)
}

fn of_seed(octets: &impl Fn(&'static str) -> Option<Octets>) -> Option<Key> {
    let pair = Ed25519KeyPair::from_seed_and_public_key(&octets("d")?, &octets("x")?);
    pair.ok().map(|pair| Key::Ed25519(Box::new(pair)))
}

pub(super) fn generate(algorithm: SigningAlgorithm) -> Option<Key> {
    let of_curve = |curve| EcdsaKeyPair::generate(curve).ok().map(Box::new);
    match algorithm {
        SigningAlgorithm::Rs256
        | SigningAlgorithm::Rs384
        | SigningAlgorithm::Rs512
        | SigningAlgorithm::Ps256
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512 => {
            let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).ok()?;
            Some(Key::Rsa(Box::new(pair)))
        }
        SigningAlgorithm::Es256 => of_curve(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Key::P256),
        SigningAlgorithm::Es384 => of_curve(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Key::P384),
        SigningAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::generate().ok()?;
            Some(Key::Ed25519(Box::new(pair)))
        }
        SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512 => None,
    }
}
