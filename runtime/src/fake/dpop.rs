//! Proofs of possession (DPoP, RFC 9449), verified with another library than the client signs with.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac_sha256::Hash;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use crate::fake::answer::Answer;
use crate::fake::jwt::Jwt;
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::Request;
use crate::fake::store::Kept;
use crate::provider::{DpopStatus, SigningAlgorithm};

/// The header that carries a proof.
const HEADER: &str = "dpop";

/// The scheme of a token that is bound to a key.
const SCHEME: &str = "DPoP ";

/// How old or how early a proof may be, in seconds.
const TOLERANCE: u64 = 60;

/// What the fake remembers of proofs.
#[derive(Default)]
pub(super) struct Proofs {
    /// Which nonce the endpoints ask for, and which the API, if any.
    nonces: Option<[String; 2]>,
    /// The ids of proofs that were used (RFC 9449 §11.1).
    used: Kept<String, ()>,
}

/// Who asks for a proof.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verifier {
    Endpoints,
    Api,
}

fn refused(reason: impl Into<String>) -> Refusal {
    Refusal::new("invalid_dpop_proof", reason).about(HEADER)
}

impl Provider {
    /// Asks for nonces from now on, other ones than before, or for none.
    pub(super) fn demand_nonces(&mut self, is_demanded: bool) {
        let mut nonce = || self.store.secret("nonce");
        self.proofs.nonces = is_demanded.then(|| [nonce(), nonce()]);
    }

    /// The nonce that an answer to a refusal brings.
    pub(super) fn nonce(&self, verifier: Verifier) -> Option<&str> {
        let [endpoints, api] = self.proofs.nonces.as_ref()?;
        Some(match verifier {
            Verifier::Endpoints => endpoints,
            Verifier::Api => api,
        })
    }

    /// The thumbprint of the key that a token request proves to hold, if it proves any.
    pub(super) fn token_proof(&mut self, request: &Request) -> Result<Option<String>, Refusal> {
        let Some(rules) = &self.description.dpop else {
            return Ok(None);
        };
        match (request.headers.contains_key(HEADER), rules.status) {
            (true, _) => self.proof(request, None, Verifier::Endpoints).map(Some),
            (false, DpopStatus::Required) => Err(refused("the proof is missing")),
            (false, DpopStatus::Supported) => Ok(None),
        }
    }

    /// Checks the proof of a call with a token that says that it is bound to a key.
    pub(super) fn check_call(&mut self, request: &Request) -> Result<(), Refusal> {
        let token = request.authorization();
        let Some(token) = token.and_then(|sent| sent.strip_prefix(SCHEME)) else {
            return Ok(());
        };
        let token = token.to_owned();
        let proven = self.proof(request, Some(&token), Verifier::Api)?;
        let bound = self.store.access.get(&token).map(|known| &known.key);
        match bound {
            Some(Some(key)) if *key != proven => {
                Err(Refusal::token("the access token is bound to another key").about(HEADER))
            }
            _ => Ok(()),
        }
    }

    /// What an answer to a refused proof has beside others: the nonce, and at the API a challenge
    /// (RFC 9449 §7.1, §8, §9).
    pub(super) fn challenged(&self, answer: Answer, is_api: bool, refusal: &Refusal) -> Answer {
        if refusal.about != HEADER {
            return answer;
        }
        let mut answer = answer;
        if is_api {
            answer.status = 401;
            answer
                .headers
                .retain(|(name, _)| *name != "www-authenticate");
            let challenge = format!("DPoP error=\"{}\", algs=\"ES256\"", refusal.code);
            answer = answer.header("www-authenticate", challenge);
        }
        let verifier = match is_api {
            true => Verifier::Api,
            false => Verifier::Endpoints,
        };
        match self.nonce(verifier) {
            Some(nonce) if refusal.code == "use_dpop_nonce" => {
                let nonce = nonce.to_owned();
                answer.header("dpop-nonce", nonce)
            }
            _ => answer,
        }
    }

