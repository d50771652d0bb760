//! The faults, as what the other end does.

use std::sync::LazyLock;
use std::time::Duration;

use serde_json::json;

use super::gzip;
use super::operation::Operation;
use super::tls::Certificate;
use crate::server::{Answer, Received, Step};

/// Longer than any of the clients here waits, and no longer than a test may take.
const SILENCE: Duration = Duration::from_secs(2);

/// So that what was sent arrives before what comes next.
const A_MOMENT: Duration = Duration::from_millis(60);

/// A row of the table.
pub struct Fault {
    pub name: &'static str,
    pub wire: Wire,
    /// Whether it takes a client with a short limit of time.
    pub is_slow: bool,
    /// Whether the answer is larger than what a client may take of it.
    pub is_endless: bool,
}

/// What makes the answer to an operation's request; `elsewhere` is another origin.
type Make = fn(operation: Operation, request: &Received, elsewhere: &str) -> Answer;

#[derive(Clone, Copy)]
pub enum Wire {
    /// Nothing listens.
    Nothing,
    /// http, and not on this machine as far as anybody can tell.
    Plain,
    Tls(Certificate),
    Http(Make),
}

const fn http(name: &'static str, make: Make) -> Fault {
    of(name, Wire::Http(make))
}

const fn of(name: &'static str, wire: Wire) -> Fault {
    Fault {
        name,
        wire,
        is_slow: false,
        is_endless: false,
    }
}

const fn slow(name: &'static str, make: Make) -> Fault {
    Fault {
        is_slow: true,
        ..http(name, make)
    }
}

const fn endless(name: &'static str, make: Make) -> Fault {
    Fault {
        is_endless: true,
        ..http(name, make)
    }
}

