//! `cargo xtask codegen`

mod watch;

use std::time::Instant;

use oauth_atlas_codegen::Source;

use crate::differences;
use crate::failure::Failure;
use crate::mistakes::count;
use crate::output::Output;
use crate::target::Target;
use crate::terminal::Terminal;

pub use watch::watch;

/// Writes what changed, and says what that was.
pub fn write(target: Target, terminal: Terminal) -> Result<(), Failure> {
    write_from(&target.specs()?, target, terminal)
}

fn write_from(specs: &[Source], target: Target, terminal: Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let output = Output::of(target, specs)?;
    terminal.progress(format_args!("read {}", count(specs.len(), "spec")));
    let files = output.write()?;
    for path in &files.written {
        terminal.progress(format_args!("wrote {path}"));
    }
    for path in &files.removed {
        terminal.progress(format_args!("removed {path}"));
    }
    if files.written.is_empty() && files.removed.is_empty() {
        terminal.progress("nothing to write");
    }
    let seconds = started.elapsed().as_secs_f64();
    terminal.progress(format_args!(
        "{} unchanged, {seconds:.2} s",
        count(files.unchanged, "file")
    ));
    Ok(())
}

/// Writes nothing; what is stale is a finding.
pub fn check(target: Target, terminal: Terminal) -> Result<(), Failure> {
    let specs = target.specs()?;
    let stale = Output::of(target, &specs)?.compare()?;
    if stale.is_empty() {
        terminal.progress(format_args!(
            "{}, everything generated is up to date",
            count(specs.len(), "spec")
        ));
        return Ok(());
    }
    let summary = count(stale.len(), "difference");
    let differences = differences::describe(stale);
    let command = target.command();
    Err(Failure::Findings(format!(
        "{differences}\n{summary}; to bring the files up to date:\n{command}"
    )))
}
