//! Each operation through a generated client, with all that `await` does, beside the same by hand over
//! reqwest. Both make a `reqwest::Request` from the same values and read the same
//! `reqwest::Response`. Nothing is sent.

mod by_hand;
mod ours;
pub mod rows;
mod values;

use rows::{Both, Row, Side};

/// How often an operation allocates, in a program whose allocator counts.
pub fn allocations(both: &Both, row: &Row, side: Side) -> f64 {
    const TIMES: u32 = 100;
    both.run(row, side);
    // What is made once is made in the first round.
    let rounds = [(); 2].map(|()| {
        both.prepare(row, TIMES as usize);
        crate::allocations(|| (0..TIMES).for_each(|_| both.run(row, side)))
    });
    rounds[0].min(rounds[1]) as f64 / f64::from(TIMES)
}
