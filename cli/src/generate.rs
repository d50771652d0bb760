//! Generating code from a terminal: once, as a check, or after each save.

mod differences;
mod output;
mod package;
mod watch;

use std::path::Path;
use std::time::Instant;

use oauth_atlas_codegen::Source;

use crate::failure::Failure;
use crate::mistakes::count;
use crate::terminal::Terminal;

pub use output::{Folder, Output};
pub use package::Package;
#[cfg(feature = "program")]
pub(crate) use package::read_folder;
pub use watch::watch;

/// From where to where code is generated.
pub trait Target {
    /// The folder of the specs.
    fn specs_dir(&self) -> &Path;

    /// The specs.
    ///
    /// # Errors
    ///
    /// Where they cannot be read.
    fn specs(&self) -> Result<Vec<Source>, Failure>;

    /// Everything that follows from the specs, made in memory: a mistake leaves every file as it is.
    ///
    /// # Errors
    ///
    /// The mistakes in the specs.
    fn output(&self, specs: &[Source]) -> Result<Output, Failure>;

    /// The command that brings this target up to date.
    fn command(&self) -> String;
}

/// Writes what changed, and says what that was.
///
/// # Errors
///
/// The mistakes in the specs, and files that cannot be read or written.
pub fn write(target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    write_from(&target.specs()?, target, terminal)
}

fn write_from(specs: &[Source], target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    let started = Instant::now();
    let output = target.output(specs)?;
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

/// Writes nothing, and shows what is stale.
///
/// # Errors
///
/// What is stale, the mistakes in the specs, and files that cannot be read.
pub fn check(target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    let specs = target.specs()?;
    let stale = target.output(&specs)?.compare()?;
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
