//! Writing into a folder that somebody named, and that may be the wrong one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use oauth_atlas_codegen::{DifferenceKind, Files, Written};

use super::MARK;
use crate::failure::Failure;

/// Writes what differs and removes pages that are gone, unless that would touch a file that this
/// command has not written.
pub fn write(files: &Files, folder: &Path) -> Result<Written, Failure> {
    let shown = folder.display();
    let cannot_read = |error: io::Error| Failure::files(format_args!("read {shown}"), &error);
    if let Some(stranger) = stranger(files, folder).map_err(cannot_read)? {
        return Err(Failure::Files(format!(
            "cannot write {shown}: it holds {}, which is not of a site that this command wrote\n\
             nothing was changed; give --out a folder that is empty or not there yet",
            stranger.strip_prefix(folder).unwrap_or(&stranger).display()
        )));
    }
    files
        .write(folder)
        .map_err(|error| Failure::files(format_args!("write {shown}"), &error))
}

/// A file in the folder that this command did not write.
fn stranger(files: &Files, folder: &Path) -> io::Result<Option<PathBuf>> {
    // No folder is entered: the site has none, and a home folder is large.
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(entries) => {
            for entry in entries {
                let entry = entry?;
                if !entry.file_type()?.is_file() {
                    return Ok(Some(entry.path()));
                }
            }
        }
    }
    for difference in files.compare(folder)? {
        let path = folder.join(&difference.path);
        let is_ours = match &difference.kind {
            DifferenceKind::Missing => true,
            DifferenceKind::Changed { committed, .. } => is_marked(committed),
            DifferenceKind::Extra => is_marked(&String::from_utf8_lossy(&fs::read(&path)?)),
        };
        if !is_ours {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The mark stands in the first lines of each file.
fn is_marked(text: &str) -> bool {
    text.lines().take(4).any(|line| line.contains(MARK))
}
