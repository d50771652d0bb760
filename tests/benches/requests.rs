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
    (0..times).for_each(|_| both.run(row, side));
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::ByHand => "by hand",
    }
}

fn allocations(both: &Both, row: &Row, side: Side) -> f64 {
    const TIMES: u32 = 100;
    both.run(row, side);
    let region = Region::new(ALLOCATOR);
    (0..TIMES).for_each(|_| both.run(row, side));
    let stats = region.change();
    (stats.allocations + stats.reallocations) as f64 / f64::from(TIMES)
}

/// What each side executes, without what starting and ending the program takes.
fn counted(row: &Row) -> Option<[f64; 2]> {
    const TIMES: u32 = 300;
    let count = |side: Side, times: u32| {
        let times = times.to_string();
        instructions(&["--repeat", "requests", row.name, name(side), &times])
    };
    // The first ones make what is made once.
    let one = |side| Some((count(side, TIMES + 20)? - count(side, 20)?) as f64 / f64::from(TIMES));
    Some([one(Side::Ours)?, one(Side::ByHand)?])
}

/// The median of rounds in which the sides take turns, so that what else the machine does meets both.
fn nanoseconds(both: &Both, row: &Row) -> [f64; 2] {
    const ROUNDS: usize = 51;
    const TIMES: u32 = 100;
    let mut rounds = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (side, rounds) in SIDES.into_iter().zip(&mut rounds) {
            let started = Instant::now();
            (0..TIMES).for_each(|_| both.run(row, side));
            rounds.push(started.elapsed().as_nanos() as f64 / f64::from(TIMES));
        }
    }
    rounds.map(median)
}
