//! What an account takes among few and among many, and a token that is valid.

use std::hint::black_box;
use std::time::Instant;

use oauth_atlas_benches::accounts::{NUMBERS, idle};

use crate::measure::{Table, allocations, goal};

pub fn run() {
    let mut table = Table::new(
        "accounts",
        "accounts in one process",
        &["bytes an account", "ns a token"],
    );
    let bytes = allocations("accounts");
    for (accounts, bytes) in NUMBERS.into_iter().zip(&bytes) {
        table.row(
            &accounts.to_string(),
            &[
                format!("{bytes:.0}"),
                format!("{:.0}", nanoseconds(accounts)),
            ],
        );
    }
    table.finish();
    let most = bytes.iter().copied().fold(0.0, f64::max);
    goal(
        "bytes an account among the most, to among the fewest",
        most / bytes[0],
        1.05,
    );
}

/// What a token that is valid takes, in an order that no cache foresees.
fn nanoseconds(accounts: usize) -> f64 {
    const TIMES: u32 = 200_000;
    let sources = idle(accounts);
    let mut at = 0;
    let started = Instant::now();
    for _ in 0..TIMES {
        // A step that has no factor in common with the number of accounts goes through all.
        at = (at + 7_919) % accounts;
        let _ = black_box(sources[at].tokens_blocking());
    }
    started.elapsed().as_nanos() as f64 / f64::from(TIMES)
}
