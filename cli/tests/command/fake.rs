use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::workspace::Workspace;

/// A server that ends with the test, however that ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_spec_becomes_a_server_that_logs_without_secrets() {
    let workspace = Workspace::new();
    let mut command = workspace.command(["fake", "acme", "--quiet"]);
    let command = command.stdout(Stdio::piped());
    let mut server = Server(command.spawn().expect("the built command"));
    let stdout = server.0.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(stdout)
        .lines()
        .map(|line| line.expect("UTF-8"));

    let first = lines.next().expect("a line");
    let address = first
        .strip_prefix("A fake of Acme at http://")
        .expect("an address");
    let last = lines.find(|line| line == "Ctrl-C ends it.");
    assert!(last.is_some(), "how it ends is said");

    let mut stream = TcpStream::connect(address).expect("a listening server");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = format!(
        "GET /authorize?response_type=code&client_id=fake-client-id&state=canary&scope=read\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&code_challenge={challenge}\
         &code_challenge_method=S256 HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 302 "), "{answer}");
    assert!(
        answer.contains("location: https://app.example/callback?code="),
        "{answer}"
    );

    let logged = lines.next().expect("a line");
    assert!(
        logged.starts_with("302 GET /authorize (authorization endpoint) response_type client_id"),
        "{logged}"
    );
    assert!(
        !logged.contains("canary") && !logged.contains(challenge),
        "{logged}"
    );

    let mut interrupt = Command::new("kill");
    interrupt.args(["-s", "INT", &server.0.id().to_string()]);
    assert!(interrupt.status().expect("kill").success());
    let ended = server.0.wait().expect("an end");
    assert_eq!(ended.code(), Some(0), "Ctrl-C ends it cleanly");
    assert!(TcpStream::connect(address).is_err(), "nobody listens");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let run = Workspace::new().run(["fake", "acme", "--port", &port]);
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(run.stderr.contains("cannot listen"), "{run:?}");
}

#[test]
fn a_provider_that_is_not_there_is_named() {
    let run = Workspace::new().run(["fake", "acne"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("did you mean `acme`?"), "{run:?}");
}
