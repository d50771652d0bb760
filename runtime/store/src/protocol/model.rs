//! Every order of steps, crashes, lost answers, expired leases, logins and logouts that two and three
//! processes can have, with the machine that programs run and the rows that stores keep. What
//! [`protocol`](super) says is to be proved is checked in each state; and mutants of the protocol show
//! that the checks bite.

mod explore;
mod server;
mod world;

use explore::{Explored, explore};
use server::Rule;
use world::{Budget, Mutant, World};

/// What may go wrong, for two processes.
const TWO: Budget = Budget {
    renewals: 2,
    crashes: 2,
    losses: 1,
    stalls: 1,
    logins: 0,
    logouts: 0,
    expiries: 1,
};

const LOGIN: Budget = Budget {
    renewals: 1,
    losses: 2,
    logins: 1,
    expiries: 0,
    ..TWO
};

const THREE: Budget = Budget {
    renewals: 2,
    crashes: 1,
    losses: 1,
    stalls: 1,
    logins: 0,
    logouts: 0,
    expiries: 0,
};

const FAULTLESS: Budget = Budget {
    crashes: 0,
    losses: 0,
    stalls: 0,
    ..TWO
};

fn holds(processes: usize, budget: Budget, rule: Rule) -> usize {
    match explore(World::new(processes, budget, rule, None)) {
        Explored::Holds { states } => states,
        Explored::Violated { trace } => panic!("{processes} processes, {rule:?}:\n{trace}"),
    }
}

fn is_found(mutant: Mutant, budget: Budget, rule: Rule, expected: &str) {
    match explore(World::new(2, budget, rule, Some(mutant))) {
        Explored::Holds { states } => panic!("{mutant:?} is not found in {states} states"),
        Explored::Violated { trace } => {
            assert!(trace.ends_with(expected), "{mutant:?}:\n{trace}");
        }
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are shown with --nocapture")]
fn two_processes_lose_and_reuse_nothing_outside_the_window() {
    for rule in [Rule::Strict, Rule::Revoking, Rule::Grace] {
        println!("{rule:?}: {} states", holds(2, TWO, rule));
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are shown with --nocapture")]
fn a_login_wins_over_renewals_that_began_before_it() {
    println!("two processes: {} states", holds(2, LOGIN, Rule::Strict));
    let budget = Budget {
        crashes: 1,
        losses: 1,
        ..LOGIN
    };
    println!("three processes: {} states", holds(3, budget, Rule::Strict));
}

#[test]
#[allow(clippy::print_stdout, reason = "the counts are shown with --nocapture")]
fn three_processes_lose_and_reuse_nothing_outside_the_window() {
    for rule in [Rule::Strict, Rule::Revoking] {
        println!("{rule:?}: {} states", holds(3, THREE, rule));
    }
}

#[test]
fn an_account_that_was_deleted_does_not_come_back() {
    let budget = Budget {
        renewals: 1,
        logouts: 1,
        expiries: 0,
        ..TWO
    };
    holds(2, budget, Rule::Strict);
}

/// Without crashes, lost answers and stalls there is no window: nothing at all is lost or sent twice.
#[test]
fn without_faults_there_is_no_window() {
    holds(2, FAULTLESS, Rule::Revoking);
}

#[test]
fn mutant_that_does_not_read_inside_the_lease() {
    is_found(
        Mutant::UsesWhatItReadBefore,
        TWO,
        Rule::Strict,
        "outside the window",
    );
}

#[test]
fn mutant_that_hands_out_before_it_is_durable() {
    is_found(Mutant::HandsOutEarly, TWO, Rule::Strict, "not durable");
}

#[test]
fn mutant_without_fencing() {
    is_found(
        Mutant::SavesAnything,
        TWO,
        Rule::Strict,
        "older than what was stored",
    );
}

#[test]
fn mutant_without_leases() {
    is_found(
        Mutant::LeasesNothing,
        FAULTLESS,
        Rule::Strict,
        "outside the window",
    );
}

#[test]
fn mutant_whose_leases_never_expire() {
    is_found(Mutant::LeasesForever, TWO, Rule::Strict, "stuck");
}

#[test]
fn mutant_that_ends_the_leases_of_others() {
    is_found(
        Mutant::ReleasesAnything,
        TWO,
        Rule::Strict,
        "outside the window",
    );
}

#[test]
fn mutant_whose_login_ignores_leases() {
    is_found(
        Mutant::LogsInAnyway,
        LOGIN,
        Rule::Strict,
        "the login is lost",
    );
}

#[test]
fn mutant_that_does_not_read_again_after_a_refusal() {
    is_found(
        Mutant::BelievesTheFirstRefusal,
        TWO,
        Rule::Strict,
        "log in again for nothing",
    );
}

#[test]
fn mutant_that_does_not_mark_what_is_in_doubt() {
    is_found(
        Mutant::ForgetsDoubt,
        TWO,
        Rule::Strict,
        "without being in doubt",
    );
}

#[test]
fn mutant_that_adopts_without_another_look() {
    is_found(
        Mutant::AdoptsWithoutAnotherLook,
        TWO,
        Rule::Strict,
        "has expired",
    );
}
