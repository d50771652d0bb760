//! Prints how often each row of a part allocates, or how much, a line each. A program of its own: an allocator that
//! counts takes instructions and time, which the programs of users do not take.

#![expect(clippy::print_stdout, reason = "another program reads it")]

use std::alloc::System;
use std::env;

use oauth_atlas_benches::requests::rows::{Both, ROWS, SIDES};
use oauth_atlas_benches::{accounts, cached_read, memory, requests};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let part = env::args().nth(1).unwrap_or_default();
    match &*part {
        "requests" => {
            let both = Both::default();
            for (row, side) in ROWS.iter().flat_map(|row| SIDES.map(|side| (row, side))) {
                println!("{}", requests::allocations(&both, row, side));
            }
        }
        "cached_read" => {
            for row in cached_read::rows() {
                println!("{}", cached_read::allocations(&row));
            }
        }
        "memory" => {
            for row in memory::ROWS {
                println!("{}", (row.bytes)());
            }
        }
        "accounts" => {
            for number in accounts::NUMBERS {
                println!("{}", accounts::bytes_each(number));
            }
        }
        _ => panic!("no part has the name {part:?}"),
    }
}
