//! Locks between processes of one machine.

#[cfg(any(feature = "file", feature = "keyring"))]
use std::fs::File;
use std::fs::OpenOptions;
#[cfg(any(feature = "file", feature = "keyring"))]
use std::io;
#[cfg(any(feature = "file", feature = "keyring"))]
use std::path::{Path, PathBuf};

#[cfg(any(feature = "file", feature = "keyring"))]
/// How many files stand for all keys: so many keys can be changed at once.
const FILES: u32 = 64;

#[cfg(any(feature = "file", feature = "keyring"))]
/// A folder of files that are locked and never deleted. The system ends a lock with its process.
#[derive(Debug)]
pub(crate) struct Locks {
    folder: PathBuf,
}

#[cfg(any(feature = "file", feature = "keyring"))]
impl Locks {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Waits until nobody else has the lock of this name, and holds it until the file is dropped.
    pub fn lock(&self, name: &str) -> io::Result<File> {
        let number = crc32fast::hash(name.as_bytes()) % FILES;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        only_for_owner(&mut options);
        let file = options.open(self.folder.join(format!(".lock-{number:02}")))?;
        file.lock()?;
        Ok(file)
    }
}

/// The files that this creates can be read and written by their owner only. On Windows they have the rights of
/// their folder.
pub(crate) fn only_for_owner(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}

#[cfg(any(feature = "file", feature = "keyring"))]
/// Creates a folder that only its owner can read. One that is there is left as it is.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
