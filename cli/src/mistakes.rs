//! Mistakes in specs, as a command's outcome.

use std::collections::BTreeSet;

use oauth_atlas_codegen::Report;

use crate::failure::Failure;

/// The diagnostics, and a line that counts them.
#[must_use]
pub fn found(report: &Report, specs: usize) -> Failure {
    let wrong: BTreeSet<&str> = report
        .diagnostics()
        .map(|diagnostic| diagnostic.path.as_str())
        .collect();
    let mistakes = count(report.len(), "mistake");
    let specs = count(specs, "spec");
    Failure::Findings(format!(
        "{}{mistakes} in {} of {specs}",
        report.render(true),
        wrong.len()
    ))
}

/// `1 spec`, `4 specs`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
