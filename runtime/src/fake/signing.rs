//! The fake's own keys. It signs with another library than the client verifies with.

use std::sync::{Mutex, OnceLock, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::provider::SigningAlgorithm;

/// The keys of one generation. Making them takes a while, so all fakes of a process share them.
struct Keys {
    rsa: OnceLock<KeyPair>,
    p256: OnceLock<EcdsaKeyPair>,
    p384: OnceLock<EcdsaKeyPair>,
    ed25519: OnceLock<Ed25519KeyPair>,
}

/// How many generations there are: a rotation more begins anew.
const GENERATIONS: usize = 4;

static KEYS: [Keys; GENERATIONS] = [const { Keys::new() }; GENERATIONS];

/// One key is made at a time.
static MAKING: Mutex<()> = Mutex::new(());

impl Keys {
    const fn new() -> Self {
        Self {
            rsa: OnceLock::new(),
            p256: OnceLock::new(),
            p384: OnceLock::new(),
            ed25519: OnceLock::new(),
        }
    }

    fn of(generation: usize) -> &'static Self {
        &KEYS[generation % GENERATIONS]
    }

    fn rsa(&self) -> Option<&KeyPair> {
        made(&self.rsa, || KeyPair::generate(KeySize::Rsa2048).ok())
    }

    fn ec(&self, algorithm: SigningAlgorithm) -> Option<&EcdsaKeyPair> {
        let (place, curve): (_, &'static EcdsaSigningAlgorithm) = match algorithm {
            SigningAlgorithm::Es384 => (&self.p384, &ECDSA_P384_SHA384_FIXED_SIGNING),
            _ => (&self.p256, &ECDSA_P256_SHA256_FIXED_SIGNING),
        };
        made(place, || EcdsaKeyPair::generate(curve).ok())
    }

    fn ed25519(&self) -> Option<&Ed25519KeyPair> {
        made(&self.ed25519, || Ed25519KeyPair::generate().ok())
    }
}

fn made<T>(place: &OnceLock<T>, make: impl FnOnce() -> Option<T>) -> Option<&T> {
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if place.get().is_none() {
        let _ = place.set(make()?);
    }
    place.get()
}

/// The name of a key.
pub(super) fn key_id(algorithm: SigningAlgorithm, generation: usize) -> String {
    format!("fake-{}-{generation}", algorithm.word().to_lowercase())
}

/// The published keys (RFC 7517 §5) of these algorithms.
pub(super) fn published(algorithms: &[SigningAlgorithm], generation: usize) -> Value {
    let usual = [SigningAlgorithm::Rs256];
    let algorithms = match algorithms {
        [] => &usual,
        algorithms => algorithms,
    };
    let keys = algorithms.iter();
    let keys: Vec<_> = keys
        .filter_map(|algorithm| public(*algorithm, generation))
        .collect();
    json!({ "keys": keys })
}

fn public(algorithm: SigningAlgorithm, generation: usize) -> Option<Value> {
    let keys = Keys::of(generation);
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let mut key = match algorithm {
        SigningAlgorithm::Rs256
        | SigningAlgorithm::Rs384
        | SigningAlgorithm::Rs512
        | SigningAlgorithm::Ps256
        | SigningAlgorithm::Ps384
        | SigningAlgorithm::Ps512 => {
            let public = PublicKeyComponents::<Vec<u8>>::from(keys.rsa()?.public_key());
            json!({ "kty": "RSA", "n": encoded(&public.n), "e": encoded(&public.e) })
        }
        SigningAlgorithm::Es256 | SigningAlgorithm::Es384 => {
            // 4, x, y: SEC 1 §2.3.3.
            let point = keys.ec(algorithm)?.public_key().as_ref();
            let (x, y) = point.get(1..)?.split_at(point.len() / 2);
            let curve = match algorithm {
                SigningAlgorithm::Es384 => "P-384",
                _ => "P-256",
            };
            json!({ "kty": "EC", "crv": curve, "x": encoded(x), "y": encoded(y) })
        }
        SigningAlgorithm::EdDsa => {
            let public = keys.ed25519()?.public_key().as_ref();
            json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(public) })
        }
        SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512 => return None,
    };
    key["kid"] = json!(key_id(algorithm, generation));
    key["use"] = json!("sig");
    Some(key)
}

/// The signature of a message, with a key of this generation or the client's secret.
pub(super) fn sign(
    message: &[u8],
    algorithm: SigningAlgorithm,
    generation: usize,
    secret: &str,
) -> Option<Vec<u8>> {
    let keys = Keys::of(generation);
    let rsa = |encoding: &'static dyn RsaEncoding| {
        let key = keys.rsa()?;
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(encoding, &SystemRandom::new(), message, &mut signature)
            .ok()?;
        Some(signature)
    };
    let ec = || {
        let random: &dyn rand::SecureRandom = &SystemRandom::new();
        let signature = keys.ec(algorithm)?.sign(random, message).ok()?;
        Some(signature.as_ref().to_vec())
    };
    let by_secret = |of: hmac::Algorithm| {
        let key = hmac::Key::new(of, secret.as_bytes());
        Some(hmac::sign(&key, message).as_ref().to_vec())
    };
    match algorithm {
        SigningAlgorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
        SigningAlgorithm::Rs384 => rsa(&RSA_PKCS1_SHA384),
        SigningAlgorithm::Rs512 => rsa(&RSA_PKCS1_SHA512),
        SigningAlgorithm::Ps256 => rsa(&RSA_PSS_SHA256),
        SigningAlgorithm::Ps384 => rsa(&RSA_PSS_SHA384),
        SigningAlgorithm::Ps512 => rsa(&RSA_PSS_SHA512),
        SigningAlgorithm::Es256 | SigningAlgorithm::Es384 => ec(),
        SigningAlgorithm::EdDsa => Some(keys.ed25519()?.sign(message).as_ref().to_vec()),
        SigningAlgorithm::Hs256 => by_secret(hmac::HMAC_SHA256),
        SigningAlgorithm::Hs384 => by_secret(hmac::HMAC_SHA384),
        SigningAlgorithm::Hs512 => by_secret(hmac::HMAC_SHA512),
    }
}
