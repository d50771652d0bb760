//! Authorization server metadata (RFC 8414) and the discovery documents of OpenID Connect, as far
//! as specs have keys for them.

mod address;
mod curl;

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use oauth_atlas_codegen::urn::DEVICE_CODE;
use serde_json::{Map, Value};

pub use address::{accepts, candidates, issuers, names_document};

/// More than any metadata that is honest; the runtime reads no more of an answer either.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// The client authentication methods of RFC 8414 that a spec has a word for.
pub const CLIENT_AUTH_METHODS: [&str; 7] = [
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "client_secret_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
];

/// Those of them that are a certificate (RFC 8705 §2).
const CERTIFICATE_METHODS: [&str; 2] = ["tls_client_auth", "self_signed_tls_client_auth"];

/// The other URLs of endpoints, for clients that show one (RFC 8705 §5).
pub const CERTIFICATE_ENDPOINTS: &str = "mtls_endpoint_aliases";

/// The other names under which servers list it.
const DEVICE_CODE_ALIASES: [&str; 4] = [
    "device_code",
    "device_authorization",
    "urn:ietf:params:oauth:grant-type:device-code",
    "urn:ietf:params:oauth:grant-type:device_authorization",
];

/// The standard name of a grant.
fn grant(name: &str) -> &str {
    match DEVICE_CODE_ALIASES.contains(&name) {
        true => DEVICE_CODE,
        false => name,
    }
}

/// A metadata document. Members of another type than RFC 8414 says are set aside.
#[derive(Debug)]
pub struct Metadata {
    /// RFC 8414 §2: there is no metadata without it.
    pub issuer: String,
    members: Map<String, Value>,
    /// The members that have the wrong type, with the right one.
    pub wrong: Vec<(String, &'static str)>,
}

enum Kind {
    Text,
    Texts,
    Flag,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Flag => "true or false",
        }
    }

    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Flag => value.is_boolean(),
        }
    }
}

/// The members that are read.
const MEMBERS: [(&str, Kind); 20] = [
    ("issuer", Kind::Text),
    ("service_documentation", Kind::Text),
    ("registration_endpoint", Kind::Text),
    ("authorization_endpoint", Kind::Text),
    ("pushed_authorization_request_endpoint", Kind::Text),
    ("require_pushed_authorization_requests", Kind::Flag),
    ("token_endpoint", Kind::Text),
    ("revocation_endpoint", Kind::Text),
    ("introspection_endpoint", Kind::Text),
    ("device_authorization_endpoint", Kind::Text),
    ("userinfo_endpoint", Kind::Text),
    ("scopes_supported", Kind::Texts),
    ("response_types_supported", Kind::Texts),
    ("grant_types_supported", Kind::Texts),
    ("token_endpoint_auth_methods_supported", Kind::Texts),
    (
        "token_endpoint_auth_signing_alg_values_supported",
        Kind::Texts,
    ),
    ("revocation_endpoint_auth_methods_supported", Kind::Texts),
    ("introspection_endpoint_auth_methods_supported", Kind::Texts),
    ("code_challenge_methods_supported", Kind::Texts),
    ("authorization_response_iss_parameter_supported", Kind::Flag),
];

