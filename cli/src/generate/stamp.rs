//! Whether anything has changed since the last run, told by the sizes and times of all files that it
//! read or wrote: most runs have nothing to do, and reading every file takes far longer than that.
//! Whoever wants to be sure runs `codegen --check`, which reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Target;
use super::kept::{maker, replace};

/// A file that is changed again within this time may have the time that it had before.
const TICK: Duration = Duration::from_millis(20);

/// The same where times are whole seconds: FAT counts by twos.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// The size of a file, and when it was changed.
type Seen = (u64, SystemTime);

/// What is seen of files without reading them.
#[derive(PartialEq, Eq)]
pub struct State(BTreeMap<PathBuf, Seen>);

/// The file in which a run leaves the state of all files for the next one.
pub struct Stamp {
    file: PathBuf,
    maker: String,
    roots: Vec<PathBuf>,
}

impl Stamp {
    /// `None` for a target that keeps nothing between two runs.
    pub fn of(target: &dyn Target) -> Option<Self> {
        let memory = target.memory()?;
        let (file, maker) = (memory.with_extension("stamp"), maker()?);
        let mut roots = target.roots();
        roots.push(memory);
        Some(Self { file, maker, roots })
    }

    /// Whether all is as the last run left it.
    pub fn is_current(&self) -> bool {
        let left = fs::read_to_string(&self.file);
        let now = || State::of(&self.roots).map(|state| self.text(&state));
        left.is_ok_and(|left| now().is_ok_and(|now| now == left))
    }

    /// The state of all files before they are read; `None` where a later change might not show.
    pub fn before(&self) -> Option<State> {
        State::settled(&self.roots).ok()?
    }

    /// Leaves the state of all files for the next run, if nobody has changed any of them but this run,
    /// which has written or removed `touched`.
    pub fn leave(&self, before: &State, touched: &BTreeSet<PathBuf>) {
        let after = State::settled(&self.roots).ok().flatten();
        if let Some(after) = after.filter(|after| after.others(touched).eq(before.others(touched)))
        {
            let text = self.text(&after);
            let _ = replace(&self.file, |file| {
                io::Write::write_all(file, text.as_bytes())
            });
        }
    }

    fn text(&self, State(files): &State) -> String {
        let mut text = format!("{}\n", self.maker);
        for (path, (length, time)) in files {
            let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{length} {} {}", time.as_nanos(), path.display());
        }
        text
    }
}

impl State {
    fn of(roots: &[PathBuf]) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for root in roots {
            match fs::metadata(root) {
                Ok(found) if found.is_dir() => add_all(root, &mut files)?,
                Ok(_) => add(root, &mut files)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(files))
    }

    /// The state once all changes lie so far back that later ones show; `None` where that takes long.
    fn settled(roots: &[PathBuf]) -> io::Result<Option<Self>> {
        let state = Self::of(roots)?;
        let rest = state.settles_at().duration_since(SystemTime::now());
        match rest {
            Err(_) => Ok(Some(state)),
            Ok(rest) if rest > TICK => Ok(None),
            Ok(rest) => {
                thread::sleep(rest);
                Ok(Some(state).filter(|state| Self::of(roots).is_ok_and(|now| now == *state)))
            }
        }
    }

    fn settles_at(&self) -> SystemTime {
        let times = self.0.values().map(|(_, time)| {
            let fraction = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            let is_coarse = fraction.subsec_nanos() == 0;
            *time + if is_coarse { COARSE_TICK } else { TICK }
        });
        times.max().unwrap_or(UNIX_EPOCH)
    }

    /// All but these files.
    fn others(&self, touched: &BTreeSet<PathBuf>) -> impl Iterator<Item = (&PathBuf, &Seen)> {
        self.0.iter().filter(|(path, _)| !touched.contains(*path))
    }
}

/// Adds all files below a folder.
fn add_all(folder: &Path, files: &mut BTreeMap<PathBuf, Seen>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            add(&entry.path(), files)?;
        // What cargo builds there is not generated.
        } else if entry.file_name() != "target" {
            add_all(&entry.path(), files)?;
        }
    }
    Ok(())
}

fn add(path: &Path, files: &mut BTreeMap<PathBuf, Seen>) -> io::Result<()> {
    let found = fs::metadata(path)?;
    files.insert(path.to_owned(), (found.len(), found.modified()?));
    Ok(())
}
