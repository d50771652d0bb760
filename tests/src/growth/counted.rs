//! Instructions, counted by valgrind in a process of its own.

use std::env;
use std::fs;
use std::hint::black_box;
use std::process::{self, Command};

/// Tells a process of this test how long the inputs are.
const SIZE: &str = "OAUTH_ATLAS_TESTS_SIZE";

/// The size that this process is to measure, if it is one that measures.
pub fn size() -> Option<usize> {
    env::var(SIZE).ok()?.parse().ok()
}

/// Tells a process of this test which of its calls to make, if not all.
const ONLY: &str = "OAUTH_ATLAS_TESTS_ONLY";

/// Whether this process is to make the call with this number.
pub fn is_wanted(number: usize) -> bool {
    match env::var(ONLY) {
        Ok(only) => only.split(' ').any(|wanted| wanted.parse() == Ok(number)),
        Err(_) => true,
    }
}

/// Ends what is not counted. Valgrind knows it by its name.
#[inline(never)]
pub fn prepared(work: Box<dyn FnOnce()>) -> Box<dyn FnOnce()> {
    black_box(work)
}

/// What is counted. Valgrind knows it by its name.
#[inline(never)]
pub fn measured(work: Box<dyn FnOnce()>) {
    black_box(work)();
}

/// The instructions of each call of [`measured`] in this test, for inputs of this size.
pub fn instructions(test: &str, size: usize) -> Vec<u64> {
    count(Command::new("valgrind").env(SIZE, size.to_string()), test)
}

/// The same of the calls with these numbers alone.
pub fn instructions_of(calls: &[usize], test: &str, size: usize) -> Vec<u64> {
    let only: Vec<_> = calls.iter().map(usize::to_string).collect();
    let mut valgrind = Command::new("valgrind");
    valgrind
        .env(ONLY, only.join(" "))
        .env(SIZE, size.to_string());
    count(&mut valgrind, test)
}

fn count(valgrind: &mut Command, test: &str) -> Vec<u64> {
    let folder = env::temp_dir().join(format!("oauth-atlas-growth-{test}-{}", process::id()));
    fs::create_dir_all(&folder).expect("the directory for temporary files is writable");
    let counts = folder.join("counts");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", counts.display()))
        // Two counts for each call: of what comes before it, and of the call.
        .args([
            "--dump-after=*counted::prepared*",
            "--dump-after=*counted::measured*",
        ])
        .arg(env::current_exe().expect("this program"))
        .args(["--exact", test, "--test-threads=1"]);
    let output = valgrind.output().expect("valgrind");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let calls = (1..)
        .map(|number| fs::read_to_string(counts.with_extension(number.to_string())))
        .map_while(Result::ok)
        .filter(|dump| is_of_call(dump))
        .map(|dump| {
            let total = dump.lines().find_map(|line| line.strip_prefix("totals: "));
            total.expect("a total").parse().expect("a number")
        })
        .collect();
    fs::remove_dir_all(&folder).expect("the folder is this test's");
    calls
}

fn is_of_call(dump: &str) -> bool {
    let mut lines = dump.lines();
    lines.any(|line| line.starts_with("desc: Trigger: ") && line.ends_with("counted::measured"))
}
