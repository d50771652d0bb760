//! That work grows as its input does, and no faster, counted in instructions by valgrind, so that no
//! clock and no other program has a say: what each reader of what comes from outside takes for 1, 10
//! and 100 KiB and for 1 MiB of its worst input, and what the generator takes for many specs.

mod counted;
mod documents;
mod figures;
mod generator;
mod readers;
mod users;

use std::alloc::System;
use std::fmt;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(
    dead_code,
    reason = "a fixture is there for one feature, and has all methods"
)]
mod fixtures {
    include!(concat!(env!("OUT_DIR"), "/fixtures/index.rs"));
}

/// The clients that the benchmarks measure as well, and what they do.
#[allow(dead_code, reason = "the benchmarks use more of them")]
mod measured {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    include!(concat!(env!("OUT_DIR"), "/measured/index.rs"));

    /// The output of a future that waits for nothing.
    pub fn now<Output>(future: impl Future<Output = Output>) -> Output {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => unreachable!("what is measured waits for nothing"),
        }
    }
}

#[allow(dead_code, reason = "the benchmarks use more of them")]
#[path = "../../benches/requests"]
mod requests {
    pub mod by_hand;
    pub mod ours;
    pub mod rows;
    pub mod values;
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The last is the longest body that is read at all.
const SIZES: [usize; 4] = [1024, 10 * 1024, 100 * 1024, 1024 * 1024];

/// How many times as many instructions ten times the input may take: what sorts takes a little more
/// than ten, and what looks at all for each takes a hundred.
const MOST: u64 = 16;

#[allow(clippy::print_stdout, reason = "the counts are shown with --nocapture")]
fn show(line: fmt::Arguments<'_>) {
    println!("{line}");
}

/// Every reader of what comes from outside.
fn all() -> impl Iterator<Item = &'static (&'static str, readers::Prepare)> {
    readers::ALL.iter().chain(users::ALL).chain(documents::ALL)
}

#[test]
#[cfg_attr(not(has_valgrind), ignore = "needs valgrind on the path")]
fn no_reader_takes_more_than_its_input_is_worth() {
    if let Some(size) = counted::size() {
        for (_, prepare) in all() {
            counted::measured(counted::prepared(prepare(size)));
        }
        return;
    }
    let mut before: Option<Vec<u64>> = None;
    for size in SIZES {
        // A size is counted only after the smaller ones were right, so that a wrong reader is found
        // before it takes hours.
        let counts = counted::instructions("no_reader_takes_more_than_its_input_is_worth", size);
        assert_eq!(counts.len(), all().count(), "a count for each reader");
        for (index, (name, _)) in all().enumerate() {
            let count = counts[index];
            show(format_args!("{size:>8} {count:>12} {name}"));
            if let Some(before) = &before {
                let most = MOST * before[index];
                assert!(
                    count <= most,
                    "{name}: {count} for {size}, {} before",
                    before[index]
                );
            }
        }
        before = Some(counts);
    }
}

#[test]
#[cfg_attr(not(has_valgrind), ignore = "needs valgrind on the path")]
fn no_operation_takes_more_than_it_did() {
    match counted::size() {
        Some(times) => figures::measure(times),
        None => figures::check("no_operation_takes_more_than_it_did"),
    }
}

#[test]
#[cfg_attr(not(has_valgrind), ignore = "needs valgrind on the path")]
fn the_generator_takes_no_more_than_its_specs_are_worth() {
    if let Some(specs) = counted::size() {
        return generator::measure(specs);
    }
    let [few, many] = [100, 400].map(|specs| {
        let test = "the_generator_takes_no_more_than_its_specs_are_worth";
        let counts = counted::instructions(test, specs);
        show(format_args!("{specs:>8} {counts:?}"));
        counts
    });
    generator::assert_growth(&few, &many, [100, 4]);
}
