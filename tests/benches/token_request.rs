//! A token request and its response through a generated client, beside the same by hand over
//! reqwest. Both sides start from the same values and make a `reqwest::Request`, then read the same
//! `reqwest::Response`. Nothing is sent.

mod by_hand;
mod ours;

use std::hint::black_box;
use std::time::Instant;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};
use stats_alloc::{Region, Stats};
use url::Url;

use crate::ALLOCATOR;
use crate::measure::{goal, instructions, median, now};
use by_hand::ByHand;
use ours::Ours;

const CLIENT_ID: &str = "client-id";
const CLIENT_SECRET: &str = "client-secret";
const REDIRECT_URI: &str = "https://app.example/callback";
const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";
const REFRESH_TOKEN: &str = "8xLOxBtZp8";

#[derive(Clone, Copy)]
enum Operation {
    CodeExchange,
    Refresh,
    ClientCredentials,
}

/// An operation, and the body of the response to it.
struct Row {
    name: &'static str,
    operation: Operation,
    body: Bytes,
}

/// One of the things that are measured.
struct Column {
    name: &'static str,
    /// For each row, ours and by hand.
    pairs: Vec<[f64; 2]>,
    /// The most that ours may be of what it is by hand.
    goal: Option<f64>,
}

pub fn run() {
    check();
    let bench = Bench::new();
    let rows = rows();
    let column = |name, goal, measure: &dyn Fn(&Row) -> [f64; 2]| Column {
        name,
        pairs: rows.iter().map(measure).collect(),
        goal,
    };
    let instructions: Option<Vec<_>> = rows.iter().map(instructions_of_step).collect();
    // The clock's time depends on what else the machine does, so it is judged for want of better.
    let goal_of_time = instructions.is_none().then_some(1.0);
    let mut columns = vec![
        column("nanoseconds", goal_of_time, &|row| bench.nanoseconds(row)),
        column("allocations", Some(1.0), &|row| {
            let count = |stats: Stats| stats.allocations + stats.reallocations;
            bench.allocated(row).map(|stats| count(stats) as f64)
        }),
        // More than by hand, as bodies are kept where they can be overwritten.
        column("bytes", None, &|row| {
            bench
                .allocated(row)
                .map(|stats| stats.bytes_allocated as f64)
        }),
    ];
    columns.extend(instructions.map(|pairs| Column {
        name: "instructions",
        pairs,
        goal: Some(1.0),
    }));

    println!("token request and response: generated client / by hand over reqwest\n");
    print!("{:34}", "");
    for Column { name, .. } in &columns {
        print!("{name:>18}");
    }
    for (index, row) in rows.iter().enumerate() {
        print!("\n{:34}", row.name);
        for [ours, by_hand] in columns.iter().map(|column| column.pairs[index]) {
            print!("{:>18}", format!("{ours:.0} / {by_hand:.0}"));
        }
    }
    println!("\n");
    for Column {
        name,
        pairs,
        goal: most,
    } in &columns
    {
        let worst = pairs
            .iter()
            .map(|[ours, by_hand]| ours / by_hand)
            .fold(0.0, f64::max);
        if let Some(most) = most {
            goal(&format!("{name}, ours to by hand, worst row"), worst, *most);
        }
    }
}

/// Both sides send the same, or there is nothing to compare.
pub fn check() {
    let bench = Bench::new();
    for row in rows() {
        let ours = Ours::build(&bench.ours.request(row.operation));
        let by_hand = bench.by_hand.build(row.operation);
        assert_eq!(sent(&ours), sent(&by_hand), "{}", row.name);
    }
}

/// Does one side of a row so many times, for a tool that watches from outside.
pub fn repeat(row: &str, side: &str, times: u32) {
    let bench = Bench::new();
    let row = rows()
        .into_iter()
        .find(|known| known.name == row)
        .expect("a row");
    let side = SIDES
        .into_iter()
        .find(|known| known.name() == side)
        .expect("a side");
    (0..times).for_each(|_| bench.step(side, &row));
}

