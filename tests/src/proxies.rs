//! Requests to this machine, and what the environment says of proxies.

use std::env;
use std::process::Command;

use oauth_atlas::{Core, EndpointKind, ErrorKind, Settings};

use crate::fixtures::standard;
use crate::server::{Answer, Server};

/// Tells a process of this test which server to ask.
const CHILD: &str = "OAUTH_ATLAS_TESTS_LOOPBACK_PORT";

const PROXIES: [&str; 6] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// A proxy that the environment names would be handed the client's secret in clear.
#[test]
fn nothing_for_this_machine_goes_to_a_proxy() {
    if let Ok(port) = env::var(CHILD) {
        return ask(&port);
    }
    for variable in PROXIES {
        let granted = r#"{"access_token":"a","token_type":"Bearer"}"#;
        let server = Server::start([Answer::json(200, granted)]);
        let proxy = Server::start([Answer::new(502, &[], "")]);
        let (_, port) = server.origin.rsplit_once(':').expect("a port");
        let mut child = Command::new(env::current_exe().expect("this program"));
        let name = "proxies::nothing_for_this_machine_goes_to_a_proxy";
        child.args(["--exact", name, "--nocapture"]);
        for other in PROXIES
            .into_iter()
            .chain(["NO_PROXY", "no_proxy", "REQUEST_METHOD"])
        {
            child.env_remove(other);
        }
        child.env(CHILD, port).env(variable, &proxy.origin);
        let output = child.output().expect("this program");
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{variable}: {shown}");
        assert!(shown.contains("1 passed"), "{variable}: {shown}");
        // 127.0.0.1 and localhost, asynchronous and blocking.
        assert_eq!(server.received().len(), 4, "{variable}");
        // What is elsewhere goes there: the environment was heard.
        let proxied: Vec<_> = proxy.received().into_iter().map(|one| one.line).collect();
        let expected: &[&str] = match variable {
            "HTTP_PROXY" | "http_proxy" => &[],
            _ => &["CONNECT as.example:443 HTTP/1.1"; 2],
        };
        assert_eq!(proxied, expected, "{variable}");
        assert_eq!(proxy.connections(), expected.len(), "{variable}");
    }
}

fn ask(port: &str) {
    let has_proxy_for_https = PROXIES[2..].iter().any(|name| env::var_os(name).is_some());
    for (host, is_answered) in [
        ("http://127.0.0.1", true),
        ("http://localhost", true),
        ("http://127.0.0.2", false),
        ("http://[::1]", false),
        ("https://127.0.0.1", false),
        ("https://localhost", false),
    ] {
        let outcomes = both(&format!("{host}:{port}"));
        if is_answered {
            assert_eq!(outcomes, [None, None], "{host}");
        } else {
            // Nobody answers there, or not over TLS.
            assert_eq!(outcomes, [Some(ErrorKind::Transport); 2], "{host}");
        }
    }
    if has_proxy_for_https {
        assert_eq!(both("https://as.example"), [Some(ErrorKind::Transport); 2]);
    }
}

/// What goes wrong with the default client of async code, and with that of blocking code.
fn both(origin: &str) -> [Option<ErrorKind>; 2] {
    let client = Core::confidential(&standard::PROVIDER, "client", "canary-secret");
    let settings =
        Settings::new().replace_endpoint(EndpointKind::Token, &format!("{origin}/token"));
    let client = client.with_settings(settings.expect("an endpoint"));
    let request = || client.client_credentials([""; 0]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let asynchronous = runtime.block_on(request().into_future());
    let blocking = request().send_blocking();
    [asynchronous, blocking].map(|outcome| outcome.err().map(|error| error.kind()))
}