pub const FAULTS: &[Fault] = &[
    of("nothing listens", Wire::Nothing),
    of("the certificate is right", Wire::Tls(Certificate::Right)),
    of(
        "the certificate is of another host",
        Wire::Tls(Certificate::OtherHost),
    ),
    of(
        "the certificate has expired",
        Wire::Tls(Certificate::Expired),
    ),
    of(
        "the certificate is signed by itself",
        Wire::Tls(Certificate::SelfSigned),
    ),
    of("http to another machine", Wire::Plain),
    http("no answer, and the connection ends", |_, _, _| {
        Answer::Close
    }),
    http("no answer, and the connection is reset", |_, _, _| {
        Answer::Steps(vec![Step::Reset])
    }),
    http("an answer that is not HTTP", |_, _, _| {
        Answer::Bytes(b"canary 200\r\n\r\n".into())
    }),
    endless("headers without an end", |_, _, _| {
        let header = format!("x-canary: {}\r\n", "canary".repeat(1000));
        Answer::Steps(vec![
            Step::Bytes(b"HTTP/1.1 200 OK\r\n".into()),
            Step::Repeat(header.into_bytes(), 30_000),
        ])
    }),
    http("a reset within the body", |_, _, _| {
        Answer::Steps(vec![
            Step::Bytes(head("content-length: 1000\r\n")),
            Step::Bytes(br#"{"access_token":"canary"#.into()),
            Step::Wait(A_MOMENT),
            Step::Reset,
        ])
    }),
    http("a body shorter than announced", |operation, _, _| {
        let mut bytes = head("content-length: 1000\r\n");
        bytes.extend_from_slice(operation.success().as_bytes());
        Answer::Bytes(bytes)
    }),
    http("a body without its last chunk", |operation, _, _| {
        let body = operation.success();
        let mut bytes = head("transfer-encoding: chunked\r\n");
        bytes.extend_from_slice(format!("{:x}\r\n{body}\r\n", body.len()).as_bytes());
        Answer::Bytes(bytes)
    }),
    slow("silence before the answer", |_, _, _| {
        Answer::Stall(SILENCE)
    }),
    slow("silence within the headers", |_, _, _| {
        Answer::Steps(vec![
            Step::Bytes(b"HTTP/1.1 200 OK\r\nx-canary: canary\r\n".into()),
            Step::Wait(SILENCE),
        ])
    }),
    slow("silence within the body", |operation, _, _| {
        Answer::Steps(vec![
            Step::Bytes(head("content-length: 1000\r\n")),
            Step::Bytes(operation.success().into()),
            Step::Wait(SILENCE),
        ])
    }),
    slow("a body byte by byte", |_, _, _| {
        let byte = || [Step::Bytes(b" ".into()), Step::Wait(A_MOMENT)];
        let head = [Step::Bytes(head("content-length: 1000\r\n"))];
        Answer::Steps(
            head.into_iter()
                .chain((0..30).flat_map(|_| byte()))
                .collect(),
        )
    }),
    endless("200 MB, announced", |_, _, _| {
        Answer::Steps(vec![
            Step::Bytes(head("content-length: 200000000\r\n")),
            filler(""),
        ])
    }),
    endless("200 MB, in chunks", |_, _, _| {
        Answer::Steps(vec![
            Step::Bytes(head("transfer-encoding: chunked\r\n")),
            filler("10000\r\n"),
        ])
    }),
    endless("200 MB, until the connection ends", |_, _, _| {
        Answer::Steps(vec![Step::Bytes(head("")), filler("")])
    }),
    http("a gzip bomb that was not asked for", |_, request, _| {
        assert_eq!(request.header("accept-encoding"), None);
        static BOMB: LazyLock<Vec<u8>> = LazyLock::new(gzip::bomb);
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", "gzip"),
        ];
        Answer::new(200, &headers, &*BOMB)
    }),
    http("307 to another origin", |_, request, elsewhere| {
        redirect(307, request, elsewhere)
    }),
    http("302 to another origin", |_, request, elsewhere| {
        redirect(302, request, elsewhere)
    }),
    http("303 to another origin", |_, request, elsewhere| {
        redirect(303, request, elsewhere)
    }),
    http("308 to another origin", |_, request, elsewhere| {
        redirect(308, request, elsewhere)
    }),
    http("307 to itself, for ever", |_, request, _| {
        redirect(307, request, "")
    }),
    http("the right answer, labelled text/html", |operation, _, _| {
        Answer::new(200, &[("content-type", "text/html")], operation.success())
    }),
    http(
        "the right answer, labelled text/plain",
        |operation, _, _| {
            let label = [("content-type", "text/plain; charset=iso-8859-1")];
            Answer::new(200, &label, operation.success())
        },
    ),
    http(
        "the right answer after 103 Early Hints",
        |operation, _, _| {
            let Answer::Bytes(answer) = json(200, operation.success()) else {
                unreachable!("an answer is bytes")
            };
            let mut bytes = b"HTTP/1.1 103 Early Hints\r\nlink: </canary>\r\n\r\n".to_vec();
            bytes.extend(answer);
            Answer::Bytes(bytes)
        },
    ),
    http("invalid UTF-8", |operation, _, _| {
        let body = operation.success().replace("canary", "canary\u{fffd}");
        let parts: Vec<_> = body.split('\u{fffd}').map(str::as_bytes).collect();
        let body = match parts.len() {
            1 => b"{\"user_code\":\"\xff\"}".to_vec(),
            _ => parts.join(&0xff),
        };
        json(200, body)
    }),
    http("an empty body", |_, _, _| json(200, "")),
    http("204", |_, _, _| {
        Answer::Bytes(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".into())
    }),
    http("a page, with 200", |_, _, _| page(200, "canary")),
    http("a page, with 404", |_, _, _| page(404, "Not Found")),
    http("a page, with 500", |_, _, _| page(500, "Sorry")),
    http("a page, with 502", |_, _, _| page(502, "Bad Gateway")),
    http("a page, with 503 and Retry-After", |_, _, _| {
        let headers = [("content-type", "text/html"), ("retry-after", "120")];
        Answer::new(503, &headers, "<html>Sorry</html>")
    }),
    http("JSON that breaks off", |operation, _, _| {
        let body = operation.success();
        json(200, &body[..body.len() - 4])
    }),
    http("JSON and more behind it", |operation, _, _| {
        json(200, format!("{}canary", operation.success()))
    }),
    http("an array", |operation, _, _| {
        json(200, format!("[{}]", operation.success()))
    }),
    http("ten thousand levels of JSON", |_, _, _| {
        json(200, format!(r#"{{"access_token":{}"#, "[".repeat(10_000)))
    }),
    http("an object without members", |_, _, _| json(200, "{}")),
    http("members twice", |operation, _, _| {
        let body = operation.success();
        let first = body.trim_end_matches('}').replace("canary", "first");
        json(200, format!("{first},{}", &body[1..]))
    }),
    http("a negative time", |operation, _, _| {
        json(200, operation.with_time("-1"))
    }),
    http("a time beyond all clocks", |operation, _, _| {
        json(200, operation.with_time("1000000000000000000000000000000"))
    }),
    http("a time beyond all numbers", |operation, _, _| {
        json(200, operation.with_time("1e999"))
    }),
    http("a time with a fraction", |operation, _, _| {
        json(200, operation.with_time("3599.5"))
    }),
    http("a time in quotes", |operation, _, _| {
        json(200, operation.with_time(r#""3600""#))
    }),
    http("a time in words", |operation, _, _| {
        json(200, operation.with_time(r#""canary o'clock""#))
    }),
    http("an error, with 200", |_, _, _| refusal(200)),
    http("an error, with 400", |_, _, _| refusal(400)),
    http("an error, with 401", |_, _, _| refusal(401)),
    http("an error, with 429", |_, _, _| refusal(429)),
    http("an error, with 500", |_, _, _| refusal(500)),
    http("an error that echoes the request", |_, request, _| {
        echoing(400, request)
    }),
    http(
        "an error with 200 that echoes the request",
        |_, request, _| echoing(200, request),
    ),
    http(
        "a page with 500 that echoes the request",
        |_, request, _| page(500, &format!("{request:?}")),
    ),
    http("a time that echoes the request", |operation, request, _| {
        let echo = json!(format!("{request:?}")).to_string();
        json(200, operation.with_time(&echo))
    }),
    http(
        "JSON that echoes the request and breaks off",
        |_, request, _| {
            json(
                200,
                format!(r#"{{"access_token":"{}"#, request.body.replace('"', "'")),
            )
        },
    ),
];

pub fn json(status: u16, body: impl AsRef<[u8]>) -> Answer {
    Answer::json(status, body)
}

fn page(status: u16, text: &str) -> Answer {
    let body = format!("<!doctype html><html><h1>{text}</h1></html>");
    Answer::new(status, &[("content-type", "text/html")], body)
}

/// The beginning of an answer whose length this header tells.
fn head(length: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n{length}\r\n"
    )
    .into_bytes()
}

/// 200 MB, in parts of 64 KiB with this before each.
fn filler(before: &str) -> Step {
    let mut part = before.as_bytes().to_vec();
    part.resize(before.len() + 0x1_0000, b' ');
    if !before.is_empty() {
        part.extend_from_slice(b"\r\n");
    }
    Step::Repeat(part, 200_000_000 / 0x1_0000)
}

fn redirect(status: u16, request: &Received, origin: &str) -> Answer {
    let target = format!("{origin}{}", request.target());
    Answer::new(status, &[("location", &target)], "")
}

fn refusal(status: u16) -> Answer {
    let description = "The request was refused.";
    let body = json!({ "error": "invalid_request", "error_description": description });
    let headers = [
        ("content-type", "application/json"),
        ("www-authenticate", "Basic realm=\"x\""),
    ];
    Answer::new(status, &headers, body.to_string())
}

/// An error whose texts are parts of the request, as it was sent and as the server read it.
fn echoing(status: u16, request: &Received) -> Answer {
    let read: Vec<_> = request
        .form()
        .into_iter()
        .chain(target_pairs(request))
        .map(|(name, value)| format!("{name} is {value}"))
        .collect();
    let authorization = request.header("authorization").unwrap_or("invalid_request");
    let sent = match &*request.body {
        "" => request.target(),
        body => body,
    };
    let body =
        json!({ "error": authorization, "error_description": sent, "error_uri": read.join(", ") });
    json(status, body.to_string())
}

fn target_pairs(request: &Received) -> Vec<(String, String)> {
    let (_, query) = request.target().split_once('?').unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}