    fn proof(
        &mut self,
        request: &Request,
        token: Option<&str>,
        verifier: Verifier,
    ) -> Result<String, Refusal> {
        let mut sent = request.headers.get_all(HEADER).iter();
        let (Some(proof), None) = (sent.next(), sent.next()) else {
            return Err(refused("there is not one proof"));
        };
        let proof = proof
            .to_str()
            .map_err(|_| refused("the proof is no text"))?;
        let rules = self.description.dpop.as_ref();
        let algorithms = rules.map_or(&[][..], |rules| &rules.algorithms);
        let proof = Proof::of(proof, algorithms)?;
        let expected = Expected {
            method: request.method.as_str(),
            url: &format!("{}{}", self.origin, request.path),
            token,
            nonce: self.nonce(verifier),
            now: now(),
        };
        proof.check(&expected)?;
        let (used, id) = (&mut self.proofs.used, proof.id()?);
        if used.get(id).is_some() {
            return Err(refused("the proof was used before"));
        }
        used.insert(id.to_owned(), ());
        Ok(proof.key)
    }
}

/// What a request asks of its proof.
struct Expected<'a> {
    method: &'a str,
    url: &'a str,
    token: Option<&'a str>,
    nonce: Option<&'a str>,
    now: u64,
}

/// A proof whose signature is right.
struct Proof {
    claims: Value,
    /// The thumbprint of its key (RFC 7638).
    key: String,
}

impl Proof {
    /// Reads a proof, and verifies its signature with the key that it names (RFC 9449 §4.3).
    fn of(text: &str, algorithms: &[SigningAlgorithm]) -> Result<Self, Refusal> {
        let jwt = Jwt::of(text).map_err(|_| refused("the proof is no signed token"))?;
        let header = &jwt.header;
        if header["typ"] != "dpop+jwt" {
            return Err(refused("the type of the proof is not `dpop+jwt`"));
        }
        let is_allowed = algorithms.is_empty() || algorithms.contains(&SigningAlgorithm::Es256);
        if header["alg"] != "ES256" || !is_allowed {
            return Err(refused("the algorithm of the proof is not taken"));
        }
        let jwk = &header["jwk"];
        if jwk.get("d").is_some() {
            return Err(refused("the proof shows a private key"));
        }
        let (Some("EC"), Some("P-256"), Some(x), Some(y)) = (
            jwk["kty"].as_str(),
            jwk["crv"].as_str(),
            jwk["x"].as_str(),
            jwk["y"].as_str(),
        ) else {
            return Err(refused("the proof has no key of its algorithm"));
        };
        let key = DecodingKey::from_ec_components(x, y);
        if !key.is_ok_and(|key| jwt.is_signed(Algorithm::ES256, &key)) {
            return Err(refused("the signature of the proof is wrong"));
        }
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let key = URL_SAFE_NO_PAD.encode(Hash::hash(members.as_bytes()));
        let claims = jwt.claims;
        Ok(Self { claims, key })
    }

    fn id(&self) -> Result<&str, Refusal> {
        let id = self.claims["jti"].as_str().filter(|id| !id.is_empty());
        id.ok_or_else(|| refused("the proof has no `jti`"))
    }

    fn check(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        self.id()?;
        let claim = |name: &str| self.claims[name].as_str();
        if claim("htm") != Some(expected.method) {
            return Err(refused("`htm` is not the method of the request"));
        }
        if claim("htu") != Some(expected.url) {
            return Err(refused("`htu` is not the URL of the request"));
        }
        let issued_at = self.claims["iat"].as_u64();
        if issued_at.is_none_or(|at| at.abs_diff(expected.now) > TOLERANCE) {
            return Err(refused("`iat` is not now"));
        }
        let hash = |token: &str| URL_SAFE_NO_PAD.encode(Hash::hash(token.as_bytes()));
        if claim("ath") != expected.token.map(hash).as_deref() {
            return Err(refused("`ath` is missing or not of the access token"));
        }
        match expected.nonce {
            Some(nonce) if claim("nonce") != Some(nonce) => Err(Refusal::new(
                "use_dpop_nonce",
                "the proof has no nonce, or an old one",
            )
            .about(HEADER)),
            _ => Ok(()),
        }
    }
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use super::*;
    use crate::request::dpop::DpopKey;
    use crate::text::secret::Secret;

