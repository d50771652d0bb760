//! The limits of the default client, by a clock that jumps to the next thing to happen.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use oauth_atlas::Settings;
use oauth_atlas::{CONNECT_TIMEOUT, ErrorKind, TOTAL_TIMEOUT, TransportError, TransportErrorKind};
use socket2::{Domain, Socket, Type};
use tokio::time::Instant;

use crate::fixtures::standard;
use crate::server::{Answer, Server};

/// What becomes of a request to this origin, and after how long.
async fn waited(origin: &str) -> (Option<TransportErrorKind>, Duration) {
    let settings = Settings::new().replace_origin(origin);
    let client = standard::Client::confidential("client", "secret");
    let client = client.with_settings(settings.expect("a loopback origin"));
    let request = client.client_credentials([]);
    let start = Instant::now();
    let error = request.await.expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::Transport);
    (error.transport().map(TransportError::kind), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn the_default_client_waits_half_a_minute_for_an_answer() {
    let server = Server::start([Answer::Stall(Duration::from_secs(5))]);
    let (kind, time) = waited(&server.origin).await;
    assert_eq!(kind, Some(TransportErrorKind::Timeout));
    assert!(
        time >= TOTAL_TIMEOUT && time < TOTAL_TIMEOUT + Duration::from_secs(1),
        "{time:?}"
    );
}

/// A connection to a port that listens and takes nobody in any more.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn the_default_client_waits_ten_seconds_for_a_connection() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let address: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    socket.bind(&address.into()).expect("a free loopback port");
    socket.listen(0).expect("a listener");
    let address = socket
        .local_addr()
        .ok()
        .and_then(|address| address.as_socket());
    let address = address.expect("a bound address");
    // As many as the queue holds, and one for which there is no room.
    let moment = Duration::from_millis(200);
    let queued: Vec<_> = (0..4)
        .map_while(|_| TcpStream::connect_timeout(&address, moment).ok())
        .collect();
    assert!(queued.len() < 4, "the queue is full");

    let (kind, time) = waited(&format!("http://{address}")).await;
    assert_eq!(kind, Some(TransportErrorKind::Connect));
    assert!(
        time >= CONNECT_TIMEOUT && time < CONNECT_TIMEOUT + Duration::from_secs(1),
        "{time:?}"
    );
}
