//! Generating code from a terminal: once, as a check, or after each save.

mod differences;
mod kept;
mod output;
mod package;
mod stamp;
mod watch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use oauth_atlas_codegen::{Memory, Source};

use crate::failure::Failure;
use crate::mistakes::count;
use crate::terminal::Terminal;

pub use output::{Folder, Output};
pub use package::Package;
#[cfg(feature = "program")]
pub(crate) use package::read_folder;
use stamp::Stamp;
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

    /// Everything that follows from the specs, made before any of it is written: a mistake leaves every
    /// file as it is. What an earlier run made of a spec that has not changed is taken from `memory`.
    ///
    /// # Errors
    ///
    /// The mistakes in the specs.
    fn output(&self, specs: &[Source], memory: &mut Memory) -> Result<Output, Failure>;

    /// The file in which a run keeps for the next one what it has made; none where the next run is to
    /// make all of it again.
    fn memory(&self) -> Option<PathBuf>;

    /// All that is read or written, with what is below the folders among it.
    fn roots(&self) -> Vec<PathBuf>;

    /// The command that brings this target up to date.
    fn command(&self) -> String;
}

/// Writes what changed, and says what that was. Where no file has changed since the last run, none is
/// read.
///
/// # Errors
///
/// The mistakes in the specs, and files that cannot be read or written.
pub fn write(target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    let stamp = Stamp::of(target);
    // Before anything is read.
    let seen = stamp.and_then(|stamp| Some((stamp.look()?, stamp)));
    if let Some((now, stamp)) = &seen
        && stamp.is_current(now)
    {
        terminal.progress("nothing has changed since the last run");
        return Ok(());
    }
    let seen = seen.and_then(|(now, stamp)| Some((stamp.settled(now)?, stamp)));
    let kept = kept::File::of(target);
    let mut memory = kept.read();
    let mut touched = write_from(&target.specs()?, target, &mut memory, terminal)?;
    touched.extend(kept.write(&memory));
    if let Some((before, stamp)) = seen {
        stamp.leave(&before, &touched);
    }
    Ok(())
}

fn write_from(
    specs: &[Source],
    target: &dyn Target,
    memory: &mut Memory,
    terminal: Terminal,
) -> Result<BTreeSet<PathBuf>, Failure> {
    let started = Instant::now();
    let output = target.output(specs, memory)?;
    terminal.progress(format_args!("read {}", count(specs.len(), "spec")));
    let (files, touched) = output.write()?;
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
    Ok(touched)
}

/// Writes nothing, and shows what is stale. It makes everything itself, whatever an earlier run may
/// have kept.
///
/// # Errors
///
/// What is stale, the mistakes in the specs, and files that cannot be read.
pub fn check(target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    let specs = target.specs()?;
    let stale = target.output(&specs, &mut Memory::default())?.compare()?;
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
