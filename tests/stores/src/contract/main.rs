//! One contract for all stores: each case with each store is a test. Those of a server that is not installed
//! are ignored, which `cargo xtask test` does not let pass.

mod damage;
mod faults;
mod fixture;
mod operations;
mod renewals;
mod sealing;

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Builder;

use fixture::{Fixture, Kind, Servers};

/// A case: what it is called, and what is done with a store.
pub(crate) type Case = (&'static str, fn(Fixture) -> Running);
pub(crate) type Running = Pin<Box<dyn Future<Output = ()>>>;

/// A list of cases from the names of their functions.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        &[$((stringify!($name), |fixture| Box::pin($name(fixture)))),*]
    };
}
pub(crate) use cases;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let servers = Arc::new(Servers::default());
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        let with_each = [operations::ALL, renewals::ALL];
        let mut of_kind: Vec<&Case> = with_each.into_iter().flatten().collect();
        if kind.can_be_damaged() {
            of_kind.extend(damage::ALL);
        }
        of_kind.extend(match kind {
            Kind::File | Kind::Sqlite => faults::OF_FILES,
            _ => &[],
        });
        of_kind.extend(match kind {
            Kind::File => faults::FILE,
            Kind::Postgres => faults::POSTGRES,
            Kind::Redis => faults::REDIS,
            Kind::Sealed => sealing::ALL,
            Kind::Memory | Kind::Keyring | Kind::Sqlite => &[],
        });
        for (name, case) in of_kind.into_iter().copied() {
            let servers = Arc::clone(&servers);
            let run = move || runs(kind, case, &servers);
            let is_ignored = !kind.is_installed() || !faults::is_possible(name);
            let trial = Trial::test(format!("{}::{name}", kind.name()), run);
            trials.push(trial.with_ignored_flag(is_ignored));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Ends the servers, which an exit would leave running.
    drop(servers);
    conclusion.exit_code()
}

fn runs(kind: Kind, case: fn(Fixture) -> Running, servers: &Servers) -> Result<(), Failed> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { case(Fixture::new(kind, servers).await).await });
    }));
    // A renewal that nobody waits for any more need not end.
    runtime.shutdown_background();
    outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Failed::from(text.unwrap_or("it panicked"))
    })
}
