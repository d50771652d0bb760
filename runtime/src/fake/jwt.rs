//! Signed tokens that a client sends, read and verified with another library than it signs with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::aws_lc;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// A signed token, taken apart (RFC 7515 §3.1).
pub(super) struct Jwt<'t> {
    pub(super) header: Value,
    pub(super) claims: Value,
    message: &'t str,
    signature: &'t str,
}

impl<'t> Jwt<'t> {
    /// Takes a text apart.
    pub(super) fn of(text: &'t str) -> Result<Self, &'static str> {
        let parts = || {
            let (message, signature) = text.rsplit_once('.')?;
            let (header, claims) = message.split_once('.')?;
            Some((message, header, claims, signature))
        };
        let (message, header, claims, signature) = parts().ok_or("the JWT has no three parts")?;
        Ok(Self {
            header: object(header).ok_or("the header of the JWT is no JSON")?,
            claims: object(claims).ok_or("the claims of the JWT are no JSON")?,
            message,
            signature,
        })
    }

    /// Whether the signature is one by this key.
    pub(super) fn is_signed(&self, algorithm: Algorithm, key: &DecodingKey) -> bool {
        let factory = aws_lc::DEFAULT_PROVIDER.verifier_factory;
        let signature = URL_SAFE_NO_PAD.decode(self.signature).ok();
        let verifier = factory(&algorithm, key).ok();
        signature
            .zip(verifier)
            .is_some_and(|(signature, verifier)| {
                verifier.verify(self.message.as_bytes(), &signature).is_ok()
            })
    }
}

fn object(part: &str) -> Option<Value> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}
