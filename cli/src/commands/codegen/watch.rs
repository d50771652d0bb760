//! `cargo xtask codegen --watch`

use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::commands::codegen::write_from;
use crate::failure::Failure;
use crate::target::Target;
use crate::terminal::Terminal;

/// A save is over when this long nothing has changed: editors write in several steps, and version
/// control writes several files.
const QUIET: Duration = Duration::from_millis(50);

/// What changes for longer than this is read in between.
const PATIENCE: Duration = Duration::from_millis(500);

/// Writes what changed, now and after each change of the specs. What fails is shown and may be mended;
/// this ends with an error only where the folder of the specs cannot be watched, and else by a signal.
pub fn watch(target: Target, terminal: Terminal) -> Result<(), Failure> {
    let dir = target.specs_dir();
    // Before the first reading, so that no change falls between the two.
    let changes = Changes::of(&dir)?;
    let mut done = None;
    loop {
        match target.specs() {
            // Some other file of the folder, or a file that was saved as it was.
            Ok(specs) if done.as_ref() == Some(&specs) => {}
            specs => {
                terminal.clear();
                let outcome = specs.and_then(|specs| {
                    write_from(&specs, target, terminal)?;
                    Ok(specs)
                });
                done = match outcome {
                    Ok(specs) => Some(specs),
                    Err(failure) => {
                        terminal.error(&failure);
                        None
                    }
                };
                terminal.progress(format_args!("watching {}, Ctrl-C ends", dir.display()));
            }
        }
        changes.wait()?;
        if !dir.is_dir() {
            return Err(Failure::Files(format!("{} is gone", dir.display())));
        }
    }
}

/// The changes of a folder.
struct Changes {
    events: Receiver<notify::Result<Event>>,
    /// Watches for as long as it lives.
    _watcher: RecommendedWatcher,
}

impl Changes {
    fn of(dir: &Path) -> Result<Self, Failure> {
        let (sender, events) = mpsc::channel();
        let cannot_watch =
            |error| Failure::Files(format!("cannot watch {}: {error}", dir.display()));
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Reading the specs is no change of them.
            if !event.as_ref().is_ok_and(|event| event.kind.is_access()) {
                // Nobody receives it: then the command is about to end.
                let _ = sender.send(event);
            }
        })
        .map_err(cannot_watch)?;
        watcher
            .watch(dir, RecursiveMode::NonRecursive)
            .map_err(cannot_watch)?;
        Ok(Self {
            events,
            _watcher: watcher,
        })
    }

    /// Returns when something has changed, and is done with changing.
    fn wait(&self) -> Result<(), Failure> {
        let ended = |_| Failure::Files("the system no longer tells of changes".to_owned());
        // An error may mean that changes went untold, and so is one.
        let _ = self.events.recv().map_err(ended)?;
        let started = Instant::now();
        while started.elapsed() < PATIENCE && self.events.recv_timeout(QUIET).is_ok() {}
        Ok(())
    }
}
