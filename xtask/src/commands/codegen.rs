//! `cargo xtask codegen`

use std::time::Instant;

use crate::differences;
use crate::failure::Failure;
use crate::mistakes::count;
use crate::output::Output;
use crate::terminal::Terminal;
use crate::workspace::Workspace;

/// Writes what changed, and says what that was.
pub fn write(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let output = Output::of(workspace)?;
    terminal.progress(format_args!("read {}", count(output.specs, "spec")));
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
pub fn check(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let output = Output::of(workspace)?;
    let stale = output.compare()?;
    if stale.is_empty() {
        terminal.progress(format_args!(
            "{}, everything generated is up to date",
            count(output.specs, "spec")
        ));
        return Ok(());
    }
    let summary = count(stale.len(), "difference");
    let differences = differences::describe(stale);
    Err(Failure::Findings(format!(
        "{differences}\n{summary}; to bring the files up to date:\ncargo xtask codegen"
    )))
}
