//! The keys with which a provider signs (RFC 7517), and how long they are kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey, crypto::aws_lc};

use crate::error::Error;
use crate::provider::SigningAlgorithm;
use crate::text::json::Json;
use crate::text::secret::Secret;

/// How long keys are used without asking again.
const FRESH: Duration = Duration::from_secs(3600);

/// How long keys are used while the provider cannot be asked.
const USABLE: Duration = Duration::from_secs(24 * 3600);

/// How long to wait before keys are asked for again, so that tokens that anyone can make up cause no
/// requests.
pub(crate) const PAUSE: Duration = Duration::from_secs(60);

/// The most keys that are read. Providers publish a handful.
const MOST_KEYS: usize = 100;

/// The most keys that are tried for a token that names none.
const MOST_TRIED: usize = 10;

/// The keys of a provider.
#[derive(Default)]
pub(crate) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    kind: Kind,
    /// The one algorithm that it is for, if it says so.
    algorithm: Option<String>,
    key: DecodingKey,
}

/// What a key can be used with: a key of one kind never verifies a signature of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Kind {
    fn of(algorithm: SigningAlgorithm) -> Option<Self> {
        match algorithm {
            SigningAlgorithm::Rs256
            | SigningAlgorithm::Rs384
            | SigningAlgorithm::Rs512
            | SigningAlgorithm::Ps256
            | SigningAlgorithm::Ps384
            | SigningAlgorithm::Ps512 => Some(Self::Rsa),
            SigningAlgorithm::Es256 => Some(Self::P256),
            SigningAlgorithm::Es384 => Some(Self::P384),
            SigningAlgorithm::EdDsa => Some(Self::Ed25519),
            // The client secret is their key, and no published one.
            SigningAlgorithm::Hs256 | SigningAlgorithm::Hs384 | SigningAlgorithm::Hs512 => None,
        }
    }
}

impl Keys {
    /// Reads a JWK set (RFC 7517 §5), or `None` if this is none. A key that cannot be used is
    /// skipped: one bad key does not make the others useless.
    pub(crate) fn read(set: &Json) -> Option<Self> {
        let keys = set.get("keys")?.as_array()?;
        Some(Self(
            keys.iter().take(MOST_KEYS).filter_map(Key::read).collect(),
        ))
    }

    /// The keys that may have made a signature: those of the algorithm's kind, and only the one that
    /// the token names if it names one.
    fn candidates(
        &self,
        id: Option<&str>,
        algorithm: SigningAlgorithm,
    ) -> impl Iterator<Item = &Key> {
        let kind = Kind::of(algorithm);
        let fits = move |key: &&Key| {
            let is_named = match (id, &key.id) {
                (Some(id), Some(known)) => id == known,
                // A set of one key may leave its name out.
                (Some(_), None) | (None, _) => true,
            };
            let mut own = key.algorithm.iter();
            Some(key.kind) == kind && is_named && own.all(|own| own == algorithm.word())
        };
        self.0.iter().filter(fits).take(MOST_TRIED)
    }

    pub(crate) fn has(&self, id: Option<&str>, algorithm: SigningAlgorithm) -> bool {
        self.candidates(id, algorithm).next().is_some()
    }

    /// Whether one of the keys has made this signature of a token in compact form.
    pub(crate) fn verify(
        &self,
        token: &str,
        id: Option<&str>,
        algorithm: SigningAlgorithm,
    ) -> bool {
        let mut candidates = self.candidates(id, algorithm);
        candidates.any(|key| is_signed(token, &key.key, algorithm))
    }
}

impl Key {
    fn read(jwk: &Json) -> Option<Self> {
        let text = |name| jwk.get(name).and_then(Json::as_str);
        // A key for encryption verifies nothing (RFC 7517 §4.2).
        if text("use").is_some_and(|used| used != "sig") {
            return None;
        }
        let (kind, key) = match (text("kty")?, text("crv")) {
            ("RSA", _) => (
                Kind::Rsa,
                DecodingKey::from_rsa_components(text("n")?, text("e")?),
            ),
            ("EC", Some("P-256")) => (
                Kind::P256,
                DecodingKey::from_ec_components(text("x")?, text("y")?),
            ),
            ("EC", Some("P-384")) => (
                Kind::P384,
                DecodingKey::from_ec_components(text("x")?, text("y")?),
            ),
            ("OKP", Some("Ed25519")) => {
                (Kind::Ed25519, DecodingKey::from_ed_components(text("x")?))
            }
            _ => return None,
        };
        Some(Self {
            id: text("kid").map(str::to_owned),
            kind,
            algorithm: text("alg").map(str::to_owned),
            key: key.ok()?,
        })
    }
}