fn rows() -> Vec<Row> {
    let opaque = token_response("2YotnFZFEjr1zCsicMWpAA");
    let jwt = token_response(&"eyJhbGciOiJSUzI1".repeat(75));
    let row = |name, operation, body: &Bytes| Row {
        name,
        operation,
        body: body.clone(),
    };
    vec![
        row(
            "code exchange, opaque token",
            Operation::CodeExchange,
            &opaque,
        ),
        row(
            "code exchange, JWT of 1.2 KB",
            Operation::CodeExchange,
            &jwt,
        ),
        row("refresh, opaque token", Operation::Refresh, &opaque),
        row("refresh, JWT of 1.2 KB", Operation::Refresh, &jwt),
        row(
            "client credentials, opaque token",
            Operation::ClientCredentials,
            &opaque,
        ),
        row(
            "client credentials, JWT of 1.2 KB",
            Operation::ClientCredentials,
            &jwt,
        ),
    ]
}

fn token_response(access_token: &str) -> Bytes {
    let body = format!(
        r#"{{"access_token":"{access_token}","token_type":"Bearer","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","scope":"read write"}}"#
    );
    body.into()
}

#[derive(Clone, Copy)]
enum Side {
    Ours,
    ByHand,
}

const SIDES: [Side; 2] = [Side::Ours, Side::ByHand];

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Ours => "ours",
            Side::ByHand => "by hand",
        }
    }
}

struct Bench {
    ours: Ours,
    by_hand: ByHand,
}

impl Bench {
    fn new() -> Self {
        let ours = Ours::new();
        let by_hand = ByHand::new(&Ours::build(&ours.request(Operation::CodeExchange)));
        Self { ours, by_hand }
    }

    fn step(&self, side: Side, row: &Row) {
        let response = black_box(response(&row.body));
        match side {
            Side::Ours => {
                let request = self.ours.request(row.operation);
                black_box(Ours::build(&request));
                black_box(now(Ours::read(&request, response)));
            }
            Side::ByHand => {
                black_box(self.by_hand.build(row.operation));
                black_box(now(ByHand::read(response)));
            }
        }
    }

    /// The median of rounds in which the sides take turns, so that what else the machine does
    /// meets both.
    fn nanoseconds(&self, row: &Row) -> [f64; 2] {
        const ROUNDS: usize = 101;
        const STEPS: u32 = 100;
        let mut rounds = [const { Vec::new() }; 2];
        for _ in 0..ROUNDS {
            for (side, times) in SIDES.into_iter().zip(&mut rounds) {
                let start = Instant::now();
                (0..STEPS).for_each(|_| self.step(side, row));
                times.push(start.elapsed().as_nanos() as f64 / f64::from(STEPS));
            }
        }
        rounds.map(median)
    }

    fn allocated(&self, row: &Row) -> [Stats; 2] {
        SIDES.map(|side| {
            let region = Region::new(ALLOCATOR);
            self.step(side, row);
            region.change()
        })
    }
}

/// What each side executes, without what starting and ending the program takes.
fn instructions_of_step(row: &Row) -> Option<[f64; 2]> {
    const STEPS: u32 = 500;
    let count = |side: Side, times: u32| {
        instructions(&[
            "--repeat",
            "token_request",
            row.name,
            side.name(),
            &times.to_string(),
        ])
    };
    let of_step =
        |side| Some((count(side, STEPS + 1)? - count(side, 1)?) as f64 / f64::from(STEPS));
    Some([of_step(Side::Ours)?, of_step(Side::ByHand)?])
}

fn sent(request: &reqwest::Request) -> (&Method, &Url, &HeaderMap, Option<&[u8]>) {
    let body = request.body().and_then(reqwest::Body::as_bytes);
    (request.method(), request.url(), request.headers(), body)
}

/// The answer of a server, as reqwest gives it.
fn response(body: &Bytes) -> reqwest::Response {
    let mut response = http::Response::new(body.clone());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response.into()
}

/// The value of a parameter of a query or of a form.
fn parameter(form: &[u8], name: &str) -> String {
    let mut parameters = form_urlencoded::parse(form);
    let (_, value) = parameters
        .find(|(known, _)| known == name)
        .expect("it is sent");
    value.into_owned()
}
