//! Whether anything has changed since the last run, told by the sizes and times of all files that it
//! read or wrote: most runs have nothing to do, and reading every file takes far longer than that.
//! Whoever wants to be sure runs `codegen --check`, which reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
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
pub struct State {
    /// By paths as bytes: comparing paths part by part takes longer than all else here.
    files: BTreeMap<OsString, Seen>,
    /// Before the first of them was looked at.
    taken: SystemTime,
}

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

    /// The state of all files; `None` where one cannot be looked at.
    pub fn look(&self) -> Option<State> {
        State::of(&self.roots).ok()
    }

    /// Whether all is as the last run left it.
    pub fn is_current(&self, now: &State) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|left| left == self.text(now))
    }

    /// This state once a later change shows; `None` where that takes long.
    pub fn settled(&self, state: State) -> Option<State> {
        state.settled(&self.roots)
    }

    /// Leaves the state of all files for the next run, if nobody has changed any of them but this run,
    /// which has written or removed `touched`.
    pub fn leave(&self, before: &State, touched: &BTreeSet<PathBuf>) {
        let after = self.look().and_then(|after| self.settled(after));
        if let Some(after) = after.filter(|after| after.others(touched).eq(before.others(touched)))
        {
            let text = self.text(&after);
            let _ = replace(&self.file, |file| {
                io::Write::write_all(file, text.as_bytes())
            });
        }
    }

    fn text(&self, State { files, .. }: &State) -> String {
        let mut text = format!("{}\n", self.maker);
        for (path, (length, time)) in files {
            let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            let path = Path::new(path).display();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{length} {} {path}", time.as_nanos());
        }
        text
    }
}

impl State {
    fn of(roots: &[PathBuf]) -> io::Result<Self> {
        let taken = SystemTime::now();
        let mut files = BTreeMap::new();
        for root in roots {
            match fs::metadata(root) {
                Ok(found) if found.is_dir() => add_all(root, &mut files)?,
                Ok(found) => add(root.clone(), &found, &mut files)?,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { files, taken })
    }

    /// The state once all changes lie so far back that later ones show; `None` where that takes long.
    fn settled(self, roots: &[PathBuf]) -> Option<Self> {
        let rest = self.settles_at().duration_since(self.taken);
        match rest {
            Err(_) => Some(self),
            Ok(rest) if rest > TICK => None,
            Ok(rest) => {
                thread::sleep(rest);
                Self::of(roots).ok().filter(|now| now.files == self.files)
            }
        }
    }

    fn settles_at(&self) -> SystemTime {
        let times = self.files.values().map(|(_, time)| {
            let fraction = time.duration_since(UNIX_EPOCH).unwrap_or_default();
            let is_coarse = fraction.subsec_nanos() == 0;
            *time + if is_coarse { COARSE_TICK } else { TICK }
        });
        times.max().unwrap_or(UNIX_EPOCH)
    }

    /// All but these files.
    fn others(&self, touched: &BTreeSet<PathBuf>) -> impl Iterator<Item = (&OsString, &Seen)> {
        let files = self.files.iter();
        files.filter(|(path, _)| !touched.contains(Path::new(path)))
    }
}

/// Adds all files below a folder.
fn add_all(folder: &Path, files: &mut BTreeMap<OsString, Seen>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            let path = entry.path();
            let found = fs::metadata(&path)?;
            add(path, &found, files)?;
        // What cargo builds there is not generated.
        } else if entry.file_name() != "target" {
            add_all(&entry.path(), files)?;
        }
    }
    Ok(())
}

fn add(
    path: PathBuf,
    found: &fs::Metadata,
    files: &mut BTreeMap<OsString, Seen>,
) -> io::Result<()> {
    files.insert(path.into_os_string(), (found.len(), found.modified()?));
    Ok(())
}
