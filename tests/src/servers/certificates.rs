//! Certificates for servers that know clients by theirs (RFC 8705 §2), made anew for each run.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::ReqwestClient;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::json;

use crate::registration::certified_name;

/// A certificate and its key, as PEM.
struct Certified {
    certificate: String,
    key: String,
}

impl Certified {
    fn made(host: &str, authority: Option<&CertifiedIssuer<'static, KeyPair>>) -> Self {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new([host.to_owned()]).expect("a host");
        let certificate = match authority {
            Some(authority) => parameters.signed_by(&key, authority),
            None => parameters.self_signed(&key),
        };
        Self {
            certificate: pem("CERTIFICATE", certificate.expect("a certificate").der()),
            key: pem("PRIVATE KEY", &key.serialize_der()),
        }
    }
}

struct All {
    authority: CertifiedIssuer<'static, KeyPair>,
    server: Certified,
    /// Of the authority, for the name that is registered, and for another.
    signed: Certified,
    stranger: Certified,
    /// Of the client's own making.
    own: Certified,
}

static ALL: LazyLock<All> = LazyLock::new(|| {
    let mut parameters = CertificateParams::new([]).expect("no hosts");
    let name = &mut parameters.distinguished_name;
    // Another name than its certificates have: OpenSSL takes those for signed by themselves.
    name.push(DnType::CommonName, "the authority of these tests");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(parameters, key).expect("a certificate");
    All {
        server: Certified::made("127.0.0.1", Some(&authority)),
        signed: Certified::made(certified_name(), Some(&authority)),
        stranger: Certified::made("stranger.example", Some(&authority)),
        own: Certified::made(certified_name(), None),
        authority,
    }
});

/// RFC 7468 §2.
fn pem(label: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines = encoded.as_bytes().chunks(64);
    let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
}

/// What a server is told of them: `tls.json`.
pub fn file() -> &'static str {
    static FILE: LazyLock<String> = LazyLock::new(|| {
        let told = json!({
            "key": ALL.server.key,
            "certificate": ALL.server.certificate,
            "authority": pem("CERTIFICATE", ALL.authority.der()),
            "own": ALL.own.certificate,
        });
        told.to_string()
    });
    &FILE
}

/// What a client shows.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    Signed,
    Stranger,
    Own,
    Nothing,
}

/// An HTTP client that shows it, and knows the authority of these tests alone.
pub fn showing(shown: Shown) -> ReqwestClient {
    let authority = reqwest::Certificate::from_der(ALL.authority.der());
    let authority = authority.expect("a certificate");
    // Where the workspace has both, this is what reads a key as PEM.
    let client = reqwest::Client::builder().tls_backend_rustls();
    let client = client.tls_certs_only([authority]);
    let certified = match shown {
        Shown::Signed => &ALL.signed,
        Shown::Stranger => &ALL.stranger,
        Shown::Own => &ALL.own,
        Shown::Nothing => return ReqwestClient::new(client.build().expect("a client")),
    };
    let pem = [&*certified.key, &*certified.certificate].concat();
    let identity = reqwest::Identity::from_pem(pem.as_bytes()).expect("a certificate and its key");
    ReqwestClient::new(client.identity(identity).build().expect("a client"))
}
