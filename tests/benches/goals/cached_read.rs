//! A token that is there already, beside the least that it could cost.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use oauth_atlas_benches::cached_read::{Row, rows};

use crate::measure::{Table, allocations, goal, instructions, median};

pub fn run() {
    let mut table = Table::new(
        "cached_read",
        "a token that is valid, each time",
        &[
            "instructions",
            "less the loop",
            "allocations",
            "ns, 1 thread",
            "ns, 2 threads",
        ],
    );
    let mut verdicts = Vec::new();
    for (row, allocations) in rows().into_iter().zip(allocations("cached_read")) {
        let counted = instructions_of(row.name);
        let less_loop = counted
            .zip(instructions_of(row.loop_alone))
            .map(|(all, of_loop)| all - of_loop);
        let shown =
            |count: Option<f64>| count.map_or("-".to_owned(), |count| format!("{count:.0}"));
        let [one, two] = [1, 2].map(|threads| nanoseconds(&row, threads));
        table.row(
            row.name,
            &[
                shown(counted),
                shown(less_loop),
                format!("{allocations:.0}"),
                format!("{one:.0}"),
                format!("{two:.0}"),
            ],
        );
        if let Some(most) = row.goals {
            let name = row.name;
            if let Some(count) = less_loop {
                let what = format!("{name}, instructions less those of the loop");
                verdicts.push((what, count, most.instructions));
            }
            verdicts.push((
                format!("{name}, allocations"),
                allocations,
                most.allocations,
            ));
        }
    }
    table.finish();
    for (what, figure, most) in verdicts {
        goal(&what, figure, most);
    }
}

/// Does a row so many times, for a tool that watches from outside.
pub fn repeat(name: &str, times: u32) {
    let rows = rows();
    let row = rows.iter().find(|row| row.name == name).expect("a row");
    (row.get)(times);
}

/// Without what starting and ending the program takes.
fn instructions_of(name: &str) -> Option<f64> {
    const TIMES: u32 = 10_000;
    let count = |times: u32| instructions(&["--repeat", "cached_read", name, &times.to_string()]);
    let more = count(TIMES + 1)?.checked_sub(count(1)?)?;
    Some(more as f64 / f64::from(TIMES))
}

/// The median of rounds, for each of so many threads that get the same token at once.
fn nanoseconds(row: &Row, threads: usize) -> f64 {
    const ROUNDS: usize = 21;
    const TIMES: u32 = 100_000;
    let round = |_| {
        let start = Barrier::new(threads);
        let thread = || {
            start.wait();
            let started = Instant::now();
            (row.get)(TIMES);
            started.elapsed().as_nanos() as f64 / f64::from(TIMES)
        };
        thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(thread)).collect();
            let times = threads.into_iter().map(|thread| thread.join().unwrap());
            times.sum::<f64>()
        }) / threads as f64
    };
    median((0..ROUNDS).map(round).collect())
}