    const URL: &str = "https://acme.example/token";

    fn proof(token: Option<&str>, nonce: Option<&str>) -> String {
        let key = DpopKey::generate().unwrap();
        let token = token.map(Secret::from);
        let url = Url::parse(URL).unwrap();
        let proof = key.proof(&Method::POST, &url, token.as_ref(), nonce);
        proof.unwrap().expose().to_owned()
    }

    const EXPECTED: Expected<'_> = Expected {
        method: "POST",
        url: URL,
        token: None,
        nonce: None,
        now: 0,
    };

    fn reason(proof: &str, expected: &Expected<'_>) -> String {
        let refusal = Proof::of(proof, &[]).and_then(|proof| proof.check(expected));
        refusal
            .err()
            .map(|refusal| refusal.reason)
            .unwrap_or_default()
    }

    #[test]
    fn the_client_s_proof_is_right_and_each_change_is_noticed() {
        let now = now();
        let at = Expected { now, ..EXPECTED };
        let plain = proof(None, None);
        assert_eq!(reason(&plain, &at), "");
        let other = |wrong: Expected<'_>| reason(&plain, &wrong);
        assert!(
            other(Expected {
                method: "GET",
                ..at
            })
            .contains("htm")
        );
        assert!(
            other(Expected {
                url: "https://acme.example/other",
                ..at
            })
            .contains("htu")
        );
        assert!(
            other(Expected {
                now: now + 61 + 5,
                ..at
            })
            .contains("iat")
        );
        assert!(
            other(Expected {
                now: now - 61,
                ..at
            })
            .contains("iat")
        );
        assert!(
            other(Expected {
                token: Some("t"),
                ..at
            })
            .contains("ath")
        );
        assert!(
            other(Expected {
                nonce: Some("n"),
                ..at
            })
            .contains("nonce")
        );
        let full = proof(Some("t"), Some("n"));
        let expected = Expected {
            token: Some("t"),
            nonce: Some("n"),
            ..at
        };
        assert_eq!(reason(&full, &expected), "");
        let token = Some("another");
        assert!(reason(&full, &Expected { token, ..expected }).contains("ath"));
        assert!(
            reason(
                &full,
                &Expected {
                    token: None,
                    ..expected
                }
            )
            .contains("ath")
        );
    }

    #[test]
    fn what_is_no_proof_is_refused() {
        let right = proof(None, None);
        let parts: Vec<_> = right.split('.').collect();
        let header = URL_SAFE_NO_PAD.decode(parts[0]).unwrap();
        let header = String::from_utf8(header).unwrap();
        let with_header = |from: &str, to: &str| {
            let changed = header.replace(from, to);
            assert_ne!(changed, header);
            let changed = URL_SAFE_NO_PAD.encode(changed);
            reason(&format!("{changed}.{}.{}", parts[1], parts[2]), &EXPECTED)
        };
        assert!(with_header("dpop+jwt", "jwt").contains("type"));
        assert!(with_header("ES256", "none").contains("algorithm"));
        assert!(with_header("ES256", "HS256").contains("algorithm"));
        assert!(with_header("\"kty\"", "\"d\":\"AA\",\"kty\"").contains("private"));
        assert!(with_header("P-256", "P-384").contains("no key"));
        let swapped = proof(None, None);
        let swapped = swapped.rsplit_once('.').unwrap().1;
        let foreign = format!("{}.{}.{swapped}", parts[0], parts[1]);
        assert!(reason(&foreign, &EXPECTED).contains("signature"));
        for wrong in ["", "a.b", "a.b.c", "a.b.c.d", &format!("{right}.x")] {
            assert!(
                reason(wrong, &EXPECTED).contains("no signed token"),
                "{wrong}"
            );
        }
        let only = Proof::of(&right, &[SigningAlgorithm::Rs256]);
        assert!(only.err().unwrap().reason.contains("algorithm"));
    }
}
