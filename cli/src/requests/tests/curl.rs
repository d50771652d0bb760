//! The commands are pasted into a real shell and carried out by the real curl.
//!
//! Ignored where one was not on the path when the tests were built.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use super::providers;
use crate::requests::placeholder::{Piece, named, pieces};
use crate::requests::{self, Content, Recorded, Request, curl};

/// A value with everything that shells, forms and curl treat specially.
const HOSTILE: &str = "@a b&c=d+e%/\"'$HOME\\`id`!\u{e9}\n;#";
/// For places where a value has to be encoded already, or stands as it is.
const PLAIN: &str = "pl4in-value.1";

/// The command in a shell that knows these variables and nothing else of whoever runs the tests.
fn run(shell: &str, command: &str, variables: &BTreeMap<String, String>) -> Vec<u8> {
    let path = env::var_os("PATH").unwrap_or_default();
    let output = Command::new(shell)
        .args(["-c", command])
        .env_clear()
        .env("PATH", path)
        .envs(variables)
        .output()
        .expect("a shell");
    assert!(
        output.status.success(),
        "{command}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

#[test]
#[cfg_attr(not(has_bash), ignore = "needs bash on the path")]
fn bash_reads_what_was_quoted() {
    reads_what_was_quoted("bash");
}

#[test]
#[cfg_attr(not(has_sh), ignore = "needs sh on the path")]
fn sh_reads_what_was_quoted() {
    reads_what_was_quoted("sh");
}

fn reads_what_was_quoted(shell: &str) {
    let variables = BTreeMap::from([("NAME".to_owned(), HOSTILE.to_owned())]);
    let name = named("NAME");
    let texts = [
        HOSTILE.to_owned(),
        String::new(),
        name.clone(),
        format!("{HOSTILE}{name}{HOSTILE}"),
        format!("{}{name}{name}", HOSTILE.replace('!', "")),
        format!("{name}_1"),
        format!("{name}[0]{{a,b}}~*?"),
        format!("a\\{name}\\"),
        "$(id) ${x} $NAME".to_owned(),
    ];
    for text in &texts {
        let command = format!("printf %s {}", curl::quoted(text));
        let read = run(shell, &command, &variables);
        let meant = text.replace(&name, HOSTILE);
        assert_eq!(String::from_utf8_lossy(&read), meant, "{shell}: {command}");
        let document = curl::expanded(&pieces(text), None);
        let read = run(shell, &format!("cat <<END\n{document}\nEND"), &variables);
        let meant = format!("{meant}\n");
        assert_eq!(String::from_utf8_lossy(&read), meant, "{shell}: {document}");
    }
}

#[test]
fn an_interactive_shell_has_no_history_to_put_in() {
    let quoted = curl::quoted(&format!("wow!{}", named("NAME")));
    assert_eq!(quoted, "'wow!'\"$NAME\"");
}

#[test]
fn names_that_go_on_are_told_from_what_follows() {
    let quoted = curl::quoted(&format!("/{}_x/{}:y", named("A"), named("B")));
    assert_eq!(quoted, "\"/${A}_x/$B:y\"");
}

#[test]
fn texts_of_a_spec_stay_texts() {
    let recorded = Recorded {
        method: "DELETE".to_owned(),
        url: "https://acme.example/[1]?x=%27%24%28id%29".to_owned(),
        headers: vec![
            ("x-note".to_owned(), "it's \"$(id)\" `id`".to_owned()),
            ("x-empty".to_owned(), String::new()),
        ],
        basic: None,
        content: Content::Json(format!(
            "{{\"a\":\"$(id)`\\\\\",\"b\":\"{}\"}}",
            named("CODE")
        )),
    };
    let expected = r#"curl --request DELETE --globoff 'https://acme.example/[1]?x=%27%24%28id%29' \
  --header 'x-note: it'\''s "$(id)" `id`' \
  --header 'x-empty;' \
  --data @- <<END
{"a":"\$(id)\`\\\\","b":"$CODE"}
END"#;
    assert_eq!(curl::command(&recorded), expected);
}

#[test]
fn credentials_in_a_header_of_their_own_are_encoded_by_the_shell() {
    use base64::Engine as _;
    let pair = format!("{}:{}", named("CLIENT_ID"), named("CLIENT_SECRET"));
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    for (name, before) in [("authorization", ""), ("x-app", "Token ")] {
        let recorded = Recorded {
            method: "GET".to_owned(),
            url: "https://acme.example/".to_owned(),
            headers: vec![(name.to_owned(), format!("{before}{pair}"))],
            basic: None,
            content: Content::None,
        };
        let expected = format!(
            "curl 'https://acme.example/' \\\n  --header '{name}: {before}'\"$(printf %s \
             \"$CLIENT_ID:$CLIENT_SECRET\" | base64 | tr -d '\\n')\""
        );
        assert_eq!(curl::command(&recorded), expected);
    }
}

/// What came over the socket.
#[derive(Debug)]
struct Received {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// Answers every request with nothing, and hands over what it was.
struct Server(TcpListener);

impl Server {
    fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").expect("a free loopback port"))
    }

    fn origin(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("a bound address"))
    }

    fn received(&self, command: &str, variables: &BTreeMap<String, String>) -> Received {
        std::thread::scope(|scope| {
            let server = scope.spawn(|| {
                let (stream, _) = self.0.accept().expect("a connection");
                receive(stream)
            });
            run("bash", command, variables);
            server.join().expect("a request")
        })
    }
}

fn receive(mut stream: TcpStream) -> Received {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("a request line");
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next(), words.next());
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("a header");
        match header.trim_end().split_once(':') {
            Some((name, value)) => {
                headers.push((name.to_lowercase(), value.trim().to_owned()));
            }
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, length)| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a whole body");
    stream
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .expect("an answer");
    Received {
        method: method.expect("a method"),
        target: target.expect("a target"),
        headers,
        body: String::from_utf8(body).expect("UTF-8"),
    }
}

