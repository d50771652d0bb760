//! The generated clients against OAuth servers that others wrote. `tests/servers/` has a folder for
//! each, with its spec and what is expected of it; its README.md says how to add one.
//!
//! Each flow with each server is a test of its own. Those of a server that is not installed are
//! ignored, which `cargo xtask test` does not let pass.

mod browser;
mod certificates;
mod expectations;
mod flows;
mod forms;
mod metadata;
mod outcome;
mod pending;
mod process;
mod registration;
mod server;
mod subject;
mod table;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use server::Server;

/// Clients that are generated as a company's own crate would generate private ones.
#[allow(
    dead_code,
    reason = "a client has all methods of its server, and the suite calls some"
)]
mod providers {
    include!(concat!(env!("OUT_DIR"), "/servers/index.rs"));
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // Panics: a folder that cannot be read is no test's fault.
    let servers = Server::all().unwrap_or_else(|problem| panic!("{problem}"));
    let servers: Vec<_> = servers.into_iter().map(Arc::new).collect();
    let mut trials = vec![
        Trial::test("forms_are_read_as_a_browser_does", || {
            forms::are_read_as_a_browser_does();
            Ok(())
        }),
        Trial::test("what_a_server_started_ends_with_it", || {
            process::what_a_server_started_ends_with_it();
            Ok(())
        })
        .with_ignored_flag(!cfg!(unix)),
    ];
    let all = servers.clone();
    trials.push(Trial::test("the_table_in_the_readme_is_right", move || {
        table::is_right(&all)
    }));
    for server in servers {
        trials.extend(of(&server));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Every test of a server.
fn of(server: &Arc<Server>) -> Vec<Trial> {
    let name = |test: &str| format!("{}::{test}", server.name);
    let needs_server = |trial: Trial| match server.is_installed() {
        true => trial,
        false => trial.with_ignored_flag(true).with_kind("not installed"),
    };
    let this = Arc::clone(server);
    let mut trials = vec![Trial::test(
        name("its_spec_and_its_expectations_go_together"),
        move || {
            this.contradiction()
                .map_or(Ok(()), |problem| Err(Failed::from(problem)))
        },
    )];
    let this = server.name;
    trials.push(needs_server(Trial::test(
        name("it_ends_when_nobody_holds_it"),
        move || {
            process::a_server_ends_when_nobody_holds_it(this);
            Ok(())
        },
    )));
    let flows = flows::ALL.iter();
    trials.extend(
        flows
            .filter(|flow| (flow.expected)(server).is_some())
            .map(|flow| {
                let this = Arc::clone(server);
                needs_server(Trial::test(name(flow.name), move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()?;
                    runtime.block_on((flow.run)(&this));
                    Ok(())
                }))
            }),
    );
    trials
}
