//! A certificate beside a secret: a client against a server that ends connections without one.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::fake::Fake;
use oauth_atlas::{BlockingReqwestClient, ErrorKind, Settings};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::fixtures::certificate_and_secret::{Client, PROVIDER};
use crate::server::read;

const TOKENS: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#;

/// Who signs the certificates of both sides.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::new([]).expect("no hosts");
        let name = &mut parameters.distinguished_name;
        name.push(DnType::CommonName, "the authority of this test");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(parameters, key).expect("a certificate"))
    }

    fn signed(&self, host: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new([host.to_owned()]).expect("a host");
        let certificate = parameters.signed_by(&key, &self.0);
        (certificate.expect("a certificate"), key)
    }

    /// A server that takes no connection without a certificate, and no request without a secret.
    fn server(&self) -> String {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let (certificate, key) = self.signed("127.0.0.1");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_client_cert_verifier(verifier.build().expect("a verifier"))
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a certificate for the key");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("a bound address");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
                let mut stream = StreamOwned::new(connection, stream);
                let Some(received) = read(&mut stream) else {
                    continue;
                };
                let (status, body) = match received.body.contains("client_secret=s3cret") {
                    true => ("200 OK", TOKENS),
                    false => ("401 Unauthorized", r#"{"error":"invalid_client"}"#),
                };
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\
                     content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        format!("https://{address}")
    }

    /// An HTTP client that trusts the server, and shows a certificate if it is to.
    fn http(&self, shows: bool) -> BlockingReqwestClient {
        let authority = reqwest::Certificate::from_der(self.0.der()).expect("a certificate");
        let builder = reqwest::blocking::Client::builder()
            .tls_backend_rustls()
            .tls_certs_only([authority]);
        let builder = match shows {
            false => builder,
            true => {
                let (certificate, key) = self.signed("client.example");
                let key = pem("PRIVATE KEY", &key.serialize_der());
                let pem = pem("CERTIFICATE", certificate.der()) + &key;
                let identity = reqwest::Identity::from_pem(pem.as_bytes()).expect("an identity");
                builder.identity(identity)
            }
        };
        BlockingReqwestClient::new(builder.build().expect("a client"))
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

#[test]
fn a_connection_shows_a_certificate_and_a_request_sends_the_secret() {
    let authority = Authority::new();
    let origin = authority.server();
    let client = |http| {
        let settings = Settings::new().replace_origin(&origin).expect("an origin");
        Client::confidential("id", "s3cret").with_settings(settings.blocking_http_client(http))
    };
    let tokens = client(authority.http(true)).client_credentials([]);
    tokens.send_blocking().expect("tokens");

    let without = client(authority.http(false)).client_credentials([]);
    let error = without.send_blocking().expect_err("no certificate");
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let settings = Settings::new().replace_origin(&origin).expect("an origin");
    let settings = settings.blocking_http_client(authority.http(true));
    let wrong = Client::confidential("id", "other").with_settings(settings);
    let error = wrong.client_credentials([]).send_blocking();
    assert_eq!(error.expect_err("no").kind(), ErrorKind::Refused);
}

#[tokio::test]
async fn the_default_client_is_told_apart_before_it_connects() {
    let client = Client::confidential("id", "s3cret");
    let error = client.client_credentials([]).await.expect_err("none");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error.to_string().contains("`Settings::http_client`"),
        "{error}"
    );
    let request = client.client_credentials([]);
    let error = std::thread::spawn(|| request.send_blocking());
    let error = error.join().expect("no panic").expect_err("none");
    assert!(
        error
            .to_string()
            .contains("`Settings::blocking_http_client`"),
        "{error}"
    );

    // A fake has no TLS, and nothing to show a certificate to.
    let fake = Fake::new(&PROVIDER).start().await.expect("a port");
    let client = Client::confidential(fake.client_id(), fake.client_secret());
    let client = client.with_settings(fake.settings());
    client.client_credentials([]).await.expect("tokens");
}
