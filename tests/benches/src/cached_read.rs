//! A token that is there already, from a token source, beside the least that it could cost: an `Arc` out of
//! an `ArcSwap`, a mutex or a lock for readers, and a look at the clock.

use std::fmt;
use std::hint::black_box;
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use oauth_atlas::{TokenSet, TokenSource};

use crate::now;
use crate::providers::basic::Client;

const ACCESS_TOKEN: &str = "ya29.a0AfH6SMBx7qJ9kL2mN4pR6sT8uV0wX2yZ4aB6cD8eF";

/// The rows that repeat nothing: a call, and an `await`.
const CALLED: &str = "a number, returned";
const AWAITED: &str = "a future that is ready, awaited";

/// One way to get a token.
pub struct Row {
    pub name: &'static str,
    /// Gets the token so many times.
    pub get: Box<dyn Fn(u32) + Sync>,
    /// The row that repeats nothing in the same way.
    pub loop_alone: &'static str,
    pub goals: Option<Goals>,
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// The most that it may cost.
#[derive(Clone, Copy, Debug)]
pub struct Goals {
    pub instructions: f64,
    pub allocations: f64,
}

pub fn rows() -> Vec<Row> {
    let until = SystemTime::now() + Duration::from_secs(3600);
    let tokens = || TokenSet::new(ACCESS_TOKEN).with_expires_at(until);
    let source = || -> TokenSource {
        let client = Client::confidential("id", "secret");
        let source = client.token_source(tokens().with_refresh_token("r"));
        now(source.api_headers()).expect("tokens are there");
        source
    };
    let held = || Held {
        tokens: Arc::new(tokens()),
        until,
    };

    let (asynchronous, blocking, headers) = (source(), source(), source());
    let swapped = ArcSwap::from_pointee(held());
    let (guarded, read) = (Mutex::new(held()), RwLock::new(held()));
    let most = |instructions, allocations| {
        Some(Goals {
            instructions,
            allocations,
        })
    };
    vec![
        Row {
            name: "ours, tokens().await",
            get: Box::new(move |times| {
                now(async {
                    for _ in 0..times {
                        drop(black_box(asynchronous.tokens().await));
                    }
                });
            }),
            loop_alone: AWAITED,
            goals: most(110.0, 0.0),
        },
        row("ours, tokens_blocking()", most(110.0, 0.0), move || {
            blocking.tokens_blocking()
        }),
        Row {
            name: "ours, api_headers().await",
            get: Box::new(move |times| {
                now(async {
                    for _ in 0..times {
                        drop(black_box(headers.api_headers().await));
                    }
                });
            }),
            loop_alone: AWAITED,
            goals: most(250.0, 1.0),
        },
        row(CALLED, None, || 1),
        Row {
            name: AWAITED,
            get: Box::new(|times| {
                now(async {
                    for _ in 0..times {
                        black_box(std::future::ready(black_box(1)).await);
                    }
                });
            }),
            loop_alone: AWAITED,
            goals: None,
        },
        row("ArcSwap, load_full and one clock", None, move || {
            let held = swapped.load_full();
            held.is_valid().then_some(held)
        }),
        row("Mutex, Arc and one clock", None, move || {
            guarded.lock().unwrap().valid_tokens()
        }),
        row("RwLock, Arc and one clock", None, move || {
            read.read().unwrap().valid_tokens()
        }),
        row("the two clocks that ours looks at", None, || {
            (SystemTime::now(), Instant::now())
        }),
    ]
}

fn row<T>(name: &'static str, goals: Option<Goals>, get: impl Fn() -> T + Sync + 'static) -> Row {
    let get = move |times| {
        for _ in 0..times {
            drop(black_box(get()));
        }
    };
    let get = Box::new(get);
    Row {
        name,
        get,
        loop_alone: CALLED,
        goals,
    }
}

/// What a program without this library would keep.
struct Held {
    tokens: Arc<TokenSet>,
    until: SystemTime,
}

impl Held {
    fn is_valid(&self) -> bool {
        self.until > SystemTime::now()
    }

    fn valid_tokens(&self) -> Option<Arc<TokenSet>> {
        self.is_valid().then(|| Arc::clone(&self.tokens))
    }
}

/// How often a row allocates, in a program whose allocator counts.
pub fn allocations(row: &Row) -> f64 {
    const TIMES: u32 = 100;
    crate::allocations(|| (row.get)(TIMES)) as f64 / f64::from(TIMES)
}
