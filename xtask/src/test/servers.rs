//! The OAuth servers that the tests start.

use std::fs;
use std::io;
use std::path::Path;

use super::packages::{Package, Registry, has_node};
use crate::workspace::Workspace;
use oauth_atlas_cli::failure::Failure;
use oauth_atlas_cli::terminal::Terminal;

pub fn install(workspace: &Workspace, terminal: Terminal) -> Result<(), Failure> {
    let folder = workspace.root().join("tests/servers");
    let target = workspace.root().join("target/servers");
    let mut packages = packages(&folder)?;
    let needs_node = packages
        .iter()
        .any(|package| package.registry == Registry::Npm);
    if needs_node && !has_node() {
        // Before those that need it.
        packages.insert(
            0,
            Package {
                name: "node".to_owned(),
                registry: Registry::Python,
                lock: folder.join("node.txt"),
            },
        );
    }
    for package in packages {
        package.install(&target, terminal)?;
    }
    Ok(())
}

/// The servers, by what they bring along.
fn packages(folder: &Path) -> Result<Vec<Package>, Failure> {
    let failed = |error| Failure::files(format_args!("read {}", folder.display()), &error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut packages = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        for (file, registry) in [
            ("package-lock.json", Registry::Npm),
            ("requirements.txt", Registry::Python),
        ] {
            let lock = entry.path().join(file);
            if lock.is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                packages.push(Package {
                    name,
                    registry,
                    lock,
                });
            }
        }
    }
    packages.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(packages)
}