impl Metadata {
    /// Reads a document from its text.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let value: Value =
            serde_json::from_slice(text).map_err(|error| format!("this is no JSON: {error}"))?;
        let Value::Object(mut members) = value else {
            return Err("this is JSON, and no object".to_owned());
        };
        // An absent member and null say the same.
        members.retain(|_, value| !value.is_null());
        let mut wrong = Vec::new();
        for (key, kind) in &MEMBERS {
            if members.get(*key).is_some_and(|value| !kind.fits(value)) {
                members.remove(*key);
                wrong.push(((*key).to_owned(), kind.name()));
            }
        }
        let issuer = members.get("issuer").and_then(Value::as_str);
        let Some(issuer) = issuer.map(str::to_owned) else {
            return Err("this names no issuer, so it is no metadata (RFC 8414 §2)".to_owned());
        };
        Ok(Self {
            issuer,
            members,
            wrong,
        })
    }

    /// Reads a document from a file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let mut text = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut text))
            .map_err(|error| error.to_string())?;
        if text.len() as u64 > MAX_BYTES {
            return Err(format!("this is longer than {MAX_BYTES} bytes"));
        }
        Self::parse(&text)
    }

    /// Reads a document from the first of these addresses that has one, and says which that was.
    ///
    /// What follows an address is asked for only where that one answers with something else: a
    /// host that cannot be reached is asked once.
    pub fn fetch(addresses: &[String]) -> Result<(Self, String), String> {
        let mut answers = Vec::new();
        for address in addresses {
            let parsed = match curl::get(address) {
                Ok(text) => Self::parse(&text),
                Err(curl::Error::Answer(answer)) => Err(answer),
                Err(curl::Error::NoAnswer(reason)) => {
                    answers.push(format!("{address}: {reason}"));
                    break;
                }
            };
            match parsed {
                Ok(metadata) => return Ok((metadata, address.clone())),
                Err(answer) => answers.push(format!("{address}: {answer}")),
            }
        }
        Err(answers.join("\n"))
    }

    /// Whether this is a discovery document of OpenID Connect, which has to have this member.
    pub fn is_openid(&self) -> bool {
        self.members.contains_key("subject_types_supported")
    }

    /// A member that is a text. The URL of an endpoint is its other one where every client shows a
    /// certificate.
    pub fn text(&self, key: &str) -> Option<&str> {
        let other = self.members.get(CERTIFICATE_ENDPOINTS);
        let other = other.filter(|_| key.ends_with("_endpoint") && self.is_by_certificate());
        let other = other.and_then(|urls| urls.get(key)?.as_str());
        other.or_else(|| self.members.get(key)?.as_str())
    }

    /// Whether every client shows a certificate.
    pub fn is_by_certificate(&self) -> bool {
        let methods = self.texts("token_endpoint_auth_methods_supported");
        methods.is_some_and(|methods| {
            let mut all = methods.iter();
            !methods.is_empty() && all.all(|method| CERTIFICATE_METHODS.contains(method))
        })
    }

    /// Whether endpoints have other URLs for clients with a certificate.
    pub fn has_certificate_endpoints(&self) -> bool {
        let urls = self.members.get(CERTIFICATE_ENDPOINTS);
        urls.is_some_and(Value::is_object)
    }

    /// A member that is a list of texts, each once.
    pub fn texts(&self, key: &str) -> Option<Vec<&str>> {
        let mut known = HashSet::new();
        let mut texts = Vec::new();
        for text in self.members.get(key)?.as_array()? {
            let text = text.as_str()?;
            if known.insert(text) {
                texts.push(text);
            }
        }
        Some(texts)
    }

    /// The grants by their standard names, each once; nothing where the document does not list them.
    pub fn grants(&self) -> Option<Vec<&str>> {
        let mut known = HashSet::new();
        let listed = self.texts("grant_types_supported")?.into_iter();
        let grants = listed.map(grant).filter(|grant| known.insert(*grant));
        Some(grants.collect())
    }

    /// A member that is true.
    pub fn is_true(&self, key: &str) -> bool {
        self.members.get(key) == Some(&Value::Bool(true))
    }

    /// Every member, by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members
            .iter()
            .map(|(key, value)| (key.as_str(), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_metadata_is_said() {
        for (text, expected) in [
            ("", "this is no JSON: EOF"),
            (
                "<html>",
                "this is no JSON: expected value at line 1 column 1",
            ),
            ("[]", "this is JSON, and no object"),
            ("{}", "this names no issuer"),
            (r#"{"issuer": null}"#, "this names no issuer"),
            (r#"{"issuer": 1}"#, "this names no issuer"),
        ] {
            let error = Metadata::parse(text.as_bytes()).expect_err(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = "[".repeat(100_000);
        assert!(Metadata::parse(text.as_bytes()).is_err());
    }

    #[test]
    fn members_of_the_wrong_type_are_set_aside() {
        let metadata = Metadata::parse(
            br#"{"issuer": "https://a.example", "token_endpoint": ["x"], "scopes_supported": "a b"}"#,
        )
        .expect("metadata");
        assert_eq!(metadata.text("token_endpoint"), None);
        assert_eq!(metadata.texts("scopes_supported"), None);
        let wrong = [
            ("token_endpoint".to_owned(), "a text"),
            ("scopes_supported".to_owned(), "a list of texts"),
        ];
        assert_eq!(metadata.wrong, wrong);
    }
}
