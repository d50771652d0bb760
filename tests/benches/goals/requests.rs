//! Each operation through a generated client beside the same by hand.

use std::time::Instant;

use oauth_atlas_benches::requests::rows::{Both, ROWS, Row, SIDES, Side};

use crate::measure::{Table, allocations, goal, instructions, median};

/// The most that a token request may take whose body is a form.
const ALLOCATIONS_IN_FORM: f64 = 20.0;

pub fn run() {
    check();
    let both = Both::default();
    let mut table = Table::new(
        "requests",
        "an operation as a whole: generated client / by hand over reqwest",
        &["instructions", "ratio", "allocations", "nanoseconds"],
    );
    let mut verdicts = Vec::new();
    let allocations = allocations("requests");
    for (row, allocations) in ROWS.iter().zip(allocations.chunks_exact(SIDES.len())) {
        let [ours, by_hand] = [allocations[0], allocations[1]];
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
    Both::default().check();
}

/// Does one side of a row so many times, for a tool that watches from outside.
pub fn repeat(row: &str, side: &str, times: u32) {
    let both = Both::default();
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
