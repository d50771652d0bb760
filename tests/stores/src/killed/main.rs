//! Eight processes share two hundred accounts at a server whose refresh tokens are good for one use, and are killed
//! at random points; databases are killed and started again meanwhile. What must not happen is counted.
//!
//! `STORES_SECONDS=600 cargo test -p oauth-atlas-store-tests --test killed` runs for ten minutes with each store.

mod accounts;
mod run;
mod server;
mod watched;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use oauth_atlas_store_tests::subject::Subject;

use server::Rule;

/// How long each store is tried, unless the environment says otherwise: half a minute for all of them.
const SECONDS: u64 = 5;

fn main() -> ExitCode {
    if let Some(work) = worker::Work::of_this_process() {
        worker::run(&work);
        return ExitCode::SUCCESS;
    }
    let mut arguments = Arguments::from_args();
    // One after the other: they would starve each other, and a process that stands still loses its lease.
    arguments.test_threads = Some(1);
    let seconds = std::env::var("STORES_SECONDS").ok();
    let seconds = seconds
        .and_then(|text| text.parse().ok())
        .unwrap_or(SECONDS);
    let trials = Subject::ALL.map(|subject| {
        let rule = match subject {
            Subject::Sealed => Rule::Grace,
            _ => Rule::Strict,
        };
        let run = move || run::run(subject, rule, Duration::from_secs(seconds));
        Trial::test(format!("{}::{rule:?}", subject.name()).to_lowercase(), run)
            .with_ignored_flag(!subject.is_installed())
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}
