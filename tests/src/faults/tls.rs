//! Servers with TLS whose certificates are wrong in one way each.

use std::io::Write as _;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;

use oauth_atlas::{BlockingReqwestClient, ReqwestClient};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::answer::json;
use crate::server::{Answer, read};

/// What a server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    Right,
    OtherHost,
    Expired,
    SelfSigned,
}

impl Certificate {
    /// Whether the authority of these tests has signed it, which no platform knows.
    pub fn is_signed_by_another(self) -> bool {
        self != Self::SelfSigned
    }

    fn config(self) -> Arc<ServerConfig> {
        static ALL: LazyLock<[Arc<ServerConfig>; 4]> = LazyLock::new(|| {
            [
                Certificate::Right,
                Certificate::OtherHost,
                Certificate::Expired,
                Certificate::SelfSigned,
            ]
            .map(Certificate::made)
        });
        Arc::clone(&ALL[self as usize])
    }

    fn made(self) -> Arc<ServerConfig> {
        let host = match self {
            Self::OtherHost => "other.example",
            _ => "127.0.0.1",
        };
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::new([host.to_owned()]).expect("a host");
        if self == Self::Expired {
            parameters.not_after = date_time_ymd(2020, 1, 1);
        }
        let certificate = if self.is_signed_by_another() {
            parameters.signed_by(&key, &AUTHORITY)
        } else {
            parameters.self_signed(&key)
        };
        let certificate = certificate.expect("a certificate").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key);
        Arc::new(config.expect("a certificate for the key"))
    }
}

static AUTHORITY: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| {
    let mut parameters = CertificateParams::new([]).expect("no hosts");
    // Another name than its certificates have: OpenSSL takes those for signed by themselves.
    let name = &mut parameters.distinguished_name;
    name.push(DnType::CommonName, "the authority of these tests");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(parameters, key).expect("a certificate")
});

/// Clients that know the authority of these tests, so that nothing but the certificate's own fault
/// is wrong.
pub static TRUSTING: LazyLock<(ReqwestClient, BlockingReqwestClient)> = LazyLock::new(|| {
    let authority = || reqwest::Certificate::from_der(AUTHORITY.der()).expect("a certificate");
    let client = reqwest::Client::builder().tls_certs_only([authority()]);
    let blocking = reqwest::blocking::Client::builder().tls_certs_only([authority()]);
    (
        ReqwestClient::new(client.build().expect("a client")),
        BlockingReqwestClient::new(blocking.build().expect("a client")),
    )
});

/// A server on a free port of the loopback interface.
pub struct TlsServer {
    pub origin: String,
    certificate: Certificate,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

impl TlsServer {
    /// Answers every request with this JSON.
    pub fn start(certificate: Certificate, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let address = listener.local_addr().expect("a bound address");
        let counts = Arc::new(Counts::default());
        let (config, counting) = (certificate.config(), Arc::clone(&counts));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counting.connections.fetch_add(1, Ordering::SeqCst);
                let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else {
                    continue;
                };
                let mut stream = StreamOwned::new(connection, stream);
                // Nothing, where the client does not like the certificate.
                let Some(_) = read(&mut stream) else { continue };
                counting.requests.fetch_add(1, Ordering::SeqCst);
                if let Answer::Bytes(bytes) = json(200, body) {
                    // A client that hangs up is what some tests are about.
                    let _ = stream.write_all(&bytes);
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            }
        });
        Self {
            origin: format!("https://{address}"),
            certificate,
            counts,
        }
    }

    /// What was seen here and should not have been, or the other way round.
    pub fn problem(&self) -> Option<String> {
        let connections = self.counts.connections.load(Ordering::SeqCst);
        let requests = self.counts.requests.load(Ordering::SeqCst);
        let expected = usize::from(self.certificate == Certificate::Right);
        (connections != 1 || requests != expected)
            .then(|| format!("{connections} connections and {requests} requests"))
    }
}
