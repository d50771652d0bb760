//! A token that is there already, from a token source, beside the least that it could cost: an `Arc` out of
//! an `ArcSwap`, a mutex or a lock for readers, and a look at the clock.

use std::hint::black_box;
use std::sync::{Arc, Barrier, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use oauth_atlas::{TokenSet, TokenSource};
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::fixtures::standard::Client;
use crate::measure::{Table, goal, instructions, median, now};

const ACCESS_TOKEN: &str = "ya29.a0AfH6SMBx7qJ9kL2mN4pR6sT8uV0wX2yZ4aB6cD8eF";

/// The rows that repeat nothing: a call, and an `await`.
const CALLED: &str = "a number, returned";
const AWAITED: &str = "a future that is ready, awaited";

/// One way to get a token.
struct Row {
    name: &'static str,
    /// Gets the token so many times.
    get: Box<dyn Fn(u32) + Sync>,
    /// The row that repeats nothing in the same way.
    loop_alone: &'static str,
    goals: Option<Goals>,
}

/// The most that it may cost.
struct Goals {
    instructions: f64,
    allocations: f64,
}

pub fn run() {
    let mut table = Table::new(
        "cached_read",
        "a token that is valid, each time",
        &[
            "instructions",
            "less the loop",
            "allocations",
            "ns, 1 thread",
            "ns, 2 threads",
        ],
    );
    let mut verdicts = Vec::new();
    for row in rows() {
        let counted = instructions_of(row.name);
        let less_loop = counted
            .zip(instructions_of(row.loop_alone))
            .map(|(all, of_loop)| all - of_loop);
        let allocations = allocations(&row);
        let shown =
            |count: Option<f64>| count.map_or("-".to_owned(), |count| format!("{count:.0}"));
        let [one, two] = [1, 2].map(|threads| nanoseconds(&row, threads));
        table.row(
            row.name,
            &[
                shown(counted),
                shown(less_loop),
                format!("{allocations:.0}"),
                format!("{one:.0}"),
                format!("{two:.0}"),
            ],
        );
        if let Some(most) = row.goals {
            let name = row.name;
            if let Some(count) = less_loop {
                let what = format!("{name}, instructions less those of the loop");
                verdicts.push((what, count, most.instructions));
            }
            verdicts.push((
                format!("{name}, allocations"),
                allocations,
                most.allocations,
            ));
        }
    }
    table.finish();
    for (what, figure, most) in verdicts {
        goal(&what, figure, most);
    }
}

/// Does a row so many times, for a tool that watches from outside.
pub fn repeat(name: &str, times: u32) {
    let rows = rows();
    let row = rows.iter().find(|row| row.name == name).expect("a row");
    (row.get)(times);
}

fn rows() -> Vec<Row> {
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

/// Without what starting and ending the program takes.
fn instructions_of(name: &str) -> Option<f64> {
    const TIMES: u32 = 10_000;
    let count = |times: u32| instructions(&["--repeat", "cached_read", name, &times.to_string()]);
    let more = count(TIMES + 1)?.checked_sub(count(1)?)?;
    Some(more as f64 / f64::from(TIMES))
}

fn allocations(row: &Row) -> f64 {
    const TIMES: u32 = 100;
    let region = Region::new(ALLOCATOR);
    (row.get)(TIMES);
    let stats = region.change();
    (stats.allocations + stats.reallocations) as f64 / f64::from(TIMES)
}

/// The median of rounds, for each of so many threads that get the same token at once.
fn nanoseconds(row: &Row, threads: usize) -> f64 {
    const ROUNDS: usize = 21;
    const TIMES: u32 = 100_000;
    let round = |_| {
        let start = Barrier::new(threads);
        let thread = || {
            start.wait();
            let started = Instant::now();
            (row.get)(TIMES);
            started.elapsed().as_nanos() as f64 / f64::from(TIMES)
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
            let times = threads.into_iter().map(|thread| thread.join().unwrap());
            times.sum::<f64>()
        }) / threads as f64
    };
    median((0..ROUNDS).map(round).collect())
}
