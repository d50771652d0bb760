//! A loopback server that answers what it is told to and keeps what it was sent.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

/// A request as it came over the socket.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method, target and protocol.
    pub line: String,
    /// Names in lower case, in the order of the wire.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Received {
    /// The method.
    pub fn method(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// The path and query.
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The pairs of a form body, in order.
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }

    /// The value of a pair of a form body.
    pub fn form_value(&self, name: &str) -> Option<String> {
        self.form()
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// What the server does with a connection.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Reads the request and closes without a word.
    Close,
    /// Reads the request and says nothing for this long.
    Stall(Duration),
    /// Does one thing after the other, and closes.
    Steps(Vec<Step>),
}

/// A part of what a server does with a connection.
#[derive(Clone, Debug)]
pub enum Step {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Sends these bytes as often as this.
    Repeat(Vec<u8>, usize),
    /// Says nothing for this long.
    Wait(Duration),
    /// Ends the connection in the way that tells the client of a failure (RFC 9293 §3.10.7).
    Reset,
}

impl Answer {
    /// A response with a status, headers and a body, and the right length.
    pub fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status} Status\r\n").into_bytes();
        for (name, value) in headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        let end = format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        bytes.extend_from_slice(end.as_bytes());
        bytes.extend_from_slice(body);
        Self::Bytes(bytes)
    }

    /// A JSON response.
    pub fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, &[("content-type", "application/json")], body)
    }
}

/// A server on a free port of the loopback interface. It lives as long as the process.
#[derive(Clone, Debug)]
pub struct Server {
    /// `http://127.0.0.1:port`.
    pub origin: String,
    received: Arc<Mutex<Vec<Received>>>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    ended: AtomicUsize,
    written: AtomicU64,
}

impl Server {
    /// Answers the first request with the first answer and so on, and the last one for ever.
    pub fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: Vec<_> = answers.into_iter().collect();
        Self::with(move |index, _| answers[index.min(answers.len() - 1)].clone())
    }

    /// Answers each request, counted from 0, with what `answer` makes of it.
    pub fn with(answer: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound address"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let counts = Arc::new(Counts::default());
        let server = Self {
            origin,
            received,
            counts,
        };
        let (listening, answer) = (server.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, answer) = (listening.clone(), Arc::clone(&answer));
                server.counts.connections.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    server.serve(stream, &*answer);
                    server.counts.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// How many connections were made so far, with or without a request.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// How many bytes the clients' ends took from [`Step::Repeat`], once all connections are over.
    pub fn repeated(&self) -> u64 {
        let patience = Instant::now() + Duration::from_secs(10);
        while self.counts.ended.load(Ordering::SeqCst) < self.connections() {
            assert!(Instant::now() < patience, "a connection stays open");
            thread::sleep(Duration::from_millis(1));
        }
        self.counts.written.load(Ordering::SeqCst)
    }

    /// What has been sent so far.
    pub fn received(&self) -> Vec<Received> {
        self.received
            .lock()
            .expect("no test thread panicked")
            .clone()
    }

    /// The one request that was sent.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "one request: {received:#?}");
        received[0].clone()
    }

    fn serve(&self, mut stream: TcpStream, answer: &dyn Fn(usize, &Received) -> Answer) {
        let Some(request) = read(&stream) else { return };
        let index = {
            let mut received = self.received.lock().expect("no test thread panicked");
            received.push(request.clone());
            received.len() - 1
        };
        match answer(index, &request) {
            // A client that gives up early is what some tests are about.
            Answer::Bytes(bytes) => drop(stream.write_all(&bytes)),
            Answer::Close => {}
            Answer::Stall(time) => thread::sleep(time),
            Answer::Steps(steps) => {
                for step in steps {
                    if self.take(&mut stream, step).is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn take(&self, stream: &mut TcpStream, step: Step) -> io::Result<()> {
        match step {
            Step::Bytes(bytes) => stream.write_all(&bytes),
            Step::Repeat(bytes, times) => {
                for _ in 0..times {
                    stream.write_all(&bytes)?;
                    let length = bytes.len() as u64;
                    self.counts.written.fetch_add(length, Ordering::SeqCst);
                }
                Ok(())
            }
            Step::Wait(time) => {
                thread::sleep(time);
                Ok(())
            }
            Step::Reset => SockRef::from(&*stream).set_linger(Some(Duration::ZERO)),
        }
    }
}

/// Reads one request.
pub fn read(stream: impl Read) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .ok()
        .filter(|length| *length > 0)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received {
        line: line.trim_end().to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
