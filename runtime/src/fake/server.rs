//! The fake on a loopback port: a thread of its own, so that it answers blocking code and any async
//! runtime alike.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::{Semaphore, oneshot};

use crate::fake::Shared;
use crate::fake::answer::Answer;
use crate::fake::faults::Fault;
use crate::fake::request::Request;

/// The longest body that is read.
const MAX_BODY: usize = 1 << 20;

/// The most connections at a time; more wait.
const MAX_CONNECTIONS: usize = 512;

/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// A running server, which ends when this is dropped.
pub(super) struct Running {
    _stop: oneshot::Sender<Infallible>,
}

/// A free port, or this one.
pub(super) fn bind(port: u16) -> io::Result<(TcpListener, String)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((listener, origin))
}

pub(super) fn run(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Running> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = {
        let _entered = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let (stop, stopped) = oneshot::channel();
    thread::Builder::new()
        .name("fake provider".to_owned())
        .spawn(move || {
            runtime.spawn(accept(listener, shared));
            // Ends when the sender is dropped, and the runtime's tasks with it.
            let _ = runtime.block_on(stopped);
        })?;
    Ok(Running { _stop: stop })
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Ok(place) = Arc::clone(&connections).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Given up before it was taken, or the process has too many files open.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { serve(request, &shared).await }
            });
            // A client that gives up is what some tests are about.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(SILENCE)
                .serve_connection(TokioIo::new(stream), service)
                .await;
            drop(place);
        });
    }
}

async fn serve(
    request: http::Request<Incoming>,
    shared: &Shared,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(SILENCE, Limited::new(body, MAX_BODY).collect());
    let Ok(Ok(body)) = body.await else {
        return Ok(response(&Answer::html(
            413,
            "the body is too long, or takes too long",
        )));
    };
    let query = parts.uri.query().unwrap_or("");
    let request = Request {
        method: parts.method,
        authority: parts.uri.authority().map(ToString::to_string),
        path: parts.uri.path().to_owned(),
        query: form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        headers: parts.headers,
        body: body.to_bytes().to_vec(),
    };
    if let Some(answer) = shared.control(&request) {
        return Ok(response(&answer));
    }
    match shared.fault(&request) {
        Some(Fault::Disconnect) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Fault::Stall(time)) => tokio::time::sleep(time).await,
        Some(fault) => {
            if let Some(answer) = fault.answer() {
                return Ok(response(&answer));
            }
        }
        None => {}
    }
    Ok(response(&shared.answer(&request)))
}

fn response(answer: &Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body.clone())));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &answer.headers {
        if let Ok(value) = http::HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}
