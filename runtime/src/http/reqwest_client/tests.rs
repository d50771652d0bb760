use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ::http::{HeaderValue, Method};

use super::*;

type Answer = Result<HttpResponse, TransportError>;

/// A server that answers each of `connections` with the same octets and returns the requests.
struct Server {
    url: Url,
    requests: JoinHandle<Vec<String>>,
}

impl Server {
    fn start(connections: usize, answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/token?canary=1", listener.local_addr().unwrap());
        let requests = thread::spawn(move || {
            let serve = |_| Self::serve(&listener.accept().unwrap().0, &answer);
            (0..connections).map(serve).collect()
        });
        Self {
            url: url.parse().unwrap(),
            requests,
        }
    }

    fn serve(mut stream: &TcpStream, answer: &[u8]) -> String {
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        while !request.ends_with(b"\r\n\r\n") && !request.ends_with(b"the body") {
            let length = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..length]);
        }
        // The client may hang up before it has read everything.
        let _ = stream.write_all(answer);
        let _ = stream.shutdown(Shutdown::Write);
        String::from_utf8(request).unwrap()
    }
}

fn request(url: &Url) -> HttpRequest {
    let mut request = HttpRequest::new(Method::POST, url.clone()).with_body("the body");
    request
        .headers_mut()
        .insert("accept", HeaderValue::from_static("application/json"));
    request
}

fn run<Output>(future: impl Future<Output = Output>) -> Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn send(url: &Url) -> Answer {
    run(async {
        let client = Arc::new(ReqwestClient::with_defaults(Route::Direct)?);
        client.send(request(url)).await
    })
}

#[cfg(feature = "blocking")]
fn send_blocking(url: &Url) -> Answer {
    use crate::http::message::BlockingHttpClient as _;
    BlockingReqwestClient::with_defaults(Route::Direct)?.send(request(url))
}

/// What every default client makes of the same answer, and what it sent.
fn exchange(answer: impl Into<Vec<u8>>) -> Vec<(Answer, String)> {
    let clients = [
        send as fn(&Url) -> Answer,
        #[cfg(feature = "blocking")]
        send_blocking,
    ];
    let server = Server::start(clients.len(), answer);
    let answers = clients.map(|send| send(&server.url));
    answers
        .into_iter()
        .zip(server.requests.join().unwrap())
        .collect()
}

fn refused(answer: impl Into<Vec<u8>>) -> TransportErrorKind {
    let mut kinds = exchange(answer).into_iter().map(|(answer, _)| {
        let error = answer.unwrap_err();
        assert_silent(&error);
        error.kind()
    });
    let first = kinds.next().unwrap();
    assert!(kinds.all(|kind| kind == first));
    first
}

/// No text of the error or of its sources shows the query or the body.
fn assert_silent(error: &TransportError) {
    let mut texts = format!("{error:?}");
    let mut below: Option<&dyn Error> = Some(error);
    while let Some(error) = below {
        texts.push_str(&error.to_string());
        below = error.source();
    }
    assert!(
        !texts.contains("canary") && !texts.contains("the body"),
        "{texts}"
    );
}

#[test]
fn a_request_is_sent_as_it_is_and_answered() {
    for (answer, sent) in
        exchange("HTTP/1.1 400 Bad Request\r\nX-A: b\r\nContent-Length: 2\r\n\r\n{}")
    {
        let answer = answer.unwrap();
        assert_eq!((answer.status(), answer.body()), (400, b"{}".as_slice()));
        assert_eq!(answer.headers()["x-a"], "b");
        let sent = sent.to_ascii_lowercase();
        assert!(
            sent.starts_with("post /token?canary=1 http/1.1\r\n"),
            "{sent}"
        );
        assert!(sent.contains("\r\naccept: application/json\r\n"), "{sent}");
        assert!(sent.contains("\r\nuser-agent: oauth-atlas/"), "{sent}");
        assert!(sent.ends_with("\r\n\r\nthe body"), "{sent}");
        assert!(
            !sent.contains("referer") && !sent.contains("cookie"),
            "{sent}"
        );
    }
}

