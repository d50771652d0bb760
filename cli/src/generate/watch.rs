//! Generating after each save.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{Target, kept, write_from};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// How often the folder is looked at. A system's own notices take ten packages, and none of them
/// hears of a change on a network's disk or behind a container's mount.
const INTERVAL: Duration = Duration::from_millis(50);

/// A save is over when this long nothing has changed: editors write in several steps, and version
/// control writes several files.
const QUIET: Duration = Duration::from_millis(50);

/// What changes for longer than this is read in between.
const PATIENCE: Duration = Duration::from_millis(500);

/// Writes what changed, now and after each change of the specs. What fails is shown and may be mended.
///
/// # Errors
///
/// Where the folder of the specs cannot be watched; else only a signal ends it.
pub fn watch(target: &dyn Target, terminal: Terminal) -> Result<(), Failure> {
    let dir = target.specs_dir();
    let shown = dir.display();
    // Before the first reading, so that no change falls between the two.
    let mut seen =
        Files::of(dir).map_err(|error| Failure::files(format_args!("watch {shown}"), &error))?;
    let kept = kept::File::of(target);
    let mut memory = kept.read();
    let mut done = None;
    loop {
        match target.specs() {
            // Some other file of the folder, or a file that was saved as it was.
            Ok(specs) if done.as_ref() == Some(&specs) => {}
            specs => {
                terminal.clear();
                let outcome = specs.and_then(|specs| {
                    write_from(&specs, target, &mut memory, terminal)?;
                    kept.write(&memory);
                    Ok(specs)
                });
                done = match outcome {
                    Ok(specs) => Some(specs),
                    Err(failure) => {
                        terminal.error(&failure);
                        None
                    }
                };
                terminal.progress(format_args!("watching {shown}, Ctrl-C ends"));
            }
        }
        seen = match seen.changed(dir) {
            Ok(changed) => changed,
            Err(_) if !dir.is_dir() => {
                return Err(Failure::Files(format!("{shown} is gone")));
            }
            Err(error) => return Err(Failure::files(format_args!("watch {shown}"), &error)),
        };
    }
}

/// The files of a folder, each with what a save changes.
#[derive(PartialEq, Eq)]
struct Files(BTreeMap<OsString, Option<(SystemTime, u64)>>);

impl Files {
    fn of(dir: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let path: PathBuf = entry.path();
            // Through links. A file that is gone again, and a link that dangles, have nothing.
            let metadata = fs::metadata(path).ok();
            let state = metadata.and_then(|file| Some((file.modified().ok()?, file.len())));
            files.insert(entry.file_name(), state);
        }
        Ok(Self(files))
    }

    /// Returns when something has changed, and is done with changing.
    fn changed(&self, dir: &Path) -> io::Result<Self> {
        let mut now = Self::of(dir)?;
        while now == *self {
            thread::sleep(INTERVAL);
            now = Self::of(dir)?;
        }
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            thread::sleep(QUIET);
            let next = Self::of(dir)?;
            if next == now {
                break;
            }
            now = next;
        }
        Ok(now)
    }
}