/// A value for each placeholder of a request.
fn values(recorded: &Recorded) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut add = |text: &str, value: &str| {
        for piece in pieces(text) {
            if let Piece::Variable { name, .. } = piece {
                values.insert(name.to_owned(), value.to_owned());
            }
        }
    };
    let (path, query) = recorded.url.split_once('?').unwrap_or((&recorded.url, ""));
    add(query, HOSTILE);
    if let Content::Form(body) = &recorded.content {
        add(body, HOSTILE);
    }
    add(path, PLAIN);
    if let Content::Json(body) = &recorded.content {
        add(body, PLAIN);
    }
    for (_, value) in &recorded.headers {
        add(value, PLAIN);
    }
    add(recorded.basic.as_deref().unwrap_or_default(), PLAIN);
    values
}

fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let filled = pieces(text).into_iter().map(|piece| match piece {
        Piece::Literal(literal) => literal,
        Piece::Variable { name, .. } => &values[name],
    });
    filled.collect()
}

/// The pairs of a query or form, decoded; those of the record with the values put in.
fn pairs(form: &str, values: &BTreeMap<String, String>) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes())
        .map(|(name, value)| (name.into_owned(), filled(&value, values)))
        .collect()
}

fn assert_sends(provider: &str, request: &Request, server: &Server) {
    let recorded = &request.recorded;
    let values = values(recorded);
    let (scheme, rest) = recorded.url.split_once("://").expect("a URL");
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let command = request
        .curl()
        .replacen(&format!("{scheme}://{host}"), &server.origin(), 1);
    let command = command.replacen("curl ", "curl --silent --fail --max-time 10 ", 1);
    let received = server.received(&command, &values);
    let context = format!("{provider}: {command}\n{received:#?}");

    assert_eq!(received.method, recorded.method, "{context}");
    let target = rest[host.len()..].split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (sent_path, sent_query) = received
        .target
        .split_once('?')
        .unwrap_or((&received.target, ""));
    let path = if path.is_empty() { "/" } else { path };
    assert_eq!(sent_path, filled(path, &values), "{context}");
    let none = BTreeMap::new();
    assert_eq!(pairs(sent_query, &none), pairs(query, &values), "{context}");

    for (name, value) in &recorded.headers {
        let sent = received.headers.iter().filter(|(other, _)| other == name);
        let sent: Vec<_> = sent.map(|(_, value)| value.as_str()).collect();
        let meant = match (name.as_str(), &recorded.basic) {
            ("authorization", Some(pair)) => {
                use base64::Engine as _;
                let pair = filled(pair, &values);
                format!(
                    "Basic {}",
                    base64::engine::general_purpose::STANDARD.encode(pair)
                )
            }
            _ => filled(value, &values),
        };
        assert_eq!(sent, [meant], "{name}\n{context}");
    }
    match &recorded.content {
        Content::None => assert_eq!(received.body, "", "{context}"),
        Content::Form(body) => {
            assert_eq!(
                pairs(&received.body, &none),
                pairs(body, &values),
                "{context}"
            );
        }
        Content::Json(body) => assert_eq!(received.body, filled(body, &values), "{context}"),
    }
}

#[test]
#[cfg_attr(
    not(all(has_bash, has_curl)),
    ignore = "needs bash and curl on the path"
)]
fn curl_sends_what_a_client_sends() {
    let server = Server::start();
    let mut count = 0;
    // The fixtures have everything that the language can say.
    for provider in providers("tests/fixtures") {
        for request in requests::of(&provider).expect("requests that can be built") {
            assert_sends(&provider.id, &request, &server);
            count += 1;
        }
    }
    for provider in providers("specs") {
        let requests = requests::of(&provider).expect("requests that can be built");
        let mut requests = requests.iter();
        let tokens = requests.find(|request| request.operation.gives_tokens());
        let tokens = tokens.expect("a request for tokens");
        assert_sends(&provider.id, tokens, &server);
        count += 1;
    }
    assert!(count > 200, "{count} commands were run");
}
