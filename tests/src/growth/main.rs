//! That work grows as its input does, and no faster, counted in instructions by valgrind, so that no
//! clock and no other program has a say: what each reader of what comes from outside takes for 1, 10
//! and 100 KiB of its worst input, and for 1 MiB where that is cheap, and what the generator takes for
//! many specs and for large ones.

mod counted;
mod documents;
mod figures;
mod generator;
mod readers;
mod specs;
mod users;

use std::alloc::System;
use std::fmt;

use oauth_atlas_benches::requests::rows::Both;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(
    dead_code,
    reason = "a fixture is there for one feature, and has all methods"
)]
mod fixtures {
    include!(concat!(env!("OUT_DIR"), "/fixtures/index.rs"));
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SIZES: [usize; 3] = [1024, 10 * 1024, 100 * 1024];

/// The longest body that is read at all.
const LONGEST: usize = 1024 * 1024;

/// What a reader may take for the last of [`SIZES`] to be given the longest as well. Valgrind takes some
/// seconds for a thousand million instructions, and whatever grows faster than its input shows before.
const CHEAP: u64 = 10_000_000;

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
    const TEST: &str = "no_reader_takes_more_than_its_input_is_worth";
    if let Some(size) = counted::size() {
        for (number, (_, prepare)) in all().enumerate() {
            if counted::is_wanted(number) {
                counted::measured(counted::prepared(prepare(size)));
            }
        }
        return;
    }
    let mut calls: Vec<usize> = (0..all().count()).collect();
    let mut before = vec![u64::MAX / MOST; calls.len()];
    for size in SIZES.into_iter().chain([LONGEST]) {
        if size == LONGEST {
            calls.retain(|call| before[*call] <= CHEAP);
            assert!(!calls.is_empty(), "a reader is cheap");
        }
        // A size is counted only after the smaller ones were right, so that a wrong reader is found
        // before it takes hours.
        let counts = counted::instructions_of(&calls, TEST, size);
        assert_eq!(counts.len(), calls.len(), "a count for each reader");
        for (call, count) in calls.iter().zip(counts) {
            let (name, _) = all().nth(*call).expect("a reader");
            show(format_args!("{size:>8} {count:>12} {name}"));
            let known = before[*call];
            assert!(
                count <= MOST * known,
                "{name}: {count} for {size}, {known} before"
            );
            before[*call] = count;
        }
    }
}

/// Or there is nothing to compare in `cargo bench`.
#[test]
fn operations_send_what_they_send_by_hand() {
    Both::default().check();
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

#[test]
fn large_specs_are_refused() {
    specs::assert_refused();
}

#[test]
#[cfg_attr(not(has_valgrind), ignore = "needs valgrind on the path")]
fn large_specs_are_refused_soon() {
    if let Some(size) = counted::size() {
        return specs::measure(size);
    }
    let [few, many] = specs::SIZES.map(|size| {
        let counts = counted::instructions("large_specs_are_refused_soon", size);
        show(format_args!("{size:>8} {counts:?}"));
        counts
    });
    specs::assert_growth(&few, &many);
}
