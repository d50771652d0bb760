//! Servers on this machine, and what the environment says of proxies.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::server::{Server, json};
use crate::workspace::{Run, Workspace};

const PROXIES: [&str; 5] = [
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

fn discover(address: &str, proxy: &str) -> Run {
    let workspace = Workspace::new();
    let mut command = workspace.command(["new", "initech", "--discover", address]);
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    Run::of(command.envs(PROXIES.map(|name| (name, proxy))))
}

#[test]
fn no_proxy_is_asked_for_this_machine() {
    let proxy = Server::new(|_| BTreeMap::new());
    let document = |origin: &str| {
        format!(
            r#"{{"issuer":"{origin}","token_endpoint":"{origin}/token","grant_types_supported":["client_credentials"]}}"#
        )
    };
    let server = Server::new(|origin| {
        BTreeMap::from([("/.well-known/openid-configuration", json(&document(origin)))])
    });
    discover(&server.origin, &proxy.origin);
    assert_eq!(server.asked(), ["/.well-known/openid-configuration"]);

    // Nobody speaks TLS there; that somebody knocks is enough.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (sender, knocked) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            drop(stream);
            let _ = sender.send(());
        }
    });
    let run = discover(&format!("https://{address}"), &proxy.origin);
    assert_ne!(run.code, Some(0), "{run:?}");
    let patience = Duration::from_secs(10);
    knocked.recv_timeout(patience).expect("a connection");
    let run = discover("http://127.9.8.7:9", &proxy.origin);
    assert_ne!(run.code, Some(0), "{run:?}");
    assert_eq!(proxy.asked(), [""; 0]);

    // What is elsewhere goes there: the environment was heard.
    let run = discover("https://acme.example", &proxy.origin);
    assert_ne!(run.code, Some(0), "{run:?}");
    assert_eq!(
        proxy.asked().first().map(String::as_str),
        Some("acme.example:443")
    );
}

#[test]
fn a_host_behind_a_user_is_not_this_machine() {
    let server = Server::new(|_| BTreeMap::new());
    let (_, port) = server.origin.rsplit_once(':').expect("a port");
    for address in [
        format!("http://127.0.0.1:1@localhost:{port}/"),
        "http://127.0.0.1:1@other.example/".to_owned(),
        "http://localhost:80@other.example/".to_owned(),
    ] {
        let run = discover(&address, &server.origin);
        assert_ne!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains("only https is asked"), "{run:?}");
    }
    assert_eq!(server.asked(), [""; 0]);
}
