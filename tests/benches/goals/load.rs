//! Ten thousand accounts in one process, whose tokens live so shortly that 500 are renewed in each second,
//! beside the same requests by hand over reqwest.
//!
//! `cargo bench -- load` takes a minute, and `--seconds 600` takes ten. The server is a process of its own
//! that answers every request with new tokens, so that its CPU time is not counted.

use std::env;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader};
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use oauth_atlas::{Error, ProviderClient as _, Settings, TokenEvent, TokenSource};
use oauth_atlas_benches::accounts::{refresh_token, sources};
use oauth_atlas_benches::providers::{basic, post};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::measure::{Table, goal, own_cpu};

const ACCOUNTS: usize = 10_000;
const RENEWALS_A_SECOND: u64 = 500;
/// Tokens are renewed when nine tenths of their life have passed, and up to a fortieth earlier.
const LIFETIME: u64 = 10_000 / RENEWALS_A_SECOND * 100 / 89;
/// How often each account is asked for its token.
const ASKED_EVERY: Duration = Duration::from_millis(500);

pub fn run() {
    let seconds = argument("--seconds").unwrap_or(20);
    let server = Server::start();
    let mut table = Table::new(
        "load",
        &format!(
            "{ACCOUNTS} accounts, each asked for its token twice a second, {RENEWALS_A_SECOND} renewals a \
             second, for {seconds} seconds"
        ),
        &[
            "CPU µs a renewal",
            "p50 µs",
            "p99 µs",
            "p99.9 µs",
            "memory at start",
            "memory at end",
        ],
    );
    let runtime = runtime();
    let idle = renewing(&runtime, &server, seconds.min(20), Kind::Never);
    let waiting = renewing(&runtime, &server, seconds, Kind::Waits);
    let meanwhile = renewing(&runtime, &server, seconds, Kind::Meanwhile);
    let by_hand = by_hand(&runtime, &server, seconds.min(60));
    let mut grew = Vec::new();
    for (name, run) in [
        ("callers wait for a renewal", &waiting),
        ("the old token serves meanwhile", &meanwhile),
    ] {
        // Without what it takes to ask for tokens that are valid.
        let cpu = (run.cpu_a_second() - idle.cpu_a_second()) / run.renewals_a_second();
        table.row(name, &run.cells(cpu * 1e6));
        grew.push(run.memory[1] as f64 / run.memory[0] as f64);
    }
    table.row("no token is renewed", &idle.cells(f64::NAN));
    table.row(
        "by hand over reqwest, the same requests",
        &by_hand.cells(by_hand.cpu_a_second() / by_hand.renewals_a_second() * 1e6),
    );
    table.finish();
    for one in [&waiting, &meanwhile] {
        println!("      {:.0} renewals a second", one.renewals_a_second());
    }
    for grew in grew {
        goal("memory at the end to that at the start", grew, 1.05);
    }
}

fn runtime() -> Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// What is asked of the provider when tokens are due.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// They are not due.
    Never,
    /// The old token may end, so callers wait.
    Waits,
    /// The old token serves until there is a new one.
    Meanwhile,
}

struct Run {
    cpu: Duration,
    time: Duration,
    renewals: u64,
    latencies: Latencies,
    /// Resident, in KiB, after all tokens were renewed once, and at the end.
    memory: [u64; 2],
}

impl Run {
    fn cpu_a_second(&self) -> f64 {
        self.cpu.as_secs_f64() / self.time.as_secs_f64()
    }

    fn renewals_a_second(&self) -> f64 {
        self.renewals as f64 / self.time.as_secs_f64()
    }

    fn cells(&self, cpu: f64) -> Vec<String> {
        let mut cells = vec![if cpu.is_nan() {
            "-".to_owned()
        } else {
            format!("{cpu:.0}")
        }];
        for part in [0.5, 0.99, 0.999] {
            let latency = self.latencies.0.value_at_quantile(part);
            cells.push(format!("{:.1}", latency as f64 / 1e3));
        }
        cells.extend(
            self.memory
                .map(|kilobytes| format!("{} MB", kilobytes / 1024)),
        );
        cells
    }
}

/// In nanoseconds. They are counted, as keeping each would take more memory than what is measured.
struct Latencies(Histogram<u64>);

