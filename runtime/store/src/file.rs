//! A file for each account.

pub(crate) mod name;

use std::fmt;
use std::fs::{self, File as Handle, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::key::Key;
use crate::locks::{Locks, create_folder, only_for_owner};
use crate::record::{LONGEST_RECORD, Malformed};
use crate::row::Row;
use crate::rows::{Rows, now, store_of_rows};

const ENDING: &str = "record";

/// A folder with a file for each key (feature `file`), for the processes of one machine.
///
/// A change locks a separate file (`.lock-…`), writes a new file, flushes it to disk, renames it
/// over the old one and flushes the folder. After a power failure, either the old record or the new
/// one is there. Only the owner can read the files (0600, in a folder with 0700). On Windows they
/// inherit the permissions of the folder, so put it below the user's profile. The folder must be on
/// a local disk: locks on network file systems may not be exclusive.
///
/// The first lines of each file say what it is. A bare JSON object in a file named after the key
/// (`k-kraken.record` for `kraken`) is read as tokens.
#[derive(Clone)]
pub struct File(Arc<Files>);

struct Files {
    folder: PathBuf,
    locks: Locks,
}

impl File {
    /// A store in this folder, which is created if needed.
    ///
    /// # Errors
    ///
    /// If the folder cannot be created.
    pub fn new(folder: impl AsRef<Path>) -> Result<Self, StoreError> {
        let folder = folder.as_ref();
        create_folder(folder)
            .map_err(|error| StoreError::io(Files::NAME, "create the folder", &error))?;
        Ok(Self(Arc::new(Files {
            folder: folder.to_owned(),
            locks: Locks::new(folder),
        })))
    }

    /// The file of a key.
    #[must_use]
    pub fn path(&self, key: &Key) -> PathBuf {
        self.0.path(&name::of(key))
    }
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.{ENDING}"))
    }

    fn read_file(&self, path: &Path) -> Result<Option<Row>, FileError> {
        let file = match Handle::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            result => result?,
        };
        // A row is a record and a line.
        let limit = LONGEST_RECORD as u64 + 1024;
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(Some(Row::from_bytes(&bytes)?))
    }

    /// Puts a new file in the place of the old one. The lock is held.
    fn write_file(&self, path: &Path, row: &Row) -> io::Result<()> {
        let new = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        only_for_owner(&mut options);
        let written = options.open(&new).and_then(|mut file| {
            file.write_all(&row.to_bytes())?;
            file.sync_all()
        });
        if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        self.flush_folder()
    }

    /// Makes what was renamed or removed survive a power failure.
    fn flush_folder(&self) -> io::Result<()> {
        // Windows does not flush folders.
        if cfg!(unix) {
            Handle::open(&self.folder)?.sync_all()?;
        }
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<bool> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            result => {
                result?;
                self.flush_folder()?;
                Ok(true)
            }
        }
    }

    fn purge_file(&self, name: &str) -> Result<bool, FileError> {
        let _lock = self.locks.lock(name)?;
        let path = self.path(name);
        match self.read_file(&path) {
            Ok(Some(row)) if row.is_void(now()) => Ok(self.remove_file(&path)?),
            Ok(_) | Err(FileError::Malformed(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Before the key is named.
enum FileError {
    Io(io::Error),
    Malformed(Malformed),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Malformed> for FileError {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl FileError {
    fn of(self, key: &Key, path: &Path, doing: &str) -> StoreError {
        match self {
            Self::Io(error) => StoreError::io(
                Files::NAME,
                format_args!("{doing} {}", path.display()),
                &error,
            ),
            Self::Malformed(malformed) => {
                StoreError::malformed(malformed, Files::NAME, key).at(path.display())
            }
        }
    }
}

impl Rows for Files {
    const NAME: &'static str = "file";

    fn read(&self, key: &Key) -> Result<Option<Row>, StoreError> {
        let path = self.path(&name::of(key));
        self.read_file(&path)
            .map_err(|error| error.of(key, &path, "read"))
    }

    fn change<T>(
        &self,
        key: &Key,
        change: impl FnOnce(&mut Option<Row>, u64) -> T,
    ) -> Result<T, StoreError> {
        let name = name::of(key);
        let path = self.path(&name);
        let failed = |error: io::Error| FileError::from(error).of(key, &path, "write");
        let _lock = self.locks.lock(&name).map_err(failed)?;
        let before = self
            .read_file(&path)
            .map_err(|error| error.of(key, &path, "read"))?;
        let mut row = before.clone();
        let result = change(&mut row, now());
        match row {
            row if row == before => {}
            Some(row) => self.write_file(&path, &row).map_err(failed)?,
            None => {
                self.remove_file(&path).map_err(failed)?;
            }
        }
        Ok(result)
    }

    fn remove(&self, key: &Key) -> Result<bool, StoreError> {
        let name = name::of(key);
        let path = self.path(&name);
        let failed = |error: io::Error| FileError::from(error).of(key, &path, "remove");
        let _lock = self.locks.lock(&name).map_err(failed)?;
        let was_record = match self.read_file(&path) {
            Ok(row) => row.is_some_and(|row| row.stored().is_some()),
            Err(_) => true,
        };
        Ok(self.remove_file(&path).map_err(failed)? && was_record)
    }

    fn purge(&self) -> Result<u64, StoreError> {
        let failed = |error: FileError| match error {
            FileError::Io(error) => StoreError::io(Self::NAME, "purge the folder", &error),
            FileError::Malformed(malformed) => StoreError::new(
                crate::StoreErrorKind::Corrupt,
                Self::NAME,
                malformed.to_string(),
            ),
        };
        let entries = fs::read_dir(&self.folder).map_err(|error| failed(error.into()))?;
        let mut purged = 0;
        for entry in entries {
            let path = entry.map_err(|error| failed(error.into()))?.path();
            let is_record = path.extension().is_some_and(|ending| ending == ENDING);
            if let Some(name) = path.file_stem().and_then(|name| name.to_str())
                && is_record
                && self.purge_file(name).map_err(failed)?
            {
                purged += 1;
            }
        }
        Ok(purged)
    }
}

store_of_rows!(File, Files);

impl fmt::Debug for File {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("File")
            .field("folder", &self.0.folder)
            .finish()
    }
}
