//! What operations through a generated client take, held to what they took when `figures.txt` was
//! recorded: instructions and allocations, as these tests are built. What users run is built with more
//! optimisation, and measured by `cargo bench -- requests`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use oauth_atlas_benches::requests::rows::{Both, ROWS, Row, Side};

use crate::counted;
use crate::show;

/// Makes this test write the figures that it finds.
const RECORD: &str = "OAUTH_ATLAS_TESTS_RECORD";

/// How much more an operation may take by the same compiler, and by another one.
const TOLERANCE: f64 = 1.03;
const TOLERANCE_OF_OTHERS: f64 = 1.15;

/// What one operation takes.
struct Figures {
    instructions: u64,
    allocations: usize,
}

/// Does each operation so many times, for valgrind to count.
pub fn measure(times: usize) {
    let both = Rc::new(Both::default());
    for row in &ROWS {
        let both = Rc::clone(&both);
        // The first one makes what is made once.
        both.run(row, Side::Ours);
        both.prepare(row, MANY);
        counted::measured(counted::prepared(Box::new(move || {
            (0..times).for_each(|_| both.run(row, Side::Ours));
        })));
    }
}

/// How often each operation is done in the two runs whose difference counts.
const FEW: usize = 5;
const MANY: usize = 30;

pub fn check(test: &str) {
    let [few, many] = [FEW, MANY].map(|times| counted::instructions(test, times));
    assert_eq!((few.len(), many.len()), (ROWS.len(), ROWS.len()));
    let both = Both::default();
    let found = ROWS.iter().zip(few.iter().zip(&many));
    let found: Vec<_> = found
        .map(|(row, (few, many))| Figures {
            instructions: (many - few) / (MANY - FEW) as u64,
            allocations: allocations(&both, row),
        })
        .collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/growth/figures.txt");
    if env::var_os(RECORD).is_some() {
        fs::write(&file, written(&found)).expect("the figures can be written");
    }
    let recorded = fs::read_to_string(&file).expect("the figures were recorded");
    let mut complaints = String::new();
    for (row, found) in ROWS.iter().zip(&found) {
        let Figures {
            instructions,
            allocations,
        } = found;
        show(format_args!(
            "{instructions:>8} {allocations:>4}  {}",
            row.name
        ));
        let known = known(&recorded, row.name).expect("every operation was recorded");
        let most = known.instructions as f64 * tolerance(&recorded);
        if *instructions as f64 > most || *allocations > known.allocations {
            let _ = writeln!(
                complaints,
                "{}: {instructions} instructions and {allocations} allocations, {} and {} before",
                row.name, known.instructions, known.allocations
            );
        }
    }
    assert!(
        complaints.is_empty(),
        "{complaints}if there is a reason for it, record the new figures: \
         {RECORD}=1 cargo test -p oauth-atlas-tests --test growth -- {test}"
    );
}

fn allocations(both: &Both, row: &Row) -> usize {
    both.run(row, Side::Ours);
    both.prepare(row, 1);
    oauth_atlas_benches::allocations(|| both.run(row, Side::Ours))
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let output = output.expect("the compiler that built this");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn written(found: &[Figures]) -> String {
    let mut text = format!("{}\n", compiler());
    for (row, found) in ROWS.iter().zip(found) {
        let Figures {
            instructions,
            allocations,
        } = found;
        let _ = writeln!(text, "{instructions:>8} {allocations:>4}  {}", row.name);
    }
    text
}

fn tolerance(recorded: &str) -> f64 {
    match recorded.lines().next() == Some(compiler().as_str()) {
        true => TOLERANCE,
        false => TOLERANCE_OF_OTHERS,
    }
}

fn known(recorded: &str, name: &str) -> Option<Figures> {
    recorded.lines().find_map(|line| {
        let (instructions, rest) = line.trim_start().split_once(' ')?;
        let (allocations, found) = rest.trim_start().split_once("  ")?;
        (found == name).then_some(Figures {
            instructions: instructions.parse().ok()?,
            allocations: allocations.parse().ok()?,
        })
    })
}
