//! Each operation through a generated client, with all that `await` does, beside the same by hand over
//! reqwest. Both make a `reqwest::Request` from the same values and read the same
//! `reqwest::Response`. Nothing is sent.

pub mod by_hand;
pub mod ours;
pub mod rows;
pub mod values;

use std::time::Instant;

use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::measure::{Table, goal, instructions, median};
use rows::{Both, ROWS, Row, SIDES, Side};

/// The most that a token request may take whose body is a form.
const ALLOCATIONS_IN_FORM: f64 = 20.0;

pub fn run() {
    check();
    let both = Both::new();
    let mut table = Table::new(
        "requests",
        "an operation as a whole: generated client / by hand over reqwest",
        &["instructions", "ratio", "allocations", "nanoseconds"],
    );
    let mut verdicts = Vec::new();
    for row in &ROWS {
        let [ours, by_hand] = SIDES.map(|side| allocations(&both, row, side));
        let counted = counted(row);
        let ratio = counted.map(|[ours, by_hand]| ours / by_hand);
        // The clock's time depends on what else the machine does.
        let [fast, slow] = nanoseconds(&both, row);
        table.row(
            row.name,
            &[
                counted.map_or("-".into(), |[ours, by_hand]| {
                    format!("{ours:.0} / {by_hand:.0}")
                }),
                ratio.map_or("-".into(), |ratio| format!("{ratio:.2}")),
                format!("{ours:.0} / {by_hand:.0}"),
                format!("{fast:.0} / {slow:.0}"),
            ],
        );
        if let Some(most) = row.goal {
            let judged = ratio.unwrap_or(fast / slow);
            verdicts.push((format!("{}, ours to by hand", row.name), judged, most));
            if most < 1.0 && !row.name.ends_with("JWT") {
                let what = format!("{}, allocations", row.name);
                verdicts.push((what, ours, ALLOCATIONS_IN_FORM));
            }
        }
    }
    table.finish();
    for (what, figure, most) in verdicts {
        goal(&what, figure, most);
    }
}

pub fn check() {
    Both::new().check();
}

/// Does one side of a row so many times, for a tool that watches from outside.
pub fn repeat(row: &str, side: &str, times: u32) {
    let both = Both::new();
    let row = ROWS.iter().find(|known| known.name == row).expect("a row");
    let side = SIDES.into_iter().find(|known| name(*known) == side);
    let side = side.expect("a side");
    // As many whatever the times are, so that they do not count.
    both.prepare(row, MOST_TIMES as usize);
    (0..times).for_each(|_| both.run(row, side));
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::ByHand => "by hand",
    }
}

fn allocations(both: &Both, row: &Row, side: Side) -> f64 {
    // What is made once is made in the first round.
    let rounds = [(); 2].map(|()| allocations_of_round(both, row, side));
    rounds[0].min(rounds[1])
}

fn allocations_of_round(both: &Both, row: &Row, side: Side) -> f64 {
    const TIMES: u32 = 100;
    both.run(row, side);
    both.prepare(row, TIMES as usize);
    let region = Region::new(ALLOCATOR);
    (0..TIMES).for_each(|_| both.run(row, side));
    let stats = region.change();
    (stats.allocations + stats.reallocations) as f64 / f64::from(TIMES)
}

/// The most often that a row is repeated in one run.
const MOST_TIMES: u32 = 320;

/// What each side executes, without what starting and ending the program takes.
fn counted(row: &Row) -> Option<[f64; 2]> {
    const FIRST: u32 = 20;
    const TIMES: u32 = MOST_TIMES - FIRST;
    let count = |side: Side, times: u32| {
        let times = times.to_string();
        let run = || instructions(&["--repeat", "requests", row.name, name(side), &times]);
        // TLS gathers randomness when it is set up, now and then a hundred times as long.
        Some(run()?.min(run()?))
    };
    // The first ones make what is made once.
    let one =
        |side| Some((count(side, MOST_TIMES)? - count(side, FIRST)?) as f64 / f64::from(TIMES));
    Some([one(Side::Ours)?, one(Side::ByHand)?])
}

/// The median of rounds in which the sides take turns, so that what else the machine does meets both.
fn nanoseconds(both: &Both, row: &Row) -> [f64; 2] {
    const ROUNDS: usize = 51;
    const TIMES: u32 = 100;
    let mut rounds = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (side, rounds) in SIDES.into_iter().zip(&mut rounds) {
            both.prepare(row, TIMES as usize);
            let started = Instant::now();
            (0..TIMES).for_each(|_| both.run(row, side));
            rounds.push(started.elapsed().as_nanos() as f64 / f64::from(TIMES));
        }
    }
    rounds.map(median)
}
