//! A server on this machine that answers each path with what it is told, and logs the paths.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Server {
    pub origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

/// Everything behind the protocol's version: `200 OK\r\n\r\n…`.
type Answers = BTreeMap<&'static str, String>;

impl Server {
    /// Answers may depend on the server's own origin.
    pub fn new(answers: impl FnOnce(&str) -> Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let origin = format!("http://127.0.0.1:{port}");
        let answers = answers(&origin);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        // It ends with the tests.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &answers, &log);
            }
        });
        Self { origin, asked }
    }

    /// The paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("an unharmed log").clone()
    }
}

pub fn json(body: &str) -> String {
    format!("200 OK\r\ncontent-type: application/json\r\n\r\n{body}")
}

fn answer(mut stream: TcpStream, answers: &Answers, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let request = lines.next().unwrap_or_default();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    // A client whose request is not read to its end may not see the answer.
    lines.find(String::is_empty);
    let missing = "404 Not Found\r\n\r\n".to_owned();
    let answer = answers.get(path.as_str()).unwrap_or(&missing);
    log.lock().expect("an unharmed log").push(path);
    // Whoever has read enough closes early.
    let _ = write!(stream, "HTTP/1.0 {answer}");
}