impl Latencies {
    fn new() -> Self {
        const A_MINUTE: u64 = 60_000_000_000;
        const DIGITS: u8 = 3;
        Self(Histogram::new_with_max(A_MINUTE, DIGITS).expect("bounds that a histogram can have"))
    }

    fn add(&mut self, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.0.saturating_record(nanoseconds);
    }

    /// Adds those of the calls that have ended.
    fn add_ended(&mut self, calls: &mut JoinSet<Duration>) {
        while let Some(took) = calls.try_join_next() {
            self.add(took.expect("no panic"));
        }
    }

    async fn add_all(&mut self, mut calls: JoinSet<Duration>) {
        while let Some(took) = calls.join_next().await {
            self.add(took.expect("no panic"));
        }
    }
}

/// Asks every account for its token, again and again.
fn renewing(runtime: &Runtime, server: &Server, seconds: u64, kind: Kind) -> Run {
    static RENEWALS: AtomicU64 = AtomicU64::new(0);
    let settings = Settings::new()
        .replace_origin(&server.origin)
        .expect("an origin");
    let [waits, meanwhile] = [
        basic::Client::confidential("id", "secret").core().clone(),
        post::Client::confidential("id", "secret").core().clone(),
    ];
    let (client, lifetime) = match kind {
        Kind::Never => (waits, 3600),
        Kind::Waits => (waits, LIFETIME),
        Kind::Meanwhile => (meanwhile, LIFETIME),
    };
    let sources = sources(&client.with_settings(settings), ACCOUNTS, lifetime);
    let sources: Arc<[_]> = sources
        .into_iter()
        .map(|source| {
            source.on_event(|event| {
                if let TokenEvent::Renewed(_) = event {
                    RENEWALS.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let ask = |time: Duration| runtime.block_on(ask(Arc::clone(&sources), time));
    if kind != Kind::Never {
        ask(Duration::from_secs(LIFETIME * 2));
    }
    let before = RENEWALS.load(Ordering::Relaxed);
    let mut run = Run {
        cpu: Duration::ZERO,
        time: Duration::ZERO,
        renewals: 0,
        latencies: Latencies::new(),
        memory: [resident(); 2],
    };
    let started = Instant::now();
    run.cpu = own_cpu(|| run.latencies = ask(Duration::from_secs(seconds)));
    run.time = started.elapsed();
    run.memory[1] = resident();
    run.renewals = RENEWALS.load(Ordering::Relaxed) - before;
    run
}

/// Two tasks go through their half of the accounts at an even pace, and wait for no answer: who waits is
/// a task of its own. What the calls took.
async fn ask(sources: Arc<[TokenSource]>, time: Duration) -> Latencies {
    const TASKS: usize = 2;
    const A_TURN: usize = 100;
    let share = sources.len() / TASKS;
    let tasks = (0..TASKS).map(|task| {
        let sources = Arc::clone(&sources);
        tokio::spawn(async move {
            let end = Instant::now() + time;
            let turn = ASKED_EVERY * A_TURN as u32 / share as u32;
            let mut ticks = tokio::time::interval(turn);
            let (mut latencies, mut waiting) = (Latencies::new(), JoinSet::new());
            let mut at = 0;
            while Instant::now() < end {
                ticks.tick().await;
                for _ in 0..A_TURN {
                    let source = sources[task * share + at].clone();
                    at = (at + 1) % share;
                    let called = Instant::now();
                    let mut tokens = Box::pin(async move { source.tokens().await.map(drop) });
                    let first = is_ready(&mut tokens);
                    let took = called.elapsed();
                    if first {
                        latencies.add(took);
                    } else {
                        waiting.spawn(async move {
                            let renewed = tokens.await;
                            renewed.expect("new tokens");
                            called.elapsed()
                        });
                    }
                }
                latencies.add_ended(&mut waiting);
            }
            latencies.add_all(waiting).await;
            latencies
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut all = Latencies::new();
    for task in tasks {
        let latencies = task.await.expect("no panic");
        all.0.add(latencies.0).expect("the same bounds");
    }
    all
}

/// Whether tokens are there at once, as nearly always.
fn is_ready(tokens: &mut Pin<Box<impl Future<Output = Result<(), Error>>>>) -> bool {
    match tokens
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(tokens) => {
            tokens.expect("tokens");
            true
        }
        Poll::Pending => false,
    }
}

/// As many refreshes a second, as an application writes them that has reqwest and no OAuth library.
fn by_hand(runtime: &Runtime, server: &Server, seconds: u64) -> Run {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "reading them is what is measured")]
    struct Tokens {
        access_token: String,
        token_type: String,
        expires_in: Option<u64>,
        refresh_token: Option<String>,
        scope: Option<String>,
    }
    const A_TURN: u64 = 5;
    let url = format!("{}/token", server.origin);
    let client = reqwest::Client::new();
    let refresh = move |account: u64| {
        let refresh_token = refresh_token(account);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &*refresh_token),
        ];
        let request = client
            .post(&url)
            .basic_auth("id", Some("secret"))
            .form(&form);
        async move {
            let called = Instant::now();
            let response = request.send().await.expect("a response");
            let response = response.error_for_status().expect("a success");
            black_box(response.json::<Tokens>().await.expect("tokens"));
            called.elapsed()
        }
    };
    let mut latencies = Latencies::new();
    let memory = resident();
    let started = Instant::now();
    let cpu = own_cpu(|| {
        runtime.block_on(async {
            let turn = Duration::from_millis(1_000 * A_TURN / RENEWALS_A_SECOND);
            let mut ticks = tokio::time::interval(turn);
            let mut sent = JoinSet::new();
            for account in 0..seconds * RENEWALS_A_SECOND {
                if account.is_multiple_of(A_TURN) {
                    ticks.tick().await;
                }
                sent.spawn(refresh(account));
                latencies.add_ended(&mut sent);
            }
            latencies.add_all(sent).await;
        });
    });
    Run {
        cpu,
        time: started.elapsed(),
        renewals: latencies.0.len(),
        latencies,
        memory: [memory, resident()],
    }
}

/// What this process has in memory, in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// A token endpoint in a process of its own.
struct Server {
    process: Child,
    origin: String,
}

impl Server {
    fn start() -> Self {
        let program = env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args(["--repeat", "load", "serve", "1"]);
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program runs");
        let mut origin = String::new();
        let stdout = process.stdout.take().expect("its output");
        BufReader::new(stdout)
            .read_line(&mut origin)
            .expect("a line");
        let origin = origin.trim().to_owned();
        Self { process, origin }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says where it is, and answers every request with new tokens.
pub fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let (connection, _) = listener.accept().await.expect("a connection");
            connection.set_nodelay(true).expect("a socket");
            tokio::spawn(answer(connection));
        }
    });
}

async fn answer(mut connection: TcpStream) {
    static TOKENS: AtomicU64 = AtomicU64::new(0);
    let mut received = Vec::with_capacity(4096);
    loop {
        let end = loop {
            if let Some(end) = whole(&received) {
                break end;
            }
            match connection.read_buf(&mut received).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
        };
        received.drain(..end);
        let number = TOKENS.fetch_add(1, Ordering::Relaxed);
        let body = format!(
            r#"{{"token_type":"Bearer","expires_in":{LIFETIME},"access_token":"ya29.a0AfH6SMBx7qJ9kL2mN4pR6sT8uV0wX2yZ4aB6cD8eF{number}","refresh_token":"1//0gLr3fr35h-t0k3nL9IrF4bC6dE8fG0hI2jK4lM6nO8pQ0r{number}"}}"#
        );
        let length = body.len();
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncache-control: no-store\r\n";
        let answer = format!("{head}content-length: {length}\r\n\r\n{body}");
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Where the first request ends, if it is there as a whole.
fn whole(received: &[u8]) -> Option<usize> {
    let head = received
        .windows(4)
        .position(|window| window == b"\r\n\r\n")?
        + 4;
    let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let length = text.split("content-length:").nth(1)?.split("\r\n").next()?;
    let end = head + length.trim().parse::<usize>().ok()?;
    (received.len() >= end).then_some(end)
}

/// The number behind an argument.
fn argument(name: &str) -> Option<u64> {
    let mut arguments = env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
