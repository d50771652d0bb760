//! What the desk sends, as bytes over a loopback socket.

use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use oauth_atlas::Settings;
use oauth_atlas::kraken;
use private::Desk;
use private::providers::vaultline;

/// A server for these answers, one after another. When it has given the last, it has what was sent.
struct Server {
    origin: String,
    received: JoinHandle<Vec<String>>,
}

impl Server {
    fn answering(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let received = thread::spawn(move || {
            let answers = answers.iter();
            answers.map(|json| answer_one(&listener, json)).collect()
        });
        Self { origin, received }
    }

    fn received(self) -> Vec<String> {
        self.received.join().expect("whole requests")
    }
}

fn answer_one(listener: &TcpListener, json: &str) -> String {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(&stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        reader.read_line(&mut head).expect("a line");
        let line = head[start..].to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{json}",
        json.len()
    );
    stream.write_all(answer.as_bytes()).expect("a reader");
    head + &String::from_utf8(body).expect("text")
}

fn desk(origin: &str) -> Desk {
    Desk {
        vaultline: vaultline::Client::confidential("desk", "vault-secret")
            .redirect_uri("https://desk.example/staff")
            .with_settings(Settings::new().replace_origin(origin).expect("a loopback origin")),
        kraken: kraken::Client::confidential("desk-at-kraken", "kraken-secret")
            .redirect_uri("https://desk.example/kraken")
            .with_settings(Settings::new().replace_origin(origin).expect("a loopback origin")),
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

/// The callback with which a provider answers this login.
fn callback(login_url: &str) -> String {
    let state = login_url
        .split(['?', '&'])
        .find(|pair| pair.starts_with("state="));
    format!("code=granted&{}", state.expect("a state"))
}

#[test]
fn people_log_in_at_the_company() {
    let server =
        Server::answering(&[r#"{"access_token":"a","token_type":"bearer","expires_in":60}"#]);
    let desk = desk(&server.origin);
    let login = desk.log_in().expect("a login");
    assert!(
        login
            .url
            .starts_with(&format!("{}/authorize?", server.origin))
    );
    assert!(login.url.contains("scope=staff%3Aread"), "{}", login.url);
    assert!(
        login.url.contains("code_challenge_method=S256"),
        "{}",
        login.url
    );
    let callback = callback(&login.url);
    let tokens = run(async { desk.vaultline.finish(login.pending, callback).await });
    assert!(!tokens.expect("tokens").is_expired());
    let request = &server.received()[0];
    assert!(request.starts_with("POST /token HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("client_secret=vault-secret"), "{request}");
    assert!(request.contains("code=granted"), "{request}");
}

#[test]
fn the_desk_books_with_its_own_token() {
    let server = Server::answering(&[
        r#"{"access_token":"desk-token","token_type":"bearer","expires_in":3600}"#,
        "{}",
        "{}",
    ]);
    let desk = desk(&server.origin);
    let tokens = desk.own_tokens();
    let booked = run(async {
        desk.book(&tokens, "12 EUR").await?;
        desk.book(&tokens, "15 EUR").await
    });
    assert_eq!(booked.expect("a booking"), 200);
    let received = server.received();
    assert!(
        received[0].contains("grant_type=client_credentials"),
        "{received:?}"
    );
    assert!(received[0].contains("scope=ledger%3Awrite"), "{received:?}");
    for (request, payment) in received[1..].iter().zip(["12 EUR", "15 EUR"]) {
        assert!(
            request.starts_with("POST /api/ledger HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(
            request.contains("x-vaultline-token: desk-token\r\n"),
            "{request}"
        );
        assert!(
            request.contains("x-vaultline-application: desk\r\n"),
            "{request}"
        );
        assert!(request.ends_with(payment), "{request}");
    }
}

#[test]
fn kraken_is_connected_beside_it() {
    let server =
        Server::answering(&[r#"{"access_token":"k","token_type":"bearer","expires_in":60}"#]);
    let desk = desk(&server.origin);
    let login = desk.connect_kraken().expect("a login");
    let callback = callback(&login.url);
    let tokens = run(async { desk.kraken.finish(login.pending, callback).await });
    tokens.expect("tokens");
    let request = &server.received()[0];
    assert!(
        request.starts_with("POST /oauth/token HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("authorization: Basic "), "{request}");
}
