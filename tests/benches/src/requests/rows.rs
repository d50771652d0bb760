//! What is measured: each operation through a generated client and by hand over reqwest.

use http::{HeaderMap, Method};
use url::Url;

use super::by_hand::ByHand;
use super::ours::Ours;
use super::values::{Answer, parameter};
use crate::now;

/// How the client says who it is, and how the body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Basic,
    Body,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    Code,
    Refresh,
    ClientCredentials,
}

#[derive(Clone, Copy, Debug)]
enum Work {
    Token(Style, Grant, Answer),
    AuthorizationUrl,
    Callback,
    ApiCall,
    Introspection,
}

/// An operation, and the most that it may be of what it is by hand, in instructions.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub name: &'static str,
    pub goal: Option<f64>,
    work: Work,
}

const fn row(name: &'static str, goal: f64, work: Work) -> Row {
    Row {
        name,
        goal: Some(goal),
        work,
    }
}

const fn token(name: &'static str, goal: f64, style: Style, grant: Grant, answer: Answer) -> Row {
    row(name, goal, Work::Token(style, grant, answer))
}

/// The share of the same by hand that a form may take, and that anything else may.
const FORM: f64 = 0.9;
const OTHERS: f64 = 1.0;

use Answer::{Jwt, Opaque};
use Grant::{ClientCredentials, Code, Refresh};
use Style::{Basic, Body, Json};

pub const ROWS: [Row; 15] = [
    token("code exchange, Basic", FORM, Basic, Code, Opaque),
    token("code exchange, Basic, JWT", FORM, Basic, Code, Jwt),
    token("refresh, Basic", FORM, Basic, Refresh, Opaque),
    token("refresh, Basic, JWT", FORM, Basic, Refresh, Jwt),
    token(
        "client credentials, Basic",
        FORM,
        Basic,
        ClientCredentials,
        Opaque,
    ),
    token("code exchange, body", FORM, Body, Code, Opaque),
    token("refresh, body", FORM, Body, Refresh, Opaque),
    token(
        "client credentials, body",
        FORM,
        Body,
        ClientCredentials,
        Opaque,
    ),
    token("code exchange, JSON", OTHERS, Json, Code, Opaque),
    token("refresh, JSON", OTHERS, Json, Refresh, Opaque),
    token(
        "client credentials, JSON",
        OTHERS,
        Json,
        ClientCredentials,
        Opaque,
    ),
    row("authorization URL", OTHERS, Work::AuthorizationUrl),
    // By hand nothing is kept but the state, and nothing else is checked.
    Row {
        name: "callback",
        goal: None,
        work: Work::Callback,
    },
    row("API call", OTHERS, Work::ApiCall),
    row("introspection", OTHERS, Work::Introspection),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Ours,
    ByHand,
}

pub const SIDES: [Side; 2] = [Side::Ours, Side::ByHand];

#[derive(Debug)]
pub struct Both {
    ours: Ours,
    by_hand: ByHand,
}

impl Default for Both {
    fn default() -> Self {
        let ours = Ours::new();
        let exchange = ours.sent(Basic, Code);
        let body = exchange.body().and_then(reqwest::Body::as_bytes);
        let verifier = parameter(body.unwrap_or_default(), "code_verifier");
        Self {
            ours,
            by_hand: ByHand::new(verifier),
        }
    }
}

impl Both {
    /// Makes ready for so many runs of a row.
    pub fn prepare(&self, row: &Row, times: usize) {
        if let Work::Token(style, Code, _) = row.work {
            self.ours.prepare(style, times);
        }
    }

    pub fn run(&self, row: &Row, side: Side) {
        let Self { ours, by_hand } = self;
        match (row.work, side) {
            (Work::Token(style, grant, answer), Side::Ours) => {
                now(ours.token(style, grant, answer));
            }
            (Work::Token(style, grant, answer), Side::ByHand) => {
                now(by_hand.token(style, grant, answer));
            }
            (Work::AuthorizationUrl, Side::Ours) => drop(ours.authorization_url()),
            (Work::AuthorizationUrl, Side::ByHand) => drop(by_hand.authorization_url()),
            (Work::Callback, Side::Ours) => ours.callback(),
            (Work::Callback, Side::ByHand) => by_hand.callback(),
            (Work::ApiCall, Side::Ours) => drop(ours.api_call()),
            (Work::ApiCall, Side::ByHand) => drop(by_hand.api_call()),
            (Work::Introspection, Side::Ours) => now(ours.introspection()),
            (Work::Introspection, Side::ByHand) => now(by_hand.introspection()),
        }
    }

    /// Both sides send the same, or there is nothing to compare.
    pub fn check(&self) {
        let Self { ours, by_hand } = self;
        for row in ROWS {
            match row.work {
                // Each has a verifier of its own.
                Work::Token(Body | Json, Code, _) => {}
                Work::Token(style, grant, _) => {
                    let (ours, by_hand) = (ours.sent(style, grant), by_hand.sent(style, grant));
                    assert_eq!(sent(&ours), sent(&by_hand), "{}", row.name);
                }
                Work::ApiCall => {
                    let (ours, by_hand) = (ours.api_call(), by_hand.api_call());
                    assert_eq!(sent(&ours), sent(&by_hand), "{}", row.name);
                }
                Work::AuthorizationUrl => {
                    let names = |url: String| {
                        let url = Url::parse(&url).expect("a URL");
                        let pairs = url.query_pairs().map(|(name, _)| name.into_owned());
                        pairs.collect::<Vec<_>>()
                    };
                    let (ours, by_hand) = (ours.authorization_url(), by_hand.authorization_url());
                    assert_eq!(names(ours), names(by_hand));
                }
                Work::Callback | Work::Introspection => {}
            }
            SIDES.into_iter().for_each(|side| self.run(&row, side));
        }
    }
}

/// What goes over the wire; of the body, what is in it.
fn sent(request: &reqwest::Request) -> (&Method, &Url, &HeaderMap, Vec<(String, String)>) {
    let body = request.body().and_then(reqwest::Body::as_bytes);
    let body = body.unwrap_or_default();
    let members = match serde_json::from_slice::<serde_json::Map<_, _>>(body) {
        Ok(object) => object
            .into_iter()
            .map(|(name, value): (String, serde_json::Value)| (name, value.to_string()))
            .collect(),
        Err(_) => form_urlencoded::parse(body).into_owned().collect(),
    };
    (request.method(), request.url(), request.headers(), members)
}
