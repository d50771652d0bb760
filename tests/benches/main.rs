//! What `cargo bench` prints: the figures that the project has goals for, each beside its goal.
//!
//! `cargo bench -- pipeline` prints one part, and `cargo bench -- requests cached_read command load --record`
//! writes the tables to `figures/`, with the machine that they are of.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measures")]

mod cached_read;
mod command;
mod compile_time;
mod load;
mod measure;
mod pipeline;
mod requests;
mod specs;

use std::alloc::System;
use std::env;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(dead_code, reason = "only some of the clients are measured")]
mod fixtures {
    include!(concat!(env!("OUT_DIR"), "/fixtures/index.rs"));
}

/// Clients of the providers in `specs/`.
#[allow(dead_code, reason = "only some of the operations are measured")]
mod measured {
    include!(concat!(env!("OUT_DIR"), "/measured/index.rs"));

    pub use crate::measure::now;
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PARTS: [(&str, fn()); 6] = [
    ("requests", requests::run),
    ("cached_read", cached_read::run),
    ("command", command::run),
    ("pipeline", pipeline::run),
    ("compile_time", compile_time::run),
    ("load", load::run),
];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, part, row @ .., times] = &*arguments
        && mode == "--repeat"
    {
        let times = times.parse().expect("a number");
        return match (&**part, row) {
            ("requests", [row, side]) => requests::repeat(row, side, times),
            ("cached_read", [row]) => cached_read::repeat(row, times),
            ("load", [_]) => load::serve(),
            _ => panic!("no part has {row:?}"),
        };
    }
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    // `cargo test --all-targets` runs benchmarks without it, and wants no figures.
    if !named("--bench") {
        return requests::check();
    }
    let all = !PARTS.iter().any(|(part, _)| named(part));
    for (part, run) in PARTS {
        if all || named(part) {
            run();
            println!();
        }
    }
}
