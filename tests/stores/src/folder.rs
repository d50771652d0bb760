//! Folders that go away, and file systems that are full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is deleted with everything in it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    is_mounted: bool,
}

impl Folder {
    /// # Panics
    ///
    /// When the folder for temporary files cannot be written.
    #[must_use]
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("oauth-atlas-stores-{}-{number}", process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder for temporary files");
        Self {
            path,
            is_mounted: false,
        }
    }

    /// A file system of its own with so much room, where this user may mount one.
    #[must_use]
    pub fn of_size(size: &str) -> Option<Self> {
        let mut folder = Self::new();
        let size = format!("size={size},mode=0700");
        folder.is_mounted = mount(
            &["-t", "tmpfs", "-o", &size, "oauth-atlas-stores"],
            &folder.path,
        );
        folder.is_mounted.then_some(folder)
    }

    /// Lets nobody write any more, not even root.
    ///
    /// # Panics
    ///
    /// When it is not a file system of its own.
    pub fn make_read_only(&self) {
        assert!(self.is_mounted, "a file system of its own");
        assert!(mount(&["-o", "remount,ro"], &self.path));
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

fn mount(arguments: &[&str], path: &Path) -> bool {
    succeeds(Command::new("mount").args(arguments).arg(path))
}

/// Whether it runs and ends with success.
pub fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_mounted {
            succeeds(Command::new("umount").arg("-l").arg(&self.path));
        }
        let _ = fs::remove_dir_all(&self.path);
    }
}
