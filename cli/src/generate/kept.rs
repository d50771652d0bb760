//! The file in which a run keeps for the next one what it has made.

use std::env;
use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::time::UNIX_EPOCH;

use oauth_atlas_codegen::Memory;

use super::Target;

/// The file of a target, where it has one. Nothing is kept where that fails: all is made again then.
pub struct File(Option<(PathBuf, String)>);

impl File {
    pub fn of(target: &dyn Target) -> Self {
        Self(target.memory().zip(maker()))
    }

    pub fn read(&self) -> Memory {
        let Self(Some((path, maker))) = self else {
            return Memory::default();
        };
        let kept = fs::read_to_string(path);
        kept.map_or_else(|_| Memory::default(), |text| Memory::kept(maker, text))
    }

    /// The path, if it was written.
    pub fn write(&self, memory: &Memory) -> Option<PathBuf> {
        let Self(Some((path, maker))) = self else {
            return None;
        };
        if memory.is_changed() {
            let _ = replace(path, |file| memory.keep(maker, file));
            return Some(path.clone());
        }
        None
    }
}

/// Writes a file whole or not at all, whoever else writes it meanwhile.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<fs::File>) -> io::Result<()>,
) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let unfinished = path.with_extension(process::id().to_string());
    let done = fs::File::create(&unfinished)
        .map(BufWriter::new)
        .and_then(|mut file| {
            write(&mut file)?;
            file.flush()
        })
        .and_then(|()| fs::rename(&unfinished, path));
    if done.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    done
}

/// The program that generates: another one may write something else. Whoever builds it again changes
/// its file's time.
pub(super) fn maker() -> Option<String> {
    let program = env::current_exe().ok()?;
    let file = fs::metadata(&program).ok()?;
    let built = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let (path, length, built) = (program.display(), file.len(), built.as_nanos());
    Some(format!("{path}, {length} bytes, built at {built}"))
}
