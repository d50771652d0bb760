//! What `cargo bench` prints: the figures that the project has goals for, each beside its goal.
//!
//! `cargo bench -- pipeline` prints one part, and `cargo bench -- requests cached_read command load --record`
//! writes the tables to `figures/`, with the machine that they are of.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measures")]

mod accounts;
mod alone;
mod cached_read;
mod command;
mod compile_time;
mod load;
mod measure;
mod memory;
mod pipeline;
mod requests;
mod specs;

use std::env;
use std::process::ExitCode;

const PARTS: [(&str, fn()); 8] = [
    ("requests", requests::run),
    ("cached_read", cached_read::run),
    ("command", command::run),
    ("pipeline", pipeline::run),
    ("compile_time", compile_time::run),
    ("load", load::run),
    ("accounts", accounts::run),
    ("memory", memory::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, part, row @ .., times] = &*arguments
        && mode == "--repeat"
    {
        let times = times.parse().expect("a number");
        match (&**part, row) {
            ("requests", [row, side]) => requests::repeat(row, side, times),
            ("cached_read", [row]) => cached_read::repeat(row, times),
            ("load", [_]) => load::serve(),
            _ => panic!("no part has {row:?}"),
        }
        return ExitCode::SUCCESS;
    }
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    // `cargo test --all-targets` runs benchmarks without it, and wants no figures.
    if !named("--bench") {
        requests::check();
        return ExitCode::SUCCESS;
    }
    if let Some(ended) = alone::run(&arguments) {
        return ended;
    }
    let all = !PARTS.iter().any(|(part, _)| named(part));
    for (part, run) in PARTS {
        if all || named(part) {
            run();
            println!();
        }
    }
    ExitCode::SUCCESS
}