/// Whether the client secret has made this signature (OpenID Connect Core §10.1).
pub(crate) fn is_signed_by_secret(
    token: &str,
    secret: &Secret,
    algorithm: SigningAlgorithm,
) -> bool {
    match (
        Kind::of(algorithm),
        DecodingKey::from_secret(secret.expose().as_bytes()),
    ) {
        (None, Ok(key)) => is_signed(token, &key, algorithm),
        _ => false,
    }
}

fn is_signed(token: &str, key: &DecodingKey, algorithm: SigningAlgorithm) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let Some((message, signature)) = token.rsplit_once('.') else {
        return false;
    };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    // Another crate of the program may have chosen another default.
    let verifier = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&of_jose(algorithm), key);
    verifier.is_ok_and(|verifier| verifier.verify(message.as_bytes(), &signature).is_ok())
}

fn of_jose(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Rs384 => Algorithm::RS384,
        SigningAlgorithm::Rs512 => Algorithm::RS512,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Ps384 => Algorithm::PS384,
        SigningAlgorithm::Ps512 => Algorithm::PS512,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Es384 => Algorithm::ES384,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        SigningAlgorithm::Hs256 => Algorithm::HS256,
        SigningAlgorithm::Hs384 => Algorithm::HS384,
        SigningAlgorithm::Hs512 => Algorithm::HS512,
    }
}

/// The keys of a client's provider, as they were when they were last asked for.
#[derive(Default)]
pub(crate) struct KeyCache {
    kept: Mutex<Kept>,
    /// Whose turn it is to ask for the first keys. Many tokens may come at once, and one request is for
    /// all of them.
    turn: tokio::sync::Mutex<()>,
    /// The same among threads that wait. A thread that waited for a task of its own runtime would wait
    /// for ever.
    turn_of_threads: Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: Arc<Keys>,
    read_at: Option<Instant>,
    /// When they were asked for again.
    asked_at: Option<Instant>,
    /// When they were asked for in vain, and why.
    failed: Option<(Instant, Error)>,
}

/// What to do about a token.
pub(crate) enum Advice {
    /// Verify it with these keys.
    Use(Arc<Keys>),
    /// Ask for the keys; if that fails, these may do.
    Ask(Option<Arc<Keys>>),
    /// Ask for the first keys, in turn.
    AskFirst,
    /// Do not ask again yet for what failed like this.
    Wait(Error),
}

impl KeyCache {
    /// What to do about a token that names this key. Where the first keys were asked for in vain since
    /// then, it is in vain for this token as well.
    pub(crate) fn advice(
        &self,
        id: Option<&str>,
        algorithm: SigningAlgorithm,
        since: Instant,
        now: Instant,
    ) -> Advice {
        let mut kept = self.kept();
        let within = |at: Option<Instant>, limit| {
            at.is_some_and(|at| now.saturating_duration_since(at) < limit)
        };
        let has_key = kept.keys.has(id, algorithm);
        let is_fresh = within(kept.read_at, FRESH);
        let is_paused = within(kept.asked_at, PAUSE);
        let usable = within(kept.read_at, USABLE).then(|| Arc::clone(&kept.keys));
        match usable {
            None => match &kept.failed {
                Some((at, error)) if *at >= since => Advice::Wait(error.clone()),
                _ => Advice::AskFirst,
            },
            Some(keys) if is_paused || is_fresh && has_key => Advice::Use(keys),
            Some(keys) => {
                kept.asked_at = Some(now);
                Advice::Ask(has_key.then_some(keys))
            }
        }
    }

    pub(crate) fn keep(&self, keys: Keys, now: Instant) -> Arc<Keys> {
        let keys = Arc::new(keys);
        let mut kept = self.kept();
        kept.keys = Arc::clone(&keys);
        kept.read_at = Some(now);
        keys
    }

    /// Notes that the keys were asked for in vain.
    pub(crate) fn failed(&self, error: &Error, now: Instant) {
        self.kept().failed = Some((now, error.clone()));
    }

    /// Waits until nobody else asks for the first keys.
    pub(crate) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The same on this thread.
    pub(crate) fn turn_blocking(&self) -> MutexGuard<'_, ()> {
        let turn = self.turn_of_threads.lock();
        turn.unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