#[test]
fn a_redirect_is_returned_and_not_followed() {
    for (answer, _) in
        exchange("HTTP/1.1 307 Temporary Redirect\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n")
    {
        assert_eq!(answer.unwrap().status(), 307);
    }
}

#[test]
fn a_client_that_follows_redirects_is_found_out() {
    let target = Server::start(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        target.url
    );
    let server = Server::start(1, redirect);
    let client = Arc::new(ReqwestClient::new(reqwest::Client::new()));
    let error = run(client.send(request(&server.url))).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Redirected);
}

#[test]
fn an_announced_length_over_the_cap_is_refused() {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
        MAX_BODY_BYTES + 1
    );
    assert_eq!(refused(answer), TransportErrorKind::TooLarge);
    assert_eq!(
        refused("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"),
        TransportErrorKind::TooLarge
    );
}

#[test]
fn the_cap_holds_without_an_announced_length() {
    let headers = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let answer = |length| [headers.as_slice(), &vec![b'x'; length]].concat();
    for (full, _) in exchange(answer(MAX_BODY_BYTES)) {
        assert_eq!(full.unwrap().body().len(), MAX_BODY_BYTES);
    }
    assert_eq!(
        refused(answer(MAX_BODY_BYTES + 1)),
        TransportErrorKind::TooLarge
    );
}

#[test]
fn a_body_that_breaks_off_is_an_error() {
    assert_eq!(
        refused("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ncanary"),
        TransportErrorKind::Body
    );
}

#[test]
fn an_answer_that_is_not_http_is_an_error() {
    assert_eq!(refused("canary\r\n\r\n"), TransportErrorKind::Other);
}

#[test]
fn no_server_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token?canary=1", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let error = send(&url).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert_silent(&error);
}

#[test]
fn o06_a_server_that_never_answers_runs_into_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/token?canary=1", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let client = reqwest::Client::builder()
        .timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = run(Arc::new(ReqwestClient::new(client)).send(request(&url))).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_silent(&error);
}

/// A server that sends one byte after the other is not waited for until it is done.
#[cfg(feature = "blocking")]
#[test]
fn the_blocking_limit_is_for_the_whole_exchange() {
    use crate::http::message::BlockingHttpClient as _;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url: Url = format!("http://{}/token?canary=1", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let dripping = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // An answer to a request that has yet to come would be another error.
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
        answer.resize(1000, b' ');
        // Until the client has had enough of it.
        for byte in answer.chunks(1) {
            if stream.write_all(byte).is_err() {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    });
    let client =
        BlockingReqwestClient::with_limit(Route::Direct, Duration::from_millis(200)).unwrap();
    let error = client.send(request(&url)).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_silent(&error);
    assert!(dripping.join().unwrap(), "the answer was read to its end");
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let client = Arc::new(ReqwestClient::with_defaults(Route::Direct).unwrap());
    let url = Url::parse("http://127.0.0.1:9/").unwrap();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let answer = client.send(request(&url)).as_mut().poll(&mut context);
    assert!(
        matches!(answer, std::task::Poll::Ready(Err(error)) if error.kind() == TransportErrorKind::Other)
    );
}

/// What a name resolves to is not known before, so the client of public hosts looks at it.
#[test]
fn a_name_of_this_machine_is_no_public_host() {
    let server = Server::start(1, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let mut named = server.url.clone();
    named.set_host(Some("localhost")).unwrap();
    let public = Arc::new(ReqwestClient::with_defaults(Route::Public).unwrap());
    let error = run(public.send(request(&named))).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let mut below = error.source();
    let mut texts = String::new();
    while let Some(error) = below {
        texts.push_str(&error.to_string());
        below = error.source();
    }
    assert!(texts.contains("no public address"), "{texts}");
    #[cfg(feature = "blocking")]
    {
        use crate::http::message::BlockingHttpClient as _;
        let public = BlockingReqwestClient::with_defaults(Route::Public).unwrap();
        let error = public.send(request(&named)).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect);
    }
    // The one connection that the server waits for.
    let direct = Arc::new(ReqwestClient::with_defaults(Route::Direct).unwrap());
    assert_eq!(run(direct.send(request(&named))).unwrap().status(), 200);
    assert_eq!(server.requests.join().unwrap().len(), 1);
}
